"""Many items, worked on by copies of the process: nothing is lost, nothing changes places."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

import psutil
import pytest

from grader.abreast import abreast

MANY = list(range(40))


@pytest.fixture(autouse=True)
def two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})


def test_answers_come_in_the_order_of_the_items() -> None:
    assert list(abreast(lambda n: n * n, MANY)) == [n * n for n in MANY]


def test_a_copy_does_half_of_many() -> None:
    assert len(set(abreast(lambda _: os.getpid(), MANY))) == 2


@pytest.mark.parametrize("items", [[], [1], [1, 2, 3]])
def test_few_are_done_here(items: list[int]) -> None:
    assert list(abreast(lambda n: (n, os.getpid()), items)) == [(n, os.getpid()) for n in items]


def test_beside_other_threads_all_is_done_here() -> None:
    done = threading.Event()
    beside = threading.Thread(target=done.wait)
    beside.start()
    try:
        assert set(abreast(lambda _: os.getpid(), MANY)) == {os.getpid()}
    finally:
        done.set()
        beside.join()


def test_what_a_killed_copy_did_not_answer_is_done_here() -> None:
    us = os.getpid()

    def work(number: int) -> int:
        if number == MANY[-1] and os.getpid() != us:
            os.kill(os.getpid(), signal.SIGKILL)
        return number

    assert list(abreast(work, MANY)) == MANY


def test_an_error_is_raised_here(tmp_path: Path) -> None:
    def work(number: int) -> int:
        if number == MANY[-1]:
            raise ValueError("the last one")
        return number

    with pytest.raises(ValueError, match="the last one"):
        list(abreast(work, MANY))


def test_no_copy_is_left_when_the_caller_stops_early() -> None:
    before = psutil.Process().children()
    answers = abreast(lambda n: n, MANY)
    assert [next(answers), next(answers)] == MANY[:2]
    assert len(psutil.Process().children()) == len(before) + 1
    answers.close()  # type: ignore[attr-defined]
    assert psutil.Process().children() == before
