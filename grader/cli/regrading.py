"""`grader regrade`: stored evidence, a changed rubric, and whose mark moved.

In: a rubric's file and the folder of an earlier call. Out: its pages, and what moved, printed. Must never start a
kernel, nor import what starts one. Half of its second is importing, hence the imports where they are needed.
"""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from grader.errors import GradebookError

if TYPE_CHECKING:
    from grader.database import Rows
    from grader.gradebook import Gradebook
    from grader.publish import Publisher
    from grader.records import Result, Rubric


class Move(NamedTuple):
    """A mark that moved, with the criteria that moved it."""

    student: str
    before: float
    after: float
    reasons: tuple[str, ...]


def regrade(rubric_path: Path, *, out: Path | None, database: str, reveal_all: bool, as_json: bool) -> None:
    """Judges everybody anew and writes the pages that this changes."""
    with _without_collector():
        _regrade(rubric_path, out, database, reveal_all=reveal_all, as_json=as_json)


def _regrade(rubric_path: Path, out: Path | None, database: str, *, reveal_all: bool, as_json: bool) -> None:
    from grader.forking import aside

    rows = aside(_prepare_rows)  # first of all: what it imports takes as long as all that comes next
    from grader.cli.books import gradebook_for
    from grader.marking import open_rubric

    rubric = open_rubric(rubric_path)
    folder = out or Path("out") / rubric.id
    if not database and not (folder / "gradebook.db").exists():
        raise GradebookError(f"{folder / 'gradebook.db'}: no gradebook there. Grade the cohort first: grader grade …")
    with gradebook_for(folder, database, rows) as gradebook:
        from grader.publish import Publisher

        publisher = Publisher(folder, rubric, reveal_all=reveal_all)
        moves = _published(publisher, rubric, gradebook)
    index = publisher.finish()
    if as_json:
        print(json.dumps([move._asdict() for move in moves]))
        return
    _say(moves, publisher, index)


def _prepare_rows() -> Callable[[str | Path], Rows]:
    from grader.database import Rows

    return Rows


def _published(publisher: Publisher, rubric: Rubric, gradebook: Gradebook) -> list[Move]:
    from grader.marking import regrade_cohort

    moves: dict[str, Move | None] = {}
    for after, before, page in regrade_cohort(rubric, gradebook, publisher.make):
        publisher.count(page)
        if before is not None:
            moves[after.student] = _move(before, after)
    return [move for move in moves.values() if move is not None]


def _say(moves: list[Move], publisher: Publisher, index: Path) -> None:
    from grader.render.text import name, neutral

    for move in moves:
        print(f"{name(move.student)}  {move.before:g} → {move.after:g}")
        print(neutral("".join(f"    {reason}\n" for reason in move.reasons)))
    if not moves:
        print("No mark moved.\n")
    print(f"{len(publisher.results)} judged anew, {len(moves)} moved, nothing was run.")
    print(f"Pages:  {index} ({publisher.written} of the students' changed)")


@contextmanager
def _without_collector() -> Iterator[None]:
    """Spares a short command the search for cyclic garbage, a quarter of its time: while it imports, and at the end.

    What it loads is freed without the collector, for records hold no cycles.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


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
