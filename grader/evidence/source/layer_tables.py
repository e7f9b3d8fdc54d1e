"""Layers of Keras's applications in the order of `model.layers`, top included: plain data, read by `architectures`.

One word a layer: a letter for its class (`architectures.CLASSES`), a base-36 digit for how many characters of the
previous named layer's name its own begins with, and the rest of its name. A letter alone is a layer that Keras names
by counting (`conv2d_57`). `UNNAMED` holds the letters only. Weights `imagenet` add one Rescaling to EfficientNetB0 to
B7, which `architectures` puts in. Taken from Keras 3.15; a test compares them.
"""

from __future__ import annotations

from types import MappingProxyType

NAMED: MappingProxyType[str, str] = MappingProxyType({
    "MobileNetV2": (
        "i C0Conv1 B0bn_Conv1 r0Conv1_relu D0expanded_conv_depthwise Bn_BN rorelu Ceproject Bl_BN C0block_1_expand "
        "Be_BN rfrelu z8pad D8depthwise Bh_BN rirelu C8project Bf_BN C62_expand Be_BN rfrelu D8depthwise Bh_BN "
        "rirelu C8project Bf_BN +8add C63_expand Be_BN rfrelu z8pad D8depthwise Bh_BN rirelu C8project Bf_BN "
        "C64_expand Be_BN rfrelu D8depthwise Bh_BN rirelu C8project Bf_BN +8add C65_expand Be_BN rfrelu D8depthwise "
        "Bh_BN rirelu C8project Bf_BN +8add C66_expand Be_BN rfrelu z8pad D8depthwise Bh_BN rirelu C8project Bf_BN "
        "C67_expand Be_BN rfrelu D8depthwise Bh_BN rirelu C8project Bf_BN +8add C68_expand Be_BN rfrelu D8depthwise "
        "Bh_BN rirelu C8project Bf_BN +8add C69_expand Be_BN rfrelu D8depthwise Bh_BN rirelu C8project Bf_BN +8add "
        "C610_expand Bf_BN rgrelu D9depthwise Bi_BN rjrelu C9project Bg_BN C71_expand Bf_BN rgrelu D9depthwise "
        "Bi_BN rjrelu C9project Bg_BN +9add C72_expand Bf_BN rgrelu D9depthwise Bi_BN rjrelu C9project Bg_BN +9add "
        "C73_expand Bf_BN rgrelu z9pad D9depthwise Bi_BN rjrelu C9project Bg_BN C74_expand Bf_BN rgrelu D9depthwise "
        "Bi_BN rjrelu C9project Bg_BN +9add C75_expand Bf_BN rgrelu D9depthwise Bi_BN rjrelu C9project Bg_BN +9add "
        "C76_expand Bf_BN rgrelu D9depthwise Bi_BN rjrelu C9project Bg_BN C0Conv_1 B6_bn r0out_relu g F0predictions"
    ),
    "VGG16": (
        "i C0block1_conv1 Cb2 m7pool C52_conv1 Cb2 m7pool C53_conv1 Cb2 Cb3 m7pool C54_conv1 Cb2 Cb3 m7pool "
        "C55_conv1 Cb2 Cb3 m7pool f F0fc1 F22 F0predictions"
    ),
    "VGG19": (
        "i C0block1_conv1 Cb2 m7pool C52_conv1 Cb2 m7pool C53_conv1 Cb2 Cb3 Cb4 m7pool C54_conv1 Cb2 Cb3 Cb4 m7pool "
        "C55_conv1 Cb2 Cb3 Cb4 m7pool f F0fc1 F22 F0predictions"
    ),
    "ResNet50": (
        "i z0conv1_pad C6conv B6bn a6relu z0pool1_pad m7ool C0conv2_block1_1_conv Bfbn afrelu Cd2_conv Bfbn afrelu "
        "Cd0_conv Cd3_conv Bd0_bn Bd3_bn +dadd adout Cb2_1_conv Bfbn afrelu Cd2_conv Bfbn afrelu Cd3_conv Bfbn "
        "+dadd adout Cb3_1_conv Bfbn afrelu Cd2_conv Bfbn afrelu Cd3_conv Bfbn +dadd adout C43_block1_1_conv Bfbn "
        "afrelu Cd2_conv Bfbn afrelu Cd0_conv Cd3_conv Bd0_bn Bd3_bn +dadd adout Cb2_1_conv Bfbn afrelu Cd2_conv "
        "Bfbn afrelu Cd3_conv Bfbn +dadd adout Cb3_1_conv Bfbn afrelu Cd2_conv Bfbn afrelu Cd3_conv Bfbn +dadd "
        "adout Cb4_1_conv Bfbn afrelu Cd2_conv Bfbn afrelu Cd3_conv Bfbn +dadd adout C44_block1_1_conv Bfbn afrelu "
        "Cd2_conv Bfbn afrelu Cd0_conv Cd3_conv Bd0_bn Bd3_bn +dadd adout Cb2_1_conv Bfbn afrelu Cd2_conv Bfbn "
        "afrelu Cd3_conv Bfbn +dadd adout Cb3_1_conv Bfbn afrelu Cd2_conv Bfbn afrelu Cd3_conv Bfbn +dadd adout "
        "Cb4_1_conv Bfbn afrelu Cd2_conv Bfbn afrelu Cd3_conv Bfbn +dadd adout Cb5_1_conv Bfbn afrelu Cd2_conv Bfbn "
        "afrelu Cd3_conv Bfbn +dadd adout Cb6_1_conv Bfbn afrelu Cd2_conv Bfbn afrelu Cd3_conv Bfbn +dadd adout "
        "C45_block1_1_conv Bfbn afrelu Cd2_conv Bfbn afrelu Cd0_conv Cd3_conv Bd0_bn Bd3_bn +dadd adout Cb2_1_conv "
        "Bfbn afrelu Cd2_conv Bfbn afrelu Cd3_conv Bfbn +dadd adout Cb3_1_conv Bfbn afrelu Cd2_conv Bfbn afrelu "
        "Cd3_conv Bfbn +dadd adout g0avg_pool F0predictions"
    ),
    "ResNet101": (
        "i z0conv1_pad C6conv B6bn a6relu z0pool1_pad m7ool C0conv2_block1_1_conv Bfbn afrelu Cd2_conv Bfbn afrelu "
        "Cd0_conv Cd3_conv Bd0_bn Bd3_bn +dadd adout Cb2_1_conv Bfbn afrelu Cd2_conv Bfbn afrelu Cd3_conv Bfbn "
        "+dadd adout Cb3_1_conv Bfbn afrelu Cd2_conv Bfbn afrelu Cd3_conv Bfbn +dadd adout C43_block1_1_conv Bfbn "
        "afrelu Cd2_conv Bfbn afrelu Cd0_conv Cd3_conv Bd0_bn Bd3_bn +dadd adout Cb2_1_conv Bfbn afrelu Cd2_conv "
        "Bfbn afrelu Cd3_conv Bfbn +dadd adout Cb3_1_conv Bfbn afrelu Cd2_conv Bfbn afrelu Cd3_conv Bfbn +dadd "
        "adout Cb4_1_conv Bfbn afrelu Cd2_conv Bfbn afrelu Cd3_conv Bfbn +dadd adout C44_block1_1_conv Bfbn afrelu "
        "Cd2_conv Bfbn afrelu Cd0_conv Cd3_conv Bd0_bn Bd3_bn +dadd adout Cb2_1_conv Bfbn afrelu Cd2_conv Bfbn "
        "afrelu Cd3_conv Bfbn +dadd adout Cb3_1_conv Bfbn afrelu Cd2_conv Bfbn afrelu Cd3_conv Bfbn +dadd adout "
        "Cb4_1_conv Bfbn afrelu Cd2_conv Bfbn afrelu Cd3_conv Bfbn +dadd adout Cb5_1_conv Bfbn afrelu Cd2_conv Bfbn "
        "afrelu Cd3_conv Bfbn +dadd adout Cb6_1_conv Bfbn afrelu Cd2_conv Bfbn afrelu Cd3_conv Bfbn +dadd adout "
        "Cb7_1_conv Bfbn afrelu Cd2_conv Bfbn afrelu Cd3_conv Bfbn +dadd adout Cb8_1_conv Bfbn afrelu Cd2_conv Bfbn "
        "afrelu Cd3_conv Bfbn +dadd adout Cb9_1_conv Bfbn afrelu Cd2_conv Bfbn afrelu Cd3_conv Bfbn +dadd adout "
        "Cb10_1_conv Bgbn agrelu Ce2_conv Bgbn agrelu Ce3_conv Bgbn +eadd aeout Cc1_1_conv Bgbn agrelu Ce2_conv "
        "Bgbn agrelu Ce3_conv Bgbn +eadd aeout Cc2_1_conv Bgbn agrelu Ce2_conv Bgbn agrelu Ce3_conv Bgbn +eadd "
        "aeout Cc3_1_conv Bgbn agrelu Ce2_conv Bgbn agrelu Ce3_conv Bgbn +eadd aeout Cc4_1_conv Bgbn agrelu "
        "Ce2_conv Bgbn agrelu Ce3_conv Bgbn +eadd aeout Cc5_1_conv Bgbn agrelu Ce2_conv Bgbn agrelu Ce3_conv Bgbn "
        "+eadd aeout Cc6_1_conv Bgbn agrelu Ce2_conv Bgbn agrelu Ce3_conv Bgbn +eadd aeout Cc7_1_conv Bgbn agrelu "
        "Ce2_conv Bgbn agrelu Ce3_conv Bgbn +eadd aeout Cc8_1_conv Bgbn agrelu Ce2_conv Bgbn agrelu Ce3_conv Bgbn "
        "+eadd aeout Cc9_1_conv Bgbn agrelu Ce2_conv Bgbn agrelu Ce3_conv Bgbn +eadd aeout Cb20_1_conv Bgbn agrelu "
        "Ce2_conv Bgbn agrelu Ce3_conv Bgbn +eadd aeout Cc1_1_conv Bgbn agrelu Ce2_conv Bgbn agrelu Ce3_conv Bgbn "
        "+eadd aeout Cc2_1_conv Bgbn agrelu Ce2_conv Bgbn agrelu Ce3_conv Bgbn +eadd aeout Cc3_1_conv Bgbn agrelu "
        "Ce2_conv Bgbn agrelu Ce3_conv Bgbn +eadd aeout C45_block1_1_conv Bfbn afrelu Cd2_conv Bfbn afrelu Cd0_conv "
        "Cd3_conv Bd0_bn Bd3_bn +dadd adout Cb2_1_conv Bfbn afrelu Cd2_conv Bfbn afrelu Cd3_conv Bfbn +dadd adout "
        "Cb3_1_conv Bfbn afrelu Cd2_conv Bfbn afrelu Cd3_conv Bfbn +dadd adout g0avg_pool F0predictions"
    ),
    "InceptionV3": (
        "i C B a C B a C B a m C B a C B a m C B a C C B B a a v C C C C B B B B a a a a k0mixed0 C B a C C B B a a "
        "v C C C C B B B B a a a a k51 C B a C C B B a a v C C C C B B B B a a a a k52 C B a C B a C C B B a a m "
        "k53 C B a C B a C C B B a a C C B B a a v C C C C B B B B a a a a k54 C B a C B a C C B B a a C C B B a a "
        "v C C C C B B B B a a a a k55 C B a C B a C C B B a a C C B B a a v C C C C B B B B a a a a k56 C B a C B "
        "a C C B B a a C C B B a a v C C C C B B B B a a a a k57 C B a C B a C C B B a a C C B B a a m k58 C B a C "
        "C B B a a C C C C v C B B B B C B a a a a B a k59_0 k a k6 C B a C C B B a a C C C C v C B B B B C B a a a "
        "a B a k6_1 k a k510 g0avg_pool F0predictions"
    ),
    "EfficientNetB0": (
        "i c n z0stem_conv_pad C9 B5bn a5activation D0block1a_dwconv B8bn a8activation g8se_squeeze hbreshape "
        "Cdduce Cbexpand *dcite C8project_conv Bgbn C52a_expand_conv Bfbn afactivation z8dwconv_pad De B8bn "
        "a8activation g8se_squeeze hbreshape Cdduce Cbexpand *dcite C8project_conv Bgbn C6b_expand_conv Bfbn "
        "afactivation D8dwconv B8bn a8activation g8se_squeeze hbreshape Cdduce Cbexpand *dcite C8project_conv Bgbn "
        "o8drop +8add C53a_expand_conv Bfbn afactivation z8dwconv_pad De B8bn a8activation g8se_squeeze hbreshape "
        "Cdduce Cbexpand *dcite C8project_conv Bgbn C6b_expand_conv Bfbn afactivation D8dwconv B8bn a8activation "
        "g8se_squeeze hbreshape Cdduce Cbexpand *dcite C8project_conv Bgbn o8drop +8add C54a_expand_conv Bfbn "
        "afactivation z8dwconv_pad De B8bn a8activation g8se_squeeze hbreshape Cdduce Cbexpand *dcite "
        "C8project_conv Bgbn C6b_expand_conv Bfbn afactivation D8dwconv B8bn a8activation g8se_squeeze hbreshape "
        "Cdduce Cbexpand *dcite C8project_conv Bgbn o8drop +8add C6c_expand_conv Bfbn afactivation D8dwconv B8bn "
        "a8activation g8se_squeeze hbreshape Cdduce Cbexpand *dcite C8project_conv Bgbn o8drop +8add "
        "C55a_expand_conv Bfbn afactivation D8dwconv B8bn a8activation g8se_squeeze hbreshape Cdduce Cbexpand "
        "*dcite C8project_conv Bgbn C6b_expand_conv Bfbn afactivation D8dwconv B8bn a8activation g8se_squeeze "
        "hbreshape Cdduce Cbexpand *dcite C8project_conv Bgbn o8drop +8add C6c_expand_conv Bfbn afactivation "
        "D8dwconv B8bn a8activation g8se_squeeze hbreshape Cdduce Cbexpand *dcite C8project_conv Bgbn o8drop +8add "
        "C56a_expand_conv Bfbn afactivation z8dwconv_pad De B8bn a8activation g8se_squeeze hbreshape Cdduce "
        "Cbexpand *dcite C8project_conv Bgbn C6b_expand_conv Bfbn afactivation D8dwconv B8bn a8activation "
        "g8se_squeeze hbreshape Cdduce Cbexpand *dcite C8project_conv Bgbn o8drop +8add C6c_expand_conv Bfbn "
        "afactivation D8dwconv B8bn a8activation g8se_squeeze hbreshape Cdduce Cbexpand *dcite C8project_conv Bgbn "
        "o8drop +8add C6d_expand_conv Bfbn afactivation D8dwconv B8bn a8activation g8se_squeeze hbreshape Cdduce "
        "Cbexpand *dcite C8project_conv Bgbn o8drop +8add C57a_expand_conv Bfbn afactivation D8dwconv B8bn "
        "a8activation g8se_squeeze hbreshape Cdduce Cbexpand *dcite C8project_conv Bgbn C0top_conv B4bn "
        "a4activation g0avg_pool o0top_dropout F0predictions"
    ),
    "Xception": (
        "i C0block1_conv1 Bc_bn adact Cb2 Bc_bn adact S52_sepconv1 Bf_bn ae2_act Sf Bf_bn C m7pool B + "
        "a53_sepconv1_act Sf Bf_bn ae2_act Sf Bf_bn C m7pool B + a54_sepconv1_act Sf Bf_bn ae2_act Sf Bf_bn C "
        "m7pool B + a55_sepconv1_act Sf Bf_bn ae2_act Sf Bf_bn ae3_act Sf Bf_bn + a56_sepconv1_act Sf Bf_bn ae2_act "
        "Sf Bf_bn ae3_act Sf Bf_bn + a57_sepconv1_act Sf Bf_bn ae2_act Sf Bf_bn ae3_act Sf Bf_bn + a58_sepconv1_act "
        "Sf Bf_bn ae2_act Sf Bf_bn ae3_act Sf Bf_bn + a59_sepconv1_act Sf Bf_bn ae2_act Sf Bf_bn ae3_act Sf Bf_bn + "
        "a510_sepconv1_act Sg Bg_bn af2_act Sg Bg_bn af3_act Sg Bg_bn + a61_sepconv1_act Sg Bg_bn af2_act Sg Bg_bn "
        "af3_act Sg Bg_bn + a62_sepconv1_act Sg Bg_bn af2_act Sg Bg_bn af3_act Sg Bg_bn + a63_sepconv1_act Sg Bg_bn "
        "af2_act Sg Bg_bn C m8pool B + S64_sepconv1 Bg_bn ahact Sf2 Bg_bn ahact g0avg_pool F0predictions"
    ),
    "DenseNet121": (
        "i z C0conv1_conv B6bn a6relu z m0pool1 B0conv2_block1_0_bn afrelu Cd1_conv Bfbn afrelu Cd2_conv kdconcat "
        "Bb2_0_bn afrelu Cd1_conv Bfbn afrelu Cd2_conv kdconcat Bb3_0_bn afrelu Cd1_conv Bfbn afrelu Cd2_conv "
        "kdconcat Bb4_0_bn afrelu Cd1_conv Bfbn afrelu Cd2_conv kdconcat Bb5_0_bn afrelu Cd1_conv Bfbn afrelu "
        "Cd2_conv kdconcat Bb6_0_bn afrelu Cd1_conv Bfbn afrelu Cd2_conv kdconcat B0pool2_bn a6relu C6conv v6pool "
        "B0conv3_block1_0_bn afrelu Cd1_conv Bfbn afrelu Cd2_conv kdconcat Bb2_0_bn afrelu Cd1_conv Bfbn afrelu "
        "Cd2_conv kdconcat Bb3_0_bn afrelu Cd1_conv Bfbn afrelu Cd2_conv kdconcat Bb4_0_bn afrelu Cd1_conv Bfbn "
        "afrelu Cd2_conv kdconcat Bb5_0_bn afrelu Cd1_conv Bfbn afrelu Cd2_conv kdconcat Bb6_0_bn afrelu Cd1_conv "
        "Bfbn afrelu Cd2_conv kdconcat Bb7_0_bn afrelu Cd1_conv Bfbn afrelu Cd2_conv kdconcat Bb8_0_bn afrelu "
        "Cd1_conv Bfbn afrelu Cd2_conv kdconcat Bb9_0_bn afrelu Cd1_conv Bfbn afrelu Cd2_conv kdconcat Bb10_0_bn "
        "agrelu Ce1_conv Bgbn agrelu Ce2_conv keconcat Bc1_0_bn agrelu Ce1_conv Bgbn agrelu Ce2_conv keconcat "
        "Bc2_0_bn agrelu Ce1_conv Bgbn agrelu Ce2_conv keconcat B0pool3_bn a6relu C6conv v6pool B0conv4_block1_0_bn "
        "afrelu Cd1_conv Bfbn afrelu Cd2_conv kdconcat Bb2_0_bn afrelu Cd1_conv Bfbn afrelu Cd2_conv kdconcat "
        "Bb3_0_bn afrelu Cd1_conv Bfbn afrelu Cd2_conv kdconcat Bb4_0_bn afrelu Cd1_conv Bfbn afrelu Cd2_conv "
        "kdconcat Bb5_0_bn afrelu Cd1_conv Bfbn afrelu Cd2_conv kdconcat Bb6_0_bn afrelu Cd1_conv Bfbn afrelu "
        "Cd2_conv kdconcat Bb7_0_bn afrelu Cd1_conv Bfbn afrelu Cd2_conv kdconcat Bb8_0_bn afrelu Cd1_conv Bfbn "
        "afrelu Cd2_conv kdconcat Bb9_0_bn afrelu Cd1_conv Bfbn afrelu Cd2_conv kdconcat Bb10_0_bn agrelu Ce1_conv "
        "Bgbn agrelu Ce2_conv keconcat Bc1_0_bn agrelu Ce1_conv Bgbn agrelu Ce2_conv keconcat Bc2_0_bn agrelu "
        "Ce1_conv Bgbn agrelu Ce2_conv keconcat Bc3_0_bn agrelu Ce1_conv Bgbn agrelu Ce2_conv keconcat Bc4_0_bn "
        "agrelu Ce1_conv Bgbn agrelu Ce2_conv keconcat Bc5_0_bn agrelu Ce1_conv Bgbn agrelu Ce2_conv keconcat "
        "Bc6_0_bn agrelu Ce1_conv Bgbn agrelu Ce2_conv keconcat Bc7_0_bn agrelu Ce1_conv Bgbn agrelu Ce2_conv "
        "keconcat Bc8_0_bn agrelu Ce1_conv Bgbn agrelu Ce2_conv keconcat Bc9_0_bn agrelu Ce1_conv Bgbn agrelu "
        "Ce2_conv keconcat Bb20_0_bn agrelu Ce1_conv Bgbn agrelu Ce2_conv keconcat Bc1_0_bn agrelu Ce1_conv Bgbn "
        "agrelu Ce2_conv keconcat Bc2_0_bn agrelu Ce1_conv Bgbn agrelu Ce2_conv keconcat Bc3_0_bn agrelu Ce1_conv "
        "Bgbn agrelu Ce2_conv keconcat Bc4_0_bn agrelu Ce1_conv Bgbn agrelu Ce2_conv keconcat B0pool4_bn a6relu "
        "C6conv v6pool B0conv5_block1_0_bn afrelu Cd1_conv Bfbn afrelu Cd2_conv kdconcat Bb2_0_bn afrelu Cd1_conv "
        "Bfbn afrelu Cd2_conv kdconcat Bb3_0_bn afrelu Cd1_conv Bfbn afrelu Cd2_conv kdconcat Bb4_0_bn afrelu "
        "Cd1_conv Bfbn afrelu Cd2_conv kdconcat Bb5_0_bn afrelu Cd1_conv Bfbn afrelu Cd2_conv kdconcat Bb6_0_bn "
        "afrelu Cd1_conv Bfbn afrelu Cd2_conv kdconcat Bb7_0_bn afrelu Cd1_conv Bfbn afrelu Cd2_conv kdconcat "
        "Bb8_0_bn afrelu Cd1_conv Bfbn afrelu Cd2_conv kdconcat Bb9_0_bn afrelu Cd1_conv Bfbn afrelu Cd2_conv "
        "kdconcat Bb10_0_bn agrelu Ce1_conv Bgbn agrelu Ce2_conv keconcat Bc1_0_bn agrelu Ce1_conv Bgbn agrelu "
        "Ce2_conv keconcat Bc2_0_bn agrelu Ce1_conv Bgbn agrelu Ce2_conv keconcat Bc3_0_bn agrelu Ce1_conv Bgbn "
        "agrelu Ce2_conv keconcat Bc4_0_bn agrelu Ce1_conv Bgbn agrelu Ce2_conv keconcat Bc5_0_bn agrelu Ce1_conv "
        "Bgbn agrelu Ce2_conv keconcat Bc6_0_bn agrelu Ce1_conv Bgbn agrelu Ce2_conv keconcat B0bn a0relu "
        "g0avg_pool F0predictions"
    ),
})

