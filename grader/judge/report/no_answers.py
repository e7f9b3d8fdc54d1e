"""Texts that are no answer to their question: the question copied, a heap of words, an answer to another one.

In: an answer's Text, what was counted in it, the other questions. Out: its Kind, None where it may be an answer.
This module must never be `sure` where an honest answer could look the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from grader.judge.report.languages import foreign_language
from grader.judge.report.marks import Count, content_stems, count, stems_with_content
from grader.judge.report.plain import plain_words
from grader.judge.report.prose import Sentence
from grader.judge.report.wanted import AnswerWanted
from grader.judge.report.words import STOP_WORDS, words

_CHUNKS = re.compile(r"[,;/\n.|•:]")
_HEAP_STOP_WORDS = 0.1
_JOINING = STOP_WORDS - frozenset("more most less many much few other own same use used uses using no not".split())
"""Words without which there is no sentence."""
_LONG_CHUNK = 10
_COPIED = 0.75
_OFF_TOPIC_WORDS = 15
_SOME_IDEA = 0.7
_CLEARLY_BETTER = 0.4
_TOPIC = frozenset(
    word.stem
    for word in words(
        """model network train learn weight layer feature dataset overfit accuracy pretrained freeze
        frozen unfreeze base augmentation transfer classifier task parameter gradient scratch imagenet knowledge
        generalize filter representation neural flip rotate epoch memorize convolutional trainable knowledge
        neuron backpropagation tuning finetuning finetune classify robust variety update head train"""
    )
)
"""Words of which an answer to any of these questions has at least a few."""
_LIKENING = frozenset("like imagine think suppose as similar example compare analogy picture if".split())


@dataclass(frozen=True)
class Kind:
    """Why a text is no answer. `worth`: the share of what was counted in it that is suggested still."""

    fault: str
    found: str
    sure: bool
    confidence: float
    worth: float = 0.0


@dataclass(frozen=True)
class Text:
    """An answer: all of it folded, its sentences, and those that aren't the question's own wording."""

    whole: str
    told: tuple[Sentence, ...]
    own: tuple[Sentence, ...]

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """Texts of the own sentences; a very long one stands in `own` in parts."""
        return tuple(dict.fromkeys(sentence.text for sentence in self.own))

    @cached_property
    def plain(self) -> tuple[str, ...]:
        """All words but those of the question copied."""
        return tuple(word for text in self.texts for word, _, _ in plain_words(text))

    @cached_property
    def content(self) -> frozenset[str]:
        """Stems of the words that carry content, terms as one."""
        return stems_with_content(word for s in self.own for word in s.words[len(s.words) - s.own :])

    @property
    def stop_share(self) -> float:
        return sum(word in _JOINING for word in self.plain) / max(1, len(self.plain))


def kind_of(text: Text, counted: Count, wanted: AnswerWanted, others: Mapping[str, AnswerWanted]) -> Kind | None:
    """What kind of non-answer `text` is, if it is one."""
    return (
        _other_language(text)
        or _copied(text, counted, wanted)
        or _heap(text)
        or _too_short(text, counted, wanted)
        or _other_question(text, counted, wanted, others)
        or _off_topic(text, counted, wanted)
    )


def _other_language(text: Text) -> Kind | None:
    language = foreign_language(text.whole)
    if not language:
        return None
    return Kind("other_language", f"The answer seems to be in {language}; a person reads it.", False, 0.2, 1.0)


def _copied(text: Text, counted: Count, wanted: AnswerWanted) -> Kind | None:
    asked = wanted.asked | _ANSWERING
    if counted.total >= wanted.partial and text.content - asked:
        return None
    new = text.content - asked
    most = text.content & wanted.asked and len(text.content & asked) >= _COPIED * len(text.content)
    if not text.own or (most and len(new) <= 2):
        return Kind("copied_question", "The text is the question again.", not new and not counted.found, 0.9)
    return None


_ANSWERING = content_stems(
    "question answer explain describe following section will discuss importance useful because help"
)


def _heap(text: Text) -> Kind | None:
    """Many words of content and hardly one that joins them, which no list of short phrases has."""
    number = len(text.plain)
    if number < 6 or text.stop_share > _HEAP_STOP_WORDS:
        return None
    chunks = [len(chunk.split()) for line in text.whole.split("\n") for chunk in _CHUNKS.split(line) if chunk.strip()]
    items = sum(sentence.item for sentence in text.own) > len(text.own) / 2
    short = len(chunks) >= 5 and number / len(chunks) <= 2.3
    if short or (max(chunks, default=0) >= _LONG_CHUNK and not items):
        sure = text.stop_share <= 0.04 and number >= 8 and not items
        return Kind("keyword_heap", "Words of the topic in a row, which no sentence joins.", sure, 0.85, 0.2)
    return None


def _too_short(text: Text, counted: Count, wanted: AnswerWanted) -> Kind | None:
    if len(text.plain) >= wanted.least_words or counted.complete:
        return None
    said = f"The answer has {len(text.plain)} words."
    return Kind("too_short", said, not counted.found, 0.8 if not counted.found else 0.4, 0.5)


def _other_question(
    text: Text, counted: Count, wanted: AnswerWanted, others: Mapping[str, AnswerWanted]
) -> Kind | None:
    """An answer that fits another question clearly better, or as well, and names that one's topic, not its own."""
    own_named = len(text.content & wanted.topic_stems)
    if counted.complete and own_named:
        return None
    best: tuple[float, AnswerWanted] | None = None
    for other in others.values():
        named = len(text.content & other.topic_stems - wanted.topic_stems)
        if named <= own_named and (own_named or counted.total >= wanted.partial / 2):
            continue
        theirs = count(text.own, other)
        margin = theirs.total - counted.total if counted.complete else theirs.share - counted.share
        if theirs.complete and margin >= _CLEARLY_BETTER and (best is None or margin + named > best[0]):
            best = (margin + named, other)
    if best is None:
        return None
    number = f"question {best[1].number}" if best[1].number is not None else f"“{best[1].question}”"
    sure = not counted.found and not own_named
    return Kind("other_question", f"This answers {number} rather than this one.", sure, 0.85 if sure else 0.5, 0.3)


def _off_topic(text: Text, counted: Count, wanted: AnswerWanted) -> Kind | None:
    topical = {w.stem for s in text.own for w in s.words if "_" in w.stem or w.stem in _TOPIC | wanted.topic_stems}
    if len(text.plain) < _OFF_TOPIC_WORDS or len(topical) > (0 if counted.found else 1) or counted.total > _SOME_IDEA:
        return None
    likens = bool(_LIKENING & set(text.plain))
    sure = not topical and not counted.found and not likens
    return Kind("off_topic", "The text is about something else.", sure, 0.85 if sure else 0.5, 0.4)


