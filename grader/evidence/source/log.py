"""A list that only grows: what happened, in order. When branches are joined, what happened in one of them may have."""

from __future__ import annotations

from typing import Protocol, TypeVar


class Event(Protocol):
    """Anything that may or may not have happened."""

    maybe: bool


E = TypeVar("E", bound=Event)


class Log(list[E]):
    """Events in the order of the code."""
