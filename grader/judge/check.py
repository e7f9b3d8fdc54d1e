"""What a check is: one predicate on one part of an account, asked of each witness that it lists."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import BaseModel, ConfigDict

from grader.judge.view import Placed, View
from grader.records import Outcome, Says, Statement, Witness

if TYPE_CHECKING:
    from grader.judge.report.view import ReportView

CODE_AND_RUN = (Witness.SOURCE, Witness.RUN)
ALL_THREE = (Witness.SOURCE, Witness.RUN, Witness.MODEL)


class Parameters(BaseModel):
    """What a rubric may set of a check. `FAULTS` are its codes for the ways of getting it wrong."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
    FAULTS: ClassVar[tuple[str, ...]] = ()
    SYNTAX: ClassVar[str] = ""
    """How its parameters are written, where that needs more than a name; Markdown."""


@dataclass(frozen=True)
class Check:
    """A named predicate.

    Attributes:
        name: what a rubric calls it.
        claim: what it tests, one sentence, for rubrics/README.md.
        witnesses: who is asked; `document` is always heard beside them and never decides.
        predicate: (view, parameters) → statement.
    """

    name: str
    claim: str
    parameters: type[Parameters]
    predicate: Callable[[View, Any], Statement]
    witnesses: tuple[Witness, ...] = ALL_THREE


@dataclass(frozen=True)
class ReportCheck:
    """A predicate on one question of the report: (view, criterion's id, parameters) → statement.

    Attributes as those of Check; `witnesses` are named for rubrics/README.md.
    """

    name: str
    claim: str
    parameters: type[Parameters]
    predicate: Callable[[ReportView, str, Any], Statement]
    witnesses: tuple[Witness, ...] = (Witness.REPORT,)


def says_of(outcome: Outcome) -> Says:
    """What a parameter such as `logits: partly` makes a witness say."""
    return {
        Outcome.MET: Says.YES,
        Outcome.PARTLY: Says.PARTLY,
        Outcome.NOT_MET: Says.NO,
        Outcome.UNDECIDED: Says.CANT_TELL,
    }[outcome]


def ruled(view: View, outcome: Outcome, fault: str, found: str, *facts: Placed | None) -> Statement:
    """A statement whose weight the rubric sets, for ways that are right for one instructor and not for another."""
    statement = view.partly(fault, found, *facts)
    says = says_of(outcome)
    return statement.model_copy(update={"says": says, "fault": "" if says == Says.YES else fault})


def without_backbone(view: View) -> Statement | None:
    """What every question about the backbone in the model gets where the trained model has none."""
    if view.account is None:
        return view.cant_tell(view.testimony.why or "no transfer model was seen")
    inside = view.account.backbone.in_model
    if inside.known and inside.value is False and not view.precomputed:
        if view.testimony.loaded:
            name = view.testimony.loaded[-1].name.value or "A backbone"
            found = f"{name} is loaded, but the model that is trained does not contain it."
            return view.no("not_in_model", found, inside, view.testimony.loaded[-1].name)
        return view.no("no_backbone", "The model that is trained contains no pretrained backbone.", inside)
    if not inside.known and view.witness == Witness.MODEL:
        return view.cant_tell(inside)
    return None
