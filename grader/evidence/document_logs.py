"""Reads training logs, printed shapes and execution counts out of saved outputs.

In: lines of saved output, cells. Out: `TrainingLog`s, shapes, remarks. It must never raise, and never takes a number
that is not finite.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from grader.records import Cell, CellKind, Shape

_EPOCH = re.compile(r"^\s*Epoch (\d{1,6})/(\d{1,6})\b")
_STEPS = re.compile(r"^\s*(\d{1,7})/(\d{1,7})\b.{0,200}(?:step|loss|ETA)")
_METRIC = re.compile(r"\b([A-Za-z]\w{0,40}): (-?\d{1,12}(?:\.\d{1,20})?(?:e[+-]?\d{1,3})?|nan|inf)\b")
_LIST = re.compile(r"(?:\(|TensorShape\(\[)\s*((?:\d{1,7}|None)(?:,\s*(?:\d{1,7}|None)){1,5}),?\s*[\])]")
MOST_LOGS = 100
_MOST_EPOCHS = 2_000
_MOST_SHAPES = 200
_COUNTS_SHOWN = 12


@dataclass
class TrainingLog:
    """One training as its log shows it.

    Attributes:
        first, last, asked: numbers of the first and last epoch begun, and the N of "Epoch 1/N".
        steps: steps of an epoch; None where not printed. finished: the last epoch asked for was logged to its end.
        metrics: by name, a value an epoch.
    """

    cell: int
    first: int
    asked: int
    last: int
    steps: int | None = None
    finished: bool = False
    metrics: dict[str, list[float]] = field(default_factory=dict)

    @property
    def epochs_asked(self) -> int:
        return self.asked - self.first + 1


def read_logs(cell: int, lines: Sequence[str]) -> list[TrainingLog]:
    """Every training logged among the lines: a new one begins where the epochs start again."""
    logs: list[TrainingLog] = []
    pending = ""
    for line in lines:
        epoch = _EPOCH.match(line)
        if epoch is None:
            pending = line if _goes_on(pending, line) else pending
            continue
        _close_epoch(logs, pending)
        pending = ""
        number, asked = int(epoch[1]), int(epoch[2])
        if not 1 <= number <= asked:
            continue
        if len(logs) >= MOST_LOGS:
            break
        if logs and logs[-1].asked == asked and number == logs[-1].last + 1:
            logs[-1].last = number
        else:
            logs.append(TrainingLog(cell, number, asked, number))
    _close_epoch(logs, pending)
    return logs


def _goes_on(pending: str, line: str) -> bool:
    """Whether a line of steps belongs to the epoch: behind its last step, another number of steps is an `evaluate`."""
    now, before = _STEPS.match(line), _STEPS.match(pending)
    if now is None or before is None:
        return now is not None
    return int(before[1]) < int(before[2]) or before[2] == now[2]


def _close_epoch(logs: list[TrainingLog], line: str) -> None:
    steps = _STEPS.match(line)
    if not logs or steps is None:
        return
    log = logs[-1]
    log.steps = int(steps[2])
    for name, value in _METRIC.findall(line):
        number = float(value)
        values = log.metrics.setdefault(name, []) if len(log.metrics) < 40 else []
        if math.isfinite(number) and len(values) < _MOST_EPOCHS:
            values.append(number)
    log.finished = log.last == log.asked and int(steps[1]) >= int(steps[2])


def printed_shapes(lines: Iterable[str]) -> list[Shape]:
    """Shapes that were printed by themselves or behind a few words; those in tables are left out."""
    found: list[Shape] = []
    for line in lines:
        if len(line) > 160 or any(side in line for side in "│┃") or len(found) >= _MOST_SHAPES:
            continue
        match = _LIST.search(line)
        words = _LIST.sub("", line)
        if match and not re.search(r"\d{3,}|\(\w+\)", words):
            sizes = [size.strip() for size in match[1].split(",")]
            found.append(tuple(None if size == "None" else int(size) for size in sizes))
    return found


def count_remarks(cells: Iterable[Cell]) -> list[str]:
    """What the execution counts say about how the notebook was run."""
    code = [cell for cell in cells if cell.kind == CellKind.CODE and cell.source.strip()]
    counts = [cell.execution_count for cell in code if cell.execution_count is not None]
    if not code:
        return []
    if not counts:
        if any(cell.outputs for cell in code):
            return ["execution counts were cleared; outputs are saved"]
        return ["cells were never run, or their outputs were cleared"]
    remarks = []
    if any(later <= earlier for earlier, later in pairwise(counts)):
        shown = ", ".join(str(count) for count in counts[:_COUNTS_SHOWN])
        remarks.append(f"cells were run out of order: {shown}{', …' if len(counts) > _COUNTS_SHOWN else ''}")
    if len(counts) < len(code):
        missing = [str(cell.number) for cell in code if cell.execution_count is None]
        shown = ", ".join(missing[:_COUNTS_SHOWN]) + (", …" if len(missing) > _COUNTS_SHOWN else "")
        remarks.append(f"cells saved without having been run: {shown}")
    return remarks
