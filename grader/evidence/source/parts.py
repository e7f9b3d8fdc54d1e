"""The parts of an account that a model's trace shows: backbone, pooling, head.

In: a Trace. Out: records. Pure.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from grader.evidence.source.architectures import SIDES
from grader.evidence.source.facts import cant_tell, known
from grader.evidence.source.layers import AUGMENTATIONS, UNCHANGED, sizes
from grader.evidence.source.operations import is_plain
from grader.evidence.source.tensors import ACTIVATIONS
from grader.evidence.source.values import LibraryName, Model, Spot, Step, Trace, TrainingFlag, Unknown, Use
from grader.records import (
    Backbone,
    CallTraining,
    Fact,
    Head,
    Pooling,
    PoolingPart,
    Shape,
)

POOLING_KINDS: MappingProxyType[str, Pooling] = MappingProxyType({
    "GlobalAveragePooling2D": Pooling.GLOBAL_AVERAGE, "GlobalMaxPooling2D": Pooling.GLOBAL_MAX,
    "Flatten": Pooling.FLATTEN,
})
STILL_MAPS = UNCHANGED | AUGMENTATIONS | frozenset("""
    Conv2D SeparableConv2D DepthwiseConv2D MaxPooling2D AveragePooling2D ZeroPadding2D Cropping2D Dense
""".split())
"""Layers behind which feature maps are maps still; a model inside the model begins with an InputLayer of its own."""
LAST_UNCOUNTED = frozenset({"Dropout", "ActivityRegularization"})
SAME_ACTIVATIONS = frozenset({"Activation", "Softmax", "ReLU"})


# --------------------------------------------------------------------------- backbone


def loaded_backbone(model: Model) -> Backbone:
    """A backbone as its constructor makes it, whatever becomes of it."""
    spot, arguments = model.spot, model.arguments

    def fact(value: object) -> Fact[Any]:
        return known(value, spot)

    if "hub" in arguments:
        unknown = cant_tell("a backbone from TensorFlow Hub", spot)
        return Backbone(name=fact(str(arguments["hub"])[:200]), include_top=unknown, weights=unknown)
    name = model.architecture.name if model.architecture is not None else ""
    top = arguments.get("include_top")
    return Backbone(
        name=fact(name),
        include_top=fact(top) if isinstance(top, bool) else _not_shown("include_top", spot),
        weights=_weights(arguments.get("weights"), spot),
        input_shape=_input_shape(model, name),
        pooling_argument=_pooling_argument(arguments.get("pooling"), spot),
        output_shape=_shape_fact(None, spot),
    )


def _not_shown(argument: str, spot: Spot) -> Fact[Any]:
    return cant_tell(f"the code alone does not show `{argument}`", spot)


def _weights(value: object, spot: Spot) -> Fact[str]:
    if value is None:
        return known("none", spot)
    if isinstance(value, str):
        return known("imagenet" if value == "imagenet" else "file", spot)
    return cant_tell("the code alone does not show `weights`", spot)


def _input_shape(model: Model, name: str) -> Fact[Shape]:
    spot, value = model.spot, model.arguments.get("input_shape")
    top = model.arguments.get("include_top")
    if value is None and model.arguments.get("input_tensor") is None and isinstance(top, bool):
        side = SIDES.get(name, 224) if top else None
        return known((side, side, 3), spot)
    shape = sizes(value) if is_plain(value) else None
    if shape is not None and len(shape) == 3:
        return known(shape, spot)
    return cant_tell("the code alone does not show the input shape", spot)


def _pooling_argument(value: object, spot: Spot) -> Fact[str]:
    if value is None or isinstance(value, str):
        return known(value or "none", spot)
    return cant_tell("the code alone does not show `pooling`", spot)


def _shape_fact(shape: Shape | None, spot: Spot) -> Fact[Shape]:
    if shape is None or None in shape[1:]:
        return cant_tell("the code alone does not show this shape", spot)
    return known(shape, spot)


def used_backbone(trace: Trace, batch: int | None) -> Backbone:
    """The backbone in a model, or that there is none."""
    use = trace.use
    if use is None:
        why = trace.unsure
        return Backbone(in_model=cant_tell(why)) if why else Backbone(in_model=known(False))
    if trace.several:
        several = cant_tell("the model contains several backbones")
        return Backbone(in_model=several, name=several)
    base, spot = loaded_backbone(use.backbone), use.step.spot
    opaque = next((s.name for s, _ in trace.after if s.kind == "opaque"), "")
    return base.model_copy(update={
        "in_model": cant_tell(opaque) if opaque else known(True, spot),
        "cut_before_top": _cut(use),
        "output_shape": _shape_fact(with_batch(use.shape, batch), spot),
        "call_training": _call_training(use.training, spot),
    })


def with_batch(shape: Shape | None, batch: int | None) -> Shape | None:
    """A shape with the student's batch size in front."""
    return (batch, *shape[1:]) if shape is not None else None


