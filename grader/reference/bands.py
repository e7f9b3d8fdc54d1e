"""Bands of accuracy out of several trainings of the reference.

In: ReferenceSeeds. Out: a Band for each backbone and quantity. Pure.

The floor is low on purpose: nobody is to lose marks by the luck of a seed. It lies below the mean by three spreads, or
by more where few seeds leave the spread itself in doubt (Student's t: of the trainings as good as the reference, one in
forty falls below), and by 0.02 at least, since other machines and versions differ too. One seed has no spread.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import fmean, stdev

from grader.records import Band, Quantity, ReferenceSeed

LEAST_MARGIN = 0.02
MARGIN_OF_ONE_SEED = 0.05
_FACTORS = {2: 15.6, 3: 5.0, 4: 3.6}
_FACTOR = 3.0


def bands_of(seeds: Sequence[ReferenceSeed]) -> dict[str, dict[Quantity, Band]]:
    """Backbone → quantity → band, over the seeds that have it."""
    values: dict[str, dict[Quantity, list[float]]] = {}
    for seed in seeds:
        for model in seed.models:
            for quantity, value in model.reached.items():
                values.setdefault(model.backbone, {}).setdefault(quantity, []).append(value)
    return {
        backbone: {quantity: band(found) for quantity, found in sorted(by_quantity.items())}
        for backbone, by_quantity in sorted(values.items())
    }


def band(values: Iterable[float]) -> Band:
    """The band of one accuracy, a value a seed."""
    found = list(values)
    mean = fmean(found)
    spread = stdev(found) if len(found) > 1 else 0.0
    margin = max(_FACTORS.get(len(found), _FACTOR) * spread, LEAST_MARGIN) if len(found) > 1 else MARGIN_OF_ONE_SEED
    return Band(mean=_rounded(mean), spread=_rounded(spread), floor=_rounded(max(mean - margin, 0.0)), seeds=len(found))


def _rounded(value: float) -> float:
    return round(value, 4)
