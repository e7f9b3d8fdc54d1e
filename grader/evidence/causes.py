"""What went wrong in a run, where it began, and what the page must state about how it was run.

In: the notebook's cells and a Run. Out: Causes, each once with its echoes, and Notices.
It must never blame a student for data, packages, Keras's changes or us, and never judge.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from grader.evidence.cause_kinds import Diagnosis, diagnose, path_in
from grader.evidence.cell_names import bound_names, installed_packages, used_names
from grader.evidence.notices import find_notices
from grader.records import Cause, CauseKind, Cell, CellKind, CellRun, CellStatus, Place, Run, RunEnd

__all__ = ["find_causes", "find_notices"]

_UNDEFINED = re.compile(r"(?:global |local |free )?(?:name|variable) '(\w+)' (?:is not defined|referenced before)|"
                        r"cannot access (?:local|free) variable '(\w+)'")  # fmt: skip
_NOT_OF_DATA = ("NameError", "UnboundLocalError", "SyntaxError", "IndentationError", "TabError", "ImportError")
_ENDS = {
    RunEnd.TIMED_OUT: (CauseKind.TIME_OUT, "the notebook as a whole took longer than allowed",
                       "Shorten what takes long before the training: downloads, loops over all pictures, plots."),
    RunEnd.OUT_OF_MEMORY: (CauseKind.OUT_OF_MEMORY, "the notebook used more memory than allowed",
                           "Load pictures in batches instead of all at once."),
    RunEnd.KERNEL_DIED: (CauseKind.KERNEL_DEATH, "the kernel died",
                         "Restart the kernel and run all cells: where it dies again is where to look."),
    RunEnd.TOO_MANY_PROCESSES: (CauseKind.RESOURCE_LIMIT, "the notebook started too many processes",
                                "Use fewer workers, and close what you start."),
    RunEnd.DISK_FULL: (CauseKind.RESOURCE_LIMIT, "the notebook wrote more to disk than allowed",
                       "Write less: save the model once, and don't copy the data set."),
}  # fmt: skip
_STATUS_ENDS = {
    CellStatus.TIMED_OUT: RunEnd.TIMED_OUT,
    CellStatus.OUT_OF_MEMORY: RunEnd.OUT_OF_MEMORY,
    CellStatus.KERNEL_DIED: RunEnd.KERNEL_DIED,
}


@dataclass
class _Begun:
    """A cause in the making: what failed first, and the cells that failed because of it."""

    diagnosis: Diagnosis
    place: Place | None
    excerpt: str
    echoes: list[int] = field(default_factory=list)

    def finished(self) -> Cause:
        return Cause(kind=self.diagnosis.kind, message=self.diagnosis.message, place=self.place, excerpt=self.excerpt,
                     advice=self.diagnosis.advice, echoes=tuple(dict.fromkeys(self.echoes)))  # fmt: skip


def find_causes(cells: tuple[Cell, ...], run: Run) -> tuple[Cause, ...]:
    """Each thing that went wrong, once, where it began; what failed only because of it are its echoes."""
    if run.grader_fault or run.end == RunEnd.GRADER_FAULT:
        message = run.grader_fault or "the run was stopped by a fault of the grader"
        return (
            Cause(kind=CauseKind.GRADER_FAULT, message=message, advice="No mark is lost by it; a person will look."),
        )
    search = _Search({cell.number: cell for cell in cells if cell.kind == CellKind.CODE}, run)
    for cell_run in run.cells:
        search.look_at(cell_run)
    search.look_at_end()
    return tuple(begun.finished() for begun in search.found)


class _Search:
    """Goes through the cells in order and remembers which names are missing because of what."""

    def __init__(self, cells: dict[int, Cell], run: Run) -> None:
        self._cells = cells
        self._run = run
        self._missing: dict[str, _Begun] = {}
        self._failed: list[tuple[int, _Begun]] = []
        self._installs = frozenset().union(*(installed_packages(c.source) for c in cells.values()))
        self.found: list[_Begun] = []

    def look_at(self, cell_run: CellRun) -> None:
        source = self._source(cell_run.cell)
        if cell_run.status == CellStatus.OK:
            for name in bound_names(source):
                self._missing.pop(name, None)
            return
        if cell_run.status == CellStatus.NOT_RUN:
            if self.found:
                self.found[-1].echoes.append(cell_run.cell)
            return
        cause = self._echo_of(cell_run, source)
        if cause is None:
            cause = self._begin(cell_run)
            undefined = _UNDEFINED.search(cell_run.error_message)
            if undefined is not None:
                self._missing.setdefault(undefined[1] or undefined[2], cause)
        else:
            cause.echoes.append(cell_run.cell)
        self._failed.append((cell_run.cell, cause))
        for name in self._unbound(cell_run, source):
            self._missing.setdefault(name, cause)

    def look_at_end(self) -> None:
        """The kernel's end, where no cell shows it already."""
        if self._run.end not in _ENDS:
            return
        kind, message, advice = _ENDS[self._run.end]
        if any(begun.diagnosis.kind == kind for begun in self.found):
            return
        echoes = [r.cell for r in self._run.cells if r.status == CellStatus.NOT_RUN]
        for begun in self.found:
            begun.echoes = [cell for cell in begun.echoes if cell not in echoes]
        self.found.append(_Begun(Diagnosis(kind, message, advice), None, "", echoes))

    def _source(self, cell: int) -> str:
        return self._cells[cell].source if cell in self._cells else ""

    def _unbound(self, cell_run: CellRun, source: str) -> frozenset[str]:
        """Names to which the failed cell did not come."""
        if cell_run.error_name in ("SyntaxError", "IndentationError", "TabError"):
            return bound_names(source)
        return bound_names(source, from_line=cell_run.line)

    # ------------------------------------------------------------------ echoes

    def _echo_of(self, cell_run: CellRun, source: str) -> _Begun | None:
        """The earlier cause because of which this cell failed; None where it failed by itself."""
        if cell_run.status != CellStatus.ERROR:
            return None
        name, message = cell_run.error_name, cell_run.error_message
        undefined = _UNDEFINED.search(message)
        if name in ("NameError", "UnboundLocalError") and undefined is not None:
            return self._missing.get(undefined[1] or undefined[2] or "")
        stale = [self._missing[n] for n in used_names(source, cell_run.line) if n in self._missing]
        if stale and (name in ("AttributeError", "TypeError", "KeyError", "ValueError")):
            return stale[0]
        return self._by_path(message) or self._by_compile(name, message)

    def _by_path(self, message: str) -> _Begun | None:
        """A file that is missing because the cell that writes it failed."""
        path = path_in(message)
        if not path:
            return None
        file = path.rsplit("/", 1)[-1]
        return next((b for cell, b in reversed(self._failed) if len(file) > 3 and file in self._source(cell)), None)

    def _by_compile(self, name: str, message: str) -> _Begun | None:
        """A model that was never compiled because the cell that does it failed."""
        if name not in ("ValueError", "RuntimeError") or "compile" not in message:
            return None
        return next((b for cell, b in reversed(self._failed) if ".compile(" in self._source(cell)), None)

    # ------------------------------------------------------------------ new causes

    def _begin(self, cell_run: CellRun) -> _Begun:
        place = Place(cell=cell_run.cell, line=cell_run.line)
        begun = _Begun(self._diagnosis(cell_run), place, self._excerpt(cell_run))
        self.found.append(begun)
        return begun

    def _diagnosis(self, cell_run: CellRun) -> Diagnosis:
        end = _STATUS_ENDS.get(cell_run.status)
        if end is not None:
            if end == RunEnd.KERNEL_DIED and self._run.end in (RunEnd.TOO_MANY_PROCESSES, RunEnd.DISK_FULL):
                end = self._run.end
            kind, message, advice = _ENDS[end]
            if cell_run.status == CellStatus.TIMED_OUT:
                advice = (
                    "Look for an endless loop, or for waiting on something that never comes. A training written "
                    "as a loop of one's own is not shortened here: give it few steps."
                )
            return Diagnosis(kind, cell_run.error_message or message, advice)
        refused = next((str(r.get("what", "")) for r in self._run.requests
                        if r.get("kind") == "missing" and r.get("cell") == cell_run.cell), "")  # fmt: skip
        found = diagnose(cell_run.error_name, cell_run.error_message, installs=self._installs, refused=refused)
        supplied = self._supplied_before(cell_run)
        if found.kind != CauseKind.STUDENT_ERROR or not supplied or cell_run.error_name in _NOT_OF_DATA:
            return found
        return Diagnosis(CauseKind.MISSING_DATA, found.message,
                         f"Something was stood in for before ({supplied}), and this may come of it. No mark is lost by "
                         "it; a person will look.")  # fmt: skip

    def _supplied_before(self, cell_run: CellRun) -> str:
        """What a stand-in was made for in this cell or one before it; "" if nothing was."""
        order = [r.cell for r in self._run.cells]
        so_far = set(order[: order.index(cell_run.cell) + 1])
        return next((str(r.get("what", ""))[:120] for r in self._run.requests
                     if r.get("kind") == "supplied" and r.get("cell") in so_far), "")  # fmt: skip

    def _excerpt(self, cell_run: CellRun) -> str:
        lines = self._source(cell_run.cell).splitlines()
        if cell_run.line is None or not 1 <= cell_run.line <= len(lines):
            return ""
        return lines[cell_run.line - 1].strip()[:200]
