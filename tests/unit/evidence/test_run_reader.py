"""The run is read as it was: each part of the account from the event that shows it, and no further."""

from __future__ import annotations

from typing import Any

import pytest

from grader.evidence.run import read_run
from grader.records import CallTraining, CellRun, CellStatus, Pooling, RunEnd, Scaling, Site, StageKind, Trainable


def scalings(fact: Any) -> list[tuple[Scaling, Site]]:
    return [(step.scaling, step.site) for step in fact.value]


# --------------------------------------------------------------------------- the whole


def test_right_notebook_is_told_in_full(account: Any) -> None:
    told = account()
    assert (told.label, told.model_key, str(told.place)) == ("model", "m1", "cell 3, line 1")
    assert told.backbone.name.value == "MobileNetV2"
    assert told.backbone.include_top.is_known_as(False)
    assert told.backbone.call_training.is_known_as(CallTraining.FALSE)
    assert told.backbone.output_shape.value == (32, 5, 5, 1280)
    assert told.pooling.kind.is_known_as(Pooling.GLOBAL_AVERAGE)
    assert told.pooling.output_shape.value == (32, 1280)
    assert (told.head.units.value, told.head.activation.value, told.head.output_shape.value) == (1, "sigmoid", (32, 1))
    assert scalings(told.preprocessing.in_model) == [(Scaling.MINUS_ONE_TO_ONE, Site.MODEL)]
    assert scalings(told.preprocessing.in_pipeline) == []
    assert [x.kind for x in told.augmentation.wired.value] == ["RandomFlip"]
    first, second = told.stages
    assert (first.backbone_trainable.value, second.backbone_trainable.value) == (Trainable.NONE, Trainable.PART)
    assert (first.learning_rate.value, second.learning_rate.value) == (1e-4, 1e-5)
    assert (first.steps_run.value, first.epochs_asked.value) == (2, 10)
    assert (first.backbone_changed.value, second.backbone_changed.value) == (False, True)
    assert second.continues.is_known_as(True)


def test_facts_stand_on_the_students_own_line(testimony: Any) -> None:
    told = testimony()
    assert [(str(f.place), f.excerpt) for f in told.freezings] == [
        ("cell 2, line 2", "base.trainable = False"), ("cell 5, line 1", "base.trainable = True")
    ]  # fmt: skip
    assert told.accounts[0].stages[1].excerpt == "model.fit(train, epochs=20, initial_epoch=9)"


def test_run_that_never_started_is_no_witness(write: Any) -> None:
    told = read_run(write.cells, write.run_of(end=RunEnd.NOT_STARTED))
    assert not told.available
    assert "could not be run" in told.why


def test_our_own_fault_is_no_testimony_against_anyone(write: Any) -> None:
    told = read_run(write.cells, write.run_of(*write.right().values(), grader_fault="no sandbox"))
    assert (told.available, told.why, told.accounts) == (False, "no sandbox", ())


def test_altered_journal_without_a_model_is_no_witness(write: Any) -> None:
    told = read_run(write.cells, write.run_of(write.backbone(), journal_intact=False))
    assert not told.available
    assert read_run(write.cells, write.run_of(write.backbone())).available


def test_altered_journal_is_believed_as_far_as_it_was_sealed(write: Any) -> None:
    told = read_run(write.cells, write.run_of(*write.right().values(), journal_intact=False))
    assert told.available
    assert "cut or altered" in told.remarks[0]


def test_malformed_and_unknown_events_are_dropped_and_told(testimony: Any) -> None:
    odd = ({"event": "invented", "cell": 1}, {"event": "backbone", "key": 7}, {"no": "event"})
    told = testimony(odd)
    assert [a.model_key for a in told.accounts] == ["m1"]
    assert told.remarks == ("3 of the recorder's lines could not be read.",)


def test_fault_of_the_recorder_is_told_and_hides_no_guess(testimony: Any, write: Any) -> None:
    fault = {"event": "fault", **write.at(3), "what": "stage", "error": "ValueError: x"}
    assert "The recorder failed at 'stage'" in testimony((fault,)).remarks[0]
    alone = read_run(write.cells, write.run_of(write.backbone(), fault))
    assert not alone.available


def test_notebook_without_any_model_says_so_with_certainty(write: Any) -> None:
    told = read_run(write.cells, write.run_of({"event": "start", **write.at(None, None)}))
    assert told.available
    assert told.accounts == ()


# --------------------------------------------------------------------------- backbone


