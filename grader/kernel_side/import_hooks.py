"""Callbacks that run right after a module was imported, whoever imports it and however late.

In: dotted module names and callbacks. Out: nothing; one finder at the head of `sys.meta_path`.
It must never import a module by itself, and no failure of a callback may reach the code that did the import.
Runs inside the student's kernel on any Python from 3.9 on.
"""

from __future__ import annotations

import functools
import sys
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, Callable, Dict, List, Optional, Tuple  # noqa: UP035  (a course's kernel may be Python 3.9)

Callback = Callable[[ModuleType], Any]
FaultSink = Callable[[str, BaseException], Any]


def when_imported(module_name: str, callback: Callback) -> None:
    """Calls `callback(module)` each time the module's body has run; at once too where it is already imported.

    "Each time": a reload or a second import after `del sys.modules[...]` undoes patches, so they are made again.
    """
    finder = _finder()
    finder.callbacks.setdefault(module_name, []).append(callback)
    module = sys.modules.get(module_name)
    if module is not None and not _is_being_imported(module):
        finder.run(callback, module)


def report_faults_to(sink: FaultSink) -> None:
    """Sends failures of callbacks to `sink(where, error)`, those that happened before included."""
    finder = _finder()
    finder.sinks.append(sink)
    for where, error in finder.faults:
        _tell(sink, where, error)


def report_fault(where: str, error: BaseException) -> None:
    """Tells of a failure of ours that is not a callback's, to the same sinks."""
    _finder().report(where, error)


def when_shell_is_made(serve: Callable[[Any], None], what: str) -> None:
    """Calls `serve(shell)` for every InteractiveShell of IPython, once it is made; a failure is told as `what`."""

    def hook(module: ModuleType) -> None:
        real = module.InteractiveShell.__init__  # type: ignore[attr-defined]

        @functools.wraps(real)
        def __init__(self: Any, *args: Any, **options: Any) -> None:
            real(self, *args, **options)
            try:
                serve(self)
            except Exception as error:
                report_fault(what, error)

        module.InteractiveShell.__init__ = __init__  # type: ignore[attr-defined]

    when_imported("IPython.core.interactiveshell", hook)


def _is_being_imported(module: ModuleType) -> bool:
    return bool(getattr(getattr(module, "__spec__", None), "_initializing", False))


def _finder() -> _HookFinder:
    """The one finder of this process: it lives in `sys.meta_path`, so there is no second place to look."""
    for finder in sys.meta_path:
        if isinstance(finder, _HookFinder):
            return finder
    finder = _HookFinder()
    sys.meta_path.insert(0, finder)
    return finder


def _tell(sink: FaultSink, where: str, error: BaseException) -> None:
    try:
        sink(where, error)
    except Exception:
        return


class _HookFinder:
    """Finds nothing itself: asks the finders behind it, and wraps what they find for the modules waited for."""

    def __init__(self) -> None:
        self.callbacks: Dict[str, List[Callback]] = {}  # noqa: UP006
        self.sinks: List[FaultSink] = []  # noqa: UP006
        self.faults: List[Tuple[str, BaseException]] = []  # noqa: UP006
        self.replaced: Dict[int, Tuple[Any, Any]] = {}  # noqa: UP006

    def find_spec(self, name: str, path: Any = None, target: Optional[ModuleType] = None) -> Optional[ModuleSpec]:  # noqa: UP045
        if name not in self.callbacks:
            return None
        for finder in sys.meta_path:
            if finder is self or not hasattr(finder, "find_spec"):
                continue
            spec = finder.find_spec(name, path, target)
            if spec is not None:
                if not hasattr(spec.loader, "has_run"):
                    self._wrap(name, spec)
                return spec
        return None

    def ran_before(self, modules: Dict[str, ModuleType]) -> None:  # noqa: UP006
        """Calls back for modules whose bodies ran before this process was copied from another (see warm.py).

        A callback that replaces a function comes too late here for the modules that have taken it by name: they are
        given the new one, as they would have got it.
        """
        for name, module in modules.items():
            for callback in list(self.callbacks.get(name, ())):
                self.run(callback, module)
        for module in modules.values():
            for name, value in list(vars(module).items()):
                if id(value) in self.replaced:
                    setattr(module, name, self._newest(value))

    def _newest(self, value: Any) -> Any:
        while id(value) in self.replaced:
            value = self.replaced[id(value)][1]
        return value

    def _wrap(self, name: str, spec: ModuleSpec) -> None:
        """Lets the loader call us after the body. On the loader's instance, so that its type, `get_source`,
        `get_data` and whatever else tools ask of `__loader__` stay what they are."""
        loader = spec.loader
        if loader is None or isinstance(loader, type) or not hasattr(loader, "exec_module"):
            return
        run_body = loader.exec_module

        def exec_module(module: ModuleType) -> None:
            run_body(module)
            for callback in list(self.callbacks.get(name, ())):
                self.run(callback, module)

        try:
            setattr(loader, "exec_module", exec_module)
        except AttributeError:
            return

    def run(self, callback: Callback, module: ModuleType) -> None:
        before = dict(vars(module))
        try:
            callback(module)
        except Exception as error:
            self.report(f"{getattr(callback, '__name__', callback)} after import of {module.__name__}", error)
        for name, old in before.items():
            new = vars(module).get(name, old)
            if new is not old and callable(old):
                self.replaced[id(old)] = (old, new)

    def report(self, where: str, error: BaseException) -> None:
        self.faults.append((where, error))
        for sink in self.sinks:
            _tell(sink, where, error)
