"""Answers that two students share: found, left to a person, and nobody named to anybody."""

from __future__ import annotations

from typing import Any

from grader.judge import SharedAnswers, with_doubt
from grader.records import AnswerReading, CriterionResult, Outcome, Result, Says, Statement, Witness

LONG = "Freezing keeps the general features, because the new head sends large and random gradients back at first."
OTHER = "We freeze the base so that training is quick and a small data set does not lead to overfitting at once."


def result(student: str, answer: str, outcome: Outcome = Outcome.MET, **more: Any) -> Result:
    said = Statement(
        witness=Witness.REPORT, says=Says.YES, answer=AnswerReading(question="Why freeze?", paragraphs=(answer,))
    )
    criterion = CriterionResult(
        id="q3", title="Q3", section="report", outcome=outcome, points=5 if outcome == Outcome.MET else 0, possible=5,
        looked_for="ideas", found="found", statements=(said,), **more,
    )  # fmt: skip
    return Result(
        student=student, display_name=student, notebook_name="n", digest=student, rubric_id="r", rubric_title="R",
        rubric_digest="d", criteria=(criterion,),
    )  # fmt: skip


def test_equal_answers_are_found_whatever_their_case_and_marks() -> None:
    shared = SharedAnswers([result("ana", LONG), result("bo", LONG.upper().replace(",", " -")), result("cy", OTHER)])
    assert shared.found() == {"ana": {"q3": ("bo",)}, "bo": {"q3": ("ana",)}}


def test_short_answers_may_well_be_equal() -> None:
    assert SharedAnswers([result("ana", "To avoid overfitting."), result("bo", "To avoid overfitting.")]).found() == {}


def test_a_few_words_changed_are_still_the_same_answer() -> None:
    changed = LONG.replace("at first", "at the start")
    assert set(SharedAnswers([result("ana", LONG + " " + OTHER), result("bo", changed + " " + OTHER)]).found()) == {
        "ana",
        "bo",
    }


def test_a_later_result_of_a_student_replaces_the_earlier() -> None:
    answers = SharedAnswers([result("ana", LONG), result("bo", LONG)])
    answers.add(result("bo", OTHER))
    assert answers.found() == {}


def test_a_person_decides_and_what_it_was_worth_is_suggested() -> None:
    (criterion,) = with_doubt(result("ana", LONG), {"q3": ("bo",)}).criteria
    assert (criterion.outcome, criterion.points, criterion.pending) == (Outcome.UNDECIDED, 0, 5)
    assert (criterion.suggested, criterion.fault) == (5, "same_as_other_student")
    assert "bo" not in criterion.reason.split()


def test_a_wrong_answer_stays_wrong_and_doubt_is_told_once() -> None:
    wrong = result("ana", LONG, Outcome.NOT_MET)
    assert with_doubt(wrong, {"q3": ("bo",)}) == wrong
    once = with_doubt(result("ana", LONG), {"q3": ("bo",)})
    assert with_doubt(once, {"q3": ("bo",)}) == once
