"""Runs one measuring module in a child process with limits, and hands on what it tells line by line.

In: the name of a sibling module with `measure(job)`, which yields (id, findings); a job. Out: the pairs that came
before the child ended. A child that dies, hangs or floods must never take the parent with it or go unmentioned.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import resource
import select
import signal
import sys
import time
from collections.abc import Iterator
from typing import Any

_MOST_BYTES = 4_000_000
_MEMORY_BYTES = 5 << 29  # 2.5 GiB, less than what the sandbox kills for


class Clock:
    """How long all children together may take, from now."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    @property
    def left_s(self) -> float:
        return max(self._end - time.monotonic(), 0.1)


def run_child(module: str, job: dict[str, Any], clock: Clock) -> list[tuple[str, dict[str, Any]]]:
    """What `module.measure(job)` yields, and for each model that it did not reach, why."""
    reading, writing = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _be_child(module, job, writing, clock.left_s)
    os.close(writing)
    text, why = _listen(reading, clock.left_s)
    with contextlib.suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    found = list(_pairs(text, set(job["models"])))
    ended = os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0
    left = [key for key in job["models"] if key not in {key for key, _ in found}]
    if left and not why:
        why = "ended without an answer" if ended else "died: it needed more time or memory than an inspection has"
    return found + [(key, {"problem": f"{module} {why}"}) for key in left]


def _be_child(module: str, job: dict[str, Any], writing: int, limit_s: float) -> None:
    """Measure and leave; nothing that the measuring prints reaches stdout."""
    code = 1
    try:
        os.dup2(2, 1)
        gc.disable()  # a short life: collecting costs a tenth of building a model
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (int(limit_s) + 1, int(limit_s) + 2))
        if job.get("backend") != "tensorflow":  # TensorFlow maps far more than it uses
            resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
        with os.fdopen(writing, "w", encoding="utf-8") as out:
            for key, found in importlib.import_module(module).measure(job):
                out.write(json.dumps([key, found], allow_nan=False) + "\n")
                out.flush()
        code = 0
    except BaseException as error:
        os.write(2, f"{module}: {type(error).__name__}: {error}\n".encode()[:2000])
    finally:
        os._exit(code)


def _listen(reading: int, limit_s: float) -> tuple[str, str]:
    """All that comes through the pipe until it closes, and why listening stopped before that."""
    deadline = time.monotonic() + limit_s
    parts: list[bytes] = []
    size = 0
    why = ""
    while not why:
        ready, _, _ = select.select([reading], [], [], max(deadline - time.monotonic(), 0))
        if not ready:
            why = f"took more than {limit_s:g} s"
            break
        part = os.read(reading, 65536)
        if not part:
            break
        parts.append(part)
        size += len(part)
        if size > _MOST_BYTES:
            why = "said too much"
    os.close(reading)
    return b"".join(parts).decode("utf-8", "replace"), why


def _pairs(text: str, expected: set[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    for line in text.splitlines():
        try:
            key, found = json.loads(line)
        except ValueError:
            continue
        if key in expected and isinstance(found, dict):
            expected.discard(key)
            yield key, found
