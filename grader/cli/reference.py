"""`grader reference`: trains an assignment's solution, and shows what it reached."""

from __future__ import annotations

import json
import os
from pathlib import Path

from rich.console import Console
from rich.table import Table

from grader.cli.examining import require_sandbox
from grader.pipeline import open_rubric, supply
from grader.records import Quantity, Reference, ReferenceSeed, Rubric
from grader.reference import beside, load
from grader.reference.store import RECORD
from grader.training import train_reference


def train(rubric_path: Path, *, seeds: int, out: Path | None, cache: Path, threads: int, kernel_python: str) -> int:
    """Trains seed by seed; a stopped call goes on where it was. Returns 0."""
    console = Console()
    rubric = _rubric(rubric_path, kernel_python)
    require_sandbox(rubric.settings.kernel_python)
    path = out or beside(rubric) / RECORD
    with console.status("Preparing data sets and weights …") as status:
        assets = supply(rubric, cache=cache, on_progress=lambda text: status.update(f"Assets: {text}"))
    if assets.stand_ins:
        console.print(f"Stand-ins: {', '.join(assets.stand_ins)}.", highlight=False)
    reference = None
    with console.status("Training …") as status:
        for trained in train_reference(rubric, seeds=seeds, out=path, assets=assets, threads=threads or _cores(),
                                       on_progress=lambda text: status.update(f"Training: {text}")):
            reference = trained.reference
            console.print(_line(trained.seed, reused=trained.reused), highlight=False)
    if reference is not None:
        _print_bands(reference, console)
        if _all_alike(reference):
            console.print("Every seed came to the same: does the notebook set a seed of its own?", style="yellow")
    console.print(f"Record: {path}", highlight=False, soft_wrap=True)
    return 0


def show(rubric_path: Path, *, as_json: bool) -> int:
    """Prints the bands of every record there is. Returns 0, or 1 where there is none."""
    console = Console()
    rubric = _rubric(rubric_path, "")
    paths = sorted(beside(rubric).glob("*.json"))
    if as_json:
        print(json.dumps([{"file": path.name, **_told(load(path))} for path in paths]))
        return 0 if paths else 1
    for path in paths:
        reference = load(path)
        what = "stand-ins" if reference.on_stand_ins else "true assets"
        console.print(f"{path}: {len(reference.seeds)} seeds on {what}", highlight=False, soft_wrap=True)
        _print_bands(reference, console)
    if not paths:
        console.print(f"{beside(rubric)}: no record yet. `grader reference train {rubric_path}` makes one.",
                      highlight=False, soft_wrap=True)
    return 0 if paths else 1


def _rubric(path: Path, kernel_python: str) -> Rubric:
    """The rubric at the path, or of that name in `rubrics/`."""
    by_name = Path("rubrics") / f"{path}.yaml"
    rubric = open_rubric(by_name if not path.suffix and not path.exists() and by_name.is_file() else path)
    if not kernel_python:
        return rubric
    return rubric.model_copy(update={"settings": rubric.settings.model_copy(update={"kernel_python": kernel_python})})


def _cores() -> int:
    return len(os.sched_getaffinity(0))


def _line(seed: ReferenceSeed, *, reused: bool) -> str:
    how = "there already" if reused else f"{seed.wall_s:.0f} s, {seed.cpu_s:.0f} s of CPU"
    models = "; ".join(f"{m.backbone} {_value(m.reached.get(Quantity.VALIDATION))}" for m in seed.models)
    return f"seed {seed.seed}: {how}. Validation: {models}"


def _print_bands(reference: Reference, console: Console) -> None:
    table = Table(box=None, pad_edge=False)
    for column in ("backbone", "accuracy", "mean", "spread", "floor", "seeds"):
        table.add_column(column, justify="left" if column in ("backbone", "accuracy") else "right")
    for backbone, bands in reference.bands.items():
        for quantity, band in bands.items():
            table.add_row(backbone, quantity.value.replace("_", " "), f"{band.mean:.3f}", f"{band.spread:.3f}",
                          f"{band.floor:.3f}", str(band.seeds))
    console.print(table)


def _told(reference: Reference) -> dict[str, object]:
    return {"on_stand_ins": reference.on_stand_ins, **reference.model_dump(mode="json", include={"assets", "bands"})}


def _all_alike(reference: Reference) -> bool:
    """Whether all numbers of all seeds are equal, which chance does not do."""
    found = {tuple(model.model_dump_json() for model in seed.models) for seed in reference.seeds}
    return len(reference.seeds) > 1 and len(found) == 1


def _value(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.3f}"
