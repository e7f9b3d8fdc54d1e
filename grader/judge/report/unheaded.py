"""Answers and pictures that stand under no heading: placed by what they are about, only where that is sure.

In: the blocks of a stretch of the report, and the questions that have no heading there. Out: at which block
whose answer begins. Must never place by order alone, unless all the others of the stretch confirm the order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader.judge.report.wording import Wordings
from grader.records import Block, BlockKind, Furniture, Picture

_LEAST = 0.35
_MARGIN = 0.12
_PROSE = 60
_LEAD = 200
_MOST_PLACES = 300


@dataclass(frozen=True)
class Begin:
    """Where an answer without heading begins: index of its first block in the stretch."""

    question: int
    at: int
    certainty: float


def place_by_content(
    blocks: Sequence[Block], pictures: Sequence[Picture], missing: Sequence[int], wordings: Wordings, owner: int | None
) -> list[Begin]:
    """Where answers to the missing questions begin.

    Args:
        missing: indices of the questions without heading, increasing.
        owner: the question whose heading stands above the stretch, None where there is none.
    """
    found: list[Begin] = []
    for shows_code in (False, True):
        asked = [q for q in range(len(wordings.questions)) if wordings.questions[q].shows_code == shows_code]
        wanted = [q for q in missing if q in asked]
        places = _places(blocks, shows_code)
        if shows_code and owner in asked:
            places = places[1:]
        if wanted and 0 < len(places) <= _MOST_PLACES:
            told = [_told(blocks, at, pictures) if shows_code else blocks[at].text[:160] for at in places]
            found += _in_order(places, told, wanted, asked, wordings, owner is None)
    return _increasing([_from_its_lead(b, blocks) for b in found])


def is_code(block: Block, pictures: Sequence[Picture]) -> bool:
    """Code, or a picture in which code was read."""
    if block.picture is not None and 0 <= block.picture < len(pictures):
        read = pictures[block.picture].text[:2_000]
        return sum(read.count(mark) for mark in ("(", "=", "import ")) >= 2
    return block.code


def _places(blocks: Sequence[Block], shows_code: bool) -> list[int]:
    if shows_code:
        return [i for i, b in enumerate(blocks) if b.kind == BlockKind.PICTURE or (b.code and b.kind == BlockKind.TEXT)]
    return [
        i for i, b in enumerate(blocks)
        if b.kind == BlockKind.TEXT and not b.code and b.furniture == Furniture.NONE and len(b.text) >= _PROSE
    ]  # fmt: skip


def _told(blocks: Sequence[Block], at: int, pictures: Sequence[Picture]) -> str:
    """What is read in a picture, and the lines that stand with it."""
    block = blocks[at]
    read = block.text
    if block.picture is not None and 0 <= block.picture < len(pictures):
        read = pictures[block.picture].text
    around = []
    if at + 1 < len(blocks) and blocks[at + 1].furniture == Furniture.CAPTION:
        around.append(blocks[at + 1].text[:_LEAD])
    if at and blocks[at - 1].kind == BlockKind.TEXT and blocks[at - 1].furniture == Furniture.NONE:
        around.append(blocks[at - 1].text[:_LEAD] if len(blocks[at - 1].text) <= _LEAD else "")
    return "\n".join((*around, read[:1_200]))


def _in_order(
    places: Sequence[int],
    told: Sequence[str],
    wanted: Sequence[int],
    asked: Sequence[int],
    wordings: Wordings,
    free: bool,
) -> list[Begin]:
    """Those that are sure, in increasing order; those left over where counts and all the others fit."""
    sure = []
    for at, text in zip(places, told, strict=True):
        topics = dict(zip(asked, wordings.topic(text, asked), strict=True))
        best = max(topics, key=topics.__getitem__)
        margin = topics[best] - max((t for q, t in topics.items() if q != best), default=0.0)
        if best in wanted and topics[best] >= _LEAST and margin >= _MARGIN:
            sure.append(Begin(best, at, min(0.8, 0.45 + margin)))
    sure = _increasing(sure)
    if free and len(places) == len(wanted) and sure:
        expected = dict(zip(wanted, places, strict=True))
        if 2 * len(sure) >= len(wanted) and all(expected[b.question] == b.at for b in sure):
            told_already = {b.question for b in sure}
            sure += [Begin(q, at, 0.4) for q, at in expected.items() if q not in told_already]
    return sorted(sure, key=lambda b: b.at)


def _increasing(begins: Sequence[Begin]) -> list[Begin]:
    """The most certain of them that increase in place and question; each question once."""
    ordered = sorted(begins, key=lambda b: (b.at, b.question))
    best: list[tuple[float, tuple[Begin, ...]]] = []
    for begin in ordered:
        before = max(
            ((t, c) for t, c in best if c[-1].question < begin.question and c[-1].at < begin.at),
            key=lambda each: each[0], default=(0.0, ()),
        )  # fmt: skip
        best.append((before[0] + begin.certainty, (*before[1], begin)))
    return list(max(best, key=lambda each: each[0])[1]) if best else []


def _from_its_lead(begin: Begin, blocks: Sequence[Block]) -> Begin:
    """With the line above it that announces it ("Here the base is frozen:")."""
    at = begin.at
    while at > 0 and _leads(blocks[at - 1]):
        at -= 1
    return Begin(begin.question, at, begin.certainty)


def _leads(block: Block) -> bool:
    text = block.kind == BlockKind.TEXT and block.furniture == Furniture.NONE and not block.code
    return text and len(block.text) <= _LEAD and block.text.rstrip().endswith(":")
