"""Runs one script of ours in an enclosure, on files that are not ours, and takes its JSON.

In: an Enclosure and a command. Out: an EnclosedRun; nothing is raised, because the script may die of what it reads.
Must never read more of an answer than was asked for, nor wait longer.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.execute.kernel import describe_exit, tail
from grader.execute.launch import launch
from grader.execute.sandbox import Enclosure
from grader.execute.untrusted_json import UntrustedJson, parse_object
from grader.execute.watch import Watch
from grader.records import Limits, RunEnd, SandboxKind

_POLL_S = 0.05


@dataclass(frozen=True)
class EnclosedRun:
    """What the script said, or why it said nothing, and what that cost.

    Attributes:
        problem: for people, "" where there is an answer. breach: the limit that was passed.
        code: how it ended; None where it had to be stopped.
        left_over: processes that would not end.
    """

    answer: dict[str, Any] = field(default_factory=dict)
    problem: str = ""
    breach: RunEnd | None = None
    code: int | None = None
    cpu_s: float = 0.0
    peak_memory_mb: float = 0.0
    left_over: tuple[int, ...] = ()


def run_enclosed(
    enclosure: Enclosure,
    command: list[str],
    *,
    folder: Path,
    limits: Limits,
    timeout_s: float,
    answer_bytes: int,
    what: str,
) -> EnclosedRun:
    """Run `command` and wait for its end.

    Args:
        folder: on the host, out of the script's reach but for what the enclosure mounts of it; watched for its size.
        what: names the script in messages: "the inspection".
    """
    answer, log = folder / "answer.json", folder / "log"
    with answer.open("wb") as output:
        marker = f"GRADER_ROOT={enclosure.environment['GRADER_ROOT']}" if enclosure.kind == SandboxKind.NONE else ""
        launched = launch(enclosure, command, limits, output=output, log=log, marker=marker)
    watch = Watch(launched, limits, folder)
    watch.start()
    deadline = time.monotonic() + timeout_s
    try:
        while (code := launched.poll()) is None and time.monotonic() < deadline:
            watch.sample()
            time.sleep(_POLL_S)
    finally:
        watch.stop()
        left = tuple(launched.tree.kill())
        _wait(launched.poll)
    told: dict[str, Any] = {}
    problem = _problem(code, watch.breach, log, timeout_s, what)
    if not problem:
        told, problem = _answer(answer, answer_bytes, what)
    cpu_s = max(watch.cpu_s, launched.waited_cpu_s)
    return EnclosedRun(told, problem, watch.breach, code, cpu_s, watch.peak_memory_mb, left)


def _answer(path: Path, at_most: int, what: str) -> tuple[dict[str, Any], str]:
    with path.open("rb") as file:
        raw = file.read(at_most + 1)
    if len(raw) > at_most:
        return {}, f"{what}'s answer can't be read: it is larger than {at_most // 1_000_000} MB"
    try:
        return parse_object(raw), ""
    except UntrustedJson as error:
        return {}, f"{what}'s answer can't be read: {error}"


def _wait(poll: Callable[[], int | None]) -> None:
    deadline = time.monotonic() + 5
    while poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)


def _problem(code: int | None, breach: RunEnd | None, log: Path, timeout_s: float, what: str) -> str:
    if breach is not None:
        return f"{what} was stopped ({breach.value.replace('_', ' ')})"
    if code is None:
        return f"{what} took longer than {timeout_s:.0f} s"
    with suppress(OSError):
        if code != 0:
            return f"{describe_exit(code).replace('the kernel', what)}: {tail(log)[-500:]}"
    return ""