def _cut(use: Use) -> Fact[bool]:
    spot, built = use.step.spot, use.backbone.architecture
    if use.backbone.arguments.get("include_top") is False:
        return known(False, spot)
    if built is None or not use.backbone.members or use.backbone.arguments.get("include_top") is not True:
        return cant_tell("the layers of this backbone are not known", spot)
    if use.index < 0:
        return known(False, spot)
    classifying = [i for i, (kind, _, _) in enumerate(built.layers) if i >= built.top_from
                   and kind in ("Dense", "Conv2D")]
    first = classifying[0] if classifying else len(built.layers)
    if use.index < first:
        return known(True, spot)
    if use.index >= len(built.layers) - 1:
        return known(False, spot)
    return cant_tell("it is cut between its fully connected layers", spot)


def _call_training(training: object, spot: Spot) -> Fact[CallTraining]:
    if isinstance(training, TrainingFlag):
        return known(CallTraining.PASSED_ON, spot)
    if training is None:
        return known(CallTraining.NOT_GIVEN, spot)
    if isinstance(training, (bool, int)):
        return known(CallTraining.TRUE if training else CallTraining.FALSE, spot)
    return cant_tell("the code alone does not show `training`", spot)


# --------------------------------------------------------------------------- pooling


def pooling_of(trace: Trace, batch: int | None) -> PoolingPart:
    """How the feature maps become a vector."""
    use = trace.use
    if use is None or trace.several or not trace.linear:
        why = trace.unsure or ("no backbone is seen in this model" if use is None else "its layers branch")
        return PoolingPart(kind=cant_tell(why), output_shape=cant_tell(why))
    spot = use.backbone.spot
    argument = use.backbone.arguments.get("pooling")
    if argument is not None and use.backbone.arguments.get("include_top") is False and use.index < 0:
        kind = {"avg": Pooling.GLOBAL_AVERAGE, "max": Pooling.GLOBAL_MAX}.get(str(argument))
        if isinstance(argument, Unknown) or kind is None:
            return PoolingPart(kind=_not_shown("pooling", spot), output_shape=_not_shown("pooling", spot))
        return _pooled(kind, with_batch(use.shape, batch), spot)
    window: Step | None = None
    for index, (step, shape) in enumerate(trace.after):
        kind = _pooling_kind(step)
        if kind == Pooling.FLATTEN and window is not None:
            kind = _window_pooling(window, trace, index)
        if kind is not None:
            return _pooled(kind, with_batch(_vector(trace, index, shape), batch), step.spot)
        if step.kind in ("opaque", "other", "merge", "augment", "scaling"):
            why = step.name if step.kind == "opaque" else f"what `{step.name}` does to the feature maps is not followed"
            return PoolingPart(kind=cant_tell(why, step.spot), output_shape=cant_tell(why))
        layer = step.layer.kind if step.layer is not None else ""
        if layer and layer not in STILL_MAPS:
            return _pooled(Pooling.OTHER, None, step.spot)
        window = step if layer in ("AveragePooling2D", "MaxPooling2D") else window
    return _pooled(Pooling.NONE, None, spot)


def _pooling_kind(step: Step) -> Pooling | None:
    if step.kind == "pool":
        return Pooling(step.name)
    if step.kind == "flatten":
        return Pooling.FLATTEN
    return POOLING_KINDS.get(step.layer.kind) if step.kind == "call" and step.layer is not None else None


