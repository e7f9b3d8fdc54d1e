"""The symbolic values of the interpreter: what a name in the notebook may stand for.

Numbers, strings, tuples, lists, dictionaries and ranges are Python's own; everything of Keras is one of the classes
here. This module only says what they are; it must never evaluate anything.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from grader.evidence.source.architectures import Architecture
from grader.evidence.source.log import Log
from grader.records import Place, Scaling, Shape, Site, Stage


@dataclass(frozen=True)
class Spot:
    """Where a value was made, and the line that made it."""

    place: Place | None = None
    excerpt: str = ""


@dataclass(frozen=True, eq=False)
class Unknown:
    """Any value at all. `touches` are the layers and models through which it may still be changed.

    `of_library` is True for what a harmless library made: its methods are taken to change no model.
    """

    why: str = "a value that the code alone does not show"
    touches: tuple[object, ...] = ()
    of_library: bool = False


@dataclass(frozen=True, eq=False)
class Blur(Unknown):
    """First element of a list, or key of a dictionary, whose content is not known."""


class Everything:
    """Stands in `Unknown.touches` for all that the notebook made."""


EVERYTHING: Final = Everything()


@dataclass(frozen=True)
class AutoName:
    """A name that Keras gives by counting: `dense_3`. Only how it begins is known."""

    stem: str


@dataclass(frozen=True)
class LibraryName:
    """A module, class or function of a library, by its canonical dotted path."""

    path: str

    @property
    def last(self) -> str:
        return self.path.rpartition(".")[2]


@dataclass
class Scope:
    """Names of one function call or of the notebook, and the cell in which its code stands.

    `around` is what happens where the function yields: the body of the `with` that it was given to.
    """

    names: dict[str, object]
    parent: Scope | None
    top: Scope | None
    cell: int
    global_names: set[str] = field(default_factory=set)
    outer_names: set[str] = field(default_factory=set)
    owner: UserClass | None = None
    receiver: object = None
    around: Callable[[object], None] | None = None


@dataclass(eq=False)
class Function:
    """A function or lambda of the notebook with what it closes over. `cell` is where its code stands.

    `manages` where it stands under `@contextlib.contextmanager`; `remembered` holds what it gave for which arguments
    where it stands under `@functools.cache`; `setter` is what a property calls when it is assigned.
    """

    name: str
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    scope: Scope
    defaults: list[object]
    keyword_defaults: dict[str, object]
    owner: UserClass | None = None
    decorated: str = ""
    manages: bool = False
    remembered: dict[str, object] | None = None
    setter: Function | None = None
    called: bool = False
    cell: int = 0


@dataclass(frozen=True, eq=False)
class Bound:
    """A method with its object: one of the notebook's, or of a symbolic value by name."""

    receiver: object
    name: str
    function: Function | None = None


@dataclass(frozen=True, eq=False)
class Partial:
    """`functools.partial`."""

    callee: object
    positional: tuple[object, ...]
    keywords: dict[str, object]


@dataclass(eq=False)
class UserClass:
    """A class of the notebook. `bases` are UserClass, LibraryName or Unknown."""

    name: str
    bases: tuple[object, ...]
    namespace: dict[str, object]


@dataclass(frozen=True, eq=False)
class Managed:
    """What a function under `@contextlib.contextmanager` gives: its body runs around that of a `with`."""

    function: Function
    args: Args
    receiver: object = None


@dataclass(frozen=True, eq=False)
class Super:
    """`super()` inside a method."""

    receiver: object
    owner: UserClass


@dataclass(eq=False)
class Instance:
    """An object of a class of the notebook that is no Keras layer."""

    cls: UserClass
    attributes: dict[str, object] = field(default_factory=dict)


@dataclass(eq=False)
class Layer:
    """A Keras layer.

    `arguments` holds the constructor's, by name. `changed_at` is the machine's clock when `trainable` last became
    something else. `weighted` tells whether it has trainable weights at all. `cls` is set for the notebook's own.
    """

    kind: str
    name: object
    arguments: dict[str, object]
    spot: Spot
    weighted: bool = True
    trainable: object = True
    changed_at: int = 0
    cls: UserClass | None = None
    attributes: dict[str, object] = field(default_factory=dict)
    owner: Model | None = None
    tainted: str = ""


@dataclass(frozen=True)
class CompileCall:
    """What `compile` was told, and when by the machine's clock."""

    optimizer: object
    loss: object
    spot: Spot
    clock: int


@dataclass(eq=False)
class Training:
    """One stage as it was when it began. `maybe` where the code does not show whether it happens.

    `clock` is the machine's when it began, `cell` the one that was being run.
    """

    stage: Stage
    model: Model
    data: object
    batch: int | None
    trace: Trace
    clock: int
    cell: int
    maybe: bool = False


