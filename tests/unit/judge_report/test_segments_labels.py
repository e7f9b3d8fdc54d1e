"""Numbers in front of headings, and what only looks like one."""

from __future__ import annotations

import pytest

from grader.judge.report.labels import read_label

NUMBERED = {
    "1. What": (1,), "1.": (1,), "Q1": (1,), "Question 1:": (1,), "(1) x": (1,), "1) x": (1,), "Answer 1": (1,),
    "5 & 6": (5, 6), "Questions 5 & 6:": (5, 6), "Q5/Q6": (5, 6), "Questions 5 to 8": (5, 6, 7, 8),
    "5, 6 and 7.": (5, 6, 7), "l. Explain": (1,), "II. Fine": (2,), "VIII. Head": (8,), "Question three: x": (3,),
    "Questlon 4": (4,), "**Q2.** w": (2,), "Task 2 - why": (2,), "1a. What": (1,), "7 . Take": (7,),
}  # fmt: skip
SUB_POINTS = ("a. Training", "b) Transfer", "1.1 Definition", "2.5 percent", "• flips", "- flips", "(ii) two", "o Flip")
NO_LABEL = ("2,000 images", "12-11-2025", "I think so", "A large model", "Question", "No image", "2024 was", "", "?")


@pytest.mark.parametrize(("text", "numbers"), NUMBERED.items())
def test_numbers_are_read(text: str, numbers: tuple[int, ...]) -> None:
    label = read_label(text)
    assert label is not None
    assert label.numbers == numbers


@pytest.mark.parametrize("text", SUB_POINTS)
def test_sub_points_have_no_number_of_a_question(text: str) -> None:
    label = read_label(text)
    assert label is not None
    assert label.numbers == ()


@pytest.mark.parametrize("text", NO_LABEL)
def test_a_number_within_a_sentence_is_no_label(text: str) -> None:
    assert read_label(text) is None


def test_a_number_without_a_mark_is_loose() -> None:
    loose, firm = read_label("3 cats"), read_label("3. cats")
    assert loose and firm
    assert (loose.loose, firm.loose) == (True, False)
