"""Words as they count: folded, stemmed, with the habits and slips of many writers made equal.

In: text of any kind. Out: Words with their stems, places and what negates them; nothing is looked up anywhere.
This module must never use a backtracking pattern, or time that grows faster than the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from snowballstemmer import EnglishStemmer

MOST_CHARACTERS = 40_000
"""Of one answer: ten times the longest that is sensible. What follows is not read."""
LONGEST_WORD = 40

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_INVISIBLE = dict.fromkeys([*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2065), 0xFEFF, 0xAD])
_BREAKS = frozenset(",;:()—–[]{}")
_NEUTRAL = frozenset(["a", "an", "the", "very", "really", "quite", "also", "even", "s", "such"])
_JOINED = {
    "pre": ("train", "exist", "learn", "process"), "over": ("fit", "writ"), "under": ("fit",), "fine": ("tun",),
    "un": ("fr", "lock", "train", "touch", "seen", "chang"), "non": ("train",), "re": ("us", "train", "learn"),
    "data": ("set", "base"), "image": ("net",), "mobile": ("net",), "back": ("bone", "prop"), "hyper": ("param",),
    "out": ("perform",),
}  # fmt: skip
_IRREGULAR = {
    "frozen": "freez", "froze": "freez", "frozed": "freez", "freezed": "freez", "unfrozen": "unfreez",
    "unfroze": "unfreez", "learnt": "learn", "kept": "keep", "lost": "lose", "loss": "loss", "losing": "lose",
    "forgot": "forget", "forgotten": "forget", "began": "begin", "begun": "begin", "taught": "teach", "seen": "see",
    "saw": "see", "made": "make", "took": "take", "taken": "take", "built": "build", "knew": "know", "known": "know",
    "gave": "give", "given": "give", "got": "get", "gotten": "get", "messes": "mess", "ruined": "ruin",
    "diversify": "divers", "diversified": "divers", "varied": "vari", "variety": "vari", "varieties": "vari",
    "variation": "vari", "variations": "vari", "variability": "vari", "varying": "vari", "various": "vari",
    "variant": "vari", "variants": "vari", "copies": "copy", "copy": "copy", "copied": "copy", "less": "less",
    "lesser": "less", "smaller": "small", "larger": "large", "bigger": "big", "faster": "fast", "quicker": "quick",
    "quickly": "quick", "higher": "high", "lower": "low", "longer": "long", "cheaper": "cheap", "deeper": "deep",
    "slower": "slow", "slowly": "slow", "shorter": "short", "lighter": "light", "heavier": "heavy", "wider": "wide",
    "broader": "broad", "richer": "rich", "greater": "great", "fewer": "few", "photos": "photo", "photographs": "photo",
    "spoiled": "spoil", "spoilt": "spoil", "broken": "break", "broke": "break", "overwritten": "overwrit",
    "overwrote": "overwrit", "overwriting": "overwrit", "overwrites": "overwrit", "overwrite": "overwrit",
    "sunk": "sink", "thrown": "throw", "threw": "throw", "held": "hold", "chose": "choose", "chosen": "choose",
    "accurate": "accur", "accuracy": "accur", "accuracies": "accur", "accurately": "accur", "acc": "accur",
    "specialty": "special", "specialist": "special", "destruction": "destroy", "destructive": "destroy",
    "modification": "modifi", "modifications": "modifi", "expansion": "expand", "expanding": "expand",
    "retention": "retain", "sped": "speed", "updation": "updat", "computationally": "comput",
    "train": "train", "pretraining": "pretrain", "invariance": "invari", "alteration": "alter", "alterations": "alter",
    "net": "network", "nets": "network", "useful": "useful", "usefulness": "useful", "usefully": "useful", "reduction": "reduc", "distortion": "distort", "distortions": "distort",
}  # fmt: skip
_FAMILIES = ("generaliz", "initializ", "memoriz", "specializ", "regulariz", "diversif", "retrain", "trainab", "untrainab", "transform")
"""Beginnings that are a stem of their own: "generalizes" is not "general"."""
_WITHOUT_APOSTROPHE = frozenset(
    "dont doesnt didnt isnt arent wasnt werent wont cant wouldnt couldnt shouldnt hasnt havent hadnt".split()
)

NOT = frozenset("not never no without nor none nothing neither hardly cannot unable".split())
PREVENTING = frozenset("prevent avoid stop preclud protect forbid unlik refrain instead".split())
_REACH_OF_NOT = 4
_NONE = frozenset(["none", "nothing", "neither"])
_REACH_OF_NONE = 6
_REACH_OF_PREVENTING = 8
_NOT_NEGATING = frozenset(["onli", "just", "simpli", "mere"])
_TURNS = frozenset("but while wherea whilst becaus so therefor henc thus otherwis which unless".split())
"""Words with which a clause begins, where the comma is often forgotten."""
_SUBJECTS = frozenset("this it we they you i that he these thus then there".split())
"""Behind an "and", they begin a clause of their own."""


@dataclass(frozen=True)
class Word:
    """A word in its place.

    Attributes:
        stem: what it is compared by. plain: as written, folded.
        clause: running number of its clause in the text.
        negated: a "not" or "prevents" in front of it in its clause reaches it.
        start: of the word in its text, in characters.
    """

    stem: str
    plain: str
    clause: int
    negated: bool
    start: int


def fold(text: str) -> str:
    """`text` without what can't be seen and in one form of each letter and quote."""
    text = unicodedata.normalize("NFKC", text[:MOST_CHARACTERS]).translate(_INVISIBLE)
    text = _THOUSANDS.sub("", text)
    return text.replace("’", "'").replace("‘", "'").replace("“", '"').replace("”", '"')


