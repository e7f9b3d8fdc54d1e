"""The interpreter: evaluates, runs, calls, reads and sets attributes, each by the kind of value before it.

In: syntax trees of cells. Out: the machine's events. Never executes the notebook's code, never recurses without bound.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace

from grader.evidence.source import builtin_calls, contexts, datasets, layers, models, training
from grader.evidence.source.doubt import perhaps_run
from grader.evidence.source.expressions import EVALUATORS, bind
from grader.evidence.source.functions import call_function, find_in_class, find_super, instantiate
from grader.evidence.source.library import call_library
from grader.evidence.source.machine import NODE_DEPTH, Machine
from grader.evidence.source.model_methods import model_method
from grader.evidence.source.names import canonical
from grader.evidence.source.operations import is_key
from grader.evidence.source.statements import Ending, run_block
from grader.evidence.source.tensors import first_tensor
from grader.evidence.source.values import (
    EVERYTHING,
    Args,
    AutoName,
    Blur,
    Bound,
    Dataset,
    Function,
    Generator,
    History,
    Instance,
    Layer,
    LibraryName,
    LossValue,
    Managed,
    Model,
    Optimizer,
    Partial,
    Rate,
    Scope,
    Spot,
    Step,
    Super,
    Tensor,
    Unknown,
    UserClass,
    Weights,
)

PROPERTIES = frozenset({"property", "cached_property"})
TENSOR_METHODS_NEUTRAL = frozenset({"numpy", "astype", "copy", "cpu", "ravel", "squeeze", "with_shape"})


class Interpreter(Machine):
    """A Machine that knows what to do with every value."""

    def evaluate(self, node: ast.AST, scope: Scope) -> object:
        self.tick()
        evaluator = EVALUATORS.get(type(node))
        if evaluator is None or self.nodes > NODE_DEPTH:
            return Unknown("an expression that is not followed")
        self.nodes += 1
        try:
            return evaluator(self, node, scope)
        finally:
            self.nodes -= 1

    def run_block(self, body: list[ast.stmt], scope: Scope) -> Ending:
        return run_block(self, body, scope)

    def around(self, manager: object, body: Callable[[object], None], spot: Spot) -> None:
        contexts.around(self, manager, body, spot)

    # ------------------------------------------------------------------ attributes

    def attribute(self, value: object, name: str) -> object:
        if isinstance(value, LibraryName):
            return LibraryName(canonical(f"{value.path}.{name}")) if len(value.path) < 300 else Unknown("a long name")
        if isinstance(value, Layer):
            return models.layer_attribute(self, value, name)
        if isinstance(value, Instance):
            return self._instance_attribute(value, name)
        if isinstance(value, UserClass):
            found = find_in_class(value, name)
            if isinstance(found, Function) and found.decorated == "classmethod":
                return Bound(value, name, found)
            return found if found is not None else LibraryName(f"builtins.{name}") if name == "__name__" else Unknown(
                f"`{name}` of a class")
        if isinstance(value, Super):
            return find_super(value, name)
        if isinstance(value, Unknown):
            return value
        if isinstance(value, Optimizer):
            return Rate(value) if name in ("learning_rate", "lr", "_learning_rate") else Bound(value, name)
        if isinstance(value, History):
            return self._history_attribute(value, name)
        if isinstance(value, Tensor) and name == "shape":
            sizes = value.shape or ()
            return tuple(Unknown("a size") if n is None else n for n in sizes) or Unknown("a shape")
        if isinstance(value, Dataset) and name in ("class_names", "class_indices", "classes", "samples", "file_paths",
                                                   "element_spec", "filenames", "labels"):
            return Unknown("a fact about the data")
        return Bound(value, name)

    def _instance_attribute(self, value: Instance, name: str) -> object:
        if name in value.attributes:
            return value.attributes[name]
        found = find_in_class(value.cls, name)
        if found is None and isinstance(getter := find_in_class(value.cls, "__getattr__"), Function):
            return call_function(self, getter, Args([value, name]), value)
        if not isinstance(found, Function):
            return found if found is not None else self.unknown(f"`{name}` of an object", value)
        if found.decorated in PROPERTIES:
            result = call_function(self, found, Args([value]), value)
            if found.decorated == "cached_property":
                self.trail.set_item(value.attributes, name, result)
            return result
        if found.decorated == "classmethod":
            return Bound(value.cls, name, found)
        return found if found.decorated == "staticmethod" else Bound(value, name, found)

    def _history_attribute(self, value: History, name: str) -> object:
        if name == "epoch":
            short = value.epochs is not None and len(value.epochs) < 5000
            return list(value.epochs or ()) if short else Unknown("epochs run")
        return value.model if name == "model" else Unknown("what the training reached")

    # ------------------------------------------------------------------ assignment

    def assign(self, target: ast.Attribute | ast.Subscript, value: object, scope: Scope) -> None:
        owner = self.evaluate(target.value, scope)
        if isinstance(target, ast.Attribute):
            self.set_attribute(owner, target.attr, value, self.spot(target, scope))
            return
        index = self.evaluate(target.slice, scope)
        if isinstance(owner, Unknown) and owner.of_library and isinstance(value, Tensor) and isinstance(
                target.value, ast.Name):
            filled = Tensor(Step("neutral", self.spot(target, scope), name="filled"), (value,), None)
            bind(self, target.value, filled, scope)
            return
        self._set_item(owner, index, value)

    def set_attribute(self, owner: object, name: str, value: object, spot: Spot) -> None:
        if isinstance(owner, (Layer, Instance)) and owner.cls is not None and self._set_by_class(owner, name, value):
            return
        if isinstance(owner, Layer):
            if name == "trainable":
                models.set_trainable(self, owner, value, spot)
            elif name in ("inputs", "outputs", "layers", "call", "fit", "train_step", "compile"):
                self.taint([owner], f"`{name}` of a model is replaced")
            else:
                self.trail.set_item(owner.attributes, name, value)
        elif isinstance(owner, Instance):
            self.trail.set_item(owner.attributes, name, value)
        elif isinstance(owner, UserClass):
            self.trail.set_item(owner.namespace, name, value)
        elif isinstance(owner, Optimizer) and name in ("learning_rate", "lr"):
            self.trail.set_attribute(owner, "rate", value)
        elif isinstance(owner, LibraryName):
            self._patch(owner, name, spot)
        elif name == "trainable" and not self.reachable([owner]):
            self.taint(self.models, "`trainable` of something that the code alone does not show was changed")
        elif isinstance(owner, Unknown):
            self.taint([owner], "something that the code alone does not show was changed")

    def _set_by_class(self, owner: Layer | Instance, name: str, value: object) -> bool:
        """Whether the class has code of its own for what is assigned to an attribute; it is run."""
        found, general = (find_in_class(owner.cls, n) if owner.cls is not None else None for n in (name, "__setattr__"))
        if isinstance(general, Function):
            call_function(self, general, Args([owner, name, value]), owner)
        elif isinstance(found, Function) and found.setter is not None:
            call_function(self, found.setter, Args([owner, value]), owner)
        else:
            return False
        return True

    def _patch(self, owner: LibraryName, name: str, spot: Spot) -> None:
        """A library's own function is replaced: nothing of that library can be trusted from here on."""
        path = canonical(f"{owner.path}.{name}")
        if not path.startswith(("keras", "tensorflow", "builtins", "numpy")):
            return
        self.remark(f"{spot.place}: `{path}` is replaced by the notebook's own code.")
        self.distrust(f"`{path}` is replaced ({spot.place})")
        self.trail.set_item(self.top.names, f"patched {path}", Unknown(f"`{path}` is replaced", (EVERYTHING,)))

    def _set_item(self, owner: object, index: object, value: object) -> None:
        if isinstance(owner, list) and isinstance(index, int) and -len(owner) <= index < len(owner):
            changed = list(owner)
            changed[index] = value
            self.trail.set_content(owner, changed)
        elif isinstance(owner, list):
            self.trail.set_content(owner, [Blur("it was changed at an unknown place", tuple(owner))])
        elif isinstance(owner, dict) and is_key(index):
            self.trail.set_item(owner, index, value)
        elif isinstance(owner, dict):
            self.blur(owner, "a dictionary changed at an unknown place", value)
        elif isinstance(owner, Unknown) and EVERYTHING in owner.touches:
            self.distrust("names are set through a dictionary of all names")
        elif isinstance(owner, (Unknown, Layer)):
            self.taint([owner], "something that the code alone does not show was changed")

    # ------------------------------------------------------------------ calls

    def call(self, callee: object, args: Args, spot: Spot) -> object:
        self.tick()
        if self.nodes > NODE_DEPTH:
            self.taint(args.all, "calls nest too deeply to be followed")
            return self.unknown("calls nest too deeply to be followed", *args.all)
        self.nodes += 1
        try:
            return self._call(callee, args, spot)
        finally:
            self.nodes -= 1

    def _call(self, callee: object, args: Args, spot: Spot) -> object:
        if isinstance(callee, LibraryName):
            return call_library(self, callee.path, args, spot)
        if isinstance(callee, Function):
            return call_function(self, callee, args)
        if isinstance(callee, Layer):
            return layers.call_layer(self, callee, args, spot)
        if isinstance(callee, Bound):
            return self._call_method(callee, args, spot)
        if isinstance(callee, UserClass):
            return instantiate(self, callee, args, spot)
        if isinstance(callee, Partial):
            merged = Args([*callee.positional, *args.positional], {**callee.keywords, **args.keywords}, args.opaque)
            return self.call(callee.callee, merged, spot)
        if isinstance(callee, Instance):
            method = find_in_class(callee.cls, "__call__")
            if isinstance(method, Function):
                return call_function(self, method, replace(args, positional=[callee, *args.positional]), callee)
        if isinstance(callee, LossValue):
            self.last_loss = callee
            return callee
        return self._call_unknown(callee, args, spot)

    def _call_unknown(self, callee: object, args: Args, spot: Spot) -> object:
        why = callee.why if isinstance(callee, Unknown) else "a call that is not followed"
        perhaps_run(self, [callee, *args.all])
        if isinstance(callee, Unknown) and callee.of_library:
            given = first_tensor(args.positional)
            if given is not None:
                return Tensor(Step("opaque", spot, name=why), (given,), None)
            return replace(self.unknown(why, *args.all), of_library=True)
        self.unresolved.setdefault(why)
        self.taint([callee, *args.all], why)
        given = next((a for a in args.positional if isinstance(a, Tensor)), None)
        if given is not None:
            return Tensor(Step("opaque", spot, name=why), (given,), None)
        return self.unknown(why, callee, *args.all)

    def _call_method(self, callee: Bound, args: Args, spot: Spot) -> object:
        receiver, name = callee.receiver, callee.name
        if callee.function is not None:
            if callee.function.decorated == "staticmethod":
                return call_function(self, callee.function, args)
            with_self = replace(args, positional=[receiver, *args.positional])
            return call_function(self, callee.function, with_self, receiver)
        if name.startswith("super "):
            return self._call_super(receiver, name.removeprefix("super "), args, spot)
        if isinstance(receiver, Layer):
            return model_method(self, receiver, name, args, spot)
        if isinstance(receiver, Dataset):
            return datasets.dataset_method(self, receiver, name, args, spot)
        if isinstance(receiver, Generator):
            return datasets.generator_method(self, receiver, name, args, spot)
        if isinstance(receiver, Tensor):
            return self._tensor_method(receiver, name, args, spot)
        if isinstance(receiver, Optimizer):
            if name in ("apply_gradients", "apply", "minimize"):
                training.apply_gradients(self, receiver, args, spot)
            return None
        if isinstance(receiver, (Weights, Instance, History)):
            return self._call_unknown(self.unknown("a method that is not followed", receiver), args, spot)
        if isinstance(receiver, Managed):
            return self._call_unknown(receiver, args, spot)
        if isinstance(receiver, (list, dict, str, tuple, int, float, Rate, AutoName)):
            return builtin_calls.plain_method(self, receiver, name, args, spot)
        return self.unknown("a method that is not followed", *args.all)

    def _call_super(self, receiver: object, name: str, args: Args, spot: Spot) -> object:
        if name == "__init__":
            if isinstance(receiver, Model) and receiver.style == "sequential":
                models.make_sequential(self, args, spot, receiver)
            elif isinstance(receiver, Model) and ("inputs" in args.keywords or len(args.positional) >= 2):
                made = models.make_model(self, args, spot)
                self.models.remove(made)
                receiver.style, receiver.inputs, receiver.outputs = made.style, made.inputs, made.outputs
            return None
        if name == "__setattr__" and isinstance(receiver, Instance) and len(args.positional) == 2:
            self.trail.set_item(receiver.attributes, str(args.positional[0]), args.positional[1])
            return None
        if isinstance(receiver, Layer) and name != "call":
            return model_method(self, receiver, name, args, spot)
        return self.unknown("a method of a base class", receiver, *args.all)

    def _tensor_method(self, value: Tensor, name: str, args: Args, spot: Spot) -> object:
        if name in TENSOR_METHODS_NEUTRAL:
            return Tensor(Step("neutral", spot, name=name), (value,), value.shape)
        if name in ("reshape", "transpose", "resize"):
            return Tensor(Step("neutral", spot, name=name), (value,), None)
        if name in ("min", "max", "mean", "sum", "any", "all", "item", "tolist", "argmax", "get_shape", "std"):
            return Unknown("numbers from data")
        return Tensor(Step("other", spot, name=name), (value,), None)
