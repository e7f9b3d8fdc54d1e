"""Many models in one notebook: every backbone is judged by its own models, on evidence built by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from grader.judge import CHECKS, judge
from grader.records import (
    Account,
    Backbone,
    BatchStatistics,
    CallTraining,
    Cause,
    CauseKind,
    Cell,
    CellKind,
    CellRun,
    CellStatus,
    CriterionResult,
    Evidence,
    Head,
    Loss,
    Place,
    Pooling,
    PoolingPart,
    Preprocessing,
    PreprocessingStep,
    Result,
    Rubric,
    Scaling,
    Site,
    Stage,
    Testimony,
    Trainable,
    Witness,
    cant_tell,
    known,
)
from grader.rubric import load_rubric

RUBRIC = Path(__file__).parents[3] / "rubrics" / "cifar10-backbones.yaml"
SCALINGS = {
    "EfficientNetB0": Scaling.IDENTITY, "ResNet50": Scaling.BGR_MEANS, "ResNet101": Scaling.BGR_MEANS,
    "VGG16": Scaling.BGR_MEANS, "VGG19": Scaling.BGR_MEANS, "InceptionV3": Scaling.MINUS_ONE_TO_ONE,
    "MobileNetV2": Scaling.MINUS_ONE_TO_ONE,
}  # fmt: skip
SEVEN = tuple(SCALINGS)
ONCE = {Scaling.IDENTITY: (0, 255), Scaling.BGR_MEANS: (-124, 151), Scaling.MINUS_ONE_TO_ONE: (-1, 1)}
TWICE = {Scaling.IDENTITY: (0, 255), Scaling.BGR_MEANS: (-247, 47), Scaling.MINUS_ONE_TO_ONE: (-1.008, -0.992)}
CELLS = tuple(Cell(number=n, kind=CellKind.CODE, source=f"step_{n}()") for n in range(1, 10))


@pytest.fixture(scope="module")
def rubric() -> Rubric:
    return load_rubric(RUBRIC, checks={name: check.parameters for name, check in CHECKS.items()})


def stage(order: int, **changes: Any) -> Stage:
    facts: dict[str, Any] = {
        "place": Place(cell=6, line=4 + 5 * order),
        "backbone_trainable": known(Trainable.PART if order else Trainable.NONE),
        "recompiled": known(True),
        "learning_rate": known(1e-5 if order else 1e-3),
        "loss": known(Loss(name="sparse_categorical_crossentropy")),
        "steps_run": known(1),
        "completed": known(True),
        "continues": known(bool(order)),
        "backbone_changed": known(bool(order)),
    }
    return Stage(order=order, **{**facts, **changes})


def model(witness: Witness, name: str, *, times: int = 1, key: str = "", **changes: Any) -> Account:
    """One of seven models that a loop builds by one function: all of them stand in the same cells."""
    scaling = SCALINGS[name]
    step = PreprocessingStep(scaling=scaling, site=Site.MODEL, place=Place(cell=5, line=3))
    low, high = (ONCE if times == 1 else TWICE)[scaling]
    reached = BatchStatistics(minimum=low, maximum=high, mean=(low + high) / 2)
    ran = witness == Witness.RUN
    facts: dict[str, Any] = {
        "label": "model",
        "model_key": key or ("" if witness == Witness.SOURCE else f"m-{name}"),
        "place": Place(cell=5, line=8),
        "backbone": Backbone(
            name=known(name, Place(cell=3, line=1 + SEVEN.index(name))), include_top=known(False),
            cut_before_top=known(False), weights=known("imagenet"), input_shape=known((160, 160, 3)),
            call_training=known(CallTraining.FALSE), in_model=known(True),
        ),
        "preprocessing": Preprocessing(
            in_model=known((step,) * times), in_pipeline=known(()), reached=known(reached) if ran else cant_tell(),
        ),
        "pooling": PoolingPart(kind=known(Pooling.GLOBAL_AVERAGE), output_shape=known((32, 512))),
        "head": Head(units=known(10), activation=known("softmax")),
        "features_precomputed": known(False),
        "stages": (stage(0), stage(1)),
    }  # fmt: skip
    return Account(witness=witness, **{**facts, **changes})


def evidence(*accounts: Account, failed: bool = False, loaded: tuple[str, ...] = (),
             causes: tuple[Cause, ...] = ()) -> Evidence:  # fmt: skip
    told = {w: tuple(a for a in accounts if a.witness == w) for w in (Witness.SOURCE, Witness.RUN, Witness.MODEL)}
    others = tuple(Backbone(name=known(name, Place(cell=4, line=1))) for name in loaded)
    return Evidence(
        student="ada", display_name="Ada", notebook_name="cifar.ipynb", digest="d", cells=CELLS, causes=causes,
        testimonies=tuple(Testimony(witness=w, available=bool(own) or w != Witness.MODEL, accounts=own,
                                    loaded=(*(a.backbone for a in own), *others)) for w, own in told.items()),
        cell_runs=tuple(CellRun(cell=c.number, status=CellStatus.ERROR if failed and c.number == 6 else CellStatus.OK)
                        for c in CELLS),
    )  # fmt: skip


def both(*names: str, **changes: Any) -> list[Account]:
    return [model(w, name, **changes) for w in (Witness.SOURCE, Witness.RUN) for name in names]


def of(result: Result, line: str) -> dict[str, CriterionResult]:
    return {c.group: c for c in result.criteria if c.line == line}


def outcomes(result: Result, line: str) -> dict[str, str]:
    return {group: str(c.outcome) for group, c in of(result, line).items()}


def test_seven_models_of_one_loop_that_are_right_earn_everything(rubric: Rubric) -> None:
    result = judge(evidence(*both(*SEVEN)), rubric)
    assert {c.outcome for c in result.criteria} == {"met"}
    assert result.points == result.possible == rubric.points == 70
    assert set(result.subjects) == set(SEVEN)


def test_each_backbone_is_judged_by_its_own_model(rubric: Rubric) -> None:
    never = {"stages": (stage(0, backbone_trainable=known(Trainable.ALL)), stage(1))}
    accounts = [*both(*(n for n in SEVEN if n != "VGG19")), *both("VGG19", **never)]
    frozen = outcomes(judge(evidence(*accounts), rubric), "frozen_before_first_fit")
    assert frozen == {name: "not_met" if name == "VGG19" else "met" for name in SEVEN}


def test_doubled_preprocessing_is_held_against_all_but_the_identity(rubric: Rubric) -> None:
    doubled = of(judge(evidence(*both(*SEVEN, times=2)), rubric), "preprocessing_once")
    assert {name for name, c in doubled.items() if c.outcome == "met"} == {"EfficientNetB0"}
    assert {c.fault for c in doubled.values() if c.outcome == "not_met"} == {"doubled"}
    assert "[-1.008, -0.992]" in next(s.found for s in doubled["InceptionV3"].statements if s.witness == Witness.RUN)
    assert "vgg19.preprocess_input" in doubled["VGG19"].next_step


def test_order_in_which_witnesses_tell_of_the_models_does_not_matter(rubric: Rubric) -> None:
    accounts = [model(Witness.SOURCE, n) for n in SEVEN] + [model(Witness.RUN, n) for n in reversed(SEVEN)]
    assert judge(evidence(*accounts), rubric).criteria == judge(evidence(*both(*SEVEN)), rubric).criteria


def test_of_two_models_on_a_backbone_the_better_is_judged_and_said(rubric: Rubric) -> None:
    toy = model(Witness.RUN, "VGG16", key="m-toy", stages=(stage(0),), place=Place(cell=2, line=1))
    result = judge(evidence(*both(*SEVEN), toy), rubric)
    assert set(outcomes(result, "fine_tuning_unfreezes").values()) == {"met"}
    assert any(r.startswith("2 models on VGG16 are trained here") for r in result.remarks)


def test_fresh_model_for_fine_tuning_is_told_for_each_backbone(rubric: Rubric) -> None:
    accounts = []
    for witness in (Witness.SOURCE, Witness.RUN):
        for name in SEVEN:
            fresh = stage(0, backbone_trainable=known(Trainable.ALL), learning_rate=known(1e-5), continues=known(False))
            accounts += [model(witness, name, stages=(stage(0),)),
                         model(witness, name, key="" if witness == Witness.SOURCE else f"t-{name}", stages=(fresh,))]
    result = judge(evidence(*accounts), rubric)
    assert {c.fault for c in of(result, "fine_tuning_continues").values()} == {"fresh_model"}
    assert set(outcomes(result, "fine_tuning_unfreezes").values()) == {"met"}
    assert set(outcomes(result, "frozen_before_first_fit").values()) == {"met"}


# --------------------------------------------------------------------------- backbones that are not there

SIX = tuple(name for name in SEVEN if name != "VGG19")


def test_backbone_that_no_model_is_built_on_is_missing(rubric: Rubric) -> None:
    result = judge(evidence(*both(*SIX)), rubric)
    absent = [c for c in result.criteria if c.group == "VGG19"]
    assert {(c.outcome, c.fault) for c in absent} == {("not_met", "backbone_missing")}
    assert all("VGG19" in c.found and "VGG19" in c.next_step for c in absent)
    assert {c.outcome for c in result.criteria if c.group != "VGG19"} == {"met"}
    assert "VGG19" not in result.subjects


def test_backbone_that_is_only_loaded_is_not_in_a_model(rubric: Rubric) -> None:
    result = judge(evidence(*both(*SIX), loaded=("VGG19",)), rubric)
    assert {c.fault for c in result.criteria if c.group == "VGG19"} == {"backbone_not_in_model"}


def test_backbone_that_the_run_did_not_reach_is_judged_by_the_code(rubric: Rubric) -> None:
    """The run stopped in the loop, without the student's fault: nothing is missing that the code shows."""
    late = Cause(kind=CauseKind.TIME_OUT, message="stopped after 600 s", place=Place(cell=6))
    accounts = [*(model(Witness.SOURCE, n) for n in SEVEN), *(model(Witness.RUN, n) for n in SIX)]
    result = judge(evidence(*accounts, failed=True, causes=(late,)), rubric)
    own = {c.line: str(c.outcome) for c in result.criteria if c.group == "VGG19"}
    assert own.pop("feature_extraction_trained") == "undecided"
    assert set(own.values()) == {"met"}


