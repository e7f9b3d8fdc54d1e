"""Turns a cell's saved outputs into plain lines.

In: nbformat-4 output dictionaries as handed in, hostile. Out: lines as a reader of the notebook saw them.
Escapes are stripped, progress bars reduced to their last state, HTML to its text. It must never raise, and reads no
more of a notebook than its caps.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass

from grader.records import Cell, CellKind

MOST_PER_CELL = 200_000
MOST_IN_ALL = 3_000_000
MOST_LINE = 2_000
_ESCAPE = re.compile(r"\x1b\[[0-9;:?]{0,32}[@-~]|\x1b\][^\x07\x1b]{0,200}(?:\x07|\x1b\\)|\x1b.?")
_TAG = re.compile(r"<[^<>]{0,2000}>")
_BREAK = re.compile(r"</(?:tr|p|div|li|h\d|pre)\s*>|<br\s*/?>", re.IGNORECASE)
_CELL_END = re.compile(r"</t[dh]\s*>", re.IGNORECASE)


@dataclass(frozen=True)
class SavedOutput:
    """What one code cell shows. `error` is "Name: message" of a saved traceback."""

    cell: int
    lines: tuple[str, ...]
    error: str = ""


def saved_outputs(cells: Iterable[Cell]) -> list[SavedOutput]:
    """The outputs of every code cell that has any, in the order of the notebook."""
    found: list[SavedOutput] = []
    left = MOST_IN_ALL
    for cell in cells:
        if cell.kind != CellKind.CODE or not cell.outputs or left <= 0:
            continue
        whole = _whole(cell, min(MOST_PER_CELL, left))
        left -= len(whole)
        error = next((e for e in map(_error, cell.outputs[:500]) if e), "")
        found.append(SavedOutput(cell.number, tuple(_lines(whole)), error))
    return found


def _whole(cell: Cell, most: int) -> str:
    """All that the cell shows, up to `most` characters."""
    texts: list[str] = []
    size = 0
    for output in cell.outputs[:500]:
        if size >= most:
            break
        texts.append(_text_of(output))
        size += len(texts[-1]) + 1
    return "\n".join(texts)[:most]


def _text_of(output: dict[str, object]) -> str:
    if output.get("output_type") == "stream":
        return _joined(output.get("text"))
    data = output.get("data")
    if not isinstance(data, dict):
        return ""
    plain = _joined(data.get("text/plain"))
    if "text/html" in data and (not plain.strip() or plain.lstrip().startswith("<IPython")):
        return _without_markup(_joined(data.get("text/html")))
    return plain


def _joined(value: object) -> str:
    if isinstance(value, str):
        return value[:MOST_PER_CELL]
    if isinstance(value, list | tuple):
        return "".join(part for part in value[:20_000] if isinstance(part, str))[:MOST_PER_CELL]
    return ""


def _without_markup(text: str) -> str:
    for block in ("script", "style"):
        text = _without_block(text, block)
    broken = _CELL_END.sub("  ", _BREAK.sub("\n", text))
    return html.unescape(_TAG.sub("", broken))


def _without_block(text: str, block: str) -> str:
    """The text without `<block>…</block>`; found by searching: a pattern could be made slow."""
    kept: list[str] = []
    lower = text.lower()
    at = 0
    while (start := lower.find(f"<{block}", at)) >= 0:
        kept.append(text[at:start])
        end = lower.find(f"</{block}", start)
        if end < 0:
            return "".join(kept)
        at = end
    return "".join([*kept, text[at:]])


def _lines(text: str) -> list[str]:
    lines = []
    for raw in _ESCAPE.sub("", text).replace("\r\n", "\n").split("\n"):
        states = [part for part in raw.replace("\b", "\r").split("\r") if part.strip()]
        line = states[-1] if states else ""
        lines.append("".join(c for c in line if c.isprintable() or c == "\t")[:MOST_LINE])
    return lines


def _error(output: dict[str, object]) -> str:
    if output.get("output_type") != "error":
        return ""
    name, message = output.get("ename"), output.get("evalue")
    words = f"{name if isinstance(name, str) else '?'}: {message if isinstance(message, str) else ''}"
    return " ".join(_ESCAPE.sub("", words[:2000]).split())[:200]
