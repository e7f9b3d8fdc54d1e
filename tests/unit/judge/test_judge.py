"""The judge on evidence built by hand: every fault has a near twin without it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from grader.judge import CHECKS, judge
from grader.records import (
    Account,
    Augmentation,
    AugmentationLayer,
    Backbone,
    BatchStatistics,
    CallTraining,
    Cause,
    CauseKind,
    Cell,
    CellKind,
    CellRun,
    CellStatus,
    Evidence,
    Head,
    Loss,
    Outcome,
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

RUBRIC = Path(__file__).parents[3] / "rubrics" / "lab06.yaml"
CELLS = tuple(Cell(number=n, kind=CellKind.CODE, source=f"step_{n}()") for n in range(1, 21))


@pytest.fixture(scope="module")
def rubric() -> Rubric:
    return load_rubric(RUBRIC, checks={name: check.parameters for name, check in CHECKS.items()})


def layer(kind: str, site: Site = Site.MODEL) -> AugmentationLayer:
    return AugmentationLayer(kind=kind, site=site, place=Place(cell=4, line=2), excerpt=f"{kind}(…)")


def step(scaling: Scaling, site: Site = Site.MODEL) -> PreprocessingStep:
    return PreprocessingStep(scaling=scaling, site=site, place=Place(cell=7, line=1))


def stage(order: int, **changes: Any) -> Stage:
    first = order == 0
    facts: dict[str, Any] = {
        "place": Place(cell=10 + 3 * order, line=1),
        "backbone_trainable": known(Trainable.NONE if first else Trainable.PART),
        "recompiled": known(True),
        "learning_rate": known(1e-3 if first else 1e-5),
        "loss": known(Loss(name="binary_crossentropy")),
        "steps_run": known(2),
        "completed": known(True),
        "continues": known(True),
        "backbone_changed": known(not first),
    }
    return Stage(order=order, **{**facts, **changes})


def account(witness: Witness, **changes: Any) -> Account:
    flips = (layer("RandomFlip"), layer("RandomRotation"))
    facts: dict[str, Any] = {
        "label": "model",
        "place": Place(cell=8, line=1),
        "backbone": backbone(),
        "augmentation": Augmentation(defined=known(flips), wired=known(flips)),
        "preprocessing": Preprocessing(
            in_model=known((step(Scaling.MINUS_ONE_TO_ONE),)),
            in_pipeline=known(()) if witness != Witness.MODEL else cant_tell("before the model"),
            reached=known(BatchStatistics(minimum=-1, maximum=0.98, mean=0)) if witness == Witness.RUN else cant_tell(),
        ),
        "pooling": PoolingPart(kind=known(Pooling.GLOBAL_AVERAGE), output_shape=known((32, 1280))),
        "head": Head(units=known(1), activation=known("sigmoid"), output_shape=known((32, 1))),
        "features_precomputed": known(False),
        "stages": (stage(0), stage(1)),
    }
    return Account(witness=witness, **{**facts, **changes})


def backbone(**changes: Any) -> Backbone:
    facts: dict[str, Any] = {
        "name": known("MobileNetV2", Place(cell=5, line=2)),
        "include_top": known(False, Place(cell=5, line=3)),
        "cut_before_top": known(False),
        "weights": known("imagenet"),
        "input_shape": known((160, 160, 3)),
        "output_shape": known((32, 5, 5, 1280)),
        "call_training": known(CallTraining.FALSE),
        "in_model": known(True),
    }
    return Backbone(**{**facts, **changes})


def evidence(*accounts: Account, causes: tuple[Cause, ...] = (), failed: int = 0, **testimony: Any) -> Evidence:
    by_witness = {w: tuple(a for a in accounts if a.witness == w) for w in Witness}
    return Evidence(
        student="ada", display_name="Ada", notebook_name="lab06.ipynb", digest="d", cells=CELLS, causes=causes,
        testimonies=tuple(
            Testimony(witness=w, available=bool(by_witness[w]), accounts=by_witness[w],
                      loaded=tuple(a.backbone for a in by_witness[w] if a.backbone.name.known), **testimony)
            for w in Witness
        ),
        cell_runs=tuple(
            CellRun(cell=c.number, status=CellStatus.ERROR if c.number == failed else CellStatus.OK) for c in CELLS
        ),
    )


def both(**changes: Any) -> tuple[Account, Account]:
    return account(Witness.SOURCE, **changes), account(Witness.RUN, **changes)


def outcome(result: Result, criterion: str) -> tuple[Outcome, str]:
    found = next(c for c in result.criteria if c.id == criterion)
    return found.outcome, found.fault


def test_right_notebook_gets_full_marks(rubric: Rubric) -> None:
    result = judge(evidence(*(account(w) for w in (Witness.SOURCE, Witness.RUN, Witness.MODEL))), rubric)
    notebook = [c for c in result.criteria if c.section == "notebook"]
    assert {c.id: c.outcome for c in notebook if c.outcome != Outcome.MET} == {}
    assert result.points == sum(c.possible for c in notebook) == 50


def test_without_a_report_its_questions_are_left_to_a_person(rubric: Rubric) -> None:
    result = judge(evidence(*(account(w) for w in (Witness.SOURCE, Witness.RUN, Witness.MODEL))), rubric)
    reported = [c for c in result.criteria if c.section == "report"]
    assert len(reported) == 8
    assert {(c.outcome, c.fault, c.pending) for c in reported} == {(Outcome.UNDECIDED, "no_report", 5)}


def test_same_evidence_gives_the_same_bytes(rubric: Rubric) -> None:
    given = evidence(*both())
    assert judge(given, rubric).model_dump_json() == judge(given, rubric).model_dump_json()


def right_step(**parts: Any) -> Preprocessing:
    return account(Witness.SOURCE).preprocessing.model_copy(update=parts)


def reached(low: float, high: float) -> Preprocessing:
    return Preprocessing(reached=known(BatchStatistics(minimum=low, maximum=high, mean=(low + high) / 2)))


def augmentation(**parts: Any) -> Augmentation:
    return account(Witness.SOURCE).augmentation.model_copy(update=parts)


FLIP = (layer("RandomFlip"), layer("RandomRotation"))
BEHIND = tuple(layer(x.kind, Site.AFTER_BACKBONE) for x in FLIP)
MAPPED = tuple(layer(x.kind, Site.PIPELINE) for x in FLIP)
GENERATED = tuple(layer(x.kind, Site.GENERATOR) for x in FLIP)
LOGITS = {"head": Head(units=known(1), activation=known("linear"))}
FROM_LOGITS = (stage(0, loss=known(Loss(name="binary_crossentropy", from_logits=True))), stage(1))
ONE_STAGE = (stage(0),)

FAULTS = [
    ("top kept", {"backbone": backbone(include_top=known(True))}, "backbone_without_top", Outcome.NOT_MET, "top_kept"),
    ("top kept, cut below it", {"backbone": backbone(include_top=known(True), cut_before_top=known(True))},
     "backbone_without_top", Outcome.MET, ""),
    ("another backbone", {"backbone": backbone(name=known("VGG16"))}, "backbone_without_top", Outcome.NOT_MET,
     "wrong_backbone"),
    ("random weights", {"backbone": backbone(weights=known("none"))}, "backbone_pretrained", Outcome.NOT_MET,
     "random_weights"),
    ("224 pixels", {"backbone": backbone(input_shape=known((224, 224, 3)))}, "backbone_input_shape", Outcome.NOT_MET,
     "wrong_shape"),
    ("any size, given 160", {"backbone": backbone(input_shape=known((None, None, 3)))}, "backbone_input_shape",
     Outcome.MET, ""),
    ("any size, given 224", {"backbone": backbone(input_shape=known((None, None, 3)),
                                                  output_shape=known((32, 7, 7, 1280)))},
     "backbone_input_shape", Outcome.NOT_MET, "wrong_shape"),
    ("never frozen", {"stages": (stage(0, backbone_trainable=known(Trainable.ALL)), stage(1))},
     "frozen_before_first_fit", Outcome.NOT_MET, "never_frozen"),
    ("part frozen", {"stages": (stage(0, backbone_trainable=known(Trainable.PART)), stage(1))},
     "frozen_before_first_fit", Outcome.PARTLY, "part_frozen"),
    ("features computed once", {"features_precomputed": known(True),
                                "stages": (stage(0, backbone_trainable=cant_tell()),)},
     "frozen_before_first_fit", Outcome.MET, ""),
    ("no augmentation", {"augmentation": augmentation(defined=known(()), wired=known(()))}, "augmentation_defined",
     Outcome.NOT_MET, "none"),
    ("one layer", {"augmentation": augmentation(defined=known(FLIP[:1]))}, "augmentation_defined", Outcome.PARTLY,
     "too_few"),
    ("not wired", {"augmentation": augmentation(wired=known(()))}, "augmentation_wired", Outcome.NOT_MET, "not_wired"),
    ("behind the backbone", {"augmentation": augmentation(wired=known(BEHIND))}, "augmentation_wired",
     Outcome.NOT_MET, "after_backbone"),
    ("in map", {"augmentation": augmentation(wired=known(MAPPED))}, "augmentation_wired", Outcome.MET, ""),
    ("by a generator", {"augmentation": augmentation(wired=known(GENERATED))}, "augmentation_wired", Outcome.PARTLY,
     "generator"),
    ("training=True", {"backbone": backbone(call_training=known(CallTraining.TRUE))}, "inference_mode",
     Outcome.NOT_MET, "training_true"),
    ("not given, frozen", {"backbone": backbone(call_training=known(CallTraining.NOT_GIVEN))}, "inference_mode",
     Outcome.MET, ""),
    ("not given, not frozen", {"backbone": backbone(call_training=known(CallTraining.NOT_GIVEN)),
                               "stages": (stage(0, backbone_trainable=known(Trainable.ALL)),)},
     "inference_mode", Outcome.NOT_MET, "left_in_training_mode"),
    ("flattened", {"pooling": PoolingPart(kind=known(Pooling.FLATTEN))}, "pooled_to_vector", Outcome.NOT_MET,
     "flattened"),
    ("maximum", {"pooling": PoolingPart(kind=known(Pooling.GLOBAL_MAX))}, "pooled_to_vector", Outcome.PARTLY,
     "global_max"),
    ("two units", {"head": Head(units=known(2), activation=known("softmax"))}, "binary_head", Outcome.NOT_MET,
     "two_units"),
    ("softmax over one", {"head": Head(units=known(1), activation=known("softmax"))}, "binary_head", Outcome.NOT_MET,
     "softmax_over_one"),
    ("logits with from_logits", {**LOGITS, "stages": FROM_LOGITS}, "binary_head", Outcome.MET, ""),
    ("logits without", LOGITS, "binary_head", Outcome.PARTLY, "logits_without_from_logits"),
    ("logits with from_logits, loss", {**LOGITS, "stages": FROM_LOGITS}, "loss_agrees", Outcome.MET, ""),
    ("logits without, loss", LOGITS, "loss_agrees", Outcome.NOT_MET, "logits_as_probabilities"),
    ("sigmoid twice", {"stages": FROM_LOGITS}, "loss_agrees", Outcome.NOT_MET, "probabilities_as_logits"),
    ("two units, sparse loss", {"head": Head(units=known(2), activation=known("softmax")),
                                "stages": (stage(0, loss=known(Loss(name="sparse_categorical_crossentropy"))),)},
     "loss_agrees", Outcome.MET, ""),
    ("mean squared error", {"stages": (stage(0, loss=known(Loss(name="mean_squared_error"))),)}, "loss_agrees",
     Outcome.PARTLY, "other_loss"),
    ("trained once", {"stages": ONE_STAGE}, "fine_tuning_unfreezes", Outcome.NOT_MET, "no_second_training"),
    ("still frozen", {"stages": (stage(0), stage(1, backbone_trainable=known(Trainable.NONE)))},
     "fine_tuning_unfreezes", Outcome.NOT_MET, "still_frozen"),
    ("all unfrozen", {"stages": (stage(0), stage(1, backbone_trainable=known(Trainable.ALL)))},
     "fine_tuning_unfreezes", Outcome.PARTLY, "whole"),
    ("frozen training repeated before", {"stages": (stage(0), stage(1, backbone_trainable=known(Trainable.NONE)),
                                                    stage(2))}, "fine_tuning_unfreezes", Outcome.MET, ""),
    ("never frozen", {"stages": (stage(0, backbone_trainable=known(Trainable.ALL)), stage(1))},
     "fine_tuning_unfreezes", Outcome.NOT_MET, "never_frozen"),
    ("perhaps never frozen", {"stages": (stage(0, backbone_trainable=cant_tell("a text")), stage(1))},
     "fine_tuning_unfreezes", Outcome.UNDECIDED, ""),
    ("not recompiled", {"stages": (stage(0), stage(1, recompiled=known(False)))}, "fine_tuning_recompiled",
     Outcome.NOT_MET, "not_recompiled"),
    ("same rate", {"stages": (stage(0), stage(1, learning_rate=known(1e-3)))}, "fine_tuning_lower_rate",
     Outcome.NOT_MET, "not_lowered"),
    ("fresh model", {"stages": (stage(0), stage(1, continues=known(False)))}, "fine_tuning_continues",
     Outcome.NOT_MET, "fresh_model"),
]


@pytest.mark.parametrize(("changes", "criterion", "expected", "fault"), [f[1:] for f in FAULTS],
                         ids=[f[0] for f in FAULTS])
def test_each_way_is_judged_for_what_it_is(changes: dict[str, Any], criterion: str, expected: Outcome, fault: str,
                                           rubric: Rubric) -> None:
    assert outcome(judge(evidence(*both(**changes)), rubric), criterion) == (expected, fault)


MEASURED = [
    ("right", (-1, 1), Outcome.MET, ""),
    ("right, dark pictures", (-1, -0.4), Outcome.MET, ""),
    ("missing", (0, 255), Outcome.NOT_MET, "missing"),
    ("by 255", (0, 1), Outcome.NOT_MET, "wrong_kind"),
    ("doubled", (-1.0078, -0.992), Outcome.NOT_MET, "doubled"),
    ("by 255, then once more", (-1, -0.992), Outcome.NOT_MET, "mixed"),
    ("VGG's", (-123.7, 151), Outcome.NOT_MET, "wrong_kind"),
    ("offset forgotten", (0, 1.7), Outcome.NOT_MET, "wrong_kind"),
    ("by 255 less a half", (-0.5, 0.49), Outcome.UNDECIDED, ""),
]


@pytest.mark.parametrize(("values", "expected", "fault"), [m[1:] for m in MEASURED], ids=[m[0] for m in MEASURED])
def test_preprocessing_is_judged_by_what_reached_the_backbone(values: tuple[float, float], expected: Outcome,
                                                              fault: str, rubric: Rubric) -> None:
    silent = account(Witness.SOURCE, preprocessing=Preprocessing())
    result = judge(evidence(silent, account(Witness.RUN, preprocessing=reached(*values))), rubric)
    assert outcome(result, "preprocessing_once") == (expected, fault)


WRITTEN = [
    ("once in the model", (), (Scaling.MINUS_ONE_TO_ONE,), Outcome.MET, ""),
    ("once in the pipeline", (Scaling.MINUS_ONE_TO_ONE,), (), Outcome.MET, ""),
    ("in both", (Scaling.MINUS_ONE_TO_ONE,), (Scaling.MINUS_ONE_TO_ONE,), Outcome.NOT_MET, "doubled"),
    ("nowhere", (), (), Outcome.NOT_MET, "missing"),
    ("by 255", (Scaling.ZERO_TO_ONE,), (), Outcome.NOT_MET, "wrong_kind"),
    ("by 255 and again", (Scaling.ZERO_TO_ONE,), (Scaling.MINUS_ONE_TO_ONE,), Outcome.NOT_MET, "mixed"),
    ("unknown arithmetic", (Scaling.OTHER,), (), Outcome.UNDECIDED, ""),
]


@pytest.mark.parametrize(("pipeline", "model", "expected", "fault"), [w[1:] for w in WRITTEN],
                         ids=[w[0] for w in WRITTEN])
def test_preprocessing_is_judged_by_the_steps_that_are_written(pipeline: tuple[Scaling, ...],
                                                               model: tuple[Scaling, ...], expected: Outcome,
                                                               fault: str, rubric: Rubric) -> None:
    written = Preprocessing(in_model=known(tuple(step(s) for s in model)),
                            in_pipeline=known(tuple(step(s, Site.PIPELINE) for s in pipeline)))
    result = judge(evidence(account(Witness.SOURCE, preprocessing=written)), rubric)
    assert outcome(result, "preprocessing_once") == (expected, fault)


STRANGE = [
    ("offset forgotten", (0, 2), Outcome.NOT_MET), ("by 255 less one", (-1, 0), Outcome.NOT_MET),
    ("by 255 less a half", (-0.5, 0.5), Outcome.NOT_MET), ("by 128 less one", (-1, 0.992), Outcome.UNDECIDED),
    ("of pixels in [0, 1]", (-1, 509), Outcome.UNDECIDED), ("unknown", None, Outcome.UNDECIDED),
]  # fmt: skip


@pytest.mark.parametrize(("ends", "expected"), [s[1:] for s in STRANGE], ids=[s[0] for s in STRANGE])
def test_scaling_that_is_none_of_the_usual_is_judged_by_what_becomes_of_pixels(
        ends: tuple[float, float] | None, expected: Outcome, rubric: Rubric) -> None:
    strange = step(Scaling.OTHER).model_copy(update={"maps_to": ends})
    alone = Preprocessing(in_model=known((strange,)), in_pipeline=known(()))
    result = judge(evidence(account(Witness.SOURCE, preprocessing=alone)), rubric)
    assert outcome(result, "preprocessing_once")[0] == expected
    half = alone.model_copy(update={"in_pipeline": cant_tell()})
    open_ = judge(evidence(account(Witness.SOURCE, preprocessing=half)), rubric)
    assert outcome(open_, "preprocessing_once")[0] == Outcome.UNDECIDED


def test_contradiction_is_undecided_and_shows_both_sides(rubric: Rubric) -> None:
    thawed = (stage(0, backbone_trainable=known(Trainable.ALL)), stage(1))
    result = judge(evidence(account(Witness.SOURCE), account(Witness.RUN, stages=thawed)), rubric)
    frozen = next(c for c in result.criteria if c.id == "frozen_before_first_fit")
    assert (frozen.outcome, frozen.points, frozen.pending) == (Outcome.UNDECIDED, 0, 5)
    assert {s.says for s in frozen.statements} >= {"yes", "no"}


def test_frozen_late_names_the_line_that_came_too_late(rubric: Rubric) -> None:
    late = known(Trainable.NONE, Place(cell=12, line=1), "base.trainable = False")
    stages = (stage(0, backbone_trainable=known(Trainable.ALL)), stage(1))
    result = judge(evidence(*both(stages=stages), freezings=(late,)), rubric)
    frozen = next(c for c in result.criteria if c.id == "frozen_before_first_fit")
    assert (frozen.fault, frozen.place) == ("frozen_late", Place(cell=12, line=1))


def test_backbone_loaded_but_not_in_the_model_is_named(rubric: Rubric) -> None:
    outside = backbone(in_model=known(False))
    given = evidence(*both(backbone=outside))
    assert outcome(judge(given, rubric), "frozen_before_first_fit") == (Outcome.NOT_MET, "not_in_model")
    assert outcome(judge(given, rubric), "backbone_without_top") == (Outcome.MET, "")


def test_source_alone_decides_structure_where_the_run_is_missing(rubric: Rubric) -> None:
    result = judge(evidence(account(Witness.SOURCE)), rubric)
    assert outcome(result, "augmentation_wired") == (Outcome.MET, "")
    assert outcome(result, "feature_extraction_trained")[0] == Outcome.UNDECIDED


ERROR = Cause(kind=CauseKind.STUDENT_ERROR, message="NameError: name 'bass' is not defined", place=Place(cell=9))


def test_students_error_before_the_training_costs_the_training(rubric: Rubric) -> None:
    run = Testimony(witness=Witness.RUN)
    given = evidence(account(Witness.SOURCE), causes=(ERROR,), failed=9)
    given = given.model_copy(update={"testimonies": (given.testimonies[0], run, *given.testimonies[2:])})
    assert outcome(judge(given, rubric), "feature_extraction_trained") == (Outcome.NOT_MET, "stopped_before")
    assert outcome(judge(given, rubric), "fine_tuning_lower_rate") == (Outcome.MET, "")


def test_our_fault_never_costs_a_mark(rubric: Rubric) -> None:
    ours = ERROR.model_copy(update={"kind": CauseKind.GRADER_FAULT})
    bad = account(Witness.RUN, stages=(stage(0, backbone_trainable=known(Trainable.ALL)),))
    silent = Testimony(witness=Witness.SOURCE, available=False, why="fault of the grader")
    given = evidence(bad, causes=(ours,))
    given = given.model_copy(update={"testimonies": (silent, *given.testimonies[1:])})
    result = judge(given, rubric)
    assert not [c.id for c in result.criteria if c.outcome == Outcome.NOT_MET]
    assert result.pending > 0


def test_tampering_silences_the_run(rubric: Rubric) -> None:
    silent = account(Witness.SOURCE, head=Head())
    given = evidence(silent, account(Witness.RUN))
    assert outcome(judge(given, rubric), "binary_head")[0] == Outcome.MET
    doubtful = given.testimonies[1].model_copy(update={"remarks": ("tampering: the journal was written by hand",)})
    given = given.model_copy(update={"testimonies": (given.testimonies[0], doubtful, *given.testimonies[2:])})
    assert outcome(judge(given, rubric), "binary_head")[0] == Outcome.UNDECIDED


def test_saved_outputs_never_decide(rubric: Rubric) -> None:
    claims = account(Witness.DOCUMENT, head=Head(units=known(2), activation=known("softmax")))
    assert outcome(judge(evidence(*both(), claims), rubric), "binary_head")[0] == Outcome.MET
    assert judge(evidence(claims), rubric).points == 0


def test_of_two_trained_models_the_right_one_is_judged(rubric: Rubric) -> None:
    wrong = {"label": "first_try", "place": Place(cell=6), "pooling": PoolingPart(kind=known(Pooling.FLATTEN)),
             "stages": (stage(0, place=Place(cell=7)),)}
    given = evidence(*both(**wrong), *both())
    result = judge(given, rubric)
    assert result.points == 50
    assert any("2 transfer models" in remark for remark in result.remarks)


def test_toy_model_beside_the_transfer_model_is_left_out(rubric: Rubric) -> None:
    toy = {"label": "toy", "place": Place(cell=2), "backbone": Backbone(in_model=known(False)),
           "stages": (stage(0, place=Place(cell=3)),)}
    assert judge(evidence(*both(**toy), *both()), rubric).points == 50


def test_fine_tuning_in_a_new_keras_model_belongs_to_the_feature_extraction(rubric: Rubric) -> None:
    second = {"label": "fine_model", "place": Place(cell=12), "stages": (stage(0, place=Place(cell=14),
              backbone_trainable=known(Trainable.PART), learning_rate=known(1e-5)),)}
    result = judge(evidence(*both(stages=ONE_STAGE), *both(**second)), rubric)
    assert outcome(result, "fine_tuning_unfreezes") == (Outcome.MET, "")
    assert outcome(result, "fine_tuning_lower_rate") == (Outcome.MET, "")


def test_training_that_goes_on_in_a_loaded_model_belongs_to_it_though_nothing_is_opened(rubric: Rubric) -> None:
    second = account(Witness.RUN, label="loaded", model_key="m9", place=Place(cell=12), starts_from="m0", stages=(
        stage(0, place=Place(cell=14), backbone_trainable=known(Trainable.NONE), learning_rate=known(1e-5)),))
    first = account(Witness.RUN, model_key="m0", stages=ONE_STAGE)
    result = judge(evidence(first, second), rubric)
    assert outcome(result, "fine_tuning_lower_rate") == (Outcome.MET, "")
    apart = judge(evidence(first, second.model_copy(update={"starts_from": "m5"})), rubric)
    assert outcome(apart, "fine_tuning_lower_rate")[0] == Outcome.NOT_MET


def test_saved_model_whose_backbone_is_hidden_says_nothing_of_it(rubric: Rubric) -> None:
    hidden = Backbone(in_model=cant_tell("a Lambda layer holds code of its own"))
    absent = account(Witness.RUN, backbone=Backbone(in_model=known(False)))
    result = judge(evidence(absent, account(Witness.MODEL, backbone=hidden)), rubric)
    assert outcome(result, "augmentation_wired")[0] == Outcome.NOT_MET


def test_unreadable_notebook_is_undecided_throughout(rubric: Rubric) -> None:
    given = evidence().model_copy(update={"cells": ()})
    assert {c.outcome for c in judge(given, rubric).criteria} == {Outcome.UNDECIDED}


def test_every_fault_code_of_a_check_is_given_by_some_predicate() -> None:
    folder = Path(__file__).parents[3] / "grader" / "judge"
    code = "\n".join(p.read_text() for p in folder.rglob("*.py"))
    for check in CHECKS.values():
        for fault in check.parameters.FAULTS:
            assert code.count(f'"{fault}"') >= 2, f"{check.name}: {fault} is declared and never given"
