"""Which blocks of a report answer which question.

In: Report, the rubric's questions. Out: Segments. Wording, number and style together say which line is a question's
heading; the headings taken are those that fit together best. What stands under no heading is placed by content where
that is sure.
Must never guess silently: `certainty` says how sure a placing is, and what could not be placed is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from grader.judge.report.headings import Heading, headings_of
from grader.judge.report.lines import MOST_LINES, Layout, is_set_apart, lines_of
from grader.judge.report.path import Chosen, choose
from grader.judge.report.stretches import Kind, Stretch, stretches
from grader.judge.report.tables import opened
from grader.judge.report.unheaded import Begin, is_code, place_by_content
from grader.judge.report.wording import Question, Wordings
from grader.records import Block, BlockKind, Place, Report, ReportForm

__all__ = ["Question", "Segment", "Segments", "segment"]

_COVER = 80
"""Characters from which a paragraph before the first heading is more than a line of a cover page."""
_COPIED = 0.95
_LONG = 24
"""Likeness, and characters, from which a heading is the question itself."""
_STEPS = ((0.0, 0.45), (0.8, 0.62), (1.5, 0.8), (2.5, 0.93), (3.5, 0.98))


@dataclass(frozen=True)
class Segment:
    """An answer, or a section of the student's own.

    Attributes:
        question: its id; "" of a section of the student's own.
        heading: what stands above it, "" where nothing does.
        blocks: of the answer; captions are kept, with `furniture` CAPTION. () where only the question was copied.
        certainty: in [0, 1], that these blocks and no others answer this question. Below 0.5 a person should look.
    """

    question: str
    heading: str
    place: Place | None
    blocks: tuple[Block, ...]
    certainty: float


@dataclass(frozen=True)
class Segments:
    """A report by question.

    Attributes:
        answers: by id of the question; one that wasn't found is not in it. Two under one heading share their blocks.
        additional: sections of the student's own, in order.
        unplaced: text, tables and pictures that belong to no question for sure.
    """

    answers: dict[str, Segment]
    additional: tuple[Segment, ...]
    unplaced: tuple[Block, ...]


def segment(report: Report, questions: Sequence[Question]) -> Segments:
    """The report's blocks by question."""
    wordings = Wordings.of(questions)
    every = opened(report.blocks, wordings)
    layout = Layout.of(every)
    lines = lines_of(every, layout)
    blocks = every if len(lines) < MOST_LINES else every[: lines[-1].block + 1]
    headings = headings_of(lines, wordings, report.form)
    chosen = choose(headings, lines, blocks, layout, questions)
    parts = stretches(blocks, lines, chosen, wordings, layout, report.form)
    if report.form == ReportForm.NOTEBOOK:
        parts = [_within_its_cells(p, blocks) for p in parts if p.kind == Kind.ANSWER]
    build = _Build(report, blocks, wordings, chosen, parts)
    for part in parts:
        build.take(part)
    rest = tuple(b for b in every[len(blocks) :] if not is_set_apart(b, layout))
    return Segments(build.answers, tuple(build.additional), (*build.unplaced, *rest))


