"""Reads one report: its blocks in reading order, and its pictures, written out as raw pixels.

In: a request naming the file. Out: the fields of a Report as JSON; of each picture the file that holds its pixels.
Must never open a file but the one named and, of a Markdown report, the pictures beside it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from forms import form_of
from limits import Refused, answer, hold_to
from shelf import Shelf
from told import Told


def main(request: dict[str, Any]) -> None:
    """Read the file named in the request and answer."""
    hold_to(request)
    limits = request["limits"]
    told = Told(most_blocks=limits["blocks"], most_characters=limits["characters"])
    shelf = Shelf(Path(request["out"]), limits)
    pages: list[dict[str, Any]] = []
    try:
        pages = _read(request, told, shelf)
    except Refused as error:
        told.problem, told.message = error.problem, error.message
    except (MemoryError, RecursionError):
        told.problem = "out_of_memory"
        told.message = "The report needs more memory to be read than a report may use. Export it again as a plain PDF."
    answer(
        {
            "form": told.form,
            "pages": told.pages,
            "blocks": told.blocks,
            "pictures": shelf.pictures,
            "scans": pages,
            "problem": told.problem,
            "message": told.message,
            "notes": told.notes,
        }
    )


def _read(request: dict[str, Any], told: Told, shelf: Shelf) -> list[dict[str, Any]]:
    """Fill `told` and `shelf`; gives the pages that must be read from their pictures."""
    path, name = Path(request["path"]), request["name"]
    raw = path.read_bytes()
    ending = name[name.rfind(".") :].lower()
    told.form = {".pdf": "pdf", ".docx": "docx", ".md": "markdown"}.get(ending, "other")
    told.form = form_of(raw, name)
    if ending in (".pdf", ".docx") and ending != f".{told.form}":
        told.note(f"The file's name ends in {ending}, but it is a {told.form.upper()} file.")
    if told.form == "pdf":
        from pdf_document import read_pdf

        return read_pdf(raw, request, told, shelf)
    if told.form == "docx":
        from docx_document import read_docx

        read_docx(raw, request["limits"], told, shelf)
    else:
        from markdown_file import read_markdown

        read_markdown(raw, Path(request["beside"]), told, shelf)
    return []


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
