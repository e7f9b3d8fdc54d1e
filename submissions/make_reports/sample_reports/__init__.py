"""Reports of invented students, drawn from invented text and from pictures of their own notebooks' code.

In: notebooks of `submissions/lab06/`. Out: files by student. Everything here is invented; nobody's work is in it.

    notebook   a student's cells, to take code from      shots   pictures of code, as people take them
    drawn      PDF placed line by line, scans            story   PDF laid out from HTML (MuPDF's, a browser's)
    word       DOCX as word processors write it          people  what each student writes
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module

from sample_reports.notebook import COHORT

__all__ = ["COHORT", "PEOPLE", "report_files"]

PEOPLE = {
    "amara-okonkwo": "amara",
    "bogdan-ionescu": "bogdan",
    "chloe-marchand": "chloe",
    "jonas-wiedemann": "jonas",
    "kwabena-asante": "kwabena",
    "leila-farahani": "leila",
    "mateo-villalobos": "mateo",
    "noah-feldstein": "noah",
    "oluwaseun-adeyemi": "oluwaseun",
    "priya-raghunathan": "priya",
    "rafael-monteiro": "rafael",
    "siobhan-gallagher": "siobhan",
    "tendai-moyo": "tendai",
}


def report_files(wanted: Iterable[str] = ()) -> dict[str, dict[str, bytes]]:
    """The report files of these students, or of all: name and content.

    A file that needs a program which is not installed here (a browser) is left out, so the committed one stays.
    """
    chosen = [s for s in PEOPLE if s in set(wanted)] if wanted else list(PEOPLE)
    return {s: import_module(f"sample_reports.people.{PEOPLE[s]}").files() for s in chosen}
