"""Runs a loaded model layer by layer and looks at what passes its backbone.

In: a Keras model that was loaded in safe mode. Out: its outputs for 32 images and what was seen on the way.
The backbone sees only a few of the images and its feature maps are repeated: it costs a hundred times what the rest
does. It must never change the model.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

FIRST_AND_LAST: tuple[tuple[str, str], ...] = (
    ("Conv1", "out_relu"),
    ("conv1", "conv_pw_13_relu"),
    ("block1_conv1", "block5_pool"),
    ("block1_conv1", "block14_sepconv2_act"),
    ("conv1_pad", "conv5_block3_out"),
    ("conv1_pad", "post_relu"),
    ("stem_conv", "top_activation"),
)
"""Where a network lies whose layers stand directly in the model: its first and last named layer."""
_FEWEST_LAYERS = 15
_RANDOM_DEPTH = 6


class _Reached(Exception):
    """Thrown to stop a pass when the backbone's input is known."""


class Probe:
    """One model and where its backbone lies.

    Attributes:
        backbone: the nested model's name, or "first … last" of layers in the graph; "" where none was found.
        shapes: of what was seen in the last `run`: `before_backbone`, `backbone`, `pooled`.
        pooled_as: what the feature maps became in the last `run`, by whatever operations: "mean" or "maximum" of each
            map; "" where neither was seen.
        reached: what went into the backbone in the last `run`, all images.
        random_layers: how many random layers the model has outside its backbone.
    """

    def __init__(self, model: Any, *, backbone_images: int) -> None:
        self._model = model
        self._few = backbone_images
        self._nested = _nested_backbone(model)
        self._first, self._last = ("", "") if self._nested is not None else _ends(model)
        self.backbone = self._nested.name if self._nested is not None else f"{self._first} … {self._last}".strip(" …")
        self.random_layers = sum(type(op).__name__.startswith("Random") for op in _operations(model, self._nested))
        self.shapes: dict[str, tuple[int, ...]] = {}
        self.pooled_as = ""
        self._reductions: dict[str, Any] = {}
        self.reached: Any = None
        self._stop = False

    def run(self, images: Any, *, training: bool) -> Any:
        """The model's outputs, `(32, …)`."""
        self.shapes, self.reached, self._stop = {}, None, False
        self.pooled_as, self._reductions = "", {}
        return np.asarray(self._walk(self._model, images, training, len(images)))

    def reach(self, images: Any, *, training: bool) -> Any:
        """What goes into the backbone."""
        self._stop = True
        try:
            self._walk(self._model, images, training, len(images))
        except _Reached:
            return self.reached
        raise ValueError("the backbone was not reached")

    def _walk(self, model: Any, inputs: Any, training: bool, count: int) -> Any:
        graph = model if hasattr(model, "_run_through_graph") else model._functional

        def wrapped(operation: Any) -> Callable[..., Any]:
            return lambda *args, **kwargs: self._call(operation, args, kwargs, training, count)

        return graph._run_through_graph(inputs, operation_fn=wrapped)

    def _call(self, operation: Any, args: Any, kwargs: Any, training: bool, count: int) -> Any:
        """One operation, with the images thinned out before the backbone and repeated after it."""
        if operation is not self._nested and (self._opens(operation) or _holds(operation, self._nested, self._last)):
            return self._walk(operation, args[0], training, count)
        enters = operation is self._nested or operation.name == self._first
        leaves = operation is self._nested or operation.name == self._last
        if enters and self.backbone:
            args = (self._enter(args[0]), *args[1:])
        if _knows_training(operation):
            kwargs = {**kwargs, "training": training}
        result = operation(*args, **kwargs)
        if leaves and self.backbone:
            result = np.resize(np.asarray(result), (count, *result.shape[1:]))
            self.shapes["backbone"] = result.shape
        if "backbone" in self.shapes and "pooled" not in self.shapes and len(getattr(result, "shape", ())) == 2:
            self.shapes["pooled"] = tuple(result.shape)
        if "backbone" in self.shapes and not self.pooled_as:
            self._compare(result)
        return result

    def _compare(self, result: Any) -> None:
        """Whether this is the mean or the maximum of the last feature maps, which are kept to compare what follows."""
        size = tuple(getattr(result, "shape", ()))
        vector = size[1:] if len(size) == 2 else size[3:] if size[1:3] == (1, 1) and len(size) == 4 else ()
        known = self._reductions.get("mean")
        if vector and known is not None and known.shape[1:] == vector:
            seen = np.asarray(result)[: self._few].reshape(known.shape)
            self.pooled_as = next((name for name, one in self._reductions.items() if _alike(seen, one)), "")
        elif len(size) == 4 and size[1:3] != (1, 1):
            maps = np.asarray(result)[: self._few]
            mean, largest = maps.mean(axis=(1, 2)), maps.max(axis=(1, 2))
            # Dead or constant maps tell nothing: their mean is their maximum, and may be their sum.
            self._reductions = {} if _alike(mean, largest) else {"mean": mean, "maximum": largest}

    def _opens(self, operation: Any) -> bool:
        """Whether this is a model of the head's own layers, and the vector of features is still to come."""
        awaited = "backbone" in self.shapes and "pooled" not in self.shapes
        graph = hasattr(operation, "_run_through_graph") or getattr(operation, "_functional", None) is not None
        return awaited and graph

    def _enter(self, batch: Any) -> Any:
        self.reached = np.asarray(batch)
        if self._stop:
            raise _Reached
        self.shapes["before_backbone"] = self.reached.shape
        return batch[: self._few]


def _alike(one: Any, other: Any) -> bool:
    return bool(np.allclose(one, other, rtol=1e-3, atol=1e-4 * float(np.abs(other).max())))


def _knows_training(operation: Any) -> bool:
    return "training" in getattr(operation, "_call_context_args", ()) or bool(
        getattr(operation, "_call_has_training_arg", False)
    )


def _layers(model: Any) -> list[Any]:
    return list(getattr(model, "layers", None) or [])


def _nested_backbone(model: Any, depth: int = 0) -> Any:
    """The largest model nested in this one, if it is large enough to be a backbone."""
    candidates = [layer for layer in _layers(model) if _layers(layer)]
    inner = [found for layer in candidates if depth < _RANDOM_DEPTH for found in [_nested_backbone(layer, depth + 1)]]
    large = [layer for layer in [*candidates, *inner] if layer is not None and len(_layers(layer)) >= _FEWEST_LAYERS]
    return max(large, key=lambda layer: len(_layers(layer)), default=None)


def _ends(model: Any, depth: int = 0) -> tuple[str, str]:
    names = {layer.name for layer in _layers(model)}
    for first, last in FIRST_AND_LAST:
        if first in names and last in names:
            return first, last
    for layer in _layers(model):
        if _layers(layer) and depth < _RANDOM_DEPTH:
            found = _ends(layer, depth + 1)
            if found[1]:
                return found
    return "", ""


def _holds(operation: Any, nested: Any, last: str, depth: int = 0) -> bool:
    """Whether the backbone lies somewhere inside this nested model."""
    inner = _layers(operation)
    if any(layer is nested for layer in inner if nested is not None) or any(layer.name == last for layer in inner):
        return True
    return depth < _RANDOM_DEPTH and any(_holds(layer, nested, last, depth + 1) for layer in inner)


def _operations(model: Any, nested: Any, depth: int = 0) -> list[Any]:
    found: list[Any] = []
    for layer in _layers(model):
        if layer is nested:
            continue
        found += _operations(layer, nested, depth + 1) if _layers(layer) and depth < _RANDOM_DEPTH else [layer]
    return found
