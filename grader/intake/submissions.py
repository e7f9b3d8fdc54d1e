"""From a path to Submissions: what the stage is for.

In: a folder, a zip or a notebook. Out: one Submission a student, sorted by student; troubles are remarks of theirs.
This module must never raise for one student's files: only a path that holds nothing at all is an error.
"""

from __future__ import annotations

import difflib
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from grader.errors import IntakeError
from grader.intake.archive import COHORT_LIMITS, DamagedArchive, is_zip, unpack
from grader.intake.companions import Workspace
from grader.intake.duplicates import name_duplicates
from grader.intake.files import File, Listing, list_folder
from grader.intake.layout import HandIn, split
from grader.intake.names import printable, stem, unique_slugs
from grader.intake.notebook import claims_to_be_notebook
from grader.intake.reports import is_report
from grader.intake.student import read_hand_in
from grader.records import Submission


def read_submissions(
    path: Path, *, recognised_by: tuple[str, ...] = (), workspace: Path | None = None
) -> tuple[Submission, ...]:
    """Every student's hand-in below `path`, sorted by student.

    Args:
        path: a folder per student (also Moodle's), flat files (also Canvas's), a zip of either, or one notebook.
        recognised_by: words or regular expressions that tell the assignment's notebook from others.
        workspace: where companions are laid out. Its content must outlive the run of the submissions and is
            the caller's to remove. Without it a temporary folder serves, which goes when the process ends.

    Raises:
        IntakeError: where `path` holds nothing that could be anyone's hand-in.
    """
    place = Workspace(workspace)
    unpacked = None
    if not path.is_dir() and _is_archive(path):
        unpacked = place.new_folder("unpacked")
    try:
        hand_ins = _hand_ins(path, unpacked)
        slugs = unique_slugs({h.key: h.name for h in hand_ins})
        read = [read_hand_in(h, slugs[h.key], recognised_by, place) for h in hand_ins]
    except OSError as error:
        # What students can do wrong was a remark long before: this is a full disk, or a folder that vanished.
        raise IntakeError(f"{path}: can't be read to the end: {error}") from error
    finally:
        if unpacked:
            shutil.rmtree(unpacked, ignore_errors=True)
    return name_duplicates(sorted(read, key=lambda s: s.student))


def read_own(paths: Sequence[Path]) -> Submission:
    """One notebook, one report, or both: what `check` reads. Files beside them are nobody's business.

    Raises:
        IntakeError: where a file is missing, or these are not one notebook and one report at most.
    """
    for path in paths:
        if path.is_dir() or not path.exists():
            raise IntakeError(_missing(path) if not path.is_dir() else f"{path}: expected a file, found a folder")
    reports = [path for path in paths if is_report(PurePosixPath(path.name))]
    if len(reports) > 1 or len(paths) - len(reports) > 1:
        raise IntakeError(f"expected one notebook and one report at most, got {', '.join(map(str, paths))}")
    hand_in = _lone(*sorted(paths, key=lambda path: path in reports))
    return read_hand_in(hand_in, unique_slugs({hand_in.key: hand_in.name})[hand_in.key], (), Workspace(None))


def _is_archive(path: Path) -> bool:
    if not path.is_file():
        raise IntakeError(_missing(path))
    return is_zip(path) and path.suffix.casefold() != ".ipynb"


def _hand_ins(path: Path, unpacked: Path | None) -> tuple[HandIn, ...]:
    if unpacked:
        try:
            found = split(_marked(unpack(path, unpacked, COHORT_LIMITS)), archive=path.stem)
        except DamagedArchive as error:
            raise IntakeError(f"{path}: {error}. Download it again, or unpack it and name the folder.") from error
    elif path.is_dir():
        found = split(_marked(list_folder(path.resolve())))
    else:
        return (_lone(path),)
    if not found:
        raise IntakeError(
            f"{path}: no hand-ins found. Expected a folder per student, notebooks (.ipynb), or a zip of either."
        )
    return found


def _marked(listing: Listing) -> Listing:
    files = (replace(f, is_notebook=claims_to_be_notebook(f.name.name, f.path)) for f in listing.files)
    return replace(listing, files=tuple(files))


def _lone(*paths: Path) -> HandIn:
    name = stem(paths[0].name)
    names = [PurePosixPath(path.name) for path in paths]
    files = (File(n, p, p.stat().st_size, is_notebook=not is_report(n)) for n, p in zip(names, paths, strict=True))
    return HandIn(paths[0].name, name, printable(name), tuple(files))


def _missing(path: Path) -> str:
    folder = path.parent
    names = sorted(p.name for p in folder.iterdir()) if folder.is_dir() else []
    near = difflib.get_close_matches(path.name, names, n=1)
    if near:
        return f"{path}: no such file or folder. Did you mean '{folder / near[0]}'?"
    return f"{path}: no such file or folder"
