# why: stages register themselves by a decorator with a number; a trial epoch runs before the stage that freezes the backbone
# criteria: {frozen_before_first_fit: not_met, frozen_weights_unchanged: not_met}
# any: [inference_mode, fine_tuning_unfreezes]
# findings: [TL202]
# %%
# Praktikum 6
import functools
import time
from types import SimpleNamespace

import keras
from keras import layers

lab = SimpleNamespace(curves=[])
STAGES = {}


def stage(number):
    """Meldet eine Funktion als Schritt an; die Nummer bestimmt die Reihenfolge."""
    def register(function):
        @functools.wraps(function)
        def timed():
            start = time.perf_counter()
            function()
            print(f"[{number}] {function.__name__}: {time.perf_counter() - start:.1f} s")
        STAGES[number] = timed
        return timed
    return register
# %%
@stage(10)
def data():
    lab.train, lab.val = (keras.utils.image_dataset_from_directory(f"cats_and_dogs_filtered/{part}", batch_size=32,
                                                                   image_size=(160, 160))
                          for part in ("train", "validation"))


@stage(20)
def network():
    lab.base = keras.applications.MobileNetV2(input_shape=(160, 160, 3), include_top=False, weights="imagenet")
    inputs = keras.Input((160, 160, 3))
    x = layers.RandomFlip("horizontal")(inputs)
    x = layers.RandomRotation(0.2)(x)
    x = keras.applications.mobilenet_v2.preprocess_input(x)
    x = lab.base(x)
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dropout(0.2)(x)
    lab.model = keras.Model(inputs, layers.Dense(1, activation="sigmoid")(x))


def compile_with(rate):
    lab.model.compile(optimizer=keras.optimizers.Adam(rate), loss="binary_crossentropy", metrics=["accuracy"])


def train(epochs):
    lab.curves += lab.model.fit(lab.train, epochs=epochs, validation_data=lab.val).history["val_accuracy"]
# %%
@stage(40)
def freeze():
    lab.base.trainable = False
    compile_with(1e-3)


@stage(50)
def feature_extraction():
    train(5)


@stage(60)
def fine_tuning():
    lab.base.trainable = True
    for layer in lab.base.layers[:100]:
        layer.trainable = False
    compile_with(1e-5)
    train(5)


@stage(30)
def trial():
    """Eine Epoche, um zu sehen, ob alles laeuft."""
    compile_with(1e-3)
    train(1)
# %%
for number in sorted(STAGES):
    STAGES[number]()
print(lab.curves)
