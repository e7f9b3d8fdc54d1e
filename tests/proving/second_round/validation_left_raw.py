# why: the scaling is indented one step too far, under `if training`, so that the validation pictures are never scaled
# any: [preprocessing_once]
# findings: [TL107]
# %%
from pathlib import Path

import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers
from tensorflow.keras.applications.mobilenet_v2 import MobileNetV2, preprocess_input

ROOT = Path("cats_and_dogs_filtered")
SIZE = (160, 160)
# %%
def load(split: str, training: bool = False) -> tf.data.Dataset:
    """Batches of one split, ready for the network.

    :param split: name of the folder
    :param training: shuffle, or keep the order of the files
    """
    ds = keras.utils.image_dataset_from_directory(ROOT / split, image_size=SIZE, batch_size=32, shuffle=training)
    if training:
        ds = ds.shuffle(4)
        ds = ds.map(lambda image, label: (preprocess_input(image), label), num_parallel_calls=tf.data.AUTOTUNE)
    return ds.prefetch(tf.data.AUTOTUNE)


train_ds = load("train", training=True)
valid_ds = load("validation")
# %%
def build_classifier(backbone: keras.Model, dropout: float = 0.2) -> keras.Model:
    """Random layers, the backbone, and one probability."""
    inputs = keras.Input(shape=(*SIZE, 3))
    x = layers.RandomFlip("horizontal")(inputs)
    x = layers.RandomRotation(0.2)(x)
    x = backbone(x, training=False)
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dropout(dropout)(x)
    return keras.Model(inputs, layers.Dense(1, activation="sigmoid")(x), name="cats_vs_dogs")


backbone = MobileNetV2(input_shape=(*SIZE, 3), include_top=False, weights="imagenet")
backbone.trainable = False
classifier = build_classifier(backbone)
# %%
def train(rate: float, epochs: int) -> keras.callbacks.History:
    classifier.compile(keras.optimizers.Adam(rate), keras.losses.BinaryCrossentropy(), metrics=["accuracy"])
    return classifier.fit(train_ds, validation_data=valid_ds, epochs=epochs)


feature_history = train(1e-3, epochs=6)
# %%
backbone.trainable = True
for layer in backbone.layers[:116]:
    layer.trainable = False
fine_history = train(1e-5, epochs=6)
# %% [markdown]
# Remark: the validation accuracy stays far below the training accuracy. Overfitting?
