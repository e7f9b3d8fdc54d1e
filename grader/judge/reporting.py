"""The criteria of a rubric that are about the report: judged, or taken over from a result that still holds.

In: Evidence, Rubric. Out: a CriterionResult for each, what could not be placed, and claims against the notebook.
Reading is dear and kept; points and words are today's rubric's.
What reads reports is imported only where one is read: it is the largest part of the judge.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from grader.judge.check import ReportCheck
from grader.judge.checks import CHECKS
from grader.judge.joining import Joined, outcome_of
from grader.judge.results import criterion_result
from grader.records import Claim, Criterion, CriterionResult, Evidence, Outcome, Result, Rubric, Statement


@dataclass(frozen=True)
class Reported:
    """What the report earns, by the criterion's id, and what else is to be said of it."""

    criteria: Mapping[str, CriterionResult] = field(default_factory=dict)
    name: str = ""
    unplaced: tuple[str, ...] = ()
    claims: tuple[Claim, ...] = ()


def judge_report(evidence: Evidence, rubric: Rubric, before: Result | None = None) -> Reported:
    """Judges every criterion whose check reads the report.

    `before`: an earlier result whose reading of the report is taken over (see `judge`).
    """
    asked = [c for c in rubric.criteria if isinstance(CHECKS[c.check], ReportCheck)]
    if before is not None:
        said = {c.id: c.statements[0] for c in before.criteria if c.statements}
        return Reported({c.id: reported(c, said[c.id]) for c in asked}, before.report_name, before.unplaced,
                        before.claims)
    if not asked:
        return Reported()
    from grader.judge.report.whole import judge_whole

    return judge_whole(evidence, asked)


def reported(criterion: Criterion, statement: Statement) -> CriterionResult:
    """What a criterion earns by what the report says to it, in today's points and words."""
    outcome = outcome_of(statement.says)
    # A decided criterion says what was found; why nobody decided needs a line of its own.
    reason = statement.found if outcome == Outcome.UNDECIDED else ""
    result = criterion_result(criterion, (statement,), Joined(outcome, reason, statement))
    if outcome != Outcome.UNDECIDED or statement.answer is None:
        return result
    suggested = round(criterion.points * statement.answer.suggested * 2) / 2
    return result.model_copy(update={"suggested": suggested})


def asked_of_report(rubric: Rubric) -> str:
    """All of a rubric that what is read in a report depends on: a text, equal where it asks the same."""
    asked = [[c.id, c.check, c.parameters] for c in rubric.criteria if isinstance(CHECKS[c.check], ReportCheck)]
    return json.dumps(asked, sort_keys=True)
