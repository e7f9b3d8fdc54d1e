"""A student's notebook, to take code from. Cells are numbered as the grader does: from 1, Markdown cells too."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path
from typing import Any

COHORT = Path(__file__).parents[2] / "lab06"
ANSWER_CELL = "answer-"
"""Ids of cells that hold answers begin so."""


class Notebook:
    """A notebook as handed in."""

    def __init__(self, student: str) -> None:
        (self.path,) = (COHORT / student).glob("*.ipynb")
        self._all: dict[str, Any] = json.loads(self.path.read_text(encoding="utf-8"))
        self._cells = [c for c in self._all["cells"] if not c["id"].startswith(ANSWER_CELL)]

    def code(self, cell: int, first: int = 1, last: int | None = None) -> str:
        """Lines `first` to `last` of a cell, its common indentation kept as it is."""
        return "\n".join(self._source(cell).splitlines()[first - 1 : last])

    def dedented(self, cell: int, first: int = 1, last: int | None = None) -> str:
        """The same, moved to the left margin."""
        return textwrap.dedent(self.code(cell, first, last))

    def output(self, cell: int) -> str:
        """The text printed under a cell."""
        outputs = self._cells[cell - 1].get("outputs", [])
        return "".join("".join(o.get("text", [])) for o in outputs).strip("\n")

    def with_answers(self, cells: list[str]) -> bytes:
        """The notebook with Markdown cells at its end; those of an earlier call are replaced."""
        added = [
            {"cell_type": "markdown", "id": f"{ANSWER_CELL}{n:02d}", "metadata": {}, "source": text}
            for n, text in enumerate(cells, 1)
        ]
        notebook = {**self._all, "cells": self._cells + added}
        return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()

    def _source(self, cell: int) -> str:
        source = self._cells[cell - 1]["source"]
        return source if isinstance(source, str) else "".join(source)
