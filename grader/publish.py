"""Results → the folder that an instructor opens: index.html, a page a student, grades.csv.

In: graded students, one at a time. Out: files, each written whole or not at all. A page that would come out as it
lies there is not made again; `.pages.json` beside the pages remembers what each was made from.
Never keeps a student's evidence after the page is written, nor leaves a page that a full rendering would not write.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from grader.export import write_grades_csv
from grader.judge import Shared, SharedAnswers
from grader.records import Evidence, Result, Rubric
from grader.render import CohortEntry, cohort_entry, made_from, render_cohort, render_student

STUDENTS = "students"
MEMORY = ".pages.json"


class Page(NamedTuple):
    """A page as it was written: a name for what it was made from, and SHA-256 of its bytes."""

    made_from: str
    digest: str


class Published(NamedTuple):
    """A student's page that lies in the folder, and the student's line of the overview."""

    entry: CohortEntry
    page: Page
    written: bool


class Publisher:
    """Writes the pages of one cohort into a folder.

    `reveal_all`: False writes students' pages as a self-check shows them (each criterion's `self_check`).
    """

    def __init__(self, folder: Path, rubric: Rubric, *, reveal_all: bool = True) -> None:
        self._folder = folder
        self._rubric = rubric
        self._reveal_all = reveal_all
        self._entries: dict[str, CohortEntry] = {}
        self._before = _remembered(folder / MEMORY)
        self._pages: dict[str, Page] = {}
        self.written = 0
        """How many students' pages were written, rather than left as they lay there."""
        (folder / STUDENTS).mkdir(parents=True, exist_ok=True)

    def add(self, result: Result, evidence: Evidence) -> Path:
        """Sees to one student's page, and remembers the line for the overview."""
        self.count(self.make(result, evidence))
        return self._folder / _page_name(result)

    def make(self, result: Result, evidence: Evidence) -> Published:
        """Sees to one student's page; a copy of this process may do it, if `count` is told in this one."""
        name = _page_name(result)
        path = self._folder / name
        entry = cohort_entry(result, evidence, page_name=name)
        source = made_from(result, evidence, reveal_all=self._reveal_all)
        before = self._before.get(result.student)
        if before is not None and before == Page(source, _digest(path)):
            return Published(entry, before, written=False)
        text = render_student(result, evidence, reveal_all=self._reveal_all)
        write_whole(path, text)
        return Published(entry, Page(source, hashlib.sha256(text.encode()).hexdigest()), written=True)

    def count(self, published: Published) -> None:
        """Remembers a student's page and the line for the overview; a later one of the same student replaces it."""
        student = published.entry.result.student
        self._entries[student] = published.entry
        self._pages[student] = published.page
        self.written += published.written

    def finish(self, shared: Mapping[str, Shared] | None = None) -> Path:
        """Writes the overview and the table; pages of students who are no longer there are removed.

        `shared`: whose answers are nearly the same words, where that is known already.
        """
        if shared is None:
            shared = SharedAnswers(self.results).found()
        entries = [self._entries[student] for student in sorted(self._entries)]
        for page in (self._folder / STUDENTS).glob("*.html"):
            if page.stem not in self._entries:
                page.unlink()
        write_whole(self._folder / MEMORY, json.dumps(self._pages, indent=0, sort_keys=True))
        write_grades_csv([entry.result for entry in entries], self._folder / "grades.csv")
        title = f"{len(entries)} hand-ins" if len(entries) != 1 else "1 hand-in"
        overview = render_cohort(entries, rubric=self._rubric, title=title, notes=_notes(self.results, shared))
        return write_whole(self._folder / "index.html", overview)

    @property
    def results(self) -> tuple[Result, ...]:
        """All results so far, by student."""
        return tuple(self._entries[student].result for student in sorted(self._entries))


def _page_name(result: Result) -> str:
    return f"{STUDENTS}/{result.student}.html"


def _notes(results: tuple[Result, ...], shared: Mapping[str, Shared]) -> tuple[str, ...]:
    """What the overview says of all: from the results alone, so that it says it after a re-marking too."""
    return (*_stand_ins(results), *_shared(results, shared))


def _shared(results: tuple[Result, ...], shared: Mapping[str, Shared]) -> tuple[str, ...]:
    """Whose answers are nearly the same words: for the instructor, who decides."""
    titles = {c.id: c.title for result in results for c in result.criteria}
    groups = {(criterion, tuple(sorted({student, *peers})))
              for student, by_criterion in shared.items()
              for criterion, peers in by_criterion.items()}  # fmt: skip
    return tuple(f"{titles[criterion]}: nearly the same words from {', '.join(students)}."
                 for criterion, students in sorted(groups))


def _stand_ins(results: tuple[Result, ...]) -> tuple[str, ...]:
    count = sum(any(notice.kind == "stand_in" for notice in result.notices) for result in results)
    if not count:
        return ()
    return (f"Stand-ins for data or weights were used with {count} of {len(results)} hand-ins; each page says which. "
            "Structure and training are judged as usual; accuracies mean nothing.",)


def write_whole(path: Path, text: str) -> Path:
    """Replaces a file in one step, so that a reader never sees half of it."""
    partial = path.with_name(f".{path.name}.part")
    partial.write_text(text, encoding="utf-8")
    os.replace(partial, path)
    return path


def _digest(path: Path) -> str:
    """SHA-256 of a file; words that are no digest where it can't be read."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return "not there"


def _remembered(path: Path) -> dict[str, Page]:
    """What was remembered of the pages; nothing where it can't be understood, and then every page is made anew."""
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
        return {student: Page(str(made), str(digest)) for student, (made, digest) in known.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}
