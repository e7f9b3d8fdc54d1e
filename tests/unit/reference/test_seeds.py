"""What a seed's training reached, as the run witnessed it."""

from __future__ import annotations

from typing import Any

import pytest

from grader.errors import GraderError
from grader.records import (
    Account,
    Backbone,
    Evaluation,
    Quantity,
    ReferenceSeed,
    Stage,
    Testimony,
    Witness,
    cant_tell,
    known,
)
from grader.reference import seed_of

FIRST = {"accuracy": (0.6, 0.8), "val_accuracy": (0.7, 0.9), "loss": (0.5, 0.3)}
SECOND = {"accuracy": (0.82,), "val_accuracy": (0.85,)}


def stage(order: int, history: dict[str, tuple[float, ...]] | None) -> Stage:
    told = cant_tell("shortened") if history is None else known(history)
    return Stage(order=order, history=told, steps_run=known(20))


def account(*histories: dict[str, tuple[float, ...]] | None, **changes: Any) -> Account:
    stages = tuple(stage(order, history) for order, history in enumerate(histories))
    backbone = Backbone(name=known("VGG16"), in_model=known(True))
    return Account(**{"witness": Witness.RUN, "backbone": backbone, "stages": stages, **changes})


def seed(*accounts: Account) -> ReferenceSeed:
    told = Testimony(witness=Witness.RUN, accounts=accounts)
    return seed_of(told, seed=1, wall_s=2, cpu_s=3, peak_memory_mb=4, environment={"keras": "3.15.1", "pip": "24"})


def test_last_and_best_epochs_are_told_apart() -> None:
    (model,) = seed(account(FIRST, SECOND)).models
    assert model.reached == {Quantity.TRAINING: 0.82, Quantity.VALIDATION: 0.85, Quantity.BEST_TRAINING: 0.82,
                             Quantity.BEST_VALIDATION: 0.9}
    assert [(fit.epochs, fit.steps) for fit in model.fits] == [(2, 20), (1, 20)]


def test_the_last_evaluation_on_new_pictures_is_the_test() -> None:
    told = tuple(Evaluation(split=split, metrics={"accuracy": value, "loss": 1.0})
                 for split, value in (("test", 0.7), ("test", 0.75), ("validation", 0.99)))  # type: ignore[arg-type]
    (model,) = seed(account(FIRST, evaluations=told)).models
    assert model.reached[Quantity.TEST] == 0.75


def test_what_was_shortened_is_no_training_of_a_reference() -> None:
    with pytest.raises(GraderError, match="seed 1"):
        seed(account(None, None))


def test_a_model_without_a_backbone_is_left_out() -> None:
    toy = account(FIRST, backbone=Backbone(name=cant_tell(), in_model=known(False)))
    assert [model.backbone for model in seed(toy, account(FIRST)).models] == ["VGG16"]


def test_versions_are_those_that_matter() -> None:
    assert seed(account(FIRST)).versions == {"keras": "3.15.1"}
