"""Words that every sentence of a language has, and by them whether a text is English.

In: a folded text. Out: the language that it surely is instead. This module must never take broken English for another
language.
"""

from __future__ import annotations

from collections import Counter

from grader.judge.report.plain import plain_words
from grader.judge.report.words import STOP_WORDS

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
    plain = [word for word, _, _ in plain_words(text)]
    english = sum(word in STOP_WORDS for word in plain)
    often = Counter(plain)
    counts = {name: sum(often[word] for word in own if word in often) for name, own in _FOREIGN_SETS.items()}
    name = max(counts, key=lambda n: counts[n])
    accented = sum(ord(c) > 0x7F for c in letters) > 0.02 * len(letters)
    least = 0.15 if accented else 0.25
    return name if counts[name] > max(2, 1.5 * english, least * len(plain)) else ""
