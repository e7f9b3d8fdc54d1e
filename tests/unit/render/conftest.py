"""Hand-built results and evidence for pages: small, invented, and complete enough to look at."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from grader.records import (
    Cause,
    CauseKind,
    Cell,
    CellKind,
    Criterion,
    CriterionResult,
    Evidence,
    IntakeRemark,
    Notice,
    Outcome,
    Place,
    Result,
    Reveal,
    Rubric,
    Says,
    Statement,
    Trouble,
    Witness,
    Wording,
)

MODEL_CELL = """\
# the pretrained network comes without its classifier
backbone = keras.applications.MobileNetV2(
    input_shape=IMG_SHAPE, include_top=False, weights="imagenet"
)

inputs = keras.Input(shape=IMG_SHAPE)
x = flip_and_turn(inputs)
x = keras.applications.mobilenet_v2.preprocess_input(x)
x = backbone(x, training=False)
x = layers.GlobalAveragePooling2D()(x)
outputs = layers.Dense(2, activation="softmax")(x)   # one unit for each of the classes
net = keras.Model(inputs, outputs, name="pets_or_not_pets_a_long_name_so_that_this_line_must_scroll_in_its_own_box")
"""
FIT_CELL = """\
net.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
first = net.fit(train, epochs=10, validation_data=held_back)
backbone.trainable = False
"""
PLOT_CELL = 'plt.plot(first.history["acc"], label="training")\nplt.legend()\nplt.show()\n'


def cells(*sources: str) -> tuple[Cell, ...]:
    """Code cells 1, 2, …; a source that begins with `# ` and has no newline is a heading."""
    return tuple(
        Cell(
            number=i,
            kind=CellKind.MARKDOWN if s.startswith("## ") else CellKind.CODE,
            source=s,
        )
        for i, s in enumerate(sources, start=1)
    )


CELLS = cells(
    "## Cats and dogs",
    "import keras\nfrom keras import layers\nimport matplotlib.pyplot as plt\n",
    'flip_and_turn = keras.Sequential([layers.RandomFlip("horizontal"), layers.RandomRotation(0.2)])\n',
    MODEL_CELL,
    "net.summary()",
    FIT_CELL,
    PLOT_CELL,
    'print(max(first.history["acc"]))',
    "again = net.fit(train, epochs=20, initial_epoch=10)",
)


def says(
    witness: str, says: str, found: str, cell: int | None = None, line: int | None = None, excerpt: str = ""
) -> Statement:
    """What a witness says, in a line."""
    place = Place(cell=cell, line=line) if cell else None
    return Statement(witness=Witness(witness), says=Says(says), found=found, place=place, excerpt=excerpt)


def criterion(
    id: str = "head", outcome: str = "met", points: float = 4, possible: float = 4, **more: Any
) -> CriterionResult:
    """One judged criterion; what is not said is plain."""
    given = {"title": f"Title of {id}", "looked_for": f"Looked for {id}.", "found": f"Found {id}.", **more}
    return CriterionResult(id=id, outcome=Outcome(outcome), points=points, possible=possible, **given)


def result(*criteria: CriterionResult, **more: Any) -> Result:
    """A result of the given criteria."""
    given: dict[str, Any] = {
        "student": "noor",
        "display_name": "Noor Haddad",
        "notebook_name": "lab06_noor.ipynb",
        "digest": "5f" * 32,
        "rubric_id": "lab06",
        "rubric_title": "Lab 06 · Transfer learning",
        "rubric_digest": "c0ffee12" * 8,
        "criteria": criteria,
    }
    return Result(**{**given, **more})


def evidence(of: Result, cells: tuple[Cell, ...] = CELLS, **more: Any) -> Evidence:
    """Evidence behind a result, as far as a page reads it."""
    given: dict[str, Any] = {
        "student": of.student,
        "display_name": of.display_name,
        "notebook_name": of.notebook_name,
        "digest": of.digest,
        "cells": cells,
        "testimonies": (),
        "causes": of.causes,
        "notices": of.notices,
        "intake": of.intake,
        "phases": {"start": 3.4, "cells": 12.9, "inspect": 5.1, "judge": 0.02},
        "environment": {"keras": "3.15.1", "tensorflow": "2.21.0"},
        "peak_memory_mb": 1181.0,
        "cpu_s": 19.4,
    }
    return Evidence(**{**given, **more})


def rich_criteria() -> tuple[CriterionResult, ...]:
    """A page's worth of criteria with every outcome."""
    top_place = Place(cell=4, line=2)
    return (
        criterion(
            "backbone_without_top",
            title="The backbone is loaded without its classification layers",
            looked_for="A network of `keras.applications`, built with `include_top=False`.",
            found="`MobileNetV2` was built with `include_top=False`.",
            place=top_place,
            excerpt="\n".join(MODEL_CELL.splitlines()[1:4]),
            reason="All who can tell agree.",
            statements=(
                says("source", "yes", "`include_top=False` is written here.", 4, 3),
                says("run", "yes", "The call had `include_top=False`.", 4, 2),
                says("model", "yes", "The backbone ends in `out_relu`, shape `(32, 5, 5, 1280)`."),
                says("document", "cant_tell", "No saved output shows it."),
            ),
        ),
        criterion(
            "frozen_before_first_fit",
            "not_met",
            0,
            5,
            title="The backbone is frozen before the first training",
            looked_for="`trainable = False` on the backbone before the first `fit` of the model that contains it.",
            found="It is frozen, but only after the first training: that training changed all of its weights.",
            next_step="Move `backbone.trainable = False` above `net.compile(...)`, and train again.",
            hint="Look at the order of your cells.",
            place=Place(cell=6, line=3),
            excerpt="backbone.trainable = False",
            reason="Your code, the run and the saved model agree.",
            statements=(
                says("source", "no", "Set in line 3, after the `fit` in line 2.", 6, 3),
                says("run", "no", "All 154 layers could learn when `fit` began.", 6, 2),
                says("model", "no", "The backbone’s weights differ from those that were loaded."),
                says("document", "cant_tell", "Your saved outputs don’t show the number of trainable parameters."),
            ),
        ),
        criterion(
            "augmentation_wired",
            title="Training images pass through the augmentation layers",
            found="`RandomFlip` and `RandomRotation` stand in front of the backbone.",
            place=Place(cell=4, line=7),
            excerpt="x = flip_and_turn(inputs)",
            reason="All who can tell agree.",
            statements=(
                says("source", "yes", "Called on the inputs.", 4, 7),
                says("run", "yes", "Both layers ran.", 6, 2),
            ),
        ),
        criterion(
            "preprocessing_once",
            "undecided",
            0,
            5,
            pending=5,
            title="Pixels are scaled to [-1, 1] exactly once",
            looked_for="`preprocess_input` of the backbone or its like, once on the way to the backbone.",
            found="What your code says and what reached the backbone do not fit together.",
            reason="Your code and the run contradict each other.",
            statements=(
                says(
                    "source",
                    "yes",
                    "`preprocess_input` is called once, in the model.",
                    4,
                    8,
                    "x = keras.applications.mobilenet_v2.preprocess_input(x)",
                ),
                says("run", "no", "A training batch reached the backbone in [-1.008, -0.992]: scaled twice.", 6, 2),
                says("model", "no", "The saved model scales once; the images that entered it were scaled already."),
                says("document", "cant_tell", "No saved output shows pixel values."),
            ),
        ),
        criterion(
            "inference_mode",
            "partly",
            1,
            2,
            title="The backbone is called in inference mode",
            looked_for="`training=False` when the backbone is called in the model.",
            found="`training=False` is written, but the backbone is called a second time without it.",
            next_step="Call the backbone once, and use its output in both places.",
            place=Place(cell=4, line=9),
            excerpt="x = backbone(x, training=False)",
            reason="All who can tell agree.",
            statements=(says("source", "partly", "Two calls, one with `training=False`.", 4, 9),),
        ),
        criterion(
            "binary_head",
            "not_met",
            0,
            4,
            title="The head is one unit with a sigmoid",
            looked_for="A last layer `Dense(1, activation='sigmoid')`, or `Dense(1)` with `from_logits=True`.",
            found="The last layer has 2 units with softmax: its output is `(32, 2)`.",
            next_step="Use `Dense(1, activation='sigmoid')`: two classes need one number.",
            hint="How many numbers does a yes-or-no question need?",
            place=Place(cell=4, line=11),
            excerpt='outputs = layers.Dense(2, activation="softmax")(x)   # one unit for each of the classes',
            reason="Your code, the run and the saved model agree.",
            statements=(
                says("source", "no", '`Dense(2, activation="softmax")`.', 4, 11),
                says("run", "no", "The head gave `(32, 2)`.", 6, 2),
                says("model", "no", "2 units, softmax."),
            ),
        ),
        criterion(
            "loss_agrees",
            "not_met",
            0,
            3,
            title="The loss agrees with the head",
            looked_for="`binary_crossentropy` on one unit.",
            found="`binary_crossentropy` is used on 2 units.",
            next_step="With one unit, the loss that you have is right.",
            place=Place(cell=6, line=1),
            statements=(says("run", "no", "Compiled with binary_crossentropy.", 6, 1),),
        ),
        criterion(
            "fine_tuning_recompiled",
            "undecided",
            0,
            2,
            pending=2,
            title="The model is recompiled after unfreezing",
            found="Nobody could tell, because fine-tuning was not reached.",
            reason="No witness could tell.",
            statements=(says("source", "cant_tell", "No `compile` follows."), says("run", "cant_tell", "Not reached.")),
        ),
    )


