"""Numbers that the notebook shows: in its saved outputs, and in what the witnesses say of its models and trainings.

In: Evidence. Out: `Shown`s and rows of tables, each with its place. Must never raise over a forged output.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from typing import Any

from grader.judge.report.claim_tables import Row, quantity_of, rows_of_lines, rows_of_table
from grader.judge.report.quantities import Kind, Quantity, amount_of, amounts, names_a_backbone, shapes, split_in
from grader.records import Account, Cell, CellKind, Evidence, Fact, Place, Witness

_MOST_LINES = 4_000
_MOST_LINE = 400
_MOST_CHARACTERS = 1_000_000
_MOST_SHOWN = 5_000
_EPOCH = re.compile(r"\s{0,20}Epoch (\d{1,5})/(\d{1,5})")
_METRIC = re.compile(r"\b([A-Za-z]\w{0,40}): ?(\d{1,9}\.\d{1,10}(?:e-?\d{1,3})?)")
_PARAMETERS = re.compile(r"(Total|Trainable|Non-trainable) params:? ?([\d,]{1,20})", re.IGNORECASE)
_FILES = re.compile(r"Found (\d{1,9}) (?:files|images|validated image)")
_SAID = re.compile(r"\b(acc(?:uracy)?|loss)\b", re.IGNORECASE)
_LAYERS = re.compile(r"\blayers?\b", re.IGNORECASE)
_BATCHES_OR_IMAGES = re.compile(r"\b(?:images|pictures|files|samples|batches)\b", re.IGNORECASE)
_ESCAPE = re.compile(r"\x1b\[[0-9;]{0,20}[A-Za-z]")


@dataclass(frozen=True)
class There:
    """One number or shape of the notebook. `said`: with what stands around it, for people."""

    quantity: Quantity
    value: float | tuple[int | None, ...]
    said: str
    place: Place | None


def numbers_there(evidence: Evidence, rows: Iterable[tuple[Row, Place]]) -> Mapping[Kind, tuple[There, ...]]:
    """All numbers of the outputs and of the witnesses whose meaning is known, by kind, each where it stands first."""
    found: list[There] = []
    for cell in evidence.cells:
        found += _of_lines(output_lines(cell), Place(cell=cell.number))
        if len(found) > _MOST_SHOWN:
            break
    for row, place in rows:
        found += _of_row(row, place)
    for testimony in evidence.testimonies:
        if testimony.witness != Witness.DOCUMENT:
            for account in testimony.accounts:
                found += _of_account(account)
    first: dict[tuple[Quantity, object], There] = {}
    for there in found[: 2 * _MOST_SHOWN]:
        first.setdefault((there.quantity, there.value), there)
    return {kind: tuple(t for t in first.values() if t.quantity.kind == kind) for kind in Kind}


def rows_there(evidence: Evidence) -> tuple[tuple[Row, Place], ...]:
    """Rows of tables in the outputs, of a backbone each; a summary's line for its backbone is none."""
    found: list[tuple[Row, Place]] = []
    for cell in evidence.cells:
        place = Place(cell=cell.number)
        lines = output_lines(cell)
        found += [(row, place) for row in rows_of_lines(lines)] if names_a_backbone("\n".join(lines)) else []
        for table in _html_tables(cell):
            found += [(row, place) for row in rows_of_table(table)]
    of_tables = [(row, place) for row, place in found if any(n.slack for n in row.numbers)]
    several = len({row.model for row, _ in of_tables}) > 1
    return tuple(of_tables[:_MOST_SHOWN]) if several or any(row.columns for row, _ in of_tables) else ()


# --------------------------------------------------------------------------- saved outputs


def output_lines(cell: Cell) -> list[str]:
    """The text that a cell shows, progress bars in their last state."""
    if cell.kind != CellKind.CODE:
        return []
    text = "\n".join(_texts(cell))[:_MOST_CHARACTERS]
    lines = []
    for raw in text.split("\n")[:_MOST_LINES]:
        states = [part for part in raw.replace("\b", "\r").split("\r") if part.strip()]
        lines.append(_ESCAPE.sub("", states[-1][: 2 * _MOST_LINE])[:_MOST_LINE] if states else "")
    return lines


def _texts(cell: Cell) -> Iterator[str]:
    for output in cell.outputs[:300]:
        if output.get("output_type") == "stream":
            yield _joined(output.get("text"))
        elif isinstance(data := output.get("data"), dict):
            yield _joined(data.get("text/plain"))


