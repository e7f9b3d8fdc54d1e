"""One submission from files to Result, a line a stage: read this first.

    files ─intake─▶ Submission ─execute─▶ Run, Report ─evidence─▶ Evidence ─judge─▶ Result ─render─▶ pages

Evidence is dear and stored; a judgement is cheap and made anew whenever the rubric changes.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from grader.assets import prepare_assets
from grader.evidence import collect
from grader.execute import environment_digest, read_notebook_answers, read_report, reader_digest, run_notebook
from grader.judge import judge
from grader.marking import open_rubric, references_for
from grader.records import Assets, Evidence, ExecutionSettings, Report, ReportLimits, Result, Rubric, Run, Submission
from grader.reference import asset_digests

__all__ = ["evidence_key", "gather", "judge", "open_rubric", "supply"]


def supply(rubric: Rubric, *, cache: Path, on_progress: Callable[[str], None] | None = None) -> Assets:
    """The data sets and weights that the rubric's notebooks need, made once where they are not there."""
    return prepare_assets(
        datasets=rubric.datasets,
        weights=rubric.weights,
        sources=rubric.sources,
        cache=cache,
        python=rubric.settings.kernel_python,
        on_progress=on_progress,
    )


def evidence_key(submission: Submission, settings: ExecutionSettings, assets: Assets) -> str:
    """The name under which evidence is stored: equal where running again would show nothing new."""
    reader = f"-{reader_digest()}" if submission.report_name else ""
    return f"{submission.digest}-{environment_digest(settings, assets)}{reader}"


def gather(
    submission: Submission,
    *,
    assets: Assets,
    settings: ExecutionSettings,
    cache: Path | None = None,
    on_progress: Callable[[str], None] | None = None,
) -> tuple[Evidence, Run | None]:
    """Runs a submission, reads its report, and hears the witnesses. What could not be read is not run.

    `cache`: where readings of pictures are kept, None for nowhere.
    """
    run = None
    if submission.readable:
        run = run_notebook(submission, assets=assets, settings=settings, on_progress=on_progress)
    if submission.report_name and on_progress is not None:
        on_progress("reading the report")
    report = _report(submission, settings, cache)
    started = time.perf_counter()
    evidence = collect(submission, run, report)
    phases = {**evidence.phases, "read": round(time.perf_counter() - started, 3)}
    if submission.report_name and report is not None:
        phases["report"] = round(report.seconds, 3)
    used = asset_digests(assets) if run is not None else {}
    return evidence.model_copy(update={"phases": phases, "assets": used}), run


def _report(submission: Submission, settings: ExecutionSettings, cache: Path | None) -> Report | None:
    """The report as read; where there is no file, what the notebook's own text answers."""
    if submission.report_name:
        path = Path(submission.folder) / submission.report_name
        return read_report(path, file_name=submission.report_name, settings=settings, cache=cache,
                           limits=ReportLimits())
    return read_notebook_answers(submission.cells) if submission.cells else None


def grade(submission: Submission, rubric: Rubric, *, assets: Assets) -> tuple[Evidence, Result]:
    """The whole way for one submission."""
    evidence, _ = gather(submission, assets=assets, settings=rubric.settings)
    return evidence, judge(evidence, rubric, references=references_for(rubric))
