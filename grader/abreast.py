"""Does the same to many things, on every core: copies of this process take a part of them each.

In: a function and what it is to be done to. Out: what it returned, in that order.
Must never lose an item: what a copy did not answer for is done here. Must never be used where other threads run.
"""

from __future__ import annotations

import os
import pickle
import threading
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import IO, NamedTuple, TypeVar

T = TypeVar("T")
R = TypeVar("R")

_WORTH_A_COPY = 8
"""Fewer items than these are done sooner than a copy is made and has answered."""


class _Copy(NamedTuple):
    pid: int
    answers: IO[bytes]


def abreast(work: Callable[[T], R], items: Sequence[T]) -> Iterator[R]:
    """`work` of every item, in order; the first part here, one at a time, the others by copies of this process.

    The first item is done before copies are made, so that what it loads and builds is there in all of them.

    Args:
        work: returns what can be pickled, and changes nothing here that others rely on. What it raises is raised here.
    """
    yield from map(work, items[:1])
    parts = _parts(items[1:])
    copies = [_start(work, part) for part in parts[1:]]
    try:
        yield from map(work, parts[0])
        for part, copy in zip(parts[1:], copies, strict=True):
            yield from _answers(copy, work, part)
    finally:
        for copy in copies:
            copy.answers.close()
            os.waitpid(copy.pid, 0)


def _parts(items: Sequence[T]) -> list[Sequence[T]]:
    """As many as there are cores, or as are worth a copy; of about the same length, the first being the longest."""
    alone = threading.active_count() > 1 or not hasattr(os, "fork")
    count = 1 if alone else max(1, min(len(os.sched_getaffinity(0)), len(items) // _WORTH_A_COPY))
    length, longer = divmod(len(items), count)
    borders = [0]
    for number in range(count):
        borders.append(borders[-1] + length + (number < longer))
    return [items[start:end] for start, end in pairwise(borders)]


def _start(work: Callable[[T], R], part: Sequence[T]) -> _Copy:
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            os.close(reading)
            with open(writing, "wb") as answers:
                pickle.dump([work(item) for item in part], answers)
        finally:
            os._exit(0)  # whatever went wrong: it is tried again where it can be told
    os.close(writing)
    return _Copy(pid, open(reading, "rb"))


def _answers(copy: _Copy, work: Callable[[T], R], part: Sequence[T]) -> Iterator[R]:
    told = copy.answers.read()
    try:
        answers = pickle.loads(told)  # noqa: S301 (written by a copy of this process)
    except (pickle.UnpicklingError, EOFError):
        answers = map(work, part)
    yield from answers
