"""Reads a PDF: paragraphs, tables and pictures in the order in which a person reads them.

In: the file's bytes, and the lines that OCR read on pages that are only pictures. Out: blocks and pictures.
Must never run what a PDF carries (scripts, actions, attachments); PyMuPDF has nothing to run them with.
"""

from __future__ import annotations

import statistics
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# PyMuPDF imports networks for layout analysis where they are installed: a second of CPU for nothing.
for _unwanted in ("pymupdf.layout", "pymupdf4llm", "tabulate"):
    sys.modules.setdefault(_unwanted, None)  # type: ignore[arg-type]

import pymupdf  # noqa: E402 (only now)
from labels import is_caption, is_contents_line, is_contents_title, split_label  # noqa: E402
from limits import Refused  # noqa: E402
from lines import Line, in_rows, lines_of  # noqa: E402
from page_furniture import furniture_of  # noqa: E402
from paragraphs import Paragraph, Pitch, joins_over_pages, paragraphs_of, vocabulary_of  # noqa: E402
from pdf_pictures import PlacedPicture, pictures_of, without_repeated  # noqa: E402
from pdf_tables import PlacedTable, tables_of, with_unruled_tables  # noqa: E402
from raw_pixels import write_pixels  # noqa: E402
from reading_order import runs  # noqa: E402
from shelf import Shelf  # noqa: E402
from told import Told  # noqa: E402

_LEAST_LETTERS = 25
_SCAN_AREA = 0.8
_OUTLINES = 60
_SCAN_DPI = 150
_SCAN_PIXELS = 5_000_000
_MOST_LINES = 4000
_HEADING_SIZE = 1.12
_LEAST_LINE = 0.55
_LIGHT = 0.95


@dataclass
class _Page:
    """What was found on one page, before it is put in order."""

    number: int
    height: float
    width: float
    lines: list[Line] = field(default_factory=list)
    tables: list[PlacedTable] = field(default_factory=list)
    pictures: list[PlacedPicture] = field(default_factory=list)


def read_pdf(raw: bytes, request: dict[str, Any], told: Told, shelf: Shelf) -> list[dict[str, Any]]:
    """Fill `told` and `shelf`; gives the pages that must be read from their pictures first."""
    document = _opened(raw, request["name"])
    limits, told.pages = request["limits"], document.page_count
    if document.page_count > limits["pages"]:
        told.cut(
            f"The report has {document.page_count} pages; the first {limits['pages']} have been read. "
            "Hand in the report alone, without what isn't part of it."
        )
    pages: list[_Page] = []
    scans: list[dict[str, Any]] = []
    for number in range(min(document.page_count, limits["pages"])):
        if time.process_time() > request["cpu_s"]:
            told.problem, told.message = "timed_out", _too_slow(number)
            break
        page, is_scan = _read_page(document, number, told)
        given = request["read_pages"].get(str(number + 1))
        if given is not None:
            page.lines = [line for line in map(_ocr_line, given) if not _inside_any(line, page.pictures)]
        elif is_scan and len(scans) < limits["scanned_pages"]:
            scans.append(_scan(document, page, Path(request["out"])))
        elif is_scan:
            told.cut(f"More than {limits['scanned_pages']} pages are pictures without text; the rest was not read.")
        pages.append(page)
    without_repeated(document, [page.pictures for page in pages], told)
    _note_scans(request["read_pages"], told)
    if not scans:
        _tell(document, pages, told, shelf)
    if not scans and not told.blocks and not told.problem:
        raise Refused("empty", "There is no text and no picture in the report. Export it again and look at it first.")
    return scans


def _opened(raw: bytes, name: str) -> Any:
    pymupdf.no_recommend_layout()
    pymupdf.TOOLS.mupdf_display_errors(False)
    pymupdf.TOOLS.mupdf_display_warnings(False)
    try:
        document = pymupdf.open(stream=raw, filetype="pdf")
    except Exception as error:
        raise Refused(
            "broken", f"The file '{name}' is damaged and can't be opened. Export the report to PDF again."
        ) from error
    if document.needs_pass and not document.authenticate(""):
        raise Refused(
            "encrypted", f"The file '{name}' is protected with a password. Save it without one and hand that in."
        )
    if document.page_count == 0:
        raise Refused("broken", f"The file '{name}' has no pages that can be read. Export the report to PDF again.")
    return document


