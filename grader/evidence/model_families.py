"""The pretrained networks of `keras.applications`, by the layers that give them away.

In: nothing. Out: a table, written down from Keras 3.15's own constructors.
It holds names and counts only; how they are looked for is `model_backbone`'s affair.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Variant:
    """One network of a family.

    Attributes:
        layers: how many a network without its top has, the input layer counted.
        features: filters of the last convolution, where the count alone does not decide; 0 otherwise.
        present, absent: names that tell it from its sisters when the network was cut.
    """

    name: str
    layers: int
    features: int = 0
    present: str = ""
    absent: str = ""


@dataclass(frozen=True)
class Family:
    """Networks with the same layer names.

    Attributes:
        marks: layer names of which every member has all, near the entrance.
        absent: layer names of which no member has any.
        first: its first named layer; "" where names are given out automatically.
        prologue: classes of the layers which Keras itself puts in front of `first`, in order.
        last: its last named layer without the top. epilogue: classes that follow it and still belong to it.
        own: what its layers are called, for networks cut before `last`.
        top: names of its classification layers. classifier: the last ones, which give the classes.
    """

    marks: frozenset[str]
    first: str
    last: str
    own: re.Pattern[str]
    variants: tuple[Variant, ...]
    absent: frozenset[str] = frozenset()
    prologue: tuple[str, ...] = ()
    epilogue: tuple[str, ...] = ()
    classifier: frozenset[str] = frozenset({"predictions"})
    top: frozenset[str] = frozenset({"predictions"})


def _names(*names: str) -> frozenset[str]:
    return frozenset(names)


def _convnext(size: str, layers: int) -> Family:
    stem, name = f"convnext_{size}", f"ConvNeXt{size.capitalize()}"
    first = f"{stem}_stage_0_block_0_depthwise_conv"
    return Family(
        marks=_names(first),
        first=f"{stem}_prestem_normalization",
        last=f"{stem}_stage_3_block_2_identity",
        epilogue=("LayerNormalization",),
        own=re.compile(rf"{stem}_(stage|downsampling|stem|prestem)"),
        variants=(Variant(name, layers),),
        classifier=_names(f"{stem}_head_dense"),
        top=_names(f"{stem}_head_dense", f"{stem}_head_layernorm"),
    )


_RESNET = re.compile(r"conv\d_block\d+_\w+$|conv1_(conv|bn|relu|pad)$|pool1_(pad|pool)$|post_(bn|relu)$")
_EFFICIENT = re.compile(r"(block\d[a-z]+_|stem_|top_(conv|bn|activation)$)")

FAMILIES: tuple[Family, ...] = (
    Family(
        marks=_names("Conv1", "expanded_conv_depthwise"),
        first="Conv1",
        last="out_relu",
        own=re.compile(r"(block_\d+_|expanded_conv_|(bn_)?Conv1(_relu)?$|Conv_1(_bn)?$|out_relu$)"),
        variants=(Variant("MobileNetV2", 154),),
    ),
    Family(
        marks=_names("conv1", "conv_dw_1", "conv_pw_1"),
        first="conv1",
        last="conv_pw_13_relu",
        own=re.compile(r"(conv_(dw|pw|pad)_\d+|conv1(_bn|_relu|_pad)?$)"),
        variants=(Variant("MobileNet", 86),),
        classifier=_names("conv_preds", "predictions"),
        top=_names("conv_preds", "predictions"),
    ),
    Family(
        marks=_names("conv", "conv_bn", "expanded_conv_project"),
        first="conv",
        prologue=("Rescaling",),
        last="conv_1_bn",
        epilogue=("Activation",),
        own=re.compile(r"(expanded_conv_|conv(_1)?(_bn)?$)"),
        variants=(
            Variant("MobileNetV3Small", 157, present="expanded_conv_10_project", absent="expanded_conv_11_project"),
            Variant("MobileNetV3Large", 187, present="expanded_conv_11_project"),
        ),
        classifier=_names("logits", "predictions"),
        top=_names("logits", "predictions"),
    ),
    Family(
        marks=_names("block1_conv1", "block1_pool"),
        first="block1_conv1",
        last="block5_pool",
        own=re.compile(r"block\d_(conv\d|pool)$"),
        variants=(
            Variant("VGG16", 19, present="block3_pool", absent="block3_conv4"),
            Variant("VGG19", 22, present="block3_conv4"),
        ),
        top=_names("fc1", "fc2", "predictions"),
    ),
    Family(
        marks=_names("conv1_conv", "conv1_bn", "conv2_block1_1_conv", "conv2_block1_out"),
        absent=_names("conv2_block1_preact_bn"),
        first="conv1_conv",
        prologue=("ZeroPadding2D",),
        last="conv5_block3_out",
        own=_RESNET,
        variants=(
            Variant("ResNet50", 175, present="conv5_block1_out", absent="conv4_block7_out"),
            Variant("ResNet101", 345, present="conv4_block7_out", absent="conv3_block5_out"),
            Variant("ResNet152", 515, present="conv3_block5_out"),
        ),
    ),
    Family(
        marks=_names("conv1_conv", "conv2_block1_preact_bn"),
        first="conv1_conv",
        prologue=("ZeroPadding2D",),
        last="post_relu",
        own=_RESNET,
        variants=(
            Variant("ResNet50V2", 190, present="conv5_block1_out", absent="conv4_block7_out"),
            Variant("ResNet101V2", 377, present="conv4_block7_out", absent="conv3_block5_out"),
            Variant("ResNet152V2", 564, present="conv3_block5_out"),
        ),
    ),
    Family(
        marks=_names("mixed0", "mixed1"),
        first="",
        last="mixed10",
        own=re.compile(r"mixed\d"),
        variants=(Variant("InceptionV3", 311),),
    ),
    Family(
        marks=_names("mixed_5b"),
        first="",
        last="conv_7b_ac",
        own=re.compile(r"(mixed_\d|block\d+_\d|conv_7b)"),
        variants=(Variant("InceptionResNetV2", 780),),
    ),
    Family(
        marks=_names("block1_conv1", "block1_conv1_bn", "block2_sepconv1"),
        first="block1_conv1",
        last="block14_sepconv2_act",
        own=re.compile(r"block\d+_(sep)?conv\d(_bn|_act)?$|block\d+_pool$"),
        variants=(Variant("Xception", 132),),
    ),
    Family(
        marks=_names("conv1_conv", "conv2_block1_0_bn", "pool2_conv"),
        first="conv1_conv",
        prologue=("ZeroPadding2D",),
        last="relu",
        own=re.compile(r"(conv\d_block\d+_|pool\d_|conv1_(conv|bn|relu)$|(bn|relu)$)"),
        variants=(
            Variant("DenseNet121", 427, present="conv5_block1_concat", absent="conv4_block25_concat"),
            Variant("DenseNet169", 595, present="conv4_block25_concat", absent="conv4_block33_concat"),
            Variant("DenseNet201", 707, present="conv4_block33_concat"),
        ),
    ),
    Family(
        marks=_names("stem_conv1", "stem_bn1", "normal_concat_1"),
        first="stem_conv1",
        last="normal_concat_12",
        epilogue=("Activation",),
        absent=_names("normal_concat_14"),
        own=re.compile(r"(normal|reduction)_|stem_(conv|bn)1$"),
        variants=(Variant("NASNetMobile", 769),),
    ),
    Family(
        marks=_names("stem_conv1", "stem_bn1", "normal_concat_14"),
        first="stem_conv1",
        last="normal_concat_18",
        epilogue=("Activation",),
        own=re.compile(r"(normal|reduction)_|stem_(conv|bn)1$"),
        variants=(Variant("NASNetLarge", 1012),),
    ),
    Family(
        marks=_names("stem_conv", "block1a_dwconv"),
        first="stem_conv",
        prologue=("Rescaling", "Normalization", "Rescaling", "ZeroPadding2D"),
        last="top_activation",
        own=_EFFICIENT,
        variants=(
            Variant("EfficientNetB0", 237, 1280),
            Variant("EfficientNetB1", 339, 1280),
            Variant("EfficientNetB2", 339, 1408),
            Variant("EfficientNetB3", 384, 1536),
            Variant("EfficientNetB4", 474, 1792),
            Variant("EfficientNetB5", 576, 2048),
            Variant("EfficientNetB6", 666, 2304),
            Variant("EfficientNetB7", 813, 2560),
        ),
    ),
    Family(
        marks=_names("stem_conv", "stem_bn", "block1a_project_conv"),
        absent=_names("block1a_dwconv"),
        first="stem_conv",
        prologue=("Rescaling", "Normalization"),
        last="top_activation",
        own=_EFFICIENT,
        variants=(
            Variant("EfficientNetV2B0", 270, 1280),
            Variant("EfficientNetV2B1", 334, 1280),
            Variant("EfficientNetV2B2", 349, 1408),
            Variant("EfficientNetV2B3", 409, 1536),
            Variant("EfficientNetV2S", 513, 1280),
            Variant("EfficientNetV2M", 740, 1280),
            Variant("EfficientNetV2L", 1028, 1280),
        ),
    ),
    _convnext("tiny", 133),
    _convnext("small", 259),
    _convnext("base", 259),
    _convnext("large", 259),
)
