"""Reads values out of a hostile JSON tree without ever raising.

In: anything that `json.loads` can give. Out: the value in the type asked for, or an empty one.
This module must never trust a type: a student's file may hold a list where Keras writes a name.
"""

from __future__ import annotations

import math
from typing import Any

from grader.records import Shape

LONGEST_NAME = 120


def mapping(value: object) -> dict[str, Any]:
    """The value if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def sequence(value: object) -> list[Any]:
    """The value if it is a JSON array, else an empty one."""
    return list(value) if isinstance(value, list | tuple) else []


def text(value: object) -> str:
    """The value if it is a string, cut to a sane length, else an empty one."""
    return value[:LONGEST_NAME] if isinstance(value, str) else ""


def number(value: object) -> float | None:
    """The value if it is a finite number (True and False are not), else None."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        result = float(value)
    except OverflowError:
        return None
    return result if math.isfinite(result) else None


def whole(value: object) -> int | None:
    """The value if it is a whole number of a size that a layer could have, else None."""
    result = number(value)
    return int(result) if result is not None and result == int(result) and abs(result) < 10**9 else None


def shape(value: object) -> Shape | None:
    """The value if it is a shape (sizes or None, at most eight of them), else None."""
    if not isinstance(value, list | tuple) or not 1 <= len(value) <= 8:
        return None
    sizes = [None if size is None else whole(size) for size in value]
    if any(size is None and raw is not None for size, raw in zip(sizes, value, strict=True)):
        return None
    return tuple(sizes)


def vector(value: object) -> tuple[float, ...] | None:
    """One number, or the innermost numbers of a nested array with a single row, as a tuple; None for anything else."""
    for _ in range(6):
        single = number(value)
        if single is not None:
            return (single,)
        if isinstance(value, dict):
            value = mapping(value.get("config")).get("value")
            continue
        if not isinstance(value, list | tuple) or not 1 <= len(value) <= 8:
            return None
        numbers = [number(item) for item in value]
        if all(item is not None for item in numbers):
            return tuple(item for item in numbers if item is not None)
        if len(value) != 1:
            return None
        value = value[0]
    return None
