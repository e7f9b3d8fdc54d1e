"""Which names a cell would have given, read without running it."""

from __future__ import annotations

import pytest

from grader.evidence.cell_names import bound_names, installed_packages, used_names

BOUND = [
    ("assignments", "a = 1\nb, (c, *d) = f()\ne += 1", {"a", "b", "c", "d", "e"}),
    ("functions and classes, not what is inside", "def f(x):\n    y = 1\nclass G:\n    z = 2", {"f", "G"}),
    ("imports", "import os.path, numpy as np\nfrom keras import layers as L", {"os", "np", "L"}),
    ("blocks", "for i in range(3):\n    if i:\n        k = i\nwith open(p) as f:\n    t = 1", {"i", "k", "f", "t"}),
    ("not those of a comprehension", "x = [q for q in range(3)]", {"x"}),
    ("attributes are no names", "model.trainable = False", set()),
    ("magics and shell lines", "%matplotlib inline\n!pip install x\nfiles = !ls\ny = 2", {"files", "y"}),
    ("cell that Python can't read", "import os\nmodel = build(\ndef f(:\nx == 1", {"os", "model", "f"}),
]


@pytest.mark.parametrize(("source", "names"), [b[1:] for b in BOUND], ids=[b[0] for b in BOUND])
def test_names_that_a_cell_gives(source: str, names: set[str]) -> None:
    assert bound_names(source) == names


def test_names_given_before_the_failing_line_are_there() -> None:
    source = "a = 1\nb = f(\n    2)\nc = 3"
    assert bound_names(source, from_line=3) == {"b", "c"}


def test_names_that_a_line_reads() -> None:
    assert used_names("a = 1\nmodel.fit(train, epochs=n)", 2) == {"model", "train", "n"}
    assert used_names("a = (", 1) == frozenset()


def test_packages_that_a_cell_installs() -> None:
    source = "!pip install -q imutils==0.5 'tensorflow-hub>=0.1'\n%pip install torch\nprint('pip')"
    assert installed_packages(source) == {"imutils", "tensorflow_hub", "torch"}