def test_backbone_that_is_only_loaded_is_not_in_the_model(testimony: Any, write: Any) -> None:
    told = testimony(model=write.model(backbone=None, ahead=[], behind=[write.pooled(), write.dense()]))
    assert told.accounts[0].backbone.in_model.is_known_as(False)
    assert [b.name.value for b in told.loaded] == ["MobileNetV2"]


def test_foreign_network_leaves_the_question_open(account: Any, write: Any) -> None:
    told = account(model=write.model(backbone=None, behind=[write.layer("KerasLayer"), write.dense()]))
    assert not told.backbone.in_model.known


def test_layers_up_to_the_last_but_one_are_a_cut_and_all_of_them_are_not(account: Any, write: Any) -> None:
    topped = write.backbone(include_top=True)
    used = {"how": "layers", "whole": False, "call": None, "output_shape": [None, 1280],
            "tail": ["ReLU", "GlobalAveragePooling2D"]}  # fmt: skip
    cut = account(backbone=topped, model=write.model(backbone=write.inside(**used, last_used=False)))
    kept = account(backbone=topped, model=write.model(backbone=write.inside(**used, last_used=True)))
    assert (cut.backbone.cut_before_top.value, kept.backbone.cut_before_top.value) == (True, False)
    assert (cut.pooling.kind.value, kept.pooling.kind.value) == (Pooling.GLOBAL_AVERAGE, Pooling.NONE)


@pytest.mark.parametrize("training", list(CallTraining))
def test_call_argument_is_told_as_given(training: CallTraining, account: Any, write: Any) -> None:
    call = {**write.at(3), "training": str(training)}
    assert account(model=write.model(backbone=write.inside(call=call))).backbone.call_training.is_known_as(training)


def test_backbone_whose_tensors_are_used_was_not_given_the_argument(account: Any, write: Any) -> None:
    told = account(model=write.model(backbone=write.inside(call=None, how="layers")))
    assert told.backbone.call_training.is_known_as(CallTraining.NOT_GIVEN)


def test_model_that_was_never_called_keeps_its_order_to_itself(account: Any, write: Any) -> None:
    uncalled = write.inside(call=None, how="inside")
    told = account(model=write.model(order_known=False, kind="subclassed", backbone=uncalled))
    assert not told.backbone.call_training.known
    assert not told.pooling.kind.known
    assert not told.head.units.known
    assert not told.augmentation.wired.known
    assert told.backbone.in_model.is_known_as(True)


def test_random_weights_that_were_filled_before_training_are_from_a_file(account: Any, write: Any) -> None:
    empty = write.backbone(weights="none", digest="random")
    assert account(backbone=empty).backbone.weights.is_known_as("file")
    assert account(backbone=write.backbone(weights="none")).backbone.weights.is_known_as("none")


def test_weights_are_as_served_where_the_first_training_left_them(account: Any, write: Any) -> None:
    assert account().backbone.weights_as_served.is_known_as(True)
    assert account(end=write.end(backbone_digest="other")).backbone.weights_as_served.is_known_as(False)


def test_backbone_out_of_a_file_is_known_by_name_alone(account: Any, write: Any) -> None:
    told = account(backbone=None, model=write.model(backbone=write.inside(key="", how="name")))
    assert told.backbone.name.value == "MobileNetV2"
    assert not told.backbone.include_top.known
    assert not told.backbone.weights.known


# --------------------------------------------------------------------------- pooling and head


POOLED = [
    ("average", {"behind": ["GlobalAveragePooling2D"]}, Pooling.GLOBAL_AVERAGE),
    ("maximum", {"behind": ["GlobalMaxPooling2D"]}, Pooling.GLOBAL_MAX),
    ("flatten", {"behind": ["Flatten"]}, Pooling.FLATTEN),
    ("nothing", {"behind": []}, Pooling.NONE),
]


@pytest.mark.parametrize(("behind", "kind"), [(p[1]["behind"], p[2]) for p in POOLED], ids=[p[0] for p in POOLED])
def test_pooling_is_what_makes_the_vector(behind: list[str], kind: Pooling, account: Any, write: Any) -> None:
    layers = [write.pooled(name) for name in behind]
    shape = [None, 1] if behind else [None, 5, 5, 1]
    last = write.layer("Dense", units=1, activation="sigmoid", weights=2, shape=shape)
    assert account(model=write.model(behind=[*layers, last])).pooling.kind.is_known_as(kind)


