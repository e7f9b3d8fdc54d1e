"""Puts what stands on a page into the order in which it is read, columns included.

In: things with boxes. Out: runs of them, each read from top to bottom; a column is a run of its own.
Must never take a label, a name beside its value or the numbers of lines for a column.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

Box = tuple[float, float, float, float]
T = TypeVar("T")

_STEP = 3.0
_LEAST_LINES = 4
# Of the width of what is printed: a narrower run is no column of prose.
_LEAST_SHARE = 0.28


def runs(things: list[T], box: Callable[[T], Box]) -> list[list[T]]:
    """Runs in reading order; one run where the page has one column."""
    gutter = _gutter([box(thing) for thing in things])
    if gutter is None:
        return [_downwards(things, box)] if things else []
    found: list[list[T]] = []
    band: list[T] = []
    for thing in _downwards(things, box):
        left, _, right, _ = box(thing)
        if left < gutter < right:
            found += _columns(band, gutter, box)
            found.append([thing])
            band = []
        else:
            band.append(thing)
    return _merged(found + _columns(band, gutter, box), gutter, box)


def _columns(band: list[T], gutter: float, box: Callable[[T], Box]) -> list[list[T]]:
    sides = ([t for t in band if box(t)[2] <= gutter], [t for t in band if box(t)[0] >= gutter])
    # A heading or two that happen to end before the gutter are no column.
    if not all(sides):
        return [band] if band else []
    return list(sides)


def _merged(found: list[list[T]], gutter: float, box: Callable[[T], Box]) -> list[list[T]]:
    """Neighbouring runs of whole width are one, so that paragraphs within it can be seen."""
    joined: list[list[T]] = []
    for run in found:
        wide = any(box(thing)[0] < gutter < box(thing)[2] for thing in run)
        before = bool(joined) and any(box(thing)[0] < gutter < box(thing)[2] for thing in joined[-1])
        if wide and before:
            joined[-1] = joined[-1] + run
        else:
            joined.append(run)
    return joined


def _gutter(boxes: list[Box]) -> float | None:
    """Where the page's two columns are parted; None where it has one."""
    if len(boxes) < 2 * _LEAST_LINES:
        return None
    left, right = min(b[0] for b in boxes), max(b[2] for b in boxes)
    best: tuple[int, float] | None = None
    position = left + 0.25 * (right - left)
    while position < left + 0.75 * (right - left):
        crossing = sum(b[0] < position + _STEP and b[2] > position - _STEP for b in boxes)
        key = (crossing, abs(position - (left + right) / 2))
        if best is None or key < best:
            best, gutter = key, position
        position += _STEP
    if best is None or best[0] > 0.35 * len(boxes):
        return None
    sides = ([b for b in boxes if b[2] <= gutter + _STEP], [b for b in boxes if b[0] >= gutter - _STEP])
    return gutter if all(_is_column(side, right - left) for side in sides) and _beside(*sides) else None


def _is_column(side: list[Box], width: float) -> bool:
    widths = sorted(b[2] - b[0] for b in side)
    return len(side) >= _LEAST_LINES and widths[len(widths) // 2] >= _LEAST_SHARE * width


def _beside(left: list[Box], right: list[Box]) -> bool:
    """True where the two stand beside each other for most of the shorter one's height."""
    top, bottom = max(min(b[1] for b in s) for s in (left, right)), min(max(b[3] for b in s) for s in (left, right))
    shorter = min(max(b[3] for b in s) - min(b[1] for b in s) for s in (left, right))
    return bottom - top > 0.5 * shorter


def _downwards(things: list[T], box: Callable[[T], Box]) -> list[T]:
    return sorted(things, key=lambda thing: (box(thing)[1], box(thing)[0]))
