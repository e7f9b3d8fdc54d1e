"""Stored evidence judged by a changed rubric: every mark at once, or none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.evidence import collect
from grader.gradebook import Gradebook
from grader.judge.report import whole
from grader.marking import mark, open_rubric, references_for, regrade_cohort
from grader.records import Cell, CellKind, Report, ReportForm, Rubric, Submission

RUBRIC = Path(__file__).parents[3] / "rubrics" / "lab06.yaml"
SOURCE = "import keras\nbase = keras.applications.MobileNetV2(include_top=False)\nmodel = keras.Sequential([base])"


@pytest.fixture(scope="module")
def rubric() -> Rubric:
    return open_rubric(RUBRIC)


@pytest.fixture
def book(tmp_path: Path, rubric: Rubric) -> Iterator[Gradebook]:
    """Two students, graded."""
    cells = (Cell(number=1, kind=CellKind.CODE, source=SOURCE),)
    handins = [Submission(student=name, display_name=name, digest=name, cells=cells) for name in ("ada", "bo")]
    with Gradebook(tmp_path / "gradebook.db") as opened:
        opened.record_handins(rubric.id, handins)
        for one in handins:
            evidence = collect(one, None)
            opened.store_evidence(f"key-{one.student}", evidence)
            opened.store_result(rubric.id, mark(evidence, rubric), f"key-{one.student}")
        yield opened


def dearer(rubric: Rubric) -> Rubric:
    criteria = tuple(c.model_copy(update={"points": c.points + 1}) for c in rubric.criteria)
    return rubric.model_copy(update={"criteria": criteria, "digest": "changed"})


def test_every_result_is_judged_and_stored(book: Gradebook, rubric: Rubric) -> None:
    judged = list(regrade_cohort(dearer(rubric), book))
    assert [after.possible - before.possible for _, before, after in judged if before] == [len(rubric.criteria)] * 2
    assert [s.result for s in book.current_results(rubric.id)] == [after for _, _, after in judged]
    assert [s.evidence_key for s in book.current_results(rubric.id)] == ["key-ada", "key-bo"]


def test_the_same_rubric_again_adds_nothing_to_the_history(book: Gradebook, rubric: Rubric) -> None:
    list(regrade_cohort(rubric, book))
    assert len(book.history(rubric.id, "ada")) == 1
    list(regrade_cohort(dearer(rubric), book))
    assert len(book.history(rubric.id, "ada")) == 2


def test_a_stopped_call_leaves_the_marks_as_they_were(book: Gradebook, rubric: Rubric) -> None:
    before = book.current_results(rubric.id)
    next(regrade_cohort(dearer(rubric), book))
    assert book.current_results(rubric.id) == before


def test_the_reports_half_is_taken_over_only_while_nothing_of_it_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    real = whole.view_report

    def counted(*args: Any) -> Any:
        read.append("read")
        return real(*args)

    monkeypatch.setattr(whole, "view_report", counted)
    rubric = open_rubric(RUBRIC)
    report = Report(file_name="r.md", form=ReportForm.MARKDOWN, digest="d")
    cells = (Cell(number=1, kind=CellKind.CODE, source=SOURCE),)
    given = collect(Submission(student="ada", display_name="ada", digest="ada", cells=cells), None, report)
    first = mark(given, rubric)
    assert mark(given, rubric, first) == first
    assert len(read) == 1
    other = rubric.criteria[-1].model_copy(update={"points": 7})
    changed = rubric.model_copy(update={"criteria": (*rubric.criteria[:-1], other)})
    assert mark(given, changed, first).criteria[-1].possible == 7
    mark(given.model_copy(update={"report": report.model_copy(update={"pages": 2})}), rubric, first)
    assert len(read) == 3


def test_pages_with_several_backbones_get_the_reference_without_a_criterion_for_it() -> None:
    several = open_rubric(RUBRIC.with_name("cifar10-backbones.yaml"))
    assert not any(criterion.check == "accuracy_reached" for criterion in several.criteria)
    (reference,) = references_for(several)
    assert {model.backbone for seed in reference.seeds for model in seed.models} == set(several.groups)
    assert references_for(open_rubric(RUBRIC)) == ()
