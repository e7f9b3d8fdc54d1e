"""Runs statements symbolically, in the order in which a clean run would.

In: statements and the names in scope. Out: how they end; changes go through the machine's trail, so that both branches
of an undecided `if` can be tried and joined. Never executes the notebook's code.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import reduce
from types import MappingProxyType

from grader.evidence.source import operations
from grader.evidence.source.expressions import assign, evaluate_defaults
from grader.evidence.source.imports import run_import, run_import_from
from grader.evidence.source.log import Log
from grader.evidence.source.machine import Machine, is_blurred
from grader.evidence.source.names import HARMLESS, canonical, package
from grader.evidence.source.sequences import elements
from grader.evidence.source.trail import MISSING, Branch, Change, merge
from grader.evidence.source.values import (
    Args,
    Blur,
    Bound,
    Function,
    Instance,
    LibraryName,
    Model,
    Partial,
    Scope,
    Tensor,
    Training,
    Unknown,
    UserClass,
)
from grader.records import StageKind

REMEMBERING = frozenset({"cache", "lru_cache"})
MANAGING = frozenset({"contextmanager", "asynccontextmanager"})
NEUTRAL = frozenset({"function", "update_wrapper"}) | MANAGING | REMEMBERING
"""Decorators that leave to a function what it does."""
ACCESSORS = frozenset({"setter", "getter", "deleter"})
"""Methods of a property that stand as decorators."""
OWN = (Function, Instance, Partial, UserClass)
"""What of the notebook's own may stand as a decorator."""
WHILE_LIMIT = 300
FORK_LIMIT = 8


class End(Enum):
    NORMAL = "normal"
    RETURN = "return"
    BREAK = "break"
    CONTINUE = "continue"
    RAISE = "raise"


@dataclass(frozen=True)
class Ending:
    """All ways in which a block may end; `values` are what it may return."""

    ends: frozenset[End] = frozenset({End.NORMAL})
    values: tuple[object, ...] = ()

    def __or__(self, other: Ending) -> Ending:
        return Ending(self.ends | other.ends, self.values + other.values)

    def but(self, *ends: End) -> Ending:
        """Without some ways of ending."""
        return Ending(self.ends - set(ends), self.values)

    @property
    def goes_on(self) -> bool:
        return End.NORMAL in self.ends

    @property
    def value(self) -> object:
        """What a call returns."""
        values = [*self.values, *([None] if self.goes_on else [])]
        return merge(values) if values else None


NORMAL = Ending()
NOTHING = Ending(frozenset())


def run_block(machine: Machine, body: list[ast.stmt], scope: Scope) -> Ending:
    """Runs statements one after the other."""
    pending = NOTHING
    for index, statement in enumerate(body):
        machine.tick()
        if isinstance(statement, ast.If):
            ending, took_rest = _run_if(machine, statement, body[index + 1:], scope)
            if took_rest:
                return pending | ending
        else:
            ending = STATEMENTS.get(type(statement), _ignored)(machine, statement, scope)
        if ending is NORMAL:
            continue
        if not ending.goes_on:
            return pending | ending
        pending = pending | ending.but(End.NORMAL)
    return NORMAL if pending is NOTHING else pending | NORMAL


def _run_if(machine: Machine, node: ast.If, rest: list[ast.stmt], scope: Scope) -> tuple[Ending, bool]:
    """The ending, and True where the statements after the `if` have been run too."""
    known = operations.truth(machine.evaluate(node.test, scope))
    if known is not None:
        return run_block(machine, node.body if known else node.orelse, scope), False
    with_rest = (_leaves(node.body) or _leaves(node.orelse)) and machine.forks < FORK_LIMIT
    more = rest if with_rest else []
    machine.forks += 1
    one, first = machine.trail.attempt(lambda: run_block(machine, node.body + more, scope))
    other, second = machine.trail.attempt(lambda: run_block(machine, node.orelse + more, scope))
    machine.forks -= 1
    raising = frozenset({End.RAISE})
    if one.ends == raising and other.ends != raising:
        machine.trail.join(second)
        return other, with_rest
    if other.ends == raising and one.ends != raising:
        machine.trail.join(first)
        return one, with_rest
    machine.trail.join(first, second)
    return one | other, with_rest


def _leaves(body: list[ast.stmt], *, in_loop: bool = False) -> bool:
    """Whether a block may leave the function or loop around it."""
    for node in body:
        if isinstance(node, (ast.Return, ast.Raise)):
            return True
        if isinstance(node, (ast.Break, ast.Continue)) and not in_loop:
            return True
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            continue
        loop = in_loop or isinstance(node, (ast.For, ast.While))
        for name in ("body", "orelse", "finalbody"):
            inner = getattr(node, name, None)
            if isinstance(inner, list) and _leaves(inner, in_loop=loop):
                return True
    return False


