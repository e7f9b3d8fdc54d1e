"""Reads what the kernel side left behind: journal, requests, notes of boot.

In: the folder `out`, when nothing that a student started is alive any more. Out: checked, plain values.
Must never follow a link or wait on a pipe that lies there under the name of a file, nor read past the caps.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Any

from grader.execute.untrusted_json import UntrustedJson, clean_text, parse_object

JOURNAL_BYTES = 16_000_000
LINE_BYTES = 200_000
REQUESTS_BYTES = 1_000_000
_MOST_REQUESTS = 5000
_REQUEST_KINDS = frozenset({"served", "stand_in", "supplied", "shim", "skipped", "answered", "drift", "missing"})


def read_journal(out: Path, *, key: str, ended_kindly: bool) -> tuple[tuple[dict[str, Any], ...], bool]:
    """The recorder's events as far as their seals hold, and whether they hold to the end.

    Args:
        key: hex; what the events were sealed with.
        ended_kindly: the kernel was shut down and obeyed: then the last event must be `end`. A kernel that was
            killed may have left half a line, which is dropped and means nothing.
    """
    raw = read_file(out, "journal.jsonl", at_most=JOURNAL_BYTES + 1)
    if raw is None or len(raw) > JOURNAL_BYTES:
        return (), False
    *lines, rest = raw.split(b"\n")
    events: list[dict[str, Any]] = []
    seal = ""
    for number, line in enumerate(lines):
        event, seal = _unsealed(line, number, seal, bytes.fromhex(key))
        if event is None:
            return tuple(events), False
        events.append(event)
    if not ended_kindly:
        return tuple(events), True
    return tuple(events), not rest and bool(events) and events[-1].get("event") == "end"


def read_requests(out: Path) -> tuple[dict[str, Any], ...]:
    """What the kernel asked for, without repetition; lines that are something else are left out."""
    raw = read_file(out, "requests.jsonl", at_most=REQUESTS_BYTES) or b""
    found: dict[tuple[str, str, str, int | None], None] = {}
    for line in raw.split(b"\n")[:_MOST_REQUESTS]:
        with suppress(UntrustedJson):
            told = parse_object(line, depth=3)
            cell = told.get("cell")
            kind, what, answer = (
                clean_text(str(told.get(name) or ""), at_most=1000) for name in ("kind", "what", "answer")
            )
            if kind in _REQUEST_KINDS:
                found[kind, what, answer, cell if type(cell) is int else None] = None
    return tuple({"kind": kind, "what": what, "answer": answer, "cell": cell} for kind, what, answer, cell in found)


def read_boot_faults(out: Path) -> tuple[str, ...]:
    """What of ours could not be installed in the kernel; a missing note is a fault of its own."""
    try:
        faults = parse_object(read_file(out, "boot.json", at_most=100_000) or b"").get("faults")
    except UntrustedJson:
        return ("the kernel side left no note that it was installed",)
    return tuple(clean_text(str(fault), at_most=2000) for fault in faults) if isinstance(faults, list) else ()


def read_file(folder: Path, name: str, *, at_most: int) -> bytes | None:
    """The first `at_most` bytes of a regular file in `folder`; None where there is none of that name."""
    with suppress(OSError):
        inside = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=inside)
        finally:
            os.close(inside)
        with open(file, "rb") as opened:
            if stat.S_ISREG(os.fstat(file).st_mode):
                return opened.read(at_most)
    return None


def _unsealed(line: bytes, number: int, seal: str, key: bytes) -> tuple[dict[str, Any] | None, str]:
    """The event in `line` without number and seal, and its seal; None where either is wrong."""
    if len(line) > LINE_BYTES:
        return None, ""
    try:
        told = json.loads(line)
        given = told.pop("seal")
        text = json.dumps(told, sort_keys=True, separators=(",", ":"))
        right = hmac.new(key, (seal + text).encode(), hashlib.sha256).hexdigest()
        if told.pop("n") != number or not hmac.compare_digest(str(given), right):
            return None, ""
        return parse_object(json.dumps(told).encode()), right
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None, ""
