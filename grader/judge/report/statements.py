"""What the report says to one question: the statement of the part that answers it, or of there being none.

In: a ReportView, what the rubric wants. Out: a Statement. Must never hold anything against an answer that may stand
somewhere else.
"""

from __future__ import annotations

from grader.judge.check import says_of
from grader.judge.report.answers import judge_answer
from grader.judge.report.pictures import judge_pictures
from grader.judge.report.segments import Segment
from grader.judge.report.view import ReportView
from grader.judge.report.wanted import AnswerWanted, PictureWanted
from grader.records import Outcome, Place, ReportProblem, Says, Statement, Witness

_WORDS_THAT_MAY_BE_AN_ANSWER = 12


def report_answer(view: ReportView, criterion: str, parameters: AnswerWanted, *, missing: Outcome) -> Statement:
    part = view.segment(criterion)
    if part is None:
        return _without(view, missing)
    others = {name: wanted for name, wanted in view.answers.items() if name != criterion}
    judged = judge_answer(part.blocks, view.questions[criterion], parameters, others=others, pictures=view.pictured)
    reading = judged.reading.model_copy(update={"heading": part.heading, "place": judged.reading.place or part.place})
    said = _says(part, judged.outcome, judged.fault, judged.found, reading.place, "\n".join(reading.paragraphs))
    return said.model_copy(update={"answer": reading})


def report_screenshot(
    view: ReportView, criterion: str, parameters: PictureWanted, *, missing: Outcome
) -> Statement:
    part = view.segment(criterion)
    if part is None:
        return _without(view, missing)
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


def _without(view: ReportView, missing: Outcome) -> Statement:
    """What is said of a question to which no part of the report belongs."""
    report = view.report
    if report is None:
        found = "No report was found among the files, and the notebook's own text does not answer the questions."
        return _says(None, missing, "no_report", found, None, "")
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
