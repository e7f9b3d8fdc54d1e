"""From feature maps to the last layer, and the loss: right spellings and their wrong near twins."""

from __future__ import annotations

import pytest

BUILD = """
from tensorflow.keras import backend as K
inputs = keras.Input(shape=(160, 160, 3))
x = base(inputs, training=False)
{code}
model = keras.Model(inputs, x)
"""
GAP = "x = layers.GlobalAveragePooling2D()(x)\n"
POOLING = {
    "layer": (GAP, "global_average", (32, 1280)),
    "short name": ("x = layers.GlobalAvgPool2D()(x)", "global_average", (32, 1280)),
    "from tf": ("x = tf.keras.layers.GlobalAveragePooling2D(name='gap')(x)", "global_average", (32, 1280)),
    "keepdims and Flatten": ("x = layers.Flatten()(layers.GlobalAveragePooling2D(keepdims=True)(x))", "global_average",
                             (32, 1280)),
    "reduce_mean": ("x = tf.reduce_mean(x, axis=[1, 2])", "global_average", (32, 1280)),
    "reduce_mean over tuple": ("x = tf.math.reduce_mean(x, (1, 2))", "global_average", (32, 1280)),
    "reduce_mean in a Lambda": ("x = layers.Lambda(lambda t: tf.reduce_mean(t, axis=[1, 2]))(x)", "global_average",
                                (32, 1280)),
    "K.mean": ("x = K.mean(x, axis=[1, 2])", "global_average", (32, 1280)),
    "keras.ops": ("x = keras.ops.mean(x, axis=(1, 2))", "global_average", (32, 1280)),
    "average over the whole map": ("x = layers.Flatten()(layers.AveragePooling2D((5, 5))(x))", "global_average",
                                   (32, 1280)),
    "average in windows": ("x = layers.Flatten()(layers.AveragePooling2D()(x))", "flatten", (32, 5120)),
    "convolution first": ("x = layers.Conv2D(64, 3)(x)\n" + GAP, "global_average", (32, 64)),
    "dropout and normalisation first": ("x = layers.BatchNormalization()(layers.Dropout(.1)(x))\n" + GAP,
                                        "global_average", (32, 1280)),
    "maximum": ("x = layers.GlobalMaxPooling2D()(x)", "global_max", (32, 1280)),
    "reduce_max": ("x = tf.reduce_max(x, axis=[1, 2])", "global_max", (32, 1280)),
    "flatten": ("x = layers.Flatten()(x)", "flatten", (32, 32000)),
    "none": ("", "none", None),
    "over the wrong axes": ("x = tf.reduce_mean(x, axis=[1, 3])", None, None),
    "a head with an input of its own": ("i = keras.Input(shape=(5, 5, 1280))\n"
                                        "x = keras.Model(i, layers.GlobalAveragePooling2D()(i))(x)", "global_average",
                                        (32, 1280)),
    "a head with an input of its own that flattens": ("i = keras.Input(shape=(5, 5, 1280))\n"
                                                      "x = keras.Model(i, layers.Flatten()(i))(x)", "flatten",
                                                      (32, 32000)),
    "a head with an input of its own that pools nothing": ("i = keras.Input(shape=(5, 5, 1280))\n"
                                                           "x = keras.Model(i, layers.Dropout(.1)(i))(x)", "none",
                                                           None),
    "another activation first": ("x = layers.ELU()(layers.Identity()(x))\n" + GAP, "global_average", (32, 1280)),
    "attention": ("x = layers.Attention()([x, x])", None, None),
    "both pooled and joined": ("a = layers.GlobalAveragePooling2D()(x)\nb = layers.GlobalMaxPooling2D()(x)\n"
                               "x = layers.Concatenate()([a, b])", None, None),
}


@pytest.mark.parametrize(("code", "kind", "shape"), POOLING.values(), ids=POOLING.keys())
def test_pooling(account, code, kind, shape):
    told = account(build=BUILD.format(code=code + "\nx = layers.Dense(1, activation='sigmoid')(x)")).pooling
    assert told.kind.value == kind
    assert told.output_shape.value == shape


@pytest.mark.parametrize(("argument", "kind"), [("avg", "global_average"), ("max", "global_max")])
def test_pooling_by_the_backbones_argument(account, argument, kind):
    told = account(base=f"base = keras.applications.MobileNetV2(input_shape=SIZE + (3,), include_top=False, "
                        f"pooling='{argument}')", build=BUILD.format(code="x = layers.Dense(1)(x)"))
    assert told.backbone.pooling_argument.value == argument
    assert told.pooling.kind.value == kind
    assert told.pooling.output_shape.value == told.backbone.output_shape.value == (32, 1280)


