"""Files that mean harm, or came to harm: each gives a cause and what to do, and none of them hangs."""

from __future__ import annotations

import io
import time
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import docx
import pymupdf
import pytest

from grader.records import Report, ReportForm, ReportProblem

pytestmark = pytest.mark.kernel
Read = Callable[..., Report]
PARAGRAPH = "<w:p><w:r><w:t>{}</w:t></w:r></w:p>"


def one_page(text: str = "Freezing keeps what was learnt before.", **save: Any) -> bytes:
    document = pymupdf.open()
    document.new_page().insert_text((72, 100), text)
    return bytes(document.tobytes(**save))


def a_docx(text: str = "Freezing keeps what was learnt before.") -> bytes:
    document = docx.Document()
    document.add_paragraph(text)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def with_part(raw: bytes, name: str, content: bytes, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The zip with one entry put in another's place, or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w", method) as new:
        for entry in old.namelist():
            if entry != name:
                new.writestr(entry, old.read(entry))
        new.writestr(name, content)
    return out.getvalue()


def with_body(inner: str, head: str = "") -> bytes:
    namespace = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    xml = f'<?xml version="1.0"?>{head}<w:document {namespace}><w:body>{inner}</w:body></w:document>'
    return with_part(a_docx(), "word/document.xml", xml.encode())


def ole(stream: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + stream.encode("utf-16-le") + bytes(600)


def pages_document() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("Index/Document.iwa", b"x" * 50)
    return out.getvalue()


def picture_page(width: int, height: int, data: bytes) -> bytes:
    """A PDF whose only picture says that it is `width` × `height`, deflated."""
    document = pymupdf.open()
    page = document.new_page()
    page.insert_text((72, 72), "Question 5: the code that loads the base is in the picture below this line.")
    pixmap = pymupdf.Pixmap(pymupdf.csRGB, pymupdf.IRect(0, 0, 8, 8))
    pixmap.clear_with(200)
    number = page.insert_image((72, 100, 300, 300), pixmap=pixmap)
    document.update_object(
        number,
        f"<</Type/XObject/Subtype/Image/Width {width}/Height {height}/ColorSpace/DeviceGray/BitsPerComponent 8"
        f"/Filter/FlateDecode/Length {len(data)}>>",
    )
    document.update_stream(number, data, compress=False, new=True)
    document.xref_set_key(number, "Filter", "/FlateDecode")
    return bytes(document.tobytes())


REFUSED: dict[str, tuple[Callable[[], bytes], str, ReportProblem, str]] = {
    "no bytes": (lambda: b"", "report.pdf", ReportProblem.EMPTY, "empty"),
    "only blanks": (lambda: b" \n\n ", "report.docx", ReportProblem.EMPTY, "empty"),
    "PDF with a password": (
        lambda: one_page(encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw="s", owner_pw="o"),
        "report.pdf",
        ReportProblem.ENCRYPTED,
        "without one",
    ),
    "DOCX with a password": (lambda: ole("EncryptedPackage"), "report.docx", ReportProblem.ENCRYPTED, "without one"),
    "noise named PDF": (lambda: bytes(range(256)) * 40, "report.pdf", ReportProblem.BROKEN, "damaged"),
    "PDF of a header only": (lambda: b"%PDF-1.7\nnothing", "report.pdf", ReportProblem.BROKEN, "again"),
    "DOCX cut off": (lambda: a_docx()[:9000], "report.docx", ReportProblem.BROKEN, "damaged"),
    "DOCX without its text": (
        lambda: with_part(a_docx(), "word/document.xml", b"<w:document"),
        "report.docx",
        ReportProblem.BROKEN,
        "damaged",
    ),
    "blank page": (lambda: bytes(_blank()), "report.pdf", ReportProblem.EMPTY, "no text"),
    "blank DOCX": (lambda: a_docx(""), "report.docx", ReportProblem.EMPTY, "no text"),
    "old Word": (lambda: ole("WordDocument"), "report.doc", ReportProblem.UNKNOWN_FORM, "old Word"),
    "Pages": (pages_document, "report.pages", ReportProblem.UNKNOWN_FORM, "Pages"),
    "web page named DOC": (lambda: b"<html><body>x</body></html>", "r.doc", ReportProblem.UNKNOWN_FORM, "web page"),
    "RTF": (lambda: b"{\\rtf1 x}", "report.rtf", ReportProblem.UNKNOWN_FORM, "RTF"),
    "picture": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(99), "report.png", ReportProblem.UNKNOWN_FORM, "picture"),
    "zip bomb": (
        lambda: with_part(a_docx(), "word/media/image1.png", bytes(400_000_000)),
        "report.docx",
        ReportProblem.TOO_LARGE,
        "unpacks",
    ),
    "XML bomb": (
        lambda: with_body(PARAGRAPH.format("x" * 60_000_000)),
        "report.docx",
        ReportProblem.TOO_LARGE,
        "unpacks",
    ),
    "ten thousand parts": (lambda: _parts(10_000), "report.docx", ReportProblem.TOO_LARGE, "unpacks"),
    "entities": (
        lambda: with_body(
            PARAGRAPH.format("&c;"),
            '<!DOCTYPE b [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;">]>',
        ),
        "report.docx",
        ReportProblem.BROKEN,
        "entities",
    ),
}


def _blank() -> bytes:
    document = pymupdf.open()
    document.new_page()
    return bytes(document.tobytes())


def _parts(count: int) -> bytes:
    out = io.BytesIO(a_docx())
    with zipfile.ZipFile(out, "a") as archive:
        for number in range(count):
            archive.writestr(f"word/media/{number}.bin", b"")
    return out.getvalue()


@pytest.mark.parametrize("case", REFUSED, ids=str)
def test_a_file_that_cannot_be_read_says_why_and_what_to_do(case: str, read: Read) -> None:
    make, name, problem, word = REFUSED[case]
    started = time.monotonic()
    report = read(make(), name)
    assert (report.problem, report.blocks) == (problem, ())
    assert word in report.message and report.message.endswith(".") and name.split(".")[0]
    assert time.monotonic() - started < 60


def test_what_lies_within_the_limits_of_a_long_report_is_read(read: Read) -> None:
    document = pymupdf.open()
    for number in range(500):
        document.new_page().insert_text((72, 100), f"The answer on sheet {number} is freezing the base of the model.")
    report = read(document.tobytes(), "report.pdf")
    assert (report.problem, report.pages) == (ReportProblem.TOO_LARGE, 500)
    assert "500 pages" in report.message and len(report.blocks) == 60
    assert report.cpu_s < 10


def test_a_page_of_twenty_thousand_points_is_read(read: Read) -> None:
    document = pymupdf.open()
    document.new_page(width=14400, height=14400).insert_text((72, 100), "Freezing keeps what was learnt.", fontsize=200)
    report = read(document.tobytes(), "report.pdf")
    assert [block.text for block in report.blocks] == ["Freezing keeps what was learnt."]


@pytest.mark.parametrize(("width", "height"), [(100_000, 100_000), (20_000, 20_000), (20_001, 50)])
def test_a_picture_bomb_is_named_and_not_decoded(width: int, height: int, read: Read) -> None:
    data = zlib.compress(bytes(min(width * height, 50_000_000)), 9)
    report = read(picture_page(width, height, data), "report.pdf")
    assert report.problem == ReportProblem.NONE
    (picture,) = report.pictures
    assert "too large" in picture.problem and not picture.preview and (picture.width, picture.height) == (width, height)
    assert report.peak_memory_mb < 400


def test_a_picture_whose_data_ends_early_harms_nothing_else(read: Read) -> None:
    report = read(picture_page(3000, 2000, zlib.compress(b"abc")), "report.pdf")
    assert report.problem == ReportProblem.NONE and report.blocks[0].text.startswith("Question 5")


def test_a_docx_with_a_png_bomb_is_read_without_it(read: Read) -> None:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")

    header = (50_000).to_bytes(4, "big") * 2 + b"\x08\x02\0\0\0"
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(10_000_000)))
    document = docx.Document()
    document.add_paragraph("Question 5").add_run().add_picture(io.BytesIO(bomb + chunk(b"IEND", b"")))
    out = io.BytesIO()
    document.save(out)
    report = read(out.getvalue(), "report.docx")
    assert report.problem == ReportProblem.NONE and "too large" in report.pictures[0].problem


