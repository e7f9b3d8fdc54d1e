"""The sample cohorts of Lab 06 are what they say: valid notebooks, complete expectations, nobody's copy.

In: `submissions/lab06/`, `submissions/lab06-findings/` and `reference/lab06/`, as committed. Out: claims about the
files alone. Nothing of them is executed.
"""

from __future__ import annotations

import json
import re
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import nbformat
import pytest
import yaml
from rapidfuzz import fuzz

from grader.records import CauseKind, Outcome

ROOT = Path(__file__).parents[3]
COHORT = ROOT / "submissions" / "lab06"
WITH_GRAVE_FINDINGS = ROOT / "submissions" / "lab06-findings"
RUBRIC = ROOT / "rubrics" / "lab06.yaml"
REFERENCE = ROOT / "reference" / "lab06" / "lab06.ipynb"
STUDENTS = sorted(folder for cohort in (COHORT, WITH_GRAVE_FINDINGS) for folder in cohort.iterdir() if folder.is_dir())

SAME_CELL = 80
"""Two cells whose code is this similar, in per cent, count as one and the same cell."""
SHARED_CELLS = 2
"""Two honest notebooks of one lab may both have, say, the lab's data cell and the cell that freezes."""
NAMES_A_UNIVERSITY = re.compile(
    r"(?i:universi|hochschule|\bcollege\b|polytechni|école)|\b(?:MIT|ETH|EPFL|UCLA|Stanford|Harvard|Oxford|Cambridge)\b"
)


def notebook_of(folder: Path) -> Path:
    (path,) = folder.glob("*.ipynb")
    return path


@cache
def expected_of(folder: Path) -> dict[str, Any]:
    expected: dict[str, Any] = yaml.safe_load((folder / "expected.yaml").read_text(encoding="utf-8"))
    return expected


@cache
def code_cells(path: Path) -> list[str]:
    cells = nbformat.read(path, as_version=4).cells
    return [cell.source for cell in cells if cell.cell_type == "code" and len(cell.source) > 100]


def cells_in_common(left: list[str], right: list[str]) -> int:
    return sum(any(fuzz.ratio(cell, other, score_cutoff=SAME_CELL) for other in right) for cell in left)


def criteria_of(student: Path) -> dict[str, str]:
    criteria: dict[str, str] = expected_of(student)["criteria"]
    return criteria


READABLE = [folder for folder in STUDENTS if expected_of(folder)["readable"]]
slug = pytest.mark.parametrize("student", STUDENTS, ids=lambda folder: folder.name)


def test_cohort_has_at_least_fourteen_students() -> None:
    assert sum(student.parent == COHORT for student in STUDENTS) >= 14


def test_every_grave_finding_that_lab06_can_give_reason_for_has_a_student() -> None:
    grave = {page.stem for page in (ROOT / "docs" / "findings").glob("TL*.md")
             if "Severity: grave." in page.read_text(encoding="utf-8")}
    assert {code for student in STUDENTS for code in expected_of(student)["findings"]} >= grave


@pytest.mark.parametrize("path", [*map(notebook_of, READABLE), REFERENCE], ids=lambda path: path.stem)
def test_notebook_is_valid_and_has_the_length_of_a_lab(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert 10 <= len(notebook.cells) <= 25


@slug
def test_readable_says_whether_the_file_is_json(student: Path) -> None:
    try:
        json.loads(notebook_of(student).read_text(encoding="utf-8"))
    except json.JSONDecodeError:
        assert not expected_of(student)["readable"]
    else:
        assert expected_of(student)["readable"]


@slug
def test_expectation_speaks_the_words_of_the_records(student: Path) -> None:
    expected = expected_of(student)
    assert set(expected) == {"points", "readable", "causes", "criteria", "findings", "report"}
    assert expected["findings"] == sorted(expected["findings"])
    assert all((ROOT / "docs" / "findings" / f"{code}.md").exists() for code in expected["findings"])
    assert all(outcome in set(Outcome) for outcome in expected["criteria"].values())
    assert all(cause in set(CauseKind) for cause in expected["causes"])


@slug
def test_expectation_names_the_same_criteria_for_everyone(student: Path) -> None:
    assert list(criteria_of(student)) == list(criteria_of(STUDENTS[0]))


@cache
def rubric_criteria(*, report: bool = False) -> list[dict[str, Any]]:
    criteria: list[dict[str, Any]] = yaml.safe_load(RUBRIC.read_text(encoding="utf-8"))["criteria"]
    return [criterion for criterion in criteria if (criterion.get("section") == "report") == report]


@slug
def test_expectation_covers_every_criterion_of_the_rubric(student: Path) -> None:
    assert sorted(criteria_of(student)) == sorted(criterion["id"] for criterion in rubric_criteria())


@slug
def test_expectation_covers_every_question_of_the_report(student: Path) -> None:
    report = expected_of(student)["report"]
    questions = [criterion["id"] for criterion in rubric_criteria(report=True)]
    assert report == "none" or list(report["criteria"]) == questions


@slug
def test_expected_points_follow_from_outcomes_and_rubric(student: Path) -> None:
    share = {"met": 1.0, "not_met": 0.0, "undecided": 0.0}
    outcomes = criteria_of(student)
    points = sum(
        criterion["points"] * share.get(outcomes[criterion["id"]], criterion.get("partial", 0.5))
        for criterion in rubric_criteria()
    )
    assert points == expected_of(student)["points"]


def test_every_criterion_is_missed_by_somebody_and_met_by_somebody() -> None:
    seen: dict[str, set[str]] = {}
    for student in READABLE:
        for criterion, outcome in criteria_of(student).items():
            seen.setdefault(criterion, set()).add(outcome)
    assert all({"met"} < outcomes for outcomes in seen.values())


@pytest.mark.slow
@pytest.mark.parametrize("left, right", list(combinations(READABLE, 2)), ids=lambda folder: folder.name)
def test_no_two_notebooks_share_more_than_a_few_cells(left: Path, right: Path) -> None:
    assert cells_in_common(code_cells(notebook_of(left)), code_cells(notebook_of(right))) <= SHARED_CELLS


def test_a_copied_notebook_would_be_noticed() -> None:
    cells = code_cells(notebook_of(READABLE[0]))
    renamed = [cell.replace("model", "network") for cell in cells]
    assert cells_in_common(cells, renamed) > SHARED_CELLS


@pytest.mark.parametrize("student", READABLE, ids=lambda folder: folder.name)
def test_reference_is_nobodys_notebook(student: Path) -> None:
    assert cells_in_common(code_cells(REFERENCE), code_cells(notebook_of(student))) <= 1


@slug
def test_no_real_university_is_named(student: Path) -> None:
    for path in student.iterdir():
        if path.suffix not in {".ipynb", ".yaml", ".md"}:
            continue
        text = re.sub(r'"image/png": "[^"]*"', "", path.read_text(encoding="utf-8"))
        assert not NAMES_A_UNIVERSITY.search(text), path


@slug
def test_readme_tells_what_is_special(student: Path) -> None:
    (line,) = [
        line
        for line in (student.parent / "README.md").read_text(encoding="utf-8").splitlines()
        if line.startswith(f"| `{student.name}` |")
    ]
    assert notebook_of(student).name in line
    assert line.endswith(f"| {expected_of(student)['points']:g} |")
