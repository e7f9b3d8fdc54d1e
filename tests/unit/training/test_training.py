"""Which earlier seeds are kept, and how a reference is run. Nothing is trained here."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.errors import GraderError
from grader.records import (
    Assets,
    Budget,
    CellRun,
    CellStatus,
    Criterion,
    ExecutionSettings,
    Limits,
    ReferenceFit,
    ReferenceModel,
    ReferenceSeed,
    Rubric,
    Run,
    RunEnd,
    ServedDataset,
    Wording,
)
from grader.reference import with_seed, write
from grader.training import _demand_success, _kept, unlimited


def assets(digest: str = "d1") -> Assets:
    return Assets(datasets=(ServedDataset(name="pictures", folder="/x", stand_in=True, digest=digest),))


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.ipynb"
    path.write_text("{}")
    return path


@pytest.fixture
def record(tmp_path: Path, notebook: Path) -> Path:
    """A record of one seed of that notebook."""
    criterion = Criterion(id="a", title="A", check="accuracy_reached", points=1, wording=Wording(looked_for="x"))
    rubric = Rubric(id="tiny", title="Tiny", digest="d", criteria=(criterion,))
    seed = ReferenceSeed(seed=1, models=(ReferenceModel(backbone="Net", fits=(ReferenceFit(epochs=1, steps=1),)),),
                         wall_s=1, cpu_s=1)
    path = tmp_path / "record.json"
    write(with_seed(None, seed, rubric=rubric, notebook=notebook, assets=assets()), path)
    return path


def test_seeds_of_the_same_notebook_and_assets_are_kept(record: Path, notebook: Path) -> None:
    kept = _kept(record, notebook, assets())
    assert kept is not None and [seed.seed for seed in kept.seeds] == [1]


def test_seeds_of_an_older_notebook_are_not(record: Path, notebook: Path) -> None:
    notebook.write_text('{"cells": []}')
    assert _kept(record, notebook, assets()) is None


def test_other_assets_go_to_another_file(record: Path, notebook: Path) -> None:
    with pytest.raises(GraderError, match="--out"):
        _kept(record, notebook, assets("d2"))
    assert _kept(record.with_name("true.json"), notebook, assets("d2")) is None


def test_without_budget_means_all_of_it_and_time_for_it() -> None:
    before = ExecutionSettings(budget=Budget(epochs=1), limits=Limits(total_timeout_s=60, memory_mb=16_000))
    after = unlimited(before, threads=4)
    assert after.budget.full and after.threads == 4 and after.limits.total_timeout_s > 3600
    assert after.limits.memory_mb == 16_000 and after.sandbox == before.sandbox


@pytest.mark.parametrize(("run", "said"), [
    (Run(end=RunEnd.FINISHED, cells=(CellRun(cell=4, status=CellStatus.ERROR, error_name="NameError",
                                             error_message="x"),)), "cell 4 of the solution: error. NameError: x"),
    (Run(end=RunEnd.OUT_OF_MEMORY, cells=(CellRun(cell=2, status=CellStatus.OUT_OF_MEMORY),)), "out_of_memory"),
    (Run(end=RunEnd.NOT_STARTED, grader_fault="the kernel did not start"), "did not start"),
], ids=["an error", "out of memory", "our fault"])
def test_a_solution_that_did_not_run_to_its_end_is_no_reference(run: Run, said: str) -> None:
    with pytest.raises(GraderError, match=said):
        _demand_success(run, 1)


def test_one_that_did_is() -> None:
    _demand_success(Run(end=RunEnd.FINISHED, cells=(CellRun(cell=1, status=CellStatus.OK),)), 1)
