"""Which backbone a saved model holds, where, how much of it, and what of it can learn."""

from __future__ import annotations

from typing import Any

import pytest

from grader.evidence.model import read_model
from grader.evidence.model_families import FAMILIES
from grader.records import Account, CallTraining, Pooling, Trainable, Witness


def account(build: Any, config: Any, **more: Any) -> Account:
    testimony = read_model(build.run(config, **more))
    assert testimony.witness == Witness.MODEL
    return testimony.accounts[0]


def test_run_without_model_files_is_not_available(build: Any) -> None:
    testimony = read_model(build.run())
    assert not testimony.available and testimony.why and testimony.accounts == ()


def test_nested_backbone_is_named_with_its_place_and_size(build: Any) -> None:
    backbone = account(build, build.transfer_model()).backbone
    assert backbone.name.value == "MobileNetV2"
    assert backbone.name.excerpt == "MobileNetV2 (nested Functional 'mobilenetv2_1.00_160'), 154 layers"
    assert backbone.in_model.value is True
    assert backbone.include_top.value is False and backbone.cut_before_top.value is False
    assert backbone.input_shape.value == (160, 160, 3)
    assert backbone.output_shape.value == (None, 5, 5, 1280)
    assert backbone.pooling_argument.value == "none"
    assert backbone.name.place is None


def test_backbone_is_known_by_its_layers_not_by_its_name(build: Any) -> None:
    renamed = build.transfer_model(backbone=[build.mobilenet_v2(name="resnet50")])
    assert account(build, renamed).backbone.name.value == "MobileNetV2"


def test_model_merely_called_like_a_backbone_is_none(build: Any) -> None:
    small = build.functional(
        "mobilenetv2_1.00_160", build.chain([build.image_input("i"), build.layer("Conv2D", "c", filters=8)])
    )
    backbone = account(build, build.transfer_model(backbone=[small])).backbone
    assert not backbone.name.known and backbone.in_model.value is False


def test_inlined_backbone_is_found_in_the_graph(build: Any) -> None:
    config = build.transfer_model(backbone=build.mobilenet_v2_layers(frozen=153))
    found = account(build, config)
    assert found.backbone.in_model.value is True
    assert found.backbone.name.excerpt == "MobileNetV2 (153 of its layers directly in the model)"
    assert found.pooling.kind.value == Pooling.GLOBAL_AVERAGE
    assert found.stages[0].total_layers.value == 153


def test_backbone_in_a_sequential_was_called_without_a_training_argument(build: Any) -> None:
    config = build.sequential("model", [build.mobilenet_v2(), build.pooling(), build.dense()])
    assert account(build, config).backbone.call_training.value == CallTraining.NOT_GIVEN


def test_functional_call_does_not_tell_its_training_argument(build: Any) -> None:
    base = build.mobilenet_v2()
    config = build.transfer_model()
    entry = next(item for item in config["config"]["layers"] if item["name"] == base["name"])
    entry["inbound_nodes"][0]["kwargs"] = {"training": False}
    assert not account(build, config).backbone.call_training.known


def test_top_that_was_left_on_is_seen(build: Any) -> None:
    top = [build.pooling(), build.dense(1000, "softmax", name="predictions")]
    config = build.transfer_model(backbone=[build.mobilenet_v2(behind=top)], pooling=[])
    backbone = account(build, config).backbone
    assert backbone.include_top.value is True and backbone.cut_before_top.value is False


def test_head_that_a_student_calls_predictions_is_not_taken_for_the_top(build: Any) -> None:
    config = build.transfer_model(
        backbone=build.mobilenet_v2_layers(frozen=153), head=[build.dense(1, "sigmoid", name="predictions")]
    )
    assert not account(build, config).backbone.include_top.is_known_as(True)


def test_network_cut_at_an_inner_layer_is_cut_before_its_top(build: Any) -> None:
    cut = build.mobilenet_v2_layers(frozen=153)[:115]
    backbone = account(build, build.transfer_model(backbone=cut)).backbone
    assert backbone.name.value == "MobileNetV2"
    assert backbone.cut_before_top.value is True


@pytest.mark.parametrize(("pool", "expected"), [("GlobalAveragePooling2D", "avg"), ("GlobalMaxPooling2D", "max")])
def test_pooling_inside_the_backbone_is_its_argument(build: Any, pool: str, expected: str) -> None:
    base = build.mobilenet_v2(behind=[build.layer(pool, "own_pool")])
    found = account(build, build.transfer_model(backbone=[base], pooling=[]))
    assert found.backbone.pooling_argument.value == expected
    assert found.pooling.kind.known and found.pooling.output_shape.value == (None, 1280)


