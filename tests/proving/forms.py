"""Notebook files in forms that are not today's. In: cells. Out: the text of the file."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from tests.proving.compose import Piece
from tests.proving.notebook import notebook_text


def nbformat_3(pieces: Sequence[Piece]) -> str:
    """Worksheets, `input` for `source`, `prompt_number` for the execution count."""
    cells = [{"cell_type": "code", "collapsed": False, "language": "python", "metadata": {}, "outputs": [],
              "input": piece.source.splitlines(keepends=True), "prompt_number": number}
             for number, piece in enumerate(pieces, 1)]  # fmt: skip
    told = {"metadata": {"name": "lab06"}, "nbformat": 3, "nbformat_minor": 0,
            "worksheets": [{"cells": cells, "metadata": {}}]}  # fmt: skip
    return json.dumps(told, indent=1)


def missing_outputs(pieces: Sequence[Piece]) -> str:
    told = json.loads(notebook_text(pieces))
    for cell in told["cells"]:
        cell.pop("outputs", None)
        cell.pop("execution_count", None)
        cell.pop("id")
    return json.dumps(told)


def huge_outputs(pieces: Sequence[Piece]) -> str:
    line = "step 1234/5678 - accuracy: 0.9312 - loss: 0.1801\n"
    return notebook_text([*pieces[:-1], Piece("", pieces[-1].source, False, line * 20_000, 1)])


def strings(pieces: Sequence[Piece]) -> str:
    told = json.loads(notebook_text(pieces))
    for cell in told["cells"]:
        cell["source"] = "".join(cell["source"]).replace("\n", "\r\n")
    return json.dumps(told)


def byte_order_mark(pieces: Sequence[Piece]) -> str:
    return "\ufeff" + notebook_text(pieces)


FORMS: Mapping[str, Callable[[Sequence[Piece]], str]] = MappingProxyType({
    form.__name__: form for form in (nbformat_3, missing_outputs, huge_outputs, strings, byte_order_mark)
})  # fmt: skip
