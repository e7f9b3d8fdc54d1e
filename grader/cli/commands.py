"""The command line. Heavy imports live inside the commands, so that `--help` is instant.

Exit codes: 0 all well; 1 something is not met (`check`) or broken (`doctor`, `rubric check`); 2 nothing could be done.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    help="Grades Keras lab notebooks: runs them in a sandbox, inspects the models, writes feedback.",
    epilog="A whole cohort: [bold]grader grade submissions/lab06[/bold]   "
    "One's own notebook: [bold]grader check lab06.ipynb[/bold]   Trouble: [bold]grader doctor[/bold]",
)
rubric_app = typer.Typer(no_args_is_help=True, help="Write and test rubrics.")
app.add_typer(rubric_app, name="rubric")
assets_app = typer.Typer(no_args_is_help=True, help="Data sets and pretrained weights that a rubric names.")
app.add_typer(assets_app, name="assets")
reference_app = typer.Typer(no_args_is_help=True, help="Our own solution of an assignment, and what it reached.")
app.add_typer(reference_app, name="reference")

DEFAULT_RUBRIC = Path("rubrics/lab06.yaml")

RubricOption = Annotated[Path, typer.Option("--rubric", "-r", help="The assignment's rubric.")]
OutOption = Annotated[Path | None, typer.Option("--out", "-o", help="Folder for the pages. [default: out/RUBRIC]")]
DatabaseOption = Annotated[
    str, typer.Option("--db", help="Gradebook's URL, such as postgresql+psycopg://… [default: gradebook.db in --out]")
]
CacheOption = Annotated[
    Path | None, typer.Option("--cache", envvar="GRADER_CACHE", help="Where data sets and weights are kept.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for programs instead of text.")]


@app.command(epilog="Example: grader grade submissions/lab06 --rubric rubrics/lab06.yaml --out out/lab06")
def grade(
    path: Annotated[Path, typer.Argument(help="Folder per student, flat files, a zip of either, or one notebook.")],
    rubric: RubricOption = DEFAULT_RUBRIC,
    out: OutOption = None,
    database: DatabaseOption = "",
    cache: CacheOption = None,
    workers: Annotated[int, typer.Option("--workers", "-j", help="Notebooks at a time. [default: by cores and memory]",
                                         show_default=False)] = 0,
    train: Annotated[str, typer.Option(help="budget: a few steps of each training; full: all of it.")] = "budget",
    kernel_python: Annotated[str, typer.Option(help="Python of a course's own environment for the kernels.")] = "",
    run_again: Annotated[bool, typer.Option("--run-again", help="Run also what has not changed.")] = False,
    self_check: Annotated[bool, typer.Option("--self-check", help="Pages as before the deadline: hints only.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Grade a cohort: a page for each student, an overview, grades.csv and the gradebook."""
    from grader.cli import grading

    grading.grade(
        path, rubric, out=out, database=database, cache=cache or default_cache(), workers=workers,
        overrides=grading.Overrides(train=train, kernel_python=kernel_python),
        run_again=run_again, reveal_all=not self_check, as_json=as_json,
    )


