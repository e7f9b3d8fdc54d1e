"""The rubric's key ideas hold on the labelled answers of the bench."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from grader.records import Outcome

BENCH = Path(__file__).parents[2] / "bench" / "reports" / "answers.py"


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    spec = importlib.util.spec_from_file_location("answers_bench", BENCH)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def measured(bench: ModuleType) -> list[object]:
    return [a for half in bench.MENDED_BY for a in bench.judge_all(half, bench.wanted_of(bench.RUBRIC))]


def test_no_right_answer_is_called_wrong(bench: ModuleType, measured: list[object]) -> None:
    right = [a for a in measured if a.label == bench.RIGHT]
    assert len(right) > 300
    assert [a.text for a in right if a.judged.outcome == Outcome.NOT_MET] == []


def test_no_right_answer_is_called_wrong_of_those_that_nothing_was_mended_by(bench: ModuleType) -> None:
    right = [a for a in bench.judge_all("held_out", bench.wanted_of(bench.RUBRIC)) if a.label == bench.RIGHT]
    assert len(right) > 30
    assert [a.text for a in right if a.judged.outcome in (Outcome.NOT_MET, Outcome.PARTLY)] == []
    assert sum(a.judged.outcome == Outcome.MET for a in right) >= 0.8 * len(right)


def test_what_is_no_answer_never_gets_full_marks(bench: ModuleType, measured: list[object]) -> None:
    wrong = [a for a in measured if a.label not in (bench.RIGHT, bench.PARTLY)]
    assert len(wrong) > 250
    assert [a.text for a in wrong if a.judged.outcome == Outcome.MET] == []


def test_nine_of_ten_right_answers_need_no_person(bench: ModuleType, measured: list[object]) -> None:
    right = [a for a in measured if a.label == bench.RIGHT]
    assert sum(a.judged.outcome == Outcome.MET for a in right) >= 0.9 * len(right)


@pytest.mark.parametrize("question", ["q1", "q2", "q3", "q4"])
def test_right_answers_score_above_others(bench: ModuleType, question: str) -> None:
    wanted = bench.wanted_of(bench.RUBRIC)
    answers = [a for a in bench.judge_all("measuring", wanted) if a.question == question]
    assert len(answers) > 60 and bench.auc(answers) >= 0.97
