"""Reads how a model itself scales pixels before its backbone.

In: the nodes in front of the backbone, in order. Out: the steps, each named by what raw [0, 255] RGB becomes, or why
it can't be told. It must never call an operation it does not know harmless: one unknown layer and nothing is known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from grader.evidence.model_graph import Node
from grader.evidence.model_json import mapping, number, sequence, vector, whole
from grader.records import PreprocessingStep, Scaling, Site

_NEUTRAL = {
    "InputLayer", "Resizing", "CenterCrop", "RandomCrop", "Dropout", "SpatialDropout2D", "GaussianNoise", "Identity",
    "Cast", "ZeroPadding2D", "Cropping2D", "UpSampling2D", "Reshape", "ActivityRegularization", "Concatenate",
    "MixUp", "CutMix", "RandAugment", "AugMix", "Pipeline",
}  # fmt: skip
_CLOSE = 1e-3
_MEANS_BGR = (103.939, 116.779, 123.68)
_TORCH = (((0.485, 0.229)), ((0.456, 0.224)), ((0.406, 0.225)))
Vector = tuple[float, ...]


class Unreadable(Exception):
    """A node whose effect on pixel values can't be told; the message says which."""


@dataclass(frozen=True)
class Affine:
    """`x * scale + offset` by channel, after turning RGB to BGR where `swapped`."""

    scale: Vector = (1.0,)
    offset: Vector = (0.0,)
    swapped: bool = False

    def then(self, other: Affine) -> Affine:
        """This step, then the other."""
        scale, offset = self.scale, self.offset
        if other.swapped:
            scale, offset = scale[::-1], offset[::-1]
        return Affine(
            scale=_each(scale, other.scale, lambda a, b: a * b),
            offset=_each(_each(offset, other.scale, lambda a, b: a * b), other.offset, lambda a, b: a + b),
            swapped=self.swapped != other.swapped,
        )

    def is_like(self, other: Affine) -> bool:
        """The same step, within rounding of constants that people write."""
        pairs = [*_pairs(self.scale, other.scale), *_pairs(self.offset, other.offset)]
        return self.swapped == other.swapped and all(abs(a - b) <= _CLOSE * max(1e-2, abs(b)) for a, b in pairs)


_KNOWN = {
    Scaling.MINUS_ONE_TO_ONE: Affine((1 / 127.5,), (-1.0,)),
    Scaling.ZERO_TO_ONE: Affine((1 / 255,), (0.0,)),
    Scaling.BGR_MEANS: Affine((1.0,), tuple(-m for m in _MEANS_BGR), swapped=True),
    Scaling.TORCH: Affine(tuple(1 / (255 * s) for _, s in _TORCH), tuple(-m / s for m, s in _TORCH)),
}


def _pairs(a: Vector, b: Vector) -> list[tuple[float, float]]:
    size = max(len(a), len(b))
    return list(zip(a * size if len(a) == 1 else a, b * size if len(b) == 1 else b, strict=False))


def _each(a: Vector, b: Vector, of: Any) -> Vector:
    if len(a) != len(b) and 1 not in (len(a), len(b)):
        raise Unreadable("constants of different lengths")
    return tuple(of(x, y) for x, y in _pairs(a, b))


def scaling_steps(nodes: list[Node]) -> tuple[PreprocessingStep, ...]:
    """The scalings that pixels pass, in order; () for none.

    Raises:
        Unreadable: where a node on the way can't be read.
    """
    operations: list[tuple[Affine, Node]] = []
    picks: dict[int, int] = {}
    for node in nodes:
        channel = _picked_channel(node)
        if channel is not None:
            picks[node.key] = channel
            continue
        if node.kind == "Stack" and _stacked_reversed(node, picks):
            operations.append((Affine(swapped=True), node))
            continue
        affine = _affine(node)
        if affine is not None:
            operations.append((affine, node))
    return tuple(_grouped(operations))


def _grouped(operations: list[tuple[Affine, Node]]) -> list[PreprocessingStep]:
    """Longest known scalings first: `/255`, `*2`, `-1` is one step, `/255` alone another.

    All of them are one step where that leaves a rest.
    """
    steps: list[PreprocessingStep] = []
    at = 0
    while at < len(operations):
        match = _longest(operations[at : at + 8])
        if match is None:
            return _other(operations)
        scaling, length = match
        if length > 0:
            steps.append(_step(scaling, [node for _, node in operations[at : at + length]]))
        at += length
    return steps


def _longest(operations: list[tuple[Affine, Node]]) -> tuple[Scaling, int] | None:
    best: tuple[Scaling, int] | None = None
    total = Affine()
    for length, (affine, _) in enumerate(operations, start=1):
        total = total.then(affine)
        for scaling, known in _KNOWN.items():
            if total.is_like(known):
                best = (scaling, length)
    return best


