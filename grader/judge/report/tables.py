"""Tables that are a form: the questions in their cells, and the answers beside or below them.

In: blocks. Out: blocks, with such tables opened into one paragraph a cell. Must never open a table of results.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from grader.judge.report.wording import Wordings, compact
from grader.records import Block, BlockKind

_MOST_CELLS = 400
_LETTERS = 20


def opened(blocks: Sequence[Block], wordings: Wordings) -> tuple[Block, ...]:
    """The blocks, tables in which two or more questions stand as their cells."""
    return tuple(each for block in blocks for each in (_cells(block) if _is_form(block, wordings) else (block,)))


def _is_form(block: Block, wordings: Wordings) -> bool:
    if block.kind != BlockKind.TABLE:
        return False
    asked = set()
    for cell in [cell for row in block.rows for cell in row][:_MOST_CELLS]:
        letters = compact(cell)
        if len(letters) >= _LETTERS:
            likeness = wordings.likeness(letters, frozenset())
            asked |= {question for question, each in enumerate(likeness) if each > 0.8}
    return len(asked) >= 2


def _cells(block: Block) -> Iterator[Block]:
    for row in block.rows:
        for cell in row:
            if cell.strip():
                yield Block(kind=BlockKind.TEXT, text=cell, furniture=block.furniture, place=block.place)
