"""What happens to pixels on the way to the backbone: by operations, by the data pipeline, by what was measured."""

from __future__ import annotations

from typing import Any

import pytest

from grader.records import Scaling, Site

ONE, BGR, TORCH = Scaling.MINUS_ONE_TO_ONE, Scaling.BGR_MEANS, Scaling.TORCH
RESCALE = {"class": "Rescaling", "name": "rescaling", "keras": True, "weights": 0}


def op(kind: str, constant: float, *, first: bool = False) -> dict[str, Any]:
    return {"class": kind, "name": kind.lower(), "keras": True, "weights": 0, "constant": constant,
            "constant_first": first}  # fmt: skip


def call(of: str, step: int, mode: str = "") -> dict[str, Any]:
    return {"class": "GetItem", "name": "x", "keras": True, "weights": 0,
            "step": {"of": of, "mode": mode, "step": step, "cell": 3, "line": 1, "running": 3}}  # fmt: skip


IN_MODEL = [
    ("nothing", [], []),
    ("operations", [op("TrueDivide", 127.5), op("Subtract", 1.0)], [ONE]),
    ("the other way to write it", [op("Multiply", 1 / 127.5), op("Add", -1.0)], [ONE]),
    ("three operations are one step", [op("TrueDivide", 255.0), op("Multiply", 2.0), op("Subtract", 1.0)], [ONE]),
    ("Rescaling", [{**RESCALE, "scale": 1 / 127.5, "offset": -1.0}], [ONE]),
    ("Rescaling by 255", [{**RESCALE, "scale": 1 / 255}], [Scaling.ZERO_TO_ONE]),
    ("doubled", 2 * [op("TrueDivide", 127.5), op("Subtract", 1.0)], [ONE, ONE]),
    ("255, then right", [{**RESCALE, "scale": 1 / 255}, call("mobilenet_v2", 1)], [Scaling.ZERO_TO_ONE, ONE]),
    ("one call of two operations", [call("mobilenet_v2", 1), call("mobilenet_v2", 1)], [ONE]),
    ("two calls", [call("mobilenet_v2", 1), call("mobilenet_v2", 2)], [ONE, ONE]),
    ("another backbone's", [call("vgg16", 1)], [BGR]),
    ("by mode", [call("imagenet_utils", 1, "torch")], [TORCH]),
    ("identity", [call("efficientnet", 1)], [Scaling.IDENTITY]),
    ("nothing known", [op("TrueDivide", 3.0)], [Scaling.OTHER]),
    ("zoom between", [op("TrueDivide", 127.5), {"class": "RandomZoom", "name": "z"}, op("Subtract", 1.0)], [ONE]),
    ("Lambda around preprocess_input", [{"class": "Lambda", "name": "l", "of": "mobilenet_v2"}], [ONE]),
]


@pytest.mark.parametrize(("ahead", "expected"), [i[1:] for i in IN_MODEL], ids=[i[0] for i in IN_MODEL])
def test_scaling_in_the_model(ahead: list[Any], expected: list[Scaling], account: Any, write: Any) -> None:
    told = account(model=write.model(ahead=ahead)).preprocessing.in_model
    assert [step.scaling for step in told.value] == expected


def measured(scale: float, offset: float, residual: float = 0.0) -> dict[str, Any]:
    return {"scale": [scale] * 3, "offset": [offset] * 3, "residual": residual, "reverse": False}


OWN = [{"class": "Lambda", "name": "own", "keras": True, "weights": 0, "function": "<lambda>"}]
MEASURED = [
    ("right", measured(1 / 127.5, -1), [ONE]),
    ("doubled", measured(1 / 127.5**2, -1 / 127.5 - 1), [ONE, ONE]),
    ("by 255", measured(1 / 255, 0), [Scaling.ZERO_TO_ONE]),
    ("nothing", measured(1, 0), []),
    ("something else", measured(0.3, 7), [Scaling.OTHER]),
]


@pytest.mark.parametrize(("affine", "expected"), [m[1:] for m in MEASURED], ids=[m[0] for m in MEASURED])
def test_code_of_the_students_own_is_told_by_what_it_did(
    affine: dict[str, Any], expected: list[Scaling], account: Any, write: Any
) -> None:
    told = account(model=write.model(ahead=OWN), batch=write.batch(affine=affine)).preprocessing.in_model
    assert [step.scaling for step in told.value] == expected


