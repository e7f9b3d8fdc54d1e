"""`grader doctor`: what works on this machine, and what to do about the rest."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil
from rich.console import Console

from grader.cohort import MEMORY_A_KERNEL_MB, default_workers
from grader.errors import GraderError, SandboxError
from grader.execute import probe_sandbox
from grader.pipeline import open_rubric, supply

OLDEST_KERAS = (3, 15, 1)
"""Older ones run code that a model file names (CVE-2026-12481); models are inspected with nothing older."""


@dataclass(frozen=True)
class Finding:
    """One thing examined. `ok` False means that grading will not work as it should until `advice` is followed."""

    what: str
    ok: bool
    state: str
    advice: str = ""


def require_sandbox(kernel_python: str) -> None:
    """Fails closed: without a sandbox nothing of a student's is run."""
    report = probe_sandbox(kernel_python)
    if report.kind is None:
        raise SandboxError(f"No sandbox works on this machine: {report.why}\nWhat to do: {report.advice}\n"
                           "Nothing was run.")


def doctor(rubric_path: Path, *, cache: Path, kernel_python: str, as_json: bool) -> int:
    """Examines the machine. Returns 0 where everything works, else 1."""
    console = Console(stderr=as_json)
    with console.status("Examining …"):
        findings = [_python(), _sandbox(kernel_python), _keras(kernel_python), _memory(), _assets(rubric_path, cache)]
    if as_json:
        print(json.dumps([asdict(f) for f in findings]))
    for finding in [] if as_json else findings:
        mark = "[green]works[/]" if finding.ok else "[red]needs you[/]"
        console.print(f"{mark}  [bold]{finding.what}[/]: {finding.state}", highlight=False)
        if finding.advice:
            console.print(f"          {finding.advice}", highlight=False)
    return 0 if all(f.ok for f in findings) else 1


def _python() -> Finding:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return Finding("Python", sys.version_info >= (3, 11), version, "")


def _sandbox(kernel_python: str) -> Finding:
    report = probe_sandbox(kernel_python)
    if report.kind is None:
        return Finding("Sandbox", False, report.why, report.advice)
    return Finding("Sandbox", True, f"{report.kind} ({report.layer})")


def _keras(kernel_python: str) -> Finding:
    code = ("import importlib.metadata as m; print('|'.join((m.version('keras'), m.version('tensorflow'))))")
    done = subprocess.run([kernel_python or sys.executable, "-c", code], capture_output=True, text=True, check=False)
    if done.returncode:
        return Finding("Keras", False, "keras and tensorflow can't both be found in the kernel's Python",
                       "pip install 'keras>=3.15.1' tensorflow")
    keras, tensorflow = done.stdout.strip().split("|")
    state = f"Keras {keras}, TensorFlow {tensorflow}"
    recent = tuple(int(part) for part in keras.split(".")[:3] if part.isdigit()) >= OLDEST_KERAS
    if recent or kernel_python:
        return Finding("Keras", True, state)
    return Finding("Keras", False, state, "Older Keras runs code from model files: pip install 'keras>=3.15.1'")


def _memory() -> Finding:
    free = int(psutil.virtual_memory().available / 2**20)
    state = f"{free} MB free, {default_workers()} notebooks at a time"
    if free >= MEMORY_A_KERNEL_MB:
        return Finding("Memory", True, state)
    return Finding("Memory", False, state, f"A notebook needs about {MEMORY_A_KERNEL_MB} MB: close other programs.")


def _assets(rubric_path: Path, cache: Path) -> Finding:
    try:
        assets = supply(open_rubric(rubric_path), cache=cache)
    except GraderError as error:
        return Finding("Assets", False, str(error))
    stand_ins = assets.stand_ins
    if stand_ins:
        return Finding("Assets", True, f"stand-ins for {', '.join(stand_ins)}",
                       f"Put the true ones under {cache}, and accuracies will mean something (README).")
    return Finding("Assets", True, "all true ones are there")
