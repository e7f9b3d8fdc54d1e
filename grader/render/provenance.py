"""Whether a student's page would come out the same, told without making it.

In: a Result, its Evidence, how much is revealed. Out: the part of them that a page may show, and a name for it.
Pages are made of that part alone, so that equal names mean equal pages.
It must never leave out of the name what a page can depend on: this code, its templates and libraries included.
"""

from __future__ import annotations

import hashlib
import sys
from functools import cache
from importlib.metadata import version
from pathlib import Path

from grader import records
from grader.records import Evidence, Result

_LIBRARIES = ("jinja2", "markupsafe", "pygments")


def shown_part(result: Result, evidence: Evidence | None) -> tuple[Result, Evidence | None]:
    """The records with everything emptied that is no student's to read, or says nothing about their hand-in.

    The rubric's digest is among it: an edit that changes nothing on a page leaves the page true.
    """
    result = result.model_copy(update={"rubric_id": "", "rubric_digest": "", "report_basis": ""})
    if evidence is None:
        return result, None
    # Backbones stand side by side with what reached them in the run, and what the notebook printed for them.
    side_by_side = any(c.group for c in result.criteria)
    cells = evidence.cells if side_by_side else tuple(c.model_copy(update={"outputs": ()}) for c in evidence.cells)
    told = tuple(t for t in evidence.testimonies if side_by_side and t.witness == records.Witness.RUN)
    unread = {"testimonies": told, "causes": (), "notices": (), "cell_runs": (), "peak_memory_mb": 0.0, "cpu_s": 0.0}
    return result, evidence.model_copy(update={**unread, "cells": cells})


def made_from(result: Result, evidence: Evidence | None, *, reveal_all: bool) -> str:
    """A name for all that the student's page is made from: hexadecimal, of fixed length."""
    result, evidence = shown_part(result, evidence)
    name = hashlib.sha256(_renderer())
    for part in (str(reveal_all), result.model_dump_json(), evidence.model_dump_json() if evidence else ""):
        name.update(hashlib.sha256(part.encode()).digest())
    return name.hexdigest()


@cache
def _renderer() -> bytes:
    """A digest of what turns records into pages: our code and templates, the records, the libraries and Python."""
    name = hashlib.sha256(sys.version.encode())
    for library in _LIBRARIES:
        name.update(f"{library} {version(library)}\n".encode())
    for folder in (Path(__file__).parent, Path(records.__file__).parent):
        for path in sorted(p for p in folder.rglob("*") if p.suffix in (".py", ".j2", ".css")):
            name.update(path.relative_to(folder).as_posix().encode() + hashlib.sha256(path.read_bytes()).digest())
    return name.digest()
