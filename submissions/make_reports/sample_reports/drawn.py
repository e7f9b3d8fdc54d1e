"""PDF as word processors and typesetters export it: every line placed for itself. Scans of such pages, and locked ones.

In: headings, paragraphs, pictures in order. Out: PDF, the same bytes at every call.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import pymupdf
from PIL import Image, ImageChops, ImageFilter

from sample_reports.shots import Shot

WRITTEN = "D:20260316173000Z"
Draw = Callable[[pymupdf.Page, int, int], None]


@dataclass(frozen=True)
class Faces:
    """The fonts of a document."""

    plain: pymupdf.Font
    bold: pymupdf.Font
    slanted: pymupdf.Font


def serif() -> Faces:
    return Faces(pymupdf.Font("tiro"), pymupdf.Font("tibo"), pymupdf.Font("tiit"))


def sans() -> Faces:
    return Faces(pymupdf.Font("helv"), pymupdf.Font("hebo"), pymupdf.Font("heit"))


@dataclass
class Paper:
    """Pages that fill from the top, in one or two columns.

    Attributes:
        justified: lines fill the column's width, each word placed for itself.
        running: draws header and footer on a page, given its number and the number of pages.
    """

    faces: Faces
    size: float = 11
    columns: int = 1
    margin: float = 72
    gap: float = 20
    justified: bool = False
    running: Draw | None = None
    pdf: pymupdf.Document = field(default_factory=pymupdf.Document)

    def __post_init__(self) -> None:
        self._column = self.columns
        self.y = 0.0
        self.top = self.margin
        self._next_column()

    @property
    def left(self) -> float:
        return self.margin + self._column * (self.width + self.gap)

    @property
    def width(self) -> float:
        return (595 - 2 * self.margin - (self.columns - 1) * self.gap) / self.columns

    def new_page(self) -> None:
        """Go on at the top of a fresh page."""
        self._column = self.columns
        self._next_column()

    def below(self) -> None:
        """From here on columns begin below what stands on the page so far."""
        self.top = self.y

    def space(self, points: float) -> None:
        self.y += points

    def line(self, text: str, *, size: float = 0, font: pymupdf.Font | None = None, centred: bool = False,
             indent: float = 0, grey: float = 0) -> None:  # fmt: skip
        """One line as it is."""
        size, font = size or self.size, font or self.faces.plain
        self._room(size * 1.3)
        x = self.left + indent
        if centred:
            x = self.left + (self.width - font.text_length(text, size)) / 2
        self._write(x, text, size, font, grey)
        self.y += size * 1.3

    def heading(self, text: str, size: float = 0) -> None:
        """A bold line, or several, kept together with what follows."""
        size = size or self.size + 3
        self._room(size * 5)
        self.y += size * 0.7
        self.text(text, size=size, font=self.faces.bold)

    def text(self, text: str, *, size: float = 0, font: pymupdf.Font | None = None, indent: float = 0,
             label: str = "") -> None:  # fmt: skip
        """A paragraph, wrapped; `label` hangs to its left."""
        size, font = size or self.size, font or self.faces.plain
        lines = wrapped(text, font, size, self.width - indent)
        for number, words in enumerate(lines):
            self._room(size * 1.35)
            if label and not number:
                self._write(self.left + indent - 14, label, size, self.faces.plain)
            if self.justified and number < len(lines) - 1:
                self._spread(words, self.left + indent, self.width - indent, size, font)
            else:
                self._write(self.left + indent, " ".join(words), size, font)
            self.y += size * 1.35
        self.y += size * 0.5

    def texts(self, texts: Iterable[str]) -> None:
        for text in texts:
            self.text(text)

    def bullets(self, texts: Iterable[str], mark: str = "•") -> None:
        for text in texts:
            self.text(text, indent=28, label=mark)

    def picture(self, picture: Shot, width: float = 0, caption: str = "") -> None:
        """A picture as wide as said or as the column, with its caption below."""
        wide = min(width or self.width, self.width)
        high = wide * picture.height / picture.width
        self._room(high + (self.size * 2 if caption else 0))
        box = pymupdf.Rect(self.left, self.y, self.left + wide, self.y + high)
        self._page.insert_image(box, stream=picture.content)
        self.y += high + 6
        if caption:
            self.text(caption, size=self.size - 2, font=self.faces.slanted)
        self.y += 6

    def ended(self, title: str = "", author: str = "", **saving: object) -> bytes:
        """The document as a file."""
        for number, page in enumerate(self.pdf, 1):
            if self.running:
                self.running(page, number, len(self.pdf))
        return saved(self.pdf, title, author, **saving)

    @property
    def _page(self) -> pymupdf.Page:
        return self.pdf[-1]

    def _room(self, height: float) -> None:
        if self.y + height > 842 - self.margin:
            self._next_column()

    def _next_column(self) -> None:
        self._column += 1
        if self._column >= self.columns:
            if len(self.pdf):
                self.top = self.margin
            self.pdf.new_page(width=595, height=842)
            self._column = 0
        self.y = self.top

    def _write(self, x: float, text: str, size: float, font: pymupdf.Font, grey: float = 0) -> None:
        writer = pymupdf.TextWriter(self._page.rect, color=(grey, grey, grey))
        writer.append((x, self.y + size), text, font, size)
        writer.write_text(self._page)

    def _spread(self, words: list[str], x: float, width: float, size: float, font: pymupdf.Font) -> None:
        lengths = [font.text_length(w, size) for w in words]
        gap = (width - sum(lengths)) / max(1, len(words) - 1)
        for word, length in zip(words, lengths, strict=True):
            self._write(x, word, size, font)
            x += length + gap


def wrapped(text: str, font: pymupdf.Font, size: float, width: float) -> list[list[str]]:
    """The words of each line."""
    lines: list[list[str]] = [[]]
    for word in text.split():
        if lines[-1] and font.text_length(" ".join([*lines[-1], word]), size) > width:
            lines.append([])
        lines[-1].append(word)
    return lines


def small_print(page: pymupdf.Page, y: float, left: str = "", middle: str = "", right: str = "") -> None:
    """A running line in small grey letters."""
    font, writer = pymupdf.Font("helv"), pymupdf.TextWriter(page.rect, color=(0.35, 0.35, 0.35))
    for text, share in ((left, 0.0), (middle, 0.5), (right, 1.0)):
        if text:
            writer.append((72 + (451 - font.text_length(text, 8.5)) * share, y), text, font, 8.5)
    writer.write_text(page)


def saved(pdf: pymupdf.Document, title: str, author: str, **saving: object) -> bytes:
    """The document as a file, with fixed dates and identity."""
    pdf.set_metadata({
        "title": title, "author": author, "producer": "", "creator": "", "creationDate": WRITTEN, "modDate": WRITTEN,
    })  # fmt: skip
    pdf.subset_fonts()
    pdf.xref_set_key(-1, "ID", "[<00000000000000000000000000000006><00000000000000000000000000000006>]")
    content: bytes = pdf.tobytes(garbage=4, deflate=True, no_new_id=True, **saving)
    return content


def scanned(content: bytes, dots: int = 150, quality: int = 34) -> bytes:
    """The pages of a document as a copier gives them: slightly turned, grey, a little blurred, as pictures only."""
    source, pdf = pymupdf.open(stream=content, filetype="pdf"), pymupdf.Document()
    for number, page in enumerate(source):
        seen = page.get_pixmap(dpi=dots, colorspace=pymupdf.csGRAY)
        image = Image.frombytes("L", (seen.width, seen.height), seen.samples)
        image = image.rotate((0.35, -0.25, 0.2, -0.4)[number % 4], Image.Resampling.BICUBIC, fillcolor=255)
        image = ImageChops.darker(image.filter(ImageFilter.GaussianBlur(0.4)), Image.new("L", image.size, 244))
        file = io.BytesIO()
        image.save(file, "JPEG", quality=quality)
        pdf.new_page(width=595, height=842).insert_image(pymupdf.Rect(0, 0, 595, 842), stream=file.getvalue())
    return saved(pdf, "", "")


def locked(content: bytes, password: str) -> bytes:
    """The document, not to be opened without the password. Its bytes differ at every call: the keys are random."""
    pdf = pymupdf.open(stream=content, filetype="pdf")
    saving = {"encryption": pymupdf.PDF_ENCRYPT_RC4_128, "user_pw": password, "owner_pw": password, "permissions": 4}
    return saved(pdf, pdf.metadata["title"], pdf.metadata["author"], **saving)


def same_pages(left: bytes, right: bytes, password: str = "") -> bool:
    """Whether both documents look the same, page by page; either may ask for the password."""
    return _seen(left, password) == _seen(right, password)


def _seen(content: bytes, password: str) -> list[bytes]:
    pdf = pymupdf.open(stream=content, filetype="pdf")
    if pdf.needs_pass:
        pdf.authenticate(password)
    return [page.get_pixmap().samples for page in pdf]
