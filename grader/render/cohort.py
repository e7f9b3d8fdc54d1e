"""The overview of a cohort as plain values: who has which mark, what waits for a person, what it cost.

In: one CohortEntry a student, the Rubric, remarks about files. Out: a CohortView, which the template only reads.
It must never judge, and never show one student's text as another's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median
from typing import NamedTuple
from urllib.parse import quote as url_quote

from grader.records import (
    CauseKind,
    Criterion,
    CriterionResult,
    Evidence,
    IntakeRemark,
    Outcome,
    Result,
    Rubric,
    RunEnd,
)
from grader.render import words
from grader.render.findings import FindingCount, count_findings
from grader.render.text import counted, name, number, seconds, sentence, where

_CAUSE_LIMIT = 110
_NO_PHASES: Mapping[str, float] = {}


class CohortEntry(NamedTuple):
    """One student in the overview.

    Attributes:
        page_name: path of the student's page, relative to the overview; "" where there is none.
        phases: seconds by phase. run_end: how the kernel's life ended; None where nothing was run.
    """

    result: Result
    page_name: str = ""
    file_name: str = ""
    phases: Mapping[str, float] = _NO_PHASES
    cpu_s: float = 0.0
    peak_memory_mb: float = 0.0
    run_end: RunEnd | None = None


def cohort_entry(result: Result, evidence: Evidence, *, page_name: str, run_end: RunEnd | None = None) -> CohortEntry:
    """The entry of a graded submission."""
    return CohortEntry(
        result=result,
        page_name=page_name,
        file_name=evidence.notebook_name,
        phases=evidence.phases,
        cpu_s=evidence.cpu_s,
        peak_memory_mb=evidence.peak_memory_mb,
        run_end=run_end,
    )


class Cell(NamedTuple):
    """One criterion of one student: a face, and the words for those who don't see it.

    `met`: "5/7", of a criterion that is judged once a backbone.
    """

    outcome: Outcome | None
    text: str
    met: str = ""


class Row(NamedTuple):
    """One student's line."""

    student: str
    file: str
    link: str
    points: str
    pending: str
    earned_share: float
    pending_share: float
    cells: tuple[Cell, ...]
    trouble: str
    needs: str
    ours: bool
    cost: str
    phases: str


class BarPart(NamedTuple):
    """One outcome's share of a bar of 100."""

    outcome: Outcome
    start: float
    share: float


class CriterionSummary(NamedTuple):
    """How a criterion came out over the cohort. `number` is its column in the table."""

    number: int
    anchor: str
    title: str
    points: str
    bar: tuple[BarPart, ...]
    counts: str


class PhaseSummary(NamedTuple):
    """Seconds of one phase over the cohort."""

    name: str
    median: str
    longest: str
    who: str


class FileRemark(NamedTuple):
    """What intake has to say about a file."""

    file: str
    trouble: str
    message: str
    fatal: bool


class CohortView(NamedTuple):
    """Everything on the overview."""

    title: str
    assignment: str
    rubric_digest: str
    possible: str
    stats: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    rows: tuple[Row, ...]
    waiting: tuple[Row, ...]
    criteria: tuple[CriterionSummary, ...]
    backbones: tuple[CriterionSummary, ...]
    outcome_words: tuple[tuple[Outcome, str], ...]
    findings: tuple[FindingCount, ...]
    files: tuple[FileRemark, ...]
    phases: tuple[PhaseSummary, ...]


def cohort_view(
    entries: Sequence[CohortEntry],
    *,
    rubric: Rubric,
    title: str,
    notes: Sequence[str],
    intake: Sequence[IntakeRemark],
) -> CohortView:
    """What the overview shows, students in the order of their names."""
    ordered = sorted(entries, key=lambda e: (name(e.result.display_name).casefold(), e.result.student))
    rows = tuple(_row(e, rubric) for e in ordered)
    return CohortView(
        title=name(title),
        assignment=name(rubric.title),
        rubric_digest=rubric.digest[:8],
        possible=number(rubric.points),
        stats=_stats(ordered, rubric),
        notes=tuple(sentence(n) for n in notes),
        rows=rows,
        waiting=tuple(r for r in rows if r.needs),
        criteria=tuple(
            _summary(i, f"criterion-{i + 1}", _title(line), line, ordered) for i, line in enumerate(_lines(rubric))
        ),
        backbones=tuple(
            _summary(i, f"backbone-{i + 1}", name(group), [c for c in rubric.criteria if c.group == group], ordered)
            for i, group in enumerate(rubric.groups)
        ),
        outcome_words=tuple((o, words.OUTCOMES[o]) for o in Outcome),
        findings=count_findings(e.result for e in ordered),
        files=_files(ordered, intake),
        phases=_phases(ordered),
    )