@lru_cache(maxsize=1 << 14)
def stem(word: str) -> str:
    """The stem of a folded word in small letters."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) > LONGEST_WORD:
        return word[:LONGEST_WORD]
    if len(word) >= 8:
        for british, american in (("isation", "ization"), ("ising", "izing"), ("ised", "ized"), ("ise", "ize")):
            if word.endswith((british, british + "s")):
                word = word.replace(british, american)
                break
    for family in _FAMILIES:
        if word.startswith(family):
            return family
    return str(EnglishStemmer().stemWord(word))


def plain_words(text: str) -> Iterator[tuple[str, int]]:
    """Words in small letters with their places; "doesn't" gives "does" and "not", "pre-trained" one word."""
    waiting: tuple[str, int] | None = None
    end = 0
    for found in _WORD.finditer(text):
        word, start = found.group().casefold(), found.start()
        if waiting is not None:
            if start - end <= 1 and word.startswith(_JOINED[waiting[0]]):
                yield waiting[0] + word, waiting[1]
                waiting, end = None, found.end()
                continue
            yield waiting
            waiting = None
        end = found.end()
        if word in _JOINED:
            waiting = (word, start)
        else:
            yield from _parts(word, start)
    if waiting is not None:
        yield waiting


def _parts(word: str, start: int) -> Iterator[tuple[str, int]]:
    if word.endswith("n't") or word in _WITHOUT_APOSTROPHE:
        yield word.removesuffix("n't") if "'" in word else word[:-2], start
        yield "not", start
    elif word == "cannot":
        yield "can", start
        yield "not", start
    else:
        yield word.partition("'")[0], start


def words(text: str, *, first_clause: int = 0) -> tuple[Word, ...]:
    """The words of a folded `text` that carry meaning: articles and the like are left out."""
    found: list[Word] = []
    clause, position, reach, stop_reach = first_clause, 0, 0, 0
    pairs = list(plain_words(text))
    for index, (plain, start) in enumerate(pairs):
        root = stem(plain)
        broken = start > position and not _BREAKS.isdisjoint(text[position:start])
        if broken or root in _TURNS or (plain == "and" and pairs[index + 1 :] and pairs[index + 1][0] in _SUBJECTS):
            clause, reach, stop_reach = clause + 1, 0, 0
        position = start + len(plain) if text[start : start + len(plain)].casefold() == plain else start
        if plain in _NEUTRAL:
            continue
        found.append(Word(root, plain, clause, reach > 0 or stop_reach > 0, start))
        following = stem(pairs[index + 1][0]) if index + 1 < len(pairs) else ""
        reach, stop_reach = reach - 1, stop_reach - 1
        if (plain in NOT or root in NOT) and following not in _NOT_NEGATING:
            reach = _REACH_OF_NONE if plain in _NONE else _REACH_OF_NOT
        elif root in PREVENTING:
            stop_reach = _REACH_OF_PREVENTING
        elif plain == "than" and found[-2:-1] and found[-2].stem == "rather":
            stop_reach = _REACH_OF_PREVENTING
    return tuple(found)


STOP_WORDS = frozenset(
    """a about after all also am an and any are as at be because been before being between both but by can could did do
    does doing during each even every few for from further get gets had has have having he her here his how i if in into
    is it its itself just less like made make makes many may me might more most much must my need no nor not now of off
    on once one only or other our out over own same she should since so some such than that the their them then there
    therefore these they this those through thus to too under until up upon us use used uses using very was we were what
    when where whereas whether which while who why will with within without would yet you your hence instead""".split()
)

_FOREIGN = {
    "German": "der die das und ist nicht ein eine mit auf für den dem werden wird sich auch von zu im es wenn man",
    "French": "le la les des est une pour dans que qui pas sur avec il elle du au aux sont cette ce on plus",
    "Spanish": "el los las una para con por que del es se no más como en su al son este esta un lo",
    "Portuguese": "os uma para com por que não do da em se mais como é ao são este esta um dos das",
    "Italian": "il lo gli una per con che non di del della è si più come sono questo questa un da nel",
    "Vietnamese": "là của và các cho không được một trong để với khi từ này những có thể mô hình dữ liệu giúp học",
    "Indonesian": "yang dan di untuk dengan pada ini itu dari adalah tidak dalam akan karena dapat ke atau model",
    "Dutch": "het een van en dat is niet op te zijn met voor wordt worden aan bij ook als maar deze",
    "Turkish": "ve bir bu için ile olarak daha da de çok olan gibi değil ne veri model",
    "Polish": "i w na się nie jest że z do to jak dla oraz przez lub są może tego",
}  # fmt: skip
_FOREIGN_SETS = {name: frozenset(line.split()) for name, line in _FOREIGN.items()}


def foreign_language(text: str) -> str:
    """The language of a folded `text` if it surely isn't English ("another script" for one without Latin letters)."""
    letters = [c for c in text if c.isalpha()]
    if len(letters) < 10:
        return ""
    if sum(ord(c) > 0x24F and not 0x1E00 <= ord(c) <= 0x1EFF for c in letters) > 0.3 * len(letters):
        return "another script"
    plain = [word for word, _ in plain_words(text)]
    english = sum(word in STOP_WORDS for word in plain)
    counts = {name: sum(word in own for word in plain) for name, own in _FOREIGN_SETS.items()}
    name = max(counts, key=lambda n: counts[n])
    accented = sum(ord(c) > 0x7F for c in letters) > 0.02 * len(letters)
    least = 0.15 if accented else 0.25
    return name if counts[name] > max(2, 1.5 * english, least * len(plain)) else ""
