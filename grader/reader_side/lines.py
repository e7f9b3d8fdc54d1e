"""A line of text on a page, and rows of them.

In: what PyMuPDF or OCR found. Out: Line, in points from the page's upper left corner.
Must never keep text that a reader can't see.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

_MONO_NAME = re.compile(
    r"mono|courier|consol|menlo|monaco|cmtt|sftt|lmtt|typewriter|terminal|inconsolata|cascadia|firacode|sourcecode"
    r"|hack|lucidaconsole",
    re.IGNORECASE,
)
_BOLD_NAME = re.compile(r"bold|black|heavy|semibold|demi|-bd|cmbx", re.IGNORECASE)
_BOLD_FLAG, _MONO_FLAG = 16, 8
_CHAR_BOLD, _CHAR_FILLED, _CHAR_STROKED = 8, 16, 32
_LEAST_SIZE = 3.0
_WHITE = 250
Box = tuple[float, float, float, float]
_WIDE_GAP = re.compile(" {3,}|\t+")
_TAB_EMS = 1.5


@dataclass(frozen=True)
class Line:
    """One line.

    Attributes:
        size: of most of it, in points. bold_share: of its letters. code: set in a fixed-width font.
        group: lines that PyMuPDF saw as one block. ocr: read from a picture of the page.
    """

    text: str
    box: tuple[float, float, float, float]
    size: float
    bold_share: float = 0.0
    code: bool = False
    group: int = 0
    ocr: bool = False

    @property
    def bold(self) -> bool:
        return self.bold_share > 0.5

    @property
    def width(self) -> float:
        return self.box[2] - self.box[0]

    @property
    def middle(self) -> float:
        return (self.box[1] + self.box[3]) / 2


def lines_of(page: dict[str, Any], grounds: Callable[[], list[Box]]) -> tuple[list[Line], int]:
    """The visible lines of `page.get_text("dict")`, and how many characters can't be seen.

    Args:
        grounds: gives the boxes on which white letters can be seen; asked only where there are any.
    """
    lines, unseen = [], 0
    white = any(_is_white(s) for block in page["blocks"] for raw in block.get("lines", ()) for s in raw["spans"])
    boxes = grounds() if white else []
    for group, block in enumerate(page["blocks"]):
        for raw in block.get("lines", ()):
            # Watermarks and the titles of axes stand aslant.
            if raw["dir"][0] < 0.98:
                continue
            shown = [span for span in raw["spans"] if _is_seen(span, boxes)]
            unseen += sum(len(s["text"].strip()) for s in raw["spans"] if not _is_seen(s, boxes))
            text = "".join(span["text"] for span in shown)
            if text.strip():
                lines.append(_line(shown, text, group))
    return lines, unseen


def _line(spans: list[dict[str, Any]], text: str, group: int) -> Line:
    letters = [(span, len(span["text"].replace(" ", ""))) for span in spans]
    total = sum(count for _, count in letters) or 1
    visible = [span for span, count in letters if count]
    sizes: dict[float, int] = {}
    for span, count in letters:
        sizes[round(span["size"] * 2) / 2] = sizes.get(round(span["size"] * 2) / 2, 0) + count
    code = 2 * sum(count for span, count in letters if _is_mono(span)) > total
    return Line(
        text=text.strip() if code else _WIDE_GAP.sub("\t", text.strip()),
        box=(
            min(s["bbox"][0] for s in visible) + _indent(visible[0]),
            min(s["bbox"][1] for s in visible),
            max(s["bbox"][2] for s in visible),
            max(s["bbox"][3] for s in visible),
        ),
        size=max(sizes, key=lambda size: sizes[size]),
        bold_share=sum(count for span, count in letters if _is_bold(span)) / total,
        code=code,
        group=group,
    )


def _indent(span: dict[str, Any]) -> float:
    """How far the first letter stands from the beginning of its span: code is indented with spaces."""
    text = span["text"]
    return float((span["bbox"][2] - span["bbox"][0]) * (len(text) - len(text.lstrip())) / max(1, len(text)))


def _is_white(span: dict[str, Any]) -> bool:
    return all(part >= _WHITE for part in int(span.get("color", 0)).to_bytes(4, "big")[1:])


def _is_seen(span: dict[str, Any], grounds: list[Box]) -> bool:
    x, y = (span["bbox"][0] + span["bbox"][2]) / 2, (span["bbox"][1] + span["bbox"][3]) / 2
    if _is_white(span) and not any(b[0] <= x <= b[2] and b[1] <= y <= b[3] for b in grounds):
        return False
    drawn = span.get("char_flags", _CHAR_FILLED) & (_CHAR_FILLED | _CHAR_STROKED)
    return bool(drawn) and span.get("alpha", 255) > 20 and span["size"] >= _LEAST_SIZE


def _is_bold(span: dict[str, Any]) -> bool:
    return bool(span["flags"] & _BOLD_FLAG or span.get("char_flags", 0) & _CHAR_BOLD or _BOLD_NAME.search(span["font"]))


def _is_mono(span: dict[str, Any]) -> bool:
    return bool(span["flags"] & _MONO_FLAG or _MONO_NAME.search(span["font"]))


def in_rows(lines: list[Line]) -> list[Line]:
    """Lines from top to bottom; those that stand beside each other joined, a wide gap as a tab."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda one: (one.middle, one.box[0])):
        last = rows[-1][-1] if rows else None
        if last is not None and abs(line.middle - last.middle) < 0.4 * min(line.size, last.size):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [_row(sorted(row, key=lambda one: one.box[0])) for row in rows]


def _row(row: list[Line]) -> Line:
    line = row[0]
    for right in row[1:]:
        gap, em = right.box[0] - line.box[2], max(line.size, right.size)
        between = "" if gap < 0.1 * em else " " if gap < _TAB_EMS * em else "\t"
        if line.code and right.code:
            between = " " * max(0, round(gap / (0.6 * em)))
        longer = max(line, right, key=lambda one: len(one.text))
        line = replace(
            longer,
            text=line.text + between + right.text,
            box=(line.box[0], min(line.box[1], right.box[1]), right.box[2], max(line.box[3], right.box[3])),
            group=line.group,
        )
    return line
