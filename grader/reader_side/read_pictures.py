"""Reads the text in pictures: which lines stand where.

In: a request naming pictures, each a file of raw pixels (PPM). Out: {"readings": {file: {"lines": [...]}}}.
Must never enlarge or darken what it need not: pictures of code are read at their native size.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from alike import Line, Said, read_alike
from code_rows import code_rows
from limits import answer, hold_to
from networks import READ_HEIGHT_PX, Networks
from ocr_lines import Word, lines_of
from raw_pixels import read_pixels

# Finding lines costs by area, and finds them in text of ten pixels too; they are read at full size all the same.
_FIND_AT_MOST_PX = 1280
_MARGIN_PX = 12
_LEAST_CONFIDENCE = 0.5
# About what is read in 1.5 s of CPU: beyond it lines are squeezed, at most to this share of their width.
_COLUMNS_AT_FULL_WIDTH = 10_000
_LEAST_WIDTH = 0.65


def main(request: dict[str, Any]) -> None:
    """Read every picture named in the request; those for which no time is left are named as unread."""
    hold_to(request)
    reader = _Reader(int(request["threads"]))
    readings: dict[str, Any] = {}
    for wanted in request["pictures"]:
        if time.process_time() > request["cpu_s"]:
            readings[wanted["file"]] = {"problem": "there was no time left to read this picture"}
            continue
        pixels = read_pixels(Path(request["folder"]) / wanted["file"])
        readings[wanted["file"]] = {"lines": [line.as_json() for line in reader.read(pixels)]}
    answer({"readings": readings})


class _Reader:
    """Reads in two steps: where lines are, then what each says."""

    def __init__(self, threads: int) -> None:
        cv2.setNumThreads(threads)
        self._networks = Networks(threads)

    def read(self, pixels: np.ndarray) -> list[Word]:
        """The lines of one picture, from top to bottom. `pixels`: (height, width, 3) uint8, RGB."""
        framed = _framed(cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR))
        size = (pixels.shape[0], pixels.shape[1])
        rows = code_rows(framed)
        if rows is not None and (alike := self._alike(framed, rows)) is not None:
            return _lines(alike, size)
        boxes = self._networks.boxes(framed, _FIND_AT_MOST_PX)
        if (alike := self._alike(framed, boxes)) is not None:
            return _lines(alike, size)
        width = min(1.0, max(_LEAST_WIDTH, _COLUMNS_AT_FULL_WIDTH / max(1.0, _columns(boxes))))
        return _lines([self._line(framed, box, width) for box in boxes], size)

    def _alike(self, framed: np.ndarray, boxes: list[np.ndarray]) -> list[Line] | None:
        """What stands in `boxes`, by likeness; None where that is little, or does not look alike."""
        return read_alike(framed, boxes, self._characters) if _columns(boxes) > _COLUMNS_AT_FULL_WIDTH else None

    def _line(self, framed: np.ndarray, box: np.ndarray, width: float) -> Line:
        """What one box says, squeezed to so much of its width."""
        crop = _cut(framed, box)
        columns = max(1, round(crop.shape[1] * width * READ_HEIGHT_PX / crop.shape[0]))
        said = self._characters(crop, columns)
        text = "".join(one.text for one in said).strip()
        (left, top), (right, bottom) = box.min(axis=0).tolist(), box.max(axis=0).tolist()
        return Line(text, (left, top, right, bottom), sum(one.confidence for one in said) / max(1, len(said)))

    def _characters(self, strip: np.ndarray, columns: int) -> list[Said]:
        """The characters of a strip, each with its place; the network is asked `columns` wide."""
        smoothly = cv2.INTER_AREA if strip.shape[0] >= READ_HEIGHT_PX else cv2.INTER_CUBIC
        sized = cv2.resize(strip, (columns, READ_HEIGHT_PX), interpolation=smoothly)
        return _said(self._networks.steps(sized), self._networks.characters)


def _said(steps: np.ndarray, characters: list[str]) -> list[Said]:
    """What the likeliest characters spell, step by step: the same one over several steps stands once."""
    best = steps.argmax(axis=1)
    said = []
    for run in np.split(np.arange(len(best)), np.flatnonzero(np.diff(best)) + 1):
        if best[run[0]]:
            confidence = float(steps[run, best[run[0]]].max())
            said.append(Said(characters[best[run[0]]], confidence, (float(run.mean()) + 0.5) / len(best)))
    return said


def _columns(boxes: list[np.ndarray]) -> float:
    """How wide all lines are together, at the height at which they are read."""
    sides = [box.max(axis=0) - box.min(axis=0) for box in boxes]
    return sum(READ_HEIGHT_PX * float(width) / max(1.0, float(height)) for width, height in sides)


def _lines(lines: list[Line], size: tuple[int, int]) -> list[Word]:
    """Those that were read surely, from top to bottom, placed in the picture of that height and width."""
    sure = [line for line in lines if line.text and line.confidence >= _LEAST_CONFIDENCE]
    return lines_of([Word(line.text, _place(line.box, *size), round(line.confidence, 4)) for line in sure])


def _place(box: tuple[float, float, float, float], height: int, width: int) -> tuple[float, float, float, float]:
    """Where a box of the framed picture lies in the picture itself."""
    left, top, right, bottom = (side - _MARGIN_PX for side in box)
    inside = (max(left, 0.0), max(top, 0.0), min(right, width), min(bottom, height))
    return (round(inside[0], 1), round(inside[1], 1), round(inside[2], 1), round(inside[3], 1))


def _framed(picture: np.ndarray) -> np.ndarray:
    """With a margin of its background's colour: a line that touches the edge is not found."""
    edge = np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])
    colour = [int(v) for v in np.median(edge, axis=0)]
    m = _MARGIN_PX
    return cv2.copyMakeBorder(picture, m, m, m, m, cv2.BORDER_CONSTANT, value=colour)


def _cut(picture: np.ndarray, box: np.ndarray) -> np.ndarray:
    """The box out of the picture, turned upright where it is slanted."""
    top, right = box[1] - box[0], box[2] - box[1]
    width, height = max(1, round(float(np.hypot(*top)))), max(1, round(float(np.hypot(*right))))
    slanted = abs(float(top[1])) > 0.02 * width + 1
    if not slanted:
        (left, upper), (to, lower) = np.floor(box.min(axis=0)).astype(int), np.ceil(box.max(axis=0)).astype(int)
        return np.ascontiguousarray(picture[max(upper, 0) : lower + 1, max(left, 0) : to + 1])
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    return cv2.warpPerspective(picture, cv2.getPerspectiveTransform(box, corners), (width, height))


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
