"""Reads the parts around a backbone out of a laid out model: augmentation, pooling, head.

In: a `Graph` and where its backbone lies (or that it has none). Out: the parts of an Account, without measurements.
A part that the graph does not show plainly is "can't tell"; what may lie outside the file (a data pipeline) is too.
"""

from __future__ import annotations

from typing import Any

from grader.evidence.model_backbone import Found, has_weights
from grader.evidence.model_graph import Graph, Node
from grader.evidence.model_json import mapping, shape, text, whole
from grader.evidence.model_shapes import DOES_NOT_POOL
from grader.records import (
    Augmentation,
    AugmentationLayer,
    Head,
    Pooling,
    PoolingPart,
    Shape,
    Site,
    cant_tell,
    known,
)

_AUGMENTS = {"RandAugment", "AugMix", "MixUp", "CutMix", "GaussianNoise"}
_ACTIVATION_OPS = {"Sigmoid": "sigmoid", "Softmax": "softmax", "Relu": "relu", "Tanh": "tanh", "ReLU": "relu"}
_AFTER_HEAD = {"Dropout", "Flatten", "Reshape", "Identity", "Cast", "Squeeze", "GetItem"}
_DESCRIBED = ("mode", "factor", "height_factor", "width_factor", "fill_mode", "value_range", "height", "width")


def is_augmentation(node: Node) -> bool:
    """Whether the layer transforms training images at random."""
    return (node.kind.startswith("Random") or node.kind in _AUGMENTS) and node.is_layer and not node.opaque


def augmentation_of(graph: Graph, found: Found | None) -> Augmentation:
    """The random layers on the way to the backbone, and those behind it."""
    if not graph.visible:
        return Augmentation(wired=cant_tell(graph.why))
    border = sorted(found.nodes) if found else [*graph.outputs]
    before = graph.ancestors(*border) - (found.nodes if found else set())
    behind = graph.descendants(found.last) if found else set()
    layers = []
    for node in graph.nodes:
        if is_augmentation(node) and (node.key in before or node.key in behind) and node.kind != "GaussianNoise":
            layers.append(_layer(node, Site.AFTER_BACKBONE if node.key in behind else Site.MODEL))
    if not layers:
        return Augmentation(wired=cant_tell("the model holds no augmentation layers; what the data pass is not in it"))
    return Augmentation(wired=known(tuple(layers), excerpt=" → ".join(layer.kind for layer in layers)))


def _layer(node: Node, site: Site) -> AugmentationLayer:
    arguments = {name: str(node.config[name])[:60] for name in _DESCRIBED if node.config.get(name) is not None}
    return AugmentationLayer(kind=node.kind, site=site, arguments=arguments, excerpt=f"{node.kind} '{node.name}'")


def behind(graph: Graph, found: Found | None) -> list[Node]:
    """The nodes that follow the backbone and lead to the output, in order."""
    leading = graph.ancestors(*graph.outputs) if graph.outputs else set()
    if found is None:
        return [graph.nodes[key] for key in sorted(leading)]
    following = graph.descendants(found.last) - found.nodes
    return [graph.nodes[key] for key in sorted(leading & following)]


def pooling_of(graph: Graph, found: Found | None) -> tuple[PoolingPart, Node | None]:
    """How feature maps become a vector, and the node where they are one."""
    if not graph.visible:
        return PoolingPart(kind=cant_tell(graph.why), output_shape=cant_tell(graph.why)), None
    if found is None:
        return PoolingPart(kind=cant_tell("the model holds no known backbone")), None
    nodes = behind(graph, found)
    maps = graph.nodes[found.last].shape
    for position, node in enumerate(nodes):
        averages = _covers_all(graph, node) or _averages_tokens(graph, node, maps)
        kind = Pooling.GLOBAL_AVERAGE if averages else _pooling_kind(node)
        if node.opaque:
            return PoolingPart(kind=cant_tell(f"{node.kind} layer '{node.name}' holds code of its own")), None
        if kind is None:
            continue
        node, kind = _flattened(nodes[position:], node, kind)
        size = node.shape if node.shape and len(node.shape) == 2 else None
        excerpt = f"{nodes[position].kind} '{nodes[position].name}'"
        return PoolingPart(
            kind=known(kind, excerpt=excerpt),
            output_shape=known(size, excerpt=excerpt) if size else cant_tell("the file does not say the shape"),
        ), node
    strange = next((node for node in nodes if node.kind not in DOES_NOT_POOL and not _over_channels(node)), None)
    if strange is not None:
        return PoolingPart(kind=cant_tell(f"what {strange.kind} '{strange.name}' makes of the maps is not known")), None
    return PoolingPart(kind=known(Pooling.NONE, why="no pooling or flattening layer follows the backbone")), None


def _pooling_kind(node: Node) -> Pooling | None:
    if node.kind == "GlobalAveragePooling2D" or (node.kind == "Mean" and _over_space(node)):
        return Pooling.GLOBAL_AVERAGE
    if node.kind == "GlobalMaxPooling2D" or (node.kind == "Max" and _over_space(node)):
        return Pooling.GLOBAL_MAX
    if node.kind == "Flatten":
        return Pooling.FLATTEN
    if node.kind == "Reshape" and len(shape(node.config.get("target_shape")) or ()) == 1:
        return Pooling.FLATTEN
    return None


