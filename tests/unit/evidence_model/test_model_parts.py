"""Preprocessing, augmentation, pooling and head as a saved model's graph shows them."""

from __future__ import annotations

from typing import Any

import pytest

from grader.evidence.model import read_model
from grader.records import Account, Pooling, Scaling, Site


def account(build: Any, config: Any, **more: Any) -> Account:
    return read_model(build.run(config, **more)).accounts[0]


def scalings(build: Any, entries: list[Any], **parts: Any) -> list[Scaling] | None:
    part = account(build, build.transfer_model(scaling=entries, **parts)).preprocessing.in_model
    return [step.scaling for step in part.value] if part.known else None


def op(build: Any, kind: str, name: str, constant: Any) -> Any:
    return {**build.operation(kind, name), "also": [constant]}


def means() -> dict[str, Any]:
    value = [[[[-103.93900299072266, -116.77899932861328, -123.68000030517578]]]]
    return {"class_name": "__tensor__", "config": {"value": value, "dtype": "float32"}}


ELLIPSIS = {"class_name": "__ellipsis__", "config": {}}
REVERSED = {"class_name": "__slice__", "config": {"start": None, "stop": None, "step": -1}}


# --------------------------------------------------------------------------- preprocessing


def test_preprocess_input_of_mobilenet_is_one_step(build: Any) -> None:
    part = account(build, build.transfer_model()).preprocessing
    steps = part.in_model.value or ()
    assert [step.scaling for step in steps] == [Scaling.MINUS_ONE_TO_ONE]
    assert steps[0].site == Site.MODEL and steps[0].excerpt == "TrueDivide 127.5, Subtract 1"
    assert not part.in_pipeline.known


def test_no_scaling_in_the_model_is_known_to_be_none(build: Any) -> None:
    assert scalings(build, []) == []


def test_doubled_scaling_is_two_steps(build: Any) -> None:
    twice = [*build.scaling(), op(build, "TrueDivide", "d2", 127.5), op(build, "Subtract", "s2", 1.0)]
    assert scalings(build, twice) == [Scaling.MINUS_ONE_TO_ONE] * 2


def test_division_by_255_then_stretching_is_one_step(build: Any) -> None:
    stretched = [op(build, "TrueDivide", "d", 255.0), op(build, "Multiply", "m", 2), op(build, "Subtract", "s", 1)]
    assert scalings(build, stretched) == [Scaling.MINUS_ONE_TO_ONE]


def test_division_by_255_alone_is_zero_to_one(build: Any) -> None:
    assert scalings(build, [op(build, "TrueDivide", "d", 255.0)]) == [Scaling.ZERO_TO_ONE]


def test_scaling_by_255_and_then_preprocess_input_are_two_kinds(build: Any) -> None:
    both = [op(build, "TrueDivide", "d", 255.0), *build.scaling()]
    assert scalings(build, both) == [Scaling.ZERO_TO_ONE, Scaling.MINUS_ONE_TO_ONE]


@pytest.mark.parametrize(
    ("scale", "offset", "expected"),
    [
        (1 / 127.5, -1, [Scaling.MINUS_ONE_TO_ONE]),
        (1 / 255, 0.0, [Scaling.ZERO_TO_ONE]),
        (1 / 127.5, 0.0, [Scaling.OTHER]),
        (1.0, 0.0, []),
    ],
)
def test_rescaling_layer_is_read_by_its_numbers(build: Any, scale: float, offset: float, expected: Any) -> None:
    assert scalings(build, [build.layer("Rescaling", "r", scale=scale, offset=offset)]) == expected


def test_means_taken_off_after_turning_to_bgr(build: Any) -> None:
    turned = {**build.operation("GetItem", "g"), "also": [[ELLIPSIS, REVERSED]]}
    assert scalings(build, [turned, op(build, "Add", "a", means())]) == [Scaling.BGR_MEANS]


def test_the_same_means_without_turning_are_another_scaling(build: Any) -> None:
    assert scalings(build, [op(build, "Add", "a", means())]) == [Scaling.OTHER]


def test_channels_picked_and_stacked_in_reverse_are_bgr(build: Any) -> None:
    source = build.tensor("input_layer", build.image)
    picks = [
        build.called(build.operation("GetItem", f"g{channel}"), source, [ELLIPSIS, channel]) for channel in (2, 1, 0)
    ]
    flat = [None, 160, 160]
    stack = build.called(
        build.operation("Stack", "stack", axis=-1), [build.tensor(f"g{channel}", flat) for channel in (2, 1, 0)]
    )
    rest = build.chain([stack, op(build, "Add", "a", means()), *build.vgg16_layers(), build.pooling(), build.dense()])
    model = build.functional("model", [build.image_input(), *picks, *rest])
    part = account(build, model).preprocessing.in_model
    assert [step.scaling for step in part.value or ()] == [Scaling.BGR_MEANS]


