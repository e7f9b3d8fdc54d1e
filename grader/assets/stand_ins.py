"""Has stand-ins made by child processes, once a machine, and reads their manifests.

In: the name of a maker script and the cache folder. Out: a folder of stand-ins and what its manifest says.
It must never import TensorFlow or Pillow itself: the makers do, in processes of their own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from grader.assets.made_once import made_once
from grader.errors import AssetError

VERSION = 1
"""Counted up whenever a maker's output changes: stand-ins of an older version are then made anew."""

_MAKERS = Path(__file__).parent.parent / "kernel_side"
_PATIENCE_S = 600
_MANIFEST = "manifest.json"


def stand_in(maker: str, name: str, *, cache: Path, python: str = "") -> tuple[Path, dict[str, Any]]:
    """The folder `cache/stand-ins/v<VERSION>/<name>/` and its manifest, made now if it is not there."""
    folder = made_once(path_of(name, cache), lambda empty: _make(maker, empty, name, python))
    manifest: dict[str, Any] = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
    return folder, manifest


def path_of(name: str, cache: Path) -> Path:
    """Where the stand-in of that name lies once it is made."""
    return cache / "stand-ins" / f"v{VERSION}" / name


def _make(maker: str, folder: Path, name: str, python: str) -> None:
    """Runs the maker, which is told the folder and the asset's name.

    Its last line on stdout is the manifest; all that libraries print goes before or to stderr.
    """
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""}
    command = [python or sys.executable, str(_MAKERS / maker), str(folder), name]
    try:
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=_PATIENCE_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise AssetError(f"{maker} could not make a stand-in: {error}") from error
    lines = done.stdout.strip().splitlines()
    if done.returncode != 0 or not lines:
        raise AssetError(f"{maker} could not make a stand-in (exit code {done.returncode}): {done.stderr[-1500:]}")
    (folder / _MANIFEST).write_text(lines[-1], encoding="utf-8")