def _other(strange: list[tuple[Affine, Node]]) -> list[PreprocessingStep]:
    total = Affine()
    for affine, _ in strange:
        total = total.then(affine)
    if total.is_like(Affine()):
        return []
    ends = (total.offset[0], 255 * total.scale[0] + total.offset[0])
    same = len(set(total.scale)) == len(set(total.offset)) == 1
    return [_step(Scaling.OTHER, [node for _, node in strange], maps_to=ends if same else None)]


def _step(scaling: Scaling, nodes: list[Node], maps_to: tuple[float, float] | None = None) -> PreprocessingStep:
    words = ", ".join(map(_words, nodes))[:200]
    return PreprocessingStep(scaling=scaling, site=Site.MODEL, maps_to=maps_to, excerpt=words)


def _words(node: Node) -> str:
    constant = _constant(node)
    if node.kind == "Rescaling":
        return f"Rescaling(scale={node.config.get('scale')!r}, offset={node.config.get('offset')!r})"[:120]
    if constant is None:
        return node.kind
    return f"{node.kind} {', '.join(f'{value:g}' for value in constant)}"


def _affine(node: Node) -> Affine | None:
    """What the node does to values; None for nothing.

    Raises:
        Unreadable: where that can't be told.
    """
    if node.opaque:
        raise Unreadable(f"{node.kind} layer '{node.name}' holds code of its own")
    if node.kind in _NEUTRAL or node.kind.startswith("Random") or _is_linear(node):
        return None
    if node.kind == "Rescaling":
        scale, offset = vector(node.config.get("scale")), vector(node.config.get("offset"))
        if scale is None or offset is None:
            raise Unreadable(f"the constants of '{node.name}'")
        return Affine(scale, offset)
    if node.kind == "Normalization":
        return _normalization(node)
    if node.kind == "GetItem" and _is_reversal(node.arguments):
        return Affine(swapped=True)
    return _arithmetic(node)


def _is_linear(node: Node) -> bool:
    return node.kind == "Activation" and node.config.get("activation") == "linear"


def _normalization(node: Node) -> Affine:
    mean, variance = vector(node.config.get("mean")), vector(node.config.get("variance"))
    if mean is None or variance is None or node.config.get("invert") is True or min(variance) <= 0:
        raise Unreadable(f"'{node.name}' was adapted to data, its constants are not in the config")
    inverse = tuple(v**-0.5 for v in variance)
    return Affine(inverse, _each(tuple(-m for m in mean), inverse, lambda a, b: a * b))


def _arithmetic(node: Node) -> Affine:
    constant = _constant(node)
    tensor_first = bool(node.arguments) and node.arguments[0] is None
    if constant is None or len(node.inputs) != 1:
        raise Unreadable(f"{node.kind} '{node.name}' is not a scaling by a constant")
    if node.kind in ("TrueDivide", "Divide") and tensor_first and all(constant):
        return Affine(tuple(1 / value for value in constant))
    if node.kind == "Multiply":
        return Affine(constant)
    if node.kind == "Add":
        return Affine(offset=constant)
    if node.kind == "Subtract":
        return Affine(offset=tuple(-v for v in constant)) if tensor_first else Affine((-1.0,), constant)
    raise Unreadable(f"{node.kind} '{node.name}'")


def _constant(node: Node) -> Vector | None:
    found = [vector(item) for item in node.arguments if item is not None]
    numbers = [item for item in found if item is not None]
    return numbers[0] if len(numbers) == 1 else None


def _parts(arguments: tuple[Any, ...]) -> list[Any]:
    lists = [item for item in arguments if isinstance(item, list)]
    return lists[0] if lists else []


def _is_reversal(arguments: tuple[Any, ...]) -> bool:
    """`x[..., ::-1]` or `x[:, :, :, ::-1]`."""
    parts = _parts(arguments)
    last = mapping(mapping(parts[-1]).get("config")) or mapping(parts[-1]) if parts else {}
    return number(last.get("step")) == -1 and len(parts) in (2, 4) and not any(number(p) is not None for p in parts)


def _picked_channel(node: Node) -> int | None:
    """The channel that `x[..., k]` takes, None where the node is anything else."""
    parts = _parts(node.arguments)
    return whole(parts[-1]) if node.kind == "GetItem" and len(parts) in (2, 4) else None


def _stacked_reversed(node: Node, picks: dict[int, int]) -> bool:
    order = [picks.get(key) for key in node.inputs]
    return order == [2, 1, 0] and sequence([node.config.get("axis")])[0] in (-1, 3)
