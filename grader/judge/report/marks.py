"""What an answer shows of its rubric's key ideas, counted.

In: sentences, AnswerWanted. Out: Count. This module must never look at whether it is an answer at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from grader.judge.report.ideas import Shown, contradicted, shown, without_lead
from grader.judge.report.lexicon import joined
from grader.judge.report.plain import fold
from grader.judge.report.prose import Sentence
from grader.judge.report.wanted import AnswerWanted
from grader.judge.report.words import STOP_WORDS, Word, words

_ENOUGH = 0.85
"""Of the full number: so much is lost where words are misspelt or far apart."""
_SUPPOSING = "supposing"
"""The concept of FIELD after which the next sentence may tell what would happen else."""
PART_OF_IT = 0.6
"""The share that is suggested at most where a part of the question is not answered; more than that may be all of it."""


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
    share = share if whole else min(PART_OF_IT, share)
    return Count(found, tuple(contrary), total, share, whole and share >= 1, unexplained)
