"""Hooks on Keras's Layer: calls, changes of `trainable`, and constructors of augmentation layers and models.

In: the classes as they are loaded. Out: events `trainable`, `augmentation`, `pipeline_call` and `awake`; traces; call
arguments.
It must never change a call's arguments or result.
"""

from __future__ import annotations

import inspect
import sys
import weakref
from collections.abc import Callable
from typing import Any

from recorder_core import Recorder, is_symbolic, shape_of, wrap
from recorder_data import graph_tokens, in_graph
from recorder_details import AUGMENTATIONS, SCALERS, details, is_keras
from recorder_graph import flat, functional_of, node_of
from recorder_models import Models
from recorder_registry import all_layers, state_of
from recorder_trace import ObservedCall, Trace, as_array, has_values, statistics

_PLAIN, _CONTAINER, _STEP = 0, 1, 2


class LayerHooks:
    """Wraps what Layer does for every subclass."""

    def __init__(self, recorder: Recorder, models: Models) -> None:
        self._recorder = recorder
        self._models = models
        self._kinds: dict[type, int] = {}
        self._told: set = set()
        self._pending: dict[str, Any] = {}
        self._made = 0
        self.calls: Any = None
        recorder.before_event.append(self.flush_trainable)
        recorder.places.when_cell_ends.append(lambda: recorder.attempt("trainable", self.flush_trainable))

    def install(self, layer_class: Any) -> None:
        """Hooks calls and `trainable`."""
        wrap(layer_class, "__call__", self._call)
        original = layer_class.__dict__.get("trainable")
        if isinstance(original, property) and original.fset is not None:
            layer_class.trainable = property(
                original.fget, self._setter(original.fset), original.fdel, original.__doc__
            )

    def install_model(self, trainer_class: Any) -> None:
        """Remembers where each model is made."""
        recorder = self._recorder

        def make(original: Callable[..., Any]) -> Callable[..., Any]:
            def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
                original(self, *args, **kwargs)
                if not recorder.now.constructing and not recorder.now.training:
                    recorder.attempt("model", lambda: recorder.registry.model(self, recorder.places.here()))

            return __init__

        wrap(trainer_class, "__init__", make)

    # ------------------------------------------------------------------ calls

    def _call(self, original: Callable[..., Any]) -> Callable[..., Any]:
        recorder, now = self._recorder, self._recorder.now

        def __call__(self_: Any, *args: Any, **kwargs: Any) -> Any:
            kind = self._kind(self_)
            if now.trace is None and kind == _PLAIN:
                return original(self_, *args, **kwargs)
            if kind == _CONTAINER and self.calls is not None and not now.training and not now.containers:
                few = recorder.attempt("few", self.calls.fewer, self_, args, kwargs)
                if few is not None:
                    result = __call__(self_, few, **kwargs)
                    longer = recorder.attempt("few", self.calls.lengthen, self_, result, args[0])
                    if longer is not None:
                        return longer
            value = args[0] if args else next(iter(kwargs.values()), None)
            started = recorder.attempt("call", self._before, self_, value, args, kwargs)
            if kind == _STEP and now.containers and now.containers[0][1] == "false":
                recorder.attempt("awake", self._tell_awake, self_, args, kwargs)
            if kind == _CONTAINER:
                now.containers.append((self_, _training(args, kwargs)))
            now.stepping += kind == _STEP
            try:
                result = original(self_, *args, **kwargs)
            finally:
                now.stepping -= kind == _STEP
                if kind == _CONTAINER:
                    now.containers.pop()
                if started is not None and started["inside"]:
                    started["trace"].inside -= 1
                if started is not None and started["own_trace"]:
                    now.trace = None
            recorder.attempt("called", self._after, self_, value, result, started, args, kwargs)
            return result

        return __call__

    def _kind(self, layer: Any) -> int:
        kind = self._kinds.get(type(layer))
        if kind is None:
            name = type(layer).__name__
            inner = hasattr(type(layer), "layers") or name == "Lambda" or not is_keras(layer)
            kind = _CONTAINER if inner else _STEP if name in AUGMENTATIONS or name in SCALERS else _PLAIN
            self._kinds[type(layer)] = kind
        return kind

    def _before(self, layer: Any, value: Any, args: Any, kwargs: Any) -> dict[str, Any]:
        now = self._recorder.now
        symbolic = is_symbolic(value)
        traced = symbolic or in_graph() or not has_values(value)
        own_trace = False
        if now.trace is None and not now.containers and not now.training and not traced:
            own_trace = self._start_own_trace(layer, value, args, kwargs)
        trace: Trace | None = None if traced else now.trace
        started = {"trace": trace, "inside": False, "own_trace": own_trace, "symbolic": symbolic, "observed": None}
        if trace is None:
            return started
        if trace.inside == 0 and trace.is_backbone(layer):
            self._note_pair(trace, layer, args, kwargs)
        trace.saw_input(layer, value)
        if trace.inside == 0 and not trace.full and self._is_step_of_trace(trace, layer):
            started["observed"] = ObservedCall(layer)
            trace.calls.append(started["observed"])
            if trace.is_backbone(layer):
                trace.inside += 1
                started["inside"] = True
        return started

    def _is_step_of_trace(self, trace: Trace, layer: Any) -> bool:
        if type(layer).__name__ == "InputLayer":
            return False
        if trace.is_backbone(layer):
            return True
        return len(all_layers(layer)) == 1

    def _note_pair(self, trace: Trace, layer: Any, args: Any, kwargs: Any) -> None:
        containers = self._recorder.now.containers
        if not containers or is_keras(containers[-1][0]) or functional_of(containers[-1][0]) is not None:
            return
        outer = next((given for _, given in reversed(containers) if given != "not_given"), "not_given")
        trace.pairs.append({"outer": outer, "training": _training(args, kwargs), **self._recorder.places.here()})

    def _start_own_trace(self, layer: Any, value: Any, args: Any, kwargs: Any) -> bool:
        """Watches the first call in training mode outside of `fit`: what a hand-written loop does."""
        if _training(args, kwargs) != "true" or not hasattr(layer, "layers") or as_array(value) is None:
            return False
        info = self._recorder.registry.model(layer)
        if info.trace is not None or self._recorder.registry.backbone_of(layer) is not None:
            return False
        found = self._models.describe(layer)
        if not found.has_backbone:
            return False
        info.trace = self._recorder.now.trace = Trace(self._recorder.registry, layer, found.info, clones=found.layers)
        return True

    def _after(self, layer: Any, value: Any, result: Any, started: Any, args: Any, kwargs: Any) -> None:
        if started is None:
            return
        if started["symbolic"]:
            if hasattr(layer, "layers"):
                self._note_call(result, args, kwargs)
            return
        trace = started["trace"]
        if trace is None and self._recorder.registry.backbone_of(layer) is not None:
            self._tell_features(layer, value, result)
            return
        if trace is not None:
            trace.saw_output(started["observed"], layer, result)
            if started["own_trace"]:
                trace.forget_values()
            return
        if type(layer).__name__ in AUGMENTATIONS or type(layer).__name__ in SCALERS:
            self._tell_pipeline(layer, value, args, kwargs)

    def _note_call(self, result: Any, args: Any, kwargs: Any) -> None:
        """Remembers the arguments with which a model was called to build another one."""
        node = node_of(flat(result)[0])
        if node is not None:
            self._models.calls[id(node)] = (node, {"training": _training(args, kwargs),
                                                   **self._recorder.places.here()})  # fmt: skip

    def _tell_features(self, layer: Any, value: Any, result: Any) -> None:
        """A backbone called by itself on pictures: perhaps to train something else on its features."""
        now, place = self._recorder.now, self._recorder.places.here()
        if now.training or now.containers or (id(layer), place["cell"], place["line"]) in self._told:
            return
        self._told.add((id(layer), place["cell"], place["line"]))
        info = self._recorder.registry.backbone_of(layer)
        self._recorder.emit("features", place, backbone=info.key if info else "", model="", how="call",
                            shapes=[shape_of(result)], entered=statistics(value))  # fmt: skip

    def _tell_pipeline(self, layer: Any, value: Any, args: Any, kwargs: Any) -> None:
        """A step of the data pipeline: a layer that is called on data, outside of any transfer model."""
        now, registry = self._recorder.now, self._recorder.registry
        if now.training or now.constructing:
            return
        if any(registry.backbones_among(all_layers(c)) for c, _ in now.containers):
            return
        place, graphs = self._recorder.places.here(), graph_tokens()
        given = [_training(args, kwargs), *(training for _, training in reversed(now.containers))]
        training = next((x for x in given if x != "not_given"), "not_given")
        identity = (id(layer), tuple(graphs), place["cell"], place["line"], training, now.reading)
        if identity in self._told:
            return
        self._told.add(identity)
        made = self._models.augmentations.get(id(layer))
        self._recorder.emit("pipeline_call", place, layer=details(layer), made=made[1] if made else None,
                            training=training, graphs=graphs, reading=now.reading, shape=shape_of(value))  # fmt: skip

    def _tell_awake(self, layer: Any, args: Any, kwargs: Any) -> None:
        """A random layer that is called as in training while its model predicts."""
        outermost = self._recorder.now.containers[0][0]
        if type(layer).__name__ not in AUGMENTATIONS or _training(args, kwargs) != "true":
            return
        if hasattr(outermost, "predict") and (id(outermost), "awake") not in self._told:
            self._told.add((id(outermost), "awake"))
            key = self._recorder.registry.model(outermost).key
            self._recorder.emit("awake", self._recorder.places.here(), model=key, layer=details(layer))

    # ------------------------------------------------------------------ trainable

    def _setter(self, original: Callable[..., Any]) -> Callable[..., Any]:
        recorder, now = self._recorder, self._recorder.now

        def set_trainable(layer: Any, value: Any) -> None:
            now.setting += 1
            try:
                original(layer, value)
            finally:
                now.setting -= 1
            if now.setting == 0 and now.constructing == 0 and now.training == 0:
                recorder.attempt("trainable", self._changed, layer, value)

        return set_trainable

    def _changed(self, layer: Any, value: Any) -> None:
        """Holds the change back: a loop over layers is told as one event, with what it came to in the end."""
        if not self._recorder.registry.backbones:
            return
        place = self._recorder.places.here()
        if self._pending and self._pending["place"] != place:
            self.flush_trainable()
        if not self._pending:
            self._pending = {"place": place, "layers": [], "value": value}
        self._pending["layers"].append(layer)
        self._pending["value"] = value

    def flush_trainable(self) -> None:
        """Tells the changes held back, where they concern a backbone."""
        pending, self._pending = self._pending, {}
        if not pending:
            return
        touched = {id(part) for layer in pending["layers"] for part in all_layers(layer)}
        states = []
        for info in self._recorder.registry.backbones:
            layers = info.layers
            if touched & {id(layer) for layer in layers}:
                states.append({"key": info.key, **state_of(layers)})
        if not states:
            return
        first = pending["layers"][0]
        self._recorder.emit(
            "trainable", pending["place"], value=repr(pending["value"])[:40], count=len(pending["layers"]),
            target=str(getattr(first, "name", "")), target_class=type(first).__name__, backbones=states,
        )  # fmt: skip

    # ------------------------------------------------------------------ augmentation

    def install_augmentations(self, module: Any) -> None:
        """Wraps the constructors of the augmentation layers that a module defines."""
        for name, thing in list(vars(module).items()):
            own = inspect.isclass(thing) and thing.__module__ == module.__name__ and "__init__" in vars(thing)
            if own and name in AUGMENTATIONS:
                wrap(thing, "__init__", self._constructor)

    def _constructor(self, original: Callable[..., Any]) -> Callable[..., Any]:
        signature = inspect.signature(original)
        recorder, now = self._recorder, self._recorder.now

        def __init__(layer: Any, *args: Any, **kwargs: Any) -> None:
            now.making += 1
            try:
                original(layer, *args, **kwargs)
            finally:
                now.making -= 1
            if now.making == 0 and not now.constructing:
                restored = sys._getframe(1).f_code.co_name == "from_config"
                recorder.attempt("augmentation", self._record_made, signature, layer, args, kwargs, restored)

        return __init__

    def _record_made(self, signature: Any, layer: Any, args: Any, kwargs: Any, restored: bool) -> None:
        """What a loaded or cloned model consists of (`restored`) was made before: it is known, but not told again."""
        place = self._recorder.places.here()
        if place["line"] is None:
            return
        given: list[Any] = list(signature.bind(layer, *args, **kwargs).arguments.items())[1:]
        arguments = {k: str(v)[:80] for k, v in given if k not in ("kwargs", "name")}
        self._made += 1
        made = {"key": f"a{self._made}", "kind": type(layer).__name__, "arguments": arguments, **place}
        self._models.augmentations[id(layer)] = (weakref.ref(layer), made)
        if not restored:
            self._recorder.emit("augmentation", place, made=made)


def _training(args: Any, kwargs: Any) -> str:
    """The `training` argument of a call, as written: `true`, `false`, `not_given`, or `passed_on` for a tensor."""
    value = kwargs.get("training", args[1] if len(args) > 1 and isinstance(args[1], bool) else None)
    if value is None:
        return "not_given"
    if isinstance(value, (bool, int)):
        return "true" if value else "false"
    return "passed_on"
