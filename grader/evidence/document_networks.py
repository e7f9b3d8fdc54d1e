"""Recognises a pretrained network in a printed summary, by parameter counts and default names.

In: a `Summary`. Out: a `Claimed`, or None. It must never be surer than the table: a count that belongs to one
network names it, a name alone only names what has Keras's own default name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from grader.evidence.document_summary import Row, Summary
from grader.records import Shape


@dataclass(frozen=True)
class Claimed:
    """A network in a table. `first`, `last`: its rows. `statistics`: parameters that never learn (moving statistics).

    `with_top`: whether it still has its classification layers; None where the table doesn't tell.
    """

    name: str
    first: int
    last: int
    excerpt: str
    parameters: int | None = None
    statistics: int = 0
    with_top: bool | None = None
    shape: Shape | None = None
    input_shape: Shape | None = None


_NETWORKS: tuple[tuple[str, str, int, int], ...] = (
    # constructor, default name, parameters without top, of these moving statistics and the like
    ("MobileNet", r"mobilenet_\d", 3_228_864, 21_888),
    ("MobileNetV2", r"mobilenetv2_", 2_257_984, 34_112),
    ("MobileNetV3Small", r"MobileNetV3Small", 939_120, 12_112),
    ("MobileNetV3Large", r"MobileNetV3Large", 2_996_352, 24_400),
    ("VGG16", r"vgg16", 14_714_688, 0),
    ("VGG19", r"vgg19", 20_024_384, 0),
    ("ResNet50", r"resnet50(?!v2)", 23_587_712, 53_120),
    ("ResNet101", r"resnet101(?!v2)", 42_658_176, 105_344),
    ("ResNet152", r"resnet152(?!v2)", 58_370_944, 151_424),
    ("ResNet50V2", r"resnet50v2", 23_564_800, 45_440),
    ("ResNet101V2", r"resnet101v2", 42_626_560, 97_664),
    ("ResNet152V2", r"resnet152v2", 58_331_648, 143_744),
    ("InceptionV3", r"inception_v3", 21_802_784, 34_432),
    ("InceptionResNetV2", r"inception_resnet_v2", 54_336_736, 60_544),
    ("Xception", r"xception", 20_861_480, 54_528),
    ("DenseNet121", r"densenet121", 7_037_504, 83_648),
    ("DenseNet169", r"densenet169", 12_642_880, 158_400),
    ("DenseNet201", r"densenet201", 18_321_984, 229_056),
    ("EfficientNetB0", r"efficientnetb0", 4_049_571, 42_023),
    ("EfficientNetB1", r"efficientnetb1", 6_575_239, 62_055),
    ("EfficientNetB2", r"efficientnetb2", 7_768_569, 67_575),
    ("EfficientNetB3", r"efficientnetb3", 10_783_535, 87_303),
    ("EfficientNetB4", r"efficientnetb4", 17_673_823, 125_207),
    ("EfficientNetB5", r"efficientnetb5", 28_513_527, 172_743),
    ("EfficientNetB6", r"efficientnetb6", 40_960_143, 224_439),
    ("EfficientNetB7", r"efficientnetb7", 64_097_687, 310_727),
    ("EfficientNetV2B0", r"efficientnetv2-b0", 5_919_312, 60_608),
    ("EfficientNetV2B1", r"efficientnetv2-b1", 6_931_124, 71_072),
    ("EfficientNetV2B2", r"efficientnetv2-b2", 8_769_374, 82_288),
    ("EfficientNetV2B3", r"efficientnetv2-b3", 12_930_622, 109_216),
    ("EfficientNetV2S", r"efficientnetv2-s", 20_331_360, 153_872),
    ("NASNetMobile", r"nasnet_mobile", 4_269_716, 36_738),
    ("NASNetLarge", r"nasnet_large", 84_887_922, 196_332),
    ("ConvNeXtTiny", r"convnext_tiny", 27_820_128, 0),
)
_NESTED = {"Functional", "Model", "Sequential"}
_INLINED = (
    ("MobileNetV2", "Conv1", "out_relu"),
    ("MobileNet", "conv1", "conv_pw_13_relu"),
    ("VGG19", "block1_conv1", "block5_conv4"),
    ("VGG16", "block1_conv1", "block5_pool"),
    ("Xception", "block1_conv1", "block14_sepconv2_act"),
    ("InceptionV3", "mixed0", "mixed10"),
)


def find_network(summary: Summary) -> Claimed | None:
    """The pretrained network in a table: one nested row, or its own layers."""
    for i, row in enumerate(summary.rows):
        claimed = _nested(i, row, summary.rows)
        if claimed is not None:
            return claimed
    return _inlined(summary)


def _nested(i: int, row: Row, rows: tuple[Row, ...]) -> Claimed | None:
    if not row.kind.startswith(tuple(_NESTED)):
        return None
    excerpt = f"{row.name} ({row.kind}) {row.shape or ''} {row.parameters or ''}".strip()
    for name, default, count, statistics in _NETWORKS:
        by_count = row.parameters == count
        if by_count or re.match(default, row.name, re.IGNORECASE):
            with_top = False if by_count else _with_top(row)
            size = _input_shape(rows[:i])
            return Claimed(name, i, i, excerpt, row.parameters, statistics, with_top, row.shape, size)
    return None


def _with_top(row: Row) -> bool | None:
    """Feature maps come out of a network without its top; a thousand classes out of one with it."""
    if row.shape and len(row.shape) == 4:
        return False
    return True if row.shape and len(row.shape) == 2 and row.shape[1] == 1000 else None


def _inlined(summary: Summary) -> Claimed | None:
    index = {row.name: i for i, row in reversed(list(enumerate(summary.rows)))}
    for name, first, last in _INLINED:
        if first in index and last in index and index[first] < index[last]:
            rows = summary.rows[index[first] : index[last] + 1]
            counts = [row.parameters for row in rows]
            total = sum(c for c in counts if c is not None) if None not in counts else None
            statistics = next(s for n, _, _, s in _NETWORKS if n == name)
            end = index["block5_pool"] if name == "VGG19" and "block5_pool" in index else index[last]
            excerpt = f"{len(rows)} rows from {first} to {last}"
            shape, size = summary.rows[end].shape, _input_shape(summary.rows[: index[first]])
            with_top = None if "predictions" in index else False
            return Claimed(name, index[first], end, excerpt, total, statistics, with_top, shape, size)
    return None


def _input_shape(rows: tuple[Row, ...]) -> Shape | None:
    """(height, width, channels) that the rows in front hand on, where all of them are pictures."""
    shaped = [row.shape for row in rows if row.shape and len(row.shape) == 4]
    return shaped[-1][1:] if shaped and None not in shaped[-1][1:] else None
