"""Operators on symbolic values: arithmetic, comparison, indexing, formatting, with caps on what is computed.

In: values. Out: a value, Unknown where the code alone does not show it. Never raises for what the notebook wrote.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable
from types import MappingProxyType

from grader.evidence.source.machine import SIZE_LIMIT, Machine, is_blurred
from grader.evidence.source.trail import same
from grader.evidence.source.values import (
    AutoName,
    Dataset,
    Function,
    Instance,
    Layer,
    LibraryName,
    Rate,
    Spot,
    Step,
    Tensor,
    Unknown,
    UserClass,
    Weights,
)

BITS_LIMIT = 4096
SYMBOLS: MappingProxyType[type[ast.operator], str] = MappingProxyType(
    {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
)
_PYTHON: MappingProxyType[type[ast.operator], Callable[[object, object], object]] = MappingProxyType({
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv, ast.Mod: operator.mod, ast.Pow: operator.pow, ast.BitAnd: operator.and_,
    ast.BitOr: operator.or_, ast.BitXor: operator.xor, ast.LShift: operator.lshift, ast.RShift: operator.rshift,
})
_COMPARE: MappingProxyType[type[ast.cmpop], Callable[..., bool]] = MappingProxyType({
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le,
    ast.Gt: operator.gt, ast.GtE: operator.ge,
})
_NUMBER = (int, float)
_SPEC = re.compile(r"^[<>^+, ]?\d{0,2}[,]?(\.\d{1,2})?[a-zA-Z%]?$")


def binary(machine: Machine, op: ast.operator, left: object, right: object, spot: Spot) -> object:
    """`left op right`."""
    left, right = plain_rate(left), plain_rate(right)
    if isinstance(left, Tensor) or isinstance(right, Tensor):
        return _tensor_arithmetic(machine, op, left, right, spot)
    if isinstance(left, Weights) or isinstance(right, Weights):
        return [x for side in (left, right) for x in (side if isinstance(side, list) else [side])]
    if isinstance(left, (Unknown, AutoName)) or isinstance(right, (Unknown, AutoName)):
        return machine.unknown("a value computed from one that the code alone does not show", left, right)
    if isinstance(op, ast.Mod) and isinstance(left, str):
        return Unknown("formatted text")
    if not _is_small(op, left, right) or is_blurred(left) or is_blurred(right):
        return machine.unknown("a value too large to follow", left, right)
    try:
        return _PYTHON[type(op)](left, right)
    except Exception:  # whatever the student's operands do, the result is merely not known
        return machine.unknown("an operation that is not followed", left, right)


def _is_small(op: ast.operator, left: object, right: object) -> bool:
    """Whether plain operands give a result that is worth having."""
    plain = (int, float, complex, str, bytes, tuple, list, set, frozenset)
    if not isinstance(left, plain) or not isinstance(right, plain):
        return False
    if isinstance(op, (ast.Pow, ast.LShift)):
        return isinstance(left, _NUMBER) and isinstance(right, _NUMBER) and abs(left) < 10**6 and abs(right) <= 64
    if isinstance(op, ast.Mult):
        size = (len(left) if not isinstance(left, (int, float, complex)) else 1) * (
            len(right) if not isinstance(right, (int, float, complex)) else 1)
        times = max((abs(x) for x in (left, right) if isinstance(x, int)), default=1)
        if not (isinstance(left, _NUMBER) and isinstance(right, _NUMBER)) and size * times > SIZE_LIMIT:
            return False
    elif isinstance(left, (str, bytes, tuple, list)) and isinstance(right, (str, bytes, tuple, list)):
        return len(left) + len(right) <= SIZE_LIMIT
    return all(not isinstance(x, int) or x.bit_length() <= BITS_LIMIT for x in (left, right))


def _tensor_arithmetic(machine: Machine, op: ast.operator, left: object, right: object, spot: Spot) -> Tensor:
    tensor, other = (left, right) if isinstance(left, Tensor) else (right, left)
    assert isinstance(tensor, Tensor)  # noqa: S101  # one of the two is, says the caller
    if isinstance(other, Tensor):
        return Tensor(Step("merge", spot, name=type(op).__name__), (tensor, other), tensor.shape)
    symbol = SYMBOLS.get(type(op), "")
    if symbol and isinstance(other, _NUMBER) and not isinstance(other, bool):
        symbol = symbol if tensor is left or symbol in "+*" else "r" + symbol
        return Tensor(Step("arithmetic", spot, symbol=symbol, constant=float(other)), (tensor,), tensor.shape)
    kind = "opaque" if machine.reachable([other]) else "other"
    return Tensor(Step(kind, spot, name=type(op).__name__), (tensor,), tensor.shape)


def unary(machine: Machine, op: ast.unaryop, value: object, spot: Spot) -> object:
    """`op value`."""
    if isinstance(op, ast.Not):
        known = truth(value)
        return Unknown("a condition that the code alone does not decide") if known is None else not known
    if isinstance(value, Tensor):
        if isinstance(op, ast.USub):
            return Tensor(Step("arithmetic", spot, symbol="*", constant=-1.0), (value,), value.shape)
        return value
    if isinstance(value, _NUMBER):
        if isinstance(op, ast.USub):
            return -value
        if isinstance(op, ast.Invert) and isinstance(value, int):
            return ~int(value)
        return +value
    return machine.unknown("an operation that is not followed", value)


def truth(value: object) -> bool | None:
    """Whether a value counts as true; None where that is not known."""
    if isinstance(value, (Unknown, Tensor, Dataset, Weights, Instance)):
        return None
    if is_blurred(value):
        return None
    if isinstance(value, LibraryName):
        return True if value.last[:1].isupper() or "." not in value.path else None
    if isinstance(value, (bool, int, float, complex, str, bytes, tuple, list, dict, set, frozenset, range, type(None))):
        return bool(value)
    return True


def compare(op: ast.cmpop, left: object, right: object) -> bool | Unknown:
    """`left op right` for one pair."""
    unknown = Unknown("a comparison that the code alone does not decide", of_library=True)
    left, right = plain_rate(left), plain_rate(right)
    if isinstance(op, (ast.Is, ast.IsNot)):
        answer = _identical(left, right)
        return unknown if answer is None else answer == isinstance(op, ast.Is)
    if isinstance(op, (ast.In, ast.NotIn)):
        answer = _contains(right, left)
        return unknown if answer is None else answer == isinstance(op, ast.In)
    if isinstance(op, (ast.Eq, ast.NotEq)):
        answer = _equal(left, right)
        if answer is not None:
            return answer == isinstance(op, ast.Eq)
        return unknown
    if not all(isinstance(x, (int, float, str, bytes)) for x in (left, right)):
        return unknown
    try:
        return bool(_COMPARE[type(op)](left, right))
    except TypeError:
        return unknown


def _identical(left: object, right: object) -> bool | None:
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return None
    if left is None or right is None:
        return left is right
    if isinstance(left, (Layer, Instance, bool, Function, UserClass)) or isinstance(right, (Layer, Instance, bool)):
        return left is right
    return None


def _equal(left: object, right: object) -> bool | None:
    if isinstance(left, AutoName) or isinstance(right, AutoName):
        auto, other = (left, right) if isinstance(left, AutoName) else (right, left)
        if isinstance(auto, AutoName) and isinstance(other, str) and auto.stem and not other.startswith(auto.stem):
            return False
        return None
    if isinstance(left, (Layer, Function, UserClass)) or isinstance(right, (Layer, Function, UserClass)):
        return None if isinstance(left, Unknown) or isinstance(right, Unknown) else left is right
    if isinstance(left, LibraryName) and isinstance(right, LibraryName):
        return True if left.path == right.path else None
    if is_plain(left) and is_plain(right):
        return bool(left == right)
    return None


def is_plain(value: object, depth: int = 4) -> bool:
    """True for numbers, texts, None, and small tuples and lists of them."""
    if isinstance(value, (int, float, complex, str, bytes, type(None), range)) or value is Ellipsis:
        return True
    if isinstance(value, (tuple, list)):
        return depth > 0 and len(value) <= 1000 and all(is_plain(v, depth - 1) for v in value)
    return False


def is_key(value: object) -> bool:
    """True for a plain value that can be a dictionary's key."""
    if isinstance(value, tuple):
        return len(value) <= 100 and all(is_key(v) for v in value)
    return is_plain(value) and not isinstance(value, list)


