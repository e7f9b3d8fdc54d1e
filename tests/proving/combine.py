"""Which spellings stand together in a notebook, so that every pair of spellings of neighbouring steps occurs.

In: the steps, a seed. Out: combinations, a Spelling a step: right ones (no fault), single ones (exactly one fault), and
mixed ones (several), as many as it takes. Pairs are covered by allpairspy; what its greedy rows leave is completed.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from allpairspy import AllPairs

from tests.proving.spellings import Spelling, Step, agree, clashes, steps

RIGHT, SINGLE, MIXED = "right", "single", "mixed"
SEED = 6
TIMES = 4
"""In how many notebooks each fault stands alone, at least."""
Row = tuple[Spelling, ...]
Pair = tuple[str, str]


@dataclass(frozen=True)
class Combination:
    """A spelling for each step, in the order of the lab."""

    spellings: Row

    @property
    def group(self) -> str:
        return (RIGHT, SINGLE, MIXED)[min(len(self.faults), 2)]

    @property
    def faults(self) -> tuple[str, ...]:
        """The faults in it. Who never trains cannot fine-tune either: that is one fault."""
        wrong = [s for s in self.spellings if s.fault]
        if any(s.name == "training.never" for s in wrong):
            wrong = [s for s in wrong if s.name != "finetuning.absent"]
        return tuple(s.name for s in wrong)


def combinations(seed: int = SEED) -> tuple[Combination, ...]:
    """All notebooks' combinations, the same for the same seed."""
    draw = random.Random(seed)  # noqa: S311 - no secrets here
    lists = [_shuffled(step, draw) for step in steps()]
    faultless = [[s for s in spellings if not s.fault] for spellings in lists]
    covered: set[Pair] = set()
    rows = _adding(_pairwise(faultless), covered)
    rows += _single(lists, covered, draw)
    rows += _left_over(lists, covered, draw)
    rows += _balancing(rows, lists, faultless, draw)
    return tuple(Combination(row) for row in dict.fromkeys(rows))


def neighbours(row: Sequence[Spelling]) -> Iterator[Pair]:
    """The pairs of spellings of neighbouring steps in a row."""
    for one, other in pairwise(row):
        yield one.name, other.name


def possible_pairs(lists: Sequence[Sequence[Spelling]]) -> Iterator[Row]:
    """Every two spellings of neighbouring steps that can stand side by side."""
    for one, other in pairwise(range(len(lists))):
        for first in lists[one]:
            for second in lists[other]:
                if agree((first, second)):
                    yield first, second


def completed(fixed: Sequence[Spelling], lists: Sequence[Sequence[Spelling]], draw: random.Random,
              covered: Container[Pair] = (), *, faults_too: bool = False) -> Row | None:  # fmt: skip
    """A whole row around some spellings, or None where there is none.

    In drawn order, what makes a pair that is not covered first; other faults last, or, with `faults_too`, as any.
    """
    given = {s.step: s for s in fixed}
    choices = {at: [given[spellings[0].step]] if spellings[0].step in given else draw.sample(spellings, len(spellings))
               for at, spellings in enumerate(lists)}  # fmt: skip
    return _Completion(covered, faults_too).grow({}, choices)


@dataclass(frozen=True)
class _Completion:
    """Grows a row step by step; what no longer fits is struck from the choices of all other steps at once."""

    covered: Container[Pair]
    faults_too: bool

    def grow(self, chosen: Mapping[int, Spelling], choices: Mapping[int, Sequence[Spelling]]) -> Row | None:
        if not choices:
            return tuple(chosen[at] for at in sorted(chosen))
        at = min(choices, key=lambda step: (len(choices[step]) > 1, step))
        for spelling in sorted(choices[at], key=lambda s: self._rank(s, at, chosen)):
            against = clashes()[spelling.name]
            left = {step: [s for s in own if s.name not in against] for step, own in choices.items() if step != at}
            if all(left.values()) and (row := self.grow({**chosen, at: spelling}, left)) is not None:
                return row
        return None

    def _rank(self, spelling: Spelling, at: int, chosen: Mapping[int, Spelling]) -> tuple[bool, int]:
        """Right before wrong, then by how many pairs with its neighbours are not covered."""
        before, after = chosen.get(at - 1), chosen.get(at + 1)
        new = int(before is not None and (before.name, spelling.name) not in self.covered)
        new += after is not None and (spelling.name, after.name) not in self.covered
        return bool(spelling.fault) and not self.faults_too, -new


def _shuffled(step: Step, draw: random.Random) -> list[Spelling]:
    return draw.sample(list(step.spellings), len(step.spellings))


def _pairwise(lists: list[list[Spelling]]) -> Iterator[Row]:
    for values in AllPairs(lists, filter_func=agree):
        if len(values) == len(lists):
            yield tuple(values)


def _adding(rows: Iterable[Row], covered: set[Pair]) -> list[Row]:
    """Those of the rows that hold a pair of neighbours which was not yet covered."""
    kept = []
    for row in rows:
        new = set(neighbours(row)) - covered
        if new:
            covered |= new
            kept.append(row)
    return kept


def _single(lists: list[list[Spelling]], covered: set[Pair], draw: random.Random) -> list[Row]:
    """Each fault alone, several times, beside spellings beside which it did not stand yet."""
    kept = []
    for fault in (s for spellings in lists for s in spellings if s.fault):
        for _ in range(TIMES):
            row = completed([fault], lists, draw, covered)
            if row is not None and len(Combination(row).faults) == 1:
                covered |= set(neighbours(row))
                kept.append(row)
    return kept


def _left_over(lists: list[list[Spelling]], covered: set[Pair], draw: random.Random) -> list[Row]:
    """Rows for the pairs that are possible and still missing, as many of them in a row as go together."""
    kept = []
    for one, other in list(possible_pairs(lists)):
        if (one.name, other.name) not in covered:
            row = completed([one, other], lists, draw, covered, faults_too=True)
            if row is not None:
                covered |= set(neighbours(row))
                kept.append(row)
    return kept


def _balancing(rows: list[Row], lists: list[list[Spelling]], faultless: list[list[Spelling]],
               draw: random.Random) -> list[Row]:  # fmt: skip
    """Further rows without a fault and with one, until each are a third of all."""
    count = Counter(Combination(row).group for row in rows)
    faults = [s for spellings in lists for s in spellings if s.fault]
    more = []
    while (group := min((RIGHT, SINGLE), key=lambda g: count[g])) and 3 * count[group] < count.total():
        start = draw.choice(draw.choice(faultless) if group == RIGHT else faults)
        row = completed([start], lists, draw)
        if row is not None and Combination(row).group == group:
            count[group] += 1
            more.append(row)
    return more
