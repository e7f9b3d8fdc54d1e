"""What a report answers and shows, question by question."""

from __future__ import annotations

from typing import ClassVar

from grader.judge.check import ReportCheck, says_of
from grader.judge.report.answers import judge_answer
from grader.judge.report.ideas import SYNTAX
from grader.judge.report.marks import AnswerWanted
from grader.judge.report.pictures import PictureWanted, judge_pictures
from grader.judge.report.segments import Segment
from grader.judge.report.view import ReportView
from grader.records import Outcome, Place, ReportProblem, Says, Statement, Witness

_WORDS_THAT_MAY_BE_AN_ANSWER = 12


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


def report_answer(view: ReportView, criterion: str, parameters: ReportAnswer) -> Statement:
    part = view.segment(criterion)
    if part is None:
        return _without(view, parameters)
    others = {name: wanted for name, wanted in view.answers.items() if name != criterion}
    judged = judge_answer(part.blocks, view.questions[criterion], parameters, others=others, pictures=view.pictured)
    reading = judged.reading.model_copy(update={"heading": part.heading, "place": judged.reading.place or part.place})
    said = _says(part, judged.outcome, judged.fault, judged.found, reading.place, "\n".join(reading.paragraphs))
    return said.model_copy(update={"answer": reading})


def report_screenshot(view: ReportView, criterion: str, parameters: ReportScreenshot) -> Statement:
    part = view.segment(criterion)
    if part is None:
        return _without(view, parameters)
    others = {name: wanted for name, wanted in view.pictures.items() if name != criterion}
    judged = judge_pictures(part.blocks, view.pictured, parameters, view.evidence.cells, others=others)
    place = next((r.place for r in judged.readings if r.place is not None), part.place)
    said = _says(part, judged.outcome, judged.fault, judged.found, place, "")
    return said.model_copy(update={"pictures": judged.readings})


def _says(
    part: Segment | None, outcome: Outcome, fault: str, found: str, place: Place | None, excerpt: str
) -> Statement:
    """What is found in a part of the report. Nothing is held against an answer that may stand somewhere else."""
    if part is not None and not _is_sure(part) and outcome != Outcome.MET:
        outcome, found = Outcome.UNDECIDED, f"Whether this is the answer to the question is not sure. {found}"
    return Statement(
        witness=Witness.REPORT, says=says_of(outcome), fault=fault, found=found, place=place, excerpt=excerpt[:600]
    )


def _without(view: ReportView, parameters: Asked) -> Statement:
    """What is said of a question to which no part of the report belongs."""
    report = view.report
    if report is None:
        found = "No report was found among the files, and the notebook's own text does not answer the questions."
        return _says(None, parameters.missing, "no_report", found, None, "")
    if report.problem != ReportProblem.NONE:
        return Statement(witness=Witness.REPORT, says=Says.CANT_TELL, found=report.message)
    elsewhere = _words_elsewhere(view.segments.unplaced) or not all(map(_is_sure, _parts(view)))
    if elsewhere:
        found = "No answer was found under this question; parts of the report could not be placed and may hold it."
        return Statement(witness=Witness.REPORT, says=Says.CANT_TELL, fault="not_answered", found=found)
    return _says(None, Outcome.NOT_MET, "not_answered", "The report does not answer this question.", None, "")


def _words_elsewhere(blocks: tuple[object, ...]) -> bool:
    return any(len(getattr(b, "text", "").split()) >= _WORDS_THAT_MAY_BE_AN_ANSWER or
               getattr(b, "picture", None) is not None for b in blocks)


def _parts(view: ReportView) -> tuple[Segment, ...]:
    return (*view.segments.answers.values(), *view.segments.additional)


def _is_sure(part: Segment) -> bool:
    return part.certainty >= 0.5


CHECKS = (
    ReportCheck(
        "report_answer",
        "The report answers a question: its key ideas are there, nothing contradicts them.",
        ReportAnswer,
        report_answer,
    ),
    ReportCheck(
        "report_screenshot",
        "A screenshot under a question, or code pasted there, shows the code that was asked for.",
        ReportScreenshot,
        report_screenshot,
        (Witness.REPORT, Witness.SOURCE),
    ),
)
