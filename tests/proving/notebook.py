"""Pieces → a notebook file, as Jupyter writes it. In: cells. Out: JSON text. The same cells give the same bytes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from tests.proving.compose import Piece


def notebook_text(pieces: Sequence[Piece]) -> str:
    """An .ipynb of format 4."""
    cells = [_cell(i, piece) for i, piece in enumerate(pieces)]
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
              "language_info": {"name": "python"}}  # fmt: skip
    told = {"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def _cell(number: int, piece: Piece) -> dict[str, Any]:
    source = piece.source.splitlines(keepends=True)
    cell: dict[str, Any] = {"cell_type": "code", "id": f"c{number}", "metadata": {}, "source": source}
    if piece.markdown:
        return {**cell, "cell_type": "markdown"}
    text = piece.output.splitlines(keepends=True)
    saved = [{"output_type": "stream", "name": "stdout", "text": text}] if text else []
    return {**cell, "execution_count": piece.count, "outputs": saved}
