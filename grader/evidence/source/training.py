"""`compile`, `fit` and other ways to train: each training becomes a Stage, as things stood when it began.

In: a model and the call's arguments. Out: Stages in the model's log. Never trains.
"""

from __future__ import annotations

import ast
from types import MappingProxyType

from grader.evidence.source.datasets import training_picture
from grader.evidence.source.facts import cant_tell, known
from grader.evidence.source.graph import trace_model
from grader.evidence.source.machine import Machine
from grader.evidence.source.models import settle, state_of
from grader.evidence.source.names import snake_case
from grader.evidence.source.operations import is_number, plain_rate
from grader.evidence.source.sequences import elements
from grader.evidence.source.values import (
    Args,
    Callback,
    CompileCall,
    Dataset,
    Function,
    History,
    Instance,
    Layer,
    LibraryName,
    LossValue,
    Model,
    Optimizer,
    Schedule,
    Spot,
    Trace,
    Training,
    Unknown,
    Use,
    UserClass,
    Weights,
)
from grader.records import Fact, Loss, Stage, StageKind, Trainable

OPTIMIZERS: MappingProxyType[str, str] = MappingProxyType({
    name.lower(): name for name in ("SGD", "RMSprop", "Adam", "AdamW", "Adadelta", "Adagrad", "Adamax", "Adafactor",
                                    "Nadam", "Ftrl", "Lion", "Lamb", "LossScaleOptimizer", "Muon")
})
LOSSES: MappingProxyType[str, str] = MappingProxyType({
    "bce": "binary_crossentropy", "mse": "mean_squared_error", "mae": "mean_absolute_error",
    "mape": "mean_absolute_percentage_error", "msle": "mean_squared_logarithmic_error", "kld": "kl_divergence",
    "kullback_leibler_divergence": "kl_divergence",
})
KNOWN_LOSSES = frozenset("""
    binary_crossentropy categorical_crossentropy sparse_categorical_crossentropy mean_squared_error mean_absolute_error
    hinge squared_hinge categorical_hinge binary_focal_crossentropy categorical_focal_crossentropy kl_divergence poisson
    log_cosh huber cosine_similarity mean_absolute_percentage_error mean_squared_logarithmic_error
""".split())
FIT = ("x", "y", "batch_size", "epochs", "verbose", "callbacks", "validation_split", "validation_data", "shuffle",
       "class_weight", "sample_weight", "initial_epoch", "steps_per_epoch")
FIT_GENERATOR = ("x", "steps_per_epoch", "epochs", "verbose", "callbacks", "validation_data")
RUN_ONLY = "only a run can show it"


# --------------------------------------------------------------------------- optimizers and losses


def make_optimizer(name: str, args: Args) -> Optimizer | Unknown:
    """`keras.optimizers.Adam(...)`."""
    name = OPTIMIZERS.get(name.lower(), "")
    if not name or name == "LossScaleOptimizer":
        return Unknown("an optimizer that is not followed")
    arguments = args.bind("learning_rate")
    rate = arguments.get("learning_rate", arguments.get("lr", 0.01 if name == "SGD" else 0.001))
    if args.opaque and "learning_rate" not in arguments and "lr" not in arguments:
        rate = Unknown(args.opaque)
    if isinstance(rate, Schedule):
        return Optimizer(name, rate.initial, scheduled=True)
    return Optimizer(name, plain_rate(rate))


def make_schedule(name: str, args: Args) -> Schedule:
    """`keras.optimizers.schedules.ExponentialDecay(...)`: the rate with which it begins."""
    if name == "PiecewiseConstantDecay":
        values = args.bind("boundaries", "values").get("values")
        first = values[0] if isinstance(values, (list, tuple)) and values else Unknown("a schedule")
        return Schedule(first)
    if args.bind().get("warmup_target") is not None:
        return Schedule(Unknown("a schedule with a warm-up"))
    return Schedule(args.bind("initial_learning_rate").get("initial_learning_rate", Unknown("a schedule")))


def as_optimizer(value: object) -> object:
    """What `compile(optimizer=…)` takes."""
    if isinstance(value, str):
        return make_optimizer(value, Args())
    if isinstance(value, LibraryName):
        return make_optimizer(value.last, Args())
    return value


def as_loss(machine: Machine, value: object) -> object:
    """What `compile(loss=…)` takes, as a LossValue where it is one of Keras's."""
    if isinstance(value, (list, tuple)) and len(value) == 1:
        value = value[0]
    if isinstance(value, dict) and len(value) == 1:
        value = next(iter(value.values()))
    if isinstance(value, str):
        return loss_named(value)
    if isinstance(value, LibraryName):
        return loss_named(value.last)
    if isinstance(value, Function):
        made = machine.call(value, Args([Unknown("labels"), Unknown("predictions")]), Spot())
        return made if isinstance(made, LossValue) else LossValue("other")
    return value


