"""Grades as a spreadsheet: one row a student, two columns a criterion.

In: Results. Out: a CSV file that Excel, LibreOffice and pandas open as it is. It must never let a student's text be
taken for a formula, nor leave half a file behind.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from grader.records import Cause, CriterionResult, Result

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_CELL_LIMIT = 2_000  # Excel takes 32,767 characters; nobody reads that many

Value = str | float | int


def write_grades_csv(results: Sequence[Result], path: Path) -> None:
    """Write `results` to `path`, students in the order given, criteria in the order of their first appearance.

    UTF-8 with a byte order mark: without one Excel reads `Zoë` as `ZoÃ«`. Read it with `encoding="utf-8-sig"`;
    pandas does so by itself.
    """
    ids = list(dict.fromkeys(c.id for r in results for c in r.criteria))
    half_written = path.with_name(path.name + ".part")
    with half_written.open("w", encoding="utf-8-sig", errors="backslashreplace", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([_quoted(x) for x in _header(ids)])
        writer.writerows([_quoted(x) for x in _row(r, ids)] for r in results)
    half_written.replace(path)


def _header(ids: list[str]) -> list[str]:
    fixed = ["student", "name", "notebook", "points", "possible", "pending", "needs_person"]
    return [*fixed, *(column for i in ids for column in (i, f"{i}.outcome")), "causes"]


def _row(result: Result, ids: list[str]) -> list[Value]:
    by_id = {c.id: c for c in result.criteria}
    return [
        result.student,
        result.display_name,
        result.notebook_name,
        _number(result.points),
        _number(result.possible),
        _number(result.pending),
        "yes" if result.needs_person else "no",
        *(value for i in ids for value in _criterion(by_id.get(i))),
        "; ".join(_cause(c) for c in result.causes),
    ]


def _criterion(criterion: CriterionResult | None) -> tuple[Value, Value]:
    return ("", "") if criterion is None else (_number(criterion.points), criterion.outcome.value)


def _cause(cause: Cause) -> str:
    at = f" at {cause.place}" if cause.place is not None else ""
    return f"{cause.kind.value}{at}: {cause.message}"


def _number(value: float) -> Value:
    """4 rather than 4.0, and no more digits than a mark has."""
    rounded = round(value, 4)
    return int(rounded) if rounded == int(rounded) else rounded


def _quoted(value: Value) -> Value:
    """A text on one line that a spreadsheet takes for a text, whatever it begins with."""
    if not isinstance(value, str):
        return value
    line = " ".join(value.split("\n")).replace("\r", " ").replace("\0", "")[:_CELL_LIMIT]
    return f"'{line}" if value.lstrip(" ").startswith(_FORMULA_STARTS) else line
