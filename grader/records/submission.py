"""What intake makes: one student's hand-in, read, nothing of it executed."""

from enum import StrEnum
from typing import Any

from pydantic import Field

from grader.records.base import Record


class CellKind(StrEnum):
    CODE = "code"
    MARKDOWN = "markdown"
    RAW = "raw"


class Cell(Record):
    """One cell as handed in. `outputs` are nbformat-4 output dictionaries, long texts and pictures cut."""

    number: int
    kind: CellKind
    source: str
    execution_count: int | None = None
    outputs: tuple[dict[str, Any], ...] = ()


class Trouble(StrEnum):
    """What intake found wrong with a hand-in."""

    UNREADABLE = "unreadable"
    EMPTY = "empty"
    NO_NOTEBOOK = "no_notebook"
    DUPLICATE = "duplicate"
    WRONG_NAME = "wrong_name"
    OLD_FORMAT = "old_format"
    TOO_LARGE = "too_large"
    UNSAFE_ARCHIVE = "unsafe_archive"
    OTHER_NOTEBOOKS = "other_notebooks"


class IntakeRemark(Record):
    """Something to tell the instructor about a file. `fatal` when nothing of it could be graded."""

    trouble: Trouble
    file: str
    message: str
    fatal: bool = False


class Submission(Record):
    """One student's hand-in, read and copied into memory; nothing of it has been executed.

    Attributes:
        student: a short name that is safe as a file name and unique in the cohort.
        display_name: as written by whoever collected the files.
        notebook_name: file name of the graded notebook, empty where there is none.
        digest: SHA-256 over the graded notebook and companions; what the evidence is stored under.
        cells: the graded notebook's cells, in order; empty where unreadable.
        companions: file name → size in bytes of files handed in beside the notebook.
        report_name: of the companions, the file that is the report; "" where there is none.
        folder: where the companions lie on the grading machine ("" if none); not part of the evidence.
    """

    student: str
    display_name: str
    notebook_name: str = ""
    digest: str
    cells: tuple[Cell, ...] = ()
    language: str = "python"
    companions: dict[str, int] = Field(default_factory=dict)
    report_name: str = ""
    folder: str = ""
    remarks: tuple[IntakeRemark, ...] = ()

    @property
    def readable(self) -> bool:
        """True where there is a notebook to grade."""
        return bool(self.cells)
