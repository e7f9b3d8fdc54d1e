"""From the interpreter's events to the testimony: an account of each model that is trained or holds a backbone.

In: the machine after the last cell. Out: Testimony. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from grader.evidence.source.datasets import AUGMENTING_ARGUMENTS, training_picture
from grader.evidence.source.facts import cant_tell, known
from grader.evidence.source.graph import trace_model, trace_tensor
from grader.evidence.source.layers import AUGMENTATIONS
from grader.evidence.source.machine import Freezing, Machine, Random
from grader.evidence.source.models import all_inside, settle
from grader.evidence.source.parts import head_of, loaded_backbone, pooling_of, used_backbone
from grader.evidence.source.preprocess import find_scalings
from grader.evidence.source.tensors import RANDOM
from grader.evidence.source.values import (
    AutoName,
    CompileCall,
    Layer,
    LibraryName,
    Model,
    Spot,
    Step,
    Trace,
    Training,
    Unknown,
)
from grader.records import (
    Account,
    Augmentation,
    AugmentationLayer,
    Backbone,
    Fact,
    Preprocessing,
    Site,
    Testimony,
    Trainable,
    Witness,
)

NAMES = re.compile("|".join([*AUGMENTATIONS, *RANDOM, *AUGMENTING_ARGUMENTS]))
"""All by which a line can augment."""
MEASURED = "only a run can show it"
MAYBE = "whether this is done depends on what the code alone does not decide"


def testify(machine: Machine, remarks: Iterable[str]) -> Testimony:
    """All that the source says."""
    settle(machine)
    accounts = tuple(_account(machine, model) for model in _worth_telling(machine))
    return Testimony(
        witness=Witness.SOURCE,
        accounts=accounts,
        loaded=tuple(loaded_backbone(m.value) for m in machine.loaded if isinstance(m.value, Model)),
        freezings=tuple(_freezing(f) for f in machine.freezings),
        freezings_of_copies=tuple(_freezing(f) for f in _of_copies(machine)),
        remarks=tuple(dict.fromkeys([*remarks, *machine.remarks])),
    )


def _worth_telling(machine: Machine) -> list[Model]:
    """Models that are trained, and those that hold a backbone and are part of no other; else the last one compiled."""
    models = sorted(machine.models, key=lambda m: m.order)
    inner: set[int] = set()
    kept: list[Model] = []
    for model in reversed(models):
        trace = model.trainings[0].trace if model.trainings else trace_model(machine, model)
        holds = trace.use is not None and model.style != "application"
        if model.trainings or (holds and id(model) not in inner) or (isinstance(model.compiled, CompileCall) and holds):
            kept.append(model)
        if holds and trace.use is not None:
            inner.update(id(x) for x in trace.use.path)
    return kept[::-1] or [m for m in models if isinstance(m.compiled, CompileCall)][-1:]


def _of_copies(machine: Machine) -> list[Freezing]:
    """Those that touch a backbone which nothing is trained with; none where that of any training is not followed."""
    busy: set[int] = set()
    for model in machine.models:
        for training in model.trainings:
            data = _data_trace(machine, training)
            uses = [t.use for t in (training.trace, data) if t is not None and t.use is not None]
            if model.tainted or training.maybe or training.trace.unsure or not uses:
                return []
            busy |= {id(use.backbone) for use in uses} | {id(layer) for layer in all_inside(machine, model)}
    return [f for f in machine.freezings if id(f.backbone) not in busy] if busy else []


def _freezing(event: Freezing) -> Fact[Trainable]:
    spot = event.spot
    if event.maybe or event.became is None:
        return cant_tell(MAYBE if event.maybe else "what became trainable is not followed", spot)
    return known(event.became, spot)


def _account(machine: Machine, model: Model) -> Account:
    sure = [t for t in model.trainings if not t.maybe]
    all_sure = len(sure) == len(model.trainings) and not model.tainted
    first = model.trainings[0] if model.trainings else None
    trace = first.trace if first is not None else trace_model(machine, model)
    batch = first.batch if first is not None else None
    data = _data_trace(machine, first)
    backbone, features = used_backbone(trace, batch), known(False)
    pooled = trace
    if trace.use is None:
        features = _features(data)
        if first is not None and not features.known and machine.loaded and backbone.in_model.known:
            backbone = Backbone(in_model=cant_tell("it may be trained on features of the backbone; " + features.why))
        if features.is_known_as(True) and data is not None:
            backbone = used_backbone(data, batch).model_copy(update={"in_model": known(False)})
            pooled = Trace(data.before, data.use, [*data.after, *((s, None) for s in trace.before), *trace.after])
    return Account(
        witness=Witness.SOURCE, label=model.label, place=model.spot.place, backbone=_scrubbed(backbone, model),
        augmentation=_augmentation(machine, model, trace, data, first),
        preprocessing=_preprocessing(trace, data, first),
        pooling=pooling_of(pooled, batch), head=head_of(trace, batch), features_precomputed=features,
        stages=tuple(t.stage for t in sure) if all_sure else (),
        stages_known=all_sure and not _trained_from_a_file(machine, model),
    )


def _trained_from_a_file(machine: Machine, model: Model) -> bool:
    """Whether a model that is loaded from a file is trained, which may be this one, trained on."""
    return any(m is not model and m.style == "opaque" and m.trainings for m in machine.models)


def _scrubbed(backbone: Backbone, model: Model) -> Backbone:
    """A backbone whose weights were replaced later has none that are known."""
    if model.weights_from is not None and backbone.weights.is_known_as("imagenet"):
        return backbone.model_copy(update={"weights": cant_tell("weights were loaded into the model")})
    return backbone


def _data_trace(machine: Machine, first: Training | None) -> Trace | None:
    """The steps done to training pictures before the model; None where they are not followed."""
    if first is None:
        return None
    picture = training_picture(machine, first.data)
    if picture is None:
        return None
    trace = trace_tensor(machine, picture)
    return None if trace.unsure else trace


def _features(data: Trace | None) -> Fact[bool]:
    if data is None:
        return cant_tell("what the model is trained on is not followed")
    return known(data.use is not None)


# --------------------------------------------------------------------------- preprocessing


def _preprocessing(trace: Trace, data: Trace | None, first: Training | None) -> Preprocessing:
    in_front = trace.before if trace.use is not None else trace.all_steps
    in_model: Fact[tuple[object, ...]] = known(find_scalings(in_front, Site.MODEL))
    if trace.use is None:
        in_model = known(()) if data is not None and data.use is not None else cant_tell(
            trace.unsure or "no backbone is seen in this model")
    elif any(s.kind == "opaque" for s in in_front):
        in_model = cant_tell(next(s.name for s in in_front if s.kind == "opaque"))
    in_pipeline: Fact[tuple[object, ...]] = cant_tell(
        "what the model is trained on is not followed" if first is not None else "no training is seen")
    if data is not None:
        in_pipeline = known(find_scalings(data.before if data.use is not None else data.all_steps, Site.PIPELINE))
    return Preprocessing(in_model=in_model, in_pipeline=in_pipeline, reached=cant_tell(MEASURED),  # type: ignore[arg-type]
                         raw=cant_tell(MEASURED))


# --------------------------------------------------------------------------- augmentation


def _augmentation(machine: Machine, model: Model, trace: Trace, data: Trace | None,
                  first: Training | None) -> Augmentation:
    defined = _defined(machine, trace)
    return Augmentation(defined=defined, wired=_wired(machine, trace, data, first, defined),
                        active_in_training=cant_tell(MEASURED), inactive_in_inference=_asleep(model, trace))


def _asleep(model: Model, trace: Trace) -> Fact[bool]:
    """What a model's own `call` says is done as said; Keras 3's functional models override it when they predict."""
    awake = next((s for s in trace.before if _kind(s) and s.kind == "call" and s.training is True), None)
    if model.style == "subclassed" and trace.use is not None and awake is not None:
        return known(False, awake.spot)
    return cant_tell(MEASURED)


def _defined(machine: Machine, trace: Trace) -> Fact[tuple[AugmentationLayer, ...]]:
    """What augments anywhere; that nothing does is certain only where all that could was followed."""
    sure = [r for r in machine.randoms if not r.maybe]
    unseen = machine.unresolved if any(NAMES.search(x) for lines in machine.lines.values() for x in lines) else {}
    why = next(iter({**machine.opaque, **unseen}), trace.unsure) or (MAYBE if len(sure) < len(machine.randoms) else "")
    if why and not sure:
        return cant_tell(why)
    layers = tuple(_described(r) for r in machine.randoms)
    return known(layers, _first_spot(layers))


def _first_spot(layers: Sequence[AugmentationLayer]) -> Spot:
    """Where the first of these layers stands."""
    return next((Spot(x.place, x.excerpt) for x in layers if x.place is not None), Spot())


def _described(random: Random) -> AugmentationLayer:
    site = Site.GENERATOR if random.generator else Site.NOWHERE
    return AugmentationLayer(kind=random.kind, site=site, arguments=_texts(random.arguments),
                             place=random.spot.place, excerpt=random.spot.excerpt)


def _texts(arguments: dict[str, object]) -> dict[str, str]:
    """Arguments as text, for people."""
    shown: dict[str, str] = {}
    for name, value in list(arguments.items())[:12]:
        if isinstance(value, LibraryName):
            shown[name] = value.path
        elif isinstance(value, (Unknown, AutoName, Layer)):
            shown[name] = "?"
        else:
            shown[name] = (value if isinstance(value, str) else repr(value))[:60]
    return shown


def _wired(machine: Machine, trace: Trace, data: Trace | None, first: Training | None,
           defined: Fact[tuple[AugmentationLayer, ...]]) -> Fact[tuple[AugmentationLayer, ...]]:
    if defined.known and not defined.value:
        return known(())
    in_front = trace.before if trace.use is not None else trace.all_steps
    found = _layers(in_front, Site.MODEL) + _layers((s for s, _ in trace.after), Site.AFTER_BACKBONE, behind=trace)
    if any(_is_stopped(s) for s in in_front):
        return cant_tell("augmentation is called with a `training` argument that switches it off, or may")
    if data is not None:
        steps = [s for s in data.all_steps if not _is_stopped(s)]
        found = _layers(steps, Site.PIPELINE) + found
    elif first is not None and len(found) < 2:
        return cant_tell("what the model is trained on is not followed")
    if trace.unsure and len(found) < 2:
        return cant_tell(trace.unsure)
    return known(tuple(found), _first_spot(found))


def _kind(step: Step) -> str:
    if step.kind == "augment":
        return step.name
    kind = step.layer.kind if step.kind == "call" and step.layer is not None else ""
    return kind if kind in AUGMENTATIONS else ""


def _is_stopped(step: Step) -> bool:
    """Whether an augmentation layer is called so that it may do nothing."""
    return bool(_kind(step)) and step.kind == "call" and (step.training is False or isinstance(step.training, Unknown))


def _layers(steps: Iterable[Step], site: Site, *, behind: Trace | None = None) -> list[AugmentationLayer]:
    if behind is not None and behind.use is None:
        return []
    found = []
    for step in steps:
        kind = _kind(step)
        if kind:
            spot = step.layer.spot if step.layer is not None else step.spot
            arguments = step.layer.arguments if step.layer is not None else step.arguments
            found.append(AugmentationLayer(kind=kind, site=step.site or site, arguments=_texts(arguments),
                                           place=spot.place, excerpt=spot.excerpt))
    return found
