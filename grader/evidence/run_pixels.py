"""What happens to pixels before the backbone, as the run saw it: augmentation and preprocessing.

In: a model's description, its first training, everything that was made. Out: records. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from grader.evidence.model_scaling import Affine, Unreadable
from grader.evidence.run_events import (
    FeaturesEvent,
    GeneratorEvent,
    Layer,
    Made,
    PipelineCallEvent,
    PreprocessEvent,
    Source,
    Spot,
)
from grader.evidence.run_events import Statistics as Seen
from grader.evidence.run_facts import Notebook
from grader.evidence.run_history import BuiltModel, History, Training
from grader.evidence.run_scaling import (
    affine_of_pipeline,
    grouped,
    scaling_by_range,
    scaling_of,
    steps_in_model,
)
from grader.records import (
    Augmentation,
    AugmentationLayer,
    BatchStatistics,
    Fact,
    Preprocessing,
    PreprocessingStep,
    Scaling,
    Site,
)

_GENERATOR = MappingProxyType({
    "rotation_range": "RandomRotation", "width_shift_range": "RandomTranslation",
    "height_shift_range": "RandomTranslation", "brightness_range": "RandomBrightness", "shear_range": "RandomShear",
    "zoom_range": "RandomZoom", "channel_shift_range": "RandomChannelShift", "horizontal_flip": "RandomFlip",
    "vertical_flip": "RandomFlip",
})  # fmt: skip
_NOT_KERAS_RANDOM = ("MixUp", "CutMix", "RandAugment", "AugMix", "AutoContrast", "Equalization", "Solarization")
_MANY_PICTURES = 64
"""So many pictures at once are augmented for training, not to be looked at."""


# --------------------------------------------------------------------------- augmentation


def augmentation_of(model: BuiltModel | None, history: History, notebook: Notebook, *, complete: bool) -> Augmentation:
    """Every augmentation that was made, and what training pictures of this model pass."""
    wired = _wired(model, history, notebook) if model is not None else notebook.cant_tell("no model was trained")
    sites = {(x.kind, x.place, x.excerpt): x.site for x in wired.value or ()}
    defined = [_made(m, Site.NOWHERE, notebook) for m in history.made.values()]
    for generator in history.generators:
        defined += _of_generator(generator.arguments, generator, notebook)
    placed = tuple(x.model_copy(update={"site": sites.get((x.kind, x.place, x.excerpt), x.site)}) for x in defined)
    # A model that was only loaded brings layers that no line of this notebook makes.
    placed = placed or tuple(wired.value or ())
    if not placed and not complete:
        return Augmentation(defined=notebook.cant_tell("the run did not come to its end"), wired=wired)
    awake = model.awake if model is not None else None
    asleep = notebook.known(False, awake) if awake is not None else notebook.cant_tell("no prediction was watched")
    return Augmentation(defined=notebook.known(placed), wired=wired, inactive_in_inference=asleep)


def _made(made: Made, site: Site, notebook: Notebook) -> AugmentationLayer:
    place = notebook.place(made)
    return AugmentationLayer(kind=made.kind, site=site, arguments=made.arguments, place=place,
                             excerpt=notebook.excerpt(place))  # fmt: skip


def _wired(model: BuiltModel, history: History, notebook: Notebook) -> Fact[Any]:
    description = model.described
    if description is None or not description.order_known:
        return notebook.cant_tell("the model was never called here, so that its order is not known", description)
    found = [x for layer in description.ahead if (x := _layer(layer, Site.MODEL, notebook)) is not None]
    if description.backbone is None:
        found = [x for layer in description.behind if (x := _layer(layer, Site.MODEL, notebook)) is not None]
    else:
        found += [x for layer in description.behind if (x := _layer(layer, Site.AFTER_BACKBONE, notebook)) is not None]
    training = model.trainings[0] if model.trainings else None
    found += _in_pipeline(training, history, notebook)
    in_front = [x for x in found if x.site != Site.AFTER_BACKBONE]
    if in_front:
        return notebook.known(tuple(found))
    why = _blind(training, history)
    return notebook.cant_tell(why) if why else notebook.known(tuple(found))


def _layer(layer: Layer, site: Site, notebook: Notebook) -> AugmentationLayer | None:
    if layer.made is not None:
        return _made(layer.made, site, notebook)
    if layer.keras and (layer.kind.startswith("Random") or layer.kind in _NOT_KERAS_RANDOM):
        return AugmentationLayer(kind=layer.kind, site=site, excerpt=layer.name)
    return None


def _in_pipeline(training: Training | None, history: History, notebook: Notebook) -> list[AugmentationLayer]:
    source = training.begin.source if training is not None else None
    if training is None or source is None:
        return []
    if source.source == "image_generator":
        spot = Spot.model_validate(source.generator.get("place") or {}) if source.generator else None
        return _of_generator(source.generator or {}, spot, notebook)
    calls = [c for c in history.pipeline if set(c.graphs) & set(source.graphs)] + training.drawn
    made = {c.made.key: c for c in calls if c.made is not None and c.training != "false"}
    return [_made(c.made, Site.PIPELINE, notebook) for c in made.values() if c.made is not None]


def _of_generator(arguments: Mapping[str, Any], spot: GeneratorEvent | Spot | None,
                  notebook: Notebook) -> list[AugmentationLayer]:  # fmt: skip
    place = notebook.place(spot)
    return [
        AugmentationLayer(kind=kind, site=Site.GENERATOR, arguments={name: str(arguments[name])[:80]}, place=place,
                          excerpt=notebook.excerpt(place))
        for name, kind in _GENERATOR.items() if arguments.get(name)
    ]  # fmt: skip


def _blind(training: Training | None, history: History) -> str:
    """Why augmentation could have escaped the recorder; "" where it could not."""
    if training is None:
        return ""
    source = training.begin.source
    if source is None:
        loop = any(c.graphs and c.made is not None for c in history.pipeline)
        return "the loop draws its pictures by itself, perhaps from an augmented data set" if loop else ""
    if source.opaque and source.source != "image_generator":
        return "the pictures come from Python code of the student's own, into which the recorder can't see"
    if source.random:
        return "the data set draws random numbers for its pictures, in a way that was not recognised"
    if source.source == "arrays" and any(_augments_many(c) for c in history.pipeline):
        return "pictures were augmented before they were trained on, perhaps these"
    return ""


def _augments_many(call: PipelineCallEvent) -> bool:
    return call.made is not None and not call.graphs and bool(call.shape) and (call.shape or [0])[0] is not None and (
        ((call.shape or [0])[0] or 0) >= _MANY_PICTURES)  # fmt: skip


# --------------------------------------------------------------------------- preprocessing


def preprocessing_of_features(told: FeaturesEvent, notebook: Notebook) -> Preprocessing:
    """What reached a backbone whose features were computed once."""
    return Preprocessing(reached=_measured(told.entered, told, notebook))


def preprocessing_of(model: BuiltModel, history: History, notebook: Notebook) -> Preprocessing:
    """How pixels were scaled, and what was measured where they enter the model and where they reach the backbone."""
    description, batch = model.described, model.batch
    if description is None or description.backbone is None:
        return Preprocessing()
    unseen = notebook.cant_tell("no training step was observed")
    seen = batch.affine if batch is not None else None
    try:
        if not description.order_known:
            raise Unreadable("the model was never called here")
        in_model = notebook.known(steps_in_model(description.ahead, seen, notebook, observed=description.observed))
    except Unreadable as error:
        in_model = notebook.cant_tell(str(error), description)
    training = model.trainings[0] if model.trainings else None
    return Preprocessing(
        in_model=in_model,
        in_pipeline=_pipeline(training, history, notebook) if training is not None else unseen,
        reached=_measured(batch.reached, batch, notebook) if batch is not None else unseen,
        raw=_measured(batch.entered, batch, notebook) if batch is not None else unseen,
        asleep=_measured(batch.asleep, batch, notebook) if batch is not None else unseen,
        held=_measured(batch.validation, batch, notebook) if batch is not None else unseen,
        channels=notebook.known(batch.channels, batch) if batch is not None and batch.channels else unseen,
    )


def _measured(seen: Seen | None, spot: Spot, notebook: Notebook) -> Fact[Any]:
    if seen is None:
        return notebook.cant_tell("values could not be read in the training step that was observed", spot)
    values = BatchStatistics(minimum=seen.minimum, maximum=seen.maximum, mean=seen.mean,
                             channel_means=tuple(seen.channel_means),
                             channel_deviations=tuple(seen.channel_deviations))  # fmt: skip
    return notebook.known(values, spot)


def _pipeline(training: Training, history: History, notebook: Notebook) -> Fact[Any]:
    """Scalings before the model: as its functions show them, held against the range of what enters the model."""
    source = training.begin.source
    entered = training.batch.entered if training.batch is not None else None
    by_range = scaling_by_range(entered) if entered is not None else None
    if source is not None and source.source == "image_generator":
        return _by_generator(source, by_range, notebook)
    calls = _calls(source, history)
    if source is not None and source.source == "dataset":
        steps = tuple(grouped(affine_of_pipeline(source.affine), Site.PIPELINE, notebook))
        found = tuple(s.scaling for s in steps)
        if found == by_range or (
            by_range is None and not _in_pipeline(training, history, notebook) and not source.opaque
        ):
            return notebook.known(_with_names(steps, calls, notebook))
    if by_range is None:
        return notebook.cant_tell("what was done to the pictures before the model can't be told from their range")
    steps = tuple(PreprocessingStep(scaling=s, site=Site.PIPELINE) for s in by_range)
    return notebook.known(_with_names(steps, calls, notebook), why="by the range of what enters the model")


def _calls(source: Source | None, history: History) -> list[PreprocessEvent]:
    """Calls of `preprocess_input` that belong to this data, as far as that can be told."""
    outside = [c for c in history.preprocessing if c.site == "pipeline"]
    if source is not None and source.source == "dataset":
        return [c for c in outside if set(c.graphs) & set(source.graphs)]
    return outside if len(outside) == 1 else [c for c in outside if c.reading]


def _with_names(steps: Sequence[PreprocessingStep], calls: Sequence[PreprocessEvent],
                notebook: Notebook) -> tuple[PreprocessingStep, ...]:  # fmt: skip
    """Gives a step the place of the call that does the same."""
    named: list[PreprocessingStep] = []
    left = list(calls)
    for step in steps:
        call = next((c for c in left if scaling_of(c.of, c.mode) == step.scaling), None)
        if call is None:
            named.append(step)
            continue
        left.remove(call)
        place = notebook.place(call)
        named.append(step.model_copy(update={"of": call.of, "place": place, "excerpt": notebook.excerpt(place)}))
    return tuple(named)


def _by_generator(source: Source, by_range: tuple[Scaling, ...] | None, notebook: Notebook) -> Fact[Any]:
    """Keras applies a generator's `preprocessing_function` first, then `rescale`."""
    arguments = source.generator or {}
    spot = Spot.model_validate(arguments.get("place") or {})
    steps: list[PreprocessingStep] = []
    place = notebook.place(spot)
    if arguments.get("preprocessing_function"):
        of = str(arguments.get("of") or "")
        if not of and by_range is None:
            return notebook.cant_tell("the generator's preprocessing_function is the student's own", spot)
        if of:
            steps.append(PreprocessingStep(scaling=scaling_of(of), site=Site.GENERATOR, of=of, place=place,
                                           excerpt=notebook.excerpt(place)))  # fmt: skip
        else:
            steps += [PreprocessingStep(scaling=s, site=Site.GENERATOR, place=place) for s in by_range or ()]
            return notebook.known(tuple(steps), spot, why="by the range of what enters the model")
    rescale = arguments.get("rescale")
    if isinstance(rescale, (int, float)) and rescale:
        found = grouped([(Affine((float(rescale),)), f"rescale={rescale:g}", spot)], Site.GENERATOR, notebook)
        steps += found
    return notebook.known(tuple(steps), spot)
