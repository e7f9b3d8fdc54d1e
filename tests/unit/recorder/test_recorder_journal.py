"""The recorder's journal: sealed line by line, capped, and read by the trusted side as it was written."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest
from journal_writer import LINE_CAP, Journal, plain

from grader.execute.journal import read_journal

KEY = "ab" * 32


def written(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / "journal.jsonl").read_text().splitlines()]


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(str(tmp_path / "journal.jsonl"), KEY)


def test_journal_is_read_back_whole(journal: Journal, tmp_path: Path) -> None:
    journal.emit("backbone", cell=3, line=1, shape=(None, 5, 5, 1280), rate=1e-05, name="Größe ☃")
    journal.finish()
    events, intact = read_journal(tmp_path, key=KEY, ended_kindly=True)
    assert intact
    assert events[0] == {"event": "backbone", "cell": 3, "line": 1, "shape": [None, 5, 5, 1280], "rate": 1e-05,
                         "name": "Größe ☃"}  # fmt: skip


def test_altered_line_breaks_the_seal(journal: Journal, tmp_path: Path) -> None:
    journal.emit("stage_end", cell=1, steps=2)
    journal.finish()
    file = tmp_path / "journal.jsonl"
    assert read_journal(tmp_path, key=KEY, ended_kindly=True)[1]
    file.write_text(file.read_text().replace('"steps":2', '"steps":9'))
    assert read_journal(tmp_path, key=KEY, ended_kindly=True) == ((), False)


def test_nothing_is_written_after_the_end(journal: Journal, tmp_path: Path) -> None:
    journal.finish()
    journal.emit("compile", cell=1)
    journal.finish()
    assert [line["event"] for line in written(tmp_path)] == ["end"]


def test_fault_is_written_once_a_kind(journal: Journal, tmp_path: Path) -> None:
    journal.fault("call", ValueError("one"))
    journal.fault("call", ValueError("two"))
    journal.fault("call", KeyError("three"))
    journal.fault("model", ValueError("four"))
    assert [(line["what"], line["error"]) for line in written(tmp_path)] == [
        ("call", "ValueError: one"), ("call", "KeyError: 'three'"), ("model", "ValueError: four")
    ]  # fmt: skip


def test_too_long_a_line_is_replaced_by_a_fault(journal: Journal, tmp_path: Path) -> None:
    journal.emit("model", cell=4, ahead=[{"name": "x" * 390}] * 590)
    journal.emit("model", cell=4, ahead=[{"name": "x" * 390}] * 5)
    first, second = written(tmp_path)
    assert (first["event"], first["what"], first["cell"]) == ("fault", "long model", 4)
    assert second["event"] == "model"
    assert len((tmp_path / "journal.jsonl").read_bytes().splitlines()[0]) < LINE_CAP


def test_forked_child_writes_nothing(journal: Journal, tmp_path: Path) -> None:
    journal.emit("start")
    child = os.fork()
    if child == 0:
        journal.emit("forged")
        os._exit(0)
    os.waitpid(child, 0)
    assert [line["event"] for line in written(tmp_path)] == ["start"]


VALUES = [
    ("numbers of NumPy", np.float32(0.5), 0.5),
    ("endless number", float("inf"), None),
    ("not a number", float("nan"), None),
    ("shape", (None, 5), [None, 5]),
    ("large integer", 2**80, str(2**80)),
    ("bool stays bool", True, True),
    ("unknown thing", range(3), "range(0, 3)"),
    ("keys become text", {1: {2}}, {"1": [2]}),
]


@pytest.mark.parametrize(("value", "expected"), [v[1:] for v in VALUES], ids=[v[0] for v in VALUES])
def test_any_value_becomes_json(value: object, expected: object) -> None:
    assert plain(value) == expected
    assert type(plain(value)) is type(expected)


def test_value_that_contains_itself_ends() -> None:
    loop: list[object] = []
    loop.append(loop)
    assert len(json.dumps(plain(loop))) < 2000
