# why: right; a keras.Model subclass keeps its layers in dictionaries, has a flag for augmentation, and opens itself by a method
# %%
from __future__ import annotations

import keras
import tensorflow as tf
from keras import layers
from keras.applications.mobilenet_v2 import MobileNetV2, preprocess_input

IMAGE_SIZE: tuple[int, int] = (160, 160)
# %%
def read(part: str, *, shuffle: bool) -> tf.data.Dataset:
    return keras.utils.image_dataset_from_directory(
        f"cats_and_dogs_filtered/{part}", image_size=IMAGE_SIZE, batch_size=32, shuffle=shuffle, label_mode="binary")


train_ds, val_ds = read("train", shuffle=True), read("validation", shuffle=False)
# %%
class CatDogNet(keras.Model):
    """Backbone and head in one model; pictures go in as they are, 0 to 255."""

    def __init__(self, augment: bool = True, dropout: float = 0.2, **kwargs) -> None:
        super().__init__(**kwargs)
        self.augment = augment
        self.random_layers = {
            "mirror": layers.RandomFlip("horizontal"),
            "turn": layers.RandomRotation(0.15),
            "move": layers.RandomTranslation(0.1, 0.1),
        }
        self.backbone = MobileNetV2(input_shape=(*IMAGE_SIZE, 3), include_top=False, weights="imagenet")
        self.backbone.trainable = False
        self.head = {
            "pool": layers.GlobalAveragePooling2D(),
            "drop": layers.Dropout(dropout),
            "out": layers.Dense(1, activation="sigmoid"),
        }

    def call(self, images, training: bool = False):
        x = images
        if self.augment:
            for layer in self.random_layers.values():
                x = layer(x, training=training)
        x = self.backbone(preprocess_input(x), training=False)
        x = self.head["drop"](self.head["pool"](x), training=training)
        return self.head["out"](x)

    def thaw(self, first: int) -> None:
        self.backbone.trainable = True
        for layer in self.backbone.layers[:first]:
            layer.trainable = False
# %%
net = CatDogNet(augment=True, dropout=0.3)
net.compile(optimizer=keras.optimizers.Adam(1e-3), loss=keras.losses.BinaryCrossentropy(), metrics=["accuracy"])
history = net.fit(train_ds, epochs=5, validation_data=val_ds)
# %%
net.thaw(first=100)
net.compile(optimizer=keras.optimizers.Adam(1e-5), loss=keras.losses.BinaryCrossentropy(), metrics=["accuracy"])
history_fine = net.fit(train_ds, epochs=5, validation_data=val_ds)
# %%
net.summary()
