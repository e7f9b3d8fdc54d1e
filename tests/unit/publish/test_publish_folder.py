"""The folder of pages after a change is what publishing into an empty folder writes, and no page is made in vain."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from grader.evidence import collect
from grader.judge import judge
from grader.marking import open_rubric
from grader.publish import MEMORY, Publisher
from grader.records import Cell, CellKind, Evidence, IntakeRemark, Notice, Rubric, Submission, Trouble
from grader.render import made_from, provenance

RUBRIC = Path(__file__).parents[3] / "rubrics" / "lab06.yaml"
HEAD = "base = keras.applications.MobileNetV2(input_shape=(160, 160, 3), include_top={top}, weights='imagenet')"
LOGITS = """inputs = keras.Input((160, 160, 3))
x = base(keras.applications.mobilenet_v2.preprocess_input(inputs), training=False)
model = keras.Model(inputs, keras.layers.Dense(1)(keras.layers.GlobalAveragePooling2D()(x)))
model.compile(loss=keras.losses.BinaryCrossentropy(from_logits=True))
model.fit(train)"""
SIGMOID = LOGITS.replace("Dense(1)", "Dense(1, activation='sigmoid')").replace("from_logits=True", "")

Change = Callable[[str], str]


def evidence(student: str, *sources: str) -> Evidence:
    cells = tuple(Cell(number=n, kind=CellKind.CODE, source=s) for n, s in enumerate(("import keras", *sources), 1))
    whose = Submission(student=student, display_name=student.title(), notebook_name="lab.ipynb", digest=f"d-{student}",
                       cells=cells)
    return collect(whose, None).model_copy(update={"phases": {"start": 1.5, "cells": 20.0}})


@pytest.fixture(scope="module")
def cohort() -> tuple[Evidence, ...]:
    return (
        evidence("ada", HEAD.format(top="False"), LOGITS),
        evidence("bo", HEAD.format(top="True"), SIGMOID),
        evidence("cleo", "model = keras.Sequential([keras.layers.Dense(1, activation='sigmoid')])"),
    )


@pytest.fixture
def rubric_by(tmp_path: Path) -> Callable[[Change], Rubric]:
    def changed(change: Change) -> Rubric:
        text = RUBRIC.read_text(encoding="utf-8")
        path = tmp_path / "lab06.yaml"
        path.write_text(change(text), encoding="utf-8")
        return open_rubric(path)

    return changed


def publish(folder: Path, cohort: Sequence[Evidence], rubric: Rubric, *, reveal_all: bool = True) -> int:
    """Publishes, and gives the number of students' pages that were written."""
    publisher = Publisher(folder, rubric, reveal_all=reveal_all)
    for one in cohort:
        publisher.add(judge(one, rubric), one)
    publisher.finish()
    return publisher.written


def files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def same(text: str) -> str:
    return text


def replaced(old: str, new: str) -> Change:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return change


@pytest.mark.parametrize(
    ("change", "written"),
    [
        (same, 0),
        (lambda text: text + "\n# a remark to colleagues\n", 0),
        (replaced("logits: met", "logits: partly"), 1),
        (replaced("points: 4", "points: 6"), 3),
        (replaced("MobileNetV2 is loaded without its classification layers", "No classification layers"), 3),
        (replaced("Add include_top=False where MobileNetV2 is made", "Say include_top=False"), 1),
        (replaced("title: \"Lab 06", "title: \"Lab 6"), 3),
        (replaced("backbones: [MobileNetV2]", "backbones: [VGG16]"), 2),
        (replaced("shape: [160, 160, 3]", "shape: [96, 96, 3]"), None),
    ],
    ids=["nothing", "comment", "parameter", "points", "title", "wording", "name", "backbone", "shape"],
)  # fmt: skip
def test_pages_after_a_changed_rubric_are_those_of_publishing_from_scratch(
    change: Change, written: int | None, cohort: tuple[Evidence, ...], rubric_by: Callable[[Change], Rubric],
    tmp_path: Path,
) -> None:
    assert publish(tmp_path / "kept", cohort, rubric_by(same)) == 3
    rubric = rubric_by(change)
    again = publish(tmp_path / "kept", cohort, rubric)
    assert written is None or again == written
    publish(tmp_path / "fresh", cohort, rubric)
    assert files(tmp_path / "kept") == files(tmp_path / "fresh")


