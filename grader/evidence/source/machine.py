"""The state of one interpretation and the bounds within which it stays; what every part of the interpreter is handed.

In: the notebook's cells. Holds: names, events, remarks, the budget of steps. Never executes anything of the notebook.
"""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from grader.evidence.source.log import Log
from grader.evidence.source.trail import Branch, Trail
from grader.evidence.source.values import (
    EVERYTHING,
    Args,
    Blur,
    Dataset,
    Everything,
    Function,
    Instance,
    Layer,
    LibraryName,
    Managed,
    Model,
    Scope,
    Spot,
    Tensor,
    Unknown,
    UserClass,
)
from grader.records import Place, Trainable

STEP_LIMIT = 150_000
"""Evaluated nodes in one notebook; about a second."""
CALL_DEPTH = 14
NODE_DEPTH = 90
SIZE_LIMIT = 20_000
"""Characters or elements of the longest constant that is kept."""
EXCERPT_LIMIT = 200
TRAINED_AS = (("attribute", "trainable"), ("attribute", "compiled"))
"""Places of a layer or model, as the trail keeps them, that decide how it is trained."""


class OutOfSteps(Exception):
    """The notebook does more than is followed."""


@dataclass
class Freezing:
    """A backbone's `trainable` was set; `became` None where what it became is not known."""

    backbone: Model
    became: Trainable | None
    spot: Spot
    settled: bool = False
    maybe: bool = False


@dataclass
class Made:
    """A layer or model was made."""

    value: Layer
    maybe: bool = False


@dataclass
class Random:
    """A random transformation was defined: a layer, an argument of a generator, or a function of tf.image."""

    kind: str
    arguments: dict[str, object]
    spot: Spot
    generator: bool = False
    maybe: bool = False