def _read_page(document: Any, number: int, told: Told) -> tuple[_Page, bool]:
    """The page, and True where it is but a picture of text."""
    try:
        page = document[number]
        raw = page.get_text("dict", flags=_text_flags(), sort=False)
        found = _Page(number + 1, page.rect.height, page.rect.width)
        found.lines, unseen = lines_of(raw, lambda: _grounds(page))
        found.pictures = pictures_of(page, told)
    except (MemoryError, Refused):
        raise
    except Exception as error:  # MuPDF raises what it likes on a damaged page
        told.note(f"Page {number + 1} is damaged and was not read ({type(error).__name__}).")
        return _Page(number + 1, 842, 595), False
    if len(found.lines) > _MOST_LINES:
        told.cut(f"Page {number + 1} holds more lines than a page has; the rest of them has not been read.")
        found.lines = found.lines[:_MOST_LINES]
    letters = sum(char.isalnum() for line in found.lines for char in line.text)
    strange = sum(char in "\ufffd" or 0xE000 <= ord(char) < 0xF900 for line in found.lines for char in line.text)
    if letters < _LEAST_LETTERS or strange > letters:
        covering = [p for p in found.pictures if p.share_of(page.rect.width * page.rect.height) > _SCAN_AREA]
        if covering or strange > letters or _is_drawn(page):
            found.pictures = [p for p in found.pictures if p not in covering]
            return found, True
    if unseen > _LEAST_LETTERS:
        told.note(f"Page {number + 1} holds text that can't be seen; it was left out.")
    found.tables = tables_of(page, told)
    found.lines = [line for line in found.lines if not _inside_any(line, found.tables)]
    return found, False


def _grounds(page: Any) -> list[tuple[float, float, float, float]]:
    """Where something is drawn on which white letters can be seen: filled shapes and pictures."""
    filled = [d["rect"] for d in page.get_cdrawings() if d.get("fill") and min(d["fill"]) < _LIGHT]
    return [tuple(box) for box in (*filled, *(info["bbox"] for info in page.get_image_info()))]


def _text_flags() -> int:
    # Without the flag that keeps ligatures: "ﬁ" is told as "fi".
    return int(pymupdf.TEXT_PRESERVE_WHITESPACE | pymupdf.TEXT_MEDIABOX_CLIP)


def _is_drawn(page: Any) -> bool:
    """True where so much is drawn that it may be letters as outlines."""
    return sum(len(drawing.get("items", ())) for drawing in page.get_cdrawings()) > _OUTLINES


def _scan(document: Any, page: _Page, out: Path) -> dict[str, Any]:
    """The page as a picture, for OCR."""
    scale = min(_SCAN_DPI / 72, (_SCAN_PIXELS / (page.width * page.height)) ** 0.5)
    pixmap = document[page.number - 1].get_pixmap(matrix=pymupdf.Matrix(scale, scale), alpha=False)
    name = f"page{page.number}.ppm"
    from PIL import Image

    write_pixels(Image.frombytes("RGB", (pixmap.width, pixmap.height), pixmap.samples), out / name)
    return {"file": name, "page": page.number, "scale": scale}


def _ocr_line(given: dict[str, Any]) -> Line:
    left, top, right, bottom = given["box"]
    # What OCR boxes is taller than the letters by about a third.
    return Line(given["text"], (left, top, right, bottom), size=round(0.75 * (bottom - top) * 2) / 2, ocr=True)


def _inside_any(line: Line, things: Any) -> bool:
    x, y = (line.box[0] + line.box[2]) / 2, line.middle
    return any(t.box[0] <= x <= t.box[2] and t.box[1] <= y <= t.box[3] for t in things)


def _tell(document: Any, pages: list[_Page], told: Told, shelf: Shelf) -> None:
    furniture = furniture_of([page.lines for page in pages], [page.height for page in pages])
    bodies, columns = [], []
    for index, page in enumerate(pages):
        body = [line for at, line in enumerate(page.lines) if (index, at) not in furniture]
        things: list[Any] = [*body, *page.tables, *page.pictures]
        bodies.append(runs(things, lambda thing: thing.box))
        columns += [in_rows([t for t in run if isinstance(t, Line)]) for run in bodies[-1]]
    every = [line for page in pages for line in page.lines]
    pitch, words = Pitch(columns), vocabulary_of(every)
    teller = _Teller(told, _usual_size(every))
    for index, page in enumerate(pages):
        margins = [(page.lines[at], kind) for (where, at), kind in sorted(furniture.items()) if where == index]
        for line, kind in margins:
            if line.middle < page.height / 2:
                teller.furniture(line, kind, page.number)
        for run in bodies[index]:
            for piece, right in _pieces(run, page, pitch, words, len(bodies[index]) == 1):
                if isinstance(piece, Paragraph):
                    teller.paragraph(piece, right)
                elif isinstance(piece, PlacedTable):
                    teller.block("table", piece.text, rows=piece.rows, page=page.number, box=piece.box)
                elif (number := piece.put(document, page.number, shelf)) is not None:
                    teller.block("picture", picture=number, page=page.number, box=piece.box)
        for line, kind in margins:
            if line.middle >= page.height / 2:
                teller.furniture(line, kind, page.number)
    teller.close()


