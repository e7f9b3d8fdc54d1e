"""The stretches between headings: a question's answer, a section of the student's own, or neither.

In: blocks, lines, the headings chosen. Out: Stretch, in the order of the report, each block in one of them. Must never
drop text without a reason that a person would accept: running headers, the question itself, "Answer:".
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from grader.judge.report.headings import Heading
from grader.judge.report.lines import Layout, Line, is_divider, is_own_section, is_set_apart
from grader.judge.report.path import Chosen
from grader.judge.report.wording import Wordings, compact
from grader.records import Block, BlockKind, ReportForm

_ANSWER = re.compile(
    r"\s{0,4}[*_]{0,2}(?:answer|ans|my answer|solution|response)s?\s?[:.\-–]{0,2}[*_]{0,2}[:.]?\s{0,4}$", re.I
)
_ENDS = re.compile(r"[?.:](?=\s|$)")
_SHORT = 120
_WHOLE = 20
"""Letters from which a line can be the question put again, and not only its topic."""
Spot = tuple[int, int]


class Kind(Enum):
    FRONT = "front"
    """Before the first heading."""
    ANSWER = "answer"
    OWN = "own"
    """A section of the student's own: "Additional work", "References"."""
    LOOSE = "loose"
    """Below a divider such as "Screenshots": whose it is, content has to tell."""


@dataclass(frozen=True)
class Stretch:
    """Blocks from one heading to the next.

    Attributes:
        heading: the question's heading, None where the stretch is not an answer.
        title: what stands above, as written.
        at: index of the block with the title.
    """

    kind: Kind
    heading: Heading | None
    title: str
    at: int
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class _Cut:
    """A heading: from `begin`, its answer from `body`."""

    kind: Kind
    begin: Spot
    body: Spot
    title: str
    heading: Heading | None = None


def stretches(
    blocks: Sequence[Block], lines: Sequence[Line], chosen: Chosen, wordings: Wordings, layout: Layout, form: ReportForm
) -> list[Stretch]:
    """All stretches of a report, the front matter first."""
    asked = [_cut(h, blocks, lines, wordings, chosen) for h in chosen.headings]
    cuts = sorted([*asked, *_breaks(blocks, lines, chosen, asked, wordings, form, layout)], key=lambda c: c.begin)
    skipped = {lines[i].block for i in chosen.listed}
    found = []
    for index, cut in enumerate([_Cut(Kind.FRONT, (0, 0), (0, 0), ""), *cuts]):
        end = cuts[index].begin if index < len(cuts) else (len(blocks), 0)
        inside = [b for b in _sliced(blocks, cut.body, end, layout, skipped) if not _ANSWER.match(b.text[:40])]
        found.append(Stretch(cut.kind, cut.heading, cut.title, cut.begin[0], tuple(inside)))
    return found


def _cut(heading: Heading, blocks: Sequence[Block], lines: Sequence[Line], wordings: Wordings, chosen: Chosen) -> _Cut:
    """The heading with its number on a line of its own above, and the question repeated below."""
    line = lines[heading.line]
    begin, body = line.spot, (line.block, line.start + heading.stop)
    titles = [_shown(blocks[line.block], line, heading.stop)]
    numbers = {wordings.questions[q].number for q in heading.questions}
    taken = {h.line for h in chosen.headings}
    above = heading.line - 1
    while above >= 0 and above not in taken and _announces(lines[above], numbers, blocks, begin):
        begin = lines[above].spot
        titles.insert(0, _shown(blocks[begin[0]], lines[above], len(lines[above].first_line)))
        above -= 1
    below = heading.line + 1
    while below < len(lines) and below not in taken and _nothing_between(blocks, body, lines[below].spot):
        stop = _repeats(lines[below], heading, wordings)
        if not stop:
            break
        titles.append(_shown(blocks[lines[below].block], lines[below], stop))
        body = (lines[below].block, lines[below].start + stop)
        below += 1
    return _Cut(Kind.ANSWER, begin, body, " ".join(titles), heading)


def _shown(block: Block, line: Line, stop: int) -> str:
    label = f"{block.label} " if block.label and line.start == 0 else ""
    return (label + line.text[:stop]).replace("\n", " ").strip()


def _announces(line: Line, numbers: set[int | None], blocks: Sequence[Block], below: Spot) -> bool:
    """The line is only this question's number, right above its heading."""
    label = line.label
    bare = label is not None and bool(label.numbers) and not line.wording and set(label.numbers) <= numbers
    return bare and _nothing_between(blocks, (line.block, line.start + len(line.first_line)), below)


def _nothing_between(blocks: Sequence[Block], begin: Spot, end: Spot) -> bool:
    if begin[0] == end[0]:
        return begin <= end and not blocks[begin[0]].text[begin[1] : end[1]].strip()
    if end[0] - begin[0] > 3 or blocks[begin[0]].text[begin[1] :].strip() or end[1]:
        return False
    between = blocks[begin[0] + 1 : end[0]]
    return all(b.kind == BlockKind.TEXT and (not b.text.strip() or _ANSWER.match(b.text[:40])) for b in between)


def _repeats(line: Line, heading: Heading, wordings: Wordings) -> int:
    """Where the question, put again on this line, ends; 0 where the line isn't the question."""
    whole = line.first_line
    stops = [*[m.end() for m in _ENDS.finditer(whole)][:3], len(whole)]
    for stop in stops:
        letters = compact(whole[line.after : stop])
        if line.caption or len(letters) <= _WHOLE:
            continue
        likeness = wordings.likeness(letters, frozenset())
        if any(likeness[question] > 0.8 for question in heading.questions):
            rest = whole[stop:]
            return stop + len(rest) - len(rest.lstrip())
    return 0


