"""Texts that are no answers are named, and honest ones that look like them are not."""

from __future__ import annotations

import pytest

from grader.judge.report.answers import AnswerJudged, judge_answer
from grader.judge.report.fingerprint import fingerprint, likeness
from grader.judge.report.segments import Question
from grader.judge.report.wanted import AnswerWanted
from grader.records import Block, BlockKind, Outcome


def wanted(question: str, number: int, topic: list[str], *shown_by: str) -> AnswerWanted:
    ideas = [{"id": f"i{n}", "name": "An idea", "hint": "Think", "shown_by": [line]} for n, line in enumerate(shown_by)]
    return AnswerWanted.model_validate({"question": question, "number": number, "topic": topic, "ideas": ideas})


AUGMENTATION = wanted("Why use data augmentation?", 4, ["augmentation", "flip", "rotate"],
                      "variety_word", "reduce overfit", "generalize", "transform")
FREEZING = wanted("Why is it important to freeze the convolutional base during feature extraction?", 3,
                  ["freeze", "frozen", "convolutional base"], "+keep feature", "+less parameter /5", "-destroy feature")
ANSWER = "Data augmentation flips and rotates the pictures, which makes them more diverse and prevents overfitting."


def judged(text: str) -> AnswerJudged:
    blocks = tuple(Block(kind=BlockKind.TEXT, text=line.removeprefix("- "), label="•" if line.startswith("- ") else "")
                   for line in text.split("\n") if line)
    question = Question("q4", 4, AUGMENTATION.question, (), False)
    return judge_answer(blocks, question, AUGMENTATION, others={"q3": FREEZING})


NO_ANSWERS = {
    "empty": "",
    "copied_question": "Why use data augmentation?",
    "keyword_heap": "augmentation, overfitting, diversity, flips, rotation, robustness, small dataset, generalization",
    "other_question": "The convolutional base is frozen so that its features are kept. They are not destroyed, "
                      "and fewer parameters have to be trained.",
    "off_topic": "We went to the sea on Sunday and had ice cream. Then it began to rain and we took the bus.",
    "too_short": "It helps.",
    "other_language": "Wir verwenden das, weil die Bilder nicht genug sind und das Netz sonst die Bilder lernt.",
}  # fmt: skip
NEAR_TWINS = {
    "empty": ANSWER,
    "copied_question": "Why use data augmentation? " + ANSWER,
    "keyword_heap": "- prevents overfitting\n- more diverse pictures\n- better generalization\n- flips and rotations",
    "other_question": "With augmentation the convolutional base sees more diverse pictures and overfits less. "
                      "The base is frozen, its features are kept.",
    "off_topic": ANSWER + " We went to the sea on Sunday and had ice cream.",
    "too_short": "Diversity; prevents overfitting.",
    "other_language": ANSWER + " Vielen Dank!",
}


@pytest.mark.parametrize("fault", NO_ANSWERS)
def test_what_is_no_answer_is_named_and_never_met(fault: str) -> None:
    result = judged(NO_ANSWERS[fault])
    assert result.fault == fault and result.outcome in (Outcome.NOT_MET, Outcome.UNDECIDED)
    assert result.found


@pytest.mark.parametrize("fault", NEAR_TWINS)
def test_an_honest_answer_that_looks_like_it_is_met(fault: str) -> None:
    assert (judged(NEAR_TWINS[fault]).outcome, judged(NEAR_TWINS[fault]).fault) == (Outcome.MET, "")


@pytest.mark.parametrize("fault", ["empty", "copied_question", "keyword_heap", "other_question", "off_topic"])
def test_what_is_surely_none_is_decided(fault: str) -> None:
    assert judged(NO_ANSWERS[fault]).outcome == Outcome.NOT_MET


def test_another_language_is_left_to_a_person() -> None:
    assert judged(NO_ANSWERS["other_language"]).outcome == Outcome.UNDECIDED


def test_the_question_that_is_answered_instead_is_named() -> None:
    assert "question 3" in judged(NO_ANSWERS["other_question"]).found


def test_a_likeness_from_another_field_is_not_off_the_topic_for_sure() -> None:
    said = "It is like a cook who always gets the same carrots. One day he gets an onion and does not know what to do."
    assert judged(said).outcome == Outcome.UNDECIDED


def test_layout_case_and_punctuation_do_not_hide_a_copy() -> None:
    one = fingerprint([ANSWER])
    other = fingerprint(["Data  augmentation FLIPS and rotates the pictures", "which makes them more diverse "
                         "and prevents overfitting"])
    assert one.digest == other.digest != ""


def test_a_copy_with_a_sentence_of_its_own_is_alike_and_another_answer_is_not() -> None:
    one = fingerprint([ANSWER])
    assert likeness(one, fingerprint([ANSWER, "In my notebook I saw that it helps a lot with cats and dogs."])) == 1.0
    assert likeness(one, fingerprint(["We flip the images so that the network sees other versions of each of them "
                                      "and can not learn them by heart."])) < 0.3


def test_short_answers_have_no_fingerprint() -> None:
    assert fingerprint(["It prevents overfitting."]).digest == ""
    assert likeness(fingerprint(["Yes."]), fingerprint(["Yes."])) == 0.0
