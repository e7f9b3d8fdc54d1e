"""When a statement is tried again, what is read from an error, and what stands for a lost name."""

import asyncio
import contextlib
import json
import linecache
from types import SimpleNamespace

import pytest
import supply
import supply_names
import supply_packages
from supply_code import NotebookCode
from supply_downloads import share_of


class Fake:
    """A supplier that always can, or never."""

    def __init__(self, can=True, trains=False):
        self.tries_left, self._can, self._trains = supply.MOST_TRIES, can, trains
        self.failed = 0
        self.made_by_statement = set()
        self.trying_again = contextlib.nullcontext

    def journal_size(self):
        return 0

    def has_trained_since(self, size):
        return self._trains

    def supply(self, error):
        return self._can

    def cell_failed(self):
        self.failed += 1


def runs(fake, fails):
    """How often a statement is run that fails `fails` times, and whether it failed at last."""
    tries = []

    async def real(code, result, *, async_=False):
        tries.append(code)
        result.error_in_exec = ValueError() if len(tries) <= fails else result.error_in_exec
        return len(tries) <= fails

    result = SimpleNamespace(error_in_exec=None)
    failed = asyncio.run(supply.tried_again(real, fake)("code", result))
    return len(tries), failed, result.error_in_exec is None


def test_a_statement_runs_again_when_what_it_lacked_is_there():
    assert runs(Fake(), fails=1) == (2, False, True)


def test_a_statement_that_works_runs_once():
    assert runs(Fake(), fails=0) == (1, False, True)


def test_not_more_than_three_times_again():
    fake = Fake()
    assert runs(fake, fails=9) == (1 + supply.MOST_TRIES, True, False)
    assert fake.failed == 1


def test_not_where_nothing_could_be_supplied():
    assert runs(Fake(can=False), fails=1) == (1, True, False)


def test_not_where_the_statement_has_trained_already():
    assert runs(Fake(trains=True), fails=1) == (1, True, False)


@pytest.mark.parametrize(
    ("events", "has_trained"),
    [
        ([], False),
        ([{"event": "stage_begin"}, {"event": "stage_end", "steps": 0}], False),
        ([{"event": "stage_begin"}, {"event": "batch"}], True),
        ([{"event": "stage_end", "steps": 2}], True),
    ],
)
def test_a_training_is_seen_in_what_the_journal_has_gained(assets, scratch, events, has_trained):
    journal = scratch / "journal.jsonl"
    journal.write_text('{"event": "batch"}\n')
    supplier = supply.Supplier(assets, [], str(journal))
    before = supplier.journal_size()
    with journal.open("a") as file:
        file.writelines(json.dumps(event) + "\n" for event in events)
    assert supplier.has_trained_since(before) is has_trained


@pytest.mark.parametrize(
    ("error", "path"),
    [
        (FileNotFoundError(2, "No such file or directory", "/data/x"), "/data/x"),
        (ValueError("Could not find directory ../a/b"), "../a/b"),
        (RuntimeError("{{function_node}} pets/cat.1.jpg; No such file or directory [Op:ReadFile]"), "pets/cat.1.jpg"),
        (RuntimeError("{{function_node __w/job:localhost/CPU:0}} a/b.jpg; No such file or directory"), "a/b.jpg"),
        (RuntimeError("Expected 'tf.Tensor(False)' to be true. b'No files matched pattern: a/*/*.jpg'"), "a"),
        (ValueError("shapes (3,) and (4,) not aligned"), ""),
        (KeyError("data/x.jpg"), ""),
    ],
)
def test_the_path_that_an_error_speaks_of(error, path):
    assert supply.path_missing(error) == path