def test_backbone_that_neither_run_nor_code_can_tell_is_undecided(rubric: Rubric) -> None:
    """The code builds its models in a way that is not followed, and the run did not get to its end."""
    unseen = model(Witness.SOURCE, "VGG16").model_copy(update={"backbone": Backbone(name=cant_tell("not followed"))})
    runs = [model(Witness.RUN, n) for n in SIX]
    unfinished = judge(evidence(unseen, *runs, failed=True), rubric)
    assert {c.outcome for c in unfinished.criteria if c.group == "VGG19"} == {"undecided"}
    finished = judge(evidence(unseen, *runs), rubric)
    assert {c.fault for c in finished.criteria if c.group == "VGG19"} == {"backbone_missing"}


@pytest.mark.parametrize(("line", "failed", "outcome"), [
    ("train(make('VGG19'))", True, "undecided"),
    ("train(make(vgg19.build()))", True, "undecided"),
    ("train(make('VGG19'))", False, "not_met"),
    ("train(make())  # VGG19 is left out", True, "not_met"),
    ("train(make('MyVGG19'))", True, "not_met"),
], ids=["named", "module named", "named, and run to the end", "in a comment", "another name"])  # fmt: skip
def test_backbone_that_the_code_names_is_only_missing_where_the_run_shows_it(
    rubric: Rubric, line: str, failed: bool, outcome: str
) -> None:
    told = evidence(*both(*SIX), failed=failed)
    cell = told.cells[6].model_copy(update={"source": line})
    result = judge(told.model_copy(update={"cells": (*told.cells[:6], cell, *told.cells[7:])}), rubric)
    assert {c.outcome for c in result.criteria if c.group == "VGG19"} == {outcome}


