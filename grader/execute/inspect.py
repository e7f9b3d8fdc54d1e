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
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.execute.enclosures import bare_environment, weights_inside, weights_mounts
from grader.execute.interpreter import Interpreter
from grader.execute.keras_file import NotReadable, read_config
from grader.execute.kernel import describe_exit, tail
from grader.execute.launch import launch
from grader.execute.sandbox import KERNEL_SIDE, Enclosure, Mount
from grader.execute.scratch import Scratch
from grader.execute.untrusted_json import UntrustedJson, parse_object
from grader.execute.watch import Watch
from grader.records import Assets, ExecutionSettings, Limits, RunEnd, SandboxKind, SavedModel

MOST_MODELS = 12
MODEL_BYTES = 200_000_000
INSPECT_TIMEOUT_S = 60.0
_ANSWER_BYTES = 1_000_000
_POLL_S = 0.1
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
    request = {
        "models": [
            {"id": _id(model), "path": f"{root}/in/models/{_id(model)}.keras"}
            for model in models
            if model.config is not None
        ],
        "weights": weights_inside(assets, settings.sandbox),
        "threads": settings.threads,
    }
    (bench / "in" / "request.json").write_text(json.dumps(request), encoding="utf-8")
    code = "/grader/kernel_side" if settings.sandbox == SandboxKind.BUBBLEWRAP else str(kernel_side)
    command = [interpreter.executable, f"{code}/inspect_model.py", f"{root}/in/request.json"]
    enclosure = _enclosure(bench, root, interpreter, assets, settings, kernel_side)
    answer, problem, inspection = _run(enclosure, command, bench)
    behaviours = {key: value for key, value in answer.items() if isinstance(value, dict)}
    return Inspection(
        tuple(_with_behaviour(model, behaviours.get(_id(model)), problem) for model in models),
        *inspection,
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


def _run(
    enclosure: Enclosure, command: list[str], bench: Path
) -> tuple[dict[str, Any], str, tuple[float, float, tuple[int, ...]]]:
    """The script's answer ({} if none), why there is none, and (CPU seconds, peak memory, what would not end)."""
    answer, log = bench / "scratch" / "answer.json", bench / "scratch" / "log"
    with answer.open("wb") as output:
        marker = f"GRADER_ROOT={enclosure.environment['GRADER_ROOT']}" if enclosure.kind == SandboxKind.NONE else ""
        launched = launch(enclosure, command, _LIMITS, output=output, log=log, marker=marker)
    watch = Watch(launched, _LIMITS, bench / "scratch")
    watch.start()
    deadline = time.monotonic() + INSPECT_TIMEOUT_S
    try:
        while (code := launched.poll()) is None and time.monotonic() < deadline:
            watch.sample()
            time.sleep(_POLL_S)
    finally:
        watch.stop()
        left = tuple(launched.tree.kill())
        _wait(launched.poll)
    problem = _problem(code, watch.breach, log)
    cost = max(watch.cpu_s, launched.waited_cpu_s), watch.peak_memory_mb, left
    if problem:
        return {}, problem, cost
    with answer.open("rb") as output:
        raw = output.read(_ANSWER_BYTES + 1)
    try:
        return (parse_object(raw) if len(raw) <= _ANSWER_BYTES else {}), "", cost
    except UntrustedJson as error:
        return {}, f"the inspection's answer can't be read: {error}", cost


def _wait(poll: Any) -> None:
    deadline = time.monotonic() + 5
    while poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)


def _problem(code: int | None, breach: RunEnd | None, log: Path) -> str:
    if breach is not None:
        return f"the inspection was stopped ({breach.value.replace('_', ' ')})"
    if code is None:
        return f"the inspection took longer than {INSPECT_TIMEOUT_S:.0f} s"
    with suppress(OSError):
        if code != 0:
            return f"{describe_exit(code).replace('kernel', 'inspection')}: {tail(log)[-500:]}"
    return ""


def _with_behaviour(model: SavedModel, behaviour: dict[str, Any] | None, problem: str) -> SavedModel:
    if model.config is None:
        return model
    missing = "" if behaviour is not None else problem or "the inspection said nothing of this model"
    return model.model_copy(update={"behaviour": behaviour, "problem": missing})


def _id(model: SavedModel) -> str:
    return f"{model.model_key}-{model.stage}"
