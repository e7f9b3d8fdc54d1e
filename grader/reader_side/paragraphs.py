"""Joins lines to paragraphs: a heading is its own, code keeps its lines and its indentation.

In: lines of one column from top to bottom. Out: paragraphs.
Must never join two paragraphs that an author parted; where it is in doubt it parts.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise

from labels import is_caption, starts_with_label
from lines import Line

_SAME_SIZE = 0.12
_CODE_CHARACTER = 0.6
# A heading is bold as a whole; a line with a few bold words is not.
_OTHER_WEIGHT = 0.95
_LABEL_LENGTH = 8


@dataclass
class Paragraph:
    """Lines that belong together."""

    lines: list[Line]
    page: int
    vocabulary: frozenset[str] = field(default=frozenset(), repr=False)

    @property
    def box(self) -> tuple[float, float, float, float]:
        boxes = [line.box for line in self.lines]
        return (min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes))

    @property
    def longest(self) -> Line:
        return max(self.lines, key=lambda line: len(line.text))

    @property
    def code(self) -> bool:
        return self.lines[0].code

    @property
    def bold(self) -> bool:
        return 2 * sum(len(line.text) for line in self.lines if line.bold) > sum(len(line.text) for line in self.lines)

    @property
    def text(self) -> str:
        """Prose on one line; code line by line, indented as it stands on the page."""
        if self.code:
            return _code_text(self.lines)
        text = self.lines[0].text
        for line in self.lines[1:]:
            text = _joined(text, line.text, self.vocabulary)
        return text


class Pitch:
    """How far apart the lines of one paragraph stand in this report, by size of font."""

    def __init__(self, columns: list[list[Line]]) -> None:
        seen: dict[float, Counter[float]] = {}
        for column in columns:
            for above, below in pairwise(column):
                distance = below.box[3] - above.box[3]
                if _same_style(above, below) and 0 < distance < 4 * below.size:
                    seen.setdefault(round(below.size), Counter())[round(distance * 2) / 2] += 1
        self._usual = {size: _smallest_common(counts) for size, counts in seen.items()}

    def parts(self, above: Line, below: Line) -> bool:
        """True where the distance between two lines is that between paragraphs."""
        usual = self._usual.get(round(below.size), 1.3 * below.size)
        distance = below.box[3] - above.box[3]
        return distance > max(1.22 * usual, usual + 0.25 * below.size) or distance > 3.5 * below.size


def paragraphs_of(column: list[Line], page: int, pitch: Pitch, right: float, words: frozenset[str]) -> list[Paragraph]:
    """Paragraphs of one column. `right`: where its longest line ends."""
    found: list[Paragraph] = []
    groups = Counter(line.group for line in column)
    for line in column:
        if found and _continues(found[-1].lines, line, pitch, _right_edge(column, line, groups, right)):
            found[-1].lines.append(line)
        else:
            found.append(Paragraph([line], page, words))
    return found


def joins_over_pages(above: Paragraph, below: Paragraph, right: float) -> bool:
    """True where a paragraph goes on at the top of the next page."""
    last, first = above.lines[-1], below.lines[0]
    if not _same_style(last, first) or starts_with_label(first.text):
        return False
    if above.code:
        return True
    goes_on = first.text[:1].islower() and last.text[-1:] not in ".!?:"
    return goes_on and not _would_have_fit(last, first, right)


def vocabulary_of(lines: list[Line]) -> frozenset[str]:
    """Words of the report, by which a hyphen at the end of a line is understood."""
    return frozenset(word.strip(".,;:()\"'").lower() for line in lines for word in line.text.split())


def _continues(lines: list[Line], line: Line, pitch: Pitch, right: float) -> bool:
    last = lines[-1]
    if not _same_style(last, line) or line.box[1] < last.box[1]:
        return False
    if line.code:
        return line.box[3] - last.box[3] < 3 * line.size and not line.ocr
    # A gap as wide as a tab stands between a name and its value, or the cells of a row.
    if "\t" in last.text[_LABEL_LENGTH:] or "\t" in line.text[_LABEL_LENGTH:]:
        return False
    if pitch.parts(last, line) or starts_with_label(line.text) or is_caption(line.text):
        return False
    if abs(last.bold_share - line.bold_share) > _OTHER_WEIGHT or _would_have_fit(last, line, right):
        return False
    return _is_aligned(lines, line)


def _is_aligned(lines: list[Line], line: Line) -> bool:
    """True where `line` begins where a further line of the paragraph would."""
    last = lines[-1]
    shift = line.box[0] - last.box[0]
    centred = abs((line.box[0] + line.box[2]) - (last.box[0] + last.box[2])) < line.size
    if len(lines) > 1 or centred:
        return centred or abs(shift) < 0.8 * line.size
    # The first line may be indented, or hang out with its label.
    labelled = starts_with_label(last.text)
    return -6 * line.size < shift < (6 * line.size if labelled else 0.8 * line.size)


def _would_have_fit(last: Line, line: Line, right: float) -> bool:
    """True where the first word of `line` had room on the line before: then its author ended that line."""
    first = line.text.split(maxsplit=1)[0] if line.text.strip() else ""
    width = line.width * len(first) / max(1, len(line.text))
    return last.box[2] + width + 0.8 * line.size < right


def _right_edge(column: list[Line], line: Line, groups: Counter[int], right: float) -> float:
    """Where lines end around here: text that flows around a picture ends before the column does."""
    if groups[line.group] < 4:
        return right
    ends = sorted(one.box[2] for one in column if one.group == line.group and one.code == line.code)
    return min(right, ends[-1]) if len(ends) >= 4 and ends[-1] - ends[len(ends) // 2] < 3 * line.size else right


def _same_style(above: Line, below: Line) -> bool:
    same_size = abs(above.size - below.size) <= _SAME_SIZE * max(above.size, below.size)
    return above.code == below.code and (same_size or (above.ocr and below.ocr and not _differ_much(above, below)))


def _differ_much(above: Line, below: Line) -> bool:
    return max(above.size, below.size) > 1.35 * min(above.size, below.size)


def _smallest_common(counts: Counter[float]) -> float:
    total = sum(counts.values())
    common = [distance for distance in sorted(counts) if sum(
        count for other, count in counts.items() if abs(other - distance) <= 1
    ) >= max(2, 0.15 * total)]
    return common[0] if common else min(counts)


def _joined(text: str, more: str, words: frozenset[str]) -> str:
    if text.endswith("-") and len(text) > 1 and text[-2].isalpha() and more[:1].islower():
        before, after = text[:-1].split()[-1].lower(), more.split()[0].strip(".,;:()").lower()
        whole = text[:-1] + more
        return text + more if f"{before}-{after}" in words or before + after not in words else whole
    return text + more if text.endswith("/") else f"{text} {more}"


def _code_text(lines: list[Line]) -> str:
    left = min(line.box[0] for line in lines)
    longest = max(lines, key=lambda line: len(line.text))
    character = longest.width / max(1, len(longest.text)) or _CODE_CHARACTER * longest.size
    texts: list[str] = []
    for above, line in zip([None, *lines], lines, strict=False):
        if above is not None and line.box[3] - above.box[3] > 1.9 * line.size:
            texts.append("")
        texts.append(" " * min(80, round((line.box[0] - left) / character)) + line.text)
    return "\n".join(texts)
