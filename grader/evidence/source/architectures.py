"""What is known of Keras's applications without running them: layers, output shapes, and what their pixels must be.

In: a constructor's name and arguments. Out: layer classes and names, shapes, scalings. Never imports Keras.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import ceil
from types import MappingProxyType

from grader.evidence.source.layer_tables import NAMED, UNNAMED
from grader.records import Scaling, Shape

CLASSES: MappingProxyType[str, str] = MappingProxyType({
    "a": "Activation", "+": "Add", "v": "AveragePooling2D", "B": "BatchNormalization", "k": "Concatenate",
    "C": "Conv2D", "x": "Cropping2D", "s": "CustomScaleLayer", "F": "Dense", "D": "DepthwiseConv2D", "o": "Dropout",
    "f": "Flatten", "g": "GlobalAveragePooling2D", "i": "InputLayer", "m": "MaxPooling2D", "*": "Multiply",
    "n": "Normalization", "r": "ReLU", "c": "Rescaling", "h": "Reshape", "S": "SeparableConv2D", "z": "ZeroPadding2D",
})
WEIGHTED_CLASSES = frozenset("CSDBF")
BASE_36 = "0123456789abcdefghijklmnopqrstuvwxyz"

COMMON = ("include_top", "weights", "input_tensor", "input_shape", "pooling", "classes", "classifier_activation")
SIGNATURES: MappingProxyType[str, tuple[str, ...]] = MappingProxyType({
    "MobileNet": ("input_shape", "alpha", "depth_multiplier", "dropout", "include_top", "weights", "input_tensor",
                  "pooling", "classes", "classifier_activation"),
    "MobileNetV2": ("input_shape", "alpha", "include_top", "weights", "input_tensor", "pooling", "classes",
                    "classifier_activation"),
    "MobileNetV3": ("input_shape", "alpha", "minimalistic", "include_top", "weights", "input_tensor", "classes",
                    "pooling", "dropout_rate", "classifier_activation", "include_preprocessing"),
    "NASNet": ("input_shape", "include_top", "weights", "input_tensor", "pooling", "classes", "classifier_activation"),
    "ConvNeXt": ("include_top", "include_preprocessing", "weights", "input_tensor", "input_shape", "pooling",
                 "classes", "classifier_activation"),
})
CHANNELS: MappingProxyType[str, int] = MappingProxyType({
    "MobileNet": 1024, "MobileNetV2": 1280, "MobileNetV3Small": 576, "MobileNetV3Large": 960,
    "VGG16": 512, "VGG19": 512, "InceptionV3": 2048, "InceptionResNetV2": 1536, "Xception": 2048,
    "ResNet50": 2048, "ResNet101": 2048, "ResNet152": 2048, "ResNet50V2": 2048, "ResNet101V2": 2048,
    "ResNet152V2": 2048, "DenseNet121": 1024, "DenseNet169": 1664, "DenseNet201": 1920, "NASNetMobile": 1056,
    "EfficientNetB0": 1280, "EfficientNetB1": 1280, "EfficientNetB2": 1408, "EfficientNetB3": 1536,
    "EfficientNetB4": 1792, "EfficientNetB5": 2048, "EfficientNetB6": 2304, "EfficientNetB7": 2560,
    "EfficientNetV2B0": 1280, "EfficientNetV2B1": 1280, "EfficientNetV2B2": 1408, "EfficientNetV2B3": 1536,
    "EfficientNetV2S": 1280, "EfficientNetV2M": 1280, "EfficientNetV2L": 1280,
})
SIDES: MappingProxyType[str, int] = MappingProxyType({
    "InceptionV3": 299, "InceptionResNetV2": 299, "Xception": 299, "NASNetLarge": 331, "EfficientNetB1": 240,
    "EfficientNetB2": 260, "EfficientNetB3": 300, "EfficientNetB4": 380, "EfficientNetB5": 456, "EfficientNetB6": 528,
    "EfficientNetB7": 600, "EfficientNetV2B1": 240, "EfficientNetV2B2": 260, "EfficientNetV2B3": 300,
    "EfficientNetV2S": 384, "EfficientNetV2M": 480, "EfficientNetV2L": 480,
})
"""Height and width of the network with its top, where not 224."""

_MINUS_ONE = ("mobilenet", "mobilenet_v2", "inception_v3", "inception_resnet_v2", "xception", "resnet_v2", "nasnet")
_MEANS = ("vgg16", "vgg19", "resnet", "resnet50")
_IDENTITY = ("efficientnet", "efficientnet_v2", "mobilenet_v3", "convnext")
PREPROCESSING: MappingProxyType[str, Scaling] = MappingProxyType(
    dict.fromkeys(_MINUS_ONE, Scaling.MINUS_ONE_TO_ONE)
    | dict.fromkeys(_MEANS, Scaling.BGR_MEANS)
    | dict.fromkeys(_IDENTITY, Scaling.IDENTITY)
    | {"densenet": Scaling.TORCH}
)
"""What `keras.applications.<module>.preprocess_input` does."""

MODULES: MappingProxyType[str, str] = MappingProxyType({
    "mobilenet": "MobileNet", "mobilenet_v2": "MobileNetV2", "mobilenet_v3": "MobileNetV3",
    "inception_v3": "InceptionV3", "inception_resnet_v2": "InceptionResNetV2", "xception": "Xception",
    "resnet_v2": "ResNetV2", "nasnet": "NASNet", "vgg16": "VGG16", "vgg19": "VGG19", "resnet": "ResNet",
    "resnet50": "ResNet50", "efficientnet": "EfficientNet", "efficientnet_v2": "EfficientNetV2",
    "convnext": "ConvNeXt", "densenet": "DenseNet",
})


@dataclass(frozen=True)
class Architecture:
    """One loaded application: constructor, effective arguments, and the classes and names of its layers.

    `layers` is () where they are not known. `top_from` is the index of the first layer of the top.
    """

    name: str
    layers: tuple[tuple[str, str, bool], ...]
    top_from: int


def model_name(name: str) -> str:
    """The name that Keras gives the model; for MobileNets, whose names end in width and size, how it begins."""
    if name.startswith("MobileNet") and not name.startswith("MobileNetV3"):
        return f"{name.lower()}_"
    if name.startswith(("VGG", "ResNet", "DenseNet", "Xception")) or name.startswith("EfficientNetB"):
        return name.lower()
    return {"InceptionV3": "inception_v3", "InceptionResNetV2": "inception_resnet_v2"}.get(name, "")


def signature(name: str) -> tuple[str, ...]:
    """Names of the constructor's positional arguments."""
    for family in ("MobileNetV3", "NASNet", "ConvNeXt"):
        if name.startswith(family):
            return SIGNATURES[family]
    return SIGNATURES.get(name, COMMON)


