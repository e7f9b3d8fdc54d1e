"""What a paragraph or run of a DOCX looks like, styles and defaults followed.

In: styles.xml as python-docx opened it. Out: names, levels, sizes, weights.
Must never follow a chain of styles without end.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from docx.oxml.ns import qn

_MONO = re.compile(
    r"mono|courier|consol|menlo|monaco|inconsolata|cascadia|fira ?code|source ?code|lucida console|typewriter",
    re.IGNORECASE,
)
_CODE_STYLE = re.compile(r"\bcode\b|source|preformatted|verbatim|listing", re.IGNORECASE)
_HEADING = re.compile(r"heading (\d)", re.IGNORECASE)
_LONGEST_CHAIN = 12
_OFF = ("0", "false", "off", "none")


class Styles:
    """Answers by element; the chain of styles is walked once for each style."""

    def __init__(self, root: Any) -> None:
        self._by_id = {} if root is None else {s.get(qn("w:styleId")): s for s in root.findall(qn("w:style"))}
        defaults = None if root is None else root.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
        self._default_run = defaults
        self._default_paragraph = next(
            (s for s in self._by_id.values() if s.get(qn("w:type")) == "paragraph" and s.get(qn("w:default")) == "1"),
            None,
        )
        self.chain = lru_cache(maxsize=None)(self._chain)

    def _chain(self, style_id: str | None) -> tuple[Any, ...]:
        """The style and those that it is based on."""
        found: list[Any] = []
        style = self._by_id.get(style_id, self._default_paragraph)
        while style is not None and len(found) < _LONGEST_CHAIN and style not in found:
            found.append(style)
            based = style.find(qn("w:basedOn"))
            style = self._by_id.get(based.get(qn("w:val"))) if based is not None else None
        return tuple(found)

    def name(self, paragraph: Any) -> str:
        """Its style's name as Word shows it: "Heading 1", "Caption"."""
        style_id = _style_of(paragraph, "w:pPr", "w:pStyle")
        style = self._by_id.get(style_id) if style_id else None
        name = style.find(qn("w:name")).get(qn("w:val"), "") if style is not None and _has_name(style) else ""
        return re.sub(r"^(heading|title|subtitle|caption|toc)\b", lambda m: m[0].title(), str(name))

    def level(self, paragraph: Any) -> int | None:
        """1 to 9 of a heading, by its style's name or the level of its outline."""
        own = paragraph.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")
        if own is not None:
            return _level(own)
        for style in self.chain(_style_of(paragraph, "w:pPr", "w:pStyle")):
            match = _HEADING.fullmatch(style.find(qn("w:name")).get(qn("w:val"), "")) if _has_name(style) else None
            if match:
                return int(match[1])
            outline = style.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")
            if outline is not None:
                return _level(outline)
        return None

    def numbering(self, paragraph: Any) -> tuple[str, int] | None:
        """(numId, level) of automatic numbering; None where it has none, or takes that of its style back."""
        level = None
        owners = [paragraph, *self.chain(_style_of(paragraph, "w:pPr", "w:pStyle"))]
        for owner in owners:
            found = owner.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
            if found is None:
                continue
            number, depth = found.find(qn("w:numId")), found.find(qn("w:ilvl"))
            level = level if level is not None else _int(depth)
            if number is not None:
                value = number.get(qn("w:val"), "0")
                return None if value == "0" else (value, level or 0)
        return None

    def look(self, run: Any, paragraph: Any) -> tuple[float, bool, bool]:
        """(size in points, bold, fixed width) of a run."""
        owners = self._owners(run, paragraph)
        size = next((_points(o) for o in owners if o.find(qn("w:sz")) is not None), 11.0)
        bold = next((_is_on(o.find(qn("w:b"))) for o in owners if o.find(qn("w:b")) is not None), False)
        fonts = next((o.find(qn("w:rFonts")) for o in owners if _font(o)), None)
        font = "" if fonts is None else fonts.get(qn("w:ascii")) or fonts.get(qn("w:hAnsi")) or ""
        return size, bold, bool(_MONO.search(font)) or bool(_CODE_STYLE.search(self.name(paragraph)))

    def is_hidden(self, run: Any, paragraph: Any) -> bool:
        """True where a reader can't see it: hidden, smaller than three points, or white on the white page."""
        owners = self._owners(run, paragraph)
        vanish = next((o.find(qn("w:vanish")) for o in owners if o.find(qn("w:vanish")) is not None), None)
        if (vanish is not None and _is_on(vanish)) or self.look(run, paragraph)[0] < 3:
            return True
        colour = next((o.find(qn("w:color")) for o in owners if o.find(qn("w:color")) is not None), None)
        return colour is not None and str(colour.get(qn("w:val"))).upper() == "FFFFFF" and not _on_ground(run)

    def _owners(self, run: Any, paragraph: Any) -> list[Any]:
        own = run.find(qn("w:rPr"))
        style = None if own is None else own.find(qn("w:rStyle"))
        character = () if style is None else self.chain(style.get(qn("w:val")))
        chain = [*character, *self.chain(_style_of(paragraph, "w:pPr", "w:pStyle"))]
        return [o for o in (own, *(s.find(qn("w:rPr")) for s in chain), self._default_run) if o is not None]


def _on_ground(run: Any) -> bool:
    """True where a shade, a highlight or a drawing may lie behind the run, or behind the table that it stands in."""
    holders = {qn("w:tbl"), qn("w:txbxContent")}
    if any(element.tag in holders for element in run.iterancestors()):
        return True
    paragraph = next(run.iterancestors(qn("w:p")), run)
    return any(next(paragraph.iter(qn(tag)), None) is not None for tag in ("w:shd", "w:highlight"))


def _style_of(element: Any, properties: str, style: str) -> str | None:
    found = element.find(f"{qn(properties)}/{qn(style)}")
    return None if found is None else str(found.get(qn("w:val")))


def _has_name(style: Any) -> bool:
    return style.find(qn("w:name")) is not None


def _level(outline: Any) -> int | None:
    value = _int(outline)
    return value + 1 if value is not None and 0 <= value <= 8 else None


def _int(element: Any) -> int | None:
    value = "" if element is None else str(element.get(qn("w:val"), ""))
    return int(value) if value.isdigit() and len(value) < 6 else None


def _points(properties: Any) -> float:
    value = str(properties.find(qn("w:sz")).get(qn("w:val"), "22"))
    return float(value) / 2 if value.replace(".", "", 1).isdigit() and len(value) < 8 else 11.0


def _is_on(element: Any) -> bool:
    return str(element.get(qn("w:val"), "1")).lower() not in _OFF


def _font(properties: Any) -> bool:
    fonts = properties.find(qn("w:rFonts"))
    return fonts is not None and bool(fonts.get(qn("w:ascii")) or fonts.get(qn("w:hAnsi")))
