"""Notebooks written otherwise: the rewritings keep the meaning, and a verdict that turns is told."""

from __future__ import annotations

import ast
from functools import cache

import pytest

from grader.pipeline import open_rubric
from tests.proving import rewrites
from tests.proving.__main__ import RUBRIC
from tests.proving.ground import all_cases
from tests.proving.rewrites import REWRITES, compare, rewritten

cases = cache(all_cases)
rubric = cache(lambda: open_rubric(RUBRIC))

CODE = ("import math\nrate = 0.5\nrates = [rate * k for k in range(3)]\n"
        "def shown(x, digits=2):\n    return round(x, ndigits=digits)",
        "print(shown(math.fsum(rates), digits=1))")  # fmt: skip


@pytest.mark.parametrize("name", REWRITES)
def test_no_verdict_turns(name):
    count, turned = compare(cases()[::90], rubric(), name)
    assert turned == []
    assert count["same"] > 100
    assert count["undecided"] <= 5


@pytest.mark.parametrize("name", REWRITES)
def test_the_code_does_the_same(name, capsys):
    exec("\n".join(CODE), {})  # noqa: S102 - this file's own code
    assert (before := capsys.readouterr().out)
    cells = REWRITES[name]([ast.parse(source) for source in CODE])
    exec("\n".join(ast.unparse(cell) for cell in cells), {})  # noqa: S102
    assert capsys.readouterr().out == before


def test_code_that_reaches_names_by_their_text_is_not_renamed():
    assert REWRITES["renamed"]([ast.parse("a = 1\nprint(globals()['a'])")]) is None


def test_a_rewriting_that_changes_the_meaning_is_told(monkeypatch):
    def thawed(cells):
        for cell in cells:
            for node in ast.walk(cell):
                if isinstance(node, ast.Assign) and ast.unparse(node).endswith(".trainable = False"):
                    node.value = ast.Constant(True)
        return cells

    monkeypatch.setitem(rewrites.REWRITES, "thawed", thawed)
    _, turned = compare(cases()[:12], rubric(), "thawed")
    assert any("frozen_before_first_fit was met, is not_met" in line for line in turned)


def test_broken_cells_are_left_alone():
    broken = next(c for c in cases() if c.name == "awkward-syntax-error-in-the-training")
    assert rewritten(broken, REWRITES["respelt"]) is None
