"""The tutor's eye: what an experienced tutor would notice beside the marks, with the numbers to prove it.

In: Evidence, and the claims of the report. Out: Findings, the gravest first. A pure function: measured, never guessed
from names, and in doubt nothing. A module a topic, TL1xx to TL6xx; `facts` says what may be believed, `diffs` makes
the change of the student's own lines, `pages` the documentation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from grader.judge.findings import (
    colours,
    data,
    freezing,
    held,
    honesty,
    leakage,
    order,
    preprocessing,
    training,
    wiring,
)
from grader.judge.findings.facts import Facts, facts_of
from grader.judge.findings.kinds import Kind
from grader.records import Claim, Evidence, Finding, Severity

_ALL_KINDS = (
    *preprocessing.KINDS, *colours.KINDS, *held.KINDS, *freezing.KINDS, *wiring.KINDS, *data.KINDS, *leakage.KINDS,
    *order.KINDS, *honesty.KINDS, *training.KINDS,
)  # fmt: skip
KINDS: tuple[Kind, ...] = tuple(sorted(_ALL_KINDS, key=lambda kind: kind.code))
_Finder = Callable[[Facts], Iterable[Finding]]
_FINDERS: tuple[_Finder, ...] = (
    preprocessing.find, colours.find, held.find, freezing.find, wiring.find, data.find, leakage.find, order.find,
    training.find,
)  # fmt: skip
_GRAVITY = {severity: rank for rank, severity in enumerate(Severity)}


def find_findings(evidence: Evidence, claims: Sequence[Claim] = ()) -> tuple[Finding, ...]:
    """Every finding, the gravest first, then by code. A finder that fails on hostile facts finds nothing."""
    facts = facts_of(evidence)
    found = [finding for finder in _FINDERS for finding in _heard(finder, facts)]
    found += _heard(lambda known: honesty.find(known, claims), facts)
    return tuple(sorted(found, key=lambda f: (_GRAVITY[f.severity], f.code)))


def _heard(finder: _Finder, facts: Facts) -> list[Finding]:
    try:
        return list(finder(facts))
    except Exception:  # what can't be understood is no finding
        return []


__all__ = ["KINDS", "Kind", "find_findings"]
