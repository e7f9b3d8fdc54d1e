"""The table of grades opens as it is, in a spreadsheet and in a program."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from grader.export import write_grades_csv
from grader.records import Cause, CauseKind, CriterionResult, Outcome, Place, Result


def criterion(id: str, outcome: str = "met", points: float = 2, pending: float = 0) -> CriterionResult:
    return CriterionResult(
        id=id, title=id, outcome=Outcome(outcome), points=points, possible=4, pending=pending, looked_for="", found=""
    )


def result(*criteria: CriterionResult, **more: Any) -> Result:
    given: dict[str, Any] = {"student": "zoe", "display_name": "Zoë", "notebook_name": "z.ipynb", "digest": ""}
    rubric = {"rubric_id": "lab06", "rubric_title": "Lab 06", "rubric_digest": ""}
    return Result(**{**given, **rubric, **more}, criteria=criteria)


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_one_row_a_student_two_columns_a_criterion(tmp_path: Path) -> None:
    path = tmp_path / "grades.csv"
    cause = Cause(kind=CauseKind.STUDENT_ERROR, message="NameError", place=Place(cell=3, line=2))
    write_grades_csv([result(criterion("a"), criterion("b", "undecided", 0, 4), causes=(cause,))], path)
    assert read(path) == [
        {
            "student": "zoe",
            "name": "Zoë",
            "notebook": "z.ipynb",
            "points": "2",
            "possible": "8",
            "pending": "4",
            "needs_person": "yes",
            "a": "2",
            "a.outcome": "met",
            "b": "0",
            "b.outcome": "undecided",
            "causes": "student_error at cell 3, line 2: NameError",
        }
    ]


def test_who_needs_nobody_is_marked_no(tmp_path: Path) -> None:
    write_grades_csv([result(criterion("a"))], tmp_path / "g.csv")
    assert read(tmp_path / "g.csv")[0]["needs_person"] == "no"


def test_criterion_that_one_result_lacks_is_an_empty_cell(tmp_path: Path) -> None:
    write_grades_csv([result(criterion("a")), result(criterion("b"))], tmp_path / "g.csv")
    first, second = read(tmp_path / "g.csv")
    assert (first["a"], first["b"], first["b.outcome"]) == ("2", "", "")
    assert (second["a"], second["b"]) == ("", "2")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", " =", "\n=", "＝"])
def test_text_that_a_spreadsheet_would_compute_is_quoted(tmp_path: Path, start: str) -> None:
    attack = f"{start}cmd|' /C calc'!A0"
    cause = Cause(kind=CauseKind.STUDENT_ERROR, message="m")
    row = result(criterion("a"), student=attack, display_name=attack, notebook_name=attack, causes=(cause,))
    write_grades_csv([row], tmp_path / "g.csv")
    shown = read(tmp_path / "g.csv")[0]
    assert all(shown[key].startswith("'") for key in ("student", "name", "notebook"))


def test_text_with_such_a_sign_inside_is_left_alone(tmp_path: Path) -> None:
    write_grades_csv([result(criterion("a"), display_name="Anne-Marie + Bo")], tmp_path / "g.csv")
    assert read(tmp_path / "g.csv")[0]["name"] == "Anne-Marie + Bo"


def test_newlines_quotes_and_lone_surrogates_stay_in_their_cell(tmp_path: Path) -> None:
    write_grades_csv([result(criterion("a"), display_name='a"b,\nc\ud800')], tmp_path / "g.csv")
    rows = read(tmp_path / "g.csv")
    assert len(rows) == 1
    assert rows[0]["name"] == 'a"b, c\\ud800'
    assert len((tmp_path / "g.csv").read_text(encoding="utf-8-sig").splitlines()) == 2


def test_halves_keep_their_digits_and_wholes_have_none(tmp_path: Path) -> None:
    write_grades_csv([result(criterion("a", points=1.5), criterion("b", points=4.0))], tmp_path / "g.csv")
    row = read(tmp_path / "g.csv")[0]
    assert (row["a"], row["b"], row["points"]) == ("1.5", "4", "5.5")


def test_file_begins_with_the_mark_by_which_excel_knows_utf8_and_no_part_is_left(tmp_path: Path) -> None:
    write_grades_csv([result(criterion("a"))], tmp_path / "g.csv")
    assert (tmp_path / "g.csv").read_bytes().startswith(b"\xef\xbb\xbfstudent,")
    assert [p.name for p in tmp_path.iterdir()] == ["g.csv"]


def test_no_results_give_a_header_only(tmp_path: Path) -> None:
    write_grades_csv([], tmp_path / "g.csv")
    assert read(tmp_path / "g.csv") == []
