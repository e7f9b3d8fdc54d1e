"""What code in the sandbox can reach: nothing but its scratch folder. And what the grader believes of it."""

from __future__ import annotations

import asyncio
import io
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from grader.execute import probe_sandbox, sweep_stale
from grader.execute.scratch import scratch_parent
from grader.records import CellStatus, Run, RunEnd, SandboxKind

pytestmark = pytest.mark.kernel
RunCells = Callable[..., Run]
Find = Callable[[str], list[int]]
OK = CellStatus.OK


def failures(run: Run) -> list[str]:
    """What went wrong, cell by cell: each cell asserts what it found."""
    return [f"{cell.cell}: {cell.error_name} {cell.error_message}" for cell in run.cells if cell.status != OK]


def test_probe_reports_the_sandbox_that_holds() -> None:
    report = probe_sandbox()
    assert (report.kind, report.why) == (SandboxKind.BUBBLEWRAP, "")
    assert "bubblewrap" in report.layer


def test_network_is_unreachable(run: RunCells) -> None:
    connect = "import socket, errno\ntry:\n    socket.create_connection(('192.0.2.1', 80), 2)\n"
    connect += "except OSError as error:\n    assert error.errno == errno.ENETUNREACH, error\nelse:\n    1 / 0"
    assert failures(run(connect)) == []


def test_files_outside_are_invisible_and_the_system_is_read_only(run: RunCells, tmp_path: Path) -> None:
    secret = tmp_path / "rubric.yaml"
    secret.write_text("answers")
    repository = Path(__file__).parents[3]
    cells = [
        f"import os\nassert not os.path.exists({str(secret)!r})",
        f"assert not os.path.exists({str(repository / 'rubrics')!r})",
        f"assert not os.path.exists({str(repository / 'grader')!r})",
        "try:\n    import grader\nexcept ImportError:\n    pass\nelse:\n    1 / 0",
        "assert {'home', 'grader', 'content', 'tmp'} <= set(os.listdir('/'))",
        "assert not {'root', 'home'} & set(os.listdir('/var') if os.path.exists('/var') else [])",
        "assert os.listdir('/home') == ['student']",
        "assert 'shadow' not in os.listdir('/etc')",
    ]
    for path in ("/x", "/dev/x", "/usr/x", "/etc/passwd", "/grader/settings.json", "/grader/kernel_side/boot.py"):
        cells.append(f"try:\n    open({path!r}, 'w')\nexcept OSError:\n    pass\nelse:\n    1 / 0")
    for path in ("/proc/sys/kernel/core_pattern", "/proc/sys/kernel/panic", "/proc/sysrq-trigger"):
        cells.append(f"try:\n    open({path!r}, 'a')\nexcept OSError:\n    pass\nelse:\n    1 / 0")
    assert failures(run(*cells)) == []


def test_scratch_folders_are_writable(run: RunCells) -> None:
    cells = [
        f"open('{folder}/file', 'w').write('x')" for folder in ("/content", "/home/student", "/tmp", "/grader/out")
    ]
    cells += ["import os\nassert os.getcwd() == '/content'", "import multiprocessing\nmultiprocessing.Lock()"]
    assert failures(run(*cells)) == []


