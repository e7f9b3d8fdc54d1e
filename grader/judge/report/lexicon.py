"""Which concepts the words of a sentence stand for, misspelt ones included.

In: concepts with their phrases; Words. Out: Mentions. This module must never take one correctly spelled word for
another: tolerance is for what is no word at all.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from rapidfuzz.distance import OSA

from grader.judge.report.field_words import FIELD, TERMS
from grader.judge.report.plain import plain_words
from grader.judge.report.stems import stem
from grader.judge.report.words import NOT, STOP_WORDS, Word, phrase_stems

MOST_MENTIONS = 12
"""Of one concept in one sentence; a sentence with more is a heap."""

_CONCEPTS = ""
_SHORTEST_MISSPELT = 4
# Words that are one slip away from a word of the field and mean something else.
_NOT_MISSPELT = frozenset(
    """future present reserve reverse search lean leaning house mode modern moral weigh whether weather wait height
    eight tasty basic baste trail trial brain grain drain rain tram strain restrain contrain learner earn yearn
    stature creature nature mature fracture lecture picnic fuzzy lizard breeze freeway sneeze greeze small stall
    smell spall shall dated gate late rate stage storage sage imagine manage damaged message passage large
    lager barge charge clap class glass grass loss boss moss toss less lens press dress impress express stress
    predict product protest perverse conserve deserve observe observed prepare compare repair prefer perform
    preform inform reform transform platform desktop deploy employ expert export expect except accept adept adopt
    robot report resort ratio ration nation station action option portion notion motion vision version mission
    pension tension crate grate create great treat threat cream dream fraction friction faction traction
    attraction abstraction contraction extraction inspect respect aspect suspect prospect specify species
    spectacle special social serial aerial several federal funeral mineral neutral natural mutual central control
    patrol petrol console consume resume presume assume costume custom customer consumer perfume volume column
    contain certain curtain captain mountain fountain obtain sustain attain retain remain domain romaine marine
    machine routine engine define refine confine combine decline incline online outline spline pipeline
    flop flap slip clip chip ship trip drip grip strip script scrap scratch sketch switch stretch watch match
    catch batch patch latch hatch model modal medal metal mental rental dental medical media medium median
    sample simple ample example temple people label table cable stable able fable noble double trouble double
    training straining draining raining testing resting nesting listing tasting lasting casting posting hosting
    code node mode rode lode note vote rote quote route rotate state stake shake snake brake break bread broad
    board beard heard heart hearing bearing wearing tearing fearing clearing nearing steering
    group growth grown ground round sound found bound wound pound mound count mount amount account
    block clock flock lock black slack stack track crack crank rank frank drank thank think thing things
    fast past last cast vast east least beast feast yeast boast coast toast roast
    print paint point joint faint saint plant plane plan plain place space pace peace piece price prize
    often soften listen lesson lessen person season reason treason prison poison
    class classic classical classmate teacher student study studio window widow wisdom kingdom freedom
    accord record afford effort comfort support sport short sort store story stores glory
    colour collar dollar polar solar similar familiar popular regular irregular singular
    mirror minor major motor rotor tutor author actor factor doctor sector vector victor""".split()
)


@dataclass(frozen=True)
class Mention:
    """A concept named by words[start:end]. `exact` is False where a word was misspelt."""

    concept: str
    start: int
    end: int
    clause: int
    negated: bool
    exact: bool


Tree = dict[str, Any]


class Lexicon:
    """Phrases of concepts, ready to be looked up. Built once for a rubric's criterion, then only read."""

    def __init__(self, own: Mapping[str, Sequence[str]]) -> None:
        """Args:
        own: a rubric's concept → phrases, which add to those of FIELD.
        """
        field = _field_tree()
        own_tree: Tree = {}
        for concept, phrases in own.items():
            for phrase in phrases:
                _add(own_tree, concept, phrase)
        self._trees = (field, own_tree) if own_tree else (field,)
        added = _plain(itertools.chain.from_iterable(own.values()))
        self._by_letter = _by_letter(_field_words() | added)
        self._stems = frozenset(map(stem, _field_words() | added))
        self._stems_by_letter = _by_letter(self._stems)

    def mentions(self, found: Sequence[Word]) -> dict[str, list[Mention]]:
        """Where each concept is named in a sentence's words, joined and with the usual slips."""
        result: dict[str, list[Mention]] = {}
        spelled = [self._spelled(word) for word in found]
        for start, word in enumerate(found):
            for end, concepts in self._phrases(spelled, start):
                exact = all(spelled[i] == found[i].stem for i in range(start, end))
                for concept in concepts:
                    here = result.setdefault(concept, [])
                    if len(here) < MOST_MENTIONS:
                        here.append(Mention(concept, start, end, word.clause, word.negated, exact))
        return result

    def _phrases(self, stems: Sequence[str], start: int) -> Iterator[tuple[int, tuple[str, ...]]]:
        for node in self._trees:
            for end in range(start, len(stems)):
                if stems[end] not in node:
                    break
                node = node[stems[end]]
                if _CONCEPTS in node:
                    yield end + 1, node[_CONCEPTS]

    def _spelled(self, word: Word) -> str:
        """The stem of what a misspelt word stands for; its own if there is nothing near."""
        own = word.stem
        if own in self._stems or "_" in own or own in _NOT_MISSPELT or word.plain in STOP_WORDS or own in NOT:
            return own
        if word.plain in _NOT_MISSPELT or not _SHORTEST_MISSPELT <= len(word.plain) <= 20:
            return own
        near = _nearest(word.plain, self._by_letter.get(own[:1], ()))
        if near != word.plain:
            return stem(near)
        return _nearest(own, self._stems_by_letter.get(own[:1], ()))


