"""Listings keep the numbers that the notebook has, mark the right lines, and stay short."""

from __future__ import annotations

from grader.records import Cell, CellKind, Place
from grader.render.code import EXCERPT_LINES, LISTING_LINES, Listing, quote


def cell(source: str, number: int = 3) -> dict[int, Cell]:
    return {number: Cell(number=number, kind=CellKind.CODE, source=source)}


def text_of(listing: Listing | None) -> list[str]:
    assert listing is not None
    return ["".join(piece.text for piece in line.pieces) for line in listing.lines]


def marked(listing: Listing | None) -> list[int | None]:
    assert listing is not None
    return [line.number for line in listing.lines if line.marked]


def test_excerpt_carries_the_cells_line_numbers_and_the_whole_cell_marks_them() -> None:
    source = "a = 1\nb = f(\n    a,\n)\nc = 3\n"
    shown = quote(Place(cell=3, line=2), "b = f(\n    a,\n)", cell(source))
    assert shown is not None
    assert shown.place == "cell 3, line 2"
    assert [line.number for line in shown.excerpt.lines] == [2, 3, 4]
    assert text_of(shown.excerpt) == ["b = f(", "    a,", ")"]
    assert text_of(shown.whole) == ["a = 1", "b = f(", "    a,", ")", "c = 3"]
    assert marked(shown.whole) == [2, 3, 4]


def test_excerpt_that_is_not_in_the_cell_marks_one_line_only() -> None:
    shown = quote(Place(cell=3, line=2), "something\nelse", cell("a = 1\nb = 2\nc = 3\n"))
    assert shown is not None
    assert marked(shown.whole) == [2]


def test_without_an_excerpt_the_line_itself_is_shown() -> None:
    shown = quote(Place(cell=3, line=2), "", cell("a = 1\nb = 2\n"))
    assert shown is not None
    assert text_of(shown.excerpt) == ["b = 2"]


def test_a_place_outside_the_notebook_shows_nothing() -> None:
    assert quote(Place(cell=9, line=1), "", cell("a = 1")) is None
    assert quote(Place(cell=3, line=40), "", cell("a = 1")) is None
    assert quote(None, "", {}) is None


def test_an_excerpt_without_its_cell_is_shown_alone() -> None:
    shown = quote(None, "a = 1", {})
    assert shown is not None
    assert (shown.place, shown.whole, text_of(shown.excerpt)) == ("", None, ["a = 1"])


def test_a_cell_that_the_excerpt_shows_already_is_not_repeated() -> None:
    source = "a = 1\nb = 2\n"
    same = quote(Place(cell=3, line=1), source, cell(source))
    less = quote(Place(cell=3, line=1), "a = 1", cell(source))
    assert same is not None
    assert less is not None
    assert same.whole is None
    assert less.whole is not None


def test_form_feeds_and_line_separators_do_not_shift_line_numbers() -> None:
    source = 'a = "x\x0cy"\nb = "x\u2028y"\nc = 3'
    shown = quote(Place(cell=3, line=3), "", cell(source))
    assert shown is not None
    assert text_of(shown.excerpt) == ["c = 3"]
    assert marked(shown.whole) == [3]


def test_blank_lines_at_the_top_keep_their_numbers() -> None:
    shown = quote(Place(cell=3, line=3), "", cell("\n\na = 1\nb = 2"))
    assert shown is not None
    assert text_of(shown.whole) == ["", "", "a = 1", "b = 2"]


def test_a_huge_cell_shows_a_window_around_the_line_and_counts_the_rest() -> None:
    source = "\n".join(f"x{i} = {i}" for i in range(1, 1001))
    whole = getattr(quote(Place(cell=3, line=500), "", cell(source)), "whole", None)
    assert isinstance(whole, Listing)
    assert len(whole.lines) == LISTING_LINES
    assert marked(whole) == [500]
    assert whole.before + len(whole.lines) + whole.after == 1000
    assert text_of(whole)[0] == f"x{whole.before + 1} = {whole.before + 1}"


def test_a_huge_excerpt_and_a_huge_line_are_cut() -> None:
    shown = quote(Place(cell=3, line=1), "\n".join(["y" * 100_000, *["a = 1"] * 200]), cell("z = 1"))
    assert shown is not None
    assert len(shown.excerpt.lines) == EXCERPT_LINES
    assert shown.excerpt.after == 201 - EXCERPT_LINES
    assert len(text_of(shown.excerpt)[0]) < 600


def test_words_of_the_language_are_coloured_and_magics_survive() -> None:
    shown = quote(Place(cell=3, line=1), "!pip install x\n%matplotlib inline\nreturn 'a'  # why", {})
    assert shown is not None
    assert text_of(shown.excerpt) == ["!pip install x", "%matplotlib inline", "return 'a'  # why"]
    styles = {p.text: p.style for p in shown.excerpt.lines[2].pieces}
    assert (styles["return"], styles["# why"]) == ("keyword", "comment")
