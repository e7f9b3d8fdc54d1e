"""The inspection and the reader on models that real Keras saved."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import pytest

from grader.evidence.model import read_model
from grader.records import Account, CallTraining, Pooling, Run, Scaling, Trainable

pytestmark = pytest.mark.kernel
Inspect = Callable[..., dict[str, Any]]
AsRun = Callable[[str], Run]


def account(as_run: AsRun, key: str) -> Account:
    return read_model(as_run(key)).accounts[0]


# --------------------------------------------------------------------------- behaviour


@pytest.mark.slow
def test_functional_model_is_measured_on_known_images(measured: dict[str, Any]) -> None:
    found = measured["functional-0"]["behaviour"]
    assert found["shapes"] == {
        "input": [32, 96, 96, 3],
        "before_backbone": [32, 96, 96, 3],
        "backbone": [32, 3, 3, 1280],
        "pooled": [32, 1280],
        "head": [32, 1],
    }
    assert found["outputs"]["within_unit"] is True and found["backend"] == "numpy"
    assert found["augmentation"] == {"layers": 2, "active_in_training": True, "inactive_in_inference": True}
    assert found["reached"]["minimum"] == -1.0 and found["reached"]["maximum"] == 1.0


@pytest.mark.slow
def test_files_of_one_structure_are_run_once(measured: dict[str, Any]) -> None:
    assert measured["functional-2"]["behaviour"]["measured_on"] == "functional-0"
    assert "cpu_s" in measured["functional-0"] and "cpu_s" not in measured["functional-2"]


@pytest.mark.slow
def test_logits_are_not_within_the_unit_interval_and_means_reach_vgg(measured: dict[str, Any]) -> None:
    assert measured["inception-0"]["behaviour"]["outputs"]["within_unit"] is False
    reached = measured["vgg-0"]["behaviour"]["reached"]
    blue, green, red = reached["channel_means"]
    assert blue + 103.939 < green + 116.779 < red + 123.68
    assert measured["inlined-0"]["behaviour"]["reached"]["maximum"] == 255.0


@pytest.mark.slow
def test_models_with_code_in_them_are_not_loaded(measured: dict[str, Any]) -> None:
    for key, word in (("lambda-0", "Lambda"), ("subclassed-0", "Net")):
        assert word in measured[key]["problem"] and "behaviour" not in measured[key]
        assert measured[key]["weights"]["compared"] > 0


@pytest.mark.slow
def test_tensorflow_gives_what_numpy_gives(saved: Path, measured: dict[str, Any]) -> None:
    other = json.loads((saved / "by-tensorflow.json").read_text(encoding="utf-8"))
    ours = measured["sequential-0"]["behaviour"]
    assert other["backend"] == "tensorflow" and ours["backend"] == "numpy"
    assert other["shapes"] == ours["shapes"] and other["augmentation"] == ours["augmentation"]
    for name in ("minimum", "maximum"):
        assert other["outputs"][name] == pytest.approx(ours["outputs"][name], abs=1e-4)
        assert other["reached"][name] == pytest.approx(ours["reached"][name], abs=1e-4)


# --------------------------------------------------------------------------- weights


@pytest.mark.slow
def test_frozen_backbone_keeps_the_served_weights_and_fine_tuning_changes_them(measured: dict[str, Any]) -> None:
    for key in ("functional-0", "functional-1"):
        weights = measured[key]["weights"]
        assert weights["file"] == "served.h5" and weights["matched_by"] == "names"
        assert weights["different"] == 0 and weights["missing"] == 0
        assert weights["compared"] == 156 and weights["statistics_compared"] == 104
    tuned = measured["functional-2"]
    assert 0 < tuned["weights"]["different"] < 156
    assert tuned["since_previous"]["different"] == tuned["weights"]["different"]
    assert "Conv1" not in tuned["weights"]["different_layers"]
    assert tuned["since_previous"]["head_likeness"] > 0.99


@pytest.mark.slow
def test_inlined_and_subclassed_backbones_are_compared_too(measured: dict[str, Any]) -> None:
    assert measured["inlined-0"]["weights"]["compared"] == 156
    assert measured["subclassed-0"]["weights"]["different"] == 0


@pytest.mark.slow
def test_automatic_names_are_matched_by_order(measured: dict[str, Any]) -> None:
    weights = measured["inception-0"]["weights"]
    assert weights["file"] == "inception.h5" and weights["matched_by"] == "order" and weights["different"] == 0


@pytest.mark.slow
def test_other_networks_weights_match_nothing(measured: dict[str, Any]) -> None:
    assert "weights" not in measured["vgg-0"]


# --------------------------------------------------------------------------- the reader on real files


@pytest.mark.slow
def test_stages_of_a_real_training(as_run: AsRun) -> None:
    found = account(as_run, "functional")
    assert found.backbone.name.value == "MobileNetV2" and found.stages[0].total_layers.value == 154
    assert found.backbone.weights_as_served.value is True and found.backbone.weights.value == "imagenet"
    assert found.backbone.output_shape.value == (32, 3, 3, 1280)
    states = [stage.backbone_trainable.value for stage in found.stages]
    assert states == [Trainable.NONE, Trainable.NONE, Trainable.PART]
    assert [stage.trainable_layers.value for stage in found.stages] == [0, 0, 54]
    assert [stage.learning_rate.value for stage in found.stages] == [1e-3, 1e-3, 1e-5]
    assert [stage.backbone_changed.value for stage in found.stages] == [False, False, True]
    assert found.stages[2].steps_run.value == 2 and found.stages[2].continues.value is True
    assert not found.backbone.call_training.known


@pytest.mark.slow
def test_parts_of_a_real_functional_model(as_run: AsRun) -> None:
    found = account(as_run, "functional")
    assert [layer.kind for layer in found.augmentation.wired.value or ()] == ["RandomFlip", "RandomRotation"]
    assert found.augmentation.active_in_training.value is True
    assert [step.scaling for step in found.preprocessing.in_model.value or ()] == [Scaling.MINUS_ONE_TO_ONE]
    assert found.pooling.kind.value == Pooling.GLOBAL_AVERAGE and found.pooling.output_shape.value == (32, 1280)
    assert (found.head.units.value, found.head.activation.value) == (1, "sigmoid")


@pytest.mark.slow
def test_real_sequential_model(as_run: AsRun) -> None:
    found = account(as_run, "sequential")
    assert found.backbone.name.value == "MobileNetV2"
    assert found.backbone.call_training.value == CallTraining.NOT_GIVEN
    assert found.stages[0].backbone_trainable.value == Trainable.ALL
    assert [step.scaling for step in found.preprocessing.in_model.value or ()] == [Scaling.MINUS_ONE_TO_ONE]
    assert found.head.activation.value == "sigmoid"


@pytest.mark.slow
def test_real_inlined_model(as_run: AsRun) -> None:
    found = account(as_run, "inlined")
    assert found.backbone.in_model.value is True and found.stages[0].total_layers.value == 153
    assert found.backbone.include_top.value is False
    assert found.pooling.kind.value == Pooling.GLOBAL_AVERAGE and found.head.units.value == 1


@pytest.mark.slow
def test_real_vgg_with_operations(as_run: AsRun) -> None:
    found = account(as_run, "vgg")
    assert found.backbone.name.value == "VGG16"
    assert [step.scaling for step in found.preprocessing.in_model.value or ()] == [Scaling.BGR_MEANS]
    assert found.pooling.kind.value == Pooling.GLOBAL_AVERAGE and found.head.units.value == 10


@pytest.mark.slow
def test_real_inlined_inception(as_run: AsRun) -> None:
    found = account(as_run, "inception")
    assert found.backbone.name.value == "InceptionV3" and found.pooling.kind.value == Pooling.GLOBAL_MAX
    assert found.head.activation.value == "linear"


@pytest.mark.slow
def test_real_lambda_hides_only_what_it_holds(as_run: AsRun) -> None:
    found = account(as_run, "lambda")
    assert not found.preprocessing.in_model.known and found.backbone.name.value == "MobileNetV2"
    assert found.pooling.kind.value == Pooling.FLATTEN and found.head.units.value == 2


@pytest.mark.slow
def test_real_subclassed_model_is_known_by_its_weights_only(as_run: AsRun) -> None:
    found = account(as_run, "subclassed")
    assert found.backbone.in_model.value is True and found.backbone.weights_as_served.value is True
    assert not found.pooling.kind.known and not found.stages[0].backbone_trainable.known


# --------------------------------------------------------------------------- hostile files


def rewritten(source: Path, target: Path, **members: bytes) -> Path:
    """A copy of a model file with members replaced; `config` stands for config.json, `weights` for the HDF5."""
    names = {"config": "config.json", "weights": "model.weights.h5"}
    new = {names.get(key, key): value for key, value in members.items()}
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in {*old.namelist(), *new}:
            archive.writestr(name, new.get(name) if name in new else old.read(name))  # type: ignore[arg-type]
    return target


def config_of(path: Path) -> dict[str, Any]:
    with zipfile.ZipFile(path) as archive:
        found: dict[str, Any] = json.loads(archive.read("config.json"))
    return found


def test_small_honest_model_passes_where_its_hostile_twins_do_not(few: Path, inspect: Inspect) -> None:
    answer = inspect(few / "tiny-0.keras")["tiny-0"]
    assert answer["problem"] == "" and answer["behaviour"]["shapes"]["head"] == [32, 8]


def test_vector_is_measured_inside_of_a_head_that_is_a_model(few: Path, inspect: Inspect) -> None:
    shapes = inspect(few / "parts-0.keras")["parts-0"]["behaviour"]["shapes"]
    assert (shapes["pooled"], shapes["head"]) == ([32, 512], [32, 1])


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"class_name": "Dense", "config": {"name": "a", "units": 10**9}}, "units"),
        ({"class_name": "Lambda"}, "Lambda"),
        ({"class_name": "system", "module": "os"}, "system"),
        ({"class_name": "function", "module": "subprocess", "config": "run"}, "function"),
    ],
    ids=["bomb", "lambda", "foreign class", "foreign function"],
)
def test_config_that_must_not_be_built_is_refused(
    few: Path, inspect: Inspect, tmp_path: Path, change: dict[str, Any], word: str
) -> None:
    config = config_of(few / "tiny-0.keras")
    config["config"]["layers"][-1].update(change)
    path = rewritten(few / "tiny-0.keras", tmp_path / "bad-0.keras", config=json.dumps(config).encode())
    answer = inspect(path)["bad-0"]
    assert word in answer["problem"] and "behaviour" not in answer


def test_deep_config_is_refused(few: Path, inspect: Inspect, tmp_path: Path) -> None:
    deep = b'{"a":' * 5000 + b"1" + b"}" * 5000
    path = rewritten(few / "tiny-0.keras", tmp_path / "deep-0.keras", config=deep)
    assert "deep" in inspect(path)["deep-0"]["problem"]


def test_member_that_swells_is_refused(few: Path, inspect: Inspect, tmp_path: Path) -> None:
    bomb = b'{"config": "' + b" " * 20_000_000 + b'"}'
    path = rewritten(few / "tiny-0.keras", tmp_path / "bomb-0.keras", config=bomb)
    assert "swells" in inspect(path)["bomb-0"]["problem"]


def test_file_that_is_no_archive_is_a_problem(inspect: Inspect, tmp_path: Path) -> None:
    path = tmp_path / "junk-0.keras"
    path.write_bytes(b"not a zip")
    assert inspect(path)["junk-0"]["problem"]


def test_external_link_is_not_followed(few: Path, inspect: Inspect, tmp_path: Path) -> None:
    secret = tmp_path / "secret.h5"
    with h5py.File(secret, "w") as file:
        file["x"] = [1.0]
    bad = tmp_path / "bad.h5"
    with h5py.File(bad, "w") as file:
        file["layers/dense/vars/0"] = h5py.ExternalLink(str(secret), "x")
    path = rewritten(few / "tiny-0.keras", tmp_path / "link-0.keras", weights=bad.read_bytes())
    assert "link" in inspect(path)["link-0"]["problem"]


def test_external_dataset_is_not_read(few: Path, inspect: Inspect, tmp_path: Path) -> None:
    raw = tmp_path / "raw.bin"
    raw.write_bytes(b"\0" * 64)
    bad = tmp_path / "bad.h5"
    with h5py.File(bad, "w") as file:
        file.create_group("layers/dense/vars").create_dataset("0", (8,), "f8", external=[(str(raw), 0, 64)])
    path = rewritten(few / "tiny-0.keras", tmp_path / "ext-0.keras", weights=bad.read_bytes())
    assert "another file" in inspect(path)["ext-0"]["problem"]


def test_layer_named_like_a_path_reads_no_path(few: Path, inspect: Inspect, tmp_path: Path) -> None:
    config = config_of(few / "tiny-0.keras")
    config["config"]["layers"][-1]["config"]["name"] = "../../../etc/passwd"
    path = rewritten(few / "tiny-0.keras", tmp_path / "dots-0.keras", config=json.dumps(config).encode())
    assert "root:" not in json.dumps(inspect(path))


def test_one_bad_file_does_not_spoil_the_others(few: Path, inspect: Inspect, tmp_path: Path) -> None:
    junk = tmp_path / "junk-0.keras"
    junk.write_bytes(b"")
    answer = inspect(junk, few / "tiny-0.keras")
    assert answer["junk-0"]["problem"] and "behaviour" in answer["tiny-0"]


def test_work_beyond_the_time_limit_is_a_problem_not_a_wait(few: Path, inspect: Inspect) -> None:
    answer = inspect(few / "vgg-0.keras", limit_s=0.1)["vgg-0"]
    assert "behaviour" not in answer and "inspect_behaviour" in answer["problem"]


@pytest.mark.slow
def test_backbone_with_random_weights_is_told_from_a_trained_one(measured: dict[str, Any]) -> None:
    tuned = measured["functional-2"]["weights"]
    assert 0 < tuned["kernels_different"] < tuned["kernels_compared"] and tuned["likeness"] > 0.9
    random = measured["random-0"]["weights"]
    assert random["kernels_different"] == random["kernels_compared"] and abs(random["likeness"]) < 0.3


@pytest.mark.slow
def test_random_backbone_is_not_said_to_have_been_changed(as_run: AsRun) -> None:
    found = account(as_run, "random")
    assert found.backbone.weights_as_served.value is False
    assert not found.backbone.weights.known and not found.stages[0].backbone_changed.known
