"""Which of the thinkable headings fit together: the best increasing path, or, where headings are strong, any order.

In: headings, blocks. Out: the headings taken, by place. Must never take one line or one question twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from grader.judge.report.headings import SURE, Heading
from grader.judge.report.lines import Layout, Line, is_set_apart
from grader.judge.report.wording import Question
from grader.records import Block, BlockKind, Furniture

_MOST_HEADINGS = 500
_CONTENT = 15
"""Characters below which a paragraph is no answer ("Answer:", a name)."""


@dataclass(frozen=True)
class Chosen:
    """The headings taken, in the order of the report.

    Attributes:
        listed: lines on which the questions are only copied, all in a row; their answers stand elsewhere.
        increasing: they follow the order of the questions.
    """

    headings: tuple[Heading, ...]
    listed: frozenset[int]
    increasing: bool


class Substance:
    """How much stands between two places of a report: characters of paragraphs, a hundred for a picture or table."""

    def __init__(self, blocks: Sequence[Block], layout: Layout) -> None:
        self._blocks = blocks
        self._sums = [0]
        self._shown = [0]
        for block in blocks:
            self._sums.append(self._sums[-1] + _substance(block, layout))
            self._shown.append(self._shown[-1] + (block.kind == BlockKind.PICTURE or block.code))

    def between(self, begin: tuple[int, int], end: tuple[int, int]) -> int:
        """Characters from `begin` (block, offset) to `end`, short lines and furniture left out."""
        if begin >= end:
            return 0
        if begin[0] == end[0]:
            return _counted(end[1] - begin[1])
        rest = len(self._blocks[begin[0]].text) - begin[1] if self._blocks[begin[0]].kind == BlockKind.TEXT else 0
        return _counted(rest) + self._sums[end[0]] - self._sums[begin[0] + 1] + _counted(end[1])


    def shows(self, begin: tuple[int, int], end: tuple[int, int]) -> bool:
        """A picture or code stands between the two places."""
        return self._shown[min(end[0], len(self._blocks))] > self._shown[begin[0]]


def choose(
    headings: Sequence[Heading],
    lines: Sequence[Line],
    blocks: Sequence[Block],
    layout: Layout,
    questions: Sequence[Question],
) -> Chosen:
    """The headings of a report's questions, from all thinkable ones."""
    count = len(questions)
    substance = Substance(blocks, layout)
    headings = _in_their_numbering(headings, lines, count)
    headings = _with_what_follows(headings, lines, blocks, substance, questions)
    listed = _listed(headings, lines, substance)
    headings = [h for h in headings if h.line not in listed]
    headings = _without_enumerations(headings, lines, count)
    path = _best_path(sorted(headings, key=lambda h: -h.score)[:_MOST_HEADINGS], lines)
    free = _any_order(headings, path)
    if sum(h.score for h in free) > sum(h.score for h in path) + 1.0:
        return Chosen(tuple(sorted(free, key=lambda h: h.line)), frozenset(listed), increasing=False)
    path = _from_first_parts(path, headings, lines, substance)
    return Chosen(tuple(path), frozenset(listed), increasing=True)


def _substance(block: Block, layout: Layout) -> int:
    if block.furniture == Furniture.CAPTION or is_set_apart(block, layout):
        return 0
    return _counted(len(block.text)) if block.kind == BlockKind.TEXT else 100


def _counted(characters: int) -> int:
    return characters if characters >= _CONTENT else 0


def _in_their_numbering(headings: Sequence[Heading], lines: Sequence[Line], count: int) -> list[Heading]:
    """Numbers written alike that count through most of the questions are the questions' numbers."""
    reached: Counter[str] = Counter()
    for line in lines:
        label = line.label
        if label and not label.loose and label.numbers and label.numbers[0] == reached[label.form] + 1:
            reached[label.form] = label.numbers[-1]
    through = {form for form, number in reached.items() if number >= max(3, 0.6 * count)}
    fits = {index for index, line in enumerate(lines) if line.label and line.label.form in through}
    return [replace(h, score=h.score + 0.5) if h.numbered and h.line in fits else h for h in headings]


def _with_what_follows(
    headings: Sequence[Heading],
    lines: Sequence[Line],
    blocks: Sequence[Block],
    substance: Substance,
    questions: Sequence[Question],
) -> list[Heading]:
    """A heading with nothing below it is less likely one: a title, a line of contents, a caption.

    So is that of a question which asks for code where none is shown.
    """
    strong = sorted({h.line for h in headings if h.score >= SURE - 0.5})
    found, at = [], 0
    for heading in sorted(headings, key=lambda h: h.line):
        while at < len(strong) and strong[at] <= heading.line:
            at += 1
        line = lines[heading.line]
        end = lines[strong[at]].spot if at < len(strong) else (len(blocks), 0)
        score = heading.score
        if questions[heading.questions[0]].shows_code and not substance.shows(line.spot, end):
            score -= 0.4
        if not substance.between((line.block, line.start + heading.stop), end):
            after_picture = line.block > 0 and blocks[line.block - 1].kind == BlockKind.PICTURE
            score -= 1.5 if after_picture and not heading.numbered else (0.7 if heading.worded > 0 else 0.3)
        if score > 0:
            found.append(replace(heading, score=score))
    return found


