"""Reads a full screen of code by likeness: a few letters of each look are read, the others look like them.

In: a picture, boxes of its lines, a network that says what stands in a strip of pixels. Out: a text for each box, or
None where the text isn't in a fixed-width font, or too little looks alike.
Must never give a name to a look that was not read: words with such a letter are read as they stand.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from glyph_grid import Grid, grid_of

Array = Any
Cells = tuple[int, ...]
# Least share of the ink that keeps to the grid: 0.2 to 0.35 in fixed-width fonts, 0.02 in others.
_REGULAR = 0.1
# Looks nearer than this (1 - cosine) are one; a rare one may be as far as the second from one that was read, if no
# other letter is within the third of it.
_ONE_LOOK = 0.03
_RESEMBLES = 0.07
_APART = 0.02
# A look that is seen so often is read once, twice, three times.
_READ_AGAIN = (2, 12, 40)
_PIECE = 5
_A_STRIP = 130
# Columns at which the network reads one letter; and the cells beyond which reading all of it costs no more.
_COLUMNS = 13
_WORTH_IT = 0.5
_AGREED = 0.7
_MOST = 0.5
_UNSURE_WORDS = 40


@dataclass(frozen=True)
class Said:
    """A character, how surely it was read, and where in the strip, from 0 to 1."""

    text: str
    confidence: float
    at: float


@dataclass(frozen=True)
class Line:
    """What stands in a box: (left, top, right, bottom) in pixels of the picture."""

    text: str
    box: tuple[float, float, float, float]
    confidence: float


Say = Callable[[Array, int], list[Said]]


def read_alike(picture: Array, boxes: list[Array], say: Say) -> list[Line] | None:
    """The lines in `boxes`. `say(strip, columns)` reads a strip, `columns` wide at the network."""
    grid = grid_of(picture, boxes)
    if grid is None or grid.regular < _REGULAR or not grid.words:
        return None
    looks = _Looks(grid)
    first = looks.pieces([sum(n >= least for least in _READ_AGAIN) for n in looks.counts])
    if sum(map(len, first)) > _WORTH_IT * sum(map(len, grid.words)):
        return None
    looks.read(first, say, agreed=_AGREED)
    unsure = looks.unsure()
    looks.read(looks.pieces([min(n, 2) if i in unsure else 0 for i, n in enumerate(looks.counts)]), say, agreed=_MOST)
    return _lines(grid, looks, say)


class _Looks:
    """Cells that look alike, and what they were read as."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        filled = np.array([cell for word in grid.words for cell in word])
        self.of, self._leaders = _grouped(grid.looks, filled)
        self.counts = np.bincount(self.of[filled], minlength=len(self._leaders)).tolist()
        self._votes: dict[int, Counter[str]] = defaultdict(Counter)
        self.names: dict[int, tuple[str, float]] = {}

    def pieces(self, needs: list[int]) -> list[Cells]:
        """Pieces of words in which each look is seen as often as it needs, in as few letters as can be."""
        found = [word[i : i + _PIECE] for word in self.grid.words for i in range(max(1, len(word) - _PIECE + 1))]
        left = dict(enumerate(needs))
        used: set[int] = set()
        queue = [(-self._worth(piece, left), i) for i, piece in enumerate(found)]
        queue = [entry for entry in queue if entry[0] < 0]
        heapq.heapify(queue)
        chosen = []
        while queue:
            _, i = heapq.heappop(queue)
            worth = self._worth(found[i], left)
            if worth <= 0 or not used.isdisjoint(found[i]):
                continue
            if queue and -worth > queue[0][0] + 1e-9:
                heapq.heappush(queue, (-worth, i))
                continue
            chosen.append(found[i])
            used.update(found[i])
            for cell in found[i]:
                left[self.of[cell]] = max(0, left[self.of[cell]] - 1)
        return chosen

    def _worth(self, piece: Cells, left: dict[int, int]) -> float:
        seen = Counter(self.of[cell] for cell in piece)
        return sum(min(left[look], n) for look, n in seen.items()) / (len(piece) + 1)

    def read(self, pieces: Iterable[Cells], say: Say, *, agreed: float) -> None:
        """Have the pieces read; those with as many characters as cells name their looks, if so many votes agree."""
        for piece, said in _read(self.grid, pieces, say):
            if len(said) == len(piece):
                for cell, one in zip(piece, said, strict=True):
                    self._votes[self.of[cell]][one.text] += one.confidence**2  # type: ignore[assignment]
        self._name(agreed)

    def unsure(self) -> set[int]:
        """Looks without a name."""
        return set(range(len(self.counts))) - set(self.names)

    def _name(self, agreed: float) -> None:
        self.names = {}
        for look, votes in self._votes.items():
            (text, most), cast = votes.most_common(1)[0], sum(votes.values())
            if most >= agreed * cast and most > 0.3:
                self.names[look] = (text, most / cast)
        named = sorted(self.names)
        if not named:
            return
        texts = np.array([self.names[look][0] for look in named])
        near = self._leaders @ self._leaders[named].T
        for look in self.unsure():
            best = int(near[look].argmax())
            others = near[look][texts != texts[best]]
            distance = 1 - float(near[look, best])
            apart = (1 - float(others.max()) if len(others) else 1.0) - distance
            read = self._votes.get(look)
            unopposed = not read or read.most_common(1)[0][0] == texts[best]
            if distance < _RESEMBLES and apart > _APART and unopposed:
                self.names[look] = (str(texts[best]), self.names[named[best]][1])


