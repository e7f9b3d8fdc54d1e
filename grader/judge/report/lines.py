"""Where a heading could begin, and how much each place looks like one.

In: a report's blocks. Out: Line, Layout. Wording is not looked at here, apart from the words by which captions and
sections of the student's own begin. Must never take time that grows faster than the text: only beginnings are read.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.judge.report.labels import Label, read_label
from grader.judge.report.wording import LONGEST_HEADING, plain
from grader.records import Block, BlockKind, Furniture

MOST_LINES = 3_000
_LINES_OF_A_BLOCK = 400
_READ_OF_A_BLOCK = 40_000
_NOT_TEXT = frozenset({Furniture.RUNNING_HEADER, Furniture.RUNNING_FOOTER, Furniture.PAGE_NUMBER, Furniture.CONTENTS})
_CAPTION = re.compile(
    r"\s{0,4}(?:figure|fig|image|img|picture|photo|table|listing|abb|abbildung)\s?[.:]?\s?[0-9a-z]{1,3}\s?[.:)\-–—]",
    re.I,
)
_CAPTION_ALONE = re.compile(r"\s{0,4}(?:figure|fig\.?|image)\s?[0-9]{1,2}\s", re.I)
_LEADER = re.compile(r"(?:[.…·_]\s?){3,}\s?[0-9]{1,3}\s{0,3}$|\t\s?[0-9]{1,3}\s{0,3}$")
_INLINE = re.compile(r"[.?!]\s{1,3}(?=(?:q(?:uestion)?\s?\.?\s?)?[0-9]{1,2}\s?[.):]\s)", re.I)
_OWN = re.compile(
    r"(?:additional|extra|bonus|conclusions?|concluding|references?|bibliography|appendix|appendices|introduction|abstract|"
    r"overview|objectives?|aims?|summary|reflections?|feedback|discussion|further|future|acknowledge?ments?|"
    r"limitations|declaration|what i learn|lessons|beyond|other (?:work|experiment|model)|my own|extension|"
    r"experiments? (?:with|on)|"
    r"environment|(?:experimental )?set-?up|methodology|dataset used|link|github|optional|additions?)\b"
)
_DIVIDER = re.compile(
    r"(?:part|section)\s(?:[0-9]{1,2}|[a-d]|i{1,3}|one|two)\b|"
    r"(?:code )?screen-?shots?(?: (?:part|section|questions?|of (?:the |my )?code))?$|"
    r"code(?: snippets?| parts?| section)?$|"
    r"(?:theory|theoretical|conceptual|practical|implementation|programming|short answer)"
    r"(?: (?:part|section|questions?|answers?|work))?$|"
    r"(?:the )?(?:questions?|answers?|tasks?)(?: and answers?| & answers?|s? part)?$|(?:table of )?contents$"
)


@dataclass(frozen=True)
class Line:
    """A place where a heading could begin.

    Attributes:
        block, start: index of the block and offset in its text.
        text: from there on, as far as a heading could reach.
        after: offset in `text` behind its number.
        style: how much its form is that of a heading, from its style, size, weight and place.
        caption: it begins as captions do, or is one.
    """

    block: int
    start: int
    text: str
    label: Label | None
    after: int
    style: float
    caption: bool

    @property
    def spot(self) -> tuple[int, int]:
        return self.block, self.start

    @property
    def first_line(self) -> str:
        return self.text.split("\n", 1)[0]

    @property
    def wording(self) -> str:
        """The line without its number."""
        return self.first_line[self.after :].strip(" .:)-–—*_#\t")


@dataclass(frozen=True)
class Layout:
    """What is usual in this report: the size of its text, whether it is bold, and what returns page by page."""

    size: float
    bold: bool
    returning: frozenset[str]
    title: float
    """Size of the title of a cover: the largest of the report, on its first page alone. 0 where there is none."""

    @classmethod
    def of(cls, blocks: Sequence[Block]) -> Layout:
        """The layout of a report."""
        sizes: Counter[float] = Counter()
        weights: Counter[bool] = Counter()
        pages: dict[str, set[int]] = {}
        for block in blocks:
            if block.kind != BlockKind.TEXT or block.furniture in _NOT_TEXT:
                continue
            sizes[round(block.size, 1)] += len(block.text)
            weights[block.bold] += len(block.text)
            if block.place and block.place.page is not None and 3 < len(block.text) <= 120:
                pages.setdefault(_without_digits(block.text), set()).add(block.place.page)
        sizes.pop(0.0, None)
        usual = sizes.most_common(1)[0][0] if sizes else 0.0
        returning = frozenset(text for text, on in pages.items() if len(on) >= 3)
        return cls(usual, weights[True] > weights[False], returning, _title_size(blocks, usual))

    def returns(self, block: Block) -> bool:
        """The block stands on many pages, as running headers do."""
        return bool(self.returning) and len(block.text) <= 120 and _without_digits(block.text) in self.returning

    def style(self, block: Block) -> float:
        """How much the whole block is set like a heading, in [-2.6, 1]."""
        named = block.style.lower()
        if named.startswith(("title", "subtitle")) or (self.title and block.size >= self.title and not block.label):
            return -2.6
        if block.level is not None or named.startswith(("heading", "question")):
            return 1.0
        larger = self.size > 0 and block.size > 1.1 * self.size
        return min(1.0, 0.8 * larger + 0.7 * (block.bold and not self.bold))


def _title_size(blocks: Sequence[Block], usual: float) -> float:
    largest = max((block.size for block in blocks), default=0.0)
    if not usual or largest < 1.35 * usual:
        return 0.0
    as_large = [i for i, block in enumerate(blocks) if block.size >= 0.97 * largest]
    pages = {place.page for i in as_large if (place := blocks[i].place)}
    return 0.97 * largest if len(as_large) <= 3 and len(pages) <= 1 and as_large[0] < 10 else 0.0


def is_set_apart(block: Block, layout: Layout) -> bool:
    """Running headers, page numbers and contents: no part of any answer."""
    if block.furniture in _NOT_TEXT or (block.kind == BlockKind.TEXT and layout.returns(block)):
        return True
    return block.kind == BlockKind.TEXT and len(block.text) < 300 and bool(_LEADER.search(block.text))


def lines_of(blocks: Sequence[Block], layout: Layout) -> list[Line]:
    """All places where a heading could begin, in order."""
    found: list[Line] = []
    for index, block in enumerate(blocks):
        if block.kind != BlockKind.TEXT or block.code or is_set_apart(block, layout):
            continue
        style = layout.style(block)
        caption = block.furniture == Furniture.CAPTION or block.style.lower().startswith("caption")
        for start in _starts(block.text):
            found.append(_line(block, index, start, style, caption))
            if len(found) >= MOST_LINES:
                return found
    return found


def is_own_section(wording: str) -> bool:
    """It begins as sections of the student's own do: "Additional work", "References"."""
    return len(wording) <= 90 and bool(_OWN.match(plain(wording)))


