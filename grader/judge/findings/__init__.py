"""The tutor's eye: what an experienced tutor would notice beside the marks, with the numbers to prove it.

In: Evidence, and the claims of the report. Out: Findings, the gravest first. A pure function: measured, never guessed
from names, and in doubt nothing. A module a topic, TL1xx to TL6xx; `facts` says what may be believed, `diffs` makes
the change of the student's own lines, `pages` the documentation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

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
_MOST_MEASURED = 12
_GRAVITY = {severity: rank for rank, severity in enumerate(Severity)}


def find_findings(evidence: Evidence, claims: Sequence[Claim] = ()) -> tuple[Finding, ...]:
    """Every finding, the gravest first, then by code. A finder that fails on hostile facts finds nothing."""
    facts = facts_of(evidence)
    found = [finding for finder in _FINDERS for finding in _told_once(_heard(finder, facts), finder, facts)]
    found += _heard(lambda known: honesty.find(known, claims), facts)
    return tuple(sorted(found, key=lambda f: (_GRAVITY[f.severity], f.code)))


def _told_once(found: list[Finding], finder: _Finder, facts: Facts) -> list[Finding]:
    """One mistake in several models is one finding, which names their backbones; the first one's lines are shown."""
    alike: dict[str, list[Finding]] = {}
    for finding in found:
        alike.setdefault(finding.code, []).append(finding)
    if len(alike) == len(found):
        return found
    having: dict[str, list[str]] = {}
    for model in facts.models:
        for code in {f.code for f in _heard(finder, replace(facts, models=(model,)))}:
            having.setdefault(code, []).append(model.name or model.called)
    return [_of_all(same, list(dict.fromkeys(having.get(code, ())))) for code, same in alike.items()]


def _of_all(same: list[Finding], names: list[str]) -> Finding:
    first = same[0]
    if len(same) == 1 or len(names) < 2:
        return first
    measured = tuple(dict.fromkeys(m for finding in same for m in finding.measured))
    more = f" So it is with {', '.join(names[:-1])} and {names[-1]}."
    return first.model_copy(update={"found": first.found + more, "measured": measured[:_MOST_MEASURED]})


def _heard(finder: _Finder, facts: Facts) -> list[Finding]:
    try:
        return list(finder(facts))
    except Exception:  # what can't be understood is no finding
        return []


__all__ = ["KINDS", "Kind", "find_findings"]
