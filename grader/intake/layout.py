"""Whose files are whose: folders per student, Moodle's folders, Canvas's flat names, plain flat files.

In: a Listing. Out: one HandIn a student, with the names that the student's own code would use.
This module must never open a file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from grader.intake.files import File, Listing, Refusal
from grader.intake.names import is_notebook_name, printable, stem
from grader.intake.reports import is_flat_report, whose

MOODLE_FOLDER = re.compile(r"^(?P<name>.+)_(?P<user>\d+)_assignsubmission_(?:file|onlinetext)_?$")
MOODLE_FLAT = re.compile(r"^(?P<name>.+?)_(?P<user>\d+)_assignsubmission_(?:file|onlinetext)_(?P<file>.+)$")
# Read from the right-hand ids; no leading zeros, at least three digits: `lab_06_2_final.ipynb` is not Canvas's.
CANVAS = re.compile(r"^(?P<name>.*?)(?:_LATE)?_(?P<user>[1-9]\d*)_(?P<attachment>[1-9]\d{2,})_(?P<file>.+)$")
CANVAS_ANONYMOUS = re.compile(
    r"^(?:LATE_)?(?P<name>anon)_(?:LATE_)?(?P<user>[0-9A-Za-z]+)_(?:\d{3,}_)?(?P<file>.+\..+)$"
)
CANVAS_ENTRY = re.compile(r"^(?P<name>.*?)(?:_LATE)?_(?P<user>[1-9]\d*)_(?P<file>(?:text|link)\.html)$")

ARCHIVES = (".zip", ".rar", ".7z", ".tar", ".gz", ".tgz")
HANDED_IN_AS = (*ARCHIVES, ".py", ".html", ".htm")
"""Endings that, lying flat in a cohort, are somebody's hand-in."""
INSTRUCTORS = (".md", ".txt", ".yaml", ".yml", ".csv", ".xlsx")
"""Endings of what an instructor keeps beside the hand-ins."""


@dataclass(frozen=True)
class HandIn:
    """What one student handed in, not yet opened. `key` tells it from all others of the cohort."""

    key: str
    name: str
    display_name: str
    files: tuple[File, ...] = ()
    refusals: tuple[Refusal, ...] = ()

    @property
    def has_notebook(self) -> bool:
        """True where a file claims to be a notebook."""
        return any(f.is_notebook for f in self.files)


def split(listing: Listing, *, archive: str = "") -> tuple[HandIn, ...]:
    """One HandIn a student. `archive` is the stem of the zip that the listing came from, "" for a folder."""
    listing = _unwrapped(listing, archive)
    folders = _folder_names(listing)
    if any(_is_handed_in(f) for f in listing.at_top):
        # Among flat hand-ins a folder is a student's only where something in it could be graded.
        folders = [name for name in folders if _may_be_student(listing.below(name))]
    alone = None if folders else _lone_notebook(listing)
    if alone:
        return (replace(_of_stem(alone.name, listing.files), refusals=listing.refusals),)
    return _merged([*(_of_folder(name, listing.below(name)) for name in folders), *_flat(listing)])


def _lone_notebook(listing: Listing) -> File | None:
    """The only notebook of a student's own folder: all that lies around it then belongs to it."""
    graded = [f for f in listing.at_top if f.is_notebook or f.name.suffix.casefold() in ARCHIVES]
    return graded[0] if len(graded) == 1 and graded[0].is_notebook and not _ids(graded[0].name) else None


def _unwrapped(listing: Listing, archive: str) -> Listing:
    """The inside of a lone outer folder, where that folder is a wrapper and no student."""
    names = _folder_names(listing)
    if len(names) != 1 or any(_is_handed_in(f) for f in listing.at_top) or MOODLE_FOLDER.match(names[0]):
        return listing
    inner = listing.below(names[0])
    students = [n for n in _folder_names(inner) if _may_be_student(inner.below(n))]
    flat = [f for f in inner.at_top if f.is_notebook]
    named_alike = names[0] == archive and (bool(students) or len(flat) > 1)
    platform = any(MOODLE_FOLDER.match(n) for n in students) or (len(flat) > 1 and all(_ids(f.name) for f in flat))
    return inner if named_alike or platform or (len(students) > 1 and not flat) else listing


