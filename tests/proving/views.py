"""What each witness is worth: one Evidence judged three times, by the code alone, by run and model alone, and by all.

In: Evidence, Rubric. Out: outcomes by view and criterion, and the findings of the joined view.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from grader.pipeline import judge
from grader.records import Evidence, Result, Rubric, Witness

SOURCE, RUN, JOINED = "source", "run and model", "joined"
VIEWS = (SOURCE, RUN, JOINED)


@dataclass(frozen=True)
class Verdict:
    """Of one notebook: criterion → outcome for each view, reasons of the joined view, findings, and causes."""

    outcomes: Mapping[str, Mapping[str, str]]
    reasons: Mapping[str, Mapping[str, str]]
    findings: frozenset[str] | None
    causes: tuple[str, ...] = ()


def verdict(evidence: Evidence, rubric: Rubric) -> Verdict:
    """All views of evidence with a run; of evidence without one, the code's view alone, and no findings."""
    ran = any(t.witness == Witness.RUN for t in evidence.testimonies)
    results = {SOURCE: judge(without(evidence, Witness.RUN, Witness.MODEL), rubric)}
    if ran:
        results[RUN] = judge(without(evidence, Witness.SOURCE), rubric)
        results[JOINED] = judge(evidence, rubric)
    findings = frozenset(f.code for f in results[JOINED].findings) if ran else None
    causes = tuple(f"{c.kind.value}: {c.message}" for c in evidence.causes)
    told = {view: _told(result) for view, result in results.items()}
    reasons = {view: {c.id: f"{c.reason} {c.found}" for c in result.criteria} for view, result in results.items()}
    return Verdict(told, reasons, findings, causes)


def without(evidence: Evidence, *witnesses: Witness) -> Evidence:
    """The evidence as it would be without these witnesses. Without the run, nothing is known of how cells ran."""
    told = tuple(t for t in evidence.testimonies if t.witness not in witnesses)
    changes: dict[str, object] = {"testimonies": told}
    if Witness.RUN in witnesses:
        changes |= {"cell_runs": (), "causes": ()}
    return evidence.model_copy(update=changes)


def _told(result: Result) -> dict[str, str]:
    return {c.id: c.outcome.value for c in result.criteria if c.section == "notebook"}
