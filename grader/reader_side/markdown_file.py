"""A Markdown file, and the pictures that lie beside it.

In: its bytes and the folder that it lies in. Out: blocks and pictures.
Must never follow an address out of that folder, nor into a network.
"""

from __future__ import annotations

import base64
import binascii
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from limits import Refused
from markdown_text import LONGEST, blocks_of
from shelf import Shelf
from told import Told

_PICTURE_BYTES = 30_000_000


def read_markdown(raw: bytes, folder: Path, told: Told, shelf: Shelf) -> None:
    """Fill `told` and `shelf`."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", "replace")
    if len(text) > LONGEST:
        told.cut("The report holds more text than a report has; the rest of it has not been read.")
    for block in blocks_of(text):
        source = block.pop("source", None)
        alternative = block.pop("alternative", "")
        if source is None:
            told.add(block.pop("kind"), block.pop("text"), **block)
        else:
            number = _picture(source, folder, shelf, alternative)
            if number is not None:
                told.add("picture", picture=number)
    if not told.blocks:
        raise Refused("empty", "There is no text in the report. Hand in the file with the answers in it.")


def _picture(source: str, folder: Path, shelf: Shelf, alternative: str) -> int | None:
    if source.startswith("data:"):
        return _embedded(source, shelf)
    path = folder / unquote(source.split("#")[0].split("?")[0])
    resolved = path.resolve()
    if "://" in source or not resolved.is_relative_to(folder.resolve()):
        return shelf.name(0, 0, f"the picture '{source[:80]}' is not part of what was handed in")
    try:
        with resolved.open("rb") as file:
            return shelf.put_bytes(file.read(_PICTURE_BYTES))
    except (OSError, ValueError):
        what = alternative or source
        return shelf.name(0, 0, f"the picture '{what[:80]}' does not lie beside the report: hand it in with it")


def _embedded(source: str, shelf: Shelf) -> int | None:
    head, _, body = source.partition(",")
    try:
        raw: Any = base64.b64decode(body) if head.endswith(";base64") else unquote(body).encode("latin-1", "replace")
    except binascii.Error:
        raw = b""
    return shelf.put_bytes(raw)
