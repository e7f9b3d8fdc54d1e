"""Automatic numbers are counted as Word counts them."""

from __future__ import annotations

from typing import Any

from docx.oxml import parse_xml
from docx_numbering import Numbering

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def level(depth: int, form: str, text: str, start: int = 1) -> str:
    parts = f'<w:start w:val="{start}"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/>'
    return f'<w:lvl w:ilvl="{depth}">{parts}</w:lvl>'


def numbering(levels: str, *numbers: str) -> Numbering:
    nums = "".join(
        f'<w:num w:numId="{n}"><w:abstractNumId w:val="0"/>{more}</w:num>' for n, more in enumerate(numbers, start=1)
    )
    root: Any = parse_xml(
        f'<w:numbering {W}><w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum>{nums}</w:numbering>'
    )
    return Numbering(root)


def test_levels_count_and_begin_anew_after_a_higher_one() -> None:
    count = numbering(level(0, "decimal", "%1.") + level(1, "lowerLetter", "%2)") + level(2, "decimal", "%1.%3"), "")
    labels = [count.label("1", depth) for depth in (0, 1, 1, 0, 1, 2)]
    assert labels == ["1.", "a)", "b)", "2.", "a)", "2.1"]


def test_lists_of_one_kind_go_on_unless_they_start_over() -> None:
    over = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>'
    count = numbering(level(0, "decimal", "Question %1:"), "", "", over)
    assert [count.label(name, 0) for name in ("1", "2", "3", "3")] == [
        "Question 1:",
        "Question 2:",
        "Question 5:",
        "Question 6:",
    ]


def test_forms_of_numbers() -> None:
    forms = ("upperRoman", "upperLetter", "bullet", "none", "decimalZero")
    written = [numbering(level(0, form, "%1", start=4), "").label("1", 0) for form in forms]
    assert written == ["IV", "D", "•", "", "04"]


def test_a_list_that_is_not_there_has_no_label() -> None:
    assert numbering("", "").label("9", 0) == "" and Numbering(None).label("1", 0) == ""
