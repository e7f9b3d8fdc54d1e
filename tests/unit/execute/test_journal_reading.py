"""The journal is believed as far as its seals hold, and files that lie in wait are not opened."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from pathlib import Path
from typing import Any

import pytest

from grader.execute.journal import LINE_BYTES, read_boot_faults, read_file, read_journal, read_requests

KEY = "00ff" * 16


def sealed(*events: dict[str, Any], key: str = KEY) -> list[str]:
    lines, seal = [], ""
    for number, event in enumerate(events):
        line = {"n": number, **event}
        text = json.dumps(line, sort_keys=True, separators=(",", ":"))
        seal = hmac.new(bytes.fromhex(key), (seal + text).encode(), hashlib.sha256).hexdigest()
        lines.append(json.dumps({**line, "seal": seal}))
    return lines


EVENTS = ({"event": "compile", "cell": 3}, {"event": "fit", "rate": 1e-05}, {"event": "end"})


def read(folder: Path, lines: list[str], *, kindly: bool = True, rest: str = "") -> tuple[tuple[Any, ...], bool]:
    (folder / "journal.jsonl").write_text("".join(f"{line}\n" for line in lines) + rest)
    return read_journal(folder, key=KEY, ended_kindly=kindly)


def test_sealed_journal_comes_back_without_numbers_and_seals(tmp_path: Path) -> None:
    assert read(tmp_path, sealed(*EVENTS)) == (EVENTS, True)


def test_changed_event_breaks_the_seal_from_there_on(tmp_path: Path) -> None:
    lines = sealed(*EVENTS)
    lines[1] = lines[1].replace("fit", "tip")
    assert read(tmp_path, lines) == (EVENTS[:1], False)


@pytest.mark.parametrize("gone", [0, 1, 2], ids=["first", "middle", "last"])
def test_missing_line_is_noticed(tmp_path: Path, gone: int) -> None:
    lines = sealed(*EVENTS)
    del lines[gone]
    assert read(tmp_path, lines)[1] is False


def test_forger_without_the_key_is_noticed(tmp_path: Path) -> None:
    assert read(tmp_path, sealed(*EVENTS, key="11" * 32)) == ((), False)


def test_killed_kernel_may_leave_half_a_line(tmp_path: Path) -> None:
    lines = sealed(*EVENTS)
    assert read(tmp_path, lines[:2], kindly=False, rest=lines[2][:20]) == (EVENTS[:2], True)
    assert read(tmp_path, lines[:2], kindly=True, rest=lines[2][:20])[1] is False


@pytest.mark.parametrize("line", ["", "null", "[]", "{}", '{"seal": 3, "n": 0}', "[" * 9000, "x" * (LINE_BYTES + 1)])
def test_malformed_line_is_not_intact(tmp_path: Path, line: str) -> None:
    assert read(tmp_path, [line]) == ((), False)


def test_missing_journal_is_not_intact(tmp_path: Path) -> None:
    assert read_journal(tmp_path, key=KEY, ended_kindly=False) == ((), False)


def test_requests_are_deduplicated_and_cleaned(tmp_path: Path) -> None:
    asked = {"kind": "served", "what": "cats.zip", "answer": "stand-in", "cell": 4}
    odd = [{"kind": "unheard of"}, {"kind": "shim", "what": 3, "cell": True}, ["no", "object"]]
    lines = [json.dumps(line) for line in (asked, asked, *odd)]
    (tmp_path / "requests.jsonl").write_text("\n".join([*lines, "{"]))
    assert read_requests(tmp_path) == (asked, {"kind": "shim", "what": "3", "answer": "", "cell": None})


def test_faults_of_boot_are_told_and_its_silence_is_one(tmp_path: Path) -> None:
    assert read_boot_faults(tmp_path) == ("the kernel side left no note that it was installed",)
    (tmp_path / "boot.json").write_text('{"faults": []}')
    assert read_boot_faults(tmp_path) == ()
    (tmp_path / "boot.json").write_text('{"faults": ["recorder could not be installed"]}')
    assert read_boot_faults(tmp_path) == ("recorder could not be installed",)


def test_only_regular_files_are_read(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("words")
    (tmp_path / "link").symlink_to(tmp_path / "file")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    found = {name: read_file(tmp_path, name, at_most=3) for name in ("file", "link", "folder", "pipe", "nothing")}
    assert found == {"file": b"wor", "link": None, "folder": None, "pipe": None, "nothing": None}


def test_a_folder_that_became_a_link_is_not_entered(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "file").write_text("words")
    (tmp_path / "out").symlink_to(tmp_path / "real")
    assert read_file(tmp_path / "out", "file", at_most=9) is None
    assert read_file(tmp_path / "real", "file", at_most=9) == b"words"
