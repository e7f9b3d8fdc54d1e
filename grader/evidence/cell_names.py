"""Which names a cell gives a value, and which it uses: read with IPython's transforms, never run.

In: a cell's source. Out: names with lines. Pure. It must never execute anything.
"""

from __future__ import annotations

import ast
import re
import warnings
from functools import lru_cache

_PIP = re.compile(r"(?:^|[!%\s])pip3?\s+install\s+([^\n|;&]+)", re.MULTILINE)
_ASSIGNED = re.compile(r"^\s*(?:def|class)\s+(\w+)|^\s*(?:from\s+[\w.]+\s+)?import\s+(.+)$|^\s*([\w,\s]+?)\s*=(?!=)")


@lru_cache(maxsize=512)
def parsed(source: str) -> ast.Module | None:
    """The cell's syntax tree after IPython's transforms; None where Python can't read it."""
    # Imported here: it takes a while, and most runs have no cause to look for.
    from IPython.core.inputtransformer2 import TransformerManager

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            text = TransformerManager().transform_cell(source)  # type: ignore[no-untyped-call]
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def bound_names(source: str, *, from_line: int | None = None) -> frozenset[str]:
    """Names that the cell gives a value in the notebook, by statements that end at `from_line` or later."""
    tree = parsed(source)
    if tree is None:
        return _guessed(source)
    found: set[str] = set()
    for statement in tree.body:
        if from_line is None or (statement.end_lineno or statement.lineno) >= from_line:
            found |= _of_statement(statement)
    return frozenset(found)


def _of_statement(statement: ast.AST) -> set[str]:
    """Names bound by a statement and those inside it, but not inside functions and classes."""
    found: set[str] = set()
    waiting: list[ast.AST] = [statement]
    while waiting:
        node = waiting.pop()
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                found.add(node.name)
                continue
            case ast.Lambda() | ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                continue
            case ast.Import() | ast.ImportFrom():
                found |= {alias.asname or alias.name.split(".")[0] for alias in node.names}
            case ast.Name(ctx=ast.Store()):
                found.add(node.id)
            case _:
                pass
        waiting.extend(ast.iter_child_nodes(node))
    return found


def _guessed(source: str) -> frozenset[str]:
    """Names of a cell that Python can't read, line by line."""
    found: set[str] = set()
    for line in source.splitlines():
        match = _ASSIGNED.match(line)
        if match is None:
            continue
        if match[1]:
            found.add(match[1])
        elif match[2]:
            found |= {part.split(" as ")[-1].strip().split(".")[0] for part in match[2].split(",")}
        elif match[3]:
            found |= {part.strip() for part in match[3].split(",") if part.strip().isidentifier()}
    return frozenset(found)


def used_names(source: str, line: int | None) -> frozenset[str]:
    """Names that the statement on this line reads; () where it can't be told."""
    tree = parsed(source)
    if tree is None or line is None:
        return frozenset()
    found = {
        node.id
        for statement in tree.body
        if statement.lineno <= line <= (statement.end_lineno or statement.lineno)
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }
    return frozenset(found)


def installed_packages(source: str) -> frozenset[str]:
    """Import names of the packages that a cell asks pip for, as far as they equal the package's name."""
    found: set[str] = set()
    for match in _PIP.finditer(source):
        words = [w for w in match[1].split() if not w.startswith("-")]
        found |= {re.split(r"[=<>!~\[;]", w)[0].strip("'\"").replace("-", "_") for w in words}
    return frozenset(x for x in found if x)
