"""Turns the cells of a notebook, well-formed or not, into records.

In: the dictionary that a notebook's JSON gave, of any nbformat. Out: Cells, with long outputs and pictures cut.
This module must never trust a type: every field may be missing, misspelt or of another shape.
"""

from __future__ import annotations

import re
from typing import Any

from grader.records import Cell, CellKind

LONGEST_OUTPUT = 20_000
LONGEST_OUTPUTS = 1_000_000
"""Characters of all outputs of one notebook together."""
MOST_OUTPUTS = 200
KEPT_TYPES = ("text/plain", "text/html", "text/markdown", "text/latex")
# nbformat 3 had one key a type.
OLD_TYPES = {"text": "text/plain", "html": "text/html", "latex": "text/latex", "png": "image/png", "jpeg": "image/jpeg",
             "svg": "image/svg+xml", "json": "application/json", "javascript": "application/javascript"}  # fmt: skip
OLD_OUTPUTS = {"pyout": "execute_result", "pyerr": "error"}
_DATA_URI = re.compile(r"data:(?P<type>[\w.+/-]+);base64,(?P<data>[A-Za-z0-9+/=\s]{200,})")


def to_cells(notebook: dict[str, Any]) -> tuple[Cell, ...]:
    """Every cell in order; what is no cell at all keeps its number as an empty one."""
    room = LONGEST_OUTPUTS
    cells: list[Cell] = []
    for number, raw in enumerate(raw_cells(notebook), 1):
        fields = raw if isinstance(raw, dict) else {"cell_type": "raw"}
        kind = _kind(fields)
        outputs: tuple[dict[str, Any], ...] = ()
        if kind is CellKind.CODE:
            outputs, room = _outputs(fields.get("outputs"), room)
        cells.append(
            Cell(
                number=number,
                kind=kind,
                source=_source(fields, kind),
                execution_count=_count(fields.get("execution_count", fields.get("prompt_number"))),
                outputs=outputs,
            )
        )
    return tuple(cells)


def raw_cells(notebook: dict[str, Any]) -> list[Any]:
    """The list of cells; nbformat 3 keeps them in worksheets."""
    cells = notebook.get("cells")
    if isinstance(cells, list):
        return cells
    sheets = notebook.get("worksheets")
    found: list[Any] = []
    for sheet in sheets if isinstance(sheets, list) else ():
        inside = sheet.get("cells") if isinstance(sheet, dict) else None
        found += inside if isinstance(inside, list) else []
    return found


def text_of(value: object) -> str:
    """Text that a notebook gave as a string or as a list of lines, as valid Unicode."""
    if isinstance(value, list):
        text = "".join(part for part in value if isinstance(part, str))
    else:
        text = value if isinstance(value, str) else ""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _kind(fields: dict[str, Any]) -> CellKind:
    kind = fields.get("cell_type")
    if kind == "heading":
        return CellKind.MARKDOWN
    if kind is None:
        return CellKind.CODE
    return CellKind(kind) if isinstance(kind, str) and kind in set(CellKind) else CellKind.RAW


def _source(fields: dict[str, Any], kind: CellKind) -> str:
    text = text_of(fields.get("source", fields.get("input", fields.get("code"))))
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if fields.get("cell_type") == "heading":
        level = fields.get("level")
        text = "#" * (level if type(level) is int and 1 <= level <= 6 else 1) + " " + text
    return text if kind is CellKind.CODE else _DATA_URI.sub(_note_uri, text)


def _note_uri(found: re.Match[str]) -> str:
    return _note(found["type"], found["data"])


def _note(kind: str, data: str) -> str:
    return f"[{kind}, {len(data) * 3 // 4} bytes, not kept]"


def _count(value: object) -> int | None:
    return value if type(value) is int and 0 <= value < 10**9 else None


def _outputs(value: object, room: int) -> tuple[tuple[dict[str, Any], ...], int]:
    """Outputs in nbformat 4's shape, and how many characters the later cells may still keep."""
    if isinstance(value, dict):
        value = [value]
    kept: list[dict[str, Any]] = []
    for raw in (value if isinstance(value, list) else [])[:MOST_OUTPUTS]:
        output = _output(raw, room) if isinstance(raw, dict) else None
        if output:
            kept.append(output)
            room = max(0, room - _size(output))
    return tuple(kept), room


def _output(raw: dict[str, Any], room: int) -> dict[str, Any] | None:
    kind = OLD_OUTPUTS.get(str(raw.get("output_type")), raw.get("output_type"))
    if kind == "stream":
        name = raw.get("name", raw.get("stream"))
        name = "stderr" if name in ("stderr", "pyerr") else "stdout"
        return {"output_type": "stream", "name": name, "text": _cut(text_of(raw.get("text")), room)}
    if kind == "error":
        trace = raw.get("traceback")
        lines = [text_of(line) for line in trace[:100]] if isinstance(trace, list) else [text_of(trace)]
        return {
            "output_type": "error",
            "ename": text_of(raw.get("ename"))[:200],
            "evalue": _cut(text_of(raw.get("evalue")), room),
            "traceback": _cut("\n".join(lines), room).split("\n"),
        }
    if kind in ("display_data", "execute_result"):
        made: dict[str, Any] = {"output_type": kind, "data": _data(raw, room), "metadata": {}}
        if kind == "execute_result":
            made["execution_count"] = _count(raw.get("execution_count", raw.get("prompt_number")))
        return made
    return None


def _data(raw: dict[str, Any], room: int) -> dict[str, str]:
    bundle = raw.get("data")
    if not isinstance(bundle, dict):
        bundle = {OLD_TYPES[key]: value for key, value in raw.items() if key in OLD_TYPES}
    kept: dict[str, str] = {}
    for kind, value in list(bundle.items())[:20]:
        text = text_of(value)
        kind = text_of(kind)[:100]
        kept[kind] = _cut(text, room) if kind in KEPT_TYPES else _note(kind, text)
    return kept


def _cut(text: str, room: int) -> str:
    most = min(LONGEST_OUTPUT, room)
    if len(text) <= most:
        return text
    # Both ends are kept: a training's first and last epoch are what people look for.
    half = most // 2
    return f"{text[:half]}\n[{len(text) - 2 * half} characters cut]\n{text[len(text) - half :] if half else ''}"


def _size(output: dict[str, Any]) -> int:
    if output["output_type"] == "stream":
        return len(output["text"])
    if output["output_type"] == "error":
        return len(output["evalue"]) + sum(map(len, output["traceback"]))
    return sum(map(len, output["data"].values()))
