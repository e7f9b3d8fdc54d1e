"""Judges the answer to one question: which key ideas it shows, and whether it is an answer at all.

In: the answer's blocks, the Question, AnswerWanted. Out: AnswerJudged. A machine's view of prose is a suggestion: only
what is sure is decided. This module must never call an answer `not_met` because no idea was recognised in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from grader.judge.report.marks import PART_OF_IT, Count, count
from grader.judge.report.no_answers import Kind, Text, kind_of
from grader.judge.report.plain import fold
from grader.judge.report.prose import Paragraph, Sentence, paragraphs, sentences
from grader.judge.report.segments import Question
from grader.judge.report.wanted import AnswerWanted
from grader.records import AnswerReading, Block, BlockKind, Furniture, IdeaFound, Outcome, Picture, Place

LONGEST_SHOWN = 400
MOST_CONTRADICTIONS = 5
_MAY_CONTRADICT = ("other_question", "off_topic")
"""Kinds beside which a contradiction is the better reason."""
_SAME_WORDING = 88
_LEAST_OF_A_PICTURE = 8
"""Words that the text of a picture must have to be read as an answer."""


@dataclass(frozen=True)
class AnswerJudged:
    """`found` is a sentence for people."""

    reading: AnswerReading
    outcome: Outcome
    fault: str
    found: str


@dataclass(frozen=True)
class _Verdict:
    outcome: Outcome
    confidence: float
    found: str
    fault: str = ""
    suggested: float = 0.0
    contradictions: tuple[Sentence, ...] = field(default=())


def judge_answer(
    blocks: Sequence[Block],
    question: Question,
    wanted: AnswerWanted,
    *,
    others: Mapping[str, AnswerWanted],
    pictures: Sequence[Picture] = (),
) -> AnswerJudged:
    """What the answer in `blocks` is worth.

    Args:
        others: the rubric's other questions by id, to which this may be the answer.
        pictures: of the report. Text that was read in those of `blocks` counts where there is no other.
    """
    found = paragraphs(blocks)
    pictured = not found and any(b.kind == BlockKind.PICTURE and b.furniture == Furniture.NONE for b in blocks)
    if pictured:
        found = _pictured(blocks, pictures)
    if not found:
        return _judged(question, found, None, wanted, _nothing(pictured))
    told = sentences(found)
    own = tuple(s for s in told if not _is_wording(s.text, (*wanted.wordings, question.wording, *question.also)))
    counted = count(own, wanted)
    kind = kind_of(Text("\n".join(p.text for p in found), told, own), counted, wanted, others)
    read_badly = pictured or any(b.read_by_ocr for b in blocks)
    return _judged(question, found, counted, wanted, _verdict(kind, counted, wanted, own, read_badly=read_badly))


def _pictured(blocks: Sequence[Block], pictures: Sequence[Picture]) -> tuple[Paragraph, ...]:
    """The text that was read in an answer's pictures, if it is long enough to be one."""
    texts = [
        Paragraph(fold(" ".join(line.text for line in picture.lines)), False, block.place)
        for block in blocks
        if block.picture is not None and 0 <= block.picture < len(pictures) and (picture := pictures[block.picture])
    ]
    return tuple(p for p in texts if len(p.text.split()) >= _LEAST_OF_A_PICTURE)


def _is_wording(text: str, wordings: Sequence[str]) -> bool:
    text = text[:LONGEST_SHOWN].casefold()
    return any(fuzz.ratio(text, wording.casefold(), score_cutoff=_SAME_WORDING) for wording in wordings)


def _nothing(pictured: bool) -> _Verdict:
    if pictured:
        said = "The answer is a picture, and no text was read in it."
        return _Verdict(Outcome.UNDECIDED, 0.1, said, "picture_only", 0.3)
    return _Verdict(Outcome.NOT_MET, 0.95, "There is no answer under this question.", "empty")


def _verdict(
    kind: Kind | None, counted: Count, wanted: AnswerWanted, own: Sequence[Sentence], *, read_badly: bool
) -> _Verdict:
    if counted.contradictions and (kind is None or kind.fault in _MAY_CONTRADICT):
        said = f"One sentence seems to say the contrary of a key idea: “{_cut(counted.contradictions[0].text)}”"
        rest = counted.total - 0.85 * wanted.full
        worth = 0.8 if rest > len(counted.contradictions) else 0.4
        return _Verdict(Outcome.UNDECIDED, 0.3, said, "contradicted", worth * counted.share, counted.contradictions)
    if kind is not None:
        outcome = Outcome.NOT_MET if kind.sure else Outcome.UNDECIDED
        return _Verdict(outcome, kind.confidence, kind.found, kind.fault, counted.share * kind.worth)
    ideas = f"{len(counted.found)} of the key ideas {'was' if len(counted.found) == 1 else 'were'} recognised"
    if counted.complete:
        sure = min(0.95, 0.62 + 0.14 * (counted.total - 0.85 * wanted.full)) - 0.15 * read_badly
        return _Verdict(Outcome.MET, sure, f"{ideas}, enough for full marks.", suggested=1.0)
    in_part = counted.total >= wanted.partial * 0.9 and counted.share <= PART_OF_IT
    if in_part and not counted.unexplained and sum(s.own for s in own) <= 45:
        return _Verdict(Outcome.PARTLY, 0.55, f"{ideas}; more are needed.", suggested=min(counted.share, 0.75))
    if counted.found:
        likely = 0.6 if counted.unexplained and len(own) > 1 else 0.45
        return _Verdict(Outcome.UNDECIDED, likely, f"{ideas}; a person reads the rest.", suggested=counted.share)
    said = "It is on the topic, but none of the key ideas was recognised; a person reads it."
    return _Verdict(Outcome.UNDECIDED, 0.2, said, suggested=0.3)


def _judged(
    question: Question, found: Sequence[Paragraph], counted: Count | None, wanted: AnswerWanted, verdict: _Verdict
) -> AnswerJudged:
    shown = counted.found if counted else ()
    seen = {each.idea.id for each in shown}
    reading = AnswerReading(
        question=wanted.question or question.wording,
        paragraphs=tuple(p.text for p in found),
        found=tuple(
            IdeaFound(
                id=each.idea.id, name=each.idea.name, sentence=_cut(each.sentence.text),
                strength=round(each.strength, 3), place=each.sentence.place,
            )
            for each in shown
        ),
        missing=tuple(idea.hint for idea in wanted.ideas if idea.id not in seen),
        contradictions=tuple(_cut(s.text) for s in verdict.contradictions[:MOST_CONTRADICTIONS]),
        confidence=round(min(1.0, max(0.0, verdict.confidence)), 3),
        suggested=round(verdict.suggested, 3),
        place=_place(found),
    )  # fmt: skip
    return AnswerJudged(reading, verdict.outcome, verdict.fault, verdict.found)


def _place(found: Sequence[Paragraph]) -> Place | None:
    return next((p.place for p in found if p.place is not None), None)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"
