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
from alike import Said, read_alike
from limits import answer, hold_to
from ocr_lines import Word, lines_of
from raw_pixels import read_pixels

# Finding lines costs by area, and finds them in text of ten pixels too; they are read at full size all the same.
_FIND_AT_MOST_PX = 1280
_MARGIN_PX = 12
_LEAST_CONFIDENCE = 0.5
# About what is read in 1.5 s of CPU: beyond it lines are squeezed, at most to this share of their width.
_COLUMNS_AT_FULL_WIDTH = 10_000
_LEAST_WIDTH = 0.65
_READ_HEIGHT_PX = 48


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
    """rapidocr in two steps: where lines are, then what each says."""

    def __init__(self, threads: int) -> None:
        from rapidocr import RapidOCR

        cv2.setNumThreads(threads)
        self._ocr: Any = RapidOCR(
            params={
                "Global.use_cls": False,
                "Global.log_level": "critical",
                "Global.max_side_len": 20_000,
                "Global.min_side_len": 1,
                "Global.min_height": 1,
                "Global.width_height_ratio": -1,
                "Global.text_score": 0.0,
                "Det.limit_type": "max",
                "Det.limit_side_len": _FIND_AT_MOST_PX,
                "Rec.rec_batch_num": 1,
                "EngineConfig.onnxruntime.intra_op_num_threads": threads,
                "EngineConfig.onnxruntime.inter_op_num_threads": threads,
            }
        )

    def read(self, pixels: np.ndarray) -> list[Word]:
        """The lines of one picture, from top to bottom. `pixels`: (height, width, 3) uint8, RGB."""
        framed = _framed(cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR))
        found = self._ocr(framed, use_det=True, use_rec=False).boxes
        boxes = [] if found is None else [np.asarray(box, dtype=np.float32) for box in found]
        crops = [_cut(framed, box) for box in boxes]
        columns = sum(_READ_HEIGHT_PX * crop.shape[1] / crop.shape[0] for crop in crops)
        if columns > _COLUMNS_AT_FULL_WIDTH and (alike := read_alike(framed, boxes, self._characters)) is not None:
            return lines_of([
                Word(line.text, _place(np.reshape(line.box, (2, 2)), *pixels.shape[:2]), round(line.confidence, 4))
                for line in alike if line.text and line.confidence >= _LEAST_CONFIDENCE
            ])  # fmt: skip
        width = min(1.0, max(_LEAST_WIDTH, _COLUMNS_AT_FULL_WIDTH / columns)) if columns else 1.0
        words = []
        for box, crop in zip(boxes, crops, strict=True):
            text, confidence = self._say(crop, width)
            if text and confidence >= _LEAST_CONFIDENCE:
                words.append(Word(text, _place(box, *pixels.shape[:2]), round(confidence, 4)))
        return lines_of(words)

    def _say(self, crop: np.ndarray, width: float) -> tuple[str, float]:
        if width < 1.0 or crop.shape[0] < _READ_HEIGHT_PX:
            # To the height at which the network reads, more smoothly than rapidocr would.
            scale = max(1.0, _READ_HEIGHT_PX / crop.shape[0])
            size = (max(1, round(crop.shape[1] * width * scale)), round(crop.shape[0] * scale))
            crop = cv2.resize(crop, size, interpolation=cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA)
        said = self._ocr(crop, use_det=False, use_rec=True)
        if not said.txts:
            return "", 0.0
        return said.txts[0].strip(), float(said.scores[0])

    def _characters(self, strip: np.ndarray, columns: int) -> list[Said]:
        """The characters of a strip, each with its place."""
        network = self._ocr._load_rec_model()  # what it says of places comes out nowhere else
        shrinks = strip.shape[0] >= _READ_HEIGHT_PX
        size = (columns, _READ_HEIGHT_PX)
        strip = cv2.resize(strip, size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC)
        steps = network.session((strip.astype(np.float32).transpose(2, 0, 1) / 127.5 - 1)[None])[0]
        best, names = steps.argmax(axis=1), network.postprocess_op.character
        found = []
        for run in np.split(np.arange(len(best)), np.flatnonzero(np.diff(best)) + 1):
            if best[run[0]]:
                confidence = float(steps[run, best[run[0]]].max())
                found.append(Said(names[best[run[0]]], confidence, (float(run.mean()) + 0.5) / len(best)))
        return found


def _place(box: np.ndarray, height: int, width: int) -> tuple[float, float, float, float]:
    """Where a box of the framed picture lies in the picture itself."""
    left, top = (float(v) - _MARGIN_PX for v in box.min(axis=0))
    right, bottom = (float(v) - _MARGIN_PX for v in box.max(axis=0))
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
