"""Code as it was read from a screenshot or pasted into a report: its lines, and a form in which misreadings are alike.

In: lines of OCR, a cell's source, pasted text; hostile. Out: `CodeText`. Must never use a pattern that backtracks, nor
look at more than its caps.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

from grader.records import Picture, TextLine

MOST_LINES = 300
MOST_LINE = 400
_MOST_CHARACTERS = 20_000
_DIGITS_SURE = 0.9
_MARGIN = re.compile(r"\s{0,40}(?:In ?\[[ \d]{0,6}\] ?[:;]?|\[[ \d]{1,6}\] ?:?|\d{1,3}(?=\s|$)|>>>|\.\.\.)\s{0,20}")
_COUNTED = re.compile(r"\s{0,40}(\d{1,3})(?:\s|$)")
_BEGINS_CODE = re.compile(
    r"\s{0,80}(?:from \w|import \w|for \w+ in |def \w|class \w|with \w|return |@\w|[)\]}]{1,6},?$)"
)
_CALLS = re.compile(r"[\w)\]]\(|\w ?= ?[\w\[('\"‘’“”-]|\w\.\w+ ?=")
_WORD = re.compile(r"[A-Za-z][a-z]{1,30}[.,;:!?]?$|[aAI]$")
_KEYWORDS = frozenset("for in if else elif import from as def return class with not and or lambda True False".split())
_CHROME = re.compile(r"[✓√]|\d\.\d ?m?s\b|\s{0,40}Python\s{0,40}$|Run [Cc]ell|\+ ?Code|File +Edit")
_COMMENT_SIGNS = "#＃♯井"

_OPEN, _CLOSE = "([{<（〈【", ")]}>）〉】"
_ALIKE = {"0": "o", "1": "l", "i": "l", "|": "l", "ı": "l", "í": "l", "m": "rn", "w": "vv"}
_PUNCTUATION = {**dict.fromkeys(_OPEN, "("), **dict.fromkeys(_CLOSE, ")"), "＝": "=", "。": ".", "·": ".", "，": ","}
_QUOTES = "'\"`´‘’“”„«»′″"
_FOLDED_LETTERS = {
    code: _ALIKE.get(chr(code).lower(), chr(code).lower()) if chr(code).isalnum() or chr(code) == "|" else None
    for code in range(0x250)
}


class LineKind(Enum):
    CODE = "code"
    COMMENT = "comment"
    PROSE = "prose"


@dataclass(frozen=True)
class CodeLine:
    """A line as read; `code` is it without a comment at its end and without the notebook's margin.

    `sure`: it was read surely enough that a digit in it is what it seems.
    """

    text: str
    code: str
    kind: LineKind
    sure: bool = True


@dataclass(frozen=True)
class CodeText:
    """All lines from top to bottom. `confidence` in [0, 1]: how surely they were read; 1 for text."""

    lines: tuple[CodeLine, ...]
    confidence: float = 1.0

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)

    @property
    def letters(self) -> int:
        """How many letters and digits were read."""
        return sum(c.isalnum() for line in self.lines for c in line.text)


@dataclass(frozen=True)
class Stream:
    """The code lines without spaces, quotes and underscores, letters that look alike made one.

    `folded[i]` comes from `original[i]` in line `line[i]`; `gap[i]`: something that parts words stood before it.
    `unsure`: lines in which digits are not to be trusted.
    """

    folded: str
    original: str
    line: tuple[int, ...]
    gap: tuple[bool, ...]
    unsure: frozenset[int] = frozenset()


def text_of_picture(picture: Picture) -> CodeText:
    """What OCR read in a picture; boxes that stand side by side are one line."""
    rows = _rows(picture.lines[: 2 * MOST_LINES])
    sizes = [(len(line.text), line.confidence) for line in picture.lines[: 2 * MOST_LINES]]
    total = sum(size for size, _ in sizes)
    confidence = sum(size * sure for size, sure in sizes) / total if total else 0.0
    return CodeText(_code_lines([text for text, _ in rows], [sure for _, sure in rows]), confidence)


def text_of_source(source: str) -> CodeText:
    """A cell's source, or code pasted into a report as text."""
    return CodeText(_code_lines(source[:_MOST_CHARACTERS].splitlines()))


def rows_of_picture(picture: Picture, *, between: str) -> list[str]:
    """Each row's text, its boxes parted by `between`."""
    return [text for text, _ in _rows(picture.lines[: 2 * MOST_LINES], between)]


