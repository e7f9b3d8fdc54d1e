"""Results → the folder that an instructor opens: index.html, a page a student, grades.csv.

In: graded students, one at a time. Out: files, each written whole or not at all.
Never keeps a student's evidence after the page is written.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from grader.export import write_grades_csv
from grader.records import Evidence, Result, Rubric
from grader.render import CohortEntry, cohort_entry, render_cohort, render_student

STUDENTS = "students"


class Publisher:
    """Writes the pages of one cohort into a folder.

    `reveal_all`: False writes students' pages as a self-check shows them (each criterion's `self_check`).
    """

    def __init__(self, folder: Path, rubric: Rubric, *, reveal_all: bool = True) -> None:
        self._folder = folder
        self._rubric = rubric
        self._reveal_all = reveal_all
        self._entries: dict[str, CohortEntry] = {}
        (folder / STUDENTS).mkdir(parents=True, exist_ok=True)

    def add(self, result: Result, evidence: Evidence) -> Path:
        """Writes one student's page, and remembers the line for the overview."""
        name = f"{STUDENTS}/{result.student}.html"
        self._entries[result.student] = cohort_entry(result, evidence, page_name=name)
        return write_whole(self._folder / name, render_student(result, evidence, reveal_all=self._reveal_all))

    def finish(self, *, notes: Sequence[str] = ()) -> Path:
        """Writes the overview and the table; pages of students who are no longer there are removed."""
        entries = [self._entries[student] for student in sorted(self._entries)]
        for page in (self._folder / STUDENTS).glob("*.html"):
            if page.stem not in self._entries:
                page.unlink()
        write_grades_csv([entry.result for entry in entries], self._folder / "grades.csv")
        title = f"{len(entries)} hand-ins" if len(entries) != 1 else "1 hand-in"
        overview = render_cohort(entries, rubric=self._rubric, title=title, notes=notes)
        return write_whole(self._folder / "index.html", overview)

    @property
    def results(self) -> tuple[Result, ...]:
        """All results so far, by student."""
        return tuple(self._entries[student].result for student in sorted(self._entries))


def write_whole(path: Path, text: str) -> Path:
    """Replaces a file in one step, so that a reader never sees half of it."""
    partial = path.with_name(f".{path.name}.part")
    partial.write_text(text, encoding="utf-8")
    os.replace(partial, path)
    return path
