"""TL4xx: data and labels against what the model does with them.

In: Facts. Out: Findings. Leakage between training, validation and test is told from the files or arrays that were
fed; as long as the evidence holds no names for those, nothing is said of it.
"""

from __future__ import annotations

from collections.abc import Iterator

from grader.judge.findings.facts import Facts, Trained, seen
from grader.judge.findings.kinds import Kind
from grader.records import Finding, Loss, Severity

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

KINDS = (UNFIT,)


def find(facts: Facts) -> Iterator[Finding]:
    """At most one a model."""
    for model in facts.models:
        found = next(_unfit(model), None)
        if found is not None:
            yield found


def _unfit(model: Trained) -> Iterator[Finding]:
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
            )  # fmt: skip


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
