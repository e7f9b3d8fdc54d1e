"""Evaluates expressions symbolically.

In: an expression node and the names in scope. Out: a symbolic value. Never executes the notebook's code.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from types import MappingProxyType

from grader.evidence.source import operations
from grader.evidence.source.imports import from_stars
from grader.evidence.source.machine import SIZE_LIMIT, Machine
from grader.evidence.source.names import canonical
from grader.evidence.source.sequences import elements
from grader.evidence.source.trail import MISSING, merge
from grader.evidence.source.values import (
    Args,
    AutoName,
    Blur,
    Function,
    LibraryName,
    Scope,
    Unknown,
)

BUILTINS = frozenset("""
    abs all any bool bytes callable chr dict dir divmod enumerate eval exec filter float format frozenset getattr
    globals hasattr hash help hex id input int isinstance issubclass iter len list locals map max min next object oct
    open ord
    pow print property range repr reversed round set setattr slice sorted staticmethod classmethod str sum super tuple
    type vars zip delattr compile __import__ Exception ValueError KeyError TypeError RuntimeError ImportError
    ModuleNotFoundError FileNotFoundError AttributeError NameError NotImplementedError AssertionError StopIteration
    KeyboardInterrupt OSError SystemExit IndexError display get_ipython exit quit
""".split())


def look_up(machine: Machine, name: str, scope: Scope) -> object:
    """What a name stands for here."""
    here: Scope | None = scope
    if name in scope.global_names:
        here = scope.top or scope
    while here is not None:
        if name in here.names:
            return here.names[name]
        here = here.parent
    if name in BUILTINS:
        return LibraryName(f"builtins.{name}")
    starred = from_stars(machine, name)
    if starred is not None:
        return starred
    if name == "__name__":
        return "__main__"
    why = f"`{name}` is not defined in the code above"
    return Unknown(next(iter(machine.opaque), why))


def _constant(machine: Machine, node: ast.Constant, scope: Scope) -> object:
    value = node.value
    if isinstance(value, (str, bytes)) and len(value) > SIZE_LIMIT:
        return Unknown("a constant too large to follow")
    if isinstance(value, int) and value.bit_length() > operations.BITS_LIMIT:
        return Unknown("a constant too large to follow")
    return value


def _name(machine: Machine, node: ast.Name, scope: Scope) -> object:
    return look_up(machine, node.id, scope)


def _attribute(machine: Machine, node: ast.Attribute, scope: Scope) -> object:
    value = machine.evaluate(node.value, scope)
    if isinstance(value, LibraryName):
        patched = machine.top.names.get(f"patched {canonical(value.path + '.' + node.attr)}")
        return patched if patched is not None else machine.attribute(value, node.attr)
    return machine.attribute(value, node.attr)


def _binary(machine: Machine, node: ast.BinOp, scope: Scope) -> object:
    left, right = machine.evaluate(node.left, scope), machine.evaluate(node.right, scope)
    return operations.binary(machine, node.op, left, right, machine.spot(node, scope))


def _unary(machine: Machine, node: ast.UnaryOp, scope: Scope) -> object:
    return operations.unary(machine, node.op, machine.evaluate(node.operand, scope), machine.spot(node, scope))


def _boolean(machine: Machine, node: ast.BoolOp, scope: Scope) -> object:
    wanted = isinstance(node.op, ast.Or)
    seen: list[object] = []
    for part in node.values:
        value = machine.evaluate(part, scope)
        known = operations.truth(value)
        if known is None:
            seen.append(value)
        elif known == wanted:
            return merge([*seen, value]) if seen else value
    return merge([*seen, value]) if seen else value


def _compare(machine: Machine, node: ast.Compare, scope: Scope) -> object:
    left = machine.evaluate(node.left, scope)
    result: object = True
    for op, part in zip(node.ops, node.comparators, strict=True):
        right = machine.evaluate(part, scope)
        answer = operations.compare(op, left, right)
        if answer is False:
            return False
        if isinstance(answer, Unknown):
            result = answer
        left = right
    return result


def _conditional(machine: Machine, node: ast.IfExp, scope: Scope) -> object:
    known = operations.truth(machine.evaluate(node.test, scope))
    if known is not None:
        return machine.evaluate(node.body if known else node.orelse, scope)
    one, first = machine.trail.attempt(lambda: machine.evaluate(node.body, scope))
    other, second = machine.trail.attempt(lambda: machine.evaluate(node.orelse, scope))
    machine.trail.join(first, second)
    return merge([one, other])


def _sequence(machine: Machine, node: ast.List | ast.Tuple | ast.Set, scope: Scope) -> object:
    values: list[object] = []
    for part in node.elts[:SIZE_LIMIT]:
        if isinstance(part, ast.Starred):
            more, complete = elements(machine, machine.evaluate(part.value, scope))
            values.extend(more if complete else [Unknown("the rest of an unknown sequence")])
            if not complete:
                return machine.unknown("a sequence of unknown length", *values)
        else:
            values.append(machine.evaluate(part, scope))
    if isinstance(node, ast.Tuple):
        return tuple(values)
    if isinstance(node, ast.Set):
        return frozenset(values) if all(isinstance(v, (str, int, float)) for v in values) else Unknown("a set")
    return values


def _dictionary(machine: Machine, node: ast.Dict, scope: Scope) -> object:
    made: dict[object, object] = {}
    for key, part in list(zip(node.keys, node.values, strict=True))[:SIZE_LIMIT]:
        value = machine.evaluate(part, scope)
        if key is None:
            if not isinstance(value, dict):
                return machine.unknown("a dictionary with unknown parts", *made.values(), value)
            made.update(value)
            continue
        known = machine.evaluate(key, scope)
        if isinstance(known, LibraryName):
            known = known.path
        if not operations.is_key(known):
            return machine.unknown("a dictionary with unknown keys", *made.values(), value)
        made[known] = value
    return made


def _subscript(machine: Machine, node: ast.Subscript, scope: Scope) -> object:
    value = machine.evaluate(node.value, scope)
    return operations.subscript(machine, value, machine.evaluate(node.slice, scope), machine.spot(node, scope))


def _slice(machine: Machine, node: ast.Slice, scope: Scope) -> object:
    return slice(*(machine.evaluate(n, scope) if n is not None else None for n in (node.lower, node.upper, node.step)))


def _call(machine: Machine, node: ast.Call, scope: Scope) -> object:
    if isinstance(node.func, ast.Name) and node.func.id == "super" and not node.args:
        return machine.call(LibraryName("builtins.super"), Args([scope]), machine.spot(node, scope))
    callee = machine.evaluate(node.func, scope)
    args = Args()
    for part in node.args:
        if isinstance(part, ast.Starred):
            more, complete = elements(machine, machine.evaluate(part.value, scope))
            args.positional.extend(more)
            args.opaque = args.opaque or ("" if complete else "arguments from an unknown sequence")
        else:
            args.positional.append(machine.evaluate(part, scope))
    for keyword in node.keywords:
        value = machine.evaluate(keyword.value, scope)
        if keyword.arg is not None:
            args.keywords[keyword.arg] = value
        elif isinstance(value, dict) and all(isinstance(k, str) and k for k in value):
            args.keywords.update(value)
        else:
            args.opaque = "arguments from an unknown dictionary"
    if isinstance(callee, LibraryName) and callee.path in ("builtins.locals", "builtins.vars", "builtins.globals"):
        args = Args([scope])
    return machine.call(callee, args, machine.spot(node, scope))


def _lambda(machine: Machine, node: ast.Lambda, scope: Scope) -> object:
    defaults, keyword_defaults = evaluate_defaults(machine, node.args, scope)
    return Function("lambda", node, scope, defaults, keyword_defaults, cell=scope.cell)


def evaluate_defaults(machine: Machine, args: ast.arguments, scope: Scope) -> tuple[list[object], dict[str, object]]:
    """Default values of a function's parameters, evaluated where it is defined."""
    positional = [machine.evaluate(d, scope) for d in args.defaults]
    keyword = {a.arg: machine.evaluate(d, scope) for a, d in zip(args.kwonlyargs, args.kw_defaults, strict=True)
               if d is not None}
    return positional, keyword