def loss_named(name: str, args: Args | None = None) -> LossValue | Unknown:
    """A loss by its class, function or string, with the `from_logits` that it is given."""
    plain = snake_case(name) if name != name.lower() and not name.isupper() else name.lower()
    plain = LOSSES.get(plain, plain)
    if plain not in KNOWN_LOSSES:
        return Unknown("a loss that is not Keras's")
    if args is None:
        return LossValue(plain)
    takes_logits_first = name[:1].isupper() and "Focal" not in name and "crossentropy" in plain
    arguments = args.bind(*(["from_logits"] if takes_logits_first else []))
    logits = arguments.get("from_logits", Unknown(args.opaque) if args.opaque else False)
    return LossValue(plain, bool(logits) if isinstance(logits, (bool, int, float)) else None)


def compile_model(machine: Machine, model: Model, args: Args, spot: Spot) -> None:
    """`model.compile(...)`."""
    if machine.tracing:
        return
    settle(machine, told=True)
    arguments = args.bind("optimizer", "loss", "metrics")
    missing = Unknown(args.opaque) if args.opaque else None
    optimizer = as_optimizer(arguments.get("optimizer", missing or "rmsprop"))
    loss = as_loss(machine, arguments.get("loss", missing))
    machine.clock += 1
    machine.trail.set_attribute(model, "compiled", CompileCall(optimizer, loss, spot, machine.clock))
    machine.trail.set_attribute(model, "rate_moved", "")


# --------------------------------------------------------------------------- training


def fit(machine: Machine, model: Model, args: Args, spot: Spot, *, generator: bool = False) -> History:
    """`model.fit(...)`: logs the stage and returns its history."""
    arguments = args.bind(*(FIT_GENERATOR if generator else FIT))
    data = arguments.get("x", arguments.get("generator"))
    epochs, first = arguments.get("epochs", 1), arguments.get("initial_epoch", 0)
    if args.opaque:
        epochs, first = arguments.get("epochs"), arguments.get("initial_epoch")
    asked: Fact[int] = cant_tell("how many epochs are asked for is not followed", spot)
    length: range | None = None
    if isinstance(epochs, int) and isinstance(first, int) and 0 <= first <= epochs < 10**6:
        asked = known(epochs - first, spot)
        length = range(first, epochs)
    if isinstance(epochs, int) and isinstance(first, int) and epochs <= first:
        return History(range(0), model)  # Keras trains no epoch, and says nothing
    callbacks = _callbacks(machine, arguments.get("callbacks"))
    train(machine, model, StageKind.FIT, data, spot, asked=asked, batch=_batch(data, arguments), callbacks=callbacks)
    _note_callbacks(machine, model, callbacks)
    stops = any(isinstance(c, Unknown) or (isinstance(c, Callback) and c.kind in ("EarlyStopping", "TerminateOnNaN"))
                or not isinstance(c, Callback) for c in callbacks)
    return History(None if stops else length, model)


def _batch(data: object, arguments: dict[str, object]) -> int | None:
    if isinstance(data, Dataset):
        return data.batch
    size = arguments.get("batch_size", 32)
    return 32 if size is None else size if isinstance(size, int) else None


def _callbacks(machine: Machine, value: object) -> list[object]:
    if value is None:
        return []
    if isinstance(value, Callback):
        return [value]
    return elements(machine, value)[0]


def _note_callbacks(machine: Machine, model: Model, callbacks: list[object]) -> None:
    for callback in callbacks:
        if isinstance(callback, Instance) and _touches_trainable(callback.cls):
            machine.taint([model], f"the callback `{callback.cls.name}` may change what is trainable")
        kind = callback.kind if isinstance(callback, Callback) else ""
        if kind in ("ReduceLROnPlateau", "LearningRateScheduler"):
            machine.trail.set_attribute(model, "rate_moved", f"{kind} may have changed the learning rate")
        if kind == "ModelCheckpoint" and isinstance(callback, Callback):
            path = callback.arguments.get("filepath")
            if isinstance(path, str):
                machine.trail.set_attribute(model, "saved_to", model.saved_to | {path})


