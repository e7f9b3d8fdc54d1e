"""Stored evidence judged by a changed rubric: every mark at once, or none."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.errors import GradebookError
from grader.evidence import collect
from grader.gradebook import Gradebook
from grader.judge.report import whole
from grader.judge.shared import FAULT
from grader.marking import Remarked, Remarker, mark, open_rubric, references_for
from grader.records import Block, BlockKind, Cell, CellKind, Evidence, Report, ReportForm, Result, Rubric, Submission

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


def marks(result: Result, evidence: Evidence, before: Result | None) -> tuple[str, float, float | None]:
    return evidence.student, result.possible, before.possible if before is not None else None


def judged_anew(rubric: Rubric, book: Gradebook) -> list[Remarked[tuple[str, float, float | None]]]:
    """Judges everybody and stores it."""
    with Remarker(rubric, book, lambda: marks) as remarker:
        students = remarker.judge_cohort().students
    with book.storing(one.judgement for one in students):
        pass
    return list(students)


def dearer(rubric: Rubric) -> Rubric:
    criteria = tuple(c.model_copy(update={"points": c.points + 1}) for c in rubric.criteria)
    return rubric.model_copy(update={"criteria": criteria, "digest": "changed"})


def test_every_result_is_judged_and_stored(book: Gradebook, rubric: Rubric) -> None:
    judged = judged_anew(dearer(rubric), book)
    total = sum(criterion.points for criterion in rubric.criteria)
    assert [one.made for one in judged] == [(name, total + len(rubric.criteria), total) for name in ("ada", "bo")]
    assert [s.result for s in book.current_results(rubric.id)] == [one.result for one in judged]
    assert [s.evidence_key for s in book.current_results(rubric.id)] == ["key-ada", "key-bo"]


def test_the_same_rubric_again_adds_nothing_to_the_history(book: Gradebook, rubric: Rubric) -> None:
    judged_anew(rubric, book)
    assert len(book.history(rubric.id, "ada")) == 1
    judged_anew(dearer(rubric), book)
    assert len(book.history(rubric.id, "ada")) == 2


def test_a_result_that_can_not_be_read_is_judged_anew(book: Gradebook, rubric: Rubric, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "gradebook.db") as connection:
        connection.execute("UPDATE results SET result = x'00' WHERE student = 'ada'")
    connection.close()
    assert [s.student for s in book.current_results(rubric.id)] == ["bo"]
    ada, bo = judged_anew(rubric, book)
    assert ada.made[2] is None and bo.made[2] is not None
    assert [s.student for s in book.current_results(rubric.id)] == ["ada", "bo"]
    with pytest.raises(GradebookError, match="a result of ada was stored by another version"):
        book.history(rubric.id, "ada")


def test_a_call_that_is_stopped_leaves_the_marks_as_they_were(book: Gradebook, rubric: Rubric) -> None:
    before = [stored.result for stored in book.current_results(rubric.id)]
    with Remarker(dearer(rubric), book, lambda: marks) as remarker:
        remarker.judge_cohort()
    assert [stored.result for stored in book.current_results(rubric.id)] == before


def test_students_who_share_an_answer_are_in_doubt_as_long_as_they_do(
    tmp_path: Path, rubric: Rubric, reported: Evidence
) -> None:
    """The first judging supposes what the last one found, whatever that was."""
    with Gradebook(tmp_path / "shared.db") as book:
        for names in (("ada", "bo"), ("ada",), ("ada", "bo")):
            handins = [Submission(student=n, display_name=n, digest=n, cells=reported.cells) for n in names]
            book.record_handins(rubric.id, handins)
            for name in names:
                book.store_evidence(name, reported.model_copy(update={"student": name, "digest": name}))
            for rubric_now in (rubric, rubric, dearer(rubric)):
                judged = judged_anew(rubric_now, book)
                doubted = [{c.id for c in one.result.criteria if c.fault == FAULT} for one in judged]
                assert doubted == [{"q1_transfer_learning"} if len(names) > 1 else set()] * len(names)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A word for each time that a report is read."""
    seen: list[str] = []
    real = whole.view_report

    def counted(*args: Any) -> Any:
        seen.append("read")
        return real(*args)

    monkeypatch.setattr(whole, "view_report", counted)
    return seen


ANSWERS = """# Question 1
Explain the concept of transfer learning. How does it differ from training a model from scratch?
A network that was trained on ImageNet is used again for a new task, so far less data is needed than from scratch.
# Question 4
Why is data augmentation used?
"""


@pytest.fixture
def reported() -> Evidence:
    """Evidence with a report of one good answer, one empty."""
    block = [Block(kind=BlockKind.TEXT, text=line) for line in ANSWERS.splitlines()]
    report = Report(file_name="r.md", form=ReportForm.MARKDOWN, digest="d", blocks=tuple(block))
    cells = (Cell(number=1, kind=CellKind.CODE, source=SOURCE),)
    return collect(Submission(student="ada", display_name="ada", digest="ada", cells=cells), None, report)


def with_criterion(rubric: Rubric, name: str, **changes: Any) -> Rubric:
    criteria = (c.model_copy(update=changes) if c.id == name else c for c in rubric.criteria)
    return rubric.model_copy(update={"criteria": tuple(criteria)})


def test_a_report_is_not_read_again_for_other_points_or_words(
    rubric: Rubric, reported: Evidence, read: list[str]
) -> None:
    first = mark(reported, rubric)
    (asked,) = (c for c in rubric.criteria if c.id == "q1_transfer_learning")
    wording = asked.wording.model_copy(update={"met": "Well said.", "undecided": "Let us see.", "not_met": "Not so."})
    changed = with_criterion(rubric, asked.id, points=asked.points + 7, title="Another title", wording=wording)
    assert mark(reported, rubric, first) == first
    assert len(read) == 1
    again = mark(reported, changed, first)
    assert len(read) == 1
    assert again == mark(reported, changed)
    assert again != first


def test_a_report_is_read_again_where_something_else_is_asked_of_it(
    rubric: Rubric, reported: Evidence, read: list[str]
) -> None:
    first = mark(reported, rubric)
    (asked,) = (c for c in rubric.criteria if c.id == "q1_transfer_learning")
    changed = with_criterion(rubric, asked.id, parameters={**asked.parameters, "number": 9})
    mark(reported, changed, first)
    assert len(read) == 2
    assert reported.report is not None
    mark(reported.model_copy(update={"report": reported.report.model_copy(update={"pages": 2})}), rubric, first)
    assert len(read) == 3


def test_pages_with_several_backbones_get_the_reference_without_a_criterion_for_it() -> None:
    several = open_rubric(RUBRIC.with_name("cifar10-backbones.yaml"))
    assert not any(criterion.check == "accuracy_reached" for criterion in several.criteria)
    (reference,) = references_for(several)
    assert {model.backbone for seed in reference.seeds for model in seed.models} == set(several.groups)
    assert references_for(open_rubric(RUBRIC)) == ()
