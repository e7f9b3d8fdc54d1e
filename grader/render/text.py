"""Text that others wrote, made fit to be shown: control characters made visible, huge texts cut, numbers put in words.

In: strings from notebooks, files and rubrics. Out: strings that change neither the direction of a page nor the state
of a terminal, and that always encode as UTF-8. It must never produce HTML: escaping is the template's.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from grader.records import Place

NAME_LIMIT = 120
SENTENCE_LIMIT = 600
LINE_LIMIT = 500

_TERMINAL_SEQUENCE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\))")
# Controls, bidirectional marks and overrides, invisible signs, lone surrogates, tags. U+200C and U+200D stay: Persian
# and emoji are written with them.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)
_MARKS = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_PILED_MARKS = re.compile(f"([{_MARKS}]{{4}})[{_MARKS}]+")


def neutral(text: str) -> str:
    """The text with every character that acts without being seen replaced by a sign for it; newlines and tabs stay.

    Terminal colours go silently: they are how IPython writes messages, and say nothing.
    """
    text = _TERMINAL_SEQUENCE.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    return _PILED_MARKS.sub(r"\1⟨…⟩", _INVISIBLE.sub(_sign, text))


def _sign(match: re.Match[str]) -> str:
    code = ord(match.group())
    return chr(0x2400 + code) if code < 0x20 else f"⟨U+{code:04X}⟩"


def cut(text: str, limit: int) -> str:
    """At most `limit` characters of the text, and how many are missing."""
    if len(text) <= limit:
        return text
    return f"{text[:limit].rstrip()}… ({len(text) - limit:,} more characters)"


def sentence(text: str, limit: int = SENTENCE_LIMIT) -> str:
    """The text on one line, neutral and cut."""
    # Cut roughly first: nobody waits for a megabyte to be cleaned of which a line is shown.
    shown = " ".join(neutral(text[: 4 * limit]).split())
    hidden = len(text) - 4 * limit
    return cut(shown, limit) if hidden <= 0 else f"{shown[:limit]}… ({len(text) - limit:,} more characters)"


def name(text: str) -> str:
    """A person's or a file's name on one line, in composed form."""
    return sentence(unicodedata.normalize("NFC", text), NAME_LIMIT)


def number(value: float) -> str:
    """41.5 for 41.50, 50 for 50.0; at most two decimals."""
    shown = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if shown == "-0" else shown


def points(value: float) -> str:
    """`1 point`, `2.5 points`."""
    return f"{number(value)} {'point' if value == 1 else 'points'}"


def counted(count: int, one: str, many: str = "") -> str:
    """`1 cell`, `3 cells`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def seconds(value: float) -> str:
    """4.2 s, 38 s, 3 min 12 s."""
    if value < 0.05:
        return "under 0.1 s"
    if value < 9.95:
        return f"{value:.1f} s"
    whole = round(value)
    return f"{whole} s" if whole < 120 else f"{whole // 60} min {whole % 60} s"


def where(place: Place | None) -> str:
    """`cell 12, line 3`, `page 2`; empty where the place is unknown."""
    return "" if place is None or (place.cell is None and place.page is None) else str(place)


class Part(NamedTuple):
    """A piece of prose, or of code inside it."""

    text: str
    is_code: bool


def code_parts(text: str) -> tuple[Part, ...]:
    """Prose split at its backticks: what stands between two of them is code."""
    pieces = text.split("`")
    if len(pieces) % 2 == 0:  # a backtick without its twin is just a character
        pieces[-2:] = ["`".join(pieces[-2:])]
    return tuple(Part(piece, bool(i % 2)) for i, piece in enumerate(pieces) if piece)
