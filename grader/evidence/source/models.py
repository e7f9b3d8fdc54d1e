"""Keras models: how they are made, what their attributes are, and what freezing one changes.

In: constructors, attribute reads and writes. Out: Model values; freezings are logged. Never imports Keras.
"""

from __future__ import annotations

from dataclasses import replace

from grader.evidence.source.architectures import architecture, model_name, signature
from grader.evidence.source.functions import find_in_class
from grader.evidence.source.graph import in_order, layers_of
from grader.evidence.source.layers import application_shape, remember, sizes
from grader.evidence.source.machine import Freezing, Machine, is_blurred
from grader.evidence.source.names import snake_case
from grader.evidence.source.operations import truth
from grader.evidence.source.sequences import elements
from grader.evidence.source.trail import same
from grader.evidence.source.values import (
    Args,
    AutoName,
    Blur,
    Bound,
    CompileCall,
    Function,
    Layer,
    LibraryName,
    Model,
    Spot,
    Step,
    Tensor,
    Unknown,
    Weights,
)
from grader.records import Trainable

# --------------------------------------------------------------------------- making


def make_application(machine: Machine, name: str, args: Args, spot: Spot) -> Model:
    """A backbone of `keras.applications`, with its effective arguments."""
    given = args.bind(*signature(name))
    defaults: dict[str, object] = {"include_top": True, "weights": "imagenet", "input_tensor": None,
                                   "input_shape": None, "pooling": None, "classes": 1000}
    if args.opaque:
        defaults = {key: Unknown(args.opaque) for key in defaults}
    arguments = {**defaults, **given}
    if isinstance(arguments["include_top"], int):
        arguments["include_top"] = bool(arguments["include_top"])
    source = arguments["input_tensor"]
    if isinstance(source, Tensor) and arguments["input_shape"] is None and source.shape is not None:
        arguments["input_shape"] = tuple(source.shape[1:])
    pooling = arguments["pooling"]
    built = architecture(name, imagenet=arguments["weights"] == "imagenet",
                         include_top=arguments["include_top"] is True,
                         pooling=pooling if isinstance(pooling, str) else "none")
    called = model_name(name)
    automatic = AutoName(called) if not called or called.endswith("_") else called
    model = Model("application", given.get("name") or automatic, arguments, spot,
                  style="application", order=len(machine.models), architecture=built)
    if isinstance(arguments["include_top"], bool) and isinstance(pooling, (str, type(None))):
        model.members = [Layer(kind, shown or AutoName(snake_case(kind) if kind != "InputLayer" else "input"), {}, spot,
                               weighted=weighted, owner=model) for kind, shown, weighted in built.layers]
    machine.tick(len(model.members))
    _attach_ends(model, source, spot)
    machine.models.append(model)
    remember(machine, model)
    return model


def _attach_ends(model: Model, source: object, spot: Spot) -> None:
    first = model.members[0] if model.members else None
    if isinstance(source, Tensor):
        start = source
        if source.step.kind == "input" and source.step.layer is not None and model.members:
            model.members[0] = source.step.layer
        else:
            model.members = []
    else:
        shape = sizes(model.arguments.get("input_shape"))
        layer = first if isinstance(first, Layer) else None
        start = Tensor(Step("input", spot, layer=layer), (), (None, *shape) if shape is not None else None)
    model.inputs = (start,)
    model.outputs = (inner_output(model, -1, spot),)


def inner_output(backbone: Model, index: int, spot: Spot) -> Tensor:
    """The output tensor of one of an application's layers; -1 for its own output."""
    built = backbone.architecture
    last = len(backbone.members) - 1
    shape = None
    if index in (-1, last):
        shape = application_shape(backbone)
        index = -1
    elif built is not None and backbone.arguments.get("include_top") is True and index == built.top_from - 1:
        shape = application_shape(replace(backbone, arguments={**backbone.arguments, "include_top": False}))
    return Tensor(Step("inner", spot, layer=backbone, index=index), backbone.inputs, shape)  # type: ignore[arg-type]


def make_model(machine: Machine, args: Args, spot: Spot) -> Model:
    """`keras.Model(inputs, outputs)`."""
    arguments = args.bind("inputs", "outputs", "name")
    inputs = _tensors(arguments.get("inputs", arguments.get("input")))
    outputs = _tensors(arguments.get("outputs", arguments.get("output")))
    whole = not args.opaque and bool(inputs) and bool(outputs)
    model = Model("Functional", arguments.get("name") or AutoName(""), {}, spot,
                  style="functional" if whole else "opaque", order=len(machine.models), inputs=inputs, outputs=outputs)
    if not whole:
        model.tainted = "what the model is made of is not followed"
        model.attributes["made of"] = machine.unknown(model.tainted, *arguments.values())
    machine.models.append(model)
    return model


