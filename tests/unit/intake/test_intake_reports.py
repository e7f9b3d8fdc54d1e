"""Which file is the report, and whose it is."""

from __future__ import annotations

import json
from pathlib import Path, PurePosixPath

import pytest

from grader.intake import read_submissions
from grader.intake.reports import whose


def notebook(word: str) -> str:
    cell = {"cell_type": "code", "metadata": {}, "source": f"print({word!r})", "outputs": [], "execution_count": None}
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def lay(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("files", "report"),
    [
        (["lab06.pdf"], "lab06.pdf"),
        (["Report.docx", "photo.pdf"], "Report.docx"),
        (["instructions.pdf", "lab06_ada.pdf"], "lab06_ada.pdf"),
        (["README.md", "answers.md"], "answers.md"),
        (["README.md", "data.csv"], ""),
        (["old/report.pdf", "report.docx"], "report.docx"),
        (["lab report.doc"], "lab report.doc"),
    ],
)
def test_the_report_is_found_among_the_companions(tmp_path: Path, files: list[str], report: str) -> None:
    lay(tmp_path, {"ada/lab.ipynb": notebook("a"), "ben/lab.ipynb": notebook("b")})
    lay(tmp_path, {f"ada/{name}": name for name in files})
    ada, ben = read_submissions(tmp_path)
    assert ada.report_name == report
    assert not report or (Path(ada.folder) / report).read_text(encoding="utf-8") == report
    assert ben.report_name == ""


def test_a_report_alone_is_a_hand_in_of_its_own(tmp_path: Path) -> None:
    lay(tmp_path, {"ada/report.pdf": "pdf", "ben/lab.ipynb": notebook("b")})
    ada, _ = read_submissions(tmp_path)
    assert (ada.student, ada.report_name, ada.readable) == ("ada", "report.pdf", False)
    assert (Path(ada.folder) / "report.pdf").exists()


def test_another_report_is_another_digest(tmp_path: Path) -> None:
    lay(tmp_path, {"ada/report.pdf": "one", "ben/report.pdf": "two"})
    ada, ben = read_submissions(tmp_path)
    assert ada.digest != ben.digest


def test_flat_reports_go_with_the_notebook_of_the_same_person(tmp_path: Path) -> None:
    names = {"ada_lab06.ipynb": notebook("a"), "Ada report.pdf": "A", "ben_lab06.ipynb": notebook("b"),
             "cleo_report.docx": "C", "lab06 task sheet.pdf": "task"}  # fmt: skip
    lay(tmp_path, names)
    found = {s.student: s.report_name for s in read_submissions(tmp_path)}
    assert found == {"ada_lab06": "Ada report.pdf", "ben_lab06": "", "cleo_report": "cleo_report.docx"}


def test_a_name_that_fits_two_notebooks_is_nobodys() -> None:
    notebooks = [PurePosixPath("lee_ann.ipynb"), PurePosixPath("lee_bo.ipynb")]
    assert whose(PurePosixPath("lee.pdf"), notebooks) is None
    assert whose(PurePosixPath("lee bo report.pdf"), notebooks) == notebooks[1]
    assert whose(PurePosixPath("report.pdf"), notebooks) is None
