"""Notebooks that are really run, in a process of their own, with the recorder loaded before the first cell."""

from __future__ import annotations

import json
import os
import runpy
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import grader
from grader.evidence.run import read_run
from grader.execute.journal import read_journal
from grader.records import Account, Cell, CellKind, CellRun, CellStatus, Run, RunEnd, Testimony

HERE = Path(__file__).parent
KEY = "00ff" * 16


@dataclass(frozen=True)
class Watched:
    """What became of a notebook: its testimony, its journal, the error of each cell."""

    folder: Path
    testimony: Testimony
    journal: tuple[dict[str, Any], ...]
    intact: bool
    errors: list[str | None]
    lazy: bool
    printed: str

    def accounts(self, cell: int) -> list[Account]:
        """The models trained in a cell, in order."""
        return [a for a in self.testimony.accounts if any(s.place and s.place.cell == cell for s in a.stages)]

    def events(self, name: str) -> list[dict[str, Any]]:
        return [e for e in self.journal if e["event"] == name]


Watch = Callable[..., Watched]


@pytest.fixture(scope="session")
def spellings() -> dict[str, str]:
    """Each way of writing a transfer model, by name."""
    return {k: v for k, v in runpy.run_path(str(HERE / "spellings.py")).items() if k.isupper()}


@pytest.fixture(scope="session")
def watch(tmp_path_factory: pytest.TempPathFactory, spellings: dict[str, str]) -> Watch:
    """Runs cells, and reads what the recorder wrote."""

    def run(*cells: str, budget: dict[str, Any] | None = None, prelude: str | None = None) -> Watched:
        folder = tmp_path_factory.mktemp("notebook")
        (folder / "cells.json").write_text(json.dumps({
            "cells": cells, "budget": budget or {}, "prelude": spellings["PRELUDE"] if prelude is None else prelude,
            "kernel_side": str(Path(grader.__file__).parent / "kernel_side"),
        }))  # fmt: skip
        environment = {**os.environ, "CUDA_VISIBLE_DEVICES": "", "TF_CPP_MIN_LOG_LEVEL": "3", "MPLBACKEND": "agg",
                       "TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1"}  # fmt: skip
        done = subprocess.run([sys.executable, str(HERE / "child.py"), str(folder)], cwd=folder, env=environment,
                              capture_output=True, text=True, timeout=600, check=False)  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
        return _read(folder, cells, done.stdout)

    return run


def _read(folder: Path, sources: tuple[str, ...], printed: str) -> Watched:
    journal, intact = read_journal(folder, key=KEY, ended_kindly=True)
    cells = tuple(Cell(number=n, kind=CellKind.CODE, source=s) for n, s in enumerate(sources, start=1))
    told = json.loads((folder / "errors.json").read_text())
    ran = tuple(CellRun(cell=c.number, status=CellStatus.ERROR if e else CellStatus.OK)
                for c, e in zip(cells, told["errors"], strict=True))  # fmt: skip
    run = Run(end=RunEnd.FINISHED, cells=ran, journal=journal, journal_intact=intact)
    return Watched(folder, read_run(cells, run), journal, intact, told["errors"], told["lazy"], printed)
