"""Names of students and files: safe as file names, the same every time, and readable.

In: names as the file system, a zip or a learning platform wrote them. Out: display names and short safe names.
This module must never open a file.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from pathlib import PurePosixPath

LONGEST_SLUG = 80
LONGEST_SLUG_BYTES = 160
"""File systems allow 255 bytes; the rest is room for an ending."""

# Windows refuses the devices, and a page named `index` would overwrite the cohort's own.
RESERVED = frozenset({"con", "prn", "aux", "nul", "index"} | {f"{d}{n}" for d in ("com", "lpt") for n in range(10)})

IGNORED = frozenset({"__macosx", "__pycache__", "thumbs.db", "desktop.ini"})
# The answer key of a sample cohort: no path may lead from it into a sandbox.
ANSWER_KEYS = frozenset({"expected.yaml", "expected.yml"})

# Not `Copy of lab.ipynb`: Colab names everybody's own notebook so.
_COPY = re.compile(r"[ _]?\(\d+\)(?=\.|$)|[-_ ]copy\d*(?=\.|$)", re.IGNORECASE)


def printable(name: str) -> str:
    """`name` as valid Unicode without control characters: file names on disk may be any bytes."""
    text = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return "".join(c for c in unicodedata.normalize("NFC", text) if unicodedata.category(c)[0] != "C").strip()


def slug(name: str) -> str:
    """`name` made safe as a file name on every system; letters of every script are kept."""
    text = unicodedata.normalize("NFKC", printable(name))
    kept = "".join(c if unicodedata.category(c)[0] in "LNM" or c in "-_." else "-" for c in text)
    short = re.sub(r"-{2,}", "-", kept).strip("-._")[:LONGEST_SLUG]
    while len(short.encode()) > LONGEST_SLUG_BYTES:
        short = short[:-1]
    short = short.strip("-._") or "student"
    return f"student-{short}"[:LONGEST_SLUG] if short.split(".")[0].casefold() in RESERVED else short


def unique_slugs(names: Mapping[str, str]) -> dict[str, str]:
    """Key → slug of its name. Names that become equal are told apart by a digest of their key, so that
    a student keeps the same slug whoever else hands in."""
    plain = {key: slug(name) for key, name in names.items()}
    seen = Counter(text.casefold() for text in plain.values())
    return {key: text if seen[text.casefold()] == 1 else _with_digest(text, key) for key, text in plain.items()}


def _with_digest(text: str, key: str) -> str:
    digest = hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()[:8]
    return f"{text[: LONGEST_SLUG - 9]}-{digest}"


def is_ignored(name: PurePosixPath) -> bool:
    """True for what systems leave in folders (`__MACOSX`, `.ipynb_checkpoints`, `.DS_Store`) and for answer keys."""
    return any(p.startswith(".") or p.casefold() in IGNORED for p in name.parts) or name.name.casefold() in ANSWER_KEYS


def is_notebook_name(name: str) -> bool:
    """True for names that claim to be a notebook, `lab.ipynb.txt` and `lab.ipynb (1)` too."""
    return ".ipynb" in name.casefold()


def name_fault(name: str) -> str:
    """What is wrong with the name of a notebook, "" if nothing."""
    if not name.casefold().endswith(".ipynb"):
        return f"'{name}' is a notebook, but its name doesn't end in .ipynb; graded all the same"
    if _COPY.search(name):
        return f"'{name}' is named like a copy that a browser or Jupyter made; graded all the same"
    return ""


def stem(name: str) -> str:
    """File name without its endings: `lab.ipynb.txt` → `lab`."""
    cut = name.casefold().find(".ipynb")
    return name[:cut] if cut > 0 else PurePosixPath(name).stem