@dataclass(eq=False)
class Model(Layer):
    """A Keras model. `style` says how it is built: application, sequential, functional, subclassed or opaque.

    `members` are the layers of a sequential or subclassed model, or all layers of an application.
    """

    style: str = "opaque"
    members: list[object] = field(default_factory=list)
    inputs: tuple[object, ...] = ()
    outputs: tuple[object, ...] = ()
    architecture: Architecture | None = None
    compiled: CompileCall | Unknown | None = None
    trainings: Log[Training] = field(default_factory=lambda: Log())
    label: str = ""
    order: int = 0
    weights_from: object = None
    rate_moved: str = ""
    saved_to: frozenset[str] = frozenset()
    clone_of: Model | None = None


@dataclass(frozen=True, eq=False)
class Step:
    """One operation on image tensors.

    `kind`: `input`, `data`, `call` (of `layer`), `inner` (output of an application's layer number `index`),
    `arithmetic` (`symbol` with the number `constant`), `scaling`, `neutral` (size or type only), `augment`, `pool`,
    `flatten`, `activation`, `merge`, `select`, `other` (a library's operation), `opaque` (may be anything).
    """

    kind: str
    spot: Spot = Spot()
    layer: Layer | None = None
    training: object = None
    index: int = -1
    symbol: str = ""
    constant: float = 0.0
    name: str = ""
    scaling: Scaling = Scaling.OTHER
    arguments: dict[str, object] = field(default_factory=dict)
    site: Site | None = None
    body: tuple[Tensor, ...] = ()


@dataclass(frozen=True, eq=False)
class Tensor:
    """A symbolic or eager image tensor: its last step, and the tensors from which it comes. Shapes with batch first."""

    step: Step
    parents: tuple[Tensor, ...] = ()
    shape: Shape | None = None


@dataclass(frozen=True)
class Use:
    """A backbone inside a model.

    `path` holds the nested models around it, itself included where it was called; `index` is the layer of it whose
    output is taken (-1: its own output); `shape` that of this output.
    """

    backbone: Model
    step: Step
    training: object
    shape: Shape | None
    index: int
    path: tuple[Layer, ...] = ()


@dataclass
class Trace:
    """The way of a picture through a model. `unsure` says why there may be more in it than was seen."""

    before: list[Step] = field(default_factory=list)
    use: Use | None = None
    after: list[tuple[Step, Shape | None]] = field(default_factory=list)
    several: bool = False
    linear: bool = True
    unsure: str = ""

    @property
    def all_steps(self) -> list[Step]:
        return [*self.before, *(s for s, _ in self.after)]


@dataclass(frozen=True, eq=False)
class Dataset:
    """A stream of batches. `element` is what one step of it yields; `batch` None where not known."""

    element: object
    batch: int | None = None
    batched: bool = True


@dataclass(frozen=True, eq=False)
class Generator:
    """An ImageDataGenerator: its arguments by name."""

    arguments: dict[str, object]
    spot: Spot


@dataclass(eq=False)
class Optimizer:
    """An optimizer. `rate` is a number or Unknown; `scheduled` where it falls while training goes on."""

    name: str
    rate: object
    scheduled: bool = False


@dataclass(frozen=True, eq=False)
class Rate:
    """The learning rate variable of an optimizer."""

    optimizer: Optimizer


@dataclass(frozen=True)
class Schedule:
    """A learning rate schedule, by the rate with which it begins."""

    initial: object


@dataclass(frozen=True)
class LossValue:
    """A loss object or function, in Keras's snake case."""

    name: str
    from_logits: bool | None = False


@dataclass(frozen=True, eq=False)
class History:
    """What `fit` returns. `epochs` None where callbacks may have stopped it early."""

    epochs: range | None
    model: Model


@dataclass(frozen=True, eq=False)
class Weights:
    """A list of a model's variables. `trainable_only` for `trainable_variables`."""

    owner: Layer
    trainable_only: bool = True


@dataclass(frozen=True, eq=False)
class Callback:
    """A Keras callback by its class name."""

    kind: str
    arguments: dict[str, object]


@dataclass(frozen=True)
class TrainingFlag:
    """The `training` argument that Keras hands to a model's own `call`."""


@dataclass
class Args:
    """Arguments of a call. `opaque` says why there may be more of them than are listed."""

    positional: list[object] = field(default_factory=list)
    keywords: dict[str, object] = field(default_factory=dict)
    opaque: str = ""

    def bind(self, *names: str) -> dict[str, object]:
        """Arguments by name; positional ones take `names` in order."""
        bound = {(names[i] if i < len(names) else f"argument {i + 1}"): v for i, v in enumerate(self.positional)}
        bound.update(self.keywords)
        return bound

    @property
    def all(self) -> list[object]:
        return [*self.positional, *self.keywords.values()]
