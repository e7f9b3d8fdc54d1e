"""Magics, shell lines and cells that are no Python: what can be read is read, line by line as handed in."""

from __future__ import annotations

import time

import pytest

from grader.evidence.source import read_source
from grader.records import Cell, CellKind, Place

MAGICS = {
    "shell line as the only body": "if not os.path.exists('data'):\n    !wget http://x/y.zip\n",
    "indented magic in try": "try:\n    %tensorflow_version 2.x\nexcept Exception:\n    pass\n",
    "variable in a shell line": "path = '/content'\n!unzip -q {path}/a.zip -d $path\n",
    "continued shell line": "!pip install \\\n    keras \\\n    numpy\n",
    "assigned shell line": "files = !ls\n",
    "line magic": "%matplotlib inline\n",
    "help": "keras.Model?\n?keras\nkeras.Model??\n",
    "quotes in a shell line": "!echo \"don't\"\n",
    "timing": "%time print(1)\n",
    "modulo in brackets": "a = (7\n  % 3)\n",
}


@pytest.mark.parametrize("magic", MAGICS.values(), ids=MAGICS.keys())
def test_magics_do_not_hide_the_code_around_them(lab, magic):
    told = lab(freeze=f"{magic}base.trainable = False")
    line = magic.count("\n") + 1
    assert told.remarks == ()
    assert told.freezings[0].place == Place(cell=5, line=line)
    assert told.freezings[0].excerpt == "base.trainable = False"
    assert told.accounts[0].stages[0].backbone_trainable.value == "none"


@pytest.mark.parametrize("first", ["%%time", "%%capture out", "%%timeit -n 1", "\n\n%%time"])
def test_cells_that_are_timed_are_code(account, first):
    told = account(fit=f"{first}\nhistory = model.fit(train_ds, epochs=10)")
    assert told.stages[0].place == Place(cell=8, line=first.count("\n") + 2)


@pytest.mark.parametrize("first", ["%%bash", "%%writefile f.py", "%%html", "%%script false --no-raise-error", "%%sh"])
def test_cells_of_other_languages_do_nothing(account, first):
    assert account(freeze=f"{first}\nbase.trainable = False").stages[0].backbone_trainable.value == "all"


def test_timed_line_is_code(account):
    assert len(account(fit="%time history = model.fit(train_ds, epochs=10)").stages) == 2


@pytest.mark.parametrize("broken", ["for x in\n", "print 'old'\n", "a = (1\n", "base.trainable = = False", "\x00"])
def test_a_cell_that_is_no_python_is_left_out_and_said(lab, broken):
    told = lab(augment=broken, build="model = keras.Sequential([base, layers.GlobalAveragePooling2D()])")
    assert [r for r in told.remarks if r.startswith("Cell 3 is not valid Python")]
    assert told.accounts[0].stages[0].backbone_trainable.value == "none"
    assert not told.accounts[0].augmentation.defined.known


def test_markdown_and_raw_cells_are_not_code():
    cells = (Cell(number=1, kind=CellKind.MARKDOWN, source="base = keras.applications.VGG16()"),
             Cell(number=2, kind=CellKind.CODE, source="import keras\nbase = keras.applications.MobileNetV2()"),
             Cell(number=3, kind=CellKind.RAW, source="base = keras.applications.VGG19()"))
    told = read_source(cells)
    assert [(b.name.value, b.name.place.cell) for b in told.loaded] == [("MobileNetV2", 2)]


@pytest.mark.parametrize("cells", [(), ("",), ("   \n",), ("# nothing",)], ids=["none", "empty", "blank", "comment"])
def test_a_notebook_without_code_gives_no_accounts(read, cells):
    told = read(*cells)
    assert told.accounts == ()


def test_everything_in_one_cell(lab, read, parts):
    together, apart = read("\n".join(parts.values())), lab()
    assert [s.backbone_trainable.value for s in together.accounts[0].stages] == ["none", "part"]
    assert together.accounts[0].backbone.output_shape.value == apart.accounts[0].backbone.output_shape.value


def test_statements_after_an_error_in_the_same_cell_are_followed(account):
    told = account(freeze="1 / 0\nundefined_name\nbase.trainable = False")
    assert told.stages[0].backbone_trainable.value == "none"


def test_reading_a_lab_is_quick(lab):
    lab()
    began = time.process_time()
    lab()
    assert time.process_time() - began < 0.1


def test_reading_twice_says_the_same(lab):
    assert lab().model_dump_json() == lab().model_dump_json()
