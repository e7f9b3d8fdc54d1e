"""How pixels are scaled on the way to the backbone, in the model and before it, once, twice or not."""

from __future__ import annotations

import pytest

ONCE = ["minus_one_to_one"]
IN_MODEL = {
    "preprocess_input": ("keras.applications.mobilenet_v2.preprocess_input(x)", ONCE),
    "alias": ("pp(x)", ONCE),
    "Rescaling": ("layers.Rescaling(1./127.5, offset=-1)(x)", ONCE),
    "Rescaling by name": ("layers.Rescaling(scale=1/127.5, offset=-1.0)(x)", ONCE),
    "Rescaling of old": ("layers.experimental.preprocessing.Rescaling(1./127.5, -1)(x)", ONCE),
    "Lambda": ("layers.Lambda(pp)(x)", ONCE),
    "Lambda of a lambda": ("layers.Lambda(lambda t: t / 127.5 - 1)(x)", ONCE),
    "arithmetic": ("(x / 127.5) - 1", ONCE),
    "arithmetic the other way": ("(x - 127.5) / 127.5", ONCE),
    "in two lines": ("tf.math.divide(x, 127.5)\nx = tf.subtract(x, 1.)", ONCE),
    "twice a half": ("(x / 255. - 0.5) * 2", ONCE),
    "two Rescalings that make one": ("layers.Rescaling(2., offset=-1)(layers.Rescaling(1/255)(x))", ONCE),
    "cast first": ("pp(tf.cast(x, tf.float32))", ONCE),
    "own layer": ("Scale()(x)", ONCE),
    "none": ("x", []),
    "times one": ("x * 1.0", []),
    "wrong kind": ("layers.Rescaling(1./255)(x)", ["zero_to_one"]),
    "another network's": ("keras.applications.vgg16.preprocess_input(x)", ["bgr_means"]),
    "of ResNetV2": ("keras.applications.resnet_v2.preprocess_input(x)", ONCE),
    "EfficientNet's, which does nothing": ("keras.applications.efficientnet.preprocess_input(x)", ["identity"]),
    "doubled": ("pp(pp(x))", ONCE * 2),
    "doubled by Rescaling": ("layers.Rescaling(1/127.5, -1)(layers.Rescaling(1/127.5, -1)(x))", ONCE * 2),
    "mixed": ("pp(layers.Rescaling(1./255)(x))", ["zero_to_one", "minus_one_to_one"]),
    "divided twice": ("(x / 255) / 255", ["zero_to_one", "zero_to_one"]),
    "some other number": ("x / 100", ["other"]),
    "a number not known": ("x / int(input())", ["other"]),
    "mean and deviation": ("(x - np.mean(x)) / 58.0", ["other"]),
    "batch normalisation": ("layers.BatchNormalization()(x)", ["other"]),
}
BUILD = """
from tensorflow.keras.applications.mobilenet_v2 import preprocess_input as pp
class Scale(layers.Layer):
    def call(self, t):
        return t / 127.5 - 1.0
inputs = keras.Input(shape=(160, 160, 3))
x = augment(inputs)
x = {code}
x = base(x, training=False)
x = layers.GlobalAveragePooling2D()(x)
model = keras.Model(inputs, layers.Dense(1, activation='sigmoid')(x))
"""


@pytest.mark.parametrize(("code", "scalings"), IN_MODEL.values(), ids=IN_MODEL.keys())
def test_scaling_in_the_model(account, code, scalings):
    told = account(build=BUILD.format(code=code)).preprocessing
    assert [s.scaling for s in told.in_model.value] == scalings
    assert told.in_pipeline.value == ()


IN_PIPELINE = {
    "lambda": ("train_ds = train_ds.map(lambda x, y: (x / 255., y))", ["zero_to_one"]),
    "function": ("def f(image, label):\n    image = tf.cast(image, tf.float32)\n    image = image / 127.5 - 1\n"
                 "    image = tf.image.resize(image, SIZE)\n    return image, label\n"
                 "train_ds = train_ds.map(f, num_parallel_calls=tf.data.AUTOTUNE).cache().prefetch(1)", ONCE),
    "preprocess_input": ("train_ds = train_ds.map(lambda x, y: (pp(x), y))", ONCE),
    "layer": ("norm = layers.Rescaling(1./255)\ntrain_ds = train_ds.map(lambda x, y: (norm(x), y))", ["zero_to_one"]),
    "partial": ("from functools import partial\ndef f(x, y, s):\n    return x / s, y\n"
                "train_ds = train_ds.map(partial(f, s=255.0))", ["zero_to_one"]),
    "not assigned": ("train_ds.map(lambda x, y: (x / 255., y))", []),
    "on the validation data only": ("val_ds = val_ds.map(lambda x, y: (x / 255., y))", []),
    "defined, not used": ("def f(x, y):\n    return x / 255, y", []),
    "labels only": ("train_ds = train_ds.map(lambda x, y: (x, y / 2))", []),
    "batched, unbatched, taken": ("train_ds = train_ds.unbatch().map(lambda x, y: (pp(x), y)).batch(32).take(9)", ONCE),
    "twice": ("train_ds = train_ds.map(lambda x, y: (pp(x), y)).map(lambda x, y: (pp(x), y))", ONCE * 2),
    "in a tf.function": ("@tf.function\ndef f(x, y):\n    return pp(x), y\ntrain_ds = train_ds.map(f)", ONCE),
    "shown only": ("for images, labels in train_ds.take(1):\n    plt.imshow(images[0] / 255)", []),
    "passed through a helper": ("def prepare(ds, aug=False):\n    ds = ds.map(lambda x, y: (pp(x), y))\n"
                                "    if aug:\n        ds = ds.map(lambda x, y: (augment(x), y))\n"
                                "    return ds.prefetch(2)\ntrain_ds = prepare(train_ds)", ONCE),
}


