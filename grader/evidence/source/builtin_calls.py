"""Python's own functions, and the methods of its own types, on symbolic values.

In: a name and arguments. Out: a value; Unknown for all that has no place here. Never calls what the notebook defines
except through the machine.
"""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

from grader.evidence.source import operations
from grader.evidence.source.functions import library_base
from grader.evidence.source.machine import SIZE_LIMIT, Machine, is_blurred
from grader.evidence.source.sequences import elements
from grader.evidence.source.tensors import call_on_tensor
from grader.evidence.source.trail import MISSING
from grader.evidence.source.values import (
    EVERYTHING,
    Args,
    AutoName,
    Blur,
    Instance,
    Layer,
    LibraryName,
    Model,
    Rate,
    Scope,
    Spot,
    Super,
    Unknown,
    UserClass,
    Weights,
)

WHY = "what a built-in function gives here is not followed"
Handler = Callable[[Machine, Args, Spot], object]


def call_builtin(machine: Machine, name: str, args: Args, spot: Spot) -> object:
    """The symbolic value of a built-in function."""
    if name in BUILTINS and not args.opaque:
        return BUILTINS[name](machine, args, spot)
    if name in ("eval", "exec", "compile", "__import__"):
        return _evaluated(machine, args, spot)
    found = call_on_tensor(machine, f"builtins.{name}", args, spot)
    return found if found is not None else machine.unknown(WHY, *args.all)


def _evaluated(machine: Machine, args: Args, spot: Spot) -> object:
    why = f"code made while running ({spot.place}) can change anything"
    machine.remark(f"{spot.place}: code is made and run by exec, eval or __import__; what it does is not read.")
    machine.distrust(why)
    return Unknown(why, (EVERYTHING,))


def _names(machine: Machine, args: Args, spot: Spot) -> object:
    return Unknown("the names of the notebook as a dictionary", (EVERYTHING,))


def _range(machine: Machine, args: Args, spot: Spot) -> object:
    numbers = [operations.plain_rate(a) for a in args.positional]
    whole = [n for n in numbers if isinstance(n, int)]
    if len(whole) != len(numbers) or not 1 <= len(whole) <= 3 or (len(whole) == 3 and whole[2] == 0):
        return Unknown("a range whose bounds the code alone does not show")
    return range(*whole)


def _len(machine: Machine, args: Args, spot: Spot) -> object:
    value = args.positional[0] if args.positional else None
    if is_blurred(value) or not isinstance(value, (list, tuple, dict, str, bytes, range, frozenset)):
        return Unknown("a length that the code alone does not show")
    try:
        return len(value)
    except OverflowError:
        return Unknown("a very long range")


def _list(machine: Machine, args: Args, spot: Spot) -> object:
    if not args.positional:
        return []
    items, complete = elements(machine, args.positional[0])
    return list(items) if complete else [Blur("how many elements there are, the code alone does not show"), *items]


def _tuple(machine: Machine, args: Args, spot: Spot) -> object:
    items, complete = elements(machine, args.positional[0]) if args.positional else ([], True)
    return tuple(items) if complete else machine.unknown(WHY, *args.all)


def _dict(machine: Machine, args: Args, spot: Spot) -> object:
    made: dict[object, object] = {}
    if args.positional:
        source = args.positional[0]
        if isinstance(source, dict):
            made.update(source)
        else:
            items, complete = elements(machine, source)
            pairs = [i for i in items if isinstance(i, tuple) and len(i) == 2 and operations.is_key(i[0])]
            if not complete or len(pairs) != len(items):
                return machine.unknown(WHY, *args.all)
            made.update(pairs)
    made.update(args.keywords)
    return made


def _enumerate(machine: Machine, args: Args, spot: Spot) -> object:
    start = args.bind("iterable", "start").get("start", 0)
    items, complete = elements(machine, args.positional[0]) if args.positional else ([], False)
    if not complete or not isinstance(start, int):
        return [Blur("how many there are is not known"), *((Unknown("a count"), item) for item in items)]
    return [(start + i, item) for i, item in enumerate(items)]


def _zip(machine: Machine, args: Args, spot: Spot) -> object:
    columns = [elements(machine, a) for a in args.positional]
    if all(isinstance(a, (Weights, Unknown)) for a in args.positional):
        return list(args.positional)
    if all(complete for _, complete in columns):
        return list(zip(*(items for items, _ in columns), strict=False))
    return [Blur("how many there are is not known"), tuple(items[0] if items else None for items, _ in columns)]


