"""Makes a folder once, whoever else is making it at the same moment, and however often a maker was killed half-way.

In: the folder wanted and a function that fills an empty one. Out: the folder, complete.
It must never leave a half-made folder under the wanted name: a maker works beside it, and one rename ends the work.
"""

from __future__ import annotations

import fcntl
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


def made_once(folder: Path, make: Callable[[Path], None]) -> Path:
    """`folder`, made by `make(empty folder)` unless it is there. The kernel drops the lock of a killed maker."""
    if folder.is_dir():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with locked(folder.with_name(f".{folder.name}.lock")):
        if not folder.is_dir():
            _remove_leftovers(folder)
            unfinished = Path(tempfile.mkdtemp(prefix=f".{folder.name}.making-", dir=folder.parent))
            make(unfinished)
            unfinished.chmod(0o755)
            unfinished.rename(folder)
    return folder


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """While one process is inside, others wait at the same path."""
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _remove_leftovers(folder: Path) -> None:
    """Under the lock nobody else is making it, so what lies half-made was left by one that was killed."""
    for leftover in folder.parent.glob(f".{folder.name}.making-*"):
        shutil.rmtree(leftover, ignore_errors=True)
