"""Work beside a process: the same results as without, whatever becomes of the copies, and nothing left behind.

Each case is a script of its own process: one that runs tests has threads, and is never forked.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest

from grader.forking import aside, can_fork, spread

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux forks here")

BEGIN = """
import os, sys, time
from grader.forking import aside, can_fork, spread
home = os.getpid()
assert can_fork()

def children():
    return open(f"/proc/{home}/task/{home}/children").read().split()
"""


def script(text: str) -> str:
    """What the script printed; its warnings are errors, for forking beside threads would be one."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", BEGIN + textwrap.dedent(text)], capture_output=True, text=True,
        check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_results_come_in_order_from_several_processes() -> None:
    said = script("""
        made = list(spread(lambda n: (n * n, os.getpid()), range(30), processes=3))
        assert [square for square, _ in made] == [n * n for n in range(30)]
        assert made[0][1] == home
        print(len({pid for _, pid in made}), children())
    """)
    assert said == "3 []"


def test_few_items_are_not_worth_a_copy() -> None:
    assert script("print({pid == home for pid in spread(lambda n: os.getpid(), range(11), processes=4)})") == "{True}"


def test_what_a_copy_could_not_do_is_done_here() -> None:
    said = script("""
        def work(n):
            if n == 7 and os.getpid() != home:
                os._exit(1)
            return n

        print(list(spread(work, range(24), processes=2)) == list(range(24)), children())
    """)
    assert said == "True []"


def test_an_error_is_raised_where_the_result_is_asked_for() -> None:
    said = script("""
        def work(n):
            if n == 7:
                raise LookupError("seven")
            return n

        got = []
        try:
            for n in spread(work, range(24), processes=2):
                got.append(n)
        except LookupError as error:
            print(error, got, children())
    """)
    assert said == "seven [0, 1, 2, 3, 4, 5, 6] []"


def test_results_that_can_not_be_sent_are_made_here() -> None:
    assert script("print(sum(f() for f in spread(lambda n: lambda: n, range(24), processes=2)))") == str(sum(range(24)))


def test_stopping_early_leaves_no_copy() -> None:
    said = script("""
        several = spread(lambda n: bytes(100_000), range(100), processes=4)
        next(several)
        before = len(children())
        several.close()
        print(before, children())
    """)
    assert said == "3 []"


COUNTER = """
class Counter:
    def __init__(self, start):
        self.count = start
    def add(self, number):
        self.count += number
        return self.count, os.getpid()
    def fail(self, text):
        raise LookupError(text)
    def close(self):
        open(path, "w").write(f"closed at {self.count}")
"""


def test_an_object_aside_answers_fails_and_closes_there(tmp_path: Path) -> None:
    path = tmp_path / "closed"
    said = script(f"path = {str(path)!r}\n" + COUNTER + textwrap.dedent("""
        counter = aside(lambda: Counter)(5)
        assert len(children()) == 1
        total, where = counter.add(3)
        try:
            counter.fail("there")
        except LookupError as error:
            print(total, where != home, error, "beside" in error.__notes__[0])
        counter.close()
        print(children())
    """))
    assert said.split("\n") == ["8 True there True", "[]"]
    assert path.read_text() == "closed at 8"


def test_a_failure_to_make_it_is_raised_by_the_first_method() -> None:
    said = script("""
        made = aside(lambda: int)("no number")
        try:
            made.bit_length()
        except ValueError as error:
            print(error)
        made.close()
        print(children())
    """)
    assert said.endswith("'no number'\n[]")


def test_a_process_that_dies_over_a_question_is_named() -> None:
    said = script("""
        class Fragile:
            def ask(self): os._exit(3)

        made = aside(lambda: Fragile)()
        try:
            made.ask()
        except RuntimeError as error:
            print(error)
        made.close()
        print(children())
    """)
    assert said == "the process beside this one ended before it answered\n[]"


def test_preparing_goes_on_beside() -> None:
    said = script("""
        def prepare():
            time.sleep(0.5)
            return Kept

        class Kept:
            def ready(self): return True
            def close(self): pass

        started = time.monotonic()
        make = aside(prepare)
        print(time.monotonic() - started < 0.4, make().ready())
    """)
    assert said == "True True"


def test_nothing_outlives_a_killed_process(tmp_path: Path) -> None:
    text = BEGIN + COUNTER + textwrap.dedent("""
        counter = aside(lambda: Counter)(0)
        several = spread(lambda n: bytes(1_000_000), range(100), processes=3)
        next(several)
        print(*children(), flush=True)
        time.sleep(60)
    """)
    with subprocess.Popen([sys.executable, "-c", text], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        left = [int(pid) for pid in process.stdout.readline().split()]
        process.send_signal(signal.SIGKILL)
    assert len(left) == 3
    until = time.monotonic() + 20
    while any(map(lives, left)) and time.monotonic() < until:
        time.sleep(0.05)
    assert not any(map(lives, left))


def lives(pid: int) -> bool:
    """Whether a process runs; one that only waits to be reaped does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_process_with_threads_does_everything_itself() -> None:
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    try:
        assert not can_fork()
        assert set(spread(lambda _: os.getpid(), range(40), processes=4)) == {os.getpid()}
        assert aside(lambda: int)("7") == 7
    finally:
        stop.set()
        thread.join()
