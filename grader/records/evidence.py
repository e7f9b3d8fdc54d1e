"""All that is known of one submission: what judge reads, and all that it reads."""

from enum import StrEnum

from pydantic import Field

from grader.records.account import Testimony
from grader.records.base import Place, Record, Witness
from grader.records.report import Report
from grader.records.run import CellRun
from grader.records.submission import Cell, IntakeRemark


class CauseKind(StrEnum):
    """What went wrong, apart from the mark."""

    STUDENT_ERROR = "student_error"
    SYNTAX_ERROR = "syntax_error"
    TIME_OUT = "time_out"
    OUT_OF_MEMORY = "out_of_memory"
    KERNEL_DEATH = "kernel_death"
    RESOURCE_LIMIT = "resource_limit"
    MISSING_DATA = "missing_data"
    MISSING_PACKAGE = "missing_package"
    DRIFT = "drift"
    UNREADABLE = "unreadable"
    REPORT_UNREADABLE = "report_unreadable"
    GRADER_FAULT = "grader_fault"

    @property
    def is_students(self) -> bool:
        """True where what is missing in the run may be held against the student."""
        return self in (CauseKind.STUDENT_ERROR, CauseKind.SYNTAX_ERROR)


class Cause(Record):
    """One thing that went wrong, where it began, and the cells that failed only because of it."""

    kind: CauseKind
    message: str
    place: Place | None = None
    excerpt: str = ""
    advice: str = ""
    echoes: tuple[int, ...] = ()


class Notice(Record):
    """Something about the run that the page states: `shortened`, `stand_in`, `shim`, `drift`, `answered`, `skipped`."""

    kind: str
    message: str
    place: Place | None = None


class Evidence(Record):
    """All that is known of a submission: what `judge` reads, and all that it reads."""

    student: str
    display_name: str
    notebook_name: str
    digest: str
    cells: tuple[Cell, ...]
    testimonies: tuple[Testimony, ...]
    report: Report | None = None
    causes: tuple[Cause, ...] = ()
    notices: tuple[Notice, ...] = ()
    intake: tuple[IntakeRemark, ...] = ()
    cell_runs: tuple[CellRun, ...] = ()
    phases: dict[str, float] = Field(default_factory=dict)
    environment: dict[str, str] = Field(default_factory=dict)
    assets: dict[str, str] = Field(default_factory=dict)
    """Name → digest of the data sets and weights with which it was run."""
    peak_memory_mb: float = 0.0
    cpu_s: float = 0.0

    def testimony(self, witness: Witness) -> Testimony:
        """What one witness says; an unavailable testimony where it was not asked."""
        for testimony in self.testimonies:
            if testimony.witness == witness:
                return testimony
        return Testimony(witness=witness, available=False, why="not asked")