class _Build:
    """The answers as they come together, stretch by stretch."""

    def __init__(
        self, report: Report, blocks: Sequence[Block], wordings: Wordings, chosen: Chosen, parts: Sequence[Stretch]
    ) -> None:
        self.answers: dict[str, Segment] = {}
        self.additional: list[Segment] = []
        self.unplaced: list[Block] = []
        self._report = report
        self._wordings = wordings
        self._blocks = blocks
        self._chosen = chosen
        self._merged = {p.heading.line: _with_neighbours(p, p.heading, chosen, wordings) for p in parts if p.heading}
        found = {q for questions in self._merged.values() for q in questions}
        self._missing = [q for q in range(len(wordings.questions)) if q not in found]
        self._latest = -1

    def take(self, part: Stretch) -> None:
        """Put a stretch where it belongs."""
        place = self._blocks[part.at].place if part.at < len(self._blocks) else None
        if part.kind == Kind.OWN:
            if part.blocks:
                self.additional.append(Segment("", part.title, place, part.blocks, 0.9))
            return
        owner = part.heading
        if owner:
            self._latest = max(owner.questions)
        begins = self._by_content(part, owner)
        first = begins[0].at if begins else len(part.blocks)
        if owner:
            kept = self._without_strays(part.blocks[:first], owner.questions)
            self._answer(part, owner, place, kept)
            self._spread(owner, kept)
        else:
            self._leave(part, part.blocks[:first])
        stops = [*(b.at for b in begins[1:]), len(part.blocks)]
        for begin, stop in zip(begins, stops[: len(begins)], strict=True):
            self._latest = max(self._latest, begin.question)
            self._place(begin, self._without_strays(part.blocks[begin.at : stop], (begin.question,)))

    def _by_content(self, part: Stretch, owner: Heading | None) -> list[Begin]:
        missing = self._missing_here()
        if not missing:
            return []
        question = owner.questions[-1] if owner else None
        return place_by_content(part.blocks, self._report.pictures, missing, self._wordings, question)

    def _missing_here(self) -> list[int]:
        """The missing questions that may stand between the heading before and the next one."""
        missing = [q for q in self._missing if self._wordings.questions[q].id not in self.answers]
        if not self._chosen.increasing:
            return missing
        later = [h.questions[0] for h in self._chosen.headings if h.questions[0] > self._latest]
        return [q for q in missing if self._latest < q < min(later, default=len(self._wordings.questions))]

    def _without_strays(self, blocks: tuple[Block, ...], owners: Sequence[int]) -> tuple[Block, ...]:
        """Below a question of understanding, code whose own heading may be missing is nobody's for sure."""
        questions = self._wordings.questions
        waiting = any(questions[q].shows_code for q in self._missing_here())
        if not waiting or any(questions[q].shows_code for q in owners):
            return blocks
        strays = [b for b in blocks if is_code(b, self._report.pictures)]
        self.unplaced += strays
        return tuple(b for b in blocks if b not in strays)

    def _answer(self, part: Stretch, heading: Heading, place: Place | None, blocks: tuple[Block, ...]) -> None:
        certainty = _certainty(heading.score) - (0.0 if self._chosen.increasing else 0.05)
        if heading.worded >= _COPIED and len(part.title) > _LONG:
            certainty = max(certainty, 0.9)
        questions = self._merged[heading.line]
        if len(questions) > 1:
            certainty = min(certainty, 0.85 if questions == heading.questions else 0.6)
        for question in questions:
            id_ = self._wordings.questions[question].id
            self.answers[id_] = Segment(id_, part.title, place, blocks, round(certainty, 2))

    def _spread(self, owner: Heading, blocks: tuple[Block, ...]) -> None:
        """Pictures of several questions below the last of their headings: each to its own, where all are sure."""
        ids = [q.id for q in self._wordings.questions]
        group = list(self._merged[owner.line])
        while group[0] > 0 and (before := self.answers.get(ids[group[0] - 1])) and not before.blocks:
            group.insert(0, group[0] - 1)
        if len(group) == 1:
            return
        begins = place_by_content(blocks, self._report.pictures, group, self._wordings, None)
        if [b.question for b in begins] != group or begins[0].at:
            return
        stops = [*(b.at for b in begins[1:]), len(blocks)]
        for begin, stop in zip(begins, stops, strict=True):
            id_ = ids[begin.question]
            part = replace(self.answers[id_], blocks=blocks[begin.at : stop], certainty=round(begin.certainty, 2))
            self.answers[id_] = part

    def _leave(self, part: Stretch, blocks: tuple[Block, ...]) -> None:
        """What is placed nowhere; lines of a cover page are not told."""
        cover = part.kind == Kind.FRONT
        self.unplaced += [b for b in blocks if not (cover and b.kind == BlockKind.TEXT and len(b.text) < _COVER)]

    def _place(self, begin: Begin, blocks: tuple[Block, ...]) -> None:
        id_ = self._wordings.questions[begin.question].id
        self.answers[id_] = Segment(id_, "", blocks[0].place, blocks, round(begin.certainty, 2))


def _with_neighbours(part: Stretch, heading: Heading, chosen: Chosen, wordings: Wordings) -> tuple[int, ...]:
    """The heading's questions, and one beside them that it puts too and that has no heading of its own."""
    found = {q for h in chosen.headings for q in h.questions}
    beside = (heading.questions[0] - 1, heading.questions[-1] + 1)
    words = wordings.known_stems(part.title)
    also = [q for q in beside if 0 <= q < len(wordings.questions) and q not in found]
    return tuple(sorted((*heading.questions, *(q for q in also if wordings.puts_too(words, q, heading.questions)))))


def _certainty(score: float) -> float:
    """How surely a heading is the question's, from its score."""
    for (low, least), (high, most) in pairwise(_STEPS):
        if score < high:
            return least + (most - least) * max(0.0, score - low) / (high - low)
    return _STEPS[-1][1]


def _within_its_cells(part: Stretch, blocks: Sequence[Block]) -> Stretch:
    """Of a notebook, an answer goes on only in Markdown cells that follow each other."""
    place = blocks[part.at].place
    cell = place.cell if place else None
    kept = []
    for block in part.blocks:
        here = block.place.cell if block.place else None
        if cell is not None and here is not None and here > cell + 1:
            break
        kept.append(block)
        cell = here if here is not None else cell
    return replace(part, blocks=tuple(kept))