# --------------------------------------------------------------------------- where an answer ends before a heading


def _breaks(
    blocks: Sequence[Block],
    lines: Sequence[Line],
    chosen: Chosen,
    asked: Sequence[_Cut],
    wordings: Wordings,
    form: ReportForm,
    layout: Layout,
) -> list[_Cut]:
    usual = _Usual.of(blocks, lines, chosen, wordings)
    taken = [(c.begin, c.body) for c in asked]
    last = max((c.begin for c in asked), default=(-1, 0))
    first = min((c.begin for c in asked), default=(len(blocks), 0))
    found = []
    for index, line in enumerate(lines):
        answer = line.spot > first and _ANSWER.match(line.first_line)
        if line.start or line.caption or answer or index in chosen.listed or any(b <= line.spot < e for b, e in taken):
            continue
        stop = len(line.first_line)
        behind, before = line.spot > last, line.spot < first
        kind = _kind_of_break(line, blocks[line.block], usual, behind, before, form, layout)
        if not kind and is_divider(line.wording) and _next_is_asked(line, asked, blocks):
            kind = Kind.LOOSE
        if kind:
            title = _shown(blocks[line.block], line, stop)
            found.append(_Cut(kind, line.spot, (line.block, stop), title))
    return found


def _next_is_asked(line: Line, asked: Sequence[_Cut], blocks: Sequence[Block]) -> bool:
    """A question's heading follows right below the line."""
    end = (line.block, line.start + len(line.first_line))
    return any(end < cut.begin and _nothing_between(blocks, end, cut.begin) for cut in asked)


@dataclass(frozen=True)
class _Usual:
    """How the headings of the questions are set."""

    level: int | None
    size: float
    style: float
    form: str
    highest: int
    many: bool

    @classmethod
    def of(cls, blocks: Sequence[Block], lines: Sequence[Line], chosen: Chosen, wordings: Wordings) -> _Usual:
        heads = [lines[h.line] for h in chosen.headings]
        set_as = [blocks[line.block] for line in heads]
        forms = Counter(line.label.form for line in heads if line.label and line.label.numbers)
        levels = Counter(block.level for block in set_as)
        level = levels.most_common(1)[0][0] if levels else None
        styles = sorted(line.style for line in heads)
        numbers = [n for line in heads if line.label for n in line.label.numbers]
        numbers += [q.number for q in wordings.questions if q.number is not None]
        return cls(
            level=level,
            size=max((b.size for b in set_as), default=0.0),
            style=styles[len(styles) // 2] if styles else 0.0,
            form=forms.most_common(1)[0][0] if forms else "",
            highest=max(numbers, default=0),
            many=levels[level] >= 3 and levels[level] == len(heads),
        )


def _kind_of_break(
    line: Line, block: Block, usual: _Usual, behind: bool, before: bool, form: ReportForm, layout: Layout
) -> Kind | None:
    """What begins at this line, None where nothing does."""
    if len(block.text) > _SHORT or block.text.rstrip().endswith((",", ";")) or not line.wording:
        return None
    numbers = line.label.numbers if line.label else ()
    numbered = line.label is not None and bool(numbers) and line.label.form == usual.form
    as_set = line.style >= usual.style - 0.05 and (line.style > 0 or numbered) and not _lower(block, usual)
    own, divider = is_own_section(line.wording), is_divider(line.wording)
    set_free = (behind or before) and len(line.wording) <= 60 and not _lower(block, usual)
    if own and (as_set or set_free or (behind and numbers and numbers[0] > usual.highest)):
        return Kind.OWN
    if divider and (as_set or line.style > 0 or set_free):
        return Kind.LOOSE
    if behind and numbered and numbers[0] == usual.highest + 1 and as_set:
        return Kind.OWN
    return _by_rank(block, usual, behind, before, form, layout)


def _by_rank(block: Block, usual: _Usual, behind: bool, before: bool, form: ReportForm, layout: Layout) -> Kind | None:
    """A heading that ranks above those of the questions, or beside them where all of theirs are of one rank."""
    if block.level is not None and form == ReportForm.NOTEBOOK:
        return Kind.OWN if usual.level is None or block.level <= usual.level else None
    if before:
        return None
    if block.level is not None and usual.level is not None:
        if block.level < usual.level:
            return Kind.LOOSE
        return Kind.OWN if behind and usual.many and block.level == usual.level else None
    larger = usual.size > 0 and block.size > 1.12 * usual.size and layout.style(block) >= 0.8
    return Kind.LOOSE if larger else None


def _lower(block: Block, usual: _Usual) -> bool:
    """The heading ranks below those of the questions."""
    if block.level is not None and usual.level is not None:
        return block.level > usual.level
    return 0 < block.size < 0.93 * usual.size


# --------------------------------------------------------------------------- blocks of a stretch


def _sliced(blocks: Sequence[Block], begin: Spot, end: Spot, layout: Layout, skipped: set[int]) -> list[Block]:
    """The blocks from one place to another, those at the ends cut where the places lie inside them."""
    found = []
    for index in range(begin[0], min(end[0] + 1, len(blocks))):
        block = blocks[index]
        start = begin[1] if index == begin[0] else 0
        stop = end[1] if index == end[0] else len(block.text)
        if index in skipped or is_set_apart(block, layout) or (index == end[0] and stop == 0):
            continue
        if block.kind != BlockKind.TEXT:
            found.append(block)
        elif block.text[start:stop].strip():
            found.append(block if (start, stop) == (0, len(block.text)) else _part(block, start, stop))
    return found


def _part(block: Block, start: int, stop: int) -> Block:
    return block.model_copy(update={"text": block.text[start:stop].strip(), "label": "" if start else block.label})
