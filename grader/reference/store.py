"""Where references are kept: JSON files beside the solution notebook, in `reference/<rubric's id>/`.

In: a rubric, assets, files. Out: References, checked against their schema. It must never write half a file, nor mix
what was trained by different notebooks or on different assets.
"""

from __future__ import annotations

import hashlib
import os
from functools import lru_cache
from pathlib import Path

from pydantic import ValidationError

from grader.errors import GraderError
from grader.records import Assets, Reference, ReferenceAsset, ReferenceSeed, Rubric
from grader.reference.bands import bands_of

RECORD = "record.json"
_LARGEST = 8_000_000


def beside(rubric: Rubric) -> Path:
    """The folder of the rubric's reference: `reference/<id>/` beside the folder of rubrics, or inside it."""
    folder = Path(rubric.source).absolute().parent
    places = (folder.parent / "reference" / rubric.id, folder / "reference" / rubric.id)
    return next((place for place in places if place.is_dir()), places[0])


def notebook_of(rubric: Rubric) -> Path:
    """The solution notebook.

    Raises:
        GraderError: there is none, or several of other names.
    """
    folder = beside(rubric)
    if (folder / f"{rubric.id}.ipynb").is_file():
        return folder / f"{rubric.id}.ipynb"
    found = sorted(folder.glob("*.ipynb"))
    if len(found) != 1:
        raise GraderError(f"{folder}: expected one solution notebook, {rubric.id}.ipynb; found "
                          f"{', '.join(p.name for p in found) or 'none'}.")
    return found[0]


def asset_digests(assets: Assets) -> dict[str, str]:
    """Name of each asset → digest of its content."""
    return {name: one.digest for name, one in assets_of(assets).items()}


def assets_of(assets: Assets) -> dict[str, ReferenceAsset]:
    """The assets on which a training depends: data sets, and weights without their classification layers."""
    told = {d.name: ReferenceAsset(digest=d.digest, stand_in=d.stand_in) for d in assets.datasets}
    weights = [w for w in assets.weights if w.file_name.endswith(("notop.h5", "no_top.h5"))]
    return told | {w.file_name: ReferenceAsset(digest=w.digest, stand_in=w.stand_in) for w in weights}


def references_of(rubric: Rubric) -> tuple[Reference, ...]:
    """Every record there is of the rubric's reference. One that can't be read is no reference: `load` says why."""
    found = []
    for path in sorted(beside(rubric).glob("*.json")) if rubric.source else ():
        try:
            found.append(load(path))
        except GraderError:
            continue
    return tuple(one for one in found if one.rubric_id == rubric.id)


def load(path: Path) -> Reference:
    """The record in a file.

    Raises:
        GraderError: it can't be read, or is something else.
    """
    try:
        told = path.stat()
        return _load(path, told.st_mtime_ns, told.st_size)
    except OSError as error:
        raise GraderError(f"{path}: can't be read ({error.strerror}).") from error


@lru_cache(maxsize=32)
def _load(path: Path, changed: int, size: int) -> Reference:
    if size > _LARGEST:
        raise GraderError(f"{path}: larger than {_LARGEST // 1_000_000} MB, which no record of a reference is.")
    try:
        return Reference.model_validate_json(path.read_bytes())
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise GraderError(f"{path}: not a record of a reference: {where}: {first['msg']}.") from error


def with_seed(before: Reference | None, seed: ReferenceSeed, *, rubric: Rubric, notebook: Path,
              assets: Assets) -> Reference:
    """The record with one more seed, and its bands made anew."""
    seeds = [*(s for s in (before.seeds if before is not None else ()) if s.seed != seed.seed), seed]
    seeds.sort(key=lambda one: one.seed)
    return Reference(
        rubric_id=rubric.id,
        notebook_digest=hashlib.sha256(notebook.read_bytes()).hexdigest(),
        assets=assets_of(assets),
        seeds=tuple(seeds),
        bands=bands_of(seeds),
    )


def write(reference: Reference, path: Path) -> None:
    """Puts the record in its place at once, so that a stop leaves the one before."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f".{path.name}.half")
    half.write_text(reference.model_dump_json(indent=1) + "\n", encoding="utf-8")
    os.replace(half, path)