def _rows(lines: Sequence[TextLine], between: str = " ") -> list[tuple[str, bool]]:
    """Each row's text, and whether all of it was read surely."""
    rows: list[list[TextLine]] = []
    for line in sorted(lines, key=lambda x: (x.box[1] + x.box[3]) / 2):
        middle, height = (line.box[1] + line.box[3]) / 2, line.box[3] - line.box[1]
        last = rows[-1][0] if rows else None
        if last is not None and abs(middle - (last.box[1] + last.box[3]) / 2) < 0.5 * min(
            height, last.box[3] - last.box[1]
        ):
            rows[-1].append(line)
        else:
            rows.append([line])
    ordered = [sorted(row, key=lambda x: x.box[0]) for row in rows]
    return [(between.join(x.text for x in row), min(x.confidence for x in row) >= _DIGITS_SURE) for row in ordered]


def _code_lines(raw: Sequence[str], sure: Sequence[bool] = ()) -> tuple[CodeLine, ...]:
    lines = [(_clean(line), sure[i] if sure else True) for i, line in enumerate(raw[:MOST_LINES])]
    lines = [(line, sure) for line, sure in lines if line.strip()]
    if _is_numbered([line for line, _ in lines]):
        lines = [(_COUNTED.sub("", line, count=1), sure) for line, sure in lines]
    return tuple(_code_line(line, sure) for line, sure in lines if line.strip())


def _clean(line: str) -> str:
    line = line[:MOST_LINE]
    if line.isascii() and line.isprintable():
        return line.rstrip()
    shown = "".join(c if c.isprintable() else " " for c in unicodedata.normalize("NFKC", line))
    return shown[:MOST_LINE].rstrip()


def _is_numbered(lines: Sequence[str]) -> bool:
    """Whether line numbers stand in the margin: most lines begin with one, and they grow."""
    counts = [int(found[1]) for line in lines if (found := _COUNTED.match(line))]
    growing = sum(b == a + 1 for a, b in pairwise(counts))
    return len(lines) >= 3 and len(counts) >= 0.6 * len(lines) and growing >= 0.6 * (len(counts) - 1)


def _code_line(text: str, sure: bool) -> CodeLine:
    margin = _MARGIN.match(text)
    bare = text[margin.end() :] if margin and not text[margin.end() :].lstrip().startswith((",", ")", "]")) else text
    code = _without_comment(bare)
    if not code.strip():
        return CodeLine(bare, "", LineKind.COMMENT, sure)
    return CodeLine(text, code, LineKind.PROSE if is_prose(code) else LineKind.CODE, sure)


def _without_comment(line: str) -> str:
    quote = ""
    for i, c in enumerate(line):
        if quote:
            quote = "" if c == quote else quote
        elif c in "'\"" and c in line[i + 1 :]:
            quote = c
        elif c in _COMMENT_SIGNS:
            return line[:i]
    return line


def is_prose(line: str) -> bool:
    """Whether a line is a sentence, though it may name some code."""
    words = line.split()
    plain = sum(bool(_WORD.match(word)) and word not in _KEYWORDS for word in words)
    return plain >= 5 and plain >= 0.6 * len(words)


def looks_like_code(line: str) -> bool:
    """Whether a line of a report's text is code that was pasted in."""
    line = _clean(line)
    if is_prose(line) or not line.strip():
        return False
    words = line.split()
    plain = sum(bool(_WORD.match(word)) and word not in _KEYWORDS for word in words)
    return bool(_BEGINS_CODE.match(line)) or (bool(_CALLS.search(line)) and plain <= max(2, 0.4 * len(words)))


def is_chrome(line: str) -> bool:
    """Whether a line is the notebook's own: a menu, the time that a cell took."""
    return len(line) < 80 and bool(_CHROME.search(line))


def fold(text: str) -> str:
    """Letters and digits only, those that look alike made one; for comparing whole lines."""
    return text.translate(_FOLDED_LETTERS)


def _within_name(text: str, at: int) -> bool:
    """Whether letters stand on both sides: an underscore that was read as a hyphen."""
    return text[at - 1 : at].isalpha() and text[at + 1 : at + 2].isalpha()


def stream_of(lines: Sequence[CodeLine], *kinds: LineKind) -> Stream:
    """The stream of all lines of the given kinds."""
    folded: list[str] = []
    original: list[str] = []
    numbers: list[int] = []
    gaps: list[bool] = []
    for number, line in enumerate(lines):
        gap = True
        text = (line.code if line.kind == LineKind.CODE else line.text) if line.kind in kinds else ""
        for at, c in enumerate(text):
            if c.isspace() or c == "_" or c in _QUOTES or (c in "-–" and _within_name(text, at)):
                gap = True
                continue
            for part in _PUNCTUATION.get(c) or _ALIKE.get(c.lower(), c.lower()):
                folded.append(part)
                original.append(c)
                numbers.append(number)
                gaps.append(gap)
                gap = False
    unsure = frozenset(number for number, line in enumerate(lines) if not line.sure)
    return Stream("".join(folded), "".join(original), tuple(numbers), tuple(gaps), unsure)
