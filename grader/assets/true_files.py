"""Finds true data sets and weights that somebody put on this machine.

In: what is known of an asset, folders to look in. Out: paths, or None. It must never change a file, and takes nothing
by its name alone: a data set must have the layout and counts of the true one, weights the signature and size.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from grader.assets.known import KnownDataset

_HDF5_SIGNATURE = b"\x89HDF\r\n\x1a\n"
_PICTURES = {".jpg": b"\xff\xd8\xff", ".jpeg": b"\xff\xd8\xff", ".png": b"\x89PNG"}
_ARCHIVES = (b"PK\x03\x04", b"\x1f\x8b")


def places(cache: Path, kind: str) -> tuple[Path, ...]:
    """Where true files of a kind (`datasets`, `weights`) may lie: the cache first, then Keras's own."""
    kerass_own = {"datasets": "datasets", "weights": "models"}[kind]
    keras_home = Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras")
    return (cache / kind, keras_home / kerass_own)


def find_dataset(known: KnownDataset, folders: tuple[Path, ...]) -> Path | None:
    """The folder of the true data set: itself, or in the folder that Keras 3 unpacks an archive into."""
    for folder in folders:
        unpacked = sorted(folder.glob(f"*/{known.name}")) if folder.is_dir() else []
        for candidate in (folder / known.name, *unpacked):
            if has_layout(known, candidate):
                return candidate.resolve()
    return None


def has_layout(known: KnownDataset, folder: Path) -> bool:
    """True where every subfolder holds as many pictures as the true set's, and every file is of a credible size."""
    return all(_count_pictures(folder / relative) == count for relative, count in known.folders.items()) and all(
        (folder / name).is_file() and least <= (folder / name).stat().st_size <= greatest
        for name, (least, greatest) in known.files.items()
    )


def _count_pictures(folder: Path) -> int:
    if not folder.is_dir():
        return -1
    names = sorted(name for name in os.listdir(folder) if Path(name).suffix.lower() in _PICTURES)
    if not names:
        return -1
    signature = _PICTURES[Path(names[0]).suffix.lower()]
    return len(names) if _head(folder / names[0], len(signature)) == signature else -1


def find_archive(known: KnownDataset, folders: tuple[Path, ...]) -> Path | None:
    """A zip or gzip file under one of the data set's download names."""
    for folder in folders:
        for name in known.archives:
            if (folder / name).is_file() and _head(folder / name, 4).startswith(_ARCHIVES):
                return (folder / name).resolve()
    return None


def find_weights(name: str, sizes: tuple[int, int], folders: tuple[Path, ...]) -> Path | None:
    """The weights file of that name, an HDF5 file of a credible size."""
    least, greatest = sizes
    for folder in folders:
        path = folder / name
        if path.is_file() and least <= path.stat().st_size <= greatest and _head(path, 8) == _HDF5_SIGNATURE:
            return path.resolve()
    return None


def folder_digest(folder: Path) -> str:
    """SHA-256 over the names and contents of all files, in order of their names."""
    whole = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        whole.update(f"{path.relative_to(folder)} {file_digest(path)}\n".encode())
    return whole.hexdigest()


def file_digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _head(path: Path, size: int) -> bytes:
    with path.open("rb") as file:
        return file.read(size)
