"""Which line is a question's heading, what its near twin is, and that no text breaks it."""

from __future__ import annotations

import time

import pytest

from grader.judge.report.segments import Question, Segments, segment
from grader.records import Block, BlockKind, Furniture, Picture, Place, Report, ReportForm, TextLine

TIDE = Question(
    "tide", 1, "Explain what causes the tides. How do spring tides differ from neap tides?", ("Causes of tides",)
)
MOON = Question("moon", 2, "Why does the Moon always show the same face?", ("Tidal locking",))
PLOT = Question(
    "plot", 3, "Take a screenshot of the code that plots the water level.", ("Plotting the level",), shows_code=True
)
READ = Question(
    "read", 4, "Take a screenshot of the code that reads the gauge file.", ("Reading the gauge",), shows_code=True
)
ASKED = (TIDE, MOON, PLOT, READ)
LONG = "The pull of the Moon is stronger on the near side of the Earth than on the far side."
LOCKED = "Because it turns once about itself while it goes once around us, which is no accident."


def report(*blocks: Block | str, pictures: tuple[Picture, ...] = (), form: ReportForm = ReportForm.PDF) -> Report:
    made = [Block(kind=BlockKind.TEXT, text=b) if isinstance(b, str) else b for b in blocks]
    placed = [b.model_copy(update={"place": Place(page=1, box=(0, i, 9, i + 1))}) for i, b in enumerate(made)]
    return Report(file_name="r.pdf", form=form, digest="0" * 64, blocks=tuple(placed), pictures=pictures)


def picture(index: int) -> Block:
    return Block(kind=BlockKind.PICTURE, picture=index)


def showing(*lines: str) -> Picture:
    read = tuple(TextLine(text=t, box=(0, 0, 9, 9), confidence=1) for t in lines)
    return Picture(digest="0" * 64, width=9, height=9, lines=read)


def texts(found: Segments, id_: str) -> list[str]:
    return [b.text for b in found.answers[id_].blocks]


@pytest.mark.parametrize(
    "heading",
    [
        "1. Explain what causes the tides. How do spring tides differ from neap tides?",
        "Question 1: Explain what causes the tides. How do spring tides differ from neap tides?",
        "Q1", "1.", "(1)", "1)", "Answer 1", "Question 1:", "Causes of tides", "Cause of the tides?",
        "l. Explain whatcauses thetides. How do spring tides difer from neaptides?",
        "EXPLAIN WHAT CAUSES THE TIDES",
        "1. What are the causes of the tides, spring and neap",
    ],
)  # fmt: skip
def test_a_heading_is_known_in_many_forms(heading: str) -> None:
    found = segment(report(heading, LONG, MOON.wording, LOCKED), ASKED)
    assert texts(found, "tide") == [LONG]
    assert texts(found, "moon") == [LOCKED]


def test_a_numbered_list_in_an_answer_is_no_list_of_questions() -> None:
    items = ("1. the near side", "2. the far side", "3. the solid Earth between them")
    found = segment(report(TIDE.wording, "Three things are pulled:", *items, MOON.wording, LOCKED), ASKED)
    assert texts(found, "tide") == ["Three things are pulled:", *items]
    assert found.answers.keys() == {"tide", "moon"}


def test_numbers_in_front_of_answers_are_questions_where_nothing_else_is() -> None:
    found = segment(report(f"1. {LONG}", f"2. {LOCKED}", "3. see the picture", "4. see above"), ASKED)
    assert found.answers.keys() == {"tide", "moon", "plot", "read"}
    assert texts(found, "moon") == [LOCKED]
    assert found.answers["read"].certainty < 0.8


def test_a_question_only_copied_gives_an_empty_answer() -> None:
    found = segment(report(TIDE.wording, MOON.wording, LOCKED), ASKED)
    assert found.answers["tide"].blocks == ()
    assert found.answers["tide"].certainty >= 0.85


def test_a_question_that_is_not_there_is_not_found() -> None:
    assert "moon" not in segment(report(TIDE.wording, LONG), ASKED).answers


def test_a_caption_that_repeats_the_question_is_no_heading_but_a_heading_is() -> None:
    caption = "Figure 1: Reading the gauge"
    pictures = (showing("plot(level)"), showing("pd.read_csv('gauge.csv')"))
    blocks = (PLOT.wording, picture(0), caption, READ.wording, picture(1))
    found = segment(report(*blocks, pictures=pictures), ASKED)
    assert [b.picture for b in found.answers["read"].blocks] == [1]
    without = segment(report(PLOT.wording, picture(0), "Reading the gauge", picture(1), pictures=pictures), ASKED)
    assert [b.picture for b in without.answers["read"].blocks] == [1]


def test_captions_and_pictures_stay_with_their_answer() -> None:
    caption = Block(kind=BlockKind.TEXT, text="Figure 1: the level", furniture=Furniture.CAPTION)
    found = segment(report(PLOT.wording, picture(0), caption, pictures=(showing("x"),)), ASKED)
    assert [b.furniture for b in found.answers["plot"].blocks] == ["", Furniture.CAPTION]


@pytest.mark.parametrize("furniture", [Furniture.RUNNING_HEADER, Furniture.PAGE_NUMBER, Furniture.CONTENTS])
def test_furniture_is_neither_heading_nor_answer(furniture: Furniture) -> None:
    line = Block(kind=BlockKind.TEXT, text=MOON.wording, furniture=furniture)
    found = segment(report(TIDE.wording, LONG, line, "It goes on here, on the next page."), ASKED)
    assert texts(found, "tide") == [LONG, "It goes on here, on the next page."]
    assert "moon" not in found.answers


