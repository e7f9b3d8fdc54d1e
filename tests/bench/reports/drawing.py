"""Draws code as a student's screenshot shows it: a notebook's cell with its chrome, font, theme and compression.

In: code, a look. Out: a PIL picture. The same code and look give the same pixels.
"""

from __future__ import annotations

import io
import random
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFilter, ImageFont
from pygments.lexers import PythonLexer
from pygments.styles import get_style_by_name

FONTS = {
    "dejavu": "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf",
    "dejavu-bold": "/usr/share/fonts/truetype/dejavu/DejaVuSansMono-Bold.ttf",
    "liberation": "/usr/share/fonts/truetype/liberation/LiberationMono-Regular.ttf",
    "liberation-bold": "/usr/share/fonts/truetype/liberation/LiberationMono-Bold.ttf",
    "liberation-italic": "/usr/share/fonts/truetype/liberation/LiberationMono-Italic.ttf",
    "sans": "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
}


@dataclass(frozen=True)
class Look:
    """How a picture is drawn.

    Attributes:
        size: of the letters in pixels, before `scale`. theme: a style of pygments.
        chrome: "", "jupyter", "vscode" or "colab". numbers: line numbers in the margin.
        jpeg: its quality; 0 for PNG. scale: the whole is resized by it, as a report does it.
        wallpaper: the window stands on one. blur: radius in pixels, a picture taken out of focus.
    """

    font: str = "dejavu"
    size: int = 14
    theme: str = "default"
    chrome: str = ""
    numbers: bool = False
    jpeg: int = 0
    scale: float = 1.0
    wallpaper: bool = False
    blur: float = 0.0
    spacing: float = 1.35


def draw(code: str, look: Look, *, output: str = "") -> Image.Image:
    """The picture of a cell with `code`, and `output` below it."""
    window = _cell(code, look, output)
    picture = _on_wallpaper(window, look) if look.wallpaper else window
    if look.scale != 1.0:
        size = (max(1, round(picture.width * look.scale)), max(1, round(picture.height * look.scale)))
        picture = picture.resize(size, Image.Resampling.BICUBIC)
    if look.blur:
        picture = picture.filter(ImageFilter.GaussianBlur(look.blur))
    return _compressed(picture, look.jpeg) if look.jpeg else picture


def _compressed(picture: Image.Image, quality: int) -> Image.Image:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=quality)
    return Image.open(io.BytesIO(buffer.getvalue())).convert("RGB")


def _cell(code: str, look: Look, output: str) -> Image.Image:
    style = get_style_by_name(look.theme)
    back, fore = style.background_color, _foreground(style)
    font = ImageFont.truetype(FONTS[look.font], look.size)
    small = ImageFont.truetype(FONTS["sans"], max(8, look.size - 2))
    step = round(look.size * look.spacing)
    lines = code.rstrip("\n").split("\n")
    under = output.rstrip("\n").split("\n") if output else []
    left = look.size * (6 if look.chrome else 1) + (look.size * 3 if look.numbers else 0)
    width = left + round(max([font.getlength(line) for line in lines + under] + [120])) + look.size * 3
    top = look.size * (3 if look.chrome in ("vscode", "colab") else 1)
    height = top + step * (len(lines) + len(under)) + look.size * (4 if look.chrome == "vscode" else 2)
    picture = Image.new("RGB", (width, height), back)
    pen = ImageDraw.Draw(picture)
    _draw_code(pen, code, style, font, (left, top), step, fore)
    if look.numbers:
        for i in range(len(lines)):
            pen.text((left - look.size * 2, top + i * step), f"{i + 1:>2}", font=font, fill="#858585")
    _draw_chrome(pen, look, small, fore, (width, top + step * len(lines)))
    for i, line in enumerate(under):
        below = top + step * (len(lines) + i) + look.size * (2 if look.chrome == "vscode" else 1)
        pen.text((left, below), line, font=font, fill=fore)
    return picture


def _foreground(style: object) -> str:
    back = style.background_color.lstrip("#")  # type: ignore[attr-defined]
    back = "".join(c * 2 for c in back) if len(back) == 3 else back
    bright = sum(int(back[i:i + 2], 16) for i in (0, 2, 4)) > 384
    return "#202020" if bright else "#d8d8d8"


def _draw_code(pen: ImageDraw.ImageDraw, code: str, style: object, font: ImageFont.FreeTypeFont,
               corner: tuple[int, int], step: int, fore: str) -> None:
    x, row = float(corner[0]), 0
    for kind, text in PythonLexer(stripnl=False).get_tokens(code):
        colour = style.style_for_token(kind)["color"]  # type: ignore[attr-defined]
        for i, part in enumerate(text.split("\n")):
            if i:
                x, row = float(corner[0]), row + 1
            pen.text((x, corner[1] + row * step), part, font=font, fill=f"#{colour}" if colour else fore)
            x += font.getlength(part)


def _draw_chrome(pen: ImageDraw.ImageDraw, look: Look, font: ImageFont.FreeTypeFont, fore: str,
                 end: tuple[int, int]) -> None:
    size = look.size
    if look.chrome == "jupyter":
        pen.text((4, size), "In [12]:", font=font, fill="#303f9f")
        pen.rectangle((size * 5, 2, end[0] - 3, end[1] + size // 2), outline="#cfcfcf")
    elif look.chrome == "vscode":
        pen.text((6, 4), "> Run cell | Debug", font=font, fill="#999999")
        pen.text((6, end[1] + 2), "[12]   ✓ 0.0s", font=font, fill="#4e9a06")
        pen.text((end[0] - size * 4, end[1] + 2), "Python", font=font, fill=fore)
    elif look.chrome == "colab":
        pen.text((6, 4), "+ Code   + Text      File  Edit  View  Insert  Runtime", font=font, fill="#777777")
        pen.text((6, size * 3), "[12]", font=font, fill=fore)


def _on_wallpaper(window: Image.Image, look: Look) -> Image.Image:
    chance = random.Random(look.size * 31 + window.width)  # noqa: S311 - a picture, not a secret
    pad = 40 + chance.randrange(30)
    size = (window.width + 2 * pad, window.height + 2 * pad + 28)
    picture = Image.linear_gradient("L").resize(size).convert("RGB")
    tint = Image.new("RGB", size, chance.choice(["#2b6cb0", "#b83280", "#2f855a", "#c05621"]))
    picture = Image.blend(picture, tint, 0.6)
    pen = ImageDraw.Draw(picture)
    for _ in range(18):
        x, y, r = chance.randrange(size[0]), chance.randrange(size[1]), chance.randrange(10, 70)
        pen.ellipse((x - r, y - r, x + r, y + r), fill=chance.choice(["#e9d8a6", "#94d2bd", "#ee9b00", "#3a506b"]))
    pen.rounded_rectangle((pad - 2, pad - 2, pad + window.width + 2, pad + window.height + 30), 8, fill="#3c3c3c")
    for i, colour in enumerate(("#ff5f56", "#ffbd2e", "#27c93f")):
        pen.ellipse((pad + 10 + i * 20, pad + 8, pad + 22 + i * 20, pad + 20), fill=colour)
    picture.paste(window, (pad, pad + 28))
    return picture
