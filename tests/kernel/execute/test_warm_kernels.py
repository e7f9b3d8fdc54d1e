"""A kernel that is spared its import is confined as any, sees what any sees, ends as any, and shares nothing."""

from __future__ import annotations

import json
import os
import re
import runpy
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import pytest

from grader.execute import run_notebook, sweep_stale, warm
from grader.execute.scratch import scratch_parent
from grader.records import Assets, Cell, CellKind, CellStatus, ExecutionSettings, Limits, Run, RunEnd, Submission

pytestmark = pytest.mark.kernel
CELLS = runpy.run_path(str(Path(__file__).with_name("seen_inside.py")))
RunCells = Callable[..., Run]
Find = Callable[[str], list[int]]
OK, ERROR, TIMED_OUT = CellStatus.OK, CellStatus.ERROR, CellStatus.TIMED_OUT
DIED, NOT_RUN, MEMORY = CellStatus.KERNEL_DIED, CellStatus.NOT_RUN, CellStatus.OUT_OF_MEMORY
TOLD = (
    "status", "mounts", "files", "nice", "prctl", "death signal", "environment", "folder", "words", "processes", "host",
    "signals", "home", "open", "imported", "shared writable maps", "tried", "remembered", "remembered by none",
    "hooked", "modules", "versions", "environment after", "home after", "loss", "figures", "journal",
)  # fmt: skip
MENTION = "if False:\n    import tensorflow"


def ways_taken(patch: pytest.MonkeyPatch) -> list[bool]:
    """From now on: for each kernel that might have been warm, whether it was."""
    taken: list[bool] = []
    real = warm.launch_warm

    def launch_warm(*words: Any, **options: Any) -> Any:
        launched = real(*words, **options)
        taken.append(launched is not None)
        return launched

    patch.setattr("grader.execute.provisioner.launch_warm", launch_warm)
    return taken


@pytest.fixture(scope="module")
def seen() -> dict[str, dict[str, Any]]:
    """What a cold kernel and two warm ones tell of themselves, each after the same cells."""
    with pytest.MonkeyPatch.context() as patch:
        found: dict[str, dict[str, Any]] = {}
        told: list[dict[str, Any]] = []
        patch.setattr("grader.execute.notebook.imports_as_anyone", lambda *_: True)
        patch.setattr("grader.execute.notebook.read_requests", lambda out: told.append(_read(out)) or ())
        patch.setattr(warm, "_WARM", warm._Warm())
        taken = ways_taken(patch)
        cells = tuple(CELLS[name] for name in ("BEFORE", "REMEMBERED", "AFTER", "CHANCE", "TRAINED", "TOLD"))
        for way in ("warm", "another", "cold"):
            if way == "cold":
                patch.setattr("grader.execute.provisioner.launch_warm", lambda *_, **__: None)
            run = run_notebook(_submission(*cells), assets=Assets(), settings=_settings())
            assert [cell.error_message for cell in run.cells] == [""] * len(cells)
            found[way] = told.pop() | {"journal": [_lasting(event) for event in run.journal], "run": run}
        assert taken == [True, True]
        (process,) = warm._WARM._processes.values()
        found["left"] = {"ours": process.process, "all": psutil.Process().children(recursive=True)}
        warm._WARM.end()
    return found


def _read(out: Path) -> dict[str, Any]:
    return dict(json.loads((out / "told.json").read_text()))


def _lasting(event: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in event.items() if name not in ("seal", "seconds", "time", "pid", "key")}


def _submission(*sources: str) -> Submission:
    cells = tuple(Cell(number=n, kind=CellKind.CODE, source=source) for n, source in enumerate(sources, start=1))
    return Submission(student="s", display_name="S", digest="d", cells=cells)


def _settings(**limits: Any) -> ExecutionSettings:
    return ExecutionSettings(limits=Limits(**({"cell_timeout_s": 60} | limits)))


def _plain(value: Any) -> Any:
    """Without what differs from run to run: the names of scratch folders, and what an import of scikit-learn sets."""
    if isinstance(value, str):
        return re.sub(r"grader-\d+-\w+", "grader-SCRATCH", value)
    if isinstance(value, list):
        return [_plain(part) for part in value if not (isinstance(part, list) and str(part[:1]).startswith("['KMP_"))]
    return {name: _plain(part) for name, part in value.items()} if isinstance(value, dict) else value