def _comprehension(machine: Machine, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp,
                   scope: Scope) -> object:
    inner = Scope({}, scope, scope.top or scope, scope.cell, owner=scope.owner, receiver=scope.receiver)
    made: list[object] = []
    complete = _generate(machine, node, 0, inner, made)
    if isinstance(node, ast.DictComp):
        pairs = [p for p in made if isinstance(p, tuple)]
        if complete and all(operations.is_key(k) for k, _ in pairs):
            return dict(pairs)
        return machine.unknown("a dictionary with unknown keys", *made)
    if isinstance(node, ast.SetComp):
        return machine.unknown("a set", *made)
    return made if complete else [Blur("how many elements there are, the code alone does not show"), *made]


def _generate(machine: Machine, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp, level: int,
              scope: Scope, made: list[object]) -> bool:
    """Runs one `for` of a comprehension; False where it is not known how often it runs."""
    if level == len(node.generators):
        if isinstance(node, ast.DictComp):
            made.append((machine.evaluate(node.key, scope), machine.evaluate(node.value, scope)))
        else:
            made.append(machine.evaluate(node.elt, scope))
        return len(made) <= SIZE_LIMIT
    part = node.generators[level]
    items, complete = elements(machine, machine.evaluate(part.iter, scope))
    for item in items:
        bind(machine, part.target, item, scope)
        tests = [operations.truth(machine.evaluate(test, scope)) for test in part.ifs]
        if False in tests:
            continue
        complete = complete and None not in tests
        if not _generate(machine, node, level + 1, scope, made):
            complete = False
    return complete


