"""What a tutor would notice beside the marks: a finding, with what was measured and the way to mend it."""

from enum import StrEnum

from grader.records.base import Place, Record, Witness


class Severity(StrEnum):
    """How much a finding spoils. The order of the members is the order in which findings are shown."""

    GRAVE = "grave"
    """The result means little until it is mended."""
    NOTABLE = "notable"
    """Something that was meant does not happen, or results suffer."""
    HINT = "hint"
    """Worth knowing."""


class Measured(Record):
    """One thing that was measured: `what` names it, `value` is the number or the words, `witness` saw it."""

    what: str
    value: str
    witness: Witness
    place: Place | None = None


class Finding(Record):
    """Something that a tutor would point out. It earns and costs no points.

    Attributes:
        code: stable, `TL102`. title: a short sentence.
        counted: goes on from "31 of 180 …" on the overview: "doubled the preprocessing".
        found: what happened in this notebook, a sentence.
        explanation: why it hurts. mend: what to change, in words.
        diff: the change as a unified diff of the student's own lines, "" where none is certain.
        place, excerpt: the line to look at first.
        docs: the page about it, a path in this project.
    """

    code: str
    severity: Severity
    title: str
    counted: str
    found: str
    measured: tuple[Measured, ...]
    explanation: str
    mend: str
    diff: str = ""
    place: Place | None = None
    excerpt: str = ""
    docs: str = ""
