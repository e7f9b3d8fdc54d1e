"""The criteria of a rubric that are about the report: judged, or taken over from a result that still holds.

In: Evidence, Rubric. Out: a CriterionResult for each, what could not be placed, and claims against the notebook.
What reads reports is imported only where one is read: it is the largest part of the judge.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from grader.judge.check import ReportCheck
from grader.judge.checks import CHECKS
from grader.records import Claim, CriterionResult, Evidence, Result, Rubric


@dataclass(frozen=True)
class Reported:
    """What the report earns, by the criterion's id, and what else is to be said of it."""

    criteria: Mapping[str, CriterionResult] = field(default_factory=dict)
    name: str = ""
    unplaced: tuple[str, ...] = ()
    claims: tuple[Claim, ...] = ()


def judge_report(evidence: Evidence, rubric: Rubric, before: Result | None = None) -> Reported:
    """Judges every criterion whose check reads the report.

    `before`: an earlier result that is taken over (see `judge`).
    """
    if before is not None:
        about = {c.id for c in rubric.criteria if isinstance(CHECKS[c.check], ReportCheck)}
        kept = {c.id: c.alone or c for c in before.criteria if c.id in about}
        return Reported(kept, before.report_name, before.unplaced, before.claims)
    asked = [c for c in rubric.criteria if isinstance(CHECKS[c.check], ReportCheck)]
    if not asked:
        return Reported()
    from grader.judge.report.whole import judge_whole

    return judge_whole(evidence, asked)
