"""From a model to the steps that a picture takes through it: before the backbone, the backbone, after it.

In: a symbolic model. Out: a Trace. Nested models are opened at any depth, applications are not.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from grader.evidence.source.layers import body_of_call, call_layer, shape_after
from grader.evidence.source.machine import Machine, is_blurred
from grader.evidence.source.values import Args, Layer, Model, Spot, Step, Tensor, Trace, Unknown, Use
from grader.records import Shape

NESTING = 8
NODES = 3000
FOREIGN = frozenset({"TFSMLayer", "FlaxLayer", "JaxLayer", "TorchModuleWrapper"})
"""Layers that hold a model of another kind."""


def trace_model(machine: Machine, model: Model, training: object = None, depth: int = 0,
                given: Shape | None = None) -> Trace:
    """The steps inside a model."""
    if depth > NESTING:
        return Trace(unsure="models are nested too deeply to be followed")
    if model.style == "application":
        return Trace(use=Use(model, Step("call", model.spot, layer=model), training, shape_after(model, given), -1))
    body = model_body(machine, model, given)
    if len(body) != 2:
        return Trace(unsure=model.tainted or "how the model is built is not followed")
    trace = trace_tensor(machine, body[1], training, depth)
    if len(model.outputs) > 1:
        trace.unsure = "the model has several outputs"
    return trace


def model_body(machine: Machine, model: Model, given: Shape | None = None) -> tuple[Tensor, ...]:
    """The first and last tensor of a model; () where it is not followed."""
    if model.style == "functional":
        ends = (*model.inputs[:1], *model.outputs[:1])
        return tuple(e for e in ends if isinstance(e, Tensor))
    if model.style == "sequential" and not is_blurred(model.members) and not model.members[NODES:]:
        return _chained(machine, model, given)
    if model.style == "subclassed":
        return body_of_call(machine, model, given, model.spot)
    return ()


def _chained(machine: Machine, model: Model, given: Shape | None) -> tuple[Tensor, ...]:
    first = model.members[0] if model.members else None
    shape = given
    if isinstance(first, Layer) and shape is None:
        declared = first.arguments.get("input_shape", first.arguments.get("shape"))
        if isinstance(declared, (tuple, list)) and first.kind != "application":
            shape = (None, *(n if isinstance(n, int) else None for n in declared))
    start = end = Tensor(Step("input", model.spot), (), shape)
    for member in model.members:
        if not isinstance(member, Layer):
            why = member.why if isinstance(member, Unknown) else "a part of the Sequential is not followed"
            end = Tensor(Step("opaque", model.spot, name=why), (end,))
        elif member.kind != "InputLayer":
            machine.tick(2)
            called = call_layer(machine, member, Args([end]), member.spot)
            end = called if isinstance(called, Tensor) else Tensor(Step("opaque", member.spot), (end,))
    return start, end


# --------------------------------------------------------------------------- tensors


def in_order(outputs: Iterable[Tensor]) -> list[Tensor]:
    """All tensors from which `outputs` come, parents first."""
    done: dict[int, Tensor] = {}
    stack = [(t, False) for t in reversed(list(outputs))]
    while stack and len(done) < NODES:
        tensor, ready = stack.pop()
        if id(tensor) in done:
            continue
        if ready:
            done[id(tensor)] = tensor
        else:
            stack.append((tensor, True))
            stack.extend((p, False) for p in reversed(tensor.parents))
    return list(done.values())


def trace_tensor(machine: Machine, output: Tensor, training: object = None, depth: int = 0) -> Trace:
    """The steps from which a tensor comes."""
    order = in_order([output])
    opened = {id(t): _open(machine, t, training, depth) for t in order}
    holders = [t for t in order if opened[id(t)].use is not None]
    trace = Trace(several=len(holders) > 1 or any(t.several for t in opened.values()))
    trace.linear = all(len(t.parents) <= 1 for t in order) and all(t.linear for t in opened.values())
    trace.unsure = next((t.unsure for t in opened.values() if t.unsure), "")
    if not holders:
        trace.before = [s for t in order for s in opened[id(t)].before]
        trace.after = [pair for t in order for pair in opened[id(t)].after]
        return trace
    holder = holders[-1]
    inner = opened[id(holder)]
    ancestors = {id(t) for t in in_order([holder])}
    trace.use = inner.use
    trace.before = [s for t in order if id(t) in ancestors and t is not holder for s in _flat(opened[id(t)])]
    trace.before += inner.before
    behind = [t for t in order if id(t) not in ancestors]
    trace.after = list(inner.after)
    for tensor in behind:
        part = opened[id(tensor)]
        trace.after += [(s, None) for s in part.before] + part.after
    trace.linear = inner.linear and all(len(t.parents) <= 1 for t in behind)
    return trace


def _flat(trace: Trace) -> list[Step]:
    return [*trace.before, *(s for s, _ in trace.after)]


def _open(machine: Machine, tensor: Tensor, training: object, depth: int) -> Trace:
    """One tensor's own step, or the steps inside the model or function that it calls."""
    machine.tick(2)
    step = tensor.step
    inside = step.training if step.training is not None else training
    layer = step.layer
    if step.kind == "inner" and isinstance(layer, Model):
        return _open_inner(layer, step, inside, tensor.shape)
    if step.kind == "call" and isinstance(layer, Model):
        given = tensor.parents[0].shape if tensor.parents else None
        trace = trace_model(machine, layer, inside, depth + 1, given)
        if trace.use is not None:
            here = replace(trace.use, path=(layer, *trace.use.path))
            trace.use = replace(here, step=step, shape=tensor.shape) if layer.style == "application" else here
        return trace
    if step.kind == "call" and len(step.body) == 2 and depth < NESTING:
        return trace_tensor(machine, step.body[1], inside, depth + 1)
    if step.kind == "call" and layer is not None and layer.cls is not None:
        step = replace(step, kind="opaque", name=f"what `{layer.kind}` does is not followed")
    if step.kind == "call" and layer is not None and layer.kind in FOREIGN:
        step = replace(step, kind="opaque", name=f"what `{layer.kind}` holds is not followed")
    if step.kind == "call" and layer is not None and machine.reachable(layer.arguments.values()):
        return Trace(after=[(step, tensor.shape)], unsure=f"what `{layer.kind}` wraps is not followed")
    if inside is not None and step.training is None:
        step = replace(step, training=inside)
    unsure = step.name if step.kind == "opaque" else ""
    return Trace(after=[(step, tensor.shape)], unsure=unsure)


