"""TL107: whether validation pictures reach the backbone as training pictures do.

In: Facts. Out: Findings. Held against each other are values measured at the same place of the same model, with its
augmentation asleep; what a few odd pictures could explain is not spoken of.
"""

from __future__ import annotations

from collections.abc import Iterator

from grader.judge.checks.preprocessing import scaling_of
from grader.judge.findings.colours import GENTLE
from grader.judge.findings.diffs import mapped_alike
from grader.judge.findings.facts import Facts, Trained, seen
from grader.judge.findings.kinds import Kind
from grader.judge.findings.preprocessing import interval
from grader.judge.findings.scalings import EXPECTS, WORDS
from grader.records import BatchStatistics, Finding, Scaling, Severity, Site

_APART = 0.2
_SLIVER = 0.02

OTHERWISE = Kind(
    "TL107", Severity.GRAVE, "Validation pictures are scaled otherwise than training pictures",
    "scaled validation pictures otherwise than training pictures",
    "The model learned on values of one range, and is tested on values of another: to it, the validation pictures are "
    "something that it has never seen. The validation accuracy then says nothing about the model, and whatever is "
    "chosen by it (when to stop, which weights to keep) is chosen by chance.",
    "Scale both alike, best as a step of the model: then training, validation and later predictions all pass it.",
    "The recorder reads the values of a training batch and of a validation batch where they enter the backbone, both "
    "with the model in inference mode. They lie where two different scalings put them, or one of them fills less than "
    "a fiftieth of the other's range. Silent where the ranges differ by less than a fifth, and where training data is "
    "augmented outside of the model in a way that changes values.",
)  # fmt: skip

KINDS = (OTHERWISE,)


def find(facts: Facts) -> Iterator[Finding]:
    """At most one a model."""
    for model in facts.models:
        yield from _otherwise(model, facts)


def _otherwise(model: Trained, facts: Facts) -> Iterator[Finding]:
    for account in model.run.accounts:
        asleep, held = account.preprocessing.asleep, account.preprocessing.held
        wired = account.augmentation.wired.value or ()
        if any(layer.site != Site.MODEL and layer.kind not in GENTLE for layer in wired):
            continue
        if asleep.value is None or held.value is None or not _differ(asleep.value, held.value):
            continue
        expected = EXPECTS.get(model.name)
        wanted = f"; it expects {WORDS[expected]}" if expected is not None else ""
        name = model.name or "the backbone"
        stage = account.stages[0] if account.stages else None
        yield OTHERWISE.finding(
            f"Training pictures reach {name} in {interval(asleep.value)}, validation pictures in "
            f"{interval(held.value)}.",
            [seen(f"what reached {name} in training", f"{interval(asleep.value)}{wanted}", asleep.place),
             seen(f"what reached {name} in validation", interval(held.value), held.place)],
            mend=_mend(asleep.value, held.value, expected), place=held.place,
            diff=mapped_alike(facts.evidence.cells, held.place) if _right(asleep.value, held.value, expected) else "",
            excerpt=stage.excerpt if stage is not None and stage.place == held.place else "",
        )  # fmt: skip
        return


def _differ(asleep: BatchStatistics, held: BatchStatistics) -> bool:
    spreads = [of.maximum - of.minimum for of in (asleep, held)]
    if min(spreads) <= 0:
        return False
    apart = max(abs(asleep.minimum - held.minimum), abs(asleep.maximum - held.maximum))
    if apart <= _APART * max(spreads):
        return False
    kinds = [scaling_of(of) for of in (asleep, held)]
    if Scaling.OTHER not in kinds:
        return kinds[0] != kinds[1]
    return min(spreads) < _SLIVER * max(spreads)


def _right(asleep: BatchStatistics, held: BatchStatistics, expected: Scaling | None) -> bool:
    """Whether only the training is scaled as it should be."""
    return scaling_of(asleep) == expected != scaling_of(held)


def _mend(asleep: BatchStatistics, held: BatchStatistics, expected: Scaling | None) -> str:
    """Which of the two to change, where the backbone's expectation decides it."""
    right = [scaling_of(of) == expected for of in (asleep, held)]
    if _right(asleep, held, expected):
        return ("The training is scaled as the backbone expects it: do the same to the validation data, or make it a "
                "step of the model, which both pass.")  # fmt: skip
    if right == [False, True]:
        return "The validation is scaled as the backbone expects it, the training is not: scale the training alike."
    return ""
