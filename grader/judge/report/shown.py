"""What a report shows under a question: its pictures, and code that was pasted as text.

In: the answer's blocks, the report's pictures. Out: `Shown`s in reading order, and the text around them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from grader.judge.report.code_text import CodeText, looks_like_code, text_of_picture, text_of_source
from grader.records import Block, BlockKind, Furniture, Picture, Place

_MOST_LINES = 400


@dataclass(frozen=True)
class Shown:
    """One picture (`picture` is its index in the report), or lines of code pasted as text (None).

    `problem`: why a picture was not read, "" if it was.
    """

    text: CodeText
    picture: int | None = None
    place: Place | None = None
    problem: str = ""


def find_shown(
    blocks: Sequence[Block], pictures: Sequence[Picture], *, most: int
) -> tuple[tuple[Shown, ...], CodeText]:
    """At most `most` pictures and pasted pieces of code, and all other text of the answer."""
    shown: list[Shown] = []
    pasted: list[str] = []
    pasted_at: Place | None = None
    spoken: list[str] = []
    for block in blocks:
        lines = _lines(block) if block.kind != BlockKind.PICTURE else []
        code = lines if block.code else [line for line in lines if looks_like_code(line) or _goes_on(line, pasted)]
        spoken += [line for line in lines if line not in code]
        if code and block.furniture != Furniture.CAPTION:
            pasted_at = pasted_at if pasted else block.place
            pasted += code
            continue
        shown += _pasted(pasted, pasted_at)
        pasted = []
        if block.kind == BlockKind.PICTURE and block.picture is not None and 0 <= block.picture < len(pictures):
            shown.append(picture_shown(block.picture, pictures[block.picture], block.place))
    shown += _pasted(pasted, pasted_at)
    return tuple(shown[:most]), text_of_source("\n".join(spoken[:_MOST_LINES]))


def picture_shown(index: int, picture: Picture, place: Place | None = None) -> Shown:
    """A picture of the report as shown."""
    return Shown(text_of_picture(picture), index, place or picture.place, picture.problem)


def _lines(block: Block) -> list[str]:
    rows: Iterable[str] = ("\n".join(row) for row in block.rows) if block.rows else (block.text,)
    return [line for text in rows for line in text[:20_000].splitlines() if line.strip()][:_MOST_LINES]


def _goes_on(line: str, pasted: Sequence[str]) -> bool:
    """A comment within pasted code."""
    return bool(pasted) and line.lstrip().startswith("#")


def _pasted(lines: Sequence[str], place: Place | None) -> list[Shown]:
    """Code that was pasted; a lone bracket or a word with a dot is none."""
    text = text_of_source("\n".join(lines))
    return [Shown(text, place=place)] if text.letters >= 8 else []
