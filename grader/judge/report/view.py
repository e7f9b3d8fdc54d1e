"""What a check sees of a report: its answers in order, and what the rubric's other questions ask for.

In: Evidence and the rubric's questions. Out: a ReportView. Must never decide an outcome: the checks do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from grader.judge.report.segments import Question, Segment, Segments, segment
from grader.judge.report.wanted import AnswerWanted, PictureWanted
from grader.records import BlockKind, Evidence, Picture, Place, Report, ReportForm

_MOST_SHOWN = 12
_SURE = 0.6
"""Certainty from which a question of a notebook's own text is surely one of the rubric's."""


@dataclass(frozen=True)
class ReportView:
    """A report with its questions found.

    Attributes:
        report: None where nothing was handed in.
        questions, answers, pictures: what the rubric's criteria ask, by the criterion's id.
    """

    evidence: Evidence
    report: Report | None
    segments: Segments
    questions: Mapping[str, Question]
    answers: Mapping[str, AnswerWanted]
    pictures: Mapping[str, PictureWanted]

    def segment(self, criterion: str) -> Segment | None:
        """The part of the report that answers a criterion's question; None where it was not found."""
        return self.segments.answers.get(criterion)

    @property
    def pictured(self) -> tuple[Picture, ...]:
        """All pictures of the report."""
        return self.report.pictures if self.report is not None else ()

    @property
    def unplaced(self) -> tuple[str, ...]:
        """What belongs to none of the questions, for people: the beginning of each piece, with its page."""
        pieces = [f"{s.heading or 'a section of its own'}{_at(s.place)}: additional work, not graded here"
                  for s in self.segments.additional]
        for block in self.segments.unplaced:
            what = "a picture" if block.kind == BlockKind.PICTURE else f"'{block.text[:80]}'"
            pieces.append(f"{what}{_at(block.place)} belongs to none of the questions")
        more = len(pieces) - _MOST_SHOWN
        return (*pieces[:_MOST_SHOWN], *([f"and {more} more"] if more > 0 else []))


def _at(place: Place | None) -> str:
    return f" ({place})" if place is not None and (place.page or place.cell) else ""


def view_report(
    evidence: Evidence,
    questions: Mapping[str, Question],
    answers: Mapping[str, AnswerWanted],
    pictures: Mapping[str, PictureWanted],
) -> ReportView:
    """The evidence's report, split into the rubric's questions."""
    report = evidence.report
    found = segment(report, tuple(questions.values())) if report is not None and questions else Segments({}, (), ())
    sure = [answer for answer in found.answers.values() if answer.certainty >= _SURE]
    if report is not None and report.form == ReportForm.NOTEBOOK and 2 * len(sure) < len(questions):
        # Every notebook has headings, and some resemble a question: few of them make no report.
        report, found = None, Segments({}, (), ())
    return ReportView(evidence, report, found, questions, answers, pictures)
