"""Words as they count: folded and stemmed, with the clause that each stands in and whether a "not" reaches it.

In: text of any kind. Out: Words. This module must never use a backtracking pattern, or time that grows faster than the
text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from grader.judge.report.plain import plain_words
from grader.judge.report.stems import stem

_BREAKS = frozenset(",;:()—–[]{}>=→")
_NEUTRAL = frozenset(["a", "an", "the", "very", "really", "quite", "also", "even", "s", "such"])
NOT = frozenset("not never no without nor none nothing neither hardly cannot unable".split())
_NONE = frozenset(["none", "nothing", "neither"])
_NOT_NEGATING = frozenset(["onli", "just", "simpli", "mere"])
_PREVENTING = frozenset("prevent avoid stop preclud protect forbid unlik refrain instead".split())
_KEEPING = frozenset("keep hinder discourag protect save".split())
"""With "from …ing" behind them they prevent."""
_REACH_OF_NOT, _REACH_OF_NONE, _REACH_OF_PREVENTING = 4, 6, 8
"""In words."""
_TURNS = frozenset("but while wherea whilst becaus so therefor henc thus otherwis which unless".split())
"""Words with which a clause begins, where the comma is often forgotten."""
_SUBJECTS = frozenset("this it we they you i that he these thus then there".split())
"""Behind an "and", they begin a clause of their own."""
STOP_WORDS = frozenset(
    """a about after all also am an and any are as at be because been before being between both but by can could did do
    does doing during each even every few for from further get gets had has have having he her here his how i if in into
    is it its itself just less like made make makes many may me might more most much must my need no nor not now of off
    on once one only or other our out over own same she should since so some such than that the their them then there
    therefore these they this those through thus to too under until up upon us use used uses using very was we were what
    when where whereas whether which while who why will with within without would yet you your hence instead""".split()
)


@dataclass(frozen=True)
class Word:
    """A word in its place.

    Attributes:
        stem: what it is compared by. plain: as written, folded.
        clause: running number of its clause in the text.
        negated: a "not" or "prevents" in front of it in its clause reaches it.
    """

    stem: str
    plain: str
    clause: int
    negated: bool


@dataclass
class _Clause:
    """The clause that is being read: its number, and how many more words a negation in it reaches."""

    number: int
    reach: int = 0
    kept: bool = False

    def take(self, plain: str, root: str, following: Sequence[str], before: str) -> bool:
        """Whether the word is negated; then what it does to those behind it."""
        negated = self.reach > 0
        self.reach -= 1
        self.kept = self.kept or root in _KEEPING
        if plain in NOT and (not following or stem(following[0]) not in _NOT_NEGATING):
            self.reach = max(self.reach, _REACH_OF_NONE if plain in _NONE else _REACH_OF_NOT)
        elif root in _PREVENTING or (plain == "than" and before == "rather"):
            self.reach = max(self.reach, _REACH_OF_PREVENTING)
        elif plain == "from" and self.kept and following and following[0].endswith("ing"):
            self.reach = max(self.reach, _REACH_OF_NONE)
        return negated


def words(text: str, *, first_clause: int = 0) -> tuple[Word, ...]:
    """The words of a folded `text` that carry meaning: articles and the like are left out."""
    found: list[Word] = []
    clause = _Clause(first_clause)
    pieces = list(plain_words(text))
    position = 0
    for index, (plain, start, end) in enumerate(pieces):
        root = stem(plain)
        following = [piece[0] for piece in pieces[index + 1 : index + 2]]
        turns = root in _TURNS or (plain == "and" and not _SUBJECTS.isdisjoint(following))
        if turns or not _BREAKS.isdisjoint(text[position:start]):
            clause = _Clause(clause.number + 1)
        position = end
        if plain not in _NEUTRAL:
            negated = clause.take(plain, root, following, found[-1].plain if found else "")
            found.append(Word(root, plain, clause.number, negated))
    return tuple(found)


@lru_cache(maxsize=1 << 14)
def phrase_stems(phrase: str) -> tuple[str, ...]:
    """The stems of a rubric's phrase, which is one clause without quotes: what `words` gives, at a fraction of it."""
    return tuple(stem(plain) for plain, _, _ in plain_words(phrase) if plain not in _NEUTRAL)
