"""The parts of a model as the run saw them: backbone, pooling, head.

In: a model's description, its trainings, the backbones that were constructed. Out: records. Pure.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import takewhile
from types import MappingProxyType

from grader.evidence.run_events import BackboneEvent, BackboneInModel, FeaturesEvent, Layer, ModelEvent, ShapeOf, Sizes
from grader.evidence.run_facts import Notebook, shape_of
from grader.evidence.run_history import BuiltModel, History
from grader.records import Backbone, CallTraining, Fact, Head, Pooling, PoolingPart, Shape

POOLING = MappingProxyType({
    "GlobalAveragePooling2D": Pooling.GLOBAL_AVERAGE, "GlobalMaxPooling2D": Pooling.GLOBAL_MAX,
    "Flatten": Pooling.FLATTEN, "Mean": Pooling.GLOBAL_AVERAGE, "Max": Pooling.GLOBAL_MAX, "Reshape": Pooling.FLATTEN,
    "reduce_mean": Pooling.GLOBAL_AVERAGE, "math.reduce_mean": Pooling.GLOBAL_AVERAGE,
})  # fmt: skip
_BY_WINDOWS = MappingProxyType({
    "AveragePooling2D": Pooling.GLOBAL_AVERAGE, "MaxPooling2D": Pooling.GLOBAL_MAX,
})  # fmt: skip
"""Global where their window is as large as the feature map."""
_ACTIVATION_LAYERS = MappingProxyType({
    "Softmax": "softmax", "ReLU": "relu", "Sigmoid": "sigmoid", "Tanh": "tanh", "Relu": "relu",
    "LeakyReLU": "leaky_relu",
})  # fmt: skip
_OUTPUT_LAYERS = frozenset({"Dense", "Conv2D", "EinsumDense"})
_NO_EFFECT = frozenset(
    {"Dropout", "ActivityRegularization", "Reshape", "Flatten", "Identity", "GaussianNoise", "Squeeze"}
)


# --------------------------------------------------------------------------- backbone


def loaded_backbone(event: BackboneEvent, notebook: Notebook) -> Backbone:
    """A backbone as it was constructed, whatever became of it."""
    shape = shape_of([None, *event.input_shape]) if event.input_shape is not None else None
    return Backbone(
        name=notebook.known(event.name, event),
        include_top=notebook.known(event.include_top, event),
        weights=notebook.known(event.weights, event),
        input_shape=notebook.known(shape[1:], event) if shape else notebook.cant_tell("not recorded", event),
        pooling_argument=notebook.known(event.pooling, event),
        output_shape=notebook.known(shape_of(event.output_shape), event)
        if event.output_shape else notebook.cant_tell("not recorded", event),
    )  # fmt: skip


def backbone_of(model: BuiltModel, history: History, notebook: Notebook) -> Backbone:
    """The backbone in a model, or that there is none."""
    description = model.described
    if description is None:
        return Backbone(in_model=notebook.cant_tell("what the model consists of was not recorded"))
    inside = description.backbone
    if inside is None:
        return Backbone(in_model=_absent(description, notebook))
    event = history.backbones.get(inside.key)
    base = loaded_backbone(event, notebook) if event is not None else _nameless(inside, notebook)
    batch = model.batch
    sizes = batch.backbone_output if batch is not None else None
    measured = shape_of(sizes or inside.output_shape, batch.batch_asked if batch is not None else None)
    return base.model_copy(update={
        "in_model": notebook.known(True, description),
        "cut_before_top": _cut(inside, event, notebook),
        "weights": _weights(base, model, inside, event, history, notebook),
        "output_shape": notebook.known(measured, event) if measured else base.output_shape,
        "call_training": _call(inside, description, notebook),
        "weights_as_served": _as_served(model, inside, event, notebook),
    })  # fmt: skip


def _nameless(inside: BackboneInModel, notebook: Notebook) -> Backbone:
    """A backbone that no constructor made here: it came out of a file, and is known by its name."""
    why = "it came out of a file, not from a Keras constructor"
    unknown = notebook.cant_tell(why)
    return Backbone(name=notebook.known(inside.name, why=why), include_top=unknown, weights=unknown,
                    input_shape=unknown, pooling_argument=unknown)  # fmt: skip


def _absent(description: ModelEvent, notebook: Notebook) -> Fact[bool]:
    foreign = next((x for x in description.behind if x.kind in ("KerasLayer", "TFSMLayer", "TorchModuleWrapper")), None)
    if foreign is not None:
        return notebook.cant_tell(
            f"the model contains a {foreign.kind}, into which the recorder can't see", description
        )
    if not description.order_known:
        return notebook.cant_tell("the model was never called here, so that its parts are not known", description)
    return notebook.known(False, description)


def _cut(inside: BackboneInModel, event: BackboneEvent | None, notebook: Notebook) -> Fact[bool]:
    if event is None:
        return notebook.cant_tell("how the backbone was constructed was not seen")
    if inside.how == "inside":
        return notebook.cant_tell("which of the backbone's layers are used was not seen", event)
    return notebook.known(event.include_top and not inside.last_used, event)


def _weights(base: Backbone, model: BuiltModel, inside: BackboneInModel, event: BackboneEvent | None,
             history: History, notebook: Notebook) -> Fact[str]:  # fmt: skip
    """As asked of the constructor, unless other weights were put in before the first training."""
    first = model.trainings[0].begin if model.trainings else None
    if event is not None and first is not None and inside.how == "structure" and event.weights != "none":
        earlier = takewhile(lambda training: training is not model.trainings[0], history.trainings)
        left = {training.end.backbone_digest for training in earlier if training.end is not None}
        if first.backbone_digest and event.digest and first.backbone_digest not in (event.digest, *left):
            return notebook.cant_tell("a network of the same layers as the one loaded, with other weights", event)
    whole = event is not None and inside.layers_used == inside.layers_total and inside.how in ("identity", "layers")
    if event is None or first is None or not whole or not first.backbone_digest or not event.digest:
        return base.weights
    if first.backbone_digest == event.digest or event.weights != "none":
        return base.weights
    return notebook.known("file", event, why="made with weights=None, and filled before the first training")


def _call(inside: BackboneInModel, description: ModelEvent, notebook: Notebook) -> Fact[CallTraining]:
    if inside.call is not None:
        return notebook.known(CallTraining(inside.call.training), inside.call)
    if not description.order_known:
        return notebook.cant_tell("the model was never called here", description)
    return notebook.known(
        CallTraining.NOT_GIVEN, description, why="the backbone's own tensors are used, without a call"
    )


def _as_served(
    model: BuiltModel, inside: BackboneInModel, event: BackboneEvent | None, notebook: Notebook
) -> Fact[bool]:
    ends = [t.end for t in model.trainings if t.end is not None]
    if event is None or event.weights != "imagenet" or not ends or inside.layers_used != inside.layers_total:
        return notebook.cant_tell("no comparison with the weights as loaded")
    if not event.digest or not ends[0].backbone_digest:
        return notebook.cant_tell("the weights were not compared")
    same = ends[0].backbone_digest == event.digest and ends[0].statistics_digest == event.statistics
    return notebook.known(same, ends[0])


# --------------------------------------------------------------------------- pooling and head


def pooling_of_features(model: BuiltModel, told: FeaturesEvent, history: History, notebook: Notebook) -> PoolingPart:
    """What makes a vector of features that were computed once: the backbone itself, or the model trained on them."""
    batch = model.batch.batch_asked if model.batch is not None else None
    event = history.backbones.get(told.backbone)
    vector = next((s for s in told.shapes if len(s) == 2), None)
    if vector is not None and event is not None and event.pooling in ("avg", "max"):
        kind = Pooling.GLOBAL_AVERAGE if event.pooling == "avg" else Pooling.GLOBAL_MAX
        return PoolingPart(kind=notebook.known(kind, event), output_shape=_shape(shape_of(vector, batch), notebook))
    if vector is not None or model.described is None:
        return PoolingPart(kind=notebook.cant_tell("the features are vectors already", told))
    return _by_layers(model.described, model.batch.shapes if model.batch is not None else [], batch, notebook)


def pooling_of(model: BuiltModel, history: History, notebook: Notebook) -> PoolingPart:
    """What makes a vector of the backbone's feature maps."""
    description = model.described
    if description is None or description.backbone is None:
        return PoolingPart()
    if not description.order_known:
        why = notebook.cant_tell("the model was never called here", description)
        return PoolingPart(kind=why, output_shape=why)
    batch = model.batch.batch_asked if model.batch is not None else None
    inside, shapes = description.backbone, model.batch.shapes if model.batch is not None else []
    event = history.backbones.get(inside.key)
    output = inside.output_shape or []
    if len(output) == 2:
        measured = model.batch.backbone_output if model.batch is not None else None
        return PoolingPart(
            kind=notebook.known(_pooled_inside(inside, event), event),
            output_shape=notebook.known(shape_of(measured or output, batch), event),
        )
    return _by_layers(description, shapes, batch, notebook)


