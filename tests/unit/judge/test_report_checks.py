"""What is held against an answer, and what is left to a person because it may stand somewhere else."""

from __future__ import annotations

import pytest

from grader.judge.checks.report import ReportScreenshot
from grader.judge.report.segments import Question, Segment, Segments
from grader.judge.report.statements import report_screenshot
from grader.judge.report.view import ReportView
from grader.judge.report.wanted import Piece
from grader.records import Evidence, Outcome, Report, ReportForm, Says

QUESTION = Question("q5", 5, "Show the code that loads the model.", (), True)
WANTED = ReportScreenshot(question=QUESTION.wording, number=5, pieces=(Piece(name="load", code=("load(",)),))


def view(certainty: float | None) -> ReportView:
    part = {} if certainty is None else {"q5": Segment("q5", "5.", None, (), certainty)}
    report = Report(file_name="r.pdf", form=ReportForm.PDF, digest="d")
    evidence = Evidence(student="a", display_name="a", notebook_name="n", digest="d", cells=(), testimonies=())
    return ReportView(evidence, report, Segments(part, (), ()), {"q5": QUESTION}, {}, {"q5": WANTED})


@pytest.mark.parametrize(("certainty", "says"), [(0.9, Says.NO), (0.4, Says.CANT_TELL), (None, Says.NO)])
def test_only_what_was_surely_placed_is_held_against_anybody(certainty: float | None, says: Says) -> None:
    assert report_screenshot(view(certainty), "q5", WANTED, missing=Outcome.UNDECIDED).says == says
