"""Forty notebooks of the proving ground: every criterion with every outcome, every finding.

`make test` judges them by what their kernels were recorded to see (tests/proving/recorded.py), `make test-slow` runs
them anew, and `make proving` runs all notebooks; tests/proving/README.md says what stands there.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from grader.intake import read_submissions
from tests.proving.ground import all_cases, sample, write
from tests.proving.recorded import Stale, recorded

ROOT = Path(__file__).parents[2]
AT_LEAST = 40

pytestmark = pytest.mark.end_to_end


@pytest.fixture(scope="module", params=["recorded", pytest.param("run", marks=pytest.mark.slow)])
def score(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What `make proving` writes as JSON."""
    out = tmp_path_factory.mktemp("proving")
    words = [sys.executable, "-m", "tests.proving", "--sample", str(AT_LEAST), "--out", str(out)]
    words += ["--recorded"] if request.param == "recorded" else []
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (out / "score.json").is_file(), done.stderr + done.stdout
    return json.loads((out / "score.json").read_text(encoding="utf-8"))


def test_the_recording_of_a_notebook_that_was_changed_is_not_used(tmp_path: Path) -> None:
    write(sample(all_cases(), AT_LEAST)[:1], tmp_path)
    (changed,) = read_submissions(tmp_path)
    with pytest.raises(Stale, match="--record"):
        list(recorded([changed.model_copy(update={"digest": "another"})]))


def test_the_sample_is_large_and_shows_everything(score: Any) -> None:
    assert score["notebooks"] >= AT_LEAST
    assert len(score["criteria"]["joined"]) >= 15 and len(score["findings"]) >= 25


def test_no_verdict_is_wrong(score: Any) -> None:
    wrong = [d for d in score["disagreements"] if d["view"] == "joined" and d["got"] not in ("undecided", "silent")]
    assert wrong == []


def test_at_most_one_verdict_in_a_hundred_is_undecided(score: Any) -> None:
    count = sum((Counter(table) for table in score["criteria"]["joined"].values()), Counter())
    assert count["undecided"] <= 0.01 * count.total(), [d for d in score["disagreements"] if d["got"] == "undecided"]


def test_hardly_a_finding_is_missed(score: Any) -> None:
    count = sum((Counter(table) for table in score["findings"].values()), Counter())
    assert count["missed"] <= 0.05 * count.total(), [d for d in score["disagreements"] if d["got"] == "silent"]


def test_no_right_notebook_loses_anything(score: Any) -> None:
    assert score["right_with_loss"] == []
