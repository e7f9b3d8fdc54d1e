# why: pooling, normalisation and Dense(1) are hidden in one registered Layer with get_config; the model ends in that layer
# %%
import os
os.environ["KERAS_BACKEND"] = "tensorflow"

import keras
from keras import layers, saving
# %%
@saving.register_keras_serializable(package="lab06")
class BinaryHead(layers.Layer):
    """Feature maps -> probability of "dog"."""

    def __init__(self, rate=0.2, **kwargs):
        super().__init__(**kwargs)
        self.rate = rate
        self.pool = layers.GlobalAveragePooling2D()
        self.norm = layers.BatchNormalization()
        self.drop = layers.Dropout(rate)
        self.dense = layers.Dense(1, activation="sigmoid")

    def build(self, input_shape):
        channels = input_shape[-1]
        self.norm.build((None, channels))
        self.dense.build((None, channels))
        self.built = True

    def call(self, maps, training=None):
        vector = self.norm(self.pool(maps), training=training)
        return self.dense(self.drop(vector, training=training))

    def compute_output_shape(self, input_shape):
        return (input_shape[0], 1)

    def get_config(self):
        return {**super().get_config(), "rate": self.rate}
# %%
common = {"image_size": (160, 160), "batch_size": 32, "interpolation": "bilinear"}
train_ds = keras.utils.image_dataset_from_directory("cats_and_dogs_filtered/train", **common)
test_ds = keras.utils.image_dataset_from_directory("cats_and_dogs_filtered/validation", shuffle=False, **common)
# %%
encoder = keras.applications.MobileNetV2(include_top=False, input_shape=(160, 160, 3), name="encoder")
encoder.trainable = False

image = keras.Input((160, 160, 3))
varied = layers.RandomRotation(0.15)(layers.RandomFlip("horizontal")(image))
scaled = keras.applications.mobilenet_v2.preprocess_input(varied)
dog = BinaryHead(0.3, name="head")(encoder(scaled, training=False))
classifier = keras.Model(image, dog, name="cats_and_dogs")
classifier.summary(expand_nested=False)
# %%
classifier.compile(keras.optimizers.Adam(1e-3), keras.losses.BinaryCrossentropy(), metrics=["accuracy"])
classifier.fit(train_ds, epochs=5, validation_data=test_ds)
# %%
encoder.trainable = True
for layer in encoder.layers:
    if layer.name.startswith(("block_14", "block_15", "block_16", "Conv_1")):
        continue
    layer.trainable = False
classifier.compile(keras.optimizers.Adam(1e-5), keras.losses.BinaryCrossentropy(), metrics=["accuracy"])
classifier.fit(train_ds, epochs=5, validation_data=test_ds)
# %%
classifier.save("cats_and_dogs.keras")
