"""How the backbone is loaded: every spelling, and its wrong near twin."""

from __future__ import annotations

import pytest

from grader.records import CallTraining, Place

ARGUMENTS = "input_shape=(160, 160, 3), include_top=False, weights='imagenet'"
SPELLINGS = {
    "keras.applications": f"base = keras.applications.MobileNetV2({ARGUMENTS})",
    "tf.keras": f"base = tf.keras.applications.MobileNetV2({ARGUMENTS})",
    "module": f"base = tf.keras.applications.mobilenet_v2.MobileNetV2({ARGUMENTS})",
    "from import": f"from tensorflow.keras.applications import MobileNetV2\nbase = MobileNetV2({ARGUMENTS})",
    "aliased": "from keras.applications.mobilenet_v2 import MobileNetV2 as MN, preprocess_input as pp\n"
               f"base = MN({ARGUMENTS})",
    "module alias": f"import tensorflow.keras.applications as apps\nbase = apps.MobileNetV2({ARGUMENTS})",
    "inner module": "from tensorflow.python.keras.applications.mobilenet_v2 import MobileNetV2\n"
                    f"base = MobileNetV2({ARGUMENTS})",
    "K = tf.keras": f"K = tf.keras\nbase = K.applications.MobileNetV2({ARGUMENTS})",
    "getattr": f"name = 'MobileNet' + 'V2'\nbase = getattr(keras.applications, name)({ARGUMENTS})",
    "star import": f"from tensorflow.keras.applications import *\nbase = MobileNetV2({ARGUMENTS})",
    "star of another network behind": "from keras.applications.mobilenet_v2 import *\n"
                                      f"from keras.applications.resnet50 import *\nbase = MobileNetV2({ARGUMENTS})",
    "star of keras": f"from keras import *\nbase = applications.MobileNetV2({ARGUMENTS})",
    "positional": "base = keras.applications.MobileNetV2((160, 160, 3), 1.0, False, 'imagenet')",
    "computed": "IMG = 160\nflag = True\nbase = keras.applications.MobileNetV2(\n    input_shape=(IMG,) * 2 + (3,),"
                " include_top=not flag, weights=f'image{\"net\"}')",
    "**config": "config = {'input_shape': (160, 160, 3), 'include_top': False}\n"
                "config.update(weights='imagenet')\nbase = keras.applications.MobileNetV2(**config)",
    "dictionary of tuples": "CONFIGS = {'m': (None, 160, keras.applications.MobileNetV2), 'v': (None, 224, "
                            "keras.applications.VGG16)}\n_, size, cls = CONFIGS['m']\n"
                            "base = cls(include_top=False, input_shape=(size, size, 3))",
    "comprehension": "base = [cls(include_top=False, input_shape=(160, 160, 3)) for cls in "
                     "[keras.applications.MobileNetV2]][0]",
    "dict comprehension": "made = {k: getattr(keras.applications, k)(include_top=False, input_shape=SIZE + (3,)) "
                          "for k in ['MobileNetV2']}\nbase = made['MobileNetV2']",
    "closure": "def maker(size):\n    def make(top=False):\n        return keras.applications.MobileNetV2("
               "include_top=top, input_shape=(size, size, 3))\n    return make\nbase = maker(160)()",
    "class attribute": "class Config:\n    SHAPE = (160, 160, 3)\n    NET = keras.applications.MobileNetV2\n"
                       "base = Config.NET(input_shape=Config.SHAPE, include_top=False)",
    "instance": "class Factory:\n    def __init__(self, size):\n        self.size = size\n    def make(self, **kw):\n"
                "        return keras.applications.MobileNetV2(input_shape=(self.size, self.size, 3), **kw)\n"
                "base = Factory(160).make(include_top=False)",
    "partial": "from functools import partial\nmake = partial(keras.applications.MobileNetV2, include_top=False)\n"
               "base = make(input_shape=(160, 160, 3))",
    "lambda": "make = lambda s, top=False: keras.applications.MobileNetV2(input_shape=(s, s, 3), include_top=top)\n"
              "base = make(160)",
    "input_tensor": "base = keras.applications.MobileNetV2(include_top=False, "
                    "input_tensor=keras.Input(shape=(160, 160, 3)))",
    "loop": "for cls in (keras.applications.MobileNetV2,):\n    base = cls(include_top=False, "
            "input_shape=(160, 160, 3))",
    "known if": "NET = 'mobilenet'\nif NET == 'vgg':\n    base = keras.applications.VGG16(include_top=False)\n"
                f"elif NET == 'mobilenet':\n    base = keras.applications.MobileNetV2({ARGUMENTS})",
    "try": f"try:\n    base = keras.applications.MobileNetV2({ARGUMENTS})\nexcept OSError:\n    base = None",
    "with": f"strategy = tf.distribute.MirroredStrategy()\nwith strategy.scope():\n"
            f"    base = keras.applications.MobileNetV2({ARGUMENTS})",
    "conditional expression": f"base = keras.applications.MobileNetV2({ARGUMENTS}) if SIZE == (160, 160) else None",
    "walrus": f"print((base := keras.applications.MobileNetV2({ARGUMENTS})).name)",
}


