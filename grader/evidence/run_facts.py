"""Facts of the run with the line of the student's source that they stand on.

In: events' places and the notebook's cells. Out: Fact, Place, excerpt. Pure.
"""

from __future__ import annotations

from typing import Any

from grader.evidence.run_events import Spot
from grader.records import Cell, Fact, Place, Shape

_EXCERPT = 200


class Notebook:
    """The cells' source by number."""

    def __init__(self, cells: tuple[Cell, ...]) -> None:
        self._lines = {cell.number: cell.source.splitlines() for cell in cells}

    def place(self, spot: Spot | None) -> Place | None:
        """The place of an event; None where it is not in a cell of this notebook."""
        if spot is None or spot.cell is None or spot.cell not in self._lines:
            return None
        line = spot.line if spot.line is not None and 1 <= spot.line <= len(self._lines[spot.cell]) else None
        return Place(cell=spot.cell, line=line)

    def excerpt(self, place: Place | None) -> str:
        """That line of the source; "" where there is none."""
        if place is None or place.cell is None or place.line is None:
            return ""
        lines = self._lines.get(place.cell, [])
        return lines[place.line - 1].strip()[:_EXCERPT] if place.line <= len(lines) else ""

    def known(self, value: object, spot: Spot | None = None, why: str = "") -> Fact[Any]:
        """What the run saw there."""
        place = self.place(spot)
        return Fact[Any](value=value, place=place, excerpt=self.excerpt(place), why=why)

    def cant_tell(self, why: str, spot: Spot | None = None) -> Fact[Any]:
        """What the run could not see, and why."""
        place = self.place(spot)
        return Fact[Any](known=False, why=why, place=place, excerpt=self.excerpt(place))


def shape_of(sizes: list[int | None] | None, batch: int | None = None) -> Shape | None:
    """A shape with the student's batch size in front, not the few images that were really run."""
    if sizes is None:
        return None
    return (batch, *sizes[1:]) if sizes else ()
