"""What a file that should be a notebook may look like, and what is said of it."""

from __future__ import annotations

import codecs
import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.errors import IntakeError
from grader.intake import read_own, read_submissions
from grader.intake.cells import LONGEST_OUTPUTS, to_cells
from grader.records import CellKind, Submission, Trouble


def code(source: Any, **more: Any) -> dict[str, Any]:
    return {"cell_type": "code", "source": source, "metadata": {}, "outputs": [], "execution_count": None, **more}


def markdown(source: Any) -> dict[str, Any]:
    return {"cell_type": "markdown", "source": source, "metadata": {}}


def notebook(*cells: Any, **more: Any) -> dict[str, Any]:
    return {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **more}


def read(tmp_path: Path, content: Any, name: str = "lab.ipynb") -> Submission:
    path = tmp_path / name
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        path.write_text(content if isinstance(content, str) else json.dumps(content))
    found = read_own([path])
    assert Submission.model_validate_json(found.model_dump_json()) == found
    return found


def only_fault(tmp_path: Path, content: Any, name: str = "lab.ipynb") -> tuple[Trouble, str]:
    found = read(tmp_path, content, name)
    (remark,) = found.remarks
    assert remark.fatal and not found.readable and remark.file == name
    return remark.trouble, remark.message


def test_cells_are_numbered_from_the_top_with_markdown_counted(tmp_path: Path) -> None:
    found = read(tmp_path, notebook(markdown("# Lab"), code("x = 1", execution_count=7), {"cell_type": "raw"}))
    assert [(c.number, c.kind, c.source, c.execution_count) for c in found.cells] == [
        (1, CellKind.MARKDOWN, "# Lab", None),
        (2, CellKind.CODE, "x = 1", 7),
        (3, CellKind.RAW, "", None),
    ]
    assert found.remarks == () and found.language == "python"


@pytest.mark.parametrize(
    ("cell", "source"),
    [
        (code(["a = 1\n", "b = 2"]), "a = 1\nb = 2"),
        (code("a = 1\r\nb = 2\rc = 3"), "a = 1\nb = 2\nc = 3"),
        ({"cell_type": "code"}, ""),
        ({"source": "no type"}, "no type"),
        (code(None), ""),
        (code(["a", 3, None, "b"]), "ab"),
        (code({"a": 1}), ""),
        (code("a = '\ud83d'"), "a = '?'"),
        (code("π = 'ä😀'"), "π = 'ä😀'"),
    ],
    ids=["lines", "line ends", "no source", "no type", "null", "not only text", "mapping", "half a pair", "unicode"],
)
def test_cell_of_another_shape_is_repaired(tmp_path: Path, cell: dict[str, Any], source: str) -> None:
    found = read(tmp_path, notebook(cell, code("last = 1")))
    assert (found.cells[0].kind, found.cells[0].source) == (CellKind.CODE, source)
    assert found.remarks == ()


def test_what_is_no_cell_keeps_its_number(tmp_path: Path) -> None:
    found = read(tmp_path, notebook("text", None, code("x = 1"), {"cell_type": "chart", "source": "x"}))
    assert [(c.number, c.kind) for c in found.cells] == [
        (1, CellKind.RAW),
        (2, CellKind.RAW),
        (3, CellKind.CODE),
        (4, CellKind.RAW),
    ]


@pytest.mark.parametrize("count", [True, "3", 1.5, -1, 10**30, [1]])
def test_count_that_is_no_count_is_dropped(tmp_path: Path, count: Any) -> None:
    assert read(tmp_path, notebook(code("x = 1", execution_count=count))).cells[0].execution_count is None


@pytest.mark.parametrize(
    "data",
    [
        codecs.BOM_UTF8 + json.dumps(notebook(code("x = 'ä'")), ensure_ascii=False).encode(),
        json.dumps(notebook(code("x = 'ä'")), ensure_ascii=False).encode("utf-16"),
        json.dumps(notebook(code("x = 'ä'")), ensure_ascii=False).encode("utf-16-le"),
        json.dumps(notebook(code("x = 'ä'")), ensure_ascii=False).encode("cp1252"),
        json.dumps(notebook(code("x = 'ä'")), indent=1).replace("\n", "\r\n").encode(),
    ],
    ids=["BOM", "UTF-16", "UTF-16 without BOM", "cp1252", "CRLF"],
)
def test_encodings_that_editors_write_are_read(tmp_path: Path, data: bytes) -> None:
    assert read(tmp_path, data).cells[0].source == "x = 'ä'"