# --------------------------------------------------------------------------- loops


def _for(machine: Machine, node: ast.For | ast.AsyncFor, scope: Scope) -> Ending:
    items, complete = elements(machine, machine.evaluate(node.iter, scope))
    if not complete:
        return _uncertain(machine, lambda: _round(machine, node, items[0], scope))
    ending = NORMAL
    for item in items:
        turn = _round(machine, node, item, scope)
        if turn is NORMAL:
            continue
        leaving = turn.ends & {End.BREAK, End.RETURN, End.RAISE}
        if leaving and not turn.ends & {End.NORMAL, End.CONTINUE}:
            return (ending | turn.but(End.BREAK)) if End.BREAK in leaving else (ending.but(End.NORMAL) | turn)
        ending = ending | turn.but(End.BREAK, End.CONTINUE)
        if leaving:
            return ending | _perhaps_again(machine, node, items, scope)
    return ending | run_block(machine, node.orelse, scope)


def _perhaps_again(machine: Machine, node: ast.For | ast.AsyncFor, items: list[object], scope: Scope) -> Ending:
    """What follows a turn that may have left the loop."""
    item = machine.unknown("a later element", *items)
    return _uncertain(machine, lambda: _round(machine, node, item, scope), maybe=True)


def _round(machine: Machine, node: ast.For | ast.AsyncFor, item: object, scope: Scope) -> Ending:
    assign(machine, node.target, item, scope)
    return run_block(machine, node.body, scope)


def _while(machine: Machine, node: ast.While, scope: Scope) -> Ending:
    ending = NORMAL
    for _ in range(WHILE_LIMIT):
        known = operations.truth(machine.evaluate(node.test, scope))
        if known is False:
            return ending
        if known is None:
            break
        turn = run_block(machine, node.body, scope)
        ending = ending | turn.but(End.BREAK, End.CONTINUE)
        if turn.ends <= {End.BREAK, End.RETURN, End.RAISE}:
            return ending if End.BREAK in turn.ends else ending.but(End.NORMAL)
        if turn.ends & {End.BREAK, End.RETURN}:
            break
    return ending | _uncertain(machine, lambda: run_block(machine, node.body, scope), maybe=True)


def _uncertain(machine: Machine, turn: Callable[[], Ending], *, maybe: bool = False) -> Ending:
    """Runs a body once that runs nobody knows how often; whatever each turn would change again is unknown after it."""
    known, clock = len(machine.models), machine.clock
    machine.uncertain_since.append(known)
    ending, branch = machine.trail.attempt(turn)
    machine.uncertain_since.pop()
    if machine.clock > clock:
        _doubt_steps(branch, known)
    loosened = Branch({where: (change, _loosened(change, after))
                       for where, (change, after) in branch.changes.items()})
    machine.trail.join(loosened, *([Branch({})] if maybe else []))
    left = ending.but(End.BREAK, End.CONTINUE)
    return left | NORMAL


def _doubt_steps(branch: Branch, known: int) -> None:
    """Single steps between which each turn compiles or thaws again may be any number of trainings."""
    for change, after in branch.changes.values():
        if isinstance(change.target, Log) and isinstance(change.before, list) and isinstance(after, list):
            for event in after[len(change.before):]:
                if isinstance(event, Training) and event.stage.kind != StageKind.FIT and event.model.order < known:
                    event.maybe = True


def _loosened(change: Change, after: object) -> object:
    """What a place of the state may hold after a body that ran an unknown number of times."""
    before, key = change.before, change.key
    if isinstance(change.target, list) and isinstance(after, list):
        kept = is_blurred(after) or isinstance(change.target, Log)
        return after if kept else [Blur("it grows in a loop"), *after]
    is_name = isinstance(key, tuple) and key[0] == "item"
    if not is_name or before is MISSING or before is after or isinstance(after, LibraryName):
        return after
    if isinstance(before, Unknown) and before.of_library and isinstance(after, Tensor):
        return after  # an array of NumPy's that the loop fills with pictures or features
    return merge([after, Unknown("it changes in a loop whose length the code alone does not show")])


# --------------------------------------------------------------------------- assignments


def _assign(machine: Machine, node: ast.Assign, scope: Scope) -> Ending:
    value = machine.evaluate(node.value, scope)
    for target in node.targets:
        _label(machine, target, value, scope)
        assign(machine, target, value, scope)
    return NORMAL