def _reversed(machine: Machine, args: Args, spot: Spot) -> object:
    items, complete = elements(machine, args.positional[0]) if args.positional else ([], False)
    return list(reversed(items)) if complete else machine.unknown(WHY, *args.all)


def _map(machine: Machine, args: Args, spot: Spot) -> object:
    if len(args.positional) != 2:
        return machine.unknown(WHY, *args.all)
    items, complete = elements(machine, args.positional[1])
    made = [machine.call(args.positional[0], Args([item]), spot) for item in items]
    return made if complete else [Blur("how many there are is not known"), *made]


def _filter(machine: Machine, args: Args, spot: Spot) -> object:
    items, complete = elements(machine, args.positional[1]) if len(args.positional) == 2 else ([], False)
    tests = [operations.truth(machine.call(args.positional[0], Args([i]), spot)) for i in items]
    if not complete or None in tests:
        return machine.unknown(WHY, *args.all)
    return [item for item, keep in zip(items, tests, strict=True) if keep]


def _iter(machine: Machine, args: Args, spot: Spot) -> object:
    return args.positional[0] if args.positional else Unknown(WHY)


def _next(machine: Machine, args: Args, spot: Spot) -> object:
    value = args.positional[0] if args.positional else None
    items, _ = elements(machine, value)
    return items[0] if items else machine.unknown(WHY, value)


def _number(kind: Callable[[str], object]) -> Handler:
    def convert(machine: Machine, args: Args, spot: Spot) -> object:
        value = operations.plain_rate(args.positional[0]) if args.positional else 0
        if isinstance(value, (int, float)) or (isinstance(value, str) and len(value) < 50):
            try:
                return kind(value)  # type: ignore[arg-type]
            except (ValueError, OverflowError):
                return Unknown(WHY)
        return Unknown(WHY)
    return convert


def _str(machine: Machine, args: Args, spot: Spot) -> object:
    value = args.positional[0] if args.positional else ""
    if isinstance(value, AutoName):
        return value
    shown = operations.formatted(value, "")
    return shown if shown is not None else Unknown("text made from a value that the code alone does not show")


def _bool(machine: Machine, args: Args, spot: Spot) -> object:
    known = operations.truth(args.positional[0]) if args.positional else False
    return known if known is not None else Unknown(WHY)


def _isinstance(machine: Machine, args: Args, spot: Spot) -> object:
    value, wanted = (*args.positional, None, None)[:2]
    kinds = wanted if isinstance(wanted, tuple) else (wanted,)
    answers = [_is_a(value, kind) for kind in kinds]
    if True in answers:
        return True
    return Unknown("whether a value is of a class") if None in answers else False


def _is_a(value: object, kind: object) -> bool | None:
    if isinstance(kind, LibraryName) and isinstance(value, Layer):
        if kind.path in ("keras.Model", "keras.Sequential", "keras.layers.Layer"):
            return kind.last == "Layer" or (isinstance(value, Model) and (
                kind.last == "Model" or value.style == "sequential"))
        if kind.path.startswith("keras.layers.") and value.cls is None:
            return value.kind == kind.last or (kind.last == "Convolution2D" and value.kind == "Conv2D")
        return None
    if isinstance(kind, UserClass):
        cls = value.cls if isinstance(value, (Layer, Instance)) else None
        return cls is kind if cls is None or library_base(cls) is None or cls is kind else None
    plain = {"builtins.int": int, "builtins.str": str, "builtins.float": float, "builtins.list": list,
             "builtins.tuple": tuple, "builtins.dict": dict, "builtins.bool": bool}
    if isinstance(kind, LibraryName) and kind.path in plain and not isinstance(value, (Unknown, Instance)):
        return isinstance(value, plain[kind.path])
    return None


def _getattr(machine: Machine, args: Args, spot: Spot) -> object:
    value, name = (*args.positional, None, None)[:2]
    if isinstance(name, str):
        return machine.attribute(value, name)
    why = "an attribute whose name the code alone does not show"
    if isinstance(value, LibraryName):
        machine.opaque.setdefault(why)
    return machine.unknown(why, value)