@pytest.mark.slow
@pytest.mark.parametrize("what", TOLD)
def test_warm_kernel_is_what_a_cold_one_is(seen: dict[str, dict[str, Any]], what: str) -> None:
    assert _plain(seen["warm"][what]) == _plain(seen["cold"][what])


@pytest.mark.slow
def test_warm_kernel_is_in_no_namespace_of_the_host(seen: dict[str, dict[str, Any]]) -> None:
    inside = seen["warm"]["namespaces"]
    assert inside == seen["warm"]["namespaces of the first"]
    ours = {name for name, value in inside.items() if os.readlink(f"/proc/self/ns/{name}") == value}
    cold = seen["cold"]["namespaces"]
    assert ours == {name for name, value in cold.items() if os.readlink(f"/proc/self/ns/{name}") == value}
    assert not ours & {"user", "mnt", "pid", "pid_for_children", "ipc", "uts", "net"}


@pytest.mark.slow
def test_warm_kernel_tells_of_something(seen: dict[str, dict[str, Any]]) -> None:
    told = seen["warm"]
    assert "CapEff:\t0000000000000000" in told["status"] and "NoNewPrivs:\t1" in told["status"]
    assert len(told["hooked"]) > 100 and told["imported"] == [] and told["shared writable maps"] == []
    assert told["tried"]["map files"].startswith("PermissionError")
    assert {event["event"] for event in told["journal"]} >= {"keras", "fit_end", "end"} or len(told["journal"]) > 5


@pytest.mark.slow
def test_students_draw_different_numbers_and_leave_nothing_to_each_other(seen: dict[str, dict[str, Any]]) -> None:
    one, other = seen["warm"]["chance"], seen["another"]["chance"]
    assert not set(one) & set(other)
    assert seen["another"]["home"] == seen["cold"]["home"]


@pytest.mark.slow
def test_warm_kernel_is_counted_and_gone(seen: dict[str, dict[str, Any]]) -> None:
    run, cold = seen["warm"]["run"], seen["cold"]["run"]
    assert (run.end, run.grader_fault, run.journal_intact) == (RunEnd.FINISHED, "", True)
    assert 0.5 < run.cpu_s < cold.cpu_s - 2
    assert run.peak_memory_mb > 150
    assert [process.pid for process in seen["left"]["all"]] == [seen["left"]["ours"].pid]


@pytest.fixture
def light(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., list[bool]]]:
    """Warm kernels of a process that imports hardly anything, so that it costs hardly anything; how many were warm."""
    source = (warm.KERNEL_SIDE / "warm.py").read_text()
    source = re.sub(r"(?s)\nIMPORTED = \(.*?\n\)\n", '\nIMPORTED = ("ipykernel.ipkernel", "csv")\n', source)
    assert '"csv")' in source
    (tmp_path / "warm").mkdir()
    monkeypatch.setattr(warm, "KERNEL_SIDE", tmp_path / "warm")
    monkeypatch.setattr(warm, "_WARM", warm._Warm())
    taken = ways_taken(monkeypatch)

    def prepare(old: str = "", new: str = "") -> list[bool]:
        assert old in source
        # Where something is changed, no copy becomes a kernel: it needs nothing of what a kernel imports.
        changed = source.replace(old, new, 1).replace('"ipykernel.ipkernel", ', "") if old else source
        (tmp_path / "warm" / "warm.py").write_text(changed)
        return taken

    prepare()
    yield prepare
    warm._WARM.end()


HOG = "held = []\nfor _ in range(100):\n    held.append(bytearray(10 * 2**20))\nimport time\ntime.sleep(0.5)"
BOMB = "import os, time\nfor _ in range(300):\n    if os.fork() == 0:\n        time.sleep(2)\n        os._exit(0)\n"
BOMB += "time.sleep(9)"
FILES = "for n in range(40):\n    with open(f'{n}', 'wb') as f: f.write(bytes(10**7))\nimport time\ntime.sleep(1)"
STUBBORN = "import time\nwhile True:\n    try:\n        time.sleep(1)\n    except BaseException:\n        pass"
DAEMON = "import os, time\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n        os.execv('/bin/sleep', "
DAEMON += "['/bin/sleep', '622.5'])\n    os._exit(0)\ntime.sleep(0.5)"


