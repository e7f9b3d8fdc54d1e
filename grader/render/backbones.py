"""The backbones side by side, where a rubric judges each by itself: marks, measured ranges, the student's own table.

In: a Result whose criteria have groups, and the Evidence. Out: a BackbonesView. It must never judge, and never take a
number that a notebook printed for more than that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from statistics import median
from typing import NamedTuple

from grader.records import Cell, CriterionResult, Evidence, Outcome, Result, Witness
from grader.records.rubric import FAULTS_OF_EACH
from grader.render import words
from grader.render.findings import FindingView
from grader.render.text import name, number, sentence

_MOST_VALUES = 5
_MOST_LINES = 2_000
_LONGEST_LINE = 300
_NUMBER = re.compile(r"(?<![\w.])(\d{1,3}(?:\.\d+)?)\s?(%?)(?![\w.])")
_LABEL = re.compile(r"([A-Za-z][\w /-]*?)\s*[:=]?\s*$")


class BackboneRow(NamedTuple):
    """One backbone.

    Attributes:
        counts: outcomes with how many criteria have them. missing: what is not met, in the criteria's words.
        reached: the values that reached it in training, as the run measured them, "" where not.
        theirs: what the notebook printed for it, in the order of the view's columns; True where that is far below
            what it printed for most others.
        findings: code and anchor of those that tell of it.
        reference: the accuracy of our own solution, "" where there is none.
    """

    backbone: str
    anchor: str
    mark: str
    counts: tuple[tuple[Outcome, str], ...]
    missing: str
    reached: str
    theirs: tuple[tuple[str, bool], ...]
    reference: str
    findings: tuple[tuple[str, str], ...] = ()


class BackbonesView(NamedTuple):
    """All backbones. `columns`: the notebook's own words for its numbers; `source`: the cell that printed them."""

    rows: tuple[BackboneRow, ...] = ()
    columns: tuple[str, ...] = ()
    source: str = ""
    reference_on_stand_ins: bool = False

    @property
    def with_reached(self) -> bool:
        return any(row.reached for row in self.rows)

    @property
    def with_reference(self) -> bool:
        return any(row.reference for row in self.rows)


class PrintedTable(NamedTuple):
    """Numbers that a notebook printed for backbones: name → values, as written."""

    cell: int
    columns: tuple[str, ...]
    values: dict[str, tuple[str, ...]]

    def is_outlier(self, value: str, column: int) -> bool:
        """Whether it is less than half of what most backbones have in that column."""
        column_of_all = [_amount(values[column]) for values in self.values.values()]
        return bool(value) and len(column_of_all) > 2 and _amount(value) < median(column_of_all) / 2


def _amount(value: str) -> float:
    return float(value.rstrip("%")) / (100 if value.endswith("%") else 1)


def anchor_of(backbone: str) -> str:
    """Where a backbone's section stands on the page."""
    return "backbone-" + re.sub(r"[^a-z0-9]+", "-", backbone.lower())[:60]


def is_absent(criterion: CriterionResult) -> bool:
    """Whether there was no model to judge."""
    return criterion.fault in FAULTS_OF_EACH


def backbones_view(
    result: Result, evidence: Evidence | None, *, kept_back: bool, findings: Sequence[FindingView] = ()
) -> BackbonesView:
    """The table of backbones; with `kept_back`, without what would give a criterion away."""
    groups = tuple(dict.fromkeys(c.group for c in result.criteria if c.group))
    if not groups:
        return BackbonesView()
    table = printed_table(evidence.cells, groups) if evidence is not None else None
    return BackbonesView(
        rows=tuple(_row(group, result, evidence, table, findings, kept_back=kept_back) for group in groups),
        columns=tuple(sentence(c, 40) for c in table.columns) if table is not None else (),
        source=f"cell {table.cell}" if table is not None else "",
        reference_on_stand_ins=result.reference_on_stand_ins,
    )


def _row(
    group: str,
    result: Result,
    evidence: Evidence | None,
    table: PrintedTable | None,
    findings: Sequence[FindingView],
    *,
    kept_back: bool,
) -> BackboneRow:
    own = [c for c in result.criteria if c.group == group]
    counts = [(o, sum(c.outcome == o for c in own)) for o in Outcome]
    theirs = table.values.get(group, ("",) * len(table.columns)) if table is not None else ()
    reference = result.reference.get(group)
    return BackboneRow(
        backbone=name(group),
        anchor=anchor_of(group),
        mark=f"{number(sum(c.points for c in own))} of {number(sum(c.possible for c in own))}",
        counts=tuple((o, f"{n} {words.OUTCOMES[o].lower()}") for o, n in counts if n),
        missing=_missing(own),
        reached=_reached(group, evidence) if evidence is not None and not kept_back else "",
        theirs=tuple((sentence(v, 20), table is not None and table.is_outlier(v, i)) for i, v in enumerate(theirs)),
        reference=f"{reference:.3f}" if reference is not None else "",
        findings=tuple((f.code, f.anchor) for f in findings if re.search(rf"\b{re.escape(group)}\b", f.found)),
    )


