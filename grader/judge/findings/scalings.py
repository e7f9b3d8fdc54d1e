"""Which pixel values a backbone's weights expect, and what was done to those that were measured.

Source of the table: `preprocess_input` and the first layers of each module of keras.applications, Keras 3.15.
In: statistics of a real training batch. Out: what happened to it, or that this can't be told.
"""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType

from grader.judge.checks.preprocessing import EXPECTED, scaling_of
from grader.records import BatchStatistics, Scaling

RESCALE_THEMSELVES = (
    *(f"EfficientNetV2{size}" for size in ("B0", "B1", "B2", "B3", "S", "M", "L")),
    *(f"ConvNeXt{size}" for size in ("Tiny", "Small", "Base", "Large", "XLarge")),
    "MobileNetV3Small", "MobileNetV3Large",
)  # fmt: skip
"""Families that do so unless they are made with `include_preprocessing=False`."""

EXPECTS = MappingProxyType({**EXPECTED, **dict.fromkeys(RESCALE_THEMSELVES, Scaling.IDENTITY)})

MODULES = MappingProxyType({
    "MobileNet": "mobilenet", "MobileNetV2": "mobilenet_v2", "InceptionV3": "inception_v3",
    "InceptionResNetV2": "inception_resnet_v2", "Xception": "xception", "ResNet50V2": "resnet_v2",
    "ResNet101V2": "resnet_v2", "ResNet152V2": "resnet_v2", "NASNetMobile": "nasnet", "NASNetLarge": "nasnet",
    "VGG16": "vgg16", "VGG19": "vgg19", "ResNet50": "resnet", "ResNet101": "resnet", "ResNet152": "resnet",
    "DenseNet121": "densenet", "DenseNet169": "densenet", "DenseNet201": "densenet",
})  # fmt: skip
"""Where the `preprocess_input` of a backbone that needs one is found."""

WORDS = MappingProxyType({
    Scaling.MINUS_ONE_TO_ONE: "[-1, 1]",
    Scaling.ZERO_TO_ONE: "[0, 1]",
    Scaling.BGR_MEANS: "BGR less ImageNet's means, about [-124, 151]",
    Scaling.TORCH: "standardised by ImageNet's means and deviations, about [-2.1, 2.6]",
    Scaling.IDENTITY: "raw pixels, [0, 255]",
})  # fmt: skip

WHOSE = MappingProxyType({
    Scaling.MINUS_ONE_TO_ONE: "MobileNetV2, InceptionV3 and Xception",
    Scaling.BGR_MEANS: "VGG and ResNet",
    Scaling.TORCH: "DenseNet",
})  # fmt: skip

MEANS_RGB = (123.68, 116.779, 103.939)


class Wrong(StrEnum):
    """What is wrong with values that reached a backbone."""

    MISSING = "missing"
    DOUBLED = "doubled"
    WRONG_KIND = "wrong_kind"
    ANOTHERS = "anothers"
    SEVERAL = "several"


def wrong_with(reached: BatchStatistics, expected: Scaling) -> Wrong | None:
    """What is wrong; None where the values are right, or where nothing known explains them."""
    if reached.maximum - reached.minimum <= 0:
        return None
    repeated = _repeated(reached, expected)
    if repeated is not None:
        return repeated
    got = scaling_of(reached)
    if got in (expected, Scaling.OTHER):
        return None
    if got == Scaling.IDENTITY:
        return Wrong.MISSING
    return Wrong.WRONG_KIND if got == Scaling.ZERO_TO_ONE else Wrong.ANOTHERS


def _repeated(reached: BatchStatistics, expected: Scaling) -> Wrong | None:
    """More than one scaling leaves a sliver of the range, where it is: a photograph scaled once never fits into it."""
    low, high = reached.minimum, reached.maximum
    if -0.02 <= low and high < 0.02:
        return Wrong.SEVERAL
    if high < -0.98 and low >= -1.1:
        again = expected == Scaling.MINUS_ONE_TO_ONE and low < -1.002
        return Wrong.DOUBLED if again else Wrong.SEVERAL
    if expected == Scaling.TORCH and low >= -2.3 and high < -1.6:
        return Wrong.DOUBLED if low < -2.125 else Wrong.SEVERAL
    if expected == Scaling.BGR_MEANS and low < -140 and -260 < low and high < 60:
        return Wrong.DOUBLED
    return Wrong.SEVERAL if expected == Scaling.BGR_MEANS and low >= -126 and high < -80 else None


NOT_REVERSED = "not reversed to BGR, and the means of BGR taken off"


def order_of(raw: BatchStatistics, reached: BatchStatistics) -> str | None:
    """What became of RGB pictures on their way to a backbone that expects BGR less the means; "" for what should.

    Held against each other are the channels' means before and after. None where that can't be told: where the
    pictures' channels are so alike that two explanations fit, or were scaled before.
    """
    if len(raw.channel_means) != 3 or len(reached.channel_means) != 3 or scaling_of(raw) != Scaling.IDENTITY:
        return None
    rgb, (mean_r, mean_g, mean_b) = raw.channel_means, MEANS_RGB
    ways = {
        "": (rgb[2] - mean_b, rgb[1] - mean_g, rgb[0] - mean_r),
        NOT_REVERSED: (rgb[0] - mean_b, rgb[1] - mean_g, rgb[2] - mean_r),
        "not reversed to BGR": (rgb[0] - mean_r, rgb[1] - mean_g, rgb[2] - mean_b),
        "reversed to BGR, but the means of RGB taken off": (rgb[2] - mean_r, rgb[1] - mean_g, rgb[0] - mean_b),
    }
    errors = {way: max(abs(a - b) for a, b in zip(v, reached.channel_means, strict=True)) for way, v in ways.items()}
    best = min(errors, key=lambda way: errors[way])
    clear = errors[best] < 3 and all(error > errors[best] + 6 for way, error in errors.items() if way != best)
    return best if clear else None


def kept_order(raw: BatchStatistics, reached: BatchStatistics) -> bool:
    """Whether channels reach a backbone that expects [-1, 1] or raw pixels in the order in which they came."""
    if len(raw.channel_means) != 3 or len(reached.channel_means) != 3:
        return False
    before, after = (_as_shares(of) for of in (raw, reached))
    if before is None or after is None:
        return False
    same, other = (max(abs(a - b) for a, b in zip(before, way, strict=True)) for way in (after, after[::-1]))
    return same < 0.01 and other > 0.02


def _as_shares(values: BatchStatistics) -> tuple[float, ...] | None:
    """The channels' means as shares of the full range; None for a scaling that treats channels apart."""
    scaling, means = scaling_of(values), values.channel_means
    if scaling == Scaling.IDENTITY:
        return tuple(x / 255 for x in means)
    if scaling == Scaling.MINUS_ONE_TO_ONE:
        return tuple((x + 1) / 2 for x in means)
    return means if scaling == Scaling.ZERO_TO_ONE else None
