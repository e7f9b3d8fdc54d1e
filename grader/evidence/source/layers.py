"""Keras layers: how they are made, and what calling one on a symbolic tensor gives.

In: a layer's class and arguments. Out: Layer and Tensor values with shapes. Never imports Keras.
"""

from __future__ import annotations

from math import ceil, prod
from types import MappingProxyType

from grader.evidence.source.architectures import output_shape
from grader.evidence.source.functions import call_function, find_in_class
from grader.evidence.source.machine import Machine, Made, Random
from grader.evidence.source.names import snake_case
from grader.evidence.source.values import (
    Args,
    AutoName,
    Function,
    Layer,
    Model,
    Spot,
    Step,
    Tensor,
    TrainingFlag,
    Unknown,
)
from grader.records import Shape

NESTING = 8
"""Models inside models whose shapes are followed."""
SIGNATURES: MappingProxyType[str, tuple[str, ...]] = MappingProxyType({
    "Dense": ("units", "activation"), "Dropout": ("rate",), "Activation": ("activation",), "Lambda": ("function",),
    "Rescaling": ("scale", "offset"), "Reshape": ("target_shape",), "Flatten": ("data_format",),
    "Conv2D": ("filters", "kernel_size", "strides", "padding"), "SeparableConv2D": ("filters", "kernel_size"),
    "GlobalAveragePooling2D": ("data_format", "keepdims"), "GlobalMaxPooling2D": ("data_format", "keepdims"),
    "MaxPooling2D": ("pool_size", "strides", "padding"), "AveragePooling2D": ("pool_size", "strides", "padding"),
    "Resizing": ("height", "width"), "CenterCrop": ("height", "width"), "TimeDistributed": ("layer",),
    "InputLayer": ("shape",), "BatchNormalization": ("axis",),
    "RandomFlip": ("mode",), "RandomRotation": ("factor",), "RandomZoom": ("height_factor", "width_factor"),
    "RandomTranslation": ("height_factor", "width_factor"), "RandomContrast": ("factor",),
    "RandomBrightness": ("factor",), "RandomCrop": ("height", "width"), "RandomHeight": ("factor",),
    "RandomWidth": ("factor",), "RandomShear": ("x_factor", "y_factor"), "RandomHue": ("factor",),
    "RandomSaturation": ("factor",), "RandomErasing": ("factor",),
})
SAME_KINDS: MappingProxyType[str, str] = MappingProxyType({
    "GlobalAvgPool2D": "GlobalAveragePooling2D", "GlobalMaxPool2D": "GlobalMaxPooling2D", "MaxPool2D": "MaxPooling2D",
    "AvgPool2D": "AveragePooling2D", "Convolution2D": "Conv2D",
})
WEIGHTED = frozenset("""
    Dense Conv1D Conv2D Conv3D SeparableConv2D DepthwiseConv2D Conv2DTranspose BatchNormalization LayerNormalization
    GroupNormalization UnitNormalization Embedding LSTM GRU SimpleRNN PReLU MultiHeadAttention EinsumDense Bidirectional
    TimeDistributed SeparableConv1D ConvLSTM2D
""".split())
AUGMENTATIONS = frozenset("""
    RandomFlip RandomRotation RandomZoom RandomTranslation RandomContrast RandomBrightness RandomCrop RandomHeight
    RandomWidth RandomShear RandomHue RandomSaturation RandomErasing RandomGrayscale RandomColorJitter
    RandomColorDegeneration RandomSharpness RandomPosterization RandomInvert RandomPerspective RandomGaussianBlur
    RandomElasticTransform RandAugment AugMix AutoContrast CutMix MixUp
""".split())
UNCHANGED = frozenset("""
    Dropout SpatialDropout2D Activation ReLU LeakyReLU ELU PReLU Softmax BatchNormalization LayerNormalization Rescaling
    Normalization GaussianNoise GaussianDropout AlphaDropout ActivityRegularization Masking Identity
    GroupNormalization InputLayer
""".split()) | AUGMENTATIONS - {"RandomCrop", "RandomHeight", "RandomWidth"}


