"""Keras's symbolic graph, Keras 2's and 3's, read in one way.

In: Keras tensors, nodes and models. Out: nodes, their operations, inputs and outputs.
It must never change a graph.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def flat(value: Any) -> list[Any]:
    """The leaves of nested lists, tuples and dictionaries."""
    if isinstance(value, dict):
        return [leaf for part in value.values() for leaf in flat(part)]
    if isinstance(value, (list, tuple)):
        return [leaf for part in value for leaf in flat(part)]
    return [value]


def node_of(tensor: Any) -> Any:
    """The node that made a Keras tensor; None where it has no history."""
    history = getattr(tensor, "_keras_history", None)
    if history is None:
        return None
    operation, index = history[0], history[1]
    nodes = getattr(operation, "_inbound_nodes", [])
    return nodes[index] if 0 <= index < len(nodes) else None


def operation_of(node: Any) -> Any:
    """The layer or operation that a node calls."""
    found = getattr(node, "operation", None)
    return found if found is not None else getattr(node, "layer", None)


def inputs_of(node: Any) -> list[Any]:
    """The Keras tensors that go into a node."""
    if hasattr(node, "arguments"):
        return list(node.arguments.keras_tensors)
    return list(getattr(node, "keras_inputs", ()))


def outputs_of(node: Any) -> list[Any]:
    """The Keras tensors that come out of a node."""
    return flat(node.output_tensors if hasattr(node, "output_tensors") else node.outputs)


def arguments_of(node: Any) -> tuple[list[Any], dict[str, Any]]:
    """The call's (positional, keyword) arguments as the graph keeps them."""
    if hasattr(node, "arguments"):
        return list(node.arguments.args), dict(node.arguments.kwargs)
    return list(getattr(node, "call_args", ())), dict(getattr(node, "call_kwargs", {}))


def ancestors(tensor: Any, stop: tuple[Any, ...] = ()) -> list[Any]:
    """Nodes on the way to a tensor, nearest first, not going beyond the tensors `stop`."""
    barred = {id(t) for t in stop}
    seen: dict[int, Any] = {}
    waiting = [tensor]
    while waiting and len(seen) < 5000:
        current = waiting.pop()
        node = None if id(current) in barred else node_of(current)
        if node is None or id(node) in seen:
            continue
        seen[id(node)] = node
        waiting.extend(inputs_of(node))
    return list(seen.values())


def is_functional(model: Any) -> bool:
    """True where the model has a graph of nodes."""
    return getattr(model, "_nodes_by_depth", None) is not None and getattr(model, "outputs", None) is not None


def functional_of(model: Any) -> Any:
    """The graph behind a functional model or a built Sequential; None for others."""
    inner = getattr(model, "_functional", None)
    if inner is not None and is_functional(inner):
        return inner
    return model if is_functional(model) and type(model).__name__ != "Sequential" else _keras2_sequential(model)


def _keras2_sequential(model: Any) -> Any | None:
    return model if is_functional(model) and getattr(model, "outputs", None) else None


def nodes_in_order(function: Any) -> Iterator[Any]:
    """Nodes of a functional graph, inputs first."""
    by_depth = function._nodes_by_depth
    for depth in sorted(by_depth, reverse=True):
        yield from by_depth[depth]
