"""`grader check`: one's own notebook and report, in the terminal and as a page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from grader.errors import GraderError, SandboxError
from grader.execute import probe_sandbox
from grader.export import result_json
from grader.intake import read_own
from grader.marking import references_for
from grader.pipeline import gather, judge, open_rubric, supply
from grader.publish import write_whole
from grader.records import Outcome, Result, Rubric, SandboxKind, Submission
from grader.render import render_student
from grader.render.terminal import render_terminal_result


def check(files: Sequence[Path], rubric_path: Path, *, html: Path | None, cache: Path, sandbox: str, kernel_python: str,
          reveal_all: bool, as_json: bool) -> int:
    """Grades one's own notebook, report or both. Returns the exit code: 0 all met, 1 not all, 2 could not be graded."""
    console = Console(stderr=as_json)
    rubric = open_rubric(rubric_path)
    kind = _sandbox(sandbox, kernel_python, console)
    settings = rubric.settings.model_copy(
        update={"sandbox": kind, "kernel_python": kernel_python or rubric.settings.kernel_python}
    )
    submission = read_own(files)
    rubric = about(rubric, submission)
    with console.status("Preparing data sets and weights …") as status:
        assets = supply(_with(rubric, settings), cache=cache, on_progress=lambda text: status.update(f"Assets: {text}"))
        evidence, _ = gather(submission, assets=assets, settings=settings,
                             cache=cache, on_progress=lambda text: status.update(f"{files[0].name}: {text}"))
    result = judge(evidence, rubric, references=references_for(rubric))
    if html is not None:
        write_whole(html, render_student(result, evidence, reveal_all=reveal_all))
    if as_json:
        print(result_json(result))
    else:
        console.print(render_terminal_result(result, reveal_all=reveal_all))
        if html is not None:
            console.print(f"\nPage: {html}")
    return _exit_code(result)


def about(rubric: Rubric, submission: Submission) -> Rubric:
    """The part of the rubric that these files are about: a report alone is not held to the notebook's criteria."""
    left_out = {"report"} if not submission.report_name else set() if submission.notebook_name else {"notebook"}
    kept = tuple(c for c in rubric.criteria if c.section not in left_out)
    return rubric.model_copy(update={"criteria": kept}) if kept else rubric


def _with(rubric: Rubric, settings: object) -> Rubric:
    return rubric.model_copy(update={"settings": settings})


def _sandbox(wanted: str, kernel_python: str, console: Console) -> SandboxKind:
    """One's own notebook may run without a sandbox where there is none; that is said."""
    if wanted not in ("auto", "bubblewrap", "none"):
        raise GraderError(f"--sandbox: expected auto, bubblewrap or none, got '{wanted}'.")
    if wanted == "none":
        return SandboxKind.NONE
    report = probe_sandbox(kernel_python)
    if report.kind is not None:
        return report.kind
    if wanted == "bubblewrap":
        raise SandboxError(f"No sandbox works here: {report.why} {report.advice}")
    console.print("Running without a sandbox: fine for your own notebook, never for somebody else's.", style="yellow")
    return SandboxKind.NONE


def _exit_code(result: Result) -> int:
    """2 where a whole part, notebook or report, could not be judged."""
    decided = {c.section: False for c in result.criteria}
    decided |= {c.section: True for c in result.criteria if c.outcome != Outcome.UNDECIDED}
    if not all(decided.values()):
        return 2
    return 0 if all(c.outcome == Outcome.MET for c in result.criteria) else 1
