"""Methods of models and layers: add, pop, compile, fit, predict, get_layer and the harmless rest.

In: a layer, a method's name and arguments. Out: what it returns; what it changes is logged. Never runs a model.
"""

from __future__ import annotations

from grader.evidence.source import models, training
from grader.evidence.source.datasets import training_picture
from grader.evidence.source.facts import cant_tell
from grader.evidence.source.graph import trace_model
from grader.evidence.source.layers import as_tensors, call_layer, shape_after
from grader.evidence.source.machine import Machine
from grader.evidence.source.values import Args, Blur, Dataset, Layer, Model, Spot, Step, Tensor, Unknown
from grader.records import StageKind

HARMLESS = frozenset("""
    summary evaluate get_config count_params to_json save_weights export build get_weights plot evaluate_generator
    reset_states compute_output_shape get_compile_config test_on_batch reset_metrics compute_mask make_predict_function
    add_loss add_metric
""".split())
LOADING = frozenset({"load_weights", "set_weights", "load_own_variables", "quantize", "load_state_dict"})


def model_method(machine: Machine, layer: Layer, name: str, args: Args, spot: Spot) -> object:
    """What `layer.name(...)` gives and changes."""
    if name in ("__call__", "call"):
        return call_layer(machine, layer, args, spot)
    if isinstance(layer, Model):
        found = _of_model(machine, layer, name, args, spot)
        if found is not NotImplemented:
            return found
    if name == "adapt" or name in HARMLESS:
        return machine.unknown(f"what `.{name}` gives is not followed")
    if name == "__init__":
        return None
    machine.taint([layer], f"what `.{name}` does to a model is not followed")
    return machine.unknown(f"what `.{name}` gives is not followed", layer, *args.all)


def _of_model(machine: Machine, model: Model, name: str, args: Args, spot: Spot) -> object:
    if name in ("add", "pop"):
        return _change_members(machine, model, name, args)
    if name == "compile":
        training.compile_model(machine, model, args, spot)
        return None
    if name in ("fit", "fit_generator"):
        return training.fit(machine, model, args, spot, generator=name == "fit_generator")
    if name == "train_on_batch":
        data = args.bind("x").get("x")
        training.train(machine, model, StageKind.TRAIN_ON_BATCH, data, spot, batch=_batch(machine, data),
                       asked=cant_tell("train_on_batch counts no epochs"))
        return Unknown("the losses of a step")
    if name in ("predict", "predict_on_batch", "predict_generator"):
        return _predict(machine, model, args, spot)
    if name == "get_layer":
        return models.get_layer(machine, model, args)
    if name in ("save", "save_weights"):
        path = args.bind("filepath").get("filepath")
        if isinstance(path, str):
            machine.trail.set_attribute(model, "saved_to", model.saved_to | {path})
        return None
    if name in LOADING:
        _load(machine, model, args)
        return None
    return NotImplemented


def _batch(machine: Machine, data: object) -> int | None:
    return machine.last_data.batch if isinstance(machine.last_data, Dataset) and isinstance(data, Tensor) else None


def _change_members(machine: Machine, model: Model, name: str, args: Args) -> object:
    """`Sequential.add` and `.pop`."""
    if model.style != "sequential":
        machine.taint([model], f"`.{name}` on a model that is no Sequential")
        return None
    if name == "add":
        given = args.bind("layer").get("layer", Unknown(args.opaque or "nothing is added"))
        machine.trail.set_content(model.members, [*model.members, models.as_member(given)])
        if given.__class__ is Unknown:
            machine.trail.set_content(model.members, [Blur("a part of the Sequential is not followed"), *model.members])
        return None
    last = model.members[-1] if model.members else None
    machine.trail.set_content(model.members, model.members[:-1])
    return last


def _predict(machine: Machine, model: Model, args: Args, spot: Spot) -> object:
    """Eager features: an array computed once by the model in inference mode."""
    data = args.bind("x").get("x", args.keywords.get("generator"))
    picture = training_picture(machine, data)
    parents = as_tensors(machine, picture if picture is not None else data, spot)
    step = Step("call", spot, layer=model, training=False, name="predict")
    return Tensor(step, parents, shape_after(model, parents[0].shape))


def _load(machine: Machine, model: Model, args: Args) -> None:
    """Weights from a file: the model's own if it saved them there before."""
    path = args.bind("filepath").get("filepath")
    if isinstance(path, str) and path in model.saved_to and model.trainings:
        return
    machine.trail.set_attribute(model, "weights_from", path if path is not None else "a file")
    trace = trace_model(machine, model)
    if trace.use is not None and "weights" in trace.use.backbone.arguments:
        backbone = trace.use.backbone
        machine.trail.set_attribute(backbone, "arguments", {**backbone.arguments, "weights": "a file"})