def bind(machine: Machine, target: ast.expr, value: object, scope: Scope) -> None:
    """Binds a name or a tuple of names."""
    if isinstance(target, ast.Name):
        where = scope
        if target.id in scope.global_names:
            where = scope.top or scope
        elif target.id in scope.outer_names:
            where = _owner(target.id, scope)
        machine.trail.set_item(where.names, target.id, value)
    elif isinstance(target, (ast.Tuple, ast.List)):
        _unpack(machine, target.elts, value, scope)
    elif isinstance(target, ast.Starred):
        bind(machine, target.value, value, scope)


def _owner(name: str, scope: Scope) -> Scope:
    here = scope.parent
    while here is not None:
        if name in here.names:
            return here
        here = here.parent
    return scope


def _unpack(machine: Machine, targets: list[ast.expr], value: object, scope: Scope) -> None:
    items, complete = elements(machine, value)
    star = next((i for i, t in enumerate(targets) if isinstance(t, ast.Starred)), None)
    if complete and star is not None and len(items) >= len(targets) - 1:
        after = len(targets) - star - 1
        middle = items[star:len(items) - after]
        items = [*items[:star], middle, *items[len(items) - after:]]
    if not complete or len(items) != len(targets):
        items = [machine.unknown("a part of something that the code alone does not show", value) for _ in targets]
    for target, item in zip(targets, items, strict=True):
        assign(machine, target, item, scope)


def assign(machine: Machine, target: ast.expr, value: object, scope: Scope) -> None:
    """Assignment to any target; attributes and elements go through the machine's setters."""
    if isinstance(target, (ast.Attribute, ast.Subscript)):
        machine.assign(target, value, scope)
    else:
        bind(machine, target, value, scope)


def _joined(machine: Machine, node: ast.JoinedStr, scope: Scope) -> object:
    parts: list[str | None] = []
    for part in node.values:
        if isinstance(part, ast.FormattedValue):
            spec = machine.evaluate(part.format_spec, scope) if part.format_spec is not None else ""
            value = machine.evaluate(part.value, scope)
            parts.append(operations.formatted(value, spec) if isinstance(spec, str) and part.conversion == -1 else None)
        else:
            text = machine.evaluate(part, scope)
            parts.append(text if isinstance(text, str) else None)
    known = [p for p in parts if p is not None]
    if len(known) == len(parts) and sum(map(len, known)) <= SIZE_LIMIT:
        return "".join(known)
    first = parts[0] if parts else None
    return AutoName(first) if first else Unknown("text made from values that the code alone does not show")


def _walrus(machine: Machine, node: ast.NamedExpr, scope: Scope) -> object:
    value = machine.evaluate(node.value, scope)
    bind(machine, node.target, value, scope)
    return value


def _inner(machine: Machine, node: ast.Await | ast.Starred, scope: Scope) -> object:
    return machine.evaluate(node.value, scope)


def _yielded(machine: Machine, node: ast.Yield | ast.YieldFrom, scope: Scope) -> object:
    value: object = None
    if node.value is not None:
        value = machine.evaluate(node.value, scope)
        already = scope.names.get("yielded values", MISSING)
        if isinstance(already, list):
            machine.trail.set_content(already, [*already, value])
    if scope.around is not None:
        scope.around(value)
    return Unknown("what is sent to a generator")


EVALUATORS: MappingProxyType[type[ast.AST], Callable[..., object]] = MappingProxyType({
    ast.Constant: _constant, ast.Name: _name, ast.Attribute: _attribute, ast.BinOp: _binary, ast.UnaryOp: _unary,
    ast.BoolOp: _boolean, ast.Compare: _compare, ast.IfExp: _conditional, ast.List: _sequence, ast.Tuple: _sequence,
    ast.Set: _sequence, ast.Dict: _dictionary, ast.Subscript: _subscript, ast.Slice: _slice, ast.Call: _call,
    ast.Lambda: _lambda, ast.ListComp: _comprehension, ast.SetComp: _comprehension, ast.GeneratorExp: _comprehension,
    ast.DictComp: _comprehension, ast.JoinedStr: _joined, ast.NamedExpr: _walrus, ast.Await: _inner,
    ast.Starred: _inner, ast.Yield: _yielded, ast.YieldFrom: _yielded,
})
