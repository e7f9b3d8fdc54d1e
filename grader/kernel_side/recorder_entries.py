"""What a Keras model consists of, as a flat list of operations in the order of the data.

In: a model, or the calls observed in a training step. Out: Entries; each knows which others stand in front of it.
It must never call a layer, and never change the model.

Nested models are opened; a known backbone stays one Entry, unless its layers are used one by one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from recorder_core import shape_of
from recorder_graph import functional_of, inputs_of, nodes_in_order, operation_of, outputs_of
from recorder_registry import BackboneInfo, Registry, all_layers

Call = dict[str, Any]


class Entry:
    """One operation. `ahead` is a bit mask of the entries in front of it; `call` how its nearest model was called."""

    def __init__(self, operation: Any, node: Any, ahead: int, shape: Any, call: Call | None) -> None:
        self.operation = operation
        self.node = node
        self.ahead = ahead
        self.shape = shape
        self.call = call
        self.backbone: BackboneInfo | None = None
        self.backbone_name = ""
        self.how = ""
        self.step: dict[str, Any] | None = None


class Expansion:
    """Opens one model. `opaque` is True where something in it has no graph, so that order is not known."""

    def __init__(
        self,
        registry: Registry,
        calls: dict[int, tuple[Any, Call]],
        steps: dict[int, tuple[Any, Call]],
        identities: dict[int, tuple[Any, Call]],
        recognise: Callable[[Any], tuple[BackboneInfo | None, str]],
    ) -> None:
        self.entries: list[Entry] = []
        self.opaque = False
        self._registry = registry
        self._calls = calls
        self._steps = steps
        self._identities = identities
        self._recognise = recognise
        self._depth = 0

    def open(self, model: Any) -> int:
        """Adds the model's operations; returns the mask of what its output depends on."""
        return self._model(model, None, 0, None)

    def _model(self, model: Any, node: Any, ahead: int, call: Call | None) -> int:
        function = functional_of(model)
        if self._depth > 12:
            return ahead
        self._depth += 1
        try:
            if function is not None:
                return self._graph(function, ahead, call)
            if type(model).__name__ == "Sequential" or hasattr(model, "_maybe_rebuild"):
                return self._chain(model, ahead, call)
            self.opaque = True
            return self._leaf(model, node, ahead, call)
        finally:
            self._depth -= 1

    def _chain(self, model: Any, ahead: int, call: Call | None) -> int:
        for layer in model.layers:
            ahead = self._operation(layer, None, ahead, call)
        return ahead

    def _graph(self, function: Any, ahead: int, call: Call | None) -> int:
        known: dict[int, int] = {}
        for node in nodes_in_order(function):
            operation = operation_of(node)
            before = ahead
            for tensor in inputs_of(node):
                before |= known.get(id(tensor), 0)
                if id(tensor) in self._identities:
                    before |= self._identity(tensor, before)
            if type(operation).__name__ == "InputLayer":
                after = before
            else:
                after = self._operation(operation, node, before, call)
            for tensor in outputs_of(node):
                known[id(tensor)] = after
        return ahead | self._of_outputs(function, known)

    def _of_outputs(self, function: Any, known: dict[int, int]) -> int:
        outputs = function.outputs if isinstance(function.outputs, (list, tuple)) else [function.outputs]
        mask = 0
        for tensor in outputs:
            mask |= known.get(id(tensor), 0)
        return mask

    def _identity(self, tensor: Any, before: int) -> int:
        """A `preprocess_input` that left the tensor as it was stands here all the same."""
        step = self._identities[id(tensor)][1]
        for index, entry in enumerate(self.entries):
            if entry.step is step:
                return 1 << index
        entry = Entry(None, None, before, None, None)
        entry.step = step
        return self._add(entry)

    def _operation(self, operation: Any, node: Any, ahead: int, outer: Call | None) -> int:
        call = self._call_of(node, outer)
        if hasattr(operation, "layers") and not isinstance(operation.layers, dict):
            info, how = self._recognise(operation)
            whole = how and (info is None or info.pure)
            if whole:
                return self._leaf(operation, node, ahead, call, info, how)
            return self._model(operation, node, ahead, call)
        if not type(operation).__module__.startswith(("keras", "tf_keras", "tensorflow")):
            self.opaque = self.opaque or bool(self._registry.backbones_among(all_layers(operation)))
        return self._leaf(operation, node, ahead, call)

    def _call_of(self, node: Any, outer: Call | None) -> Call | None:
        own = self._calls.get(id(node))
        if own is None or own[0] is not node:
            return outer
        if own[1]["training"] == "not_given" and outer is not None and outer["training"] == "false":
            return outer
        return own[1]

    def _leaf(self, operation: Any, node: Any, ahead: int, call: Call | None,
              info: BackboneInfo | None = None, how: str = "") -> int:  # fmt: skip
        shape = shape_of(outputs_of(node)[0]) if node is not None and outputs_of(node) else None
        entry = Entry(operation, node, ahead, shape, call)
        entry.backbone, entry.how = info, how
        marked = self._steps.get(id(node))
        if marked is not None and marked[0] is node:
            entry.step = marked[1]
        return ahead | self._add(entry)

    def _add(self, entry: Entry) -> int:
        self.entries.append(entry)
        return 1 << (len(self.entries) - 1)


def in_front_of(entries: list[Entry], chosen: list[int]) -> list[int]:
    """Indexes of entries on the way to any of the chosen ones, these left out."""
    mask = 0
    for index in chosen:
        mask |= entries[index].ahead
    return [i for i in range(len(entries)) if mask >> i & 1 and i not in chosen]


def behind(entries: list[Entry], chosen: list[int]) -> list[int]:
    """Indexes of entries that depend on any of the chosen ones, these left out."""
    mask = sum(1 << index for index in chosen)
    return [i for i, entry in enumerate(entries) if entry.ahead & mask and i not in chosen]