def test_saved_model_that_holds_another_backbone_is_for_a_person(rubric: Rubric) -> None:
    forged = model(Witness.MODEL, "MobileNetV2", key="m-VGG19")
    result = judge(evidence(*both(*SEVEN), forged), rubric)
    loaded = of(result, "backbone_without_top")
    assert loaded["VGG19"].outcome == "undecided"
    assert loaded["MobileNetV2"].outcome == "met"


def test_freezing_of_one_backbone_is_none_of_the_next(rubric: Rubric) -> None:
    """Cell by cell: VGG16 frozen in cell 3 and trained in cell 4, VGG19 never frozen and trained in cell 6."""
    def at(cell: int, **changes: Any) -> dict[str, Any]:
        return {"place": Place(cell=cell), "stages": (stage(0, place=Place(cell=cell + 1), **changes),)}

    def placed(account: Account, cell: int) -> Account:
        name = account.backbone.name.model_copy(update={"place": Place(cell=cell)})
        return account.model_copy(update={"backbone": account.backbone.model_copy(update={"name": name})})

    accounts = [placed(a, 3) for a in both("VGG16", **at(3))]
    accounts += [placed(a, 5) for a in both("VGG19", **at(5, backbone_trainable=known(Trainable.ALL)))]
    told = evidence(*accounts)
    freezing = known(Trainable.NONE, Place(cell=3, line=2))
    told = told.model_copy(update={
        "testimonies": tuple(t.model_copy(update={"freezings": (freezing,)}) for t in told.testimonies)})  # fmt: skip
    frozen = of(judge(told, rubric), "frozen_before_first_fit")
    assert (frozen["VGG16"].outcome, frozen["VGG19"].fault) == ("met", "never_frozen")