HEADS = {
    "sigmoid": ("x = layers.Dense(1, activation='sigmoid')(x)", 1, "sigmoid"),
    "positional": ("x = layers.Dense(1, 'sigmoid')(x)", 1, "sigmoid"),
    "units=": ("x = layers.Dense(units=1, activation=tf.nn.sigmoid)(x)", 1, "sigmoid"),
    "keras.activations": ("x = layers.Dense(1, activation=keras.activations.sigmoid)(x)", 1, "sigmoid"),
    "separate Activation": ("x = layers.Activation('sigmoid')(layers.Dense(1)(x))", 1, "sigmoid"),
    "separate function": ("x = tf.nn.sigmoid(layers.Dense(1)(x))", 1, "sigmoid"),
    "separate Activation of softmax": ("x = layers.Activation('softmax')(layers.Dense(2)(x))", 2, "softmax"),
    "logits": ("x = layers.Dense(1)(x)", 1, "linear"),
    "linear": ("x = layers.Dense(1, activation='linear')(x)", 1, "linear"),
    "None": ("x = layers.Dense(1, activation=None)(x)", 1, "linear"),
    "softmax over two": ("x = layers.Dense(2, activation='softmax')(x)", 2, "softmax"),
    "softmax over one": ("x = layers.Dense(1, activation='softmax')(x)", 1, "softmax"),
    "number of classes": ("CLASSES = ['cat', 'dog']\nx = layers.Dense(len(CLASSES), activation='softmax')(x)", 2,
                          "softmax"),
    "number of classes from the data": ("x = layers.Dense(len(train_ds.class_names), 'softmax')(x)", None, "softmax"),
    "dropout last": ("x = layers.Dropout(.2)(layers.Dense(1, 'sigmoid')(x))", 1, "sigmoid"),
    "activation by an own function": ("x = layers.Dense(1, activation=lambda t: t * 2)(x)", 1, None),
    "two activations": ("x = layers.Activation('softmax')(layers.Dense(2, 'sigmoid')(x))", 2, None),
    "no Dense": ("x = layers.Reshape((5, 256))(x)", None, None),
}


@pytest.mark.parametrize(("code", "units", "activation"), HEADS.values(), ids=HEADS.keys())
def test_head(account, code, units, activation):
    told = account(build=BUILD.format(code=GAP + code)).head
    assert told.units.value == units
    assert told.activation.value == activation
    if units is not None:
        assert told.output_shape.value == (32, units)


def test_hidden_layers_are_those_between_pooling_and_the_last(account):
    code = GAP + "x = layers.Dense(128, 'relu')(x)\nx = layers.Dropout(.5)(x)\nx = layers.Dense(64)(x)\n" \
                 "x = layers.Dense(1, 'sigmoid')(x)"
    assert account(build=BUILD.format(code=code)).head.hidden.value == ("Dense", "Dense")
    assert account().head.hidden.value == ()


LOSSES = {
    "string": ("'binary_crossentropy'", ("binary_crossentropy", False)),
    "short string": ("'bce'", ("binary_crossentropy", False)),
    "class name": ("'BinaryCrossentropy'", ("binary_crossentropy", False)),
    "class": ("keras.losses.BinaryCrossentropy()", ("binary_crossentropy", False)),
    "class itself": ("keras.losses.BinaryCrossentropy", ("binary_crossentropy", False)),
    "logits": ("tf.keras.losses.BinaryCrossentropy(from_logits=True)", ("binary_crossentropy", True)),
    "logits, positional": ("tf.keras.losses.BinaryCrossentropy(True)", ("binary_crossentropy", True)),
    "function": ("keras.losses.binary_crossentropy", ("binary_crossentropy", False)),
    "own function around it": ("lambda t, p: keras.losses.binary_crossentropy(t, p, from_logits=True)",
                               ("binary_crossentropy", True)),
    "in a list": ("['binary_crossentropy']", ("binary_crossentropy", False)),
    "sparse": ("'sparse_categorical_crossentropy'", ("sparse_categorical_crossentropy", False)),
    "sparse class": ("keras.losses.SparseCategoricalCrossentropy(from_logits=True)",
                     ("sparse_categorical_crossentropy", True)),
    "categorical": ("'categorical_crossentropy'", ("categorical_crossentropy", False)),
    "mse": ("'mse'", ("mean_squared_error", False)),
    "hinge": ("keras.losses.Hinge()", ("hinge", False)),
    "own": ("lambda t, p: (t - p) ** 2", ("other", False)),
    "flag not known": ("keras.losses.BinaryCrossentropy(from_logits=bool(input()))", None),
    "undefined": ("my_loss", None),
}


@pytest.mark.parametrize(("loss", "told"), LOSSES.values(), ids=LOSSES.keys())
def test_loss(account, loss, told):
    fact = account(compile=f"model.compile(optimizer='adam', loss={loss})").stages[0].loss
    assert ((fact.value.name, fact.value.from_logits) if fact.known else None) == told
