"""A result as JSON: totals first, the record after, and nothing that breaks a reader."""

from __future__ import annotations

import json

from grader.export import result_json
from grader.records import CriterionResult, Outcome, Result


def result(name: str = "Zoë") -> Result:
    half = CriterionResult(
        id="a", title="A", outcome=Outcome.PARTLY, points=1.5, possible=4, pending=0, looked_for="", found=""
    )
    return Result(
        student="zoe",
        display_name=name,
        notebook_name="",
        digest="",
        rubric_id="lab06",
        rubric_title="",
        rubric_digest="",
        criteria=(half, half.model_copy(update={"id": "b", "outcome": Outcome.UNDECIDED, "points": 0, "pending": 4})),
    )


def test_totals_stand_beside_the_record() -> None:
    read = json.loads(result_json(result()))
    assert (read["points"], read["possible"], read["pending"], read["needs_person"]) == (1.5, 8, 4, True)
    assert read["display_name"] == "Zoë"
    assert [c["outcome"] for c in read["criteria"]] == ["partly", "undecided"]


def test_record_without_the_totals_is_the_result_again() -> None:
    read = json.loads(result_json(result()))
    for total in ("points", "possible", "pending", "needs_person"):
        del read[total]
    assert Result.model_validate(read) == result()


def test_lone_surrogate_does_not_break_it() -> None:
    shown = result_json(result("a\ud800"))
    shown.encode("ascii")
    assert json.loads(shown)["display_name"] == "a\ud800"


def test_same_result_gives_the_same_bytes() -> None:
    assert result_json(result()) == result_json(result())
