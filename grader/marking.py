"""Stored evidence and a rubric → marks, without a kernel: nothing that runs notebooks is even imported.

In: a rubric's file, a Gradebook. Out: Results, handed on one at a time, stored all at once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

from grader import judge as judging
from grader import records
from grader.forking import spread
from grader.gradebook import Gradebook, StoredEvidence
from grader.judge import CHECKS, SharedAnswers, asked_of_report, judge, with_doubt
from grader.records import Evidence, Reference, Result, Rubric
from grader.rubric import load_rubric

M = TypeVar("M")


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
    """A digest of what the rubric asks of reports, and of the code that judges."""
    return hashlib.sha256(_code() + asked_of_report(rubric).encode()).digest()


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


class Regraded(NamedTuple, Generic[M]):
    """A student judged anew; `before` is None where there was no result, `made` what the caller made of it."""

    result: Result
    before: Result | None
    made: M


def regrade_cohort(
    rubric: Rubric, gradebook: Gradebook, make: Callable[[Result, Evidence], M]
) -> Iterator[Regraded[M]]:
    """Judges all current evidence by a rubric, `make`s of each result what the caller wants, and yields both.

    `make` may be called in a copy of this process, for what takes long and can be sent back, such as a page.
    A student may come twice; then the later result counts. No kernel is started. The results are stored together
    after the last: a call that was stopped leaves the marks as they were, and the next one still tells which moved.
    """
    before = {stored.student: stored.result for stored in gradebook.current_results(rubric.id)}
    told = SharedAnswers(before.values()).found()
    asked = asked_of_reports(rubric)
    answers, judged = SharedAnswers(), {}

    def judge_all(
        waiting: Sequence[StoredEvidence], shared: Mapping[str, Mapping[str, tuple[str, ...]]]
    ) -> Iterator[Regraded[M]]:
        def judge_one(stored: StoredEvidence) -> tuple[Result, M]:
            evidence = stored.read()
            result = mark(evidence, rubric, before.get(stored.student), asked=asked)
            result = with_doubt(result, shared.get(stored.student, {}))
            return result, make(result, evidence)

        for stored, (result, made) in zip(waiting, spread(judge_one, waiting), strict=True):
            judged[stored.student] = (result, stored.key)
            yield Regraded(result, before.get(stored.student), made)

    waiting = list(gradebook.current_evidence(rubric.id))
    for one in judge_all(waiting, told):
        answers.add(one.result)
        yield one
    # A changed question may find other answers, and so others who share one: those students come once more.
    now = answers.found()
    yield from judge_all([w for w in waiting if now.get(w.student) != told.get(w.student)], now)
    gradebook.store_results(rubric.id, judged.values())