def rich_result(**more: Any) -> Result:
    """A student with every outcome, an error with echoes, and a run that was shortened and stood in."""
    given: dict[str, Any] = {
        "subject": "`net`, built in cell 4",
        "causes": (
            Cause(
                kind=CauseKind.STUDENT_ERROR,
                message="KeyError: 'acc'",
                place=Place(cell=7, line=1),
                excerpt='plt.plot(first.history["acc"], label="training")',
                advice='The history has `accuracy`, not `acc`: use `first.history["accuracy"]`.',
                echoes=(8, 9),
            ),
            Cause(kind=CauseKind.MISSING_PACKAGE, message="No module named 'visualkeras'", place=Place(cell=9, line=1)),
        ),
        "notices": (
            Notice(
                kind="shortened", message="10 epochs asked, 1 run with 2 steps of 8 images", place=Place(cell=6, line=2)
            ),
            Notice(
                kind="stand_in", message="Data set cats_and_dogs_filtered: drawn pictures of the same names and sizes"
            ),
            Notice(kind="stand_in", message="MobileNetV2 weights: seeded and calibrated, not ImageNet’s"),
            Notice(
                kind="skipped", message="`!pip install -q visualkeras` was noted, not run", place=Place(cell=2, line=1)
            ),
            Notice(kind="answered", message="drive.mount('/content/drive') was answered", place=Place(cell=2, line=3)),
        ),
    }
    return result(*rich_criteria(), **{**given, **more})


def rubric(*criteria: CriterionResult) -> Rubric:
    """The rubric by which the given criteria were judged."""
    return Rubric(
        id="lab06",
        title="Lab 06 · Transfer learning",
        digest="c0ffee12" * 8,
        criteria=tuple(
            Criterion(id=c.id, title=c.title, check=c.id, points=c.possible, wording=Wording(looked_for=c.looked_for))
            for c in criteria or rich_criteria()
        ),
    )


@pytest.fixture(scope="session")
def build() -> SimpleNamespace:
    """The builders of this file, by name."""
    return SimpleNamespace(
        cells=cells,
        says=says,
        criterion=criterion,
        result=result,
        evidence=evidence,
        rich_criteria=rich_criteria,
        rich_result=rich_result,
        rubric=rubric,
        remark=IntakeRemark,
        trouble=Trouble,
        reveal=Reveal,
    )