def only_child_is(pid: int) -> bool:
    """Whether nothing else is left; one that has ended is there until its parent looks, which may take a moment."""
    until = time.monotonic() + 5
    while [child.pid for child in psutil.Process().children(recursive=True)] != [pid]:
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


@pytest.mark.parametrize(
    ("source", "limits", "statuses", "end", "said"),
    [
        ("1 / 0", {}, [OK, ERROR, OK], RunEnd.FINISHED, "division by zero"),
        ("while True:\n    pass", {"cell_timeout_s": 1}, [OK, TIMED_OUT, OK], RunEnd.FINISHED, ""),
        (STUBBORN, {"cell_timeout_s": 1, "grace_s": 1.5}, [OK, TIMED_OUT, NOT_RUN], RunEnd.TIMED_OUT, "ignored"),
        ("import os\nos._exit(3)", {}, [OK, DIED, NOT_RUN], RunEnd.KERNEL_DIED, "exit code 3"),
        ("import ctypes\nctypes.string_at(0)", {}, [OK, DIED, NOT_RUN], RunEnd.KERNEL_DIED, "SIGSEGV"),
        ("import os\nos.kill(0, 9)", {}, [OK, DIED, NOT_RUN], RunEnd.KERNEL_DIED, "SIGKILL"),
        ("import os\nos.kill(1, 2)\nos.kill(1, 15)", {}, [OK, OK, OK], RunEnd.FINISHED, ""),
        (HOG, {"memory_mb": 300}, [OK, MEMORY, NOT_RUN], RunEnd.OUT_OF_MEMORY, ""),
        (BOMB, {"processes": 50}, [OK, DIED, NOT_RUN], RunEnd.TOO_MANY_PROCESSES, ""),
        (FILES, {"disk_mb": 100}, [OK, DIED, NOT_RUN], RunEnd.DISK_FULL, ""),
        ("while True: print('x' * 1000)", {"cell_timeout_s": 2}, [OK, TIMED_OUT, OK], RunEnd.FINISHED, ""),
        (DAEMON, {}, [OK, OK, OK], RunEnd.FINISHED, ""),
    ],
    ids=["error", "endless", "stubborn", "exit", "segfault", "killed", "first signalled", "memory", "bomb", "disk",
         "flood", "daemon"],
)  # fmt: skip
def test_hostile_cell_of_a_warm_kernel_costs_what_it_costs_a_cold_one(
    light: Callable[..., list[bool]], run: RunCells, sleepers: Find, source: str, limits: dict[str, Any],
    statuses: list[CellStatus], end: RunEnd, said: str,
) -> None:  # fmt: skip
    taken = light()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("grader.execute.notebook.imports_as_anyone", lambda *_: True)
        done = run("x = 1", source, "assert x == 1", **limits)
    assert taken == [True]
    assert ([cell.status for cell in done.cells], done.end, done.grader_fault) == (statuses, end, "")
    assert said in done.cells[1].error_message
    assert sleepers("622.5") == []
    (process,) = warm._WARM._processes.values()
    assert only_child_is(process.process.pid)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    _prctl(_SET_NO_NEW_PRIVS, 1)\n", ""),
        ("_libc.prctl(_DROP_BOUNDING, capability, 0, 0, 0) == 0", "False"),
        ("    if _libc.capset(header, nothing):", "    if False:"),
        ("    os.setpriority(os.PRIO_PROCESS, 0, os.getpriority(os.PRIO_PROCESS, first))\n", ""),
        ("        resource.setrlimit(limit, resource.prlimit(first, limit))\n", "        pass\n"),
        ("        mine.write(", "        str("),
        ('    "net": 0x40000000,\n', ""),
        ('    "ipc": 0x08000000,\n', ""),
        ('    "uts": 0x04000000,\n', ""),
        ("        _join(places[\"user\"], _NEW_USER)", "        pass"),
        ("    _close_all_but(answer)\n", ""),
        ("    executable = _about_executable()", "    executable = None"),
        ("    _take_streams(log, answer)", "    raise RuntimeError('never mind')"),
        ('    channel.send(b"ready")', "    os._exit(1)"),
    ],
    ids=["privileges", "bounding set", "capabilities", "nice", "limits", "oom", "net", "ipc", "uts", "user", "files",
         "executable", "error", "no import"],
)  # fmt: skip
def test_copy_that_is_not_confined_as_it_should_be_never_becomes_a_kernel(
    light: Callable[..., list[bool]], run: RunCells, old: str, new: str
) -> None:
    taken = light(old, new)
    done = run(MENTION, "x = 1")
    assert taken == [False]
    assert ([cell.status for cell in done.cells], done.end, done.grader_fault) == ([OK, OK], RunEnd.FINISHED, "")


