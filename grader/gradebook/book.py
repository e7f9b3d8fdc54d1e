"""The Gradebook: every question that the grader asks of its memory, a method each.

In: records. Out: records. Each method is one transaction: what it stored is there when it returns, whatever becomes
of the process. Nothing is kept in memory, so a cohort of any size costs the same.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Container, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, Row, Select, and_, bindparam, func, insert, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from grader.errors import GradebookError
from grader.gradebook.opening import WRITES, explained, now, open_engine, shown
from grader.gradebook.stored import (
    HandInRow,
    Outdated,
    StoredResult,
    hand_in,
    hand_in_values,
    of_this_student,
    packed,
    unpacked,
)
from grader.gradebook.tables import EVIDENCE, HAND_INS, RECORDINGS, RESULTS
from grader.records import Evidence, Result, Run, Submission


class Gradebook:
    """Hand-ins, evidence and results in one database. Safe to use from several threads, and to open several times.

    Args:
        url: a SQLAlchemy URL (`sqlite:///out/gradebook.db`, `postgresql+psycopg://…`), or the path of a SQLite file.
        grader_version: stored with every result.

    Raises:
        GradebookError: here and in every method, where the database can't do what was asked.
    """

    def __init__(self, url: str | Path, *, grader_version: str = "") -> None:
        self._engine = open_engine(url)
        self._name = shown(self._engine.url)
        self._grader_version = grader_version

    def close(self) -> None:
        """Ends all connections."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    # ------------------------------------------------------------------ evidence

    def evidence(self, key: str) -> Evidence | None:
        """The evidence under `key`; None where there is none that this version can read.

        Equal files of two students share it: the names in it are those of whoever came first.
        """
        with self._reading() as connection:
            data = connection.execute(select(EVIDENCE.c.evidence).where(EVIDENCE.c.key == key)).scalar_one_or_none()
        try:
            return unpacked(Evidence, data) if data is not None else None
        except Outdated:
            return None

    def reader_version(self, key: str) -> str | None:
        """Which version of the readers made the evidence under `key`; None where there is none."""
        with self._reading() as connection:
            query = select(EVIDENCE.c.reader_version).where(EVIDENCE.c.key == key)
            return connection.execute(query).scalar_one_or_none()

    def run(self, key: str) -> Run | None:
        """The raw material that was stored with the evidence under `key`, if any."""
        with self._reading() as connection:
            data = connection.execute(select(EVIDENCE.c.run).where(EVIDENCE.c.key == key)).scalar_one_or_none()
        try:
            return unpacked(Run, data) if data is not None else None
        except Outdated:
            return None

    def store_evidence(self, key: str, evidence: Evidence, run: Run | None = None, *, reader_version: str = "") -> None:
        """Keeps evidence under `key`, in place of what was there."""
        values = {
            "key": key,
            "digest": evidence.digest,
            "reader_version": reader_version,
            "phases": json.dumps(evidence.phases),
            "evidence": packed(evidence),
            "run": packed(run) if run else None,
            "created": now(),
        }

        def write(connection: Connection) -> None:
            # Update first: of two writers of a new key, the one that comes too late then finds a row to update.
            if not connection.execute(update(EVIDENCE).where(EVIDENCE.c.key == key).values(values)).rowcount:
                connection.execute(insert(EVIDENCE).values(values))

        self._write(write)

    # ------------------------------------------------------------------ hand-ins

    def record_handins(self, assignment: str, submissions: Iterable[Submission]) -> None:
        """Makes these the current hand-ins of an assignment: all of them, at once.

        Recording the same again changes nothing. Students who are not among them stay in the gradebook,
        but are no longer current.
        """
        rows = sorted((hand_in_values(s) for s in submissions), key=lambda row: row["student"])
        digest = hashlib.sha256(json.dumps(rows).encode()).hexdigest()

        def write(connection: Connection) -> None:
            latest = select(RECORDINGS.c.digest).where(RECORDINGS.c.id == _latest(assignment))
            if connection.execute(latest).scalar_one_or_none() == digest:
                return
            recording = insert(RECORDINGS).values(assignment=assignment, digest=digest, created=now())
            (number,) = connection.execute(recording).inserted_primary_key or (None,)
            if rows:
                connection.execute(insert(HAND_INS), [{**row, "recording": number} for row in rows])

        self._write(write)

    def current_handins(self, assignment: str) -> list[HandInRow]:
        """The hand-ins of the latest recording, sorted by student."""
        with self._reading() as connection:
            rows = connection.execute(select(HAND_INS).where(HAND_INS.c.recording == _latest(assignment))).all()
        return sorted(map(hand_in, rows), key=lambda row: row.student)

    def assignments(self) -> list[str]:
        """Every assignment of which hand-ins were recorded."""
        with self._reading() as connection:
            return sorted(connection.execute(select(RECORDINGS.c.assignment).distinct()).scalars())

    # ------------------------------------------------------------------ results

    def store_result(self, assignment: str, result: Result, evidence_key: str) -> None:
        """Adds a judgement to the student's history; one that is equal to the newest changes nothing."""
        self.store_results(assignment, [(result, evidence_key)])

    def store_results(self, assignment: str, judged: Iterable[tuple[Result, str]]) -> None:
        """Adds judgements, each with its evidence's key, as `store_result` does: all of them, or none."""
        rows = [self._result_values(assignment, result, key) for result, key in judged]

        def write(connection: Connection) -> None:
            added = [row for row in rows if not _is_newest(connection, row)]
            if added:
                connection.execute(insert(RESULTS), [{**row, "created": now()} for row in added])

        self._write(write)

    def _result_values(self, assignment: str, result: Result, evidence_key: str) -> dict[str, Any]:
        return {
            "assignment": assignment,
            "student": result.student,
            "digest": result.digest,
            "evidence_key": evidence_key,
            "rubric_digest": result.rubric_digest,
            "grader_version": self._grader_version,
            "points": result.points,
            "pending": result.pending,
            "possible": result.possible,
            "result": packed(result),
        }

    def current_results(self, assignment: str) -> list[StoredResult]:
        """The newest result of each current hand-in, sorted by student; those not yet judged are missing."""
        with self._reading() as connection:
            rows = connection.execute(select(RESULTS).where(RESULTS.c.id.in_(_newest_results(assignment)))).all()
        return sorted((self._result(row) for row in rows), key=lambda stored: stored.student)

    def history(self, assignment: str, student: str) -> list[StoredResult]:
        """Every result that a student ever got for an assignment, oldest first."""
        wanted = select(RESULTS).where(RESULTS.c.assignment == assignment, RESULTS.c.student == student)
        with self._reading() as connection:
            rows = connection.execute(wanted.order_by(RESULTS.c.id)).all()
        return [self._result(row) for row in rows]

    def current_evidence(
        self, assignment: str, *, students: Container[str] | None = None
    ) -> Iterator[tuple[str, str, Evidence]]:
        """Student, key and evidence of each current hand-in that has evidence, one at a time, sorted by student.

        `students`: only these; None for all.

        It is the evidence that the current result was made from, or the newest of these files.

        Raises:
            GradebookError: where an older grader stored evidence that this one can't read.
        """
        for whose in self.current_handins(assignment):
            if students is not None and whose.student not in students:
                continue
            with self._reading() as connection:
                named = {"assignment_": assignment, "student_": whose.student, "digest_": whose.digest}
                row = connection.execute(_EVIDENCE_OF, named).first()
            if row is None:
                continue
            try:
                found = unpacked(Evidence, row.evidence)
            except Outdated as error:
                why = f"the evidence of {whose.student} was stored by another version of the grader ({error})"
                raise GradebookError(
                    f"{self._name}: {why}. Grade the cohort again: it is then gathered anew"
                ) from error
            yield whose.student, row.key, of_this_student(found, whose)

    # ------------------------------------------------------------------ transactions

    def _result(self, row: Row[Any]) -> StoredResult:
        try:
            result = unpacked(Result, row.result)
        except Outdated as error:
            why = f"a result of {row.student} was stored by another version of the grader ({error})"
            raise GradebookError(f"{self._name}: {why}. Judge again: grader regrade") from error
        return StoredResult(row.assignment, row.student, row.evidence_key, row.grader_version, row.created, result)

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        try:
            with self._engine.begin() as connection:
                yield connection
        except DBAPIError as error:
            raise GradebookError(f"{self._name}: {explained(error)}") from error

    def _write(self, change: Callable[[Connection], None]) -> None:
        """Does `change` in one transaction; on a server, once more where another writer stored the same key."""
        writer = self._engine.execution_options(**{WRITES: True})
        try:
            try:
                with writer.begin() as connection:
                    change(connection)
            except IntegrityError:
                with writer.begin() as connection:
                    change(connection)
        except DBAPIError as error:
            raise GradebookError(f"{self._name}: {explained(error)}") from error


