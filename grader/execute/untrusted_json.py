"""JSON from the untrusted side, turned into values that nothing later can choke on.

In: bytes. Out: dict, list, str, int, float, bool, None that survive a round trip through any store.
Must never raise anything but UntrustedJson, whatever comes in.
"""

from __future__ import annotations

import json
import math
from typing import Any

_LARGEST_INT = 2**53
DEPTH = 100


class UntrustedJson(ValueError):
    """What came is not JSON, or not JSON of a kind that anyone honest would send."""


def parse_json(raw: bytes, *, depth: int = DEPTH) -> Any:
    """The value, with lone surrogates, NULs, endless numbers and not-a-numbers made harmless.

    Raises:
        UntrustedJson: not UTF-8, not JSON, or nested deeper than `depth`.
    """
    try:
        value = json.loads(raw.decode("utf-8"), parse_int=_parse_int, parse_float=_parse_float, parse_constant=str)
    except (ValueError, RecursionError, MemoryError) as error:
        raise UntrustedJson(f"not JSON: {type(error).__name__}") from error
    return _plain(value, depth)


def parse_object(raw: bytes, *, depth: int = DEPTH) -> dict[str, Any]:
    """The same for a JSON object; anything else is refused."""
    value = parse_json(raw, depth=depth)
    if not isinstance(value, dict):
        raise UntrustedJson(f"expected an object, found {type(value).__name__}")
    return value


def clean_text(text: str, *, at_most: int) -> str:
    """`text` that can be encoded and stored, cut at `at_most` characters."""
    cut = text if len(text) <= at_most else text[: at_most - 1] + "…"
    return cut.encode("utf-8", "replace").decode("utf-8").replace("\x00", "\ufffd")


def _plain(value: Any, depth: int) -> Any:
    if depth <= 0 and isinstance(value, list | dict):
        raise UntrustedJson("nested too deeply")
    if isinstance(value, str):
        return clean_text(value, at_most=len(value) + 1)
    if isinstance(value, list):
        return [_plain(item, depth - 1) for item in value]
    if isinstance(value, dict):
        return {clean_text(key, at_most=len(key) + 1): _plain(item, depth - 1) for key, item in value.items()}
    return value


def _parse_int(digits: str) -> int | str:
    # Beyond 2**53 other readers of JSON disagree, and Python refuses to print more than 4300 digits.
    if len(digits) > 17:
        return digits[:40]
    number = int(digits)
    return number if abs(number) <= _LARGEST_INT else digits


def _parse_float(digits: str) -> float | str:
    number = float(digits)
    return number if math.isfinite(number) else digits[:40]