def architecture(name: str, *, imagenet: bool, include_top: bool, pooling: str) -> Architecture:
    """The layers (class, name or "" where Keras counts, has trainable weights) that this constructor would make."""
    layers, top_from = _layers(name)
    if not layers:
        return Architecture(name, (), 0)
    if name.startswith("EfficientNetB") and imagenet:
        at = next(i for i, layer in enumerate(layers) if layer[0] == "Normalization") + 1
        layers, top_from = (*layers[:at], ("Rescaling", "", False), *layers[at:]), top_from + 1
    if not include_top:
        layers = layers[:top_from]
        if pooling in ("avg", "max"):
            kind = "GlobalAveragePooling2D" if pooling == "avg" else "GlobalMaxPooling2D"
            layers = (*layers, (kind, "", False))
    return Architecture(name, layers, top_from)


@lru_cache(maxsize=64)
def _layers(name: str) -> tuple[tuple[tuple[str, str, bool], ...], int]:
    if name in UNNAMED:
        words = list(UNNAMED[name])
    else:
        words = NAMED.get(name, "").split()
    layers = []
    previous = ""
    for word in words:
        shown = ""
        if len(word) > 1:
            previous = shown = previous[: BASE_36.index(word[1])] + word[2:]
        layers.append((CLASSES[word[0]], shown, word[0] in WEIGHTED_CLASSES))
    return tuple(layers), _top_from(words)


def _top_from(words: list[str]) -> int:
    """Index of the last global pooling or, in VGG, flattening; whatever follows belongs to the top."""
    letters = [w[0] for w in words]
    if "g" not in letters:
        return letters.index("f") if "f" in letters else len(letters)
    last_join = max((i for i, c in enumerate(letters) if c in "+*kDS"), default=0)
    return next((i for i, c in enumerate(letters) if c == "g" and i > last_join), len(letters))


def output_shape(name: str, height: int | None, width: int | None) -> Shape | None:
    """(None, height, width, channels) of the feature maps below the top; None where this network is not known."""
    if name not in CHANNELS:
        return None
    return (None, _side(name, height), _side(name, width), CHANNELS[name])


def _side(name: str, side: int | None) -> int | None:
    """How convolutions and poolings shrink one side of the picture."""
    if side is None:
        return None
    if name.startswith("VGG"):
        return side // 32
    if name.startswith("DenseNet"):
        return ceil(side / 4) // 8
    if name == "Xception":
        return ceil(((side - 3) // 2 - 1) / 16)
    if name.startswith("Inception"):
        for valid_stride in (2, 1, 2, 1, 2, 2, 2):
            side = (side - 3) // valid_stride + 1
        return side
    for _ in range(5):
        side = ceil(side / 2)
    return side
