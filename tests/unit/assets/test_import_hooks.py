"""Callbacks run right after an import, again after a reload, and their failures stay with us."""

import importlib
import sys

import import_hooks
import pytest


@pytest.fixture
def module_file(tmp_path, monkeypatch):
    (tmp_path / "hooked_module.py").write_text("value = 1\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield tmp_path / "hooked_module.py"
    sys.modules.pop("hooked_module", None)
    finder = next(finder for finder in sys.meta_path if type(finder).__name__ == "_HookFinder")
    sys.meta_path.remove(finder)


def test_callback_sees_the_finished_module(module_file):
    import_hooks.when_imported("hooked_module", lambda module: setattr(module, "value", module.value + 1))
    assert importlib.import_module("hooked_module").value == 2


def test_callback_runs_at_once_for_an_imported_module(module_file):
    module = importlib.import_module("hooked_module")
    import_hooks.when_imported("hooked_module", lambda module: setattr(module, "value", 5))
    assert module.value == 5


def test_callback_runs_again_after_a_reload(module_file):
    import_hooks.when_imported("hooked_module", lambda module: setattr(module, "value", 7))
    module = importlib.import_module("hooked_module")
    module.value = 0
    assert importlib.reload(module).value == 7


def test_a_failing_callback_is_reported_and_the_import_goes_on(module_file):
    def broken(module):
        raise ZeroDivisionError

    import_hooks.when_imported("hooked_module", broken)
    assert importlib.import_module("hooked_module").value == 1
    told = []
    import_hooks.report_faults_to(lambda where, error: told.append((where, type(error))))
    assert told == [("broken after import of hooked_module", ZeroDivisionError)]


def test_the_importer_keeps_the_students_own_import_error(module_file):
    module_file.write_text("import no_such_module_at_all\n")
    import_hooks.when_imported("hooked_module", lambda module: None)
    with pytest.raises(ModuleNotFoundError, match="no_such_module_at_all"):
        importlib.import_module("hooked_module")
