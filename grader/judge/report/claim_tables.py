"""Tables with a row for each model: as a report's table, as text, or read in a picture.

In: rows of cells, or lines. Out: `Row`s of the models named. Must never guess which column a number belongs to: where
the header doesn't fit, columns are unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from grader.judge.report.quantities import Amount, Kind, Quantity, amounts, backbones_in, split_in

_MOST_ROWS = 400
_MOST_COLUMNS = 30
_LONGEST_CELL = 100
_LONGEST_LINE = 400
_APART = re.compile(r"\s{2,80}|\t|\s?[|│┃]\s?")
_INDEX = re.compile(r"\s{0,20}(\d{1,4})\s")
_MISREAD = str.maketrans({"O": "0", "o": "0", "l": "1", "I": "1"})
_NUMERIC = re.compile(r"[\dOolI][\dOolI.,]{1,12}%?")


@dataclass(frozen=True)
class Row:
    """One model's numbers; `columns` names what each is, () where that is unknown. `line`: as it stands."""

    model: str
    numbers: tuple[Amount, ...]
    columns: tuple[str, ...]
    line: str

    def of(self, quantity: Quantity) -> list[Amount]:
        """The numbers in columns of this quantity."""
        return [n for n, column in zip(self.numbers, self.columns, strict=False) if quantity_of(column) == quantity]


def quantity_of(column: str) -> Quantity | None:
    """What a column's heading names; None where it is something else."""
    words = column.lower()
    kind = Kind.ACCURACY if "acc" in words else Kind.LOSS if "loss" in words else None
    if kind is None and "epoch" in words:
        return Quantity(Kind.EPOCHS)
    return Quantity(kind, split_in(column.replace(".", " "))) if kind is not None else None


def rows_of_table(table: Sequence[Sequence[str]]) -> tuple[Row, ...]:
    """Rows of a table whose cells are known."""
    rows: list[Row] = []
    header: tuple[str, ...] = ()
    for row in table[:_MOST_ROWS]:
        cells = [cell[:_LONGEST_CELL] for cell in row[:_MOST_COLUMNS]]
        names = [(i, found[0]) for i, cell in enumerate(cells) if len(found := backbones_in(cell)) == 1]
        if not names:
            header = tuple(cells) if not any(amounts(cell) for cell in cells) else header
            continue
        at, model = names[0]
        numbers = [(i, one[0][2]) for i, cell in enumerate(cells) if i != at and len(one := _amounts(cell)) == 1]
        index_like = [i for i, n in numbers if i < at and n.value < 100 and n.slack == 0]
        numbers = [(i, n) for i, n in numbers if i not in index_like]
        columns = tuple(header[i] for i, _ in numbers) if len(header) == len(cells) else ()
        if numbers:
            rows.append(Row(model, tuple(n for _, n in numbers), columns, "  ".join(cells)[:200]))
    return tuple(rows)


def rows_of_lines(lines: Iterable[str]) -> tuple[Row, ...]:
    """Rows of a table as printed or as read in a picture; one that was wrapped in two parts is put together."""
    rows: dict[str, Row] = {}
    order: list[Row] = []
    header: list[str] = []
    for whole in list(lines)[: 10 * _MOST_ROWS]:
        line = whole[:_LONGEST_LINE]
        index = _INDEX.match(line)
        names = backbones_in(line)
        goes_on = index is not None and index[1] in rows
        numbers = _numbers_behind(line, names, index is not None) if len(names) == 1 or goes_on else ()
        if len(names) == 1 and numbers:
            columns = _columns(header, len(numbers), named=True)
            order.append(Row(names[0], numbers, columns, line.strip()[:200]))
            if index:
                rows[index[1]] = order[-1]
        elif index and goes_on and numbers and not names and not _has_words(line):
            rows[index[1]] = _joined(order, rows[index[1]], numbers, _columns(header, len(numbers), named=False))
        elif not names and _has_words(line):
            header = [part for part in _APART.split(line.strip().rstrip("\\").strip()) if part]
    return tuple(order[:_MOST_ROWS])


def _joined(order: list[Row], row: Row, numbers: tuple[Amount, ...], columns: tuple[str, ...]) -> Row:
    """A row with those of its numbers that stand in a later part of the table."""
    known = bool(row.columns) and bool(columns)
    line = f"{row.line}  {'  '.join(number.text for number in numbers)}"[:200]
    joined = Row(row.model, row.numbers + numbers, row.columns + columns if known else (), line)
    order[order.index(row)] = joined
    return joined


def _numbers_behind(line: str, names: Sequence[str], indexed: bool) -> tuple[Amount, ...]:
    """The numbers of a row without its index and without the digits of the model's name."""
    words = line.split()
    if indexed:
        words = words[1:]
    if names:
        named = next((i for i in range(len(words)) if backbones_in("".join(words[: i + 1]))), 0)
        while named + 1 < len(words) and backbones_in("".join(words[: named + 2])) != backbones_in(
            "".join(words[: named + 1])
        ):
            named += 1
        words = words[named + 1 :]
    found = [one[0][2] for word in words[:40] if len(one := _amounts(word.strip("|│┃,;"))) == 1]
    return tuple(found)


def _amounts(text: str) -> list[tuple[int, int, Amount]]:
    """Numbers of a cell, with letters that were read for digits."""
    text = text.strip()
    return amounts(text.translate(_MISREAD) if _NUMERIC.fullmatch(text) else text)


def _columns(header: Sequence[str], numbers: int, *, named: bool) -> tuple[str, ...]:
    if len(header) == numbers + 1 and named:
        return tuple(header[1:])
    return tuple(header) if len(header) == numbers else ()


def _has_words(line: str) -> bool:
    return any(c.isalpha() for c in line)
