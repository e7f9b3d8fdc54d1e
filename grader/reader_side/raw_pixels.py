"""Pictures as raw pixels, so that whoever reads them next needs no decoder: binary PPM.

In: a picture as Pillow opened it, or such a file. Out: the file, or an array.
Must never hold more pixels than its caller allowed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any


def write_pixels(picture: Any, path: Path) -> None:
    """Write `picture` (Pillow, mode RGB)."""
    with path.open("wb") as file:
        file.write(b"P6\n%d %d\n255\n" % picture.size)
        file.write(picture.tobytes())


def read_pixels(path: Path) -> Any:
    """The pixels: (height, width, 3) uint8, RGB."""
    import numpy as np

    with path.open("rb") as file:
        if file.readline() != b"P6\n":
            raise ValueError("not a file of raw pixels")
        width, height = (int(word) for word in file.readline().split())
        file.readline()
        return np.frombuffer(file.read(width * height * 3), dtype=np.uint8).reshape(height, width, 3)
