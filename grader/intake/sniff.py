"""Says what a file is that should have been a notebook.

In: bytes of a file. Out: words for people. This module must never parse what it looks at.
"""

from __future__ import annotations

import re

MAGIC = (
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a zip (perhaps a Word document)"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x89HDF", "an HDF5 file, such as a saved Keras model"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"\xd0\xcf\x11\xe0", "an old Word or Excel document"),
    (b"version https://git-lfs", "a Git LFS pointer, not the file itself"),
    (b"{\\rtf", "an RTF document"),
)
_PYTHON = re.compile(
    r"^\s*(?:#\s*%%|import \w|from [\w.]+ import |def \w+\(|class \w+|#!.*python|# -\*-)", re.MULTILINE
)


def describe(data: bytes) -> str:
    """What `data` (the beginning of a file is enough) most likely is, as a noun phrase."""
    for magic, words in MAGIC:
        if data.startswith(magic):
            return words
    if not data.strip():
        return "an empty file"
    start = data[:20_000].decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
    if re.match(r"<(?:!doctype html|html|head|body)", start, re.IGNORECASE):
        return "a web page (on GitHub and in Colab, download the notebook itself, not the page that shows it)"
    if start.startswith("<"):
        return "an XML or HTML file"
    if _PYTHON.search(start) and not start.startswith("{"):
        return "a Python script (export it as .ipynb, with its cells)"
    binary = sum(c < 9 or 13 < c < 32 for c in data[:4096])
    return "a binary file" if binary > len(data[:4096]) // 50 else "a text file"