def _folder_names(listing: Listing) -> list[str]:
    of_files = [f.name.parts[0] for f in listing.files if len(f.name.parts) > 1]
    of_refusals = [r.name.parts[0] for r in listing.refusals if len(r.name.parts) > 1]
    return list(dict.fromkeys([*listing.folders, *of_files, *of_refusals]))


def _may_be_student(listing: Listing) -> bool:
    gradable = any(
        f.is_notebook or f.name.suffix.casefold() in ARCHIVES or is_flat_report(f.name) for f in listing.files
    )
    return gradable or any(is_notebook_name(r.name.name) for r in listing.refusals)


def _is_handed_in(file: File) -> bool:
    return file.is_notebook or file.name.suffix.casefold() in HANDED_IN_AS or is_flat_report(file.name)


def _of_folder(folder: str, inside: Listing) -> HandIn:
    found = MOODLE_FOLDER.match(folder)
    if not found:
        return HandIn(folder + "/", folder, printable(folder), inside.files, inside.refusals)
    return _of_platform(found, inside.files, inside.refusals)


def _of_platform(found: re.Match[str], files: tuple[File, ...], refusals: tuple[Refusal, ...] = ()) -> HandIn:
    name = printable(found["name"].replace("_", " ")).strip() or "student"
    if name in ("Participant", "anon"):
        name = f"{name} {found['user']}"
    # The id stays in the short name: it survives a second download, and tells two Jane Does apart.
    own = f"{found['name']}-{found['user']}"
    return HandIn(f"{found['name']}/{found['user']}", own, name, files, refusals)


def _ids(name: PurePosixPath) -> re.Match[str] | None:
    patterns = (MOODLE_FLAT, CANVAS_ENTRY, CANVAS_ANONYMOUS, CANVAS)
    return next((found for found in (p.match(name.name) for p in patterns) if found), None)


def _flat(listing: Listing) -> list[HandIn]:
    """Hand-ins among the files of the top: by a platform's ids where most names have them, else by stem."""
    claims = [f for f in listing.at_top if _is_handed_in(f)]
    notebooks = [f.name for f in claims if f.is_notebook]
    stems = {stem(f.name.name) for f in claims}
    by_ids = sum(bool(_ids(f.name)) for f in claims) * 2 > len(claims)
    made: list[HandIn] = []
    for file in listing.at_top:
        found = _ids(file.name) if by_ids else None
        if found:
            made.append(_of_platform(found, (replace(file, name=PurePosixPath(found["file"])),)))
        elif is_flat_report(file.name) and (owner := whose(file.name, notebooks)):
            made.append(_of_stem(owner, (file,)))
        elif stem(file.name.name) in stems:
            made.append(_of_stem(file.name, (file,)))
    for refused in listing.refusals:
        if len(refused.name.parts) == 1 and refused.name.suffix.casefold() not in INSTRUCTORS:
            found = _ids(refused.name) if by_ids else None
            made.append(_of_platform(found, (), (refused,)) if found else _of_stem(refused.name, (), (refused,)))
    return made


def _of_stem(name: PurePosixPath, files: tuple[File, ...], refusals: tuple[Refusal, ...] = ()) -> HandIn:
    short = stem(name.name)
    return HandIn(short, short, printable(short), files, refusals)


def _merged(hand_ins: list[HandIn]) -> tuple[HandIn, ...]:
    """Several files, or several folders of Moodle's, of one student become one HandIn."""
    merged: dict[str, HandIn] = {}
    for new in hand_ins:
        old = merged.get(new.key, HandIn(new.key, new.name, new.display_name))
        merged[new.key] = HandIn(
            new.key, new.name, new.display_name, old.files + new.files, old.refusals + new.refusals
        )
    return tuple(merged.values())
