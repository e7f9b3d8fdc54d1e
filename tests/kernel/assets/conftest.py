"""A plain process with IPython's shell and everything served, in a temporary GRADER_ROOT: no sandbox, no kernel."""

import hashlib
import json
import os
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

import grader

KERNEL_SIDE = Path(grader.__file__).parent / "kernel_side"
PATIENCE_S = 300

DRIVER = """
import json, sys
sys.path.insert(0, {kernel_side!r})
settings = json.load(open({root!r} + "/settings.json"))
import served
served.install(settings)
import import_hooks
faults = []
import_hooks.report_faults_to(lambda where, error: faults.append(f"{{where}}: {{error!r}}"))
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance(colors="nocolor")
cells = json.load(open({root!r} + "/cells.json"))
failed = []
for number, source in enumerate(cells, 1):
    result = shell.run_cell(source, store_history=True)
    error = result.error_before_exec or result.error_in_exec
    if error is not None:
        failed.append([number, repr(error)])
told = shell.user_ns.get("told")
json.dump({{"failed": failed, "told": told, "faults": faults}}, open({root!r} + "/end.json", "w"))
"""


@dataclass
class Session:
    """What came of some cells: those that failed, what they put into `told`, our faults, what was noted, and stdout."""

    failed: list[list[object]]
    told: object
    faults: list[str]
    noted: list[dict[str, object]]
    printed: str

    def kinds(self, kind: str) -> list[str]:
        return [str(line["what"]) for line in self.noted if line["kind"] == kind]


@pytest.fixture(scope="session")
def run_cells_in():
    """Runs cells in a fresh process in an empty folder, with the assets given."""

    def run(root: Path, *cells: str, datasets=(), weights=()) -> Session:
        for folder in ("out", "home/student", "content"):
            (root / folder).mkdir(parents=True)
        numbered = [
            {"cell": number, "sha256": hashlib.sha256(source.encode()).hexdigest(), "source": source}
            for number, source in enumerate(cells, 1)
        ]
        settings = {
            "assets": {"datasets": list(datasets), "weights": list(weights)},
            "cells": numbered,
            "out": str(root / "out"),
            "home": str(root / "home/student"),
        }
        (root / "settings.json").write_text(json.dumps(settings))
        (root / "cells.json").write_text(json.dumps(cells))
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": settings["home"],
            "GRADER_ROOT": str(root),
            "MPLBACKEND": "Agg",
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "CUDA_VISIBLE_DEVICES": "",
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        driver = DRIVER.format(kernel_side=str(KERNEL_SIDE), root=str(root))
        done = subprocess.run(
            [sys.executable, "-c", driver],
            cwd=root / "content",
            env=environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        log = root / "out/requests.jsonl"
        noted = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
        return Session(**json.loads((root / "end.json").read_text()), noted=noted, printed=done.stdout)

    return run


@pytest.fixture
def run_cells(run_cells_in, tmp_path):
    """Runs cells in a fresh process, with the assets given."""
    return partial(run_cells_in, tmp_path)


@pytest.fixture(scope="session")
def dataset(tmp_path_factory):
    """A served data set of eight small drawn pictures a class, which no cell writes to."""
    import make_pictures

    root = tmp_path_factory.mktemp("assets") / "cats_and_dogs_filtered"
    archive = root.with_suffix(".zip")
    with zipfile.ZipFile(archive, "w") as packed:
        for picture in make_pictures.all_pictures():
            if picture.index % 1000 < 8:
                path = root.parent / picture.relative_path
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(make_pictures.encode(picture))
                packed.write(path, picture.relative_path)
    return {
        "name": "cats_and_dogs_filtered",
        "folder": str(root),
        "archive": str(archive),
        "origins": ["mledu-datasets/cats_and_dogs_filtered.zip", "cats_and_dogs_filtered.zip", "cats_and_dogs.zip"],
        "stand_in": True,
        "digest": "d",
    }


if str(KERNEL_SIDE) not in sys.path:
    sys.path.append(str(KERNEL_SIDE))