def test_more_pictures_than_a_report_has_are_named(read: Read, code: Callable[..., bytes]) -> None:
    document = pymupdf.open()
    page = document.new_page()
    page.insert_text((72, 60), "Many pictures stand on this page, more than are read.")
    for number in range(12):
        page.insert_image((72, 70 + 55 * number, 372, 120 + 55 * number), stream=code(f"frozen_{number} = True"))
    report = read(document.tobytes(), "report.pdf", pictures=3)
    assert sum(bool(picture.lines) for picture in report.pictures) == 3
    assert sum("more than 3" in picture.problem for picture in report.pictures) == 3


def test_ten_thousand_objects_on_a_page_are_read_in_seconds(read: Read) -> None:
    document = pymupdf.open()
    page = document.new_page()
    shape = page.new_shape()
    for number in range(10_000):
        shape.draw_line((number % 500, 10), (number % 400, 700))
    shape.finish()
    shape.commit()
    page.insert_text((72, 750), "Freezing keeps what was learnt before by the base.")
    report = read(document.tobytes(), "report.pdf")
    assert [block.text for block in report.blocks] == ["Freezing keeps what was learnt before by the base."]
    assert report.cpu_s < 15


def test_more_text_than_a_report_holds_is_cut(read: Read) -> None:
    report = read(("word " * 100 + "\n\n").encode() * 3000, "report.md")
    assert report.problem == ReportProblem.TOO_LARGE
    assert 0 < sum(len(block.text) for block in report.blocks) <= 600_000


