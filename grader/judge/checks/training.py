"""The two trainings: the head on frozen features, then fine-tuning of part of the backbone."""

from __future__ import annotations

from typing import ClassVar

from grader.judge.check import CODE_AND_RUN, Check, Parameters, ruled, without_backbone
from grader.judge.view import View
from grader.records import Outcome, Stage, StageKind, Statement, Trainable, Witness


class Trained(Parameters):
    FAULTS: ClassVar[tuple[str, ...]] = ("never_trained", "stopped_before", "failed", "not_in_model", "no_backbone")


class Unfreezes(Parameters):
    """`whole`: what it is worth when all of the backbone is unfrozen, not a part."""

    FAULTS: ClassVar[tuple[str, ...]] = ("no_second_training", "still_frozen", "unfroze_elsewhere", "never_frozen",
                                         "whole", "not_in_model", "no_backbone")
    whole: Outcome = Outcome.PARTLY


class Recompiled(Parameters):
    FAULTS: ClassVar[tuple[str, ...]] = ("no_second_training", "not_recompiled")


class LowerRate(Parameters):
    """`factor`: the fine-tuning's learning rate must be at most this share of the first (1: merely lower)."""

    FAULTS: ClassVar[tuple[str, ...]] = ("no_second_training", "not_lowered", "hardly_lowered")
    factor: float = 1.0


class Continues(Parameters):
    FAULTS: ClassVar[tuple[str, ...]] = ("no_second_training", "fresh_model")


def feature_extraction_trained(view: View, parameters: Trained) -> Statement:
    if view.account is None and view.witness == Witness.RUN:
        return _nothing_ran(view)
    if view.account is None:
        return view.cant_tell(view.testimony.why or "no transfer model was seen")
    if (missing := without_backbone(view)) is not None:
        return missing
    if view.witness == Witness.SOURCE:
        if not view.stages and view.account.stages_known:
            return view.no("never_trained", "No line of the code trains the transfer model.",
                           view.account.backbone.name)
        return view.cant_tell("the code says that it trains; whether it ran, code alone can't show")
    if not view.stages:
        return _nothing_ran(view) if view.witness == Witness.RUN else view.cant_tell("no model was saved")
    return _really_trained(view, view.stages[0])


def _really_trained(view: View, first: Stage) -> Statement:
    if view.witness == Witness.MODEL:
        return view.yes("The model was saved when its first training ended.", first)
    if first.steps_run.known and (first.steps_run.value or 0) >= 1 and not first.completed.is_known_as(False):
        return view.yes(f"The first training ran ({first.steps_run.value} steps here).", first)
    if first.completed.is_known_as(False):
        cause = view.students_cause
        if cause is not None and cause.place is not None and first.place is not None \
                and cause.place.cell == first.place.cell:
            return view.no("failed", f"The first training stopped with an error: {cause.message}", first)
        if first.steps_run.known and (first.steps_run.value or 0) >= 1:
            return view.yes(f"The first training ran {first.steps_run.value} steps before it was interrupted.", first)
        return view.cant_tell("the first training did not come to an end here")
    return view.cant_tell(first.steps_run if not first.steps_run.known else first.completed)


def _nothing_ran(view: View) -> Statement:
    """No training in the run: because none is written, because the student's error came first, or we can't tell."""
    if not view.testimony.available:
        return view.cant_tell(view.testimony.why)
    written = any(account.stages for account in view.evidence.testimony(Witness.SOURCE).accounts)
    if view.ran_to_the_end and written:
        return view.cant_tell("the code trains a model, and the notebook ran to its end, but no training was seen")
    if view.ran_to_the_end:
        return view.no("never_trained", "The notebook ran to its end without training a transfer model.")
    cause = view.students_cause
    saved = view.evidence.testimony(Witness.DOCUMENT)
    if cause is None:
        return view.cant_tell("the run did not get as far as the training, for a reason that is not the student's")
    if any(account.stages for account in saved.accounts):
        return view.cant_tell(f"here {cause.place or 'a cell'} failed, but the outputs saved in the notebook show "
                              "a training")
    where = f" in {cause.place}" if cause.place is not None else ""
    return view.no("stopped_before", f"No training ran: the error{where} came first ({cause.message}).", cause)


def _second(view: View) -> Stage | Statement:
    """The training that counts as fine-tuning, or what to say where there is none."""
    if (missing := without_backbone(view)) is not None:
        return missing
    stage = view.fine_tuning
    if stage is not None:
        return stage
    account = view.account
    if account is None or not account.stages_known or view.witness == Witness.MODEL:
        return view.cant_tell("no second training was seen; whether there is one can't be told from here")
    if view.witness == Witness.RUN and not view.ran_to_the_end:
        return view.cant_tell("the run saw no second training, but it did not run to its end")
    return view.no("no_second_training", "The transfer model is trained only once.", *view.stages[:1])


