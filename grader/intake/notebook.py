"""Reads one file that should be a notebook.

In: a path. Out: a Notebook, or a Fault that says what the file is instead.
This module must never execute anything, raise for what a student wrote, or read a file whose size it has not seen.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.intake.cells import raw_cells, to_cells
from grader.intake.names import is_notebook_name
from grader.intake.sniff import describe
from grader.records import Cell, CellKind, Trouble

BIGGEST_FILE = 120 << 20
BIGGEST_TEXT = 10 << 20
"""Characters of code and text that may be left after outputs and pictures are cut."""
MOST_CELLS = 10_000
MOST_VALUES = 4_000_000
"""Values in the JSON: each costs Python some 60 bytes, however short it is in the file."""
MAY_HIDE_NOTEBOOK = ("", ".json", ".txt", ".py", ".nb", ".notebook")


@dataclass(frozen=True)
class Notebook:
    """A notebook that was read. `language` is lower case; `format` is nbformat's major version."""

    cells: tuple[Cell, ...]
    language: str = "python"
    format: int = 4


@dataclass(frozen=True)
class Fault:
    """Why a file can't be graded; `message` says it of the file, without its name."""

    trouble: Trouble
    message: str
    language: str = "python"


def claims_to_be_notebook(name: str, path: Path) -> bool:
    """True where a file is named like a notebook, or written like one under another name."""
    if is_notebook_name(name):
        return True
    if Path(name).suffix.casefold() not in MAY_HIDE_NOTEBOOK:
        return False
    with path.open("rb") as file:
        head = file.read(1 << 16)
        if not head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"{"):
            return False
        file.seek(max(0, path.stat().st_size - (1 << 16)))
        seen = (head + file.read()).replace(b"\0", b"")
    return b'"nbformat' in seen and (b'"cells"' in seen or b'"worksheets"' in seen)


def open_notebook(path: Path) -> Notebook | Fault:
    """The notebook in `path`, or why there is none to grade."""
    size = path.stat().st_size
    if size > BIGGEST_FILE:
        return Fault(Trouble.TOO_LARGE, f"is too large: {size >> 20} MB, of {BIGGEST_FILE >> 20} MB allowed")
    data = path.read_bytes()
    if not data.strip():
        return Fault(Trouble.EMPTY, "is an empty file: hand it in again")
    found = _parse(data)
    return found if isinstance(found, Fault) else _read(found)


def _parse(data: bytes) -> dict[str, Any] | Fault:
    if sum(data.count(mark) for mark in (b"[", b"{", b",")) > MOST_VALUES:
        return Fault(Trouble.TOO_LARGE, f"holds more than {MOST_VALUES} values, which no notebook needs")
    text = _decode(data)
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        return Fault(Trouble.UNREADABLE, _broken(data, text, error))
    except RecursionError:
        return Fault(Trouble.UNREADABLE, "is not a notebook: its JSON is nested deeper than any notebook")
    except ValueError as error:
        return Fault(Trouble.UNREADABLE, f"is not a notebook: its JSON holds a value that can't be read ({error})")
    if not isinstance(found, dict):
        return Fault(Trouble.UNREADABLE, f"is not a notebook: it is JSON, but a {_json_name(found)}")
    if not any(isinstance(found.get(key), list) for key in ("cells", "worksheets")):
        keys = ", ".join(repr(str(k)[:30]) for k in list(found)[:5]) or "nothing"
        return Fault(Trouble.UNREADABLE, f"is not a notebook: it is JSON without cells (it holds {keys})")
    return found


def _json_name(value: object) -> str:
    names = {list: "list", str: "text", bool: "truth value", int: "number", float: "number"}
    return names.get(type(value), "null")


def _decode(data: bytes) -> str:
    encoding = json.detect_encoding(data)
    for name in (encoding, "utf-8-sig", "cp1252"):
        try:
            return data.decode(name)
        except UnicodeDecodeError:
            continue
    return data.decode("utf-8", "replace")


def _broken(data: bytes, text: str, error: json.JSONDecodeError) -> str:
    if not text.lstrip("\ufeff \t\r\n").startswith(("{", "[")):
        return f"is not a notebook: it is {describe(data)}"
    where, said = f"line {error.lineno}, column {error.colno}", error.msg.removesuffix(" starting at")
    if any(line.startswith(("<<<<<<<", ">>>>>>>")) for line in text.splitlines()):
        return f"is not a notebook: it holds marks of an unfinished Git merge ('<<<<<<<'); its JSON breaks in {where}"
    if not text.rstrip().endswith("}"):
        lines = text.count("\n") + 1
        return f"is cut off: it ends in the middle, after {lines} lines; its JSON breaks in {where} ({said})"
    return f"is not a notebook: its JSON breaks in {where} ({said})"


def _read(found: dict[str, Any]) -> Notebook | Fault:
    count = len(raw_cells(found))
    if count > MOST_CELLS:
        return Fault(Trouble.TOO_LARGE, f"is too large: {count} cells")
    cells = to_cells(found)
    language = _language(found)
    size = sum(len(c.source) for c in cells)
    if size > BIGGEST_TEXT:
        return Fault(Trouble.TOO_LARGE, f"is too large: {size >> 20} MB of code and text without its outputs", language)
    if language != "python":
        return Fault(Trouble.UNREADABLE, f"is a notebook for {language}, not for Python", language)
    if not any(c.kind is CellKind.CODE and c.source.strip() for c in cells):
        return Fault(Trouble.EMPTY, f"has no code: {_counted(cells)}")
    version = found.get("nbformat")
    old = "cells" not in found or (type(version) is int and version < 4)
    return Notebook(cells, language, min(version, 3) if type(version) is int and old else 3 if old else 4)


def _counted(cells: tuple[Cell, ...]) -> str:
    code = sum(c.kind is CellKind.CODE for c in cells)
    return f"{len(cells)} cells, {code} of them for code and empty" if cells else "it has no cells at all"


def _language(found: dict[str, Any]) -> str:
    """`python` unless the metadata agree on another language: a missing or odd kernel name is no proof."""
    named = list(_languages(found.get("metadata")))
    if not named or any("py" in name or "sage" in name for name in named):
        return "python"
    return {"ir": "r", "irkernel": "r"}.get(named[0], named[0])


def _languages(metadata: object) -> Iterable[str]:
    if not isinstance(metadata, dict):
        return
    for part, key in (("kernelspec", "language"), ("language_info", "name"), ("kernelspec", "name")):
        inner = metadata.get(part)
        value = inner.get(key) if isinstance(inner, dict) else None
        # A kernel's own name is anything ("tf-gpu"); it tells a language only where it is one of these.
        known = key == "language" or part == "language_info" or value in ("ir", "irkernel", "julia", "scala")
        if isinstance(value, str) and value.strip() and known:
            yield value.strip().casefold()[:40]
