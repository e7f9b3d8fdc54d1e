"""Records ↔ what a column holds.

In: records, or the bytes of a column. Out: the other. Compressed JSON, because evidence is long and repeats itself.
This module must never hand on a record that does not fit its model: it says that another version stored it.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError

from grader.errors import GradebookError
from grader.records import Evidence, IntakeRemark, Result, Submission

R = TypeVar("R", bound=BaseModel)
_LEVEL = 3
"""Of 1 to 9: an eighth more bytes than zlib's own choice, in less than half the time."""


@dataclass(frozen=True)
class HandInRow:
    """A student's hand-in as recorded: whose it is now, whoever's equal files were graded first."""

    student: str
    display_name: str
    notebook_name: str
    digest: str
    remarks: tuple[IntakeRemark, ...]


class Judgement(NamedTuple):
    """A result on its way into the gradebook."""

    columns: dict[str, Any]


def ready_to_store(assignment: str, result: Result, evidence_key: str) -> Judgement:
    """A result as the gradebook will keep it."""
    return Judgement({
        "assignment": assignment,
        "student": result.student,
        "digest": result.digest,
        "evidence_key": evidence_key,
        "rubric_digest": result.rubric_digest,
        "points": result.points,
        "pending": result.pending,
        "possible": result.possible,
        "result": packed(result),
    })


@dataclass(frozen=True)
class StoredResult:
    """A judgement as it lies in the gradebook, and what it was made from. `created` is UTC in ISO 8601."""

    assignment: str
    student: str
    evidence_key: str
    grader_version: str
    created: str
    data: bytes

    @cached_property
    def result(self) -> Result:
        """The judgement itself, read when it is first asked for.

        Raises:
            Outdated: where a grader stored it that this one can't read.
        """
        return unpacked(Result, self.data)

    def read(self) -> Result | None:
        """The judgement itself; None where a grader stored it that this one can't read."""
        try:
            return self.result
        except Outdated:
            return None


@dataclass(frozen=True)
class StoredEvidence:
    """The evidence of a current hand-in as it lies in `gradebook`: small, and to be read where it is needed."""

    whose: HandInRow
    key: str
    data: bytes
    gradebook: str

    @property
    def student(self) -> str:
        return self.whose.student

    def read(self) -> Evidence:
        """The evidence, under the name of the student who handed the files in now: equal files share one run.

        Raises:
            GradebookError: where an older grader stored evidence that this one can't read.
        """
        whose = self.whose
        try:
            found = unpacked(Evidence, self.data)
        except Outdated as error:
            why = f"the evidence of {whose.student} was stored by another version of the grader ({error})"
            raise GradebookError(
                f"{self.gradebook}: {why}. Grade the cohort again: it is then gathered anew"
            ) from error
        return found.model_copy(
            update={
                "student": whose.student,
                "display_name": whose.display_name,
                "notebook_name": whose.notebook_name,
                "intake": whose.remarks,
            }
        )


class Current(NamedTuple):
    """The evidence of a current hand-in, and the newest result of these files, if there is one."""

    evidence: StoredEvidence
    result: StoredResult | None


class Outdated(Exception):
    """A stored record that this version of the grader can't read."""


def packed(record: BaseModel) -> bytes:
    """A record as compressed JSON: the same record gives the same bytes."""
    return zlib.compress(record.model_dump_json().encode(), _LEVEL)


def unpacked(model: type[R], data: bytes) -> R:
    """The record in `data`.

    Raises:
        Outdated: where it does not fit `model`, or is damaged.
    """
    try:
        return model.model_validate_json(zlib.decompress(data))
    except (ValidationError, zlib.error) as error:
        raise Outdated(str(error).split("\n")[0]) from error


def hand_in_values(submission: Submission) -> dict[str, str]:
    """The columns of a hand-in."""
    return {
        "student": submission.student,
        "display_name": submission.display_name,
        "notebook_name": submission.notebook_name,
        "digest": submission.digest,
        "remarks": json.dumps([r.model_dump(mode="json") for r in submission.remarks]),
    }


def hand_in(row: Mapping[str, Any]) -> HandInRow:
    """A hand-in from its columns."""
    remarks = tuple(IntakeRemark.model_validate(r) for r in json.loads(row["remarks"]))
    return HandInRow(row["student"], row["display_name"], row["notebook_name"], row["digest"], remarks)
