"""A criterion, what the witnesses said to it, and the outcome → what the page shows.

In: Criterion, Statements, Joined. Out: CriterionResult. Must never decide anything: `joining` has done so.
"""

from __future__ import annotations

from grader.judge.joining import Joined
from grader.records import Criterion, CriterionResult, Outcome, Statement

_LACKING = (Outcome.PARTLY, Outcome.NOT_MET)
"""Outcomes that show something to mend; what is undecided may be right as it is."""


def criterion_result(criterion: Criterion, statements: tuple[Statement, ...], joined: Joined) -> CriterionResult:
    """The criterion's line of the Result: points, and the rubric's wording for this outcome."""
    wording, outcome, cited = criterion.wording, joined.outcome, joined.cited
    fault = cited.fault if cited is not None and outcome != Outcome.MET else ""
    earned = {Outcome.MET: 1.0, Outcome.PARTLY: criterion.partial}.get(outcome, 0.0)
    general = {
        Outcome.MET: wording.met,
        Outcome.PARTLY: wording.partly,
        Outcome.NOT_MET: wording.not_met,
        Outcome.UNDECIDED: wording.undecided or "This could not be decided; a person will look at it.",
    }[outcome]
    specific = cited.found if cited is not None and outcome != Outcome.UNDECIDED else ""
    return CriterionResult(
        id=criterion.id,
        title=criterion.title,
        section=criterion.section,
        group=criterion.group,
        outcome=outcome,
        points=round(criterion.points * earned, 4),
        possible=criterion.points,
        pending=criterion.points if outcome == Outcome.UNDECIDED else 0.0,
        fault=fault,
        looked_for=wording.looked_for,
        found=" ".join(text for text in (specific, general) if text),
        hint=wording.hint,
        next_step=wording.faults.get(fault, wording.next_step) if outcome in _LACKING else "",
        reveal=criterion.reveal,
        place=cited.place if cited is not None else None,
        excerpt=cited.excerpt if cited is not None else "",
        statements=statements,
        reason=joined.reason,
    )
