"""Holds a report to what stands beside it in expected.yaml; submissions/lab06/README.md says how to read that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from grader.records import CriterionResult, Result


@pytest.fixture(scope="session")
def differences() -> Callable[[Any, Result], dict[str, object]]:
    """Everything that came out otherwise: what → (wanted, given)."""
    return _differences


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
