"""One submission from cells to a Run: scratch, kernel, cells, what it left, inspection, nothing left.

In: a Submission, assets, settings. Out: a Run; the student's failures are fields of it, and so are ours.
Must never leave a process or a folder behind, nor interpret what came out.
"""

from __future__ import annotations

import asyncio
import secrets
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.errors import GraderError, SandboxError
from grader.execute.enclosures import boot_path, inside_root, kernel_enclosure, write_inputs
from grader.execute.inspect import Inspection, inspect_models
from grader.execute.interpreter import Interpreter, find_interpreter
from grader.execute.journal import read_boot_faults, read_journal, read_requests
from grader.execute.kernel import KernelNotStarted, SandboxedKernel
from grader.execute.probe import advice_for
from grader.execute.sandbox import KERNEL_SIDE
from grader.execute.scratch import Scratch, make_scratch
from grader.execute.session import GRACE_S, Session
from grader.execute.warm_choice import imports_as_anyone
from grader.records import Assets, CellKind, CellRun, ExecutionSettings, Run, RunEnd, SandboxKind, Submission


def run_notebook(
    submission: Submission,
    *,
    assets: Assets,
    settings: ExecutionSettings,
    on_progress: Callable[[str], None] | None = None,
    kernel_side: Path = KERNEL_SIDE,
    grace_s: float = GRACE_S,
) -> Run:
    """Run a submission's notebook in a sandbox of its own.

    The work is done in a thread of its own, because a sandbox dies with the thread that started it and because an
    event loop may run in the caller's. Safe to call from several threads at once.

    Args:
        kernel_side: the code that runs in the kernel before the first cell.
        grace_s: how long an interrupted cell may take to stop before its kernel is ended.

    Raises:
        SandboxError: there is no sandbox here; nothing was run.
    """
    _demand_sandbox(settings)
    job = _Job(submission, assets, settings, on_progress, kernel_side, grace_s)
    thread = threading.Thread(target=job.do, name="grader-run", daemon=True)
    thread.start()
    try:
        thread.join()
    except BaseException:
        job.stop()
        thread.join()
        raise
    if job.error is not None:
        raise job.error
    return job.result()


class WarmStartFailed(Exception):
    """A kernel that was to be spared its import did not come up; an ordinary one may."""


