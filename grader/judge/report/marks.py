"""What an answer shows of its rubric's key ideas, counted.

In: sentences, AnswerWanted. Out: Count. This module must never look at whether it is an answer at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from pydantic import Field, model_validator
from rapidfuzz import process

from grader.judge.check import Parameters
from grader.judge.report.ideas import Compiled, Idea, Shown, compiled, contradicted, shown, without_lead
from grader.judge.report.lexicon import Lexicon, concepts_of, joined
from grader.judge.report.prose import Sentence
from grader.judge.report.words import STOP_WORDS, Word, fold, words

_ENOUGH = 0.85
"""Of the full number: so much is lost where words are misspelt or far apart."""
_SUPPOSING = "supposing"
"""The concept of FIELD after which the next sentence may tell what would happen else."""
_WITHOUT_A_PART = 0.6
"""The share that is suggested at most where a part of the question is not answered."""


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
        known = concepts_of(self.words)
        for idea in self.ideas:
            for concept in idea.concepts:
                if concept not in known:
                    near = process.extractOne(concept, sorted(known))
                    guess = f". Did you mean {near[0]!r}?" if near and near[1] > 60 else ""
                    raise ValueError(f"idea {idea.id!r} names the concept {concept!r}, which has no words{guess}")
        return self

    @cached_property
    def lexicon(self) -> Lexicon:
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
        return content_stems(" ".join(self.wordings))

    @cached_property
    def topic_stems(self) -> frozenset[str]:
        return content_stems(" , ".join(self.topic))


def content_stems(text: str) -> frozenset[str]:
    """Stems of a text's words that carry content, terms of the field as one."""
    return stems_with_content(joined(words(fold(text))))


def stems_with_content(found: Iterable[Word]) -> frozenset[str]:
    return frozenset(word.stem for word in found if "_" in word.stem or word.plain not in STOP_WORDS)


@dataclass(frozen=True)
class Count:
    """Attributes:
    found: each idea once, where it shows best. contradictions: sentences that say the contrary of one.
    total: weights of the ideas that were found. share: of full marks, in [0, 1].
    complete: enough ideas, and each part of the question answered.
    unexplained: sentences of some length in which no idea was seen.
    """

    found: tuple[Shown, ...]
    contradictions: tuple[Sentence, ...]
    total: float
    share: float
    complete: bool
    unexplained: int


def count(sentences: Sequence[Sentence], wanted: AnswerWanted) -> Count:
    """The ideas of `wanted` in an answer's sentences."""
    best: dict[str, Shown] = {}
    contrary: list[Sentence] = []
    unexplained = 0
    supposed = False
    read = [wanted.lexicon.mentions(sentence.words) for sentence in sentences]
    named = frozenset().union(*read)
    for sentence, mentions in zip(sentences, read, strict=True):
        here = [s for one in wanted.compiled if (s := shown(one, sentence, mentions)) is not None]
        for each in here:
            if each.idea.id not in best or each.strength > best[each.idea.id].strength:
                best[each.idea.id] = each
        own = without_lead(sentence, mentions)
        if any(contradicted(one, own, supposed=supposed, named=named) for one in wanted.compiled):
            contrary.append(sentence)
        unexplained += not here and sentence.own >= 5
        supposed = _SUPPOSING in mentions
    found = tuple(best[idea.id] for idea in wanted.ideas if idea.id in best)
    total = sum(each.idea.weight * each.strength for each in found)
    whole = wanted.parts <= {each.idea.part for each in found}
    share = min(1.0, total / (wanted.full * _ENOUGH))
    share = share if whole else min(_WITHOUT_A_PART, share)
    return Count(found, tuple(contrary), total, share, whole and share >= 1, unexplained)