def _missing(own: list[CriterionResult]) -> str:
    if own and all(is_absent(c) for c in own):
        return "no model was trained on it"
    lacking = [c for c in own if c.outcome in (Outcome.NOT_MET, Outcome.PARTLY)]
    titles = [sentence(c.title, 80) for c in lacking]
    if not titles:
        open_ = sum(c.outcome == Outcome.UNDECIDED for c in own)
        return "everything met" if not open_ else "nothing to mend" if open_ < len(own) else "a person will look at it"
    more = f" and {len(titles) - 2} more" if len(titles) > 2 else ""
    return "; ".join(titles[:2]) + more


def _reached(group: str, evidence: Evidence) -> str:
    """The range that the run measured, of the first model on this backbone that it saw train."""
    for account in evidence.testimony(Witness.RUN).accounts:
        reached = account.preprocessing.reached.value
        if account.backbone.name.is_known_as(group) and reached is not None:
            return f"{reached.minimum:.4g} to {reached.maximum:.4g}"
    return ""


# --------------------------------------------------------------------------- what the notebook printed


def printed_table(cells: tuple[Cell, ...], backbones: tuple[str, ...]) -> PrintedTable | None:
    """The saved output that tells accuracies of the most backbones, the last one of equals; None where none tells two.

    A line tells of a backbone if it names it and no other, and holds numbers that an accuracy can have. The line of a
    backbone that comes later wins: notebooks print it once all is trained.
    """
    best: PrintedTable | None = None
    for cell in cells:
        lines = list(_lines(cell))[:_MOST_LINES]
        table = _table(cell.number, lines, backbones)
        if table is not None and len(table.values) > 1 and (best is None or len(table.values) >= len(best.values)):
            best = table
    return best


def _lines(cell: Cell) -> Iterator[str]:
    for output in cell.outputs:
        data = output.get("data")
        text = data.get("text/plain") if isinstance(data, dict) else output.get("text")
        if isinstance(text, list):
            text = "".join(part for part in text if isinstance(part, str))
        if isinstance(text, str):
            yield from (line[:_LONGEST_LINE] for line in text.splitlines())


def _table(cell: int, lines: list[str], backbones: tuple[str, ...]) -> PrintedTable | None:
    found: dict[str, _Numbers] = {}
    first = 0
    for at, line in enumerate(lines):
        named = [b for b in backbones if re.search(rf"(?<!\w){re.escape(b)}(?!\w)", line)]
        numbers = _numbers(line.split(named[0], 1)[1]) if len(named) == 1 else None
        if numbers is not None and numbers.values:
            found[named[0]] = numbers
            first = first or at
    if not found or len({numbers.places for numbers in found.values()}) != 1:
        return None
    columns = _columns(next(iter(found.values())), lines[first - 1] if first else "")
    return PrintedTable(cell, columns, {backbone: numbers.values for backbone, numbers in found.items()})


class _Numbers(NamedTuple):
    """What an accuracy can be among the `total` numbers of a line: as written, with the words before and the places."""

    values: tuple[str, ...]
    labels: tuple[str, ...]
    places: tuple[int, ...]
    total: int


def _numbers(text: str) -> _Numbers:
    kept: list[tuple[str, str, int]] = []
    end = total = 0
    for place, match in enumerate(_NUMBER.finditer(text)):
        label = _LABEL.search(text[end : match.start()].rstrip())
        end, total = match.end(), place + 1
        percent, amount = bool(match[2]), float(match[1])
        if amount <= (100 if percent else 1) and ("." in match[1] or percent) and len(kept) < _MOST_VALUES:
            kept.append((match[1] + match[2], label[1].strip() if label else "", place))
    values, labels, places = zip(*kept, strict=True) if kept else ((), (), ())
    return _Numbers(values, labels, places, total)


def _columns(row: _Numbers, above: str) -> tuple[str, ...]:
    """The words before the numbers, else the last words of the line above, else nothing but their order."""
    if all(row.labels):
        return row.labels
    for header in (re.split(r"\s{2,}|\t|\|", above.strip(" |")), above.split()):
        if len(header) >= row.total and not _NUMBER.search(above):
            return tuple(header[len(header) - row.total + place].strip() for place in row.places)
    return tuple(f"number {i + 1}" for i in range(len(row.values)))