@pytest.mark.parametrize(
    ("kind", "window", "told"),
    [("AveragePooling2D", 5, Pooling.GLOBAL_AVERAGE), ("AveragePooling2D", [5, 5], Pooling.GLOBAL_AVERAGE),
     ("MaxPooling2D", [5, 5], Pooling.GLOBAL_MAX), ("AveragePooling2D", [4, 4], Pooling.FLATTEN)],
)  # fmt: skip
def test_window_as_large_as_the_map_is_global(kind: str, window: Any, told: Pooling, account: Any, write: Any) -> None:
    windows = write.layer(kind, shape=[None, 1, 1, 1280], pool_size=window)
    behind = [windows, write.pooled("Flatten"), write.dense()]
    assert account(model=write.model(behind=behind)).pooling.kind.is_known_as(told)


def test_pooling_argument_of_the_backbone_pools(account: Any, write: Any) -> None:
    told = account(
        backbone=write.backbone(pooling="avg", output_shape=[None, 1280]),
        model=write.model(behind=[write.dense()],
                          backbone=write.inside(output_shape=[None, 1280], tail=["ReLU", "GlobalAveragePooling2D"])),
        batch=write.batch(backbone_output=[8, 1280], shapes=[]),
    )  # fmt: skip
    assert told.pooling.kind.is_known_as(Pooling.GLOBAL_AVERAGE)
    assert told.pooling.output_shape.value == (32, 1280)


HEADS = [
    ("in the layer", [("Dense", "sigmoid")], "", "sigmoid"),
    ("logits", [("Dense", "linear")], "same", "linear"),
    ("separate Activation", [("Dense", "linear"), ("Activation", "sigmoid")], "", "sigmoid"),
    ("separate Softmax", [("Dense", "linear"), ("Softmax", "")], "", "softmax"),
    ("an operation", [("Dense", "linear"), ("Sigmoid", "")], "", "sigmoid"),
    ("in the model's own call", [("Dense", "linear")], "sigmoid", "sigmoid"),
    ("dropout behind it", [("Dense", "sigmoid"), ("Dropout", "")], "", "sigmoid"),
]


@pytest.mark.parametrize(("layers", "measured", "activation"), [h[1:] for h in HEADS], ids=[h[0] for h in HEADS])
def test_activation_of_the_head_is_the_effective_one(
    layers: list[tuple[str, str]], measured: str, activation: str, account: Any, write: Any
) -> None:
    behind = [write.layer(k, activation=a, weights=2 * (k == "Dense"), shape=[None, 1],
                          **({"units": 1} if k == "Dense" else {})) for k, a in layers]  # fmt: skip
    told = account(model=write.model(behind=[write.pooled(), *behind]), batch=write.batch(last_activation=measured))
    assert told.head.activation.is_known_as(activation)


def test_own_layer_behind_the_head_leaves_its_activation_open(account: Any, write: Any) -> None:
    behind = [write.pooled(), write.dense(1, "linear"), write.layer("Squash", keras=False, shape=[None, 1])]
    assert not account(model=write.model(behind=behind)).head.activation.known


def test_hidden_layers_stand_between_pooling_and_head(account: Any, write: Any) -> None:
    behind = [write.pooled(), write.dense(128, "relu"), write.layer("Dropout"), write.dense()]
    assert account(model=write.model(behind=behind)).head.hidden.value == ("Dense(128)",)


# --------------------------------------------------------------------------- trainings


def test_training_that_did_not_come_back_is_not_completed(account: Any) -> None:
    told = account(end=None, begin_again=None, batch_again=None, end_again=None).stages[0]
    assert told.completed.is_known_as(False)
    assert not told.steps_run.known
    assert not told.backbone_changed.known


def test_changed_weights_of_a_frozen_backbone_are_told(account: Any, write: Any) -> None:
    assert account(end=write.end(backbone_digest="k9")).stages[0].backbone_changed.is_known_as(True)
    assert account(end=write.end(statistics_digest="s9")).stages[0].statistics_changed.is_known_as(True)


def test_few_steps_that_change_nothing_prove_nothing_of_a_thawed_backbone(account: Any, write: Any) -> None:
    thawed = write.begin(trainable=write.state("all", 154))
    assert not account(begin=thawed).stages[0].backbone_changed.known


def test_training_without_a_step_changed_nothing_that_counts(account: Any, write: Any) -> None:
    assert not account(end=write.end(steps=0)).stages[0].backbone_changed.known


