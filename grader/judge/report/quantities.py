"""What a number is of: an accuracy, a loss, a shape …; and numbers as people write them.

In: short texts, hostile. Out: `Quantity`, `Amount`. Must never use a pattern that backtracks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from grader.judge.report.code_text import fold

_DECIMAL = re.compile(r"[-+]?(?:\d{1,9}(?:\.\d{0,10})?|\.\d{1,10})(?:[eE][-+]?\d{1,2})?")
_NUMBER = re.compile(r"(?<![\w.,])(\d{1,3}(?:,\d{3}){1,3}|"
                     r"\d{1,9}(?:[.,]\d{1,10})?|\.\d{1,10})(?:\s?(%|percent\b|per cent\b))?(?![\w.]*\w)")
_SHAPE = re.compile(r"[(\[]\s?((?:None|\d{1,7}|\?)(?:\s?[,x×]\s?(?:None|\d{1,7}|\?)){1,4}),?\s?[)\]]")
BACKBONES = (
    *(f"EfficientNetB{i}" for i in range(8)), *(f"EfficientNetV2B{i}" for i in range(4)), "EfficientNetV2S",
    "EfficientNetV2M", "EfficientNetV2L", "InceptionResNetV2", "InceptionV3", "Xception", "MobileNetV3Small",
    "MobileNetV3Large", "MobileNetV2", "MobileNet", "DenseNet121", "DenseNet169", "DenseNet201", "NASNetMobile",
    "NASNetLarge", "ResNet50V2", "ResNet101V2", "ResNet152V2", "ResNet50", "ResNet101", "ResNet152", "VGG16", "VGG19",
    "ConvNeXtTiny", "ConvNeXtSmall", "ConvNeXtBase", "ConvNeXtLarge",
)  # fmt: skip
_PARTS = ("net", "vgg", "ception", "next")
_LONGEST_FIRST = sorted(((fold(name), name) for name in BACKBONES), key=lambda pair: -len(pair[0]))
_SPLITS = (
    ("validation", re.compile(r"\bval(?:id(?:ation)?)?(?:\b|_)", re.IGNORECASE)),
    ("test", re.compile(r"\btest(?:ing)?(?:\b|_)", re.IGNORECASE)),
    ("training", re.compile(r"\btrain(?:ing)?(?:\b|_)", re.IGNORECASE)),
)


class Kind(StrEnum):
    ACCURACY = "accuracy"
    LOSS = "loss"
    SHAPE = "shape"
    EPOCHS = "epochs"
    LAYERS = "layers"
    PARAMETERS = "parameters"
    RATE = "learning rate"
    IMAGES = "images"


@dataclass(frozen=True)
class Quantity:
    """What is measured: `split` is "training", "validation", "test" or ""; `model` a backbone or ""."""

    kind: Kind
    split: str = ""
    model: str = ""

    def __str__(self) -> str:
        name = f"{self.split} {self.kind.value}".strip()
        return f"{name} of {self.model}" if self.model else name


@dataclass(frozen=True)
class Amount:
    """A number as written. `slack`: how far a number may be from it that is written so when rounded."""

    value: float
    slack: float
    text: str

    def is_near(self, other: float, *, more: float = 0.0) -> bool:
        return abs(self.value - other) <= self.slack + more + 1e-9


def amounts(text: str) -> list[tuple[int, int, Amount]]:
    """Every plain number of a short text with where it begins and ends; per cents as fractions."""
    found = []
    for match in _NUMBER.finditer(text):
        thousands = all(len(part) == 3 for part in match[1].split(",")[1:])
        digits = match[1].replace(",", "" if thousands else ".")
        amount = amount_of(digits, percent=bool(match[2]), text=match[0])
        if amount is not None:
            found.append((match.start(), match.end(), amount))
    return found


def amount_of(digits: str, *, percent: bool = False, text: str = "") -> Amount | None:
    """A number with its rounding: "0.98" stands for 0.975 to 0.985, "98%" for the same."""
    if not _DECIMAL.fullmatch(digits):
        return None
    mantissa, _, exponent = digits.lower().partition("e")
    places = len(mantissa.partition(".")[2])
    scale = 10.0 ** int(exponent or 0) / (100.0 if percent else 1.0)
    return Amount(float(mantissa) * scale, 0.5 * 10.0**-places * scale if places or percent else 0.0, text or digits)


def shapes(text: str) -> list[tuple[int, int, tuple[int | None, ...]]]:
    """Every shape such as (32, 1280), with where it begins and ends."""
    found = []
    for match in _SHAPE.finditer(text):
        sizes = re.split(r"\s?[,x×]\s?", match[1])
        found.append((match.start(), match.end(), tuple(int(s) if s.isdigit() else None for s in sizes)))
    return found


def names_a_backbone(text: str) -> bool:
    """A cheap look whether a text may name a backbone at all."""
    lower = text.lower()
    return any(part in lower for part in _PARTS)


def backbones_in(text: str) -> tuple[str, ...]:
    """Backbones that a short text names, misreadings folded; "ResNet-50" is ResNet50."""
    text = text[:4000]
    if not names_a_backbone(text):
        return ()
    left, found = fold(text), []
    for folded, name in _LONGEST_FIRST:
        if folded in left:
            found.append(name)
            left = left.replace(folded, " ")
    return tuple(found)


def split_in(text: str) -> str:
    """The split that a short text names, "" where it names none or several."""
    named = [split for split, pattern in _SPLITS if pattern.search(text)]
    return named[0] if len(named) == 1 else ""


def splits_at(text: str) -> list[tuple[int, str]]:
    """Where a text names a split, and which."""
    return [(m.start(), split) for split, pattern in _SPLITS for m in pattern.finditer(text)]
