"""How many notebooks that can't run as they stand reach the training of their transfer model, with right verdicts.

    python tests/bench/rerun.py [--sample N] [--set first|second] [--only WORD] [--cache FOLDER]

The notebooks are invented; each is stopped by data, packages or spellings that were there when it was written and are
not where it is graded. The small budget is used: one epoch, one step, four pictures.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from grader.evidence.run_events import BatchEvent, ModelEvent, parse_events
from grader.pipeline import gather, judge, open_rubric, supply
from grader.records import Assets, Cell, CellKind, Rubric, Submission

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(Path(__file__).parent / "rerun"))
SETS = ("first", "second")


@dataclass(frozen=True)
class Outcome:
    """What came of one notebook."""

    name: str
    reached: bool
    wrong: tuple[str, ...]
    why: str
    cpu_s: float


def main() -> None:
    """Run the notebooks and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int, default=0, help="only every n-th, so that about N are run")
    parser.add_argument("--set", choices=SETS, help="only this set")
    parser.add_argument("--only", default="", help="only notebooks whose name contains this")
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache/keras-lab-grader", help="where assets lie")
    chosen = parser.parse_args()
    notebooks = [n for name in SETS if chosen.set in (None, name) for n in importlib.import_module(name).NOTEBOOKS]
    notebooks = [n for n in notebooks if chosen.only in n.name]
    if chosen.sample:
        notebooks = notebooks[:: max(1, len(notebooks) // chosen.sample)][: chosen.sample]
    rubric = open_rubric(ROOT / "rubrics/lab06.yaml")
    assets = supply(rubric, cache=chosen.cache)
    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(lambda notebook: _run(notebook, rubric, assets), notebooks))
    _tell(outcomes)


def _run(notebook: object, rubric: Rubric, assets: Assets) -> Outcome:
    cells = tuple(Cell(number=n, kind=CellKind.CODE, source=s) for n, s in enumerate(notebook.cells, 1))  # type: ignore[attr-defined]
    submission = Submission(student="bench", display_name="bench", digest=notebook.name, cells=cells)  # type: ignore[attr-defined]
    budget = rubric.settings.budget.model_copy(update={"steps": 1, "images": 4})
    settings = rubric.settings.model_copy(update={"budget": budget})
    evidence, run = gather(submission, assets=assets, settings=settings)
    result = judge(evidence, rubric)
    events, _ = parse_events(run.journal) if run is not None else ((), None)
    with_backbone = {e.model for e in events if isinstance(e, ModelEvent) and e.backbone is not None}
    reached = any(isinstance(e, BatchEvent) and e.model in with_backbone for e in events)
    outcomes = {c.id: c.outcome.value for c in result.criteria}
    expected: dict[str, str] = notebook.expected  # type: ignore[attr-defined]
    wrong = tuple(f"{c}: {outcomes.get(c)}" for c, right in expected.items() if outcomes.get(c) != right)
    why = "; ".join(f"cell {c.place.cell}: {c.message[:110]}" for c in result.causes if c.place)
    outcome = Outcome(notebook.name, reached, wrong, why, run.cpu_s if run is not None else 0.0)  # type: ignore[attr-defined]
    print(f"{outcome.name}: {outcome}" if not reached or wrong else ".", flush=True)  # noqa: T201
    return outcome


def _tell(outcomes: list[Outcome]) -> None:
    reached = sum(o.reached for o in outcomes)
    right = sum(not o.wrong for o in outcomes)
    cpu_s = sum(o.cpu_s for o in outcomes) / max(1, len(outcomes))
    share = 100 * reached / max(1, len(outcomes))
    lines = [
        f"reach the training of their transfer model: {reached} of {len(outcomes)} ({share:.0f} %)",
        f"all six verdicts right:                     {right} of {len(outcomes)}",
        f"CPU seconds a notebook:                     {cpu_s:.1f}",
    ]
    for outcome in outcomes:
        if not outcome.reached or outcome.wrong or outcome.why:
            state = "trained" if outcome.reached else "NOT TRAINED"
            lines.append(
                f"- {outcome.name}: {state}; {', '.join(outcome.wrong) or 'verdicts right'}; {outcome.why or '-'}"
            )
    print("\n".join(lines))  # noqa: T201


if __name__ == "__main__":
    main()
