"""A Result as JSON, for programs.

In: a Result. Out: one JSON object: the totals that a reader wants first, then the record as it is. ASCII only, so that
no console and no lone surrogate in a student's text can break it.
"""

from __future__ import annotations

import json

from grader.records import Result


def result_json(result: Result) -> str:
    """The result with its totals, indented, the keys in the order of the record."""
    totals = {
        "points": result.points,
        "possible": result.possible,
        "pending": result.pending,
        "needs_person": result.needs_person,
    }
    return json.dumps({**totals, **result.model_dump(mode="python")}, indent=2, ensure_ascii=True, default=str)