def test_fresh_head_does_not_continue_and_the_trained_one_does(testimony: Any, write: Any) -> None:
    other = {"model": write.model(), "begin_again": write.begin(1, 6, model="m2", rest_digest="fresh"),
             "end_again": write.end(1, 6, model="m2")}  # fmt: skip
    second = write.model(model="m2", label="second")
    fresh = testimony(thaw=second, **other).accounts[1].stages[0]
    other["begin_again"] = write.begin(1, 6, model="m2", rest_digest="h1")
    cloned = testimony(thaw=second, **other).accounts[1].stages[0]
    assert (fresh.continues.value, cloned.continues.value) == (False, True)
    starts = [a.starts_from for a in testimony(thaw=second, **other).accounts]
    assert starts == ["", "m1"]


def test_weights_put_back_to_the_beginning_do_not_continue(account: Any, write: Any) -> None:
    again = write.begin(1, 6, rest_digest="h0")
    assert account(begin_again=again).stages[1].continues.is_known_as(False)
    restored = write.begin(1, 6, rest_digest="best-of-the-first")
    assert account(begin_again=restored).stages[1].continues.is_known_as(True)


def test_change_without_compile_is_told(account: Any, write: Any) -> None:
    assert account().stages[1].recompiled.is_known_as(True)
    late = write.begin(1, 6, recompiled=False)
    assert account(begin_again=late).stages[1].recompiled.is_known_as(False)


def test_rate_that_a_callback_sets_is_not_the_one_compiled_with(account: Any, write: Any) -> None:
    rates = [account(end=write.end(learning_rate=rate)).stages[0].learning_rate for rate in (1e-4, 1e-3, None)]
    assert [(rate.known, rate.value) for rate in rates] == [(True, 1e-4), (False, None), (True, 1e-4)]


def test_nothing_changed_and_nothing_compiled_is_no_compile(account: Any) -> None:
    assert not account(compile_again=None).stages[1].recompiled.known


def test_model_that_is_only_compiled_is_told_where_no_other_is(write: Any) -> None:
    lone = write.model(backbone=None, ahead=[])
    told = read_run(write.cells, write.run_of(write.backbone(), lone, write.compiled()))
    assert [(a.model_key, a.backbone.in_model.value, a.stages) for a in told.accounts] == [("m1", False, ())]
    trained = read_run(write.cells, write.run_of(write.backbone(), lone, write.compiled(), write.begin(model="m2")))
    assert [a.model_key for a in trained.accounts] == ["m2"]


def test_hand_written_loop_asks_for_no_epochs_and_was_never_compiled(account: Any, write: Any) -> None:
    loop = write.begin(kind="custom_loop", recompiled=None, epochs_asked=None, loss=None, source=None)
    told = account(begin=loop, compile=None).stages[0]
    assert told.kind == StageKind.CUSTOM_LOOP
    assert not told.epochs_asked.known
    assert not told.recompiled.known
    assert not told.loss.known


def test_stages_are_not_all_known_where_a_cell_failed_before_any(testimony: Any, write: Any) -> None:
    nothing = {name: None for name in ("begin", "batch", "end", "thaw", "begin_again", "batch_again", "end_again")}
    assert testimony(**nothing).accounts[0].stages_known
    failed = (CellRun(cell=4, status=CellStatus.ERROR, error_name="ValueError"),)
    assert not testimony(run={"cells": failed}, **nothing).accounts[0].stages_known


# --------------------------------------------------------------------------- features computed once


def test_classifier_on_computed_features_is_part_of_the_backbones_account(testimony: Any, write: Any) -> None:
    features = {"event": "features", **write.at(3), "backbone": "b0", "model": "", "how": "predict",
                "shapes": [[2000, 5, 5, 1280]], "entered": write.values(-1, 1)}  # fmt: skip
    small = write.model(backbone=None, ahead=[], input_shape=[None, 5, 5, 1280])
    seen = write.batch(entered={**write.values(0, 6), "shape": [8, 5, 5, 1280]}, reached=None, backbone_output=None)
    told = testimony(freeze=features, model=small, batch=seen, begin=write.begin(trainable=None)).accounts[0]
    assert told.features_precomputed.is_known_as(True)
    assert told.backbone.in_model.is_known_as(False)
    assert told.backbone.name.value == "MobileNetV2"
    assert told.pooling.kind.is_known_as(Pooling.GLOBAL_AVERAGE)
    assert told.preprocessing.reached.value.minimum == -1
    pictures = write.batch(reached=None, backbone_output=None)
    toy = write.model(backbone=None, ahead=[])
    other = testimony(freeze=features, model=toy, batch=pictures, begin=write.begin(trainable=None)).accounts[0]
    assert other.features_precomputed.is_known_as(False)
