"""Which Keras objects are known: backbones with their layers, and models with their keys.

In: objects as they are made. Out: keys by identity, sets of weights, digests, states of `trainable`.
It must never keep a model alive: everything of the student's is held weakly.
"""

from __future__ import annotations

import hashlib
import sys
import weakref
import zlib
from collections.abc import Iterable, Iterator
from typing import Any


class BackboneInfo:
    """A pretrained network as it was constructed. `layers` are its own, not those of an `input_tensor`."""

    def __init__(self, key: str, name: str, model: Any, layers: list[Any], include_top: bool) -> None:
        self.key = key
        self.name = name
        self.include_top = include_top
        self.model = weakref.ref(model)
        self.pure = len(layers) == len(model.layers)
        self._layers = [weakref.ref(layer) for layer in layers]
        self.signature = [(type(layer).__name__, layer.name) for layer in layers]
        self.output_shape = tuple(model.output_shape) if isinstance(model.output_shape, tuple) else ()
        self.last_state = ""

    @property
    def layers(self) -> list[Any]:
        """Its layers that still exist."""
        return [layer for layer in (ref() for ref in self._layers) if layer is not None]


class ModelInfo:
    """A Keras model of the student's. `compiled` and `traced` are its layers' flags at compile and at the first fit."""

    def __init__(self, key: str, place: dict[str, Any]) -> None:
        self.key = key
        self.place = place
        self.compiled: dict[int, bool] = {}
        self.compile_place: dict[str, Any] = {}
        self.traced: dict[int, bool] | None = None
        self.described = ""
        self.trace: Any = None


class Registry:
    """Everything that has a key. Keys are `b0`, `b1`, … for backbones and `m0`, `m1`, … for models."""

    def __init__(self) -> None:
        self.backbones: list[BackboneInfo] = []
        self._owners: dict[int, tuple[Any, BackboneInfo]] = {}
        self._models: dict[int, tuple[Any, ModelInfo]] = {}
        self._count = 0

    def add_backbone(self, name: str, model: Any, layers: list[Any], include_top: bool) -> BackboneInfo:
        info = BackboneInfo(f"b{len(self.backbones)}", name, model, layers, include_top)
        self.backbones.append(info)
        for layer in layers:
            self._owners[id(layer)] = (weakref.ref(layer), info)
        return info

    def owner_of(self, layer: Any) -> BackboneInfo | None:
        """The backbone to which a layer belongs by identity."""
        found = self._owners.get(id(layer))
        return found[1] if found is not None and found[0]() is layer else None

    def backbone_of(self, model: Any) -> BackboneInfo | None:
        """The backbone that this very object is."""
        return next((b for b in self.backbones if b.model() is model), None)

    def model(self, model: Any, place: dict[str, Any] | None = None) -> ModelInfo:
        """What is known of a model; from now on it has a key."""
        found = self._models.get(id(model))
        if found is not None and found[0]() is model:
            return found[1]
        info = ModelInfo(f"m{self._count}", place or {})
        self._count += 1
        self._models[id(model)] = (weakref.ref(model), info)
        return info

    def models(self) -> Iterator[Any]:
        """The models that still exist."""
        for ref, _ in list(self._models.values()):
            model = ref()
            if model is not None:
                yield model

    def backbones_among(self, layers: Iterable[Any]) -> dict[str, list[Any]]:
        """Key of each backbone that owns any of these layers → those layers."""
        found: dict[str, list[Any]] = {}
        for layer in layers:
            owner = self.owner_of(layer)
            if owner is not None:
                found.setdefault(owner.key, []).append(layer)
        return found

    def by_key(self, key: str) -> BackboneInfo | None:
        return next((b for b in self.backbones if b.key == key), None)


# --------------------------------------------------------------------------- layers and weights of Keras 2 and 3


def all_layers(model: Any) -> list[Any]:
    """Every layer of a model at any depth, the model itself included."""
    flatten = getattr(model, "_flatten_layers", None)
    if flatten is None:
        return [model]
    try:
        return list(dict.fromkeys(flatten()))
    except TypeError:
        return list({id(layer): layer for layer in flatten()}.values())


def own_weights(layer: Any) -> tuple[list[Any], list[Any]]:
    """(learnable, moving statistics) of a layer and what is inside it, whatever `trainable` says now."""
    learnable: list[Any] = []
    statistics: list[Any] = []
    for part in all_layers(layer):
        if hasattr(part, "_trainable_variables"):
            learnable += list(part._trainable_variables)
            statistics += list(part._non_trainable_variables)
        else:
            learnable += list(getattr(part, "_trainable_weights", ()))
            statistics += list(getattr(part, "_non_trainable_weights", ()))
    return _distinct(learnable), _distinct(statistics)


def weights_of(layers: Iterable[Any]) -> tuple[list[Any], list[Any]]:
    """(learnable, moving statistics) of several layers, each weight once."""
    learnable: list[Any] = []
    statistics: list[Any] = []
    for layer in layers:
        some, others = own_weights(layer)
        learnable += some
        statistics += others
    return _distinct(learnable), _distinct(statistics)


def _distinct(weights: list[Any]) -> list[Any]:
    return list({id(w): w for w in weights}.values())


def checksums(weights: Iterable[Any]) -> list[int]:
    """One number for each weight's values, in the order given. Read outside of any graph that is being traced."""
    tensorflow = sys.modules.get("tensorflow")
    if tensorflow is None or not hasattr(tensorflow, "init_scope"):
        return [_checksum(w) for w in weights]
    with tensorflow.init_scope():
        return [_checksum(w) for w in weights]


def _checksum(weight: Any) -> int:
    import numpy

    values = weight.numpy() if hasattr(weight, "numpy") else numpy.asarray(weight)
    data = numpy.ascontiguousarray(values)
    return zlib.crc32(repr((data.shape, data.dtype.str)).encode(), zlib.crc32(data.reshape(-1).view(numpy.uint8)))


def digest(weights: Iterable[Any]) -> str:
    """A name for the values of these weights, whatever order they come in; "" for none."""
    numbers = sorted(checksums(weights))
    return hashlib.sha256(repr(numbers).encode()).hexdigest()[:24] if numbers else ""


def flags(model: Any) -> dict[int, bool]:
    """`trainable` of every layer, by identity."""
    return {id(layer): bool(layer.trainable) for layer in all_layers(model)}


def state_of(layers: list[Any], within: Any = None) -> dict[str, Any]:
    """How much of these layers can learn, by itself or as part of the model `within`: state, layers, weights."""
    learnable, _ = weights_of(layers)
    if within is None:
        able = {id(w) for layer in layers for w in _trainable(layer)}
    else:
        able = {id(w) for w in _trainable(within)}
    count = sum(id(w) in able for w in learnable)
    state = "none" if count == 0 else "all" if count == len(learnable) else "part"
    layers_on = 0 if count == 0 else sum(bool(layer.trainable) for layer in layers)
    return {"state": state, "trainable_layers": layers_on, "total_layers": len(layers)}


def _trainable(layer: Any) -> list[Any]:
    """What can learn now; of a Keras 2 model that has no weights yet, that of the layers which have theirs."""
    try:
        return list(layer.trainable_weights)
    except ValueError:
        return [w for part in layer.layers for w in _trainable(part)] if layer.trainable else []
