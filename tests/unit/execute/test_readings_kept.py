"""What was read in a picture is kept by the version of all that reads it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from grader.execute import readings

# What only holds the reader to its limits, and gives its answer.
NOT_READING = {"limits"}


def imported(name: str) -> set[str]:
    """The siblings that a reader imports, and those that they import."""
    tree = ast.parse((readings.READER_SIDE / f"{name}.py").read_text(encoding="utf-8"))
    named = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    siblings = {module for module in named if (readings.READER_SIDE / f"{module}.py").exists()}
    return siblings.union(*map(imported, siblings))


@pytest.mark.parametrize("name", sorted(imported("read_pictures") - NOT_READING | {"read_pictures"}))
def test_another_reader_of_pictures_reads_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    before = readings.reader_version()
    for file in readings.READER_SIDE.glob("*.py"):
        (tmp_path / file.name).write_bytes(file.read_bytes() + (b"# x" if file.stem == name else b""))
    monkeypatch.setattr(readings, "READER_SIDE", tmp_path)
    assert readings.reader_version() != before
