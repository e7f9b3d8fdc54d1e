"""Findings as plain values: what a student's page, the overview and the terminal show of them.

In: a Result's findings, the notebook's cells. Out: views, from which templates only read. What a self-check must not
reveal never enters a view.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from grader.records import Cell, Finding, Result, Reveal, Severity
from grader.render import words
from grader.render.code import Quote, quote
from grader.render.text import LINE_LIMIT, cut, neutral, sentence, where

UNFOLDED = 5
_MOST = 30
_DIFF_LINES = 60


class MeasuredView(NamedTuple):
    """One measured value, with who saw it and where."""

    what: str
    value: str
    witness: str
    where: str


class DiffLine(NamedTuple):
    """One line of a change; `kind` is `added`, `removed`, `place` or `same`."""

    kind: str
    text: str


class FindingView(NamedTuple):
    """One finding, all of it."""

    code: str
    anchor: str
    severity: Severity
    severity_word: str
    title: str
    found: str
    measured: tuple[MeasuredView, ...]
    explanation: str
    mend: str
    diff: tuple[DiffLine, ...]
    quote: Quote | None


class FindingsView(NamedTuple):
    """What is shown of all findings; `kept_back` is a sentence where a self-check tells only how many there are."""

    first: tuple[FindingView, ...] = ()
    more: tuple[FindingView, ...] = ()
    kept_back: str = ""

    @property
    def anything(self) -> bool:
        return bool(self.first or self.kept_back)


class FindingCount(NamedTuple):
    """How many of a cohort have a finding: "31 of 180 doubled the preprocessing"."""

    code: str
    severity: Severity
    severity_word: str
    sentence: str


def findings_view(result: Result, cells: dict[int, Cell], *, reveal_all: bool) -> FindingsView:
    """The gravest first; everything only where the rubric lets a self-check show it."""
    reveal = Reveal.ALL if reveal_all else result.findings_reveal
    if reveal == Reveal.ALL:
        views = [_view(f, i, cells) for i, f in enumerate(result.findings[:_MOST], start=1)]
        return FindingsView(tuple(views[:UNFOLDED]), tuple(views[UNFOLDED:]))
    if reveal == Reveal.HINT and result.findings:
        return FindingsView(kept_back=_how_many(result.findings))
    return FindingsView()


def count_findings(results: Iterable[Result]) -> tuple[FindingCount, ...]:
    """Over a cohort: the gravest and the most frequent first."""
    graded = [r for r in results if not any(remark.fatal for remark in r.intake)]
    having: dict[str, list[Finding]] = {}
    for result in graded:
        for code, finding in {f.code: f for f in reversed(result.findings)}.items():
            having.setdefault(code, []).append(finding)
    gravity = list(Severity)
    worst = {code: min((f.severity for f in found), key=gravity.index) for code, found in having.items()}
    ordered = sorted(having, key=lambda code: (gravity.index(worst[code]), -len(having[code]), code))
    return tuple(
        FindingCount(
            code=sentence(code),
            severity=worst[code],
            severity_word=words.SEVERITIES[worst[code]],
            sentence=f"{len(having[code])} of {len(graded)} {sentence(having[code][0].counted)}",
        )
        for code in ordered
    )


def _view(finding: Finding, number: int, cells: dict[int, Cell]) -> FindingView:
    return FindingView(
        code=sentence(finding.code),
        anchor=f"finding-{number}",
        severity=finding.severity,
        severity_word=words.SEVERITIES[finding.severity],
        title=sentence(finding.title),
        found=sentence(finding.found),
        measured=tuple(
            MeasuredView(sentence(m.what), sentence(m.value, 200), words.WITNESSES[m.witness], where(m.place))
            for m in finding.measured[:12]
        ),
        explanation=sentence(finding.explanation, 2000),
        mend=sentence(finding.mend),
        diff=_diff(finding.diff),
        quote=None if finding.diff else quote(finding.place, finding.excerpt, cells),
    )


def _diff(diff: str) -> tuple[DiffLine, ...]:
    """Line by line; of the header only the cell's name."""
    shown = []
    for line in neutral(diff).expandtabs(4).split("\n")[:_DIFF_LINES]:
        if line.startswith("--- cell "):
            shown.append(DiffLine("place", line[4:].capitalize()))
        elif line.startswith(("+", "-", " ")) and not line.startswith("+++ cell "):
            kind = {"+": "added", "-": "removed", " ": "same"}[line[0]]
            shown.append(DiffLine(kind, cut(line, LINE_LIMIT)))
    return tuple(shown)


def _how_many(findings: Sequence[Finding]) -> str:
    tally = [(s, sum(f.severity == s for f in findings)) for s in Severity]
    counts = [f"{n} {words.SEVERITIES[s].lower()}" for s, n in tally if n]
    listed = counts[0] if len(counts) == 1 else ", ".join(counts[:-1]) + " and " + counts[-1]
    total = "one thing" if len(findings) == 1 else f"{len(findings)} things"
    return f"A tutor would notice {total} ({listed}). A self-check does not show what."
