"""Draws the stand-in for CIFAR-10: 60,000 pictures of 32×32, in the files that Keras and its origin's readers read.

In: `python make_cifar10.py FOLDER`. Out: FOLDER/cifar-10-batches-py/{batches.meta,data_batch_1…5,test_batch}, an
archive FOLDER/cifar-10-python.tar.gz, and one line of JSON with the SHA-256 over all names and contents.
It must never read a picture from anywhere, and never needs TensorFlow: a child process of the grader runs it.

The classes differ in what a randomly seeded backbone sees, hue and spatial frequency: ten hues round the circle, coarse
and fine texture in turn, with some overlap, so that a head on frozen features gets clearly better than chance and not
everything right. The files are written opcode by opcode as Python 2 pickled them, since notebooks read the true ones
with `encoding="bytes"` or `"latin1"`, and Keras allows no other global in them than NumPy's own.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import struct
import sys
import tarfile
from pathlib import Path
from typing import Dict, List, Tuple  # noqa: UP035  (a course's Python may be 3.9)

import numpy as np

NAME = "cifar-10-batches-py"
ARCHIVE = "cifar-10-python.tar.gz"
CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
TRAIN_BATCHES = tuple(f"data_batch_{number}" for number in range(1, 6))
BATCHES = (*TRAIN_BATCHES, "test_batch")
PER_CLASS = 1000
SIDE = 32
CHUNK = 1000
ODD_ONE_OUT = 0.04
"""Share of pictures that look like a picture of some other class."""
SEED = 10


def labels_of(batch: str) -> np.ndarray:
    """`(10000,)` uint8 in 0…9: as many of each class, shuffled."""
    random = np.random.default_rng([SEED, BATCHES.index(batch), 999])
    return random.permutation(np.repeat(np.arange(len(CLASSES), dtype=np.uint8), PER_CLASS))


def pictures_of(batch: str, chunk: int) -> np.ndarray:
    """`(1000, 32, 32, 3)` uint8, RGB: the pictures whose labels are `labels_of(batch)[1000 * chunk:][:1000]`."""
    random = np.random.default_rng([SEED, BATCHES.index(batch), chunk])
    looks = labels_of(batch)[CHUNK * chunk : CHUNK * (chunk + 1)].astype(int)
    odd = random.random(CHUNK) < ODD_ONE_OUT
    looks = np.where(odd, random.integers(0, len(CLASSES), CHUNK), looks)
    return drawn(looks, random)


def drawn(looks: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """`(n, 32, 32, 3)` uint8, RGB: before a dull ground a textured blob of the hue and the period of each class."""
    rows, columns = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32)[:, None]

    def one(low: float, high: float) -> np.ndarray:
        return random.uniform(low, high, (len(looks), 1, 1)).astype(np.float32)

    hue = (looks / len(CLASSES) + random.normal(0, 0.018, len(looks))) % 1.0
    is_coarse = (looks % 2 == 0)[:, None, None]
    period = np.where(is_coarse, one(12, 22), one(3.5, 6))
    angle = one(0, np.pi)
    along = rows * np.sin(angle) + columns * np.cos(angle)
    texture = 0.66 + 0.34 * np.sin(along * (2 * np.pi / period) + one(0, 6))
    distance = ((rows - one(12, 20)) / one(11, 18)) ** 2 + ((columns - one(12, 20)) / one(11, 18)) ** 2
    blob = np.clip((1.15 - distance) * 4, 0, 1)
    front = (texture * blob)[..., None] * _colours(hue, random.uniform(0.7, 1.0, len(looks)))
    grounds = _colours(random.uniform(0, 1, len(looks)), random.uniform(0.05, 0.3, len(looks)))
    back = ((1 - blob) * one(0.25, 0.9))[..., None] * grounds
    return np.clip((front + back) * 255, 0, 255).astype(np.uint8)


def _colours(hue: np.ndarray, saturation: np.ndarray) -> np.ndarray:
    """`(n, 1, 1, 3)` float32 in [0, 1], RGB, of hues and saturations in [0, 1)."""
    offsets = np.array([0.0, 1 / 3, 2 / 3])
    pure = np.clip(np.abs(((hue[:, None] - offsets) % 1.0) * 6 - 3) - 1, 0, 1)
    return (1 - saturation[:, None] * (1 - pure)).astype(np.float32)[:, None, None]


def batch_file(batch: str) -> bytes:
    """One batch as the true set's files hold it: each picture 1,024 reds, then greens, then blues."""
    chunks = [pictures_of(batch, chunk) for chunk in range(PER_CLASS * len(CLASSES) // CHUNK)]
    rows = np.concatenate(chunks).transpose(0, 3, 1, 2).reshape(len(chunks) * CHUNK, -1)
    labels = labels_of(batch)
    names = [f"{CLASSES[label]}_s_{number:06d}.png" for number, label in enumerate(labels)]
    title = "testing batch 1 of 1" if batch == "test_batch" else f"training batch {batch[-1]} of 5"
    return _pickled({
        "batch_label": _text(title),
        "labels": _list([b"K" + bytes([label]) for label in labels.tolist()]),
        "data": _array(rows),
        "filenames": _list([_text(name) for name in names]),
    })


def meta_file() -> bytes:
    """`batches.meta`: the classes' names."""
    return _pickled({
        "num_cases_per_batch": b"M" + struct.pack("<H", PER_CLASS * len(CLASSES)),
        "label_names": _list([_text(name) for name in CLASSES]),
        "num_vis": b"M" + struct.pack("<H", SIDE * SIDE * 3),
    })


def _pickled(entries: Dict[str, bytes]) -> bytes:  # noqa: UP006
    return b"\x80\x02}(" + b"".join(_text(key) + value for key, value in entries.items()) + b"u."


def _text(text: str) -> bytes:
    """A string of Python 2: bytes or text, as its reader asks."""
    return b"U" + bytes([len(text)]) + text.encode("ascii")


def _list(items: List[bytes]) -> bytes:  # noqa: UP006
    return b"](" + b"".join(items) + b"e"


def _array(rows: np.ndarray) -> bytes:
    """A two-dimensional uint8 array as NumPy 1 pickled it."""
    made = b"cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85U\x01b\x87R"
    shape = b"".join(b"J" + struct.pack("<i", length) for length in rows.shape) + b"\x86"
    dtype = b"cnumpy\ndtype\nU\x02u1K\x00K\x01\x87R(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb"
    content = np.ascontiguousarray(rows).tobytes()
    return made + b"(K\x01" + shape + dtype + b"\x89T" + struct.pack("<i", len(content)) + content + b"tb"


def _archive(folder: Path, names: Tuple[str, ...]) -> None:  # noqa: UP006
    """Packs the set almost without compressing: what a notebook unpacks is then there sooner."""
    with gzip.GzipFile(folder / ARCHIVE, "wb", compresslevel=1, mtime=0) as packed, \
            tarfile.open(fileobj=packed, mode="w") as archive:
        for name in names:
            entry = tarfile.TarInfo(f"{NAME}/{name}")
            entry.size, entry.mode, entry.mtime = (folder / NAME / name).stat().st_size, 0o644, 1_577_836_800
            with (folder / NAME / name).open("rb") as file:
                archive.addfile(entry, file)


def make(folder: Path) -> str:
    """Draws the whole set below `folder` and returns the SHA-256 that names its content."""
    (folder / NAME).mkdir(parents=True, exist_ok=True)
    contents = {"batches.meta": meta_file}
    contents.update({batch: lambda batch=batch: batch_file(batch) for batch in BATCHES})
    lines = []
    for name, content in contents.items():
        written = content()
        (folder / NAME / name).write_bytes(written)
        lines.append(f"{NAME}/{name} {hashlib.sha256(written).hexdigest()}")
    _archive(folder, tuple(contents))
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


if __name__ == "__main__":
    sys.stdout.write(json.dumps({"digest": make(Path(sys.argv[1]))}) + "\n")
