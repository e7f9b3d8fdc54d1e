"""The key ideas that a rubric looks for in an answer, and where a sentence shows one or says its contrary.

In: an Idea as the rubric states it, sentences with their mentions. Out: Shown. This module must never decide what an
answer is worth.

SYNTAX says how patterns are written.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

from grader.judge.report.lexicon import Mention
from grader.judge.report.prose import Sentence

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

Mentions = Mapping[str, Sequence[Mention]]
Line = Annotated[str, Field(min_length=1, max_length=200)]

_NEAR = 8
"""Words within which a pattern is as sure as can be."""
_WEAK = 0.65
_MOST_TRIED = 600


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
class Shown:
    """An idea in a sentence. `strength` in [0, 1]: how surely."""

    idea: Idea
    sentence: Sentence
    strength: float


@dataclass(frozen=True)
class Compiled:
    """An idea with its patterns read."""

    idea: Idea
    shown_by: tuple[Pattern, ...]
    contradicted_by: tuple[Pattern, ...]


def compiled(idea: Idea) -> Compiled:
    return Compiled(idea, tuple(map(parse, idea.shown_by)), tuple(map(parse, idea.contradicted_by)))


def shown(one: Compiled, sentence: Sentence, mentions: Mentions) -> Shown | None:
    """The idea as `sentence` shows it, None if it doesn't."""
    strength = 0.0
    for pattern in one.shown_by:
        strength = max(strength, _strength(pattern, mentions))
        if strength == 1.0:
            break
    return Shown(one.idea, sentence, strength) if strength else None


def contradicted(one: Compiled, mentions: Mentions, *, supposed: bool, named: Collection[str]) -> bool:
    """True where a sentence says the contrary of the idea.

    Args:
        mentions: of the sentence, without those of the line that leads it in.
        supposed: the sentence before it supposes something.
        named: concepts that the answer names anywhere.
    """
    return any(
        True
        for pattern in one.contradicted_by
        if not (supposed and pattern.unless) and not any(concept in named for concept in pattern.nowhere)
        for _ in _matches(pattern, mentions, clause=not pattern.across)
    )


def without_lead(sentence: Sentence, mentions: Mentions) -> Mentions:
    """The mentions of a sentence's own words."""
    lead = len(sentence.words) - sentence.own
    if not lead:
        return mentions
    own = ((concept, [m for m in found if m.start >= lead]) for concept, found in mentions.items())
    return {concept: found for concept, found in own if found}


def _strength(pattern: Pattern, mentions: Mentions) -> float:
    best = 0.0
    for match in _matches(pattern, mentions, clause=False):
        span = max(m.end for m in match) - min(m.start for m in match)
        slips = sum(not m.exact for m in match)
        best = max(best, (_WEAK if pattern.weak else 1.0) - 0.02 * max(0, span - _NEAR) - 0.03 * slips)
        if best == 1.0:
            break
    return best


def _matches(pattern: Pattern, mentions: Mentions, *, clause: bool) -> Iterator[tuple[Mention, ...]]:
    """Mentions that fit a pattern; with `clause`, all of one clause."""
    if any(term.concept not in mentions for term in pattern.terms):
        return
    candidates = []
    for term in pattern.terms:
        fit = [m for m in mentions[term.concept] if term.negated is None or m.negated == term.negated]
        if not fit:
            return
        candidates.append(fit)
    for match in itertools.islice(itertools.product(*candidates), _MOST_TRIED):
        if not _fits(pattern, match):
            continue
        clauses = {m.clause for m in match}
        if clause and len(clauses) > 1:
            continue
        if _unwanted(pattern, match, mentions, clauses if clause else None):
            continue
        yield match


def _fits(pattern: Pattern, match: Sequence[Mention]) -> bool:
    if max(m.end for m in match) - min(m.start for m in match) > pattern.within:
        return False
    in_order = match if pattern.ordered else sorted(match, key=lambda m: m.start)
    return all(a.end <= b.start for a, b in itertools.pairwise(in_order))


def _unwanted(
    pattern: Pattern, match: Sequence[Mention], mentions: Mentions, clauses: set[int] | None
) -> bool:
    """Whether a concept is named that the pattern excludes, outside what it matched."""
    taken = {at for m in match for at in range(m.start, m.end)}
    for concepts, within in ((pattern.without, clauses), (pattern.unless, None)):
        for concept in concepts:
            for m in mentions.get(concept, ()):
                if not taken.issuperset(range(m.start, m.end)) and (within is None or m.clause in within):
                    return True
    return False