def _tensors(value: object) -> tuple[object, ...]:
    items = value if isinstance(value, (list, tuple)) else list(value.values()) if isinstance(value, dict) else [value]
    return tuple(items) if items and all(isinstance(i, Tensor) for i in items) else ()


def make_sequential(machine: Machine, args: Args, spot: Spot, model: Model | None = None) -> Model:
    """`keras.Sequential([...])`."""
    arguments = args.bind("layers", "name")
    if model is None:
        model = Model("Sequential", arguments.get("name") or AutoName("sequential"), {}, spot,
                      style="sequential", order=len(machine.models))
        machine.models.append(model)
    layers = arguments.get("layers")
    if layers is not None or args.opaque:
        items, complete = elements(machine, layers)
        model.members = [as_member(i) for i in items]
        if not complete or args.opaque:
            model.members = [Blur("what the Sequential is made of is not followed",
                                  tuple(machine.reachable([layers])))]
    return model


def as_member(value: object) -> object:
    """A part of a Sequential: an `Input` tensor counts as its InputLayer."""
    if isinstance(value, Tensor) and value.step.kind == "input" and value.step.layer is not None:
        return value.step.layer
    return value


# --------------------------------------------------------------------------- attributes


def layer_attribute(machine: Machine, layer: Layer, name: str) -> object:
    """`layer.name`."""
    if name in layer.attributes:
        return layer.attributes[name]
    if layer.cls is not None:
        found = find_in_class(layer.cls, name)
        if isinstance(found, Function):
            if found.decorated == "property":
                return machine.call(found, Args([layer]), layer.spot)
            return Bound(layer, name, found)
        if found is not None:
            return found
    if name == "trainable":
        return layer.trainable
    if name in ("trainable_variables", "trainable_weights", "variables", "weights", "non_trainable_weights",
                "non_trainable_variables"):
        return Weights(layer, trainable_only=name.startswith("trainable"))
    if name == "name":
        return layer.name
    if name == "__class__":
        return LibraryName(f"keras.layers.{layer.kind}")
    if name in ("input", "output", "inputs", "outputs"):
        return _ends(machine, layer, name)
    if name in ("output_shape", "input_shape", "units", "rate"):
        return layer.arguments.get(name) or machine.unknown(f"`{name}` of a layer")
    if isinstance(layer, Model):
        return _model_attribute(machine, layer, name)
    return Bound(layer, name)


def _model_attribute(machine: Machine, model: Model, name: str) -> object:
    if name == "layers":
        return layers_of(machine, model)
    if name == "optimizer":
        return model.compiled.optimizer if isinstance(model.compiled, CompileCall) else Unknown("no compile was seen")
    if name in ("history", "metrics", "metrics_names", "loss", "stop_training"):
        return machine.unknown(f"`{name}` of a model")
    return Bound(model, name)


def _ends(machine: Machine, layer: Layer, name: str) -> object:
    """`input` and `output` tensors of a model, or of a layer inside one."""
    wants_input = name.startswith("input")
    found: object = None
    if isinstance(layer, Model) and layer.style in ("application", "functional"):
        ends = layer.inputs if wants_input else layer.outputs
        found = list(ends) if name.endswith("s") else (ends[0] if ends else None)
    elif layer.owner is not None and not wants_input:
        found = inner_output(layer.owner, layer.owner.members.index(layer), layer.spot)
    elif layer.owner is not None and layer.kind == "InputLayer":
        found = layer.owner.inputs[0]
    elif not wants_input:
        found = _where_called(machine, layer)
    elif isinstance(layer, Model) and layer.style == "sequential":
        found = None
    return found if found is not None else machine.unknown(f"`{name}` of a layer is not followed", layer)


def _where_called(machine: Machine, layer: Layer) -> object:
    """The output of a layer of the student's own functional model, if it was called once in one."""
    found: dict[int, Tensor] = {}
    for model in machine.models:
        if model.style == "functional":
            for tensor in in_order(o for o in model.outputs if isinstance(o, Tensor)):
                if tensor.step.layer is layer and tensor.step.kind in ("call", "input"):
                    found[id(tensor)] = tensor
    return next(iter(found.values())) if len(found) == 1 else None


