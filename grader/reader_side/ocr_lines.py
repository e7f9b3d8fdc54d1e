"""Pieces of text that OCR found, put into lines as they were written.

In: words with boxes in pixels. Out: lines from top to bottom, those of one row from left to right.
Must never join what stands apart: line numbers, two panes side by side.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

# Of one row: their middles are nearer than this share of the lower one's height.
_SAME_ROW = 0.5
_APART_CHARACTERS = 3.0


@dataclass(frozen=True)
class Word:
    """What OCR read in one box: (left, top, right, bottom) in pixels."""

    text: str
    box: tuple[float, float, float, float]
    confidence: float

    @property
    def middle(self) -> float:
        return (self.box[1] + self.box[3]) / 2

    @property
    def height(self) -> float:
        return self.box[3] - self.box[1]

    def as_json(self) -> dict[str, Any]:
        return {"text": self.text, "box": self.box, "confidence": self.confidence}


def lines_of(words: list[Word]) -> list[Word]:
    """Lines in reading order; pieces of one row that stand close are one line."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda w: w.middle):
        if rows and abs(word.middle - rows[-1][-1].middle) < _SAME_ROW * min(word.height, rows[-1][-1].height):
            rows[-1].append(word)
        else:
            rows.append([word])
    return [line for row in rows for line in _joined(sorted(row, key=lambda w: w.box[0]))]


def _joined(row: list[Word]) -> list[Word]:
    lines = row[:1]
    for word in row[1:]:
        last = lines[-1]
        character = (last.box[2] - last.box[0]) / max(1, len(last.text))
        gap = word.box[0] - last.box[2]
        if gap > _APART_CHARACTERS * character:
            lines.append(word)
            continue
        spaces = " " * max(1, round(gap / max(character, 1.0)))
        box = (
            min(last.box[0], word.box[0]),
            min(last.box[1], word.box[1]),
            max(last.box[2], word.box[2]),
            max(last.box[3], word.box[3]),
        )
        share = len(last.text) / max(1, len(last.text) + len(word.text))
        confidence = round(share * last.confidence + (1 - share) * word.confidence, 4)
        lines[-1] = Word(last.text + spaces + word.text, box, confidence)
    return lines
