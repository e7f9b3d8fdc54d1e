"""The order of events in a session, on a kernel that is scripted instead of started."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest

from grader.execute.session import Reply, Session
from grader.records import Cell, CellKind, CellRun, CellStatus, Limits, RunEnd

LIMITS = Limits(cell_timeout_s=0.05, total_timeout_s=5)


class Garbage(ValueError):
    """What nbclient raises when a message can't be read."""


@dataclass
class ScriptedKernel:
    """Does what a cell's source names: `ok`, `fail`, `cut`, `hang`, `stubborn`, `die`, `babble`, `swallow`."""

    ended_by: RunEnd | None = None
    executed: list[str] = field(default_factory=list)
    killed: int = 0
    _interrupted: asyncio.Event = field(default_factory=asyncio.Event)
    _dead: asyncio.Event = field(default_factory=asyncio.Event)

    async def execute(self, source: str) -> Reply:
        self.executed.append(source)
        match source:
            case "fail":
                return Reply(False, "ZeroDivisionError", "division by zero", 1)
            case "wrong line":
                return Reply(False, "ValueError", "", 99)
            case "cut":
                return Reply(True, output_cut=True)
            case "hang" | "swallow":
                await self._interrupted.wait()
                return Reply(source == "swallow", "KeyboardInterrupt", "", 1)
            case "stubborn":
                await asyncio.Event().wait()
            case "die":
                self._dead.set()
                await asyncio.Event().wait()
            case "babble":
                raise Garbage
        return Reply(True)

    async def interrupt(self) -> None:
        self._interrupted.set()

    async def kill(self) -> None:
        self.killed += 1
        self._dead.set()

    async def death(self) -> str:
        await self._dead.wait()
        return "the kernel ended with exit code 3"

    def breach(self) -> RunEnd | None:
        return self.ended_by


def run(
    *sources: str, kernel: ScriptedKernel | None = None, limits: Limits = LIMITS
) -> tuple[tuple[CellRun, ...], RunEnd]:
    cells = tuple(Cell(number=n, kind=CellKind.CODE, source=source) for n, source in enumerate(sources, start=1))
    session = Session(kernel or ScriptedKernel(), limits, grace_s=0.05)
    return asyncio.run(session.run(cells))


def statuses(*sources: str) -> list[CellStatus]:
    return [cell.status for cell in run(*sources)[0]]


OK, ERROR, TIMED_OUT = CellStatus.OK, CellStatus.ERROR, CellStatus.TIMED_OUT
DIED, NOT_RUN = CellStatus.KERNEL_DIED, CellStatus.NOT_RUN


@pytest.mark.parametrize(
    ("sources", "expected", "end"),
    [
        (("ok", "ok"), [OK, OK], RunEnd.FINISHED),
        (("fail", "ok"), [ERROR, OK], RunEnd.FINISHED),
        (("hang", "ok"), [TIMED_OUT, OK], RunEnd.FINISHED),
        (("swallow", "ok"), [TIMED_OUT, OK], RunEnd.FINISHED),
        (("stubborn", "ok", "ok"), [TIMED_OUT, NOT_RUN, NOT_RUN], RunEnd.TIMED_OUT),
        (("ok", "die", "ok"), [OK, DIED, NOT_RUN], RunEnd.KERNEL_DIED),
        (("babble", "ok"), [DIED, NOT_RUN], RunEnd.KERNEL_DIED),
    ],
    ids=["all well", "error", "interrupted", "interrupt swallowed", "interrupt ignored", "death", "garbage"],
)
def test_each_way_of_ending_a_cell_decides_about_the_next(
    sources: tuple[str, ...], expected: list[CellStatus], end: RunEnd
) -> None:
    runs, found = run(*sources)
    assert [cell.status for cell in runs] == expected
    assert found == end


def test_cells_after_a_dead_kernel_are_never_sent_to_it() -> None:
    kernel = ScriptedKernel()
    run("die", "ok", kernel=kernel)
    assert kernel.executed == ["die"]


def test_only_a_cell_that_ignores_the_interrupt_costs_the_kernel() -> None:
    obedient, stubborn = ScriptedKernel(), ScriptedKernel()
    run("hang", kernel=obedient)
    run("stubborn", kernel=stubborn)
    assert (obedient.killed, stubborn.killed) == (0, 1)


def test_empty_cell_is_ok_without_being_executed() -> None:
    kernel = ScriptedKernel()
    runs, _ = run(" \n ", "ok", kernel=kernel)
    assert [cell.status for cell in runs] == [OK, OK]
    assert kernel.executed == ["ok"]


def test_markdown_has_no_run() -> None:
    cells = (Cell(number=1, kind=CellKind.MARKDOWN, source="# Title"), Cell(number=2, kind=CellKind.CODE, source="ok"))
    runs, _ = asyncio.run(Session(ScriptedKernel(), LIMITS).run(cells))
    assert [cell.cell for cell in runs] == [2]


def test_error_keeps_its_name_message_and_line() -> None:
    (cell,), _ = run("fail")
    assert (cell.error_name, cell.error_message, cell.line) == ("ZeroDivisionError", "division by zero", 1)


def test_line_outside_of_the_cell_is_not_believed() -> None:
    (cell,), _ = run("wrong line")
    assert cell.line is None


def test_cut_output_is_said() -> None:
    runs, _ = run("cut", "ok")
    assert [cell.output_cut for cell in runs] == [True, False]


def test_total_time_ends_the_run_with_later_cells_not_run() -> None:
    limits = Limits(cell_timeout_s=0.2, total_timeout_s=0.1)
    runs, end = run("hang", "ok", limits=limits)
    assert [cell.status for cell in runs] == [TIMED_OUT, NOT_RUN]
    assert end == RunEnd.TIMED_OUT


@pytest.mark.parametrize(
    ("breach", "status"),
    [
        (RunEnd.OUT_OF_MEMORY, CellStatus.OUT_OF_MEMORY),
        (RunEnd.DISK_FULL, DIED),
        (RunEnd.TOO_MANY_PROCESSES, DIED),
    ],
)
def test_a_breach_of_limits_names_the_end(breach: RunEnd, status: CellStatus) -> None:
    (cell,), end = run("die", kernel=ScriptedKernel(ended_by=breach))
    assert (cell.status, end) == (status, breach)
    assert cell.error_message.startswith("stopped: it ")


def test_progress_counts_code_cells() -> None:
    said: list[str] = []
    cells = tuple(Cell(number=n, kind=CellKind.CODE, source="ok") for n in (1, 2))
    asyncio.run(Session(ScriptedKernel(), LIMITS, on_progress=said.append).run(cells))
    assert said == ["cell 1 of 2", "cell 2 of 2"]
