"""Lays what was handed in beside the notebook into a folder of its own.

In: files of one student. Out: a folder that holds them and nothing else, under the names that the notebook uses,
with a digest of each. This module must never link: whoever reads the copy can't reach the original.
"""

from __future__ import annotations

import atexit
import hashlib
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from grader.intake.files import DEEPEST, File, Refusal
from grader.intake.names import printable
from grader.records import Trouble

MOST_COMPANIONS = 3_000
MOST_BYTES = 300 << 20
"""Of all companions of one student together."""
LONGEST_PART = 200
CHUNK = 1 << 20


class Workspace:
    """A folder for what is unpacked and copied, made when it is first needed.

    Without a folder of the caller's, a temporary one is made that goes when the process ends.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def new_folder(self, name: str) -> Path:
        """An empty folder that nothing else uses."""
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="grader-intake-"))
            atexit.register(shutil.rmtree, self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=f"{name[:40]}-", dir=self._folder))


@dataclass
class Companions:
    """What was kept: where, name → size, name → SHA-256, and what was left out."""

    folder: Path | None = None
    sizes: dict[str, int] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    left_out: list[Refusal] = field(default_factory=list)


def lay_out(files: Iterable[File], notebook: PurePosixPath, workspace: Workspace, student: str) -> Companions:
    """Copies `files` as seen from the folder in which the graded notebook lay."""
    made = Companions()
    taken: set[str] = set()
    for file in sorted(files, key=lambda f: str(f.name)):
        name = seen_from(file.name, notebook.parent)
        why = _why_left_out(name, file, made, taken)
        if why:
            made.left_out.append(Refusal(file.name, Trouble.TOO_LARGE, f"'{printable(str(file.name))}' {why}"))
            continue
        made.folder = made.folder or workspace.new_folder(student)
        taken.add(str(name).casefold())
        made.sizes[str(name)] = file.size
        made.digests[str(name)] = copy(file.path, made.folder / name)
    return made


def seen_from(name: PurePosixPath, folder: PurePosixPath) -> PurePosixPath:
    """The name under which a file is kept, as seen from the folder of the graded file."""
    inside = name.relative_to(folder) if name.is_relative_to(folder) else name
    return PurePosixPath(*(printable(part) or "_" for part in inside.parts))


def _why_left_out(name: PurePosixPath, file: File, made: Companions, taken: set[str]) -> str:
    if len(made.sizes) >= MOST_COMPANIONS:
        return f"was left out: more than {MOST_COMPANIONS} files were handed in beside the notebook"
    if sum(made.sizes.values()) + file.size > MOST_BYTES:
        return f"({file.size >> 20} MB) was left out: at most {MOST_BYTES >> 20} MB are kept beside the notebook"
    if len(name.parts) > DEEPEST:
        return f"was left out: it lies more than {DEEPEST} folders deep"
    if any(len(part.encode()) > LONGEST_PART for part in name.parts):
        return f"was left out: a name in its path is longer than {LONGEST_PART} bytes"
    ways = {str(name).casefold(), *(str(above).casefold() for above in name.parents)}
    if ways & taken or any(other.startswith(f"{str(name).casefold()}/") for other in taken):
        return "was left out: another file stands under the same name"
    return ""


def copy(source: Path, target: Path) -> str:
    """Copies a plain file and gives its SHA-256."""
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with source.open("rb") as reading, target.open("xb") as writing:
        while chunk := reading.read(CHUNK):
            digest.update(chunk)
            writing.write(chunk)
    return digest.hexdigest()


def digest_of(path: Path) -> str:
    """SHA-256 of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