def _label(machine: Machine, target: ast.expr, value: object, scope: Scope) -> None:
    """Remembers what the student calls a model: the last name in the notebook itself, else the first elsewhere."""
    if isinstance(target, (ast.Tuple, ast.List)) and isinstance(value, (tuple, list)):
        for part, item in zip(target.elts, value, strict=False):
            _label(machine, part, item, scope)
    if isinstance(value, Model) and isinstance(target, ast.Name) and (scope is machine.top or not value.label):
        machine.trail.set_attribute(value, "label", target.id)


def _annotated(machine: Machine, node: ast.AnnAssign, scope: Scope) -> Ending:
    if node.value is not None:
        value = machine.evaluate(node.value, scope)
        _label(machine, node.target, value, scope)
        assign(machine, node.target, value, scope)
    return NORMAL


def _augmented(machine: Machine, node: ast.AugAssign, scope: Scope) -> Ending:
    before = machine.evaluate(node.target, scope)
    value = machine.evaluate(node.value, scope)
    if isinstance(before, list) and isinstance(node.op, ast.Add):
        items, complete = elements(machine, value)
        machine.trail.set_content(before, [*before, *items] if complete else [Blur("it grew"), *before, *items])
        return NORMAL
    result = operations.binary(machine, node.op, before, value, machine.spot(node, scope))
    assign(machine, node.target, result, scope)
    return NORMAL


def _delete(machine: Machine, node: ast.Delete, scope: Scope) -> Ending:
    for target in node.targets:
        if isinstance(target, ast.Name) and target.id in scope.names:
            machine.trail.set_item(scope.names, target.id, MISSING)
        elif isinstance(target, ast.Subscript):
            _delete_item(machine, machine.evaluate(target.value, scope), machine.evaluate(target.slice, scope))
    return NORMAL


def _delete_item(machine: Machine, owner: object, key: object) -> None:
    why = "something was deleted from it"
    if isinstance(owner, dict) and operations.is_key(key) and not is_blurred(owner):
        if key in owner:
            machine.trail.set_item(owner, key, MISSING)
    elif isinstance(owner, dict):
        machine.blur(owner, why)
    elif isinstance(owner, list):
        machine.trail.set_content(owner, [Blur(why), *owner])


# --------------------------------------------------------------------------- definitions and the rest


def _function(machine: Machine, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope) -> Ending:
    defaults, keyword_defaults = evaluate_defaults(machine, node.args, scope)
    around = scope.parent if scope.owner is not None and scope.receiver is None and scope.parent else scope
    made = Function(node.name, node, around, defaults, keyword_defaults, scope.owner, cell=scope.cell)
    machine.functions.append(made)
    machine.trail.set_item(scope.names, node.name, _decorated(machine, node, made, scope))
    return NORMAL


def _decorated(machine: Machine, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, made: object,
               scope: Scope) -> object:
    """What the decorators make of a function or class, the lowest first: the notebook's own are called."""
    for decorator in reversed([machine.evaluate(d, scope) for d in node.decorator_list]):
        if isinstance(decorator, OWN):
            made = machine.call(decorator, Args([made]), machine.spot(node, scope))
        elif isinstance(decorator, Bound) and isinstance(decorator.receiver, Function) and isinstance(made, Function) \
                and decorator.name in ACCESSORS:
            decorator.receiver.setter = made if decorator.name == "setter" else decorator.receiver.setter
            made = decorator.receiver
        elif isinstance(made, Function):
            name = decorator.last if isinstance(decorator, LibraryName) else "unknown"
            made.manages = made.manages or name in MANAGING
            made.remembered = {} if name in REMEMBERING else made.remembered
            made.decorated = made.decorated or ("" if name in NEUTRAL else name)
    return made


def _class(machine: Machine, node: ast.ClassDef, scope: Scope) -> Ending:
    bases = tuple(machine.evaluate(b, scope) for b in node.bases)
    made = UserClass(node.name, bases, {})
    inner = Scope(made.namespace, scope, scope.top or scope, scope.cell, owner=made)
    run_block(machine, node.body, inner)
    machine.trail.set_item(scope.names, node.name, _decorated(machine, node, made, scope))
    return NORMAL


def _with(machine: Machine, node: ast.With | ast.AsyncWith, scope: Scope) -> Ending:
    return _within(machine, node, 0, scope)


def _within(machine: Machine, node: ast.With | ast.AsyncWith, index: int, scope: Scope) -> Ending:
    """The body of a `with` inside all of its managers from number `index` on."""
    if index == len(node.items):
        return run_block(machine, node.body, scope)
    item = node.items[index]
    endings: list[Ending] = []

    def body(entered: object) -> None:
        if item.optional_vars is not None:
            assign(machine, item.optional_vars, entered, scope)
        endings.append(_within(machine, node, index + 1, scope))

    machine.around(machine.evaluate(item.context_expr, scope), body, machine.spot(item.context_expr, scope))
    return reduce(operator.or_, endings)


