# why: the two phases are members of an Enum, whose methods freeze, compile and fit; block names decide what is open
# %%
from __future__ import annotations

import enum
import logging
from typing import Final

import tensorflow as tf
from tensorflow import keras

log = logging.getLogger("lab06")
IMAGE_SHAPE: Final = (160, 160, 3)
BATCH: Final = 32
# %%
class Phase(enum.Enum):
    """What is trained, how fast and for how long."""

    FEATURE_EXTRACTION = (None, 1e-3, 6)
    FINE_TUNING = ("block_13_expand", 1e-5, 4)

    def __init__(self, opens_at: str | None, rate: float, epochs: int) -> None:
        self.opens_at = opens_at
        self.rate = rate
        self.epochs = epochs

    @property
    def title(self) -> str:
        return self.name.replace("_", " ").lower()

    def thaw(self, backbone: keras.Model) -> int:
        """Open the layers from `opens_at` on, and no others."""
        names = [layer.name for layer in backbone.layers]
        start = len(names) if self.opens_at is None else names.index(self.opens_at)
        for position, layer in enumerate(backbone.layers):
            layer.trainable = position >= start
        return len(names) - start

    def run(self, model: keras.Model, backbone: keras.Model, **data) -> keras.callbacks.History:
        opened = self.thaw(backbone)
        log.warning("%s: %d layers of the backbone are open", self.title, opened)
        model.compile(
            optimizer=keras.optimizers.Adam(self.rate),
            loss=keras.losses.BinaryCrossentropy(),
            metrics=[keras.metrics.BinaryAccuracy()],
        )
        return model.fit(data["train"], validation_data=data["validation"], epochs=self.epochs, verbose=2)
# %%
def pictures(split: str) -> tf.data.Dataset:
    return keras.utils.image_dataset_from_directory(
        f"cats_and_dogs_filtered/{split}", label_mode="binary", image_size=IMAGE_SHAPE[:2], batch_size=BATCH
    ).prefetch(tf.data.AUTOTUNE)


data = {split: pictures(split) for split in ("train", "validation")}
# %%
def network(backbone: keras.Model) -> keras.Model:
    image = keras.Input(IMAGE_SHAPE, name="image")
    x = keras.layers.RandomFlip("horizontal")(image)
    x = keras.layers.RandomRotation(0.2)(x)
    x = keras.layers.Rescaling(2.0 / 255.0, offset=-1.0)(x)
    x = backbone(x, training=False)
    x = keras.layers.GlobalAveragePooling2D()(x)
    probability = keras.layers.Dense(1, activation="sigmoid", name="dog")(x)
    return keras.Model(image, probability)


backbone = keras.applications.MobileNetV2(input_shape=IMAGE_SHAPE, include_top=False, weights="imagenet")
model = network(backbone)
# %%
histories = {phase: phase.run(model, backbone, **data) for phase in Phase}
# %%
for phase, history in histories.items():
    print(f"{phase.title:20} {history.history['val_binary_accuracy'][-1]:.3f}")