@lru_cache(maxsize=1 << 12)
def _nearest(word: str, near: tuple[str, ...]) -> str:
    best, least = word, 3
    for other in near:
        longest = max(len(word), len(other))
        if len(other) < _SHORTEST_MISSPELT or longest < 5:
            continue
        allowed = min(1 if longest < 8 else 2, least - 1)
        distance = OSA.distance(word, other, score_cutoff=allowed)
        if distance <= allowed:
            best, least = other, distance
    return best


@lru_cache(maxsize=1)
def _field_tree() -> Tree:
    tree: Tree = {}
    for concept, phrases in FIELD.items():
        for phrase in phrases.split(","):
            _add(tree, concept, phrase)
    return tree


@lru_cache(maxsize=1)
def _field_words() -> frozenset[str]:
    return _plain((*FIELD.values(), TERMS))


def _plain(phrases: Iterable[str]) -> frozenset[str]:
    """All words of phrases, as they are written."""
    return frozenset(word for phrase in phrases for word, _, _ in plain_words(phrase))


def _add(tree: Tree, concept: str, phrase: str) -> None:
    for stems in _expanded(phrase):
        node = tree
        for one in stems:
            node = node.setdefault(one, {})
        node[_CONCEPTS] = (*(c for c in node.get(_CONCEPTS, ()) if c != concept), concept)


@lru_cache(maxsize=1)
def _terms() -> Tree:
    tree: Tree = {}
    for phrase in TERMS.split(","):
        node = tree
        for one in phrase_stems(phrase):
            node = node.setdefault(one, {})
        node[_CONCEPTS] = True
    return tree


def joined(found: Sequence[Word]) -> tuple[Word, ...]:
    """The same words, each term of the field as one: "learning", "rate" → "learn_rate"."""
    stems = [word.stem for word in found]
    return tuple(
        found[at] if end == at + 1 else replace(found[at], stem="_".join(stems[at:end])) for at, end in _spans(stems)
    )


def _joined_stems(stems: Sequence[str]) -> tuple[str, ...]:
    return tuple("_".join(stems[at:end]) for at, end in _spans(stems))


def _spans(stems: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where each word or term begins and ends."""
    at, terms = 0, _terms()
    while at < len(stems):
        node, end, longest = terms, at, at + 1
        while end < len(stems) and stems[end] in node:
            node, end = node[stems[end]], end + 1
            longest = end if _CONCEPTS in node else longest
        yield at, longest
        at = longest


def _expanded(phrase: str) -> Iterator[tuple[str, ...]]:
    """The stems of each phrase that "a|b c" stands for."""
    if "|" not in phrase:
        choices = [[phrase_stems(phrase)]]
    else:
        choices = [[phrase_stems(one) for one in part.split("|")] for part in phrase.split()]
    for combination in itertools.product(*choices):
        if not all(combination):
            continue  # "is|are the|a" must not become "is": a phrase means all of its words
        stems = _joined_stems(tuple(itertools.chain.from_iterable(combination)))
        if stems:
            yield stems


def _by_letter(words_known: Iterable[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for one in words_known:
        found.setdefault(one[:1], set()).add(one)
    return {letter: tuple(sorted(group)) for letter, group in found.items()}