@pytest.mark.parametrize(("code", "scalings"), IN_PIPELINE.values(), ids=IN_PIPELINE.keys())
def test_scaling_in_the_pipeline(account, code, scalings):
    build = BUILD.format(code="x") + code
    told = account(build=build).preprocessing
    assert [s.scaling for s in told.in_pipeline.value] == scalings
    assert told.in_model.value == ()


def test_doubled_in_pipeline_and_model_shows_both(account):
    told = account(build=BUILD.format(code="pp(x)") + "train_ds = train_ds.map(lambda a, b: (pp(a), b))").preprocessing
    assert [s.scaling for s in told.in_model.value + told.in_pipeline.value] == ONCE * 2
    assert told.in_model.value[0].of == "MobileNetV2"
    assert told.in_pipeline.value[0].place.cell == 6


SOURCES = {
    "arrays": ("(x_train, y), _ = keras.datasets.cifar10.load_data()\nx_train = x_train.astype('float32') / 255.0",
               "x_train, y", ["zero_to_one"], (64, 1280)),
    "arrays in place": ("(x_train, y), _ = keras.datasets.cifar10.load_data()\nx_train /= 255", "x_train, y",
                        ["zero_to_one"], (64, 1280)),
    "arrays with preprocess_input": ("(x_train, y), _ = keras.datasets.cifar10.load_data()\n"
                                     "x_train = keras.applications.mobilenet_v2.preprocess_input(x_train)",
                                     "x_train, y", ONCE, (64, 1280)),
    "from_tensor_slices": ("(a, y), _ = keras.datasets.cifar10.load_data()\n"
                           "ds = tf.data.Dataset.from_tensor_slices((a, y)).map(lambda i, l: (i / 255, l)).batch(16)",
                           "ds", ["zero_to_one"], (16, 1280)),
    "files read one by one": ("import cv2\nimages = []\nfor f in os.listdir('cats'):\n    im = cv2.imread(f)\n"
                              "    im = cv2.resize(im, SIZE)\n    images.append(im)\nX = np.array(images) / 255.0",
                              "X, y", ["zero_to_one"], (64, 1280)),
    "tfds": ("import tensorflow_datasets as tfds\n(ds, v), info = tfds.load('cats_vs_dogs', split=['train[:80%]', "
             "'train[80%:]'], with_info=True, as_supervised=True)\n"
             "ds = ds.map(lambda i, l: (tf.image.resize(i, SIZE) / 127.5 - 1, l)).batch(8)", "ds", ONCE, (8, 1280)),
    "generator function": ("from keras.preprocessing.image import ImageDataGenerator\ndef f(t):\n"
                           "    return t / 127.5 - 1\n"
                           "ds = ImageDataGenerator(preprocessing_function=f).flow_from_directory('t', (160, "
                           "160))", "ds",
                           ONCE, (32, 1280)),
}


@pytest.mark.parametrize(("data", "given", "scalings", "pooled"), SOURCES.values(), ids=SOURCES.keys())
def test_pictures_from_other_sources(account, data, given, scalings, pooled):
    told = account(data=data, build=BUILD.format(code="x"), fit=f"history = model.fit({given}, batch_size=64)",
                   refit="")
    assert [s.scaling for s in told.preprocessing.in_pipeline.value] == scalings
    assert told.pooling.output_shape.value == pooled


@pytest.mark.parametrize(
    "data",
    ["train_ds = make_data()", "from mydata import train_ds", "train_ds = [download(i) for i in range(9)]",
     "train_ds = np.load('x.npy')", "import pickle\ntrain_ds = pickle.load(open('x', 'rb'))"],
)
def test_pictures_from_nowhere_known_are_not_claimed_raw(account, data):
    assert not account(data=data).preprocessing.in_pipeline.known


def test_steps_after_the_backbone_are_no_preprocessing(account):
    build = BUILD.format(code="pp(x)").replace("layers.GlobalAveragePooling2D()(x)",
                                               "layers.Rescaling(1/255)(layers.GlobalAveragePooling2D()(x))")
    assert len(account(build=build).preprocessing.in_model.value) == 1


def test_a_step_that_is_not_followed_makes_the_model_side_unknown(account):
    build = "from helpers import scale\n" + BUILD.format(code="scale(x)")
    told = account(build=build)
    assert not told.preprocessing.in_model.known


@pytest.mark.parametrize(
    ("scaled", "ends"),
    [("layers.Rescaling(1/127.5)(x)", (0, 2)), ("x / 127.5", (0, 2)), ("layers.Rescaling(1/255, -1)(x)", (-1, 0)),
     ("x / 255. - 0.5", (-0.5, 0.5)), ("layers.Rescaling(2., -1)(x)", (-1, 509)),
     ("layers.BatchNormalization()(x)", None)],
)  # fmt: skip
def test_what_a_scaling_of_ones_own_makes_of_pixels_is_told(account, scaled, ends):
    build = (f"inputs = keras.Input(shape=(160, 160, 3))\nx = augment(inputs)\nx = {scaled}\n"
             "x = layers.GlobalAveragePooling2D()(base(x, training=False))\n"
             "model = keras.Model(inputs, layers.Dense(1, activation='sigmoid')(x))")
    (step,) = account(build=build).preprocessing.in_model.value
    assert step.scaling == "other"
    assert step.maps_to == (None if ends is None else pytest.approx(ends))
