"""Text that students wrote can neither steer the page nor flood it."""

from __future__ import annotations

import pytest

from grader.records import Place
from grader.render.text import Part, code_parts, cut, name, neutral, number, seconds, sentence, where

ACTING = {
    "right-to-left override": ("a\u202eb", "a⟨U+202E⟩b"),
    "isolate": ("a\u2066b", "a⟨U+2066⟩b"),
    "zero width space": ("a\u200bb", "a⟨U+200B⟩b"),
    "line separator": ("a\u2028b", "a⟨U+2028⟩b"),
    "bell": ("a\x07b", "a␇b"),
    "lone escape": ("a\x1bb", "a␛b"),
    "terminal colour": ("a\x1b[31mb\x1b[0m", "ab"),
    "window title": ("a\x1b]0;owned\x07b", "ab"),
    "lone surrogate": ("a\ud800b", "a⟨U+D800⟩b"),
    "piled marks": ("a" + "\u0301" * 50, "a" + "\u0301" * 4 + "⟨…⟩"),
    "carriage return": ("a\r\nb\rc", "a\nb\nc"),
}
HARMLESS = ["café", "می\u200cخواهم", "👩\u200d🔬", "tab\tand\nnewline", "e\u0301", "日本語", "🇧🇪", "❤\ufe0f"]


@pytest.mark.parametrize("case", ACTING, ids=list(ACTING))
def test_characters_that_act_unseen_are_made_visible(case: str) -> None:
    given, expected = ACTING[case]
    assert neutral(given) == expected
    neutral(given).encode()


@pytest.mark.parametrize("text", HARMLESS)
def test_ordinary_writing_is_left_alone(text: str) -> None:
    assert neutral(text) == text


def test_long_text_is_cut_and_says_by_how_much() -> None:
    assert cut("x" * 50, 10) == "x" * 10 + "… (40 more characters)"
    assert cut("x" * 10, 10) == "x" * 10


def test_a_megabyte_becomes_one_short_line() -> None:
    shown = sentence("word\n" * 250_000)
    assert len(shown) < 700
    assert "\n" not in shown
    assert "more characters" in shown


def test_names_are_composed_and_short() -> None:
    assert name("Zoe\u0308") == "Zoë"
    assert len(name("n" * 5_000)) < 160


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("plain", (Part("plain", False),)),
        ("set `a = 1` now", (Part("set ", False), Part("a = 1", True), Part(" now", False))),
        ("a lone ` tick", (Part("a lone ` tick", False),)),
        ("`a` and ` b", (Part("a", True), Part(" and ` b", False))),
        ("", ()),
    ],
)
def test_backticks_in_pairs_make_code(text: str, parts: tuple[Part, ...]) -> None:
    assert code_parts(text) == parts


@pytest.mark.parametrize(
    ("value", "shown"), [(41.5, "41.5"), (50.0, "50"), (0.0, "0"), (-0.0, "0"), (1 / 3, "0.33"), (100.0, "100")]
)
def test_marks_show_no_needless_digits(value: float, shown: str) -> None:
    assert number(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"), [(0.01, "under 0.1 s"), (4.23, "4.2 s"), (9.97, "10 s"), (38.4, "38 s"), (192.0, "3 min 12 s")]
)
def test_seconds_are_told_as_people_tell_them(value: float, shown: str) -> None:
    assert seconds(value) == shown


def test_an_unknown_place_is_not_somewhere() -> None:
    assert where(Place(cell=3, line=2)) == "cell 3, line 2"
    assert where(Place(page=4)) == "page 4"
    assert where(Place()) == ""
    assert where(None) == ""
