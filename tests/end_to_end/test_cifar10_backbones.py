"""Invented students with seven backbones each, graded for real, get exactly what stands beside them.

Minutes a student: `make test-slow`. What is judged is held by tests/unit/judge/test_judge_backbones.py, in seconds.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from grader.records import Result

ROOT = Path(__file__).parents[2]
COHORT = ROOT / "submissions" / "cifar10-backbones"
RUBRIC = ROOT / "rubrics" / "cifar10-backbones.yaml"
SOLUTION = ROOT / "reference" / "cifar10-backbones" / "cifar10-backbones.ipynb"
STUDENTS = sorted(p.parent.name for p in COHORT.glob("*/expected.yaml"))

Grading = Callable[[Path, Path, Path], dict[str, Result]]

pytestmark = [pytest.mark.end_to_end, pytest.mark.slow]


@dataclass(frozen=True)
class Batch:
    folder: Path
    results: dict[str, Result]


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory, graded: Grading) -> Iterator[Batch]:
    folder = tmp_path_factory.mktemp("out")
    yield Batch(folder, graded(COHORT, RUBRIC, folder))


def expected(student: str) -> Any:
    return yaml.safe_load((COHORT / student / "expected.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("student", STUDENTS)
def test_student_gets_exactly_what_stands_beside_the_notebook(student: str, batch: Batch) -> None:
    wanted, result = expected(student), batch.results[student]
    lacking: dict[str, list[str]] = {}
    for criterion in result.criteria:
        if criterion.outcome != "met" and criterion.group not in wanted["missing"]:
            assert criterion.outcome == "not_met", (criterion.id, criterion.outcome, criterion.reason)
            lacking.setdefault(criterion.line, []).append(criterion.group)
            assert criterion.fault == wanted["faults"].get(criterion.line), criterion.id
    assert {line: set(names) for line, names in lacking.items()} == {k: set(v) for k, v in wanted["not_met"].items()}
    missing = [c for c in result.criteria if c.group in wanted["missing"]]
    assert {(c.outcome, c.fault) for c in missing} <= {("not_met", "backbone_missing")}
    assert result.points == wanted["points"]


@pytest.mark.parametrize("student", STUDENTS)
def test_findings_are_exactly_those_beside_the_notebook(student: str, batch: Batch) -> None:
    assert [f.code for f in batch.results[student].findings] == expected(student)["findings"]
    assert [str(c.kind) for c in batch.results[student].causes] == expected(student)["causes"]


@pytest.mark.parametrize("student", STUDENTS)
def test_page_says_it(student: str, batch: Batch) -> None:
    page = (batch.folder / "students" / f"{student}.html").read_text(encoding="utf-8")
    text = html.unescape(re.sub(r"</?(code|span|ins|del)[^>]*>", "", page)).replace("`", "")
    assert [words for words in expected(student)["said"] if words.replace("`", "") not in text] == []


def test_our_own_solution_earns_full_marks(tmp_path: Path, graded: Grading) -> None:
    (result,) = graded(SOLUTION, RUBRIC, tmp_path).values()
    assert (result.points, result.findings) == (result.possible, ())
