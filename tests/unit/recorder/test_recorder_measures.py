"""What is measured on a batch, and how few rows stand for many."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from budget_data import pick, rows_of_arrays, spread
from budget_history import pad
from budget_inference import lengthen
from hypothesis import given
from hypothesis import strategies as st
from recorder_probe import activation_between, affine_between
from recorder_trace import statistics

RNG = np.random.default_rng(0)
PICTURES = RNG.uniform(0, 255, (4, 8, 8, 3)).astype("float32")


def test_statistics_are_those_of_the_batch() -> None:
    found = statistics(PICTURES / 127.5 - 1)
    assert found is not None
    assert (found["shape"], -1 <= found["minimum"] < -0.9, 0.9 < found["maximum"] <= 1) == ([4, 8, 8, 3], True, True)
    assert len(found["channel_means"]) == 3


def test_text_and_nothing_have_no_statistics() -> None:
    assert statistics(np.array(["a"])) is None
    assert statistics(np.zeros((0, 3))) is None
    assert statistics("x") is None


def test_scaling_between_two_batches_is_found_and_noise_is_not() -> None:
    found = affine_between(PICTURES, PICTURES / 127.5 - 1)
    assert found is not None
    assert found["scale"] == pytest.approx([1 / 127.5] * 3, rel=1e-3)
    assert found["residual"] < 1e-5
    noise = affine_between(PICTURES, RNG.uniform(0, 1, PICTURES.shape))
    assert noise is not None
    assert noise["residual"] > 0.1


def test_reversed_channels_are_noticed() -> None:
    found = affine_between(PICTURES, PICTURES[..., ::-1] - np.array([103.939, 116.779, 123.68]))
    assert found is not None
    assert (found["reverse"], found["residual"] < 1e-5) == (True, True)
    straight = affine_between(PICTURES, PICTURES - 100)
    assert straight is not None
    assert straight["reverse"] is False


def test_resized_pictures_can_not_be_compared() -> None:
    assert affine_between(PICTURES, PICTURES[:, ::2, ::2]) is None


LOGITS = np.array([[-2.0], [0.5]])
ACTIVATIONS = [
    ("same", LOGITS, LOGITS, "same"),
    ("sigmoid", LOGITS, 1 / (1 + np.exp(-LOGITS)), "sigmoid"),
    ("softmax", np.eye(2), np.exp(np.eye(2)) / np.exp(np.eye(2)).sum(axis=1, keepdims=True), "softmax"),
    ("something else", LOGITS, LOGITS**2, ""),
    ("other shape", LOGITS, np.zeros((2, 3)), ""),
]


@pytest.mark.parametrize(("last", "output", "name"), [a[1:] for a in ACTIVATIONS], ids=[a[0] for a in ACTIVATIONS])
def test_activation_between_last_layer_and_output(last: Any, output: Any, name: str) -> None:
    assert activation_between(last, output) == name


@given(st.integers(0, 5000), st.integers(1, 64))
def test_spread_is_ordered_within_bounds_and_reaches_the_end(length: int, count: int) -> None:
    found = spread(length, count)
    assert found == sorted(set(found))
    assert len(found) == min(length, count)
    assert all(0 <= i < length for i in found)
    assert not found or count == 1 or found[-1] == length - 1


@given(st.integers(1, 400), st.integers(1, 40))
def test_lengthened_predictions_keep_those_that_were_computed(rows: int, computed: int) -> None:
    chosen = spread(rows, computed)
    result = lengthen(np.array(chosen, dtype=float)[:, None], rows, chosen)
    assert result.shape == (rows, 1)
    assert [float(result[i, 0]) for i in chosen] == [float(i) for i in chosen]


def test_huge_predictions_take_no_memory() -> None:
    result = lengthen(np.zeros((8, 5, 5, 1280), dtype="float32"), 100_000, None)
    assert result.shape == (100_000, 5, 5, 1280)
    assert result.strides[0] == 0


def test_nested_predictions_are_lengthened_each() -> None:
    found = lengthen([np.zeros((2, 3)), {"a": np.zeros((2, 1))}], 9, None)
    assert (found[0].shape, found[1]["a"].shape) == ((9, 3), (9, 1))


def test_rows_of_structures_are_counted_and_picked_together() -> None:
    data = ({"left": np.arange(9), "right": np.arange(18).reshape(9, 2)}, np.arange(9))
    assert rows_of_arrays(*data) == 9
    picked = pick(data, [0, 8])
    assert (picked[0]["right"].tolist(), picked[1].tolist()) == ([[0, 1], [16, 17]], [0, 8])
    assert rows_of_arrays(np.arange(9), np.arange(8)) is None


def history(epochs: int, **values: list[float]) -> Any:
    return SimpleNamespace(epoch=list(range(epochs)), history=values, params={"epochs": epochs})


def test_padding_repeats_the_last_value_and_marks_it() -> None:
    told = history(1, loss=[0.7], val_loss=[0.9])
    assert pad(told, 0, 4) == 3
    assert (told.history["loss"], told.epoch, told.epochs_really_run) == ([0.7] * 4, [0, 1, 2, 3], 1)


def test_whole_history_is_left_alone() -> None:
    told = history(2, loss=[0.7, 0.6])
    assert pad(told, 0, 2) == 0
    assert (told.history["loss"], hasattr(told, "epochs_really_run")) == ([0.7, 0.6], False)


def test_validation_now_and_then_gets_fewer_values() -> None:
    told = history(1, loss=[0.7], val_loss=[0.9])
    pad(told, 0, 10, frequency=3)
    assert (len(told.history["loss"]), len(told.history["val_loss"])) == (10, 3)
