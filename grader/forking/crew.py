"""A function over many items, shared out among this process and copies of it.

In: what gives the function, and items that can be sent. Out: what comes of each, in their order. This module must never
lose an item: what a copy failed at is done here.
"""

from __future__ import annotations

import os
import pickle
import signal
import struct
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import accumulate
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

from grader.forking.copying import GONE, can_fork

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

T = TypeVar("T")
R = TypeVar("R")
WORTH_A_COPY = 6
"""Items for which a copy is made: for fewer, making it takes as long as it saves."""
_AHEAD_BYTES = 1 << 20
"""What a copy may have sent and nobody received yet, before it has to wait: what Linux allows anybody."""
_PLACE = struct.Struct("=QQQ")


class Crew(Generic[T, R]):
    """This process and copies of it, that get ready for their work from now on and then share out items.

    Args:
        prepare: called in each, and gives the work.
        meanwhile: what a copy does as long as there are no items, beyond getting ready.
        processes: how many in all; 0 for one a core. More than two are made only when there are items for them.
    """

    def __init__(
        self, prepare: Callable[[], Callable[[T], R]], *, meanwhile: Callable[[], None] | None = None,
        processes: int = 0,
    ) -> None:  # fmt: skip
        self._prepare = prepare
        self._meanwhile = meanwhile
        self._processes = processes or len(os.sched_getaffinity(0)) if can_fork() else 1
        self._queue = _Queue() if self._processes > 1 else None
        self._copies: list[_Copy[T, R]] = []
        self._add_copies(2)
        try:
            self._work = prepare()
        except BaseException:
            self.close()
            raise

    def _add_copies(self, count: int) -> None:
        while self._queue is not None and len(self._copies) + 1 < min(count, self._processes):
            self._copies.append(_Copy(self._prepare, self._meanwhile, self._queue))

    def spread(self, items: Sequence[T]) -> Iterator[R]:
        """The work of each item, in their order. Whoever is through with one takes the next.

        It may be done twice for an item, where a copy died over it.
        """
        if self._queue is None or len(items) < 2 * WORTH_A_COPY:
            yield from map(self._work, items)
            return
        for copy in self._copies:
            copy.rest()
        self._queue.fill(items)
        self._add_copies(len(items) // WORTH_A_COPY)
        for copy in self._copies:
            copy.begin()
        done: dict[int, R] = {}
        following = 0
        finished = False
        try:
            for number in self._queue.numbers():
                try:
                    done[number] = self._work(items[number])
                except Exception:  # it comes again in its turn
                    break
                for copy in self._copies:
                    done.update(copy.results(wait=False))
                while following in done:
                    yield done.pop(following)
                    following += 1
            for copy in self._copies:
                if following + len(done) < len(items):
                    done.update(copy.results(wait=True))
            for number in range(following, len(items)):  # what a copy failed at is done here, and fails here if it must
                yield done.pop(number) if number in done else self._work(items[number])
            finished = True
        finally:
            if not finished:
                self.close()

    def close(self) -> None:
        """Ends the copies, wherever they are. What is spread later is done by this process alone."""
        for copy in self._copies:
            copy.end()
        self._copies.clear()
        if self._queue is not None:
            self._queue.close()
            self._queue = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Queue:
    """Items that are shared with copies of this process: each comes in one of them only.

    Two files in memory: the items, and their places, which all read from one position. Linux moves that for one reader
    at a time.
    """

    def __init__(self) -> None:
        self._items = os.memfd_create("items")
        self._places = os.memfd_create("places")

    def fill(self, items: Sequence[object]) -> None:
        """Puts other items in it; nobody may be taking any."""
        packed = [pickle.dumps(item, pickle.HIGHEST_PROTOCOL) for item in items]
        ends = list(accumulate(map(len, packed)))
        places = [_PLACE.pack(n, end - len(one), end) for n, (one, end) in enumerate(zip(packed, ends, strict=True))]
        for file, parts in ((self._items, packed), (self._places, places)):
            os.ftruncate(file, 0)
            os.lseek(file, 0, os.SEEK_SET)
            with open(file, "wb", closefd=False) as whole:
                whole.writelines(parts)
        os.lseek(self._places, 0, os.SEEK_SET)

    def numbers(self) -> Iterator[int]:
        """The numbers of items that nobody has taken yet."""
        return (number for number, _, _ in self._taken())

    def items(self) -> Iterator[tuple[int, Any]]:
        """The same, with the items themselves."""
        for number, start, end in self._taken():
            yield number, pickle.loads(os.pread(self._items, end - start, start))  # noqa: S301  our own, from memory

    def _taken(self) -> Iterator[tuple[int, int, int]]:
        while place := os.read(self._places, _PLACE.size):
            yield _PLACE.unpack(place)

    def close(self) -> None:
        os.close(self._items)
        os.close(self._places)


class _Copy(Generic[T, R]):
    """A copy of this process that does some of the items, and sends what comes of them."""

    def __init__(
        self, prepare: Callable[[], Callable[[T], R]], meanwhile: Callable[[], None] | None, queue: _Queue
    ) -> None:
        context = get_context("fork")
        self._results, answer = context.Pipe(duplex=False)
        asked, self._asking = context.Pipe(duplex=False)
        _widen(answer)
        given = (prepare, meanwhile, queue, asked, answer, (self._results, self._asking))
        self._busy = False
        self._process = context.Process(target=_work_along, args=given, daemon=True)
        self._process.start()
        asked.close()
        answer.close()

    def begin(self) -> None:
        """Lets it take items; nothing happens where it is gone."""
        with suppress(OSError):
            self._asking.send(True)
            self._busy = True

    def results(self, *, wait: bool) -> Iterator[tuple[int, R]]:
        """Results by their item's number: those that are there by now, or all of the items that it took."""
        while self._busy and (wait or self._results.poll()):
            try:
                result = self._results.recv()
            except GONE:
                result = None
            if result is None:
                self._busy = False
            else:
                yield result

    def rest(self) -> None:
        """Waits until it takes no more items."""
        for _ in self.results(wait=True):
            pass

    def end(self) -> None:
        """Ends the copy, wherever it is."""
        self._results.close()
        self._asking.close()
        self._process.terminate()
        self._process.join()


def _widen(pipe: Connection) -> None:
    with suppress(OSError):  # then a copy waits sooner
        import fcntl  # only here: there is none where nothing forks

        fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, _AHEAD_BYTES)


def _work_along(
    prepare: Callable[[], Callable[[T], R]], meanwhile: Callable[[], None] | None, queue: _Queue, asked: Connection,
    answer: Connection, others: Sequence[Connection],
) -> None:  # fmt: skip
    for other_end in others:
        other_end.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(Exception):  # whatever it is, it comes again where the result is asked for
        work = prepare()
        if meanwhile is not None and not asked.poll():
            meanwhile()
        while asked.recv():
            for number, item in queue.items():
                answer.send((number, work(item)))
            answer.send(None)
