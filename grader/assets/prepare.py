"""Brings together true files and stand-ins. In: names of data sets and backbones. Out: `records.Assets`.

It must never open a connection, nor call a stand-in true.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from grader.assets import known, true_files
from grader.assets.archives import unpacked
from grader.assets.made_once import made_once
from grader.assets.stand_ins import path_of, stand_in
from grader.errors import AssetError
from grader.records import Assets, AssetSource, ServedDataset, ServedWeights

Progress = Callable[[str], None]


def prepare_assets(
    *,
    datasets: tuple[str, ...],
    weights: tuple[str, ...],
    cache: Path,
    sources: Mapping[str, AssetSource] | None = None,
    python: str = "",
    on_progress: Progress | None = None,
) -> Assets:
    """Every asset named, true where this machine has it, else a stand-in.

    Args:
        datasets: folder names, `cats_and_dogs_filtered`.
        weights: Keras constructors, `MobileNetV2`.
        cache: folder of assets; made if need be.
        sources: what the rubric says of where assets come from, by data set's name or weights' file name.
        python: Python that runs the makers of stand-ins, with TensorFlow; "" means this one.
        on_progress: told, in a sentence, before anything that takes seconds.

    Raises:
        AssetError: an unknown name, or a stand-in that could not be made.
    """
    tell = on_progress or (lambda message: None)
    cache = cache.absolute()
    served = tuple(_dataset(known.dataset(name, sources), cache, python, tell) for name in datasets)
    files = [file for name in weights for file in _weights(known.weights(name, sources), cache, python, tell)]
    return Assets(datasets=served, weights=tuple(files))


def _dataset(asked: known.KnownDataset, cache: Path, python: str, tell: Progress) -> ServedDataset:
    folders = true_files.places(cache, "datasets")
    folder = true_files.find_dataset(asked, folders)
    archive = true_files.find_archive(asked, folders)
    if folder is None and archive is not None:
        tell(f"unpacking {archive.name}")
        folder = unpacked(asked, archive, cache)
    if folder is None:
        return _stand_in_dataset(asked, cache, python, tell)
    if archive is None:
        archive = _packed(asked, folder, cache, tell)
    return ServedDataset(
        name=asked.name,
        folder=str(folder),
        archive=str(archive),
        origins=asked.origins,
        stand_in=False,
        digest=true_files.folder_digest(folder),
    )


def _stand_in_dataset(asked: known.KnownDataset, cache: Path, python: str, tell: Progress) -> ServedDataset:
    if not asked.maker:
        raise AssetError(
            f"the data set '{asked.name}' is not on this machine, and the grader can't draw a stand-in for it: "
            "`grader assets fetch RUBRIC` brings it"
        )
    if not path_of(asked.name, cache).is_dir():
        tell(f"drawing a stand-in for the data set {asked.name} (once, about half a minute)")
    folder, manifest = stand_in(asked.maker, asked.name, cache=cache, python=python)
    return ServedDataset(
        name=asked.name,
        folder=str(folder / asked.name),
        archive=str(folder / asked.archives[0]),
        origins=asked.origins,
        stand_in=True,
        digest=str(manifest["digest"]),
    )


def _packed(asked: known.KnownDataset, folder: Path, cache: Path, tell: Progress) -> Path:
    """An archive of a true data set that was put here as a folder; notebooks ask for either."""

    def pack(empty: Path) -> None:
        tell(f"packing {asked.name}")
        made = shutil.make_archive(str(empty / asked.name), "zip", root_dir=folder.parent, base_dir=folder.name)
        Path(made).rename(empty / f"{asked.name}.zip")

    return made_once(cache / "packed" / asked.name, pack) / f"{asked.name}.zip"


def _weights(asked: known.KnownWeights, cache: Path, python: str, tell: Progress) -> tuple[ServedWeights, ...]:
    folders = true_files.places(cache, "weights")
    found = {name: true_files.find_weights(name, sizes, folders) for name, sizes in asked.files.items()}
    served = [
        ServedWeights(
            backbone=asked.backbone,
            file_name=name,
            path=str(path),
            stand_in=False,
            digest=true_files.file_digest(path),
        )
        for name, path in found.items()
        if path is not None
    ]
    missing = [name for name, path in found.items() if path is None]
    return (*served, *_stand_in_weights(asked, missing, cache, python, tell))


def _stand_in_weights(
    asked: known.KnownWeights, names: list[str], cache: Path, python: str, tell: Progress
) -> tuple[ServedWeights, ...]:
    if not names:
        return ()
    if not path_of(asked.backbone, cache).is_dir():
        tell(f"seeding stand-in weights for {asked.backbone} (once, about half a minute)")
    folder, manifest = stand_in(asked.maker, asked.backbone, cache=cache, python=python)
    made = {name: asked.made_as.get(name, name) for name in names}
    return tuple(
        ServedWeights(
            backbone=asked.backbone,
            file_name=name,
            path=str(folder / made[name]),
            stand_in=True,
            digest=str(manifest["files"][made[name]]),
        )
        for name in names
    )
