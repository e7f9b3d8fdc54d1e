"""Running headers, footers and page numbers: what stands in the margins of page after page.

In: lines of all pages. Out: which of them are furniture, and of which kind.
Must never take a heading for one: "Question 2:" at the top of page 2 changes its number with the page too.
"""

from __future__ import annotations

import re
from collections import defaultdict

from lines import Line

_ZONE = 0.12
_SAME_HEIGHT = 14.0
_LONGEST = 120
_NUMBER = re.compile(r"\d{1,3}")
_PAGE_NUMBER = re.compile(
    r"[\s\-–—|\[(]*(?:page|pg\.?|p\.)?\s*(\d{1,3})(?:\s*(?:/|of|\|)\s*\d{1,3})?[\s\-–—|\])]*", re.IGNORECASE
)
_PAGE_WORD = re.compile(r"\bpage\b|\d\s*(?:of|/)\s*\d", re.IGNORECASE)
_HEADING_WORD = re.compile(
    r"\b(?:question|q|task|exercise|part|step|section|problem|answer|figure|fig|table|screenshot|item|chapter)\W{0,2}\d",
    re.IGNORECASE,
)
_BEGINS_WITH_LABEL = re.compile(r"\(?\d{1,2}[.)]\s*\D")
_ONLY_LABEL = re.compile(r"\(?\d{1,2}[.)]")


def furniture_of(pages: list[list[Line]], heights: list[float]) -> dict[tuple[int, int], str]:
    """(page, index of the line) → a kind of Furniture."""
    found: dict[tuple[int, int], str] = {}
    alike: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for page, lines in enumerate(pages):
        inside = {line.group for line in lines if not _zone(line, heights[page]) and not line.ocr}
        for index, line in enumerate(lines):
            zone = _zone(line, heights[page])
            # What is of one piece with the text of the page is text.
            if zone and len(line.text) < _LONGEST and line.group not in inside:
                alike[zone, _NUMBER.sub("#", " ".join(line.text.split()).lower())].append((page, index))
    for (zone, pattern), places in alike.items():
        kind = _kind(zone, pattern, places, pages)
        if kind:
            found.update(dict.fromkeys(places, kind))
    return found


def _zone(line: Line, height: float) -> str:
    if line.box[3] < _ZONE * height:
        return "running_header"
    return "running_footer" if line.box[1] > (1 - _ZONE) * height else ""


def _kind(zone: str, pattern: str, places: list[tuple[int, int]], pages: list[list[Line]]) -> str:
    lines = [pages[page][index] for page, index in places]
    numbered = all(_is_page_number(line.text) for line in lines)
    if len({page for page, _ in places}) == 1:
        # On one page only what says so itself, or stands alone in the foot and is its number.
        said = numbered and (_PAGE_WORD.search(lines[0].text) or zone == "running_footer")
        return "page_number" if said and _counts(places, pages) else ""
    if not _are_level(lines) or len({page for page, _ in places}) < max(2, len(pages) / 2 - 1):
        return ""
    if "#" in pattern and len({line.text for line in lines}) > 1:
        if any(_HEADING_WORD.search(line.text) or _BEGINS_WITH_LABEL.match(line.text) for line in lines):
            return ""
        if not _counts(places, pages):
            return ""
    return "page_number" if numbered else zone


def _is_page_number(text: str) -> bool:
    return _PAGE_NUMBER.fullmatch(text.strip()[:60]) is not None and not _ONLY_LABEL.fullmatch(text.strip())


def _are_level(lines: list[Line]) -> bool:
    tops = [line.box[1] for line in lines]
    sizes = [line.size for line in lines]
    return max(tops) - min(tops) < _SAME_HEIGHT and max(sizes) - min(sizes) < 1.5


def _counts(places: list[tuple[int, int]], pages: list[list[Line]]) -> bool:
    """True where one number in the line goes up with the pages."""
    rows = [[int(n) - page for n in _NUMBER.findall(pages[page][index].text)[:8]] for page, index in places]
    return any(len(set(column)) == 1 and column[0] >= 0 for column in zip(*rows, strict=False))