def test_code_of_the_students_own_that_was_not_measured_is_left_open(account: Any, write: Any) -> None:
    assert not account(model=write.model(ahead=OWN)).preprocessing.in_model.known
    noisy = write.batch(affine=measured(1, 0, residual=0.4))
    assert not account(model=write.model(ahead=OWN), batch=noisy).preprocessing.in_model.known


def test_arithmetic_between_observed_layers_is_found_by_measurement(account: Any, write: Any) -> None:
    seen = write.batch(affine=measured(1 / 127.5, -1))
    written = account(model=write.model(ahead=[], observed=True), batch=seen).preprocessing.in_model
    assert [step.scaling for step in written.value] == [ONE]
    assert not account(model=write.model(ahead=[], observed=True)).preprocessing.in_model.known


# --------------------------------------------------------------------------- before the model


def source(kind: str = "dataset", **more: Any) -> dict[str, Any]:
    return {"source": kind, "graphs": ["g1"], "affine": [], "opaque": False, "random": [], "generator": None, **more}


RANGES = [
    ("raw", (0, 255), []),
    ("by 255", (0, 1), [Scaling.ZERO_TO_ONE]),
    ("to one", (-1, 1), [ONE]),
    ("twice", (-1.008, -0.992), [ONE, ONE]),
    ("by 255, then to one", (-1, -0.992), [Scaling.ZERO_TO_ONE, ONE]),
    ("means", (-123.7, 151.0), [BGR]),
]


@pytest.mark.parametrize(("limits", "expected"), [r[1:] for r in RANGES], ids=[r[0] for r in RANGES])
def test_arrays_are_told_by_their_range(limits: tuple[float, float], expected: Any, account: Any, write: Any) -> None:
    told = account(begin=write.begin(source=source("arrays")), batch=write.batch(entered=write.values(*limits)))
    assert [step.scaling for step in told.preprocessing.in_pipeline.value] == expected


def test_strange_range_is_left_open(account: Any, write: Any) -> None:
    told = account(begin=write.begin(source=source("arrays")), batch=write.batch(entered=write.values(-7, 9)))
    assert not told.preprocessing.in_pipeline.known


def test_mapped_preprocess_input_is_named_with_its_place(account: Any, write: Any) -> None:
    mapped = {"event": "preprocess", **write.at(4), "of": "mobilenet_v2", "mode": "", "site": "pipeline",
              "graphs": ["g1"], "shape": [None, 160, 160, 3], "reading": False}  # fmt: skip
    begin = write.begin(source=source(affine=[["divide", 127.5], ["subtract", 1.0]]))
    (step,) = account(made=mapped, begin=begin, batch=write.batch(entered=write.values(-1, 1))) \
        .preprocessing.in_pipeline.value  # fmt: skip
    assert (step.scaling, step.of, step.site, str(step.place)) == (ONE, "mobilenet_v2", Site.PIPELINE, "cell 4, line 1")


def test_function_mapped_over_another_data_set_is_not_this_ones(account: Any, write: Any) -> None:
    mapped = {"event": "preprocess", **write.at(4), "of": "mobilenet_v2", "mode": "", "site": "pipeline",
              "graphs": ["elsewhere"], "shape": None, "reading": False}  # fmt: skip
    assert account(made=mapped).preprocessing.in_pipeline.value == ()


GENERATORS = [
    ("rescale", {"rescale": 1 / 255}, [Scaling.ZERO_TO_ONE]),
    ("function", {"preprocessing_function": "mobilenet_v2", "of": "mobilenet_v2"}, [ONE]),
    ("both", {"preprocessing_function": "vgg16", "of": "vgg16", "rescale": 1 / 255}, [BGR, Scaling.ZERO_TO_ONE]),
    ("neither", {}, []),
]


@pytest.mark.parametrize(("arguments", "expected"), [g[1:] for g in GENERATORS], ids=[g[0] for g in GENERATORS])
def test_generator_scales_by_its_arguments(arguments: Any, expected: Any, account: Any, write: Any) -> None:
    told = account(begin=write.begin(source=source("image_generator", generator={**arguments, "place": write.at(4)})))
    assert [s.scaling for s in told.preprocessing.in_pipeline.value] == expected
    assert all(s.site == Site.GENERATOR for s in told.preprocessing.in_pipeline.value)


def test_what_was_measured_is_told_as_it_was(account: Any, write: Any) -> None:
    told = account(batch=write.batch(reached=write.values(-1.008, -0.992))).preprocessing
    assert (told.reached.value.minimum, told.reached.value.maximum, told.raw.value.maximum) == (-1.008, -0.992, 255)
    assert not account(batch=None, batch_again=None).preprocessing.reached.known


# --------------------------------------------------------------------------- augmentation


