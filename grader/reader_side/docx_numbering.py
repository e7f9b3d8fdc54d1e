"""The numbers and bullets that Word shows before a paragraph and does not store with it.

In: numbering.xml as python-docx opened it, and paragraphs in order. Out: their labels.
Must never count without end: what is beyond a label's sense has none.
"""

from __future__ import annotations

import re
from typing import Any

from docx.oxml.ns import qn

_ROMAN = ((100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_PLACE = re.compile(r"%(\d)")


class Numbering:
    """Counts as Word does: by list and level, a deeper level beginning anew after each higher one."""

    def __init__(self, root: Any) -> None:
        abstracts = {} if root is None else {a.get(qn("w:abstractNumId")): a for a in root.findall(qn("w:abstractNum"))}
        self._lists: dict[str, tuple[str, dict[int, Any]]] = {}
        self._starts: dict[tuple[str, int], int] = {}
        for number in () if root is None else root.findall(qn("w:num")):
            name = number.get(qn("w:numId"))
            link = number.find(qn("w:abstractNumId"))
            of = "" if link is None else link.get(qn("w:val"))
            levels = {_int(lvl.get(qn("w:ilvl"))): lvl for lvl in _levels(abstracts.get(of))}
            for override in number.findall(qn("w:lvlOverride")):
                depth = _int(override.get(qn("w:ilvl")))
                own, start = override.find(qn("w:lvl")), override.find(qn("w:startOverride"))
                if own is not None:
                    levels[depth] = own
                if start is not None:
                    self._starts[name, depth] = _int(start.get(qn("w:val")))
            self._lists[name] = (of, levels)
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[tuple[str, int]] = set()

    def label(self, name: str, depth: int) -> str:
        """The next label of list `name` at `depth`; "" where the list shows none."""
        if name not in self._lists or depth > 8:
            return ""
        of, levels = self._lists[name]
        counts = self._counts.setdefault(of, {})
        if (name, depth) in self._starts and (name, depth) not in self._begun:
            counts[depth] = self._starts[name, depth]
        else:
            counts[depth] = counts[depth] + 1 if depth in counts else _start(levels.get(depth))
        self._begun.add((name, depth))
        for deeper in [d for d in counts if d > depth]:
            del counts[deeper]
        return _shown(levels, counts, depth)


def _levels(abstract: Any) -> list[Any]:
    return [] if abstract is None else abstract.findall(qn("w:lvl"))


def _shown(levels: dict[int, Any], counts: dict[int, int], depth: int) -> str:
    level = levels.get(depth)
    if level is None:
        return ""
    form = _value(level, "w:numFmt", "decimal")
    if form == "none":
        return ""
    if form == "bullet":
        return "•"
    plain = level.find(qn("w:isLgl")) is not None

    def put(match: re.Match[str]) -> str:
        at = int(match[1]) - 1
        other = levels.get(at)
        of = "decimal" if plain or other is None else _value(other, "w:numFmt", "decimal")
        return _written(counts.get(at, _start(other)), of)

    return _PLACE.sub(put, _value(level, "w:lvlText", f"%{depth + 1}.")[:40]).strip()


def _written(number: int, form: str) -> str:
    if form in ("lowerLetter", "upperLetter"):
        letter = chr(ord("a") + (number - 1) % 26) * min(4, (number - 1) // 26 + 1) if number > 0 else "0"
        return letter if form == "lowerLetter" else letter.upper()
    if form in ("lowerRoman", "upperRoman"):
        roman, rest = "", min(number, 399)
        for value, digits in _ROMAN:
            roman, rest = roman + digits * (rest // value), rest % value
        return roman if form == "lowerRoman" else roman.upper()
    return f"{number:02d}" if form == "decimalZero" else str(number)


def _start(level: Any) -> int:
    return 1 if level is None else _int(_value(level, "w:start", "1"))


def _value(level: Any, tag: str, default: str) -> str:
    found = level.find(qn(tag))
    return default if found is None else str(found.get(qn("w:val"), default))


def _int(text: str | None) -> int:
    return int(text) if text and text.isdigit() and len(text) < 6 else 0
