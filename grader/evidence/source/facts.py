"""Facts with the place where the code says them.

In: a value, or why there is none, and a Spot. Out: Fact. Pure.
"""

from __future__ import annotations

from typing import Any

from grader.evidence.source.values import Spot
from grader.records import Fact

NOWHERE = Spot()


def known(value: object, spot: Spot = NOWHERE, why: str = "") -> Fact[Any]:
    """What the code says at `spot`."""
    return Fact[Any](value=value, place=spot.place, excerpt=spot.excerpt, why=why)


def cant_tell(why: str, spot: Spot = NOWHERE) -> Fact[Any]:
    """What the code alone does not show, and why."""
    return Fact[Any](known=False, why=why, place=spot.place, excerpt=spot.excerpt)