def _open_inner(backbone: Model, step: Step, training: object, shape: Shape | None) -> Trace:
    """An inner layer's output; layers of the top that are kept come after the backbone's feature maps."""
    use = Use(backbone, step, training, shape, step.index)
    after: list[tuple[Step, Shape | None]] = []
    architecture = backbone.architecture
    if architecture is not None and backbone.arguments.get("include_top") is True:
        last = step.index if step.index >= 0 else len(architecture.layers) - 1
        for member in backbone.members[architecture.top_from:last + 1]:
            if isinstance(member, Layer):
                after.append((Step("call", Spot(step.spot.place, step.spot.excerpt), layer=member), None))
    return Trace(use=use, after=after)


def layers_of(machine: Machine, model: Model) -> list[object] | Unknown:
    """What `model.layers` lists: as in Keras 3, operations that are no layers left out."""
    if model.style in ("application", "sequential"):
        if is_blurred(model.members) or (model.style == "application" and not model.members):
            return machine.unknown("the layers of this model are not known", model)
        return [m for m in model.members if model.style == "application" or not _is_input(m)]
    if model.style == "functional":
        outputs = [o for o in model.outputs if isinstance(o, Tensor)]
        found: dict[int, object] = {}
        for tensor in in_order(outputs):
            if tensor.step.kind == "opaque":
                return machine.unknown("the layers of this model are not known", model)
            for layer in _layers_at(tensor.step):
                found.setdefault(id(layer), layer)
        return list(found.values())
    if model.style == "subclassed":
        return [v for v in model.attributes.values() if isinstance(v, Layer)]
    return machine.unknown("the layers of this model are not known", model)


def _is_input(member: object) -> bool:
    return isinstance(member, Layer) and member.kind == "InputLayer"


def _layers_at(step: Step) -> list[object]:
    if step.kind == "inner" and isinstance(step.layer, Model):
        members = step.layer.members
        return list(members[:step.index + 1] if step.index >= 0 else members)
    return [step.layer] if step.layer is not None else []