@pytest.mark.parametrize("base", SPELLINGS.values(), ids=SPELLINGS.keys())
def test_backbone_is_recognised_however_it_is_spelled(account, base):
    backbone = account(base=base).backbone
    assert backbone.name.value == "MobileNetV2"
    assert backbone.include_top.value is False
    assert backbone.weights.value == "imagenet"
    assert backbone.input_shape.value == (160, 160, 3)
    assert backbone.output_shape.value == (32, 5, 5, 1280)
    assert backbone.in_model.value is True


def test_facts_carry_cell_line_and_code(account):
    fact = account(base="\n\nbase = keras.applications.MobileNetV2(\n  include_top=False,\n)\n").backbone.include_top
    assert fact.place == Place(cell=4, line=3)
    assert fact.excerpt == "base = keras.applications.MobileNetV2(\ninclude_top=False,\n)"


def test_long_code_is_cut_in_excerpts(account):
    padding = ", ".join(["'aaaaaaaaaaaaaaaaaaaa'"] * 40)
    fact = account(base=f"base = keras.applications.MobileNetV2(include_top=False, name=[{padding}][0])").backbone.name
    assert 100 < len(fact.excerpt) <= 200


@pytest.mark.parametrize(
    ("arguments", "top", "weights", "shape"),
    [
        ("", True, "imagenet", (224, 224, 3)),
        ("include_top=True", True, "imagenet", (224, 224, 3)),
        ("include_top=False", False, "imagenet", (None, None, 3)),
        ("include_top=False, weights=None", False, "none", (None, None, 3)),
        ("include_top=False, weights='w.h5'", False, "file", (None, None, 3)),
        ("include_top=0, input_shape=[96, 96, 3]", False, "imagenet", (96, 96, 3)),
    ],
    ids=["defaults", "top", "no size", "random", "file", "zero and list"],
)
def test_effective_arguments_follow_keras_defaults(read, arguments, top, weights, shape):
    loaded = read(f"import keras\nb = keras.applications.MobileNetV2({arguments})").loaded[0]
    assert loaded.include_top.value is top
    assert loaded.weights.value == weights
    assert loaded.input_shape.value == shape


@pytest.mark.parametrize(
    ("name", "size", "shape"),
    [
        ("VGG16", 160, (32, 5, 5, 512)), ("VGG19", 224, (32, 7, 7, 512)), ("ResNet50", 160, (32, 5, 5, 2048)),
        ("ResNet101", 224, (32, 7, 7, 2048)), ("InceptionV3", 299, (32, 8, 8, 2048)),
        ("EfficientNetB0", 160, (32, 5, 5, 1280)), ("Xception", 299, (32, 10, 10, 2048)),
        ("DenseNet121", 150, (32, 4, 4, 1024)), ("MobileNetV2", 150, (32, 5, 5, 1280)),
    ],
)
def test_output_shapes_of_known_networks(account, name, size, shape):
    told = account(base=f"base = keras.applications.{name}(include_top=False, input_shape=({size}, {size}, 3))",
                   data="train_ds = val_ds = keras.utils.image_dataset_from_directory("
                        f"'t', image_size=({size}, {size}))",
                   build="model = keras.Sequential([base, layers.GlobalAveragePooling2D(), layers.Dense(1)])")
    assert told.backbone.output_shape.value == shape
    assert told.pooling.output_shape.value == (32, shape[-1])


def test_a_backbone_of_any_size_takes_that_of_what_it_is_called_on(account):
    backbone = account(base="base = keras.applications.MobileNetV2(include_top=False)").backbone
    assert backbone.input_shape.value == (None, None, 3)
    assert backbone.output_shape.value == (32, 5, 5, 1280)


