"""What the page must state about how a notebook was run: shortened, stood in for, skipped, answered, adapted.

In: a Run. Out: Notices, merged and in words for people. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable

from grader.evidence.run_events import ShortenedEvent, StageBeginEvent, StageEndEvent, StartEvent, parse_events
from grader.records import Notice, Place, Run

_REQUESTS = {
    "stand_in": "{what}: {answer}",
    "supplied": "{what}: {answer}",
    "shim": "{what}: {answer}",
    "drift": "{what} is of an older Keras; here it means {answer}",
    "answered": "{what} was answered with {answer}",
    "skipped": "{what}: {answer}",
    "missing": "{what}: {answer}",
}
_MOST = 60


def find_notices(run: Run) -> tuple[Notice, ...]:
    """Everything about the run that differs from a run of the student's own."""
    return tuple([*_shortened(run), *_requests(run)][:_MOST])


def _shortened(run: Run) -> list[Notice]:
    events, _ = parse_events(run.journal)
    budget = next((e.budget for e in events if isinstance(e, StartEvent)), {})
    if budget.get("full"):
        return []
    images = budget.get("images", 8)
    begun: dict[int, StageBeginEvent] = {}
    found: list[Notice] = []
    for event in events:
        if isinstance(event, StageBeginEvent):
            begun[event.stage] = event
        elif isinstance(event, StageEndEvent) and event.stage in begun:
            found += _of_stage(begun[event.stage], event, images)
    for what, words in (
        ("evaluate", "evaluate looked at a few pictures only, so its numbers mean little"),
        ("predict", "predict was computed for a few pictures; the other rows repeat theirs"),
        ("call", "a model called by hand on a batch was computed for a few pictures; the other rows repeat theirs"),
    ):
        cells = [e.cell for e in events if isinstance(e, ShortenedEvent) and e.what == what]
        if cells:
            found.append(Notice(kind="shortened", message=f"{words}{_in_cells(cells) if len(set(cells)) > 1 else ''}",
                                place=_place(cells[0])))
    return found


def _of_stage(begin: StageBeginEvent, end: StageEndEvent, images: object) -> list[Notice]:
    """What a training asked for and what was run of it; nothing where all of it was run."""
    place = _place(begin.cell, begin.line)
    if begin.kind == "train_on_batch":
        message = f"a loop of train_on_batch: {end.steps} steps on at most {images} pictures each were run here"
        return [Notice(kind="shortened", message=message, place=place)]
    if begin.kind != "fit" or begin.epochs_asked is None:
        return []
    epochs = "1 epoch" if begin.epochs_asked == 1 else f"{begin.epochs_asked} epochs"
    asked = f"{epochs} of {begin.steps_asked} steps" if begin.steps_asked else epochs
    steps = "1 step" if end.steps == 1 else f"{end.steps} steps"
    padded = f"; the history's last {end.padded} epochs repeat what was measured" if end.padded > 0 else ""
    message = f"the training asks for {asked}; {steps} on at most {images} pictures were run here{padded}"
    return [Notice(kind="shortened", message=message, place=place)]


def _requests(run: Run) -> list[Notice]:
    """One notice for each thing asked for, with the first cell that asked."""
    found: dict[tuple[str, str], list[int]] = {}
    for request in run.requests:
        kind, what, answer = (str(request.get(name) or "") for name in ("kind", "what", "answer"))
        words = _REQUESTS.get(kind)
        if words is None or not what:
            continue
        message = words.format(what=what, answer=answer) if answer else what
        kind = "stand_in" if kind == "supplied" else kind
        cell = request.get("cell")
        found.setdefault((kind, message), []).extend([cell] if isinstance(cell, int) else [])
    return [
        Notice(kind=kind, message=f"{message}{_in_cells(cells) if len(set(cells)) > 1 else ''}",
               place=_place(cells[0]) if cells else None)
        for (kind, message), cells in found.items()
    ]  # fmt: skip


def _in_cells(cells: Iterable[int | None]) -> str:
    numbers = [str(c) for c in dict.fromkeys(cells) if c is not None]
    if not numbers:
        return ""
    shown = ", ".join(numbers[:10]) + (" …" if len(numbers) > 10 else "")
    return f" ({'cell' if len(numbers) == 1 else 'cells'} {shown})"


def _place(cell: int | None, line: int | None = None) -> Place | None:
    return Place(cell=cell, line=line) if cell is not None else None
