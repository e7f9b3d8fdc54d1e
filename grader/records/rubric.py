"""What a rubric's file says: the assignment, and how it is judged."""

from enum import StrEnum
from typing import Any

from pydantic import Field

from grader.records.base import Record
from grader.records.settings import AssetSource, ExecutionSettings


class Outcome(StrEnum):
    MET = "met"
    PARTLY = "partly"
    NOT_MET = "not_met"
    UNDECIDED = "undecided"


class Reveal(StrEnum):
    """How much of a criterion a student sees in a self-check."""

    NAME = "name"
    HINT = "hint"
    ALL = "all"


class Wording(Record):
    """What the page says. `met` … are sentences per outcome; `faults` per fault code of the check."""

    looked_for: str
    met: str = ""
    partly: str = ""
    not_met: str = ""
    undecided: str = ""
    hint: str = ""
    next_step: str = ""
    faults: dict[str, str] = Field(default_factory=dict)


FAULTS_OF_EACH = ("backbone_missing", "backbone_not_in_model")
"""Ways of getting wrong any criterion that is judged once a backbone: there is no model to judge."""


class Criterion(Record):
    """One line of a rubric. `partial` is the share of `points` that `partly` earns.

    `group`: the backbone whose models alone it judges, "" for the notebook's best; the id of such a criterion ends in
    it: `frozen_before_first_fit[VGG16]`.
    """

    id: str
    title: str
    check: str
    points: float
    partial: float = 0.5
    parameters: dict[str, Any] = Field(default_factory=dict)
    reveal: Reveal = Reveal.ALL
    wording: Wording
    section: str = "notebook"
    group: str = ""


class Rubric(Record):
    """An assignment: what its notebooks need and how they are judged.

    Attributes:
        id: `lab06`. digest: SHA-256 of the file.
        assignment: words by which intake tells this assignment's notebook from others.
        datasets, weights: names of the assets that it needs.
        sources: data set's name or weights' file name → where it comes from, where the grader does not know or the
            rubric knows better.
        findings_reveal: what a self-check shows of findings, which belong to no criterion.
    """

    id: str
    title: str
    digest: str
    source: str = ""
    """Path of the file, for messages; not stored."""
    recognised_by: tuple[str, ...] = ()
    datasets: tuple[str, ...] = ()
    weights: tuple[str, ...] = ()
    sources: dict[str, AssetSource] = Field(default_factory=dict)
    settings: ExecutionSettings = Field(default_factory=ExecutionSettings)
    criteria: tuple[Criterion, ...]
    findings_reveal: Reveal = Reveal.HINT

    @property
    def points(self) -> float:
        return round(sum(c.points for c in self.criteria), 6)

    @property
    def groups(self) -> tuple[str, ...]:
        """The backbones that are judged one by one, in the rubric's order."""
        return tuple(dict.fromkeys(c.group for c in self.criteria if c.group))
