"""Which layers stand where: backbone in the model, augmentation in front of it, in all the ways of building a model."""

from __future__ import annotations

import pytest

from grader.records import CallTraining, Site

HEAD = "layers.GlobalAveragePooling2D(), layers.Dropout(0.2), layers.Dense(1, activation='sigmoid')"
SUBCLASSED = """
class Net({parent}):
    def __init__(self, rate=0.2, **kwargs):
        super({super_args}).__init__(**kwargs)
        self.augment = augment
        self.base = base
        self.pool = layers.GlobalAveragePooling2D()
        self.head = layers.Dense(1, activation='sigmoid')

    def call(self, inputs, training=None):
        x = self.augment(inputs, training=training)
        x = keras.applications.mobilenet_v2.preprocess_input(x)
        x = self.base(x, training={training})
        return self.head(self.pool(x))

model = Net()
"""
BUILDS = {
    "sequential list": f"model = keras.Sequential([augment, layers.Rescaling(1/127.5, offset=-1), base, {HEAD}])",
    "sequential add": "model = keras.models.Sequential()\nmodel.add(keras.Input((160, 160, 3)))\nmodel.add(augment)\n"
                      "model.add(layers.Rescaling(1./127.5, -1))\nmodel.add(base)\n"
                      f"for l in [{HEAD}]:\n    model.add(l)",
    "add and pop": f"model = keras.Sequential([augment, layers.Rescaling(1/127.5, -1), base, {HEAD}, "
                   f"layers.Dense(5)])\n"
                   "model.pop()",
    "builder": "def build(b, aug=augment, n=1):\n    i = keras.Input(shape=SIZE + (3,))\n    x = aug(i)\n"
               "    x = layers.Rescaling(1/127.5, -1)(x)\n    x = b(x, training=False)\n"
               "    x = layers.GlobalAveragePooling2D()(x)\n    o = layers.Dense(n, activation='sigmoid')(x)\n"
               "    m = keras.Model(inputs=i, outputs=o)\n    return m\nmodel = build(base)",
    "builder of a pair": "def build(b):\n    i = keras.Input(shape=SIZE + (3,))\n    x = layers.Rescaling(1/127.5, -1)("
                         "augment(i))\n    o = layers.Dense(1, activation='sigmoid')("
                         "layers.GlobalAveragePooling2D()(b(x)))\n    return keras.Model(i, o), b\n"
                         "model, _ = build(base)",
    "fold over layers": "i = x = keras.Input((160, 160, 3))\nfor f in [augment, layers.Rescaling(1/127.5, -1), base, "
                        f"{HEAD}]:\n    x = f(x)\nmodel = keras.Model(i, x)",
    "one expression": "i = keras.Input((160, 160, 3))\nmodel = keras.Model(i, layers.Dense(1, activation='sigmoid')("
                      "layers.GlobalAveragePooling2D()(base(layers.Rescaling(1/127.5, -1)(augment(i))))))",
    "dictionary of layers": "parts = {'a': augment, 'p': layers.Rescaling(1/127.5, -1), 'b': base, "
                            "'g': layers.GlobalAveragePooling2D(), 'd': layers.Dense(1, activation='sigmoid')}\n"
                            "model = keras.Sequential(list(parts.values()))",
    "nested models": "inner = keras.Sequential([layers.Rescaling(1/127.5, -1), base])\nouter = keras.Sequential("
                     f"[inner, {HEAD}])\nmodel = keras.Sequential([augment, outer])",
    "subclassed": SUBCLASSED.format(parent="keras.Model", super_args="", training=False),
    "subclassed, old super": SUBCLASSED.format(parent="tf.keras.models.Model", super_args="Net, self", training=False),
    "class with a build method": "class Lab:\n    def __init__(self, b):\n        self.b = b\n    def make(self):\n"
                                 "        return keras.Sequential([augment, layers.Rescaling(1/127.5, -1), self.b, "
                                 f"{HEAD}])\nmodel = Lab(base).make()",
}


@pytest.mark.parametrize("build", BUILDS.values(), ids=BUILDS.keys())
def test_every_way_of_building_gives_the_same_account(account, build):
    told = account(build=build)
    assert told.backbone.in_model.value is True
    assert [(x.kind, x.site) for x in told.augmentation.wired.value] == [
        ("RandomFlip", Site.MODEL), ("RandomRotation", Site.MODEL)]
    assert [s.scaling for s in told.preprocessing.in_model.value] == ["minus_one_to_one"]
    assert told.preprocessing.in_pipeline.value == ()
    assert told.pooling.kind.value == "global_average"
    assert told.pooling.output_shape.value == (32, 1280)
    assert (told.head.units.value, told.head.activation.value) == (1, "sigmoid")
    assert told.head.output_shape.value == (32, 1)
    assert [s.backbone_trainable.value for s in told.stages] == ["none", "part"]
    assert told.label == "model"


