"""What a rubric says of one question of the report: the parameters of the report's checks, and their syntax.

In: a rubric's values. Out: AnswerWanted, PictureWanted, valid or refused. Must never import what reads an answer before
one is read: a rubric is opened far more often than a report is judged.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from grader.judge.check import Parameters
from grader.judge.report.field_words import FIELD
from grader.records import Outcome

if TYPE_CHECKING:
    from grader.judge.report.lexicon import Lexicon

SYNTAX = """
A pattern is a line of concepts, all of which a sentence must name close together:

    keep feature              both, in any order
    +destroy feature          destroy without a "not" or "prevents" in front of it
    -destroy feature          only with one
    freeze > let > +change    in this order
    large gradient /6         within six words (else a number that grows with the concepts)
    large gradient ! data     not if the clause names data too
    large gradient !! data    not if the sentence does, nor behind one that supposes something ("if we did not …")
    large gradient !!! data   not if any sentence of the answer does
    better new_task ?         a weak sign: it may be said for another reason
    ~ if_frozen > lost        for what contradicts: all concepts in one sentence, else they must stand in one clause
"""
"""For whoever writes a rubric; printed in rubrics/README.md."""

Line = Annotated[str, Field(min_length=1, max_length=200)]


@dataclass(frozen=True)
class Term:
    concept: str
    negated: bool | None
    """None where it does not matter."""


@dataclass(frozen=True)
class Pattern:
    terms: tuple[Term, ...]
    ordered: bool
    across: bool
    weak: bool
    within: int
    without: tuple[str, ...]
    unless: tuple[str, ...]
    nowhere: tuple[str, ...]

    @property
    def concepts(self) -> tuple[str, ...]:
        return (*(term.concept for term in self.terms), *self.without, *self.unless, *self.nowhere)


def parse(line: str) -> Pattern:
    """A pattern as written in a rubric.

    Raises:
        ValueError: where there is nothing to look for, or a number of words that is none.
    """
    rest, _, nowhere = line.partition("!!!")
    rest, _, unless = rest.partition("!!")
    wanted, _, without = rest.partition("!")
    terms: list[Term] = []
    within = 0
    for part in wanted.replace(">", " > ").split():
        if part.startswith("/"):
            if not part[1:].isdigit():
                raise ValueError(f"{line!r}: expected a number of words after '/', found {part[1:]!r}")
            within = int(part[1:])
        elif part not in (">", "~", "?"):
            sign = {"+": False, "-": True}.get(part[0])
            terms.append(Term(part if sign is None else part[1:], sign))
    if not terms:
        raise ValueError(f"{line!r}: names no concept")
    return Pattern(
        tuple(terms), ">" in wanted, "~" in wanted, "?" in wanted, within or 4 + 4 * len(terms),
        tuple(without.split()), tuple(unless.split()), tuple(nowhere.split()),
    )  # fmt: skip


class Idea(BaseModel):
    """A key idea of an answer.

    Attributes:
        name: what a student may read where it was found. hint: what they may read where it is missing.
        part: the part of the question that it answers; full marks need an idea for each part that the ideas name.
        weight: how much it counts towards the full number.
        shown_by: patterns, any of which shows it.
        contradicted_by: patterns that say its contrary; all concepts within one clause.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str
    name: str
    hint: str
    part: str = ""
    weight: float = Field(default=1.0, gt=0, le=3)
    shown_by: tuple[Line, ...] = Field(min_length=1)
    contradicted_by: tuple[Line, ...] = ()

    @field_validator("shown_by", "contradicted_by")
    @classmethod
    def _can_be_read(cls, lines: tuple[str, ...]) -> tuple[str, ...]:
        for line in lines:
            parse(line)
        return lines

    @property
    def concepts(self) -> Iterator[str]:
        """All concepts that its patterns name."""
        for line in (*self.shown_by, *self.contradicted_by):
            yield from parse(line).concepts


@dataclass(frozen=True)
class Compiled:
    """An idea with its patterns read."""

    idea: Idea
    shown_by: tuple[Pattern, ...]
    contradicted_by: tuple[Pattern, ...]


def compiled(idea: Idea) -> Compiled:
    return Compiled(idea, tuple(map(parse, idea.shown_by)), tuple(map(parse, idea.contradicted_by)))


