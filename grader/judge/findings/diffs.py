"""The smallest change of a student's own lines, as a unified diff.

In: cells, and where a finding points. Out: the diff's text, "" where the lines are not what they would have to be.
Must never execute anything, nor show a change of which it is not certain that the code parses after it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from difflib import unified_diff

from grader.records import Cell, CellKind, Place

_CONTEXT = 2
_MOST_LINES = 40


def line_after(cells: tuple[Cell, ...], place: Place | None, value: str) -> str:
    """After the statement `NAME = call(…)` at `place`, a line of its own: `value` with NAME put in for `{}`."""
    cell, statement = _statement_at(cells, place)
    if cell is None or not isinstance(statement, ast.Assign) or not isinstance(statement.value, ast.Call):
        return ""
    name = _only_name(statement)
    return _edited(cell, _inserted(cell, statement, value.format(name), after=True)) if name else ""


def line_before_call(cells: tuple[Cell, ...], place: Place | None, value: str) -> str:
    """Before the statement `y = f(NAME, …)` at `place`, a line of its own: `value` with NAME put in for `{}`."""
    cell, statement = _statement_at(cells, place)
    if cell is None or not isinstance(statement, ast.Assign) or not isinstance(statement.value, ast.Call):
        return ""
    call = statement.value
    if isinstance(call.func, ast.Call) or len(call.args) != 1 or not isinstance(call.args[0], ast.Name):
        return ""
    return _edited(cell, _inserted(cell, statement, value.format(call.args[0].id), after=False))


def calls_taken_out(cells: tuple[Cell, ...], function: str, spared: Place | None) -> str:
    """Every call of `…function(x)` replaced by its x, but the one at `spared`; statements left as `x = x` go."""
    found = []
    for cell in cells:
        tree = _tree(cell)
        calls = [c for c in ast.walk(tree) if _is_call_of(c, function)] if tree is not None else []
        calls = [c for c in calls if not _is_at(c, cell, spared)]
        if calls:
            found.append(_edited(cell, _without(cell, tree, calls)))
    return "".join(found) if all(found) else ""


def call_taken_out(cells: tuple[Cell, ...], place: Place | None) -> str:
    """The statement `y = f(x)` at `place` without its call, whatever `f` is; `x = f(x)` goes altogether."""
    cell = _cell(cells, place)
    tree = _tree(cell) if cell is not None else None
    if cell is None or tree is None or place is None:
        return ""
    here = [s for s in ast.walk(tree) if isinstance(s, ast.Assign) and s.lineno == place.line]
    call = here[0].value if len(here) == 1 and _only_name(here[0]) else None
    if not isinstance(call, ast.Call) or len(call.args) != 1 or not isinstance(call.args[0], ast.Name):
        return ""
    return _edited(cell, _without(cell, tree, [call])) if not call.keywords else ""


def replaced_in_line(cells: tuple[Cell, ...], place: Place | None, function: str, code: str) -> str:
    """The one call of `function` that begins on the line of `place`, replaced by `code`."""
    cell = _cell(cells, place)
    if cell is None:
        return ""
    call = call_in_line(cells, place, function)
    return _edited(cell, _spliced(cell, [(call, code)])) if call is not None else ""


def call_in_line(cells: tuple[Cell, ...], place: Place | None, function: str) -> ast.Call | None:
    """The one call of `function` that begins on the line of `place`."""
    cell = _cell(cells, place)
    tree = _tree(cell) if cell is not None else None
    if tree is None or place is None:
        return None
    calls = [c for c in ast.walk(tree) if isinstance(c, ast.Call) and _is_call_of(c, function)]
    calls = [c for c in calls if c.lineno == place.line]
    return calls[0] if len(calls) == 1 else None


def keyword_changed(cells: tuple[Cell, ...], place: Place | None, names: tuple[str, ...], value: str) -> str:
    """In the statement at `place`: the one keyword argument of one of these names that is a constant."""
    cell, statement = _statement_at(cells, place)
    if cell is None or statement is None:
        return ""
    found = [k.value for k in ast.walk(statement) if isinstance(k, ast.keyword) and k.arg in names]
    if len(found) != 1 or not isinstance(found[0], ast.Constant):
        return ""
    return _edited(cell, _spliced(cell, [(found[0], value)]))


def keyword_added(
    cells: tuple[Cell, ...], function: str, name: str, value: str, place: Place | None = None
) -> str:
    """In the only call of `function`, in the notebook or in the statement at `place`: a keyword that is not given."""
    around, statement = _statement_at(cells, place)
    if place is not None and (around is None or statement is None or _in_function(around, statement)):
        return ""
    trees = [(around, statement)] if around is not None else [(cell, _tree(cell)) for cell in cells]
    calls = [(cell, c) for cell, tree in trees if tree is not None
             for c in ast.walk(tree) if isinstance(c, ast.Call) and _is_call_of(c, function)]  # fmt: skip
    if len(calls) != 1:
        return ""
    cell, call = calls[0]
    if any(k.arg in (name, None) for k in call.keywords) or not (call.args or call.keywords):
        return ""
    given = [*call.args, *(k.value for k in call.keywords)]
    last = max(given, key=lambda node: (node.end_lineno or 0, node.end_col_offset or 0))
    written = ast.get_source_segment(cell.source, last) or ""
    return _edited(cell, _spliced(cell, [(last, f"{written}, {name}={value}")])) if written else ""


def keyword_taken_out(cells: tuple[Cell, ...], place: Place | None, function: str, name: str) -> str:
    """In the one call of `function` on the line of `place`: without the keyword argument of this name."""
    cell, call = _cell(cells, place), call_in_line(cells, place, function)
    if cell is None or call is None or len(call.args) + len(call.keywords) < 2:
        return ""
    given: list[ast.expr | ast.keyword] = [*call.args, *call.keywords]
    at = next((i for i, k in enumerate(given) if isinstance(k, ast.keyword) and k.arg == name), None)
    if at is None:
        return ""
    stays = given[at + 1] if at + 1 < len(given) else given[at - 1]
    first, last = sorted((given[at], stays), key=lambda node: node.col_offset)
    both = ast.Constant(None, lineno=first.lineno, col_offset=first.col_offset, end_lineno=last.end_lineno,
                        end_col_offset=last.end_col_offset)  # fmt: skip
    return _edited(cell, _spliced(cell, [(both, _written(cell, stays))]))


def respelled(cells: tuple[Cell, ...], words: Mapping[str, str]) -> str:
    """Every name, attribute, import and text that is one of these words, replaced by the word it is mapped to."""
    found = []
    if any(word in cell.source for cell in cells for word in words if cell.kind == CellKind.CODE and not _tree(cell)):
        return ""
    for cell in cells:
        edits = [(node, _written(cell, node).replace(word, words[word])) for node in _nodes(cell)
                 if (word := _last_word(node)) in words]  # fmt: skip
        if edits:
            found.append(_edited(cell, _spliced(cell, edits)))
    return "".join(found) if all(found) else ""


def module_exchanged(cells: tuple[Cell, ...], function: str, module: str) -> str:
    """Where the notebook takes `function` from a module of keras.applications, once: from `module` instead."""
    taken = [(cell, node, path) for cell in cells for node in _nodes(cell) if (path := _taken_from(node, function))]
    if len(taken) != 1:
        return ""
    cell, node, path = taken[0]
    written = _written(cell, node).replace(f"applications.{path}", f"applications.{module}", 1)
    return _edited(cell, _spliced(cell, [(node, written)]))


def _taken_from(node: ast.AST, function: str) -> str:
    """`vgg16`, for `from keras.applications.vgg16 import function` and `keras.applications.vgg16.function`."""
    if isinstance(node, ast.ImportFrom) and [n.name for n in node.names] == [function]:
        path = node.module or ""
    elif isinstance(node, ast.Attribute) and node.attr == function:
        path = ast.unparse(node.value)
    else:
        return ""
    before, _, module = path.rpartition(".")
    return module if before.endswith("applications") else ""


def first_argument_replaced(cells: tuple[Cell, ...], place: Place | None, functions: tuple[str, ...], code: str) -> str:
    """The first argument, or `directory`, of the one call of any of these functions in the statement at `place`."""
    cell, statement = _statement_at(cells, place)
    if cell is None or statement is None or _in_function(cell, statement):
        return ""
    calls = [c for c in ast.walk(statement) if isinstance(c, ast.Call) and any(_is_call_of(c, f) for f in functions)]
    if len(calls) != 1:
        return ""
    named = [k.value for k in calls[0].keywords if k.arg == "directory"]
    given = calls[0].args[:1] or named
    return _edited(cell, _spliced(cell, [(given[0], code)])) if given and isinstance(given[0], ast.Name) else ""


def name_of_path(cells: tuple[Cell, ...], ends: tuple[str, ...]) -> str:
    """The one variable whose value is a path that ends in one of these words, as far as the code shows it."""
    names = set()
    for cell in cells:
        tree = _tree(cell)
        for statement in ast.walk(tree) if tree is not None else ():
            if isinstance(statement, ast.Assign) and (name := _only_name(statement)):
                texts = [n.value for n in ast.walk(statement.value)
                         if isinstance(n, ast.Constant) and isinstance(n.value, str)]  # fmt: skip
                path = isinstance(statement.value, (ast.Constant, ast.BinOp, ast.JoinedStr)) or any(
                    _is_call_of(c, f) for c in ast.walk(statement.value) for f in ("join", "Path"))  # fmt: skip
                if texts and path and texts[-1].rstrip("/\\").replace("\\", "/").split("/")[-1].lower() in ends:
                    names.add(name)
    return names.pop() if len(names) == 1 else ""


def mapped_alike(cells: tuple[Cell, ...], fit: Place | None) -> str:
    """For `fit(a, validation_data=b)` at that place, with one line `a = a.map(f)`: behind it, `b = b.map(f)`."""
    _, statement = _statement_at(cells, fit)
    calls = [c for c in ast.walk(statement) if isinstance(c, ast.Call) and _is_call_of(c, "fit")] if statement else []
    if len(calls) != 1 or not calls[0].args or not isinstance(calls[0].args[0], ast.Name):
        return ""
    given = next((k.value for k in calls[0].keywords if k.arg == "validation_data"), None)
    if not isinstance(given, ast.Name):
        return ""
    training, validation = calls[0].args[0].id, given.id
    assigned = [(cell, s) for cell in cells for s in _assignments(cell)]
    maps = [(cell, s, f) for cell, s in assigned if _only_name(s) in (training, validation) for f in _mapped(cell, s)]
    if len(maps) != 1 or _only_name(maps[0][1]) != training or _in_function(*maps[0][:2]):
        return ""
    cell, line, function = maps[0]
    before = any(_only_name(s) == validation and (c.number, s.lineno) < (cell.number, line.lineno) for c, s in assigned)
    change = f"{validation} = {validation}.map({function})"
    return _edited(cell, _inserted(cell, line, change, after=True)) if before and "\n" not in function else ""


def _assignments(cell: Cell) -> list[ast.Assign]:
    tree = _tree(cell)
    return [s for s in ast.walk(tree) if isinstance(s, ast.Assign)] if tree is not None else []


def _mapped(cell: Cell, statement: ast.Assign) -> list[str]:
    """What is mapped over a data set in a line that changes it: the functions as they are written."""
    calls = [c for c in ast.walk(statement.value) if isinstance(c, ast.Call) and _is_call_of(c, "map") and c.args]
    return [ast.get_source_segment(cell.source, c.args[0]) or "\n" for c in calls]


def spelled(cells: tuple[Cell, ...], place: Place | None, function: str) -> str:
    """How a call on that line spells what stands before `function`: `tf.keras.applications.`; "" for a bare name."""
    call = call_in_line(cells, place, function)
    return ast.unparse(call.func).removesuffix(function) if call is not None else ""


# --------------------------------------------------------------------------- reading


def _cell(cells: tuple[Cell, ...], place: Place | None) -> Cell | None:
    return next((c for c in cells if place is not None and c.number == place.cell), None)


def _tree(cell: Cell) -> ast.Module | None:
    """The cell as Python; None where it isn't, or where its lines are not told apart as Python tells them."""
    if "\r" in cell.source or "\f" in cell.source:
        return None
    try:
        return ast.parse(cell.source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _statement_at(cells: tuple[Cell, ...], place: Place | None) -> tuple[Cell | None, ast.stmt | None]:
    """The innermost statement around the line; none where two share it."""
    cell = _cell(cells, place)
    tree = _tree(cell) if cell is not None else None
    if cell is None or tree is None or place is None or place.line is None:
        return None, None
    around = [(s, (s.end_lineno or s.lineno) - s.lineno) for s in ast.walk(tree) if isinstance(s, ast.stmt)
              and s.lineno <= place.line <= (s.end_lineno or s.lineno)]  # fmt: skip
    shortest = min((length for _, length in around), default=0)
    innermost = [s for s, length in around if length == shortest]
    return cell, innermost[0] if len(innermost) == 1 else None


def _in_function(cell: Cell, statement: ast.stmt) -> bool:
    """Whether it stands inside a function: a change there changes every call of it."""
    tree = _tree(cell)
    around = [] if tree is None else [f for f in ast.walk(tree) if isinstance(f, ast.FunctionDef)]
    return any(f.lineno <= statement.lineno <= (f.end_lineno or f.lineno) for f in around)


def _only_name(statement: ast.Assign) -> str:
    target = statement.targets[0]
    return target.id if len(statement.targets) == 1 and isinstance(target, ast.Name) else ""


def _is_call_of(node: ast.AST, function: str) -> bool:
    if not isinstance(node, ast.Call):
        return False
    name = node.func
    return getattr(name, "attr", None) == function or getattr(name, "id", None) == function


def _is_at(call: ast.AST, cell: Cell, place: Place | None) -> bool:
    return place is not None and cell.number == place.cell and getattr(call, "lineno", None) == place.line


def _nodes(cell: Cell) -> Iterator[ast.AST]:
    tree = _tree(cell) if cell.kind == CellKind.CODE else None
    return iter(()) if tree is None else ast.walk(tree)


def _last_word(node: ast.AST) -> str:
    """`Adam` of the name, `optimizers.Adam`, an import of it, and the text 'Adam'; "" for anything else."""
    word = getattr(node, {ast.Attribute: "attr", ast.Name: "id", ast.alias: "name", ast.Constant: "value"}.get(
        type(node), "_"), "")  # fmt: skip
    return word if isinstance(word, str) else ""


def _written(cell: Cell, node: ast.AST) -> str:
    return ast.get_source_segment(cell.source, node) or ""


# --------------------------------------------------------------------------- changing


def _inserted(cell: Cell, statement: ast.stmt, code: str, *, after: bool) -> str:
    lines = cell.source.split("\n")
    first = lines[statement.lineno - 1]
    indent = first[: len(first) - len(first.lstrip())]
    at = (statement.end_lineno or statement.lineno) if after else statement.lineno - 1
    return "\n".join([*lines[:at], *(indent + line for line in code.split("\n")), *lines[at:]])


def _without(cell: Cell, tree: ast.Module | None, calls: list[ast.AST]) -> str:
    """The cell with each call replaced by its one argument."""
    edits: list[tuple[ast.AST, str]] = []
    gone: list[int] = []
    statements = [s for s in ast.walk(tree) if isinstance(s, ast.Assign)] if tree is not None else []
    for call in calls:
        if not isinstance(call, ast.Call) or len(call.args) != 1 or call.keywords:
            return cell.source
        whole = next((s for s in statements if s.value is call), None)
        argument = call.args[0]
        same = isinstance(argument, ast.Name) and whole is not None and _only_name(whole) == argument.id
        alone = whole is not None and ";" not in cell.source.split("\n")[whole.lineno - 1]
        if whole is not None and same and alone and whole.lineno == whole.end_lineno:
            gone.append(whole.lineno)
        else:
            edits.append((call, ast.get_source_segment(cell.source, argument) or ""))
    lines = _spliced(cell, edits).split("\n")
    return "\n".join(line for number, line in enumerate(lines, start=1) if number not in gone)


def _spliced(cell: Cell, edits: list[tuple[ast.AST, str]]) -> str:
    """The source with these one-line nodes replaced; unchanged where one spans lines."""
    lines = [line.encode() for line in cell.source.split("\n")]
    spots = [(getattr(n, "lineno", 0), getattr(n, "col_offset", 0), getattr(n, "end_lineno", 0),
              getattr(n, "end_col_offset", 0), code) for n, code in edits]  # fmt: skip
    if any(first != last or not code for first, _, last, _, code in spots):
        return cell.source
    for line, start, _, end, code in sorted(spots, reverse=True):
        lines[line - 1] = lines[line - 1][:start] + code.encode() + lines[line - 1][end:]
    return b"\n".join(lines).decode()


def _edited(cell: Cell, source: str) -> str:
    """The diff of the cell; "" where nothing changed, or where the change leaves no Python."""
    try:
        ast.parse(source)
    except (SyntaxError, ValueError):
        return ""
    name = f"cell {cell.number}"
    before, after = cell.source.split("\n"), source.split("\n")
    lines = list(unified_diff(before, after, name, name, n=_CONTEXT, lineterm=""))
    return "\n".join(lines) + "\n" if 0 < len(lines) <= _MOST_LINES else ""