def _grouped(looks: Array, cells: Array) -> tuple[Array, Array]:
    """The number of each cell's look, and the look of the first cell of each number."""
    of = np.full(len(looks), -1)
    leaders = np.zeros((0, looks.shape[1]), np.float32)
    for begin in range(0, len(cells), 256):
        some = cells[begin : begin + 256]
        if len(leaders):
            near = looks[some] @ leaders.T
            best = near.argmax(axis=1)
            known = 1 - near[np.arange(len(some)), best] < _ONE_LOOK
            of[some[known]] = best[known]
            some = some[~known]
        near = looks[some] @ looks[some].T
        new: list[int] = []
        for i in range(len(some)):
            best_new = int(near[i, new].argmax()) if new else -1
            if new and 1 - near[i, new[best_new]] < _ONE_LOOK:
                of[some[i]] = len(leaders) + best_new
            else:
                of[some[i]] = len(leaders) + len(new)
                new.append(i)
        leaders = np.concatenate([leaders, looks[some[new]]])
    return of, leaders


# --------------------------------------------------------------------------- what the network reads


def _read(grid: Grid, pieces: Iterable[Cells], say: Say) -> list[tuple[Cells, list[Said]]]:
    """Each piece with what was read in it; as many as fit are read as one strip, a blank cell apart."""
    together: list[list[Cells]] = [[]]
    for piece in pieces:
        if together[-1] and sum(len(p) + 1 for p in together[-1]) + len(piece) > _A_STRIP:
            together.append([])
        together[-1].append(piece)
    return [pair for some in together if some for pair in _read_strip(grid, some, say)]


def _read_strip(grid: Grid, pieces: Sequence[Cells], say: Say) -> list[tuple[Cells, list[Said]]]:
    parts, begins, x = [], [], 0
    gap = round(grid.width)
    for piece in pieces:
        part, begin = _pixels(grid, piece)
        background = grid.strips[grid.places[piece[0]][0]].background
        blank = np.broadcast_to(background, (part.shape[0], gap, 3))
        parts += [blank, part]
        begins.append(x + gap + begin)
        x += gap + part.shape[1]
    parts.append(blank)
    x += gap
    said = say(np.concatenate(parts, axis=1), round(x / grid.width * _COLUMNS))
    found = []
    for piece, begin in zip(pieces, begins, strict=True):
        least, most = begin - grid.width / 2, begin + (len(piece) + 0.5) * grid.width
        found.append((piece, [one for one in said if least < one.at * x < most and one.text != " "]))
    return found


def _pixels(grid: Grid, piece: Cells) -> tuple[Array, float]:
    """The pixels of a piece, and where its first cell begins in them."""
    strip, column = grid.places[piece[0]]
    exact = grid.start + column * grid.width
    left, right = max(round(exact), 0), round(exact + len(piece) * grid.width)
    high = int(np.ceil(grid.band)) + 2
    top = round(grid.tops[strip] - 1)
    part = grid.picture[max(top, 0) : max(top + high, 1), left : max(right, left + 1)]
    above = max(0, -top)
    below = max(0, high - part.shape[0] - above)
    return cv2.copyMakeBorder(part, above, below, 0, 0, cv2.BORDER_REPLICATE)[:high], exact - left


# --------------------------------------------------------------------------- lines


def _lines(grid: Grid, looks: _Looks, say: Say) -> list[Line]:
    """What each strip says: words by their looks, and those with a letter of no name as they were read."""
    nameless = [word for word in grid.words if any(looks.of[cell] not in looks.names for cell in word)]
    read = dict(_read(grid, nameless[:_UNSURE_WORDS], say))
    told: dict[int, list[tuple[int, str, float]]] = defaultdict(list)
    for word in grid.words:
        strip, column = grid.places[word[0]]
        told[strip].append((column, *_word(word, looks, read)))
    lines = []
    for strip, words in told.items():
        text, end, sure = "", words[0][0], 0.0
        for column, word_text, confidence in words:
            text += " " * (column - end) + word_text
            end = column + len(word_text)
            sure += confidence * len(word_text)
        place = grid.strips[strip]
        height, width = place.ink.shape
        box = (float(place.left), float(place.top + 2), float(place.left + width), float(place.top + height - 2))
        lines.append(Line(text, box, sure / max(1, len(text.replace(" ", "")))))
    return lines


def _word(word: Cells, looks: _Looks, read: dict[Cells, list[Said]]) -> tuple[str, float]:
    """Its text and how sure it is."""
    names = [looks.names.get(looks.of[cell], ("", 0.0)) for cell in word]
    if word not in read:
        return "".join(text or "?" for text, _ in names), sum(sure for _, sure in names) / len(names)
    said = read[word]
    if len(said) == len(word):
        names = [name if name[0] else (one.text, one.confidence) for name, one in zip(names, said, strict=True)]
        return "".join(text for text, _ in names), sum(sure for _, sure in names) / len(names)
    return "".join(one.text for one in said), min((one.confidence for one in said), default=0.0)