def _window_pooling(window: Step, trace: Trace, index: int) -> Pooling:
    """An average over the whole map, then Flatten, is a global average."""
    before = next((shape for step, shape in trace.after[:index] if step is window), None)
    whole = before is not None and before[1:3] == (1, 1)
    if before is None or before[1] is None:
        return Pooling.OTHER
    kind = window.layer.kind if window.layer is not None else ""
    if whole:
        return Pooling.GLOBAL_AVERAGE if kind == "AveragePooling2D" else Pooling.GLOBAL_MAX
    return Pooling.FLATTEN


def _vector(trace: Trace, index: int, shape: Shape | None) -> Shape | None:
    """Shape after pooling; with keepdims, that after the Flatten or Reshape that follows."""
    if shape is not None and len(shape) == 4:
        for _, later in trace.after[index + 1:]:
            if later is not None and len(later) == 2:
                return later if later[1] == shape[3] else None
    return shape


def _pooled(kind: Pooling, shape: Shape | None, spot: Spot) -> PoolingPart:
    return PoolingPart(kind=known(kind, spot), output_shape=_shape_fact(shape, spot))


# --------------------------------------------------------------------------- head


def head_of(trace: Trace, batch: int | None) -> Head:
    """The last layer of the model, a separate activation included."""
    steps = list(trace.after) if trace.use is not None or trace.after else [(s, None) for s in trace.before]
    why = trace.unsure or "no last layer is seen"
    activation: object = None
    spot = Spot()
    while steps:
        step, shape = steps.pop()
        layer = step.layer.kind if step.kind == "call" and step.layer is not None else ""
        if layer in LAST_UNCOUNTED or step.kind == "neutral":
            continue
        if activation is None and (step.kind == "activation" or layer in SAME_ACTIVATIONS):
            activation, spot = _separate(step), step.spot
            continue
        if layer != "Dense" or step.layer is None:
            why = step.name if step.kind == "opaque" else "the last layer is not Dense"
            break
        own = activation_name(step.layer.arguments.get("activation"))
        effective = own if activation is None else activation if own == "linear" else Unknown("two activations")
        return _dense_head(step, shape, effective, spot if activation is not None else step.layer.spot, trace, batch)
    unknown = cant_tell(why, spot)
    return Head(units=unknown, activation=unknown, output_shape=unknown, hidden=unknown)


def _dense_head(step: Step, shape: Shape | None, activation: object, at: Spot, trace: Trace, batch: int | None) -> Head:
    layer = step.layer
    spot = layer.spot if layer is not None else step.spot
    units = layer.arguments.get("units") if layer is not None else None
    counted = known(units, spot) if isinstance(units, int) else _not_shown("units", spot)
    named = known(activation, at) if isinstance(activation, str) else _not_shown("activation", at)
    output = with_batch(shape, batch)
    if output is None and isinstance(units, int) and trace.linear and pooling_of(trace, batch).kind.value not in (
            None, Pooling.NONE, Pooling.OTHER):
        output = (batch, units)
    return Head(units=counted, activation=named, output_shape=_shape_fact(output, spot),
                hidden=known(_hidden(trace, layer)))


def _hidden(trace: Trace, last: object) -> tuple[str, ...]:
    """Layers with weights between pooling and the last one."""
    layers = [s.layer for s, _ in trace.after if s.kind == "call" and s.layer is not None and s.layer.weighted]
    return tuple(x.kind for x in layers if x is not last and x.kind != "BatchNormalization")


def _separate(step: Step) -> object:
    if step.kind == "activation":
        return step.name
    layer = step.layer
    if layer is not None and layer.kind == "Activation":
        return activation_name(layer.arguments.get("activation", Unknown("activation")))
    return layer.kind.lower() if layer is not None else Unknown("activation")


def activation_name(value: object) -> object:
    """An activation as Keras calls it: `linear` for none; Unknown where not followed."""
    if value is None:
        return "linear"
    if isinstance(value, str):
        return value.lower()
    if isinstance(value, LibraryName) and (value.last in ACTIVATIONS or value.last in ("Softmax", "ReLU")):
        return value.last.lower()
    return Unknown("an activation that is not followed")
