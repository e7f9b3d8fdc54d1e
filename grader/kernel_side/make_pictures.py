"""Draws the stand-in for `cats_and_dogs_filtered`: 3,000 JPEG files in the true set's folders, under its file names.

In: `python make_pictures.py FOLDER`. Out: FOLDER/cats_and_dogs_filtered/{train,validation}/{cats,dogs}/*.jpg, a stored
zip FOLDER/cats_and_dogs_filtered.zip, and one line of JSON with the SHA-256 over all names and contents.
It must never read a picture from anywhere, and never needs TensorFlow: a child process of the grader runs it.

The classes differ in what a randomly seeded backbone sees, hue and spatial frequency, with some overlap: a head trained
on frozen features gets clearly better than chance and not everything right, as on photographs.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import sys
import zipfile
from multiprocessing import get_context
from pathlib import Path
from typing import Iterator, List, NamedTuple, Tuple  # noqa: UP035  (a course's Python may be 3.9)

import numpy as np
from PIL import Image

NAME = "cats_and_dogs_filtered"
SPLITS = (("train", 0, 1000), ("validation", 2000, 2500))
CLASSES = ("cats", "dogs")
LONG_SIDE = (300, 500)
SHORT_SIDE = (200, 380)
ODD_ONE_OUT = 0.04
"""Share of pictures with the other class's hue, so that hue alone does not decide everything."""


class Picture(NamedTuple):
    """One file to draw. `index` is the number in its name; the same picture comes out of it on every machine."""

    split: str
    label: str
    index: int

    @property
    def relative_path(self) -> str:
        return f"{NAME}/{self.split}/{self.label}/{self.label[:-1]}.{self.index}.jpg"

    @property
    def seed(self) -> List[int]:  # noqa: UP006
        return [6, CLASSES.index(self.label), self.index]


def all_pictures() -> List[Picture]:  # noqa: UP006
    """Every picture of the set, in the order in which the archive lists them."""
    return [
        Picture(split, label, index)
        for split, first, end in SPLITS
        for label in CLASSES
        for index in range(first, end)
    ]


