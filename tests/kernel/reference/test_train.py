"""`grader reference train` with a tiny solution: really trained, a record a seed, nothing trained twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from grader.records import Quantity, Reference
from grader.reference import load

pytestmark = [pytest.mark.kernel, pytest.mark.slow]

RUBRIC = """
id: tiny
title: A tiny assignment
run: {budget: {epochs: 1, steps: 1, images: 2}}
criteria:
  - id: accuracy_reached
    title: The accuracy
    points: 1
    parameters: {quantity: test}
    wording: {looked_for: as good as ours}
"""
CELLS = [
    "import keras\nimport numpy as np\nfrom keras import layers\n"
    "pictures = np.random.default_rng(1).uniform(0, 255, (24, 32, 32, 3)).astype('float32')\n"
    "labels = np.arange(24) % 2\n",
    "base = keras.applications.MobileNetV2(input_shape=(32, 32, 3), include_top=False, weights=None, alpha=0.35)\n"
    "base.trainable = False\n"
    "model = keras.Sequential([base, layers.GlobalAveragePooling2D(), layers.Dense(1, activation='sigmoid')])\n"
    "model.compile(optimizer='sgd', loss='binary_crossentropy', metrics=['accuracy'], run_eagerly=True)\n",
    "model.fit(pictures[:16], labels[:16], validation_data=(pictures[16:20], labels[16:20]), batch_size=4, epochs=3,\n"
    "          verbose=0)\n"
    "model.evaluate(pictures[20:], labels[20:], verbose=0)\n",
]


def cell(number: int, source: str) -> dict[str, object]:
    return {"cell_type": "code", "execution_count": None, "id": f"c{number}", "metadata": {}, "outputs": [],
            "source": source}


def solution(folder: Path, cells: list[str]) -> Path:
    """A rubric, and a solution beside it; returns the notebook."""
    (folder / "rubrics").mkdir(exist_ok=True)
    (folder / "rubrics" / "tiny.yaml").write_text(RUBRIC, encoding="utf-8")
    notebook = folder / "reference" / "tiny" / "tiny.ipynb"
    notebook.parent.mkdir(parents=True, exist_ok=True)
    told = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell(n, s) for n, s in enumerate(cells)]}
    notebook.write_text(json.dumps(told), encoding="utf-8")
    return notebook


def train(folder: Path, seeds: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "grader", "reference", "train", "tiny", "--seeds", str(seeds), "--threads", "1",
               "--cache", str(folder / "cache")]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=900, check=False,
                          env={**os.environ, "COLUMNS": "200"})  # fmt: skip


def record(folder: Path) -> Reference:
    return load(folder / "reference" / "tiny" / "record.json")


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("reference")
    solution(folder, CELLS)
    done = train(folder, 2)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder, done.stdout


def test_every_epoch_is_trained_and_told(trained: tuple[Path, str]) -> None:
    for seed in record(trained[0]).seeds:
        (model,) = seed.models
        (fit,) = model.fits
        assert (model.backbone, fit.epochs, fit.steps) == ("MobileNetV2", 3, 12)
        assert {name: len(values) for name, values in fit.history.items()} == {
            "accuracy": 3, "loss": 3, "val_accuracy": 3, "val_loss": 3,
        }  # fmt: skip
        assert set(model.reached) == set(Quantity)
        assert seed.cpu_s > 0 and "keras" in seed.versions


def test_seeds_differ_and_bands_are_of_both(trained: tuple[Path, str]) -> None:
    reference = record(trained[0])
    first, second = (seed.models[0].fits[0].history["loss"] for seed in reference.seeds)
    assert first != second
    band = reference.band("MobileNetV2", Quantity.TEST)
    assert band is not None and band.seeds == 2


def test_what_is_trained_is_not_trained_again(trained: tuple[Path, str]) -> None:
    before = record(trained[0])
    again = train(trained[0], 2)
    assert again.stdout.count("there already") == 2, again.stdout + again.stderr
    assert record(trained[0]) == before


def test_a_solution_that_fails_leaves_no_record_and_says_where(tmp_path: Path) -> None:
    solution(tmp_path, ["x = 1", "y = missing_name"])
    done = train(tmp_path, 1)
    assert done.returncode == 2 and "cell 2" in done.stderr and "NameError" in done.stderr
    assert not (tmp_path / "reference" / "tiny" / "record.json").exists()
