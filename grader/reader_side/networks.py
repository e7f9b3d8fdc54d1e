"""The two networks that come with rapidocr: one finds lines of text, one reads a strip of pixels.

In: pictures, (height, width, 3) uint8, BGR. Out: boxes of lines; how likely each character is, step by step.
Must never import rapidocr itself: that costs as much CPU as reading a picture. The files of its networks are enough.
"""

from __future__ import annotations

from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import onnxruntime
import pyclipper

Array = Any
READ_HEIGHT_PX = 48
_LEAST_READ_WIDTH_PX = 320
_SIDE_MULTIPLE = 32
# As rapidocr asks it: from which share on a pixel is text, and a box a line; how far letters reach beyond their core.
_TEXT = 0.3
_LINE = 0.5
_REACH = 1.6
_LEAST_SIDE_PX = 3


class Networks:
    """Each is loaded when it is first asked."""

    def __init__(self, threads: int) -> None:
        self._threads = threads

    def boxes(self, picture: Array, side_px: int) -> list[Array]:
        """Corners of each line, (4, 2) float32, clockwise from the upper left; longer sides are shrunk to `side_px`."""
        height, width = picture.shape[:2]
        scale = min(1.0, side_px / max(height, width))
        size = [max(1, round(int(side * scale) / _SIDE_MULTIPLE)) * _SIDE_MULTIPLE for side in (width, height)]
        shares = _asked(self._finder, cv2.resize(picture, size))[0]
        text = cv2.dilate((shares > _TEXT).astype(np.uint8), np.ones((2, 2), np.uint8))
        contours, _ = cv2.findContours(text, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
        cores = [core for contour in contours if min((core := cv2.minAreaRect(contour))[1]) >= _LEAST_SIDE_PX]
        lines = [_corners(_grown(core)) for core in cores if _share_inside(shares, _corners(core)) >= _LINE]
        placed = [np.round(line * (width / size[0], height / size[1])) for line in lines]
        boxes = [line.clip(0, (width - 1, height - 1)).astype(np.float32) for line in placed]
        return [box for box in boxes if np.linalg.norm(box[[1, 3]] - box[0], axis=1).min() > _LEAST_SIDE_PX]

    def steps(self, strip: Array) -> Array:
        """(steps, characters): how likely each is, from left to right. `strip` is READ_HEIGHT_PX high."""
        missing = max(0, _LEAST_READ_WIDTH_PX - strip.shape[1])
        return _asked(self._reader, strip, right=missing)

    @cached_property
    def characters(self) -> list[str]:
        """The character of each number; that of 0 is none."""
        told = self._reader.get_modelmeta().custom_metadata_map["character"]
        return ["", *told.splitlines(), " "]

    @cached_property
    def _finder(self) -> onnxruntime.InferenceSession:
        return _loaded("*_det_small.onnx", self._threads)

    @cached_property
    def _reader(self) -> onnxruntime.InferenceSession:
        return _loaded("*_rec_small.onnx", self._threads)


def _loaded(name: str, threads: int) -> onnxruntime.InferenceSession:
    spec = find_spec("rapidocr")
    files = [file for folder in (spec and spec.submodule_search_locations) or () for file in Path(folder).rglob(name)]
    if len(files) != 1:
        raise FileNotFoundError(f"expected one network {name} in the package rapidocr, found {len(files)}")
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = options.inter_op_num_threads = threads
    return onnxruntime.InferenceSession(files[0], options, providers=["CPUExecutionProvider"])


def _asked(network: onnxruntime.InferenceSession, picture: Array, *, right: int = 0) -> Array:
    """What the network says of `picture`, with so many grey columns added on its right."""
    height, width = picture.shape[:2]
    pixels = np.zeros((1, 3, height, width + right), np.float32)
    pixels[0, :, :, :width] = picture.transpose(2, 0, 1) / np.float32(127.5) - 1
    return network.run(None, {network.get_inputs()[0].name: pixels})[0][0]


def _grown(core: Any) -> Any:
    """A rectangle on each side larger by what the network leaves away: it marks the middle of a line."""
    width, height = core[1]
    offset = pyclipper.PyclipperOffset()
    offset.AddPath(_corners(core), pyclipper.JT_ROUND, pyclipper.ET_CLOSEDPOLYGON)
    outlines = offset.Execute(_REACH * width * height / (2 * (width + height)))
    return cv2.minAreaRect(np.concatenate(outlines))


def _corners(rectangle: Any) -> Array:
    corners = cv2.boxPoints(rectangle)
    by_x = corners[np.argsort(corners[:, 0], kind="stable")]
    left, right = by_x[:2], by_x[2:]
    (upper_left, lower_left), (upper_right, lower_right) = left[np.argsort(left[:, 1])], right[np.argsort(right[:, 1])]
    return np.array([upper_left, upper_right, lower_right, lower_left])


def _share_inside(shares: Array, corners: Array) -> float:
    """The mean of `shares` within the corners."""
    most = np.array(shares.shape[::-1]) - 1
    left, top = np.floor(corners.min(axis=0)).astype(int).clip(0, most)
    right, bottom = np.ceil(corners.max(axis=0)).astype(int).clip(0, most)
    inside = np.zeros((bottom - top + 1, right - left + 1), np.uint8)
    cv2.fillPoly(inside, (corners - (left, top)).astype(np.int32)[None], (1,))
    return float(cv2.mean(shares[top : bottom + 1, left : right + 1], inside)[0])