@app.command(epilog="Example: grader check lab06.ipynb report.pdf --html feedback.html")
def check(
    files: Annotated[list[Path], typer.Argument(help="Your notebook, your report (PDF, DOCX, Markdown), or both.")],
    rubric: RubricOption = DEFAULT_RUBRIC,
    html: Annotated[Path | None, typer.Option("--html", help="Also write the page to this file.")] = None,
    cache: CacheOption = None,
    sandbox: Annotated[str, typer.Option(help="auto: a sandbox if there is one; bubblewrap; none.")] = "auto",
    kernel_python: Annotated[str, typer.Option(help="Python of a course's own environment for the kernel.")] = "",
    reveal_all: Annotated[bool, typer.Option("--reveal-all", help="Show what the rubric keeps back.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Check a notebook and its report before handing them in.

    Exit code 0: all met; 1: not all; 2: could not be graded.
    """
    from grader.cli import checking

    sys.exit(
        checking.check(files, rubric, html=html, cache=cache or default_cache(), sandbox=sandbox,
                       kernel_python=kernel_python, reveal_all=reveal_all, as_json=as_json)
    )


@app.command(epilog="Example: grader regrade --rubric rubrics/lab06.yaml --out out/lab06")
def regrade(
    rubric: RubricOption = DEFAULT_RUBRIC,
    out: OutOption = None,
    database: DatabaseOption = "",
    self_check: Annotated[bool, typer.Option("--self-check", help="Pages as before the deadline: hints only.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Again whenever the rubric is saved, until Ctrl-C.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Judge the stored evidence by a changed rubric: no kernel is started. Prints whose mark moved and why."""
    from grader.cli import regrading

    regrading.regrade(rubric, out=out, database=database, reveal_all=not self_check, as_json=as_json, watch=watch)


@rubric_app.command("check", epilog="Example: grader rubric check rubrics/lab06.yaml")
def rubric_check(rubric: Annotated[Path, typer.Argument(help="The rubric to test.")]) -> None:
    """Test a rubric: every fault with file, line and the nearest right name."""
    from grader.cli import rubrics

    rubrics.check(rubric)


@rubric_app.command("checks", epilog="Example: grader rubric checks > rubrics/README.md")
def rubric_checks() -> None:
    """Print every check with its parameters, as Markdown."""
    from grader.cli import rubrics

    rubrics.describe_checks()


RubricArgument = Annotated[Path, typer.Argument(help="The assignment's rubric.")]


@assets_app.command("fetch", epilog="Example: grader assets fetch rubrics/lab06.yaml --skip-top")
def assets_fetch(
    rubric: RubricArgument = DEFAULT_RUBRIC, cache: CacheOption = None,
    skip_top: Annotated[bool, typer.Option("--skip-top", help="Not the weights with classification layers.")] = False,
) -> None:
    """Fetch the true data sets and weights; goes on where it was cut off, and checks what it can."""
    from grader.cli import assets

    sys.exit(assets.fetch_missing(rubric, cache=cache or default_cache(), skip_top=skip_top))


@assets_app.command("list", epilog="Example: grader assets list rubrics/lab06.yaml")
def assets_list(
    rubric: RubricArgument = DEFAULT_RUBRIC, cache: CacheOption = None, as_json: JsonOption = False
) -> None:
    """Print what there is: true, stand-in or absent, and how big."""
    from grader.cli import assets

    sys.exit(assets.show(rubric, cache=cache or default_cache(), as_json=as_json))


@assets_app.command("verify", epilog="Example: grader assets verify rubrics/lab06.yaml")
def assets_verify(
    rubric: RubricArgument = DEFAULT_RUBRIC, cache: CacheOption = None, as_json: JsonOption = False
) -> None:
    """Hash everything again, and hold it against what was published, fetched or made."""
    from grader.cli import assets

    sys.exit(assets.verify_all(rubric, cache=cache or default_cache(), as_json=as_json))


@assets_app.command("make-stand-ins", epilog="Example: grader assets make-stand-ins rubrics/lab06.yaml")
def assets_make_stand_ins(rubric: RubricArgument = DEFAULT_RUBRIC, cache: CacheOption = None) -> None:
    """Make stand-ins for what is not there, as a first grading would."""
    from grader.cli import assets

    sys.exit(assets.make_stand_ins(rubric, cache=cache or default_cache()))


@reference_app.command("train", epilog="Example: grader reference train rubrics/lab06.yaml --seeds 5")
def reference_train(
    rubric: RubricArgument = DEFAULT_RUBRIC,
    seeds: Annotated[int, typer.Option("--seeds", "-n", min=1, help="How many trainings, with the seeds 1, 2, …")] = 3,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="The record. [default: record.json beside the notebook]")
    ] = None,
    cache: CacheOption = None,
    threads: Annotated[int, typer.Option("--threads", help="Threads of TensorFlow. [default: all cores]",
                                         show_default=False)] = 0,
    kernel_python: Annotated[str, typer.Option(help="Python of a course's own environment for the kernel.")] = "",
) -> None:
    """Train the solution notebook without budget, once a seed; goes on where it was stopped."""
    from grader.cli import reference

    sys.exit(reference.train(rubric, seeds=seeds, out=out, cache=cache or default_cache(), threads=threads,
                             kernel_python=kernel_python))


@reference_app.command("show", epilog="Example: grader reference show rubrics/lab06.yaml")
def reference_show(rubric: RubricArgument = DEFAULT_RUBRIC, as_json: JsonOption = False) -> None:
    """Print the accuracies that the trained solution reached: mean, spread and floor."""
    from grader.cli import reference

    sys.exit(reference.show(rubric, as_json=as_json))


@app.command(epilog="Example: grader doctor --json")
def doctor(
    rubric: RubricOption = DEFAULT_RUBRIC, cache: CacheOption = None,
    kernel_python: Annotated[str, typer.Option(help="Python of a course's own environment to examine.")] = "",
    as_json: JsonOption = False,
) -> None:
    """What works on this machine (sandbox, Keras, assets, memory), and what to do about the rest."""
    from grader.cli import examining

    sys.exit(examining.doctor(rubric, cache=cache or default_cache(), kernel_python=kernel_python, as_json=as_json))


def default_cache() -> Path:
    """Where data sets and weights are kept between calls: the user's cache folder."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "keras-lab-grader"


def run() -> None:
    """Runs a command; an error that its user can mend is printed without a traceback."""
    from grader.errors import GraderError

    # Looking for plugins of pydantic among all installed packages would cost a tenth of what a short command takes.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    try:
        app()
    except GraderError as error:
        typer.secho(str(error), err=True, fg=typer.colors.RED)
        sys.exit(2)
