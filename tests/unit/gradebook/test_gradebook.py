"""What a gradebook keeps, for how long, and what it says when it can't."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from grader.database.tables import METADATA, VERSION
from grader.errors import GradebookError
from grader.gradebook import Gradebook
from grader.records import (
    Cell,
    CellKind,
    CriterionResult,
    Evidence,
    IntakeRemark,
    Outcome,
    Result,
    Run,
    RunEnd,
    Submission,
    Testimony,
    Trouble,
    Witness,
)

LAB = "lab06"


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Gradebook]:
    with Gradebook(f"sqlite:///{tmp_path / 'gradebook.db'}", grader_version="1") as opened:
        yield opened


def submission(student: str = "ada", digest: str = "d1", remarks: tuple[IntakeRemark, ...] = ()) -> Submission:
    return Submission(
        student=student, display_name=student.title(), notebook_name="lab.ipynb", digest=digest, remarks=remarks
    )


def evidence(student: str = "ada", digest: str = "d1", source: str = "x = 1") -> Evidence:
    return Evidence(
        student=student,
        display_name=student.title(),
        notebook_name="lab.ipynb",
        digest=digest,
        cells=(Cell(number=1, kind=CellKind.CODE, source=source, outputs=({"output_type": "stream", "text": "ä"},)),),
        testimonies=(Testimony(witness=Witness.SOURCE),),
        phases={"start": 0.125, "cells": 3.0},
    )


def result(student: str = "ada", digest: str = "d1", points: float = 3.0, rubric: str = "r1") -> Result:
    criterion = CriterionResult(
        id="c", title="C", outcome=Outcome.MET, points=points, possible=4.0, looked_for="it", found="it"
    )
    return Result(
        student=student,
        display_name=student.title(),
        notebook_name="lab.ipynb",
        digest=digest,
        rubric_id=LAB,
        rubric_title="Lab",
        rubric_digest=rubric,
        criteria=(criterion,),
    )


def test_evidence_comes_back_equal(book: Gradebook) -> None:
    book.store_evidence("k", evidence())
    assert book.evidence("k") == evidence()
    assert book.evidence("another key") is None


def test_run_material_comes_back_equal_and_is_optional(book: Gradebook) -> None:
    run = Run(end=RunEnd.FINISHED, journal=({"event": "fit", "epochs": [1, 2]},), peak_memory_mb=12.5)
    book.store_evidence("with", evidence(), run)
    book.store_evidence("without", evidence(digest="d2"))
    assert book.run("with") == run
    assert book.run("without") is None


def test_storing_under_the_same_key_replaces(book: Gradebook) -> None:
    book.store_evidence("k", evidence(source="old"))
    book.store_evidence("k", evidence(source="new"))
    stored = book.evidence("k")
    assert stored is not None and stored.cells[0].source == "new"


def test_evidence_of_another_version_counts_as_missing(book: Gradebook, tmp_path: Path) -> None:
    book.store_evidence("k", evidence())
    _damage(tmp_path / "gradebook.db")
    assert book.evidence("k") is None


def test_reading_all_evidence_of_another_version_names_the_student(book: Gradebook, tmp_path: Path) -> None:
    book.record_handins(LAB, [submission()])
    book.store_evidence("k", evidence())
    _damage(tmp_path / "gradebook.db")
    (stored,) = book.current_evidence(LAB)
    with pytest.raises(GradebookError, match="evidence of ada was stored by another version"):
        stored.read()


def _damage(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE evidence SET evidence = x'00'")
    connection.close()


def test_results_come_back_equal_with_what_they_were_made_from(book: Gradebook) -> None:
    book.record_handins(LAB, [submission()])
    book.store_result(LAB, result(), "k")
    (stored,) = book.current_results(LAB)
    assert stored.result == result()
    assert (stored.assignment, stored.student, stored.evidence_key, stored.grader_version) == (LAB, "ada", "k", "1")


def test_newest_result_is_current_and_history_is_kept(book: Gradebook) -> None:
    book.record_handins(LAB, [submission()])
    for points in (3.0, 2.0, 4.0):
        book.store_result(LAB, result(points=points), "k")
    assert [s.result.points for s in book.current_results(LAB)] == [4.0]
    assert [s.result.points for s in book.history(LAB, "ada")] == [3.0, 2.0, 4.0]


def test_equal_result_is_stored_once_and_another_rubric_makes_it_another(book: Gradebook) -> None:
    for rubric in ("r1", "r1", "r2"):
        book.store_result(LAB, result(rubric=rubric), "k")
    assert [s.result.rubric_digest for s in book.history(LAB, "ada")] == ["r1", "r2"]


def test_student_who_vanished_is_kept_but_not_current(book: Gradebook) -> None:
    book.record_handins(LAB, [submission("ada"), submission("ben", "d2")])
    book.store_result(LAB, result("ada"), "k1")
    book.store_result(LAB, result("ben", "d2"), "k2")
    book.store_evidence("k1", evidence("ada"))
    book.store_evidence("k2", evidence("ben", "d2"))
    book.record_handins(LAB, [submission("ada")])
    assert [s.student for s in book.current_results(LAB)] == ["ada"]
    assert [stored.student for stored in book.current_evidence(LAB)] == ["ada"]
    assert len(book.history(LAB, "ben")) == 1
    book.record_handins(LAB, [submission("ada"), submission("ben", "d2")])
    assert [s.student for s in book.current_results(LAB)] == ["ada", "ben"]


def test_result_of_earlier_files_is_not_current(book: Gradebook) -> None:
    book.record_handins(LAB, [submission(digest="d1")])
    book.store_result(LAB, result(digest="d1"), "k1")
    book.record_handins(LAB, [submission(digest="d2")])
    assert book.current_results(LAB) == []
    book.record_handins(LAB, [submission(digest="d1")])
    assert len(book.current_results(LAB)) == 1


def test_assignments_do_not_see_each_other(book: Gradebook) -> None:
    book.record_handins("lab06", [submission("ada")])
    book.record_handins("lab07", [submission("ben")])
    book.store_result("lab06", result("ada"), "k")
    assert [h.student for h in book.current_handins("lab06")] == ["ada"]
    assert book.current_results("lab07") == []
    assert book.assignments() == ["lab06", "lab07"]


def test_current_evidence_is_that_of_the_current_result(book: Gradebook) -> None:
    book.record_handins(LAB, [submission()])
    book.store_evidence("judged", evidence(source="judged"))
    book.store_evidence("newer", evidence(source="newer"))
    assert [stored.key for stored in book.current_evidence(LAB)] == ["newer"]
    book.store_result(LAB, result(), "judged")
    assert [stored.key for stored in book.current_evidence(LAB)] == ["judged"]


def test_current_evidence_of_equal_files_is_told_to_each_student(book: Gradebook) -> None:
    remark = IntakeRemark(trouble=Trouble.DUPLICATE, file="lab.ipynb", message="the same as Ada's")
    book.record_handins(LAB, [submission("ada"), submission("ben", remarks=(remark,))])
    book.store_evidence("k", evidence("ada"))
    both = [(stored.student, stored.read()) for stored in book.current_evidence(LAB)]
    assert [(student, e.student, e.display_name, e.intake) for student, e in both] == [
        ("ada", "ada", "Ada", ()),
        ("ben", "ben", "Ben", (remark,)),
    ]


def test_gradebook_may_be_written_while_evidence_is_streamed(book: Gradebook) -> None:
    book.record_handins(LAB, [submission("ada"), submission("ben", "d2")])
    book.store_evidence("k1", evidence("ada"))
    book.store_evidence("k2", evidence("ben", "d2"))
    for stored in book.current_evidence(LAB):
        book.store_result(LAB, result(stored.student, stored.read().digest), stored.key)
    assert len(book.current_results(LAB)) == 2


def test_handins_keep_their_remarks(book: Gradebook) -> None:
    remark = IntakeRemark(trouble=Trouble.UNREADABLE, file="lab.ipynb", message="is a PDF", fatal=True)
    book.record_handins(LAB, [submission(remarks=(remark,))])
    (row,) = book.current_handins(LAB)
    assert row.remarks == (remark,)


def test_empty_cohort_is_recorded_as_empty(book: Gradebook) -> None:
    book.record_handins(LAB, [submission()])
    book.record_handins(LAB, [])
    assert book.current_handins(LAB) == []


def test_opening_again_finds_everything(tmp_path: Path) -> None:
    path = tmp_path / "gradebook.db"
    with Gradebook(path) as book:
        book.store_evidence("k", evidence())
    with Gradebook(f"sqlite:///{path}") as book:
        assert book.evidence("k") == evidence()


def test_two_open_gradebooks_see_each_others_work(tmp_path: Path) -> None:
    with Gradebook(tmp_path / "g.db") as one, Gradebook(tmp_path / "g.db") as two:
        one.store_evidence("k", evidence())
        assert two.evidence("k") == evidence()


def test_threads_store_at_once_and_nothing_is_lost(book: Gradebook) -> None:
    def work(number: int) -> bool:
        name, digest = f"s{number:03}", f"d{number}"
        book.store_evidence(f"k{number % 40}", evidence(name, digest))
        book.store_result(LAB, result(name, digest), f"k{number}")
        return book.evidence(f"k{number % 40}") is not None

    book.record_handins(LAB, [submission(f"s{n:03}", f"d{n}") for n in range(80)])
    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(80)))
    assert len(book.current_results(LAB)) == 80


WRITER = """
    import sys
    from grader.gradebook import Gradebook
    from tests_of_gradebook import evidence, result, submission
    book = Gradebook(sys.argv[1])
    for number in range(100_000):
        name = f"s{number}"
        book.store_evidence(f"k{number}", evidence(name, f"d{number}", "x = 1\\n" * 2_000))
        book.store_result("lab06", result(name, f"d{number}"), f"k{number}")
        print(number, flush=True)
