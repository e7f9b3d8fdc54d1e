"""Notebooks written by hand, in percent format, with their labels on top: `awkward/*.py`, because they are awkward,
`held_out/*.py` and three rounds more, whose first score was taken before anything was mended.

In: a file each, a YAML head in its first comment lines, then cells divided by `# %%`. Out: Awkward notebooks.
Criteria that the head does not name are met; `any: [...]` names those that may have any outcome.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from tests.proving.compose import Piece
from tests.proving.labels import FINE_TUNING, IN_MODEL, Label
from tests.proving.notebook import notebook_text

AWKWARD, HELD_OUT, SECOND_ROUND, THIRD_ROUND, FOURTH_ROUND = BY_HAND = (
    "awkward", "held_out", "second_round", "third_round", "fourth_round",
)  # fmt: skip
"""The folders of notebooks that were written by hand."""
CRITERIA = ("backbone_without_top", "backbone_pretrained", "backbone_input_shape", "augmentation_defined",
            "binary_head", "loss_agrees", *IN_MODEL)  # fmt: skip
HEAD_KEYS = {"criteria", "any", "findings", "may", "parts", "form"}


@dataclass(frozen=True)
class Awkward:
    name: str
    why: str
    text: str
    label: Label


@lru_cache(maxsize=len(BY_HAND))
def by_hand(folder: str) -> tuple[Awkward, ...]:
    """Every notebook of one of the folders, by name."""
    return tuple(_read(path) for path in sorted((Path(__file__).parent / folder).glob("*.py")))


def _read(path: Path) -> Awkward:
    head, _, body = path.read_text(encoding="utf-8").partition("\n# %%")
    why, _, rest = re.sub(r"^# ?", "", head, flags=re.MULTILINE).partition("\n")
    told: dict[str, Any] = yaml.safe_load(rest) or {}
    if unknown := told.keys() - HEAD_KEYS:
        raise ValueError(f"{path.name}: unknown {sorted(unknown)}")
    pieces = [piece for cell in f"\n# %%{body}".split("\n# %%")[1:] for piece in _pieces(cell)]
    name = f"{path.parent.name}-{path.stem}".replace("_", "-")
    return Awkward(name, why.removeprefix("why: "), _text(pieces, told.get("form", "")), _label(told))


def _label(told: dict[str, Any]) -> Label:
    criteria = dict.fromkeys(CRITERIA, ("met",))
    for name, outcome in (told.get("criteria") or {}).items():
        for one in FINE_TUNING if name == "fine_tuning" else (name,):
            if one not in CRITERIA:
                raise ValueError(f"unknown criterion {one}")
            criteria[one] = tuple(str(outcome).split(" or "))
    for name in told.get("any") or ():
        criteria.pop(name)
    may = frozenset(told.get("may") or ()) | {"TL502"}
    return Label(criteria, frozenset(told.get("findings") or ()), may)


def _pieces(cell: str) -> list[Piece]:
    """A cell: code with its count (`# %% [12]`), ` [markdown]`, or ` same: name …`, cells of the right lab below."""
    first, _, source = cell.partition("\n")
    count = re.search(r"\[(\d+)\]", first)
    if "same:" in first:
        number = int(count[1]) if count else None
        return [Piece(name, USUAL[name].strip("\n"), count=number) for name in first.split("same:")[1].split()]
    if "[markdown]" in first:
        return [Piece("", re.sub(r"^# ?", "", source, flags=re.MULTILINE).strip("\n"), markdown=True)]
    code, _, output = source.partition("\n# >>>\n")
    saved = re.sub(r"^# ?", "", output, flags=re.MULTILINE)
    return [Piece("", code.strip("\n"), False, saved, int(count[1]) if count else None)]


def _text(pieces: list[Piece], form: str) -> str:
    from tests.proving.forms import FORMS

    return FORMS[form](pieces) if form else notebook_text(pieces)


USUAL = {
    "imports": """
import os
import numpy as np
import matplotlib.pyplot as plt
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers
""",
    "data": """
PATH = 'cats_and_dogs_filtered'
train_ds = keras.utils.image_dataset_from_directory(PATH + '/train', image_size=(160, 160), batch_size=32)
val_ds = keras.utils.image_dataset_from_directory(PATH + '/validation', image_size=(160, 160), batch_size=32)
""",
    "augment": """
data_augmentation = keras.Sequential([
    layers.RandomFlip('horizontal'),
    layers.RandomRotation(0.2),
])
""",
    "base": """
base_model = keras.applications.MobileNetV2(input_shape=(160, 160, 3), include_top=False, weights='imagenet')
""",
    "freeze": "base_model.trainable = False",
    "build": """
inputs = keras.Input(shape=(160, 160, 3))
x = data_augmentation(inputs)
x = keras.applications.mobilenet_v2.preprocess_input(x)
x = base_model(x, training=False)
x = layers.GlobalAveragePooling2D()(x)
x = layers.Dropout(0.2)(x)
outputs = layers.Dense(1, activation='sigmoid')(x)
model = keras.Model(inputs, outputs)
""",
    "compile": """
model.compile(optimizer=keras.optimizers.Adam(learning_rate=0.001), loss='binary_crossentropy', metrics=['accuracy'])
""",
    "fit": "history = model.fit(train_ds, epochs=5, validation_data=val_ds)",
    "unfreeze": """
base_model.trainable = True
for layer in base_model.layers[:100]:
    layer.trainable = False
""",
    "recompile": """
model.compile(optimizer=keras.optimizers.Adam(learning_rate=1e-5), loss='binary_crossentropy', metrics=['accuracy'])
""",
    "refit": "history_fine = model.fit(train_ds, epochs=5, validation_data=val_ds)",
    "fine": """
base_model.trainable = True
for layer in base_model.layers[:100]:
    layer.trainable = False
model.compile(optimizer=keras.optimizers.Adam(learning_rate=1e-5), loss='binary_crossentropy', metrics=['accuracy'])
history_fine = model.fit(train_ds, epochs=5, validation_data=val_ds)
""",
}
"""Cells of the right lab, which an awkward notebook may take over."""
