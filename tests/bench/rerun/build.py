"""Puts an invented notebook together from its data cells and one of the models."""

from __future__ import annotations

from dataclasses import dataclass

import models

START = "import os\nimport numpy as np\nimport matplotlib.pyplot as plt\nimport tensorflow as tf"


@dataclass(frozen=True)
class Notebook:
    """`expected`: outcome by criterion; a criterion that is left out may have any."""

    name: str
    cells: tuple[str, ...]
    expected: dict[str, str]


def book(
    name: str, model: str, data: str, *, size: int = 160, classes: int = 2, loss: str = "", missed: tuple[str, ...] = ()
) -> Notebook:
    """A notebook that reaches its training if its data are there.

    Args:
        missed: criteria that its code does not meet; with a `?` behind, any outcome is right.
    """
    loss = loss or ("binary_crossentropy" if classes == 2 else "sparse_categorical_crossentropy")
    functional = model in ("FUNCTIONAL", "UNFROZEN", "WITHOUT_SCALING")
    layer = (
        "tf.keras.layers.Dense"
        if functional or model == "ARRAYS"
        else "Dense"
        if model == "GENERATOR"
        else "layers.Dense"
    )
    units = "(1, activation='sigmoid')" if classes == 2 else f"({classes}, activation='softmax')"
    head = f"{layer}{units}" + ("(x)" if functional or model == "GENERATOR" else "")
    text = getattr(models, model).replace("HEAD", head).replace("LOSS", loss).replace("SIZE", str(size))
    cells = [START, *data.split("# ---\n"), *text.split("# ---\n")]
    expected = {c: "not_met" if c in missed else "met" for c in models.CRITERIA if f"{c}?" not in missed}
    return Notebook(name, tuple(cell.strip("\n") for cell in cells), expected)
