"""What a short command has made ready beside it before it knows what for.

In: nothing. Out: the gradebook's rows in a process of their own, which imports SQLAlchemy while this one reads the
command line and imports the rest. Must never be started by a command that doesn't want it.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from grader.forking import aside

if TYPE_CHECKING:
    from grader.database import Rows

_started: list[Callable[[str | Path], Rows]] = []


def start() -> None:
    """Begins to make the rows ready; whoever wants them takes them by `rows`.

    The search for cyclic garbage, a good part of a short command's time, begins only when that command lets it.
    """
    gc.disable()
    _started.append(aside(_prepare))


def rows() -> Callable[[str | Path], Rows]:
    """The maker of rows that was started, or one that is started now. It is the caller's alone."""
    return _started.pop() if _started else aside(_prepare)


def _prepare() -> Callable[[str | Path], Rows]:
    from grader.database import Rows

    return Rows
