"""Looks at the model files that a run saved: their configuration here, their behaviour in a clean sandbox.

In: the folder `out` of a run that has ended. Out: SavedModels.
Must never let a library of neural networks open a student's file outside that sandbox, nor give that sandbox a place
to write to but its own temporary folder.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.execute.enclosed_run import run_enclosed
from grader.execute.enclosures import bare_environment, weights_inside, weights_mounts
from grader.execute.interpreter import Interpreter
from grader.execute.keras_file import NotReadable, read_config
from grader.execute.sandbox import KERNEL_SIDE, Enclosure, Mount
from grader.execute.scratch import Scratch
from grader.records import Assets, ExecutionSettings, Limits, SandboxKind, SavedModel

MOST_MODELS = 24
"""Two trainings of each of a dozen models."""
MODEL_BYTES = 200_000_000
INSPECT_TIMEOUT_S = 60.0
"""For the first few models; each one more may take `_MORE_S`."""
_FEW_MODELS = 4
_MORE_S = 10.0
_OWN_SHARE = 0.75
"""What the inspection may use by itself, so that it can still tell what it has found."""
_ANSWER_BYTES = 1_000_000
_LIMITS = Limits(memory_mb=3072, disk_mb=1024, processes=32)
_NAME = re.compile(r"(?P<key>[A-Za-z0-9_.]{1,80})-(?P<stage>\d{1,4})\.keras")


@dataclass(frozen=True)
class Inspection:
    """What was found, and what finding it cost."""

    models: tuple[SavedModel, ...] = ()
    cpu_s: float = 0.0
    peak_memory_mb: float = 0.0
    left_over: tuple[int, ...] = ()


def inspect_models(
    scratch: Scratch,
    *,
    interpreter: Interpreter,
    assets: Assets,
    settings: ExecutionSettings,
    kernel_side: Path = KERNEL_SIDE,
) -> Inspection:
    """Every model in `out/models`, in the order of its stages."""
    bench = scratch.folder / "inspect"
    (bench / "in" / "models").mkdir(parents=True)
    for name in ("tmp", "shm"):
        (bench / "scratch" / name).mkdir(parents=True)
    models = tuple(_read_model(path) for path in _take_models(scratch.out, bench / "in" / "models"))
    readable = [model for model in models if model.config is not None]
    if not readable:
        return Inspection(models)
    return _measured(models, bench, interpreter, assets, settings, kernel_side)


def _take_models(out: Path, bench: Path) -> list[Path]:
    """Move the model files, and nothing else that lies among them under such a name, out of the student's reach."""
    taken = []
    try:
        parent = os.open(out, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            folder = os.open("models", os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=parent)
        finally:
            os.close(parent)
    except OSError:
        return []
    try:
        names = sorted((n for n in os.listdir(folder) if _NAME.fullmatch(n)), key=_stage_of)
        for name in names[:MOST_MODELS]:
            info = os.stat(name, dir_fd=folder, follow_symlinks=False)
            if stat.S_ISREG(info.st_mode):
                os.rename(name, bench / name, src_dir_fd=folder)
                taken.append(bench / name)
    finally:
        os.close(folder)
    return taken


def _stage_of(name: str) -> tuple[int, str]:
    match = _NAME.fullmatch(name)
    return (int(match["stage"]) if match else 0, name)


def _read_model(path: Path) -> SavedModel:
    match = _NAME.fullmatch(path.name)
    assert match is not None  # noqa: S101 (only such names are taken)
    model = SavedModel(model_key=match["key"], stage=int(match["stage"]), size=path.stat().st_size)
    if model.size > MODEL_BYTES:
        return model.model_copy(update={"problem": f"the model file is larger than {MODEL_BYTES // 1_000_000} MB"})
    with path.open("rb") as file:
        model = model.model_copy(update={"digest": hashlib.file_digest(file, "sha256").hexdigest()})
        try:
            config, metadata = read_config(file)
        except NotReadable as error:
            return model.model_copy(update={"problem": str(error)})
    return model.model_copy(update={"config": config, "metadata": metadata})


def _measured(
    models: tuple[SavedModel, ...],
    bench: Path,
    interpreter: Interpreter,
    assets: Assets,
    settings: ExecutionSettings,
    kernel_side: Path,
) -> Inspection:
    root = "/grader" if settings.sandbox == SandboxKind.BUBBLEWRAP else str(bench)
    paths = [
        {"id": _id(model), "path": f"{root}/in/models/{_id(model)}.keras"}
        for model in models
        if model.config is not None
    ]
    timeout_s = INSPECT_TIMEOUT_S + _MORE_S * max(0, len(paths) - _FEW_MODELS)
    request = {
        "models": paths,
        "limit_s": timeout_s * _OWN_SHARE,
        "weights": weights_inside(assets, settings.sandbox),
        "threads": settings.threads,
    }
    (bench / "in" / "request.json").write_text(json.dumps(request), encoding="utf-8")
    code = "/grader/kernel_side" if settings.sandbox == SandboxKind.BUBBLEWRAP else str(kernel_side)
    command = [interpreter.executable, f"{code}/inspect_model.py", f"{root}/in/request.json"]
    enclosure = _enclosure(bench, root, interpreter, assets, settings, kernel_side)
    run = run_enclosed(
        enclosure,
        command,
        folder=bench / "scratch",
        limits=_LIMITS,
        timeout_s=timeout_s,
        answer_bytes=_ANSWER_BYTES,
        what="the inspection",
    )
    behaviours = {key: value for key, value in run.answer.items() if isinstance(value, dict)}
    return Inspection(
        tuple(_with_behaviour(model, behaviours.get(_id(model)), run.problem) for model in models),
        run.cpu_s,
        run.peak_memory_mb,
        run.left_over,
    )


def _enclosure(
    bench: Path, root: str, interpreter: Interpreter, assets: Assets, settings: ExecutionSettings, kernel_side: Path
) -> Enclosure:
    inside = settings.sandbox == SandboxKind.BUBBLEWRAP
    tmp = "/tmp" if inside else str(bench / "scratch" / "tmp")  # noqa: S108 (bound to a folder of our own)
    return Enclosure(
        kind=settings.sandbox,
        interpreter=interpreter,
        mounts=(
            Mount(bench / "scratch" / "tmp", "/tmp", writable=True),  # noqa: S108 (as above)
            Mount(bench / "scratch" / "shm", "/dev/shm", writable=True),  # noqa: S108 (as above)
            Mount(kernel_side, "/grader/kernel_side"),
            Mount(bench / "in", "/grader/in"),
            *weights_mounts(assets),
        ),
        environment=bare_environment(interpreter, settings, home=tmp, root=root, tmp=tmp),
        folder=tmp,
    )


def _with_behaviour(model: SavedModel, behaviour: dict[str, Any] | None, problem: str) -> SavedModel:
    if model.config is None:
        return model
    missing = "" if behaviour is not None else problem or "the inspection said nothing of this model"
    return model.model_copy(update={"behaviour": behaviour, "problem": missing})


def _id(model: SavedModel) -> str:
    return f"{model.model_key}-{model.stage}"
