"""The accuracy that was reached: measured or claimed, the band, the policy, and what no code can have printed."""

from __future__ import annotations

from typing import Any

import pytest

from grader.judge import judge
from grader.records import (
    Account,
    Backbone,
    Band,
    Block,
    BlockKind,
    Cause,
    CauseKind,
    Cell,
    CellKind,
    Criterion,
    CriterionResult,
    Evaluation,
    Evidence,
    Loss,
    Notice,
    Outcome,
    Place,
    Quantity,
    Reference,
    ReferenceAsset,
    Report,
    ReportForm,
    Result,
    Rubric,
    Stage,
    Testimony,
    Trainable,
    Witness,
    Wording,
    known,
)

STAND_INS = {"pictures": "drawn"}
TRUE = {"pictures": "true"}
LOGGED = {"accuracy": (0.90, 0.94), "val_accuracy": (0.92, 0.95), "loss": (0.3, 0.2), "val_loss": (0.25, 0.2)}


def reference(assets: dict[str, str] = TRUE, mean: float = 0.96, floor: float = 0.93, name: str = "VGG16") -> Reference:
    told = Band(mean=mean, spread=0.01, floor=floor, seeds=3)
    return Reference(
        rubric_id="lab", notebook_digest="n", seeds=(),
        assets={key: ReferenceAsset(digest=value, stand_in=value == "drawn") for key, value in assets.items()},
        bands={name: {Quantity.VALIDATION: told, Quantity.TEST: told}},
    )


def rubric(**parameters: Any) -> Rubric:
    criterion = Criterion(id="reached", title="Accuracy", check="accuracy_reached", points=10, parameters=parameters,
                          wording=Wording(looked_for="as good as the reference"))
    return Rubric(id="lab", title="Lab", digest="d", criteria=(criterion,))


def stage(order: int, cell: int, **changes: Any) -> Stage:
    facts = {"place": Place(cell=cell), "epochs_asked": known(2), "steps_asked": known(10), "completed": known(True),
             "loss": known(Loss(name="sparse_categorical_crossentropy")),
             "backbone_trainable": known(Trainable.NONE if order == 0 else Trainable.PART)}
    return Stage(order=order, **{**facts, **changes})


def run(*stages: Stage, name: str = "VGG16", key: str = "m0", **changes: Any) -> Account:
    backbone = Backbone(name=known(name), in_model=known(True))
    return Account(witness=Witness.RUN, model_key=key, backbone=backbone, stages=stages or (stage(0, 3),), **changes)


def log(cell: int = 3, **changes: Any) -> Stage:
    return stage(0, cell, **{"excerpt": "Epoch 1/2 … Epoch 2/2", "history": known(LOGGED), **changes})


def evidence(*accounts: Account, logs: tuple[Stage, ...] = (), shown: dict[int, str] | None = None,
             said: str = "", **changes: Any) -> Evidence:
    cells = tuple(
        Cell(number=n, kind=CellKind.CODE, source=f"step_{n}()",
             outputs=({"output_type": "stream", "text": shown[n]},) if shown and n in shown else ())
        for n in range(1, 8)
    )
    told = Account(witness=Witness.DOCUMENT, stages=logs)
    report = Report(file_name="r.md", form=ReportForm.MARKDOWN, digest="r",
                    blocks=(Block(kind=BlockKind.TEXT, text=said),)) if said else None
    return Evidence(**{
        "student": "ada", "display_name": "Ada", "notebook_name": "lab.ipynb", "digest": "d", "cells": cells,
        "testimonies": (Testimony(witness=Witness.RUN, accounts=accounts),
                        Testimony(witness=Witness.DOCUMENT, available=bool(logs), accounts=(told,) if logs else ())),
        "assets": STAND_INS, "report": report, **changes,
    })  # fmt: skip


def measured(value: float, **changes: Any) -> Evidence:
    return evidence(run(stage(0, 3, history=known({"val_accuracy": (0.5, value)}))), **changes)


def claiming(value: float = 0.95, **changes: Any) -> Evidence:
    history = {**LOGGED, "val_accuracy": (0.92, value), "val_loss": (0.25, max(0.2, 1 - value))}
    return evidence(run(), logs=(log(history=known(history)),), **changes)


def judged(given: Evidence, *references: Reference, **parameters: Any) -> Result:
    return judge(given, rubric(**parameters), references=references)


def only(result: Result) -> CriterionResult:
    (found,) = result.criteria
    return found


# --------------------------------------------------------------------------- measured


@pytest.mark.parametrize(("value", "outcome", "fault", "points"), [
    (0.97, Outcome.MET, "", 10),
    (0.93, Outcome.MET, "", 10),
    (0.9299, Outcome.PARTLY, "near_band", 5),
    (0.88, Outcome.PARTLY, "near_band", 5),
    (0.8799, Outcome.NOT_MET, "below_band", 0),
], ids=["above", "at the floor", "just below", "at the end of near", "far below"])
def test_what_was_measured_is_judged_by_the_band(value: float, outcome: Outcome, fault: str, points: float) -> None:
    found = only(judged(measured(value), reference(STAND_INS)))
    assert (found.outcome, found.fault, found.points) == (outcome, fault, points)
    assert "Measured" in found.found and "claim" not in found.found