def _contains(container: object, item: object) -> bool | None:
    if isinstance(container, str):
        if isinstance(item, str):
            return item in container
        return None
    if isinstance(container, AutoName):
        return True if isinstance(item, str) and item in container.stem else None
    if is_blurred(container):
        return None
    if isinstance(container, dict):
        return item in container if is_key(item) else None
    if isinstance(container, range):
        return item in container if isinstance(item, _NUMBER) else None
    if isinstance(container, (list, tuple, set, frozenset)):
        answers = [True if same(x, item) else _equal(x, item) for x in list(container)[:2000]]
        return True if any(answers) else (None if None in answers else False)
    return None


def subscript(machine: Machine, value: object, index: object, spot: Spot) -> object:
    """`value[index]`."""
    if isinstance(value, Tensor):
        reverses = any((isinstance(i, slice) and i.step not in (None, 1)) or i is Ellipsis
                       for i in (index if isinstance(index, tuple) else (index,)))
        return Tensor(Step("other" if reverses else "neutral", spot, name="index"), (value,), None)
    if isinstance(value, Dataset):
        return value.element
    if is_blurred(value):
        return machine.unknown("an element of a list whose content the code alone does not show", value)
    if isinstance(index, slice) and not all(isinstance(x, (int, type(None))) for x in
                                            (index.start, index.stop, index.step)):
        return machine.unknown("a slice whose bounds the code alone does not show", value)
    try:
        if isinstance(value, (list, tuple, str, bytes, range)) and isinstance(index, (int, slice)):
            return value[index]
        if isinstance(value, dict) and is_key(index):
            return value[index] if index in value else machine.unknown("a missing key", value)
    except Exception:  # an index out of range is the student's error; the run tells
        return machine.unknown("an element that is not there", value)
    return machine.unknown("an element of something that the code alone does not show", value)


def formatted(value: object, spec: str) -> str | None:
    """What a value becomes in an f-string, or None."""
    if isinstance(value, (str, int, float, bool)) and _SPEC.match(spec):
        try:
            return format(value, spec)[:SIZE_LIMIT]
        except (ValueError, TypeError, OverflowError):
            return None
    if isinstance(value, (type(None), tuple)) and not spec and is_plain(value):
        return str(value)[:SIZE_LIMIT]
    return None


def plain_rate(value: object) -> object:
    """The number in an optimizer's learning rate variable."""
    return value.optimizer.rate if isinstance(value, Rate) else value


def is_number(value: object) -> bool:
    """A number that is no truth value."""
    return isinstance(value, _NUMBER) and not isinstance(value, bool)