@pytest.mark.parametrize("sandbox", list(SandboxKind), ids=lambda kind: kind.value)
def test_environment_is_bare(run: RunCells, sandbox: SandboxKind, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_TOKEN", "secret")
    done = run(
        "import os\nassert 'COURSE_TOKEN' not in os.environ and 'JPY_PARENT_PID' not in os.environ",
        "assert os.environ['LANG'] == 'C.UTF-8' and os.environ['CUDA_VISIBLE_DEVICES'] == ''",
        "assert os.environ['HOME'].endswith(('/home/student', '/home'))",
        sandbox=sandbox,
    )
    assert failures(done) == []


def test_processes_outside_are_invisible_and_no_further_namespace_can_be_made(run: RunCells) -> None:
    done = run(
        "import os\nassert len([n for n in os.listdir('/proc') if n.isdigit()]) == 2",
        "import subprocess\nassert subprocess.run(['unshare', '--user', 'true'], capture_output=True).returncode != 0",
        "assert os.getuid() == 1000",
        "assert 'CapEff:\\t0000000000000000' in open('/proc/self/status').read()",
    )
    assert failures(done) == []


def test_key_is_gone_before_the_first_cell(run: RunCells) -> None:
    assert failures(run("import os\nassert 'key' not in os.listdir('/grader')")) == []


def test_companions_lie_beside_the_notebook_and_links_among_them_do_not(run: RunCells, tmp_path: Path) -> None:
    handed_in = tmp_path / "handed_in"
    handed_in.mkdir()
    (handed_in / "recorder.py").write_text("theirs = True")
    (handed_in / "link").symlink_to("/etc/hostname")
    done = run("import os\nassert os.listdir('.') == ['recorder.py']", folder=handed_in)
    assert failures(done) == []


def test_input_is_refused_rather_than_waited_for(run: RunCells) -> None:
    done = run("input()", "1")
    assert [(cell.status, cell.error_name) for cell in done.cells] == [
        (CellStatus.ERROR, "StdinNotImplementedError"),
        (OK, ""),
    ]


def test_tampered_journal_is_not_intact(run: RunCells) -> None:
    forged = run('open(\'/grader/out/journal.jsonl\', \'a\').write(\'{"n": 1, "event": "fit", "seal": "00"}\\n\')')
    assert ([event["event"] for event in forged.journal], forged.journal_intact) == (["begin"], False)
    lured = run(
        "import os\nos.unlink('/grader/out/journal.jsonl')\nos.symlink('/dev/zero', '/grader/out/journal.jsonl')"
    )
    assert (lured.journal, lured.journal_intact) == ((), False)


def model_cell(name: str, config: str = "{}") -> str:
    """A cell that leaves a model file, as a forger or the recorder would."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as opened:
        opened.writestr("config.json", config)
        opened.writestr("metadata.json", "{}")
    return f"open('/grader/out/models/{name}', 'wb').write({held.getvalue()!r})"


def test_models_are_inspected_where_nothing_can_be_written(run: RunCells) -> None:
    done = run(model_cell("m2-1.keras"), model_cell("m1-0.keras"))
    assert [(model.model_key, model.stage, model.problem) for model in done.models] == [("m1", 0, ""), ("m2", 1, "")]
    behaviour = done.models[0].behaviour
    assert behaviour is not None
    assert behaviour["writable"] == []
    assert sorted(behaviour["seen"]) == ["in", "kernel_side"]
    assert behaviour["bytes"] == done.models[0].size
    assert set(done.phases) == {"start", "cells", "end", "collect", "inspect"}


def test_models_that_can_not_be_read_keep_the_others(run: RunCells) -> None:
    cells = [
        model_cell("good-0.keras"),
        "m = '/grader/out/models/'\nimport os\nos.symlink('/etc/passwd', m + 'a-1.keras')",
    ]
    cells += ["os.mkfifo(m + 'b-2.keras')", "open(m + 'c-3.keras', 'wb').write(b'junk')", "open(m + '../x', 'w')"]
    done = run(*cells)
    assert [model.model_key for model in done.models] == ["good", "c"]
    assert done.models[0].behaviour is not None
    assert "not a .keras archive" in done.models[1].problem


def test_models_folder_that_became_a_link_is_not_followed(run: RunCells, tmp_path: Path) -> None:
    done = run("import os\nos.rmdir('/grader/out/models')\nos.symlink('/usr', '/grader/out/models')")
    assert (done.models, done.grader_fault) == ((), "")


@pytest.mark.parametrize(
    ("name", "problem"),
    [("loud-0.keras", "can't be read|said nothing"), ("dies-0.keras", "exit code 7")],
    ids=["too much to say", "death"],
)
def test_inspection_that_fails_is_a_problem_of_its_models(run: RunCells, name: str, problem: str) -> None:
    (model,) = run(model_cell(name)).models
    assert model.behaviour is None
    assert any(part in model.problem for part in problem.split("|"))


def test_slow_inspection_is_ended(run: RunCells, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grader.execute.inspect.INSPECT_TIMEOUT_S", 1.0)
    (model,) = run(model_cell("slow-0.keras")).models
    assert model.problem == "the inspection took longer than 1 s"


def test_cpu_time_of_children_counts(run: RunCells) -> None:
    burn = "import subprocess, sys\nsubprocess.run([sys.executable, '-c', "
    burn += "'import time; e = time.process_time() + 1.0\\nwhile time.process_time() < e: pass'])"
    idle, busy = run("1"), run(burn)
    assert 1.0 <= busy.cpu_s - idle.cpu_s + 0.3 < 3.0


def test_kernel_that_never_starts_is_our_fault(run: RunCells, kernel_side: Path, tmp_path: Path) -> None:
    boot = kernel_side / "boot.py"
    kept = boot.read_text()
    try:
        boot.write_text("raise ImportError('no ipykernel here')")
        done = run("1")
        boot.write_text("import time\ntime.sleep(60)")
        hanging = run("1", start_timeout_s=1)
    finally:
        boot.write_text(kept)
    assert (done.end, done.cells) == (RunEnd.NOT_STARTED, ())
    assert "no ipykernel here" in done.grader_fault
    assert hanging.end == RunEnd.NOT_STARTED


def test_recorder_that_can_not_be_installed_is_our_fault_and_the_notebook_runs(
    run: RunCells, kernel_side: Path
) -> None:
    recorder = kernel_side / "recorder.py"
    kept = recorder.read_text()
    try:
        recorder.write_text("def install(settings, key):\n    raise RuntimeError('broken')")
        done = run("1")
    finally:
        recorder.write_text(kept)
    assert [cell.status for cell in done.cells] == [OK]
    assert "recorder could not be installed" in done.grader_fault


def test_runs_side_by_side_in_worker_threads_and_under_a_loop(run: RunCells) -> None:
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(run, ["x = 1", "y = 2", "z = 3"]))
    assert [failures(each) for each in done] == [[], [], []]

    async def inside_a_loop() -> Run:
        return run("1")

    assert failures(asyncio.run(inside_a_loop())) == []


GRADER = """
import sys
from pathlib import Path
from grader.execute import run_notebook
from grader.records import Assets, Cell, CellKind, ExecutionSettings, Submission
source = "import os\\nos.execv('/bin/sleep', ['/bin/sleep', '{word}'])"
cells = (Cell(number=1, kind=CellKind.CODE, source=source),)
submission = Submission(student="s", display_name="S", digest="d", cells=cells)
settings = ExecutionSettings(sandbox="{sandbox}")
run_notebook(submission, assets=Assets(), settings=settings, kernel_side=Path({kernel_side!r}))
"""


def wait_until(holds: Callable[[], object], timeout_s: float = 20) -> bool:
    deadline = time.monotonic() + timeout_s
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.05)
    return bool(holds())


@pytest.mark.parametrize(
    ("signum", "sandbox", "word"),
    [
        (signal.SIGKILL, "bubblewrap", "613.5"),
        (signal.SIGKILL, "none", "614.5"),
        (signal.SIGINT, "bubblewrap", "615.5"),
    ],
)
def test_killed_grader_leaves_nothing_once_swept(
    sleepers: Find, kernel_side: Path, signum: signal.Signals, sandbox: str, word: str
) -> None:
    code = GRADER.format(word=word, sandbox=sandbox, kernel_side=str(kernel_side))
    grader = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL)
    assert wait_until(lambda: sleepers(word))
    os.kill(grader.pid, signum)
    try:
        grader.wait(timeout=120)
    finally:
        grader.kill()
    if sandbox == "bubblewrap":
        assert wait_until(lambda: not sleepers(word), 5)
    sweep_stale()
    assert wait_until(lambda: not sleepers(word), 5)
    assert list(scratch_parent().glob(f"grader-{grader.pid}-*")) == []


def test_settings_tell_the_kernel_side_what_the_contract_says(run: RunCells) -> None:
    done = run("import json, shutil\nshutil.copy('/grader/settings.json', '/grader/out/requests.jsonl')", "1")
    assert failures(done) == []
    check = "told = json.load(open('/grader/settings.json'))\nassert set(told) >= {'budget', 'assets', 'cells', "
    check += (
        "'threads', 'out', 'home', 'kernel_python_is_ours'}, told\nassert [c['cell'] for c in told['cells']] == [1]"
    )
    assert failures(run("import json\n" + check)) == []
    assert json.dumps(done.requests) == "[]"
