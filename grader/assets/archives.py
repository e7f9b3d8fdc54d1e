"""Unpacks the archive of a true data set. In: a zip or tar. Out: the data set's folder, or None where it is another's.

It must never trust an archive by its name: only what the data set's layout knows is taken out, as plain files, and no
more than a photograph's size or the layout's.
"""

from __future__ import annotations

import shutil
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO

from grader.assets import true_files
from grader.assets.known import KnownDataset
from grader.assets.made_once import made_once
from grader.errors import AssetError

_BIGGEST_PICTURE = 5_000_000


def unpacked(known: KnownDataset, archive: Path, cache: Path) -> Path | None:
    """The folder of `known` out of `archive`, unpacked once; None where its layout is not that of the data set.

    Raises:
        AssetError: the archive is broken.
    """

    def unpack(empty: Path) -> None:
        for relative, content in _members(known, archive):
            path = empty / known.name / relative
            path.parent.mkdir(parents=True, exist_ok=True)
            with content, path.open("wb") as file:
                shutil.copyfileobj(content, file)

    try:
        size = archive.stat().st_size
        folder = made_once(cache / "unpacked" / f"{known.name}-{size}", unpack) / known.name
    except (zipfile.BadZipFile, tarfile.TarError, EOFError, OSError) as error:
        raise AssetError(f"{archive}: expected the archive of {known.name}, could not unpack it: {error}") from error
    if true_files.has_layout(known, folder):
        return folder
    shutil.rmtree(folder.parent, ignore_errors=True)
    return None


def _members(known: KnownDataset, archive: Path) -> Iterator[tuple[str, IO[bytes]]]:
    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as opened:
            for entry in opened.infolist():
                relative = _wanted(known, entry.filename, entry.file_size)
                if relative:
                    yield relative, opened.open(entry)
        return
    with tarfile.open(archive) as packed:
        for member in packed:
            relative = _wanted(known, member.name, member.size)
            content = packed.extractfile(member) if relative and member.isreg() else None
            if content is not None:
                yield relative, content


def _wanted(known: KnownDataset, name: str, size: int) -> str:
    """The path below the data set's folder, "" for what the layout does not know."""
    relative = PurePosixPath(name.removeprefix("./").removeprefix(f"{known.name}/"))
    if not relative.name or ".." in relative.parts or relative.is_absolute():
        return ""
    if str(relative) in known.files:
        return str(relative) if size <= known.files[str(relative)][1] else ""
    return str(relative) if str(relative.parent) in known.folders and size < _BIGGEST_PICTURE else ""
