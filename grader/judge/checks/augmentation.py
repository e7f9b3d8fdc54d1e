"""Whether training pictures are varied at random, by which layers, and in front of the backbone."""

from __future__ import annotations

from typing import ClassVar

from grader.judge.check import CODE_AND_RUN, Check, Parameters, ruled, without_backbone
from grader.judge.view import View
from grader.records import AugmentationLayer, Outcome, Site, Statement, Witness


class Defined(Parameters):
    """`minimum`: how many different layers. `kinds`: layers that must be among them.
    `generator`: what ImageDataGenerator's arguments are worth instead of layers."""

    FAULTS: ClassVar[tuple[str, ...]] = ("none", "too_few", "kind_missing", "generator")
    minimum: int = 2
    kinds: tuple[str, ...] = ()
    generator: Outcome = Outcome.PARTLY


class Wired(Parameters):
    """As for `augmentation_defined`, and `pipeline`: what augmentation in `dataset.map` is worth."""

    FAULTS: ClassVar[tuple[str, ...]] = ("none", "not_wired", "after_backbone", "too_few", "kind_missing", "generator",
                                         "pipeline", "inactive", "active_at_inference", "not_in_model", "no_backbone")
    minimum: int = 2
    kinds: tuple[str, ...] = ()
    pipeline: Outcome = Outcome.MET
    generator: Outcome = Outcome.PARTLY


def augmentation_defined(view: View, parameters: Defined) -> Statement:
    if view.account is None:
        return view.cant_tell(view.testimony.why or "no transfer model was seen")
    fact = view.account.augmentation.defined
    if not fact.known:
        return view.cant_tell(fact)
    layers = _different(fact.value or ())
    if not layers:
        return view.no("none", "No augmentation layer is made anywhere.", fact)
    return _enough(view, layers, parameters) or view.yes(f"{_names(layers)} are defined.", _shown(layers))


def augmentation_wired(view: View, parameters: Wired) -> Statement:
    if (missing := without_backbone(view)) is not None:
        return missing
    if view.account is None:
        return view.cant_tell("no transfer model was seen")
    augmentation = view.account.augmentation
    fact = augmentation.wired
    if not fact.known:
        return view.cant_tell(fact)
    layers = fact.value or ()
    before = _different(tuple(x for x in layers if x.site not in (Site.AFTER_BACKBONE, Site.NOWHERE)))
    if not before:
        return _nothing_wired(view, layers)
    if augmentation.active_in_training.is_known_as(False):
        return view.no("inactive", "The augmentation layers change nothing in training.",
                       augmentation.active_in_training)
    if augmentation.inactive_in_inference.is_known_as(False):
        return view.partly("active_at_inference", "The augmentation stays active in inference.",
                           augmentation.inactive_in_inference)
    found = f"{_names(before)} stand in front of the backbone{_site(before)}."
    return (_enough(view, before, parameters)
            or _by_pipeline(view, before, parameters)
            or view.yes(found, _shown(before)))


def _nothing_wired(view: View, layers: tuple[AugmentationLayer, ...]) -> Statement:
    account = view.account
    if account is None or (view.witness == Witness.MODEL and not layers):
        return view.cant_tell("no augmentation in the saved model; what happens to the pictures before it, "
                              "the model can't show")
    after = tuple(x for x in layers if x.site == Site.AFTER_BACKBONE)
    if after:
        return view.no("after_backbone", f"{_names(after)} stand behind the backbone, where features are no longer "
                       "pictures.", _shown(after))
    defined = account.augmentation.defined
    if defined.known and defined.value:
        found = f"{_names(defined.value)} are defined, but no training picture passes them."
        return view.no("not_wired", found, _shown(defined.value))
    return view.no("none", "No augmentation stands in front of the backbone.", account.augmentation.wired)


def _enough(view: View, layers: tuple[AugmentationLayer, ...], parameters: Defined | Wired) -> Statement | None:
    """What is lacking in number or kind, or is done by a generator's arguments; None if nothing."""
    kinds = {layer.kind for layer in layers}
    absent = [kind for kind in parameters.kinds if kind not in kinds]
    if absent:
        return view.partly("kind_missing", f"{', '.join(absent)} is missing; found: {_names(layers)}.",
                           _shown(layers))
    if len(layers) < parameters.minimum:
        found = f"{_names(layers)} only; at least {parameters.minimum} different ones were asked for."
        return view.partly("too_few", found, _shown(layers))
    if all(layer.site == Site.GENERATOR for layer in layers) and parameters.generator != Outcome.MET:
        found = f"{_names(layers)} by ImageDataGenerator's arguments, not by layers."
        return ruled(view, parameters.generator, "generator", found, _shown(layers))
    return None


def _by_pipeline(view: View, layers: tuple[AugmentationLayer, ...], parameters: Wired) -> Statement | None:
    if all(layer.site == Site.PIPELINE for layer in layers) and parameters.pipeline != Outcome.MET:
        found = f"{_names(layers)} are applied to the data set, not in the model."
        return ruled(view, parameters.pipeline, "pipeline", found, _shown(layers))
    return None


def _different(layers: tuple[AugmentationLayer, ...]) -> tuple[AugmentationLayer, ...]:
    """Layers that differ in kind or arguments; the same one made for a demo and again for the model counts once."""
    seen: dict[tuple[str, str], AugmentationLayer] = {}
    for layer in layers:
        seen.setdefault((layer.kind, repr(sorted(layer.arguments.items()))), layer)
    return tuple(seen.values())


def _names(layers: tuple[AugmentationLayer, ...]) -> str:
    names = list(dict.fromkeys(layer.kind for layer in layers))
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]


def _site(layers: tuple[AugmentationLayer, ...]) -> str:
    return ", in the data pipeline" if all(x.site == Site.PIPELINE for x in layers) else ""


def _shown(layers: tuple[AugmentationLayer, ...]) -> AugmentationLayer:
    """The layer whose place the page shows."""
    return next((layer for layer in layers if layer.place is not None), layers[0])


CHECKS = (
    Check("augmentation_defined", "Random transformation layers are made, enough of them and of the asked kinds.",
          Defined, augmentation_defined, CODE_AND_RUN),
    Check("augmentation_wired", "Training pictures pass the random layers in front of the backbone.", Wired,
          augmentation_wired),
)
