"""Invented students of Lab 06 with grave findings, graded for real, get exactly what stands beside them.

Ten notebooks that `make grade` need not wait for: `make test-slow`. That each finding is found where it should be, and
its near twins are silent, is held by tests/unit/findings, in seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from grader.records import Result, Severity

ROOT = Path(__file__).parents[2]
COHORT = ROOT / "submissions" / "lab06-findings"
STUDENTS = sorted(p.parent.name for p in COHORT.glob("*/expected.yaml"))

Results = dict[str, Result]

pytestmark = [pytest.mark.end_to_end, pytest.mark.slow]


@pytest.fixture(scope="module")
def results(
    tmp_path_factory: pytest.TempPathFactory, graded: Callable[[Path, Path, Path], Results]
) -> Iterator[Results]:
    yield graded(COHORT, ROOT / "rubrics" / "lab06.yaml", tmp_path_factory.mktemp("out"))


def expected(student: str) -> Any:
    return yaml.safe_load((COHORT / student / "expected.yaml").read_text(encoding="utf-8"))


def test_every_student_is_graded(results: Results) -> None:
    assert sorted(results) == STUDENTS


@pytest.mark.parametrize("student", STUDENTS)
def test_student_gets_exactly_the_verdicts_beside_the_notebook(
    student: str, results: Results, notebook_differences: Callable[[Any, Result], dict[str, object]]
) -> None:
    assert notebook_differences(expected(student), results[student]) == {}


@pytest.mark.parametrize("student", STUDENTS)
def test_findings_are_exactly_those_beside_the_notebook_and_grave(student: str, results: Results) -> None:
    findings = results[student].findings
    assert sorted(f.code for f in findings) == expected(student)["findings"]
    assert {f.severity for f in findings} == {Severity.GRAVE}
