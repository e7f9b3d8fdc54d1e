"""`python -m tests.proving.rewrites`: the same notebooks, written otherwise; no verdict by the code may turn.

    python -m tests.proving.rewrites [--every N] [--only NAME]

Nobody can list every way of writing the lab. But what the grader says of a notebook must not depend on how its cells
are divided, what its variables are called, or whether a value goes through a name: here it is asked again after each
such rewriting. 1 where a verdict turned, or where one that was decided rightly is now wrong. Undecided is counted.
"""

from __future__ import annotations

import argparse
import ast
import builtins
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from grader.evidence import collect
from grader.intake import read_submissions
from grader.pipeline import open_rubric
from grader.records import Rubric
from tests.proving.__main__ import RUBRIC
from tests.proving.compose import Piece
from tests.proving.ground import Case, all_cases
from tests.proving.notebook import notebook_text
from tests.proving.views import SOURCE, verdict

Trees = list[ast.Module]
BY_NAME = frozenset({"exec", "eval", "globals", "locals", "vars"})


def respelt(cells: Trees) -> Trees:
    """Without comments, blank lines and the author's quotes and brackets: what `ast.unparse` makes of them."""
    return cells


def a_statement_a_cell(cells: Trees) -> Trees:
    return [_module([statement]) for cell in cells for statement in cell.body]


def one_cell(cells: Trees) -> Trees:
    return [_module([statement for cell in cells for statement in cell.body])]


def in_a_function(cells: Trees) -> Trees | None:
    """All but the imports in a function that the last line calls."""
    everything = one_cell(cells)[0]
    if any(isinstance(node, ast.Global) for node in ast.walk(everything)) or _reaches_by_name(everything):
        return None
    imports = [s for s in everything.body if isinstance(s, (ast.Import, ast.ImportFrom))]
    function = ast.parse("def main():\n    pass\nmain()").body
    assert isinstance(function[0], ast.FunctionDef)
    function[0].body = [s for s in everything.body if s not in imports]
    return [_module([*imports, *function])]


def under_a_condition(cells: Trees) -> Trees:
    return [_module([ast.If(ast.Constant(True), cell.body, [])]) for cell in cells if cell.body]


def in_a_loop_of_one(cells: Trees) -> Trees:
    once = ast.parse("range(1)", mode="eval").body
    return [_module([ast.For(ast.Name("_once", ast.Store()), once, cell.body, [])]) for cell in cells if cell.body]


def through_variables(cells: Trees) -> Trees:
    """Every constant that is a keyword's value gets a name in the line before."""
    count = iter(range(10**6))
    return [_module([s for statement in cell.body for s in _with_names(statement, count)]) for cell in cells]


def renamed(cells: Trees) -> Trees | None:
    """The notebook's own names replaced by ones that say nothing; not where it reaches them by their text."""
    if any(_reaches_by_name(cell) for cell in cells):
        return None
    kept = {name for cell in cells for name in _fixed_names(cell)}
    own = {node.id for cell in cells for node in ast.walk(cell)
           if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}  # fmt: skip
    free = sorted(name for name in own - kept if not hasattr(builtins, name) and not name.startswith("_"))
    names = {name: f"thing_{number}" for number, name in enumerate(free)}
    for cell in cells:
        for node in ast.walk(cell):
            if isinstance(node, ast.Name):
                node.id = names.get(node.id, node.id)
            elif isinstance(node, (ast.Global, ast.Nonlocal)):
                node.names = [names.get(name, name) for name in node.names]
    return cells


REWRITES: Mapping[str, Callable[[Trees], Trees | None]] = {
    rewrite.__name__: rewrite
    for rewrite in (respelt, a_statement_a_cell, one_cell, in_a_function, under_a_condition, in_a_loop_of_one,
                    through_variables, renamed)
}  # fmt: skip


def rewritten(case: Case, rewrite: Callable[[Trees], Trees | None]) -> str | None:
    """The notebook's text after a rewriting; None where some cell is not plain Python, or it would not be the same."""
    told = json.loads(case.text)
    if told.get("nbformat") != 4:
        return None
    sources = ["".join(c["source"]) for c in told["cells"] if c["cell_type"] == "code"]
    try:
        cells = rewrite([ast.parse(source) for source in sources])
    except SyntaxError:
        return None
    return None if cells is None else notebook_text([Piece("", ast.unparse(cell)) for cell in cells])


