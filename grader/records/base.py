"""What every record is made of: a place in the hand-in, a fact, the witness that it comes from.

Annotations of records are not postponed (PEP 563): pydantic would evaluate the text of each at every start.
"""

from enum import StrEnum
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

T = TypeVar("T")
Shape = tuple[int | None, ...]


class Record(BaseModel):
    """An immutable value. Unknown fields are refused, so that a forged or outdated record is noticed."""

    # Most records are only ever parts of others, which are built whole: each for itself would be built for nothing.
    # Those that are made by themselves too say `defer_build=False`; what holds them then takes over what was built.
    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="strings", defer_build=True)


class Witness(StrEnum):
    """Where a fact comes from."""

    SOURCE = "source"
    RUN = "run"
    MODEL = "model"
    DOCUMENT = "document"
    """The outputs saved in the notebook as handed in."""
    REPORT = "report"
    """The report beside the notebook, and the pictures in it."""


class Place(Record):
    """Where in the hand-in something stands: a cell and line of the notebook, or a page and box of a report."""

    cell: int | None = None
    line: int | None = None
    page: int | None = None
    box: tuple[float, float, float, float] | None = None

    def __str__(self) -> str:
        if self.cell is not None:
            return f"cell {self.cell}, line {self.line}" if self.line is not None else f"cell {self.cell}"
        return f"page {self.page}" if self.page is not None else "somewhere"


class Fact(Record, Generic[T]):
    """One thing that a witness says, or that it can't tell.

    `known` is False for "can't tell": then `value` is None and `why` says what stood in the way.
    `value` may be None although known only where the type says so.
    """

    known: bool = True
    value: T | None = None
    place: Place | None = None
    excerpt: str = ""
    why: str = ""

    def is_known_as(self, *values: object) -> bool:
        """True where the witness knows the fact and it is one of `values`."""
        return self.known and self.value in values


def cant_tell(why: str = "", place: Place | None = None, excerpt: str = "") -> Any:
    """A fact of any type that its witness cannot tell."""
    return Fact[Any].model_construct(known=False, why=why, place=place, excerpt=excerpt)


def known(value: object, place: Place | None = None, excerpt: str = "", why: str = "") -> Any:
    """A fact of any type that its witness knows. `why` may say how it is known."""
    return Fact[Any].model_construct(value=value, place=place, excerpt=excerpt, why=why)
