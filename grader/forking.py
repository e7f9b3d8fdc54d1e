"""Work beside this process: an object that is asked there, and a function over many items. Copies are made by forking.

In: callables. Out: what they give. Results cross by pickle, between our own processes only. A copy that fails costs
time, never a result: its share is done here. Only a process of one thread is forked; any other does everything itself.
"""

from __future__ import annotations

import os
import signal
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

T = TypeVar("T")
R = TypeVar("R")
_GONE = (EOFError, OSError)
"""How a pipe says that nobody is at its other end."""
WORTH_A_COPY = 6
"""Items for which a copy is made: for fewer, making it takes as long as it saves."""


class Ended(RuntimeError):
    """A process beside this one is gone, and with it the answer."""


def can_fork() -> bool:
    """Whether this process may be copied: on Linux, and with one thread, whose locks nobody else holds."""
    try:
        return len(os.listdir("/proc/self/task")) == 1
    except OSError:
        return False


def aside(prepare: Callable[[], Callable[..., T]]) -> Callable[..., T]:
    """A maker of one object that lives in a process of its own; its methods are called as if it were here.

    `prepare` is called there at once, while this process goes on, and gives what makes the object. The object is made
    while this process goes on, too: where that fails, the first method says so. Its process ends with the object's
    `close`, or with this one. Where no process can be made, all of it happens here.
    """
    if not can_fork():
        return prepare()
    context = get_context("fork")
    here, there = context.Pipe()
    process = context.Process(target=_serve, args=(prepare, there, here), daemon=True)
    process.start()
    there.close()
    return cast("Callable[..., T]", _Elsewhere(here, process.join))


class _Elsewhere:
    """The maker and, once called, the object: every public name is a method there.

    Making it is not waited for; where it fails, the first method called says so.
    """

    def __init__(self, pipe: Connection, join: Callable[[], None]) -> None:
        self._pipe = pipe
        self._join = join
        self._owed = 0

    def __call__(self, *given: Any) -> Any:
        self._send("", given)
        return self

    def close(self) -> None:
        """Closes the object and ends its process."""
        try:
            self._send("close", ())
            self._answer()
        except Ended:
            pass  # before, as whoever called a method was told
        finally:
            self._pipe.close()
            self._join()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def ask(*given: Any) -> Any:
            self._send(name, given)
            return self._answer()

        return ask

    def _send(self, name: str, given: tuple[Any, ...]) -> None:
        with suppress(OSError):  # then there is no answer either, and whoever wants it is told
            self._pipe.send((name, given))
        self._owed += 1

    def _answer(self) -> Any:
        """The answer to what was sent last; an error that came before it is raised instead."""
        answer = None
        while self._owed:
            try:
                error, answer = self._pipe.recv()
            except _GONE:
                raise Ended("the process beside this one ended before it answered") from None
            self._owed -= 1
            if error is not None:
                raise error
        return answer


def _serve(prepare: Callable[[], Callable[..., object]], pipe: Connection, other_end: Connection) -> None:
    """Makes the object by the first call, and calls its methods until it is closed or nobody is left to ask."""
    other_end.close()  # held here too, it would hide that the asking process has ended
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    made: object = prepare()
    name = ""
    while name != "close":
        try:
            name, given = pipe.recv()
            called = getattr(made, name) if name else cast("Callable[..., object]", made)
            answer = called(*given)
        except EOFError:
            return
        except Exception as error:
            error.add_note("In the process beside: " + traceback.format_exc())
            pipe.send((error, None))
            if not name:
                return
        else:
            made, answer = (made, answer) if name else (answer, None)
            pipe.send((None, answer))


def spread(work: Callable[[T], R], items: Sequence[T], *, processes: int = 0) -> Iterator[R]:
    """`work` of each item, in their order, done by this process and by copies of it as they are when this is called.

    `processes`: how many in all; 0 for one a core. `work` may be done twice for an item, where a copy died over it.
    """
    count = _processes_for(len(items), processes) if can_fork() else 1
    copies: list[_Copy[T, R]] = []
    try:
        for number in range(1, count):
            copies.append(_Copy(work, items[number::count]))
        for number, item in enumerate(items):
            which = number % count
            yield work(item) if which == 0 else copies[which - 1].result(item)
    finally:
        for copy in copies:
            copy.end()


def _processes_for(items: int, wanted: int) -> int:
    return min(wanted or len(os.sched_getaffinity(0)), max(1, items // WORTH_A_COPY))


class _Copy(Generic[T, R]):
    """A copy of this process that goes through its share, and is a few results ahead of who asks for them."""

    def __init__(self, work: Callable[[T], R], share: Sequence[T]) -> None:
        context = get_context("fork")
        self._work = work
        self._pipe, there = context.Pipe(duplex=False)
        self._process = context.Process(target=_go_through, args=(work, share, there, self._pipe), daemon=True)
        self._process.start()
        there.close()

    def result(self, item: T) -> R:
        """The next result; once the copy has failed, what is asked for is done here, and fails here if it must."""
        try:
            return cast("R", self._pipe.recv())
        except _GONE:
            return self._work(item)

    def end(self) -> None:
        """Ends the copy, wherever it is."""
        self._pipe.close()
        self._process.terminate()
        self._process.join()


def _go_through(work: Callable[[T], R], share: Sequence[T], pipe: Connection, other_end: Connection) -> None:
    other_end.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(Exception):  # whatever it is, it comes again where the result is asked for
        for item in share:
            pipe.send(work(item))