@dataclass
class _Job:
    """One call of `run_notebook`, in its thread."""

    submission: Submission
    assets: Assets
    settings: ExecutionSettings
    on_progress: Callable[[str], None] | None
    kernel_side: Path
    grace_s: float
    error: GraderError | None = None
    found: dict[str, Any] = field(default_factory=dict)
    phases: dict[str, float] = field(default_factory=dict)
    kernel: SandboxedKernel | None = None
    _stopped: bool = False

    def do(self) -> None:
        """Fill `found` or `error`; nothing else leaves this thread."""
        try:
            self._do()
        except GraderError as error:
            self.error = error
        except Exception as error:
            self.found |= {"end": RunEnd.GRADER_FAULT, "grader_fault": f"{type(error).__name__}: {error}"}

    def stop(self) -> None:
        """End the kernel, from another thread: what waits for it then comes back by itself."""
        self._stopped = True
        if self.kernel is not None and self.kernel.launched is not None:
            self.kernel.launched.tree.kill()

    def result(self) -> Run:
        return Run(sandbox=self.settings.sandbox, phases=self.phases, **self.found)

    def _do(self) -> None:
        interpreter = find_interpreter(self.settings.kernel_python)
        self.found["environment"] = interpreter.packages()
        try:
            self._run_in(interpreter, warm=_may_start_warm(self.submission, self.settings))
        except WarmStartFailed:
            self._run_in(interpreter, warm=False)

    def _run_in(self, interpreter: Interpreter, *, warm: bool) -> None:
        """All of it in one scratch folder, which is gone afterwards."""
        key = secrets.token_hex(32)
        with make_scratch() as scratch:
            cells, end, left = asyncio.run(self._run_cells(scratch, interpreter, key, warm=warm))
            self.found |= {"end": end, "cells": cells}
            self._progress("reading what the recorder saw")
            with self._phase("collect"):
                self._collect(scratch, key, left)
            self._progress("inspecting models")
            with self._phase("inspect"):
                self._inspect(scratch, interpreter)

    async def _run_cells(
        self, scratch: Scratch, interpreter: Interpreter, key: str, *, warm: bool
    ) -> tuple[tuple[CellRun, ...], RunEnd, list[int]]:
        kernel = self._make_kernel(scratch, interpreter, key, warm=warm)
        session = Session(kernel, self.settings.limits, grace_s=self.grace_s, on_progress=self.on_progress)
        try:
            self._progress("starting a kernel")
            with self._phase("start"):
                await kernel.start()
            with self._phase("cells"):
                cells, end = await session.run(self.submission.cells)
        except KernelNotStarted as error:
            if kernel.is_warm:
                raise WarmStartFailed from error
            self._refuse_broken_sandbox(str(error))
            cells, end = (), RunEnd.NOT_STARTED
            self.found["grader_fault"] = f"the kernel did not start: {error}"
        finally:
            with self._phase("end"):
                left = await kernel.shut_down()
        return cells, end, left

    def _make_kernel(self, scratch: Scratch, interpreter: Interpreter, key: str, *, warm: bool) -> SandboxedKernel:
        write_inputs(scratch, self.submission, assets=self.assets, settings=self.settings, key=key)
        enclosure = kernel_enclosure(
            scratch,
            interpreter=interpreter,
            assets=self.assets,
            settings=self.settings,
            kernel_side=self.kernel_side,
        )
        self.kernel = SandboxedKernel(
            enclosure,
            limits=self.settings.limits,
            scratch=scratch,
            inside_root=inside_root(scratch, self.settings),
            boot=boot_path(self.settings, self.kernel_side),
            warm=warm,
        )
        return self.kernel

    def _collect(self, scratch: Scratch, key: str, left: list[int]) -> None:
        assert self.kernel is not None  # noqa: S101 (made before anything is collected)
        started = self.found["end"] != RunEnd.NOT_STARTED
        kindly = self.kernel.ended_kindly and self.found["end"] == RunEnd.FINISHED
        journal, intact = read_journal(scratch.out, key=key, ended_kindly=kindly)
        faults = list(read_boot_faults(scratch.out)) if started else [self.found["grader_fault"]]
        faults += [f"processes were left over: {left}"] if left else []
        self.found |= {
            "journal": journal,
            "journal_intact": intact or not started,
            "requests": read_requests(scratch.out),
            "grader_fault": "; ".join(faults),
            **self._cost(),
        }

    def _cost(self) -> dict[str, float]:
        assert self.kernel is not None  # noqa: S101 (as above)
        watch, launched = self.kernel.watch, self.kernel.launched
        if watch is None or launched is None:
            return {}
        return {
            "cpu_s": round(max(watch.cpu_s, launched.waited_cpu_s), 2),
            "peak_memory_mb": round(watch.peak_memory_mb, 1),
        }

    def _inspect(self, scratch: Scratch, interpreter: Interpreter) -> None:
        inspection: Inspection = inspect_models(
            scratch,
            interpreter=interpreter,
            assets=self.assets,
            settings=self.settings,
            kernel_side=self.kernel_side,
        )
        self.found["models"] = inspection.models
        self.found["cpu_s"] = round(self.found.get("cpu_s", 0.0) + inspection.cpu_s, 2)
        self.found["peak_memory_mb"] = max(self.found.get("peak_memory_mb", 0.0), round(inspection.peak_memory_mb, 1))
        if inspection.left_over:
            self.found["grader_fault"] += f"; processes were left over: {list(inspection.left_over)}"

    def _refuse_broken_sandbox(self, log: str) -> None:
        """bwrap's own message where the kernel's should be: then no notebook can be run here."""
        for line in log.splitlines():
            if line.startswith("bwrap:"):
                raise SandboxError(f"the sandbox could not be built: {line}\n{advice_for(line)}")

    @contextmanager
    def _phase(self, name: str) -> Iterator[None]:
        started = time.monotonic()
        try:
            yield
        finally:
            self.phases[name] = round(time.monotonic() - started, 3)

    def _progress(self, message: str) -> None:
        if self._stopped:
            raise GraderError("stopped")
        if self.on_progress is not None:
            self.on_progress(message)


def _may_start_warm(submission: Submission, settings: ExecutionSettings) -> bool:
    sources = [cell.source for cell in submission.cells if cell.kind == CellKind.CODE]
    return settings.sandbox == SandboxKind.BUBBLEWRAP and imports_as_anyone(sources, submission.companions)


def _demand_sandbox(settings: ExecutionSettings) -> None:
    if settings.sandbox == SandboxKind.BUBBLEWRAP and shutil.which("bwrap") is None:
        raise SandboxError(
            "no sandbox: bubblewrap (bwrap) is not installed, and nothing is run without one.\n"
            "Install it with `apt install bubblewrap`, or look at `grader doctor`."
        )
