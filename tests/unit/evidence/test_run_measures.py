"""What full trainings and evaluations measured; nothing of what was shortened."""

from __future__ import annotations

from typing import Any

import pytest

HISTORY = {"accuracy": [0.8, 0.9], "val_accuracy": [0.85, 0.87]}


def reading(write: Any, **changes: Any) -> dict[str, Any]:
    return {"event": "reading", **write.at(6), "what": "evaluate", "model": "m1", "data": None, "trainings": 2,
            "trained": None, "validated": None, "pictures": None, **changes}  # fmt: skip


def evaluated(write: Any, value: float = 0.9) -> dict[str, Any]:
    return {"event": "evaluated", **write.at(6), "model": "m1", "metrics": {"accuracy": value}}


def test_a_history_is_told_where_nothing_was_shortened(account: Any, write: Any) -> None:
    first, second = account(end=write.end(padded=0, history=HISTORY)).stages
    assert first.history.value == {"accuracy": (0.8, 0.9), "val_accuracy": (0.85, 0.87)}
    assert not second.history.known and "shortened" in second.history.why


def test_padded_epochs_are_no_measures(account: Any) -> None:
    assert [stage.history.known for stage in account().stages] == [False, False]


def test_steps_of_an_epoch_are_those_asked_not_those_run(account: Any, write: Any) -> None:
    assert account().stages[0].steps_asked.value == 63
    assert not account(begin=write.begin(steps_asked=None)).stages[0].steps_asked.known


@pytest.mark.parametrize(("changes", "split"), [
    ({}, "test"),
    ({"validated": {"shared": 50, "of": 50}}, "validation"),
    ({"validated": {"shared": 5, "of": 50}}, "test"),
    ({"validated": {"shared": 40, "of": 50, "redrawn": True}}, "test"),
    ({"trained": {"shared": 50, "of": 50}, "validated": {"shared": 50, "of": 50}}, "training"),
], ids=["nothing known", "the validation's pictures", "a few of them", "dealt anew by chance",
        "the training's pictures"])
def test_an_evaluation_is_on_what_was_read_before_it(account: Any, write: Any, changes: Any, split: str) -> None:
    told = account(read=reading(write, **changes), value=evaluated(write))
    assert [(e.split, e.metrics) for e in told.evaluations] == [(split, {"accuracy": 0.9})]


def test_an_evaluation_that_nothing_tells_of_is_a_test(account: Any, write: Any) -> None:
    assert [e.split for e in account(value=evaluated(write)).evaluations] == ["test"]
