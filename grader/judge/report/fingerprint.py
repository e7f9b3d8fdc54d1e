"""Whether two students' answers are the same text.

In: an answer's paragraphs. Out: a Fingerprint, and how alike two of them are. This module must never decide who
copied from whom.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from grader.judge.report.plain import fold, plain_words

_SHINGLE = 4
"""Words in a row that are compared as one."""
SHORTEST = 12
"""Words below which two honest answers may well be equal."""


@dataclass(frozen=True)
class Fingerprint:
    """An answer's words without case, punctuation and layout.

    Attributes:
        digest: SHA-256 of them; equal digests are equal answers. "" where there are too few words to tell.
        shingles: hashes of each four words in a row; they are good for this process and its copies only.
    """

    digest: str
    shingles: frozenset[int]


def fingerprint(paragraphs: Iterable[str]) -> Fingerprint:
    """The fingerprint of an answer; of one shorter than SHORTEST words, an empty one."""
    return _fingerprint(tuple(paragraphs))


@lru_cache(maxsize=1 << 12)
def _fingerprint(paragraphs: tuple[str, ...]) -> Fingerprint:
    words = [word for paragraph in paragraphs for word, _, _ in plain_words(fold(paragraph))]
    if len(words) < SHORTEST:
        return Fingerprint("", frozenset())
    rows = (" ".join(words[at : at + _SHINGLE]) for at in range(len(words) - _SHINGLE + 1))
    return Fingerprint(
        hashlib.sha256(" ".join(words).encode()).hexdigest(),
        frozenset(map(hash, rows)),
    )


def likeness(one: Fingerprint, other: Fingerprint) -> float:
    """In [0, 1]: which share of the shorter answer's word rows stand in the other one too."""
    least = min(len(one.shingles), len(other.shingles))
    return len(one.shingles & other.shingles) / least if least else 0.0
