"""TL5xx: whether the results that are shown belong to the code, and what they say.

In: Facts, and the report's claims. Out: Findings. Saved outputs show what was once printed; a finding says what does
not fit, never that somebody cheated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.judge.findings.facts import Facts, seen
from grader.judge.findings.kinds import Kind
from grader.records import CauseKind, Claim, ClaimVerdict, Finding, Measured, Place, Severity, Stage, Witness

_ACCURACY = ("accuracy", "acc", "binary_accuracy", "sparse_categorical_accuracy", "categorical_accuracy")
_GAP = 0.15
_ABOVE_CHANCE = 0.02
_LEAST_EPOCHS = 2

OTHER_CODE = Kind(
    "TL501", Severity.NOTABLE, "A saved training log does not come from this code",
    "showed a training log that their code does not produce",
    "The cell was changed after it ran, or ran with other values: the results shown are not those of the code that is "
    "handed in, and nobody can reproduce them.",
    "Restart the kernel, run all cells from the top, and save the notebook.",
    "The number of epochs in the saved log against the number that the call asks for, as the run saw it and the code "
    "says it. Silent where a cell trains more than once, and for trainings that go on from an earlier epoch.",
)  # fmt: skip
ORDER = Kind(
    "TL502", Severity.HINT, "Cells were run out of order, or not all of them", "ran cells out of order",
    "Results then depend on the order in which you happened to run cells. Run from the top, the notebook may give "
    "others, or stop with an error.",
    "Restart the kernel and run all cells from the top before you hand in.",
    "The execution counts saved in the notebook. Notable where the run from the top stopped with a NameError. Silent "
    "where all counts were cleared, and where the run from the top went through: then the order did no harm.",
)  # fmt: skip
CLAIMED = Kind(
    "TL503", Severity.NOTABLE, "The report claims a number that the notebook contradicts",
    "claimed a number that their notebook contradicts",
    "A reader of the report can't tell which of the two is true. Often a table was written from an older run.",
    "Copy the numbers from the notebook's last run, and say which run they are from.",
    "A number in the report beside the number of the same name in the notebook's saved outputs. Silent where the "
    "notebook shows no number of that name.",
)  # fmt: skip
CHANCE = Kind(
    "TL504", Severity.GRAVE, "The accuracy is no better than guessing", "got no further than guessing",
    "Whoever always names the commonest class is right at least as often as one in the number of classes. A model with "
    "pretrained features that stays there has learned nothing: something before the head destroys the pictures, the "
    "labels don't belong to them, or the loss does not fit.",
    "Look at one batch just before the backbone, with its range and its labels, before training any longer.",
    "The best validation accuracy of a saved log, and the number of classes by the head. Silent where it is more than "
    "two points above one in the number of classes, and for fewer than two epochs.",
)  # fmt: skip
GAP = Kind(
    "TL505", Severity.NOTABLE, "Training and validation accuracy are far apart",
    "had a large gap between training and validation",
    "The model is much better on pictures that it trained on than on new ones. Either it learned them by heart, or "
    "validation pictures are treated otherwise than training pictures: scaled differently, or seen by normalisation "
    "layers whose running means were disturbed by unfreezing.",
    "Check that both sets are scaled alike and that the backbone was frozen; then add augmentation or dropout, or "
    "train for fewer epochs.",
    "Accuracy and validation accuracy of the last epoch of a saved log differ by 15 points or more. Silent below.",
)  # fmt: skip

KINDS = (OTHER_CODE, ORDER, CLAIMED, CHANCE, GAP)


@dataclass(frozen=True)
class _Log:
    """One saved training log, with what it says an epoch."""

    stage: Stage
    metrics: dict[str, tuple[float, ...]]

    def accuracy(self, prefix: str = "") -> tuple[float, ...]:
        return next((self.metrics[prefix + name] for name in _ACCURACY if prefix + name in self.metrics), ())


def find(facts: Facts, claims: Sequence[Claim]) -> Iterator[Finding]:
    """Of the saved outputs, of the report."""
    logs = _logs(facts)
    yield from _other_code(logs, facts)
    yield from _order(facts)
    yield from _claimed(claims)
    yield from _chance(logs, facts)
    yield from _gap(logs)


def _logs(facts: Facts) -> list[_Log]:
    told = facts.evidence.testimony(Witness.DOCUMENT)
    stages = told.accounts[0].stages if told.accounts else ()
    return [_Log(stage, _metrics(i, told.claims)) for i, stage in enumerate(stages)]


def _metrics(index: int, claims: dict[str, str]) -> dict[str, tuple[float, ...]]:
    start = f"training_{index}."
    return {
        name.removeprefix(start): tuple(float(x) for x in value.split(", "))
        for name, value in claims.items() if name.startswith(start) and re.fullmatch(r"[-+\d.e, ]+", value)
    }  # fmt: skip


# --------------------------------------------------------------------------- does it belong to the code


def _other_code(logs: Sequence[_Log], facts: Facts) -> Iterator[Finding]:
    wrong: list[Measured] = []
    for log in logs:
        place = log.stage.place
        asked = _asked_in(place, facts)
        logged = log.stage.epochs_asked.value
        alone = sum(other.stage.place == place for other in logs) == 1
        if asked is None or logged is None or not alone or not log.stage.excerpt.startswith("Epoch 1/"):
            continue
        if asked != logged:
            wrong.append(seen("epochs in the saved log", logged, place, Witness.DOCUMENT))
            wrong.append(seen("epochs that the code asks for", asked, place))
    if wrong:
        yield OTHER_CODE.finding(
            f"The log saved in {wrong[0].place} shows a training of {wrong[0].value} epochs; its code asks for "
            f"{wrong[1].value}.", wrong, place=wrong[0].place,
        )  # fmt: skip


def _asked_in(place: Place | None, facts: Facts) -> int | None:
    """Epochs that the one training in this cell asks for, where run and code agree and it starts with the first."""
    cell = next((c for c in facts.evidence.cells if place is not None and c.number == place.cell), None)
    if cell is None or re.search(r"\binitial_epoch\b", cell.source):
        return None
    answers = []
    for witness in (Witness.RUN, Witness.SOURCE):
        accounts = facts.evidence.testimony(witness).accounts if witness != Witness.RUN else facts.run.accounts
        stages = [s for a in accounts for s in a.stages if s.place is not None and s.place.cell == cell.number]
        answers.append(stages[0].epochs_asked.value if len(stages) == 1 else None)
    return answers[0] if answers[0] == answers[1] else None


def _order(facts: Facts) -> Iterator[Finding]:
    told = facts.evidence.testimony(Witness.DOCUMENT).remarks
    signs = [r for r in told if r.startswith(("cells were run out of order", "cells saved without having been run"))]
    if not signs or facts.ran_to_the_end:
        return
    broken = next((c for c in facts.evidence.causes
                   if c.kind == CauseKind.STUDENT_ERROR and c.message.startswith("NameError")), None)  # fmt: skip
    measured = [seen(*_halves(sign), by=Witness.DOCUMENT) for sign in signs]
    if broken is not None:
        measured.append(seen("run from the top", broken.message, broken.place))
    yield ORDER.finding(
        "The execution counts show that the notebook was not run from top to bottom"
        + (", and from the top it stops with an error." if broken is not None else "."),
        measured, severity=Severity.NOTABLE if broken is not None else None,
        place=broken.place if broken is not None else None,
    )  # fmt: skip


def _halves(remark: str) -> tuple[str, str]:
    what, _, value = remark.partition(": ")
    return what, value or "yes"


def _claimed(claims: Sequence[Claim]) -> Iterator[Finding]:
    wrong = [c for c in claims if c.verdict == ClaimVerdict.CONTRADICTED]
    if not wrong:
        return
    first = wrong[0]
    more = f"; {len(wrong) - 1} more differ" if len(wrong) > 1 else ""
    measured = []
    for claim in wrong[:4]:
        measured.append(seen(f"{claim.what}, in the report", claim.claimed, claim.place, Witness.REPORT))
        measured.append(seen(f"{claim.what}, in the notebook", claim.there, claim.there_place, Witness.DOCUMENT))
    yield CLAIMED.finding(
        f"{first.what[:1].upper()}{first.what[1:]}: the report says {first.claimed}, the notebook {first.there}{more}.",
        measured, place=first.place,
    )  # fmt: skip


# --------------------------------------------------------------------------- what the numbers say


def _chance(logs: Sequence[_Log], facts: Facts) -> Iterator[Finding]:
    for log in logs:
        values, classes = log.accuracy("val_"), _classes(log, facts)
        if classes is None or len(values) < _LEAST_EPOCHS or not all(0 <= v <= 1 for v in values):
            continue
        if max(values) <= 1 / classes + _ABOVE_CHANCE:
            place = log.stage.place
            yield CHANCE.finding(
                f"The best validation accuracy in {place} is {max(values):.3f}, with {classes} classes.",
                [seen(f"best validation accuracy of {len(values)} epochs", f"{max(values):.3f}", place,
                      Witness.DOCUMENT),
                 seen(f"one in {classes} classes", f"{1 / classes:.3f}", place)],
                place=place,
            )  # fmt: skip
            return


def _classes(log: _Log, facts: Facts) -> int | None:
    """By the head of the one transfer model that is trained in the log's cell."""
    cell = log.stage.place.cell if log.stage.place is not None else None
    models = [m for m in facts.classifiers if any(s.place is not None and s.place.cell == cell for s in m.stages)]
    units = models[0].agreed("head", "units") if len(models) == 1 else None
    return None if units is None else max(2, int(units))


def _gap(logs: Sequence[_Log]) -> Iterator[Finding]:
    """Of the last log that shows both: what came before may have been mended."""
    both = [(log, log.accuracy(), log.accuracy("val_")) for log in logs]
    both = [entry for entry in both if len(entry[1]) >= _LEAST_EPOCHS and len(entry[1]) == len(entry[2])]
    if not both:
        return
    log, train, held = both[-1]
    if train[-1] - held[-1] >= _GAP - 1e-9:
        place = log.stage.place
        yield GAP.finding(
            f"At the end of the training in {place}, the accuracy is {train[-1]:.3f} on training pictures and "
            f"{held[-1]:.3f} on validation pictures.",
            [seen("accuracy, last epoch", f"{train[-1]:.3f}", place, Witness.DOCUMENT),
             seen("validation accuracy, last epoch", f"{held[-1]:.3f}", place, Witness.DOCUMENT)],
            place=place,
        )  # fmt: skip
