"""What judge makes: outcomes, marks, and what the page says about them."""

from enum import StrEnum

from pydantic import Field

from grader.records.base import Place, Record, Witness
from grader.records.evidence import Cause, CauseKind, Notice
from grader.records.finding import Finding
from grader.records.report import AnswerReading, Claim, PictureReading
from grader.records.rubric import Outcome, Reveal
from grader.records.submission import IntakeRemark


class Says(StrEnum):
    YES = "yes"
    PARTLY = "partly"
    NO = "no"
    CANT_TELL = "cant_tell"


class Statement(Record, defer_build=False):
    """What one witness says to one criterion.

    `fault` is the check's code for the way of getting it wrong ("" if none), `found` a sentence for people.
    """

    witness: Witness
    says: Says
    fault: str = ""
    found: str = ""
    place: Place | None = None
    excerpt: str = ""
    answer: AnswerReading | None = None
    pictures: tuple[PictureReading, ...] = ()


class CriterionResult(Record, defer_build=False):
    """One criterion judged. `points` counts only what is decided; `pending` is what a person may still give.

    `suggested`: points that a machine would give where the outcome is left to a person; None where it has no view.
    `group`: the backbone about which it is, "" for the notebook as a whole.
    """

    id: str
    title: str
    section: str = "notebook"
    group: str = ""
    outcome: Outcome
    points: float
    possible: float
    pending: float = 0.0
    suggested: float | None = None
    fault: str = ""
    looked_for: str
    found: str
    hint: str = ""
    next_step: str = ""
    reveal: Reveal = Reveal.ALL
    place: Place | None = None
    excerpt: str = ""
    statements: tuple[Statement, ...] = ()
    reason: str = ""
    """Why the witnesses' statements were joined to this outcome."""

    @property
    def line(self) -> str:
        """The rubric's line: what the results of one criterion for several backbones have in common."""
        return self.id.partition("[")[0]


class Result(Record):
    """A submission judged by a rubric. The same evidence and rubric give the same bytes."""

    student: str
    display_name: str
    notebook_name: str
    digest: str
    rubric_id: str
    rubric_title: str
    rubric_digest: str
    subject: str = ""
    """Which of the notebook's models was judged, for people."""
    subjects: dict[str, str] = Field(default_factory=dict)
    """Backbone → which model was judged for it, where each is judged by itself."""
    reference: dict[str, float] = Field(default_factory=dict)
    """Backbone → mean test accuracy of our own solution: with true assets, else with those of this run; {} for none."""
    reference_on_stand_ins: bool = False
    criteria: tuple[CriterionResult, ...]
    causes: tuple[Cause, ...] = ()
    notices: tuple[Notice, ...] = ()
    intake: tuple[IntakeRemark, ...] = ()
    remarks: tuple[str, ...] = ()
    report_name: str = ""
    report_basis: str = ""
    """Names all that the report's half and the findings were judged from; "" where there was no report to judge."""
    claims: tuple[Claim, ...] = ()
    unplaced: tuple[str, ...] = ()
    """What the report holds that belongs to none of the rubric's questions, for people."""
    findings: tuple[Finding, ...] = ()
    """The gravest first."""
    findings_reveal: Reveal = Reveal.HINT
    """What of them a self-check shows: everything, how many there are (`hint`), or nothing (`name`)."""

    @property
    def points(self) -> float:
        return round(sum(c.points for c in self.criteria), 6)

    @property
    def possible(self) -> float:
        return round(sum(c.possible for c in self.criteria), 6)

    @property
    def pending(self) -> float:
        return round(sum(c.pending for c in self.criteria), 6)

    @property
    def needs_person(self) -> bool:
        """True where something is undecided or was our fault."""
        return any(c.outcome == Outcome.UNDECIDED for c in self.criteria) or any(
            c.kind == CauseKind.GRADER_FAULT for c in self.causes
        )