def _try(machine: Machine, node: ast.Try, scope: Scope) -> Ending:
    if node.handlers and _may_be_missing(node.body):
        return _either(machine, node, scope)
    ending = run_block(machine, node.body, scope)
    if End.RAISE in ending.ends and node.handlers:
        handled = run_block(machine, node.handlers[0].body, scope)
        ending = ending.but(End.RAISE) | handled
    elif ending.goes_on:
        ending = ending.but(End.NORMAL) | run_block(machine, node.orelse, scope)
    last = run_block(machine, node.finalbody, scope)
    return ending if last.goes_on else last


def _may_be_missing(body: list[ast.stmt]) -> bool:
    """Whether a `try` asks for a package that may not be there."""
    names = [a.name for n in body if isinstance(n, ast.Import) for a in n.names]
    names += [n.module or "" for n in body if isinstance(n, ast.ImportFrom)]
    return any(n.startswith("google.colab") or package(canonical(n)) not in HARMLESS for n in names)


def _either(machine: Machine, node: ast.Try, scope: Scope) -> Ending:
    """A `try` that may go either way."""
    one, first = machine.trail.attempt(lambda: run_block(machine, node.body + node.orelse, scope))
    other, second = machine.trail.attempt(lambda: run_block(machine, node.handlers[0].body, scope))
    machine.trail.join(first, second)
    last = run_block(machine, node.finalbody, scope)
    return one.but(End.RAISE) | other if last.goes_on else last


def _match(machine: Machine, node: ast.Match, scope: Scope) -> Ending:
    machine.evaluate(node.subject, scope)
    branches = []
    ending = NORMAL
    for case in node.cases:
        for part in ast.walk(case.pattern):
            for name in (getattr(part, "name", None), getattr(part, "rest", None)):
                if isinstance(name, str):
                    machine.trail.set_item(scope.names, name, Unknown("a part of a matched value"))
        one, branch = machine.trail.attempt(lambda body=case.body: run_block(machine, body, scope))  # type: ignore[misc]
        branches.append(branch)
        ending = ending | one
    machine.trail.join(*branches, Branch({}))
    return ending


def _return(machine: Machine, node: ast.Return, scope: Scope) -> Ending:
    value = machine.evaluate(node.value, scope) if node.value is not None else None
    return Ending(frozenset({End.RETURN}), (value,))


def _raise(machine: Machine, node: ast.Raise, scope: Scope) -> Ending:
    return Ending(frozenset({End.RAISE}))


def _break(machine: Machine, node: ast.Break, scope: Scope) -> Ending:
    return Ending(frozenset({End.BREAK}))


def _continue(machine: Machine, node: ast.Continue, scope: Scope) -> Ending:
    return Ending(frozenset({End.CONTINUE}))


def _expression(machine: Machine, node: ast.Expr, scope: Scope) -> Ending:
    machine.evaluate(node.value, scope)
    return NORMAL


def _assertion(machine: Machine, node: ast.Assert, scope: Scope) -> Ending:
    machine.evaluate(node.test, scope)
    return NORMAL


def _global(machine: Machine, node: ast.Global, scope: Scope) -> Ending:
    scope.global_names.update(node.names)
    return NORMAL


def _nonlocal(machine: Machine, node: ast.Nonlocal, scope: Scope) -> Ending:
    scope.outer_names.update(node.names)
    return NORMAL


def _import(machine: Machine, node: ast.Import, scope: Scope) -> Ending:
    run_import(machine, node, scope)
    return NORMAL


def _import_from(machine: Machine, node: ast.ImportFrom, scope: Scope) -> Ending:
    run_import_from(machine, node, scope)
    return NORMAL


def _ignored(machine: Machine, node: ast.stmt, scope: Scope) -> Ending:
    return NORMAL


STATEMENTS: MappingProxyType[type[ast.stmt], Callable[..., Ending]] = MappingProxyType({
    ast.For: _for, ast.AsyncFor: _for, ast.While: _while, ast.Assign: _assign, ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented, ast.Delete: _delete, ast.FunctionDef: _function, ast.AsyncFunctionDef: _function,
    ast.ClassDef: _class, ast.With: _with, ast.AsyncWith: _with, ast.Try: _try, ast.TryStar: _try, ast.Match: _match,
    ast.Return: _return, ast.Raise: _raise, ast.Break: _break, ast.Continue: _continue, ast.Expr: _expression,
    ast.Assert: _assertion, ast.Global: _global, ast.Nonlocal: _nonlocal, ast.Import: _import,
    ast.ImportFrom: _import_from,
})
