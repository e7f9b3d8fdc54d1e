"""TL401 and TL402: labels and losses against what the model does with them.

In: Facts. Out: Findings. Leakage between training, validation and test is `leakage`'s.
"""

from __future__ import annotations

from collections.abc import Iterator

from grader.judge.findings.diffs import respelled
from grader.judge.findings.facts import Facts, Trained, seen
from grader.judge.findings.kinds import Kind
from grader.records import Finding, Labels, Loss, Severity

_MANY = ("categorical_crossentropy", "sparse_categorical_crossentropy")
_CROSSENTROPIES = ("binary_crossentropy", *_MANY)
_NO_PROBABILITIES = ("relu", "tanh", "leaky_relu", "elu", "selu", "relu6", "swish", "silu", "gelu")

UNFIT = Kind(
    "TL401", Severity.GRAVE, "The loss does not fit the head and its labels", "chose a loss that does not fit",
    "A loss compares labels with the head's outputs in one certain form. In another form it computes a number all the "
    "same, and the training runs, but the number does not measure how wrong the model is.",
    "One unit: `sigmoid` with `binary_crossentropy`. A unit for each class: `softmax` with "
    "`sparse_categorical_crossentropy` for labels 0, 1, 2, …, or with `categorical_crossentropy` for one-hot labels.",
    "Units and effective activation of the trained model's last layer, and the loss with which it was compiled. Silent "
    "for every pair that is right for some labels.",
)  # fmt: skip

LABELS = Kind(
    "TL402", Severity.GRAVE, "The labels do not fit the loss", "gave labels that do not fit the loss",
    "The loss takes a label for something that it is not. It computes a number all the same where it can, and the "
    "training then goes after something that nobody wants.",
    "`binary_crossentropy` wants 0 and 1; `sparse_categorical_crossentropy` 0, 1, 2, … up to one less than the units; "
    "`categorical_crossentropy` a row for each picture with a single 1.",
    "The labels that were fed: all of an array's, or those of a batch, with the loss and the units of the head. Silent "
    "for labels between the allowed values, such as smoothed or mixed ones.",
)  # fmt: skip

KINDS = (UNFIT, LABELS)


def find(facts: Facts) -> Iterator[Finding]:
    """At most one a model: a loss that fits no labels needs no word about these."""
    for model in facts.classifiers:
        found = next(_unfit(model, facts), None) or next(_labels(model), None)
        if found is not None:
            yield found


def _unfit(model: Trained, facts: Facts) -> Iterator[Finding]:
    units, activation = model.agreed("head", "units"), model.agreed("head", "activation")
    for i, stage in enumerate(model.stages):
        loss: Loss | None = model.agreed_at(i, "loss")
        if loss is None or loss.name not in _CROSSENTROPIES:
            continue
        why = _why(units, activation, loss)
        if why:
            place = stage.compile_place or stage.place
            yield UNFIT.finding(
                f"The head of {model.called} has {_units(units)}with {activation}; its loss is `{loss.name}`.",
                [seen("last layer", f"{_units(units)}{activation}", model.account.place),
                 seen("loss", loss.name, place)],
                why=why, place=place,
                diff=_binary(facts) if units == 1 and activation == "sigmoid" and len(facts.classifiers) == 1 else "",
            )  # fmt: skip


def _binary(facts: Facts) -> str:
    """The loss of one unit with a sigmoid, wherever a loss for many is written."""
    return respelled(facts.evidence.cells, {
        "categorical_crossentropy": "binary_crossentropy", "CategoricalCrossentropy": "BinaryCrossentropy",
        "sparse_categorical_crossentropy": "binary_crossentropy",
        "SparseCategoricalCrossentropy": "BinaryCrossentropy",
    })  # fmt: skip


def _units(units: int | None) -> str:
    return "" if units is None else "1 unit " if units == 1 else f"{units} units "


def _why(units: int | None, activation: str | None, loss: Loss) -> str:
    """The mechanism; "" for a pair that can be right."""
    if activation in _NO_PROBABILITIES:
        return (f"`{loss.name}` takes the head's outputs for probabilities. {activation} does not keep them between 0 "
                "and 1: values outside are cut off, and where they are, no gradient is left to learn from.")
    if units != 1 or activation == "softmax" or loss.name not in _MANY:
        return ""
    if loss.name == "categorical_crossentropy":
        return ("`categorical_crossentropy` first makes the outputs of all units add up to 1. With one unit that makes "
                "every output 1, and the loss stays zero whatever the picture shows.")
    return ("`sparse_categorical_crossentropy` takes a label for the number of a unit. With one unit there is only "
            "number 0: label 1 points behind the end, and the loss becomes nan, an error, or means nothing.")


# --------------------------------------------------------------------------- labels


def _labels(model: Trained) -> Iterator[Finding]:
    units = model.agreed("head", "units")
    for i, stage in enumerate(model.stages):
        loss: Loss | None = model.agreed_at(i, "loss")
        labels = stage.fed.value.labels if stage.fed.value is not None else None
        why, mend = _misread(labels, loss, units) if labels is not None and loss is not None else ("", "")
        if labels is None or loss is None or not why:
            continue
        yield LABELS.finding(
            f"{model.called[:1].upper()}{model.called[1:]} is trained with `{loss.name}` on labels {_words(labels)}.",
            [seen("labels" if labels.of_all else "labels of a batch", _words(labels), stage.place),
             seen("loss", loss.name, stage.compile_place or stage.place),
             seen("last layer", f"{_units(units)}{model.agreed('head', 'activation') or ''}".strip() or "unknown",
                  model.account.place)],
            why=why, mend=mend, place=stage.place, excerpt=stage.excerpt,
        )  # fmt: skip


def _words(labels: Labels) -> str:
    if labels.width > 1:
        return f"of {labels.width} numbers each" + (", one of them 1" if labels.sums_to_one and labels.whole else "")
    return f"from {labels.minimum:g} to {labels.maximum:g}"


def _misread(labels: Labels, loss: Loss, units: int | None) -> tuple[str, str]:
    """What the loss makes of such labels, and what to change; "" for labels that fit."""
    if loss.name == "binary_crossentropy":
        if 0 <= labels.minimum and labels.maximum <= 1:
            return "", ""
        return ("`binary_crossentropy` takes a label for a probability. For one outside of 0 and 1 it has no minimum: "
                "the loss falls below zero, and the model is pushed towards ever larger values, not towards the class.",
                "Make the two classes 0 and 1; for more than two, use a unit for each and "
                "`sparse_categorical_crossentropy`.")  # fmt: skip
    if units is None or units < 2:
        return "", ""
    if loss.name == "categorical_crossentropy" and labels.width == 1:
        return ("`categorical_crossentropy` wants a row for each picture with a 1 at its class. It gets the number of "
                "the class.",
                "Use `sparse_categorical_crossentropy` for labels that are numbers of classes.")  # fmt: skip
    if loss.name != "sparse_categorical_crossentropy":
        return "", ""
    if labels.width == units and labels.sums_to_one and labels.whole:
        return ("`sparse_categorical_crossentropy` wants the number of the class. It gets a row with a 1 at it.",
                "Use `categorical_crossentropy` for one-hot labels.")  # fmt: skip
    if labels.width == 1 and (labels.minimum < 0 or labels.maximum >= units):
        return (f"`sparse_categorical_crossentropy` takes a label for the number of a unit, 0 to {units - 1}. A label "
                "outside points at no unit: the loss becomes nan, an error, or means nothing.",
                f"Number the classes from 0 to {units - 1}, or give the head a unit for each class.")  # fmt: skip
    return "", ""