@pytest.mark.parametrize(
    ("call", "training"),
    [
        ("base(x, training=False)", CallTraining.FALSE), ("base(x, training=True)", CallTraining.TRUE),
        ("base(x)", CallTraining.NOT_GIVEN), ("base(x, False)", CallTraining.FALSE),
        ("base(inputs=x, training=False)", CallTraining.FALSE), ("base(x, training=not True)", CallTraining.FALSE),
        ("base(x, **{'training': False})", CallTraining.FALSE),
    ],
)
def test_training_argument_of_the_call(account, call, training):
    build = f"""
inputs = keras.Input(shape=(160, 160, 3))
x = inputs
x = {call}
x = layers.GlobalAveragePooling2D()(x)
model = keras.Model(inputs, layers.Dense(1)(x))
"""
    assert account(build=build).backbone.call_training.value == training


def test_demo_with_top_before_the_real_one_does_not_confuse(lab):
    told = lab(augment="demo = keras.applications.MobileNetV2(weights='imagenet')\n"
                       "demo.predict(np.zeros((1, 224, 224, 3)))\n"
                       "augment = keras.Sequential([layers.RandomFlip(), layers.RandomZoom(.1)])")
    assert [b.include_top.value for b in told.loaded] == [True, False]
    assert [a.label for a in told.accounts] == ["model"]
    assert told.accounts[0].backbone.include_top.value is False


CUT = """
full = keras.applications.{name}(input_shape=(160, 160, 3))
full.trainable = False
x = {output}
{pool}
model = keras.Model(full.input, layers.Dense(1, activation='sigmoid')(x))
"""


@pytest.mark.parametrize(
    ("output", "pool", "cut", "shape"),
    [
        ("full.layers[-3].output", "x = layers.GlobalAveragePooling2D()(x)", True, (32, 1280)),
        ("full.get_layer('out_relu').output", "x = layers.GlobalAveragePooling2D()(x)", True, (32, 1280)),
        ("full.layers[-2].output", "", True, None),
        ("full.output", "", False, None),
        ("full.layers[-1].output", "", False, None),
    ],
    ids=["negative index", "by name", "after its pooling", "whole", "last layer"],
)
def test_top_that_is_kept_may_be_cut_off(account, output, pool, cut, shape):
    told = account(base="", freeze="", build=CUT.format(name="MobileNetV2", output=output, pool=pool), unfreeze="")
    assert told.backbone.include_top.value is True
    assert told.backbone.cut_before_top.value is cut
    if shape is not None:
        assert told.pooling.output_shape.value == shape


@pytest.mark.parametrize(
    "base",
    [
        "base = some_function()",
        "top = bool(input('top? '))\nbase = keras.applications.MobileNetV2(include_top=top)",
        "import random\nbase = random.choice([keras.applications.MobileNetV2, keras.applications.VGG16])"
        "(include_top=False)",
        "from mynets import MobileNetV2\nbase = MobileNetV2(include_top=False)",
        "base = keras.applications.MobileNetV2(**load_config())",
    ],
    ids=["undefined", "asked for", "by chance", "from an unknown module", "unknown arguments"],
)
def test_what_the_code_does_not_show_is_not_claimed(lab, base):
    for told in lab(base=base).accounts:
        assert not told.backbone.include_top.known


def test_hub_layer_is_a_backbone_without_a_known_name(lab):
    told = lab(setup="import tensorflow as tf\nimport tensorflow_hub as hub\nfrom tensorflow import keras\n"
                     "from tensorflow.keras import layers\nSIZE=(160,160)", base="base = hub.KerasLayer("
                     "'https://tfhub.dev/google/imagenet/mobilenet_v2_100_224/feature_vector/5', trainable=False)")
    backbone = told.accounts[0].backbone
    assert backbone.in_model.value is True
    assert not backbone.include_top.known
    assert "mobilenet_v2_100_224" in backbone.name.value


def test_a_plain_network_called_base_model_is_no_backbone(lab):
    told = lab(base="base = keras.Sequential([keras.Input((160, 160, 3)), layers.Conv2D(8, 3), layers.MaxPooling2D()])")
    assert told.accounts[0].backbone.in_model.value is False
    assert told.loaded == ()