def _pooled_inside(inside: BackboneInModel, event: BackboneEvent | None) -> Pooling:
    """How a backbone that gives a vector makes it. One with its top gives class probabilities, no feature maps."""
    if event is not None and event.include_top and inside.last_used:
        return Pooling.NONE
    return next((POOLING[kind] for kind in reversed(inside.tail) if kind in POOLING), Pooling.OTHER)


def _by_layers(
    description: ModelEvent, shapes: Sequence[ShapeOf], batch: int | None, notebook: Notebook
) -> PoolingPart:
    reduced: Pooling | None = None
    maps = description.backbone.output_shape if description.backbone is not None else None
    for layer in description.behind:
        sizes = _seen(layer, shapes)
        if reduced is None and layer.kind in _BY_WINDOWS and _window(layer) == tuple(maps or ())[1:3]:
            reduced = _BY_WINDOWS[layer.kind]
            continue
        maps = sizes
        # `keepdims=True` leaves (batch, 1, 1, channels): what flattens that afterwards has pooled nothing.
        kind = (reduced if layer.kind in POOLING else None) or POOLING.get(layer.kind)
        if kind is not None and sizes is not None and len(sizes) == 4 and sizes[1] == sizes[2] == 1:
            reduced = kind
            continue
        if kind is not None and (sizes is None or len(sizes) == 2):
            shape = shape_of(sizes, batch)
            return PoolingPart(kind=notebook.known(kind, description, why=layer.kind),
                               output_shape=_shape(shape, notebook))  # fmt: skip
        if sizes is not None and len(sizes) == 2:
            return PoolingPart(kind=notebook.known(Pooling.OTHER, description, why=layer.kind),
                               output_shape=_shape(shape_of(sizes, batch), notebook))  # fmt: skip
        if layer.kind == "Dense" and sizes is not None and len(sizes) == 4:
            continue
    opaque = next((x for x in description.behind if not x.keras), None)
    if opaque is not None:
        return PoolingPart(kind=notebook.cant_tell(f"{opaque.kind} is a layer of the student's own", description))
    return PoolingPart(kind=notebook.known(Pooling.NONE, description))