UNNAMED: MappingProxyType[str, str] = MappingProxyType({
    "MobileNet": "iCBrDBrCBrzDBrCBrDBrCBrzDBrCBrDBrCBrzDBrCBrDBrCBrDBrCBrDBrCBrDBrCBrDBrCBrzDBrCBrDBrCBrgoCha",
    "ResNet152": (
        "izCBazmCBaCBaCCBB+aCBaCBaCB+aCBaCBaCB+aCBaCBaCCBB+aCBaCBaCB+aCBaCBaCB+aCBaCBaCB+aCBaCBaCB+aCBaCBaCB+aCBaCBaC"
        "B+aCBaCBaCB+aCBaCBaCCBB+aCBaCBaCB+aCBaCBaCB+aCBaCBaCB+aCBaCBaCB+aCBaCBaCB+aCBaCBaCB+aCBaCBaCB+aCBaCBaCB+aCBa"
        "CBaCB+aCBaCBaCB+aCBaCBaCB+aCBaCBaCB+aCBaCBaCB+aCBaCBaCB+aCBaCBaCB+aCBaCBaCB+aCBaCBaCB+aCBaCBaCB+aCBaCBaCB+aC"
        "BaCBaCB+aCBaCBaCB+aCBaCBaCB+aCBaCBaCB+aCBaCBaCB+aCBaCBaCB+aCBaCBaCB+aCBaCBaCB+aCBaCBaCB+aCBaCBaCB+aCBaCBaCB+"
        "aCBaCBaCB+aCBaCBaCB+aCBaCBaCB+aCBaCBaCB+aCBaCBaCB+aCBaCBaCCBB+aCBaCBaCB+aCBaCBaCB+agF"
    ),
    "ResNet50V2": (
        "izCzmBaCBazCBaCC+BaCBazCBaC+BaCBazCBamC+BaCBazCBaCC+BaCBazCBaC+BaCBazCBaC+BaCBazCBamC+BaCBazCBaCC+BaCBazCBaC"
        "+BaCBazCBaC+BaCBazCBaC+BaCBazCBaC+BaCBazCBamC+BaCBazCBaCC+BaCBazCBaC+BaCBazCBaC+BagF"
    ),
    "ResNet101V2": (
        "izCzmBaCBazCBaCC+BaCBazCBaC+BaCBazCBamC+BaCBazCBaCC+BaCBazCBaC+BaCBazCBaC+BaCBazCBamC+BaCBazCBaCC+BaCBazCBaC"
        "+BaCBazCBaC+BaCBazCBaC+BaCBazCBaC+BaCBazCBaC+BaCBazCBaC+BaCBazCBaC+BaCBazCBaC+BaCBazCBaC+BaCBazCBaC+BaCBazCB"
        "aC+BaCBazCBaC+BaCBazCBaC+BaCBazCBaC+BaCBazCBaC+BaCBazCBaC+BaCBazCBaC+BaCBazCBaC+BaCBazCBaC+BaCBazCBaC+BaCBaz"
        "CBaC+BaCBazCBamC+BaCBazCBaCC+BaCBazCBaC+BaCBazCBaC+BagF"
    ),
    "InceptionResNetV2": (
        "iCBaCBaCBamCBaCBamCBaCCBBaavCCCCBBBBaaaakCBaCCBBaaCCCBBBaaakCsaCBaCCBBaaCCCBBBaaakCsaCBaCCBBaaCCCBBBaaakCsaC"
        "BaCCBBaaCCCBBBaaakCsaCBaCCBBaaCCCBBBaaakCsaCBaCCBBaaCCCBBBaaakCsaCBaCCBBaaCCCBBBaaakCsaCBaCCBBaaCCCBBBaaakCs"
        "aCBaCCBBaaCCCBBBaaakCsaCBaCCBBaaCCCBBBaaakCsaCBaCBaCCBBaamkCBaCBaCCBBaakCsaCBaCBaCCBBaakCsaCBaCBaCCBBaakCsaC"
        "BaCBaCCBBaakCsaCBaCBaCCBBaakCsaCBaCBaCCBBaakCsaCBaCBaCCBBaakCsaCBaCBaCCBBaakCsaCBaCBaCCBBaakCsaCBaCBaCCBBaak"
        "CsaCBaCBaCCBBaakCsaCBaCBaCCBBaakCsaCBaCBaCCBBaakCsaCBaCBaCCBBaakCsaCBaCBaCCBBaakCsaCBaCBaCCBBaakCsaCBaCBaCCB"
        "BaakCsaCBaCBaCCBBaakCsaCBaCBaCCBBaakCsaCBaCBaCCBBaakCsaCBaCCCBBBaaaCCCBBBaaamkCBaCBaCCBBaakCsaCBaCBaCCBBaakC"
        "saCBaCBaCCBBaakCsaCBaCBaCCBBaakCsaCBaCBaCCBBaakCsaCBaCBaCCBBaakCsaCBaCBaCCBBaakCsaCBaCBaCCBBaakCsaCBaCBaCCBB"
        "aakCsaCBaCBaCCBBaakCsCBagF"
    ),
    "DenseNet169": (
        "izCBazmBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCvBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaC"
        "kBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCvBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBa"
        "CkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkB"
        "aCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCvBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCk"
        "BaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaC"
        "BaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBagF"
    ),
    "DenseNet201": (
        "izCBazmBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCvBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaC"
        "kBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCvBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBa"
        "CkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkB"
        "aCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCB"
        "aCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCvBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaC"
        "BaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaC"
        "kBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBaCBaCkBagF"
    ),
    "EfficientNetB1": (
        "icnzCBaDBaghCC*CBDBaghCC*CBo+CBazDBaghCC*CBCBaDBaghCC*CBo+CBaDBaghCC*CBo+CBazDBaghCC*CBCBaDBaghCC*CBo+CBaDBa"
        "ghCC*CBo+CBazDBaghCC*CBCBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBCBaDBaghCC*CBo+CBaDBaghCC*C"
        "Bo+CBaDBaghCC*CBo+CBazDBaghCC*CBCBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBCBa"
        "DBaghCC*CBo+CBagoF"
    ),
    "EfficientNetB2": (
        "icnzCBaDBaghCC*CBDBaghCC*CBo+CBazDBaghCC*CBCBaDBaghCC*CBo+CBaDBaghCC*CBo+CBazDBaghCC*CBCBaDBaghCC*CBo+CBaDBa"
        "ghCC*CBo+CBazDBaghCC*CBCBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBCBaDBaghCC*CBo+CBaDBaghCC*C"
        "Bo+CBaDBaghCC*CBo+CBazDBaghCC*CBCBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBCBa"
        "DBaghCC*CBo+CBagoF"
    ),
    "EfficientNetB3": (
        "icnzCBaDBaghCC*CBDBaghCC*CBo+CBazDBaghCC*CBCBaDBaghCC*CBo+CBaDBaghCC*CBo+CBazDBaghCC*CBCBaDBaghCC*CBo+CBaDBa"
        "ghCC*CBo+CBazDBaghCC*CBCBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBCBaDBaghCC*C"
        "Bo+CBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBo+CBazDBaghCC*CBCBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBo+C"
        "BaDBaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBCBaDBaghCC*CBo+CBagoF"
    ),
    "EfficientNetB4": (
        "icnzCBaDBaghCC*CBDBaghCC*CBo+CBazDBaghCC*CBCBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBo+CBazDBaghCC*CBCBaDBa"
        "ghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBo+CBazDBaghCC*CBCBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC"
        "*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBCBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBo+"
        "CBazDBaghCC*CBCBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaD"
        "BaghCC*CBo+CBaDBaghCC*CBCBaDBaghCC*CBo+CBagoF"
    ),
    "EfficientNetB7": (
        "icnzCBaDBaghCC*CBDBaghCC*CBo+DBaghCC*CBo+DBaghCC*CBo+CBazDBaghCC*CBCBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*"
        "CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBo+CBazDBaghCC*CBCBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBo+"
        "CBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBo+CBazDBaghCC*CBCBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaD"
        "BaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBCBaDBaghC"
        "C*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*C"
        "Bo+CBaDBaghCC*CBo+CBazDBaghCC*CBCBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBo+C"
        "BaDBaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaD"
        "BaghCC*CBCBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBo+CBagoF"
    ),
    "MobileNetV3Small": (
        "icCBazDBrgCrCr*CBCBrzDBrCBCBrDBrCB+CBazDBagCrCr*CBCBaDBagCrCr*CB+CBaDBagCrCr*CB+CBaDBagCrCr*CBCBaDBagCrCr*CB"
        "+CBazDBagCrCr*CBCBaDBagCrCr*CB+CBaDBagCrCr*CB+CBagCaoCfa"
    ),
    "MobileNetV3Large": (
        "icCBaDBrCB+CBrzDBrCBCBrDBrCB+CBrzDBrgCrCr*CBCBrDBrgCrCr*CB+CBrDBrgCrCr*CB+CBazDBaCBCBaDBaCB+CBaDBaCB+CBaDBaC"
        "B+CBaDBagCrCr*CBCBaDBagCrCr*CB+CBazDBagCrCr*CBCBaDBagCrCr*CB+CBaDBagCrCr*CB+CBagCaoCfa"
    ),
    "NASNetMobile": (
        "iCBaCBaazzSSBBaaSSaBBza+SzaBSSaBBzSaamBSSa+vBvBmz+++xkvvaCCCkBBaazzSSBBaaSSaBBza+SzaBSSaBBzSaamBSSa+vBvBmz++"
        "+xkvvCCakCBBaaaaaSSSSSBBBBBaaaaaSSSSSBBBBvvvB+++++kaaCCBBaaaaaSSSSSBBBBBaaaaaSSSSSBBBBvvvB+++++kaaCCBBaaaaaS"
        "SSSSBBBBBaaaaaSSSSSBBBBvvvB+++++kaaCCBBaaaaaSSSSSBBBBBaaaaaSSSSSBBBBvvvB+++++kaaCCBBaazzSSBBaaSSaBBza+SzaBSS"
        "aBBzSaamBSSa+vBvBmz+++xkvvCCakCBBaaaaaSSSSSBBBBBaaaaaSSSSSBBBBvvvB+++++kaaCCBBaaaaaSSSSSBBBBBaaaaaSSSSSBBBBv"
        "vvB+++++kaaCCBBaaaaaSSSSSBBBBBaaaaaSSSSSBBBBvvvB+++++kaaCCBBaaaaaSSSSSBBBBBaaaaaSSSSSBBBBvvvB+++++kaaCCBBaaz"
        "zSSBBaaSSaBBza+SzaBSSaBBzSaamBSSa+vBvBmz+++xkvvCCakCBBaaaaaSSSSSBBBBBaaaaaSSSSSBBBBvvvB+++++kaaCCBBaaaaaSSSS"
        "SBBBBBaaaaaSSSSSBBBBvvvB+++++kaaCCBBaaaaaSSSSSBBBBBaaaaaSSSSSBBBBvvvB+++++kaaCCBBaaaaaSSSSSBBBBBaaaaaSSSSSBB"
        "BBvvvB+++++kagF"
    ),
    "EfficientNetV2B0": (
        "icnCBaCBaCBaCBCBaCBo+CBaCBCBaCBo+CBaDBaghCC*CBCBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBCBaDBaghCC*CBo+CBaD"
        "BaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBCBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghC"
        "C*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBo+CBagoF"
    ),
    "EfficientNetV2S": (
        "icCBaCBa+CBao+CBaCBCBaCBo+CBaCBo+CBaCBo+CBaCBCBaCBo+CBaCBo+CBaCBo+CBaDBaghCC*CBCBaDBaghCC*CBo+CBaDBaghCC*CBo"
        "+CBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBCBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaD"
        "BaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBCBaDBaghCC*CBo+CBaDBaghC"
        "C*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*C"
        "Bo+CBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBo+CBaDBaghCC*CBo+CBagoF"
    ),
})
