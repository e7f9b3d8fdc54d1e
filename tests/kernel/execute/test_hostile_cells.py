"""Cells that fail, hang, die, flood, fork and fill: each costs itself, and nothing outlives the run."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable

import psutil
import pytest

from grader.records import CellStatus, Run, RunEnd, SandboxKind

pytestmark = pytest.mark.kernel

OK, ERROR, TIMED_OUT = CellStatus.OK, CellStatus.ERROR, CellStatus.TIMED_OUT
DIED, NOT_RUN, MEMORY = CellStatus.KERNEL_DIED, CellStatus.NOT_RUN, CellStatus.OUT_OF_MEMORY
BOTH = pytest.mark.parametrize("sandbox", list(SandboxKind), ids=lambda kind: kind.value)
RunCells = Callable[..., Run]
Find = Callable[[str], list[int]]


def statuses(run: Run) -> list[CellStatus]:
    return [cell.status for cell in run.cells]


@BOTH
def test_failing_cell_names_its_error_and_later_cells_run(run: RunCells, sandbox: SandboxKind) -> None:
    done = run("x = 1\nx / 0", "x", sandbox=sandbox)
    assert statuses(done) == [ERROR, OK]
    failed = done.cells[0]
    assert (failed.error_name, failed.error_message, failed.line) == ("ZeroDivisionError", "division by zero", 2)
    assert (done.end, done.journal_intact, done.grader_fault) == (RunEnd.FINISHED, True, "")
    assert [event["event"] for event in done.journal] == ["begin", "end"]


def test_line_of_an_error_is_that_of_the_cell_which_failed(run: RunCells) -> None:
    done = run("\n\n\ndef load():\n    return open('cats.zip')", "x = 1\nload()", "if:", "%unheard_of", "sys.exit(")
    assert [(cell.error_name, cell.line) for cell in done.cells[1:4]] == [
        ("FileNotFoundError", 2),
        ("SyntaxError", 1),
        ("UsageError", 1),
    ]


@BOTH
def test_endless_cell_is_interrupted_and_later_cells_run(run: RunCells, sandbox: SandboxKind) -> None:
    done = run("x = 7", "while True:\n    pass", "assert x == 7", cell_timeout_s=1, sandbox=sandbox)
    assert statuses(done) == [OK, TIMED_OUT, OK]
    assert done.end == RunEnd.FINISHED


def test_awaiting_cell_is_interrupted(run: RunCells) -> None:
    done = run("import asyncio\nawait asyncio.sleep(60)", "1", cell_timeout_s=1)
    assert statuses(done) == [TIMED_OUT, OK]


@BOTH
def test_ignored_interrupt_costs_the_kernel(run: RunCells, sandbox: SandboxKind) -> None:
    stubborn = "import time\nwhile True:\n    try:\n        time.sleep(1)\n    except BaseException:\n        pass"
    done = run("1", stubborn, "2", cell_timeout_s=1, grace_s=1.5, sandbox=sandbox)
    assert statuses(done) == [OK, TIMED_OUT, NOT_RUN]
    assert (done.end, done.journal_intact) == (RunEnd.TIMED_OUT, True)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("import os\nos._exit(3)", "exit code 3"),
        ("import ctypes\nctypes.string_at(0)", "SIGSEGV"),
        ("import os\nos.kill(os.getpid(), 9)", "SIGKILL"),
    ],
    ids=["exit", "segfault", "kill"],
)
@BOTH
def test_kernel_death_is_noticed_at_once(run: RunCells, source: str, said: str, sandbox: SandboxKind) -> None:
    done = run("1", source, "2", sandbox=sandbox)
    assert statuses(done) == [OK, DIED, NOT_RUN]
    assert said in done.cells[1].error_message
    assert done.cells[1].seconds < 5
    assert (done.end, done.journal_intact, done.grader_fault) == (RunEnd.KERNEL_DIED, True, "")


HOG = "held = []\nfor _ in range({}):\n    held.append(bytearray(10 * 2**20))\nimport time\ntime.sleep(0.5)"


@BOTH
def test_memory_hog_is_stopped(run: RunCells, sandbox: SandboxKind) -> None:
    done = run(HOG.format(100), "1", memory_mb=300, sandbox=sandbox)
    assert statuses(done) == [MEMORY, NOT_RUN]
    assert done.end == RunEnd.OUT_OF_MEMORY


def test_memory_within_the_limit_is_left_alone_and_measured(run: RunCells) -> None:
    done = run(HOG.format(10), "1", memory_mb=300)
    assert statuses(done) == [OK, OK]
    assert 140 < done.peak_memory_mb < 300


def test_memory_that_no_process_is_charged_for_counts_too(run: RunCells) -> None:
    hidden = "import os, time\nf = os.memfd_create('x')\nfor _ in range(50): os.write(f, bytes(10**7))\ntime.sleep(3)"
    assert run(hidden, memory_mb=300).end == RunEnd.OUT_OF_MEMORY


def test_forked_workers_share_what_they_share(run: RunCells) -> None:
    workers = "import os, time\nheld = bytearray(120 * 2**20)\nfor _ in range(5):\n    if os.fork() == 0:\n"
    workers += "        time.sleep(1)\n        os._exit(0)\nfor _ in range(5): os.wait()"
    done = run(workers, memory_mb=400)
    assert statuses(done) == [OK]


BOMB = "import os, time\nfor _ in range({}):\n    if os.fork() == 0:\n        time.sleep(2)\n        os._exit(0)\n"


@BOTH
def test_fork_bomb_is_survived(run: RunCells, sandbox: SandboxKind) -> None:
    done = run(BOMB.format(300) + "time.sleep(9)", "1", processes=50, sandbox=sandbox)
    assert statuses(done) == [DIED, NOT_RUN], done.grader_fault
    assert (done.end, done.grader_fault) == (RunEnd.TOO_MANY_PROCESSES, "")


def test_a_few_forks_are_no_bomb(run: RunCells) -> None:
    assert statuses(run(BOMB.format(10) + "time.sleep(0.5)", "1", processes=50)) == [OK, OK]


DAEMON = """
import os
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.execv("/bin/sleep", ["/bin/sleep", "{}"])
    os._exit(0)
