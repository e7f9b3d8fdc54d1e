"""Reads the tables that `model.summary()` printed into a notebook.

In: lines of saved output. Out: `Summary` records with rows and parameter counts, of Keras 2's ruled tables and Keras
3's boxes, with names and shapes that were wrapped over lines. It must never raise over a table that was cut or forged.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from grader.records import Shape

_MOST_ROWS = 1_500
MOST_TABLES = 60
_SIDES = "│┃|║"
_RULE = re.compile(r"^[\s_=─━═┄├┤┼╇┡┩┏┓└┘┴┬┳╋╞╡╪┌┐╘╛╧╒╕╤┗┛┻+-]+$")
_NAME_AND_TYPE = re.compile(r"^[\s└─┌├|>]*([\w./:…-]{1,120})\s*\((\w{1,60})…?\)?")
_SHAPE = re.compile(r"\(((?:None|\d{1,9}|\?)(?:,\s*(?:None|\d{1,9}))*,?)\)")
_OLD_ROW = re.compile(
    r"^[\s|]*([\w./:-]{1,120}) \((\w{1,60})(\)?)\s+(?:\[?(\(.{1,80}?\))[\],]?|multiple|\?)\s*([\d,]{1,20})\b"
)
_OLD_TAIL = re.compile(r"^\s*(\w{1,40})\)")
_COUNTS = re.compile(r"(Total|Trainable|Non-trainable) params:\s*([\d,.]{1,24})", re.IGNORECASE)


@dataclass(frozen=True)
class Row:
    """One layer of a table. `parameters` is None where the table does not say a number."""

    name: str
    kind: str
    shape: Shape | None
    parameters: int | None


@dataclass(frozen=True)
class Summary:
    """One table. Counts are None where the lines below it were cut off."""

    cell: int
    title: str
    rows: tuple[Row, ...]
    total: int | None = None
    trainable: int | None = None
    frozen: int | None = None


def read_summaries(cell: int, lines: Sequence[str]) -> list[Summary]:
    """Every table among the lines, in order."""
    starts = [i for i, line in enumerate(lines) if "Layer (type" in line and "Param" in line][:MOST_TABLES]
    tables = []
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=False):
        tables.append(_table(cell, _title(lines[max(start - 4, 0) : start]), lines[start + 1 : end]))
    return tables


def _title(lines: Sequence[str]) -> str:
    found = [m[1] for m in (re.search(r'Model: "([^"]{1,120})"', line) for line in lines) if m]
    return found[-1] if found else ""


def _table(cell: int, title: str, lines: Sequence[str]) -> Summary:
    counts: dict[str, int] = {}
    body: list[str] = []
    for line in lines[: 4 * _MOST_ROWS]:
        found = _COUNTS.search(line)
        if found:
            digits = re.sub(r"\D", "", found[2])
            counts.setdefault(found[1].lower(), int(digits) if digits else 0)
        elif not counts:
            body.append(line)
        elif "non-trainable" in counts:
            break
    boxed = any(line.lstrip()[:1] in ("│", "┃") for line in body[:6])
    rows = _boxed_rows(body) if boxed else _ruled_rows(body)
    return Summary(cell, title, tuple(rows), counts.get("total"), counts.get("trainable"), counts.get("non-trainable"))


def _boxed_rows(lines: Sequence[str]) -> list[Row]:
    """Rows of a box: their cells may be wrapped, a rule ends each."""
    rows: list[Row] = []
    parts: list[list[str]] = []
    for line in [*lines, "├──┤"]:
        stripped = line.strip()
        if stripped[:1] in _SIDES and stripped and not _RULE.match(stripped):
            parts.append([part.strip() for part in re.split(f"[{_SIDES}]", stripped.strip(_SIDES))])
        elif parts and len(rows) < _MOST_ROWS:
            row = _boxed_row(parts)
            rows += [row] if row else []
            parts = []
    return rows


def _boxed_row(parts: list[list[str]]) -> Row | None:
    width = max(len(line) for line in parts)
    columns = [" ".join(line[i] for line in parts if i < len(line) and line[i]) for i in range(width)]
    named = _NAME_AND_TYPE.match(columns[0]) if columns else None
    if named is None or len(columns) < 3:
        return None
    count = re.sub(r"\D", "", columns[2].split("(")[0])
    return Row(named[1], named[2], _shape(columns[1]), int(count[:15]) if count else None)


def _ruled_rows(lines: Sequence[str]) -> list[Row]:
    """Rows of a ruled table: one line each, a long class name goes on in the next."""
    rows: list[Row] = []
    for i, line in enumerate(lines):
        found = _OLD_ROW.match(line)
        if found is None or len(rows) >= _MOST_ROWS:
            continue
        kind = found[2]
        tail = _OLD_TAIL.match(lines[i + 1]) if not found[3] and i + 1 < len(lines) else None
        count = found[5].replace(",", "")
        rows.append(
            Row(found[1], kind + (tail[1] if tail else ""), _shape(found[4] or ""), int(count) if count else None)
        )
    return rows


def _shape(text: str) -> Shape | None:
    found = _SHAPE.search(" ".join(text.split()))
    if found is None:
        return None
    sizes = [part.strip() for part in found[1].split(",") if part.strip()]
    return tuple(None if size in ("None", "?") else int(size) for size in sizes[:8])
