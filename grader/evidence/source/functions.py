"""Calls of the notebook's own functions and classes: parameters bound, bodies inlined to a bounded depth.

In: a function or class and its arguments. Out: what it returns. Never executes it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace

from grader.evidence.source.machine import CALL_DEPTH, Machine
from grader.evidence.source.operations import is_key
from grader.evidence.source.statements import run_block
from grader.evidence.source.values import (
    Args,
    AutoName,
    Blur,
    Bound,
    Function,
    Instance,
    Layer,
    LibraryName,
    Managed,
    Model,
    Scope,
    Spot,
    Super,
    Unknown,
    UserClass,
)


def call_function(machine: Machine, function: Function, args: Args, receiver: object = None) -> object:
    """What a function of the notebook returns; Unknown, and its arguments distrusted, where it nests too deep."""
    function.called = True
    if function.manages:
        return Managed(function, args, receiver)
    if function.remembered is not None:
        return _remembered(machine, function, function.remembered, args, receiver)
    return run_function(machine, function, args, receiver)


def _remembered(machine: Machine, function: Function, given: dict[str, object], args: Args, receiver: object) -> object:
    """What a function gave when it was last called with these arguments; it runs only once for them."""
    named = [*enumerate(args.positional), *args.keywords.items()]
    key = repr([(name, value if is_key(value) else id(value)) for name, value in named])
    if args.opaque or key not in given:
        result = run_function(machine, function, args, receiver)
        machine.trail.set_item(given, key, (result, args))
        return result
    kept = given[key]
    return kept[0] if isinstance(kept, tuple) else machine.unknown("what a function gave before", kept)


def run_function(machine: Machine, function: Function, args: Args, receiver: object = None,
                 around: Callable[[object], None] | None = None) -> object:
    """What a function returns when its body runs now; `around` is what happens where it yields."""
    if machine.calls >= CALL_DEPTH:
        why = f"`{function.name}` calls functions too deeply to be followed"
        machine.tick(40)
        machine.taint([*args.all, *function.scope.names.values()], why)
        return machine.unknown(why, *args.all)
    if function.decorated == "unknown":
        machine.taint(args.all, f"`{function.name}` is changed by a decorator that is not followed")
    outer = function.scope
    scope = Scope(_parameters(machine, function, args), outer, outer.top or outer, function.cell,
                  owner=function.owner, receiver=receiver, around=around)
    machine.calls += 1
    machine.tick(3)
    try:
        return _run_body(machine, function, scope)
    finally:
        machine.calls -= 1


def _run_body(machine: Machine, function: Function, scope: Scope) -> object:
    if isinstance(function.node, ast.Lambda):
        return machine.evaluate(function.node.body, scope)
    yields = scope.around is None and _yields(function.node)
    body = function.node.body
    if not yields:
        return run_block(machine, body, scope).value
    scope.names["yielded values"] = [Blur("how often it yields is not followed")]
    _, branch = machine.trail.attempt(lambda: run_block(machine, body, scope))
    machine.trail.join(branch)
    machine.taint_changed(branch, "what a generator changes, it changes nobody knows when")
    return scope.names["yielded values"]


def _yields(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a function is a generator: yields itself, not in a function inside it."""
    queue: list[ast.AST] = list(node.body)
    while queue:
        part = queue.pop()
        if isinstance(part, (ast.Yield, ast.YieldFrom)):
            return True
        if not isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
            queue.extend(ast.iter_child_nodes(part))
    return False


def _parameters(machine: Machine, function: Function, args: Args) -> dict[str, object]:
    """Names of the parameters with their values."""
    spec = function.node.args
    names = [a.arg for a in (*spec.posonlyargs, *spec.args)]
    bound: dict[str, object] = dict(zip(names[len(names) - len(function.defaults):], function.defaults, strict=False))
    bound.update(function.keyword_defaults)
    if args.opaque:
        bound = {name: machine.unknown(args.opaque, *args.all) for name in (*names, *(a.arg for a in spec.kwonlyargs))}
    bound.update(zip(names, args.positional, strict=False))
    accepted = {*names, *(a.arg for a in spec.kwonlyargs)}
    bound.update({k: v for k, v in args.keywords.items() if k in accepted})
    if spec.vararg is not None:
        bound[spec.vararg.arg] = Unknown(args.opaque) if args.opaque else tuple(args.positional[len(names):])
    if spec.kwarg is not None:
        rest: dict[str, object] = {k: v for k, v in args.keywords.items() if k not in accepted}
        bound[spec.kwarg.arg] = machine.unknown(args.opaque, *args.all) if args.opaque else rest
    for name in accepted:
        bound.setdefault(name, Unknown(f"`{name}` is not given to `{function.name}`"))
    return bound


# --------------------------------------------------------------------------- classes


def find_in_class(cls: UserClass, name: str, depth: int = 0) -> object | None:
    """A class attribute or method, looked for in the bases too."""
    if name in cls.namespace:
        return cls.namespace[name]
    for base in cls.bases:
        if isinstance(base, UserClass) and depth < 20:
            found = find_in_class(base, name, depth + 1)
            if found is not None:
                return found
    return None


def library_base(cls: UserClass, depth: int = 0) -> LibraryName | Unknown | None:
    """The library class from which a class of the notebook descends."""
    for base in cls.bases:
        if isinstance(base, UserClass) and depth < 20:
            found = library_base(base, depth + 1)
            if found is not None:
                return found
        elif isinstance(base, LibraryName) and base.path != "builtins.object":
            return base
        elif isinstance(base, Unknown):
            return base
    return None


def instantiate(machine: Machine, cls: UserClass, args: Args, spot: Spot) -> object:
    """An object of a class of the notebook: a layer or model where it descends from Keras's."""
    base = library_base(cls)
    made = _blank(machine, cls, base, spot)
    init = find_in_class(cls, "__init__")
    if isinstance(init, Function):
        call_function(machine, init, replace(args, positional=[made, *args.positional]), made)
    elif isinstance(made, Model) and made.style == "sequential":
        machine.call(LibraryName("keras.Sequential.__init__"), replace(args, positional=[made, *args.positional]), spot)
    elif isinstance(made, (Instance, Layer)):
        names = [n for n, v in cls.namespace.items() if not isinstance(v, Function)]
        made.attributes.update(args.bind(*names))
    return made


def _blank(machine: Machine, cls: UserClass, base: LibraryName | Unknown | None, spot: Spot) -> object:
    if isinstance(base, LibraryName) and base.path in ("keras.Model", "keras.Sequential"):
        style = "subclassed" if base.path == "keras.Model" else "sequential"
        model = Model(cls.name, AutoName(""), {}, spot, style=style, order=len(machine.models), cls=cls)
        machine.models.append(model)
        return model
    if isinstance(base, LibraryName) and base.path.startswith("keras.layers."):
        layer = Layer(base.last if base.last != "Layer" else cls.name, AutoName(""), {}, spot, cls=cls)
        machine.layers.append(layer)
        return layer
    return Instance(cls)


def find_super(value: Super, name: str) -> Bound:
    """`super().name`: a method of a base of the notebook, or the library's."""
    for base in value.owner.bases:
        if isinstance(base, UserClass):
            found = find_in_class(base, name)
            if isinstance(found, Function):
                return Bound(value.receiver, name, found)
    return Bound(value.receiver, f"super {name}")
