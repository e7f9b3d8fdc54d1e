"""A whole report judged: every criterion that is about it, its claims, and what could not be placed.

In: Evidence, the report's criteria. Out: Reported. A check that fails on a hostile text is our fault: undecided, never
zero.
"""

from __future__ import annotations

from collections.abc import Sequence

from grader.judge.checks import CHECKS, parameters_of
from grader.judge.checks.report import Asked, ReportAnswer, ReportScreenshot
from grader.judge.report.claims import find_claims
from grader.judge.report.segments import Question
from grader.judge.report.view import ReportView, view_report
from grader.judge.reporting import Reported, reported
from grader.records import Claim, Criterion, CriterionResult, Evidence, ReportForm, Says, Statement, Witness


def judge_whole(evidence: Evidence, criteria: Sequence[Criterion]) -> Reported:
    """Judges every criterion, each of which has a check that reads the report."""
    asked = {c.id: _parameters(c) for c in criteria}
    view = view_report(
        evidence,
        {name: _question(name, a) for name, a in asked.items()},
        {name: a for name, a in asked.items() if isinstance(a, ReportAnswer)},
        {name: a for name, a in asked.items() if isinstance(a, ReportScreenshot)},
    )
    judged = {c.id: _judged(c, view, asked[c.id]) for c in criteria}
    # Answers in the notebook's own text have no file of their own.
    name = (view.report.file_name or evidence.notebook_name) if view.report is not None else ""
    return Reported(judged, name, view.unplaced, _claims(evidence))


def _claims(evidence: Evidence) -> tuple[Claim, ...]:
    """Claims of a report in a file; what the notebook's own text says is not compared with the notebook."""
    report = evidence.report
    if report is None or report.form == ReportForm.NOTEBOOK:
        return ()
    try:
        return find_claims(report.blocks, report.pictures, evidence)
    except Exception:  # claims are beside the marks: without them nothing is lost
        return ()


def _parameters(criterion: Criterion) -> Asked:
    parameters = parameters_of(criterion)
    assert isinstance(parameters, ReportAnswer | ReportScreenshot)  # noqa: S101 - every check of the report asks a question
    return parameters


def _question(name: str, asked: Asked) -> Question:
    return Question(name, asked.number, asked.question, asked.also, isinstance(asked, ReportScreenshot))


def _judged(criterion: Criterion, view: ReportView, parameters: Asked) -> CriterionResult:
    check = CHECKS[criterion.check]
    try:
        statement = check.predicate(view, criterion.id, parameters)  # type: ignore[call-arg, arg-type, union-attr]
    except Exception as error:
        found = f"fault of the grader: {type(error).__name__}"
        statement = Statement(witness=Witness.REPORT, says=Says.CANT_TELL, found=found)
    return reported(criterion, statement)
