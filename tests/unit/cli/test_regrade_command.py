"""`grader regrade` on stored evidence: what it prints, and what it leaves in the folder."""

from __future__ import annotations

import gc
import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from grader.cli.regrading import regrade
from grader.errors import GradebookError
from grader.evidence import collect
from grader.gradebook import Gradebook
from grader.judge import judge
from grader.marking import open_rubric
from grader.records import Cell, CellKind, Submission

RUBRIC = Path(__file__).parents[3] / "rubrics" / "lab06.yaml"
SOURCE = """import keras
base = keras.applications.MobileNetV2(input_shape=(160, 160, 3), include_top=False)
inputs = keras.Input((160, 160, 3))
x = keras.layers.GlobalAveragePooling2D()(base(inputs, training=False))
model = keras.Model(inputs, keras.layers.Dense(1{activation})(x))
model.compile(loss=keras.losses.BinaryCrossentropy(from_logits={logits}))
model.fit(train)"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two students, graded: ada's model gives logits, bo's does not."""
    rubric = open_rubric(RUBRIC)
    out = tmp_path / "out"
    out.mkdir()
    sources = {
        "ada": SOURCE.format(activation="", logits=True),
        "bo": SOURCE.format(activation=", activation='sigmoid'", logits=False),
    }
    handins = [
        Submission(student=name, display_name=name.title(), digest=name,
                   cells=(Cell(number=1, kind=CellKind.CODE, source=source),))
        for name, source in sources.items()
    ]  # fmt: skip
    with Gradebook(out / "gradebook.db") as book:
        book.record_handins(rubric.id, handins)
        for one in handins:
            evidence = collect(one, None)
            book.store_evidence(one.student, evidence)
            book.store_result(rubric.id, judge(evidence, rubric), one.student)
    return out


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    """The rubric with logits worth half."""
    path = tmp_path / "lab06.yaml"
    text = RUBRIC.read_text(encoding="utf-8")
    path.write_text(text.replace("logits: met", "logits: partly"), encoding="utf-8")
    assert path.read_text(encoding="utf-8") != text
    return path


def run(rubric: Path, folder: Path, *, as_json: bool = False) -> None:
    regrade(rubric, out=folder, database="", reveal_all=True, as_json=as_json)


def test_the_same_rubric_moves_nobody(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(RUBRIC, folder)
    assert "No mark moved." in capsys.readouterr().out


def test_a_changed_parameter_moves_one_mark_and_writes_one_page(
    folder: Path, changed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(RUBRIC, folder)
    capsys.readouterr()
    run(changed, folder)
    said = " ".join(capsys.readouterr().out.split())
    assert "2 judged anew, 1 moved, nothing was run" in said
    assert "(1 of the students' changed)" in said
    assert "binary_head: met 4/4 → partly 2/4" in said


def test_json_names_who_moved_and_why(folder: Path, changed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(changed, folder, as_json=True)
    (move,) = json.loads(capsys.readouterr().out)
    assert move["student"] == "Ada"
    assert move["before"] - move["after"] == 2
    assert move["reasons"] == ["binary_head: met 4/4 → partly 2/4"]


def test_what_takes_long_to_import_is_left_to_the_process_beside(folder: Path, changed: Path) -> None:
    code = f"""
import sys
from pathlib import Path
from grader.cli.regrading import regrade
regrade(Path({str(changed)!r}), out=Path({str(folder)!r}), database="", reveal_all=True, as_json=False)
print(sorted({{"sqlalchemy", "rich", "nbformat", "pymupdf", "numpy", "asyncio"}} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)
    assert "1 moved" in done.stdout
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_name_can_not_write_on_the_terminal(folder: Path, changed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rubric = open_rubric(RUBRIC)
    handin = Submission(student="ada", display_name="A\x1b[2Jda\n0 moved", digest="ada",
                        cells=(Cell(number=1, kind=CellKind.CODE, source=SOURCE.format(activation="", logits=True)),))
    with Gradebook(folder / "gradebook.db") as book:
        book.record_handins(rubric.id, [handin])
        evidence = collect(handin, None)
        book.store_evidence("ada", evidence)
        book.store_result(rubric.id, judge(evidence, rubric), "ada")
    run(changed, folder)
    said = capsys.readouterr().out
    assert "\x1b" not in said
    assert said.startswith("Ada 0 moved  ")


def test_a_command_that_is_interrupted_while_it_imports_ends_quietly() -> None:
    code = """
import sys
from types import ModuleType
from grader.cli import main

class Interrupted(ModuleType):
    def __getattr__(self, name):
        raise KeyboardInterrupt

sys.modules["grader.cli.commands"] = Interrupted("grader.cli.commands")
main()
"""
    done = subprocess.run([sys.executable, "-c", code, "regrade"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


def test_an_error_of_the_database_is_said_as_such(folder: Path) -> None:
    (folder / "gradebook.db").write_text("not a database, but long enough to be looked at " * 50)
    words = [sys.executable, "-m", "grader", "regrade", "--rubric", str(RUBRIC), "--out", str(folder)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "not a gradebook" in done.stderr and "Traceback" not in done.stderr


def test_watching_marks_anew_whenever_the_rubric_is_saved(folder: Path, changed: Path, tmp_path: Path) -> None:
    watched = tmp_path / "watched.yaml"
    watched.write_bytes(RUBRIC.read_bytes())
    words = [sys.executable, "-m", "grader", "regrade", "--watch", "--json", "--rubric", str(watched)]
    with subprocess.Popen([*words, "--out", str(folder)], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stderr is not None
        assert json.loads(process.stdout.readline()) == []
        assert b"Watching" in process.stderr.readline()
        watched.write_bytes(RUBRIC.read_bytes() + b"points: 3\n")
        assert b"unknown key 'points'" in process.stderr.readline()
        watched.write_bytes(RUBRIC.read_bytes().replace(b"id: lab06\n", b"id: lab07\n", 1))
        assert b"its id was 'lab06', now it is 'lab07'" in process.stderr.readline()
        changed.replace(watched)  # as many editors save
        (move,) = json.loads(process.stdout.readline())
        assert move["student"] == "Ada"
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
        assert process.stderr.read() == b""


def test_the_collector_is_back_at_work_after_a_failure_too(tmp_path: Path) -> None:
    with pytest.raises(GradebookError):
        run(RUBRIC, tmp_path / "nothing-here")
    assert gc.isenabled()