def test_one_heading_for_two_questions_gives_both_its_blocks() -> None:
    found = segment(report("Questions 3 & 4", picture(0), pictures=(showing("x"),)), ASKED)
    assert found.answers["plot"].blocks == found.answers["read"].blocks != ()
    assert found.answers["plot"].certainty <= 0.85


def test_swapped_questions_are_found_where_headings_are_strong() -> None:
    found = segment(report(MOON.wording, LOCKED, TIDE.wording, LONG), ASKED)
    assert (texts(found, "tide"), texts(found, "moon")) == ([LONG], [LOCKED])


def test_a_section_of_ones_own_is_additional_and_a_sub_heading_is_not() -> None:
    def head(text: str, level: int) -> Block:
        return Block(kind=BlockKind.TEXT, text=text, level=level)

    blocks = (head(TIDE.wording, 2), head("Summary", 3), LONG, head("Additional work", 2), "I also built a tide mill.")
    found = segment(report(*blocks), ASKED)
    assert texts(found, "tide") == ["Summary", LONG]
    assert [(s.heading, [b.text for b in s.blocks]) for s in found.additional] == [
        ("Additional work", ["I also built a tide mill."])
    ]


def test_pictures_without_heading_are_placed_by_what_they_show_or_told_as_unplaced() -> None:
    sure = (showing("plt.plot(water_level)", "# plots the level"), showing("gauge = read(gauge_file)", "# a gauge"))
    found = segment(report(TIDE.wording, LONG, "Screenshots", picture(0), picture(1), pictures=sure), ASKED)
    assert [b.picture for b in found.answers["read"].blocks] == [1]
    assert found.answers["read"].certainty <= 0.8
    unsure = (showing("x = f(1)", "y = 2"), showing("z = f(3)", "y = 4"))
    found = segment(report(TIDE.wording, LONG, "Screenshots", picture(0), picture(1), pictures=unsure), ASKED)
    assert [b.picture for b in found.unplaced] == [0, 1]


def test_questions_without_number_are_found_by_their_wording() -> None:
    asked = tuple(Question(q.id, None, q.wording, q.also, q.shows_code) for q in ASKED)
    found = segment(report("1. " + TIDE.wording, LONG, "7. " + MOON.wording, LOCKED), asked)
    assert (texts(found, "tide"), texts(found, "moon")) == ([LONG], [LOCKED])


def test_the_same_report_gives_the_same_segments() -> None:
    made = report("1.", LONG, "2.", LOCKED, "stray")
    assert segment(made, ASKED) == segment(made, ASKED)


def test_no_blocks_or_no_questions_give_no_answers() -> None:
    assert segment(report(), ASKED) == Segments({}, (), ())
    found = segment(report(LONG * 2), ())
    assert (found.answers, [b.text for b in found.unplaced]) == ({}, [LONG * 2])
    assert segment(report(LONG), [Question("x", 1, "")]).answers == {}


HOSTILE = {
    "one word of a megabyte": ("a" * 1_000_000,),
    "marks": tuple(mark * 100_000 for mark in (".", "(", "1.", "? ", " - ", "\t", "…..", "1)\n", "_ ", "**")),
    "lines of one block": ("\n".join(f"{i % 9}. Explain what causes the tides" for i in range(60_000)),),
    "many blocks": tuple(f"{i % 5}. Why does the Moon show the tides {i}?" for i in range(6_000)),
    "the question ten thousand times": (TIDE.wording,) * 10_000,
    "invisible": ("\u200b\u200d\ufeff Causes\u202e of tides", "\x00\x01\x1b[31m", "\ud83c", "\ufdfd" * 10_000),
    "blank": ("", " ", "\n\n\n", "\u3000"),
    "pictures that are not there": (picture(3_007), picture(-1), Block(kind=BlockKind.PICTURE)),
    "a table of questions": (Block(kind=BlockKind.TABLE, rows=((TIDE.wording, MOON.wording),) * 3_000),),
    "many pictures": tuple(picture(i) for i in range(3_000)),
}


@pytest.mark.parametrize("blocks", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("form", [ReportForm.PDF, ReportForm.NOTEBOOK])
def test_no_text_breaks_it_or_takes_long(blocks: tuple[Block | str, ...], form: ReportForm) -> None:
    made = report(*blocks, pictures=(showing("x"),) * 3_000, form=form)
    began = time.process_time()
    segment(made, ASKED)
    assert time.process_time() - began < 4.0


def test_what_lies_beyond_the_limit_is_told_as_unplaced() -> None:
    lines = [f"Some line number {i} of a diary without end." for i in range(4_000)]
    found = segment(report(TIDE.wording, LONG, *lines, MOON.wording, LOCKED), ASKED)
    assert texts(found, "tide")[0] == LONG
    assert LOCKED in [b.text for b in found.unplaced]


def test_a_report_of_usual_length_takes_milliseconds() -> None:
    blocks = (TIDE.wording, *[LONG] * 60, MOON.wording, *[LOCKED] * 60, PLOT.wording, picture(0))
    made = report(*blocks, pictures=(showing("x"),))
    began = time.process_time()
    segment(made, ASKED)
    assert time.process_time() - began < 0.2