@pytest.mark.parametrize(
    ("training", "told"),
    [("training", CallTraining.PASSED_ON), ("False", CallTraining.FALSE), ("True", CallTraining.TRUE)],
)
def test_subclassed_model_tells_how_it_calls_its_backbone(account, training, told):
    build = SUBCLASSED.format(parent="keras.Model", super_args="", training=training)
    assert account(build=build).backbone.call_training.value == told


def test_backbone_that_the_trained_model_does_not_contain(account):
    told = account(build=f"model = keras.Sequential([layers.Conv2D(8, 3), {HEAD}])")
    assert told.backbone.in_model.value is False
    assert not told.stages[0].backbone_trainable.known


def test_backbone_attribute_that_is_never_called_is_not_in_the_model(account):
    build = SUBCLASSED.format(parent="keras.Model", super_args="", training=False).replace(
        "x = self.base(x, training=False)", "pass")
    assert account(build=build).backbone.in_model.value is False


def test_model_rebound_tells_each_by_itself(lab):
    toy = "model = keras.Sequential([layers.Flatten(), layers.Dense(1, activation='sigmoid')])\n" \
          "model.compile('sgd', 'binary_crossentropy')\nmodel.fit(train_ds, epochs=3)"
    told = lab(augment=toy + "\naugment = keras.Sequential([layers.RandomFlip()])")
    assert [a.backbone.in_model.value for a in told.accounts] == [False, True]
    assert [len(a.stages) for a in told.accounts] == [1, 2]
    assert [s.order for s in told.accounts[1].stages] == [0, 1]


def test_two_transfer_models_are_two_accounts(lab):
    second = "b2 = keras.applications.VGG16(include_top=False, input_shape=(160, 160, 3))\n" \
             "m2 = keras.Sequential([b2, layers.Flatten(), layers.Dense(2, activation='softmax')])\n" \
             "m2.compile('adam', 'sparse_categorical_crossentropy')\nm2.fit(train_ds)"
    told = lab(recompile="", refit=second)
    assert [(a.label, a.backbone.name.value) for a in told.accounts] == [("model", "MobileNetV2"), ("m2", "VGG16")]
    assert told.accounts[1].stages[0].backbone_trainable.value == "all"


def test_seven_backbones_in_a_loop(read):
    told = read("""
import tensorflow as tf
from tensorflow.keras.applications import *
from tensorflow.keras.applications import vgg16, resnet, mobilenet_v2
from tensorflow.keras import layers
(x_train, y_train), (x_test, y_test) = tf.keras.datasets.cifar10.load_data()
NETS = {'VGG16': (vgg16.preprocess_input, 64, VGG16), 'ResNet50': (resnet.preprocess_input, 64, ResNet50),
        'MobileNetV2': (mobilenet_v2.preprocess_input, 96, MobileNetV2)}
results = {}
for name, (prep, size, cls) in NETS.items():
    base = cls(include_top=False, input_shape=(size, size, 3))
    base.trainable = False
    i = tf.keras.Input((32, 32, 3))
    x = layers.Resizing(size, size)(i)
    x = prep(x)
    x = layers.GlobalAveragePooling2D()(base(x, training=False))
    model = tf.keras.Model(i, layers.Dense(10, activation='softmax')(x))
    model.compile('adam', 'sparse_categorical_crossentropy')
    results[name] = model.fit(x_train, y_train, epochs=20, batch_size=64)
""")
    assert [a.backbone.name.value for a in told.accounts] == ["VGG16", "ResNet50", "MobileNetV2"]
    assert [a.preprocessing.in_model.value[0].scaling for a in told.accounts] == [
        "bgr_means", "bgr_means", "minus_one_to_one"]
    assert [a.pooling.output_shape.value for a in told.accounts] == [(64, 512), (64, 2048), (64, 1280)]


