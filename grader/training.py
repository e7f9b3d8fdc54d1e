"""A reference solution trained without budget, once a seed, in the sandbox that students' notebooks run in.

In: a rubric, its solution notebook, assets. Out: the Reference after each seed, written at once, so that a stopped
training goes on where it was. It must never mix trainings of different notebooks or on different assets.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from grader.errors import GraderError
from grader.evidence import collect
from grader.execute import run_notebook
from grader.intake import read_submissions
from grader.records import (
    Assets,
    Cell,
    CellKind,
    CellStatus,
    ExecutionSettings,
    Reference,
    ReferenceSeed,
    Rubric,
    Run,
    Submission,
    Witness,
)
from grader.reference import assets_of, load, notebook_of, seed_of, with_seed, write

_HOUR_S = 3600.0
_LEAST_MEMORY_MB = 8192
_SEED_CELL = "import keras\n\nkeras.utils.set_random_seed({seed})"


@dataclass(frozen=True)
class Trained:
    """One seed of a reference. `reused`: it was in the record already."""

    reference: Reference
    seed: ReferenceSeed
    reused: bool


def train_reference(rubric: Rubric, *, seeds: int, out: Path, assets: Assets, threads: int,
                    on_progress: Callable[[str], None] | None = None) -> Iterator[Trained]:
    """Trains the rubric's solution with the seeds 1, 2, …; those that the record at `out` has are not trained again.

    Raises:
        GraderError: a cell failed, nothing was trained, or the record at `out` is of other assets.
    """
    notebook = notebook_of(rubric)
    (submission,) = read_submissions(notebook, recognised_by=rubric.recognised_by)
    if not submission.readable:
        raise GraderError(f"{notebook}: {submission.remarks[0].message if submission.remarks else 'no notebook'}")
    settings = unlimited(rubric.settings, threads=threads)
    reference = _kept(out, notebook, assets)
    for number in range(1, seeds + 1):
        found = next((s for s in reference.seeds if s.seed == number), None) if reference is not None else None
        if found is not None and reference is not None:
            yield Trained(reference, found, reused=True)
            continue
        seed = _train(submission, number, assets=assets, settings=settings, on_progress=on_progress)
        reference = with_seed(reference, seed, rubric=rubric, notebook=notebook, assets=assets)
        write(reference, out)
        yield Trained(reference, seed, reused=False)


def unlimited(settings: ExecutionSettings, *, threads: int) -> ExecutionSettings:
    """The rubric's settings without a budget, and with the time and room that full trainings take."""
    limits = settings.limits
    return settings.model_copy(update={
        "threads": threads,
        "budget": settings.budget.model_copy(update={"full": True}),
        "limits": limits.model_copy(update={
            "cell_timeout_s": 24 * _HOUR_S,
            "total_timeout_s": 48 * _HOUR_S,
            "start_timeout_s": max(limits.start_timeout_s, 300.0),
            "memory_mb": max(limits.memory_mb, _LEAST_MEMORY_MB),
            "disk_mb": max(limits.disk_mb, _LEAST_MEMORY_MB),
        }),
    })  # fmt: skip


def _kept(out: Path, notebook: Path, assets: Assets) -> Reference | None:
    """The record there is, where more seeds may be added to it; None where there is none, or of an older notebook."""
    if not out.exists():
        return None
    before = load(out)
    if before.assets != assets_of(assets):
        raise GraderError(f"{out} was trained on other assets. Write this one to another file with --out: every .json "
                          "beside the solution notebook is looked at.")
    return before if before.notebook_digest == hashlib.sha256(notebook.read_bytes()).hexdigest() else None


def _train(submission: Submission, number: int, *, assets: Assets, settings: ExecutionSettings,
           on_progress: Callable[[str], None] | None) -> ReferenceSeed:
    """One seed, set in the kernel before the notebook's first cell."""
    seeding = Cell(number=0, kind=CellKind.CODE, source=_SEED_CELL.format(seed=number))
    seeded = submission.model_copy(update={"cells": (seeding, *submission.cells)})
    started = time.perf_counter()
    run = run_notebook(seeded, assets=assets, settings=settings, on_progress=on_progress)
    wall_s = time.perf_counter() - started
    _demand_success(run, number)
    witness = collect(seeded, run).testimony(Witness.RUN)
    return seed_of(witness, seed=number, wall_s=wall_s, cpu_s=run.cpu_s, peak_memory_mb=run.peak_memory_mb,
                   environment=run.environment)


def _demand_success(run: Run, number: int) -> None:
    if run.grader_fault:
        raise GraderError(f"seed {number}: {run.grader_fault}")
    failed = next((cell for cell in run.cells if cell.status != CellStatus.OK), None)
    if failed is not None:
        said = f"{failed.error_name}: {failed.error_message}".strip(": ")
        raise GraderError(f"seed {number}: cell {failed.cell} of the solution: {failed.status.value}. {said}".rstrip())
