"""The accuracy that saved outputs or the report claim, and whether the code can have produced it.

In: the subject, Evidence. Out: a Claimed, and doubts in sentences. A doubt says what does not fit, never that somebody
cheated; it must rest on something that no honest run can show.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from grader.judge.subject import Subject
from grader.records import Account, Evidence, Place, Stage, Witness

_NAMES = ("accuracy", "acc", "binary_accuracy", "sparse_categorical_accuracy", "categorical_accuracy")
_CROSS_ENTROPIES = ("binary_crossentropy", "sparse_categorical_crossentropy", "categorical_crossentropy")
_LEAST_LOSS_OF_A_WRONG_ONE = 0.42
"""A picture that is named wrongly has at most 0.5 for its true class: a loss of 0.69. It is less where logits are
compared with 0.5 instead of 0 (0.47), and where labels are smoothed by a tenth."""
_ROUNDED = 0.0051
"""What a number written with two digits may be off."""
_EPOCHS = re.compile(r"Epoch (\d+)/\d+ … Epoch (\d+)/")


@dataclass(frozen=True)
class Claimed:
    """One accuracy that is claimed. `logs`: the trainings that the saved outputs show of this model, in order."""

    value: float
    said: str
    witness: Witness
    place: Place | None
    logs: tuple[Stage, ...] = ()


def accuracy_in(history: Mapping[str, tuple[float, ...]], prefix: str = "") -> tuple[float, ...]:
    """The accuracy of a history under whichever of its usual names; () where it has none."""
    return next((history[prefix + name] for name in _NAMES if prefix + name in history), ())


def claimed(subject: Subject, evidence: Evidence, quantity: str, backbone: str = "") -> Claimed | None:
    """What is claimed of this model: by its last training log, by a later line of the outputs, by the report."""
    logs = logs_of(subject, evidence, alone=not backbone)
    if quantity == "validation" and logs:
        values = accuracy_in(logs[-1].history.value or {}, "val_")
        if values:
            return Claimed(values[-1], logs[-1].excerpt, Witness.DOCUMENT, logs[-1].place, logs)
    return _in_words(evidence, quantity, backbone, logs) or _in_report(evidence, quantity, backbone, logs)


def logs_of(subject: Subject, evidence: Evidence, *, alone: bool = True) -> tuple[Stage, ...]:
    """The training logs of this model: of a cell that trains as many times as it shows logs, those in its turn.

    `alone`: the assignment is about one model; where no other is trained, all logs are its own.
    """
    told = evidence.testimony(Witness.DOCUMENT).accounts
    logs = told[0].stages if told else ()
    accounts = [a for a in evidence.testimony(Witness.RUN).accounts if a.stages]
    written = [a for a in evidence.testimony(Witness.SOURCE).accounts if a.stages]
    chain = subject.chains.get(Witness.RUN)
    if alone and max(len(accounts), len(written)) <= 1:
        return logs
    if chain is None:
        return ()
    found: list[Stage] = []
    for cell in dict.fromkeys(log.place.cell for log in logs if log.place is not None):
        here = [log for log in logs if log.place is not None and log.place.cell == cell]
        turns = list(_turns(accounts, cell))
        if len(turns) == len(here):
            found += [log for log, account in zip(here, turns, strict=True) if account.model_key in chain.keys]
    return tuple(found)


def _turns(accounts: Sequence[Account], cell: int | None) -> Iterator[Account]:
    """Whose training came first, second, … in this cell."""
    for account in accounts:
        for stage in account.stages:
            if stage.place is not None and stage.place.cell == cell:
                yield account


def _in_words(evidence: Evidence, quantity: str, backbone: str, logs: tuple[Stage, ...]) -> Claimed | None:
    from grader.judge.report.claims_there import numbers_there, rows_there
    from grader.judge.report.quantities import Kind

    shown = [t for t in numbers_there(evidence, rows_there(evidence))[Kind.ACCURACY]
             if t.quantity.split == quantity and t.quantity.model == backbone and isinstance(t.value, float)]
    if not shown or not isinstance(shown[-1].value, float):
        return None
    return Claimed(shown[-1].value, shown[-1].said, Witness.DOCUMENT, shown[-1].place, logs)


def _in_report(evidence: Evidence, quantity: str, backbone: str, logs: tuple[Stage, ...]) -> Claimed | None:
    if evidence.report is None:
        return None
    from grader.judge.report.claims_said import numbers_said
    from grader.judge.report.quantities import Amount, Kind

    for said in numbers_said(evidence.report.blocks):
        about = said.quantity
        if about.kind == Kind.ACCURACY and about.split == quantity and about.model in ("", backbone) \
                and isinstance(said.value, Amount) and not said.aside:
            return Claimed(said.value.value, said.text.strip()[:200], Witness.REPORT, said.place, logs)
    return None


# --------------------------------------------------------------------------- can the code have produced it


def doubts_about(claim: Claimed, subject: Subject, evidence: Evidence) -> tuple[str, ...]:
    """What keeps the code from having produced the claim, a sentence each; () where nothing does."""
    doubts = [] if 0 <= claim.value <= 1 else [f"An accuracy lies between 0 and 1, and {claim.value:g} does not."]
    chain = subject.chains.get(Witness.RUN)
    stages = chain.stages if chain is not None else ()
    for log in claim.logs:
        doubts += _in_itself(log)
    if len(stages) == len(claim.logs):
        supplied = any(notice.kind == "supplied" for notice in evidence.notices)
        for log, stage in zip(claim.logs, stages, strict=True):
            doubts += _against_the_code(log, stage, data_is_known=not supplied)
    return tuple(dict.fromkeys([*doubts, *_against_later(claim, evidence)]))


def _in_itself(log: Stage) -> Iterator[str]:
    """What no log of any code can show."""
    history, where = log.history.value or {}, _where(log)
    shares = [v for prefix in ("", "val_") for v in accuracy_in(history, prefix)]
    if any(not 0 <= value <= 1 for value in shares):
        yield f"The log{where} shows an accuracy outside of 0 to 1."
    begun = _EPOCHS.match(log.excerpt)
    lines = accuracy_in(history)
    if begun and lines and log.completed.is_known_as(True):
        epochs = int(begun[2]) - int(begun[1]) + 1
        if len(lines) != epochs:
            yield f"The log{where} begins {epochs} epochs and has numbers for {len(lines)}."


def _against_the_code(log: Stage, stage: Stage, *, data_is_known: bool) -> Iterator[str]:
    """What this code, on this data, does not print."""
    where = _where(log)
    asked, shown = stage.epochs_asked, log.epochs_asked
    if asked.known and shown.known and asked.value != shown.value:
        yield f"The log{where} is of {shown.value} epochs; the code asks for {asked.value}."
    steps, printed = stage.steps_asked, log.steps_asked
    if data_is_known and steps.known and printed.known and steps.value != printed.value:
        yield f"The log{where} has {printed.value} steps an epoch; the code makes {steps.value} of its data."
    if stage.loss.known and stage.loss.value is not None and stage.loss.value.name in _CROSS_ENTROPIES:
        history = log.history.value or {}
        pairs = zip(accuracy_in(history, "val_"), history.get("val_loss", ()), strict=False)
        wrong = next(((a, x) for a, x in pairs if x < (1 - a) * _LEAST_LOSS_OF_A_WRONG_ONE - 0.01), None)
        if wrong is not None:
            yield (f"The log{where} shows a validation loss of {wrong[1]:g} beside an accuracy of {wrong[0]:g}: "
                   f"the {1 - wrong[0]:.0%} that are named wrongly cost more.")


def _against_later(claim: Claimed, evidence: Evidence) -> Iterator[str]:
    """A later cell that shows the validation accuracy again, and none that any epoch of any log had."""
    told = evidence.testimony(Witness.DOCUMENT).accounts
    logged = [v for log in (told[0].stages if told else ()) for v in accuracy_in(log.history.value or {}, "val_")]
    if not claim.logs or not logged or len([a for a in evidence.testimony(Witness.RUN).accounts if a.stages]) > 1:
        return
    from grader.judge.report.claims_there import numbers_there
    from grader.judge.report.quantities import Kind

    last = max((log.place.cell or 0 for log in claim.logs if log.place is not None), default=0)
    behind = evidence.model_copy(update={
        "cells": tuple(cell for cell in evidence.cells if cell.number > last), "testimonies": (),
    })  # fmt: skip
    later = [(t.value, t.place) for t in numbers_there(behind, ())[Kind.ACCURACY]
             if t.quantity.split == "validation" and isinstance(t.value, float)]  # fmt: skip
    if later and not any(abs(value - shown) <= _ROUNDED for shown, _ in later for value in logged):
        yield f"{later[-1][1]} shows a validation accuracy of {later[-1][0]:g}, which no epoch of the logs had."


def _where(log: Stage) -> str:
    return f" in {log.place}" if log.place is not None else ""
