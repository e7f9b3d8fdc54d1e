"""What each file says of the training after which it was saved."""

from __future__ import annotations

from typing import Any

import pytest

from grader.evidence.model import read_model
from grader.evidence.model_stages import read_loss
from grader.records import Account, Loss

SERVED = {
    "file": "weights.h5", "compared": 156, "different": 0, "statistics_compared": 104, "statistics_different": 0,
    "kernels_compared": 52, "kernels_different": 0,
}  # fmt: skip


def account(build: Any, *configs: Any, behaviours: tuple[Any, ...] = ()) -> Account:
    return read_model(build.run(*configs, behaviours=behaviours)).accounts[0]


def test_optimizer_and_rate_are_those_saved_without_rounding_of_float32(build: Any) -> None:
    stage = account(build, build.compiled(build.transfer_model(), rate=9.999999747378752e-05)).stages[0]
    assert stage.optimizer.value == "Adam" and stage.learning_rate.value == 0.0001


def test_schedule_gives_its_first_rate(build: Any) -> None:
    schedule = {"module": "keras", "class_name": "ExponentialDecay", "config": {"initial_learning_rate": 0.01}}
    assert account(build, build.compiled(build.transfer_model(), rate=schedule)).stages[0].learning_rate.value == 0.01


def test_model_that_was_never_compiled_tells_no_optimizer(build: Any) -> None:
    stage = account(build, build.transfer_model()).stages[0]
    assert not stage.optimizer.known and not stage.loss.known and not stage.learning_rate.known


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("binary_crossentropy", Loss(name="binary_crossentropy")),
        ("bce", Loss(name="binary_crossentropy")),
        (["binary_crossentropy"], Loss(name="binary_crossentropy")),
        ("BinaryCrossentropy", Loss(name="binary_crossentropy")),
        (
            {"module": "keras.losses", "class_name": "BinaryCrossentropy", "config": {"from_logits": True}},
            Loss(name="binary_crossentropy", from_logits=True),
        ),
        (
            {"module": "keras.losses", "class_name": "BinaryCrossentropy", "config": {"from_logits": 0.1}},
            Loss(name="binary_crossentropy", from_logits=True),
        ),
        (
            {"module": "keras.losses", "class_name": "SparseCategoricalCrossentropy", "config": {"from_logits": False}},
            Loss(name="sparse_categorical_crossentropy"),
        ),
        ({"module": "builtins", "class_name": "function", "config": "mse"}, Loss(name="mean_squared_error")),
        ({"head": "binary_crossentropy"}, Loss(name="binary_crossentropy")),
    ],
)
def test_loss_is_read_however_it_is_written(written: Any, expected: Loss) -> None:
    assert read_loss(written).value == expected


@pytest.mark.parametrize("written", [None, {}, 3, {"class_name": "Mine", "module": None, "config": {}}, ["a", "b"],
                                     {"module": "builtins", "class_name": "function", "config": "cross_entropy"}])
def test_loss_that_is_not_keras_own_is_not_guessed(written: Any) -> None:
    assert not read_loss(written).known


def test_stages_of_one_model_stand_in_order(build: Any) -> None:
    first = build.compiled(build.transfer_model(), rate=1e-3)
    second = build.compiled(build.transfer_model(backbone=[build.mobilenet_v2(frozen=99)]), rate=1e-5)
    stages = account(build, first, second).stages
    assert [stage.order for stage in stages] == [0, 1]
    assert [stage.backbone_trainable.value for stage in stages] == ["none", "part"]
    assert [stage.learning_rate.value for stage in stages] == [1e-3, 1e-5]


def test_models_have_an_account_each(build: Any) -> None:
    run = build.run(build.transfer_model())
    other = run.models[0].model_copy(update={"model_key": "m2", "stage": 1})
    testimony = read_model(run.model_copy(update={"models": (other, *run.models)}))
    assert [found.model_key for found in testimony.accounts] == ["m1", "m2"]


# --------------------------------------------------------------------------- weights


def test_weights_equal_to_the_served_ones_are_imagenet_and_unchanged(build: Any) -> None:
    found = account(build, build.transfer_model(), behaviours=({"weights": SERVED},))
    assert found.backbone.weights_as_served.value is True and found.backbone.weights.value == "imagenet"
    assert found.stages[0].backbone_changed.value is False and found.stages[0].statistics_changed.value is False


