"""What a kind of finding is: its code, and the words that stay the same whoever has it.

In: words. Out: Kinds, and Findings made from one and from what was measured. Judges nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader.records import Finding, Measured, Place, Severity


@dataclass(frozen=True)
class Kind:
    """One kind of finding, as its page in the docs tells it.

    Attributes:
        counted: goes on from "31 of 180 …".
        why: the mechanism, in words for a student. mend: the smallest change.
        measured: what must have been measured, and where it is silent.
    """

    code: str
    severity: Severity
    title: str
    counted: str
    why: str
    mend: str
    measured: str

    @property
    def docs(self) -> str:
        """The page about it."""
        return f"docs/findings/{self.code}.md"

    def finding(
        self, found: str, measured: Sequence[Measured], *, severity: Severity | None = None, why: str = "",
        mend: str = "", diff: str = "", place: Place | None = None, excerpt: str = "",
    ) -> Finding:
        """A finding of this kind in one notebook; `why` and `mend` where the notebook allows more exact words."""
        return Finding(
            code=self.code, severity=severity or self.severity, title=self.title, counted=self.counted, found=found,
            measured=tuple(measured), explanation=why or self.why, mend=mend or self.mend, diff=diff, place=place,
            excerpt=excerpt, docs=self.docs,
        )


