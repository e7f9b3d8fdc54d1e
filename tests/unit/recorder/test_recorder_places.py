"""Events know the cell and line of the student's own code, whatever IPython makes of the cell."""

from __future__ import annotations

import hashlib
from types import SimpleNamespace
from typing import Any

import pytest
from recorder_places import Places


class Shell:
    """IPython's shell, as far as places ask it: events, and the files of cells."""

    def __init__(self) -> None:
        self.callbacks: dict[str, Any] = {}
        self.events = SimpleNamespace(register=self.callbacks.__setitem__)
        self.compile = SimpleNamespace(_filename_map={})
        self.user_ns: dict[str, Any] = {}

    def run(self, raw: str, body: str | None = None, name: str | None = None) -> None:
        """Runs a cell as IPython does: without its blank lines at the head."""
        self.callbacks["pre_run_cell"](SimpleNamespace(raw_cell=raw))
        name = name or f"cell-{len(self.compile._filename_map)}"
        self.compile._filename_map[name] = 1
        exec(compile(raw.lstrip("\n") if body is None else body, name, "exec"), self.user_ns)  # noqa: S102
        self.callbacks["post_run_cell"](None)


@pytest.fixture
def notebook() -> Any:
    def make(*cells: str) -> tuple[Shell, list[dict[str, Any]]]:
        told: list[dict[str, Any]] = []
        places = Places([{"cell": 2 * n, "sha256": hashlib.sha256(s.encode()).hexdigest()}
                         for n, s in enumerate(cells, start=1)])  # fmt: skip
        shell = Shell()
        places.attach(shell)
        shell.user_ns["tell"] = lambda: told.append(places.here())
        shell.user_ns["name_of"] = lambda thing: told.append({"name": places.name_of(thing)})
        return shell, told

    return make


def spots(told: list[dict[str, Any]]) -> list[tuple[int | None, int | None, int | None]]:
    return [(t["cell"], t["line"], t["running"]) for t in told]


def test_line_of_the_cell_is_told(notebook: Any) -> None:
    cells = ("x = 1\ntell()", "tell()")
    shell, told = notebook(*cells)
    for cell in cells:
        shell.run(cell)
    assert spots(told) == [(2, 2, 2), (4, 1, 4)]


def test_blank_lines_at_the_head_count(notebook: Any) -> None:
    shell, told = notebook("\n\n\ntell()")
    shell.run("\n\n\ntell()")
    assert spots(told) == [(2, 4, 2)]


def test_function_of_an_earlier_cell_keeps_its_line(notebook: Any) -> None:
    cells = ("\ndef helper():\n    tell()", "helper()")
    shell, told = notebook(*cells)
    for cell in cells:
        shell.run(cell)
    assert spots(told) == [(2, 3, 4)]


def test_equal_cells_are_told_apart_by_order(notebook: Any) -> None:
    shell, told = notebook("tell()", "tell()")
    shell.run("tell()", name="same")
    shell.run("tell()", name="same")
    assert [t["cell"] for t in told] == [2, 4]


def test_code_outside_of_the_notebook_has_no_place(notebook: Any) -> None:
    shell, told = notebook("tell()")
    shell.run("tell()  # the grader's own")
    assert spots(told) == [(None, None, None)]


def test_cell_that_is_run_by_a_magic_keeps_cell_and_line(notebook: Any) -> None:
    cell = "%%capture\n\ntell()"
    shell, told = notebook(cell)
    shell.user_ns["inner"] = lambda: shell.run("\ntell()")
    shell.run(cell, body="inner()")
    assert spots(told) == [(2, 3, 2)]


def test_name_is_the_notebooks_own_first(notebook: Any) -> None:
    cell = "made = object()\nkept = {'best': object()}\ndef f():\n    inside = object()\n    name_of(inside)\n" \
           "name_of(made)\nname_of(kept['best'])\nf()\nname_of(object())"
    shell, told = notebook(cell)
    shell.run(cell)
    assert [t["name"] for t in told] == ["made", "kept['best']", "inside", ""]
