"""Text folded to one form of each letter, and cut into words as they are written.

In: text of any kind. Out: text, words with their places. This module must never use a backtracking pattern, or time
that grows faster than the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

MOST_CHARACTERS = 40_000
"""Of one answer: ten times the longest that is sensible. What follows is not read."""

_WORD = re.compile(r"\d{1,3}(?:,\d{3})+|[^\W_]+(?:['’][^\W_]+)?")
_INVISIBLE = dict.fromkeys([*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2065), 0xFEFF, 0xAD])
_JOINED = {
    "pre": ("train", "exist", "learn", "process"), "over": ("fit", "writ"), "under": ("fit",), "fine": ("tun",),
    "un": ("fr", "lock", "train", "touch", "seen", "chang"), "non": ("train",), "re": ("us", "train", "learn"),
    "data": ("set", "base"), "image": ("net",), "mobile": ("net",), "back": ("bone", "prop"), "hyper": ("param",),
    "out": ("perform",),
}  # fmt: skip
_WITHOUT_APOSTROPHE = frozenset(
    """dont doesnt dosent dosnt doesent didnt isnt arent wasnt werent wont cant wouldnt couldnt shouldnt hasnt
    havent""".split()
)


def fold(text: str) -> str:
    """`text` without what can't be seen and in one form of each letter and quote."""
    text = unicodedata.normalize("NFKC", text[:MOST_CHARACTERS])[:MOST_CHARACTERS].translate(_INVISIBLE)
    return text.replace("’", "'").replace("‘", "'").replace("“", '"').replace("”", '"')


def plain_words(text: str) -> Iterator[tuple[str, int, int]]:
    """Words in small letters, where each begins and ends; "doesn't" gives "does" and "not", "pre-trained" one word."""
    waiting: tuple[str, int, int] | None = None
    for found in _WORD.finditer(text):
        word = found.group().casefold().replace(",", "")
        if waiting is not None:
            first, start, end = waiting
            waiting = None
            if found.start() - end <= 1 and word.startswith(_JOINED[first]):
                yield first + word, start, found.end()
                continue
            yield first, start, end
        if word in _JOINED:
            waiting = (word, found.start(), found.end())
        else:
            for part in _parts(word):
                yield part, found.start(), found.end()
    if waiting is not None:
        yield waiting


def _parts(word: str) -> tuple[str, ...]:
    if word in _WITHOUT_APOSTROPHE:
        return word[: word.index("n", 2)], "not"
    if word.endswith("n't"):
        return word.removesuffix("n't"), "not"
    if word == "cannot":
        return "can", "not"
    return (word.partition("'")[0],)
