"""An answer's blocks as sentences, list items with the line that leads them in.

In: the Blocks of one answer. Out: its paragraphs and Sentences. Code, captions and furniture are left out.
This module must never change what a sentence says: its text is shown to people.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from grader.judge.report.lexicon import joined
from grader.judge.report.plain import MOST_CHARACTERS, fold
from grader.judge.report.words import Word, words
from grader.records import Block, BlockKind, Furniture, Place

MOST_WORDS_OF_A_SENTENCE = 80
LONGEST_LEAD = 30
"""In words: what leads in a list is a line, not a paragraph."""

_END = re.compile(r"[.!?。！？;](?=[\s\"')\]]|$)|[。！？]|\n+")
_BULLET = re.compile(r"\s*(?:[•●▪‣·○■□➢➤✓✔*–—-]|\(?(?:\d{1,2}|[a-zA-Z]|[ivx]{1,4})[.)])\s+")
_SHORTENED = ("e.g", "i.e", "vs", "etc", "fig", "approx", "cf", "resp", "dr", "no")


@dataclass(frozen=True)
class Sentence:
    """One sentence. `words` begin with those of the line that leads it in; `own` counts its own words."""

    text: str
    words: tuple[Word, ...]
    own: int
    paragraph: int
    item: bool
    place: Place | None


@dataclass(frozen=True)
class Paragraph:
    text: str
    item: bool
    place: Place | None


def paragraphs(blocks: Iterable[Block]) -> tuple[Paragraph, ...]:
    """What of `blocks` is prose, in their order; a table as one line for each cell."""
    found: list[Paragraph] = []
    room = MOST_CHARACTERS
    for block in blocks:
        if block.furniture != Furniture.NONE or block.code:
            continue
        for text, item in _lines(block):
            cut = fold(text)[:room].strip()
            if cut:
                found.append(Paragraph(cut, item, block.place))
                room -= len(cut)
    return tuple(found)


def _lines(block: Block) -> Iterator[tuple[str, bool]]:
    if block.kind == BlockKind.TABLE:
        yield from ((line, True) for line in _cells(block.rows))
    elif block.kind == BlockKind.TEXT:
        yield from _unwrapped(block.text[:MOST_CHARACTERS], bool(block.label))


def _cells(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Each cell with its column's and its row's heading, as a reader puts them together."""
    if len(rows) < 2 or len(rows[0]) < 2:
        yield from (cell for row in rows for cell in row)
        return
    for row in rows[1:]:
        for heading, cell in zip(rows[0][1:], row[1:], strict=False):
            yield f"{heading} {row[0]}: {cell}"


def _unwrapped(text: str, item: bool) -> Iterator[tuple[str, bool]]:
    """Lines that belong together joined: a soft break ends a line only behind a full stop or before a bullet."""
    lines: list[str] = []
    for line in text.splitlines():
        bullet = _BULLET.match(line)
        if lines and (bullet or not line.strip() or lines[-1].rstrip().endswith((".", ":", "!", "?"))):
            yield " ".join(lines), item
            lines, item = [], False
        if line.strip():
            lines.append(line[bullet.end() :].strip() if bullet else line.strip())
            item = item or bullet is not None
    if lines:
        yield " ".join(lines), item


def sentences(found: Sequence[Paragraph]) -> tuple[Sentence, ...]:
    """The sentences of all paragraphs; an item's first ones carry the words of the line above the list."""
    result: list[Sentence] = []
    lead: tuple[Word, ...] = ()
    clause = 0
    for number, paragraph in enumerate(found):
        for text in _sentence_texts(paragraph.text):
            own = joined(words(text, first_clause=clause))
            clause = own[-1].clause + 1 if own else clause
            before = lead if paragraph.item else ()
            for at in range(0, len(own), MOST_WORDS_OF_A_SENTENCE):
                part = own[at : at + MOST_WORDS_OF_A_SENTENCE]
                result.append(Sentence(text, before + part, len(part), number, paragraph.item, paragraph.place))
        if not paragraph.item and result:
            last = result[-1]
            leads = last.paragraph == number and last.own <= LONGEST_LEAD
            lead = last.words if leads and (last.text.endswith(":") or last.own <= LONGEST_LEAD // 2) else ()
    return tuple(result)


def _sentence_texts(text: str) -> Iterator[str]:
    start = 0
    for end in _END.finditer(text):
        piece = text[start : end.end()]
        last = piece[:-1].rsplit(None, 1)[-1:]
        if last and last[0].casefold().lstrip("(") in _SHORTENED and end.end() < len(text):
            continue
        if piece.strip():
            yield piece.strip()
        start = end.end()
    if text[start:].strip():
        yield text[start:].strip()