@pytest.mark.parametrize("depth", [30, 240, 5000])
def test_tables_in_tables_in_tables_end_somewhere(depth: int, read: Read) -> None:
    inner = PARAGRAPH.format("deep")
    for _ in range(depth):
        inner = f"<w:tbl><w:tr><w:tc>{inner}</w:tc></w:tr></w:tbl>{PARAGRAPH.format('x')}"
    report = read(with_body(PARAGRAPH.format("Question 1") + inner), "report.docx")
    assert report.problem in (ReportProblem.TOO_LARGE, ReportProblem.BROKEN) and report.message


def test_nested_markdown_ends_somewhere(read: Read) -> None:
    report = read(b"Freezing keeps.\n\n" + b"> " * 5000 + b"deep\n\n" + b"[" * 20000 + b"\n", "report.md")
    assert report.blocks[0].text == "Freezing keeps."


def test_scripts_and_actions_are_not_run(read: Read) -> None:
    document = pymupdf.open("pdf", one_page())
    catalog = document.pdf_catalog()
    document.xref_set_key(catalog, "OpenAction", "<</S/Launch/F(/bin/sh)>>")
    document.xref_set_key(catalog, "AA", "<</WC<</S/JavaScript/JS(while(1){})>>>>")
    report = read(document.tobytes(), "report.pdf")
    assert (report.problem, len(report.blocks)) == (ReportProblem.NONE, 1)


@pytest.mark.parametrize(("make", "form"), [(one_page, ReportForm.PDF), (a_docx, ReportForm.DOCX)], ids=["pdf", "docx"])
def test_a_wrong_ending_is_no_obstacle(make: Callable[[], bytes], form: ReportForm, read: Read) -> None:
    report = read(make(), "report.docx" if form == ReportForm.PDF else "report.pdf")
    assert report.form == form and report.readable and "ends in" in report.notes[0]


def test_control_characters_and_directions_do_not_come_through(read: Read) -> None:
    report = read("Freez\u202eing k\u200beeps\x07 it.".encode(), "report.txt")
    assert report.blocks[0].text == "Freezing keeps it."


def test_a_report_beyond_its_memory_says_so(read: Read) -> None:
    document = pymupdf.open()
    for _ in range(400):
        document.new_page().insert_text((72, 100), "The answer is that freezing the base keeps what it learnt.")
    report = read(document.tobytes(), "report.pdf", memory_mb=20, pages=400)
    assert report.problem == ReportProblem.OUT_OF_MEMORY and "memory" in report.message


def test_a_report_beyond_its_time_says_so(read: Read) -> None:
    report = read(one_page(), "report.pdf", timeout_s=0.01)
    assert report.problem == ReportProblem.TIMED_OUT and "too long" in report.message


def test_a_report_beyond_its_bytes_is_not_opened(read: Read) -> None:
    report = read(one_page(), "report.pdf", bytes=100)
    assert report.problem == ReportProblem.TOO_LARGE and report.cpu_s == 0


def test_pictures_of_markdown_are_taken_only_from_beside_it(read: Read, code: Callable[..., bytes]) -> None:
    text = "Text.\n\n![a](a.png) ![b](../../../../etc/passwd) ![c](http://192.0.2.1/x.png) ![d](gone.png)\n"
    report = read(text.encode(), "report.md", beside={"a.png": code()})
    assert [bool(picture.lines) for picture in report.pictures] == [True, False, False, False]
    assert all(picture.problem for picture in report.pictures[1:])