def outcomes(texts: Mapping[str, str], rubric: Rubric) -> dict[str, Mapping[str, str]]:
    """Notebook → criterion → outcome by the code alone."""
    with tempfile.TemporaryDirectory(prefix="rewrites-") as folder:
        for name, text in texts.items():
            (Path(folder) / name).mkdir()
            (Path(folder) / name / "lab06.ipynb").write_text(text, encoding="utf-8")
        submissions = read_submissions(Path(folder), recognised_by=rubric.recognised_by)
        told = {s.display_name: verdict(collect(s, None), rubric).outcomes[SOURCE] for s in submissions}
    return {name: told[name] for name in texts}


def compare(cases: Sequence[Case], rubric: Rubric, name: str) -> tuple[Counter[str], list[str]]:
    """How many verdicts a rewriting left the same, made undecided, decided or turned; and which turned."""
    texts = {case.name: text for case in cases if (text := rewritten(case, REWRITES[name])) is not None}
    before = outcomes({case.name: case.text for case in cases if case.name in texts}, rubric)
    after = outcomes(texts, rubric)
    labels = {case.name: case.label.criteria for case in cases}
    count: Counter[str] = Counter()
    turned: list[str] = []
    for notebook in texts:
        for criterion, was in before[notebook].items():
            now = after[notebook][criterion]
            right = now in labels[notebook].get(criterion, (now,))
            kind = "same" if now == was else "undecided" if now == "undecided" else \
                "decided" if was == "undecided" and right else "turned"  # fmt: skip
            count[kind] += 1
            if kind == "turned":
                turned.append(f"{name}: {notebook}: {criterion} was {was}, is {now}")
    return count, turned


def main() -> int:
    """Prints a line a rewriting; 1 where a verdict turned."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every", type=int, default=1, help="only every Nth notebook")
    parser.add_argument("--only", choices=list(REWRITES), default="")
    chosen = parser.parse_args()
    cases, rubric = all_cases()[:: chosen.every], open_rubric(RUBRIC)
    wrong: list[str] = []
    print(f"{len(cases)} notebooks; verdicts by the code alone\n{'rewriting':20}   same  undecided  decided  turned")
    for name in REWRITES if not chosen.only else [chosen.only]:
        count, turned = compare(cases, rubric, name)
        wrong += turned
        told = [count[kind] for kind in ("same", "undecided", "decided", "turned")]
        print("{:20}  {:5}  {:9}  {:7}  {:6}".format(name, *told), flush=True)
    print("\n".join(wrong))
    return int(bool(wrong))


# --------------------------------------------------------------------------- parts of a tree


def _module(body: list[ast.stmt]) -> ast.Module:
    return ast.fix_missing_locations(ast.Module(body, []))


def _with_names(statement: ast.stmt, count: Iterator[int]) -> list[ast.stmt]:
    """The statement after an assignment for each constant; only where each is evaluated once and at once."""
    later = (ast.Lambda, ast.GeneratorExp, ast.ListComp, ast.SetComp, ast.DictComp)
    nodes = list(ast.walk(statement))
    if not isinstance(statement, (ast.Expr, ast.Assign)) or any(isinstance(node, later) for node in nodes):
        return [statement]
    named: list[ast.stmt] = []
    for node in nodes:
        if isinstance(node, ast.keyword) and isinstance(node.value, ast.Constant):
            name = f"option_{next(count)}"
            named.append(ast.Assign([ast.Name(name, ast.Store())], node.value))
            node.value = ast.Name(name, ast.Load())
    return [*named, statement]


def _reaches_by_name(cell: ast.Module) -> bool:
    return any(isinstance(node, ast.Name) and node.id in BY_NAME for node in ast.walk(cell))


def _fixed_names(cell: ast.Module) -> Iterator[str]:
    """Names that stand elsewhere too: of parameters, keywords, imports, and whatever is in a class or a pattern."""
    for node in ast.walk(cell):
        if isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.keyword) and node.arg:
            yield node.arg
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            yield from ((alias.asname or alias.name).split(".")[0] for alias in node.names)
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield node.name
            if isinstance(node, ast.ClassDef):
                yield from (inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name))
        elif isinstance(node, (ast.MatchAs, ast.MatchStar, ast.ExceptHandler)) and node.name:
            yield node.name


if __name__ == "__main__":
    sys.exit(main())