def test_how_near_is_near_is_the_rubrics() -> None:
    assert only(judged(measured(0.92), reference(STAND_INS), near=0.0)).outcome == Outcome.NOT_MET


@pytest.mark.parametrize("references", [(), (reference(TRUE),), (reference(STAND_INS, name="ResNet50"),)],
                         ids=["no record", "other assets", "another backbone"])
def test_without_a_fitting_reference_nothing_is_held_against_anybody(references: tuple[Reference, ...]) -> None:
    found = only(judged(measured(0.2), *references))
    assert (found.outcome, found.points, found.pending) == (Outcome.UNDECIDED, 0, 10)
    assert "reference" in found.reason


def test_the_policy_for_claims_is_not_for_what_was_measured() -> None:
    assert only(judged(measured(0.97), reference(STAND_INS), policy="ignore")).outcome == Outcome.MET


def test_a_fault_of_ours_costs_nothing() -> None:
    ours = (Cause(kind=CauseKind.GRADER_FAULT, message="the disk was full"),)
    assert only(judged(measured(0.2, causes=ours), reference(STAND_INS))).outcome == Outcome.UNDECIDED
    assert only(judged(measured(0.2), reference(STAND_INS))).outcome == Outcome.NOT_MET


def test_a_recorder_that_was_tampered_with_measures_nothing() -> None:
    given = measured(0.97)
    told = [t.model_copy(update={"remarks": ("tampering: the journal's key was read",)}) if t.witness == Witness.RUN
            else t for t in given.testimonies]
    found = only(judged(given.model_copy(update={"testimonies": tuple(told)}), reference(STAND_INS)))
    assert found.outcome == Outcome.UNDECIDED


@pytest.mark.parametrize(("split", "outcome"), [("test", Outcome.MET), ("validation", Outcome.UNDECIDED)])
def test_a_test_is_an_evaluation_on_new_pictures(split: Any, outcome: Outcome) -> None:
    told = (Evaluation(split=split, metrics={"accuracy": 0.95}),)
    given = evidence(run(evaluations=told))
    assert only(judged(given, reference(STAND_INS), quantity="test")).outcome == outcome


# --------------------------------------------------------------------------- claimed: the rubric's policy


@pytest.mark.parametrize(("value", "outcome", "points"), [
    (0.95, Outcome.MET, 10), (0.90, Outcome.PARTLY, 5), (0.80, Outcome.NOT_MET, 0),
])
def test_an_accepted_claim_earns_points_by_the_band(value: float, outcome: Outcome, points: float) -> None:
    found = only(judged(claiming(value), reference(), policy="accept"))
    assert (found.outcome, found.points) == (outcome, points)
    assert "claim" in found.found and "Measured" not in found.found


@pytest.mark.parametrize(("value", "suggested"), [(0.95, 10), (0.90, 5), (0.80, 0)])
def test_a_reviewed_claim_is_left_to_a_person_with_points_suggested(value: float, suggested: float) -> None:
    found = only(judged(claiming(value), reference(), policy="review"))
    assert (found.outcome, found.points, found.pending, found.suggested) == (Outcome.UNDECIDED, 0, 10, suggested)
    assert "claim" in found.found


@pytest.mark.parametrize("value", [0.95, 0.2])
def test_an_ignored_claim_counts_neither_way_and_is_still_called_one(value: float) -> None:
    result = judged(claiming(value), reference(), policy="ignore")
    assert (result.criteria, result.possible, result.needs_person) == ((), 0, False)
    assert any("claim" in remark and f"{value:.3f}" in remark for remark in result.remarks)


@pytest.mark.parametrize("policy", ["accept", "review"])
def test_a_claim_is_not_held_against_stand_ins(policy: str) -> None:
    found = only(judged(claiming(0.2), reference(STAND_INS), policy=policy))
    assert (found.outcome, found.suggested, found.pending) == (Outcome.UNDECIDED, None, 10)


@pytest.mark.parametrize("policy", ["accept", "review"])
def test_where_nothing_is_claimed_a_person_decides(policy: str) -> None:
    found = only(judged(evidence(run()), reference(), policy=policy))
    assert (found.outcome, found.suggested) == (Outcome.UNDECIDED, None)


def test_a_later_line_or_the_report_may_claim_too() -> None:
    printed = evidence(run(), shown={5: "Test accuracy: 0.955\n"})
    assert only(judged(printed, reference(), policy="accept", quantity="test")).outcome == Outcome.MET
    told = only(judged(evidence(run(), said="My model reached a validation accuracy of 95.1%."), reference(),
                       policy="accept"))
    assert (told.outcome, told.statements[0].witness) == (Outcome.MET, Witness.REPORT)