def _joined(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "".join(part for part in value if isinstance(part, str)) if isinstance(value, list | tuple) else ""


def _of_lines(lines: Iterable[str], place: Place) -> Iterator[There]:
    in_epochs = False
    for line in lines:
        if not line.strip():
            continue
        if epoch := _EPOCH.match(line):
            in_epochs = True
            yield There(Quantity(Kind.EPOCHS), float(epoch[2]), line.strip()[:60], place)
        metrics = _METRIC.findall(line)
        if metrics:
            yield from _of_metrics(metrics, line, in_epochs, place)
        else:
            yield from _of_words(line, place)


def _of_metrics(metrics: list[tuple[str, str]], line: str, in_epochs: bool, place: Place) -> Iterator[There]:
    """A line of a training log, what `evaluate` printed, or a line of the student's own ("Test accuracy: 0.95")."""
    of_both = any(name.startswith("val_") for name, _ in metrics)
    named = "" if of_both else split_in(line)
    for name, number in metrics:
        bare = name.removeprefix("val_").lower()
        kind = Kind.ACCURACY if "acc" in bare else Kind.LOSS if bare == "loss" else None
        amount = amount_of(number)
        if kind is None or amount is None:
            continue
        split = "validation" if name.startswith("val_") else named or ("training" if in_epochs else "")
        yield There(Quantity(kind, split), amount.value, f"{name}: {number}", place)


def _of_words(line: str, place: Place) -> Iterator[There]:
    said = line.strip()[:100]
    for name, number in _PARAMETERS.findall(line):
        amount = amount_of(number.replace(",", ""))
        if amount is not None:
            yield There(Quantity(Kind.PARAMETERS), amount.value, f"{name} params: {number}", place)
    for _, _, shape in shapes(line):
        yield There(Quantity(Kind.SHAPE), shape, said, place)
    if found := _FILES.search(line):
        yield There(Quantity(Kind.IMAGES), float(found[1]), said, place)
    kind = _kind_of(line)
    for _, _, amount in amounts(line) if kind is not None else ():
        yield There(Quantity(kind, split_in(line)), amount.value, said, place)  # type: ignore[arg-type]


def _kind_of(line: str) -> Kind | None:
    if found := _SAID.search(line):
        return Kind.LOSS if found[1].lower() == "loss" else Kind.ACCURACY
    if _LAYERS.search(line):
        return Kind.LAYERS
    return Kind.IMAGES if _BATCHES_OR_IMAGES.search(line) else None


def _of_row(row: Row, place: Place) -> Iterator[There]:
    for number, column in zip(row.numbers, row.columns, strict=False):
        quantity = quantity_of(column)
        if quantity is not None:
            yield There(replace(quantity, model=row.model), number.value, f"{column}: {number.text}", place)


class _Tables(HTMLParser):
    """Rows of all tables of a piece of HTML, cells as text."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self._in_cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.tables.append([])
        elif tag == "tr" and self.tables:
            self.tables[-1].append([])
        elif tag in ("td", "th") and self.tables and self.tables[-1]:
            self.tables[-1][-1].append("")
            self._in_cell = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._in_cell = False

    def handle_data(self, data: str) -> None:
        if self._in_cell and self.tables and self.tables[-1] and self.tables[-1][-1]:
            self.tables[-1][-1][-1] += data.strip()[:200]


def _html_tables(cell: Cell) -> list[list[list[str]]]:
    parser = _Tables()
    for output in cell.outputs[:300] if cell.kind == CellKind.CODE else ():
        data = output.get("data")
        text = _joined(data.get("text/html")) if isinstance(data, dict) else ""
        if "<table" in text:
            parser.feed(text[:200_000])
    return parser.tables[:20]


# --------------------------------------------------------------------------- witnesses


def _of_account(account: Account) -> Iterator[There]:
    backbone = account.backbone
    for part, fact in (
        ("input", backbone.input_shape), ("backbone", backbone.output_shape),
        ("pooling", account.pooling.output_shape), ("head", account.head.output_shape),
    ):  # fmt: skip
        if fact.known and isinstance(fact.value, tuple):
            said = f"the {part} is {fact.value}" if part == "input" else f"the {part} gives {fact.value}"
            yield There(Quantity(Kind.SHAPE, part), fact.value, said, fact.place)
    total = 0.0
    for stage in account.stages:
        yield from _known(stage.learning_rate, Kind.RATE, "learning rate", stage.place)
        yield from _known(stage.epochs_asked, Kind.EPOCHS, "epochs", stage.place)
        yield from _known(stage.total_layers, Kind.LAYERS, "layers of the backbone", stage.place)
        if stage.total_layers.known and stage.trainable_layers.known:
            able, whole = stage.trainable_layers.value or 0, stage.total_layers.value or 0
            yield There(Quantity(Kind.LAYERS), float(able), f"{able} layers can learn", stage.place)
            yield There(Quantity(Kind.LAYERS), float(whole - able), f"{whole - able} layers are frozen", stage.place)
        if stage.epochs_asked.known and stage.epochs_asked.value:
            total += stage.epochs_asked.value
            yield There(Quantity(Kind.EPOCHS), total, f"{total:g} epochs in all", stage.place)


def _known(fact: Fact[Any], kind: Kind, name: str, place: Place | None) -> Iterator[There]:
    if fact.known and isinstance(fact.value, int | float):
        yield There(Quantity(kind), float(fact.value), f"{name}: {fact.value:g}", fact.place or place)
