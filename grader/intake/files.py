"""What lies in a folder or an archive, as a listing of plain files and of what was refused.

In: a folder on this machine. Out: a Listing whose names are relative to the folder.
This module must never follow a symbolic link, open a device or read a file's content.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from grader.intake.names import is_ignored, printable
from grader.records import Trouble

DEEPEST = 12
MOST_FILES = 200_000


@dataclass(frozen=True)
class File:
    """A regular file. `name` is what people see, relative to where the listing began; `path` holds its bytes.

    `is_notebook` is True where it is named, or written, like one: whether it is one is not yet known.
    """

    name: PurePosixPath
    path: Path
    size: int
    is_notebook: bool = False


@dataclass(frozen=True)
class Refusal:
    """Something that was not taken in, and why."""

    name: PurePosixPath
    trouble: Trouble
    message: str


@dataclass(frozen=True)
class Listing:
    """Everything found below one folder or in one archive. `folders` are those at the top, empty ones too."""

    files: tuple[File, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    folders: tuple[str, ...] = ()

    def below(self, folder: str) -> Listing:
        """The part under a folder of the top, with names relative to it."""
        return Listing(
            files=tuple(replace(f, name=_inside(f.name)) for f in self.files if _top(f.name) == folder),
            refusals=tuple(replace(r, name=_inside(r.name)) for r in self.refusals if _top(r.name) == folder),
            folders=tuple(dict.fromkeys(f.name.parts[1] for f in self.files if _top(f.name) == folder and _deep(f))),
        )

    @property
    def at_top(self) -> tuple[File, ...]:
        """Files that lie in no folder."""
        return tuple(f for f in self.files if len(f.name.parts) == 1)


def _top(name: PurePosixPath) -> str | None:
    return name.parts[0] if len(name.parts) > 1 else None


def _inside(name: PurePosixPath) -> PurePosixPath:
    return PurePosixPath(*name.parts[1:])


def _deep(file: File) -> bool:
    return len(file.name.parts) > 2


def list_folder(root: Path) -> Listing:
    """Every regular file below `root`, sorted by name; links, devices and what lies too deep are refused."""
    files: list[File] = []
    refusals: list[Refusal] = []
    folders: list[str] = []
    for entry, name in _walk(root, PurePosixPath()):
        why = _why_refused(entry, name, len(files))
        if why:
            refusals.append(Refusal(name, Trouble.UNSAFE_ARCHIVE, why))
        elif not entry.is_dir(follow_symlinks=False):
            files.append(File(name, Path(entry.path), entry.stat(follow_symlinks=False).st_size))
        elif len(name.parts) == 1:
            folders.append(name.name)
    return Listing(tuple(files), tuple(refusals), tuple(folders))


def _walk(folder: Path, name: PurePosixPath) -> Iterator[tuple[os.DirEntry[str], PurePosixPath]]:
    with os.scandir(folder) as found:
        entries = sorted(found, key=lambda entry: entry.name)
    for entry in entries:
        below = name / entry.name
        if is_ignored(below):
            continue
        yield entry, below
        if entry.is_dir(follow_symlinks=False) and len(below.parts) < DEEPEST and os.access(entry.path, os.R_OK):
            yield from _walk(Path(entry.path), below)


def _why_refused(entry: os.DirEntry[str], name: PurePosixPath, files: int) -> str:
    shown = printable(str(name))
    if entry.is_symlink():
        return f"'{shown}' is a symbolic link, which is never followed: hand in the file itself"
    if not os.access(entry.path, os.R_OK):
        return f"'{shown}' can't be opened: permission denied"
    if entry.is_dir(follow_symlinks=False):
        return f"'{shown}' lies more than {DEEPEST} folders deep" if len(name.parts) >= DEEPEST else ""
    if not entry.is_file(follow_symlinks=False):
        return f"'{shown}' is not a plain file (a device, a pipe or a socket)"
    return f"more than {MOST_FILES} files: '{shown}' was left out" if files >= MOST_FILES else ""
