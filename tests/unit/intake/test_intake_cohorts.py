"""Whose files are whose, in every form in which a cohort arrives."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import IntakeError
from grader.intake import read_own, read_submissions
from grader.intake.names import slug, unique_slugs
from grader.records import Submission, Trouble


def notebook(*sources: str, **more: Any) -> str:
    """A notebook of code cells."""
    cells = [
        {"id": f"c{n}", "cell_type": "code", "source": s, "metadata": {}, "outputs": [], "execution_count": None}
        for n, s in enumerate(sources)
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **more})


def lay(root: Path, files: dict[str, str]) -> Path:
    """Writes files below `root`; a name that ends in `/` is an empty folder."""
    for name, text in files.items():
        if name.endswith("/"):
            (root / name).mkdir(parents=True)
            continue
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def zipped(path: Path, files: dict[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path


def troubles(submission: Submission) -> list[Trouble]:
    return [r.trouble for r in submission.remarks]


COHORT = {
    "ada/lab.ipynb": notebook("a = 1"),
    "ada/data/pets.csv": "cat,dog",
    "ben/lab06 final.ipynb": notebook("b = 1"),
    "README.md": "the cohort",
    "expected.yaml": "all: met",
}


def test_folder_per_student_gives_each_under_its_name_sorted(tmp_path: Path) -> None:
    lay(tmp_path / "c", {**COHORT, "Zoë/x.ipynb": notebook("c = 1")})
    read = read_submissions(tmp_path / "c")
    assert [(s.student, s.notebook_name) for s in read] == [
        ("Zoë", "x.ipynb"),
        ("ada", "lab.ipynb"),
        ("ben", "lab06 final.ipynb"),
    ]
    assert all(s.readable and not s.remarks for s in read)


@pytest.mark.parametrize("wrapper", ["", "cohort/", "some other name/"])
def test_zip_of_folders_is_read_like_the_folder(tmp_path: Path, wrapper: str) -> None:
    lay(tmp_path / "c", COHORT)
    archive = zipped(tmp_path / "cohort.zip", {wrapper + name: text for name, text in COHORT.items()})
    plain, packed = read_submissions(tmp_path / "c"), read_submissions(archive)
    assert [s.model_dump(exclude={"folder"}) for s in plain] == [s.model_dump(exclude={"folder"}) for s in packed]


def test_flat_notebooks_are_students_named_by_stem(tmp_path: Path) -> None:
    lay(tmp_path, {"ada.ipynb": notebook("a"), "ben.v2.ipynb": notebook("b"), "notes.txt": "", "data/x.csv": "1"})
    assert [s.student for s in read_submissions(tmp_path)] == ["ada", "ben.v2"]


def test_zip_of_a_flat_folder_is_unwrapped_but_one_students_folder_is_not(tmp_path: Path) -> None:
    flat = zipped(tmp_path / "lab.zip", {"lab/ada.ipynb": notebook("a"), "lab/ben.ipynb": notebook("b")})
    one = zipped(tmp_path / "ada.zip", {"ada/lab.ipynb": notebook("a"), "ada/x.csv": "1"})
    assert [s.student for s in read_submissions(flat)] == ["ada", "ben"]
    assert [(s.student, s.companions) for s in read_submissions(one)] == [("ada", {"x.csv": 1})]


def test_file_of_the_same_stem_goes_with_its_notebook(tmp_path: Path) -> None:
    lay(tmp_path, {"ada.ipynb": notebook("a"), "ada.pdf": "report", "ben.ipynb": notebook("b"), "task.pdf": "task"})
    ada, ben = read_submissions(tmp_path)
    assert ada.companions == {"ada.pdf": 6}
    assert ben.companions == {}


def test_students_own_folder_keeps_all_that_lies_around_the_notebook(tmp_path: Path) -> None:
    lay(tmp_path, {"lab.ipynb": notebook("a"), "tools.py": "x = 1", "data/x.csv": "1", "expected.yaml": "key"})
    (only,) = read_submissions(tmp_path)
    assert set(only.companions) == {"tools.py", "data/x.csv"}


def test_one_notebook_is_one_student_without_its_neighbours(tmp_path: Path) -> None:
    lay(tmp_path, {"lab.ipynb": notebook("a"), "diary.txt": "dear"})
    (only,) = read_submissions(tmp_path / "lab.ipynb")
    assert only == read_own([tmp_path / "lab.ipynb"])
    assert (only.student, only.companions, only.folder) == ("lab", {}, "")


def test_canvas_names_are_parsed_from_the_right(tmp_path: Path) -> None:
    lay(
        tmp_path,
        {
            "doejane_LATE_12345_678901_lab06.ipynb": notebook("a = 1"),
            "doejane_LATE_12345_678902_my_data_2.csv": "1,2",
            "de_la_cruz_ana_777_678903_lab06-1.ipynb": notebook("b = 1"),
            "wuмария_888_text.html": "<p>see my drive</p>",
            "anon_x7Yq2_678905_lab06.ipynb": notebook("c = 1"),
        },
    )
    read = {s.student: s for s in read_submissions(tmp_path)}
    assert list(read) == ["anon-x7Yq2", "de_la_cruz_ana-777", "doejane-12345", "wuмария-888"]
    assert read["doejane-12345"].notebook_name == "lab06.ipynb"
    assert read["doejane-12345"].companions == {"my_data_2.csv": 3}
    assert read["de_la_cruz_ana-777"].display_name == "de la cruz ana"
    assert troubles(read["wuмария-888"]) == [Trouble.NO_NOTEBOOK]


def test_names_with_a_date_are_not_canvas_ids_that_join_students(tmp_path: Path) -> None:
    lay(tmp_path, {"anna_12_2024_lab.ipynb": notebook("a"), "ben_12_2024_lab.ipynb": notebook("b")})
    assert len(read_submissions(tmp_path)) == 2


def test_plain_name_with_two_small_numbers_stays_a_stem(tmp_path: Path) -> None:
    lay(tmp_path, {"lab_06_2_final.ipynb": notebook("a")})
    assert [s.student for s in read_submissions(tmp_path)] == ["lab_06_2_final"]


@pytest.mark.parametrize("tail", ["", "_"])
def test_moodle_folders_of_one_participant_are_one_student(tmp_path: Path, tail: str) -> None:
    lay(
        tmp_path,
        {
            f"Jane_Ann Doe_4711_assignsubmission_file{tail}/lab.ipynb": notebook("a = 1"),
            f"Jane_Ann Doe_4711_assignsubmission_onlinetext{tail}/onlinetext.html": "hello",
            f"Participant_4712_assignsubmission_file{tail}/lab.ipynb": notebook("b = 1"),
        },
    )
    jane, blind = read_submissions(tmp_path)
    assert (jane.student, jane.display_name) == ("Jane_Ann-Doe-4711", "Jane Ann Doe")
    assert jane.companions == {"onlinetext.html": 5}
    assert (blind.student, blind.display_name) == ("Participant-4712", "Participant 4712")


def test_moodle_flat_files_are_read_like_its_folders(tmp_path: Path) -> None:
    lay(
        tmp_path,
        {
            "Jane Doe_4711_assignsubmission_file_lab.ipynb": notebook("a = 1"),
            "Jane Doe_4711_assignsubmission_file_data.csv": "1",
        },
    )
    (jane,) = read_submissions(tmp_path)
    assert (jane.display_name, jane.notebook_name, jane.companions) == ("Jane Doe", "lab.ipynb", {"data.csv": 1})


def test_zip_per_student_is_opened_one_level_deep(tmp_path: Path) -> None:
    inner = zipped(tmp_path / "inner.zip", {"x/lab.ipynb": notebook("a"), "x/data/d.csv": "1"}).read_bytes()
    (tmp_path / "inner.zip").unlink()
    outer = zipped(tmp_path / "c.zip", {"ada.zip": inner, "ben/work.zip": inner, "cy/lab.ipynb": notebook("c")})
    ada, ben, cy = read_submissions(outer)
    assert ada.readable and ada.companions == {"data/d.csv": 1}
    assert ben.readable and ben.notebook_name == "lab.ipynb"
    assert cy.readable


def test_zip_in_a_zip_in_a_zip_is_not_opened(tmp_path: Path) -> None:
    inner = zipped(tmp_path / "i.zip", {"lab.ipynb": notebook("a")}).read_bytes()
    middle = zipped(tmp_path / "m.zip", {"i.zip": inner}).read_bytes()
    outer = zipped(tmp_path / "c.zip", {"ada/m.zip": middle, "ben/lab.ipynb": notebook("b")})
    ada, ben = read_submissions(outer)
    assert troubles(ada) == [Trouble.NO_NOTEBOOK] and ada.remarks[0].fatal
    assert ben.readable


def test_zip_beside_a_notebook_is_data_and_stays_closed(tmp_path: Path) -> None:
    lay(tmp_path, {"ada/lab.ipynb": notebook("a"), "ben/lab.ipynb": notebook("b")})
    zipped(tmp_path / "ada" / "pets.zip", {"old.ipynb": notebook("c")})
    ada, _ = read_submissions(tmp_path)
    assert set(ada.companions) == {"pets.zip"} and ada.remarks == ()


def test_what_systems_leave_behind_is_ignored(tmp_path: Path) -> None:
    lay(
        tmp_path,
        {
            "ada/lab.ipynb": notebook("a"),
            "ada/.ipynb_checkpoints/lab-checkpoint.ipynb": notebook("old"),
            "ada/.DS_Store": "x",
            "__MACOSX/ada/._lab.ipynb": "x",
            ".git/config": "x",
        },
    )
    (ada,) = read_submissions(tmp_path)
    assert ada.companions == {} and ada.remarks == ()


def test_answer_key_never_reaches_the_companions(tmp_path: Path) -> None:
    lay(tmp_path, {"ada/lab.ipynb": notebook("a"), "ada/Expected.yaml": "met", "ada/sub/expected.yml": "met",
                   "ada/expected.txt": "fine"})  # fmt: skip
    (ada,) = read_submissions(tmp_path)
    assert set(ada.companions) == {"expected.txt"}
    assert [p.name for p in Path(ada.folder).rglob("*")] == ["expected.txt"]


def test_companions_lie_as_the_notebook_sees_them_and_nothing_else_does(tmp_path: Path) -> None:
    lay(
        tmp_path / "c",
        {
            "ada/work/lab.ipynb": notebook("a"),
            "ada/work/data/x.csv": "1,2",
            "ada/report.pdf": "pdf",
            "ben/lab.ipynb": notebook("b"),
        },
    )
    ada, ben = read_submissions(tmp_path / "c", workspace=tmp_path / "work")
    assert ada.companions == {"data/x.csv": 3, "report.pdf": 3}
    folder = Path(ada.folder)
    assert folder.is_relative_to(tmp_path / "work")
    assert {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()} == set(ada.companions)
    assert (folder / "data/x.csv").read_text() == "1,2"
    assert ben.folder == ""


def test_nothing_but_companions_stays_in_the_workspace(tmp_path: Path) -> None:
    archive = zipped(tmp_path / "c.zip", {"ada/lab.ipynb": notebook("a"), "ada/x.csv": "1", "b/l.ipynb": notebook("b")})
    read = read_submissions(archive, workspace=tmp_path / "work")
    assert [str(p) for p in (tmp_path / "work").iterdir()] == [s.folder for s in read if s.folder]


def test_digest_is_of_notebook_and_companions_and_not_of_the_students_name(tmp_path: Path) -> None:
    lay(
        tmp_path,
        {
            "a/l.ipynb": notebook("a"),
            "b/l.ipynb": notebook("a"),
            "c/l.ipynb": notebook("a "),
            "d/l.ipynb": notebook("a"),
            "d/x": "1",
            "e/l.ipynb": notebook("a"),
            "e/x": "2",
        },
    )
    digests = [s.digest for s in read_submissions(tmp_path)]
    assert digests[0] == digests[1]
    assert len(set(digests)) == 4


@pytest.mark.parametrize("other", [notebook("a = 1"), notebook("a = 1  ", "", "\n")], ids=["files", "code"])
def test_equal_work_is_remarked_on_each_and_names_the_other(tmp_path: Path, other: str) -> None:
    lay(tmp_path, {"ada/l.ipynb": notebook("a = 1"), "ben/l.ipynb": other, "cy/l.ipynb": notebook("a = 2")})
    ada, ben, cy = read_submissions(tmp_path)
    assert troubles(ada) == troubles(ben) == [Trouble.DUPLICATE]
    assert "notebook of ben" in ada.remarks[0].message and "notebook of ada" in ben.remarks[0].message
    assert not ada.remarks[0].fatal and ada.readable
    assert cy.remarks == ()


def test_unreadable_work_is_nobodys_duplicate(tmp_path: Path) -> None:
    lay(tmp_path, {"ada/l.ipynb": "{", "ben/l.ipynb": "{", "cy/": ""})
    assert all(Trouble.DUPLICATE not in troubles(s) for s in read_submissions(tmp_path))


WORDS = ("MobileNetV2", r"fine[_ ]tun")


def test_notebook_of_the_assignment_is_found_by_content_and_the_others_are_kept(tmp_path: Path) -> None:
    lay(
        tmp_path,
        {
            "ada/aaa.ipynb": notebook("MobileNetV2()", "fine_tune_at = 100"),
            "ada/lab06.ipynb": notebook("print('lab 5')", "y = 2", "z = 3"),
        },
    )
    (ada,) = read_submissions(tmp_path, recognised_by=WORDS)
    assert ada.notebook_name == "aaa.ipynb"
    assert set(ada.companions) == {"lab06.ipynb"}
    (remark,) = ada.remarks
    assert (remark.trouble, remark.fatal) == (Trouble.OTHER_NOTEBOOKS, False)
    assert "2 of 2 words" in remark.message and "'lab06.ipynb'" in remark.message


def test_of_equal_notebooks_the_executed_then_the_longer_then_the_later_copy_is_graded(tmp_path: Path) -> None:
    run = json.loads(notebook("MobileNetV2()"))
    run["cells"][0]["execution_count"] = 3
    lay(
        tmp_path,
        {
            "a/1.ipynb": notebook("MobileNetV2()", "much = 'longer'"),
            "a/2.ipynb": json.dumps(run),
            "b/1.ipynb": notebook("MobileNetV2()"),
            "b/2.ipynb": notebook("MobileNetV2(  )"),
            "c/lab-1.ipynb": notebook("MobileNetV2()"),
            "c/lab-10.ipynb": notebook("MobileNetV2()"),
            "c/lab-9.ipynb": notebook("MobileNetV2()"),
        },
    )
    read = read_submissions(tmp_path, recognised_by=WORDS)
    assert [s.notebook_name for s in read] == ["2.ipynb", "2.ipynb", "lab-10.ipynb"]


def test_readable_notebook_is_graded_although_another_is_broken(tmp_path: Path) -> None:
    lay(tmp_path, {"ada/a.ipynb": "<html>", "ada/b.ipynb": notebook("a")})
    (ada,) = read_submissions(tmp_path)
    assert ada.readable and ada.notebook_name == "b.ipynb"
    (remark,) = ada.remarks
    assert (remark.trouble, remark.file, remark.fatal) == (Trouble.UNREADABLE, "a.ipynb", False)


def test_notebook_without_any_of_the_assignments_words_is_remarked(tmp_path: Path) -> None:
    lay(tmp_path, {"ada/a.ipynb": notebook("print('lab 5')"), "ben/a.ipynb": notebook("mobilenetv2()")})
    ada, ben = read_submissions(tmp_path, recognised_by=WORDS)
    assert troubles(ada) == [Trouble.OTHER_NOTEBOOKS] and ada.readable
    assert ben.remarks == ()


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"ada/": ""}, "nothing that could be read"),
        ({"ada/report.pdf": "%PDF"}, "only 'report.pdf' was handed in"),
        ({"ada/lab.py": "# %%\nx = 1"}, "'lab.py' is a Python script, not a notebook"),
    ],
    ids=["empty folder", "report only", "script"],
)
def test_student_without_a_notebook_is_reported_and_the_rest_goes_on(
    tmp_path: Path, files: dict[str, str], message: str
) -> None:
    lay(tmp_path, {**files, "ben/lab.ipynb": notebook("b")})
    ada, ben = read_submissions(tmp_path)
    (remark,) = ada.remarks
    assert (remark.trouble, remark.fatal, ada.readable) == (Trouble.NO_NOTEBOOK, True, False)
    assert message in remark.message
    assert ben.readable


def test_symbolic_link_is_never_followed(tmp_path: Path) -> None:
    lay(tmp_path, {"secret.ipynb": notebook("secret"), "c/ada/lab.ipynb": notebook("a"), "c/ben/x.txt": "x"})
    (tmp_path / "c/ada/key.ipynb").symlink_to(tmp_path / "secret.ipynb")
    (tmp_path / "c/ben/lab.ipynb").symlink_to(tmp_path / "secret.ipynb")
    (tmp_path / "c/cy").symlink_to(tmp_path / "c/ada")
    ada, ben, cy = read_submissions(tmp_path / "c")
    assert ada.readable and troubles(ada) == [Trouble.UNSAFE_ARCHIVE] and not ada.remarks[0].fatal
    assert not ben.readable and ben.remarks[0].fatal and "symbolic link" in ben.remarks[0].message
    assert not cy.readable and cy.student == "cy"


def test_pipe_in_a_hand_in_is_refused_and_not_opened(tmp_path: Path) -> None:
    lay(tmp_path, {"ada/lab.ipynb": notebook("a")})
    os.mkfifo(tmp_path / "ada" / "other.ipynb")
    (ada,) = read_submissions(tmp_path)
    assert ada.readable and "not a plain file" in ada.remarks[0].message


def test_file_names_of_any_bytes_become_valid_text(tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path) + b"/caf\xe9"
    os.mkdir(folder)
    Path(os.fsdecode(folder + b"/lab\xff.ipynb")).write_text(notebook("a"))
    Path(os.fsdecode(folder + b"/d\xfe.csv")).write_text("1")
    (only,) = read_submissions(tmp_path)
    assert Submission.model_validate_json(only.model_dump_json()) == only
    assert only.readable and len(only.companions) == 1


@pytest.mark.parametrize("name", ["nothing", "lab6"])
def test_path_that_is_not_there_is_an_error_that_names_the_nearest(tmp_path: Path, name: str) -> None:
    lay(tmp_path, {"lab06/ada/l.ipynb": notebook("a")})
    with pytest.raises(IntakeError, match="no such file") as raised:
        read_submissions(tmp_path / name)
    assert ("Did you mean" in str(raised.value)) is (name == "lab6")


@pytest.mark.parametrize("files", [{}, {"README.md": "x", "expected.yaml": "y"}], ids=["empty", "no hand-ins"])
def test_folder_with_nothing_at_all_is_an_error(tmp_path: Path, files: dict[str, str]) -> None:
    with pytest.raises(IntakeError, match="no hand-ins found"):
        read_submissions(lay(tmp_path, files))


def test_slug_is_safe_everywhere() -> None:
    names = [
        "../../etc/passwd",
        "CON",
        "aux.txt",
        "index",
        ".hidden",
        "-rf",
        "a/b\\c:d",
        "",
        "…",
        "Ünal Çağ",
        "x" * 300,
    ]
    assert [slug(n) for n in names[:-1]] == [
        "etc-passwd", "student-CON", "student-aux.txt", "student-index", "hidden", "rf", "a-b-c-d", "student",
        "student", "Ünal-Çağ",
    ]  # fmt: skip
    assert len(slug(names[-1])) == 80


@given(st.text())
def test_slug_of_any_text_is_a_short_file_name(name: str) -> None:
    made = slug(name)
    assert 0 < len(made) <= 80 and len(made.encode()) <= 200
    assert made[0] not in ".-" and not set(made) & set('/\\:*?"<>| \n\t\0')
    assert slug(made) == made
    assert made.split(".")[0].casefold() not in ("con", "index")


def test_names_that_become_equal_stay_apart_and_the_same_every_time() -> None:
    first = unique_slugs({"a": "Jane Doe", "b": "jane-doe", "c": "Ben"})
    again = unique_slugs({"b": "jane-doe", "a": "Jane Doe", "d": "Cy"})
    assert len({s.casefold() for s in first.values()}) == 3
    assert first["c"] == "Ben"
    assert (first["a"], first["b"]) == (again["a"], again["b"])


def test_reading_twice_gives_the_same(tmp_path: Path) -> None:
    lay(tmp_path, COHORT)
    one, two = read_submissions(tmp_path), read_submissions(tmp_path)
    assert [s.model_dump(exclude={"folder"}) for s in one] == [s.model_dump(exclude={"folder"}) for s in two]
