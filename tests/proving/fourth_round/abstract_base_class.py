# why: right; an abstract base class prescribes the order of the steps (template method), a subclass fills in MobileNetV2
# %%
from abc import ABC, abstractmethod
from typing import ClassVar

import tensorflow as tf

Dataset = tf.data.Dataset
K = tf.keras
# %%
class TransferExperiment(ABC):
    """Fixed recipe; what differs between networks is left to subclasses."""

    size: ClassVar[int] = 160
    head_rate: ClassVar[float] = 5e-4

    def __init__(self, train: Dataset, val: Dataset) -> None:
        self.train, self.val = train, val
        self.backbone = self.make_backbone()
        self.model = self._assemble()
        self.log: list[float] = []

    @abstractmethod
    def make_backbone(self) -> K.Model: ...

    @abstractmethod
    def scale(self, x): ...

    @property
    @abstractmethod
    def open_from(self) -> int: ...

    def _assemble(self) -> K.Model:
        inputs = K.Input((self.size, self.size, 3))
        x = inputs
        for random_layer in (K.layers.RandomFlip("horizontal"), K.layers.RandomRotation(0.15),
                             K.layers.RandomTranslation(0.1, 0.1)):
            x = random_layer(x)
        x = self.backbone(self.scale(x), training=False)
        x = K.layers.GlobalAveragePooling2D()(x)
        x = K.layers.Dropout(0.2)(x)
        return K.Model(inputs, K.layers.Dense(1, activation="sigmoid")(x))

    def _train(self, rate: float, epochs: int) -> None:
        self.model.compile(K.optimizers.Adam(rate), K.losses.BinaryCrossentropy(), metrics=["accuracy"])
        done = len(self.log)
        history = self.model.fit(self.train, validation_data=self.val, initial_epoch=done, epochs=done + epochs)
        self.log += history.history["val_accuracy"]

    def run(self) -> list[float]:
        self.backbone.trainable = False
        self._train(self.head_rate, 6)
        self.backbone.trainable = True
        for layer in self.backbone.layers[: self.open_from]:
            layer.trainable = False
        self._train(self.head_rate / 50, 4)
        return self.log
# %%
class MobileNetExperiment(TransferExperiment):
    open_from = 116

    def make_backbone(self) -> K.Model:
        return K.applications.MobileNetV2(input_shape=(self.size, self.size, 3), include_top=False,
                                          weights="imagenet")

    def scale(self, x):
        return K.applications.mobilenet_v2.preprocess_input(x)
# %%
def load(split: str) -> Dataset:
    return K.utils.image_dataset_from_directory(f"cats_and_dogs_filtered/{split}", image_size=(160, 160),
                                                batch_size=32).prefetch(tf.data.AUTOTUNE)


experiment = MobileNetExperiment(load("train"), load("validation"))
experiment.run()