def _touches_trainable(cls: UserClass) -> bool:
    """Whether a class of the notebook sets `trainable` or compiles in one of its methods."""
    methods = [f.node for f in cls.namespace.values() if isinstance(f, Function)]
    return any(isinstance(n, ast.Attribute) and n.attr in ("trainable", "compile", "set_weights", "load_weights")
               for method in methods for n in ast.walk(method))


def train(machine: Machine, model: Model, kind: StageKind, data: object, spot: Spot, *, asked: Fact[int],
          batch: int | None, callbacks: list[object] | None = None, loss: object = None,
          optimizer: object = None) -> None:
    """Logs one stage of training."""
    if machine.tracing:
        return
    if any(_goes_on(machine, t, kind, spot) for t in model.trainings):
        return
    settle(machine, told=True)
    picture = training_picture(machine, data)
    trace = trace_model(machine, model, None, 0, picture.shape if picture is not None else None)
    compiled = model.compiled
    if loss is not None and optimizer is not None:
        compiled = CompileCall(optimizer, loss, spot, machine.clock)
    scheduler = any(isinstance(c, Callback) and c.kind == "LearningRateScheduler" for c in callbacks or [])
    state, layers, total = trainability(model, trace, spot)
    stage = Stage(
        order=len(model.trainings), kind=kind, place=spot.place, excerpt=spot.excerpt,
        backbone_trainable=state, trainable_layers=layers, total_layers=total,
        recompiled=_recompiled(machine, model, compiled, trace),
        learning_rate=_rate(model, compiled, scheduler=scheduler),
        optimizer=_optimizer(compiled), loss=_loss(compiled), epochs_asked=asked,
        steps_run=cant_tell(RUN_ONLY), completed=cant_tell(RUN_ONLY), backbone_changed=cant_tell(RUN_ONLY),
        statistics_changed=cant_tell(RUN_ONLY), continues=continues(machine, model, trace, spot),
        compile_place=compiled.spot.place if isinstance(compiled, CompileCall) else None,
    )
    repeated = bool(machine.uncertain_since) and model.order < machine.uncertain_since[0] and kind == StageKind.FIT
    training = Training(stage, model, data, batch, trace, machine.clock, machine.top.cell, maybe=repeated)
    machine.trail.log(model.trainings, training)
    machine.trained.append(model)


def _goes_on(machine: Machine, training: Training, kind: StageKind, spot: Spot) -> bool:
    """Whether single steps go on with a training: it stands in the same line and cell, and nothing changed since."""
    same = training.stage.place == spot.place and training.stage.kind == kind != StageKind.FIT
    return same and training.clock == machine.clock and training.cell == machine.top.cell


def trainability(model: Model, trace: Trace, spot: Spot) -> tuple[Fact[Trainable], Fact[int], Fact[int]]:
    """How much of the backbone this training can change; (state, layers that can learn, all layers)."""
    use = trace.use
    nothing: tuple[Fact[Trainable], Fact[int], Fact[int]]
    why = trace.unsure or "no backbone is seen in this model"
    if use is None or trace.several:
        why = "the model contains several backbones" if use is not None else why
        nothing = cant_tell(why, spot), cant_tell(why), cant_tell(why)
        return nothing
    layers = used_layers(use)
    total = known(len(use.backbone.members)) if use.backbone.members else cant_tell("how many layers it has")
    if model.trainable is False:
        return known(Trainable.NONE, spot), known(0), total
    state, count = state_of(layers or [use.backbone])
    above = [x.trainable for x in use.path if x.trainable is not True]
    if state != Trainable.NONE and above:
        unsure = next((x.why for x in above if isinstance(x, Unknown)), "")
        why = unsure or "a model is frozen and a layer inside it is not: what that means differs between Keras 2 and 3"
        return cant_tell(why, spot), cant_tell(why), total
    if state is None or not isinstance(model.trainable, bool):
        flags = [x.trainable for x in layers if isinstance(x, Layer) and isinstance(x.trainable, Unknown)]
        why = next((f.why for f in flags if isinstance(f, Unknown)), "what is trainable is not followed")
        return cant_tell(why, spot), cant_tell(why), total
    counted = known(count) if count is not None and use.index < 0 and use.backbone.members else cant_tell(
        "how many of its layers are used is not followed")
    return known(state, spot), counted, total


def used_layers(use: Use) -> list[object]:
    """Layers of the backbone up to the one whose output is taken."""
    return use.backbone.members[:use.index + 1] if use.index >= 0 else use.backbone.members


