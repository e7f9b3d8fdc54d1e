"""One submission judged by one rubric.

In: Evidence, Rubric. Out: Result. A fault of the grader gives `undecided` with the points pending, never zero.
"""

from __future__ import annotations

from collections.abc import Sequence

from grader.judge.absent import absent_statements, next_step
from grader.judge.checks import CHECKS, parameters_of
from grader.judge.checks.accuracy import Accuracy, AccuracyCheck, judge_accuracies
from grader.judge.joining import Joined, join
from grader.judge.reporting import judge_report
from grader.judge.results import criterion_result
from grader.judge.subject import Subject, find_subjects, find_subjects_of
from grader.records import (
    CauseKind,
    Claim,
    Criterion,
    CriterionResult,
    Evidence,
    Finding,
    Outcome,
    Quantity,
    Reference,
    Result,
    Rubric,
    Says,
    Statement,
    Witness,
)


def judge(evidence: Evidence, rubric: Rubric, *, before: Result | None = None,
          references: Sequence[Reference] = ()) -> Result:
    """Judges a submission by every criterion.

    Where a notebook trains several transfer models, the one that meets the rubric best is judged, and a remark
    says so: an experiment beside the asked work costs nothing.

    Args:
        before: an earlier result, made from the same evidence, of a rubric that asks the same of reports, and by the
            same code: what it read in the report and its findings are taken over, because they are the dear part.
        references: every record there is of the assignment's trained solution; those of other assets are not used.
    """
    reported = judge_report(evidence, rubric, before)
    accuracies = [c for c in rubric.criteria if isinstance(CHECKS[c.check], AccuracyCheck)]
    notebook = [c for c in rubric.criteria if c.id not in reported.criteria and c not in accuracies]
    result = _judge_notebook(evidence, rubric, notebook)
    reached, remarks = _accuracies(accuracies, result, evidence, references)
    by_id = {c.id: c for c in (*result.criteria, *reached.values(), *reported.criteria.values())}
    return result.model_copy(update={
        "criteria": tuple(by_id[c.id] for c in rubric.criteria if c.id in by_id),
        **_side_by_side(rubric.groups, evidence, references),
        "remarks": (*result.remarks, *remarks),
        "report_name": reported.name,
        "unplaced": reported.unplaced,
        "claims": reported.claims,
        "findings": before.findings if before is not None else _findings(evidence, reported.claims),
        "findings_reveal": rubric.findings_reveal,
    })


def _accuracies(criteria: Sequence[Criterion], result: Result, evidence: Evidence, references: Sequence[Reference],
                ) -> tuple[dict[str, CriterionResult], tuple[str, ...]]:
    """What was reached; a criterion that the rubric lets count for nothing is not among the results."""
    if not evidence.cells:
        return {c.id: c for c in _unreadable(evidence, criteria)}, ()
    with_parameters = [(c, p) for c in criteria if isinstance(p := parameters_of(c), Accuracy)]
    return judge_accuracies(with_parameters, result, evidence, references, run_is_doubtful=_tampered(evidence))


def _side_by_side(groups: Sequence[str], evidence: Evidence, references: Sequence[Reference]) -> dict[str, object]:
    """What our own solution reached on each backbone, to stand beside what the student's did."""
    fitting = [r for r in references if not r.on_stand_ins] + [r for r in references if r.used(evidence.assets)]
    if not groups or not fitting:
        return {}
    bands = {group: fitting[0].band(group, Quantity.TEST) for group in groups}
    return {"reference": {group: band.mean for group, band in bands.items() if band is not None},
            "reference_on_stand_ins": fitting[0].on_stand_ins}


def _findings(evidence: Evidence, claims: Sequence[Claim]) -> tuple[Finding, ...]:
    from grader.judge.findings import find_findings

    return find_findings(evidence, claims)


