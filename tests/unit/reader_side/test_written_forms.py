"""Labels, captions, contents, margins: how things are written tells what they are."""

from __future__ import annotations

import time

import pytest
from labels import is_caption, is_contents_line, is_contents_title, split_label
from lines import Line, in_rows
from ocr_lines import Word, lines_of
from page_furniture import furniture_of
from paragraphs import Pitch, paragraphs_of, vocabulary_of
from reading_order import runs


@pytest.mark.parametrize(
    ("text", "label", "rest"),
    [
        ("1. What is it?", "1.", "What is it?"),
        ("3) Why", "3)", "Why"),
        ("(b) Why", "(b)", "Why"),
        ("iv. Why", "iv.", "Why"),
        ("1.2. Why", "1.2.", "Why"),
        ("7.", "7.", ""),
        ("● Why", "•", "Why"),
        ("- Why", "-", "Why"),
        ("0.94 was reached", "", "0.94 was reached"),
        ("2,000 images", "", "2,000 images"),
        ("e.g. this", "", "e.g. this"),
        ("base.trainable = False", "", "base.trainable = False"),
        ("-1 to 1", "", "-1 to 1"),
    ],
)
def test_labels_are_split_off(text: str, label: str, rest: str) -> None:
    assert split_label(text) == (label, rest)


def test_a_bare_number_is_a_label_only_in_a_heading() -> None:
    assert split_label("1.2 Transfer learning", heading=True) == ("1.2", "Transfer learning")
    assert split_label("1.2 Transfer learning") == ("", "1.2 Transfer learning")
    assert split_label("3 layers are frozen", heading=True) == ("", "3 layers are frozen")


@pytest.mark.parametrize("text", ["Figure 3: the base", "Fig. 2 - code", "Table 1", "Screenshot 4: the head"])
def test_captions(text: str) -> None:
    assert is_caption(text)


@pytest.mark.parametrize(
    "text", ["Figure 3 shows that the base is frozen", "Table of results", "Figures matter: a lot"]
)
def test_sentences_that_begin_like_captions_are_none(text: str) -> None:
    assert not is_caption(text)


def test_a_heading_that_counts_screenshots_is_no_caption() -> None:
    assert not is_caption("Screenshot 5: the base", stands_out=True)


def test_contents() -> None:
    assert is_contents_line("Why freeze? ........ 4") and is_contents_title("Table of Contents")
    assert not is_contents_line("It took 4 epochs... 12") and not is_contents_title("The contents of the base")


def line(text: str, left: float, top: float, size: float = 11, **more: object) -> Line:
    return Line(text, (left, top, left + 0.5 * size * len(text), top + size), size, **more)  # type: ignore[arg-type]


def test_two_pages_that_begin_with_their_question_have_no_header() -> None:
    pages = [[line(f"Task {n}: why", 72, 40, group=1), line("text", 72, 300)] for n in (1, 2)]
    assert not furniture_of(pages, [842, 842])


def test_a_header_that_counts_the_pages_is_one() -> None:
    pages = [[line(f"Lab report | {n}", 72, 40, group=1), line("text", 72, 300)] for n in (1, 2, 3)]
    assert set(furniture_of(pages, [842] * 3).values()) == {"running_header"}


def test_numbers_in_the_foot_that_do_not_count_the_pages_stay() -> None:
    pages = [[line("text", 72, 300), line(str(n), 300, 800, group=1)] for n in (7, 3, 12)]
    assert not furniture_of(pages, [842] * 3)


def test_a_line_of_which_some_is_bold_goes_on_and_one_that_is_all_bold_does_not() -> None:
    def paragraphs(share: float) -> int:
        lines = [line("x" * 80, 72, 100, bold_share=share), line("and so on", 72, 114)]
        return len(paragraphs_of(lines, 1, Pitch([lines]), lines[0].box[2], frozenset()))

    assert (paragraphs(0.7), paragraphs(1.0)) == (1, 2)


def test_a_hyphen_at_the_end_of_a_line_is_understood_by_the_words_of_the_report() -> None:
    def joined(end: str, start: str, *others: str) -> str:
        lines = [line("x" * 60 + f" {end}", 72, 100), line(start + " y", 72, 114)]
        words = vocabulary_of([*lines, *(line(o, 72, 200) for o in others)])
        (paragraph,) = paragraphs_of(lines, 1, Pitch([lines]), lines[0].box[2], words)
        return paragraph.text.split(" ", 1)[1]

    assert joined("trans-", "fer", "transfer learning") == "transfer y"
    assert joined("fine-", "tuning", "what fine-tuning is") == "fine-tuning y"
    assert joined("re-", "use") == "re-use y"


def test_lines_beside_each_other_are_a_row_and_columns_are_not() -> None:
    row = in_rows([line("1.", 72, 100), line("What is it?", 90, 100)])
    assert [one.text for one in row] == ["1. What is it?"]
    left = [line("left words of the column here", 72, 100 + 14 * n) for n in range(6)]
    right = [line("right words of the column here", 320, 100 + 14 * n) for n in range(6)]
    assert [len(run) for run in runs(left + right, lambda one: one.box)] == [6, 6]


def test_ocr_pieces_of_a_row_are_one_line_and_line_numbers_stay_apart() -> None:
    words = [
        Word("x = Dense(1,", (60, 10, 180, 26), 0.9),
        Word("activation=None)", (188, 11, 348, 27), 0.8),
        Word("12", (0, 10, 20, 26), 0.9),
        Word("y = 2", (60, 40, 110, 56), 0.9),
    ]
    assert [one.text for one in lines_of(words)] == ["12", "x = Dense(1, activation=None)", "y = 2"]


@pytest.mark.parametrize(
    "text", ["1." * 50_000, "." * 100_000 + "x", "- " * 50_000, "(" * 100_000, "Figure 1" * 30_000]
)
def test_no_text_takes_long(text: str) -> None:
    started = time.process_time()
    split_label(text, heading=True), is_caption(text), is_contents_line(text), is_contents_title(text)
    assert time.process_time() - started < 0.1
