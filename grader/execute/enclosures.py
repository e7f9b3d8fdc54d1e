"""What a student's kernel may see, and the settings that it finds there.

In: scratch folder, assets, settings. Out: an Enclosure, and the files that boot.py reads.
Must never name the rubric, the gradebook, another submission or the grader's own folders.
"""

from __future__ import annotations

import hashlib
import json
import platform
import shutil
import stat
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from grader.execute.interpreter import Interpreter
from grader.execute.sandbox import KERNEL_SIDE, Enclosure, Mount
from grader.execute.scratch import Scratch
from grader.records import Assets, CellKind, ExecutionSettings, Limits, SandboxKind, ServedDataset, Submission

_INSIDE = "/grader"
_USERS = "root:x:0:0::/root:/usr/sbin/nologin\nstudent:x:1000:1000::/home/student:/bin/sh\n"
_GROUPS = "root:x:0:\nstudent:x:1000:\n"
_HOSTS = "127.0.0.1 localhost grader\n::1 localhost\n"
PLACES = ("kaggle", "data", "datasets", "dataset", "mnt", "media", "Users", "drive", "workspace")
"""Where students' machines keep data: empty folders in which what is missing may be put."""
# TensorFlow keeps some fifty threads; a process limit that counts them must leave room for those of every process.
_TASKS_PER_PROCESS = 16
_TASKS_AT_LEAST = 1024


def inside_root(scratch: Scratch, settings: ExecutionSettings) -> str:
    """GRADER_ROOT as the kernel sees it."""
    return _INSIDE if settings.sandbox == SandboxKind.BUBBLEWRAP else str(scratch.root)


def boot_path(settings: ExecutionSettings, kernel_side: Path = KERNEL_SIDE) -> str:
    """The kernel's entry as the kernel sees it."""
    return f"{_INSIDE}/kernel_side/boot.py" if _boxed(settings) else str(kernel_side / "boot.py")


def kernel_enclosure(
    scratch: Scratch,
    *,
    interpreter: Interpreter,
    assets: Assets,
    settings: ExecutionSettings,
    kernel_side: Path = KERNEL_SIDE,
) -> Enclosure:
    """What a notebook's kernel may see."""
    boxed = _boxed(settings)
    home = "/home/student" if boxed else str(scratch.folder / "home")
    tmp = "/tmp" if boxed else str(scratch.folder / "tmp")  # noqa: S108 (bound to a folder of our own)
    return Enclosure(
        kind=settings.sandbox,
        interpreter=interpreter,
        mounts=(
            Mount(scratch.folder / "tmp", "/tmp", writable=True),  # noqa: S108 (as above)
            Mount(scratch.folder / "shm", "/dev/shm", writable=True),  # noqa: S108 (as above)
            Mount(scratch.folder / "places" / "home", "/home", writable=True),
            Mount(scratch.folder / "home", "/home/student", writable=True),
            Mount(scratch.content, "/content", writable=True),
            *(Mount(scratch.folder / "places" / name, f"/{name}", writable=True) for name in PLACES),
            *(Mount(scratch.folder / "etc" / name, f"/etc/{name}") for name in ("passwd", "group", "hosts")),
            Mount(scratch.root, _INSIDE, writable=True),
            # Bound once more, so that the folder can't be moved away and a link put in its place.
            Mount(scratch.out, f"{_INSIDE}/out", writable=True),
            Mount(scratch.root / "settings.json", f"{_INSIDE}/settings.json"),
            Mount(kernel_side, f"{_INSIDE}/kernel_side"),
            *(Mount(Path(d.folder), f"{_INSIDE}/assets/datasets/{d.name}") for d in assets.datasets),
            # Where `get_file` unpacks to: mounted, since three thousand links cost a submission two seconds.
            *(Mount(Path(d.folder), f"/home/student/.keras/datasets/{d.name}") for d in assets.datasets),
            *(Mount(Path(d.archive), f"{_INSIDE}/assets/archives/{d.name}.zip") for d in assets.datasets if d.archive),
            *weights_mounts(assets),
        ),
        environment=bare_environment(interpreter, settings, home=home, root=inside_root(scratch, settings), tmp=tmp),
        folder="/content" if boxed else str(scratch.content),
    )


def weights_mounts(assets: Assets) -> tuple[Mount, ...]:
    """The pretrained weights, read-only."""
    return tuple(Mount(Path(w.path), f"{_INSIDE}/assets/weights/{w.file_name}") for w in assets.weights)


