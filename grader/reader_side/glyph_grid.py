"""Finds the grid on which a fixed-width font stands, and cuts text into its cells.

In: a picture, boxes of its lines. Out: `Grid`: for each cell a picture of one size, which cells are blank, the words.
Must never take text for fixed-width that isn't: `regular` says how surely it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

Array = Any
WIDE, HIGH = 10, 20
# A line's height and a letter's width, as shares of what a detected box and a cell measure.
_WIDTH_OF_BOX = (0.3, 0.75)
_BAND_OF_WIDTH = 2.1
_STEPS = 4
_SMOOTH_PX = 0.45
_BLANK = 0.3
# Weaker than this, out of 255, is noise; letters are measured by the strongest ones within so many letters' widths.
_LEAST_INK = 30.0
_BESIDE = 6


@dataclass(frozen=True)
class Strip:
    """One box: where it stands, how much each pixel differs from its background (0 to 1), where its band begins."""

    left: int
    top: int
    ink: Array
    background: Array


@dataclass(frozen=True)
class Grid:
    """The picture's cells.

    Attributes:
        width, start: of a cell in pixels, and where cell 0 begins. regular: share of the ink that keeps to the grid.
        band: height of a line in pixels; tops: where each strip's band begins.
        looks: (cells, WIDE * HIGH), of length 1. places: (strip, column) of each cell.
        words: the cells of each word, in order.
    """

    picture: Array
    strips: tuple[Strip, ...]
    width: float
    start: float
    regular: float
    band: float
    tops: tuple[float, ...]
    looks: Array
    places: tuple[tuple[int, int], ...]
    words: tuple[tuple[int, ...], ...]


def grid_of(picture: Array, boxes: list[Array]) -> Grid | None:
    """The grid of what stands in `boxes`; None where there is no text."""
    raw = [strip for box in boxes if (strip := _strip(picture, box)) is not None]
    if not raw:
        return None
    width, start, regular = _pitch(raw, picture.shape[1])
    strips = tuple(_evened(strip, width) for strip in raw)
    band = _BAND_OF_WIDTH * width
    tops = _tops(strips, band)
    cells, blank, places = _cells(strips, tops, width, start, band)
    looks = cells / np.maximum(np.linalg.norm(cells, axis=1), 1e-6)[:, None]
    return Grid(picture, strips, width, start, regular, band, tops, looks, places, _words(blank, places))


def _strip(picture: Array, box: Array) -> Strip | None:
    left, top = np.maximum(np.floor(box.min(axis=0)).astype(int) - np.array([0, 2]), 0)
    right, bottom = np.ceil(box.max(axis=0)).astype(int) + np.array([1, 3])
    patch = np.ascontiguousarray(picture[top:bottom, left:right])
    if patch.shape[0] < 5 or patch.shape[1] < 3:
        return None
    background = np.median(patch.reshape(-1, 3)[::5], axis=0).astype(np.uint8)
    ink = cv2.absdiff(patch, np.broadcast_to(background, patch.shape)).max(axis=2).astype(np.float32)
    return None if ink.max() < _LEAST_INK else Strip(int(left), int(top), ink, background)


def _pitch(strips: list[Strip], columns: int) -> tuple[float, float, float]:
    """Width of a cell, where the first begins, and the share of ink that swings with them: the gaps are in step."""
    ink = np.zeros(columns)
    for strip in strips:
        ink[strip.left : strip.left + strip.ink.shape[1]] += strip.ink.sum(axis=0) / strip.ink.max()
    height = float(np.median([strip.ink.shape[0] - 5 for strip in strips]))
    swing = ink - ink.mean()
    size = 1 << int(np.ceil(np.log2(8 * columns)))
    at = np.arange(size // 2 + 1) / size
    least, most = (share * height for share in _WIDTH_OF_BOX)
    strength = np.abs(np.fft.rfft(swing, size)) * ((at >= 1 / most) & (at <= 1 / least))
    peak = int(strength.argmax())
    before, here, after = (float(strength[min(i, len(at) - 1)]) for i in (peak - 1, peak, peak + 1))
    bend = before - 2 * here + after
    frequency = (peak + (0.5 * (before - after) / bend if bend else 0.0)) / size
    if frequency <= 0:
        return height / 2, 0.0, 0.0
    turned = complex(np.sum(swing * np.exp(-2j * np.pi * frequency * np.arange(columns))))
    start = (0.5 - np.angle(turned) / (2 * np.pi)) / frequency % (1 / frequency)
    return 1 / frequency, float(start), float(abs(turned) / max(ink.sum(), 1e-6))


def _evened(strip: Strip, width: float) -> Strip:
    """With ink as a share of the strongest nearby: a pale comment behind bright code is as black as that."""
    strongest = strip.ink.max(axis=0, keepdims=True)
    near = cv2.dilate(strongest, np.ones((1, 2 * round(_BESIDE * width) + 1), np.uint8))
    return Strip(strip.left, strip.top, strip.ink / np.maximum(near, _LEAST_INK), strip.background)


def _tops(strips: tuple[Strip, ...], band: float) -> tuple[float, ...]:
    """Where each line's band begins, so that all stand on one baseline: shifted to where their inks fit best."""
    inks = []
    for strip in strips:
        rows = strip.ink.mean(axis=1)
        fine = np.interp(np.arange(0, len(rows) - 1 + 1e-9, 1 / _STEPS), np.arange(len(rows)), rows)
        inks.append(fine / max(float(np.linalg.norm(fine)), 1e-6))
    longest = max(map(len, inks))
    fullest = int(np.argmax([strip.ink.sum() for strip in strips]))
    reference = np.zeros(3 * longest)
    reference[longest : longest + len(inks[fullest])] = inks[fullest]
    shifts: list[int] = []
    for _ in range(2):
        shifts = [int(np.correlate(reference, ink, "valid").argmax()) for ink in inks]
        reference = np.zeros(3 * longest)
        for shift, ink in zip(shifts, inks, strict=True):
            reference[shift : shift + len(ink)] += ink * ink.sum()
    reach = min(round(band * _STEPS), len(reference) - 1)
    summed = np.concatenate([[0.0], np.cumsum(reference)])
    held = summed[reach:] - summed[:-reach]
    best = np.flatnonzero(held >= held.max() * 0.9999)
    begin = int(best[len(best) // 2])
    return tuple(strip.top + (begin - shift) / _STEPS for strip, shift in zip(strips, shifts, strict=True))


def _cells(strips: tuple[Strip, ...], tops: tuple[float, ...], width: float, start: float,
           band: float) -> tuple[Array, Array, tuple[tuple[int, int], ...]]:
    """Every cell drawn WIDE x HIGH, which of them are blank in their middle, and their places."""
    cells, places = [], []
    across, down = width / WIDE, band / HIGH
    for number, (strip, top) in enumerate(zip(strips, tops, strict=True)):
        first = round((strip.left - start) / width)
        count = max(1, round((strip.left + strip.ink.shape[1] - start) / width) - first)
        x, y = start + first * width - strip.left, top - strip.top
        to = np.array([[across, 0, x + across / 2 - 0.5], [0, down, y + down / 2 - 0.5]], np.float32)
        smooth = cv2.GaussianBlur(strip.ink, (0, 0), _SMOOTH_PX)
        flat = cv2.warpAffine(smooth, to, (count * WIDE, HIGH), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
        cells.append(flat.reshape(HIGH, count, WIDE).transpose(1, 0, 2).reshape(count, -1))
        places += [(number, first + i) for i in range(count)]
    every = np.concatenate(cells)
    blank = every.reshape(-1, HIGH, WIDE)[:, :, 2:-2].max(axis=(1, 2)) < _BLANK
    return every, blank, tuple(places)


def _words(blank: Array, places: tuple[tuple[int, int], ...]) -> tuple[tuple[int, ...], ...]:
    words: list[list[int]] = []
    for cell in np.flatnonzero(~blank):
        strip, column = places[cell]
        if words and words[-1][-1] == cell - 1 and places[cell - 1] == (strip, column - 1):
            words[-1].append(int(cell))
        else:
            words.append([int(cell)])
    return tuple(map(tuple, words))