def test_features_computed_once_and_a_classifier_on_them(lab):
    told = lab(build="features = base.predict(train_ds)\n"
                     "model = keras.Sequential([layers.GlobalAveragePooling2D(), "
                     "layers.Dense(1, activation='sigmoid')])",
               fit="history = model.fit(features, np.ones(2000), epochs=5)", unfreeze="", recompile="", refit="")
    told = told.accounts[0]
    assert told.features_precomputed.value is True
    assert told.backbone.name.value == "MobileNetV2"
    assert told.backbone.in_model.value is False
    assert told.pooling.kind.value == "global_average"


def test_features_collected_in_a_loop(lab):
    build = """
def features_of(ds):
    found, labels = [], []
    for pictures, y in ds:
        found.append(base.predict(keras.applications.mobilenet_v2.preprocess_input(pictures)))
        labels.append(y)
    return np.concatenate(found), np.concatenate(labels)
f, y = features_of(train_ds)
model = keras.Sequential([layers.Flatten(), layers.Dense(1, activation='sigmoid')])
"""
    told = lab(build=build, fit="history = model.fit(f, y)", unfreeze="", recompile="", refit="").accounts[0]
    assert told.features_precomputed.value is True
    assert [s.scaling for s in told.preprocessing.in_pipeline.value] == ["minus_one_to_one"]


# --------------------------------------------------------------------------- augmentation

SITES = {
    "in the model": ({}, [Site.MODEL, Site.MODEL]),
    "defined, not wired": ({"build": f"model = keras.Sequential([base, {HEAD}])"}, []),
    "called for a picture only": ({"build": "augment(np.ones((1, 160, 160, 3)))\n"
                                            f"model = keras.Sequential([base, {HEAD}])"}, []),
    "after the backbone": ({"build": f"model = keras.Sequential([base, augment, {HEAD}])"}, [Site.AFTER_BACKBONE] * 2),
    "in map": ({"build": f"train_ds = train_ds.map(lambda x, y: (augment(x, training=True), y))\n"
                         f"model = keras.Sequential([base, {HEAD}])"}, [Site.PIPELINE] * 2),
    "in map, switched off": ({"build": f"train_ds = train_ds.map(lambda x, y: (augment(x, training=False), y))\n"
                                       f"model = keras.Sequential([base, {HEAD}])"}, []),
    "in map of the validation data": ({"build": f"val_ds = val_ds.map(lambda x, y: (augment(x), y))\n"
                                                f"model = keras.Sequential([base, {HEAD}])"}, []),
    "map not assigned": ({"build": f"train_ds.map(lambda x, y: (augment(x), y))\n"
                                   f"model = keras.Sequential([base, {HEAD}])"}, []),
    "tf.image": ({"augment": "def f(x, y):\n    x = tf.image.random_flip_left_right(x)\n"
                             "    return tf.image.random_brightness(x, 0.2), y\ntrain_ds = train_ds.map(f)",
                  "build": f"model = keras.Sequential([base, {HEAD}])"}, [Site.PIPELINE] * 2),
    "list applied in a loop": ({"augment": "augs = [layers.RandomFlip(), layers.RandomZoom(0.1)]\n"
                                           "def augment(x):\n    for a in augs:\n        x = a(x)\n    return x"},
                               [Site.MODEL] * 2),
}


@pytest.mark.parametrize(("parts", "sites"), SITES.values(), ids=SITES.keys())
def test_where_training_pictures_are_varied(account, parts, sites):
    assert [x.site for x in account(**parts).augmentation.wired.value] == sites


@pytest.mark.parametrize(
    "prefix",
    ["layers.", "layers.experimental.preprocessing.", "tf.keras.layers.", "keras.layers.experimental.preprocessing.",
     "tf.keras.layers.experimental.preprocessing."],
)
def test_prefixes_of_augmentation_layers(account, prefix):
    told = account(augment=f"augment = keras.Sequential([{prefix}RandomFlip('horizontal'), {prefix}RandomZoom(.2)])")
    assert [x.kind for x in told.augmentation.defined.value] == ["RandomFlip", "RandomZoom"]
    assert told.augmentation.defined.value[0].arguments == {"mode": "horizontal"}


UNSEEN = {
    "nothing augments": ("augment = keras.Sequential([layers.Rescaling(1.)])", []),
    "a helper that nothing calls": (
        "def unused():\n    return layers.RandomFlip()\naugment = layers.Rescaling(1.)", []),
    "a call that is not followed, and nothing that augments": (
        "augment = layers.Rescaling(1.)\nopen('x').read().go()", []),
    "a builder under a name that is not known": (
        "makers = {'a': lambda: layers.RandomFlip(), 'b': lambda: layers.Rescaling(1.)}\n"
        "augment = makers[os.environ['A']]()", None),
    "a builder found by its text": (
        "def maker():\n    return layers.RandomFlip()\naugment = globals()['maker']()", None),
    "a layer found by its text": ("augment = getattr(layers, os.environ['A'])()", None),
    "a model from a file": ("augment = keras.models.load_model('augment.keras')", None),
}


