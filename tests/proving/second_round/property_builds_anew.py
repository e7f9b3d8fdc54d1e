# why: the backbone is a property that loads a new network whenever it is asked for: what is frozen and what is in the model differ
# criteria: {frozen_before_first_fit: not_met, frozen_weights_unchanged: not_met, fine_tuning_unfreezes: not_met}
# findings: [TL204]
# may: [TL201, TL206]
# %%
from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers
# %%
@dataclass
class TransferLearning:
    """Cats and dogs by transfer learning, from reading the files to fine-tuning."""

    root: Path = Path("cats_and_dogs_filtered")
    size: int = 160
    batch_size: int = 32
    histories: list = field(default_factory=list)
    model: keras.Model | None = None

    @property
    def shape(self) -> tuple[int, int, int]:
        return (self.size, self.size, 3)

    @property
    def backbone(self) -> keras.Model:
        return keras.applications.MobileNetV2(input_shape=self.shape, include_top=False, weights="imagenet")

    def read(self, split: str) -> tf.data.Dataset:
        return keras.utils.image_dataset_from_directory(
            self.root / split, image_size=self.shape[:2], batch_size=self.batch_size
        )

    def build(self) -> None:
        self.backbone.trainable = False
        inputs = keras.Input(self.shape)
        x = layers.RandomFlip("horizontal")(inputs)
        x = layers.RandomRotation(0.2)(x)
        x = keras.applications.mobilenet_v2.preprocess_input(x)
        x = self.backbone(x, training=False)
        x = layers.GlobalAveragePooling2D()(x)
        x = layers.Dropout(0.2)(x)
        self.model = keras.Model(inputs, layers.Dense(1, activation="sigmoid")(x))

    def train(self, rate: float, epochs: int) -> None:
        self.model.compile(
            optimizer=keras.optimizers.Adam(rate), loss="binary_crossentropy", metrics=["accuracy"]
        )
        self.histories.append(
            self.model.fit(self.read("train"), validation_data=self.read("validation"), epochs=epochs)
        )

    def unfreeze(self, first: int = 100) -> None:
        backbone = self.backbone
        backbone.trainable = True
        for layer in backbone.layers[:first]:
            layer.trainable = False
# %%
lab = TransferLearning()
lab.build()
lab.model.summary()
# %%
lab.train(rate=1e-3, epochs=5)
# %%
lab.unfreeze()
lab.train(rate=1e-5, epochs=5)