@pytest.mark.parametrize("kind", ["Lambda", "Normalization", "Conv2D"])
def test_layer_whose_effect_is_hidden_makes_preprocessing_unknown(build: Any, kind: str) -> None:
    assert scalings(build, [build.layer(kind, "hidden")]) is None


def test_resizing_and_dropout_do_not_scale(build: Any) -> None:
    entries = [build.layer("Resizing", "resize", height=160, width=160), build.layer("Dropout", "d", rate=0.1)]
    assert scalings(build, [*entries, *build.scaling()]) == [Scaling.MINUS_ONE_TO_ONE]


# --------------------------------------------------------------------------- augmentation


def wired(build: Any, **parts: Any) -> list[tuple[str, Site]] | None:
    part = account(build, build.transfer_model(**parts)).augmentation.wired
    return [(layer.kind, layer.site) for layer in part.value] if part.known else None


def test_layers_of_a_nested_sequential_are_wired_in_order(build: Any) -> None:
    assert wired(build) == [("RandomFlip", Site.MODEL), ("RandomRotation", Site.MODEL)]


def test_layers_directly_in_the_graph_are_wired(build: Any) -> None:
    assert wired(build, augmentation=[build.layer("RandomZoom", "zoom")]) == [("RandomZoom", Site.MODEL)]


def test_model_without_augmentation_does_not_deny_it(build: Any) -> None:
    assert wired(build, augmentation=[]) is None


def test_augmentation_behind_the_backbone_is_said_to_be_there(build: Any) -> None:
    behind = build.layer("RandomFlip", "late")
    assert wired(build, augmentation=[], pooling=[behind, build.pooling()]) == [("RandomFlip", Site.AFTER_BACKBONE)]


def test_augmentation_on_a_dead_branch_is_not_wired(build: Any) -> None:
    config = build.transfer_model(augmentation=[])
    dead = build.called(build.layer("RandomFlip", "dead"), build.tensor("input_layer", build.image))
    config["config"]["layers"].insert(1, dead)
    assert not account(build, config).augmentation.wired.known


@pytest.mark.parametrize("active", [True, False])
def test_measured_activity_is_taken_over(build: Any, active: bool) -> None:
    measured = {"augmentation": {"layers": 2, "active_in_training": active, "inactive_in_inference": True}}
    part = account(build, build.transfer_model(), behaviours=({"behaviour": measured},)).augmentation
    assert part.active_in_training.value is active and part.inactive_in_inference.value is True


def test_model_without_random_layers_says_nothing_of_their_activity(build: Any) -> None:
    measured = {"augmentation": {"layers": 0, "active_in_training": False, "inactive_in_inference": True}}
    config = build.transfer_model(augmentation=[])
    assert not account(build, config, behaviours=({"behaviour": measured},)).augmentation.active_in_training.known


# --------------------------------------------------------------------------- pooling and head


def pool(build: Any, *entries: Any) -> tuple[Any, Any]:
    part = account(build, build.transfer_model(pooling=list(entries), dropout=[])).pooling
    return part.kind.value, part.output_shape.value


def test_global_average_gives_a_vector(build: Any) -> None:
    assert pool(build, build.pooling()) == (Pooling.GLOBAL_AVERAGE, (None, 1280))


def test_kept_dimensions_and_flatten_are_the_same_average(build: Any) -> None:
    kept = build.layer("GlobalAveragePooling2D", "pool", keepdims=True)
    assert pool(build, kept, build.layer("Flatten", "flat")) == (Pooling.GLOBAL_AVERAGE, (None, 1280))


def test_mean_over_height_and_width_is_the_same_average(build: Any) -> None:
    assert pool(build, build.operation("Mean", "mean", axis=[1, 2]))[0] == Pooling.GLOBAL_AVERAGE


def test_mean_over_channels_is_no_pooling(build: Any) -> None:
    assert pool(build, build.operation("Mean", "mean", axis=[3]))[0] == Pooling.NONE


def tokens(build: Any, *target: int) -> Any:
    return build.layer("Reshape", "tokens", target_shape=list(target))


def test_average_over_the_places_in_a_row_is_the_same_average(build: Any) -> None:
    average = build.layer("GlobalAveragePooling1D", "average", data_format="channels_last", keepdims=False)
    assert pool(build, tokens(build, -1, 1280), average) == (Pooling.GLOBAL_AVERAGE, (None, 1280))
    mean = build.operation("Mean", "mean", axis=[1])
    assert pool(build, tokens(build, 25, 1280), mean) == (Pooling.GLOBAL_AVERAGE, (None, 1280))


def test_average_over_something_else_in_a_row_is_not_said_to_be_one(build: Any) -> None:
    average = build.layer("GlobalAveragePooling1D", "average", data_format="channels_last", keepdims=False)
    assert pool(build, tokens(build, 1280, 25), average)[0] is None
    other = build.layer("GlobalAveragePooling1D", "average", data_format="channels_first", keepdims=False)
    assert pool(build, tokens(build, -1, 1280), other)[0] is None


