"""Old names of Keras's modules and arguments lead to today's."""

import types
from pathlib import Path

import pytest
import served_readers
import shims_models
from served_requests import RequestLog
from shims_arguments import AliasedHistory, with_third_as_metrics
from shims_modules import hand_on, modern_name


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("tensorflow.keras.layers.experimental.preprocessing", "tensorflow.keras.layers"),
        ("keras.layers.experimental", "keras.layers"),
        ("keras.layers.core", "keras.layers"),
        ("keras.layers.normalization", "keras.layers"),
        ("keras.utils.np_utils", "keras.utils"),
        ("keras.engine.topology", "keras.layers"),
        ("keras.engine.training", "keras.models"),
        ("keras.api._v2.keras", "keras"),
        ("keras.api._v2.keras.layers", "keras.layers"),
        ("keras.optimizers.adam_v2", "keras.optimizers"),
        ("tensorflow.python.keras.utils.np_utils", "tensorflow.keras.utils"),
        ("keras.preprocessing.text", "keras.src.legacy.preprocessing.text"),
        ("keras.layers", None),
        ("keras.layers.no_such_thing", None),
        ("kerastuner.engine", None),
        ("torch.optim", None),
    ],
)
def test_old_modules_lead_to_where_their_names_are(old, new):
    assert modern_name(old) == new


@pytest.mark.parametrize(
    ("respell", "old", "new"),
    [
        (shims_models.model_path, "saved_model/", "saved_model.keras"),
        (shims_models.model_path, "m.h5", "m.h5"),
        (shims_models.model_path, "m.keras", "m.keras"),
        (shims_models.weights_path, "w.h5", "w.weights.h5"),
        (shims_models.weights_path, "ck/cp-{epoch:02d}.ckpt", "ck/cp-{epoch:02d}.weights.h5"),
        (shims_models.weights_path, "w.weights.h5", "w.weights.h5"),
    ],
)
def test_file_names_that_keras_no_longer_takes_are_respelt(respell, old, new):
    assert respell(old) == new


def test_weights_are_loaded_from_the_file_that_exists(tmp_path):
    (tmp_path / "w.h5").touch()
    assert shims_models.existing_weights(str(tmp_path / "w.h5")) == str(tmp_path / "w.h5")
    (tmp_path / "v.weights.h5").touch()
    assert shims_models.existing_weights(str(tmp_path / "v.h5")) == str(tmp_path / "v.weights.h5")


def test_history_answers_to_the_old_and_the_new_name_of_accuracy():
    history = AliasedHistory({"accuracy": [0.5], "val_acc": [0.4]})
    assert history["acc"] == [0.5]
    assert history["val_accuracy"] == [0.4]
    assert history.get("loss") is None
    assert list(history) == ["accuracy", "val_acc"]
    with pytest.raises(KeyError):
        history["val_loss"]


def test_arguments_of_fit_generator_get_their_new_names():
    asked = {"generator": 1, "nb_epoch": 2, "verbose": 3}
    assert shims_models.renamed_arguments(asked) == {"x": 1, "epochs": 2, "verbose": 3}


@pytest.fixture
def old_module(assets):
    """A module without names of its own that hands on to the standard library's `colorsys`."""
    module = types.ModuleType("old_module")
    hand_on(module, "colorsys", assets.log)
    return module


def test_a_name_found_elsewhere_is_noted_as_drift(old_module, noted):
    assert old_module.rgb_to_hsv(0, 0, 0) == (0.0, 0.0, 0)
    assert [(line["kind"], line["what"]) for line in noted()] == [("drift", "old_module.rgb_to_hsv")]
    with pytest.raises(AttributeError, match=r"old_module.*no_such_name"):
        _ = old_module.no_such_name


def test_our_own_look_for_something_to_hook_is_no_drift(old_module, assets, noted):
    served_readers._hook_function(old_module, "rgb_to_hsv", assets)
    assert callable(old_module.__dict__["rgb_to_hsv"])
    assert noted() == []


class _Compiled:
    """Takes what a trainer's compile takes in Keras 3."""

    def compile(self, optimizer: str, loss: str, loss_weights: object = None, metrics: object = None) -> None:
        self.got = (optimizer, loss, loss_weights, metrics)


@pytest.mark.parametrize(
    ("third", "weights", "metrics", "drifts"),
    [(["accuracy"], None, ["accuracy"], 1), ("accuracy", None, "accuracy", 1), ([0.5, 0.5], [0.5, 0.5], None, 0)],
    ids=["a list of names", "a name", "numbers are loss weights"],
)
def test_third_argument_of_compile_is_metrics_where_it_names_them(
    third: object, weights: object, metrics: object, drifts: int, tmp_path: Path
) -> None:
    log = RequestLog(str(tmp_path / "requests.jsonl"), [])
    compiled = _Compiled()
    with_third_as_metrics(_Compiled.compile, log)(compiled, "adam", "mse", third)
    assert compiled.got == ("adam", "mse", weights, metrics)
    noted = (tmp_path / "requests.jsonl").read_text(encoding="utf-8") if drifts else ""
    assert noted.count('"drift"') == drifts