def _covers_all(graph: Graph, node: Node) -> bool:
    """An average over windows as large as the feature map is a global one."""
    size = graph.nodes[node.inputs[0]].shape if node.inputs else None
    window = shape(node.config.get("pool_size"))
    return node.kind == "AveragePooling2D" and size is not None and window is not None and size[1:3] == window


def _averages_tokens(graph: Graph, node: Node, maps: Shape | None) -> bool:
    """An average over the places of the feature map, which a Reshape has put in one row."""
    before = graph.nodes[node.inputs[0]].shape if node.inputs else None
    if before is None or maps is None or len(before) != 3 or len(maps) != 4 or before[2] != maps[3]:
        return False
    if node.kind == "GlobalAveragePooling1D":
        return node.config.get("data_format") != "channels_first"
    return node.kind == "Mean" and shape(node.config.get("axis")) in ((1,), (-2,))


def _over_channels(node: Node) -> bool:
    return node.kind in ("Mean", "Max", "Sum") and shape(node.config.get("axis")) in ((3,), (-1,))


def _over_space(node: Node) -> bool:
    axes = node.config.get("axis")
    if axes is None:  # Keras 2 keeps the axes among the call's arguments
        axes = next((item for item in node.arguments if isinstance(item, list)), None)
    return shape(axes) in ((1, 2), (-3, -2))


def _flattened(nodes: list[Node], node: Node, kind: Pooling) -> tuple[Node, Pooling]:
    """A pooling with `keepdims`, followed by Flatten: the vector is behind the Flatten."""
    if kind == Pooling.FLATTEN or not (node.config.get("keepdims") is True or node.kind == "AveragePooling2D"):
        return node, kind
    for following in nodes[1:]:
        if following.kind in ("Flatten", "Reshape"):
            return following, kind
        if has_weights(following):
            break
    return node, kind


def head_of(graph: Graph, found: Found | None, pooled: Node | None) -> Head:
    """The layer that gives the classes, with its effective activation, and the layers before it."""
    if not graph.visible or len(graph.outputs) != 1:
        why = graph.why or f"the model has {len(graph.outputs)} outputs"
        return Head(units=cant_tell(why), activation=cant_tell(why), output_shape=cant_tell(why), hidden=cant_tell(why))
    activation, current = "", graph.nodes[graph.outputs[0]]
    while not has_weights(current):
        if current.opaque or not current.inputs:
            why = f"the model ends in {current.kind} '{current.name}'"
            return Head(units=cant_tell(why), activation=cant_tell(why), hidden=cant_tell(why))
        named = _separate_activation(current)
        if named is None and current.kind not in _AFTER_HEAD:
            break
        activation = activation or (named or "")
        current = graph.nodes[current.inputs[0]]
    if current.kind != "Dense":
        why = f"the model ends in {current.kind} '{current.name}'"
        return Head(
            activation=cant_tell(why), units=_no_units(current, why), hidden=_hidden(graph, found, pooled, current)
        )
    return _dense_head(current, activation, _hidden(graph, found, pooled, current))


def _dense_head(dense: Node, separate: str, hidden: Any) -> Head:
    units = whole(dense.config.get("units"))
    own = activation_name(dense.config.get("activation"))
    activation = separate if separate not in ("", "linear") else own
    excerpt = f"Dense({units}, activation={own or '?'!r}) '{dense.name}'"
    if separate not in ("", "linear"):
        excerpt += f", then {separate}"
    batch = dense.shape[0] if dense.shape else None
    flat: Shape = (batch, units)
    output = dense.shape or flat
    return Head(
        units=known(units, excerpt=excerpt) if units is not None else cant_tell("units are not a number"),
        activation=known(activation, excerpt=excerpt)
        if activation
        else cant_tell("an activation of its own", None, excerpt),
        output_shape=known(output, excerpt=excerpt) if units is not None else cant_tell("units are not a number"),
        hidden=hidden,
    )


def _no_units(node: Node, why: str) -> Any:
    filters = whole(node.config.get("filters"))
    return known(filters, excerpt=f"{node.kind} '{node.name}'") if filters is not None else cant_tell(why)


def _separate_activation(node: Node) -> str | None:
    if node.kind == "Activation":
        return activation_name(node.config.get("activation"))
    return _ACTIVATION_OPS.get(node.kind)


def activation_name(value: object) -> str:
    """An activation's name out of any of the ways in which Keras writes it; "" where it is not Keras's."""
    if value is None:
        return "linear"
    if isinstance(value, dict):
        inner = mapping(value)
        name = (
            text(inner.get("config")) or text(mapping(inner.get("config")).get("name")) or text(inner.get("class_name"))
        )
    else:
        name = text(value)
    plain = name.rsplit(".", 1)[-1].rsplit(">", 1)[-1].lower()
    return plain.removesuffix("_v2") if plain.isidentifier() else ""


def _hidden(graph: Graph, found: Found | None, pooled: Node | None, head: Node) -> Any:
    start = pooled.key if pooled else (found.last if found else -1)
    between = [n for n in behind(graph, found) if start < n.key < head.key and has_weights(n)]
    return known(tuple(n.name for n in between), excerpt=", ".join(n.kind for n in between))