class _Teller:
    """Tells blocks in order; the last paragraph of a page waits, since the next page may go on with it."""

    def __init__(self, told: Told, body_size: float) -> None:
        self._told, self._body_size = told, body_size
        self._open: tuple[Paragraph, float] | None = None
        self._held: list[tuple[Line, str, int]] = []

    def paragraph(self, paragraph: Paragraph, right: float) -> None:
        if self._open and paragraph.page != self._open[0].page and joins_over_pages(
            self._open[0], paragraph, self._open[1]
        ):
            self._open[0].lines.extend(paragraph.lines)
            return
        self.close()
        self._open = (paragraph, right)

    def block(self, kind: str, text: str = "", **more: Any) -> None:
        self.close()
        self._told.add(kind, text, **more)

    def furniture(self, line: Line, kind: str, page: int) -> None:
        if self._open:
            self._held.append((line, kind, page))
        else:
            _tell_furniture(line, kind, page, self._told)

    def close(self) -> None:
        if self._open:
            _tell_paragraph(self._open[0], self._body_size, self._told)
        for held in self._held:
            _tell_furniture(*held, self._told)
        self._open, self._held = None, []


def _pieces(
    run: list[Any], page: _Page, pitch: Pitch, words: frozenset[str], alone: bool
) -> list[tuple[Any, float]]:
    """Paragraphs, tables and pictures of one run, in order, each with where its column's lines end.

    Args:
        alone: the page has no other column.
    """
    rows = in_rows([thing for thing in run if isinstance(thing, Line)])
    # Where a page has few words, its longest line tells nothing of where lines end.
    least = min((line.box[0] for line in rows), default=0) + (_LEAST_LINE * page.width if alone else 0)
    right = max([least, *(line.box[2] for line in rows if not line.code)])
    others = sorted((thing for thing in run if not isinstance(thing, Line)), key=lambda thing: thing.box[1])
    found: list[Any] = []
    waiting: list[Line] = []
    for thing in sorted([*with_unruled_tables(rows), *others], key=_height_of_start):
        if isinstance(thing, Line):
            waiting.append(thing)
            continue
        found += paragraphs_of(waiting, page.number, pitch, right, words)
        found.append(thing)
        waiting = []
    found += paragraphs_of(waiting, page.number, pitch, right, words)
    return [(piece, right) for piece in found]


def _height_of_start(thing: Any) -> float:
    """A picture beside a line comes after it."""
    return float(thing.middle if isinstance(thing, Line) else thing.box[1])


def _tell_paragraph(paragraph: Paragraph, body_size: float, told: Told) -> None:
    line = paragraph.longest
    stands_out = paragraph.bold or line.size > _HEADING_SIZE * body_size
    text, label = paragraph.text, ""
    if not paragraph.code:
        label, text = split_label(text, heading=stands_out)
    furniture = ""
    if is_contents_line(text) or (stands_out and is_contents_title(text)):
        furniture = "contents"
    elif is_caption(text, stands_out=stands_out) and not label:
        furniture = "caption"
    told.add(
        "text",
        text.replace("\t", " ") if not paragraph.code else text,
        label=label,
        size=line.size,
        bold=paragraph.bold,
        code=paragraph.code,
        furniture=furniture,
        page=paragraph.page,
        box=_rounded(paragraph.lines, paragraph),
        read_by_ocr=line.ocr,
    )


def _rounded(lines: list[Line], paragraph: Paragraph) -> tuple[float, ...]:
    # Of a paragraph that goes on over the page, the box is that of its lines on the first.
    first = [lines[0]]
    for line in lines[1:]:
        if line.box[1] < first[-1].box[1]:
            break
        first.append(line)
    return tuple(round(v, 1) for v in Paragraph(first, paragraph.page).box)


def _tell_furniture(line: Line, kind: str, page: int, told: Told) -> None:
    told.add(
        "text",
        line.text.replace("\t", " "),
        size=line.size,
        bold=line.bold,
        furniture=kind,
        page=page,
        box=tuple(round(v, 1) for v in line.box),
        read_by_ocr=line.ocr,
    )


def _usual_size(lines: list[Line]) -> float:
    weighted = [line.size for line in lines if not line.code for _ in range(min(len(line.text) // 10 + 1, 20))]
    return statistics.median(weighted) if weighted else 11.0


def _note_scans(read: dict[str, Any], told: Told) -> None:
    if read:
        numbers = sorted(int(number) for number in read)
        some = f"Pages {', '.join(map(str, numbers))} are" if len(numbers) > 1 else f"Page {numbers[0]} is"
        told.note(f"{some} without text of {'their' if len(numbers) > 1 else 'its'} own; the text was read by OCR.")


def _too_slow(pages: int) -> str:
    return (
        f"The report takes too long to be read; {pages} pages of it have been. "
        "Print it to PDF anew, without drawings or embedded documents."
    )
