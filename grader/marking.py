"""Stored evidence and a rubric → marks, without a kernel: nothing that runs notebooks is even imported.

In: a rubric's file, a Gradebook. Out: Results, ready to be stored all at once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Generic, NamedTuple, Self, TypeVar

from grader import judge as judging
from grader import records
from grader.forking import Crew
from grader.gradebook import Gradebook, Judgement, StoredEvidence, StoredResult, ready_to_store
from grader.judge import (
    CHECKS,
    Fingerprint,
    Shared,
    SharedAnswers,
    answers_in,
    asked_of_report,
    doubts,
    has_doubts_of,
    judge,
    with_doubt,
)
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


class Remarked(NamedTuple, Generic[M]):
    """A student judged anew: the result, the same ready to be stored, and what the caller made of it."""

    result: Result
    judgement: Judgement
    made: M


class Regraded(NamedTuple, Generic[M]):
    """A cohort judged anew, sorted by student. `shared`: whose answers are nearly the same words."""

    students: tuple[Remarked[M], ...]
    shared: Mapping[str, Shared]


Make = Callable[[Result, Evidence, Result | None], M]
"""What a caller makes of a student's result, the evidence, and the earlier result, if there is one that can be read."""


class Remarker(Generic[M]):
    """Judges stored evidence by a rubric, for which this process and copies of it get ready from now on.

    Args:
        gradebook: nothing else may be asked of it until `judge_cohort` returns.
        prepare: gives what is made of each result, in a copy of this process too: something that takes long and can
            be sent back, such as a page. It may be made again for a student of whom that judging the others shows
            that they share an answer; then what was made last counts.
        meanwhile: what a copy does as long as nothing is there to be judged.
    """

    def __init__(
        self,
        rubric: Rubric,
        gradebook: Gradebook,
        prepare: Callable[[], Make[M]],
        *,
        meanwhile: Callable[[], None] | None = None,
    ) -> None:
        self._rubric = rubric
        self._prepare = prepare
        self._found = gradebook.current(rubric.id)
        self._crew = Crew(self._prepared, meanwhile=meanwhile)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._crew.close()

    def judge_cohort(self) -> Regraded[M]:
        """Judges all current evidence. No kernel is started.

        Nothing is stored: the judgements are for `Gradebook.storing`, all together, so that a call that was stopped
        leaves the marks as they were, and the next one still tells which moved.
        """
        waiting = [_Waiting(*current) for current in self._found()]
        answers = SharedAnswers()
        judged: dict[str, Remarked[M]] = {}
        for one in self._crew.spread(waiting):
            student = one.remarked.result.student
            judged[student] = one.remarked
            answers.note(student, one.answers)
        shared = answers.found()
        other = [
            w._replace(shared=frozenset(own))
            for w in waiting
            if not has_doubts_of(judged[w.evidence.student].result, own := shared.get(w.evidence.student, {}))
        ]
        for one in self._crew.spread(other):
            judged[one.remarked.result.student] = one.remarked
        return Regraded(tuple(judged.values()), shared)

    def _prepared(self) -> Callable[[_Waiting], _Judged[M]]:
        make = self._prepare()
        asked = asked_of_reports(self._rubric)

        def judge_one(waiting: _Waiting) -> _Judged[M]:
            evidence = waiting.evidence.read()
            before = waiting.result.read() if waiting.result is not None else None
            result = mark(evidence, self._rubric, before, asked=asked)
            # Whose answers are shared is known when all are judged; until then, those count that were.
            supposed = doubts(before) if before is not None else frozenset()
            result = with_doubt(result, supposed if waiting.shared is None else waiting.shared)
            judgement = ready_to_store(self._rubric.id, result, waiting.evidence.key)
            return _Judged(Remarked(result, judgement, make(result, evidence, before)), answers_in(result))

        return judge_one


class _Waiting(NamedTuple):
    evidence: StoredEvidence
    result: StoredResult | None
    shared: frozenset[str] | None = None


class _Judged(NamedTuple, Generic[M]):
    remarked: Remarked[M]
    answers: Mapping[str, Fingerprint]
