"""Stored evidence and a rubric → marks, without a kernel: nothing that runs notebooks is even imported.

In: a rubric's file, a Gradebook. Out: Results, handed on one at a time, stored all at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from grader.gradebook import Gradebook
from grader.judge import CHECKS, SharedAnswers, judge, with_doubt
from grader.records import Evidence, Result, Rubric
from grader.rubric import load_rubric


def open_rubric(path: Path) -> Rubric:
    """The rubric at `path`, its criteria tested against the checks that exist."""
    return load_rubric(path, checks={name: check.parameters for name, check in CHECKS.items()})


def regrade_cohort(rubric: Rubric, gradebook: Gradebook) -> Iterator[tuple[Evidence, Result | None, Result]]:
    """Judges all current evidence by a rubric; yields evidence, the result before and the result now.

    A student may come twice; then the later result counts. No kernel is started. The results are stored together
    after the last: a call that was stopped leaves the marks as they were, and the next one still tells which moved.
    """
    before = {stored.student: stored.result for stored in gradebook.current_results(rubric.id)}
    told = SharedAnswers(before.values()).found()
    answers, judged = SharedAnswers(), {}
    for student, key, evidence in gradebook.current_evidence(rubric.id):
        result = judge(evidence, rubric)
        answers.add(result)
        judged[student] = (with_doubt(result, told.get(student, {})), key)
        yield evidence, before.get(student), judged[student][0]
    # A changed question may find other answers, and so others who share one: those students come once more.
    now = answers.found()
    others = {student for student in judged if now.get(student) != told.get(student)}
    for student, key, evidence in gradebook.current_evidence(rubric.id, students=others) if others else ():
        judged[student] = (with_doubt(judge(evidence, rubric), now.get(student, {})), key)
        yield evidence, before.get(student), judged[student][0]
    gradebook.store_results(rubric.id, judged.values())
