"""Every change that the interpreter makes to a symbolic value, so that it can be taken back, and joined with what
another branch would have changed.

In: changes. Out: the state after either branch, with Unknown where the branches disagree. Never decides what to run.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from grader.evidence.source.log import E, Event, Log
from grader.evidence.source.values import Blur, Layer, Unknown

R = TypeVar("R")


class Missing:
    """Stands for a name or key that is not there."""


MISSING: Final = Missing()
DIFFERS = "it differs between the branches of an `if` whose condition the code alone does not decide"
_PLAIN = (int, float, str, bytes, bool, complex, type(None))


@dataclass(frozen=True)
class Change:
    """One place of the state and what stood there before."""

    target: object
    key: object
    before: object

    @property
    def where(self) -> tuple[int, object]:
        return id(self.target), self.key


@dataclass
class Branch:
    """What one branch changed: place → (change, value after it)."""

    changes: dict[tuple[int, object], tuple[Change, object]]


_CONTENT: Final = ("content of the list",)


class Trail:
    """The journal of changes. Nothing is kept while no branch is being tried."""

    def __init__(self) -> None:
        self._changes: list[Change] = []
        self._trying = 0

    def set_attribute(self, target: object, name: str, value: object) -> None:
        if self._trying:
            self._changes.append(Change(target, ("attribute", name), getattr(target, name)))
        setattr(target, name, value)

    def set_item(self, target: dict[str, object], key: object, value: object) -> None:
        """Binds a key of a dictionary; MISSING removes it."""
        items: dict[object, object] = target  # type: ignore[assignment]
        if self._trying:
            self._changes.append(Change(target, ("item", key), items.get(key, MISSING)))
        if value is MISSING:
            items.pop(key, None)
        else:
            items[key] = value

    def set_content(self, target: list[object], content: list[object]) -> None:
        """Replaces what a list holds."""
        if self._trying:
            self._changes.append(Change(target, _CONTENT, list(target)))
        target[:] = content

    def log(self, target: Log[E], event: E) -> None:
        if self._trying:
            self._changes.append(Change(target, _CONTENT, list(target)))
        target.append(event)

    def attempt(self, run: Callable[[], R]) -> tuple[R, Branch]:
        """Runs something, takes its changes back, and returns them beside its result."""
        mark = len(self._changes)
        self._trying += 1
        try:
            result = run()
        finally:
            self._trying -= 1
        first: dict[tuple[int, object], tuple[Change, object]] = {}
        for change in self._changes[mark:]:
            if change.where not in first:
                first[change.where] = (change, _current(change))
        for change in reversed(self._changes[mark:]):
            _restore(change, change.before)
        del self._changes[mark:]
        return result, Branch(first)

    def join(self, *branches: Branch) -> None:
        """Goes on from wherever any of the branches may have ended."""
        places: dict[tuple[int, object], Change] = {}
        for branch in branches:
            for where, (change, _) in branch.changes.items():
                places.setdefault(where, change)
        for where, change in places.items():
            ends = [b.changes[where][1] if where in b.changes else change.before for b in branches]
            self._apply(change, ends)

    def _apply(self, change: Change, ends: list[object]) -> None:
        target = change.target
        if isinstance(target, Log):
            self._apply_log(target, change, ends)
        elif isinstance(target, list):
            contents = [e for e in ends if isinstance(e, list)]
            self.set_content(target, contents[0] if _same_contents(contents) else [Blur(DIFFERS)])
        elif isinstance(target, dict):
            kind_and_key = change.key
            assert isinstance(kind_and_key, tuple)  # noqa: S101  # made by set_item
            self.set_item(target, kind_and_key[1], merge(ends))
        else:
            assert isinstance(change.key, tuple)  # noqa: S101  # made by set_attribute
            self.set_attribute(target, change.key[1], _merged_attribute(change.key[1], ends))

    def _apply_log(self, target: Log[Event], change: Change, ends: list[object]) -> None:
        before = change.before if isinstance(change.before, list) else []
        for end in ends:
            for event in (end if isinstance(end, list) else [])[len(before):]:
                if len(ends) > 1:
                    event.maybe = True
                self.log(target, event)


def _merged_attribute(name: str, ends: list[object]) -> object:
    """One value for an attribute of a symbolic value; its type stays what it is."""
    if name == "changed_at":
        return max(e for e in ends if isinstance(e, int))
    texts = [e for e in ends if isinstance(e, str)]
    if len(texts) == len(ends):
        return next((t for t in texts if t), "")
    sets = [e for e in ends if isinstance(e, frozenset)]
    if len(sets) == len(ends):
        return frozenset.intersection(*sets)
    tables = [e for e in ends if isinstance(e, dict)]
    if len(tables) == len(ends):
        return {key: merge([t.get(key, MISSING) for t in tables]) for key in tables[0]}
    return merge(ends)


def _current(change: Change) -> object:
    if isinstance(change.target, list):
        return list(change.target)
    kind, name = change.key if isinstance(change.key, tuple) else ("", "")
    if isinstance(change.target, dict) and kind == "item":
        return change.target.get(name, MISSING)
    return getattr(change.target, str(name))


def _restore(change: Change, value: object) -> None:
    target = change.target
    if isinstance(target, list):
        target[:] = value if isinstance(value, list) else []
        return
    kind, name = change.key if isinstance(change.key, tuple) else ("", "")
    if isinstance(target, dict) and kind == "item":
        if value is MISSING:
            target.pop(name, None)
        else:
            target[name] = value
        return
    setattr(target, str(name), value)


def _same_contents(contents: list[list[object]]) -> bool:
    first = contents[0]
    return all(len(c) == len(first) and all(same(a, b) for a, b in zip(c, first, strict=True)) for c in contents)


def same(one: object, other: object) -> bool:
    """True where two values are certainly the same."""
    if one is other:
        return True
    if type(one) is not type(other) or isinstance(one, Unknown):
        return False
    if isinstance(one, _PLAIN):
        return one == other
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(same(a, b) for a, b in zip(one, other, strict=True))
    if isinstance(one, (list, dict, set)):
        return False
    return bool(one == other)


def merge(ends: list[object]) -> object:
    """One value for what may be any of several."""
    first = ends[0]
    if all(same(first, e) for e in ends):
        return first
    if all(isinstance(e, tuple) and isinstance(first, tuple) and len(e) == len(first) for e in ends):
        return tuple(merge(list(parts)) for parts in zip(*ends, strict=True))
    touches: list[object] = []
    for end in ends:
        if isinstance(end, Unknown):
            touches.extend(end.touches)
        elif isinstance(end, (Layer, list, dict)):
            touches.append(end)
    whys = [e.why for e in ends if isinstance(e, Unknown)]
    return Unknown(whys[0] if whys else DIFFERS, tuple(touches))