def fine_tuning_unfreezes(view: View, parameters: Unfreezes) -> Statement:
    stage = _second(view)
    if isinstance(stage, Statement):
        return stage
    now = stage.backbone_trainable
    before = [s.backbone_trainable for s in view.stages[: view.stages.index(stage)]]
    if not view.precomputed and before and all(b.is_known_as(Trainable.ALL) for b in before):
        return view.no("never_frozen", "The whole backbone could learn from the beginning: nothing is unfrozen.", stage)
    if not now.known:
        return view.cant_tell(now)
    if now.value == Trainable.NONE:
        thawed = [f for f in view.testimony.freezings if f.is_known_as(Trainable.PART, Trainable.ALL)]
        if thawed:
            found = f"What {thawed[-1].place} opens is not in the trained model, whose own backbone stays frozen."
            return view.no("unfroze_elsewhere", found, thawed[-1], stage)
        return view.no("still_frozen", "The backbone stays frozen in the second training.", stage)
    unsure = [b for b in before if not b.known]
    if not view.precomputed and unsure and not any(b.is_known_as(Trainable.NONE, Trainable.PART) for b in before):
        return view.cant_tell(unsure[0])
    layers = _layers(stage)
    if now.value == Trainable.ALL:
        return ruled(view, parameters.whole, "whole", f"All of the backbone is unfrozen{layers}.", now, stage)
    return view.yes(f"Part of the backbone is unfrozen{layers}.", now, stage)


def fine_tuning_recompiled(view: View, parameters: Recompiled) -> Statement:
    stage = _second(view)
    if isinstance(stage, Statement):
        return stage
    if stage.kind == StageKind.CUSTOM_LOOP:
        return view.yes("A hand-written loop needs no compile: it reads what is trainable at each step.", stage)
    if stage.recompiled.is_known_as(True):
        return view.yes("The model is compiled again after the change.", stage.recompiled, stage)
    if stage.recompiled.is_known_as(False):
        return view.no("not_recompiled", "The model is not compiled again between unfreezing and training.",
                       stage.recompiled, stage)
    return view.cant_tell(stage.recompiled)


def fine_tuning_lower_rate(view: View, parameters: LowerRate) -> Statement:
    stage = _second(view)
    if isinstance(stage, Statement):
        return stage
    before, now = view.stages[0].learning_rate, stage.learning_rate
    if not before.known or not now.known or before.value is None or now.value is None:
        return view.cant_tell(before if not before.known else now)
    both = f"{_rate(before.value)}, then {_rate(now.value)}"
    if now.value >= before.value * (1 - 1e-6):
        return view.no("not_lowered", f"The learning rate is not lowered: {both}.", now, stage)
    if now.value > before.value * parameters.factor * (1 + 1e-6):
        return view.partly("hardly_lowered", f"The learning rate is lowered, but little: {both}.", now, stage)
    return view.yes(f"The learning rate is lowered: {both}.", now, stage)


def fine_tuning_continues(view: View, parameters: Continues) -> Statement:
    stage = _second(view)
    if isinstance(stage, Statement):
        return stage
    if stage.continues.is_known_as(True):
        return view.yes("It goes on from the trained model.", stage.continues, stage)
    if stage.continues.is_known_as(False):
        return view.no("fresh_model", "It starts from a fresh model, not from the trained one.", stage.continues, stage)
    return view.cant_tell(stage.continues)


def _layers(stage: Stage) -> str:
    if stage.trainable_layers.known and stage.total_layers.known:
        return f": {stage.trainable_layers.value} of {stage.total_layers.value} layers can learn"
    return ""


def _rate(value: float) -> str:
    """Optimizers keep rates as float32; six digits tell 1e-4 from 1e-5 without its noise."""
    return f"{value:.6g}"


CHECKS = (
    Check("feature_extraction_trained", "The transfer model's first training really ran.", Trained,
          feature_extraction_trained),
    Check("fine_tuning_unfreezes", "A later training lets part of the backbone learn.", Unfreezes,
          fine_tuning_unfreezes),
    Check("fine_tuning_recompiled", "The model is compiled again between unfreezing and training on.", Recompiled,
          fine_tuning_recompiled, CODE_AND_RUN),
    Check("fine_tuning_lower_rate", "Fine-tuning has a lower learning rate than the first training.", LowerRate,
          fine_tuning_lower_rate),
    Check("fine_tuning_continues", "Fine-tuning starts from the trained model.", Continues, fine_tuning_continues,
          CODE_AND_RUN),
)
