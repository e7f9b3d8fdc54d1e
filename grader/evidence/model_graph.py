"""Lays out a saved model's `config.json` as one flat graph, nested models opened.

In: the parsed config of a Functional or Sequential model, of Keras 3 or 2. Out: a `Graph` of `Node`s in an order in
which every node stands behind its inputs. Must never raise, never loop for ever, never recurse deeper than it says:
names may repeat, point nowhere or at each other.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from grader.evidence.model_json import mapping, sequence, shape, text
from grader.evidence.model_shapes import shape_after
from grader.records import Shape

MOST_NODES = 20_000
DEEPEST = 12
_OPS_OF_KERAS_2 = {
    "math.truediv": "TrueDivide",
    "math.divide": "TrueDivide",
    "math.subtract": "Subtract",
    "math.multiply": "Multiply",
    "math.add": "Add",
    "__operators__.add": "Add",
    "nn.bias_add": "Add",
    "math.reduce_mean": "Mean",
    "math.reduce_max": "Max",
    "math.sigmoid": "Sigmoid",
    "nn.softmax": "Softmax",
    "__operators__.getitem": "GetItem",
    "cast": "Cast",
}
_OPAQUE = {"Lambda", "TFSMLayer", "TorchModuleWrapper", "JaxLayer", "FlaxLayer", "TimeDistributed"}


@dataclass(frozen=True)
class Node:
    """One layer or operation where it stands in the graph.

    Attributes:
        key: its place in the order; inputs have smaller ones.
        container: names of the nested models in which it lies, outermost first; () in the model itself.
        arguments: what it was called with, tensors replaced by None.
        opaque: what it does can't be known from its config (Lambda, a class that is not Keras's).
        shape: of its output, batch first; None where unknown.
    """

    key: int
    name: str
    kind: str
    config: dict[str, Any]
    inputs: tuple[int, ...] = ()
    container: tuple[str, ...] = ()
    arguments: tuple[Any, ...] = ()
    opaque: bool = False
    is_layer: bool = True
    shape: Shape | None = None


@dataclass
class Graph:
    """The whole model. `visible` is False where part of it could not be laid out; `why` says which."""

    nodes: list[Node] = field(default_factory=list)
    outputs: tuple[int, ...] = ()
    sequential: set[tuple[str, ...]] = field(default_factory=set)
    trainable: bool = True
    why: str = ""

    @property
    def visible(self) -> bool:
        return not self.why and bool(self.nodes)

    def ancestors(self, *keys: int) -> set[int]:
        """Every node on a way to one of `keys`, these included."""
        found: set[int] = set()
        waiting = list(keys)
        while waiting:
            key = waiting.pop()
            if key not in found:
                found.add(key)
                waiting.extend(self.nodes[key].inputs)
        return found

    def descendants(self, *keys: int) -> set[int]:
        """Every node that takes something of one of `keys`, these included."""
        found = set(keys)
        for node in self.nodes:
            if any(i in found for i in node.inputs):
                found.add(node.key)
        return found


def lay_out(config: object) -> Graph:
    """The flat graph of a model's `config.json`; empty, with `why`, where the config holds no graph."""
    graph = Graph()
    root = mapping(config)
    inner = mapping(root.get("config"))
    graph.trainable = inner.get("trainable") is not False
    if not isinstance(inner.get("layers"), list):
        graph.why = (
            f"a model of class {text(root.get('class_name')) or '?'} is written in Python; its file has no graph"
        )
        return graph
    if _is_sequential(root):
        graph.outputs = tuple(_add_chain(graph, root, (), ()))
    else:
        graph.outputs = tuple(_add_functional(graph, root, (), ()))
    if not graph.nodes and not graph.why:
        graph.why = "the model has no layers"
    return graph


def _is_sequential(entry: dict[str, Any]) -> bool:
    return "input_layers" not in mapping(entry.get("config")) and text(entry.get("class_name")) != "Functional"


def _add(graph: Graph, entry: dict[str, Any], inputs: Iterable[int], container: tuple[str, ...]) -> list[int]:
    """Add one entry of a `layers` list, or all that is in it; returns the keys of what it gives out."""
    config = mapping(entry.get("config"))
    name = text(config.get("name")) or text(entry.get("name")) or "?"
    if len(graph.nodes) >= MOST_NODES or len(container) >= DEEPEST:
        graph.why = "the model is too large or too deeply nested to be read"
        return list(inputs)[:1]
    if isinstance(config.get("layers"), list):
        add_all = _add_chain if _is_sequential(entry) else _add_functional
        return add_all(graph, entry, tuple(inputs), (*container, name))
    kind = _kind(entry, config)
    module = text(entry.get("module"))
    given = tuple(inputs)
    ours = _call_shapes(entry)
    before = ours or next((graph.nodes[i].shape for i in given if graph.nodes[i].shape), None)
    if given and ours and graph.nodes[given[0]].shape is None:
        graph.nodes[given[0]] = replace(graph.nodes[given[0]], shape=ours)
    node = Node(
        key=len(graph.nodes),
        name=name,
        kind=kind,
        config=config,
        inputs=given,
        container=container,
        arguments=tuple(_constants(entry)),
        opaque=kind in _OPAQUE or not (module.startswith("keras") or (not module and not entry.get("registered_name"))),
        is_layer=".ops." not in module,
        shape=shape_after(kind, config, before),
    )
    graph.nodes.append(node)
    return [node.key]


def _kind(entry: dict[str, Any], config: dict[str, Any]) -> str:
    kind = text(entry.get("class_name"))
    if kind in ("TFOpLambda", "SlicingOpLambda"):
        return _OPS_OF_KERAS_2.get(text(config.get("function")), kind)
    return kind


