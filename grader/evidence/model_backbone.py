"""Finds the pretrained network in a laid out model, nested or with its layers directly in the graph.

In: a `Graph`. Out: a `Found`: which nodes are the backbone's, which network it is, whether it is whole.
It must never go by the model's own name, which a student may give, nor by a single layer's.
"""

from __future__ import annotations

from dataclasses import dataclass

from grader.evidence.model_families import FAMILIES, Family, Variant
from grader.evidence.model_graph import Graph, Node
from grader.evidence.model_json import text, whole
from grader.records import Shape

_COUNT_TOLERANCE = 3
"""Layers by which another Keras version's network may differ from the table."""
_WITH_WEIGHTS = {
    "Conv1D", "Conv2D", "Conv3D", "Conv2DTranspose", "DepthwiseConv2D", "SeparableConv2D", "Dense", "EinsumDense",
    "BatchNormalization", "LayerNormalization", "GroupNormalization", "UnitNormalization", "PReLU", "Embedding",
    "LSTM", "GRU", "SimpleRNN", "Bidirectional", "MultiHeadAttention", "LayerScale", "CustomScaleLayer",
    "SpectralNormalization",
}  # fmt: skip
IMAGENET_CLASSES = 1000


@dataclass(frozen=True)
class Found:
    """A backbone in a graph.

    Attributes:
        name: of the Keras constructor; "" where sisters can't be told apart.
        family: names of all that it could be.
        nodes: keys of its nodes, without pooling and top.
        entrance: key of the node whose output goes in, None for the model's own input.
        last: key of its last node.
        nested: the name of the nested model that holds it; "" where its layers lie in the graph.
        whole: it reaches its last feature layer.
        classifier, top: keys of its classification layers in the model.
    """

    name: str
    family: tuple[str, ...]
    nodes: frozenset[int]
    entrance: int | None
    last: int
    nested: str
    container: tuple[str, ...]
    whole: bool
    classifier: tuple[int, ...] = ()
    top: tuple[int, ...] = ()

    def layers(self, graph: Graph) -> list[Node]:
        """Its nodes that are layers (not operations), in order."""
        return [graph.nodes[key] for key in sorted(self.nodes) if graph.nodes[key].is_layer]


def has_weights(node: Node) -> bool:
    """Whether the layer holds weights that training could change."""
    return node.kind in _WITH_WEIGHTS


def find_backbone(graph: Graph) -> Found | None:
    """The largest known network in the graph, None where there is none."""
    rooms: dict[tuple[str, ...], dict[str, Node]] = {}
    for node in graph.nodes:
        rooms.setdefault(node.container, {})[node.name] = node
    found = [_look(graph, room, nodes, family) for room, nodes in rooms.items() for family in FAMILIES]
    return max((f for f in found if f is not None), key=lambda f: len(f.nodes), default=None)


def _look(graph: Graph, room: tuple[str, ...], nodes: dict[str, Node], family: Family) -> Found | None:
    if not family.marks <= nodes.keys() or family.absent & nodes.keys():
        return None
    last = nodes.get(family.last)
    whole_network = last is not None
    if last is None:
        last = max((n for name, n in nodes.items() if family.own.match(name)), key=lambda n: n.key)
    else:
        last = _follow(graph, last, family.epilogue)
    before = {key for key in graph.ancestors(last.key) if graph.nodes[key].container[: len(room)] == room}
    first = nodes.get(family.first) or min(
        (graph.nodes[key] for key in before if graph.nodes[key].kind == "Conv2D"), key=lambda n: n.key, default=None
    )
    if first is None or first.key not in before:
        return None
    entrance, own = _walk_back(graph, first, family, room)
    keys = own | (before & graph.descendants(first.key))
    beyond = graph.descendants(last.key)
    classifier = tuple(sorted(nodes[n].key for n in family.classifier if n in nodes and nodes[n].key in beyond))
    top = tuple(sorted(nodes[n].key for n in family.top if n in nodes and nodes[n].key in beyond))
    variant = _variant(graph, family, nodes, len([k for k in keys if graph.nodes[k].kind != "InputLayer"]))
    return Found(
        name=variant.name if variant else "",
        family=tuple(v.name for v in family.variants),
        nodes=frozenset(keys),
        entrance=entrance,
        last=last.key,
        nested=room[-1] if room and room not in graph.sequential else "",
        container=room,
        whole=whole_network,
        classifier=classifier,
        top=top,
    )


def _follow(graph: Graph, last: Node, epilogue: tuple[str, ...]) -> Node:
    """The last of the layers that Keras itself puts behind the last named one."""
    for kind in epilogue:
        behind = next((n for n in graph.nodes[last.key :] if last.key in n.inputs and n.kind == kind), None)
        if behind is None or behind.container != last.container:
            break
        last = behind
    return last


def _walk_back(graph: Graph, first: Node, family: Family, room: tuple[str, ...]) -> tuple[int | None, set[int]]:
    """What goes in, and the keys of Keras's own layers in front of the first named one."""
    own: set[int] = set()
    current = first
    expected = list(family.prologue)
    while current.inputs:
        before = graph.nodes[current.inputs[0]]
        if before.container[: len(room)] != room:
            return before.key, own
        if before.kind == "InputLayer":
            if not room:
                return before.key, own
            own.add(before.key)
            return (before.inputs[0] if before.inputs else None), own
        while expected and expected[-1] != before.kind:
            expected.pop()
        if not expected:
            return before.key, own
        expected.pop()
        own.add(before.key)
        current = before
    return None, own


def _variant(graph: Graph, family: Family, nodes: dict[str, Node], count: int) -> Variant | None:
    """The member of the family, by names, then by the number of layers (the input layer apart) and filters."""
    if len(family.variants) == 1:
        return family.variants[0]
    for variant in family.variants:
        if variant.present and variant.present in nodes and variant.absent not in nodes:
            return variant
    last_convolution = nodes.get("top_conv")
    features = whole(last_convolution.config.get("filters")) if last_convolution else None
    near = [v for v in family.variants if v.features == features and abs(v.layers - 1 - count) <= _COUNT_TOLERANCE]
    return near[0] if len(near) == 1 else None


def input_shape(graph: Graph, found: Found) -> Shape | None:
    """(height, width, channels) of what goes into the backbone."""
    inner = [graph.nodes[k] for k in found.nodes if graph.nodes[k].kind == "InputLayer"]
    sources = [*inner, *([graph.nodes[found.entrance]] if found.entrance is not None else [])]
    for node in sources:
        if node.shape is not None and len(node.shape) == 4:
            return node.shape[1:]
    return None


def describe(graph: Graph, found: Found) -> str:
    """A short excerpt for people: what was found and where."""
    name = found.name or " or ".join(found.family)
    count = len(found.layers(graph))
    if found.nested:
        return f"{name} (nested Functional '{text(found.nested)}'), {count} layers"
    return f"{name} ({count} of its layers directly in the model)"