def test_not_a_number_in_the_json_does_no_harm(tmp_path: Path) -> None:
    data = {"output_type": "display_data", "data": {"application/json": math.nan, "text/plain": "nan"}}
    found = read(tmp_path, notebook(code("x = 1", outputs=[data]), metadata={"x": math.inf}))
    assert found.readable and found.cells[0].outputs[0]["data"]["text/plain"] == "nan"


@pytest.mark.parametrize("missing", ["metadata", "nbformat", "nbformat_minor"])
def test_notebook_without_a_top_level_key_is_read(tmp_path: Path, missing: str) -> None:
    content = notebook(code("x = 1"))
    del content[missing]
    found = read(tmp_path, content)
    assert found.readable and found.remarks == ()


OLD = {
    "metadata": {"name": "lab"},
    "nbformat": 3,
    "nbformat_minor": 0,
    "worksheets": [
        {
            "cells": [
                {"cell_type": "heading", "level": 2, "source": ["Lab"]},
                {
                    "cell_type": "code",
                    "input": ["x = 1\n", "x"],
                    "language": "python",
                    "prompt_number": 4,
                    "outputs": [
                        {"output_type": "pyout", "prompt_number": 4, "text": ["1"], "png": "QUJD" * 4},
                        {"output_type": "stream", "stream": "stderr", "text": "warning"},
                        {"output_type": "pyerr", "ename": "E", "evalue": "v", "traceback": ["t"]},
                    ],
                },
            ]
        }
    ],
}


def test_nbformat_3_is_converted_and_said(tmp_path: Path) -> None:
    found = read(tmp_path, OLD)
    assert [(c.kind, c.source, c.execution_count) for c in found.cells] == [
        (CellKind.MARKDOWN, "## Lab", None),
        (CellKind.CODE, "x = 1\nx", 4),
    ]
    first, second, third = found.cells[1].outputs
    assert first["output_type"] == "execute_result" and first["execution_count"] == 4
    assert first["data"] == {"text/plain": "1", "image/png": "[image/png, 12 bytes, not kept]"}
    assert second == {"output_type": "stream", "name": "stderr", "text": "warning"}
    assert third == {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["t"]}
    (remark,) = found.remarks
    assert (remark.trouble, remark.fatal) == (Trouble.OLD_FORMAT, False) and "nbformat 3" in remark.message


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is an empty file"),
        (b" \n\n", "is an empty file"),
        (notebook(), "has no code: it has no cells at all"),
        (notebook(markdown("# Lab"), code(" \n")), "has no code: 2 cells, 1 of them for code and empty"),
    ],
    ids=["no bytes", "blank", "no cells", "no code"],
)
def test_notebook_without_code_is_empty(tmp_path: Path, content: Any, message: str) -> None:
    trouble, said = only_fault(tmp_path, content)
    assert trouble is Trouble.EMPTY and message in said


GOOD = json.dumps(notebook(code("x = 1"), code("y = 2")), indent=1)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("<!DOCTYPE html>\n<html><body>lab</body></html>", "a web page"),
        ("\n\n<html lang='en'>", "a web page"),
        ("<?xml version='1.0'?>", "an XML or HTML file"),
        (b"%PDF-1.7 \x00\x01", "a PDF document"),
        (b"PK\x03\x04\x14\x00", "a zip"),
        (b"\x89HDF\r\n\x1a\n", "an HDF5 file"),
        (b"\x89PNG\r\n", "a PNG picture"),
        (bytes(range(256)) * 4, "a binary file"),
        ("version https://git-lfs.github.com/spec/v1\noid sha256:1", "a Git LFS pointer"),
        ("# %% [markdown]\n# Lab\n# %%\nimport tensorflow as tf\n", "a Python script"),
        ("from tensorflow import keras\nx = 1\n", "a Python script"),
        ("dear teacher, my dog ate it", "a text file"),
        (GOOD[: len(GOOD) // 2], "is cut off: it ends in the middle, after"),
        (GOOD.replace('"x = 1"', '"x = 1'), "its JSON breaks in line 5, column"),
        (GOOD.replace(' "cells": [', '<<<<<<< HEAD\n "cells": ['), "unfinished Git merge"),
        ("[1, 2]", "it is JSON, but a list"),
        ('{"error": "quota"}', "it is JSON without cells (it holds 'error')"),
        ('{"cells": {"a": 1}}', "it is JSON without cells"),
        ('{"cells": ' + "1" * 5000 + "}", "holds a value that can't be read"),
    ],
)
def test_what_is_no_notebook_is_named(tmp_path: Path, content: Any, message: str) -> None:
    trouble, said = only_fault(tmp_path, content)
    assert trouble is Trouble.UNREADABLE and message in said


def test_the_same_notebook_whole_is_read(tmp_path: Path) -> None:
    assert read(tmp_path, GOOD).remarks == ()


