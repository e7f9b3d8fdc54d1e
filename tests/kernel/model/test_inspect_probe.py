"""What becomes of feature maps is told by comparing values, whatever operations a model is made of."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import grader

pytestmark = pytest.mark.kernel
KERNEL_SIDE = Path(grader.__file__).parent / "kernel_side"
FORMS = {
    "the layer": ("L.GlobalAveragePooling2D()(maps)", "mean"),
    "a mean of both axes": ("ops.mean(maps, axis=[-3, -2])", "mean"),
    "one axis after the other": ("ops.mean(ops.mean(maps, axis=2), axis=1)", "mean"),
    "a sum and a quotient": ("ops.sum(maps, axis=(1, 2)) / 16", "mean"),
    "a sum of products": ("ops.einsum('bhwc->bc', maps) / 16", "mean"),
    "kept dimensions": ("L.Flatten()(ops.mean(maps, axis=(1, 2), keepdims=True))", "mean"),
    "a row of places": ("ops.mean(L.Reshape((16, 5))(maps), axis=1)", "mean"),
    "behind another convolution": ("L.GlobalAveragePooling2D()(L.Conv2D(7, 1)(maps))", "mean"),
    "the largest of both axes": ("ops.max(ops.max(maps, axis=1), axis=1)", "maximum"),
    "flattened": ("L.Flatten()(maps)", ""),
    "a sum alone": ("ops.sum(maps, axis=(1, 2))", ""),
    "a mean of the wrong axes": ("ops.mean(maps, axis=(2, 3))", ""),
    "one place": ("maps[:, 0, 0]", ""),
    "a sum of dead maps": ("ops.sum(maps * 0, axis=(1, 2))", ""),
    "a mean of constant maps": ("ops.mean(maps * 0 + 3, axis=(1, 2))", ""),
}
BUILD = """
import json, sys
sys.path.insert(0, sys.argv[2])
from inspect_backend import import_keras
keras = import_keras("numpy")
import numpy as np
from keras import layers as L, ops
from inspect_probe import Probe

def backbone():
    start = x = L.Input((8, 8, 3))
    for _ in range(15):
        x = L.Conv2D(5, 3, padding="same", activation="relu")(x)
    return keras.Model(start, L.MaxPooling2D()(x))

def pooled_as(form):
    keras.utils.set_random_seed(4)
    image = L.Input((8, 8, 3))
    maps = backbone()(image)
    model = keras.Model(image, L.Dense(1, activation="sigmoid")(eval(form)))
    probe = Probe(model, backbone_images=2)
    probe.run(np.random.default_rng(0).random((32, 8, 8, 3), np.float32), training=False)
    return probe.pooled_as

print(json.dumps([pooled_as(form) for form in json.loads(sys.argv[1])]))
"""


def test_vector_is_told_by_its_values() -> None:
    forms = json.dumps([form for form, _ in FORMS.values()])
    command = [sys.executable, "-c", BUILD, forms, str(KERNEL_SIDE)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    told = dict(zip(FORMS, json.loads(done.stdout), strict=True))
    assert told == {name: kind for name, (_, kind) in FORMS.items()}
