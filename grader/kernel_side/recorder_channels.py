"""In which order the colours of pictures that OpenCV read enter a model: it reads blue, green, red.

In: calls of `cv2.imread`, and a batch that enters a model. Out: `bgr`, `rgb`, or "" where it can't be told.
It must never change a picture, and keeps of each only the mean of its three channels.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from recorder_core import Recorder, wrap
from recorder_trace import as_array

_MOST = 4000
_SIDE = 64
"""So many lines of a picture are enough for its mean."""
_NEAR, _FAR = 2.5, 2.0
_CLEARER = 4
"""Among hundreds of pictures one is near by chance: the right one must be so many times nearer."""
_LEAST = 2


class Channels:
    """The mean colours of the pictures read so far, in the order in which OpenCV gives them."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._read: list[Any] = []

    def install(self, module: Any) -> None:
        """Wraps `imread`."""
        if hasattr(module, "imread"):
            wrap(module, "imread", self._imread)

    def _imread(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def imread(*args: Any, **kwargs: Any) -> Any:
            picture = original(*args, **kwargs)
            if picture is not None and len(self._read) < _MOST:
                self._recorder.attempt("imread", self._keep, picture)
            return picture

        return imread

    def _keep(self, picture: Any) -> None:
        if picture.ndim == 3 and picture.shape[2] == 3 and str(picture.dtype) == "uint8":
            every = max(1, min(picture.shape[:2]) // _SIDE)
            self._read.append(picture[::every, ::every].reshape(-1, 3).mean(axis=0))

    def order_in(self, batch: Any) -> str:
        """Told by pictures whose colours were read in one order, and by nobody's in the other."""
        import numpy

        pictures = _as_pixels(as_array(batch)) if self._read else None
        if pictures is None:
            return ""
        read = numpy.stack(self._read)
        votes = {"bgr": 0, "rgb": 0}
        for colours in pictures.reshape(len(pictures), -1, 3).mean(axis=1):
            same, other = (float(numpy.abs(read - c).max(axis=1).min()) for c in (colours, colours[::-1]))
            votes["bgr"] += same < _NEAR and other > max(_FAR, _CLEARER * same)
            votes["rgb"] += other < _NEAR and same > max(_FAR, _CLEARER * other)
        told = [order for order, count in votes.items() if count >= _LEAST]
        return told[0] if len(told) == 1 and 0 in votes.values() else ""


def _as_pixels(batch: Any) -> Any:
    """Pictures in [0, 255], whichever of the usual scalings they have; None for anything else."""
    if batch is None or batch.ndim != 4 or batch.shape[-1] != 3 or batch.dtype.kind not in "fiu":
        return None
    values = batch.astype("float64")
    low, high = values.min(), values.max()
    if low >= -0.5 and high > 20:
        return values
    if low >= -0.001 and 0.1 < high <= 1.001:
        return values * 255
    return (values + 1) * 127.5 if low >= -1.001 and high <= 1.001 and low < -0.2 else None
