"""One object in a process of its own, whose methods are called as if it were here.

In: a callable that makes ready there what makes the object. Out: a maker; its object answers, fails and closes as the
object itself would. This module must never call a method twice.
"""

from __future__ import annotations

import signal
import traceback
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any, TypeVar, cast

from grader.forking.copying import GONE, can_fork

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

T = TypeVar("T")


class Ended(RuntimeError):
    """A process beside this one is gone, and with it the answer."""


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


def later(method: Callable[..., T], *given: Any) -> Callable[[], T]:
    """Begins to call a method, and gives what waits for its answer.

    Where its object lives aside, that goes on beside this process; of any other it is done when this returns.
    The answer is to be waited for before anything else is asked of that object.
    """
    if isinstance(method, _Asking):
        method.begin(*given)
        return method.end
    answer = method(*given)
    return lambda: answer


class _Asking:
    """A method of an object that lives elsewhere."""

    def __init__(self, where: _Elsewhere, name: str) -> None:
        self._where = where
        self._name = name

    def __call__(self, *given: Any) -> Any:
        self.begin(*given)
        return self.end()

    def begin(self, *given: Any) -> None:
        self._where._send(self._name, given)

    def end(self) -> Any:
        return self._where._answer()


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

    def __getattr__(self, name: str) -> _Asking:
        return _Asking(self, name)

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
            except GONE:
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
