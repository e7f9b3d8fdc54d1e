"""The sample cohort, graded for real, gets exactly the verdicts that stand beside it."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from grader.gradebook import Gradebook
from grader.records import Result

ROOT = Path(__file__).parents[2]
COHORT = ROOT / "submissions" / "lab06"
STUDENTS = sorted(p.parent.name for p in COHORT.glob("*/expected.yaml"))

pytestmark = pytest.mark.end_to_end


@dataclass(frozen=True)
class Batch:
    folder: Path
    printed: str
    results: dict[str, Result]


def grader(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "grader", *map(str, words)], cwd=ROOT, capture_output=True, text=True,
                          check=False)


def stored(folder: Path) -> dict[str, Result]:
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as gradebook:
        return {one.student: one.result for one in gradebook.current_results("lab06")}


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Batch]:
    folder = tmp_path_factory.mktemp("out")
    done = grader("grade", COHORT, "--rubric", "rubrics/lab06.yaml", "--out", folder)
    assert done.returncode == 0, done.stderr + done.stdout
    yield Batch(folder, done.stdout, stored(folder))


def test_every_student_is_graded(batch: Batch) -> None:
    assert sorted(batch.results) == STUDENTS
    assert len(STUDENTS) >= 10


@pytest.mark.parametrize("student", STUDENTS)
def test_student_gets_exactly_the_verdicts_beside_the_notebook(
    student: str, batch: Batch, notebook_differences: Callable[[Any, Result], dict[str, object]]
) -> None:
    expected = yaml.safe_load((COHORT / student / "expected.yaml").read_text(encoding="utf-8"))
    assert notebook_differences(expected, batch.results[student]) == {}


@pytest.mark.parametrize("student", STUDENTS)
def test_student_gets_exactly_the_findings_beside_the_notebook(student: str, batch: Batch) -> None:
    expected = yaml.safe_load((COHORT / student / "expected.yaml").read_text(encoding="utf-8"))
    assert sorted(f.code for f in batch.results[student].findings) == expected["findings"]


@pytest.mark.parametrize("student", STUDENTS)
def test_report_gets_what_stands_beside_it(
    student: str, batch: Batch, differences: Callable[[Any, Result], dict[str, object]]
) -> None:
    expected = yaml.safe_load((COHORT / student / "expected.yaml").read_text(encoding="utf-8"))["report"]
    result = batch.results[student]
    assert differences(expected, result) == {}
    if expected != "none":
        unread = [c for c in result.causes if c.kind == "report_unreadable"]
        assert bool(unread) == (expected["problem"] != "none")
        assert unread or result.report_name == expected["file"]


def test_every_student_has_a_page_and_a_row(batch: Batch) -> None:
    assert sorted(p.stem for p in (batch.folder / "students").glob("*.html")) == STUDENTS
    with (batch.folder / "grades.csv").open(encoding="utf-8-sig", newline="") as table:
        assert len(list(csv.DictReader(table))) == len(STUDENTS)


def test_pages_ask_for_nothing_from_outside(batch: Batch) -> None:
    for page in [batch.folder / "index.html", *(batch.folder / "students").glob("*.html")]:
        text = page.read_text(encoding="utf-8")
        assert 'src="http' not in text and "url(http" not in text and '<link rel="stylesheet"' not in text


def test_pages_say_that_stand_ins_were_used(batch: Batch) -> None:
    trained = [s for s in STUDENTS if batch.results[s].notices]
    assert trained
    for student in trained:
        if any(n.kind == "stand_in" for n in batch.results[student].notices):
            assert "stand-in" in (batch.folder / "students" / f"{student}.html").read_text(encoding="utf-8").lower()


def test_second_call_runs_nothing(batch: Batch) -> None:
    again = grader("grade", COHORT, "--rubric", "rubrics/lab06.yaml", "--out", batch.folder)
    assert f"{len(STUDENTS)} of {len(STUDENTS)} were unchanged" in again.stdout
    assert stored(batch.folder) == batch.results


def test_regrade_moves_the_marks_of_the_changed_line_only(batch: Batch, tmp_path: Path) -> None:
    text = (ROOT / "rubrics" / "lab06.yaml").read_text(encoding="utf-8")
    changed = tmp_path / "lab06.yaml"
    changed.write_text(text.replace("logits: met", "logits: partly"), encoding="utf-8")
    done = grader("regrade", "--rubric", changed, "--out", batch.folder, "--json")
    moves = json.loads(done.stdout)
    after = stored(batch.folder)
    moved = {s for s in STUDENTS if after[s].points != batch.results[s].points}
    assert len(moves) == len(moved) >= 1
    for student in moved:
        differing = [c.id for c, d in zip(after[student].criteria, batch.results[student].criteria, strict=True)
                     if c.points != d.points]
        assert differing == ["binary_head"]
    back = grader("regrade", "--rubric", "rubrics/lab06.yaml", "--out", batch.folder, "--json")
    assert len(json.loads(back.stdout)) == len(moved)
    assert {s: r.points for s, r in stored(batch.folder).items()} == {s: r.points for s, r in batch.results.items()}