@pytest.mark.parametrize("name", ["lab.ipynb.txt", "lab.json", "lab (1).ipynb", "lab", "lab.py", "lab-Copy1.ipynb"])
def test_notebook_of_another_name_is_graded_and_said(tmp_path: Path, name: str) -> None:
    lone = read(tmp_path, notebook(code("x = 1")), name)
    (tmp_path / "cohort/ada").mkdir(parents=True)
    (tmp_path / name).rename(tmp_path / "cohort/ada" / name)
    (in_cohort,) = read_submissions(tmp_path / "cohort")
    for found in (lone, in_cohort):
        (remark,) = found.remarks
        assert (remark.trouble, remark.file, remark.fatal) == (Trouble.WRONG_NAME, name, False)
        assert found.readable and found.notebook_name == name


@pytest.mark.parametrize(
    "name", ["lab.ipynb", "LAB.IPYNB", "lab06-1.ipynb", "Copy of lab.ipynb", "my lab_copying.ipynb", "lab(b).ipynb"]
)
def test_ordinary_name_is_not_remarked(tmp_path: Path, name: str) -> None:
    assert read(tmp_path, notebook(code("x = 1")), name).remarks == ()


@pytest.mark.parametrize(
    "metadata",
    [
        {"kernelspec": {"name": "ir", "display_name": "R", "language": "R"}},
        {"language_info": {"name": "R"}},
        {"kernelspec": {"name": "ir"}},
    ],
)
def test_notebook_for_another_language_is_not_graded(tmp_path: Path, metadata: dict[str, Any]) -> None:
    trouble, said = only_fault(tmp_path, notebook(code("x <- 1"), metadata=metadata))
    assert trouble is Trouble.UNREADABLE and "for r, not for Python" in said
    assert read(tmp_path, notebook(code("x <- 1"), metadata=metadata)).language == "r"


@pytest.mark.parametrize(
    "metadata",
    [
        {},
        {"kernelspec": {"name": "tf-gpu", "display_name": "My env"}},
        {"kernelspec": {"name": "python3", "language": "python"}, "language_info": {"name": "python"}},
        {"kernelspec": {"name": "ir"}, "language_info": {"name": "ipython"}},
        {"kernelspec": "python3", "language_info": ["x"]},
        ["no", "mapping"],
        {"kernelspec": {"language": 3}},
    ],
)
def test_odd_metadata_do_not_make_a_notebook_foreign(tmp_path: Path, metadata: Any) -> None:
    assert read(tmp_path, notebook(code("x = 1"), metadata=metadata)).language == "python"


def stream(text: Any) -> dict[str, Any]:
    return {"output_type": "stream", "name": "stdout", "text": text}


def test_long_output_keeps_its_beginning_and_end(tmp_path: Path) -> None:
    long = "first epoch\n" + "." * 100_000 + "\nlast epoch"
    found = read(tmp_path, notebook(code("x", outputs=[stream(long), stream("short")])))
    cut, short = (output["text"] for output in found.cells[0].outputs)
    assert cut.startswith("first epoch") and cut.endswith("last epoch") and "characters cut" in cut
    assert len(cut) < 21_000 and short == "short"


def test_picture_becomes_a_note_of_its_size(tmp_path: Path) -> None:
    picture = {"output_type": "display_data", "data": {"image/png": "QUJD" * 1000, "text/plain": "<Figure>"}}
    found = read(tmp_path, notebook(code("plot()", outputs=[picture])))
    assert found.cells[0].outputs[0]["data"] == {
        "image/png": "[image/png, 3000 bytes, not kept]",
        "text/plain": "<Figure>",
    }


def test_picture_inside_markdown_becomes_a_note_and_inside_code_stays(tmp_path: Path) -> None:
    uri = "data:image/png;base64," + "QUJD" * 100
    found = read(tmp_path, notebook(markdown(f"see ![x]({uri})"), code(f"u = '{uri}'")))
    assert found.cells[0].source == "see ![x]([image/png, 300 bytes, not kept])"
    assert found.cells[1].source == f"u = '{uri}'"


def test_all_outputs_together_are_capped(tmp_path: Path) -> None:
    cells = [code(f"x{n}", outputs=[stream("y" * 19_000) for _ in range(100)]) for n in range(3)]
    found = read(tmp_path, notebook(*cells))
    kept = sum(len(o["text"]) for c in found.cells for o in c.outputs)
    assert LONGEST_OUTPUTS <= kept < LONGEST_OUTPUTS * 1.1


