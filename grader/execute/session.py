"""Runs the cells of one notebook in order on a kernel, and says what became of each.

In: cells, limits, something that behaves like a kernel. Out: a CellRun for each code cell, and why it ended.
Must never let a cell that fails, hangs or dies keep a later stage from its turn. Knows nothing of Jupyter or of
processes: those are behind `Kernel`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from grader.records import Cell, CellKind, CellRun, CellStatus, Limits, RunEnd

# After an interrupt, time for a training step in C++ to come back to Python and notice it.
GRACE_S = 8.0
_STATUS_OF_END = {RunEnd.OUT_OF_MEMORY: CellStatus.OUT_OF_MEMORY, RunEnd.TIMED_OUT: CellStatus.TIMED_OUT}
_MESSAGE_OF_END = {
    RunEnd.TOO_MANY_PROCESSES: "stopped: it started more processes than allowed",
    RunEnd.DISK_FULL: "stopped: it wrote more to the disk than allowed",
    RunEnd.OUT_OF_MEMORY: "stopped: it used more memory than allowed",
}


@dataclass(frozen=True)
class Reply:
    """What a kernel answers when a cell has run. `line` is that of the error in this cell, if the kernel knows it."""

    ok: bool
    error_name: str = ""
    error_message: str = ""
    line: int | None = None
    output_cut: bool = False


class Kernel(Protocol):
    """What a session needs of a kernel."""

    async def execute(self, source: str) -> Reply:
        """Run a cell to its end."""

    async def interrupt(self) -> None:
        """Ask the running cell to stop."""

    async def kill(self) -> None:
        """End the kernel and everything that it started."""

    async def death(self) -> str:
        """Wait until the kernel has died; say how, for people."""

    def breach(self) -> RunEnd | None:
        """Why the kernel was killed from outside, None where it was not."""


@dataclass
class Session:
    """One pass through a notebook."""

    kernel: Kernel
    limits: Limits
    grace_s: float = GRACE_S
    on_progress: Callable[[str], None] | None = None
    runs: list[CellRun] = field(default_factory=list)
    end: RunEnd | None = None

    async def run(self, cells: tuple[Cell, ...]) -> tuple[tuple[CellRun, ...], RunEnd]:
        """Run every code cell; those after the kernel's end are `NOT_RUN`."""
        deadline = time.monotonic() + self.limits.total_timeout_s
        code = [cell for cell in cells if cell.kind == CellKind.CODE]
        for index, cell in enumerate(code, start=1):
            if self.on_progress is not None:
                self.on_progress(f"cell {index} of {len(code)}")
            self.runs.append(await self._run_cell(cell, deadline))
        return tuple(self.runs), self.end or RunEnd.FINISHED

    async def _run_cell(self, cell: Cell, deadline: float) -> CellRun:
        if self.end is not None:
            return CellRun(cell=cell.number, status=CellStatus.NOT_RUN)
        if not cell.source.strip():
            return CellRun(cell=cell.number, status=CellStatus.OK)
        started = time.monotonic()
        if started >= deadline:
            self.end = RunEnd.TIMED_OUT
            return CellRun(cell=cell.number, status=CellStatus.NOT_RUN)
        execution = asyncio.create_task(self.kernel.execute(cell.source))
        death = asyncio.create_task(self.kernel.death())
        try:
            run = await self._follow(cell, execution, death, min(self.limits.cell_timeout_s, deadline - started))
        finally:
            await _cancel(execution, death)
        return run.model_copy(update={"seconds": round(time.monotonic() - started, 3)})

    async def _follow(
        self, cell: Cell, execution: asyncio.Task[Reply], death: asyncio.Task[str], timeout_s: float
    ) -> CellRun:
        """Wait for whichever comes first: the reply, the kernel's death, the time limit."""
        await _first(execution, death, timeout_s)
        if execution.done() and execution.exception() is None:
            return _answered(cell, execution.result())
        if death.done():
            return self._died(cell, death.result())
        if execution.done():
            return await self._babbled(cell, execution.exception())
        return await self._timed_out(cell, execution, death, timeout_s)

    async def _timed_out(
        self, cell: Cell, execution: asyncio.Task[Reply], death: asyncio.Task[str], timeout_s: float
    ) -> CellRun:
        message = f"stopped after {timeout_s:.0f} s"
        await self.kernel.interrupt()
        await _first(execution, death, self.grace_s)
        if execution.done() and execution.exception() is None:
            reply = execution.result()
            return CellRun(
                cell=cell.number,
                status=CellStatus.TIMED_OUT,
                error_message=message,
                line=reply.line,
                output_cut=reply.output_cut,
            )
        if death.done() and self.kernel.breach() is not None:
            return self._died(cell, death.result())
        await self.kernel.kill()
        self.end = RunEnd.TIMED_OUT
        return CellRun(
            cell=cell.number,
            status=CellStatus.TIMED_OUT,
            error_message=f"{message}; it ignored the interrupt, so its kernel was ended",
        )

    def _died(self, cell: Cell, how: str) -> CellRun:
        self.end = self.kernel.breach() or RunEnd.KERNEL_DIED
        return CellRun(
            cell=cell.number,
            status=_STATUS_OF_END.get(self.end, CellStatus.KERNEL_DIED),
            error_message=_MESSAGE_OF_END.get(self.end, how),
        )

    async def _babbled(self, cell: Cell, error: BaseException | None) -> CellRun:
        """The kernel sent what is no message: only code that speaks to the kernel's own sockets does that."""
        await self.kernel.kill()
        return self._died(cell, f"the kernel answered what can't be read ({type(error).__name__})")


def _answered(cell: Cell, reply: Reply) -> CellRun:
    lines = cell.source.count("\n") + 1
    return CellRun(
        cell=cell.number,
        status=CellStatus.OK if reply.ok else CellStatus.ERROR,
        error_name=reply.error_name,
        error_message=reply.error_message,
        line=reply.line if reply.line is not None and 1 <= reply.line <= lines else None,
        output_cut=reply.output_cut,
    )


async def _first(execution: asyncio.Task[Reply], death: asyncio.Task[str], timeout_s: float) -> None:
    waited_for: set[asyncio.Task[Any]] = {execution, death}
    await asyncio.wait(waited_for, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)


async def _cancel(*tasks: asyncio.Task[Any]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
