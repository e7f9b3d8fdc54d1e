"""How pixel values were scaled, as the run saw it: operations in the model, functions in the data pipeline.

In: layers in front of the backbone, and where training data came from. Out: PreprocessingSteps or why not. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

from grader.evidence.model_scaling import Affine, Unreadable
from grader.evidence.run_events import AffineSeen, Layer, PreprocessCall, Spot, Statistics
from grader.evidence.run_facts import Notebook
from grader.records import PreprocessingStep, Scaling, Site

_MEANS = (103.939, 116.779, 123.68)
_TORCH_MEAN, _TORCH_DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
KNOWN: MappingProxyType[Scaling, Affine] = MappingProxyType({
    Scaling.MINUS_ONE_TO_ONE: Affine((1 / 127.5,), (-1.0,)),
    Scaling.ZERO_TO_ONE: Affine((1 / 255,), (0.0,)),
    Scaling.BGR_MEANS: Affine((1.0,), tuple(-m for m in _MEANS), swapped=True),
    Scaling.TORCH: Affine(tuple(1 / (255 * d) for d in _TORCH_DEVIATION),
                          tuple(-m / d for m, d in zip(_TORCH_MEAN, _TORCH_DEVIATION, strict=True))),
    Scaling.IDENTITY: Affine(),
})  # fmt: skip
_MODES = {"tf": Scaling.MINUS_ONE_TO_ONE, "caffe": Scaling.BGR_MEANS, "torch": Scaling.TORCH}
_OF = MappingProxyType({
    **dict.fromkeys(("mobilenet", "mobilenet_v2", "inception_v3", "inception_resnet_v2", "xception", "nasnet",
                     "resnet_v2"), Scaling.MINUS_ONE_TO_ONE),
    **dict.fromkeys(("vgg16", "vgg19", "resnet", "resnet50"), Scaling.BGR_MEANS),
    "densenet": Scaling.TORCH,
    **dict.fromkeys(("efficientnet", "efficientnet_v2", "mobilenet_v3", "convnext", "regnet", "resnet_rs"),
                    Scaling.IDENTITY),
})  # fmt: skip
_NEUTRAL = frozenset({
    "Resizing", "CenterCrop", "Dropout", "SpatialDropout2D", "GaussianNoise", "Identity", "Cast", "ZeroPadding2D",
    "Cropping2D", "UpSampling2D", "Reshape", "ActivityRegularization", "MixUp", "CutMix", "InputLayer", "Solarization",
    "AutoContrast", "Equalization", "AugMix", "Concatenate", "Resize",
})  # fmt: skip
Operation = tuple[Affine, str, Spot | None]


def scaling_of(of: str, mode: str = "") -> Scaling:
    """What a `preprocess_input` does."""
    if of == "imagenet_utils":
        return _MODES.get(mode, Scaling.OTHER)
    return _OF.get(of, Scaling.OTHER)


def steps_in_model(
    layers: Sequence[Layer], seen: AffineSeen | None, notebook: Notebook, *, observed: bool
) -> tuple[PreprocessingStep, ...]:
    """The scalings in front of the backbone, in order; what can't be read is named by what was measured.

    Args:
        observed: the layers are those that were seen to be called; arithmetic between them is not among them.

    Raises:
        Unreadable: where a layer can't be read and nothing was measured.
    """
    scaling = _measured(seen)
    try:
        steps = _steps(layers, notebook)
        if observed and scaling is None:
            raise Unreadable("what the model's own code does to the pixels was not measured")
        if not observed or tuple(s.scaling for s in steps if s.scaling != Scaling.IDENTITY) == scaling:
            return steps
    except Unreadable:
        if scaling is None:
            raise
    return tuple(PreprocessingStep(scaling=s, site=Site.MODEL, excerpt="measured in one step") for s in scaling or ())


def _steps(layers: Sequence[Layer], notebook: Notebook) -> tuple[PreprocessingStep, ...]:
    steps: list[PreprocessingStep] = []
    pending: list[Operation] = []
    told: set[int] = set()
    for layer in layers:
        call = layer.step
        if call is not None or layer.of:
            of = call.of if call is not None else layer.of
            if call is not None and call.step is not None and call.step in told:
                continue
            if call is not None and call.step is not None:
                told.add(call.step)
            steps += grouped(pending, Site.MODEL, notebook)
            pending = []
            steps.append(_named(of, call, Site.MODEL, notebook))
            continue
        affine = _affine(layer)
        if affine is not None:
            pending.append((affine, f"{layer.kind} {layer.name}".strip(), None))
    return tuple(steps + grouped(pending, Site.MODEL, notebook))


def _named(of: str, call: PreprocessCall | None, site: Site, notebook: Notebook) -> PreprocessingStep:
    place = notebook.place(call)
    mode = call.mode if call is not None else ""
    return PreprocessingStep(scaling=scaling_of(of, mode), site=site, of=of, place=place,
                             excerpt=notebook.excerpt(place))  # fmt: skip


def grouped(operations: Sequence[Operation], site: Site, notebook: Notebook) -> list[PreprocessingStep]:
    """Longest known scalings first: `/255`, `*2`, `-1` is one step, `/255` alone another."""
    found: list[PreprocessingStep] = []
    at = 0
    while at < len(operations):
        scaling, length = _longest(operations[at : at + 8])
        _, excerpt, spot = operations[at]
        place = notebook.place(spot)
        if scaling != Scaling.IDENTITY:
            found.append(PreprocessingStep(scaling=scaling, site=site, place=place,
                                           excerpt=notebook.excerpt(place) or excerpt))  # fmt: skip
        at += length
    return found


def _longest(operations: Sequence[Operation]) -> tuple[Scaling, int]:
    best: tuple[Scaling, int] | None = None
    total = Affine()
    for length, (affine, _, _) in enumerate(operations, start=1):
        total = total.then(affine)
        for scaling, known in KNOWN.items():
            if total.is_like(known):
                best = (scaling, length)
    return best or (Scaling.OTHER, len(operations))


def _affine(layer: Layer) -> Affine | None:
    """What a layer does to values; None for nothing.

    Raises:
        Unreadable: where that can't be told.
    """
    if layer.kind in _NEUTRAL or layer.made is not None or layer.kind.startswith("Random"):
        return None
    if layer.kind in ("Activation", "Lambda") and layer.activation == "linear":
        return None
    if layer.kind == "Rescaling" and layer.scale is not None:
        return Affine(_vector(layer.scale), _vector(layer.offset or 0.0))
    if layer.kind == "Normalization" and layer.mean and layer.variance and min(layer.variance) > 0:
        inverse = tuple(v**-0.5 for v in layer.variance)
        return Affine(inverse, tuple(-m * i for m, i in zip(layer.mean, inverse, strict=False)))
    if layer.reverse:
        return Affine(swapped=True)
    return _arithmetic(layer)


def _arithmetic(layer: Layer) -> Affine:
    kind = layer.kind.rsplit(".", 1)[-1].lower()
    if layer.constant is None or layer.kind in ("Rescaling", "Normalization"):
        raise Unreadable(f"what {layer.kind} '{layer.name}' does to the pixels can't be told")
    numbers = _vector(layer.constant)
    if kind in ("truedivide", "divide", "truediv", "realdiv") and not layer.constant_first and all(numbers):
        return Affine(tuple(1 / x for x in numbers))
    if kind in ("multiply", "mul"):
        return Affine(numbers)
    if kind in ("add", "addv2", "__operators__.add"):
        return Affine(offset=numbers)
    if kind in ("subtract", "sub"):
        return Affine((-1.0,), numbers) if layer.constant_first else Affine(offset=tuple(-x for x in numbers))
    raise Unreadable(f"what {layer.kind} '{layer.name}' does to the pixels can't be told")


def _vector(value: float | list[float]) -> tuple[float, ...]:
    return tuple(value) if isinstance(value, list) else (value,)


def _measured(seen: AffineSeen | None) -> tuple[Scaling, ...] | None:
    """The scaling, or the same one twice, that was measured between a model's input and its backbone."""
    if seen is None or seen.residual > 1e-3:
        return None
    total = Affine(tuple(seen.scale), tuple(seen.offset), seen.reverse)
    for scaling, known in KNOWN.items():
        if _near(total, known):
            return () if scaling == Scaling.IDENTITY else (scaling,)
    for first, one in KNOWN.items():
        for second, other in KNOWN.items():
            if _near(total, one.then(other)):
                return (first, second)
    return (Scaling.OTHER,)