@pytest.mark.parametrize(
    "outputs",
    [
        None, "text", 3, {"output_type": "stream", "text": ["a", "b"]}, [None, "x", [], {}, {"output_type": 3}],
        [{"output_type": "display_data", "data": "no mapping"}], [{"output_type": "error", "traceback": "one line"}],
        [{"output_type": "error", "traceback": [1, None], "ename": None, "evalue": {"a": 1}}],
        [{"output_type": "execute_result", "data": {"text/plain": {"deep": [1]}}, "execution_count": "4"}],
        [{"output_type": "stream", "text": "\ud800", "name": ["stdout"]}],
    ],
)  # fmt: skip
def test_outputs_of_another_shape_do_no_harm(tmp_path: Path, outputs: Any) -> None:
    found = read(tmp_path, notebook(code("x = 1", outputs=outputs)))
    assert found.readable
    assert all(
        o["output_type"] in ("stream", "error", "display_data", "execute_result") for o in found.cells[0].outputs
    )


def test_digest_is_of_the_file_as_handed_in_whatever_is_cut(tmp_path: Path) -> None:
    one = read(tmp_path, notebook(code("x", outputs=[stream("a" * 50_000 + "1" + "a" * 50_000)])))
    two = read(tmp_path, notebook(code("x", outputs=[stream("a" * 50_000 + "2" + "a" * 50_000)])))
    assert one.cells == two.cells and one.digest != two.digest


def test_depth_bomb_is_unreadable_and_no_crash(tmp_path: Path) -> None:
    trouble, said = only_fault(tmp_path, '{"cells": ' + "[" * 200_000 + "]" * 200_000 + "}")
    assert trouble is Trouble.UNREADABLE and "nested deeper" in said


def test_deep_output_below_pythons_limit_is_dropped(tmp_path: Path) -> None:
    deep = '{"a":' * 700 + "1" + "}" * 700
    found = read(
        tmp_path, GOOD.replace('"outputs": []', f'"outputs": [{{"output_type": "display_data", "data": {deep}}}]')
    )
    assert found.readable


def test_notebook_of_very_many_values_is_not_built(tmp_path: Path) -> None:
    trouble, _ = only_fault(tmp_path, '{"cells": [' + "[]," * 2_500_000 + "[]]}")
    assert trouble is Trouble.TOO_LARGE


def test_notebook_of_very_much_text_is_not_graded(tmp_path: Path) -> None:
    trouble, said = only_fault(tmp_path, notebook(code("x = 1\n" * 3_000_000)))
    assert trouble is Trouble.TOO_LARGE and "without its outputs" in said


def test_notebook_large_only_by_its_pictures_is_graded(tmp_path: Path) -> None:
    picture = {"output_type": "display_data", "data": {"image/png": "QUJD" * 5_000_000}}
    assert read(tmp_path, notebook(code("plot()", outputs=[picture]))).remarks == ()


def test_huge_file_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (tmp_path / "lab.ipynb").open("wb") as file:
        file.truncate(150 << 20)
    monkeypatch.setattr(Path, "read_bytes", lambda path: pytest.fail(f"{path} was read"))
    (remark,) = read_own([tmp_path / "lab.ipynb"]).remarks
    assert (remark.trouble, remark.fatal) == (Trouble.TOO_LARGE, True) and "150 MB" in remark.message


@pytest.mark.parametrize("name", ["nothing.ipynb", "."])
def test_reading_what_is_no_file_is_an_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(IntakeError, match=r"no such file|found a folder"):
        read_own([tmp_path / name])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
KEYS = st.sampled_from(["cell_type", "source", "outputs", "execution_count", "metadata", "input", "level"])
OUTPUT_KEYS = st.sampled_from(["output_type", "text", "data", "name", "traceback", "ename", "png"])
KINDS = st.sampled_from(["code", "markdown", "heading", "stream", "error", "display_data", "pyout", "execute_result"])
OUTPUT = st.dictionaries(OUTPUT_KEYS, KINDS | JSON, max_size=5)
CELL = st.dictionaries(KEYS, KINDS | st.lists(OUTPUT, max_size=3) | JSON, max_size=5)


@settings(max_examples=150, deadline=None)
@given(st.lists(CELL | JSON, max_size=4), st.sampled_from(["cells", "worksheets"]))
def test_cells_of_any_json_become_records(cells: list[Any], key: str) -> None:
    raw = {key: cells if key == "cells" else [{"cells": cells}]}
    made = to_cells(raw)
    assert [c.number for c in made] == list(range(1, len(cells) + 1))
    assert all(c.model_validate_json(c.model_dump_json()) == c for c in made)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300) | st.text(max_size=200).map(str.encode) | JSON.map(lambda v: json.dumps(v).encode()))
def test_any_bytes_are_read_or_remarked(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.ipynb"
    path.write_bytes(data)
    found = read_own([path])
    assert found.readable or any(r.fatal for r in found.remarks)
