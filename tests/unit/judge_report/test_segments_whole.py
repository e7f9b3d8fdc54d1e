"""Every block of the labelled reports is placed under the question that it answers."""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from grader.judge.report.segments import segment
from grader.records import Block, BlockKind

BENCH = Path(__file__).parents[2] / "bench" / "reports" / "segmentation.py"


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bench_segmentation", BENCH)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


bench = load()
WHOLE = bench.reports()
ASKED = bench.questions()


def test_there_are_reports_of_each_set() -> None:
    assert len(WHOLE) >= 14
    assert all(bench.reports(name) for name in bench.SETS)


@pytest.mark.parametrize("whole", WHOLE, ids=lambda w: w.name)
def test_every_block_is_placed_where_a_person_would_place_it(whole: object) -> None:
    assert bench.faults(whole, segment(whole.report, ASKED)) == []  # type: ignore[attr-defined]


@pytest.mark.parametrize("whole", WHOLE, ids=lambda w: w.name)
def test_no_block_is_lost_or_told_twice_unless_two_questions_share_it(whole: object) -> None:
    found = segment(whole.report, ASKED)  # type: ignore[attr-defined]
    shared = {len(s.blocks) and s.heading for s in found.answers.values()}
    parts = [b for s in found.additional for b in s.blocks] + list(found.unplaced)
    for heading in shared:
        parts += next(s.blocks for s in found.answers.values() if (len(s.blocks) and s.heading) == heading)
    tables = {b.place.box for b in whole.report.blocks if b.kind == BlockKind.TABLE}  # type: ignore[attr-defined]
    boxes = [(b.place.box, b.text) for b in parts if b.place and b.place.box not in tables]
    assert len(boxes) == len(set(boxes))


def test_the_labels_notice_a_misplaced_answer() -> None:
    whole = WHOLE[0]
    found = segment(whole.report, ASKED)
    swapped = dict(found.answers) | {
        "q2": replace(found.answers["q2"], blocks=found.answers["q3"].blocks),
        "q3": replace(found.answers["q3"], blocks=found.answers["q2"].blocks),
    }
    assert bench.faults(whole, replace(found, answers=swapped))


def _unset(block: Block) -> Block:
    return block.model_copy(update={"style": "", "level": None, "size": 0.0, "bold": False})


def test_without_any_style_nearly_all_is_still_placed() -> None:
    wrong = of = 0
    for whole in WHOLE:
        labelled = tuple(replace(entry, block=_unset(entry.block)) for entry in whole.labelled)
        report = whole.report.model_copy(update={"blocks": tuple(entry.block for entry in labelled)})
        bare = replace(whole, labelled=labelled, report=report)
        wrong += len(bench.faults(bare, segment(report, ASKED)))
        of += len(labelled)
    assert wrong <= 0.02 * of