def _setattr(machine: Machine, args: Args, spot: Spot) -> object:
    if len(args.positional) == 3 and isinstance(args.positional[1], str):
        machine.set_attribute(args.positional[0], args.positional[1], args.positional[2], spot)
    else:
        machine.taint(args.all, "an attribute whose name the code alone does not show was set")
    return None


def _hasattr(machine: Machine, args: Args, spot: Spot) -> object:
    value, name = (*args.positional, None, None)[:2]
    if isinstance(value, Layer) and name in ("layers",):
        return isinstance(value, Model)
    return True if isinstance(value, Layer) and name in ("trainable", "name", "output") else Unknown(WHY)


def _type(machine: Machine, args: Args, spot: Spot) -> object:
    value = args.positional[0] if args.positional else None
    if isinstance(value, Layer) and value.cls is None and not isinstance(value, Model):
        return LibraryName(f"keras.layers.{value.kind}")
    return Unknown("a type")


def _super(machine: Machine, args: Args, spot: Spot) -> object:
    first = args.positional[0] if args.positional else None
    if isinstance(first, Scope):
        here: Scope | None = first
        while here is not None:
            if here.owner is not None and here.receiver is not None:
                return Super(here.receiver, here.owner)
            here = here.parent
    if isinstance(first, UserClass) and len(args.positional) == 2:
        return Super(args.positional[1], first)
    return Unknown("super()")


def _extreme(pick: Callable[[list[int | float]], object]) -> Handler:
    def choose(machine: Machine, args: Args, spot: Spot) -> object:
        values = args.positional
        if len(values) == 1:
            values, complete = elements(machine, values[0])
            if not complete:
                return Unknown(WHY)
        numbers = [v for v in values if isinstance(v, (int, float))]
        return pick(numbers) if numbers and len(numbers) == len(values) and not args.keywords else Unknown(WHY)
    return choose


def _quiet(machine: Machine, args: Args, spot: Spot) -> object:
    return None


def _identity(machine: Machine, args: Args, spot: Spot) -> object:
    return args.positional[0] if args.positional else Unknown(WHY)


def _ended(machine: Machine, args: Args, spot: Spot) -> object:
    return Unknown(WHY)


def _shell(machine: Machine, args: Args, spot: Spot) -> object:
    """What runs a magic or a command: `%matplotlib inline`, `!pip install`."""
    return Unknown("what a magic gives is not followed", of_library=True)


BUILTINS: MappingProxyType[str, Handler] = MappingProxyType({
    "range": _range, "len": _len, "list": _list, "tuple": _tuple, "dict": _dict, "enumerate": _enumerate, "zip": _zip,
    "reversed": _reversed, "map": _map, "filter": _filter, "iter": _iter, "next": _next, "int": _number(int),
    "float": _number(float), "str": _str, "bool": _bool, "isinstance": _isinstance, "getattr": _getattr,
    "setattr": _setattr, "hasattr": _hasattr, "type": _type, "super": _super, "max": _extreme(max),
    "min": _extreme(min), "sum": _extreme(sum), "print": _quiet, "display": _quiet, "globals": _names,
    "locals": _names, "vars": _names, "round": _ended, "staticmethod": _identity, "classmethod": _identity,
    "property": _identity, "get_ipython": _shell,
})


# --------------------------------------------------------------------------- methods of Python's types

TEXT_METHODS = frozenset("""
    lower upper strip lstrip rstrip split replace startswith endswith join title capitalize format removeprefix
    removesuffix rsplit partition rpartition find count zfill
""".split())


def plain_method(machine: Machine, value: object, name: str, args: Args, spot: Spot) -> object:
    """A method of a list, dictionary, text or number."""
    if isinstance(value, list):
        return _list_method(machine, value, name, args)
    if isinstance(value, dict):
        return _dict_method(machine, value, name, args)
    if isinstance(value, str) and name in TEXT_METHODS:
        return _text_method(value, name, args)
    if isinstance(value, AutoName) and name == "startswith" and args.positional:
        return _begins_with(value, args.positional[0])
    if isinstance(value, tuple) and name in ("index", "count") and operations.is_plain(value):
        return value.index(args.positional[0]) if args.positional and args.positional[0] in value else Unknown(WHY)
    if isinstance(value, Rate) and name == "assign":
        machine.trail.set_attribute(value.optimizer, "rate", args.positional[0] if args.positional else Unknown(WHY))
        return None
    if isinstance(value, (int, float, Rate)) and name in ("numpy", "item"):
        return operations.plain_rate(value)
    return machine.unknown(WHY, value, *args.all)


