"""What a report answers and shows, question by question.

What reads answers is imported when there is one to read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from grader.judge.check import ReportCheck
from grader.judge.report.wanted import SYNTAX, AnswerWanted, PictureWanted
from grader.records import Outcome, Statement, Witness

if TYPE_CHECKING:
    from grader.judge.report.view import ReportView


class ReportAnswer(AnswerWanted):
    """`missing`: outcome where there is no report at all."""

    __doc__ = f"{AnswerWanted.__doc__} {__doc__}"
    FAULTS: ClassVar[tuple[str, ...]] = (*AnswerWanted.FAULTS, "not_answered", "no_report")
    SYNTAX: ClassVar[str] = SYNTAX
    missing: Outcome = Outcome.UNDECIDED


class ReportScreenshot(PictureWanted):
    """`missing`: outcome where there is no report at all."""

    __doc__ = f"{PictureWanted.__doc__} {__doc__}"
    FAULTS: ClassVar[tuple[str, ...]] = (*PictureWanted.FAULTS, "not_answered", "no_report")
    missing: Outcome = Outcome.UNDECIDED


Asked = ReportAnswer | ReportScreenshot
"""What the rubric says of one question."""


def _report_answer(view: ReportView, criterion: str, parameters: ReportAnswer) -> Statement:
    from grader.judge.report.statements import report_answer

    return report_answer(view, criterion, parameters, missing=parameters.missing)


def _report_screenshot(view: ReportView, criterion: str, parameters: ReportScreenshot) -> Statement:
    from grader.judge.report.statements import report_screenshot

    return report_screenshot(view, criterion, parameters, missing=parameters.missing)


CHECKS = (
    ReportCheck(
        "report_answer",
        "The report answers a question: its key ideas are there, nothing contradicts them.",
        ReportAnswer,
        _report_answer,
    ),
    ReportCheck(
        "report_screenshot",
        "A screenshot under a question, or code pasted there, shows the code that was asked for.",
        ReportScreenshot,
        _report_screenshot,
        (Witness.REPORT, Witness.SOURCE),
    ),
)