@pytest.mark.parametrize(
    ("line", "is_writing"),
    [
        ("open('no/such/a.txt', 'w')", True),
        ("import os; os.mkdir('no/such/folder')", True),
        ("import shutil; open('b', 'w').close(); shutil.copyfile('b', 'no/such/b')", True),
        ("open('no/such/a.txt')", False),
        ("import shutil; shutil.copyfile('no/such/b', 'c')", False),
        ("import os; os.listdir('no/such')", False),
    ],
)
def test_what_was_to_be_written_is_not_made(line, is_writing, scratch):
    name = "<ipython-input-test>"
    linecache.cache[name] = (len(line), None, [line], name)
    with pytest.raises(FileNotFoundError) as caught:
        exec(compile(line, name, "exec"), {})  # noqa: S102
    path = caught.value.filename if caught.value.filename2 is None else caught.value.filename2
    assert supply.is_writing(caught.value, path) is is_writing


@pytest.mark.parametrize(
    ("name", "code", "kind"),
    [
        ("train_ds", "model.fit(train_ds)", "dataset"),
        ("train", "for a, b in train.take(1): pass", "dataset"),
        ("train_it", "train_it.class_indices", "generator"),
        ("val_generator", "model.fit(x, validation_data=val_generator)", "generator"),
        ("X_train", "model.fit(X_train, y_train)", "pictures"),
        ("y_test", "model.evaluate(X, y_test)", "labels"),
        ("class_names", "print(class_names[0])", "names"),
        ("data", "data.shape", ""),
        ("model", "model.summary()", ""),
        ("threshold", "print(threshold)", ""),
    ],
)
def test_what_a_lost_name_stands_for(name, code, kind):
    assert supply_names.kind_of(name, NotebookCode([code]).uses_of_name(name)) == kind


class Lost:
    """What the supply of names needs of a supplier."""

    def __init__(self, assets, cell, *names):
        self.assets, self.lost = assets, dict.fromkeys(names, cell)
        self.shell = SimpleNamespace(user_ns={})
        self.code = lambda: NotebookCode([cell])


def test_a_function_of_a_cell_that_failed_is_taken_from_it(assets):
    lost = Lost(assets, "data = load()\ndef head(x):\n    return x + SIZE\nSIZE = 160", "head", "SIZE", "data")
    assert supply_names.supply(NameError("name 'head' is not defined"), lost)
    assert supply_names.supply(NameError("name 'SIZE' is not defined"), lost)
    assert lost.shell.user_ns["head"](1) == 161


def test_a_name_that_no_cell_binds_stays_undefined(assets):
    assert not supply_names.supply(NameError("name 'train_ds' is not defined"), Lost(assets, "x = 1", "x"))


def test_no_data_set_stands_for_one_that_was_scaled_in_the_lost_cell(assets):
    lost = Lost(assets, "train_ds = load('x').map(lambda a, b: (a / 255, b))", "train_ds")
    assert not supply_names.supply(NameError("name 'train_ds' is not defined"), lost)


@pytest.mark.parametrize(
    ("code", "is_supplied"),
    [
        ("from my_plots import show\nshow(history)", True),
        ("import my_plots as p\np.show(history)\nx = 1", True),
        ("import torch\nt = torch.cuda.is_available()", True),
        ("from my_models import build\nmodel = build()", False),
        ("from my_models import train\ntrain()", False),
        ("from my_data import *", False),
        ("import my_data\nfor x in my_data.all(): pass", False),
    ],
)
def test_only_what_is_no_part_of_a_model_is_stubbed(assets, monkeypatch, code, is_supplied):
    monkeypatch.setattr("sys.meta_path", [])
    supply_packages.install(assets.log)
    name = NotebookCode([code]).trees[0].body[0]
    module = name.module if hasattr(name, "module") else name.names[0].name
    assert supply_packages.supply(module, NotebookCode([code]), assets.log) is is_supplied


@pytest.mark.parametrize(
    ("asked", "share"),
    [("train", (0, 200)), ("train[:80%]", (0, 160)), ("train[80%:90%]", (160, 180)), ("train[:50]", (0, 50)),
     ("train[-20%:]", (160, 200)), ("train[5000:]", (0, 200))],
)  # fmt: skip
def test_shares_of_a_split(asked, share):
    assert share_of(asked, 200) == share