"""


@pytest.mark.parametrize("after", [3, 17])
def test_kill_in_the_middle_loses_nothing_that_was_stored(tmp_path: Path, after: int) -> None:
    (tmp_path / "tests_of_gradebook.py").write_text(Path(__file__).read_text())
    path = tmp_path / "g.db"
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(WRITER), str(path)], stdout=subprocess.PIPE, env=environment
    ) as child:
        assert child.stdout
        said = [int(child.stdout.readline()) for _ in range(after)]
        child.send_signal(signal.SIGKILL)
        said += [int(line) for line in child.stdout]
    with Gradebook(path) as book:
        for number in said:
            found = book.evidence(f"k{number}")
            assert found is not None and found.student == f"s{number}"
            assert [s.result.student for s in book.history(LAB, f"s{number}")] == [f"s{number}"]
        book.store_evidence("after", evidence())
    assert len(said) >= after


def test_recording_that_fails_half_way_leaves_the_one_before(book: Gradebook) -> None:
    book.record_handins(LAB, [submission("ada")])
    with pytest.raises(GradebookError):
        book.record_handins(LAB, [submission("ben"), submission("cy", "d1"), submission("cy", "d2")])
    assert [h.student for h in book.current_handins(LAB)] == ["ada"]


def test_newer_version_is_refused_with_both_numbers(tmp_path: Path) -> None:
    Gradebook(tmp_path / "g.db").close()
    with sqlite3.connect(tmp_path / "g.db") as connection:
        connection.execute("UPDATE gradebook SET version = 99")
    connection.close()
    with pytest.raises(GradebookError, match=rf"version 99, and this grader reads version {VERSION}"):
        Gradebook(tmp_path / "g.db")


def test_file_that_is_no_database_is_named_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    path.write_text("my notes, and a good many of them\n" * 100)
    with pytest.raises(GradebookError, match=r"notes\.db: not a gradebook"):
        Gradebook(path)
    assert path.read_text().startswith("my notes")


def test_database_of_another_program_is_refused_and_left_alone(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "o.db") as connection:
        connection.execute("CREATE TABLE photos (id INTEGER)")
    connection.close()
    with pytest.raises(GradebookError, match=r"of another program.*'photos'"):
        Gradebook(tmp_path / "o.db")
    with sqlite3.connect(tmp_path / "o.db") as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("photos",)]
    connection.close()


def test_missing_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(GradebookError, match="is its folder there"):
        Gradebook(tmp_path / "nowhere" / "g.db")


def test_read_only_gradebook_is_said_when_it_is_opened(tmp_path: Path) -> None:
    Gradebook(tmp_path / "g.db").close()
    with pytest.raises(GradebookError, match="read-only"):
        Gradebook(f"sqlite:///file:{tmp_path / 'g.db'}?mode=ro&uri=true")


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("sqlite://", "in memory would forget"),
        ("nonsense://x", "no driver"),
        ("://", "no database URL"),
    ],
)
def test_url_that_can_not_serve_is_explained(url: str, message: str) -> None:
    with pytest.raises(GradebookError, match=message):
        Gradebook(url)


def test_password_is_never_shown() -> None:
    with pytest.raises(GradebookError) as raised:
        Gradebook("nonsense://teacher:hunter2@host/db")
    assert "hunter2" not in str(raised.value)


def test_tables_are_made_of_what_postgresql_knows() -> None:
    made = "\n".join(str(CreateTable(t).compile(dialect=postgresql.dialect())) for t in METADATA.sorted_tables)
    assert "BYTEA" in made and "SERIAL" in made and "BLOB" not in made
