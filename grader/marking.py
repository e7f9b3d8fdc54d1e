"""Stored evidence and a rubric → marks, without a kernel: nothing that runs notebooks is even imported.

In: a rubric's file, a Gradebook. Out: Results, handed on one at a time, stored all at once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from pathlib import Path

from grader import judge as judging
from grader import records
from grader.gradebook import Gradebook
from grader.judge import CHECKS, SharedAnswers, judge, with_doubt
from grader.records import Evidence, Reference, Result, Rubric
from grader.rubric import load_rubric


def open_rubric(path: Path) -> Rubric:
    """The rubric at `path`, its criteria tested against the checks that exist."""
    return load_rubric(path, checks={name: check.parameters for name, check in CHECKS.items()})


def mark(evidence: Evidence, rubric: Rubric, before: Result | None = None, *, asked: bytes = b"") -> Result:
    """The evidence judged; of an earlier result, what is not about the notebook is taken over where it still holds.

    `asked`: what `asked_of_reports` says of the rubric, where that is known already.
    """
    basis = _basis(evidence, asked or asked_of_reports(rubric))
    same = before if before is not None and before.report_basis == basis else None
    result = judge(evidence, rubric, before=same, references=references_for(rubric))
    return result.model_copy(update={"report_basis": basis})


def references_for(rubric: Rubric) -> tuple[Reference, ...]:
    """The records of the rubric's trained solution, where a criterion or a page of several backbones wants them."""
    if not rubric.groups and not any(criterion.check == "accuracy_reached" for criterion in rubric.criteria):
        return ()
    from grader.reference.store import references_of

    return references_of(rubric)


def asked_of_reports(rubric: Rubric) -> bytes:
    """A digest of the rubric's criteria about the report, and of the code that judges."""
    told = hashlib.sha256(_code())
    for criterion in rubric.criteria:
        if criterion.section == "report":
            told.update(hashlib.sha256(criterion.model_dump_json().encode()).digest())
    return told.digest()


def _basis(evidence: Evidence, asked: bytes) -> str:
    """Names all that the report's half of a result and its findings depend on: evidence, criteria and code."""
    names = {"student": "", "display_name": "", "notebook_name": "", "intake": (), "phases": {}}
    return hashlib.sha256(asked + evidence.model_copy(update=names).model_dump_json().encode()).hexdigest()


@cache
def _code() -> bytes:
    """A digest of the code that judges, and of the libraries that it compares words with."""
    told = hashlib.sha256("".join(version(name) for name in ("rapidfuzz", "snowballstemmer")).encode())
    for folder in (Path(judging.__file__).parent, Path(records.__file__).parent):
        for path in sorted(folder.rglob("*.py")):
            told.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
    return told.digest()


def regrade_cohort(rubric: Rubric, gradebook: Gradebook) -> Iterator[tuple[Evidence, Result | None, Result]]:
    """Judges all current evidence by a rubric; yields evidence, the result before and the result now.

    A student may come twice; then the later result counts. No kernel is started. The results are stored together
    after the last: a call that was stopped leaves the marks as they were, and the next one still tells which moved.
    """
    before = {stored.student: stored.result for stored in gradebook.current_results(rubric.id)}
    told = SharedAnswers(before.values()).found()
    asked = asked_of_reports(rubric)
    answers, judged = SharedAnswers(), {}
    for student, key, evidence in gradebook.current_evidence(rubric.id):
        result = mark(evidence, rubric, before.get(student), asked=asked)
        answers.add(result)
        judged[student] = (with_doubt(result, told.get(student, {})), key)
        yield evidence, before.get(student), judged[student][0]
    # A changed question may find other answers, and so others who share one: those students come once more.
    now = answers.found()
    others = {student for student in judged if now.get(student) != told.get(student)}
    for student, key, evidence in gradebook.current_evidence(rubric.id, students=others) if others else ():
        result = mark(evidence, rubric, before.get(student), asked=asked)
        judged[student] = (with_doubt(result, now.get(student, {})), key)
        yield evidence, before.get(student), judged[student][0]
    gradebook.store_results(rubric.id, judged.values())