def _window(layer: Layer) -> tuple[int, ...]:
    size = layer.pool_size
    return (size, size) if isinstance(size, int) else tuple(size or ())


def _seen(layer: Layer, shapes: Sequence[ShapeOf]) -> Sizes | None:
    """A layer's output as measured, else as Keras inferred it."""
    measured = next((s.shape for s in shapes if s.name == layer.name and s.shape is not None), None)
    return measured or layer.shape


def _shape(shape: Shape | None, notebook: Notebook) -> Fact[Shape]:
    return notebook.known(shape) if shape else notebook.cant_tell("the shape was not seen")


def head_of(model: BuiltModel, notebook: Notebook) -> Head:
    """The last layer with weights, and what its values pass before they leave the model."""
    description = model.described
    if description is None or not description.order_known:
        unknown = notebook.cant_tell("the model was never called here")
        return Head(units=unknown, activation=unknown, output_shape=unknown, hidden=unknown)
    layers = description.behind
    last = max((i for i, x in enumerate(layers) if x.kind in _OUTPUT_LAYERS and x.weights), default=None)
    batch = model.batch
    sizes = batch.output if batch is not None and batch.output is not None else description.output_shape
    shape = _shape(shape_of(sizes, batch.batch_asked if batch is not None else None), notebook)
    if last is None:
        why = notebook.cant_tell("no Dense layer with weights stands behind the backbone", description)
        return Head(units=why, activation=why, output_shape=shape)
    layer = layers[last]
    pooled = next((i for i, x in enumerate(layers) if x.kind in POOLING), -1)
    hidden = tuple(_words(x) for x in layers[max(pooled, 0) : last] if x.weights)
    units = layer.units if layer.units is not None else layer.filters
    return Head(
        units=notebook.known(units) if units is not None else notebook.cant_tell(f"{layer.kind} has no units"),
        activation=_activation(layer, layers[last + 1 :], batch.last_activation if batch is not None else "", notebook),
        output_shape=shape,
        hidden=notebook.known(hidden),
    )


def _activation(layer: Layer, after: Sequence[Layer], measured: str, notebook: Notebook) -> Fact[str]:
    """The effective one: of the layer, or of what stands behind it; `measured` turns its output into the model's."""
    name = layer.activation or "linear"
    for later in after:
        separate = _ACTIVATION_LAYERS.get(later.kind, later.activation if later.kind == "Activation" else "")
        if separate and separate != "linear":
            name = separate
        elif not separate and later.kind not in _NO_EFFECT and later.kind != "Activation":
            return notebook.cant_tell(f"{later.kind} stands behind the last Dense layer")
    if name == "linear" and measured in ("sigmoid", "softmax"):
        return notebook.known(measured, why="measured: the model's output is that of its last layer's")
    if name in ("<lambda>", "lambda"):
        return notebook.cant_tell("the activation is a lambda")
    return notebook.known(name)


def _words(layer: Layer) -> str:
    size = layer.units if layer.units is not None else layer.filters
    return f"{layer.kind}({size})" if size is not None else layer.kind


# --------------------------------------------------------------------------- precomputed features


def precomputed_from(model: BuiltModel, history: History) -> FeaturesEvent | None:
    """The computation of a backbone's features that this model is trained on, by the shape of what it takes."""
    description = model.described
    if description is None or description.backbone is not None or not model.trainings:
        return None
    entered = model.batch.entered.shape[1:] if model.batch and model.batch.entered else None
    taken = list(entered or (description.input_shape or [])[1:])
    for told in reversed(history.features):
        outputs = [[x or 0 for x in s[1:]] for s in told.shapes]
        if told.backbone in history.backbones and taken and any(_fits(taken, o) for o in outputs):
            return told
    return None


def _fits(taken: Sequence[int | None], output: Sequence[int]) -> bool:
    """The same shape, flattened, or averaged over height and width."""
    whole = [x or 0 for x in taken]
    if not output or not all(output):
        return False
    return len(output) >= 1 and whole in (list(output), [math.prod(output)], [output[-1]]) and whole != [1]
