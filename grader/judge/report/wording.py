"""How alike a heading and a question are worded: by letters, and by words that tell the questions apart.

In: the rubric's questions, and short texts. Out: numbers in [0, 1]. Texts are hostile: only their beginnings are
looked at, and no pattern here can backtrack. Must never look at style, numbers or order: headings.py does.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from rapidfuzz import fuzz, process

LONGEST_HEADING = 420
"""Characters of a heading that are compared; a question is never longer than a few lines."""
LONGEST_TEXT = 2_000

_WORD = re.compile(r"[a-z0-9]{1,40}")
_BETWEEN = re.compile(r"[^\w|]|_")
_JOINED_TO_NEXT = frozenset({"pre", "non", "not", "fine", "un"})
_UNTOLD = frozenset(
    """a an the of is are was be it its this that these those in on at to for from by with and or as into do does did we
    you i our your my can could should what why how when which where explain describe discuss define state give briefly
    context please take show shows shown here below following portion part set using use used uses lab question
    answer""".split()
)
_IRREGULAR = {"frozen": "freez", "froze": "freez", "unfrozen": "unfreez", "snippet": "code", "snippets": "code"}
_ENDINGS = (
    *((ending, "if") for ending in ("ification", "ifiers", "ifier", "ifying", "ify")),
    *((ending, "") for ending in "ations ation ances ance ences ence ness ings ing ions ion ant ent".split()),
    ("ies", "y"),
    *((ending, "") for ending in "ed es ly s e".split()),
)
_ANY_ENDING = tuple(ending for ending, _ in _ENDINGS)
_MISREAD = str.maketrans({"0": "o", "1": "l", "i": "l", "|": "l", "5": "s"})


@dataclass(frozen=True)
class Question:
    """A question of the rubric.

    Attributes:
        number: its number as the students know it; None where it has none.
        also: other ways in which a heading may put it.
        shows_code: a screenshot of code, or the code itself, is asked for.
    """

    id: str
    number: int | None
    wording: str
    also: tuple[str, ...] = ()
    shows_code: bool = False


def plain(text: str) -> str:
    """Lower case, without accents and typographic variants of letters."""
    if text.isascii():
        return text.lower()
    return "".join(c for c in unicodedata.normalize("NFKD", text).lower() if not unicodedata.combining(c))


def compact(text: str) -> str:
    """The letters and digits alone, with those that OCR takes for each other made one."""
    return _BETWEEN.sub("", plain(text[: 2 * LONGEST_HEADING])).translate(_MISREAD)


def stem(word: str) -> str:
    """What forms of a word have in common, roughly: "augmenting" and "augmentation" become "augment"."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    for _ in range(2):
        if not word.endswith(_ANY_ENDING):
            break
        for ending, instead in _ENDINGS:
            if word.endswith(ending) and len(word) - len(ending) >= 4:
                word = word[: -len(ending)] + instead
                break
    return word


def telling_words(text: str) -> list[str]:
    """The words that tell something; "fine tuning" and "fine-tuning" are one word."""
    found, held = [], ""
    for word in _WORD.findall(plain(text[:LONGEST_TEXT]).replace("’", "").replace("'s", " ")):
        whole = held + word
        held = ""
        if word in _JOINED_TO_NEXT:
            held = "non" if word == "not" else word
        elif whole not in _UNTOLD and len(whole) > 1:
            found.append(whole)
    return found


def stems(text: str) -> frozenset[str]:
    """Stems of the words that tell something."""
    return frozenset(stem(word) for word in telling_words(text))


@dataclass(frozen=True)
class _Phrasing:
    letters: str
    stems: frozenset[str]
    weight: float = 0.0


