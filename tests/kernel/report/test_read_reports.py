"""Reports as people make them: what comes out, in which order."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pymupdf
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.shared import Inches, RGBColor

from grader.records import BlockKind, Furniture, Report, ReportForm

pytestmark = pytest.mark.kernel
Read = Callable[..., Report]
SENTENCE = "Weights that were learnt on many pictures are kept and only the new head is trained on what we have. "
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def texts(report: Report) -> list[str]:
    return [block.text for block in report.blocks if block.kind == BlockKind.TEXT and not block.furniture]


def furniture(report: Report) -> set[tuple[str, str]]:
    return {(block.furniture.value, block.text) for block in report.blocks if block.furniture}


def order(report: Report) -> list[str]:
    return [block.text or block.kind.value for block in report.blocks if not block.furniture]


# --------------------------------------------------------------------------- PDF


def test_lines_are_joined_to_paragraphs_and_headings_stand_alone(read: Read, pdf: Callable[..., bytes]) -> None:
    bold = {"fontname": "hebo", "fontsize": 14}
    raw = pdf(
        [
            ("text", (72, 90), "1. What is transfer learning?", bold),
            ("box", (72, 110, 523, 200), SENTENCE * 3),
            ("box", (72, 200, 523, 300), SENTENCE * 2),
            ("text", (72, 320), "2)", bold),
        ]
    )
    report = read(raw, "report.pdf")
    assert texts(report) == ["What is transfer learning?", (SENTENCE * 3).strip(), (SENTENCE * 2).strip(), ""]
    heading, answer, _, bare = report.blocks
    assert (heading.label, heading.bold, heading.size) == ("1.", True, 14) and not answer.bold
    assert bare.label == "2)" and heading.place is not None and heading.place.page == 1


def test_columns_are_read_one_after_the_other(read: Read, pdf: Callable[..., bytes]) -> None:
    raw = pdf(
        [
            ("text", (72, 80), "A title that stands over both of the columns of this page", {"fontsize": 16}),
            ("box", (72, 100, 285, 400), "Left. " + SENTENCE * 5),
            ("box", (310, 100, 523, 400), "Right. " + SENTENCE * 5),
        ]
    )
    assert [text.split()[0] for text in texts(read(raw, "report.pdf"))] == ["A", "Left.", "Right."]


def test_a_value_beside_its_name_is_no_column(read: Read, pdf: Callable[..., bytes]) -> None:
    names = ["Name", "Course", "Number", "Teacher", "Date", "Group"]
    rows = [("text", (72, 100 + 20 * n), name) for n, name in enumerate(names)]
    rows += [("text", (200, 100 + 20 * n), f"value {n}") for n in range(6)]
    assert texts(read(pdf(rows), "report.pdf")) == [f"{name} value {n}" for n, name in enumerate(names)]


def test_what_repeats_in_the_margins_is_furniture(read: Read, pdf: Callable[..., bytes]) -> None:
    pages = [
        [
            ("text", (72, 40), "Ada Invented, Lab 06", {"fontsize": 9}),
            ("text", (72, 90), f"Question {n}: why is it so in this case?", {"fontname": "hebo"}),
            ("box", (72, 100, 523, 300), SENTENCE * n),
            ("text", (290, 810), f"Page {n} of 3", {"fontsize": 9}),
        ]
        for n in (1, 2, 3)
    ]
    report = read(pdf(*pages), "report.pdf")
    assert furniture(report) == {
        ("running_header", "Ada Invented, Lab 06"),
        *(("page_number", f"Page {n} of 3") for n in (1, 2, 3)),
    }
    assert [text for text in texts(report) if text.startswith("Question")] == [
        f"Question {n}: why is it so in this case?" for n in (1, 2, 3)
    ]


def test_headings_in_the_upper_margin_that_count_with_the_pages_stay(read: Read, pdf: Callable[..., bytes]) -> None:
    pages = [[("text", (72, 50), f"Question {n}:"), ("box", (72, 70, 523, 300), SENTENCE * 2)] for n in (1, 2, 3)]
    assert not furniture(read(pdf(*pages), "report.pdf"))


def test_a_paragraph_goes_on_over_the_page(read: Read, pdf: Callable[..., bytes]) -> None:
    lines = [
        "The weights that were learnt are kept and only the new head is trained at first,",
        "which is done because the few pictures that we have would not be enough for the",
    ]
    first = [("text", (72, 700 + 15 * n), line) for n, line in enumerate(lines)] + [("text", (300, 820), "1")]
    second = [("text", (72, 90), "whole network."), ("text", (300, 820), "2")]
    report = read(pdf(first, second), "report.pdf")
    assert [kind for kind, _ in sorted(furniture(report))] == ["page_number", "page_number"]
    assert texts(report) == [f"{lines[0]} {lines[1]} whole network."]


def test_pictures_stand_where_they_are_seen_and_are_read(read: Read, pdf: Callable[..., bytes], code: Any) -> None:
    raw = pdf(
        [
            ("text", (72, 80), "5. The code that loads the base model of the network"),
            ("picture", (72, 100, 472, 190), code()),
            ("text", (72, 210), "Figure 1: the base"),
            ("text", (72, 260), "6. The code that freezes it, so that it is not trained"),
            ("picture", (72, 280, 472, 320), code("base.trainable = False", dark=True)),
        ]
    )
    report = read(raw, "report.pdf")
    assert order(report)[1] == order(report)[-1] == "picture" and len(order(report)) == 4
    assert (Furniture.CAPTION, "Figure 1: the base") in {(b.furniture, b.text) for b in report.blocks}
    assert report.pictures[0].lines[1].text == "include_top=False,"
    assert report.pictures[1].text == "base.trainable = False"
    left = [line.box[0] for line in report.pictures[0].lines]
    assert left[1] > left[0] + 100, "indentation is kept in the boxes"
    assert all(picture.preview and picture.digest for picture in report.pictures)


def test_slices_of_a_picture_are_one_picture(read: Read, code: Any) -> None:
    whole = pymupdf.Pixmap(code("a = 1\nmodel = Sequential()\nmodel.fit(data)\nprint(model)", size=20))
    document = pymupdf.open()
    page = document.new_page()
    page.insert_text((72, 60), "7. The code of the augmentation is shown in this picture")
    top, scale = 80.0, 300 / whole.width
    for start in range(0, whole.height, 24):
        height = min(24, whole.height - start)
        slice_ = pymupdf.Pixmap(whole.colorspace, pymupdf.IRect(0, start, whole.width, start + height))
        slice_.copy(whole, slice_.irect)
        page.insert_image((72, top, 372, top + height * scale), pixmap=slice_, keep_proportion=False)
        top += height * scale
    report = read(document.tobytes(), "report.pdf")
    assert [line.text for line in report.pictures[0].lines][:2] == ["a = 1", "model = Sequential()"]
    assert len(report.pictures) == 1 and report.pictures[0].height == whole.height


def test_logos_on_every_page_are_left_out_and_screenshots_that_repeat_are_not(
    read: Read, pdf: Callable[..., bytes], code: Any
) -> None:
    pages = [
        [
            ("picture", (500, 20, 540, 60), code("ML")),
            ("text", (72, 90), f"Question {n}: the same picture under all of the questions of the report"),
            ("picture", (72, 120, 472, 200), code()),
        ]
        for n in (1, 2, 3)
    ]
    report = read(pdf(*pages), "report.pdf")
    assert len(report.pictures) == 3 and "page after page" in report.notes[0]


def test_code_keeps_its_lines_and_indentation(read: Read, pdf: Callable[..., bytes]) -> None:
    mono = {"fontname": "cour", "fontsize": 10}
    lines = ["for layer in base.layers:", "    layer.trainable = False", "    print(layer.name)"]
    raw = pdf([("text", (72, 80), "The code:"), *(("text", (72, 100 + 13 * n), t, mono) for n, t in enumerate(lines))])
    report = read(raw, "report.pdf")
    assert report.blocks[1].code and report.blocks[1].text == "\n".join(lines)


def test_a_ruled_table_is_a_table_and_its_text_is_told_once(read: Read) -> None:
    document = pymupdf.open()
    page = document.new_page()
    page.insert_text((72, 80), "The table of the results that were reached with the models:")
    rows = [("model", "accuracy"), ("ResNet50", "0.94"), ("VGG16", "0.93")]
    for n, row in enumerate(rows):
        for m, cell in enumerate(row):
            page.draw_rect((72 + 120 * m, 100 + 20 * n, 192 + 120 * m, 120 + 20 * n))
            page.insert_text((76 + 120 * m, 114 + 20 * n), cell)
    report = read(document.tobytes(), "report.pdf")
    assert [block.rows for block in report.blocks if block.kind == BlockKind.TABLE] == [tuple(rows)]
    assert len(texts(report)) == 1


def test_rows_whose_cells_only_stand_apart_are_a_table(read: Read, pdf: Callable[..., bytes]) -> None:
    rows = [("model", "epoch", "accuracy"), ("ResNet50", "17", "0.94"), ("VGG16", "20", "0.93")]
    cells = [("text", (72 + 120 * m, 100 + 16 * n), cell) for n, row in enumerate(rows) for m, cell in enumerate(row)]
    report = read(pdf([("text", (72, 80), "The results of the models are these:"), *cells]), "report.pdf")
    assert [block.rows for block in report.blocks] == [(), tuple(rows)]


def test_a_scan_is_read_by_ocr_into_paragraphs(read: Read, pdf: Callable[..., bytes], tmp_path: Path) -> None:
    born = pymupdf.open(
        "pdf",
        pdf(
            [
                ("text", (72, 90), "3. Why is the base frozen?", {"fontname": "hebo", "fontsize": 14}),
                ("box", (72, 110, 523, 300), SENTENCE * 2),
            ]
        ),
    )
    scan = pymupdf.open()
    page = scan.new_page()
    page.insert_image(page.rect, stream=born[0].get_pixmap(dpi=150).tobytes("jpeg"))
    report = read(scan.tobytes(), "scan.pdf", cache=tmp_path / "cache")
    heading, answer = report.blocks
    assert (heading.label, heading.text) == ("3.", "Why is the base frozen?") and heading.read_by_ocr
    assert answer.text == (SENTENCE * 2).strip() and "OCR" in report.notes[0]
    assert heading.place is not None and heading.place.box is not None and abs(heading.place.box[0] - 72) < 4
    assert 9 < answer.size < 15


def test_invisible_text_is_left_out_and_said(read: Read, pdf: Callable[..., bytes]) -> None:
    raw = pdf(
        [
            ("text", (72, 80), "What can be seen on this page is only this one line of text."),
            ("text", (72, 120), "keywords " * 6, {"render_mode": 3}),
            ("text", (72, 140), "tiny " * 9, {"fontsize": 1}),
            ("text", (72, 180), "white keywords " * 3, {"color": (1, 1, 1)}),
        ]
    )
    report = read(raw, "report.pdf")
    assert len(texts(report)) == 1 and "can't be seen" in report.notes[0]


def test_white_letters_on_a_dark_ground_are_seen(read: Read) -> None:
    document = pymupdf.open()
    page = document.new_page()
    page.draw_rect((60, 60, 400, 100), fill=(0.1, 0.2, 0.4))
    page.insert_text((72, 85), "Question 1: what is it?", color=(1, 1, 1))
    assert texts(read(document.tobytes(), "report.pdf")) == ["Question 1: what is it?"]


# --------------------------------------------------------------------------- DOCX


def test_a_docx_gives_levels_labels_soft_breaks_and_tables(read: Read, document: Any, as_docx: Any) -> None:
    document.add_heading("What is fine-tuning?", 2)
    paragraph = document.add_paragraph("1. Why freeze?")
    paragraph.add_run().add_break()
    paragraph.add_run("So that it keeps what it knows.")
    for text in ("one", "two"):
        document.add_paragraph(text, style="List Number")
    table = document.add_table(rows=2, cols=2)
    for n in range(4):
        table.cell(n // 2, n % 2).text = str(n)
    document.add_paragraph("Figure 1: a picture", style="Caption")
    report = read(as_docx(document), "report.docx")
    heading, answer, one, two, values, caption = report.blocks
    assert (heading.level, heading.style) == (2, "Heading 2")
    assert (answer.label, answer.text) == ("1.", "Why freeze?\nSo that it keeps what it knows.")
    assert (one.label, two.label) == ("1.", "2.")
    assert values.rows == (("0", "1"), ("2", "3"))
    assert caption.furniture == Furniture.CAPTION


def test_a_floating_picture_follows_the_text_that_it_is_anchored_in(
    read: Read, document: Any, as_docx: Any, code: Any
) -> None:
    paragraph = document.add_paragraph()
    run = paragraph.add_run()
    run.add_picture(io.BytesIO(code()), width=Inches(4))
    paragraph.add_run("Question 5 and its text")
    inline = run._r.find(f".//{qn('wp:inline')}")
    inline.tag = qn("wp:anchor")
    document.add_paragraph("Question 6")
    report = read(as_docx(document), "report.docx")
    assert order(report) == ["Question 5 and its text", "picture", "Question 6"]
    assert report.pictures[0].lines[1].text == "include_top=False,"


def test_an_inline_picture_stays_between_its_words(read: Read, document: Any, as_docx: Any, code: Any) -> None:
    paragraph = document.add_paragraph("before")
    paragraph.add_run().add_picture(io.BytesIO(code()))
    paragraph.add_run("after")
    assert order(read(as_docx(document), "report.docx")) == ["before", "picture", "after"]


def test_deleted_text_is_left_out_and_text_boxes_are_told_once(read: Read, document: Any, as_docx: Any) -> None:
    mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    wps = 'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    boxed = "<w:txbxContent><w:p><w:r><w:t>in the box</w:t></w:r></w:p></w:txbxContent>"
    document.element.body.insert(
        0,
        parse_xml(
            f"<w:p {W} {mc} {wps}><w:r><w:t>kept</w:t></w:r><w:del><w:r><w:delText>gone</w:delText></w:r></w:del>"
            f"<w:ins><w:r><w:t> and added</w:t></w:r></w:ins><w:r><mc:AlternateContent><mc:Choice Requires='wps'>"
            f"<w:drawing><wps:txbx>{boxed}</wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict>{boxed}</w:pict>"
            f"</mc:Fallback></mc:AlternateContent></w:r></w:p>"
        ),
    )
    assert texts(read(as_docx(document), "report.docx")) == ["kept and added", "in the box"]


def test_a_table_that_lays_out_the_page_is_read_as_text(read: Read, document: Any, as_docx: Any, code: Any) -> None:
    table = document.add_table(rows=2, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Question 5", "see the picture"
    table.cell(1, 0).text = "Question 6"
    table.cell(1, 1).paragraphs[0].add_run().add_picture(io.BytesIO(code()))
    assert order(read(as_docx(document), "report.docx")) == ["Question 5", "see the picture", "Question 6", "picture"]


def test_running_text_hidden_text_and_contents_are_set_apart(read: Read, document: Any, as_docx: Any) -> None:
    document.sections[0].header.paragraphs[0].text = "Ada Invented"
    document.add_paragraph("What is transfer learning? ......... 3")
    document.add_paragraph().add_run("keywords").font.hidden = True
    document.add_paragraph().add_run("keywords in white").font.color.rgb = RGBColor(255, 255, 255)
    document.add_paragraph("The text.")
    report = read(as_docx(document), "report.docx")
    assert texts(report) == ["The text."] and "can't be seen" in report.notes[0]
    assert {kind for kind, _ in furniture(report)} == {"running_header", "contents"}


def test_code_in_lines_of_their_own_is_one_block(read: Read, document: Any, as_docx: Any) -> None:
    for line in ("for layer in base.layers:", "    layer.trainable = False"):
        document.add_paragraph().add_run(line).font.name = "Consolas"
    (block,) = read(as_docx(document), "report.docx").blocks
    assert block.code and block.text == "for layer in base.layers:\n    layer.trainable = False"


# --------------------------------------------------------------------------- Markdown, cost


def test_markdown_gives_levels_code_tables_and_pictures(read: Read, code: Any) -> None:
    text = (
        "# Lab\n\n2. Why?\n\nBecause.\n\n```python\nx = 1\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n![](img/a.png)\n"
    )
    report = read(text.encode(), "report.md", beside={"img/a.png": code()})
    assert report.form == ReportForm.MARKDOWN
    seen = [(b.kind.value, b.label, b.text, b.level, b.code) for b in report.blocks]
    assert seen == [
        ("text", "", "Lab", 1, False),
        ("text", "2.", "Why?", None, False),
        ("text", "", "Because.", None, False),
        ("text", "", "x = 1", None, True),
        ("table", "", "a\tb\n1\t2", None, False),
        ("picture", "", "", None, False),
    ]
    assert report.pictures[0].lines[1].text == "include_top=False,"


def test_a_picture_is_read_once(read: Read, pdf: Callable[..., bytes], code: Any, tmp_path: Path) -> None:
    raw = pdf([("text", (72, 60), "A report with one picture of code"), ("picture", (72, 80, 472, 170), code())])
    cold = read(raw, "report.pdf", cache=tmp_path / "cache")
    warm = read(raw, "report.pdf", cache=tmp_path / "cache")
    assert warm.pictures == cold.pictures and warm.blocks == cold.blocks
    assert warm.cpu_s < 0.7 * cold.cpu_s
    (kept,) = (tmp_path / "cache" / "ocr").glob("*/*.json")
    assert kept.stem == cold.pictures[0].digest
    kept.write_text('{"lines": [{"text": 5}]}')
    assert read(raw, "report.pdf", cache=tmp_path / "cache").pictures == cold.pictures, "a spoilt reading is made anew"


def test_a_report_of_text_costs_less_than_a_second(read: Read, pdf: Callable[..., bytes]) -> None:
    page = [("box", (72, 72, 523, 760), SENTENCE * 30)]
    report = read(pdf(*[page] * 8), "report.pdf")
    assert report.cpu_s < 1.0 and len(report.blocks) >= 1
