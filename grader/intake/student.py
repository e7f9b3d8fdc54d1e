"""One student's files → one Submission.

In: a HandIn. Out: a Submission with remarks for all that was odd.
This module must never raise for what a student handed in.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path, PurePosixPath

from grader.intake.archive import STUDENT_LIMITS, DamagedArchive, is_zip, unpack
from grader.intake.choice import Candidate, best, score
from grader.intake.companions import Companions, Workspace, digest_of, lay_out, seen_from
from grader.intake.files import File, Refusal
from grader.intake.layout import HandIn
from grader.intake.names import name_fault, printable
from grader.intake.notebook import Fault, claims_to_be_notebook, open_notebook
from grader.intake.reports import choose_report
from grader.records import IntakeRemark, Submission, Trouble

MOST_NOTEBOOKS = 30
MOST_ARCHIVES = 5
MOST_REMARKS = 20


def read_hand_in(hand_in: HandIn, student: str, recognised_by: tuple[str, ...], workspace: Workspace) -> Submission:
    """Reads what one student handed in; archives of it are opened one level deep."""
    zips = () if hand_in.has_notebook else tuple(f for f in hand_in.files if _is_zip(f))[:MOST_ARCHIVES]
    if not zips:
        return _read(hand_in, student, recognised_by, workspace)
    folder = workspace.new_folder("unpacked")
    try:
        return _read(_opened(hand_in, zips, folder), student, recognised_by, workspace)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _is_zip(file: File) -> bool:
    return file.name.suffix.casefold() == ".zip" and is_zip(file.path)


def _opened(hand_in: HandIn, zips: tuple[File, ...], folder: Path) -> HandIn:
    files = [f for f in hand_in.files if f not in zips]
    refusals = list(hand_in.refusals)
    for number, file in enumerate(zips):
        into = folder / str(number)
        into.mkdir()
        try:
            listing = unpack(file.path, into, STUDENT_LIMITS)
        except DamagedArchive as error:
            files.append(file)
            refusals.append(Refusal(file.name, Trouble.UNREADABLE, f"'{printable(file.name.name)}': {error}"))
            continue
        files += (replace(f, is_notebook=claims_to_be_notebook(f.name.name, f.path)) for f in listing.files)
        refusals += listing.refusals
    return replace(hand_in, files=tuple(files), refusals=tuple(refusals))


def _read(hand_in: HandIn, student: str, recognised_by: tuple[str, ...], workspace: Workspace) -> Submission:
    candidates, faults = _notebooks(hand_in.files)
    chosen = best(candidates, recognised_by) if candidates else None
    graded = chosen.file if chosen else next(iter(faults), None)
    others = [f for f in hand_in.files if f is not graded]
    report = choose_report(others)
    centre = graded or report
    kept = lay_out(others, centre.name, workspace, student) if centre else Companions()
    troubles = [*hand_in.refusals, *_of_faults(faults), *kept.left_out]
    if chosen:
        troubles = [*_of_choice(chosen, candidates, recognised_by), *troubles]
    elif not graded:
        troubles.append(_nothing(hand_in))
    return Submission(
        student=student,
        display_name=hand_in.display_name,
        notebook_name=printable(graded.name.name) if graded else "",
        digest=_digest(graded, hand_in.files, kept),
        cells=chosen.notebook.cells if chosen else (),
        language=chosen.notebook.language if chosen else _language(faults),
        companions=kept.sizes,
        report_name=_kept_as(report, centre, kept),
        folder=str(kept.folder or ""),
        remarks=_remarks(troubles, fatal=chosen is None),
    )


def _kept_as(report: File | None, centre: File | None, kept: Companions) -> str:
    """Under which name the report lies among the companions, "" where it doesn't."""
    if report is None or centre is None:
        return ""
    name = str(seen_from(report.name, centre.name.parent))
    return name if name in kept.sizes else ""


def _notebooks(files: Iterable[File]) -> tuple[list[Candidate], dict[File, Fault]]:
    candidates: list[Candidate] = []
    faults: dict[File, Fault] = {}
    for file in [f for f in files if f.is_notebook][:MOST_NOTEBOOKS]:
        opened = open_notebook(file.path)
        if isinstance(opened, Fault):
            faults[file] = opened
        else:
            candidates.append(Candidate(file, opened))
    return candidates, faults


def _of_faults(faults: dict[File, Fault]) -> list[Refusal]:
    return [Refusal(f.name, x.trouble, f"'{printable(str(f.name))}' {x.message}") for f, x in faults.items()]


def _of_choice(chosen: Candidate, candidates: list[Candidate], recognised_by: tuple[str, ...]) -> list[Refusal]:
    name = chosen.file.name
    made: list[Refusal] = []
    wrong = name_fault(printable(name.name))
    if wrong:
        made.append(Refusal(name, Trouble.WRONG_NAME, wrong))
    if chosen.notebook.format < 4:
        old = f"'{printable(str(name))}' is in nbformat {chosen.notebook.format}, from before 2015; converted"
        made.append(Refusal(name, Trouble.OLD_FORMAT, old))
    found = score(chosen.notebook, recognised_by)
    if len(candidates) > 1:
        rest = ", ".join(f"'{printable(str(c.file.name))}'" for c in candidates if c is not chosen)
        why = f" ({found} of {len(recognised_by)} words of the assignment occur in it)" if recognised_by else ""
        said = f"of {len(candidates)} notebooks, '{printable(str(name))}' was graded{why}; not graded: {rest}"
        made.append(Refusal(name, Trouble.OTHER_NOTEBOOKS, said))
    elif recognised_by and not found:
        said = f"'{printable(str(name))}' holds none of the assignment's words: it may be another assignment's notebook"
        made.append(Refusal(name, Trouble.OTHER_NOTEBOOKS, said))
    return made


def _nothing(hand_in: HandIn) -> Refusal:
    names = [printable(str(f.name)) for f in hand_in.files]
    where = hand_in.files[0].name if hand_in.files else PurePosixPath(hand_in.name)
    scripts = [n for n in names if n.casefold().endswith(".py")]
    if scripts:
        said = f"'{scripts[0]}' is a Python script, not a notebook: hand in the .ipynb itself"
    elif names:
        more = " and more" if len(names) > 5 else ""
        said = f"no notebook: only {', '.join(map(repr, names[:5]))}{more} was handed in"
    else:
        said = "no notebook: nothing that could be read was handed in"
    return Refusal(where, Trouble.NO_NOTEBOOK, said)


def _language(faults: dict[File, Fault]) -> str:
    return next((fault.language for fault in faults.values()), "python")


def _digest(graded: File | None, files: Iterable[File], kept: Companions) -> str:
    """Names the notebook and its companions, as handed in. What is left out counts by name and size."""
    if graded is None:
        parts: object = [sorted([str(f.name), f.size] for f in files), sorted(kept.digests.items())]
    else:
        left = sorted(str(r.name) for r in kept.left_out)
        parts = [digest_of(graded.path), sorted(kept.digests.items()), left]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _remarks(troubles: list[Refusal], *, fatal: bool) -> tuple[IntakeRemark, ...]:
    shown = [
        IntakeRemark(trouble=t.trouble, file=printable(str(t.name)), message=t.message, fatal=fatal)
        for t in troubles[:MOST_REMARKS]
    ]
    more = len(troubles) - len(shown)
    if more:
        last = troubles[-1]
        said = f"{more} more remarks like these, the last about '{printable(str(last.name))}'"
        shown.append(IntakeRemark(trouble=last.trouble, file=printable(str(last.name)), message=said, fatal=False))
    return tuple(shown)