def get_layer(machine: Machine, model: Model, args: Args) -> object:
    """`model.get_layer(name)` or `get_layer(index=…)`."""
    arguments = args.bind("name", "index")
    layers = layers_of(machine, model)
    if isinstance(layers, Unknown):
        return layers
    index, wanted = arguments.get("index"), arguments.get("name")
    if isinstance(index, int) and -len(layers) <= index < len(layers):
        return layers[index]
    if isinstance(wanted, AutoName):
        same_stem = [x for x in layers if isinstance(x, Layer) and x.name == wanted]
        if len(same_stem) == 1:
            return same_stem[0]
    if isinstance(wanted, str):
        exact = [x for x in layers if isinstance(x, Layer) and x.name == wanted]
        if len(exact) == 1:
            return exact[0]
        counted = [x for x in layers if isinstance(x, Layer) and isinstance(x.name, AutoName) and x.name.stem
                   and wanted.startswith(x.name.stem) and wanted[len(x.name.stem):].strip("_0123456789") == ""]
        if not exact and len(counted) == 1:
            return counted[0]
        if not exact and isinstance(named := _by_application_name(layers, wanted), Layer):
            return named
    return machine.unknown("a layer of the model, by a name that is not followed", model)


def _by_application_name(layers: list[object], wanted: str) -> object:
    """An application inside a model is called `mobilenetv2_1.00_160`, `vgg16`, `resnet50`."""
    plain = wanted.replace("_", "").lower()
    fits = [x for x in layers if isinstance(x, Model) and x.architecture is not None
            and plain.startswith(x.architecture.name.lower())]
    return fits[0] if len(fits) == 1 else None


# --------------------------------------------------------------------------- freezing


def set_trainable(machine: Machine, layer: Layer, value: object, spot: Spot) -> None:
    """`layer.trainable = value`, which Keras hands down to every layer inside."""
    known = truth(value)
    became: object = known if known is not None else Unknown("`trainable` is set to what the code does not show")
    touched = all_inside(machine, layer)
    owners = (x if isinstance(x, Model) and x.style == "application" else x.owner for x in touched)
    for backbone in {id(b): b for b in owners if b is not None}.values():
        _log_freezing(machine, backbone, spot)
    for inner in touched:
        if not same(inner.trainable, became):
            machine.clock += 1
            machine.trail.set_attribute(inner, "changed_at", machine.clock)
            machine.trail.set_attribute(inner, "trainable", became)


def _log_freezing(machine: Machine, backbone: Model, spot: Spot) -> None:
    """Notes that a backbone's `trainable` is set here; a loop over its layers is one such place."""
    for event in machine.freezings[machine.freezings_told:]:
        if event.backbone is backbone and event.spot.place == spot.place:
            event.settled = False
            return
    settle(machine)
    machine.trail.log(machine.freezings, Freezing(backbone, None, spot))


def settle(machine: Machine, *, told: bool = False) -> None:
    """Notes what each backbone has become by the places that set its `trainable`; `told` closes these places."""
    for event in machine.freezings[machine.freezings_told:]:
        if not event.settled:
            event.settled = True
            event.became, _ = state_of(event.backbone.members or [event.backbone])
    if told:
        machine.freezings_told = len(machine.freezings)


def all_inside(machine: Machine, layer: Layer) -> list[Layer]:
    """A layer and all layers inside it, each once."""
    found: dict[int, Layer] = {}
    queue: list[object] = [layer]
    while queue and len(found) < 5000:
        value = queue.pop(0)
        if isinstance(value, (list, tuple)) and not is_blurred(value):
            queue.extend(value)
        if not isinstance(value, Layer) or id(value) in found:
            continue
        found[id(value)] = value
        machine.tick(2)
        if isinstance(value, Model):
            inner = layers_of(machine, value)
            queue.extend(value.members if isinstance(inner, Unknown) else inner)
        queue.extend(v for v in value.attributes.values() if isinstance(v, (Layer, list, tuple)))
        queue.extend(v for v in value.arguments.values() if isinstance(v, Layer))
    return list(found.values())


def state_of(layers: list[object]) -> tuple[Trainable | None, int | None]:
    """How much of these layers can learn, and how many are set to; None where not known."""
    flags = [x.trainable for x in layers if isinstance(x, Layer) and x.weighted]
    every = [x.trainable for x in layers if isinstance(x, Layer)]
    count = sum(f is True for f in every) if all(isinstance(f, bool) for f in every) else None
    if True in flags and False in flags:
        return Trainable.PART, count
    if not flags or not all(isinstance(f, bool) for f in flags):
        return None, count
    return (Trainable.ALL if True in flags else Trainable.NONE), count


