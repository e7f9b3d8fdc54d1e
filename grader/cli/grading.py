"""`grader grade`: the live bar, the table, and where to look."""

from __future__ import annotations

import json
import os
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

from grader.cli.books import gradebook_for
from grader.cli.examining import require_sandbox
from grader.cohort import Graded, Step, grade_cohort
from grader.cohort import Progress as CohortProgress
from grader.errors import GraderError
from grader.export import result_json
from grader.intake import read_submissions
from grader.pipeline import open_rubric, supply
from grader.publish import Publisher
from grader.records import Rubric
from grader.render.terminal import render_terminal_table


@dataclass(frozen=True)
class Overrides:
    """What the command line sets over the rubric's `run` section."""

    train: str = "budget"
    kernel_python: str = ""

    def applied_to(self, rubric: Rubric) -> Rubric:
        if self.train not in ("budget", "full"):
            raise GraderError(f"--train: expected 'budget' or 'full', got '{self.train}'.")
        settings = rubric.settings
        changes: dict[str, object] = {}
        if self.train == "full":
            hours = {"cell_timeout_s": 6 * 3600.0, "total_timeout_s": 12 * 3600.0}
            changes["budget"] = settings.budget.model_copy(update={"full": True})
            changes["limits"] = settings.limits.model_copy(update=hours)
        if self.kernel_python:
            changes["kernel_python"] = self.kernel_python
        return rubric.model_copy(update={"settings": settings.model_copy(update=changes)})


def grade(path: Path, rubric_path: Path, *, out: Path | None, database: str, cache: Path, workers: int,
          overrides: Overrides, run_again: bool, reveal_all: bool, as_json: bool) -> None:
    """Grades what lies at `path`. An interrupted call keeps what it has; the same call goes on from there."""
    console = Console(stderr=as_json)
    rubric = overrides.applied_to(open_rubric(rubric_path))
    submissions = read_submissions(path, recognised_by=rubric.recognised_by)
    require_sandbox(rubric.settings.kernel_python)
    folder = out or Path("out") / rubric.id
    folder.mkdir(parents=True, exist_ok=True)
    with console.status("Preparing data sets and weights …") as status:
        assets = supply(rubric, cache=cache, on_progress=lambda text: status.update(f"Assets: {text}"))
    publisher = Publisher(folder, rubric, reveal_all=reveal_all)
    reused: dict[str, bool] = {}
    try:
        with gradebook_for(folder, database) as gradebook, _Bar(console, len(submissions)) as bar:
            graded = grade_cohort(submissions, rubric, assets=assets, gradebook=gradebook, cache=cache, workers=workers,
                                  run_again=run_again, on_progress=bar.show)
            for one in graded:
                publisher.add(one.result, one.evidence)
                reused.update({one.result.student: one.reused} if one.result.student not in reused else {})
                _say_json(one, as_json)
    except KeyboardInterrupt:
        console.print("Stopped. What is done is kept; the same command goes on from there.")
        sys.stdout.flush()
        os._exit(130)  # worker threads may hang in kernels, which die with this process
    index = publisher.finish()
    if not as_json:
        _close(console, publisher, index, sum(reused.values()), len(submissions))


def _say_json(one: Graded, as_json: bool) -> None:
    if as_json:
        print(json.dumps(json.loads(result_json(one.result))), flush=True)


def _close(console: Console, publisher: Publisher, index: Path, reused: int, total: int) -> None:
    console.print()
    console.print(render_terminal_table(publisher.results))
    console.print()
    if reused:
        console.print(f"{reused} of {total} were unchanged and not run again.")
    console.print(f"Pages:  {index}")
    console.print(f"Table:  {index.parent / 'grades.csv'}")


class _Bar:
    """A live progress bar with time left, and the students being graded now. A line a student where no one watches."""

    def __init__(self, console: Console, total: int) -> None:
        self._console = console
        self._total = total
        self._running: dict[str, str] = {}
        self._lock = threading.Lock()
        self._done = 0
        self._progress = Progress(
            SpinnerColumn(), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(elapsed_when_finished=True),
            TextColumn("{task.description}"), console=console, transient=False, disable=not console.is_terminal,
        )

    def __enter__(self) -> _Bar:
        self._progress.start()
        self._task = self._progress.add_task("starting", total=self._total)
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def show(self, event: CohortProgress) -> None:
        """Called from worker threads."""
        with self._lock:
            if event.step == Step.GRADED:
                self._running.pop(event.student, None)
                self._done += 1
                self._progress.advance(self._task)
                if not self._console.is_terminal:
                    how = "unchanged" if event.reused else "graded"
                    self._console.print(f"[{self._done}/{self._total}] {event.student}: {how}", markup=False)
            else:
                self._running[event.student] = event.detail
            now = ", ".join(f"{student} {detail}".strip() for student, detail in self._running.items())
            self._progress.update(self._task, description=now[:80].replace("[", "(") or "done")
