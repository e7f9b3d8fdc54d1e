"""Tells who handed in the same work as whom.

In: all Submissions of a cohort. Out: the same, those that are equal with a remark that names the others.
This module must never decide who copied: the remark is the same for each.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable

from grader.records import CellKind, IntakeRemark, Submission, Trouble

MOST_NAMES = 6


def name_duplicates(submissions: Iterable[Submission]) -> tuple[Submission, ...]:
    """Adds a DUPLICATE remark to each that has the same files, or the same code, as another."""
    read = tuple(submissions)
    alike: dict[str, list[Submission]] = defaultdict(list)
    for submission in read:
        if submission.readable:
            alike[_code_digest(submission)].append(submission)
    twins = {s.student: [t for t in group if t is not s] for group in alike.values() for s in group if len(group) > 1}
    return tuple(_remarked(s, twins[s.student]) if s.student in twins else s for s in read)


def _code_digest(submission: Submission) -> str:
    """A digest of the code without empty lines and spaces at line ends: equal files have equal ones."""
    digest = hashlib.sha256()
    for cell in submission.cells:
        if cell.kind is CellKind.CODE:
            for line in cell.source.splitlines():
                if line.strip():
                    digest.update(line.rstrip().encode() + b"\n")
    return digest.hexdigest()


def _remarked(submission: Submission, twins: list[Submission]) -> Submission:
    names = ", ".join(t.display_name for t in twins[:MOST_NAMES])
    more = f" and {len(twins) - MOST_NAMES} more" if len(twins) > MOST_NAMES else ""
    what = "the same files" if any(t.digest == submission.digest for t in twins) else "the same code"
    said = f"'{submission.notebook_name}' holds {what} as the notebook of {names}{more}"
    remark = IntakeRemark(trouble=Trouble.DUPLICATE, file=submission.notebook_name, message=said)
    return submission.model_copy(update={"remarks": (*submission.remarks, remark)})
