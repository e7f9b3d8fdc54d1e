"""Backbones side by side: a section each, the notebook's own numbers, and how a cohort did."""

from __future__ import annotations

import pytest

from grader.records import (
    Account,
    Backbone,
    BatchStatistics,
    Cell,
    CellKind,
    Criterion,
    CriterionResult,
    Evidence,
    Finding,
    Measured,
    Outcome,
    Preprocessing,
    Result,
    Reveal,
    Rubric,
    Severity,
    Testimony,
    Witness,
    Wording,
    known,
)
from grader.render import cohort_entry, render_cohort, render_student
from grader.render.backbones import PrintedTable, printed_table
from grader.render.student import StudentView, student_view

THREE = ("VGG16", "VGG19", "MobileNetV2")


def printed(*lines: str, backbones: tuple[str, ...] = THREE) -> PrintedTable | None:
    output = {"output_type": "stream", "name": "stdout", "text": [line + "\n" for line in lines]}
    return printed_table((Cell(number=7, kind=CellKind.CODE, source="show()", outputs=(output,)),), backbones)


def criterion(
    line: str, group: str, outcome: Outcome = Outcome.MET, fault: str = "", reveal: Reveal = Reveal.ALL
) -> CriterionResult:
    return CriterionResult(
        id=f"{line}[{group}]" if group else line, title=f"It is {line}", group=group, outcome=outcome,
        points=1.0 if outcome == Outcome.MET else 0.0, possible=1, fault=fault, looked_for="x", found=f"found {group}",
        next_step=f"Mend {group}.", reveal=reveal,
    )  # fmt: skip


def result(*criteria: CriterionResult, **changes: object) -> Result:
    facts = {"student": "ada", "display_name": "Ada Example", "notebook_name": "c.ipynb", "digest": "d", "criteria":
             criteria, "rubric_id": "c", "rubric_title": "Many", "rubric_digest": "r"}  # fmt: skip
    return Result.model_validate({**facts, **changes})


def evidence(*lines: str) -> Evidence:
    reached = BatchStatistics(minimum=-1.008, maximum=-0.9922, mean=-1)
    account = Account(witness=Witness.RUN, backbone=Backbone(name=known("MobileNetV2")),
                      preprocessing=Preprocessing(reached=known(reached)))  # fmt: skip
    output = {"output_type": "stream", "name": "stdout", "text": "\n".join(lines)}
    return Evidence(
        student="ada", display_name="Ada Example", notebook_name="c.ipynb", digest="d",
        cells=(Cell(number=1, kind=CellKind.CODE, source="show()", outputs=(output,)),),
        testimonies=(Testimony(witness=Witness.RUN, accounts=(account,)),),
    )  # fmt: skip


def view(*criteria: CriterionResult, reveal_all: bool = True, **changes: object) -> StudentView:
    return student_view(result(*criteria, **changes), evidence(), reveal_all=reveal_all)


# --------------------------------------------------------------------------- what the notebook printed


@pytest.mark.parametrize(("lines", "columns", "values"), [
    (("          val   test", "VGG16  0.81  0.80", "VGG19  0.79  0.78"), ("val", "test"), ("0.81", "0.80")),
    (("net | size | test acc", "VGG16 | 160 | 0.81", "VGG19 | 160 | 0.79"), ("test acc",), ("0.81",)),
    (("VGG16 frozen 0.81 tuned 0.9", "VGG19 frozen 0.7 tuned 0.8"), ("frozen", "tuned"), ("0.81", "0.9")),
    (("VGG16: 81.5 %", "VGG19: 79 %"), ("number 1",), ("81.5%",)),
    (("best epoch 3 of 10", "VGG16 0.81", "VGG19 0.79"), ("number 1",), ("0.81",)),
], ids=["header", "bars", "words before", "percent", "line above is no header"])  # fmt: skip
def test_numbers_that_a_notebook_printed_are_found(
    lines: tuple[str, ...], columns: tuple[str, ...], values: tuple[str, ...]
) -> None:
    table = printed(*lines)
    assert table is not None
    assert (table.columns, table.values["VGG16"], table.cell) == (columns, values, 7)


@pytest.mark.parametrize("lines", [
    ("VGG16 0.81",),
    ("VGG16 and VGG19 reach 0.81", "VGG16 and MobileNetV2 reach 0.9"),
    ("VGG16 160 pixels", "VGG19 160 pixels"),
    ("MyVGG16 0.81", "VGG19x 0.79"),
    ("VGG16 0.81", "VGG19 0.79 0.78"),
], ids=["one backbone", "two in a line", "no accuracies", "other names", "rows unlike"])  # fmt: skip
def test_what_is_no_table_of_accuracies_is_left_alone(lines: tuple[str, ...]) -> None:
    assert printed(*lines) is None