@pytest.mark.parametrize(("code", "kinds"), UNSEEN.values(), ids=UNSEEN.keys())
def test_no_augmentation_is_certain_only_where_none_could_be_made_unseen(lab, code, kinds):
    for told in lab(augment=code).accounts:
        defined = told.augmentation.defined
        assert ([x.kind for x in defined.value] if defined.known else None) == kinds


def test_no_augmentation_is_known_as_none(account):
    told = account(augment="augment = keras.layers.Identity()")
    assert told.augmentation.defined.value == ()
    assert told.augmentation.wired.value == ()


def test_a_sequential_of_no_random_layers_named_augmentation_is_none(account):
    told = account(augment="augment = data_augmentation = keras.Sequential([layers.Dropout(0.1)])")
    assert told.augmentation.defined.value == ()


def test_augmentation_in_a_function_that_is_never_called_is_not_defined(account):
    told = account(augment="def make():\n    return keras.Sequential([layers.RandomFlip()])\naugment = lambda x: x")
    assert told.augmentation.defined.value == ()


@pytest.mark.parametrize("blind", ["from helpers import augment", "import albumentations as A\naugment = lambda x: x",
                                   "exec(code)\naugment = lambda x: x"])
def test_augmentation_that_may_be_elsewhere_is_not_denied(lab, blind):
    for told in lab(augment=blind).accounts:
        assert not told.augmentation.defined.known


def test_generator_arguments_count_as_augmentation_of_its_site(account):
    data = """
from tensorflow.keras.preprocessing.image import ImageDataGenerator
gen = ImageDataGenerator(rescale=1./255, rotation_range=20, horizontal_flip=True, zoom_range=0, vertical_flip=False)
train_ds = gen.flow_from_directory('train', target_size=(160, 160), batch_size=20, class_mode='binary')
val_ds = ImageDataGenerator(rescale=1/255).flow_from_directory('val', target_size=(160, 160))
"""
    told = account(data=data, augment="", build=f"model = keras.Sequential([base, {HEAD}])",
                   fit="history = model.fit_generator(train_ds, steps_per_epoch=100, epochs=10)")
    assert [(x.kind, x.site) for x in told.augmentation.wired.value] == [
        ("RandomRotation", Site.GENERATOR), ("RandomFlip", Site.GENERATOR)]
    assert [(s.scaling, s.site) for s in told.preprocessing.in_pipeline.value] == [("zero_to_one", Site.GENERATOR)]
    assert told.pooling.output_shape.value == (20, 1280)


def test_augmentation_called_with_training_false_in_the_model_is_undecided(account):
    build = "i = keras.Input((160, 160, 3))\nx = augment(i, training=False)\nx = base(x)\n" \
            "model = keras.Model(i, layers.Dense(1)(layers.GlobalAveragePooling2D()(x)))"
    assert not account(build=build).augmentation.wired.known


SUBCLASS = """
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.base, self.augment, self.pool = base, augment, layers.GlobalAveragePooling2D()
        self.out = layers.Dense(1, activation='sigmoid')

    def call(self, images, training=False):
        return self.out(self.pool(self.base(self.augment(images, training={}), training=False)))

model = Net()
"""


@pytest.mark.parametrize(("given", "asleep"), [("True", False), ("training", None)])
def test_augmentation_that_a_models_own_call_keeps_awake(account, given, asleep):
    assert account(build=SUBCLASS.format(given)).augmentation.inactive_in_inference.value is asleep


def test_augmentation_that_a_functional_model_keeps_awake_is_for_a_run_to_say(account, parts):
    build = parts["build"].replace("augment(inputs)", "augment(inputs, training=True)")
    assert not account(build=build).augmentation.inactive_in_inference.known


def test_maps_that_augmentation_turns_are_still_maps(account, parts):
    build = parts["build"].replace("x = augment(inputs)", "x = inputs").replace(
        "training=False)\n", "training=False)\nx = augment(x)\n", 1)
    told = account(build=build)
    assert told.pooling.kind.value == "global_average"
    assert {x.site for x in told.augmentation.wired.value} == {Site.AFTER_BACKBONE}
