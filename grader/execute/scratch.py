"""The one folder on the host that a submission may write to.

In: nothing. Out: a Scratch, and later its absence. The names of its parts are those that the sandbox binds.
Must never follow a symbolic link that a student's code made, and never touch a folder that it did not make.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_PREFIX = "grader-"
# A unix socket's path may have 107 bytes, of which "/grader-<pid>-xxxxxxxx/root/ipc/k-1" takes forty.
_LONGEST_PARENT = 60
_WRITABLE = ("home", "content", "tmp", "shm", "root", "root/out", "root/out/models", "root/ipc")


@dataclass(frozen=True)
class Scratch:
    """`folder` holds: `home`, `content`, `tmp`, `shm` and `root` (what is /grader inside), and `etc`, `kernel.log`."""

    folder: Path

    @property
    def root(self) -> Path:
        """GRADER_ROOT as the host sees it."""
        return self.folder / "root"

    @property
    def out(self) -> Path:
        return self.root / "out"

    @property
    def ipc(self) -> Path:
        return self.root / "ipc"

    @property
    def content(self) -> Path:
        return self.folder / "content"

    @property
    def log(self) -> Path:
        """What the kernel wrote to its standard error until it was ready."""
        return self.folder / "kernel.log"


@contextmanager
def make_scratch() -> Iterator[Scratch]:
    """A scratch folder that is gone afterwards, whatever happened and whatever lies in it."""
    folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=scratch_parent()))
    try:
        for name in _WRITABLE:
            (folder / name).mkdir()
        yield Scratch(folder)
    finally:
        remove_tree(folder)


def scratch_parent() -> Path:
    """Where scratch folders are made: the temporary folder, unless its path is too long for sockets."""
    parent = Path(tempfile.gettempdir())
    return parent if len(str(parent)) <= _LONGEST_PARENT else Path("/tmp")  # noqa: S108 (mkdtemp inside it)


def stale_scratches() -> Iterator[Path]:
    """Scratch folders of graders that no longer run."""
    for folder in sorted(scratch_parent().glob(f"{_PREFIX}*-*")):
        pid = folder.name.removeprefix(_PREFIX).partition("-")[0]
        with contextlib.suppress(OSError):
            info = folder.lstat()
            if pid.isdigit() and stat.S_ISDIR(info.st_mode) and info.st_uid == os.getuid():
                if not _has_run_since(int(pid), info.st_mtime):
                    yield folder


def remove_tree(folder: Path) -> None:
    """Remove a folder that may hold unreadable folders, or trees deeper than Python can walk."""
    with contextlib.suppress(RecursionError):
        shutil.rmtree(folder, ignore_errors=True)
    if folder.exists():
        subprocess.run(["chmod", "-R", "u+rwX", "--", str(folder)], check=False, capture_output=True)
        subprocess.run(["rm", "-rf", "--", str(folder)], check=False, capture_output=True)


def disk_use(folder: Path, *, at_most: int) -> int:
    """Bytes that `folder` takes; more than `at_most` where that is passed, or where something hides from counting."""
    total, entries, pending = 0, 0, [str(folder)]
    while pending and total <= at_most:
        try:
            with os.scandir(pending.pop()) as found:
                for entry in found:
                    entries += 1
                    with contextlib.suppress(FileNotFoundError):
                        total += entry.stat(follow_symlinks=False).st_blocks * 512
                        if entry.is_dir(follow_symlinks=False):
                            pending.append(entry.path)
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            if error.errno in (errno.EACCES, errno.ENAMETOOLONG, errno.ELOOP):
                return at_most + 1
            raise
        # Inodes are a resource too, and a million empty files would make this walk the dearest part of grading.
        if entries > 200_000:
            return at_most + 1
    return total


def _has_run_since(pid: int, moment: float) -> bool:
    """True where process `pid` exists and is old enough to have made something at `moment`."""
    try:
        return os.stat(f"/proc/{pid}").st_ctime <= moment + 1
    except FileNotFoundError:
        return False