@dataclass(frozen=True)
class Wordings:
    """All ways of putting all questions, and how much each word tells about which question is meant.

    Attributes:
        phrasings: of each question, its wording first.
        vocabulary: of each question, the stems of all its phrasings.
        weights: of each stem, high where one question alone has it.
        letters, owners: of all phrasings in a row, their letters and the index of their question.
    """

    questions: tuple[Question, ...]
    phrasings: tuple[tuple[_Phrasing, ...], ...]
    vocabulary: tuple[frozenset[str], ...]
    weights: Mapping[str, float]
    letters: tuple[str, ...]
    owners: tuple[int, ...]
    _nearest: dict[str, str] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, questions: Sequence[Question]) -> Wordings:
        """The wordings of a rubric's questions."""
        phrasings = tuple(
            tuple(_Phrasing(compact(text), stems(text)) for text in (question.wording, *question.also) if text.strip())
            for question in questions
        )
        vocabulary = tuple(frozenset().union(*(p.stems for p in each)) for each in phrasings)
        known = frozenset().union(*vocabulary)
        weights = {w: math.log((len(questions) + 1.5) / (sum(w in v for v in vocabulary) + 0.5)) for w in known}
        weighed = tuple(tuple(replace(p, weight=sum(weights[w] for w in p.stems)) for p in each) for each in phrasings)
        flat = [(p.letters, index) for index, each in enumerate(weighed) for p in each if p.letters]
        letters, owners = tuple(p for p, _ in flat), tuple(index for _, index in flat)
        return cls(tuple(questions), weighed, vocabulary, weights, letters, owners)

    def known_stems(self, text: str) -> frozenset[str]:
        """Stems of a short text; misspelt or misread ones become the word of the rubric that they stand for."""
        return frozenset(self._rightly(word) for word in telling_words(text))

    def _rightly(self, word: str) -> str:
        if word not in self._nearest:
            root = stem(word)
            if root not in self.weights and len(root) >= 5:
                match = process.extractOne(root, self.weights.keys(), scorer=fuzz.ratio, score_cutoff=83)
                root = match[0] if match and match[0][0] == root[0] else root
            self._nearest[word] = root
        return self._nearest[word]

    def weight(self, words: frozenset[str]) -> float:
        """How much the words tell together. A word that no question has counts as one that two have."""
        stranger = math.log((len(self.questions) + 1.5) / 2.5)
        return sum(self.weights.get(word, stranger) for word in words)

    def likeness(self, letters: str, words: frozenset[str]) -> list[float]:
        """Of each question, how surely a heading of these letters and words means it.

        Args:
            letters: `compact` of the heading.
            words: `known_stems` of it.
        """
        told = self.weight(words)
        by_letters = [0.0] * len(self.phrasings)
        for _, ratio, at in process.extract(letters, self.letters, scorer=fuzz.ratio, score_cutoff=60, limit=None):
            question = self.owners[at]
            by_letters[question] = max(by_letters[question], 1.0 if ratio >= 92 else (ratio / 100 - 0.5) / 0.42)
        known = words & self.weights.keys()
        return [
            max(by_letters[index], self._by_words(known, told, each, self.vocabulary[index]) if known else 0.0)
            for index, each in enumerate(self.phrasings)
        ]

    def _by_words(
        self, words: frozenset[str], told: float, phrasings: tuple[_Phrasing, ...], vocabulary: frozenset[str]
    ) -> float:
        shared = words & vocabulary
        tells = self.weight(shared)
        if not shared or told <= 0 or 0.92 * tells / told < 0.3:
            return 0.0
        precise = tells / told
        whole = 0.0
        for phrasing in phrasings:
            common = self.weight(shared & phrasing.stems)
            whole = max(whole, 2 * common / (told + phrasing.weight))
        return 0.92 * (0.45 * precise + 0.55 * whole) * min(1.0, tells)

    def puts_too(self, words: frozenset[str], question: int, beside: Sequence[int]) -> bool:
        """A heading of these words puts this question too, by words that the others have in no phrasing."""
        theirs = frozenset().union(*(self.vocabulary[q] for q in beside))
        return any(
            self.weight((words & p.stems) - theirs) >= max(1.3, 0.45 * self.weight(p.stems - theirs))
            for p in self.phrasings[question]
        )

    def is_about(self, text: str, question: int) -> bool:
        """Every word of a short text that tells something is one of this question's."""
        return stems(text) <= self.vocabulary[question]

    def topic(self, text: str, among: Sequence[int]) -> list[float]:
        """Of each of these questions, how much of what it alone is about stands in a text, in [0, 1]."""
        words = self.known_stems(text)
        return [min(1.0, self.weight(words & self.vocabulary[index]) / 4.5) for index in among]