def test_line_of_a_backbone_that_comes_later_wins() -> None:
    table = printed("VGG16 0.1", "VGG19 0.2", "VGG16 0.8", "VGG19 0.9")
    assert table is not None
    assert table.values == {"VGG16": ("0.8",), "VGG19": ("0.9",)}


def test_value_below_half_of_most_is_an_outlier() -> None:
    table = printed("VGG16 0.81", "VGG19 79 %", "MobileNetV2 0.12")
    assert table is not None
    assert [table.is_outlier(values[0], 0) for values in table.values.values()] == [False, False, True]


# --------------------------------------------------------------------------- the student's page


def test_backbone_with_all_met_is_folded_and_one_with_a_fault_is_not() -> None:
    told = view(criterion("frozen", "VGG16"), criterion("frozen", "VGG19", Outcome.NOT_MET, "never_frozen"))
    assert [(s.title, s.backbone, s.is_open) for s in told.sections] == [("VGG16", True, False), ("VGG19", True, True)]
    assert [row.missing for row in told.backbones.rows] == ["everything met", "It is frozen"]


def test_same_mistake_lies_open_once_and_is_one_first_step() -> None:
    faults = [criterion("frozen", name, Outcome.NOT_MET, "never_frozen") for name in THREE]
    told = view(*faults)
    assert [c.is_open for s in told.sections for c in s.criteria] == [True, False, False]
    (step,) = told.first_steps
    assert (step.title, step.worth) == ("It is frozen (VGG16, VGG19, MobileNetV2)", "3 points")
    assert step.text == "VGG16: Mend VGG16."


def test_missing_backbone_is_one_step_and_said_once() -> None:
    lines = ("frozen", "pooled", "trained")
    absent = [criterion(line, "VGG19", Outcome.NOT_MET, "backbone_missing") for line in lines]
    told = view(criterion("frozen", "VGG16"), *absent)
    assert [(s.title, s.anchor, s.worth) for s in told.first_steps] == [("VGG19", "backbone-vgg19", "3 points")]
    assert told.sections[1].note == "found VGG19 Mend VGG19."
    assert not any(c.is_open for c in told.sections[1].criteria)
    assert told.backbones.rows[1].missing == "no model was trained on it"


def test_page_shows_what_reached_a_backbone_and_leads_to_the_finding() -> None:
    measured = (Measured(what="a", value="b", witness=Witness.RUN),)
    finding = Finding(code="TL102", severity=Severity.GRAVE, title="Twice", counted="x", measured=measured,
                      found="What reached MobileNetV2.", explanation="y", mend="z")  # fmt: skip
    wrong = criterion("scaled", "MobileNetV2", Outcome.NOT_MET)
    own = (criterion("scaled", "VGG16"), criterion("scaled", "VGG19"), wrong)
    told = result(*own, findings=(finding,), reference={"VGG16": 0.9125})
    page = render_student(told, evidence("VGG16 0.81", "VGG19 0.8", "MobileNetV2 0.1"), reveal_all=True)
    assert "-1.008 to -0.9922" in page
    assert '<a class="small" href="#finding-1">TL102</a>' in page
    assert 'num low">0.1' in page
    assert "0.912" in page


def test_self_check_keeps_back_what_would_give_a_criterion_away() -> None:
    told = view(criterion("scaled", "MobileNetV2", Outcome.NOT_MET, reveal=Reveal.HINT), reveal_all=False)
    assert [row.reached for row in told.backbones.rows] == [""]


def test_page_without_backbones_has_no_table_of_them() -> None:
    told = view(criterion("frozen", ""))
    assert (told.backbones.rows, told.sections[0].backbone) == ((), False)
    assert "Backbone by backbone" not in render_student(result(criterion("frozen", "")), evidence(), reveal_all=True)


# --------------------------------------------------------------------------- the cohort


def test_cohort_has_a_column_a_line_with_how_many_backbones_met_it() -> None:
    own = [criterion("frozen", name, Outcome.NOT_MET if name == "VGG19" else Outcome.MET) for name in THREE]
    rubric = Rubric(id="c", title="Many", digest="r", criteria=tuple(
        Criterion(id=c.id, title=c.title, check="x", points=1, group=c.group, wording=Wording(looked_for="x"))
        for c in own))  # fmt: skip
    entry = cohort_entry(result(*own), evidence(), page_name="ada.html")
    page = render_cohort([entry], rubric=rubric, title="All", notes=[], intake=[])
    assert page.count('<th scope="col" class="cell">') == 1
    assert "2/3" in page
    assert "met for 2 of 3 backbones, 2 of 3: VGG19 not met" in page
    assert "Outcomes by backbone" in page