def test_of_two_models_in_one_loop_each_has_its_own_log() -> None:
    second = {**LOGGED, "val_accuracy": (0.5, 0.6)}
    given = evidence(run(stage(0, 3)), run(stage(0, 3), name="ResNet50", key="m1"),
                     logs=(log(), log(history=known(second))))
    criteria = tuple(
        Criterion(id=f"reached[{name}]", title="Accuracy", check="accuracy_reached", points=5, group=name,
                  parameters={"policy": "accept"}, wording=Wording(looked_for="x"))
        for name in ("VGG16", "ResNet50")
    )
    both = reference().model_copy(update={"bands": {n: reference().bands["VGG16"] for n in ("VGG16", "ResNet50")}})
    result = judge(given, rubric().model_copy(update={"criteria": criteria}), references=(both,))
    assert {c.id: c.outcome for c in result.criteria} == {"reached[VGG16]": Outcome.MET,
                                                          "reached[ResNet50]": Outcome.NOT_MET}


def test_logs_of_a_loop_that_stopped_early_belong_to_nobody() -> None:
    """One of two models was trained here before the time was up: whose the second log is, nobody can tell."""
    given = evidence(run(stage(0, 3)), logs=(log(), log(history=known({**LOGGED, "val_accuracy": (0.5, 0.6)}))))
    criterion = Criterion(id="reached[VGG16]", title="Accuracy", check="accuracy_reached", points=5, group="VGG16",
                          parameters={"policy": "accept"}, wording=Wording(looked_for="x"))
    result = judge(given, rubric().model_copy(update={"criteria": (criterion,)}), references=(reference(),))
    assert (only(result).outcome, only(result).statements) == (Outcome.UNDECIDED, ())


# --------------------------------------------------------------------------- claimed: can the code have produced it

DOUBTFUL: list[tuple[str, Evidence, str]] = [
    ("another number of epochs", evidence(run(stage(0, 3, epochs_asked=known(5))), logs=(log(),)), "asks for 5"),
    ("another number of steps", evidence(run(stage(0, 3, steps_asked=known(63))), logs=(log(),)), "63"),
    ("above one", claiming(1.2), "outside of 0 to 1"),
    ("a line was taken out",
     evidence(run(), logs=(log(excerpt="Epoch 1/2 … Epoch 2/2",
                               history=known({"accuracy": (0.9,), "val_accuracy": (0.95,)})),)), "numbers for 1"),
    ("a loss too small for its accuracy",
     evidence(run(), logs=(log(history=known({**LOGGED, "val_loss": (0.2, 0.001), "val_accuracy": (0.9, 0.93)})),)),
     "cost more"),
    ("a later cell shows another",
     claiming(0.95, shown={5: "Final validation accuracy: 0.71\n"}), "no epoch of the logs had"),
]
PRODUCIBLE: list[tuple[str, Evidence]] = [
    ("as asked", claiming()),
    ("other steps on data that was made up here",
     evidence(run(stage(0, 3, steps_asked=known(63))), logs=(log(),),
              notices=(Notice(kind="supplied", message="a missing folder"),))),
    ("stopped early: fewer epochs begun than asked",
     evidence(run(stage(0, 3, epochs_asked=known(9))),
              logs=(log(excerpt="Epoch 1/9 … Epoch 2/9", epochs_asked=known(9), completed=known(False)),))),
    ("exactly one", claiming(1.0)),
    ("a small loss beside a high accuracy",
     evidence(run(), logs=(log(history=known({**LOGGED, "val_loss": (0.2, 0.06), "val_accuracy": (0.9, 0.95)})),))),
    ("a small loss of another kind",
     evidence(run(stage(0, 3, loss=known(Loss(name="mean_squared_error")))),
              logs=(log(history=known({**LOGGED, "val_loss": (0.2, 0.001), "val_accuracy": (0.9, 0.95)})),))),
    ("a later cell shows the same, rounded", claiming(0.9512, shown={5: "Final validation accuracy: 0.95\n"})),
    ("a later cell shows the best and another number",
     claiming(0.95, shown={5: "best validation accuracy: 0.95\nvalidation accuracy of a friend: 0.71\n"})),
    ("an earlier cell shows another", claiming(0.95, shown={2: "validation accuracy before training: 0.11\n"})),
]


@pytest.mark.parametrize(("given", "said"), [d[1:] for d in DOUBTFUL], ids=[d[0] for d in DOUBTFUL])
@pytest.mark.parametrize("policy", ["accept", "review"])
def test_what_the_code_can_not_have_produced_goes_to_a_person(given: Evidence, said: str, policy: str) -> None:
    found = only(judged(given, reference(), policy=policy))
    assert (found.outcome, found.fault, found.suggested) == (Outcome.UNDECIDED, "not_producible", None)
    assert said in found.found


@pytest.mark.parametrize("given", [p[1] for p in PRODUCIBLE], ids=[p[0] for p in PRODUCIBLE])
def test_what_the_code_can_have_produced_earns_its_points(given: Evidence) -> None:
    found = only(judged(given, reference(), policy="accept"))
    assert (found.outcome, found.fault) == (Outcome.MET, "")
