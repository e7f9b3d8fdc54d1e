"""Numbers that a report claims in its sentences: accuracies, losses, shapes, epochs, layers, rates, parameters, images.

In: blocks of the report. Out: `Said`s. In doubt a number is left out: years, sizes of the task's text, examples and
what is said of other work are no claims.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.judge.report.code_text import looks_like_code
from grader.judge.report.quantities import Amount, Kind, Quantity, amount_of, amounts, backbones_in, shapes, splits_at
from grader.records import Block, BlockKind, Furniture, Place

_MOST_BLOCKS = 1_500
_MOST_SENTENCES = 60
_LONGEST = 600
_NEAR = 70
_END = re.compile(r"(?<=[.!?;])\s+(?=[A-Z(\"'“•-])|\n+")
_KEYS = (
    (Kind.ACCURACY, re.compile(r"\baccurac(?:y|ies)\b|\bacc\b", re.IGNORECASE)),
    (Kind.LOSS, re.compile(r"\bloss(?:es)?\b", re.IGNORECASE)),
    (Kind.RATE, re.compile(r"\blearning[ -]rates?\b|\blr\b", re.IGNORECASE)),
    (Kind.EPOCHS, re.compile(r"\bepochs?\b", re.IGNORECASE)),
    (Kind.LAYERS, re.compile(r"\blayers?\b", re.IGNORECASE)),
    (Kind.PARAMETERS, re.compile(r"\bparam(?:eter)?s?\b", re.IGNORECASE)),
    (Kind.IMAGES, re.compile(r"\b(?:images|pictures|photos|files|samples)\b", re.IGNORECASE)),
    (None, re.compile(r"\b(?:dropout|rotat\w{0,8}|zoom\w{0,4}|factor|threshold|pixels?|classes|batch(?:es)?|seed|"
                      r"units?|neurons?|f1|precision|recall|minutes|seconds|hours|times|degrees?|probability|page|figure|"
                      r"question|cell|lab|week|top)\b", re.IGNORECASE)),
)  # fmt: skip
_OTHER_WORK = re.compile(
    r"\b(?:previous(?:ly)?|last (?:lab|week|time)|earlier lab|another|other (?:notebook|model|student|work)s?|paper|"
    r"authors?|imagenet|top-?[15]|state of the art|literature|guess\w{0,4}|chance|typical(?:ly)?|usual(?:ly)?|"
    r"could|would|might|can|may|should|expect(?:ed|s)?|for example|for instance|e\.g|such as|suppose|imagine|often|"
    r"published|cifar\w{0,4}|mnist|hypothetical\w{0,2}|million|billion|if|normally|generally|"
    r"tutorial|without|instead of|left .{1,60} out|leaving out|removed|turned off|switched off|had no|tried|"
    r"first (?:try|attempt)|at first|experiment(?:ed|s)?)\b",
    re.IGNORECASE,
)
_CHANGE = re.compile(r"\b(?:by|increase of|gain of|improvement of|drop of|difference of|gap of|another|extra)\s{1,3}"
                     r"(?:about |around |roughly |only |nearly )?$", re.IGNORECASE)
# "after that 0.98, with a loss of 0.06": the loss is the second number's.
_HAS_ITS_OWN = re.compile(r"\s?(?:of|is|was|at|being|about|=|:)?\s?\d", re.IGNORECASE)
_ABOUT = re.compile(r"(?:\b(?:about|around|approx\w{0,12}|roughly|nearly|almost|over|more than|less than|under|above|"
                    r"below|close to|up to|at least|only|near)|~|≈|>|<|±)\s{0,3}$", re.IGNORECASE)
_POWER = re.compile(r"(?<![\w.])(\d(?:\.\d{1,4})?)\s?(?:[x×*]\s?10\s?\^?\s?[-–−]\s?(\d)|[eE][-–−](\d{1,2}))")
_TEN = re.compile(r"(?<![\w.])10\s?\^\s?\(?[-–−](\d)")
_TASK = re.compile(r"\b(?:take a screenshot|explain|what is|why)\b.{0,200}\?", re.IGNORECASE)


@dataclass(frozen=True)
class Said:
    """A number that a sentence claims.

    Attributes:
        about: it is said to be only near ("about 97%").
        aside: the sentence may be of other work, an example, or compares several: only agreement is worth telling.
    """

    quantity: Quantity
    value: Amount | tuple[int | None, ...]
    text: str
    sentence: str
    place: Place | None
    about: bool = False
    aside: bool = False


def numbers_said(blocks: Sequence[Block]) -> tuple[Said, ...]:
    """All claims in sentences, in reading order."""
    found: list[Said] = []
    for block in blocks[:_MOST_BLOCKS]:
        if block.kind != BlockKind.TEXT or block.furniture != Furniture.NONE or block.code or block.level is not None:
            continue
        for sentence in _END.split(block.text[:20_000])[:_MOST_SENTENCES]:
            sentence = " ".join(sentence[:_LONGEST].split())
            if sentence and not sentence.endswith("?") and not looks_like_code(sentence) and not _TASK.search(sentence):
                found += _of_sentence(sentence, block.place)
    return tuple(found)


def _of_sentence(sentence: str, place: Place | None) -> Iterator[Said]:
    names = backbones_in(sentence) if any(c.isupper() for c in sentence) else ()
    aside = len(names) > 1 or bool(_OTHER_WORK.search(sentence)) or "respectively" in sentence.lower()
    model = names[0] if len(names) == 1 else ""
    for start, end, shape in shapes(sentence):
        if len(shape) >= 2:
            quantity = Quantity(Kind.SHAPE, _of_what(sentence[:start]), model)
            yield Said(quantity, shape, sentence[start:end], sentence, place, aside=aside)
    keys = [(m.start(), m.end(), kind) for kind, pattern in _KEYS for m in pattern.finditer(sentence)]
    if not keys:
        return
    taken = [(start, end) for start, end, _ in shapes(sentence)]
    for start, end, amount in [*_powers(sentence), *amounts(sentence)]:
        if any(a <= start < b for a, b in taken):
            continue
        taken.append((start, end))
        kind = _kind(sentence, start, end, keys, amount)
        if kind is None or _CHANGE.search(sentence[max(0, start - 40) : start]):
            continue
        split = _split(sentence, start, end) if kind in (Kind.ACCURACY, Kind.LOSS) else ""
        about = bool(_ABOUT.search(sentence[max(0, start - 20) : start]))
        yield Said(Quantity(kind, split, model), amount, sentence[start:end], sentence, place, about, aside)


def _powers(sentence: str) -> Iterator[tuple[int, int, Amount]]:
    """Numbers such as 1e-5, 10^-5 and 1 x 10^-5."""
    for match in _POWER.finditer(sentence):
        amount = amount_of(f"{match[1]}e-{match[2] or match[3]}", text=match[0])
        if amount is not None:
            yield match.start(), match.end(), amount
    for match in _TEN.finditer(sentence):
        amount = amount_of(f"1e-{match[1]}", text=match[0])
        if amount is not None:
            yield match.start(), match.end(), amount


def _kind(sentence: str, start: int, end: int, keys: Sequence[tuple[int, int, Kind | None]],
          amount: Amount) -> Kind | None:
    """What the number is of: the nearest key word that it fits to; None where that is none of ours."""
    best: Kind | None = None
    nearest = _NEAR + 1
    for a, b, kind in keys:
        distance = a - end if a >= end else start - b
        between = sentence[end:a] if a >= end else sentence[b:start]
        distance += 25 * sum(between.count(sign) for sign in ",;:") + 10 * between.count(" and ")
        if a >= end and _HAS_ITS_OWN.match(sentence, b):
            continue
        if 0 <= distance < nearest and (kind is None or _fits(kind, sentence, start, end, amount, distance)):
            best, nearest = kind, distance
    return best


def _fits(kind: Kind, sentence: str, start: int, end: int, amount: Amount, distance: int) -> bool:
    """Whether a number may be of this kind at all."""
    whole = amount.slack == 0 and amount.value == int(amount.value)
    percent = sentence[start:end].rstrip().endswith(("%", "cent"))
    if kind == Kind.ACCURACY:
        return (percent and 0.2 <= amount.value <= 1.0) or (not percent and not whole and 0.2 <= amount.value <= 1.0)
    if kind == Kind.LOSS:
        return not percent and not whole and 0.0 <= amount.value < 20.0
    if kind == Kind.RATE:
        return not percent and 0.0 < amount.value < 0.5
    if kind == Kind.PARAMETERS:
        return whole and amount.value > 100 and distance < 25
    if kind == Kind.EPOCHS:
        return whole and 1 <= amount.value <= 500 and distance < 12
    least = 10 if kind == Kind.LAYERS else 50
    return whole and not percent and amount.value >= least and distance < 25


def _split(sentence: str, start: int, end: int) -> str:
    """The split named nearest to the number; "" where two stand equally near."""
    named = []
    for at, split in splits_at(sentence):
        distance = start - at if at < start else at - end + 15
        between = sentence[at:start] if at < start else sentence[end:at]
        breaks = between.count(",") + between.count(";") + between.count(" and ") + between.count(" while ")
        named.append((distance + 30 * breaks, split))
    named.sort()
    if not named or named[0][0] > 2 * _NEAR:
        return ""
    return "" if len(named) > 1 and named[1][0] - named[0][0] < 8 and named[1][1] != named[0][1] else named[0][1]


def _of_what(before: str) -> str:
    """The part of the model whose shape a sentence speaks of, where one alone is named before it."""
    words = before.lower()[-120:]
    named = [part for part, keys in (("pooling", ("pool",)), ("head", ("dense", "prediction")),
                                     ("backbone", ("base model", "feature map", "feature batch", "backbone")))
             if any(key in words for key in keys)]  # fmt: skip
    return named[0] if len(named) == 1 else ""
