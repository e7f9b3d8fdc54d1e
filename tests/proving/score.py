"""Verdicts against labels: how often each view is right, wrong and undecided, by criterion, and the findings likewise.

In: cases and verdicts. Out: a Score, as text and as JSON. Must never decide what is right: the labels do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from tests.proving.ground import Case
from tests.proving.views import JOINED, VIEWS, Verdict

RIGHT, WRONG, UNDECIDED = "right", "wrong", "undecided"


@dataclass(frozen=True)
class Disagreement:
    """One verdict that is not the label's. `expected` and `got` are outcomes, or presence of a finding."""

    name: str
    view: str
    what: str
    expected: str
    got: str
    why: str
    made_of: tuple[str, ...]


@dataclass
class Score:
    """`criteria`: view → criterion → right, wrong, undecided. `findings`: code → found, missed, false."""

    notebooks: int
    groups: Mapping[str, int]
    criteria: dict[str, dict[str, Counter[str]]] = field(default_factory=dict)
    findings: dict[str, Counter[str]] = field(default_factory=dict)
    disagreements: list[Disagreement] = field(default_factory=list)
    right_with_loss: list[str] = field(default_factory=list)

    def whole(self, view: str) -> Counter[str]:
        """All criteria of a view together."""
        return sum(self.criteria.get(view, {}).values(), Counter())

    def as_json(self) -> dict[str, Any]:
        criteria = {view: {c: dict(n) for c, n in table.items()} for view, table in self.criteria.items()}
        return {
            "notebooks": self.notebooks,
            "groups": dict(self.groups),
            "criteria": criteria,
            "findings": {code: dict(count) for code, count in self.findings.items()},
            "right_with_loss": self.right_with_loss,
            "disagreements": [asdict(d) for d in self.disagreements],
        }


def score(cases: Sequence[Case], verdicts: Mapping[str, Verdict]) -> Score:
    """The score of the cases for which there is a verdict."""
    judged = [case for case in cases if case.name in verdicts]
    total = Score(len(judged), Counter(case.group for case in judged))
    for case in judged:
        verdict = verdicts[case.name]
        for view in VIEWS:
            if view in verdict.outcomes:
                _count_criteria(total, case, verdict, view)
        if verdict.findings is not None:
            _count_findings(total, case, verdict.findings)
        if case.group == "right" and "not_met" in verdict.outcomes.get(JOINED, {}).values():
            total.right_with_loss.append(case.name)
    return total


def _count_criteria(total: Score, case: Case, verdict: Verdict, view: str) -> None:
    table = total.criteria.setdefault(view, {})
    for criterion, expected in case.label.criteria.items():
        got = verdict.outcomes[view].get(criterion, "absent")
        found = RIGHT if got in expected else UNDECIDED if got == "undecided" else WRONG
        table.setdefault(criterion, Counter())[found] += 1
        if found != RIGHT:
            why = verdict.reasons[view].get(criterion, "")
            told = " or ".join(expected)
            total.disagreements.append(Disagreement(case.name, view, criterion, told, got, why, case.made_of))


def _count_findings(total: Score, case: Case, found: frozenset[str]) -> None:
    expected, may = case.label.findings, case.label.open_findings
    for code in expected | found:
        kind = "found" if code in expected & found else "missed" if code in expected else "false"
        if kind == "false" and code in may:
            continue
        total.findings.setdefault(code, Counter())[kind] += 1
        if kind != "found":
            told = ("there", "silent") if kind == "missed" else ("silent", "there")
            total.disagreements.append(Disagreement(case.name, JOINED, code, *told, case.why, case.made_of))


# --------------------------------------------------------------------------- as text


def table(total: Score, *, listed: int = 60) -> str:
    """What a terminal shows."""
    groups = ", ".join(f"{number} {group}" for group, number in sorted(total.groups.items()))
    lines = [f"{total.notebooks} notebooks: {groups}", ""]
    for view in VIEWS:
        if view in total.criteria:
            lines += [*_view(total, view), ""]
    if total.findings:
        lines += [*_findings(total), ""]
    if total.right_with_loss:
        lines += [f"right notebooks with a `not_met`: {', '.join(total.right_with_loss)}", ""]
    return "\n".join([*lines, *_listed(total, listed)])


def _view(total: Score, view: str) -> list[str]:
    lines = [f"{view:32}  right  wrong  undecided   right where it decides"]
    rows = sorted(total.criteria[view].items())
    for name, count in [*rows, ("all", total.whole(view))]:
        lines.append(f"  {name:30}  {count[RIGHT]:5}  {count[WRONG]:5}  {count[UNDECIDED]:9}   {_decided(count)}")
    return lines


def _decided(count: Counter[str]) -> str:
    decided = count[RIGHT] + count[WRONG]
    return f"{100 * count[RIGHT] / decided:6.2f} %" if decided else "     -"


def _findings(total: Score) -> list[str]:
    lines = ["finding   found  missed  false"]
    everything: Counter[str] = sum(total.findings.values(), Counter())
    for code, count in [*sorted(total.findings.items()), ("all", everything)]:
        lines.append(f"  {code:6}  {count['found']:5}  {count['missed']:6}  {count['false']:5}")
    found, missed, false = (everything[k] for k in ("found", "missed", "false"))
    precision, recall = 100 * found / max(1, found + false), 100 * found / max(1, found + missed)
    return [*lines, f"  precision {precision:.1f} %, recall {recall:.1f} %"]


def _listed(total: Score, limit: int) -> list[str]:
    """Disagreements that are the same but for the notebook are told once."""
    same: Counter[tuple[str, str, str, str]] = Counter()
    first: dict[tuple[str, str, str, str], Disagreement] = {}
    wrong = [d for d in total.disagreements if d.got != "undecided"]
    undecided = [d for d in total.disagreements if d.got == "undecided" and d.view == JOINED]
    for one in (*wrong, *undecided):
        key = (one.view, one.what, one.expected, one.got)
        same[key] += 1
        first.setdefault(key, one)
    lines = [f"{len(wrong)} wrong verdicts, {len(undecided)} undecided in the joined view"]
    for key, number in same.most_common(limit):
        one = first[key]
        lines.append(f"- {one.view}: {one.what} should be {one.expected}, is {one.got} ({number} notebooks, "
                     f"{one.name} for one): {one.why[:160]}")  # fmt: skip
    return lines