def make_layer(machine: Machine, kind: str, args: Args, spot: Spot) -> Layer:
    """A layer of `keras.layers`."""
    kind = SAME_KINDS.get(kind, kind)
    arguments = args.bind(*SIGNATURES.get(kind, ()))
    if args.opaque:
        arguments["argument *"] = Unknown(args.opaque)
    name = arguments.get("name") or AutoName(snake_case(kind))
    layer = Layer(kind, name, arguments, spot, weighted=kind in WEIGHTED)
    if arguments.get("trainable", True) is not True:
        layer.trainable = False if arguments["trainable"] is False else Unknown("`trainable` as an argument")
    machine.layers.append(layer)
    if kind in AUGMENTATIONS:
        machine.define(Random(kind, arguments, spot))
    return layer


def make_input(machine: Machine, args: Args, spot: Spot) -> Tensor:
    """`keras.Input(...)`."""
    arguments = args.bind("shape", "batch_size")
    shape = arguments.get("shape", arguments.get("batch_shape"))
    full = sizes(shape)
    if "shape" in arguments and full is not None:
        full = (None, *full)
    source = arguments.get("tensor")
    if isinstance(source, Tensor):
        return source
    layer = Layer("InputLayer", arguments.get("name") or AutoName("input"), arguments, spot, weighted=False)
    machine.layers.append(layer)
    return Tensor(Step("input", spot, layer=layer), (), full)


def sizes(value: object) -> Shape | None:
    """A shape written in the code, as a tuple of ints and None."""
    if isinstance(value, (list, tuple)) and len(value) <= 8:
        if all(x is None or isinstance(x, int) for x in value):
            return tuple(value)
        return tuple(x if isinstance(x, int) else None for x in value)
    return None


# --------------------------------------------------------------------------- calling


def call_layer(machine: Machine, layer: Layer, args: Args, spot: Spot) -> object:
    """What `layer(x, training=…)` gives."""
    given = args.positional[0] if args.positional else args.keywords.get("inputs", args.keywords.get("x"))
    training = args.keywords.get("training", args.positional[1] if len(args.positional) == 2 else None)
    if args.opaque:
        training = Unknown(args.opaque)
    parents = as_tensors(machine, given, spot)
    shape = shape_after(layer, parents[0].shape) if len(parents) == 1 else None
    body: tuple[Tensor, ...] = ()
    if layer.kind == "Lambda":
        body = _body_of_function(machine, layer.arguments.get("function"), parents[0].shape, spot)
    elif layer.cls is not None and not isinstance(layer, Model):
        body = body_of_call(machine, layer, parents[0].shape, spot)
    if body:
        shape = body[1].shape
    return Tensor(Step("call", spot, layer=layer, training=training, body=body), parents, shape)


def as_tensors(machine: Machine, value: object, spot: Spot) -> tuple[Tensor, ...]:
    """The tensors given to a layer; what is not known becomes an opaque one."""
    if isinstance(value, Tensor):
        return (value,)
    if isinstance(value, (list, tuple)) and value and all(isinstance(v, Tensor) for v in value):
        return tuple(v for v in value if isinstance(v, Tensor))
    return (Tensor(Step("opaque", spot, name=_why(value))),)


def _why(value: object) -> str:
    return value.why if isinstance(value, Unknown) else "what is given to a layer is not followed"


def _placeholder(shape: Shape | None) -> Tensor:
    return Tensor(Step("input"), (), shape)


def _body_of_function(machine: Machine, function: object, shape: Shape | None, spot: Spot) -> tuple[Tensor, ...]:
    if isinstance(function, Layer):
        return ()
    start = _placeholder(shape)
    end = machine.call(function, Args([start]), spot)
    return (start, end) if isinstance(end, Tensor) else ()


def body_of_call(machine: Machine, layer: Layer, shape: Shape | None, spot: Spot) -> tuple[Tensor, ...]:
    """The tensors at the beginning and end of a layer's own `call`; () where it is not followed."""
    method = find_in_class(layer.cls, "call") if layer.cls is not None else None
    if not isinstance(method, Function) or any(layer is t for t in machine.tracing):
        return ()
    start = _placeholder(shape)
    spec = method.node.args
    names = {a.arg for a in (*spec.args, *spec.kwonlyargs)}
    keywords: dict[str, object] = {"training": TrainingFlag()} if "training" in names or spec.kwarg else {}
    machine.tracing.append(layer)
    try:
        end = call_function(machine, method, Args([layer, start], keywords), layer)
    finally:
        machine.tracing.pop()
    if isinstance(end, (list, tuple)) and len(end) == 1:
        end = end[0]
    return (start, end) if isinstance(end, Tensor) else ()