def pipeline_call(write: Any, graph: str, **more: Any) -> dict[str, Any]:
    zoom = {"key": "a7", "kind": "RandomZoom", "arguments": {}, **write.at(4)}
    return {"event": "pipeline_call", **write.at(4), "layer": {"class": "RandomZoom", "name": "z"}, "made": zoom,
            "training": "true", "graphs": [graph], "reading": False, "shape": [None, 160, 160, 3], **more}  # fmt: skip


def wired(told: Any) -> list[tuple[str, Site]]:
    return [(x.kind, x.site) for x in told.augmentation.wired.value]


def test_layer_mapped_over_the_training_data_is_wired_and_over_other_data_is_not(account: Any, write: Any) -> None:
    bare = write.model(ahead=[])
    assert wired(account(made=pipeline_call(write, "g1"), model=bare)) == [("RandomZoom", Site.PIPELINE)]
    assert wired(account(made=pipeline_call(write, "g2"), model=bare)) == []


def test_mapped_layer_that_sleeps_is_not_wired(account: Any, write: Any) -> None:
    asleep = pipeline_call(write, "g1", training="false")
    assert wired(account(made=asleep, model=write.model(ahead=[]))) == []


def test_layer_tried_on_one_picture_is_defined_and_not_wired(account: Any, write: Any) -> None:
    tried = pipeline_call(write, "g", graphs=[], shape=[1, 160, 160, 3])
    told = account(made=tried, model=write.model(ahead=[]))
    assert [x.kind for x in told.augmentation.defined.value] == ["RandomZoom"]
    assert wired(told) == []


def test_many_pictures_augmented_before_training_on_arrays_leave_it_open(account: Any, write: Any) -> None:
    many = pipeline_call(write, "g", graphs=[], shape=[500, 160, 160, 3])
    begin = write.begin(source=source("arrays"))
    assert not account(made=many, model=write.model(ahead=[]), begin=begin).augmentation.wired.known


def test_layer_called_while_fit_draws_its_data_is_wired(account: Any, write: Any) -> None:
    drawn = pipeline_call(write, "", graphs=[], reading=True)
    begin = write.begin(source=source("sequence", opaque=True))
    told = account(begin=begin, batch=drawn, model=write.model(ahead=[]), made=None)
    assert wired(told) == [("RandomZoom", Site.PIPELINE)]


BLIND = [
    ("python generator", source("generator", opaque=True), True),
    ("python inside a data set", source(opaque=True), True),
    ("unknown randomness", source(random=["RandomUniform"]), True),
    ("plain data set", source(), False),
    ("arrays", source("arrays"), False),
]


@pytest.mark.parametrize(("data", "blind"), [b[1:] for b in BLIND], ids=[b[0] for b in BLIND])
def test_no_augmentation_is_said_only_where_all_could_be_seen(data: Any, blind: bool, account: Any, write: Any) -> None:
    told = account(model=write.model(ahead=[]), begin=write.begin(source=data))
    assert told.augmentation.wired.known is not blind


def test_layer_behind_the_backbone_is_told_apart(account: Any, write: Any) -> None:
    flip = write.layer("RandomFlip", shape=[None, 5, 5, 1280])
    told = account(model=write.model(ahead=[], behind=[flip, write.pooled(), write.dense()]))
    assert wired(told) == [("RandomFlip", Site.AFTER_BACKBONE)]


def test_layers_of_a_model_that_was_only_loaded_are_those_it_has(account: Any, write: Any) -> None:
    told = account(made=None)
    assert [x.kind for x in told.augmentation.defined.value] == ["RandomFlip"] == [kind for kind, _ in wired(told)]


def test_generator_arguments_are_augmentation_by_kind(account: Any, write: Any) -> None:
    generator = {"rotation_range": 20, "horizontal_flip": True, "rescale": 1 / 255, "place": write.at(4)}
    begin = write.begin(source=source("image_generator", generator=generator))
    told = account(model=write.model(ahead=[]), begin=begin)
    assert wired(told) == [("RandomRotation", Site.GENERATOR), ("RandomFlip", Site.GENERATOR)]


def test_random_layers_awake_in_a_prediction_are_told(account: Any, write: Any) -> None:
    assert not account().augmentation.inactive_in_inference.known
    awake = {"event": "awake", **write.at(5), "model": "m1", "layer": {"class": "RandomFlip", "name": "flip"}}
    assert account(made=awake).augmentation.inactive_in_inference.is_known_as(False)
    assert not account(made={**awake, "model": "another"}).augmentation.inactive_in_inference.known
