"""The sample cohort, graded for real, gets exactly the verdicts that stand beside it.

`make test` grades those of EVERY_TIME, `make test-slow` the others too.
"""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from grader.gradebook import Gradebook
from grader.records import Result

ROOT = Path(__file__).parents[2]
COHORT = ROOT / "submissions" / "lab06"
STUDENTS = sorted(p.parent.name for p in COHORT.glob("*/expected.yaml"))
EVERY_TIME = (
    "amara-okonkwo",  # complete and right in three styles
    "jonas-wiedemann",
    "priya-raghunathan",
    "mateo-villalobos",  # never frozen
    "hana-kurosawa",  # frozen only after training
    "tendai-moyo",  # the top is left on
    "dmitri-volkonsky",  # augmentation defined and not wired
    "leila-farahani",  # two units with softmax
    "minh-anh-tran",  # preprocessing doubled
    "oluwaseun-adeyemi",  # a crash half-way
    "kwabena-asante",  # Colab habits
    "ingrid-halvorsen",  # an endless cell
    "rafael-monteiro",  # an unreadable file
)
EACH = pytest.mark.parametrize(
    "student", [pytest.param(s, marks=[] if s in EVERY_TIME else [pytest.mark.slow]) for s in STUDENTS]
)

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


def graded_together(students: Iterable[str], folder: Path) -> Batch:
    """Hand-ins as an instructor has them, graded by the command."""
    for student in students:
        shutil.copytree(COHORT / student, folder / "hand-ins" / student)
    done = grader("grade", folder / "hand-ins", "--rubric", "rubrics/lab06.yaml", "--out", folder / "out")
    assert done.returncode == 0, done.stderr + done.stdout
    return Batch(folder / "out", done.stdout, stored(folder / "out"))


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> Batch:
    """Those who are graded every time."""
    return graded_together(EVERY_TIME, tmp_path_factory.mktemp("cohort"))


@pytest.fixture(scope="module")
def result_of(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Result]:
    """A student's result; the others are graded when the first of them is asked for."""
    others = cache(lambda: graded_together(set(STUDENTS) - set(EVERY_TIME), tmp_path_factory.mktemp("others")))

    def one(student: str) -> Result:
        graded: Batch = request.getfixturevalue("batch") if student in EVERY_TIME else others()
        return graded.results[student]

    return one


def test_every_student_is_graded(batch: Batch) -> None:
    assert sorted(batch.results) == sorted(EVERY_TIME)


@EACH
def test_student_gets_exactly_the_verdicts_beside_the_notebook(
    student: str, result_of: Callable[[str], Result], notebook_differences: Callable[[Any, Result], dict[str, object]]
) -> None:
    expected = yaml.safe_load((COHORT / student / "expected.yaml").read_text(encoding="utf-8"))
    assert notebook_differences(expected, result_of(student)) == {}


@EACH
def test_student_gets_exactly_the_findings_beside_the_notebook(
    student: str, result_of: Callable[[str], Result]
) -> None:
    expected = yaml.safe_load((COHORT / student / "expected.yaml").read_text(encoding="utf-8"))
    assert sorted(f.code for f in result_of(student).findings) == expected["findings"]


@EACH
def test_report_gets_what_stands_beside_it(
    student: str, result_of: Callable[[str], Result], differences: Callable[[Any, Result], dict[str, object]]
) -> None:
    expected = yaml.safe_load((COHORT / student / "expected.yaml").read_text(encoding="utf-8"))["report"]
    result = result_of(student)
    assert differences(expected, result) == {}
    if expected != "none":
        unread = [c for c in result.causes if c.kind == "report_unreadable"]
        assert bool(unread) == (expected["problem"] != "none")
        assert unread or result.report_name == expected["file"]


def test_every_student_has_a_page_and_a_row(batch: Batch) -> None:
    assert sorted(p.stem for p in (batch.folder / "students").glob("*.html")) == sorted(EVERY_TIME)
    with (batch.folder / "grades.csv").open(encoding="utf-8-sig", newline="") as table:
        assert len(list(csv.DictReader(table))) == len(EVERY_TIME)


def test_pages_ask_for_nothing_from_outside(batch: Batch) -> None:
    for page in [batch.folder / "index.html", *(batch.folder / "students").glob("*.html")]:
        text = page.read_text(encoding="utf-8")
        assert 'src="http' not in text and "url(http" not in text and '<link rel="stylesheet"' not in text


def test_pages_say_that_stand_ins_were_used(batch: Batch) -> None:
    trained = [s for s in batch.results if batch.results[s].notices]
    assert trained
    for student in trained:
        if any(n.kind == "stand_in" for n in batch.results[student].notices):
            assert "stand-in" in (batch.folder / "students" / f"{student}.html").read_text(encoding="utf-8").lower()


def test_second_call_runs_nothing(batch: Batch) -> None:
    again = grader("grade", batch.folder.parent / "hand-ins", "--rubric", "rubrics/lab06.yaml", "--out", batch.folder)
    assert f"{len(EVERY_TIME)} of {len(EVERY_TIME)} were unchanged" in again.stdout
    assert stored(batch.folder) == batch.results


def test_regrade_moves_the_marks_of_the_changed_line_only(batch: Batch, tmp_path: Path) -> None:
    text = (ROOT / "rubrics" / "lab06.yaml").read_text(encoding="utf-8")
    changed = tmp_path / "lab06.yaml"
    changed.write_text(text.replace("logits: met", "logits: partly"), encoding="utf-8")
    done = grader("regrade", "--rubric", changed, "--out", batch.folder, "--json")
    moves = json.loads(done.stdout)
    after = stored(batch.folder)
    moved = {s for s in EVERY_TIME if after[s].points != batch.results[s].points}
    assert len(moves) == len(moved) >= 1
    for student in moved:
        differing = [c.id for c, d in zip(after[student].criteria, batch.results[student].criteria, strict=True)
                     if c.points != d.points]
        assert differing == ["binary_head"]
    back = grader("regrade", "--rubric", "rubrics/lab06.yaml", "--out", batch.folder, "--json")
    assert len(json.loads(back.stdout)) == len(moved)
    assert {s: r.points for s, r in stored(batch.folder).items()} == {s: r.points for s, r in batch.results.items()}