def _listed(headings: Sequence[Heading], lines: Sequence[Line], substance: Substance) -> set[int]:
    """Lines of a page that only lists the questions: three or more in a row, with headings for them further down."""
    sure = _best_of_lines(h for h in headings if h.worded >= 0.7 and len(h.questions) == 1)
    listed: set[int] = set()
    run: list[Heading] = []
    for heading in [*sure, None]:
        follows = bool(run) and heading is not None and heading.questions > run[-1].questions
        if heading and follows and not _parted(run[-1], heading, lines, substance):
            run.append(heading)
            continue
        if len(run) >= 3:
            later = {q for h in headings if h.line > run[-1].line for q in h.questions}
            if 2 * len(later & {q for h in run for q in h.questions}) >= len(run):
                listed |= {h.line for h in run}
        run = [heading] if heading else []
    return listed


def _parted(one: Heading, other: Heading, lines: Sequence[Line], substance: Substance) -> bool:
    line = lines[one.line]
    return bool(substance.between((line.block, line.start + one.stop), lines[other.line].spot))


def _best_of_lines(headings: Iterable[Heading]) -> list[Heading]:
    best: dict[int, Heading] = {}
    for heading in headings:
        if heading.line not in best or heading.score > best[heading.line].score:
            best[heading.line] = heading
    return [best[line] for line in sorted(best)]


def _without_enumerations(headings: Sequence[Heading], lines: Sequence[Line], count: int) -> list[Heading]:
    """Without items of numbered lists, which have a number as questions have, and nothing else of them."""
    worded = {q for h in headings if h.score >= SURE and not h.only_number for q in h.questions}
    few = 2 * len(worded) < count
    return [
        h for h in headings
        if (few or h.score >= 1.0 or not h.only_number)
        and not (h.worded < 0.85 and h.numbered and _under_a_colon(h.line, lines))
    ]  # fmt: skip


def _under_a_colon(index: int, lines: Sequence[Line]) -> bool:
    """The line is one of several numbered ones in a row below "… the following steps:"."""
    label = lines[index].label
    number = label.numbers[0] if label and label.numbers and not label.named else 0
    while index > 0 and number > 1:
        above = lines[index - 1].label
        if above is None or above.numbers != (number - 1,) or lines[index - 1].block < lines[index].block - 1:
            return False
        index, number = index - 1, number - 1
    if index == 0 or number != 1:
        return False
    return lines[index - 1].first_line.rstrip().endswith(":") and lines[index - 1].block >= lines[index].block - 1


def _best_path(headings: Sequence[Heading], lines: Sequence[Line]) -> list[Heading]:
    """The headings with the highest sum of scores, in which lines and questions both increase."""
    ordered = sorted(headings, key=lambda h: (h.line, h.questions))
    totals: list[float] = []
    before: list[int] = []
    for index, heading in enumerate(ordered):
        best, link = 0.0, -1
        for earlier in range(index):
            other = ordered[earlier]
            if other.line < heading.line and other.questions[-1] < heading.questions[0]:
                total = totals[earlier] + (0.15 if _alike(lines[other.line], lines[heading.line]) else 0.0)
                if total > best:
                    best, link = total, earlier
        totals.append(best + heading.score)
        before.append(link)
    path: list[Heading] = []
    at = max(range(len(totals)), key=totals.__getitem__, default=-1)
    while at >= 0:
        path.append(ordered[at])
        at = before[at]
    return path[::-1]


def _from_first_parts(
    path: Sequence[Heading], headings: Sequence[Heading], lines: Sequence[Line], substance: Substance
) -> list[Heading]:
    """Questions that are answered in parts ("1a", "1b") begin with their first part."""
    begun: list[Heading] = []
    for heading in path:
        after = begun[-1].line if begun else -1
        parts = [
            h for h in headings
            if after < h.line < heading.line and h.questions == heading.questions and h.score >= SURE
            and h.numbered and _alike(lines[h.line], lines[heading.line]) and _parted(h, heading, lines, substance)
        ]  # fmt: skip
        begun.append(parts[0] if parts else heading)
    return begun


def _alike(one: Line, other: Line) -> bool:
    forms = [line.label.form if line.label else "" for line in (one, other)]
    return one.style == other.style and forms[0] == forms[1]


def _any_order(headings: Sequence[Heading], path: Sequence[Heading]) -> list[Heading]:
    """The strongest headings whatever their order, and those of the path that go with them."""
    strong = [h for h in headings if h.score >= SURE and (h.worded >= 0.7 or (h.numbered and not h.only_number))]
    lines: set[int] = set()
    questions: set[int] = set()
    taken = []
    for heading in [*sorted(strong, key=lambda h: (-h.score, h.line)), *path]:
        if heading.line not in lines and not questions & set(heading.questions):
            taken.append(heading)
            lines.add(heading.line)
            questions |= set(heading.questions)
    return taken
