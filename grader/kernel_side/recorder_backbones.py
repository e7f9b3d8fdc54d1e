"""Hooks on `keras.applications`: constructors of pretrained networks, and their `preprocess_input`.

In: modules of keras.applications as they are loaded. Out: events `backbone` and `preprocess`.
It must never change what these functions return.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from recorder_core import Recorder, is_symbolic, shape_of, wrap
from recorder_graph import ancestors, operation_of
from recorder_registry import digest, weights_of

MODULES = ("convnext", "densenet", "efficientnet", "efficientnet_v2", "imagenet_utils", "inception_resnet_v2",
           "inception_v3", "mobilenet", "mobilenet_v2", "mobilenet_v3", "nasnet", "regnet", "resnet", "resnet50",
           "resnet_rs", "resnet_v2", "vgg16", "vgg19", "xception")  # fmt: skip
ROOTS = ("keras.src.applications", "keras.applications", "tf_keras.src.applications", "tf_keras.applications",
         "tensorflow.python.keras.applications")  # fmt: skip


class BackboneHooks:
    """Wraps the functions of one application module after another, and remembers which nodes scale pixels.

    Attributes:
        steps: id of a graph node → (node, what `preprocess_input` it belongs to).
        identities: id of a Keras tensor that went through a `preprocess_input` that does nothing → (tensor, which).
    """

    def __init__(self, recorder: Recorder, graph_token: Callable[[], list[str]]) -> None:
        self._recorder = recorder
        self._graph_token = graph_token
        self._calls = 0
        self.steps: dict[int, tuple[Any, dict[str, Any]]] = {}
        self.identities: dict[int, tuple[Any, dict[str, Any]]] = {}
        self._told: set = set()

    def install(self, module: Any) -> None:
        """Wraps what a freshly loaded application module defines itself."""
        for name, thing in list(vars(module).items()):
            if not inspect.isfunction(thing) or thing.__module__ != module.__name__:
                continue
            if name == "preprocess_input":
                wrap(module, name, lambda original: self._preprocessing(original, module.__name__.split(".")[-1]))
            elif name[0].isupper() and {"include_top", "weights"} <= set(inspect.signature(thing).parameters):
                wrap(module, name, self._constructor)

    # ------------------------------------------------------------------ constructors

    def _constructor(self, original: Callable[..., Any]) -> Callable[..., Any]:
        signature = inspect.signature(original)
        recorder, now = self._recorder, self._recorder.now

        def construct(*args: Any, **kwargs: Any) -> Any:
            now.constructing += 1
            try:
                model = original(*args, **kwargs)
            finally:
                now.constructing -= 1
            if now.constructing == 0:
                recorder.attempt("backbone", self._record, original, signature, model, args, kwargs)
            return model

        return construct

    def _record(self, function: Any, signature: Any, model: Any, args: Any, kwargs: Any) -> None:
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        given = dict(bound.arguments)
        given.update(given.pop("kwargs", {}) or {})
        foreign = self._foreign(given.get("input_tensor"))
        layers = [layer for layer in model.layers if id(layer) not in foreign]
        info = self._recorder.registry.add_backbone(
            function.__name__, model, layers, include_top=bool(given.get("include_top"))
        )
        learnable, statistics = weights_of(layers)
        shape = list(getattr(model, "input_shape", None) or ())
        weights = given.get("weights")
        self._recorder.emit(
            "backbone",
            key=info.key,
            name=function.__name__,
            module=function.__module__.split(".")[-1],
            arguments={k: v if isinstance(v, (str, int, float, bool, tuple, list)) or v is None else
                       f"<{type(v).__name__}>" for k, v in given.items()},
            include_top=info.include_top,
            weights="none" if weights is None else "imagenet" if weights == "imagenet" else "file",
            input_shape=shape[1:] if shape and not isinstance(shape[0], (list, tuple)) else None,
            output_shape=list(info.output_shape),
            pooling=str(given.get("pooling") or "none"),
            layers=len(layers),
            digest=digest(learnable),
            statistics=digest(statistics),
        )  # fmt: skip

    def _foreign(self, tensor: Any) -> set:
        """Identities of what stood before the backbone in the graph of its `input_tensor`."""
        if tensor is None or not is_symbolic(tensor):
            return set()
        return {id(operation_of(node)) for node in ancestors(tensor)}

    # ------------------------------------------------------------------ preprocess_input

    def _preprocessing(self, original: Callable[..., Any], module: str) -> Callable[..., Any]:
        signature = inspect.signature(original)
        recorder, now = self._recorder, self._recorder.now

        def preprocess_input(*args: Any, **kwargs: Any) -> Any:
            now.preprocessing += 1
            try:
                result = original(*args, **kwargs)
            finally:
                now.preprocessing -= 1
            if now.preprocessing == 0:
                recorder.attempt("preprocess_input", self._scaled, signature, module, args, kwargs, result)
            return result

        setattr(preprocess_input, "_application", module)
        return preprocess_input

    def _scaled(self, signature: Any, module: str, args: Any, kwargs: Any, result: Any) -> None:
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        value = bound.arguments.get("x")
        step = {"of": module, "mode": str(bound.arguments.get("mode", "")), **self._recorder.places.here()}
        now = self._recorder.now
        if is_symbolic(value):
            self._calls += 1
            self._mark(value, result, {**step, "step": self._calls})
            site = "model"
        elif now.trace is not None:
            now.trace.saw_preprocessing(step, list(now.containers))
            return
        elif now.containers or now.training:
            return
        else:
            site = "pipeline"
        graphs = [] if site == "model" else self._graph_token()
        # A generator calls it for every picture: the place and the data set's graph tell calls apart well enough.
        shape = shape_of(value)
        identity = (module, step["mode"], site, step["cell"], step["line"], tuple(graphs), len(shape or ()))
        if identity in self._told:
            return
        self._told.add(identity)
        place = {k: step[k] for k in ("cell", "line", "running")}
        self._recorder.emit("preprocess", place, of=module, mode=step["mode"], site=site, graphs=graphs,
                            shape=shape, reading=now.reading)  # fmt: skip

    def _mark(self, value: Any, result: Any, step: dict[str, Any]) -> None:
        if result is value:
            self.identities[id(value)] = (value, step)
            return
        for node in ancestors(result, stop=(value,)):
            self.steps[id(node)] = (node, step)