def weights_inside(assets: Assets, sandbox: SandboxKind) -> list[dict[str, Any]]:
    """ServedWeights as JSON, with the paths that hold inside."""
    boxed = sandbox == SandboxKind.BUBBLEWRAP
    return [
        w.model_dump(mode="json") | ({"path": f"{_INSIDE}/assets/weights/{w.file_name}"} if boxed else {})
        for w in assets.weights
    ]


def bare_environment(
    interpreter: Interpreter, settings: ExecutionSettings, *, home: str, root: str, tmp: str
) -> dict[str, str]:
    """All variables that exist inside."""
    threads = str(settings.threads)
    return {
        "PATH": f"{Path(interpreter.executable).parent}:/usr/bin:/bin",
        "HOME": home,
        "TMPDIR": tmp,
        "LANG": "C.UTF-8",
        "USER": "student",
        "TF_CPP_MIN_LOG_LEVEL": "2",
        "TF_NUM_INTRAOP_THREADS": threads,
        "TF_NUM_INTEROP_THREADS": threads,
        "OMP_NUM_THREADS": threads,
        "CUDA_VISIBLE_DEVICES": "",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "PYTHONDONTWRITEBYTECODE": "1",
        "GRADER_ROOT": root,
    }


def write_inputs(
    scratch: Scratch, submission: Submission, *, assets: Assets, settings: ExecutionSettings, key: str
) -> None:
    """Put settings, key, companions and the few files of /etc where the enclosure binds them."""
    etc = scratch.folder / "etc"
    etc.mkdir()
    for name, text in (("passwd", _USERS), ("group", _GROUPS), ("hosts", _HOSTS)):
        (etc / name).write_text(text, encoding="ascii")
    for name in ("home", *PLACES):
        (scratch.folder / "places" / name).mkdir(parents=True)
    (scratch.root / "key").write_text(key + "\n", encoding="ascii")
    told = _settings(scratch, submission, assets, settings)
    (scratch.root / "settings.json").write_text(json.dumps(told), encoding="utf-8")
    _copy_companions(submission, scratch.content, at_most=settings.limits.disk_mb * 1024 * 1024)


def _settings(scratch: Scratch, submission: Submission, assets: Assets, settings: ExecutionSettings) -> dict[str, Any]:
    boxed = _boxed(settings)
    root = inside_root(scratch, settings)
    return {
        "budget": settings.budget.model_dump(mode="json"),
        "assets": {
            "datasets": [_dataset_inside(d) if boxed else d.model_dump(mode="json") for d in assets.datasets],
            "weights": weights_inside(assets, settings.sandbox),
        },
        "cells": [
            {
                "cell": cell.number,
                "sha256": hashlib.sha256(cell.source.encode("utf-8", "replace")).hexdigest(),
                "source": cell.source.encode("utf-8", "replace").decode(),
            }
            for cell in submission.cells
            if cell.kind == CellKind.CODE
        ],
        "threads": settings.threads,
        "out": f"{root}/out",
        "home": "/home/student" if boxed else str(scratch.folder / "home"),
        "kernel_python_is_ours": settings.kernel_python in ("", sys.executable),
        "output_bytes": settings.limits.output_bytes,
        "tasks": _tasks(settings.limits),
        "mentions_sklearn": any("sklearn" in cell.source.lower() for cell in submission.cells),
    }


def _dataset_inside(dataset: ServedDataset) -> dict[str, Any]:
    inside = {
        "folder": f"{_INSIDE}/assets/datasets/{dataset.name}",
        "archive": f"{_INSIDE}/assets/archives/{dataset.name}.zip" if dataset.archive else "",
    }
    return dataset.model_dump(mode="json") | inside


def _tasks(limits: Limits) -> int | None:
    """RLIMIT_NPROC for the kernel; none on a Linux that counts the user's tasks outside of the sandbox too."""
    major, minor, *_ = (int("".join(filter(str.isdigit, part)) or 0) for part in platform.release().split(".")[:2])
    return max(_TASKS_AT_LEAST, limits.processes * _TASKS_PER_PROCESS) if (major, minor) >= (5, 14) else None


def _copy_companions(submission: Submission, content: Path, *, at_most: int) -> None:
    """Copy what was handed in beside the notebook: regular files, under relative names, up to the disk limit."""
    if not submission.folder:
        return
    folder = Path(submission.folder).resolve()
    for name in submission.companions:
        source, target = folder / name, content / name
        if source.resolve() != source or not source.is_relative_to(folder):
            continue
        with suppress(OSError):
            info = source.stat()
            at_most -= info.st_size
            if stat.S_ISREG(info.st_mode) and at_most > 0:
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, target)


def _boxed(settings: ExecutionSettings) -> bool:
    return settings.sandbox == SandboxKind.BUBBLEWRAP
