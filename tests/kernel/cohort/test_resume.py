"""A batch that is killed goes on where it was: nothing is run twice, nothing is lost."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from grader.gradebook import Gradebook

pytestmark = pytest.mark.kernel

RUBRIC = """
id: tiny
title: A tiny assignment
run: {limits: {cell_timeout_s: 30, total_timeout_s: 60}}
criteria:
  - {id: binary_head, title: A head, points: 1, wording: {looked_for: a head}}
"""


def cohort(folder: Path, students: int, seconds: float) -> Path:
    for number in range(students):
        place = folder / "cohort" / f"student-{number}"
        place.mkdir(parents=True)
        cells = [{"cell_type": "code", "execution_count": None, "id": f"c{n}", "metadata": {}, "outputs": [],
                  "source": f"import time; time.sleep({seconds}); x = {number} + {n}"} for n in range(2)]
        notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}
        (place / "lab.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    (folder / "tiny.yaml").write_text(RUBRIC, encoding="utf-8")
    return folder / "cohort"


def words(folder: Path, *more: str) -> list[str]:
    return [sys.executable, "-m", "grader", "grade", str(folder / "cohort"), "--rubric", str(folder / "tiny.yaml"),
            "--out", str(folder / "out"), *more]


def evidence_keys(folder: Path) -> dict[str, str]:
    database = folder / "out" / "gradebook.db"
    if not database.exists():
        return {}
    with Gradebook(database) as book:
        return {stored.student: stored.key for stored in book.current_evidence("tiny")}


def stored_at(folder: Path) -> dict[str, str]:
    """Evidence key → when it was stored; read beside a batch that is still writing."""
    database = folder / "out" / "gradebook.db"
    if not database.exists():
        return {}
    connection = sqlite3.connect(database)
    try:
        return dict(connection.execute("select key, created from evidence"))
    except sqlite3.OperationalError:
        return {}
    finally:
        connection.close()


def test_killed_batch_goes_on_where_it_was(tmp_path: Path) -> None:
    cohort(tmp_path, students=4, seconds=0.5)
    batch = subprocess.Popen(words(tmp_path, "--workers", "1"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not stored_at(tmp_path) and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.3)
    batch.send_signal(signal.SIGKILL)
    batch.wait()
    before = stored_at(tmp_path)
    assert 1 <= len(before) < 4, "the kill came in the middle"

    done = subprocess.run(words(tmp_path), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    after = stored_at(tmp_path)
    assert len(after) == 4
    assert {key: after[key] for key in before} == before, "what was stored was not run again"
    assert f"{len(before)} of 4 were unchanged" in done.stdout
    assert sorted(evidence_keys(tmp_path)) == [f"student-{n}" for n in range(4)]
    assert (tmp_path / "out" / "index.html").exists()


def _is_kernel(process: psutil.Process) -> bool:
    try:
        return any("boot.py" in word for word in process.cmdline())
    except psutil.Error:
        return False


def test_killed_batch_leaves_no_kernel_behind(tmp_path: Path) -> None:
    cohort(tmp_path, students=1, seconds=20)
    batch = subprocess.Popen(words(tmp_path), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    tree = psutil.Process(batch.pid)
    deadline = time.monotonic() + 30
    kernels: list[psutil.Process] = []
    while not kernels and time.monotonic() < deadline:
        kernels = [p for p in tree.children(recursive=True) if _is_kernel(p)]
        time.sleep(0.001)  # at once: whatever the sandbox has not yet asked for, it never will
    assert kernels
    batch.send_signal(signal.SIGKILL)
    batch.wait()
    _, alive = psutil.wait_procs(kernels, timeout=10)
    assert alive == []


def test_changed_notebook_alone_is_run_again(tmp_path: Path) -> None:
    place = cohort(tmp_path, students=2, seconds=0)
    subprocess.run(words(tmp_path), capture_output=True, check=True)
    before = evidence_keys(tmp_path)
    notebook = place / "student-1" / "lab.ipynb"
    notebook.write_text(notebook.read_text(encoding="utf-8").replace("1 + 0", "1 + 7"), encoding="utf-8")
    done = subprocess.run(words(tmp_path), capture_output=True, text=True, check=True)
    after = evidence_keys(tmp_path)
    assert "1 of 2 were unchanged" in done.stdout
    assert after["student-0"] == before["student-0"]
    assert after["student-1"] != before["student-1"]
