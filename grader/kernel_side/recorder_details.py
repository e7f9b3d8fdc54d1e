"""What there is to say of one layer or operation, as plain values.

In: a layer or operation with its node in the graph. Out: a dictionary for the journal.
It must never call the layer.
"""

from __future__ import annotations

from typing import Any

from recorder_graph import arguments_of
from recorder_registry import own_weights

AUGMENTATIONS = frozenset({
    "AugMix", "AutoContrast", "CutMix", "Equalization", "MixUp", "RandAugment", "RandomApply", "RandomBrightness",
    "RandomChannelShift", "RandomChoice", "RandomColorDegeneration", "RandomColorJitter", "RandomContrast",
    "RandomCrop", "RandomElasticTransform", "RandomErasing", "RandomFlip", "RandomGaussianBlur", "RandomGrayscale",
    "RandomHeight", "RandomHue", "RandomInvert", "RandomPerspective", "RandomPosterization", "RandomRotation",
    "RandomSaturation", "RandomSharpness", "RandomShear", "RandomTranslation", "RandomWidth", "RandomZoom",
    "Solarization",
})  # fmt: skip
SCALERS = frozenset({"Rescaling", "Normalization"})
_NUMBERS = ("units", "filters", "rate", "scale", "offset", "axis", "pool_size", "height", "width")


def is_keras(thing: Any) -> bool:
    """True for what Keras or TensorFlow defines, False for the student's own classes."""
    return type(thing).__module__.split(".")[0] in ("keras", "tf_keras", "tensorflow")


def details(operation: Any, node: Any = None) -> dict[str, Any]:
    """Class, name, and whatever of units, activation, scale, constants it has."""
    kind = type(operation).__name__
    if kind in ("TFOpLambda", "SlicingOpLambda"):
        kind = str(getattr(operation, "symbol", kind))
    learnable, statistics = own_weights(operation) if hasattr(operation, "trainable") else ([], [])
    found: dict[str, Any] = {
        "class": kind,
        "name": str(getattr(operation, "name", "")),
        "keras": is_keras(operation),
        "weights": len(learnable) + len(statistics),
    }
    for name in _NUMBERS:
        value = getattr(operation, name, None)
        if isinstance(value, (int, float, list, tuple)):
            found[name] = value
    activation = getattr(operation, "activation", None)
    if activation is not None:
        found["activation"] = activation_name(activation)
    if kind == "Normalization":
        found.update(_normalization(operation))
    if kind == "Lambda":
        function = getattr(operation, "function", None)
        found["function"] = getattr(function, "__name__", "")
        found["of"] = getattr(function, "_application", "")
    if (node is not None and not hasattr(operation, "trainable")) or kind in ("TFOpLambda", "SlicingOpLambda"):
        found.update(_constants(node))
    return found


def activation_name(activation: Any) -> str:
    """The activation's name in small letters: of a function, or of a layer used as one."""
    name = getattr(activation, "__name__", "") or str(getattr(activation, "name", "")) or type(activation).__name__
    return {"_sigmoid": "sigmoid", "softmax_v2": "softmax"}.get(name, name).lower()


def _normalization(layer: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in ("mean", "variance"):
        value = getattr(layer, name, None)
        if value is not None:
            numbers = value.numpy() if hasattr(value, "numpy") else value
            found[name] = [float(x) for x in (numbers.reshape(-1) if hasattr(numbers, "reshape") else [numbers])][:4]
    return found


def _constants(node: Any) -> dict[str, Any]:
    """The constant of an operation with one Keras tensor, and on which side of it the tensor stands."""
    args, kwargs = arguments_of(node)
    found: dict[str, Any] = {}
    for index, value in enumerate([*args, *kwargs.values()]):
        number = _number(value)
        if number is not None:
            found["constant"] = number
            found["constant_first"] = index == 0
        if isinstance(value, tuple) and value and isinstance(value[-1], slice) and value[-1].step == -1:
            found["reverse"] = True
    operation_axis = kwargs.get("axis", kwargs.get("keepdims"))
    if isinstance(operation_axis, (int, list, tuple)):
        found["axis"] = operation_axis
    return found


def _number(value: Any) -> Any | None:
    """A constant as a float or as a list of at most four; None for anything else."""
    if isinstance(value, bool) or value is None or hasattr(value, "_keras_history"):
        return None
    if isinstance(value, (int, float)):
        return float(value)
    if isinstance(value, (list, tuple)) and value and all(isinstance(x, (int, float)) for x in value):
        return [float(x) for x in value][:4]
    shape = getattr(value, "shape", None)
    if shape is not None and hasattr(value, "__array__"):
        import numpy

        numbers = numpy.asarray(value).reshape(-1)
        if 1 <= numbers.size <= 4:
            return float(numbers[0]) if numbers.size == 1 else [float(x) for x in numbers]
    return None
