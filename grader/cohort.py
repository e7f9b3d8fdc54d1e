"""Many submissions: who is run when, what need not be run again, what is kept at once.

In: Submissions, a Rubric, Assets, a Gradebook. Out: a Graded for each student, handed on as it is ready.
Each piece of evidence is stored the moment it is there, so that a killed batch goes on where it was.
Never keeps the evidence of more students than are being worked on: a cohort of any size fits in memory.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import psutil

from grader.errors import GraderError
from grader.evidence import READERS_VERSION, collect
from grader.execute import sweep_stale
from grader.gradebook import Gradebook
from grader.judge import SharedAnswers, with_doubt
from grader.marking import mark
from grader.pipeline import evidence_key, gather
from grader.records import Assets, CauseKind, Evidence, Result, Rubric, Run, RunEnd, Submission

MEMORY_A_KERNEL_MB = 3000
"""What one submission is expected to use, for choosing how many run at a time (FACTS: 1 GB after a small fit)."""


class Step(StrEnum):
    STARTED = "started"
    RUNNING = "running"
    GRADED = "graded"


@dataclass(frozen=True)
class Progress:
    """What a progress bar needs to know. `detail` is the cell that runs, or the phase."""

    step: Step
    student: str
    detail: str = ""
    reused: bool = False


@dataclass(frozen=True)
class Graded:
    """One student, graded. `reused`: the evidence was in the gradebook, nothing was run."""

    evidence: Evidence
    result: Result
    reused: bool


def default_workers() -> int:
    """One submission more than there are cores, where memory allows: kernels also wait, for disks and time limits."""
    cores = len(os.sched_getaffinity(0))
    return max(1, min(cores + 1, int(psutil.virtual_memory().available / 2**20 / MEMORY_A_KERNEL_MB)))


def grade_cohort(
    submissions: Sequence[Submission],
    rubric: Rubric,
    *,
    assets: Assets,
    gradebook: Gradebook,
    cache: Path | None = None,
    workers: int = 0,
    run_again: bool = False,
    on_progress: Callable[[Progress], None] = lambda _: None,
) -> Iterator[Graded]:
    """Grades every submission, and yields each student as soon as there is a result.

    At the end those come once more whose answers others have handed in too: then the later result counts.
    Students with the same files are run once. `run_again` ignores stored evidence; `cache` keeps what was read in
    pictures.
    """
    graded = _graded(submissions, rubric, assets, gradebook, cache, workers, on_progress, run_again=run_again)
    yield from _with_shared_answers(graded, rubric, gradebook)


def _graded(
    submissions: Sequence[Submission],
    rubric: Rubric,
    assets: Assets,
    gradebook: Gradebook,
    cache: Path | None,
    workers: int,
    on_progress: Callable[[Progress], None],
    *,
    run_again: bool,
) -> Iterator[Graded]:
    sweep_stale()
    gradebook.record_handins(rubric.id, submissions)
    waiting: dict[str, list[Submission]] = {}
    for submission in submissions:
        waiting.setdefault(evidence_key(submission, rubric.settings, assets), []).append(submission)
    missing: dict[str, list[Submission]] = {}
    for key, same in waiting.items():
        stored = None if run_again else _stored(gradebook, key, same[0])
        if stored is None:
            missing[key] = same
        else:
            yield from _judged(same, stored, rubric, gradebook, key, on_progress, reused=True)
    yield from _run_missing(missing, rubric, assets, gradebook, cache, workers or default_workers(), on_progress)


def _with_shared_answers(graded: Iterable[Graded], rubric: Rubric, gradebook: Gradebook) -> Iterator[Graded]:
    """Hands on every Graded, then once more those who share an answer with another student of the cohort."""
    answers = SharedAnswers()
    for one in graded:
        answers.add(one.result)
        yield one
    shared = answers.found()
    for stored in gradebook.current_evidence(rubric.id, students=shared) if shared else ():
        evidence = stored.read()
        result = with_doubt(mark(evidence, rubric), shared[stored.student])
        gradebook.store_result(rubric.id, result, stored.key)
        yield Graded(evidence, result, reused=True)


def _run_missing(
    missing: dict[str, list[Submission]],
    rubric: Rubric,
    assets: Assets,
    gradebook: Gradebook,
    cache: Path | None,
    workers: int,
    on_progress: Callable[[Progress], None],
) -> Iterator[Graded]:
    def work(key: str) -> Evidence:
        submission = missing[key][0]
        on_progress(Progress(Step.STARTED, submission.student))
        try:
            evidence, run = gather(
                submission,
                assets=assets,
                settings=rubric.settings,
                cache=cache,
                on_progress=lambda detail: on_progress(Progress(Step.RUNNING, submission.student, detail)),
            )
        except GraderError:
            raise
        except Exception as error:
            run = Run(end=RunEnd.GRADER_FAULT, grader_fault=f"{type(error).__name__}: {error}")
            evidence = collect(submission, run, evidence.report if evidence is not None else None)
        gradebook.store_evidence(key, evidence, run=run, reader_version=READERS_VERSION)
        return evidence

    pool = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="grader")
    try:
        futures: dict[Future[Evidence], str] = {}
        queue = list(missing)
        while queue or futures:
            while queue and len(futures) < workers:
                key = queue.pop(0)
                futures[pool.submit(work, key)] = key
            done, _ = wait(futures, return_when=FIRST_COMPLETED)
            for future in done:
                key = futures.pop(future)
                yield from _judged(missing[key], future.result(), rubric, gradebook, key, on_progress, reused=False)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _judged(
    same: Sequence[Submission],
    evidence: Evidence,
    rubric: Rubric,
    gradebook: Gradebook,
    key: str,
    on_progress: Callable[[Progress], None],
    *,
    reused: bool,
) -> Iterator[Graded]:
    """One result for each student who handed this notebook in."""
    for submission in same:
        own = belonging_to(submission, evidence)
        result = mark(own, rubric)
        gradebook.store_result(rubric.id, result, key)
        on_progress(Progress(Step.GRADED, submission.student, reused=reused))
        yield Graded(own, result, reused)


def belonging_to(submission: Submission, evidence: Evidence) -> Evidence:
    """Evidence is stored by content; the names on it are those of whoever handed this copy in.

    Raises:
        ValueError: where the evidence is of other content, which must never be taken for this student's.
    """
    if evidence.digest != submission.digest:
        raise ValueError(f"{submission.student}: the evidence is of other files ({evidence.digest[:12]})")
    return evidence.model_copy(
        update={
            "student": submission.student,
            "display_name": submission.display_name,
            "notebook_name": submission.notebook_name,
            "intake": submission.remarks,
        }
    )


def _stored(gradebook: Gradebook, key: str, submission: Submission) -> Evidence | None:
    """Evidence that may be used again: none where we failed, so that mending the grader mends the mark.

    What older readers made of a run is read anew from the stored run, without a kernel.
    """
    version = gradebook.reader_version(key)
    if version is None:
        return None
    evidence = gradebook.evidence(key)
    if version != READERS_VERSION or evidence is None:
        run = gradebook.run(key)
        if run is None and submission.readable:
            return None
        used = evidence.assets if evidence is not None else {}
        evidence = collect(submission, run, evidence.report if evidence is not None else None)
        evidence = evidence.model_copy(update={"assets": used})
        gradebook.store_evidence(key, evidence, run=run, reader_version=READERS_VERSION)
    return None if any(cause.kind == CauseKind.GRADER_FAULT for cause in evidence.causes) else evidence
