"""A plain process with IPython's shell and everything served, in a temporary GRADER_ROOT: no sandbox, no kernel."""

import hashlib
import json
import os
import subprocess
import sys
import zipfile
from dataclasses import dataclass
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


@pytest.fixture
def run_cells(tmp_path):
    """Runs cells in a fresh process, with the assets given."""

    def run(*cells: str, datasets=(), weights=()) -> Session:
        for folder in ("out", "home/student", "content"):
            (tmp_path / folder).mkdir(parents=True)
        numbered = [
            {"cell": number, "sha256": hashlib.sha256(source.encode()).hexdigest()}
            for number, source in enumerate(cells, 1)
        ]
        settings = {
            "assets": {"datasets": list(datasets), "weights": list(weights)},
            "cells": numbered,
            "out": str(tmp_path / "out"),
            "home": str(tmp_path / "home/student"),
        }
        (tmp_path / "settings.json").write_text(json.dumps(settings))
        (tmp_path / "cells.json").write_text(json.dumps(cells))
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": settings["home"],
            "GRADER_ROOT": str(tmp_path),
            "MPLBACKEND": "Agg",
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "CUDA_VISIBLE_DEVICES": "",
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        driver = DRIVER.format(kernel_side=str(KERNEL_SIDE), root=str(tmp_path))
        done = subprocess.run(
            [sys.executable, "-c", driver],
            cwd=tmp_path / "content",
            env=environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        log = tmp_path / "out/requests.jsonl"
        noted = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
        return Session(**json.loads((tmp_path / "end.json").read_text()), noted=noted, printed=done.stdout)

    return run


@pytest.fixture
def dataset(tmp_path):
    """A served data set of eight small drawn pictures a class."""
    import make_pictures

    root = tmp_path / "assets/cats_and_dogs_filtered"
    archive = tmp_path / "assets/cats_and_dogs_filtered.zip"
    archive.parent.mkdir()
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
