"""What there is of the assets that a rubric names, whether it is unchanged, and the fetching of what is not there.

In: names, and the cache. Out: Holdings. Only `fetch` opens a connection. Nothing here makes a stand-in, nor calls one
true.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.assets import fetching, known, stand_ins, true_files
from grader.assets.archives import unpacked
from grader.errors import AssetError
from grader.records import AssetSource


@dataclass(frozen=True)
class Holding:
    """An asset on this machine, or its absence.

    Attributes:
        kind: `data set` or `weights`. name: the data set's folder, the weights' file.
        state: `true`, `stand-in`, or `absent` (a stand-in is made when it is wanted).
        path: where it lies, None where absent. bytes: its size; of what is absent, about what a stand-in takes.
        source: where the true one is published. at_most: bytes that the true file can have, 0 where nobody knows.
        made: what the stand-in's manifest says. about: its layout, of a data set.
    """

    kind: str
    name: str
    state: str
    path: Path | None
    bytes: int
    source: AssetSource | None = None
    at_most: int = 0
    made: str = ""
    about: known.KnownDataset | None = None


def holdings(
    *,
    datasets: tuple[str, ...],
    weights: tuple[str, ...],
    cache: Path,
    sources: Mapping[str, AssetSource] | None = None,
) -> tuple[Holding, ...]:
    """Every data set and every file of weights named, in the rubric's order.

    Raises:
        AssetError: an unknown name.
    """
    cache = cache.absolute()
    sets = [_dataset(known.dataset(name, sources), cache) for name in datasets]
    return (*sets, *(file for name in weights for file in _weights(known.weights(name, sources), cache)))


def _dataset(asked: known.KnownDataset, cache: Path) -> Holding:
    folders = true_files.places(cache, "datasets")
    found = true_files.find_dataset(asked, folders) or true_files.find_archive(asked, folders)
    drawn = stand_ins.path_of(asked.name, cache)
    state, path, made = "absent", None, ""
    if found is not None:
        state, path = "true", found
    elif drawn.is_dir():
        state, path, made = "stand-in", drawn / asked.name, str(_manifest(drawn).get("digest", ""))
    size = asked.stand_in_mb * 1_000_000 if path is None else _size(path)
    return Holding("data set", asked.name, state, path, size, asked.source, made=made, about=asked)


def _weights(asked: known.KnownWeights, cache: Path) -> Iterator[Holding]:
    folders = true_files.places(cache, "weights")
    drawn = stand_ins.path_of(asked.backbone, cache)
    digests = _manifest(drawn).get("files", {})
    for name, sizes in asked.files.items():
        made = asked.made_as.get(name, name)
        state, path = "true", true_files.find_weights(name, sizes, folders)
        if path is None:
            state, path = ("stand-in", drawn / made) if made in digests else ("absent", None)
        about = asked.stand_in_mb * 1_000_000 // len(asked.files)
        yield Holding("weights", name, state, path, _size(path) if path else about, asked.sources.get(name),
                      at_most=sizes[1], made=str(digests.get(made, "")))


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        told: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return told


def _size(path: Path) -> int:
    if path.is_file():
        return path.stat().st_size
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())


def fetch(holding: Holding, cache: Path, on_progress: fetching.Bytes | None = None) -> Path:
    """Brings the true asset into the cache.

    Raises:
        AssetError: nobody knows where it is published, it could not be fetched, or it is something else.
    """
    if holding.source is None:
        raise AssetError(f"{holding.name}: nobody said where it is published (docs/assets.md)")
    if holding.about is None:
        path = cache.absolute() / "weights" / holding.name
        fetching.fetch_file(holding.source, path, at_most=holding.at_most, on_progress=on_progress)
        if true_files.find_weights(holding.name, (0, holding.at_most), (path.parent,)) is None:
            path.unlink()
            raise AssetError(f"{holding.source.url}: expected an HDF5 file of weights. It was taken away.")
        return path
    path = cache.absolute() / "datasets" / holding.about.archives[0]
    fetching.fetch_file(holding.source, path, on_progress=on_progress)
    if unpacked(holding.about, path, cache.absolute()) is None:
        path.unlink()
        raise AssetError(f"{holding.source.url}: its layout is not that of {holding.name}. It was taken away.")
    return path


def verify(holding: Holding) -> tuple[bool, str]:
    """Whether the asset is what it was, by hashing it again, and what it was held against.

    Never False without a hash to contradict: a true file that was put here by hand, and has none published, is well.
    """
    if holding.path is None:
        return True, "nothing is there"
    if holding.state == "stand-in":
        found = _digest_as_made(holding)
        return found == holding.made, "as it was made" if found == holding.made else "not as it was made: delete it"
    if holding.path.is_dir():
        return True, "layout and counts are right; nothing published to hold its pictures against"
    return _verified_file(holding, holding.path)


def _verified_file(holding: Holding, path: Path) -> tuple[bool, str]:
    digest = true_files.file_digest(path)
    if holding.source is not None and (holding.source.sha256 or holding.source.md5):
        wrong = fetching.mismatch(holding.source, path, digest)
        return not wrong, wrong or "the published hash"
    receipt = fetching.receipt_of(path)
    if not receipt:
        return True, f"no hash is published; its SHA-256 is {digest}"
    same = receipt.get("sha256") == digest
    return same, "as it was fetched" if same else "not as it was fetched: delete it and fetch it again"


def _digest_as_made(holding: Holding) -> str:
    """The digest that the stand-in's maker wrote down, over what lies there now."""
    path, about = holding.path, holding.about
    if path is None or about is None:
        return true_files.file_digest(path) if path is not None and path.is_file() else ""
    names = list(about.files)
    for folder in about.folders:
        names += [f"{folder}/{name}" for name in sorted(_names(path / folder), key=_number)]
    lines = [f"{about.name}/{name} {_digest(path / name)}" for name in names]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _digest(path: Path) -> str:
    return true_files.file_digest(path) if path.is_file() else "gone"


def _names(folder: Path) -> list[str]:
    return [file.name for file in folder.iterdir()] if folder.is_dir() else []


def _number(name: str) -> tuple[int, str]:
    digits = "".join(filter(str.isdigit, name))
    return (int(digits) if digits else -1, name)