def _begins_with(name: AutoName, start: object) -> object:
    """Whether a counted name begins so: certain where its stem already does, or can't."""
    starts = start if isinstance(start, tuple) else (start,)
    texts = [s for s in starts if isinstance(s, str)]
    if any(name.stem.startswith(s) for s in texts):
        return True
    possible = len(texts) < len(starts) or not name.stem or any(s.startswith(name.stem) for s in texts)
    return Unknown("whether a counted name begins so") if possible else False


def _list_method(machine: Machine, value: list[object], name: str, args: Args) -> object:
    first = args.positional[0] if args.positional else None
    if name == "append" and len(value) < SIZE_LIMIT:
        machine.trail.set_content(value, [*value, first])
    elif name == "extend":
        items, complete = elements(machine, first)
        machine.trail.set_content(value, [*value, *items] if complete else [Blur("it grew"), *value, *items])
    elif name == "insert" and isinstance(first, int) and len(args.positional) == 2 and not is_blurred(value):
        machine.trail.set_content(value, [*value[:first], args.positional[1], *value[first:]])
    elif name == "pop" and not is_blurred(value) and (isinstance(first, int) or first is None):
        index = first if isinstance(first, int) else -1
        if -len(value) <= index < len(value):
            rest = list(value)
            popped = rest.pop(index)
            machine.trail.set_content(value, rest)
            return popped
    elif name == "index" and not is_blurred(value):
        places = [i for i, v in enumerate(value) if v is first or (operations.is_plain(v) and v == first)]
        return places[0] if places else Unknown(WHY)
    elif name == "copy":
        return list(value)
    elif name == "reverse":
        machine.trail.set_content(value, value[::-1])
    elif name not in ("count",):
        machine.trail.set_content(value, [Blur("the list was changed in a way that is not followed"), *value])
    return None


def _dict_method(machine: Machine, value: dict[object, object], name: str, args: Args) -> object:
    first = args.positional[0] if args.positional else None
    if name in ("items", "keys", "values") and is_blurred(value):
        return machine.unknown("the entries of a dictionary that the code alone does not show", value)
    if name == "items":
        return list(value.items())
    if name == "keys":
        return list(value)
    if name == "values":
        return list(value.values())
    if name == "copy":
        return dict(value)
    if name in ("get", "pop", "setdefault") and operations.is_key(first) and not is_blurred(value):
        default = args.positional[1] if len(args.positional) > 1 else None
        found = value.get(first, default)
        if name == "setdefault" and first not in value:
            machine.trail.set_item(value, first, default)  # type: ignore[arg-type]
        if name == "pop" and first in value:
            machine.trail.set_item(value, first, MISSING)  # type: ignore[arg-type]
        return found
    if name == "update" and not args.opaque and (not args.positional or isinstance(first, dict)):
        changes = {**first, **args.keywords} if isinstance(first, dict) else dict(args.keywords)
        for key, item in changes.items():
            machine.trail.set_item(value, key, item)  # type: ignore[arg-type]
        return None
    if name == "clear":
        for key in list(value):
            machine.trail.set_item(value, key, MISSING)  # type: ignore[arg-type]
        return None
    why = "a dictionary changed in a way that is not followed"
    if name in ("update", "pop", "popitem", "setdefault"):
        machine.blur(value, why, *args.all)
    return machine.unknown(why, value)


def _text_method(value: str, name: str, args: Args) -> object:
    plain = [list(a) if isinstance(a, list) else a for a in args.positional]
    parts = plain[0] if name == "join" and plain and isinstance(plain[0], (list, tuple)) else []
    known = all(isinstance(p, str) for p in parts) if name == "join" else all(
        isinstance(p, (str, int)) or (isinstance(p, tuple) and all(isinstance(x, str) for x in p)) for p in plain)
    if not known or len(value) > 2000 or args.keywords or name in ("format", "zfill"):
        return Unknown("text made from a value that the code alone does not show")
    if sum(len(str(p)) for p in (*plain, *parts)) > SIZE_LIMIT // 20:
        return Unknown("text too long to follow")
    try:
        return getattr(value, name)(*plain)
    except (TypeError, ValueError):
        return Unknown(WHY)