@pytest.mark.parametrize("kind", ["Attention", "Einsum", "GlobalAveragePooling3D"])
def test_a_layer_that_might_pool_is_not_said_not_to(build: Any, kind: str) -> None:
    assert pool(build, build.layer(kind, "strange"))[0] is None


@pytest.mark.parametrize(
    ("kind", "seen", "told"),
    [
        ("Einsum", "mean", Pooling.GLOBAL_AVERAGE),
        ("Einsum", "maximum", Pooling.GLOBAL_MAX),
        ("Einsum", "", None),
        ("Flatten", "mean", Pooling.FLATTEN),
        ("GlobalMaxPooling2D", "mean", Pooling.GLOBAL_MAX),
    ],
)
def test_vector_that_no_layer_explains_is_told_by_its_values(build: Any, kind: str, seen: str, told: Any) -> None:
    config = build.transfer_model(pooling=[build.layer(kind, "strange")], dropout=[])
    measured = {"shapes": {"pooled": [32, 1280]}, "pooled_as": seen}
    part = account(build, config, behaviours=({"behaviour": measured},)).pooling
    assert (part.kind.value, part.output_shape.value) == (told, (32, 1280))


def test_average_over_windows_as_large_as_the_map_is_global(build: Any) -> None:
    window = build.layer("AveragePooling2D", "avg", pool_size=[5, 5])
    assert pool(build, window, build.layer("Flatten", "flat"))[0] == Pooling.GLOBAL_AVERAGE
    small = build.layer("AveragePooling2D", "avg", pool_size=[2, 2])
    assert pool(build, small, build.layer("Flatten", "flat"))[0] == Pooling.FLATTEN


def test_flatten_is_not_an_average(build: Any) -> None:
    assert pool(build, build.layer("Flatten", "flat")) == (Pooling.FLATTEN, (None, 32000))


def test_dense_on_feature_maps_has_no_pooling(build: Any) -> None:
    assert pool(build)[0] == Pooling.NONE


def head(build: Any, *entries: Any) -> Any:
    return account(build, build.transfer_model(head=list(entries))).head


def test_sigmoid_head_of_one_unit(build: Any) -> None:
    found = head(build, build.dense())
    assert (found.units.value, found.activation.value, found.hidden.value) == (1, "sigmoid", ())
    assert found.output_shape.value == (None, 1)


def test_two_units_with_softmax_are_not_one(build: Any) -> None:
    found = head(build, build.dense(2, "softmax"))
    assert (found.units.value, found.activation.value) == (2, "softmax")


@pytest.mark.parametrize(
    "activation",
    [
        "sigmoid",
        {"module": "builtins", "class_name": "function", "config": "sigmoid", "registered_name": "function"},
        {"module": "keras.layers", "class_name": "Activation", "config": {"name": "sigmoid"}},
        "keras.activations.sigmoid",
    ],
)
def test_activation_is_read_however_it_is_written(build: Any, activation: Any) -> None:
    assert head(build, build.dense(1, activation)).activation.value == "sigmoid"


def test_separate_activation_counts(build: Any) -> None:
    layer = build.layer("Activation", "act", activation="sigmoid")
    assert head(build, build.dense(1, "linear"), layer).activation.value == "sigmoid"
    operation = build.operation("Sigmoid", "act")
    assert head(build, build.dense(1, "linear"), operation).activation.value == "sigmoid"


def test_logits_have_a_linear_activation(build: Any) -> None:
    assert head(build, build.dense(1, "linear")).activation.value == "linear"
    assert head(build, build.dense(1, None)).activation.value == "linear"


def test_activation_of_the_students_own_is_not_guessed(build: Any) -> None:
    found = head(build, build.dense(1, {"class_name": "function", "config": {"code": "…"}, "module": "mine"}))
    assert found.units.value == 1 and not found.activation.is_known_as("sigmoid", "linear")


def test_hidden_layers_are_named(build: Any) -> None:
    found = head(build, build.dense(64, "relu", name="inner"), build.layer("BatchNormalization", "bn"), build.dense())
    assert found.hidden.value == ("inner", "bn") and found.units.value == 1


def test_head_behind_a_lambda_is_not_told(build: Any) -> None:
    assert not head(build, build.dense(), build.layer("Lambda", "code")).activation.known


def test_measured_shapes_have_the_batch_of_32(build: Any) -> None:
    shapes = {"backbone": [32, 5, 5, 1280], "pooled": [32, 1280], "head": [32, 1]}
    outputs = {"minimum": 0.2, "maximum": 0.7, "within_unit": True}
    found = account(build, build.transfer_model(), behaviours=({"behaviour": {"shapes": shapes, "outputs": outputs}},))
    assert found.backbone.output_shape.value == (32, 5, 5, 1280)
    assert found.pooling.output_shape.value == (32, 1280)
    assert found.head.output_shape.value == (32, 1)
    assert found.head.outputs_within_unit.value is True
