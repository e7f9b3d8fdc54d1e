"""Notebooks in code: a whole right lab whose parts can be replaced one by one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from grader.evidence.source import read_source
from grader.records import Account, Cell, CellKind, Testimony

PARTS = {
    "setup": """
import os
import numpy as np
import matplotlib.pyplot as plt
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers
SIZE = (160, 160)
""",
    "data": """
train_ds = keras.utils.image_dataset_from_directory('train', image_size=SIZE, batch_size=32)
val_ds = keras.utils.image_dataset_from_directory('validation', image_size=SIZE, batch_size=32)
""",
    "augment": """
augment = keras.Sequential([
    layers.RandomFlip('horizontal'),
    layers.RandomRotation(0.2),
])
""",
    "base": """
base = keras.applications.MobileNetV2(input_shape=SIZE + (3,), include_top=False, weights='imagenet')
""",
    "freeze": "base.trainable = False",
    "build": """
inputs = keras.Input(shape=(160, 160, 3))
x = augment(inputs)
x = keras.applications.mobilenet_v2.preprocess_input(x)
x = base(x, training=False)
x = layers.GlobalAveragePooling2D()(x)
x = layers.Dropout(0.2)(x)
outputs = layers.Dense(1, activation='sigmoid')(x)
model = keras.Model(inputs, outputs)
""",
    "compile": "model.compile(optimizer=keras.optimizers.Adam(1e-3), loss='binary_crossentropy', metrics=['accuracy'])",
    "fit": "history = model.fit(train_ds, epochs=10, validation_data=val_ds)",
    "unfreeze": """
base.trainable = True
for layer in base.layers[:100]:
    layer.trainable = False
""",
    "recompile": "model.compile(optimizer=keras.optimizers.Adam(1e-5), loss='binary_crossentropy')",
    "refit": "history2 = model.fit(train_ds, epochs=20, initial_epoch=history.epoch[-1] + 1, validation_data=val_ds)",
}
Read = Callable[..., Testimony]
Lab = Callable[..., Testimony]


@pytest.fixture
def parts() -> dict[str, str]:
    """The right lab's cells by name."""
    return dict(PARTS)


@pytest.fixture
def read() -> Read:
    """Reads code cells."""

    def reader(*sources: str) -> Testimony:
        return read_source(tuple(Cell(number=n, kind=CellKind.CODE, source=s) for n, s in enumerate(sources, 1)))

    return reader


@pytest.fixture
def lab(read: Read) -> Lab:
    """Reads the right lab with some of its parts replaced; a part replaced by "" is left out."""

    def reader(**replaced: str) -> Testimony:
        assert replaced.keys() <= PARTS.keys()
        return read(*(replaced.get(name, text) for name, text in PARTS.items()))

    return reader


@pytest.fixture
def account(lab: Lab) -> Callable[..., Account]:
    """The only account of a transfer model in the lab with some of its parts replaced."""

    def teller(**replaced: str) -> Account:
        told = lab(**replaced)
        assert told.available, told.why
        transfer = [a for a in told.accounts if a.backbone.in_model.value is not False or a.stages] or told.accounts
        assert len(transfer) == 1, [a.label for a in told.accounts]
        return transfer[0]

    return teller
