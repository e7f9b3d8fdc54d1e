"""Real kernels in real sandboxes, with a small recorder in place of the one that waits for Keras."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grader.execute import run_notebook
from grader.execute.sandbox import KERNEL_SIDE
from grader.execute.session import GRACE_S
from grader.records import Assets, Cell, CellKind, ExecutionSettings, Limits, Run, SandboxKind, Submission

RECORDER = """
import atexit, hashlib, hmac, json, os

def install(settings, key):
    state = {"n": 0, "seal": "", "pid": os.getpid()}
    file = open(settings["out"] + "/journal.jsonl", "a")

    def emit(event):
        if os.getpid() != state["pid"]:
            return
        line = {"n": state["n"], "event": event, "cell": None, "line": None}
        text = json.dumps(line, sort_keys=True, separators=(",", ":"))
        state["seal"] = hmac.new(bytes.fromhex(key), (state["seal"] + text).encode(), hashlib.sha256).hexdigest()
        state["n"] += 1
        print(json.dumps({**line, "seal": state["seal"]}), file=file, flush=True)

    emit("begin")
    atexit.register(emit, "end")
"""
# Keys on what it is asked to load, because the real one waits for models that only Keras can make.
INSPECT = """
import json, os, sys, time
request = json.load(open(sys.argv[1]))
answer = {}
for model in request["models"]:
    name = model["id"].split("-")[0]
    if name == "slow":
        time.sleep(600)
    if name == "loud":
        print("x" * 2_000_000)
    if name == "dies":
        os._exit(7)
    writable = [path for path in ("/grader/in", "/grader/kernel_side", "/content") if os.access(path, os.W_OK)]
    answer[model["id"]] = {"bytes": os.path.getsize(model["path"]), "writable": writable, "seen": os.listdir("/grader")}
print(json.dumps(answer))
"""


@pytest.fixture(scope="session")
def kernel_side(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The true boot, and small stand-ins for what it loads."""
    folder = tmp_path_factory.mktemp("kernel_side")
    for name in ("boot.py", "outlet.py"):
        shutil.copy(KERNEL_SIDE / name, folder)
    (folder / "served.py").write_text("def install(settings):\n    pass\n")
    (folder / "recorder.py").write_text(RECORDER)
    (folder / "inspect_model.py").write_text(INSPECT)
    return folder


@pytest.fixture
def run(kernel_side: Path) -> Callable[..., Run]:
    """Run cells in a sandbox, with short limits."""

    def run_cells(
        *sources: str, sandbox: SandboxKind = SandboxKind.BUBBLEWRAP, folder: Path | None = None,
        grace_s: float = GRACE_S, **limits: Any,
    ) -> Run:  # fmt: skip
        cells = tuple(Cell(number=n, kind=CellKind.CODE, source=source) for n, source in enumerate(sources, start=1))
        companions = {path.name: path.stat().st_size for path in folder.iterdir()} if folder else {}
        submission = Submission(
            student="s",
            display_name="S",
            digest="d",
            cells=cells,
            folder=str(folder or ""),
            companions=companions,
        )
        settings = ExecutionSettings(limits=Limits(**({"cell_timeout_s": 20} | limits)), sandbox=sandbox)
        return run_notebook(submission, assets=Assets(), settings=settings, kernel_side=kernel_side, grace_s=grace_s)

    return run_cells


@pytest.fixture
def sleepers() -> Callable[[str], list[int]]:
    """Processes, wherever they are, whose command line holds a word that nobody else's does."""

    def find(word: str) -> list[int]:
        found = []
        for name in os.listdir("/proc"):
            if name.isdigit():
                try:
                    words = Path(f"/proc/{name}/cmdline").read_bytes().split(b"\0")
                except OSError:
                    continue
                if word.encode() in words:
                    found.append(int(name))
        return found

    return find
