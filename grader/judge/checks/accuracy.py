"""The accuracy that was reached, against the band of a trained reference.

In: a criterion, the subject, Evidence, References. Out: a CriterionResult, or a remark where the rubric ignores claims.
What was measured here, without a budget, is a fact. What stands in saved outputs or the report is a claim, made on a
machine that nobody saw: it is always called one, and the rubric says what it is worth. An accuracy is compared only
with a reference of the same assets: measured ones with that of this machine's, claimed ones with one of true assets.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Literal

from pydantic import Field

from grader.judge.check import Parameters
from grader.judge.checks.accuracy_claims import Claimed, accuracy_in, claimed, doubts_about
from grader.judge.joining import Joined, outcome_of
from grader.judge.results import criterion_result
from grader.judge.subject import Subject, find_subjects, find_subjects_of
from grader.records import (
    Band,
    CauseKind,
    Criterion,
    CriterionResult,
    Evidence,
    Outcome,
    Place,
    Quantity,
    Reference,
    Result,
    Says,
    Statement,
    Witness,
)


class Policy(StrEnum):
    """What an accuracy is worth that is only claimed."""

    ACCEPT = "accept"
    REVIEW = "review"
    IGNORE = "ignore"


class Accuracy(Parameters):
    """`quantity`: `validation`, of the last epoch, or `test`, of the last evaluation on pictures that took no part.
    `policy`: what is made of an accuracy that was not measured here (with `--train full`), but stands in the saved
    outputs or the report. `accept`: points by the band; `review`: a person decides, with points suggested; `ignore`: no
    points either way, and the criterion does not count. `near`: how far below the band's floor is still `partly`.
    """

    FAULTS: ClassVar[tuple[str, ...]] = ("below_band", "near_band", "not_producible")
    quantity: Literal["validation", "test"] = "validation"
    policy: Policy = Policy.REVIEW
    near: float = Field(default=0.05, ge=0, le=1)


@dataclass(frozen=True)
class AccuracyCheck:
    """A check that needs a reference beside the evidence; attributes as those of Check."""

    name: str
    claim: str
    parameters: type[Accuracy]
    witnesses: tuple[Witness, ...] = (Witness.RUN, Witness.DOCUMENT, Witness.REPORT)


@dataclass(frozen=True)
class Judged:
    """Either a result, or what is said of a claim that counts for nothing."""

    result: CriterionResult | None
    remark: str = ""


def judge_accuracies(
    criteria: Sequence[tuple[Criterion, Accuracy]], result: Result, evidence: Evidence, references: Sequence[Reference],
    *, run_is_doubtful: bool,
) -> tuple[dict[str, CriterionResult], tuple[str, ...]]:
    """Criterion's id → result, by the models that `result` judged; and remarks on claims that count for nothing."""
    found: dict[str, CriterionResult] = {}
    remarks: list[str] = []
    for criterion, parameters in criteria:
        subject = _subject(criterion, result, evidence)
        judged = judge_accuracy(criterion, parameters, subject, evidence, references, run_is_doubtful=run_is_doubtful)
        if judged.result is not None:
            found[criterion.id] = judged.result
        elif judged.remark:
            remarks.append(f"{criterion.group}: {judged.remark}" if criterion.group else judged.remark)
    return found, tuple(remarks)


def _subject(criterion: Criterion, result: Result, evidence: Evidence) -> Subject | None:
    """The model that the other criteria were judged by; None where there is none."""
    subjects = find_subjects_of(evidence, criterion.group) if criterion.group else find_subjects(evidence)
    judged = result.subjects.get(criterion.group, "") if criterion.group else result.subject
    with_model = [s for s in subjects if s.chains]
    return next((s for s in with_model if s.description == judged), with_model[0] if with_model else None)


def judge_accuracy(criterion: Criterion, parameters: Accuracy, subject: Subject | None, evidence: Evidence,
                   references: Sequence[Reference], *, run_is_doubtful: bool) -> Judged:
    """The criterion judged by what was measured, else by what is claimed."""
    measured = None if subject is None or run_is_doubtful else _measured(subject, parameters)
    if measured is not None and subject is not None:
        backbone = _backbone(criterion, subject)
        return Judged(_of_measured(criterion, parameters, measured, backbone, evidence, references))
    claim = claimed(subject, evidence, parameters.quantity, criterion.group) if subject is not None else None
    if parameters.policy == Policy.IGNORE:
        said = f"{_claim_words(claim, parameters)} It was not measured here, and counts for nothing." if claim else ""
        return Judged(None, said)
    if claim is None or subject is None:
        return Judged(_undecided(criterion, (), f"No {parameters.quantity} accuracy was measured here (only "
                                 "`--train full` does), and none is claimed."))
    return Judged(_of_claim(criterion, parameters, claim, subject, evidence, references))


# --------------------------------------------------------------------------- measured


def _measured(subject: Subject, parameters: Accuracy) -> Statement | None:
    """The accuracy that the run measured when nothing was shortened; its value is in `excerpt`."""
    chain = subject.chains.get(Witness.RUN)
    if chain is None or not chain.stages:
        return None
    if parameters.quantity == "test":
        tests = [e for account in chain.accounts for e in account.evaluations if e.split == "test"]
        values = accuracy_in({name: (value,) for name, value in tests[-1].metrics.items()}) if tests else ()
        return _fact(values, tests[-1].place) if values else None
    last = chain.stages[-1]
    values = accuracy_in(last.history.value or {}, "val_") if last.history.known else ()
    return _fact(values, last.place) if values else None


