"""From feature maps to probabilities: pooling, the last layer, and the loss that must fit it."""

from __future__ import annotations

from typing import ClassVar

from grader.judge.check import Check, Parameters, ruled, without_backbone
from grader.judge.view import View
from grader.records import Fact, Head, Loss, Outcome, Pooling, Shape, Statement


class Pooled(Parameters):
    """`width`: features a picture, `null` for any. `maximum`, `flatten`: what other ways to a vector are worth."""

    FAULTS: ClassVar[tuple[str, ...]] = ("global_max", "flattened", "not_pooled", "wrong_width", "not_in_model",
                                         "no_backbone")
    width: int | None = 1280
    maximum: Outcome = Outcome.PARTLY
    flatten: Outcome = Outcome.NOT_MET


class BinaryHead(Parameters):
    """`logits`: what `Dense(1)` without activation is worth when the loss has `from_logits=True`."""

    FAULTS: ClassVar[tuple[str, ...]] = ("two_units", "softmax_over_one", "wrong_units", "wrong_activation", "logits",
                                         "logits_without_from_logits", "outputs_outside")
    logits: Outcome = Outcome.MET


class ClassesHead(Parameters):
    """`classes`: how many there are. `logits`: what a last layer without activation is worth when the loss has
    `from_logits=True`. `sigmoid`: what one sigmoid a class is worth."""

    FAULTS: ClassVar[tuple[str, ...]] = ("wrong_units", "sigmoid", "wrong_activation", "logits",
                                         "logits_without_from_logits")
    classes: int = 10
    logits: Outcome = Outcome.MET
    sigmoid: Outcome = Outcome.PARTLY


class LossAgrees(Parameters):
    """`other`: what a loss is worth that trains, but is not made for probabilities (mean squared error, hinge)."""

    FAULTS: ClassVar[tuple[str, ...]] = ("logits_as_probabilities", "probabilities_as_logits", "softmax_over_one",
                                         "other_loss", "classes_mismatch")
    other: Outcome = Outcome.PARTLY


def pooled_to_vector(view: View, parameters: Pooled) -> Statement:
    if (missing := without_backbone(view)) is not None:
        return missing
    if view.account is None:
        return view.cant_tell("no transfer model was seen")
    kind, shape = view.account.pooling.kind, view.account.pooling.output_shape
    if not kind.known:
        return view.cant_tell(kind)
    if kind.value == Pooling.FLATTEN:
        found = f"The feature maps are flattened{_to(shape)} instead of averaged."
        return ruled(view, parameters.flatten, "flattened", found, kind, shape)
    if kind.value == Pooling.GLOBAL_MAX:
        found = f"The feature maps are reduced by their maximum{_to(shape)}, not their mean."
        return ruled(view, parameters.maximum, "global_max", found, kind, shape)
    if kind.value == Pooling.NONE:
        return view.no("not_pooled", "Nothing averages the feature maps to a vector.", kind, shape)
    if kind.value == Pooling.OTHER:
        return view.cant_tell("the feature maps become a vector in a way that is not recognised")
    width = shape.value[-1] if shape.known and shape.value is not None else None
    if shape.value is not None and width is not None and parameters.width not in (None, width):
        found = f"Pooling gives {_text(shape.value)}; {parameters.width} features a picture were asked for."
        return view.no("wrong_width", found, kind, shape)
    return view.yes(f"The feature maps are averaged{_to(shape)}.", kind, shape)


def binary_head(view: View, parameters: BinaryHead) -> Statement:
    if view.account is None:
        return view.cant_tell(view.testimony.why or "no transfer model was seen")
    head = view.account.head
    units, activation = head.units, head.activation
    if not units.known or not activation.known:
        return view.cant_tell(units if not units.known else activation)
    layer = f"Dense({units.value}, {activation.value})"
    if units.value != 1:
        fault = "two_units" if units.value == 2 else "wrong_units"
        return view.no(fault, f"The last layer is {layer}{_to(head.output_shape)}; one unit was asked for.",
                       units, activation)
    if activation.value == "softmax":
        return view.no("softmax_over_one", "Softmax over one unit is always 1.", activation, units)
    if activation.value == "linear":
        return _logits_head(view, parameters.logits, "Dense(1)")
    if activation.value != "sigmoid":
        return view.no("wrong_activation", f"The last layer is {layer}; a sigmoid was asked for.", activation, units)
    if head.outputs_within_unit.is_known_as(False):
        return view.no("outputs_outside", "Its outputs are not all within [0, 1].", head.outputs_within_unit)
    return view.yes(f"The last layer is {layer}{_to(head.output_shape)}.", units, activation)