def _add_chain(graph: Graph, entry: dict[str, Any], inputs: tuple[int, ...], container: tuple[str, ...]) -> list[int]:
    graph.sequential.add(container)
    config = mapping(entry.get("config"))
    layers = [mapping(layer) for layer in sequence(config.get("layers"))]
    current = list(inputs)
    if not current and (not layers or text(layers[0].get("class_name")) != "InputLayer"):
        start = config.get("build_input_shape") or mapping(entry.get("build_config")).get("input_shape")
        made = {"class_name": "InputLayer", "module": "keras.layers", "config": {"name": "?", "batch_shape": start}}
        current = _add(graph, made, (), container)
    for layer in layers:
        current = _add(graph, layer, current, container) or current
    return current


def _add_functional(
    graph: Graph, entry: dict[str, Any], inputs: tuple[int, ...], container: tuple[str, ...]
) -> list[int]:
    config = mapping(entry.get("config"))
    layers = [mapping(layer) for layer in sequence(config.get("layers"))][:MOST_NODES]
    names = [text(layer.get("name")) or text(mapping(layer.get("config")).get("name")) for layer in layers]
    if len(set(names)) != len(names):
        graph.why = "two layers of one model have the same name"
    starts = _endpoints(config.get("input_layers"))
    given: dict[str, list[int]] = {}
    made: dict[str, list[int]] = {}
    for position, name in enumerate(starts):
        given[name] = [inputs[position]] if position < len(inputs) else []
    for index in _in_order(graph, names, [_calls(layer) for layer in layers]):
        layer, name = layers[index], names[index]
        sources = given.get(name)
        if sources is None:
            sources = list(dict.fromkeys(k for parent in _calls(layer) for k in made.get(parent, ())))
        made[name] = _add(graph, layer, sources, container)
    outputs = [key for name in _endpoints(config.get("output_layers")) for key in made.get(name, ())]
    return outputs or (list(made.values())[-1] if made else [])


def _in_order(graph: Graph, names: list[str], parents: list[list[str]]) -> list[int]:
    """Indexes in an order in which inputs stand first, otherwise as written; what is in a cycle is left out."""
    index = {name: i for i, name in enumerate(names)}
    waits_for = [{index[p] for p in of if p in index} for of in parents]
    feeds: list[list[int]] = [[] for _ in names]
    for i, needs in enumerate(waits_for):
        for need in needs:
            feeds[need].append(i)
    missing = [len(needs) for needs in waits_for]
    ready = [i for i, count in enumerate(missing) if not count]
    heapq.heapify(ready)
    order: list[int] = []
    while ready:
        i = heapq.heappop(ready)
        order.append(i)
        for j in feeds[i]:
            missing[j] -= 1
            if not missing[j]:
                heapq.heappush(ready, j)
    if len(order) < len(names):
        graph.why = "the layers of the model feed each other in a circle"
    return order


def _endpoints(value: object) -> list[str]:
    """Layer names out of `input_layers`/`output_layers`: one triple, or a list or mapping of triples."""
    if isinstance(value, dict):
        return [name for item in list(value.values())[:64] for name in _endpoints(item)]
    items = sequence(value)[:64]
    if items and isinstance(items[0], str):
        return [text(items[0])]
    return [text(item[0]) for item in items if isinstance(item, list | tuple) and item and isinstance(item[0], str)]


def _calls(layer: dict[str, Any]) -> list[str]:
    """Names of the layers whose output this one takes, from its `inbound_nodes` of Keras 3 or 2."""
    return list(dict.fromkeys(name for name, _ in _tensors(layer.get("inbound_nodes"), 0)))


def _call_shapes(layer: dict[str, Any]) -> Shape | None:
    """The shape of the first tensor that the layer takes, from its call or its build."""
    for _, found in _tensors(layer.get("inbound_nodes"), 0):
        if found:
            return found
    return shape(mapping(layer.get("build_config")).get("input_shape"))


def _tensors(value: object, depth: int) -> list[tuple[str, Shape | None]]:
    """Every tensor in a tree of call arguments, as (name of the layer that gives it, shape)."""
    if depth > 8:
        return []
    if isinstance(value, dict):
        history = sequence(mapping(value.get("config")).get("keras_history"))
        if history and isinstance(history[0], str):
            return [(text(history[0]), shape(mapping(value.get("config")).get("shape")))]
        return [found for item in value.values() for found in _tensors(item, depth + 1)]
    if not isinstance(value, list | tuple):
        return []
    if len(value) >= 3 and isinstance(value[0], str) and isinstance(value[1], int) and isinstance(value[2], int):
        return [(text(value[0]), None)]  # Keras 2: ["layer", node, tensor, {arguments}]
    return [found for item in value[:512] for found in _tensors(item, depth + 1)]


def _constants(layer: dict[str, Any]) -> list[Any]:
    """What the first call was given beside tensors, which are None here."""
    calls = sequence(layer.get("inbound_nodes"))
    if not calls:
        return []
    if isinstance(calls[0], dict):
        found = sequence(calls[0].get("args")) + list(mapping(calls[0].get("kwargs")).values())
    else:  # Keras 2: [[["layer", 0, 0, {"y": 127.5}]]]
        first = sequence(sequence(calls[0])[0]) if sequence(calls[0]) else []
        found = [None, *mapping(first[3] if len(first) > 3 else None).values()]
    return [None if _tensors(item, 0) and not _is_stack(item) else item for item in found[:16]]


def _is_stack(item: object) -> bool:
    return isinstance(item, list) and len(item) > 1 and all(isinstance(part, dict) for part in item)
