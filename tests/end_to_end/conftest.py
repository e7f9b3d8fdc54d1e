"""Grades a cohort, and holds it to what stands beside it in expected.yaml; submissions/lab06/README.md says how to read
that.

In: a folder of students; what is expected; a Result. Out: results; what differs. Must never: ask the stages themselves.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grader.gradebook import Gradebook
from grader.records import CriterionResult, Result

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def graded() -> Callable[[Path, Path, Path], dict[str, Result]]:
    """Grades a path by a rubric into a folder, with the command: student → what the gradebook then holds."""
    return _graded


@pytest.fixture(scope="session")
def notebook_differences() -> Callable[[Any, Result], dict[str, object]]:
    """Every criterion of the notebook, and the causes, that came out otherwise: what → (wanted, given)."""
    return _notebook_differences


@pytest.fixture(scope="session")
def differences() -> Callable[[Any, Result], dict[str, object]]:
    """Everything that came out otherwise: what → (wanted, given)."""
    return _differences


def _graded(path: Path, rubric: Path, folder: Path) -> dict[str, Result]:
    command = [sys.executable, "-m", "grader", "grade", str(path), "--rubric", str(rubric), "--out", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr + done.stdout
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as gradebook:
        return {one.student: one.result for one in gradebook.current_results(rubric.stem)}


def _notebook_differences(expected: Any, result: Result) -> dict[str, object]:
    wanted: dict[str, object] = {**expected["criteria"], "causes": expected["causes"]}
    given: dict[str, object] = {c.id: str(c.outcome) for c in result.criteria if c.section == "notebook"}
    given["causes"] = [str(c.kind) for c in result.causes if c.kind != "report_unreadable"]
    return {name: (wanted.get(name), given.get(name)) for name in sorted(wanted.keys() | given.keys())
            if wanted.get(name) != given.get(name)}


def _differences(expected: Any, result: Result) -> dict[str, object]:
    criteria = {c.id: c for c in result.criteria if c.section == "report"}
    if expected == "none":
        return {name: ("undecided", str(c.outcome)) for name, c in criteria.items() if c.outcome != "undecided"}
    found: dict[str, object] = {}
    for name, wanted in expected["criteria"].items():
        given = str(criteria[name].outcome)
        if given not in _any_of(wanted):
            found[name] = (wanted, given, criteria[name].fault, criteria[name].reason)
    for name, wanted in expected.get("faults", {}).items():
        if criteria[name].fault not in _any_of(wanted):
            found[f"{name} fault"] = (wanted, criteria[name].fault)
    for name, cells in expected.get("cells", {}).items():
        if (given_cells := _cells(criteria[name])) != cells:
            found[f"{name} cells"] = (cells, given_cells)
    return found | _claims(expected.get("claims", {}), result)


def _any_of(wanted: Any) -> list[str]:
    return wanted if isinstance(wanted, list) else [wanted]


def _cells(criterion: CriterionResult) -> list[int]:
    return sorted({cell for s in criterion.statements for picture in s.pictures for cell in picture.cells})


def _claims(expected: dict[str, list[str]], result: Result) -> dict[str, object]:
    """A contradiction must be found; of the rest, nothing may get another verdict."""
    found: dict[str, object] = {}
    for verdict, numbers in expected.items():
        for number in numbers:
            given = {str(claim.verdict) for claim in result.claims if number.strip(" %") in claim.claimed}
            if given - {verdict} or (verdict == "contradicted" and not given):
                found[f"claim {number}"] = (verdict, sorted(given))
    return found
