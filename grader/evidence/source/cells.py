"""From cells to syntax trees: IPython's magics and shell lines made Python, each cell by itself.

In: cells as handed in. Out: a tree for each cell that parses, remarks for those that don't. Executes nothing.
"""

from __future__ import annotations

import ast
import re
import warnings
from dataclasses import dataclass, field

from grader.records import Cell, CellKind

CELL_LIMIT = 200_000
"""Characters of the longest cell that is read."""
NOTEBOOK_LIMIT = 600_000
PYTHON_MAGIC = re.compile(r"^%%(time|timeit|capture|prun|memit|notify)\b")
TRANSFORM_LIMIT = 400_000
"""Characters that IPython's transforms may go over: they read a cell again for each magic in it."""


@dataclass(frozen=True)
class Program:
    """One cell's code."""

    cell: int
    body: list[ast.stmt]
    lines: list[str]


@dataclass
class Reading:
    """The notebook's code, and what could not be read of it."""

    programs: list[Program] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    """Texts of the cells that were not read."""


def read_cells(cells: tuple[Cell, ...]) -> Reading:
    """Parses every code cell."""
    reading = Reading()
    total = transformed = 0
    for cell in cells:
        if cell.kind != CellKind.CODE or not cell.source.strip():
            continue
        total += len(cell.source)
        if len(cell.source) > CELL_LIMIT or total > NOTEBOOK_LIMIT:
            reading.remarks.append(f"Cell {cell.number} is too long to be read as code.")
            reading.unread.append(cell.source[:CELL_LIMIT])
            continue
        source = _without_timing(cell.source)
        tree, problem = parse(source)
        lines = cell.source.splitlines()
        if tree is None:
            transformed += _cost(source)
            if transformed <= TRANSFORM_LIMIT:
                tree, problem = _parse_transformed(source)
        if tree is None:
            reading.remarks.append(f"Cell {cell.number} is not valid Python and was left out: {problem}.")
            reading.unread.append(cell.source)
            continue
        reading.programs.append(Program(cell.number, tree.body, lines))
    return reading


def parse(source: str) -> tuple[ast.Module | None, str]:
    """The syntax tree of Python source, or None and what is wrong with it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source), ""
    except SyntaxError as error:
        where = f" in line {error.lineno}" if error.lineno else ""
        return None, f"{error.msg}{where}"
    except (ValueError, MemoryError, RecursionError, UnicodeError, OverflowError):
        return None, "it can't be parsed"


def _without_timing(source: str) -> str:
    """A cell under `%%time` or the like is Python: the magic's line is emptied, so that lines keep their numbers."""
    lines = source.split("\n")
    for index, line in enumerate(lines):
        if not line.strip():
            continue
        if not PYTHON_MAGIC.match(line):
            break
        lines[index] = ""
    return "\n".join(lines)


def _cost(source: str) -> int:
    """About how many characters IPython would go over: the whole cell once for each magic."""
    marks = sum(line.lstrip().startswith(("!", "%", "?")) or line.rstrip().endswith("?") or "= !" in line
                or "= %" in line for line in source.splitlines())
    return len(source) * (marks + 2)


def _parse_transformed(source: str) -> tuple[ast.Module | None, str]:
    """Parses a cell after IPython's input transforms; line numbers are those of the cell as handed in."""
    from IPython.core.inputtransformer2 import TransformerManager

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            text = TransformerManager().transform_cell(source)  # type: ignore[no-untyped-call]
    except Exception:  # IPython raises many things on hostile text; all mean the same here
        return None, parse(source)[1]
    tree, problem = parse(text)
    if tree is not None:
        _open_line_magics(tree)
        _renumber(tree, _line_numbers(source.splitlines(), text.splitlines()))
    return tree, problem


def _open_line_magics(tree: ast.Module) -> None:
    """`%time model.fit(x)` is what follows the magic."""
    for node in list(ast.walk(tree)):
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list):
                setattr(node, name, [part for old in block for part in _inside_magic(old)])


def _inside_magic(statement: ast.stmt) -> list[ast.stmt]:
    call = statement.value if isinstance(statement, ast.Expr) else None
    if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and len(call.args) == 2
            and call.func.attr == "run_line_magic"):
        return [statement]
    magic, text = (a.value if isinstance(a, ast.Constant) else "" for a in call.args)
    if magic not in ("time", "timeit", "prun") or not isinstance(text, str):
        return [statement]
    tree, _ = parse(text)
    if tree is None:
        return [statement]
    for node in ast.walk(tree):
        ast.copy_location(node, statement)
    return list(tree.body)


def _line_numbers(original: list[str], transformed: list[str]) -> list[int]:
    """For each transformed line, the line of the cell from which it comes."""
    numbers: list[int] = []
    at = 0
    bodies = [line.strip() for line in original]
    for line in transformed:
        body = line.strip()
        ahead = next((i for i in range(at, min(at + 40, len(bodies))) if body and bodies[i] == body), None)
        if ahead is None:
            while at < len(bodies) - 1 and not bodies[at]:
                at += 1
            ahead = min(at, max(len(bodies) - 1, 0))
        numbers.append(ahead + 1)
        at = ahead + 1
    return numbers


def _renumber(tree: ast.Module, numbers: list[int]) -> None:
    for node in ast.walk(tree):
        for name in ("lineno", "end_lineno"):
            line = getattr(node, name, None)
            if isinstance(line, int) and 0 < line <= len(numbers):
                setattr(node, name, numbers[line - 1])
