"""`grader assets`: what there is of a rubric's data sets and weights, and the fetching of the true ones."""

from __future__ import annotations

import json
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn
from rich.table import Table

from grader.assets.holdings import Holding, fetch, holdings, verify
from grader.errors import AssetError
from grader.pipeline import open_rubric, supply

COLOURS = {"true": "green", "stand-in": "yellow", "absent": "dim"}


def show(rubric: Path, *, cache: Path, as_json: bool) -> int:
    """Prints what there is. Returns 0."""
    held = _holdings(rubric, cache)
    if as_json:
        print(json.dumps([_as_dict(one) for one in held]))
        return 0
    table = Table(box=None, pad_edge=False)
    for column in ("asset", "what it is", "MB", "where"):
        table.add_column(column, justify="right" if column == "MB" else "left", overflow="fold")
    for one in held:
        size = f"{one.bytes / 1e6:,.1f}" if one.path else f"({one.bytes / 1e6:,.1f})"
        state = one.state if one.path else "absent: a stand-in is made when it is wanted"
        table.add_row(one.name, f"[{COLOURS[one.state]}]{state}[/]", size, str(one.path or ""))
    Console().print(table)
    return 0


def fetch_missing(rubric: Path, *, cache: Path, skip_top: bool) -> int:
    """Fetches every true asset that is not there, and goes on after one that fails. Returns 1 where one did, else 0."""
    console = Console()
    wanted = [one for one in _holdings(rubric, cache) if one.state != "true" and not (skip_top and _has_top(one))]
    failed = 0
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn(),
               TimeRemainingColumn())
    with Progress(*columns, console=console) as progress:
        for one in wanted:
            task = progress.add_task(one.name, total=one.source.bytes or None if one.source else None)
            try:
                fetch(one, cache, lambda done, whole, task=task: progress.update(  # type: ignore[misc]
                    task, completed=done, total=whole or None))
            except AssetError as error:
                failed += 1
                progress.console.print(f"[red]{error}[/]", highlight=False)
            progress.stop_task(task)
    here = "all were there already" if not wanted else f"{len(wanted) - failed} of {len(wanted)} came"
    console.print(f"True assets in {cache}: {here}.", highlight=False, soft_wrap=True)
    return 1 if failed else 0


def verify_all(rubric: Path, *, cache: Path, as_json: bool) -> int:
    """Hashes everything again. Returns 0 where all is as it should be, else 1."""
    console = Console()
    results = [(one, *verify(one)) for one in _holdings(rubric, cache) if one.path is not None]
    if as_json:
        print(json.dumps([_as_dict(one) | {"ok": ok, "held_against": told} for one, ok, told in results]))
    for one, ok, told in [] if as_json else results:
        mark = "[green]as it should be[/]" if ok else "[red]changed[/]"
        console.print(f"{mark}  {one.name} ({one.state}): {told}", highlight=False)
    if not results and not as_json:
        console.print("Nothing is there yet: `grader assets fetch`, or `grader assets make-stand-ins`.")
    return 0 if all(ok for _, ok, _ in results) else 1


def make_stand_ins(rubric: Path, *, cache: Path) -> int:
    """Makes now what a first grading would make. Returns 0."""
    console = Console()
    with console.status("Assets …") as status:
        assets = supply(open_rubric(rubric), cache=cache, on_progress=lambda text: status.update(f"Assets: {text}"))
    console.print(f"Stand-ins: {', '.join(assets.stand_ins) or 'none are needed'}.", highlight=False)
    return 0


def _holdings(rubric: Path, cache: Path) -> tuple[Holding, ...]:
    asked = open_rubric(rubric)
    return holdings(datasets=asked.datasets, weights=asked.weights, cache=cache, sources=asked.sources)


def _has_top(one: Holding) -> bool:
    return one.kind == "weights" and not one.name.endswith(("notop.h5", "no_top.h5"))


def _as_dict(one: Holding) -> dict[str, object]:
    return {"kind": one.kind, "name": one.name, "state": one.state, "bytes": one.bytes,
            "path": str(one.path) if one.path else None, "url": one.source.url if one.source else None}
