"""What a `for` loop, an unpacking or a starred argument meets one after the other.

In: a value. Out: its elements, and whether that is all of them. Never runs a generator of the notebook.
"""

from __future__ import annotations

from grader.evidence.source.machine import Machine, is_blurred
from grader.evidence.source.values import Blur, Dataset, Layer, Tensor, Unknown

UNROLLED = 1000
"""Elements of a known sequence that are gone through one by one."""


def elements(machine: Machine, value: object) -> tuple[list[object], bool]:
    """The elements of an iterable, and True if these are all, in order."""
    if is_blurred(value):
        items = value if isinstance(value, list) else []
        some = [i for i in items if not isinstance(i, Blur)]
        return some[:1] or [machine.unknown("an element of a list that the code alone does not show", value)], False
    if isinstance(value, range):
        return (list(value), True) if _fits(value) else ([Unknown("a number from a long range")], False)
    if isinstance(value, (list, tuple, frozenset, str)):
        items = list(value) if not isinstance(value, frozenset) else sorted(value, key=repr)
        machine.tick(len(items) // 50)
        return (items, True) if len(items) <= UNROLLED else (items[:1], False)
    if isinstance(value, dict):
        return list(value), True
    if isinstance(value, Dataset):
        machine.last_data = value
        return [value.element], False
    if isinstance(value, Tensor):
        return [value], False
    if isinstance(value, Layer):
        return [machine.unknown("part of a layer", value)], False
    return [machine.unknown("an element of something that the code alone does not show", value)], False


def _fits(numbers: range) -> bool:
    first_beyond = numbers.start + UNROLLED * numbers.step
    return numbers.stop <= first_beyond if numbers.step > 0 else numbers.stop >= first_beyond
