"""The key ideas that a rubric looks for in an answer, and where a sentence shows one or says its contrary.

In: an Idea as the rubric states it, sentences with their mentions. Out: Shown. This module must never decide what an
answer is worth.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from grader.judge.report.lexicon import Mention
from grader.judge.report.prose import Sentence
from grader.judge.report.wanted import Compiled, Idea, Pattern

Mentions = Mapping[str, Sequence[Mention]]

_NEAR = 8
"""Words within which a pattern is as sure as can be."""
_WEAK = 0.65
_MOST_TRIED = 600


@dataclass(frozen=True)
class Shown:
    """An idea in a sentence. `strength` in [0, 1]: how surely."""

    idea: Idea
    sentence: Sentence
    strength: float


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
