"""The tables of a PDF page: those ruled by lines, and rows whose cells only stand apart.

In: a page. Out: tables with their cells' texts.
Must never take a frame around text, or a table that only lays out a page, for a table of values.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lines import Line
from told import Told, plain

_MOST_DRAWINGS = 3000
_MOST_ROWS = 200
_LAYOUT_WORDS = 45
_UNRULED_ROWS, _UNRULED_COLUMNS = 3, 3


@dataclass(frozen=True)
class PlacedTable:
    """A table where it stands, in points."""

    rows: tuple[tuple[str, ...], ...]
    box: tuple[float, float, float, float]

    @property
    def text(self) -> str:
        return "\n".join("\t".join(row) for row in self.rows)


def tables_of(page: Any, told: Told) -> list[PlacedTable]:
    """Tables of at least two rows and columns whose cells are not whole paragraphs."""
    drawings = page.get_cdrawings()
    if not 3 <= sum(len(drawing.get("items", ())) for drawing in drawings) <= _MOST_DRAWINGS:
        return []
    try:
        found = page.find_tables(strategy="lines").tables
    except (ValueError, IndexError, ZeroDivisionError, RuntimeError) as error:
        told.note(f"The tables of page {page.number + 1} were read as text ({type(error).__name__}).")
        return []
    tables = [PlacedTable(_rows(table), tuple(round(v, 1) for v in table.bbox)) for table in found]
    return [table for table in tables if _holds_values(table.rows)]


def with_unruled_tables(rows: list[Line]) -> list[Line | PlacedTable]:
    """The rows of a column, those of an unruled table put together: several rows of at least three cells each."""
    found: list[Line | PlacedTable] = []
    cells: list[Line] = []
    for row in [*rows, None]:
        if row is not None and not row.code and row.text.count("\t") + 1 >= _UNRULED_COLUMNS:
            cells.append(row)
            continue
        found += [_unruled(cells)] if len(cells) >= _UNRULED_ROWS else cells
        cells = []
        found += [] if row is None else [row]
    return found


def _unruled(lines: list[Line]) -> PlacedTable:
    boxes = [line.box for line in lines]
    box = (min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes))
    return PlacedTable(tuple(tuple(plain(c).strip() for c in line.text.split("\t")) for line in lines), box)


def _rows(table: Any) -> tuple[tuple[str, ...], ...]:
    rows = table.extract()[:_MOST_ROWS]
    texts = [tuple(plain(" ".join((cell or "").split())) for cell in row) for row in rows]
    return tuple(row for row in texts if any(row))


def _holds_values(rows: tuple[tuple[str, ...], ...]) -> bool:
    columns = sum(any(row[at] for row in rows if at < len(row)) for at in range(max(map(len, rows), default=0)))
    return len(rows) >= 2 and columns >= 2 and all(len(cell.split()) <= _LAYOUT_WORDS for row in rows for cell in row)
