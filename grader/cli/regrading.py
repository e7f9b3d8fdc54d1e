"""`grader regrade`: stored evidence, a changed rubric, and whose mark moved."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from grader.cli.books import gradebook_for
from grader.errors import GradebookError
from grader.marking import open_rubric, regrade_cohort
from grader.publish import Publisher
from grader.records import Result


@dataclass(frozen=True)
class Move:
    """A mark that moved, with the criteria that moved it."""

    student: str
    before: float
    after: float
    reasons: tuple[str, ...]


def regrade(rubric_path: Path, *, out: Path | None, database: str, reveal_all: bool, as_json: bool) -> None:
    """Judges everybody anew and writes the pages again."""
    console = Console(stderr=as_json)
    rubric = open_rubric(rubric_path)
    folder = out or Path("out") / rubric.id
    if not database and not (folder / "gradebook.db").exists():
        raise GradebookError(f"{folder / 'gradebook.db'}: no gradebook there. Grade the cohort first: grader grade …")
    publisher = Publisher(folder, rubric, reveal_all=reveal_all)
    moves = []
    with gradebook_for(folder, database) as gradebook:
        for evidence, before, after in regrade_cohort(rubric, gradebook):
            publisher.add(after, evidence)
            if before is not None and (move := _move(before, after)) is not None:
                moves.append(move)
    index = publisher.finish()
    if as_json:
        print(json.dumps([vars(move) for move in moves], default=list))
        return
    console.print(_table(moves) if moves else "No mark moved.")
    console.print(f"\n{len(publisher.results)} judged anew, {len(moves)} moved, nothing was run.\nPages:  {index}")


def _move(before: Result, after: Result) -> Move | None:
    old = {c.id: c for c in before.criteria}
    reasons = []
    for criterion in after.criteria:
        previous = old.pop(criterion.id, None)
        if previous is None:
            reasons.append(f"{criterion.id}: new, {criterion.points:g} of {criterion.possible:g}")
        elif (previous.points, previous.possible, previous.outcome) != (
            criterion.points, criterion.possible, criterion.outcome
        ):
            reasons.append(f"{criterion.id}: {previous.outcome} {previous.points:g}/{previous.possible:g} → "
                           f"{criterion.outcome} {criterion.points:g}/{criterion.possible:g}")
    reasons += [f"{name}: gone, was {c.points:g} of {c.possible:g}" for name, c in old.items()]
    if not reasons:
        return None
    return Move(after.display_name or after.student, before.points, after.points, tuple(reasons))


def _table(moves: list[Move]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("Student", "Mark", "Why"):
        table.add_column(column)
    for move in moves:
        table.add_row(Text(move.student), f"{move.before:g} → {move.after:g}", Text("\n".join(move.reasons)))
    return table