def _near(total: Affine, known: Affine) -> bool:
    """Within the precision of a measurement in float32."""
    if total.swapped != known.swapped:
        return False
    pairs = [(a, known.scale[i % len(known.scale)]) for i, a in enumerate(total.scale)]
    offsets = [(a, known.offset[i % len(known.offset)]) for i, a in enumerate(total.offset)]
    return all(abs(a - b) <= 0.01 * abs(b) for a, b in pairs) and all(
        abs(a - b) <= 0.01 * max(1.0, abs(b)) for a, b in offsets
    )


def affine_of_pipeline(steps: Sequence[tuple[str, float | list[float]]]) -> list[Operation]:
    """The arithmetic that was found in functions mapped over a data set."""
    found: list[Operation] = []
    for name, constant in steps:
        numbers = _vector(constant)
        words = f"{name} {', '.join(f'{x:g}' for x in numbers)}"
        if name == "reverse":
            found.append((Affine(swapped=True), words, None))
        elif name == "divide" and all(numbers):
            found.append((Affine(tuple(1 / x for x in numbers)), words, None))
        elif name == "multiply":
            found.append((Affine(numbers), words, None))
        elif name == "add":
            found.append((Affine(offset=numbers), words, None))
        elif name == "subtract":
            found.append((Affine(offset=tuple(-x for x in numbers)), words, None))
    return found


def scaling_by_range(values: Statistics) -> tuple[Scaling, ...] | None:
    """What must have been done to raw [0, 255] pixels that now lie in this range; None where several would do."""
    low, high = values.minimum, values.maximum
    if low >= -1e-3 and high > 20:
        return ()
    if -1e-3 <= low and 0.1 < high <= 1.001:
        return (Scaling.ZERO_TO_ONE,)
    if low >= -1.001 and high <= 1.001 and low < -0.2 and high - low > 0.2:
        return (Scaling.MINUS_ONE_TO_ONE,)
    if -1.009 <= low < -1.002 and high <= -0.99:
        return (Scaling.MINUS_ONE_TO_ONE, Scaling.MINUS_ONE_TO_ONE)
    if -1.0005 <= low and high <= -0.99:
        return (Scaling.ZERO_TO_ONE, Scaling.MINUS_ONE_TO_ONE)
    if low < -60 and low >= -124.5 and 60 < high <= 152:
        return (Scaling.BGR_MEANS,)
    return None