@pytest.mark.parametrize(
    "changes",
    [
        {"display_name": "Ada Byron"},
        {"notebook_name": "other.ipynb"},
        {"digest": "d-new"},
        {"phases": {"start": 9.0}},
        {"environment": {"keras": "3.15.1"}},
        {"cells": (Cell(number=1, kind=CellKind.CODE, source="import keras  # again"),)},
        {"notices": (Notice(kind="stand_in", message="weights: seeded"),)},
        {"intake": (IntakeRemark(trouble=Trouble.WRONG_NAME, file="a.ipynb", message="an odd name"),)},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_pages_after_changed_evidence_are_those_of_publishing_from_scratch(
    changes: dict[str, Any], cohort: tuple[Evidence, ...], rubric_by: Callable[[Change], Rubric], tmp_path: Path
) -> None:
    rubric = rubric_by(same)
    publish(tmp_path / "kept", cohort, rubric)
    after = (cohort[0].model_copy(update=changes), *cohort[1:])
    assert publish(tmp_path / "kept", after, rubric) == 1
    publish(tmp_path / "fresh", after, rubric)
    assert files(tmp_path / "kept") == files(tmp_path / "fresh")


def test_evidence_that_no_page_shows_leaves_the_pages_alone(
    cohort: tuple[Evidence, ...], rubric_by: Callable[[Change], Rubric], tmp_path: Path
) -> None:
    rubric = rubric_by(same)
    publish(tmp_path / "kept", cohort, rubric)
    after = (cohort[0].model_copy(update={"cpu_s": 99.0, "peak_memory_mb": 5.0}), *cohort[1:])
    assert publish(tmp_path / "kept", after, rubric) == 0
    publish(tmp_path / "fresh", after, rubric)
    assert files(tmp_path / "kept") == files(tmp_path / "fresh")


def test_a_self_check_writes_other_pages_and_the_full_ones_come_back(
    cohort: tuple[Evidence, ...], rubric_by: Callable[[Change], Rubric], tmp_path: Path
) -> None:
    rubric = rubric_by(same)
    publish(tmp_path / "kept", cohort, rubric)
    full = files(tmp_path / "kept")
    assert publish(tmp_path / "kept", cohort, rubric, reveal_all=False) == 3
    publish(tmp_path / "fresh", cohort, rubric, reveal_all=False)
    assert files(tmp_path / "kept") == files(tmp_path / "fresh") != full
    publish(tmp_path / "kept", cohort, rubric)
    assert files(tmp_path / "kept") == full


def test_students_who_come_and_go_are_as_from_scratch(
    cohort: tuple[Evidence, ...], rubric_by: Callable[[Change], Rubric], tmp_path: Path
) -> None:
    rubric = rubric_by(same)
    publish(tmp_path / "kept", cohort[:2], rubric)
    assert publish(tmp_path / "kept", cohort[1:], rubric) == 1
    publish(tmp_path / "fresh", cohort[1:], rubric)
    assert files(tmp_path / "kept") == files(tmp_path / "fresh")


@pytest.mark.parametrize("harm", ["edited", "edited_with_its_old_time", "emptied", "deleted"])
def test_a_page_that_is_not_as_we_wrote_it_is_written_again(
    harm: str, cohort: tuple[Evidence, ...], rubric_by: Callable[[Change], Rubric], tmp_path: Path
) -> None:
    rubric = rubric_by(same)
    publish(tmp_path / "kept", cohort, rubric)
    before = files(tmp_path / "kept")
    page = tmp_path / "kept" / "students" / "bo.html"
    times = page.stat()
    if harm == "deleted":
        page.unlink()
    else:
        text = page.read_text(encoding="utf-8")
        page.write_text("" if harm == "emptied" else text.replace("Bo", "Bu"), encoding="utf-8")
    if harm == "edited_with_its_old_time":
        os.utime(page, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert publish(tmp_path / "kept", cohort, rubric) == 1
    assert files(tmp_path / "kept") == before


@pytest.mark.parametrize("content", ["", "[]", "{\"ada\": 3}", "{\"ada\": [1, 2, 3]}", "not JSON", None], ids=repr)
def test_without_a_readable_memory_every_page_is_written(
    content: str | None, cohort: tuple[Evidence, ...], rubric_by: Callable[[Change], Rubric], tmp_path: Path
) -> None:
    rubric = rubric_by(same)
    publish(tmp_path / "kept", cohort, rubric)
    before = files(tmp_path / "kept")
    memory = tmp_path / "kept" / MEMORY
    memory.unlink() if content is None else memory.write_text(content, encoding="utf-8")
    assert publish(tmp_path / "kept", cohort, rubric) == 3
    assert files(tmp_path / "kept") == before


def test_an_interrupted_publishing_is_made_good_by_the_next(
    cohort: tuple[Evidence, ...], rubric_by: Callable[[Change], Rubric], tmp_path: Path
) -> None:
    publish(tmp_path / "kept", cohort, rubric_by(same))
    rubric = rubric_by(replaced("points: 4", "points: 6"))
    Publisher(tmp_path / "kept", rubric).add(judge(cohort[0], rubric), cohort[0])
    publish(tmp_path / "kept", cohort, rubric_by(same))
    publish(tmp_path / "fresh", cohort, rubric_by(same))
    assert files(tmp_path / "kept") == files(tmp_path / "fresh")


@pytest.mark.parametrize("name", ["templates/_code.html.j2", "templates/style.css", "words.py"])
def test_a_changed_renderer_makes_every_page_anew(
    name: str, cohort: tuple[Evidence, ...], rubric_by: Callable[[Change], Rubric], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rubric = rubric_by(same)
    result = judge(cohort[0], rubric)
    copied = tmp_path / "render"
    shutil.copytree(Path(provenance.__file__).parent, copied)
    monkeypatch.setattr(provenance, "__file__", str(copied / "provenance.py"))
    names = []
    for _ in range(2):
        provenance._renderer.cache_clear()
        names.append(made_from(result, cohort[0], reveal_all=True))
        with (copied / name).open("a", encoding="utf-8") as file:
            file.write("\n")
    monkeypatch.undo()
    provenance._renderer.cache_clear()
    assert names[0] == made_from(result, cohort[0], reveal_all=True)
    assert names[0] != names[1]


def test_overview_tells_of_stand_ins_and_by_which_rubric(
    cohort: tuple[Evidence, ...], rubric_by: Callable[[Change], Rubric], tmp_path: Path
) -> None:
    rubric = rubric_by(same)
    publish(tmp_path / "true", cohort, rubric)
    stood_in = cohort[0].model_copy(update={"notices": (Notice(kind="stand_in", message="weights: seeded"),)})
    publish(tmp_path / "drawn", (stood_in, *cohort[1:]), rubric)
    true, drawn = ((tmp_path / name / "index.html").read_text(encoding="utf-8") for name in ("true", "drawn"))
    assert "Stand-ins" not in true
    assert "used with 1 of 3 hand-ins" in drawn
    assert rubric.digest[:8] in true


def test_what_is_remembered_names_every_page_and_no_other(
    cohort: tuple[Evidence, ...], rubric_by: Callable[[Change], Rubric], tmp_path: Path
) -> None:
    publish(tmp_path / "kept", cohort, rubric_by(same))
    publish(tmp_path / "kept", cohort[:1], rubric_by(same))
    assert list(json.loads((tmp_path / "kept" / MEMORY).read_text(encoding="utf-8"))) == ["ada"]