import time
time.sleep(0.5)
"""


def test_what_looks_for_left_over_processes_finds_one(sleepers: Find) -> None:
    process = subprocess.Popen(["/bin/sleep", "611.5"])
    try:
        until = time.monotonic() + 5  # in the moment of its beginning a process has no command line
        while not sleepers("611.5") and time.monotonic() < until:
            time.sleep(0.01)
        assert sleepers("611.5") == [process.pid]
    finally:
        process.kill()
        process.wait()


@BOTH
def test_daemon_that_left_its_parents_does_not_outlive_the_run(
    run: RunCells, sleepers: Find, sandbox: SandboxKind
) -> None:
    done = run(DAEMON.format("612.5"), "1", sandbox=sandbox)
    assert statuses(done) == [OK, OK]
    assert sleepers("612.5") == []
    assert done.grader_fault == ""
    assert psutil.Process().children(recursive=True) == []


@pytest.mark.parametrize(
    "flood",
    [
        "while True: print('x' * 1000)",
        "import os\nwhile True: os.write(1, b'x' * 4000)",
        "k = get_ipython().kernel\nwhile True:\n    k.session.send(k.iopub_socket, 'stream', "
        "{'name': 'stdout', 'text': 'x' * 900_000}, parent=k.get_parent())",
    ],
    ids=["print", "descriptor", "past our patches"],
)
def test_output_flood_is_cut_without_memory_growth_here(run: RunCells, flood: str) -> None:
    before = psutil.Process().memory_info().rss
    done = run("1", flood, "2", cell_timeout_s=3)
    assert statuses(done) == [OK, TIMED_OUT, OK]
    assert done.cells[1].output_cut
    assert psutil.Process().memory_info().rss - before < 60 * 2**20


def test_huge_outputs_are_cut_and_the_next_cell_is_whole(run: RunCells) -> None:
    displays = "from IPython.display import display\nfor n in range(3000): display('y' * 1000)"
    done = run("print('x' * 10**8)", "'x' * 10**8", displays, "raise ValueError('x' * 10**8)", "x = 1")
    assert statuses(done) == [OK, OK, OK, ERROR, OK]
    assert [cell.output_cut for cell in done.cells] == [True, True, True, False, False]
    assert len(done.cells[3].error_message) == 2000


def test_ordinary_output_is_not_cut(run: RunCells) -> None:
    done = run("for n in range(1000): print('epoch', n)")
    assert not done.cells[0].output_cut


FILES = "for n in range({}):\n    with open(f'{{n}}', 'wb') as f: f.write(bytes(10**7))\nimport time\ntime.sleep(1)"


def test_full_disk_is_noticed(run: RunCells) -> None:
    done = run(FILES.format(40), "1", disk_mb=100)
    assert statuses(done) == [DIED, NOT_RUN]
    assert done.end == RunEnd.DISK_FULL


def test_disk_within_the_limit_is_left_alone(run: RunCells) -> None:
    assert statuses(run(FILES.format(5), "1", disk_mb=100)) == [OK, OK]


def test_files_that_only_descriptors_hold_fill_the_disk_too(run: RunCells) -> None:
    unlinked = "import os, time\nheld = []\nfor n in range(40):\n    held.append(open('f', 'wb'))\n"
    unlinked += "    held[-1].write(bytes(10**7))\n    held[-1].flush()\n    os.unlink('f')\ntime.sleep(3)"
    assert run(unlinked, disk_mb=100).end == RunEnd.DISK_FULL


def test_total_time_ends_the_run(run: RunCells) -> None:
    done = run(*["import time\ntime.sleep(1)"] * 4, total_timeout_s=1.5)
    assert statuses(done) == [OK, TIMED_OUT, NOT_RUN, NOT_RUN]
    assert done.end == RunEnd.TIMED_OUT


@pytest.mark.parametrize(
    "source",
    [
        "k = get_ipython().kernel\nfor _ in range(300): k.iopub_socket.send_multipart([b'garbage'] * 5)",
        "get_ipython().kernel.session.key = b'other'",
    ],
    ids=["garbage", "other key"],
)
def test_kernel_that_can_not_be_understood_is_a_dead_one(run: RunCells, source: str) -> None:
    done = run(source, "1")
    assert statuses(done) == [DIED, NOT_RUN]
    assert done.end == RunEnd.KERNEL_DIED
