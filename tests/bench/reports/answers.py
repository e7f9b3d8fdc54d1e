"""How well the answers of the labelled set are told apart.

    python tests/bench/reports/answers.py [--rubric rubrics/lab06.yaml] [--show wrong]

`answers/written_first` was used to write the rubric's key ideas. `answers/measuring` was written afterwards, in rounds,
each measured before anything was changed; the causes of what came out wrong were then mended, so that the figures now
are better than those of answers never seen before. `answers/held_out` was written last, with misconceptions that are
not the first to come to mind, and nothing was mended by it: that is how answers never seen come out. All texts are
invented. Labels: `right`, `partly`, `vague`
(fluent and on the topic, without an idea), or the way of getting it wrong.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from grader.judge.report.answers import AnswerJudged, judge_answer
from grader.judge.report.segments import Question
from grader.judge.report.wanted import AnswerWanted
from grader.records import Block, BlockKind, Outcome

HERE = Path(__file__).parent
RUBRIC = HERE.parents[2] / "rubrics" / "lab06.yaml"
MENDED_BY = ("written_first", "measuring")
SETS = (*MENDED_BY, "held_out")
RIGHT, PARTLY, VAGUE = "right", "partly", "vague"
QUESTIONS = ("q1", "q2", "q3", "q4")


@dataclass(frozen=True)
class Labelled:
    """An invented answer, as it came out."""

    question: str
    label: str
    text: str
    judged: AnswerJudged
    ms: float

    @property
    def score(self) -> float:
        return self.judged.reading.suggested * self.judged.reading.confidence


def blocks_of(text: str) -> tuple[Block, ...]:
    """Paragraphs and list items as the reading of a report gives them."""
    found = []
    for paragraph in text.split("\n\n"):
        lines = paragraph.strip("\n").split("\n")
        for line in lines if any(line.startswith("- ") for line in lines) else ["\n".join(lines)]:
            item = line.startswith("- ")
            plain = line.removeprefix("- ").replace("**", "").strip()
            if plain:
                found.append(Block(kind=BlockKind.TEXT, text=plain, label="•" if item else ""))
    return tuple(found)


def wanted_of(rubric: Path) -> dict[str, AnswerWanted]:
    """The rubric's written questions, q1 to q4 in its order."""
    criteria = yaml.safe_load(rubric.read_text(encoding="utf-8"))["criteria"]
    written = [c["parameters"] for c in criteria if c.get("check") == "report_answer"]
    return {name: AnswerWanted.model_validate(p) for name, p in zip(QUESTIONS, written, strict=True)}


def judge_all(name_of_set: str, wanted: dict[str, AnswerWanted]) -> list[Labelled]:
    """Every answer of one set, judged."""
    found = []
    for name, one in wanted.items():
        question = Question(name, one.number, one.question, one.also, False)
        others = {other: w for other, w in wanted.items() if other != name}
        for path in sorted((HERE / "answers" / name_of_set).glob(f"{name}*.yaml")):
            entries: list[dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))
            for entry in entries:
                blocks = blocks_of(entry["text"])
                started = time.process_time()
                judged = judge_answer(blocks, question, one, others=others)
                spent = (time.process_time() - started) * 1000
                found.append(Labelled(name, entry["label"], entry["text"], judged, spent))
    return found


def auc(answers: Iterable[Labelled]) -> float:
    """The chance that a right answer scores above one that isn't; equal scores count half."""
    rows = list(answers)
    right = [a.score for a in rows if a.label == RIGHT]
    rest = [a.score for a in rows if a.label != RIGHT]
    wins = sum((r > w) + 0.5 * (r == w) for r in right for w in rest)
    return wins / (len(right) * len(rest)) if right and rest else float("nan")


def table(answers: Sequence[Labelled]) -> str:
    """Outcomes by label."""
    outcomes = [outcome.value for outcome in Outcome]
    lines = [f"  {'label':<17}{'':>4}" + "".join(f"{o:>11}" for o in outcomes) + f"{'named':>9}{'score':>8}"]
    labels = sorted({a.label for a in answers}, key=lambda x: (RIGHT, PARTLY, VAGUE, x).index(x))
    for label in labels:
        rows = [a for a in answers if a.label == label]
        counts = Counter(a.judged.outcome.value for a in rows)
        named = "" if label in (RIGHT, PARTLY, VAGUE) else f"{sum(a.judged.fault == label for a in rows)}/{len(rows)}"
        score = sum(a.score for a in rows) / len(rows)
        cells = "".join(f"{counts[o]:>11}" for o in outcomes)
        lines.append(f"  {label:<17}{len(rows):>4}{cells}{named:>9}{score:>8.2f}")
    return "\n".join(lines)


def summary(answers: Sequence[Labelled]) -> str:
    """One line: what must hold."""
    lost = sum(a.label == RIGHT and a.judged.outcome == Outcome.NOT_MET for a in answers)
    given = sum(a.label not in (RIGHT, PARTLY) and a.judged.outcome == Outcome.MET for a in answers)
    accused = sum(a.label == RIGHT and bool(a.judged.fault) for a in answers)
    wrong = [a for a in answers if a.label not in (RIGHT, PARTLY, VAGUE)]
    named = sum(a.judged.fault == a.label for a in wrong)
    return (
        f"AUC {auc(answers):.3f}   right and not_met: {lost}   wrong and met: {given}   "
        f"right with a fault: {accused}   faults named: {named}/{len(wrong)}"
    )


def shown(answers: Iterable[Labelled], which: str) -> str:
    """The answers that came out otherwise than labelled, or all."""
    expected = {RIGHT: Outcome.MET, PARTLY: Outcome.PARTLY}
    lines = []
    for a in answers:
        fine = a.judged.outcome == expected[a.label] if a.label in expected else a.judged.fault == a.label
        if which == "all" or not fine:
            ideas = ", ".join(f"{i.id} {i.strength:.2f}" for i in a.judged.reading.found)
            lines.append(
                f"{a.question} {a.label} → {a.judged.outcome.value} {a.judged.fault} score {a.score:.2f} [{ideas}]\n"
                f"    {a.judged.reading.contradictions or ''}\n    {a.text.strip()}"
            )
    return "\n".join(lines)


def main() -> None:
    """Print a table for each question and set."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rubric", type=Path, default=RUBRIC)
    parser.add_argument("--set", choices=SETS, action="append", help="only this one")
    parser.add_argument("--show", choices=("wrong", "all"), help="the answers themselves")
    options = parser.parse_args()
    wanted = wanted_of(options.rubric)
    for name_of_set in options.set or SETS:
        answers = judge_all(name_of_set, wanted)
        sys.stdout.write(f"\n== {name_of_set}: {len(answers)} answers\n")
        for name in wanted:
            here = [a for a in answers if a.question == name]
            if here:
                sys.stdout.write(f"\n{name}  {summary(here)}\n{table(here)}\n")
        if answers:
            spent = sorted(a.ms for a in answers)
            times = f"CPU per answer: median {spent[len(spent) // 2]:.1f} ms, slowest {spent[-1]:.1f} ms"
            sys.stdout.write(f"\n{name_of_set}, all questions  {summary(answers)}\n{table(answers)}\n  {times}\n")
        if options.show:
            sys.stdout.write(shown(answers, options.show) + "\n")


if __name__ == "__main__":
    main()
