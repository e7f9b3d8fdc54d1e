"""What a layer makes of a shape, for the layers that stand around a backbone.

In: a layer's class, its config and the shape that it takes. Out: the shape that it gives, None where not known.
It knows only layers whose rule is plain; it must never guess one.
"""

from __future__ import annotations

from math import prod
from typing import Any

from grader.evidence.model_json import shape, whole
from grader.records import Shape

_KEEPS_SHAPE = {
    "Activation", "ReLU", "LeakyReLU", "ELU", "PReLU", "Softmax", "BatchNormalization", "LayerNormalization", "Dropout",
    "SpatialDropout2D", "GaussianNoise", "GaussianDropout", "AlphaDropout", "Identity", "Rescaling", "Normalization",
    "RandomFlip", "RandomRotation", "RandomZoom", "RandomTranslation", "RandomContrast", "RandomBrightness",
    "RandomHue", "RandomSaturation", "RandomSharpness", "RandomShear", "RandomErasing", "RandomColorJitter",
    "RandomGrayscale", "RandomInvert", "RandomGaussianBlur", "Add", "Subtract", "Multiply", "TrueDivide", "Divide",
    "Cast", "Sigmoid", "Relu", "Relu6", "ActivityRegularization", "LayerScale", "CustomScaleLayer",
}  # fmt: skip
_TO_VECTOR = {"GlobalAveragePooling2D", "GlobalMaxPooling2D"}
DOES_NOT_POOL = _KEEPS_SHAPE | {
    "InputLayer", "Functional", "Model", "Sequential", "Dense", "Conv2D", "Conv2DTranspose", "DepthwiseConv2D",
    "SeparableConv2D", "MaxPooling2D", "AveragePooling2D", "UpSampling2D", "ZeroPadding2D", "Cropping2D", "Concatenate",
    "GroupNormalization", "UnitNormalization",
}  # fmt: skip
"""Layers after which feature maps are still feature maps."""


def shape_after(kind: str, config: dict[str, Any], before: Shape | None) -> Shape | None:
    """The output shape of a layer of class `kind` on an input of shape `before`."""
    if kind == "InputLayer":
        return shape(config.get("batch_shape")) or shape(config.get("batch_input_shape")) or before
    if before is None:
        return None
    if kind in _KEEPS_SHAPE:
        return before
    if kind in _TO_VECTOR and len(before) == 4:
        channels = before[1] if config.get("data_format") == "channels_first" else before[3]
        return (before[0], 1, 1, channels) if config.get("keepdims") is True else (before[0], channels)
    if kind in ("Mean", "Max") and len(before) == 4 and config.get("axis") == [1, 2]:
        return (before[0], 1, 1, before[3]) if config.get("keepdims") is True else (before[0], before[3])
    if kind == "GlobalAveragePooling1D" and len(before) == 3:
        kept = (before[2],) if config.get("data_format") != "channels_first" else (before[1],)
        return (before[0], 1, *kept) if config.get("keepdims") is True else (before[0], *kept)
    if kind == "Mean" and len(before) == 3 and config.get("axis") in (1, [1], -2, [-2]):
        return (before[0], 1, before[2]) if config.get("keepdims") is True else (before[0], before[2])
    if kind == "Flatten":
        return _flat(before)
    if kind == "Reshape":
        return _reshaped(before, shape(config.get("target_shape")))
    if kind == "Dense":
        return (*before[:-1], whole(config.get("units")))
    return None


def _flat(before: Shape) -> Shape:
    sizes = [size for size in before[1:] if size is not None]
    return (before[0], prod(sizes) if len(sizes) == len(before) - 1 else None)


def _reshaped(before: Shape, target: Shape | None) -> Shape | None:
    """Keras's Reshape: of one -1, what is left; the batch is no part of the target."""
    sizes = [size for size in before[1:] if size is not None]
    if target is None or len(sizes) < len(before) - 1:
        return None
    given = [size for size in target if size is not None and size > 0]
    if len(given) == len(target):
        return (before[0], *target)
    if len(given) != len(target) - 1 or prod(sizes) % prod(given):
        return None
    return (before[0], *(size if size is not None and size > 0 else prod(sizes) // prod(given) for size in target))
