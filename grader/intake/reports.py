"""Which of a student's files is the report, and whose report lies among flat files.

In: file names. Out: the report, or the notebook to which a report belongs. This module must never open a file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

from grader.intake.files import File
from grader.intake.names import stem

REPORTS = (".pdf", ".docx", ".doc", ".odt", ".md", ".rtf", ".pages")
"""Endings of reports, the likelier first; those that can't be read are chosen too, so that the student is told."""
FLAT_REPORTS = (".pdf", ".docx", ".doc", ".odt")
"""Endings that, lying flat among hand-ins, are somebody's report."""
NEVER = frozenset({"readme", "license", "changelog", "requirements"})
_SAYS_SO = re.compile(r"report|answer|lab|assign|submission|write.?up", re.IGNORECASE)
_IS_TASK = re.compile(r"task|instruction|handout|hand-out|question|lecture|slides|rubric|paper|sheet|brief|syllabus",
                      re.IGNORECASE)  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+")
_ANYBODYS = frozenset(
    "lab report answers answer final notebook copy of submission assignment transfer learning finetuning fine tuning "
    "and tutorial version v week tp ipynb keras tensorflow cats dogs the my".split()
)


def choose_report(files: Iterable[File]) -> File | None:
    """The file that is most likely the report; None where none can be one."""
    found = [f for f in files if is_report(f.name)]
    return min(found, key=_rank, default=None)


def is_report(name: PurePosixPath) -> bool:
    """Whether a file is named as a report may be."""
    return name.suffix.casefold() in REPORTS and name.stem.casefold() not in NEVER


def is_flat_report(name: PurePosixPath) -> bool:
    """Whether a file, lying flat among hand-ins, is somebody's report and not the instructor's own sheet."""
    return name.suffix.casefold() in FLAT_REPORTS and not _is_task(name)


def _is_task(name: PurePosixPath) -> bool:
    return bool(_IS_TASK.search(name.stem)) and not re.search("report|answer", name.stem, re.IGNORECASE)


def _rank(file: File) -> tuple[bool, int, bool, bool, int, str]:
    name = file.name
    readable_first = REPORTS.index(name.suffix.casefold())
    return (
        _is_task(name),
        len(name.parts),
        not _SAYS_SO.search(name.stem),
        readable_first > 1,
        -file.size,
        str(name),
    )


def whose(report: PurePosixPath, notebooks: Sequence[PurePosixPath]) -> PurePosixPath | None:
    """The flat notebook whose name shares with the report words that no other notebook's name has.

    `lee_lab06.ipynb` and `Lee report.pdf` belong together; None where that is not sure.
    """
    wanted = _words(report)
    alike = [n for n in notebooks if stem(n.name) == stem(report.name)] or [
        n for n in notebooks if wanted and (wanted <= _words(n) or (_words(n) and _words(n) <= wanted))
    ]
    return alike[0] if len(alike) == 1 else None


def _words(name: PurePosixPath) -> frozenset[str]:
    return frozenset(w for w in _WORD.findall(stem(name.name).casefold()) if w not in _ANYBODYS and len(w) > 1)