def _latest(assignment: str) -> Any:
    newest = select(func.max(RECORDINGS.c.id)).where(RECORDINGS.c.assignment == assignment)
    return newest.scalar_subquery()


def _is_newest(connection: Connection, row: dict[str, Any]) -> bool:
    """Whether the student's newest result is this very one."""
    whose = {"assignment_": row["assignment"], "student_": row["student"]}
    old = connection.execute(_NEWEST_RESULT, whose).mappings().one_or_none()
    return old is not None and all(old[name] == value for name, value in row.items())


def _newest_results(assignment: str) -> Select[tuple[int]]:
    """Ids of the newest result of each current hand-in: results of earlier files of the student don't count."""
    same = and_(HAND_INS.c.student == RESULTS.c.student, HAND_INS.c.digest == RESULTS.c.digest)
    return (
        select(func.max(RESULTS.c.id))
        .join(HAND_INS, same)
        .where(RESULTS.c.assignment == assignment, HAND_INS.c.recording == _latest(assignment))
        .group_by(RESULTS.c.student)
    )


def _evidence_of() -> Select[Any]:
    result = (
        select(RESULTS.c.evidence_key)
        .where(RESULTS.c.assignment == bindparam("assignment_"), RESULTS.c.student == bindparam("student_"))
        .where(RESULTS.c.digest == bindparam("digest_"))
        .order_by(RESULTS.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    used = func.coalesce(EVIDENCE.c.key == result, False)
    wanted = select(EVIDENCE.c.key, EVIDENCE.c.evidence).where(EVIDENCE.c.digest == bindparam("digest_"))
    return wanted.order_by(used.desc(), EVIDENCE.c.created.desc(), EVIDENCE.c.id.desc()).limit(1)


# Built once: a cohort asks them for every student, and building takes longer than asking.
_EVIDENCE_OF = _evidence_of()
_NEWEST_RESULT = (
    select(RESULTS)
    .where(RESULTS.c.assignment == bindparam("assignment_"), RESULTS.c.student == bindparam("student_"))
    .order_by(RESULTS.c.id.desc())
    .limit(1)
)