def classes_head(view: View, parameters: ClassesHead) -> Statement:
    if (missing := without_backbone(view)) is not None:
        return missing
    head = view.account.head if view.account else Head()
    units, activation = head.units, head.activation
    if not units.known or not activation.known:
        return view.cant_tell(units if not units.known else activation)
    layer = f"Dense({units.value}, {activation.value})"
    if units.value != parameters.classes:
        found = f"The last layer is {layer}{_to(head.output_shape)}; {parameters.classes} classes need as many units."
        return view.no("wrong_units", found, units, activation)
    if activation.value == "linear":
        return _logits_head(view, parameters.logits, f"Dense({units.value})")
    if activation.value == "sigmoid":
        found = f"The last layer is {layer}: its outputs are no probabilities of one class among {parameters.classes}."
        return ruled(view, parameters.sigmoid, "sigmoid", found, activation, units)
    if activation.value != "softmax":
        return view.no("wrong_activation", f"The last layer is {layer}; a softmax was asked for.", activation, units)
    return view.yes(f"The last layer is {layer}{_to(head.output_shape)}.", units, activation)


def _logits_head(view: View, worth: Outcome, layer: str) -> Statement:
    head = view.account.head if view.account else None
    units = head.units if head else None
    loss = _loss(view)
    if loss is None or not loss.known or loss.value is None:
        return view.cant_tell("the last layer gives logits, and whether the loss takes them so can't be told")
    if loss.value.from_logits:
        return ruled(view, worth, "logits",
                     f"The last layer is {layer} without activation: logits, which the loss takes as such.",
                     units, loss)
    return view.partly("logits_without_from_logits",
                       f"The last layer is {layer} without activation, but the loss is not told that these are logits.",
                       units, loss)


def loss_agrees(view: View, parameters: LossAgrees) -> Statement:
    if view.account is None:
        return view.cant_tell(view.testimony.why or "no transfer model was seen")
    head, loss = view.account.head, _loss(view)
    if loss is None or not loss.known or loss.value is None:
        return view.cant_tell(loss if loss is not None else "no compile was seen")
    if not head.units.known or not head.activation.known:
        return view.cant_tell(head.activation if head.units.known else head.units)
    return _agreement(view, parameters, loss, units=head.units.value or 0, activation=head.activation.value or "")


BINARY = frozenset({"binary_crossentropy", "binary_focal_crossentropy"})
CATEGORICAL = frozenset({"sparse_categorical_crossentropy", "categorical_crossentropy",
                         "categorical_focal_crossentropy"})


def _agreement(view: View, parameters: LossAgrees, fact: Fact[Loss], *, units: int, activation: str) -> Statement:
    loss = fact.value or Loss(name="other")
    text = f"{loss.name}{' with from_logits=True' if loss.from_logits else ''}"
    if loss.name == "other":
        return view.cant_tell("the loss is one of the student's own")
    if loss.name not in BINARY | CATEGORICAL:
        return ruled(view, parameters.other, "other_loss", f"The loss is {text}; a cross-entropy fits {activation}.",
                     fact)
    if activation == "softmax" and units == 1:
        return view.no("softmax_over_one", f"Softmax over one unit is always 1, and {text} learns nothing from it.",
                       fact)
    if (loss.name in CATEGORICAL) != (units > 1):
        return view.no("classes_mismatch", f"The loss {text} does not fit a last layer of {units} units.", fact)
    if activation == "linear" and not loss.from_logits:
        return view.no("logits_as_probabilities", f"The last layer gives logits, but the loss {text} takes them for "
                       "probabilities (from_logits=True is missing).", fact)
    if activation in ("sigmoid", "softmax") and loss.from_logits:
        return view.no("probabilities_as_logits", f"The last layer already applies {activation}, and the loss {text} "
                       "would apply it again.", fact)
    if activation in ("sigmoid", "softmax", "linear"):
        return view.yes(f"The loss {text} fits {activation} outputs.", fact)
    return view.cant_tell(f"whether {text} fits {activation} can't be told")


def _loss(view: View) -> Fact[Loss] | None:
    """The loss of the training: of the first stage that knows it, all others agreeing."""
    losses = [stage.loss for stage in view.stages if stage.loss.known]
    return losses[0] if losses else (view.stages[0].loss if view.stages else None)


def _to(shape: Fact[Shape]) -> str:
    return f" to {_text(shape.value)}" if shape.known and shape.value is not None else ""


def _text(shape: Shape) -> str:
    return "(" + ", ".join("batch" if size is None else str(size) for size in shape) + ")"


CHECKS = (
    Check("pooled_to_vector", "Feature maps become one vector a picture by global average pooling.", Pooled,
          pooled_to_vector),
    Check("binary_head", "The last layer is one unit with a sigmoid, or logits that the loss takes as such.",
          BinaryHead, binary_head),
    Check("classes_head", "The last layer has a unit a class, with softmax, or logits that the loss takes as such.",
          ClassesHead, classes_head),
    Check("loss_agrees", "The loss takes the head's outputs for what they are.", LossAgrees, loss_agrees),
)
