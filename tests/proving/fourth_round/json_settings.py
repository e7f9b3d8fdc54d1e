# why: right; layers, sizes, rates and the slice to freeze stand in a JSON text, layers are made by getattr from their names
# %%
import json
from pathlib import Path

import tensorflow as tf

SETTINGS = json.loads("""
{
  "data":     {"root": "cats_and_dogs_filtered", "loader": {"image_size": [160, 160], "batch_size": 32, "seed": 42}},
  "backbone": {"input_shape": [160, 160, 3], "include_top": false, "weights": "imagenet"},
  "augment":  [["RandomFlip", {"mode": "horizontal"}], ["RandomRotation", {"factor": 0.2}],
               ["RandomZoom", {"height_factor": 0.2}]],
  "head":     [["GlobalAveragePooling2D", {}], ["Dropout", {"rate": 0.2}],
               ["Dense", {"units": 1, "activation": "sigmoid"}]],
  "stages":   {"extract": {"rate": 1e-4, "until": 10, "trainable": false, "closed": null},
               "tune":    {"rate": 1e-5, "until": 20, "trainable": true, "closed": 100}}
}
""")
# %%
def make(entries):
    return [getattr(tf.keras.layers, kind)(**options) for kind, options in entries]


def chain(x, stack):
    for layer in stack:
        x = layer(x)
    return x


def dataset(part):
    d = SETTINGS["data"]
    return tf.keras.utils.image_dataset_from_directory(Path(d["root"]) / part, **d["loader"])
# %%
options = SETTINGS["backbone"] | {"input_shape": tuple(SETTINGS["backbone"]["input_shape"])}
backbone = tf.keras.applications.MobileNetV2(**options)

inputs = tf.keras.Input(options["input_shape"])
x = chain(inputs, make(SETTINGS["augment"]))
x = tf.keras.applications.mobilenet_v2.preprocess_input(x)
x = backbone(x, training=False)
model = tf.keras.Model(inputs, chain(x, make(SETTINGS["head"])))
# %%
train, validation = dataset("train"), dataset("validation")
histories, epoch = {}, 0


def stage(name):
    global epoch
    s = SETTINGS["stages"][name]
    backbone.trainable = s["trainable"]
    if s["closed"] is not None:
        for layer in backbone.layers[:s["closed"]]:
            layer.trainable = False
    model.compile(tf.keras.optimizers.Adam(s["rate"]), "binary_crossentropy", metrics=["accuracy"])
    histories[name] = model.fit(train, validation_data=validation, initial_epoch=epoch, epochs=s["until"]).history
    epoch = s["until"]
# %%
stage("extract")
# %%
stage("tune")
# %%
Path("histories.json").write_text(json.dumps(histories))