def _recompiled(machine: Machine, model: Model, compiled: object, trace: Trace) -> Fact[bool]:
    if not isinstance(compiled, CompileCall):
        return cant_tell(compiled.why if isinstance(compiled, Unknown) else "no compile was seen")
    layers: list[object] = [model, *(used_layers(trace.use) if trace.use is not None else []),
                            *(trace.use.path if trace.use is not None else ()), *(s.layer for s in trace.all_steps)]
    found = [x for x in layers if isinstance(x, Layer)]
    if any(x.tainted for x in found) or trace.unsure:
        return cant_tell("what changed before this training is not followed", compiled.spot)
    latest = max((x.changed_at for x in found), default=0)
    if latest > compiled.clock and any(isinstance(x.trainable, Unknown) for x in found):
        return cant_tell("whether anything changed after compile is not followed", compiled.spot)
    return known(compiled.clock > latest, compiled.spot)


def _optimizer(compiled: object) -> Fact[str]:
    if isinstance(compiled, CompileCall) and isinstance(compiled.optimizer, Optimizer):
        return known(compiled.optimizer.name, compiled.spot)
    return cant_tell("the optimizer is not followed")


def _rate(model: Model, compiled: object, *, scheduler: bool) -> Fact[float]:
    if not isinstance(compiled, CompileCall) or not isinstance(compiled.optimizer, Optimizer):
        return cant_tell("the optimizer is not followed")
    optimizer, spot = compiled.optimizer, compiled.spot
    if scheduler:
        return cant_tell("a LearningRateScheduler sets the learning rate", spot)
    since = [t for t in model.trainings if t.stage.compile_place == spot.place]
    if model.rate_moved or (optimizer.scheduled and since):
        return cant_tell(model.rate_moved or "the schedule has gone on since", spot)
    if is_number(optimizer.rate):
        return known(float(optimizer.rate), spot)  # type: ignore[arg-type]
    why = optimizer.rate.why if isinstance(optimizer.rate, Unknown) else "the learning rate is not followed"
    return cant_tell(why, spot)


def _loss(compiled: object) -> Fact[Loss]:
    if not isinstance(compiled, CompileCall):
        return cant_tell("no compile was seen")
    loss, spot = compiled.loss, compiled.spot
    if isinstance(loss, LossValue) and loss.from_logits is not None:
        return known(Loss(name=loss.name, from_logits=loss.from_logits), spot)
    return cant_tell("the loss is not followed", spot)


def continues(machine: Machine, model: Model, trace: Trace, spot: Spot) -> Fact[bool]:
    """Whether this training starts from weights that an earlier one left."""
    if model.weights_from is not None or model.tainted:
        return cant_tell("weights were loaded or changed in between", spot)
    if model.trainings:
        return known(True, spot)
    head = head_layers(trace)
    unsure = bool(trace.unsure)
    for earlier in reversed(machine.trained):
        before = head_layers(earlier.trainings[-1].trace) if earlier.trainings else []
        shared = [x for x in head if any(x is y for y in before)]
        if head and len(shared) == len(head):
            return known(True, spot, why="it holds the layers of a model trained before")
        states = [t.stage.backbone_trainable for t in earlier.trainings]
        same_backbone = trace.use is not None and any(
            t.trace.use is not None and t.trace.use.backbone is trace.use.backbone for t in earlier.trainings)
        if shared or (same_backbone and not all(s.is_known_as(Trainable.NONE) for s in states)):
            unsure = True
    if unsure:
        return cant_tell("it holds some of the layers of a model trained before", spot)
    return known(False, spot)


def head_layers(trace: Trace) -> list[Layer]:
    """Layers with weights outside the backbone."""
    return [s.layer for s in trace.all_steps if s.layer is not None and s.layer.weighted]


def apply_gradients(machine: Machine, optimizer: object, args: Args, spot: Spot) -> None:
    """`optimizer.apply_gradients(zip(grads, model.trainable_variables))`: a hand-written training step."""
    owners: dict[int, Layer] = {}
    queue = list(args.all)
    for _ in range(200):
        if not queue:
            break
        value = queue.pop()
        if isinstance(value, Weights):
            owners[id(value.owner)] = value.owner
        elif isinstance(value, (list, tuple)):
            queue.extend(value)
    models = [o for o in owners.values() if isinstance(o, Model)]
    for model in models:
        unknown_epochs: Fact[int] = cant_tell("a loop written by hand")
        train(machine, model, StageKind.CUSTOM_LOOP, machine.last_data, spot, asked=unknown_epochs,
              batch=machine.last_data.batch if isinstance(machine.last_data, Dataset) else None,
              loss=machine.last_loss or LossValue("other", None), optimizer=optimizer)
    if not models:
        machine.opaque.setdefault("a training step written by hand is not followed")
