"""The stem of an English word, by which its forms are equal.

In: a word in small letters. Out: its stem. Snowball's stemmer does the work; what it takes apart or throws together
here is listed. This module must never look at more than one word.
"""

from __future__ import annotations

from functools import lru_cache

from snowballstemmer import EnglishStemmer

LONGEST_WORD = 40

_IRREGULAR = {
    "acc": "accur", "accuracies": "accur", "accuracy": "accur", "accurate": "accur", "accurately": "accur",
    "alteration": "alter", "alterations": "alter", "began": "begin", "begun": "begin", "bigger": "big",
    "broader": "broad", "broke": "break", "broken": "break", "built": "build", "cheaper": "cheap", "chose": "choose",
    "chosen": "choose", "computationally": "comput", "copied": "copy", "copies": "copy", "copy": "copy",
    "deeper": "deep", "destruction": "destroy", "destructive": "destroy", "distortion": "distort",
    "distortions": "distort", "diversified": "divers", "diversify": "divers", "expanding": "expand",
    "expansion": "expand", "faster": "fast", "fewer": "few", "forgot": "forget", "forgotten": "forget",
    "freezed": "freez", "froze": "freez", "frozed": "freez", "frozen": "freez", "gave": "give", "given": "give",
    "got": "get", "gotten": "get", "greater": "great", "heavier": "heavy", "held": "hold", "higher": "high",
    "invariance": "invari", "kept": "keep", "knew": "know", "known": "know", "larger": "large", "learnt": "learn",
    "less": "less", "lesser": "less", "lighter": "light", "longer": "long", "losing": "lose", "loss": "loss",
    "lost": "lose", "lower": "low", "made": "make", "messes": "mess", "modification": "modifi",
    "modifications": "modifi", "net": "network", "nets": "network", "overwrite": "overwrit", "overwrites": "overwrit",
    "overwriting": "overwrit", "overwritten": "overwrit", "overwrote": "overwrit", "photographs": "photo",
    "photos": "photo", "pretraining": "pretrain", "quicker": "quick", "quickly": "quick", "reduction": "reduc",
    "retention": "retain", "richer": "rich", "ruined": "ruin", "saw": "see", "seen": "see", "shorter": "short",
    "slower": "slow", "slowly": "slow", "smaller": "small", "specialist": "special", "specialty": "special",
    "sped": "speed", "spoiled": "spoil", "spoilt": "spoil", "sunk": "sink", "taken": "take", "taught": "teach",
    "threw": "throw", "thrown": "throw", "took": "take", "train": "train", "unfroze": "unfreez",
    "unfrozen": "unfreez", "updation": "updat", "useful": "useful", "usefully": "useful", "usefulness": "useful",
    "variability": "vari", "variant": "vari", "variants": "vari", "variation": "vari", "variations": "vari",
    "varied": "vari", "varieties": "vari", "variety": "vari", "various": "vari", "varying": "vari", "wider": "wide",
}  # fmt: skip
_FAMILIES = (
    "generaliz", "initializ", "memoriz", "specializ", "regulariz", "diversif", "retrain", "trainab", "untrainab",
    "transform",
)  # fmt: skip
"""Beginnings that are a stem of their own: "generalizes" is not "general"."""
_BRITISH = (("isation", "ization"), ("ising", "izing"), ("ised", "ized"), ("ise", "ize"))


@lru_cache(maxsize=1 << 14)
def stem(word: str) -> str:
    """The stem of a folded word in small letters."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) > LONGEST_WORD:
        return word[:LONGEST_WORD]
    word = _american(word)
    for family in _FAMILIES:
        if word.startswith(family):
            return family
    return str(EnglishStemmer().stemWord(word))


def _american(word: str) -> str:
    for british, american in _BRITISH if len(word) >= 8 else ():
        if word.endswith((british, british + "s")):
            return word.replace(british, american)
    return word
