"""Pictures of code as students take them: from a browser, from an editor, small, scaled, over a wallpaper, as JPEG.

In: code, and a look. Out: PNG or JPEG, the same bytes at every call. Fonts come with matplotlib and PyMuPDF, so that
they are the same everywhere.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import matplotlib
import pymupdf
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from pygments.lexers import PythonLexer
from pygments.styles import get_style_by_name

Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Look:
    """How a student's screen looks.

    Attributes:
        style: a style of pygments: colours of the code.
        font: "dejavu" or "courier".
        tick: what the editor writes under a cell that has run ("✓ 0.0s"), "" if nothing.
        gutter: line numbers at the left.
        scale: the picture is brought to this size afterwards, as when it is dragged smaller in a document.
        wallpaper: the window lies on a desktop, with a border and three buttons.
        jpeg: quality; 0 makes a PNG.
    """

    style: str = "default"
    font: str = "dejavu"
    size: int = 16
    tick: str = ""
    gutter: bool = False
    scale: float = 1.0
    wallpaper: bool = False
    jpeg: int = 0


@dataclass(frozen=True)
class Shown:
    """A cell, or part of one, in a picture. `label` is what stands beside it ("[5]:")."""

    code: str
    output: str = ""
    label: str = ""


@dataclass(frozen=True)
class Shot:
    """A picture: its bytes, and its size in pixels."""

    content: bytes
    width: int
    height: int

    @property
    def ending(self) -> str:
        return "jpg" if self.content[:2] == b"\xff\xd8" else "png"


def shot(look: Look, *cells: Shown | str) -> Shot:
    """A picture of these cells, one below the other."""
    image = _window([c if isinstance(c, Shown) else Shown(c) for c in cells], look)
    if look.wallpaper:
        image = _on_a_desktop(image)
    if look.scale != 1.0:
        wide, high = round(image.width * look.scale), round(image.height * look.scale)
        image = image.resize((wide, high), Image.Resampling.BICUBIC)
    return encoded(image, look.jpeg)


def encoded(image: Image.Image, jpeg: int = 0) -> Shot:
    """The picture as a file: JPEG of this quality, or a PNG with few colours."""
    file = io.BytesIO()
    if jpeg:
        image.convert("RGB").save(file, "JPEG", quality=jpeg)
    else:
        image.convert("RGB").quantize(96, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
    return Shot(file.getvalue(), image.width, image.height)


@cache
def mono(name: str, size: int) -> ImageFont.FreeTypeFont:
    """A fixed-width font."""
    if name == "courier":
        return ImageFont.truetype(io.BytesIO(pymupdf.Font("cour").buffer), size)
    return ImageFont.truetype(str(Path(matplotlib.get_data_path(), "fonts", "ttf", "DejaVuSansMono.ttf")), size)


def _window(cells: list[Shown], look: Look) -> Image.Image:
    font, chrome = mono(look.font, look.size), mono("dejavu", max(9, look.size - 3))
    wide, high = font.getlength("m"), round(look.size * 1.45)
    margin, side = look.size, round(wide * (7 if any(c.label for c in cells) else 4 if look.gutter else 0))
    columns = max(len(line) for c in cells for line in f"{c.code}\n{c.output}".splitlines())
    rows = sum(_rows(c, look) for c in cells) + len(cells) - 1
    paper, ink, faint = _colours(look.style)
    image = Image.new("RGB", (round(columns * wide) + side + 2 * margin, rows * high + 2 * margin), paper)
    draw, y = ImageDraw.Draw(image), margin
    for cell in cells:
        draw.text((margin // 2, y), cell.label, faint, chrome)
        for number, line in enumerate(_coloured(cell.code, look.style), 1):
            if look.gutter:
                draw.text((margin // 2, y), f"{number:2}", faint, chrome)
            x = float(margin + side)
            for piece, colour in line:
                draw.text((x, y), piece, colour, font)
                x += font.getlength(piece)
            y += high
        if look.tick:
            draw.text((margin + side, y), look.tick, faint, chrome)
            y += high
        for line_of_output in cell.output.splitlines():
            draw.text((margin + side, y), line_of_output, ink, font)
            y += high
        y += high
    return image


def _rows(cell: Shown, look: Look) -> int:
    return len(cell.code.splitlines()) + len(cell.output.splitlines()) + bool(look.tick)


def _colours(style: str) -> tuple[Colour, Colour, Colour]:
    """Of the paper, of plain text, and of what stands beside the code."""
    paper = _rgb(get_style_by_name(style).background_color.lstrip("#"))
    dark = sum(paper) < 380
    return paper, (212, 212, 212) if dark else (30, 30, 30), (140, 146, 152) if dark else (120, 120, 120)


def _rgb(code: str) -> Colour:
    code = "".join(c * 2 for c in code) if len(code) == 3 else code
    return int(code[:2], 16), int(code[2:4], 16), int(code[4:6], 16)


def _coloured(code: str, style: str) -> Iterator[list[tuple[str, Colour]]]:
    """The lines of the code, each in pieces of one colour."""
    line: list[tuple[str, Colour]] = []
    plain = _colours(style)[1]
    for kind, text in PythonLexer(stripnl=False).get_tokens(code):
        colour = get_style_by_name(style).style_for_token(kind)["color"]
        for number, part in enumerate(text.split("\n")):
            if number:
                yield line
                line = []
            if part:
                line.append((part, _rgb(colour) if colour else plain))


def _on_a_desktop(window: Image.Image) -> Image.Image:
    """The window with its three buttons on a coloured desktop, slightly larger than itself."""
    around, bar = 34, 26
    wide, high = window.width + 2 * around, window.height + 2 * around + bar
    across = Image.linear_gradient("L").rotate(90).resize((wide, high))
    down = Image.linear_gradient("L").resize((wide, high))
    desktop = Image.merge("RGB", (across, down.point(lambda v: 90 + v // 3), across.point(lambda v: 235 - v // 2)))
    hills = ImageDraw.Draw(desktop)
    for n in range(5):
        left = wide * n // 5
        hills.ellipse((left - 90, high - 70 - 12 * n, left + 210, high + 120), (40 + 30 * n, 120 - 10 * n, 90 + 20 * n))
    desktop = desktop.filter(ImageFilter.GaussianBlur(6))
    frame = ImageDraw.Draw(desktop)
    frame.rounded_rectangle((around, around, wide - around, around + 2 * bar), 9, (58, 60, 66))
    for n, colour in enumerate(((237, 106, 94), (245, 191, 79), (98, 197, 84))):
        frame.ellipse((around + 12 + 18 * n, around + 8, around + 22 + 18 * n, around + 18), colour)
    desktop.paste(window, (around, around + bar))
    return desktop
