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

from grader.forking import Crew, aside, can_fork

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux forks here")

BEGIN = """
import os, sys, time
from grader.forking import Crew, aside, can_fork, later
home = os.getpid()
assert can_fork()

def spread(work, items, processes=0):
    with Crew(lambda: work, processes=processes) as crew:
        yield from crew.spread(items)

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
        def slowly(n):
            time.sleep(0.02)
            return n * n, os.getpid()

        made = list(spread(slowly, range(60), processes=3))
        assert [square for square, _ in made] == [n * n for n in range(60)]
        print(home in {pid for _, pid in made}, len({pid for _, pid in made}), children())
    """)
    assert said == "True 3 []"


def test_whoever_is_through_takes_the_next_item() -> None:
    said = script("""
        def work(n):
            time.sleep(0.6 if n == 0 else 0.01)
            return os.getpid()

        made = list(spread(work, range(24), processes=2))
        print(made.count(made[0]))
    """)
    assert said == "1"


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


def test_copies_get_ready_before_there_are_items_and_serve_again() -> None:
    said = script("""
        told = []

        def prepare():
            told.append("ready")
            return work

        def work(n):
            time.sleep(0.005)
            return os.getpid(), tuple(told)

        with Crew(prepare, meanwhile=lambda: told.append("meanwhile"), processes=3) as crew:
            print(len(children()), told)
            time.sleep(0.3)
            first, second = list(crew.spread(range(60))), list(crew.spread(range(60, 120)))
            print(len(children()), {pid for pid, _ in first} == {pid for pid, _ in second})
            print({told for pid, told in first if pid == home}, ("ready", "meanwhile") in {told for _, told in first})
            print({pid == home for pid, _ in crew.spread(range(3))})
        print(children(), {pid == home for pid, _ in crew.spread(range(60))})
    """)
    assert said.split("\n") == [
        "1 ['ready']", "2 True", "{('ready',)} True", "{True}", "[] {True}",
    ]  # fmt: skip


def test_a_copy_that_never_gets_ready_costs_no_result() -> None:
    said = script("""
        def prepare():
            if os.getpid() != home:
                os._exit(1)
            return lambda n: n + 1

        with Crew(prepare, processes=3) as crew:
            time.sleep(0.2)
            print(list(crew.spread(range(60))) == list(range(1, 61)), list(crew.spread(range(40)))[-1])
    """)
    assert said == "True 40"


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


def test_what_is_asked_for_later_goes_on_beside_this_process(tmp_path: Path) -> None:
    path = tmp_path / "closed"
    said = script(f"path = {str(path)!r}\n" + COUNTER + textwrap.dedent("""
        class Slow(Counter):
            def add(self, number):
                time.sleep(0.5)
                return super().add(number)

        for counter, beside in ((aside(lambda: Slow)(5), True), (Slow(5), False)):
            started = time.monotonic()
            answer = later(counter.add, 1)
            print((time.monotonic() - started < 0.4) == beside)
            print(answer()[0], time.monotonic() - started >= 0.5, counter.add(0)[0])
            try:
                later(counter.fail, "there")()
            except LookupError as error:
                print(error)
            counter.close()
    """))
    assert said.split("\n") == ["True", "6 True 6", "there"] * 2


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
        assert set(Crew(lambda: lambda _: os.getpid(), processes=4).spread(range(40))) == {os.getpid()}
        assert aside(lambda: int)("7") == 7
    finally:
        stop.set()
        thread.join()
