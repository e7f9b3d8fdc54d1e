"""Answers in Markdown cells, and what a reader may say."""

from __future__ import annotations

import base64

import pytest
from pydantic import ValidationError

from grader.execute.report import read_notebook_answers
from grader.execute.report_answer import SaidPicture, SaidReport
from grader.records import BlockKind, Cell, CellKind, ReportForm, ReportProblem

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (10).to_bytes(4, "big") * 2 + bytes(20)


def markdown(*sources: str) -> tuple[Cell, ...]:
    return tuple(Cell(number=n, kind=CellKind.MARKDOWN, source=source) for n, source in enumerate(sources, start=3))


def test_cells_become_blocks_with_their_place() -> None:
    code = Cell(number=1, kind=CellKind.CODE, source="# not this")
    report = read_notebook_answers((code, *markdown("## 1. What is it?\nIt is **this**.", "* a\n* b")))
    assert report.form == ReportForm.NOTEBOOK
    seen = [(b.place.cell, b.level, b.label, b.text) for b in report.blocks if b.place]
    assert seen == [(3, 2, "1.", "What is it?"), (3, None, "", "It is this."), (4, None, "•", "a"), (4, None, "•", "b")]


def test_lines_that_were_ended_on_purpose_stay_and_wrapped_ones_flow() -> None:
    long = "a line of a file that was wrapped at eighty columns by an editor, as"
    (short, wrapped) = read_notebook_answers(markdown("Question 1\nIt is this.", f"{long}\nsome do")).blocks
    assert short.text == "Question 1\nIt is this." and wrapped.text == f"{long} some do"


def test_html_is_read_as_text_and_scripts_are_not() -> None:
    html = "<h2>Why?</h2>\n<p>Because <b>so</b>.</p>\n<script>alert('x')</script>"
    report = read_notebook_answers(markdown(html))
    assert [(block.level, block.text) for block in report.blocks] == [(2, "Why?"), (None, "Because so.")]


def test_pictures_in_cells_are_named_and_not_read() -> None:
    report = read_notebook_answers(markdown("![x](attachment:a.png)\n\n<img src='data:image/png;base64,AAAA'>"))
    assert [block.kind for block in report.blocks] == [BlockKind.PICTURE] * 2
    assert all(picture.problem for picture in report.pictures) and report.notes


def test_a_notebook_without_answers_is_empty() -> None:
    assert read_notebook_answers(()).problem == ReportProblem.EMPTY


@pytest.mark.parametrize(
    "text", ["\ud800 x", "> " * 3000 + "x", "[" * 30_000, "`" * 30_001, "| a |\n" * 3000, "<" * 30_000]
)
def test_any_text_is_survived(text: str) -> None:
    report = read_notebook_answers(markdown(text))
    assert type(report).model_validate_json(report.model_dump_json()) == report


def test_a_preview_is_kept_only_where_it_is_a_small_picture() -> None:
    def kept(raw: bytes) -> tuple[str, str]:
        said = SaidPicture(file="0.ppm", width=1, height=1, preview=base64.b64encode(raw).decode())
        record = said.record("")
        return record.preview and "kept", record.preview_type

    assert kept(PNG) == ("kept", "image/png") and kept(b"\xff\xd8\xff" + bytes(9)) == ("kept", "image/jpeg")
    large = PNG[:16] + (9000).to_bytes(4, "big") * 2 + bytes(20)
    assert kept(large)[0] == kept(b"<svg onload=x>")[0] == kept(PNG + bytes(200_000))[0] == ""


@pytest.mark.parametrize(
    "said",
    [
        {"blocks": [{"kind": "text", "text": "x", "onload": "y"}]},
        {"blocks": [{"kind": "script"}]},
        {"pictures": [{"file": "../../etc/passwd", "width": 1, "height": 1}]},
        {"scans": [{"file": "0.ppm", "page": 1, "scale": 0}]},
        {"blocks": [{"kind": "text", "level": 99}]},
    ],
    ids=["unknown field", "unknown kind", "path", "scale", "level"],
)
def test_what_no_reader_says_is_refused(said: dict[str, object]) -> None:
    SaidReport.model_validate({"form": "pdf", "pages": 1})
    with pytest.raises(ValidationError):
        SaidReport.model_validate({"form": "pdf", "pages": 1, **said})


def test_control_characters_are_taken_out_here_too() -> None:
    said = SaidReport.model_validate(
        {"form": "pdf", "pages": 1, "blocks": [{"kind": "text", "text": "a\u202eb\x07c\nd"}]}
    )
    assert said.blocks[0].record().text == "abc\nd"
