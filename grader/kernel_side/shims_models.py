"""Methods of models that Keras dropped, file names that it no longer takes, and assignments that it overlooks.

In: the log of requests. Out: `fit_generator`, `predict_classes`, `save("folder")` and their like on Keras 3's models.
It must never change a model otherwise than the student's own line says: each shim calls today's method with it.
"""

from __future__ import annotations

import functools
import os
from types import ModuleType
from typing import Any, Callable, Dict  # noqa: UP035  (a course's kernel may be Python 3.9)

from import_hooks import when_imported
from served_requests import RequestLog

GENERATOR_METHODS = {"fit_generator": "fit", "evaluate_generator": "evaluate", "predict_generator": "predict"}
OLD_ARGUMENTS = {
    "generator": "x",
    "samples_per_epoch": "steps_per_epoch",
    "nb_epoch": "epochs",
    "nb_val_samples": "validation_steps",
    "val_samples": "steps",
}
MODEL_ENDINGS = (".keras", ".h5", ".hdf5")
WEIGHTS_ENDING = ".weights.h5"


def install(log: RequestLog) -> None:
    when_imported("keras.src.models.model", lambda module: _hook_model(module, log))
    when_imported("keras.src.saving.saving_api", lambda module: _hook_loading(module, log))
    when_imported("keras.src.callbacks.model_checkpoint", lambda module: _hook_checkpoint(module, log))
    when_imported("keras.src.backend.tensorflow.trackable", lambda module: _hook_attributes(module, log))


def _hook_model(module: ModuleType, log: RequestLog) -> None:
    model = module.Model  # type: ignore[attr-defined]
    for old, new in GENERATOR_METHODS.items():
        if not hasattr(model, old):
            setattr(model, old, _renamed_method(old, new, log))
    for name in ("predict_classes", "predict_proba"):
        if not hasattr(model, name):
            setattr(model, name, _prediction(name, log))
    model.save = _with_path(model.save, model_path, log)
    model.save_weights = _with_path(model.save_weights, weights_path, log)
    model.load_weights = _with_path(model.load_weights, existing_weights, log)


def _hook_attributes(module: ModuleType, log: RequestLog) -> None:
    """`base.trainable = True` reaches the layers that were frozen one by one, as Keras documents and Keras 2 did.

    Keras 3 on TensorFlow takes an assignment of what an attribute is already for one that changes nothing
    (keras/src/backend/tensorflow/trackable.py), and never comes to the layers inside.
    """
    trackable = module.KerasAutoTrackable  # type: ignore[attr-defined]
    original = trackable.__setattr__

    def set_attribute(self: Any, name: str, value: Any) -> None:
        if name == "trainable" and isinstance(value, bool) and _differs_inside(self, value):
            log.note("drift", f"trainable = {value}", f"trainable = {value} for every layer inside")
            type(self).trainable.fset(self, value)
            return
        original(self, name, value)

    trackable.__setattr__ = set_attribute


def _differs_inside(layer: Any, value: bool) -> bool:
    """Whether a layer is already what is assigned, and one inside it is not."""
    if getattr(layer, "_trainable", None) is not value or not getattr(layer, "_layers", None):
        return False
    inside = layer._flatten_layers(include_self=False, recursive=True)
    return any(getattr(one, "trainable", value) is not value for one in inside)


def _renamed_method(old: str, new: str, log: RequestLog) -> Callable[..., Any]:
    def method(self: Any, *args: Any, **options: Any) -> Any:
        log.note("drift", f"model.{old}", f"model.{new}")
        return getattr(self, new)(*args, **renamed_arguments(options))

    method.__name__ = old
    return method


def renamed_arguments(options: Dict[str, Any]) -> Dict[str, Any]:  # noqa: UP006
    """Keyword arguments of Keras 1 and 2 under today's names."""
    return {OLD_ARGUMENTS.get(name, name): value for name, value in options.items()}


def _prediction(name: str, log: RequestLog) -> Callable[..., Any]:
    def method(self: Any, *args: Any, **options: Any) -> Any:
        log.note("drift", f"model.{name}", "model.predict")
        predicted = self.predict(*args, **options)
        if name == "predict_proba":
            return predicted
        return predicted.argmax(axis=-1) if predicted.shape[-1] > 1 else (predicted > 0.5).astype("int32")

    method.__name__ = name
    return method


def model_path(path: str) -> str:
    """A folder in Keras 2 (SavedModel), a file in Keras 3."""
    return path if path.endswith(MODEL_ENDINGS) else path.rstrip("/") + ".keras"


def weights_path(path: str) -> str:
    """Any name in Keras 2, one that ends in `.weights.h5` in Keras 3."""
    if path.endswith((WEIGHTS_ENDING, ".weights.json")):
        return path
    for ending in (".h5", ".hdf5", ".keras", ".ckpt", ".tf"):
        if path.endswith(ending):
            return path[: -len(ending)] + WEIGHTS_ENDING
    return path.rstrip("/") + WEIGHTS_ENDING


def existing_weights(path: str) -> str:
    """The file that `save_weights` wrote under today's name, where the one asked for does not exist."""
    return weights_path(path) if not os.path.exists(path) and os.path.exists(weights_path(path)) else path


def existing_model(path: str) -> str:
    return model_path(path) if not os.path.isfile(path) and os.path.exists(model_path(path)) else path


def _with_path(real: Callable[..., Any], renamed: Callable[[str], str], log: RequestLog) -> Callable[..., Any]:
    """`real`, a method whose first argument is a path, with that path respelt."""

    @functools.wraps(real)
    def method(self: Any, filepath: Any, *args: Any, **options: Any) -> Any:
        return real(self, _respelt(filepath, real.__name__, renamed, log), *args, **options)

    return method


def _respelt(path: Any, method: str, renamed: Callable[[str], str], log: RequestLog) -> Any:
    if not isinstance(path, (str, os.PathLike)):
        return path
    old = os.fspath(path)
    new = renamed(old)
    if new != old:
        log.note("drift", f"{method}({old!r})", f"{method}({new!r})")
        if not method.startswith("load"):  # Keras 2 made the folders of a checkpoint, Keras 3 does not
            os.makedirs(os.path.dirname(os.path.abspath(new)), exist_ok=True)
    return new


def _hook_loading(module: ModuleType, log: RequestLog) -> None:
    real = module.load_model  # type: ignore[attr-defined]

    @functools.wraps(real)
    def load_model(filepath: Any, *args: Any, **options: Any) -> Any:
        return real(_respelt(filepath, "load_model", existing_model, log), *args, **options)

    module.load_model = load_model  # type: ignore[attr-defined]


def _hook_checkpoint(module: ModuleType, log: RequestLog) -> None:
    checkpoint = module.ModelCheckpoint  # type: ignore[attr-defined]
    real = checkpoint.__init__

    @functools.wraps(real)
    def __init__(self: Any, filepath: Any, *args: Any, **options: Any) -> None:
        for name in ("period", "load_weights_on_restart", "options"):
            if name in options:
                log.note("drift", f"ModelCheckpoint({name}=…)", "dropped; ignored")
                del options[name]
        weights_only = bool(options.get("save_weights_only") or (len(args) > 3 and args[3]))
        renamed = weights_path if weights_only else model_path
        real(self, _respelt(filepath, "ModelCheckpoint", renamed, log), *args, **options)

    checkpoint.__init__ = __init__
