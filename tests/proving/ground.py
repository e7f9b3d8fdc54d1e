"""Every notebook of the proving ground with its label, drawn by combination or written by hand, as files.

In: steps/ and the folders of notebooks by hand. Out: Cases, and a folder of hand-ins as an instructor would get them,
one folder a notebook.
"""

from __future__ import annotations

import shutil
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.proving.awkward import BY_HAND, by_hand
from tests.proving.combine import combinations
from tests.proving.compose import compose
from tests.proving.labels import Label, label_of
from tests.proving.notebook import notebook_text

GROUPS = ("right", "single", "mixed", *(folder.replace("_", "-") for folder in BY_HAND))
"""Drawn without a fault, with one, with several; then those by hand."""


@dataclass(frozen=True)
class Case:
    """A notebook, what it earns, and of what it is made: for people who look into a disagreement."""

    name: str
    group: str
    text: str
    label: Label
    made_of: tuple[str, ...]
    why: str = ""


def all_cases() -> tuple[Case, ...]:
    """Every notebook, the drawn ones first."""
    drawn = []
    count: Counter[str] = Counter()
    for combination in combinations():
        group = combination.group
        count[group] += 1
        fault = combination.faults[0].replace(".", "-").replace("_", "-") if group == "single" else ""
        name = "-".join(part for part in (group, f"{count[group]:03}", fault) if part)
        text = notebook_text(compose(combination, name))
        made_of = tuple(s.name for s in combination.spellings)
        drawn.append(Case(name, group, text, label_of(combination), made_of, ", ".join(combination.faults)))
    written = [
        Case(a.name, folder.replace("_", "-"), a.text, a.label, (), a.why)
        for folder in BY_HAND
        for a in by_hand(folder)
    ]
    return (*drawn, *written)


def sample(cases: Sequence[Case], size: int) -> tuple[Case, ...]:
    """About so many cases, in which every criterion has every outcome that the whole has, and every finding occurs."""
    missing: defaultdict[tuple[str, ...], list[Case]] = defaultdict(list)
    for case in cases:
        for what in _shown_by(case):
            missing[what].append(case)
    chosen: dict[str, Case] = {}
    done: set[tuple[str, ...]] = set()
    for what in sorted(missing, key=lambda w: (len(missing[w]), w)):
        if what not in done:
            best = max(missing[what], key=lambda c: (c.group != "mixed", len(set(_shown_by(c)) - done)))
            chosen[best.name] = best
            done |= set(_shown_by(best))
    rest = [c for c in cases if c.name not in chosen]
    wanted = max(0, size - len(chosen))
    spread = rest[:: max(1, len(rest) // wanted)][:wanted] if wanted else []
    names = set(chosen) | {c.name for c in spread}
    return tuple(c for c in cases if c.name in names)


def _shown_by(case: Case) -> list[tuple[str, ...]]:
    outcomes = [("criterion", c, *sorted(o)) for c, o in case.label.criteria.items()]
    return [*outcomes, *(("finding", code) for code in sorted(case.label.findings))]


def write(cases: Sequence[Case], folder: Path) -> None:
    """The hand-ins, a folder a notebook; others that lie there from before are taken away."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        if old.name not in {c.name for c in cases}:
            shutil.rmtree(old)
    for case in cases:
        path = folder / case.name / "lab06.ipynb"
        path.parent.mkdir(exist_ok=True)
        if not path.exists() or path.read_text(encoding="utf-8") != case.text:
            path.write_text(case.text, encoding="utf-8")