def _judge_notebook(evidence: Evidence, rubric: Rubric, criteria: Sequence[Criterion]) -> Result:
    if not evidence.cells:
        return _result(evidence, rubric, Subject(chains={}, description=""), _unreadable(evidence, criteria), 1)
    groups = tuple(dict.fromkeys(c.group for c in criteria if c.group))
    if groups:
        return _judge_each(groups, evidence, rubric, criteria)
    subjects = find_subjects(evidence)
    best, judged = _best(subjects, evidence, criteria)
    return _result(evidence, rubric, best, judged, len(subjects))


def _best(subjects: Sequence[Subject], evidence: Evidence,
          criteria: Sequence[Criterion]) -> tuple[Subject, tuple[CriterionResult, ...]]:
    """The subject that meets the criteria best, the first of equals."""
    judged = [(subject, _criteria(subject, evidence, criteria)) for subject in subjects]
    return max(judged, key=lambda pair: sum(c.points + c.pending / 2 for c in pair[1]))


def _judge_each(groups: Sequence[str], evidence: Evidence, rubric: Rubric, criteria: Sequence[Criterion]) -> Result:
    """Every backbone by itself, by the model on it that meets its criteria best; what is about no backbone, too."""
    found: list[CriterionResult] = []
    subjects: dict[str, str] = {}
    remarks: list[str] = []
    for group in groups:
        own = [c for c in criteria if c.group == group]
        candidates = find_subjects_of(evidence, group)
        if not candidates:
            found += _absent(own, group, evidence)
            continue
        best, judged = _best(candidates, evidence, own)
        found += judged
        subjects[group] = best.description
        if len(candidates) > 1:
            remarks.append(f"{len(candidates)} models on {group} are trained here. Judged is {best.description}, "
                           "the one that meets the rubric best.")
    whole = [c for c in criteria if not c.group]
    if whole:
        found += _best(find_subjects(evidence), evidence, whole)[1]
    result = _result(evidence, rubric, Subject(chains={}, description=""), tuple(found), 1)
    return result.model_copy(update={"subjects": subjects, "remarks": (*remarks, *result.remarks)})


def _absent(criteria: Sequence[Criterion], backbone: str, evidence: Evidence) -> list[CriterionResult]:
    """The criteria of a backbone for which there is no model to judge."""
    statements = absent_statements(evidence, backbone)
    joined = join(statements, run_is_doubtful=_tampered(evidence))
    results = [(c, criterion_result(c, statements, joined)) for c in criteria]
    if joined.cited is None or joined.outcome != Outcome.NOT_MET:
        return [result for _, result in results]
    fault, found = joined.cited.fault, joined.cited.found
    return [result.model_copy(update={
        "found": found,
        "hint": f"Which model of yours is built on {backbone}?" if criterion.wording.hint else "",
        "next_step": criterion.wording.faults.get(fault, next_step(fault, backbone)),
    }) for criterion, result in results]


def _criteria(subject: Subject, evidence: Evidence, criteria: Sequence[Criterion]) -> tuple[CriterionResult, ...]:
    return tuple(_judge_criterion(criterion, subject, evidence) for criterion in criteria)


def _judge_criterion(criterion: Criterion, subject: Subject, evidence: Evidence) -> CriterionResult:
    check = CHECKS[criterion.check]
    parameters = parameters_of(criterion)
    asked = (*check.witnesses, Witness.DOCUMENT)
    predicate = check.predicate  # type: ignore[union-attr]
    statements = tuple(_ask(predicate, subject, evidence, witness, parameters) for witness in asked)
    joined = join(statements, run_is_doubtful=_tampered(evidence))
    return criterion_result(criterion, statements, joined)


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


def _unreadable(evidence: Evidence, criteria: Sequence[Criterion]) -> tuple[CriterionResult, ...]:
    why = next((r.message for r in evidence.intake if r.fatal), "There is no notebook to read.")
    joined = Joined(Outcome.UNDECIDED, why, None)
    return tuple(criterion_result(criterion, (), joined) for criterion in criteria)


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
