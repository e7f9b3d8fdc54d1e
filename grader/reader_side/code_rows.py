"""Finds the rows of a screenshot that is nothing but lines of code: even letters on plain ground, a gap below each row.

In: a picture. Out: a box for each piece of a row, or None where anything else is in it, and a network must look.
Must never pass over what may be text: whatever is no row and no straight border gives None.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np

Array = Any
# How much two pixels differ across the edge of a letter, at least, out of 255.
_EDGE = 24
# Upright edges longer than that are borders; letters nearer than that are one piece, whatever their size.
_BORDER_PX = 60
_NEAR_PX = 16
# Of the rows' usual height: no row is higher, pieces of one row stand nearer, and a box is so much larger on each side.
_HIGHEST = 1.6
_APART = 1.5
_MARGIN = 0.14
# Lower than that, and right beside a row, it is what a strong compression leaves of its letters.
_LOW = 0.6
_LEAST_ROW_PX = 6
# Where rows touch, so much of the ink of a usual row of pixels lies between them, at most.
_GAP = 0.3
# A speck this low and narrow is the end of a border or a corner.
_SPECK_PX = 3


def code_rows(picture: Array) -> list[Array] | None:
    """Corners of each piece, (4, 2) float32, clockwise from the upper left. `picture`: (height, width, 3) uint8."""
    edges = _edges(picture)
    pieces = _pieces(edges)
    if not len(pieces):
        return None
    usual = _usual_height(pieces)
    pieces = np.array([part for piece in pieces for part in _parted(piece, edges, _HIGHEST * usual)])
    if usual < _LEAST_ROW_PX or (pieces[:, 3] - pieces[:, 1]).max() > _HIGHEST * usual:
        return None
    return [_corners(row, _MARGIN * usual) for row in _without_crumbs(_joined(pieces, usual), usual)]


def _edges(picture: Array) -> Array:
    """Where upright strokes begin and end, borders left out."""
    edges = np.zeros(picture.shape[:2], np.uint8)
    edges[:, 1:-1] = cv2.absdiff(picture[:, 2:], picture[:, :-2]).max(axis=2) > _EDGE
    borders = cv2.morphologyEx(edges, cv2.MORPH_OPEN, np.ones((_BORDER_PX, 1), np.uint8))
    return edges * (1 - cv2.dilate(borders, np.ones((5, 3), np.uint8)))


def _pieces(edges: Array) -> Array:
    """(left, top, right, bottom) of letters that stand together."""
    near = cv2.morphologyEx(edges, cv2.MORPH_CLOSE, np.ones((1, _NEAR_PX), np.uint8))
    _, _, told, _ = cv2.connectedComponentsWithStats(near, connectivity=8)
    left, top, width, height = told[1:, :4].T
    kept = (width > _SPECK_PX) | (height > _SPECK_PX)
    return np.stack([left, top, left + width, top + height], axis=1)[kept].astype(float)


def _parted(piece: Array, edges: Array, highest: float) -> list[Array]:
    """The rows of a piece in which a few letters of one touch the next; itself where there is no such gap."""
    left, top, right, bottom = piece.astype(int)
    if bottom - top <= highest:
        return [piece]
    ink = edges[top:bottom, left:right].sum(axis=1, dtype=float)
    least = round(highest / 4)
    at = least + int(ink[least : len(ink) - least].argmin())
    if ink[at] > _GAP * ink.mean():
        return [piece]
    above, below = piece.copy(), piece.copy()
    above[3], below[1] = top + at, top + at + 1
    return _parted(above, edges, highest) + _parted(below, edges, highest)


def _usual_height(pieces: Array) -> float:
    """That of the piece in the middle, if they lay end to end in order of their heights."""
    heights, widths = pieces[:, 3] - pieces[:, 1], pieces[:, 2] - pieces[:, 0]
    order = np.argsort(heights)
    return float(heights[order][np.searchsorted(widths[order].cumsum(), widths.sum() / 2)])


def _joined(pieces: Array, usual: float) -> list[Array]:
    """Pieces of one row that stand near each other, as one."""
    rows: list[Array] = []
    for piece in pieces[np.argsort(pieces[:, 0])]:
        for row in rows:
            level = min(row[3], piece[3]) - max(row[1], piece[1])
            if piece[0] - row[2] < _APART * usual and level > 0.5 * min(row[3] - row[1], piece[3] - piece[1]):
                row[:] = [*np.minimum(row[:2], piece[:2]), *np.maximum(row[2:], piece[2:])]
                break
        else:
            rows.append(piece.copy())
    return rows


def _without_crumbs(rows: list[Array], usual: float) -> list[Array]:
    """Without what a strong compression leaves right above and below a row."""
    low = _LOW * usual
    full = np.array([row for row in rows if row[3] - row[1] > low])
    return [row for row in rows if row[3] - row[1] > low or not _touches(row, full, low / 2)]


def _touches(row: Array, others: Array, near: float) -> bool:
    beside = (others[:, 0] <= row[0]) & (row[2] <= others[:, 2])
    level = (others[:, 1] - near < row[3]) & (row[1] < others[:, 3] + near)
    return bool((beside & level).any())


def _corners(row: Array, margin: float) -> Array:
    left, top, right, bottom = row + margin * np.array([-1, -1, 1, 1])
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32)
