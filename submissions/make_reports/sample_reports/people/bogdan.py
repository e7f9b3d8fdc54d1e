"""Bogdan Ionescu: the PDF asks for a password, so nobody can read it, though the answers in it are fine."""

from __future__ import annotations

from sample_reports.drawn import Paper, locked, same_pages, sans
from sample_reports.notebook import COHORT, Notebook
from sample_reports.shots import Look, shot

NAME = "BogdanIonescu_L6_report.pdf"
PASSWORD = "lab06-bogdan"  # noqa: S105 - an invented student's
ANSWERS = (
    ("1. Transfer learning", "A network that was trained on many pictures is used again for a new task with few."),
    ("2. Fine tuning", "The top of the base is opened and trained slowly, so that it fits the new pictures better."),
    ("3. Freezing", "The head is random at first and would spoil the trained weights of the base."),
    ("4. Augmentation", "More variety from the same pictures, so there is less overfitting."),
)


def files() -> dict[str, bytes]:
    """Nothing where the file that is there has the same pages: locking again would only change its random keys."""
    there, content = COHORT / "bogdan-ionescu" / NAME, unlocked()
    if there.exists() and same_pages(there.read_bytes(), content, PASSWORD):
        return {}
    return {NAME: locked(content, PASSWORD)}


def unlocked() -> bytes:
    """The report before it was locked."""
    notebook, paper = Notebook("bogdan-ionescu"), Paper(sans())
    paper.line("L6 report, Bogdan Ionescu", size=16, font=paper.faces.bold)
    for heading, text in ANSWERS:
        paper.heading(heading)
        paper.text(text)
    for heading, cell in (("5. Base", 5), ("6. Frozen", 5), ("7. Augmentation", 4), ("8. Head", 6)):
        paper.heading(heading)
        paper.picture(shot(Look(size=13), notebook.code(cell)))
    return paper.ended("L6 report", "Bogdan Ionescu")
