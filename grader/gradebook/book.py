"""The Gradebook: every question that the grader asks of its memory, a method each.

In: records. Out: records. Each method is one transaction: what it stored is there when it returns, whatever becomes
of the process. Nothing is kept in memory, so a cohort of any size costs the same.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from grader.errors import GradebookError
from grader.forking import later
from grader.gradebook.stored import (
    Current,
    HandInRow,
    Judgement,
    Outdated,
    StoredEvidence,
    StoredResult,
    hand_in,
    hand_in_values,
    packed,
    ready_to_store,
    unpacked,
)
from grader.records import Evidence, Result, Run, Submission

if TYPE_CHECKING:
    from grader.database import Row, Rows


class Gradebook:
    """Hand-ins, evidence and results in one database. Safe to use from several threads, and to open several times.

    Args:
        url: a SQLAlchemy URL (`sqlite:///out/gradebook.db`, `postgresql+psycopg://…`), or the path of a SQLite file.
        grader_version: stored with every result.
        rows: makes the rows from `url`, where they are to be elsewhere; None for this process.

    Raises:
        GradebookError: here and in every method, where the database can't do what was asked.
    """

    def __init__(
        self, url: str | Path, *, grader_version: str = "", rows: Callable[[str | Path], Rows] | None = None
    ) -> None:
        self._rows = (rows or _rows_here)(url)
        self._grader_version = grader_version

    def close(self) -> None:
        """Ends all connections."""
        self._rows.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    # ------------------------------------------------------------------ evidence

    def evidence(self, key: str) -> Evidence | None:
        """The evidence under `key`; None where there is none that this version can read.

        Equal files of two students share it: the names in it are those of whoever came first.
        """
        data = self._rows.evidence_column(key, "evidence")
        try:
            return unpacked(Evidence, data) if data is not None else None
        except Outdated:
            return None

    def reader_version(self, key: str) -> str | None:
        """Which version of the readers made the evidence under `key`; None where there is none."""
        version: str | None = self._rows.evidence_column(key, "reader_version")
        return version

    def run(self, key: str) -> Run | None:
        """The raw material that was stored with the evidence under `key`, if any."""
        data = self._rows.evidence_column(key, "run")
        try:
            return unpacked(Run, data) if data is not None else None
        except Outdated:
            return None

    def store_evidence(self, key: str, evidence: Evidence, run: Run | None = None, *, reader_version: str = "") -> None:
        """Keeps evidence under `key`, in place of what was there."""
        self._rows.put_evidence({
            "key": key,
            "digest": evidence.digest,
            "reader_version": reader_version,
            "phases": json.dumps(evidence.phases),
            "evidence": packed(evidence),
            "run": packed(run) if run else None,
        })

    # ------------------------------------------------------------------ hand-ins

    def record_handins(self, assignment: str, submissions: Iterable[Submission]) -> None:
        """Makes these the current hand-ins of an assignment: all of them, at once.

        Recording the same again changes nothing. Students who are not among them stay in the gradebook,
        but are no longer current.
        """
        rows = sorted((hand_in_values(s) for s in submissions), key=lambda row: row["student"])
        self._rows.put_hand_ins(assignment, hashlib.sha256(json.dumps(rows).encode()).hexdigest(), rows)

    def current_handins(self, assignment: str) -> list[HandInRow]:
        """The hand-ins of the latest recording, sorted by student."""
        return sorted(map(hand_in, self._rows.hand_ins(assignment)), key=lambda row: row.student)

    def assignments(self) -> list[str]:
        """Every assignment of which hand-ins were recorded."""
        return sorted(self._rows.assignments())

    # ------------------------------------------------------------------ results

    def store_result(self, assignment: str, result: Result, evidence_key: str) -> None:
        """Adds a judgement to the student's history; one that is equal to the newest changes nothing."""
        self._rows.add_results([self._columns(ready_to_store(assignment, result, evidence_key))])

    @contextmanager
    def storing(self, judgements: Iterable[Judgement]) -> Iterator[None]:
        """Adds judgements as `store_result` does, all or none, while a block goes on: at its end they are there."""
        stored = later(self._rows.add_results, [self._columns(judgement) for judgement in judgements])
        try:
            yield
        finally:
            stored()

    def _columns(self, judgement: Judgement) -> dict[str, Any]:
        return {**judgement.columns, "grader_version": self._grader_version}

    def current_results(self, assignment: str) -> list[StoredResult]:
        """The newest result of each current hand-in, sorted by student.

        Those not yet judged are missing, and those whose result was stored by a grader that this one can't read.
        """
        stored = sorted(map(_stored_result, self._rows.current_results(assignment)), key=lambda one: one.student)
        return [one for one in stored if one.read() is not None]

    def history(self, assignment: str, student: str) -> list[StoredResult]:
        """Every result that a student ever got for an assignment, oldest first.

        Raises:
            GradebookError: where one was stored by another version of the grader, that this one can't read.
        """
        stored = [_stored_result(row) for row in self._rows.history(assignment, student)]
        try:
            for one in stored:
                one.result  # noqa: B018  reads it
        except Outdated as error:
            why = f"a result of {student} was stored by another version of the grader ({error})"
            raise GradebookError(f"{self._rows.name()}: {why}; that version can read it") from error
        return stored

    def current_evidence(self, assignment: str, *, students: Collection[str] | None = None) -> list[StoredEvidence]:
        """What is stored of each current hand-in that has evidence, sorted by student.

        `students`: only these; None for all.

        It is the evidence that the current result was made from, or the newest of these files.
        """
        return [current.evidence for current in self._sorted(assignment, self._rows.current(assignment, students))]

    def current(self, assignment: str) -> Callable[[], list[Current]]:
        """What waits for all that is current, sorted by student; where the rows are elsewhere, they look for it now."""
        found = later(self._rows.current, assignment)
        return lambda: self._sorted(assignment, found())

    def _sorted(self, assignment: str, rows: Iterable[Row]) -> list[Current]:
        name = self._rows.name()
        return [
            Current(
                StoredEvidence(hand_in(row), row["key"], row["evidence"], name),
                _stored_result({**row, "assignment": assignment}) if row["result"] is not None else None,
            )
            for row in sorted(rows, key=lambda row: str(row["student"]))
        ]


def _stored_result(row: Row) -> StoredResult:
    return StoredResult(
        row["assignment"], row["student"], row["evidence_key"], row["grader_version"], row["created"], row["result"]
    )


def _rows_here(url: str | Path) -> Rows:
    from grader.database import Rows  # only here: whoever keeps the rows aside need not import SQLAlchemy

    return Rows(url)