def _is_graded(result: Result) -> bool:
    return not any(r.fatal for r in result.intake)


def _is_fault(entry: CohortEntry) -> bool:
    causes = (c.kind for c in entry.result.causes)
    return entry.run_end == RunEnd.GRADER_FAULT or CauseKind.GRADER_FAULT in causes


def _stats(entries: Sequence[CohortEntry], rubric: Rubric) -> tuple[tuple[str, str], ...]:
    graded = [e.result for e in entries if _is_graded(e.result)]
    middle = number(median(r.points for r in graded)) if graded else "–"
    unreadable = len(entries) - len(graded)
    waiting = sum(bool(_needs(e)) for e in entries)
    return (
        ("graded", str(len(graded))),
        *([("could not be read", str(unreadable))] if unreadable else []),
        (f"median mark of {number(rubric.points)}", middle),
        ("needs a person" if waiting == 1 else "need a person", str(waiting)),
        ("faults of the grader", str(sum(_is_fault(e) for e in entries))),
    )


def _needs(entry: CohortEntry) -> str:
    """Why a person must look at it; "" where nobody must."""
    unread = [c for c in entry.result.criteria if c.fault == "no_report" and c.outcome == Outcome.UNDECIDED]
    undecided = [c for c in entry.result.criteria if c.outcome == Outcome.UNDECIDED and c not in unread]
    reasons = []
    if _is_fault(entry):
        reasons.append("fault of the grader")
    if not _is_graded(entry.result):
        reasons.append("file could not be read")
    if undecided and len(undecided) == len(entry.result.criteria) > 1:
        reasons.append(f"all {len(undecided)} criteria undecided")
    elif undecided:
        titles = _titles(undecided)
        more = f" and {len(titles) - 3} more" if len(titles) > 3 else ""
        reasons.append(
            f"{counted(len(undecided), 'criterion', 'criteria')} undecided: {'; '.join(titles[:3])}{more}"
        )
    if unread:
        reasons.append(f"no report was found: {counted(len(unread), 'question')} open")
    return ", ".join(reasons)


def _titles(criteria: Sequence[CriterionResult]) -> list[str]:
    """The criteria in words, those that are judged once a backbone with the backbones."""
    by_line: dict[str, list[CriterionResult]] = {}
    for criterion in criteria:
        by_line.setdefault(criterion.line, []).append(criterion)
    return [
        sentence(own[0].title, 80) + (f" ({', '.join(name(c.group) for c in own)})" if own[0].group else "")
        for own in by_line.values()
    ]


def _row(entry: CohortEntry, rubric: Rubric) -> Row:
    result = entry.result
    by_id = {c.id: c for c in result.criteria}
    possible = result.possible or 1.0
    return Row(
        student=name(result.display_name or result.student),
        file=name(entry.file_name or result.notebook_name),
        # Quoted, a name can't become `javascript:` or leave the folder's host.
        link=url_quote(entry.page_name, safe="/") if not entry.page_name.startswith("/") else "",
        points=number(result.points),
        pending=number(result.pending) if result.pending else "",
        earned_share=round(100 * result.points / possible, 2),
        pending_share=round(100 * result.pending / possible, 2),
        cells=tuple(_cell([by_id[c.id] for c in line if c.id in by_id]) for line in _lines(rubric)),
        trouble=_trouble(entry),
        needs=_needs(entry),
        ours=_is_fault(entry),
        cost=_cost(entry),
        phases=", ".join(f"{name(key.replace('_', ' '))} {seconds(s)}" for key, s in list(entry.phases.items())[:12]),
    )


def _cost(entry: CohortEntry) -> str:
    total = seconds(sum(entry.phases.values())) if entry.phases else ""
    memory = f"{entry.peak_memory_mb:,.0f} MB" if entry.peak_memory_mb else ""
    return ", ".join(x for x in (total, memory) if x) or "–"


def _lines(rubric: Rubric) -> list[list[Criterion]]:
    """The rubric's criteria as they were written: those that one line became for several backbones together."""
    lines: dict[str, list[Criterion]] = {}
    for criterion in rubric.criteria:
        lines.setdefault(criterion.id.partition("[")[0], []).append(criterion)
    return list(lines.values())


