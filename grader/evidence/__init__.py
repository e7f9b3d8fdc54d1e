"""Submission and Run → Evidence: four readers of one shape, side by side.

Each witness reads alone and knows nothing of the others; joining what they say is the judge's work.
A reader that fails is a fault of ours: its testimony is unavailable, and the others are heard.
"""

from __future__ import annotations

from collections.abc import Callable

from grader.evidence.causes import find_causes, find_notices
from grader.evidence.document import read_document
from grader.evidence.model import read_model
from grader.evidence.run import read_run
from grader.evidence.source import read_source
from grader.records import Cause, CauseKind, Evidence, Report, ReportProblem, Run, Submission, Testimony, Witness

READERS_VERSION = "8"
"""Raised when a reader says something else of the same material: stored runs are then read anew."""


def collect(submission: Submission, run: Run | None, report: Report | None = None) -> Evidence:
    """All that is known of a submission. `run` is None where nothing could be run, `report` where none was found."""
    cells = submission.cells
    testimonies = [_hear(Witness.SOURCE, lambda: read_source(cells))]
    if run is not None:
        testimonies.append(_hear(Witness.RUN, lambda: read_run(cells, run)))
        testimonies.append(_hear(Witness.MODEL, lambda: read_model(run)))
    testimonies.append(_hear(Witness.DOCUMENT, lambda: read_document(cells)))
    faults = tuple(_fault(t) for t in testimonies if t.why.startswith("fault of the grader"))
    return Evidence(
        student=submission.student,
        display_name=submission.display_name,
        notebook_name=submission.notebook_name,
        digest=submission.digest,
        cells=cells,
        testimonies=tuple(testimonies),
        report=report,
        causes=(find_causes(cells, run) if run is not None else _unreadable(submission)) + faults + _of_report(report),
        notices=find_notices(run) if run is not None else (),
        intake=submission.remarks,
        cell_runs=run.cells if run is not None else (),
        phases=run.phases if run is not None else {},
        environment=run.environment if run is not None else {},
        peak_memory_mb=run.peak_memory_mb if run is not None else 0.0,
        cpu_s=run.cpu_s if run is not None else 0.0,
    )


def _unreadable(submission: Submission) -> tuple[Cause, ...]:
    fatal = [r for r in submission.remarks if r.fatal]
    return tuple(Cause(kind=CauseKind.UNREADABLE, message=r.message) for r in fatal[:1])


def _of_report(report: Report | None) -> tuple[Cause, ...]:
    if report is None or report.problem == ReportProblem.NONE:
        return ()
    ours = report.problem == ReportProblem.GRADER_FAULT
    kind = CauseKind.GRADER_FAULT if ours else CauseKind.REPORT_UNREADABLE
    return (Cause(kind=kind, message=f"'{report.file_name}': {report.message}"),)


def _hear(witness: Witness, read: Callable[[], Testimony]) -> Testimony:
    try:
        return read()
    except Exception as error:
        return Testimony(witness=witness, available=False, why=f"fault of the grader: {type(error).__name__}: {error}")


def _fault(testimony: Testimony) -> Cause:
    return Cause(kind=CauseKind.GRADER_FAULT, message=f"reading {testimony.witness} failed: {testimony.why}")
