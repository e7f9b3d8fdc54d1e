"""What a History and an evaluation become in the journal: plain, finite numbers."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import pytest


@pytest.fixture
def measures() -> Any:
    import recorder_measures

    return recorder_measures


def test_a_history_becomes_rounded_numbers(measures: Any) -> None:
    told = measures.history_of(SimpleNamespace(history={"accuracy": [0.123456789, 1], "lr": [1e-3, 1e-4]}))
    assert told == {"accuracy": [0.123457, 1.0], "lr": [0.001, 0.0001]}


@pytest.mark.parametrize("values", [[math.nan], [0.5, math.inf], [[1, 2]], ["x"], [None], []])
def test_a_metric_that_is_no_series_of_numbers_is_left_out(measures: Any, values: list[Any]) -> None:
    assert measures.history_of(SimpleNamespace(history={"odd": values, "loss": [0.5]})) == {"loss": [0.5]}


@pytest.mark.parametrize("history", [None, SimpleNamespace(), SimpleNamespace(history=None)])
def test_no_history_is_no_measures(measures: Any, history: Any) -> None:
    assert measures.history_of(history) == {}


def test_long_trainings_are_cut(measures: Any) -> None:
    told = measures.history_of(SimpleNamespace(history={"loss": [0.5] * 5000}))
    assert len(told["loss"]) == 400


def test_both_ways_in_which_keras_tells_its_metrics(measures: Any) -> None:
    third = SimpleNamespace(get_metrics_result=lambda: {"loss": 0.5, "accuracy": math.nan})
    second = SimpleNamespace(metrics=[SimpleNamespace(name="loss", result=lambda: 0.5)])
    assert measures.evaluated(third) == measures.evaluated(second) == {"loss": 0.5}