def _fact(values: Sequence[float], place: Place | None) -> Statement:
    return Statement(witness=Witness.RUN, says=Says.CANT_TELL, place=place, excerpt=f"{values[-1]:.6f}")


def _of_measured(criterion: Criterion, parameters: Accuracy, measured: Statement, backbone: str, evidence: Evidence,
                 references: Sequence[Reference]) -> CriterionResult:
    value = float(measured.excerpt)
    what = f"Measured here: {parameters.quantity} accuracy {value:.3f}"
    reference = next((r for r in references if r.used(evidence.assets)), None)
    if reference is None:
        why = "no reference was trained on the data and weights that were used here" if references else \
            "the assignment has no trained reference"
        return _undecided(criterion, (_statement(measured, Says.CANT_TELL, "", f"{what}; {why}."),), _sentence(why))
    band = reference.band(backbone, Quantity(parameters.quantity))
    if band is None:
        why = f"the reference has no {parameters.quantity} accuracy of {backbone or 'this backbone'}"
        return _undecided(criterion, (_statement(measured, Says.CANT_TELL, "", f"{what}; {why}."),), _sentence(why))
    says, fault = _by_band(value, band, parameters)
    on = " on the same stand-ins" if reference.on_stand_ins else ""
    statement = _statement(measured, says, fault, f"{what}. {_band_words(band, on)}")
    if says != Says.YES and any(cause.kind == CauseKind.GRADER_FAULT for cause in evidence.causes):
        return _undecided(criterion, (statement,), "The run failed by a fault of the grader; a person will decide.")
    return criterion_result(criterion, (statement,), Joined(outcome_of(says), "The run measured it.", statement))


# --------------------------------------------------------------------------- claimed


def _of_claim(criterion: Criterion, parameters: Accuracy, claim: Claimed, subject: Subject, evidence: Evidence,
              references: Sequence[Reference]) -> CriterionResult:
    words = _claim_words(claim, parameters)
    plain = Statement(witness=claim.witness, says=Says.CANT_TELL, found=words, place=claim.place, excerpt=claim.said)
    doubts = doubts_about(claim, subject, evidence)
    if doubts:
        told = plain.model_copy(update={"fault": "not_producible", "found": f"{words} {' '.join(doubts)}"})
        return _undecided(criterion, (told,), "The code can't have produced what is claimed; a person looks at it.")
    reference = next((r for r in references if not r.on_stand_ins), None)
    if reference is None:
        return _undecided(criterion, (plain,), "A claim is of the true data, and no reference was trained on it here.")
    backbone = _backbone(criterion, subject)
    band = reference.band(backbone, Quantity(parameters.quantity))
    if band is None:
        return _undecided(criterion, (plain,), f"The reference has no {parameters.quantity} accuracy of "
                                               f"{backbone or 'this backbone'}.")
    says, fault = _by_band(claim.value, band, parameters)
    told = _statement(plain, says, fault, f"{words} {_band_words(band, '')}")
    if parameters.policy == Policy.ACCEPT:
        reason = "A claim, not measured here: the rubric accepts claims that the code can have produced."
        return criterion_result(criterion, (told,), Joined(outcome_of(says), reason, told))
    shares = {Says.YES: 1.0, Says.PARTLY: criterion.partial}
    suggested = round(criterion.points * shares.get(says, 0.0), 4)
    result = _undecided(criterion, (told,), "A claim, not measured here: the rubric leaves claims to a person.")
    return result.model_copy(update={"suggested": suggested})


def _claim_words(claim: Claimed, parameters: Accuracy) -> str:
    where = "The report claims" if claim.witness == Witness.REPORT else "The saved outputs claim"
    return f"{where} a {parameters.quantity} accuracy of {claim.value:.3f}."


# --------------------------------------------------------------------------- both


def _by_band(value: float, band: Band, parameters: Accuracy) -> tuple[Says, str]:
    if value >= band.floor - 1e-9:
        return Says.YES, ""
    if value >= band.floor - parameters.near - 1e-9:
        return Says.PARTLY, "near_band"
    return Says.NO, "below_band"


def _band_words(band: Band, on: str) -> str:
    seeds = f"{band.seeds} seeds" if band.seeds > 1 else "one seed"
    return f"The reference reached {band.mean:.3f}{on} ({seeds}); {band.floor:.3f} or more is as good."


def _backbone(criterion: Criterion, subject: Subject) -> str:
    """Whose band: the criterion's own backbone, else that of the model judged."""
    if criterion.group:
        return criterion.group
    names = (chain.first.backbone.name for witness in (Witness.RUN, Witness.SOURCE, Witness.MODEL)
             if (chain := subject.chains.get(witness)) is not None)
    return next((name.value for name in names if name.known and name.value), "")


def _statement(of: Statement, says: Says, fault: str, found: str) -> Statement:
    excerpt = "" if of.witness == Witness.RUN else of.excerpt
    return of.model_copy(update={"says": says, "fault": fault, "found": found, "excerpt": excerpt})


def _undecided(criterion: Criterion, statements: tuple[Statement, ...], reason: str) -> CriterionResult:
    cited = statements[0] if statements else None
    result = criterion_result(criterion, statements, Joined(Outcome.UNDECIDED, reason, cited))
    found = " ".join(part for part in (cited.found if cited is not None else reason, result.found) if part)
    return result.model_copy(update={"found": found})


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


CHECKS = (
    AccuracyCheck("accuracy_reached", "The accuracy that was reached is as good as that of a trained reference.",
                  Accuracy),
)  # fmt: skip
