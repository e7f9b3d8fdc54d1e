"""The ways in which each step of the lab is written: `steps/*.yaml` → Spellings.

In: a YAML file a step, in the order of the lab. Out: Steps, with their spellings and the rules of what goes together.
Must never ask the grader anything: what a spelling means is written beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "steps"
KEYS = {"id", "seen", "fault", "code", "at", "functional", "layers", "behind", "gen", "gen_held", "style", "words",
        "habit", "needs", "facts"}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Spelling:
    """One way of writing a step.

    Attributes:
        step: the step that it spells. id: its name there.
        fault: what is wrong with it, "" if it is right.
        seen: in how many of 57 learners' notebooks it was counted, 0 if nobody counted.
        code: its cells, divided by `# ---`. at: where they stand, if not at the step's own place.
        functional, layers, behind: what it adds to a model: lines on `x`, items of a list, items behind the backbone.
        words: what other steps write for it. facts: what the code does, which decides the labels.
        needs: for a fact of another step, the values with which it goes together.
    """

    step: str
    id: str
    fault: str = ""
    seen: int = 0
    code: str = ""
    at: str = ""
    functional: str = ""
    layers: tuple[str, ...] | None = None
    behind: tuple[str, ...] = ()
    gen: str = ""
    gen_held: str = ""
    style: str = "string"
    words: Mapping[str, str] = field(default_factory=dict)
    habit: Mapping[str, Any] = field(default_factory=dict)
    needs: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def name(self) -> str:
        return f"{self.step}.{self.id}"


@dataclass(frozen=True)
class Step:
    name: str
    spellings: tuple[Spelling, ...]

    @property
    def right(self) -> tuple[Spelling, ...]:
        return tuple(s for s in self.spellings if not s.fault)

    @property
    def wrong(self) -> tuple[Spelling, ...]:
        return tuple(s for s in self.spellings if s.fault)


@lru_cache(maxsize=1)
def steps() -> tuple[Step, ...]:
    """Every step of the lab, in order."""
    return tuple(_step(path) for path in sorted(FOLDER.glob("*.yaml")))


@lru_cache(maxsize=1)
def told_by() -> Mapping[str, str]:
    """Which step states a fact."""
    return {fact: step.name for step in steps() for spelling in step.spellings for fact in spelling.facts}


def facts_of(chosen: Iterable[Spelling]) -> dict[str, Any]:
    """Everything that these spellings do."""
    return {name: value for spelling in chosen for name, value in spelling.facts.items()}


def agree(chosen: Sequence[Spelling]) -> bool:
    """Whether the last of these spellings can stand in one notebook with those before it."""
    return not chosen or clashes()[chosen[-1].name].isdisjoint(s.name for s in chosen[:-1])


@lru_cache(maxsize=1)
def clashes() -> Mapping[str, frozenset[str]]:
    """For each spelling, those of other steps beside which it cannot stand."""
    every = [spelling for step in steps() for spelling in step.spellings]
    return {one.name: frozenset(o.name for o in every if o.step != one.step and _clash(one, o)) for one in every}


def _clash(one: Spelling, other: Spelling) -> bool:
    return not (_needs_met(one, other) and _needs_met(other, one) and _wires(one, other) and _wires(other, one))


def _needs_met(one: Spelling, other: Spelling) -> bool:
    own = (fact for fact in one.needs if told_by()[fact] == other.step)
    return all(other.facts.get(fact, "no") in one.needs[fact] for fact in own)


def _wires(wiring: Spelling, other: Spelling) -> bool:
    """Whether the model's form has a place for what the other step puts into it."""
    form = wiring.facts.get("form")
    if form == "output":
        return other.facts.get("augment") not in ("model", "awake") and other.facts.get("scaled") != "model"
    return form != "sequential" or other.layers is not None or not other.functional


def _step(path: Path) -> Step:
    name = path.stem.partition("_")[2]
    told = yaml.safe_load(path.read_text(encoding="utf-8"))["spellings"]
    return Step(name, tuple(_spelling(name, one) for one in told))


def _spelling(step: str, told: dict[str, Any]) -> Spelling:
    unknown = told.keys() - KEYS
    if unknown:
        raise ValueError(f"{step}.{told.get('id')}: unknown {sorted(unknown)}")
    given = dict(told)
    for key in ("layers", "behind"):
        if key in given:
            given[key] = tuple(given[key])
    if "needs" in given:
        given["needs"] = {fact: tuple(values) for fact, values in given["needs"].items()}
    return Spelling(step=step, **given)
