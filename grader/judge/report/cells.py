"""Which cells of the student's notebook a screenshot shows.

In: what was read of the picture, the notebook's cells. Out: `CellMatch`. Lines are compared with misreadings folded;
a line in which a word that turns the meaning differs (`True`, `False`, `not`, a number) is another line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from grader.judge.report.code_text import CodeText, LineKind, fold, is_chrome, text_of_source
from grader.judge.report.pieces import PieceRead, State, read_pieces, streams
from grader.records import Cell, CellKind

_MOST_CELLS = 400
_MOST_SOURCE = 8_000
_ALIKE = 90.0
_ALIKE_IN_POOR_PRINT = 80.0
_POOR_PRINT = 0.93
_MEANING = ("true", "false", "none", "not")
_SHORTEST_LINE = 5
_PROBES = 3


@dataclass(frozen=True)
class FoldedCell:
    """A code cell as compared: `whole` is all of it, folded."""

    number: int
    source: str
    whole: str

    @cached_property
    def text(self) -> CodeText:
        """Its lines."""
        return text_of_source(self.source)


@dataclass(frozen=True)
class CellMatch:
    """The cells shown, the best first; `similarity` of the best in [0, 100]."""

    cells: tuple[int, ...] = ()
    similarity: float = 0.0


def fold_cells(cells: Sequence[Cell]) -> tuple[FoldedCell, ...]:
    """The code cells, folded once for all pictures of an answer."""
    return tuple(
        FoldedCell(cell.number, cell.source, fold(cell.source[:_MOST_SOURCE]))
        for cell in cells[:_MOST_CELLS]
        if cell.kind == CellKind.CODE and cell.source.strip()
    )


def match_cells(text: CodeText, cells: Sequence[FoldedCell]) -> CellMatch:
    """The cells of which the picture shows lines; those that only share a line with a better one are left out."""
    lines = _comparable(text)
    if not lines:
        return CellMatch()
    least = _ALIKE if text.confidence >= _POOR_PRINT else _ALIKE_IN_POOR_PRINT
    alike = [_alike(lines, cell, least) for cell in cells]
    found: list[tuple[int, float]] = []
    left = set(range(len(lines)))
    while True:
        best = max(range(len(cells)), key=lambda i: _worth(cells[i], alike[i], lines, left), default=-1)
        if best < 0 or not _is_shown(cells[best], alike[best], lines, left):
            break
        found.append((cells[best].number, _similarity(alike[best], lines, left)))
        left -= set(alike[best])
    return CellMatch(tuple(number for number, _ in found), round(found[0][1], 1) if found else 0.0)


def settled(read: PieceRead, match: CellMatch, cells: Sequence[FoldedCell]) -> PieceRead:
    """What a line that can't be told says, where it is, letter for letter, a line of a cell that the picture shows."""
    line = text_of_source(read.line).lines[:1]
    if read.state != State.UNSURE or not line or len(fold(line[0].code)) < _SHORTEST_LINE:
        return read
    for cell in cells:
        same = [x for x in cell.text.lines if fold(x.code) == fold(line[0].code)] if cell.number in match.cells else []
        if same:
            there = read_pieces((read.piece,), streams(CodeText(tuple(same))))[0]
            return replace(read, state=there.state) if there.state == State.SEEN else read
    return read


def _comparable(text: CodeText) -> list[str]:
    kinds = (LineKind.CODE, LineKind.COMMENT)
    kept = [line for line in text.lines if line.kind in kinds and not is_chrome(line.text)]
    lines = [fold(line.code if line.kind == LineKind.CODE else line.text) for line in kept]
    return [line for line in dict.fromkeys(lines) if len(line) >= _SHORTEST_LINE]


def _alike(lines: Sequence[str], cell: FoldedCell, least: float) -> dict[int, float]:
    """Of each line that the cell holds, how alike it is, in [0, 100]."""
    found = {}
    for i, line in enumerate(lines):
        if line in cell.whole:
            found[i] = 100.0
        elif _may_hold(line, cell.whole):
            likeness = _likeness(line, cell.whole, least)
            if likeness:
                found[i] = likeness
    return found


def _may_hold(line: str, whole: str) -> bool:
    """A cheap look before the dear one: a third of the line stands in the cell as it is."""
    step = max(4, len(line) // _PROBES)
    return any(line[at : at + step] in whole for at in range(0, len(line) - step + 1, step))


def _likeness(line: str, whole: str, least: float) -> float:
    """In [0, 100]; 0 where it is less than `least`, or the meaning is another."""
    if len(line) > len(whole):
        return 0.0
    place = fuzz.partial_ratio_alignment(line, whole, score_cutoff=least)
    if place is None or place.score < least:
        return 0.0
    return place.score if _same_meaning(line, whole[place.dest_start : place.dest_end]) else 0.0


def _same_meaning(read: str, there: str) -> bool:
    if any(read.count(word) != there.count(word) for word in _MEANING):
        return False
    for edit in Levenshtein.editops(read, there):
        ours = read[edit.src_pos : edit.src_pos + 1] if edit.tag != "insert" else ""
        theirs = there[edit.dest_pos : edit.dest_pos + 1] if edit.tag != "delete" else ""
        if (ours.isdigit() and theirs.isdigit()) or (ours + theirs).isdigit():
            return False
    return True


def _shown(alike: dict[int, float], lines: Sequence[str], left: set[int]) -> int:
    return sum(len(lines[i]) for i in alike if i in left)


def _worth(cell: FoldedCell, alike: dict[int, float], lines: Sequence[str], left: set[int]) -> tuple[float, float, int]:
    """The more letters shown the better; of equals, the cell of which more is seen, then the first."""
    shown = _shown(alike, lines, left)
    sure = sum(alike[i] * len(lines[i]) for i in alike if i in left)
    return round(sure / 100, 1), shown / max(1, len(cell.whole)), -cell.number


def _is_shown(cell: FoldedCell, alike: dict[int, float], lines: Sequence[str], left: set[int]) -> bool:
    """Whether enough is seen: most of the cell, or a good part of what the picture still holds."""
    shown = _shown(alike, lines, left)
    remaining = sum(len(lines[i]) for i in left)
    of_cell = shown / max(1, len(cell.whole))
    of_picture = shown / max(1, remaining)
    return shown >= 10 and (of_cell >= 0.75 or (shown >= 30 and (of_cell >= 0.35 or of_picture >= 0.5))
                            or (of_picture >= 0.8 and len(left) == len(lines)))


def _similarity(alike: dict[int, float], lines: Sequence[str], left: set[int]) -> float:
    shown = [(alike[i], len(lines[i])) for i in alike if i in left]
    return sum(score * size for score, size in shown) / max(1, sum(size for _, size in shown))