@dataclass(eq=False)
class Machine(ABC):
    """One interpretation."""

    lines: dict[int, list[str]]
    trail: Trail = field(default_factory=Trail)
    spots: dict[tuple[int, int, int], Spot] = field(default_factory=dict)
    steps: int = 0
    clock: int = 0
    calls: int = 0
    nodes: int = 0
    uncertain_since: list[int] = field(default_factory=list)
    """For each loop of unknown length that is being run: how many models there were when it began."""
    forks: int = 0
    tracing: list[Layer] = field(default_factory=list)
    """Layers whose own `call` is being followed, to see what is inside: nothing trains meanwhile."""
    remarks: dict[str, None] = field(default_factory=dict)
    opaque: dict[str, None] = field(default_factory=dict)
    """Why there may be more in the notebook than was seen."""
    unresolved: dict[str, None] = field(default_factory=dict)
    """Why calls are not followed: any of them may run code of the notebook that is not seen to be run."""
    models: list[Model] = field(default_factory=list)
    trained: list[Model] = field(default_factory=list)
    last_loss: object = None
    last_data: object = None
    layers: list[Layer] = field(default_factory=list)
    functions: list[Function] = field(default_factory=list)
    handed_over: list[Function] = field(default_factory=list)
    """Functions that something which is not followed may be calling just now."""
    loaded: Log[Made] = field(default_factory=Log)
    freezings: Log[Freezing] = field(default_factory=Log)
    freezings_told: int = 0
    """Freezings before the last compile or training: their places are closed."""
    randoms: Log[Random] = field(default_factory=Log)
    top: Scope = field(default_factory=lambda: Scope({}, None, None, 0))

    # ------------------------------------------------------------------ what the interpreter does

    @abstractmethod
    def evaluate(self, node: ast.AST, scope: Scope) -> object:
        """The symbolic value of an expression."""

    @abstractmethod
    def run_block(self, body: list[ast.stmt], scope: Scope) -> object:
        """Runs statements; returns how they ended (`statements.Ending`)."""

    @abstractmethod
    def call(self, callee: object, args: Args, spot: Spot) -> object:
        """The symbolic value of a call."""

    @abstractmethod
    def around(self, manager: object, body: Callable[[object], None], spot: Spot) -> None:
        """Runs the body of a `with`, given what is entered, between what its manager does before and after it."""

    @abstractmethod
    def attribute(self, value: object, name: str) -> object:
        """The symbolic value of `value.name`."""

    @abstractmethod
    def assign(self, target: ast.Attribute | ast.Subscript, value: object, scope: Scope) -> None:
        """`target.name = value` or `target[index] = value`."""

    @abstractmethod
    def set_attribute(self, owner: object, name: str, value: object, spot: Spot) -> None:
        """`owner.name = value`."""

    # ------------------------------------------------------------------ bounds and places

    def tick(self, cost: int = 1) -> None:
        self.steps += cost
        if self.steps > STEP_LIMIT:
            raise OutOfSteps

    def spot(self, node: ast.AST, scope: Scope) -> Spot:
        """Where a node stands, with the source lines of it."""
        line = getattr(node, "lineno", None)
        if line is None:
            return Spot()
        key = (scope.cell, line, getattr(node, "end_lineno", None) or line)
        if key not in self.spots:
            self.spots[key] = self._spot(*key)
        return self.spots[key]

    def _spot(self, cell: int, line: int, last: int) -> Spot:
        lines = self.lines.get(cell, [])
        kept: list[str] = []
        for text in lines[line - 1:min(last, line + 12)]:
            kept.append(text.strip()[:EXCERPT_LIMIT])
            if sum(map(len, kept)) > EXCERPT_LIMIT:
                break
        return Spot(Place(cell=cell, line=line), "\n".join(k for k in kept if k)[:EXCERPT_LIMIT])

    def remark(self, text: str) -> None:
        if len(self.remarks) < 40:
            self.remarks.setdefault(text)

    def define(self, random: Random) -> None:
        """Notes a random transformation, once for each place and arguments."""
        for other in self.randoms[-50:]:
            if (other.kind, other.spot) == (random.kind, random.spot) and other.arguments == random.arguments:
                return
        self.trail.log(self.randoms, random)

    # ------------------------------------------------------------------ what may have been changed

    def taint(self, values: Iterable[object], why: str) -> None:
        """Whatever can be reached from `values` may have been changed."""
        for layer in self.reachable(values):
            self.taint_layer(layer, why)

    def taint_layer(self, layer: Layer, why: str) -> None:
        self.tick()
        self.trail.set_attribute(layer, "trainable", Unknown(why))
        self.trail.set_attribute(layer, "tainted", why)
        if isinstance(layer, Model):
            self.trail.set_attribute(layer, "compiled", Unknown(why))
            for member in layer.members:
                if isinstance(member, Layer):
                    self.trail.set_attribute(member, "trainable", Unknown(why))
                    self.tick()

    def taint_changed(self, branch: Branch, why: str) -> None:
        """What a branch froze, thawed or compiled is not known from here on: nobody knows when it is run."""
        for change, _ in list(branch.changes.values()):
            if isinstance(change.target, Layer) and change.key in TRAINED_AS:
                self.taint_layer(change.target, why)

    def distrust(self, why: str) -> None:
        """Something may have changed anything: exec, eval, a patched library."""
        self.opaque.setdefault(why)
        for layer in (*self.layers, *self.models):
            self.taint_layer(layer, why)
        for name, value in list(self.top.names.items()):
            if not isinstance(value, LibraryName):
                self.trail.set_item(self.top.names, name, Unknown(why, (EVERYTHING,)))

    def reachable(self, values: Iterable[object]) -> list[Layer]:
        """Layers and models inside `values`, at any depth that matters."""
        found: dict[int, Layer] = {}
        seen: set[int] = set()
        queue = list(values)
        while queue and len(seen) < 2000:
            value = queue.pop()
            if id(value) in seen or isinstance(value, (str, int, float)) or value is None:
                continue
            seen.add(id(value))
            if isinstance(value, Everything):
                return [*self.layers, *self.models]
            if isinstance(value, Layer):
                found[id(value)] = value
            queue.extend(_inside(value))
        self.tick(len(seen) // 4)
        return list(found.values())

    def blur(self, owner: dict[object, object], why: str, *values: object) -> None:
        """Which keys a dictionary has, and what any of them holds, is not known from here on."""
        touches = tuple(self.reachable([*owner.values(), *values]))
        for key in list(owner):
            self.trail.set_item(owner, key, Unknown(why, touches))  # type: ignore[arg-type]
        self.trail.set_item(owner, "", Blur(why, touches))  # type: ignore[arg-type]

    def unknown(self, why: str, *values: object) -> Unknown:
        """An unknown value through which the layers in `values` may be changed."""
        touches: list[object] = list(self.reachable(values)) if values else []
        if any(isinstance(v, Unknown) and EVERYTHING in v.touches for v in values):
            touches = [EVERYTHING]
        first = values[0] if values else None
        return Unknown(why, tuple(touches), isinstance(first, Unknown) and first.of_library)


def _inside(value: object) -> Iterator[object]:
    """What can be reached from a value in one step."""
    if isinstance(value, (list, tuple, set, frozenset)):
        yield from list(value)[:500]
    elif isinstance(value, dict):
        yield from list(value.values())[:500]
    elif isinstance(value, Unknown):
        yield from value.touches
    elif isinstance(value, Model) and value.style != "application":
        yield from value.members
        yield from value.outputs
        yield from value.attributes.values()
    elif isinstance(value, (Layer, Instance)):
        yield from value.attributes.values()
    elif isinstance(value, Tensor):
        yield from value.parents
        yield value.step.layer
        yield from value.step.body
    elif isinstance(value, Managed):
        yield from value.args.all
    elif isinstance(value, Dataset):
        return
    elif isinstance(value, UserClass):
        yield from value.namespace.values()
    elif hasattr(value, "receiver"):
        yield value.receiver
    elif hasattr(value, "owner"):
        yield value.owner


def is_blurred(value: object) -> bool:
    """True for a list or dictionary whose content is not known."""
    if isinstance(value, list):
        return bool(value) and isinstance(value[0], Blur)
    return isinstance(value, dict) and "" in value and isinstance(value[""], Blur)