def test_copy_with_nothing_left_out_becomes_one(light: Callable[..., list[bool]], run: RunCells) -> None:
    taken = light("import atexit\n", "import atexit\n")
    assert [cell.status for cell in run(MENTION, "x = 1").cells] == [OK, OK]
    assert taken == [True]


def test_warm_kernel_that_does_not_come_up_is_started_cold(
    light: Callable[..., list[bool]], run: RunCells, kernel_side: Path
) -> None:
    boot = kernel_side / "boot.py"
    kept = boot.read_text()
    check = "import os\nif os.readlink('/proc/self/exe').startswith('/memfd'):\n    raise ImportError('warm')\n"
    try:
        boot.write_text(check + kept)
        done = run(MENTION, "1")
    finally:
        boot.write_text(kept)
    assert light() == [True]
    assert ([cell.status for cell in done.cells], done.end, done.grader_fault) == ([OK, OK], RunEnd.FINISHED, "")


def test_dead_warm_process_is_replaced_once(light: Callable[..., list[bool]], run: RunCells) -> None:
    for _ in range(3):
        assert [cell.status for cell in run(MENTION, "1").cells] == [OK, OK]
        (process,) = warm._WARM._processes.values()
        assert process.process is not None
        process.process.kill()
        wait_until(lambda process=process: process.is_dead)  # type: ignore[misc]
    assert light() == [True, True, False]


def test_warm_kernels_side_by_side(light: Callable[..., list[bool]], run: RunCells) -> None:
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda source: run(MENTION, source), ["x = 1", "y = 2", "z = 3", "1 / 0"]))
    assert light() == [True] * 4
    assert [each.cells[1].status for each in done] == [OK, OK, OK, ERROR]


def test_notebook_without_tensorflow_or_with_a_changed_import_is_started_cold(
    light: Callable[..., list[bool]], run: RunCells
) -> None:
    run("x = 1")
    run("import os\nos.environ['KERAS_BACKEND'] = 'numpy'", MENTION)
    assert light() == []


GRADER = """
import sys
from pathlib import Path
from grader.execute import run_notebook, warm
from grader.records import Assets, Cell, CellKind, ExecutionSettings, Submission
warm.KERNEL_SIDE = Path({light!r})
source = "import os\\nif False: import tensorflow\\nos.spawnv(os.P_NOWAIT, '/bin/sleep', ['/bin/sleep', '623.5'])\\n"
source += "import time\\ntime.sleep(60)"
cells = (Cell(number=1, kind=CellKind.CODE, source=source),)
submission = Submission(student="s", display_name="S", digest="d", cells=cells)
run_notebook(submission, assets=Assets(), settings=ExecutionSettings(), kernel_side=Path({kernel_side!r}))
"""


def wait_until(holds: Callable[[], object], timeout_s: float = 20) -> bool:
    deadline = time.monotonic() + timeout_s
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.05)
    return bool(holds())


def test_killed_grader_takes_its_warm_process_and_kernels_along(
    light: Callable[..., list[bool]], sleepers: Find, kernel_side: Path
) -> None:
    light()
    code = GRADER.format(light=str(warm.KERNEL_SIDE), kernel_side=str(kernel_side))
    grader = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL)
    assert wait_until(lambda: sleepers("623.5"))
    of_it = psutil.Process(grader.pid).children(recursive=True)
    (alone,) = [process for process in psutil.Process(grader.pid).children() if process.cmdline()[-1] == "-"]
    os.kill(grader.pid, signal.SIGKILL)
    grader.wait(timeout=30)
    _, alive = psutil.wait_procs([*of_it, alone], timeout=10)
    assert (alive, sleepers("623.5")) == ([], [])
    sweep_stale()
    assert list(scratch_parent().glob(f"grader-{grader.pid}-*")) == []
