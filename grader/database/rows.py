"""Every statement that the gradebook makes to its database.

In: the plain values of columns. Out: the same, a dictionary a row. Each method is one transaction: what it stored is
there when it returns, whatever becomes of the process. This module must never know what a column means to the grader,
and take and give only what can be sent to another process.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Executable, Select, and_, func, insert, select, true, tuple_, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from grader.database.opening import WRITES, explained, now, open_engine, shown
from grader.database.tables import EVIDENCE, HAND_INS, RECORDINGS, RESULTS
from grader.errors import GradebookError

Row = dict[str, Any]
_AT_ONCE = 200
"""Students in one question: databases take some hundreds of values in a statement, or more."""


class Rows:
    """The tables of one database. Safe to use from several threads, and to open several times.

    Args:
        url: a SQLAlchemy URL (`sqlite:///out/gradebook.db`, `postgresql+psycopg://…`), or the path of a SQLite file.

    Raises:
        GradebookError: here and in every method, where the database can't do what was asked.
    """

    def __init__(self, url: str | Path) -> None:
        self._engine = open_engine(url)
        self._name = shown(self._engine.url)

    def name(self) -> str:
        """What people call this database: a path, or a URL without its password."""
        return self._name

    def close(self) -> None:
        """Ends all connections."""
        self._engine.dispose()

    # ------------------------------------------------------------------ evidence

    def evidence_column(self, key: str, column: str) -> Any:
        """One column of the evidence under `key`; None where there is no such evidence."""
        return self._one(select(EVIDENCE.c[column]).where(EVIDENCE.c.key == key))

    def put_evidence(self, row: Row) -> None:
        """Keeps a row of evidence under its key, in place of what was there."""
        values = {**row, "created": now()}

        def write(connection: Connection) -> None:
            # Update first: of two writers of a new key, the one that comes too late then finds a row to update.
            if not connection.execute(update(EVIDENCE).where(EVIDENCE.c.key == row["key"]).values(values)).rowcount:
                connection.execute(insert(EVIDENCE).values(values))

        self._write(write)

    # ------------------------------------------------------------------ hand-ins

    def put_hand_ins(self, assignment: str, digest: str, rows: list[Row]) -> None:
        """Makes these the current hand-ins of an assignment, unless the latest recording has this digest."""

        def write(connection: Connection) -> None:
            latest = select(RECORDINGS.c.digest).where(RECORDINGS.c.id == _latest(assignment))
            if connection.execute(latest).scalar_one_or_none() == digest:
                return
            recording = insert(RECORDINGS).values(assignment=assignment, digest=digest, created=now())
            (number,) = connection.execute(recording).inserted_primary_key or (None,)
            if rows:
                connection.execute(insert(HAND_INS), [{**row, "recording": number} for row in rows])

        self._write(write)

    def hand_ins(self, assignment: str) -> list[Row]:
        """The hand-ins of the latest recording, in no order."""
        return self._all(select(HAND_INS).where(HAND_INS.c.recording == _latest(assignment)))

    def assignments(self) -> list[str]:
        """Every assignment of which hand-ins were recorded."""
        return [row["assignment"] for row in self._all(select(RECORDINGS.c.assignment).distinct())]

    # ------------------------------------------------------------------ results

    def add_results(self, rows: list[Row]) -> None:
        """Adds results to their students' histories: all, or none. One that is the student's newest is not added."""

        def write(connection: Connection) -> None:
            newest = _newest_of(connection, rows)
            added = [row for row in rows if not _holds(newest.get((row["assignment"], row["student"]), {}), row)]
            if added:
                connection.execute(insert(RESULTS), [{**row, "created": now()} for row in added])

        self._write(write)

    def current_results(self, assignment: str) -> list[Row]:
        """The newest result of each current hand-in, in no order."""
        return self._all(select(RESULTS).where(RESULTS.c.id.in_(_newest_results(assignment))))

    def current(self, assignment: str, students: Collection[str] | None = None) -> list[Row]:
        """Each current hand-in that has evidence, with it and the newest result, in no order.

        The evidence is what that result was made from, or the newest of these files. Columns of a result are None
        where there is none. `students`: only these; None for all.
        """
        if students is None:
            return self._all(_current(assignment))
        names = sorted(students)
        parts = (names[start : start + _AT_ONCE] for start in range(0, len(names), _AT_ONCE))
        return [row for part in parts for row in self._all(_current(assignment, part))]

    def history(self, assignment: str, student: str) -> list[Row]:
        """Every result of a student, oldest first."""
        wanted = select(RESULTS).where(RESULTS.c.assignment == assignment, RESULTS.c.student == student)
        return self._all(wanted.order_by(RESULTS.c.id))

    # ------------------------------------------------------------------ transactions

    def _one(self, question: Executable) -> Any:
        with self._reading() as connection:
            return connection.execute(question).scalar_one_or_none()

    def _all(self, question: Executable) -> list[Row]:
        with self._reading() as connection:
            found = connection.execute(question)
            names = [str(name) for name in found.keys()]  # SQLAlchemy's own kind of text would be sent as such
            return [dict(zip(names, row, strict=True)) for row in found]

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


def _newest_of(connection: Connection, rows: list[Row]) -> dict[tuple[str, str], Row]:
    """The newest result of each student that `rows` are about, by assignment and student."""
    found: dict[tuple[str, str], Row] = {}
    for start in range(0, len(rows), _AT_ONCE):
        whose = [(row["assignment"], row["student"]) for row in rows[start : start + _AT_ONCE]]
        newest = (
            select(func.max(RESULTS.c.id))
            .where(tuple_(RESULTS.c.assignment, RESULTS.c.student).in_(whose))
            .group_by(RESULTS.c.assignment, RESULTS.c.student)
        )
        for row in connection.execute(select(RESULTS).where(RESULTS.c.id.in_(newest))).mappings():
            found[row["assignment"], row["student"]] = dict(row)
    return found


def _holds(old: Row, new: Row) -> bool:
    """Whether an old row has every value of a new one."""
    return all(name in old and old[name] == value for name, value in new.items())


def _newest_results(assignment: str) -> Select[tuple[int]]:
    """Ids of the newest result of each current hand-in: results of earlier files of the student don't count."""
    same = and_(HAND_INS.c.student == RESULTS.c.student, HAND_INS.c.digest == RESULTS.c.digest)
    return (
        select(func.max(RESULTS.c.id))
        .join(HAND_INS, same)
        .where(RESULTS.c.assignment == assignment, HAND_INS.c.recording == _latest(assignment))
        .group_by(RESULTS.c.student)
    )


def _current(assignment: str, students: Sequence[str] | None = None) -> Select[Any]:
    result = select(RESULTS).where(RESULTS.c.id.in_(_newest_results(assignment))).subquery()
    columns = (result.c.evidence_key, result.c.grader_version, result.c.created, result.c.result)
    used = func.coalesce(EVIDENCE.c.key == result.c.evidence_key, False)
    best_first = (used.desc(), EVIDENCE.c.created.desc(), EVIDENCE.c.id.desc())
    place = func.row_number().over(partition_by=HAND_INS.c.student, order_by=best_first).label("place")
    ranked = (
        select(HAND_INS, *columns, EVIDENCE.c.id, place)
        .join_from(HAND_INS, EVIDENCE, HAND_INS.c.digest == EVIDENCE.c.digest)
        .outerjoin(result, result.c.student == HAND_INS.c.student)
        .where(HAND_INS.c.recording == _latest(assignment))
        .where(true() if students is None else HAND_INS.c.student.in_(students))
        .subquery()
    )
    wanted = select(ranked, EVIDENCE.c.key, EVIDENCE.c.evidence).join_from(
        ranked, EVIDENCE, EVIDENCE.c.id == ranked.c.id
    )
    return wanted.where(ranked.c.place == 1)