def test_one_changed_array_is_a_changed_backbone(build: Any) -> None:
    changed = {**SERVED, "different": 3, "different_layers": ["Conv_1"], "kernels_different": 1, "likeness": 0.99}
    found = account(build, build.transfer_model(), behaviours=({"weights": changed},))
    assert found.backbone.weights_as_served.value is False and "Conv_1" in found.backbone.weights_as_served.excerpt
    assert found.backbone.weights.value == "imagenet" and found.stages[0].backbone_changed.value is True


def test_backbone_trained_as_a_whole_is_told_from_one_of_another_origin(build: Any) -> None:
    trained = {**SERVED, "different": 150, "kernels_different": 52, "likeness": 0.97}
    found = account(build, build.transfer_model(), behaviours=({"weights": trained},))
    assert found.backbone.weights.value == "imagenet" and found.stages[0].backbone_changed.value is True
    random = {**SERVED, "different": 103, "kernels_different": 52, "likeness": 0.01}
    found = account(build, build.transfer_model(), behaviours=({"weights": random},))
    assert not found.backbone.weights.known and not found.stages[0].backbone_changed.known


def test_moved_statistics_alone_leave_the_weights_as_served(build: Any) -> None:
    moved = {**SERVED, "statistics_different": 104}
    found = account(build, build.transfer_model(), behaviours=({"weights": moved},))
    assert found.backbone.weights_as_served.value is True
    assert found.stages[0].backbone_changed.value is False and found.stages[0].statistics_changed.value is True


def test_weights_of_another_origin_do_not_tell_whether_they_changed(build: Any) -> None:
    other = {**SERVED, "different": 156, "statistics_different": 104, "kernels_different": 52, "likeness": 0.0}
    found = account(build, build.transfer_model(), behaviours=({"weights": other},))
    assert found.backbone.weights_as_served.value is False
    assert not found.stages[0].backbone_changed.known and not found.stages[0].statistics_changed.known


def test_nothing_compared_is_not_equality(build: Any) -> None:
    found = account(build, build.transfer_model(), behaviours=({"weights": {**SERVED, "compared": 0}},))
    assert not found.backbone.weights_as_served.known and not found.stages[0].backbone_changed.known


@pytest.mark.parametrize(
    ("likeness", "size", "continues"),
    [(0.999, 1280, True), (0.02, 1280, False), (0.6, 1280, None), (0.999, 8, None), (None, 1280, None)],
)
def test_later_stage_continues_where_the_head_is_alike(build: Any, likeness: Any, size: int, continues: Any) -> None:
    since = {"head_likeness": likeness, "head_weights": size, "compared": 156, "different": 0}
    config = build.transfer_model()
    fact = account(build, config, config, behaviours=({}, {"since_previous": since})).stages[1].continues
    assert (fact.value if fact.known else None) is continues


def test_first_training_of_a_second_model_is_not_said_to_go_on_from_another(build: Any) -> None:
    run = build.run(build.transfer_model())
    other = run.models[0].model_copy(update={"model_key": "m2", "stage": 1})
    alone, both = read_model(run), read_model(run.model_copy(update={"models": (*run.models, other)}))
    assert alone.accounts[0].stages[0].continues.value is True
    assert not any(account.stages[0].continues.known for account in both.accounts)


def test_fine_tuning_that_changed_the_backbone_is_seen_against_the_file_before(build: Any) -> None:
    since = {"compared": 156, "different": 40, "statistics_different": 0}
    config = build.transfer_model()
    stage = account(build, config, config, behaviours=({"weights": SERVED}, {"since_previous": since})).stages[1]
    assert stage.backbone_changed.value is True and stage.statistics_changed.value is False


def test_steps_are_what_the_optimizer_counted(build: Any) -> None:
    config = build.transfer_model()
    counted = ({"optimizer": {"iterations": 2}}, {"optimizer": {"iterations": 2}})
    assert [s.steps_run.value for s in account(build, config, config, behaviours=counted).stages] == [2, 2]


def test_count_that_goes_on_from_the_stage_before_is_not_taken_for_steps(build: Any) -> None:
    config = build.transfer_model()
    counted = ({"optimizer": {"iterations": 2}}, {"optimizer": {"iterations": 4}})
    assert not account(build, config, config, behaviours=counted).stages[1].steps_run.known


def test_unreadable_first_file_leaves_the_structure_to_the_next(build: Any) -> None:
    run = build.run(None, build.transfer_model(), behaviours=({}, {"weights": SERVED}))
    found = read_model(run).accounts[0]
    assert found.backbone.name.value == "MobileNetV2"
    assert not found.backbone.weights_as_served.known
