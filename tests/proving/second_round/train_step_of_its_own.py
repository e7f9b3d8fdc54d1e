# why: a subclass of keras.Model, built functionally, has a train_step of its own that clips the gradients
# %%
import keras
import numpy as np
import tensorflow as tf
from keras import layers, optimizers
# %% [markdown]
# We clip gradients by their global norm and log that norm, so `train_step` is overridden.
# %%
class ClippedModel(keras.Model):
    def __init__(self, *args, max_norm=1.0, **kwargs):
        super().__init__(*args, **kwargs)
        self.max_norm = max_norm
        self.norm_tracker = keras.metrics.Mean(name="grad_norm")

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            y_pred = self(x, training=True)
            loss = self.compute_loss(x=x, y=y, y_pred=y_pred)
        weights = self.trainable_weights
        gradients, norm = tf.clip_by_global_norm(tape.gradient(loss, weights), self.max_norm)
        self.optimizer.apply_gradients(zip(gradients, weights))
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss)
            elif metric.name == "grad_norm":
                metric.update_state(norm)
            else:
                metric.update_state(y, y_pred)
        return self.get_metrics_result()
# %%
IMG = 160
train = keras.utils.image_dataset_from_directory("cats_and_dogs_filtered/train", image_size=(IMG, IMG), batch_size=24)
val = keras.utils.image_dataset_from_directory("cats_and_dogs_filtered/validation", image_size=(IMG, IMG), batch_size=24)
# %%
conv_base = keras.applications.MobileNetV2(include_top=False, weights="imagenet", input_shape=(IMG, IMG, 3))
conv_base.trainable = False

inputs = keras.Input((IMG, IMG, 3))
x = layers.RandomFlip("horizontal")(inputs)
x = layers.RandomZoom(0.2)(x)
x = keras.applications.mobilenet_v2.preprocess_input(x)
x = conv_base(x, training=False)
x = layers.GlobalAveragePooling2D()(x)
x = layers.Dropout(0.5)(x)
outputs = layers.Dense(1, activation="sigmoid")(x)
model = ClippedModel(inputs, outputs, max_norm=1.0)
# %%
model.compile(optimizer=optimizers.Adam(1e-3), loss=keras.losses.BinaryCrossentropy(), metrics=["accuracy"])
model.fit(train, epochs=4, validation_data=val)
# %%
conv_base.trainable = True
for layer in conv_base.layers[:-25]:
    layer.trainable = False

model.compile(optimizer=optimizers.Adam(1e-5), loss=keras.losses.BinaryCrossentropy(), metrics=["accuracy"])
model.fit(train, epochs=4, validation_data=val)
