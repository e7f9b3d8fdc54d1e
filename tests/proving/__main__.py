"""`make proving`: how right the grader itself is.

    python -m tests.proving [--views source] [--only WORD] [--sample N] [--group GROUP] [--list]

Without `--views source`, every notebook is run as `grader grade` runs it; an interrupted call goes on where it was.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from grader.cli.books import gradebook_for
from grader.cohort import Progress, Step, grade_cohort
from grader.evidence import collect
from grader.intake import read_submissions
from grader.pipeline import open_rubric, supply
from grader.records import Evidence, Rubric, Submission
from tests.proving.ground import GROUPS, Case, all_cases, sample, write
from tests.proving.page import page
from tests.proving.recorded import record, recorded
from tests.proving.score import Score, score, table
from tests.proving.views import SOURCE, verdict

ROOT = Path(__file__).resolve().parents[2]
RUBRIC = ROOT / "rubrics" / "lab06.yaml"
BUDGET = {"steps": 1, "images": 4}
"""Structure can be judged after one step of four pictures."""
OTHER_BACKBONES = ("EfficientNetB0", "InceptionV3")
"""Networks that the lab does not ask for, and some notebooks take all the same."""


def main(words: Sequence[str] | None = None) -> int:
    """Runs, prints and writes the score. 1 where a verdict is wrong."""
    chosen = _arguments(words)
    cases = [c for c in all_cases() if chosen.only in c.name and chosen.group in ("", c.group)]
    if chosen.sample:
        cases = list(sample(cases, chosen.sample))
    if chosen.list:
        print("\n".join(f"{c.name}: {c.why or 'nothing is wrong'}" for c in cases))
        return 0
    started = time.perf_counter()
    rubric = _cheap(open_rubric(RUBRIC))
    out = Path(chosen.out)
    write(cases, out / "notebooks")
    submissions = read_submissions(out / "notebooks", recognised_by=rubric.recognised_by)
    evidence = _evidence(submissions, rubric, chosen)
    by_folder = {c.name: c for c in cases}
    names = {s.student: _case_of(s, by_folder) for s in submissions}
    verdicts = {names[e.student]: verdict(e, rubric) for e in evidence}
    total = score(cases, verdicts)
    _publish(total, cases, out)
    if chosen.record:
        with gradebook_for(out, "") as gradebook:
            record(gradebook, submissions)
    print(table(total, listed=chosen.listed))
    print(f"\n{time.perf_counter() - started:.0f} s; {out / 'score.json'}, {out / 'index.html'}")
    return int(any(d.got != "undecided" for d in total.disagreements))


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--views", choices=("all", SOURCE), default="all", help="source: without a kernel, in seconds")
    parser.add_argument("--only", default="", help="only notebooks whose name contains this")
    parser.add_argument("--group", choices=("", *GROUPS), default="")
    parser.add_argument("--sample", type=int, default=0, help="about so many, every criterion with every outcome")
    parser.add_argument("--list", action="store_true", help="only say which notebooks there are")
    parser.add_argument("--listed", type=int, default=60, help="how many kinds of disagreement are printed")
    parser.add_argument("--out", default=str(ROOT / "out" / "proving"))
    parser.add_argument("--run-again", action="store_true", help="ignore what earlier runs have seen")
    kept = parser.add_mutually_exclusive_group()
    kept.add_argument("--record", action="store_true", help="keep these runs in the repository")
    kept.add_argument("--recorded", action="store_true", help="judge the runs that are kept there: seconds")
    parser.add_argument("--workers", type=int, default=0)
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache/keras-lab-grader", help="where assets lie")
    return parser.parse_args(words)


def _cheap(rubric: Rubric) -> Rubric:
    """The rubric with the smallest budget, and without its questions about the report."""
    budget = rubric.settings.budget.model_copy(update=BUDGET)
    changes = {
        "criteria": tuple(c for c in rubric.criteria if c.section == "notebook"),
        "settings": rubric.settings.model_copy(update={"budget": budget}),
        "weights": tuple(dict.fromkeys([*rubric.weights, *OTHER_BACKBONES])),
    }
    return rubric.model_copy(update=changes)


def _case_of(submission: Submission, cases: dict[str, Case]) -> str:
    """Folder names are the cases' names; intake makes slugs of them, which the display name is not."""
    return next(name for name in (submission.display_name, submission.student) if name in cases)


def _evidence(submissions: Sequence[Submission], rubric: Rubric, chosen: argparse.Namespace) -> Iterator[Evidence]:
    if chosen.recorded:
        return recorded(submissions)
    return _from_code(submissions) if chosen.views == SOURCE else _from_runs(submissions, rubric, chosen)


def _from_code(submissions: Sequence[Submission]) -> Iterator[Evidence]:
    for submission in submissions:
        yield collect(submission, None)


def _from_runs(submissions: Sequence[Submission], rubric: Rubric, chosen: argparse.Namespace) -> Iterator[Evidence]:
    """Evidence by the code path of `grader grade`, kept in a gradebook of its own."""
    assets = supply(rubric, cache=chosen.cache)
    done = 0

    def say(event: Progress) -> None:
        nonlocal done
        if event.step == Step.GRADED:
            done += 1
            how = "unchanged" if event.reused else "run"
            print(f"[{done}/{len(submissions)}] {event.student}: {how}", file=sys.stderr, flush=True)

    out = Path(chosen.out)
    with gradebook_for(out, "") as gradebook:
        for graded in grade_cohort(submissions, rubric, assets=assets, gradebook=gradebook, cache=chosen.cache,
                                   workers=chosen.workers, run_again=chosen.run_again, on_progress=say):  # fmt: skip
            yield graded.evidence


def _publish(total: Score, cases: Sequence[Case], out: Path) -> None:
    (out / "score.json").write_text(json.dumps(total.as_json(), ensure_ascii=False, indent=1), encoding="utf-8")
    (out / "index.html").write_text(page(total, cases), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
