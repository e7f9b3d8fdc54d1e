"""One submission judged by one rubric.

In: Evidence, Rubric. Out: Result. A fault of the grader gives `undecided` with the points pending, never zero.
"""

from __future__ import annotations

from grader.judge.checks import CHECKS
from grader.judge.joining import Joined, join
from grader.judge.subject import Subject, find_subjects
from grader.records import (
    CauseKind,
    Criterion,
    CriterionResult,
    Evidence,
    Outcome,
    Result,
    Rubric,
    Says,
    Statement,
    Witness,
)

_LACKING = (Outcome.PARTLY, Outcome.NOT_MET)
"""Outcomes that show something to mend; what is undecided may be right as it is."""


def judge(evidence: Evidence, rubric: Rubric) -> Result:
    """Judges a submission by every criterion.

    Where a notebook trains several transfer models, the one that meets the rubric best is judged, and a remark
    says so: an experiment beside the asked work costs nothing.
    """
    if not evidence.cells:
        return _result(evidence, rubric, Subject(chains={}, description=""), _unreadable(evidence, rubric), 1)
    subjects = find_subjects(evidence)
    judged = [(subject, _criteria(subject, evidence, rubric)) for subject in subjects]
    best = max(judged, key=lambda pair: sum(c.points + c.pending / 2 for c in pair[1]))
    return _result(evidence, rubric, best[0], best[1], len(subjects))


def _criteria(subject: Subject, evidence: Evidence, rubric: Rubric) -> tuple[CriterionResult, ...]:
    return tuple(_judge_criterion(criterion, subject, evidence) for criterion in rubric.criteria)


def _judge_criterion(criterion: Criterion, subject: Subject, evidence: Evidence) -> CriterionResult:
    check = CHECKS[criterion.check]
    parameters = check.parameters.model_validate(criterion.parameters)
    asked = (*check.witnesses, Witness.DOCUMENT)
    statements = tuple(_ask(check.predicate, subject, evidence, witness, parameters) for witness in asked)
    joined = join(statements, run_is_doubtful=_tampered(evidence))
    return _criterion_result(criterion, statements, joined)


def _ask(predicate: object, subject: Subject, evidence: Evidence, witness: Witness, parameters: object) -> Statement:
    """One witness's statement. A check that fails on hostile facts is our fault, and costs no mark."""
    view = subject.view(witness, evidence)
    try:
        statement = predicate(view, parameters)  # type: ignore[operator]
        assert isinstance(statement, Statement)  # noqa: S101 - the contract of a predicate
    except Exception as error:
        return Statement(witness=witness, says=Says.CANT_TELL, found=f"fault of the grader: {type(error).__name__}")
    return statement


def _tampered(evidence: Evidence) -> bool:
    """Whether the code or the journal shows signs of interference with the recorder."""
    remarks = [r for w in (Witness.SOURCE, Witness.RUN) for r in evidence.testimony(w).remarks]
    return any(remark.startswith("tampering:") for remark in remarks)


def _criterion_result(criterion: Criterion, statements: tuple[Statement, ...], joined: Joined) -> CriterionResult:
    wording, outcome, cited = criterion.wording, joined.outcome, joined.cited
    fault = cited.fault if cited is not None and outcome != Outcome.MET else ""
    earned = {Outcome.MET: 1.0, Outcome.PARTLY: criterion.partial}.get(outcome, 0.0)
    general = {
        Outcome.MET: wording.met,
        Outcome.PARTLY: wording.partly,
        Outcome.NOT_MET: wording.not_met,
        Outcome.UNDECIDED: wording.undecided or "This could not be decided; a person will look at it.",
    }[outcome]
    specific = cited.found if cited is not None and outcome != Outcome.UNDECIDED else ""
    return CriterionResult(
        id=criterion.id,
        title=criterion.title,
        section=criterion.section,
        outcome=outcome,
        points=round(criterion.points * earned, 4),
        possible=criterion.points,
        pending=criterion.points if outcome == Outcome.UNDECIDED else 0.0,
        fault=fault,
        looked_for=wording.looked_for,
        found=" ".join(text for text in (specific, general) if text),
        hint=wording.hint,
        next_step=wording.faults.get(fault, wording.next_step) if outcome in _LACKING else "",
        reveal=criterion.reveal,
        place=cited.place if cited is not None else None,
        excerpt=cited.excerpt if cited is not None else "",
        statements=statements,
        reason=joined.reason,
    )


def _unreadable(evidence: Evidence, rubric: Rubric) -> tuple[CriterionResult, ...]:
    why = next((r.message for r in evidence.intake if r.fatal), "There is no notebook to read.")
    joined = Joined(Outcome.UNDECIDED, why, None)
    return tuple(_criterion_result(criterion, (), joined) for criterion in rubric.criteria)


def _result(evidence: Evidence, rubric: Rubric, subject: Subject, criteria: tuple[CriterionResult, ...],
            candidates: int) -> Result:
    remarks = [r.removeprefix("tampering: ") for t in evidence.testimonies for r in t.remarks]
    if candidates > 1:
        remarks.insert(0, f"{candidates} transfer models are trained here. Judged is {subject.description}, "
                          "the one that meets the rubric best.")
    return Result(
        student=evidence.student,
        display_name=evidence.display_name,
        notebook_name=evidence.notebook_name,
        digest=evidence.digest,
        rubric_id=rubric.id,
        rubric_title=rubric.title,
        rubric_digest=rubric.digest,
        subject=subject.description,
        criteria=_spare_for_our_faults(evidence, criteria),
        causes=evidence.causes,
        notices=evidence.notices,
        intake=evidence.intake,
        remarks=tuple(dict.fromkeys(remarks)),
    )


def _spare_for_our_faults(evidence: Evidence, criteria: tuple[CriterionResult, ...]) -> tuple[CriterionResult, ...]:
    """Where the run failed by our fault, nothing that the run should have shown is held against the student."""
    if not any(cause.kind == CauseKind.GRADER_FAULT for cause in evidence.causes):
        return criteria
    return tuple(_spared(c) if c.outcome in (Outcome.NOT_MET, Outcome.PARTLY) and _only_the_run_says_so(c) else c
                 for c in criteria)


def _only_the_run_says_so(criterion: CriterionResult) -> bool:
    telling = [s.witness for s in criterion.statements if s.says not in (Says.CANT_TELL, Says.YES)]
    return Witness.SOURCE not in telling


def _spared(criterion: CriterionResult) -> CriterionResult:
    return criterion.model_copy(update={
        "outcome": Outcome.UNDECIDED, "points": 0.0, "pending": criterion.possible,
        "reason": "The run failed by a fault of the grader; a person will decide.",
    })