def remember(machine: Machine, model: Model) -> None:
    """Adds a backbone to those that were loaded."""
    machine.trail.log(machine.loaded, Made(model))


# --------------------------------------------------------------------------- shapes


def shape_after(layer: Layer, shape: Shape | None, depth: int = 0) -> Shape | None:
    """The output shape of a layer, batch first; None where it is not followed."""
    if isinstance(layer, Model):
        return _shape_after_model(layer, shape, depth + 1) if depth < NESTING else None
    if shape is None:
        return None
    kind, arguments = layer.kind, layer.arguments
    if kind in UNCHANGED:
        return shape
    if kind in ("GlobalAveragePooling2D", "GlobalMaxPooling2D") and len(shape) == 4:
        return (shape[0], 1, 1, shape[3]) if arguments.get("keepdims") is True else (shape[0], shape[3])
    if kind == "Flatten":
        inner = [n for n in shape[1:] if n is not None]
        return (shape[0], prod(inner) if len(inner) == len(shape) - 1 else None)
    if kind == "Dense":
        units = arguments.get("units")
        return (*shape[:-1], units if isinstance(units, int) else None)
    if kind in ("Resizing", "CenterCrop", "RandomCrop") and len(shape) == 4:
        return (shape[0], *(sizes((arguments.get("height"), arguments.get("width"))) or (None, None)), shape[3])
    if kind in ("Conv2D", "SeparableConv2D", "MaxPooling2D", "AveragePooling2D") and len(shape) == 4:
        return _windowed(kind, arguments, shape)
    if kind == "Reshape":
        target = sizes(arguments.get("target_shape"))
        return (shape[0], *(n if n != -1 else None for n in target)) if target is not None else None
    return None


def _windowed(kind: str, arguments: dict[str, object], shape: Shape) -> Shape:
    """Shape after a convolution or a pooling in windows."""
    pools = "Pooling" in kind
    window = _pair(arguments.get("pool_size", 2) if pools else arguments.get("kernel_size"))
    strides = _pair(arguments.get("strides") or (window if pools else 1))
    same = arguments.get("padding", "valid") == "same"
    sides: list[int | None] = []
    for side, size, stride in zip(shape[1:3], window, strides, strict=True):
        if side is None or size is None or not stride:
            sides.append(None)
        else:
            sides.append(ceil(side / stride) if same else (side - size) // stride + 1)
    filters = arguments.get("filters")
    channels = shape[3] if pools else (filters if isinstance(filters, int) else None)
    return (shape[0], *sides, channels)


def _pair(value: object) -> tuple[int | None, int | None]:
    if isinstance(value, int):
        return (value, value)
    found = sizes(value)
    return (found[0], found[1]) if found is not None and len(found) == 2 else (None, None)


def _shape_after_model(model: Model, shape: Shape | None, depth: int) -> Shape | None:
    if model.style == "application":
        return application_shape(model, shape)
    if model.style == "functional" and model.outputs and isinstance(model.outputs[0], Tensor):
        return model.outputs[0].shape
    if model.style == "sequential":
        for member in model.members:
            shape = shape_after(member, shape, depth) if isinstance(member, Layer) else None
        return shape
    return None


def application_shape(model: Model, given: Shape | None = None) -> Shape | None:
    """Output shape of an application; its own input shape first, else that of what it is called on."""
    arguments = model.arguments
    classes = arguments.get("classes", 1000)
    if arguments.get("include_top") is True:
        return (None, classes if isinstance(classes, int) else None)
    if arguments.get("include_top") is not False or model.architecture is None:
        return None
    own = sizes(arguments.get("input_shape"))
    sides = [None, None]
    for shape in (own, given[1:] if given is not None else None):
        if shape is not None and len(shape) == 3:
            sides = [a if a is not None else b for a, b in zip(sides, shape[:2], strict=True)]  # type: ignore[misc]
    maps = output_shape(model.architecture.name, sides[0], sides[1])
    alpha = arguments.get("alpha", 1.0)
    if maps is not None and not (isinstance(alpha, (int, float)) and alpha == 1):
        maps = (*maps[:3], None)
    if maps is not None and arguments.get("pooling") in ("avg", "max"):
        return (maps[0], maps[3])
    return maps if arguments.get("pooling") is None else None