class AnswerWanted(Parameters):
    """What a rubric says of one question.

    Attributes:
        question: its wording; `also`: other wordings of it; `number`: its number in the sheet.
        ideas: the key ideas. full: how many make full marks; partial: how many make `partly`.
        topic: words that answers to this question use and answers to the rubric's others mostly don't.
        words: concept → phrases, beside those that come with the grader.
        least_words: below that an answer is too short, unless it shows everything.
    """

    FAULTS: ClassVar[tuple[str, ...]] = (
        "copied_question", "keyword_heap", "other_question", "off_topic", "contradicted", "too_short", "empty",
        "other_language", "picture_only", "same_as_other_student",
    )  # fmt: skip
    question: str
    number: int | None = None
    also: tuple[str, ...] = ()
    topic: tuple[str, ...] = ()
    ideas: tuple[Idea, ...] = Field(min_length=1)
    full: float = Field(default=2, gt=0)
    partial: float = Field(default=1, gt=0)
    words: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    least_words: int = Field(default=5, ge=1)

    @model_validator(mode="after")
    def _hangs_together(self) -> AnswerWanted:
        ids = [idea.id for idea in self.ideas]
        if len(set(ids)) < len(ids):
            raise ValueError("two ideas have the same id")
        if not self.partial <= self.full <= sum(idea.weight for idea in self.ideas):
            raise ValueError("expected partial ≤ full ≤ the sum of the ideas' weights")
        known = FIELD.keys() | self.words.keys()
        for idea in self.ideas:
            for concept in idea.concepts:
                if concept not in known:
                    near = difflib.get_close_matches(concept, sorted(known), n=1)
                    guess = f". Did you mean {near[0]!r}?" if near else ""
                    raise ValueError(f"idea {idea.id!r} names the concept {concept!r}, which has no words{guess}")
        return self

    @cached_property
    def lexicon(self) -> Lexicon:
        from grader.judge.report.lexicon import Lexicon

        return Lexicon(self.words)

    @cached_property
    def compiled(self) -> tuple[Compiled, ...]:
        return tuple(compiled(idea) for idea in self.ideas)

    @cached_property
    def parts(self) -> frozenset[str]:
        """Parts of the question that full marks need."""
        return frozenset(idea.part for idea in self.ideas if idea.part)

    @cached_property
    def wordings(self) -> tuple[str, ...]:
        return (self.question, *self.also)

    @cached_property
    def asked(self) -> frozenset[str]:
        """Stems of the question's own words, in any of its wordings."""
        return _content_stems(" ".join(self.wordings))

    @cached_property
    def topic_stems(self) -> frozenset[str]:
        return _content_stems(" , ".join(self.topic))


class Piece(Parameters):
    """A piece of code that must be seen.

    Attributes:
        name: as the page says it.
        code: spellings that count; `at_least` of them must be seen. A truth value or number at the end is exact.
        partly: spellings that count in part.
        near: words, or code compared by its letters alone, that make it undecided, not missing.
        doubt: code beside which a spelling that was seen isn't believed.
    """

    name: str
    code: tuple[str, ...] = Field(min_length=1)
    partly: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    doubt: tuple[str, ...] = ()
    at_least: int = 1


class PictureWanted(Parameters):
    """What a screenshot must show.

    Attributes:
        question, number, also: the question as the students know it, and other ways of putting it.
        shows: what the right screenshot shows, for people ("the base model without its top").
        pieces: the code that must be seen in it.
        contrary: outcome where the opposite is seen (`include_top=True`).
        own_cell: outcome where the notebook's own code hasn't what the screenshot shows.
        elsewhere: outcome where the right screenshot stands somewhere else in the report.
    """

    FAULTS: ClassVar[tuple[str, ...]] = (
        "no_picture", "wrong_picture", "piece_missing", "in_part", "contrary", "both", "unsure", "unread", "elsewhere",
        "only_spoken_of", "not_in_notebook",
    )  # fmt: skip
    question: str
    number: int | None = None
    also: tuple[str, ...] = ()
    shows: str = ""
    pieces: tuple[Piece, ...] = Field(min_length=1)
    contrary: Outcome = Outcome.NOT_MET
    own_cell: Outcome = Outcome.UNDECIDED
    elsewhere: Outcome = Outcome.UNDECIDED


def _content_stems(text: str) -> frozenset[str]:
    from grader.judge.report.marks import content_stems

    return content_stems(text)
