"""Answers that two students of a cohort have in common, nearly word for word.

In: Results, one at a time. Out: who shares which answer, and a Result in which a person decides about it.
Must never say who copied from whom, nor name one student on another's page.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Mapping
from itertools import combinations

from grader.judge.report.fingerprint import Fingerprint, fingerprint, likeness
from grader.records import CriterionResult, Outcome, Result

FAULT = "same_as_other_student"
ALIKE = 0.75
"""Share of the shorter answer's word rows that stand in the other one too."""
_REASON = "Nearly the same words were handed in by another student; a person decides what that means."

Shared = Mapping[str, tuple[str, ...]]
"""The criterion's id → the students who share the answer, in order."""


class SharedAnswers:
    """Collects the answers of a cohort."""

    def __init__(self, results: Iterable[Result] = ()) -> None:
        self._seen: dict[str, dict[str, Fingerprint]] = {}
        for result in results:
            self.add(result)

    def add(self, result: Result) -> None:
        """Takes note of a student's answers; a later result of the same student replaces the earlier."""
        self.note(result.student, answers_in(result))

    def note(self, student: str, answers: Mapping[str, Fingerprint]) -> None:
        """Takes note of what `answers_in` found in the student's result."""
        for criterion, answer in answers.items():
            self._seen.setdefault(criterion, {})[student] = answer

    def found(self) -> dict[str, Shared]:
        """Student → criterion → all who share that answer with them."""
        shared: dict[str, dict[str, set[str]]] = {}
        for criterion, answers in self._seen.items():
            for one, other in combinations(answers, 2):
                if likeness(answers[one], answers[other]) >= ALIKE:
                    for student, peer in ((one, other), (other, one)):
                        shared.setdefault(student, {}).setdefault(criterion, set()).add(peer)
        return {
            student: {criterion: tuple(sorted(peers)) for criterion, peers in by_criterion.items()}
            for student, by_criterion in shared.items()
        }


def answers_in(result: Result) -> dict[str, Fingerprint]:
    """The student's answers, by the criterion's id, in the form in which they are compared."""
    paragraphs = {
        criterion.id: [p for s in criterion.statements if s.answer is not None for p in s.answer.paragraphs]
        for criterion in result.criteria
    }
    return {criterion: fingerprint(written) for criterion, written in paragraphs.items() if written}


def doubts(result: Result) -> frozenset[str]:
    """The criteria about which a person is asked because the answer is shared."""
    return frozenset(criterion.id for criterion in result.criteria if criterion.fault == FAULT)


def has_doubts_of(result: Result, shared: Container[str]) -> bool:
    """Whether `with_doubt` has seen to just those criteria that are shared."""
    return all((c.fault == FAULT) == (c.id in shared and c.outcome != Outcome.NOT_MET) for c in result.criteria)


def with_doubt(result: Result, shared: Collection[str]) -> Result:
    """The result with a person asked about each shared criterion's answer; what it was worth is the suggestion."""
    if not shared:
        return result
    criteria = tuple(_doubted(c) if c.id in shared else c for c in result.criteria)
    return result.model_copy(update={"criteria": criteria})


def _doubted(criterion: CriterionResult) -> CriterionResult:
    if criterion.outcome == Outcome.NOT_MET or criterion.fault == FAULT:
        return criterion
    suggested = criterion.points if criterion.outcome != Outcome.UNDECIDED else criterion.suggested
    return criterion.model_copy(update={
        "outcome": Outcome.UNDECIDED, "fault": FAULT, "points": 0.0, "pending": criterion.possible,
        "suggested": suggested, "reason": _REASON, "next_step": "",
        "found": "This could not be decided; a person will look at it.",
    })  # fmt: skip
