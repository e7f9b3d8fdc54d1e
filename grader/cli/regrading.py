"""`grader regrade`: stored evidence, a changed rubric, and whose mark moved.

In: a rubric's file and the folder of an earlier call. Out: its pages, and what moved, printed. Must never start a
kernel, nor import what starts one. Half of its second is importing, hence the imports where they are needed.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from grader.errors import GradebookError, RubricError

if TYPE_CHECKING:
    from grader.gradebook import Gradebook
    from grader.marking import Make
    from grader.publish import Published, Publisher
    from grader.records import Evidence, Result, Rubric


_GLANCE_S = 0.1


class Move(NamedTuple):
    """A mark that moved, with the criteria that moved it."""

    student: str
    before: float
    after: float
    reasons: tuple[str, ...]


def regrade(
    rubric_path: Path, *, out: Path | None, database: str, reveal_all: bool, as_json: bool, watch: bool = False
) -> None:
    """Judges everybody anew and writes the pages that this changes; with `watch` again whenever the rubric is saved."""
    with _without_collector():
        from grader.cli import ahead

        rows = ahead.rows()
        from grader.cli.books import gradebook_for
        from grader.marking import open_rubric

        seen = _stamp(rubric_path)
        rubric = open_rubric(rubric_path)
        folder = out or Path("out") / rubric.id
        if not database and not (folder / "gradebook.db").exists():
            what_to_do = "no gradebook there. Grade the cohort first: grader grade …"
            raise GradebookError(f"{folder / 'gradebook.db'}: {what_to_do}")
        with gradebook_for(folder, database, rows) as gradebook:
            _mark_anew(rubric, folder, gradebook, reveal_all=reveal_all, as_json=as_json)
            with suppress(KeyboardInterrupt):
                for saved in _saved(rubric_path, seen, rubric.id) if watch else ():
                    _mark_anew(saved, folder, gradebook, reveal_all=reveal_all, as_json=as_json)


def _mark_anew(rubric: Rubric, folder: Path, gradebook: Gradebook, *, reveal_all: bool, as_json: bool) -> None:
    from grader.marking import Remarker

    publisher: Publisher

    def prepare() -> Make[tuple[Published, Move | None]]:
        from grader.publish import Publisher

        nonlocal publisher  # each copy of this process has its own
        publisher = Publisher(folder, rubric, reveal_all=reveal_all)
        return make

    def make(result: Result, evidence: Evidence, before: Result | None) -> tuple[Published, Move | None]:
        return publisher.make(result, evidence), _move(before, result) if before is not None else None

    with Remarker(rubric, gradebook, prepare, meanwhile=_get_ready_for_pages) as remarker:
        cohort = remarker.judge_cohort()
        with gradebook.storing(one.judgement for one in cohort.students):
            for one in cohort.students:
                publisher.count(one.made[0])
            index = publisher.finish(cohort.shared)
    moves = [one.made[1] for one in cohort.students if one.made[1] is not None]
    if as_json:
        print(json.dumps([move._asdict() for move in moves]), flush=True)
    else:
        _say(moves, publisher, index)


def _get_ready_for_pages() -> None:
    from grader.render import get_ready

    get_ready()


def _saved(path: Path, seen: object, name: str) -> Iterator[Rubric]:
    """The rubric each time that its file is another one than `seen`; one with faults is told and waited for."""
    from grader.marking import open_rubric

    print(f"Watching {path}; Ctrl-C ends it.", file=sys.stderr, flush=True)
    while True:
        gc.collect()
        seen = _changed(path, seen)
        try:
            rubric = open_rubric(path)
            if rubric.id != name:
                raise RubricError(f"{path}: its id was {name!r}, now it is {rubric.id!r}; start again for that one")
        except RubricError as error:
            print(error, file=sys.stderr, flush=True)
        else:
            yield rubric


def _changed(path: Path, seen: object) -> object:
    """Waits until the file is another one than `seen`, and no longer being written."""
    while True:
        now = _stamp(path)
        time.sleep(_GLANCE_S)
        if now not in (seen, None) and now == _stamp(path):
            return now


def _stamp(path: Path) -> object:
    """What tells one version of a file from another; None where there is no file just now."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size


def _say(moves: list[Move], publisher: Publisher, index: Path) -> None:
    from grader.render.text import name, neutral

    for move in moves:
        print(f"{name(move.student)}  {move.before:g} → {move.after:g}")
        print(neutral("".join(f"    {reason}\n" for reason in move.reasons)))
    if not moves:
        print("No mark moved.\n")
    print(f"{len(publisher.results)} judged anew, {len(moves)} moved, nothing was run.")
    print(f"Pages:  {index} ({publisher.written} of the students' changed)", flush=True)


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
