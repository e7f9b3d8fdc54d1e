"""Whether the backbone was frozen when the head was trained, and stayed as it was."""

from __future__ import annotations

from typing import ClassVar

from grader.judge.check import ALL_THREE, Check, Parameters, ruled, without_backbone
from grader.judge.view import View
from grader.records import Fact, Outcome, Place, Stage, Statement, Trainable, Witness


class Frozen(Parameters):
    """`part`: what it is worth when only some of the backbone's layers are frozen in the first training."""

    FAULTS: ClassVar[tuple[str, ...]] = ("never_frozen", "frozen_late", "frozen_elsewhere", "part_frozen",
                                         "not_in_model", "no_backbone")
    part: Outcome = Outcome.PARTLY


class Unchanged(Parameters):
    FAULTS: ClassVar[tuple[str, ...]] = ("changed", "random_weights", "not_in_model", "no_backbone")


def frozen_before_first_fit(view: View, parameters: Frozen) -> Statement:
    if (missing := without_backbone(view)) is not None:
        return missing
    if view.precomputed:
        return view.yes("Features are computed once by the backbone, which is not part of the training at all.",
                        view.account.features_precomputed if view.account else None)
    if not view.stages:
        return view.cant_tell("no training of the transfer model was seen")
    first = view.stages[0]
    trainable = first.backbone_trainable
    if trainable.is_known_as(Trainable.NONE):
        return view.yes(f"Nothing in the backbone can learn in the first training ({_where(first)}).",
                        trainable, _last_freezing(view, first))
    if trainable.is_known_as(Trainable.PART):
        found = f"Part of the backbone can learn in the first training{_count(first)}."
        return ruled(view, parameters.part, "part_frozen", found, trainable, first)
    if trainable.is_known_as(Trainable.ALL):
        return _not_frozen(view, first)
    return view.cant_tell(trainable)


def _not_frozen(view: View, first: Stage) -> Statement:
    """Names the way in which a backbone was not frozen: too late, elsewhere, or never."""
    freezings = [f for f in view.testimony.freezings if f.is_known_as(Trainable.NONE)]
    late = [f for f in freezings if _after(f.place, first.place)]
    early = [f for f in freezings if not _after(f.place, first.place)]
    if early:
        found = (f"Something is frozen in {early[-1].place}, but in the first training ({_where(first)}) "
                 "the backbone of the model can learn.")
        return view.no("frozen_elsewhere", found, early[-1], first)
    if late:
        found = f"The backbone is frozen in {late[0].place}, after the first training ({_where(first)})."
        return view.no("frozen_late", found, late[0], first)
    return view.no("never_frozen", f"The backbone is never frozen; the first training ({_where(first)}) changes "
                   "all of it.", first)


def frozen_weights_unchanged(view: View, parameters: Unchanged) -> Statement:
    if (missing := without_backbone(view)) is not None:
        return missing
    if view.precomputed and view.witness == Witness.RUN:
        return view.yes("Features are computed once by the backbone, which is not part of the training at all.",
                        view.account.features_precomputed if view.account else None)
    backbone = view.backbone
    if view.witness == Witness.RUN and backbone is not None and backbone.weights.is_known_as("none"):
        return view.no("random_weights", "The backbone had random weights: there was nothing to preserve.",
                       backbone.weights)
    if view.witness == Witness.MODEL and backbone is not None and backbone.weights_as_served.known:
        if backbone.weights_as_served.value:
            if view.stages and view.stages[0].backbone_trainable.is_known_as(Trainable.ALL, Trainable.PART):
                return view.cant_tell("the few steps run here changed nothing, though they could have")
            return view.yes("After the first training the saved backbone equals the pretrained one.",
                            backbone.weights_as_served)
        return view.no("changed", "After the first training the saved backbone differs from the pretrained one.",
                       backbone.weights_as_served)
    if not view.stages:
        return view.cant_tell("no training of the transfer model was seen")
    changed = view.stages[0].backbone_changed
    if changed.is_known_as(False):
        return view.yes("The first training left the backbone's weights as they were.", changed, view.stages[0])
    if changed.is_known_as(True):
        return view.no("changed", "The first training changed the backbone's weights.", changed, view.stages[0])
    return view.cant_tell(changed)


def _last_freezing(view: View, first: Stage) -> Fact[Trainable] | Stage:
    """Where the freezing that held in the first training stands: what a reader wants to see."""
    before = [f for f in view.testimony.freezings
              if f.is_known_as(Trainable.NONE) and not _after(f.place, first.place)]
    return before[-1] if before else first


def _after(place: Place | None, other: Place | None) -> bool:
    if place is None or other is None or place.cell is None or other.cell is None:
        return False
    return (place.cell, place.line or 0) > (other.cell, other.line or 0)


def _where(stage: Stage) -> str:
    return str(stage.place) if stage.place is not None else f"training {stage.order + 1}"


def _count(stage: Stage) -> str:
    if stage.trainable_layers.known and stage.total_layers.known:
        return f": {stage.trainable_layers.value} of its {stage.total_layers.value} layers"
    return ""


CHECKS = (
    Check("frozen_before_first_fit", "Nothing in the backbone can learn in the first training of the transfer model.",
          Frozen, frozen_before_first_fit, ALL_THREE),
    Check("frozen_weights_unchanged", "The first training leaves the backbone's weights as they were.", Unchanged,
          frozen_weights_unchanged, (Witness.RUN, Witness.MODEL)),
)
