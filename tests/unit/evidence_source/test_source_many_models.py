"""Seven models by one loop over a literal dictionary: each is told by itself; where the loop is not known, none is."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from grader.evidence.source import read_source
from grader.records import Account, Cell, CellKind, Testimony, Trainable

COHORT = Path(__file__).parents[3] / "submissions" / "cifar10-backbones"
SEVEN = {"EfficientNetB0", "ResNet50", "ResNet101", "VGG16", "VGG19", "InceptionV3", "MobileNetV2"}

SETUP = "from tensorflow import keras\nfrom tensorflow.keras import layers, applications as apps\n"
BUILDER = """\
def build(net, prep, size):
    base = net(include_top=False, input_shape=(size, size, 3))
    base.trainable = False
    inputs = keras.Input((size, size, 3))
    x = base(prep(inputs), training=False)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, layers.Dense(10, activation='softmax')(x)), base
"""
LITERAL = """\
NETS = {'a': (apps.VGG16, apps.vgg16.preprocess_input, 160), 'b': (apps.MobileNetV2, None, 224)}
NETS['b'] = (apps.MobileNetV2, apps.mobilenet_v2.preprocess_input, 96)
"""
LOOP = """\
for name, (net, prep, size) in NETS.items():
    model, base = build(net, prep, size)
    model.compile('adam', 'sparse_categorical_crossentropy')
    model.fit(train)
"""


def read(*sources: str) -> Testimony:
    return read_source(tuple(Cell(number=n, kind=CellKind.CODE, source=s) for n, s in enumerate(sources, start=1)))


def sample(student: str) -> tuple[Account, ...]:
    (path,) = (COHORT / student).glob("*.ipynb")
    cells = nbformat.read(path, as_version=4).cells
    kinds = {"code": CellKind.CODE, "markdown": CellKind.MARKDOWN}
    read_cells = (Cell(number=n, kind=kinds[c.cell_type], source=c.source) for n, c in enumerate(cells, start=1))
    return read_source(tuple(read_cells)).accounts


def scalings(account: Account) -> list[str]:
    parts = (account.preprocessing.in_pipeline, account.preprocessing.in_model)
    return [str(step.scaling) for part in parts for step in part.value or ()]


def test_loop_over_a_literal_dictionary_gives_an_account_an_entry() -> None:
    told = read(SETUP, BUILDER, LITERAL, LOOP).accounts
    assert [(a.backbone.name.value, a.backbone.input_shape.value, scalings(a)) for a in told] == [
        ("VGG16", (160, 160, 3), ["bgr_means"]), ("MobileNetV2", (96, 96, 3), ["minus_one_to_one"])]  # fmt: skip
    assert all(a.stages[0].backbone_trainable.is_known_as(Trainable.NONE) for a in told)


def test_line_of_a_builder_is_told_with_its_own_cell() -> None:
    for account in read(SETUP, BUILDER, LITERAL, LOOP).accounts:
        assert account.place is not None and account.stages[0].place is not None
        assert (account.place.cell, account.place.line, account.stages[0].place.cell) == (2, 7, 4)


@pytest.mark.parametrize(("changed", "sure"), [
    ("NETS = load_nets()\n", set()),
    (LITERAL + "NETS.update(more_nets())\n", set()),
    (LITERAL + "NETS[chosen()] = (apps.VGG16, None, 96)\n", set()),
    (LITERAL + "NETS.popitem()\n", set()),
    (LITERAL + "if lucky():\n    NETS = {'b': NETS['b']}\n", set()),
    (LITERAL + "if lucky():\n    del NETS['a']\n", {"MobileNetV2"}),
    (LITERAL + "if lucky():\n    NETS.pop('a')\n", {"MobileNetV2"}),
], ids=["unknown", "updated", "unknown key", "popitem", "branch", "del in a branch", "pop in a branch"])  # fmt: skip
def test_entry_that_may_not_be_there_is_never_claimed(changed: str, sure: set[str]) -> None:
    names = [a.backbone.name for a in read(SETUP, BUILDER, changed, LOOP).accounts]
    assert {name.value for name in names if name.known} == sure
    assert not all(name.known for name in names)


@pytest.mark.parametrize("changed", ["del NETS['a']\n", "NETS.pop('a')\n", "NETS.clear()\nNETS['b'] = B\n"])
def test_entry_that_was_taken_out_is_not_claimed_and_the_other_is(changed: str) -> None:
    told = read(SETUP, BUILDER, LITERAL + "B = NETS['b']\n" + changed, LOOP).accounts
    assert [a.backbone.name.value for a in told] == ["MobileNetV2"]


@pytest.mark.parametrize(("student", "backbones", "stages"), [
    ("salma-idrissi", SEVEN, 2), ("tomasz-zielinski", SEVEN, 2), ("ngaire-paewai", SEVEN, 2),
    ("nia-tudor-hughes", SEVEN - {"VGG19"}, 1),
])  # fmt: skip
def test_sample_is_followed_through_its_loop(student: str, backbones: set[str], stages: int) -> None:
    told = sample(student)
    assert {a.backbone.name.value for a in told} == backbones
    assert {len(a.stages) for a in told} == {stages}


def test_doubled_scaling_is_seen_for_each_backbone_and_the_identity_too() -> None:
    assert {(a.backbone.name.value, tuple(scalings(a))) for a in sample("tomasz-zielinski") if a.backbone.name.value
            in ("EfficientNetB0", "VGG19", "InceptionV3")} == {
        ("EfficientNetB0", ("identity", "identity")), ("VGG19", ("bgr_means", "bgr_means")),
        ("InceptionV3", ("minus_one_to_one", "minus_one_to_one"))}  # fmt: skip