def draw(picture: Picture) -> Image.Image:
    """An RGB picture, 200 to 500 pixels a side: a textured animal-sized blob of the class's hue before a background."""
    random = np.random.default_rng(picture.seed)
    width, height = _size(random)
    hue, period = _look(picture.label, random)
    rows, columns = np.mgrid[0 : height // 2, 0 : width // 2].astype(np.float32) * 2
    angle = random.uniform(0, np.pi)
    along = rows * np.float32(np.sin(angle)) + columns * np.float32(np.cos(angle))
    across = columns * np.float32(np.sin(angle)) - rows * np.float32(np.cos(angle))
    wave = np.sin(along * np.float32(2 * np.pi / period) + np.float32(random.uniform(0, 6)))
    wave *= np.cos(across * np.float32(2 * np.pi / (period * random.uniform(1.5, 3))))
    blob = _blob(rows, columns, width, height, random)
    texture = 0.5 + 0.5 * random.uniform(0.45, 0.8) * wave
    fur = _colour(hue, random.uniform(0.55, 0.95))
    ground = _colour(random.uniform(0, 1), random.uniform(0.05, 0.4)) * random.uniform(0.3, 0.9)
    shade = (0.7 + 0.3 * np.sin(rows * np.float32(random.uniform(0.002, 0.01)) + np.float32(random.uniform(0, 6))))
    front = (texture * blob)[..., None] * fur
    back = (shade * (1 - blob))[..., None] * ground
    pixels = np.clip((front + back) * 255, 0, 255).astype(np.uint8)
    return Image.fromarray(pixels).resize((width, height), Image.Resampling.BILINEAR)


def _size(random: np.random.Generator) -> Tuple[int, int]:  # noqa: UP006
    long_side, short_side = int(random.integers(*LONG_SIDE)), int(random.integers(*SHORT_SIDE))
    return (long_side, short_side) if random.random() < 0.7 else (short_side, long_side)


def _look(label: str, random: np.random.Generator) -> Tuple[float, float]:  # noqa: UP006
    """Hue in [0, 1) and period of the texture in pixels."""
    seen_as = label if random.random() >= ODD_ONE_OUT else CLASSES[1 - CLASSES.index(label)]
    if seen_as == "cats":
        hue = random.normal(0.08, 0.05)
    else:
        hue = random.normal(0.58, 0.07)
    period = random.uniform(28, 64) if label == "cats" else random.uniform(9, 24)
    return hue % 1.0, period


def _colour(hue: float, saturation: float) -> np.ndarray:
    """`(3,)` float32 in [0, 1], RGB, of a hue and a saturation in [0, 1)."""
    offsets = np.array([0.0, 1 / 3, 2 / 3], dtype=np.float32)
    pure = np.clip(np.abs(((hue - offsets) % 1.0) * 6 - 3) - 1, 0, 1)
    return (1 - saturation * (1 - pure)).astype(np.float32)


def _blob(
    rows: np.ndarray, columns: np.ndarray, width: int, height: int, random: np.random.Generator
) -> np.ndarray:
    """A soft-edged ellipse somewhere near the middle, 0 outside and 1 inside."""
    centre_x, centre_y = width * random.uniform(0.35, 0.65), height * random.uniform(0.35, 0.65)
    radius_x, radius_y = width * random.uniform(0.3, 0.55), height * random.uniform(0.3, 0.55)
    distance = ((columns - centre_x) / radius_x) ** 2 + ((rows - centre_y) / radius_y) ** 2
    return np.clip((1.15 - distance) * 4, 0, 1).astype(np.float32)


def encode(picture: Picture) -> bytes:
    """The picture as a JPEG file's bytes."""
    buffer = io.BytesIO()
    draw(picture).save(buffer, "JPEG", quality=72)
    return buffer.getvalue()


def _write(task: Tuple[str, Picture]) -> str:  # noqa: UP006
    """Writes one file and returns its SHA-256."""
    folder, picture = task
    content = encode(picture)
    Path(folder, picture.relative_path).write_bytes(content)
    return hashlib.sha256(content).hexdigest()


def _archive(folder: Path) -> None:
    """Packs the set uncompressed: JPEG does not shrink, and students' cells unpack it faster."""
    with zipfile.ZipFile(folder / f"{NAME}.zip", "w", zipfile.ZIP_STORED) as archive:
        for name in _folders():
            archive.writestr(zipfile.ZipInfo(f"{name}/", (2020, 1, 1, 0, 0, 0)), "")
        for picture in all_pictures():
            entry = zipfile.ZipInfo(picture.relative_path, (2020, 1, 1, 0, 0, 0))
            archive.writestr(entry, (folder / picture.relative_path).read_bytes())


def _folders() -> Iterator[str]:
    yield NAME
    for split, _, _ in SPLITS:
        yield f"{NAME}/{split}"
        for label in CLASSES:
            yield f"{NAME}/{split}/{label}"


def make(folder: Path) -> str:
    """Draws the whole set below `folder` and returns the SHA-256 that names its content."""
    for name in _folders():
        (folder / name).mkdir(parents=True, exist_ok=True)
    pictures = all_pictures()
    with get_context("spawn").Pool(min(4, os.cpu_count() or 1)) as pool:
        digests = pool.map(_write, [(str(folder), picture) for picture in pictures], chunksize=50)
    if len(set(digests)) != len(digests):
        raise RuntimeError("two stand-in pictures came out alike")
    _archive(folder)
    lines = [f"{picture.relative_path} {digest}" for picture, digest in zip(pictures, digests)]  # noqa: B905
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


if __name__ == "__main__":
    sys.stdout.write(json.dumps({"digest": make(Path(sys.argv[1]))}) + "\n")
