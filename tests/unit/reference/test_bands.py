"""Bands out of seeds: how far below the mean an equally good solution may come."""

from __future__ import annotations

from itertools import pairwise

import pytest

from grader.records import Quantity, ReferenceFit, ReferenceModel, ReferenceSeed
from grader.reference.bands import LEAST_MARGIN, MARGIN_OF_ONE_SEED, band, bands_of


def seed(number: int, **reached: float) -> ReferenceSeed:
    model = ReferenceModel(backbone="MobileNetV2", fits=(ReferenceFit(epochs=1, steps=2),),
                           reached={Quantity(name): value for name, value in reached.items()})
    return ReferenceSeed(seed=number, models=(model,), wall_s=1, cpu_s=1)


def test_equal_seeds_leave_the_least_margin() -> None:
    found = band([0.95, 0.95, 0.95, 0.95])
    assert (found.mean, found.spread, found.floor) == (0.95, 0, pytest.approx(0.95 - LEAST_MARGIN))


def test_the_spread_is_the_sample_standard_deviation() -> None:
    assert band([0.9, 0.92, 0.94]).spread == pytest.approx(0.02)


def test_many_seeds_that_vary_give_three_spreads() -> None:
    found = band([0.9, 0.92, 0.94] * 3)
    assert found.floor == pytest.approx(found.mean - 3 * found.spread, abs=1e-3)


def test_few_seeds_give_more_room_than_many_of_the_same_spread() -> None:
    margins = [one.mean - one.floor for one in (band([0.9, 0.94] * n) for n in (1, 2, 3))]
    assert all(few > more for few, more in pairwise(margins))


def test_one_seed_tells_no_spread_and_gets_a_margin_of_its_own() -> None:
    found = band([0.9])
    assert (found.spread, found.floor, found.seeds) == (0, pytest.approx(0.9 - MARGIN_OF_ONE_SEED), 1)


def test_a_floor_is_never_below_nothing() -> None:
    assert band([0.1, 0.5]).floor == 0


def test_a_quantity_that_one_seed_lacks_is_a_band_of_the_others() -> None:
    found = bands_of([seed(1, validation=0.9, test=0.8), seed(2, validation=0.92)])["MobileNetV2"]
    assert (found[Quantity.VALIDATION].seeds, found[Quantity.TEST].seeds) == (2, 1)
