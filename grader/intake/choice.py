"""Finds, among several notebooks of one student, the one that the assignment is about.

In: the notebooks that could be read, and the words by which the assignment is recognised. Out: one of them.
This module must never look at a file's time: archives and copies lose it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from grader.intake.files import File
from grader.intake.notebook import Notebook
from grader.records import CellKind

_COPY_NUMBER = re.compile(r"[-_ (](\d{1,3})\)?(?=\.ipynb)", re.IGNORECASE)


@dataclass(frozen=True)
class Candidate:
    """A notebook that could be read, and the file that it came from."""

    file: File
    notebook: Notebook


def best(candidates: list[Candidate], recognised_by: tuple[str, ...]) -> Candidate:
    """The candidate with most of the assignment's words; of equals the more executed, the longer, the later copy."""
    return max(candidates, key=lambda c: _rank(c, recognised_by))


def score(notebook: Notebook, recognised_by: tuple[str, ...]) -> int:
    """How many of the assignment's words or regular expressions occur in the notebook's code and text."""
    text = "\n".join(c.source for c in notebook.cells if c.kind is not CellKind.RAW)
    return sum(_occurs(word, text) for word in recognised_by)


def _occurs(word: str, text: str) -> bool:
    try:
        return re.search(word, text, re.IGNORECASE) is not None
    except re.error:
        return word.casefold() in text.casefold()


def _rank(candidate: Candidate, recognised_by: tuple[str, ...]) -> tuple[int, int, int, int, str]:
    code = [c for c in candidate.notebook.cells if c.kind is CellKind.CODE and c.source.strip()]
    executed = sum(bool(c.execution_count or c.outputs) for c in code)
    copy = _COPY_NUMBER.search(candidate.file.name.name)
    return (
        score(candidate.notebook, recognised_by),
        executed,
        sum(len(c.source) for c in code),
        int(copy[1]) if copy else 0,
        str(candidate.file.name),
    )