def test_vgg16_and_vgg19_are_told_apart(build: Any) -> None:
    sixteen = build.vgg16_layers()
    nineteen = []
    for entry in build.vgg16_layers():
        if entry["name"] in ("block3_pool", "block4_pool", "block5_pool"):
            nineteen.append(build.layer("Conv2D", entry["name"].replace("pool", "conv4")))
        nineteen.append(entry)
    assert account(build, build.transfer_model(backbone=sixteen)).backbone.name.value == "VGG16"
    assert account(build, build.transfer_model(backbone=nineteen)).backbone.name.value == "VGG19"


def test_cut_network_of_several_sisters_is_not_named(build: Any) -> None:
    found = account(build, build.transfer_model(backbone=build.vgg16_layers()[:6])).backbone
    assert not found.name.known and "VGG16" in found.name.why and "VGG19" in found.name.why
    assert found.in_model.value is True


def test_plain_convolutional_model_holds_no_backbone(build: Any) -> None:
    plain = [build.layer("Conv2D", f"c{i}", filters=8) for i in range(3)]
    assert account(build, build.transfer_model(backbone=plain)).backbone.in_model.value is False


def test_lambda_may_hide_a_backbone(build: Any) -> None:
    hiding = [build.layer("Conv2D", "c"), build.layer("Lambda", "hides")]
    assert not account(build, build.transfer_model(backbone=hiding)).backbone.in_model.known


def test_classifier_on_precomputed_features_does_not_deny_the_backbone(build: Any) -> None:
    layers = [build.image_input(shape=[None, 1280]), build.dense()]
    found = account(build, build.functional("model", build.chain(layers, {"input_layer": [None, 1280]})))
    assert not found.backbone.in_model.known


def test_subclassed_model_is_cant_tell_everywhere(build: Any) -> None:
    found = account(build, {"module": None, "class_name": "Net", "config": {"trainable": True}})
    assert not found.backbone.in_model.known and "Net" in found.backbone.in_model.why
    assert not found.pooling.kind.known and not found.head.units.known and not found.preprocessing.in_model.known


@pytest.mark.parametrize(
    ("frozen", "state", "trainable"),
    [(153, Trainable.NONE, 0), (99, Trainable.PART, 54), (0, Trainable.ALL, 154)],
    ids=["frozen", "from layer 100", "all"],
)
def test_trainable_flags_of_layers_give_the_state(build: Any, frozen: int, state: Trainable, trainable: int) -> None:
    stage = account(build, build.transfer_model(backbone=[build.mobilenet_v2(frozen=frozen)])).stages[0]
    assert stage.backbone_trainable.value == state
    assert stage.trainable_layers.value == trainable and stage.total_layers.value == 154


def test_layers_without_weights_do_not_make_a_backbone_trainable(build: Any) -> None:
    config = build.transfer_model()
    base = next(item for item in config["config"]["layers"] if item["name"].startswith("mobilenet"))
    for entry in base["config"]["layers"]:
        if entry["class_name"] in ("ReLU", "Add"):
            entry["config"]["trainable"] = True
    assert account(build, config).stages[0].backbone_trainable.value == Trainable.NONE


def test_model_frozen_as_a_whole_trains_nothing(build: Any) -> None:
    config = build.transfer_model(backbone=[build.mobilenet_v2(frozen=0)])
    config["config"]["trainable"] = False
    assert account(build, config).stages[0].backbone_trainable.value == Trainable.NONE


def test_keras_2_calls_are_followed(build: Any) -> None:
    config = build.transfer_model()
    for entry in config["config"]["layers"]:
        entry["module"] = entry["module"].replace("keras.src.ops.numpy", "keras.layers")
        for call in entry.get("inbound_nodes") or []:
            source = call["args"][0]["config"]["keras_history"][0]
            constants = {"y": call["args"][1]} if len(call["args"]) > 1 else {}
            entry["inbound_nodes"] = [[[source, 0, 0, constants]]]
    for name, function in (("true_divide", "math.truediv"), ("subtract", "math.subtract")):
        entry = next(item for item in config["config"]["layers"] if item["name"] == name)
        entry["class_name"], entry["config"]["function"] = "TFOpLambda", function
    found = account(build, config)
    assert found.backbone.name.value == "MobileNetV2"
    assert [step.scaling.value for step in found.preprocessing.in_model.value or ()] == ["minus_one_to_one"]


def test_families_have_one_meaning_each() -> None:
    names = [variant.name for family in FAMILIES for variant in family.variants]
    assert len(names) == len(set(names)) and "MobileNetV2" in names
    assert all(not family.marks & family.absent for family in FAMILIES)