def _title(line: Sequence[Criterion]) -> str:
    first = line[0]
    return sentence(first.title.replace(first.group, "the backbone") if first.group else first.title)


def _cell(criteria: Sequence[CriterionResult]) -> Cell:
    if not criteria:
        return Cell(None, "not judged")
    earned, possible = sum(c.points for c in criteria), sum(c.possible for c in criteria)
    marks = f"{number(earned)} of {number(possible)}"
    if not criteria[0].group:
        return Cell(criteria[0].outcome, f"{words.OUTCOMES[criteria[0].outcome].lower()}, {marks}")
    met = [c for c in criteria if c.outcome == Outcome.MET]
    others = ", ".join(f"{name(c.group)} {words.OUTCOMES[c.outcome].lower()}" for c in criteria if c not in met)
    text = f"met for {len(met)} of {len(criteria)} backbones, {marks}" + (f": {others}" if others else "")
    return Cell(_together(criteria), text, f"{len(met)}/{len(criteria)}")


def _together(criteria: Sequence[CriterionResult]) -> Outcome:
    """One face for several backbones: that of all, else the worst that somebody must look at."""
    outcomes = {c.outcome for c in criteria}
    if len(outcomes) == 1:
        return outcomes.pop()
    return Outcome.PARTLY if outcomes & {Outcome.NOT_MET, Outcome.PARTLY} else Outcome.UNDECIDED


def _trouble(entry: CohortEntry) -> str:
    """The first cause in a line, or how the run ended."""
    fatal = [r for r in entry.result.intake if r.fatal]
    if fatal:
        return sentence(f"{words.TROUBLES[fatal[0].trouble]}: {fatal[0].message}", _CAUSE_LIMIT)
    if entry.result.causes:
        first = entry.result.causes[0]
        place = where(first.place)
        more = f" (+{len(entry.result.causes) - 1})" if len(entry.result.causes) > 1 else ""
        return sentence(": ".join(x for x in (place, first.message) if x), _CAUSE_LIMIT) + more
    if entry.run_end is not None and entry.run_end != RunEnd.FINISHED:
        return words.RUN_ENDS[entry.run_end]
    return ""


def _summary(
    index: int, anchor: str, title: str, criteria: Sequence[Criterion], entries: Sequence[CohortEntry]
) -> CriterionSummary:
    """How these criteria came out, over all students."""
    ids = {c.id for c in criteria}
    outcomes = [c.outcome for e in entries for c in e.result.criteria if c.id in ids]
    counts = [(o, outcomes.count(o)) for o in Outcome if o in outcomes]
    parts, start = [], 0.0
    for outcome, count in counts:
        share = 100 * count / len(outcomes)
        parts.append(BarPart(outcome, round(start, 2), round(share, 2)))
        start += share
    return CriterionSummary(
        number=index + 1,
        anchor=anchor,
        title=title,
        points=number(round(sum(c.points for c in criteria), 6)),
        bar=tuple(parts),
        counts=", ".join(f"{n} {words.OUTCOMES[o].lower()}" for o, n in counts) or "not judged",
    )


def _files(entries: Sequence[CohortEntry], intake: Sequence[IntakeRemark]) -> tuple[FileRemark, ...]:
    """All of intake's remarks, those that cost a grading first, then by file."""
    remarks = dict.fromkeys(
        (r.file, r.trouble, r.message, r.fatal) for r in (*intake, *(r for e in entries for r in e.result.intake))
    )
    ordered = sorted(remarks, key=lambda r: (not r[3], r[0].casefold(), r[1], r[2]))
    return tuple(
        FileRemark(name(file), words.TROUBLES[trouble], sentence(message), fatal)
        for file, trouble, message, fatal in ordered
    )


def _phases(entries: Sequence[CohortEntry]) -> tuple[PhaseSummary, ...]:
    names = dict.fromkeys(phase for e in entries for phase in e.phases)
    rows = [_phase(key, [(e.phases[key], e) for e in entries if key in e.phases]) for key in names]
    timed = [(sum(e.phases.values()), e) for e in entries if e.phases]
    return (*rows, _phase("all of it", timed)) if len(rows) > 1 else tuple(rows)


def _phase(key: str, timed: list[tuple[float, CohortEntry]]) -> PhaseSummary:
    slowest, entry = max(timed, key=lambda x: x[0])
    return PhaseSummary(
        name(key.replace("_", " ")),
        seconds(median(x for x, _ in timed)),
        seconds(slowest),
        name(entry.result.display_name or entry.result.student),
    )