def is_divider(wording: str) -> bool:
    """It names a part of the report and asks nothing: "Part B", "Screenshots"."""
    return len(wording) <= 60 and bool(_DIVIDER.match(plain(wording)))


def _line(block: Block, index: int, start: int, style: float, caption: bool) -> Line:
    text = block.text[start : start + LONGEST_HEADING]
    outside = block.label.strip() if start == 0 else ""
    label = read_label(f"{outside} {text[:40]}" if outside else text)
    after = max(0, label.end - (len(outside) + 1 if outside else 0)) if label else 0
    if outside and label is None:
        label = Label((), named=False, form="sub", end=0)
    caption = caption or bool(_CAPTION.match(text) or _CAPTION_ALONE.match(text))
    return Line(index, start, text, label, after, style, caption)


def _starts(text: str) -> Iterator[int]:
    """Offsets of lines, and of numbers that follow a sentence on the same line."""
    seen = text[:_READ_OF_A_BLOCK]
    offsets = {0} | {m.end() for m in _INLINE.finditer(seen)}
    offsets |= {i + 1 for i, character in enumerate(seen) if character == "\n"}
    return (at for at in sorted(offsets)[:_LINES_OF_A_BLOCK] if at == 0 or seen[at : at + 3].strip())


def _without_digits(text: str) -> str:
    return re.sub(r"[0-9]{1,4}", "#", plain(text).strip())
