"""The trainings of a model as the run saw them.

In: a model's trainings and those of the others before it. Out: Stages in order. Pure.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from grader.evidence.run_facts import Notebook
from grader.evidence.run_fed import fed_of
from grader.evidence.run_history import BuiltModel, History, Training
from grader.records import Fact, Loss, Stage, StageKind, Trainable


def stages_of(model: BuiltModel, history: History, notebook: Notebook) -> tuple[Stage, ...]:
    """Every training of this model, in order."""
    return tuple(_stage(order, training, model, history, notebook) for order, training in enumerate(model.trainings))


def _stage(order: int, training: Training, model: BuiltModel, history: History, notebook: Notebook) -> Stage:
    begin, end = training.begin, training.end
    place = notebook.place(begin)
    state = begin.trainable
    nothing = notebook.cant_tell("the model contains no backbone")
    return Stage(
        order=order,
        kind=StageKind(begin.kind),
        place=place,
        excerpt=notebook.excerpt(place),
        backbone_trainable=notebook.known(Trainable(state.state), begin) if state is not None else nothing,
        trainable_layers=notebook.known(state.trainable_layers, begin) if state is not None else nothing,
        total_layers=notebook.known(state.total_layers, begin) if state is not None else nothing,
        recompiled=_recompiled(order, training, model, notebook),
        optimizer=notebook.known(begin.optimizer, begin.compile_place) if begin.optimizer
        else notebook.cant_tell("no optimizer was seen"),
        learning_rate=_learning_rate(training, notebook),
        loss=_loss(training, notebook),
        epochs_asked=notebook.known(begin.epochs_asked, begin) if begin.epochs_asked is not None
        else notebook.cant_tell("a loop of single steps asks for no number of epochs"),
        steps_asked=notebook.known(begin.steps_asked, begin) if begin.steps_asked is not None
        else notebook.cant_tell("the steps of an epoch can't be told", begin),
        steps_run=notebook.known(end.steps, begin) if end is not None
        else notebook.cant_tell("the training did not come to its end here", begin),
        completed=notebook.known(end.completed if end is not None else False, begin, why=end.error if end else ""),
        continues=_continues(order, training, model, history, notebook),
        backbone_changed=_changed(training, "backbone_digest", notebook),
        statistics_changed=_changed(training, "statistics_digest", notebook),
        compile_place=notebook.place(begin.compile_place),
        fed=fed_of(training, notebook),
        history=notebook.known(_history(end.history), begin) if end is not None and end.history
        else notebook.cant_tell("the training was shortened here, or did not come to its end", begin),
    )  # fmt: skip


def _history(told: dict[str, list[float]]) -> dict[str, tuple[float, ...]]:
    return {name: tuple(values) for name, values in told.items()}


def _recompiled(order: int, training: Training, model: BuiltModel, notebook: Notebook) -> Fact[bool]:
    begin = training.begin
    if begin.recompiled is None:
        return notebook.cant_tell("the model was never compiled", begin)
    if begin.recompiled and order and training.compiled is model.trainings[order - 1].compiled:
        return notebook.cant_tell("it was not compiled again, and `trainable` is what it was before", begin)
    return notebook.known(begin.recompiled, begin.compile_place if begin.recompiled else begin)


def _learning_rate(training: Training, notebook: Notebook) -> Fact[float]:
    """Six digits: optimizers keep the rate as float32."""
    begin, left = training.begin, training.end.learning_rate if training.end is not None else None
    if begin.learning_rate is None:
        return notebook.cant_tell("the learning rate could not be read", begin)
    if left is not None and not math.isclose(left, begin.learning_rate, rel_tol=0.01):
        why = f"compiled with {begin.learning_rate:.6g}, the training was left with {left:.6g}: a callback sets it"
        return notebook.cant_tell(why, begin)
    return notebook.known(float(f"{begin.learning_rate:.6g}"), begin.compile_place or begin)


def _loss(training: Training, notebook: Notebook) -> Fact[Loss]:
    told = training.begin.loss or (training.compiled.loss if training.compiled is not None else None)
    if told is None:
        return notebook.cant_tell("no loss was given to compile", training.begin)
    loss = Loss(name=told.name, from_logits=told.from_logits)
    return notebook.known(loss, training.begin.compile_place or training.begin)


def _changed(training: Training, name: str, notebook: Notebook) -> Fact[bool]:
    """Whether these weights differ after the training from before."""
    before = getattr(training.begin, name)
    after = getattr(training.end, name) if training.end is not None else ""
    if name == "statistics_digest" and not before and not after and training.begin.backbone_digest:
        return notebook.known(False, training.begin, why="the backbone has no such statistics")
    if not before or not after:
        return notebook.cant_tell("the weights could not be compared", training.begin)
    steps = training.end.steps if training.end is not None else 0
    if steps == 0:
        return notebook.cant_tell("no training step ran", training.begin)
    state = training.begin.trainable
    if before == after and name == "backbone_digest" and state is not None and state.state != "none":
        return notebook.cant_tell("the few steps run here changed nothing, though they could have", training.begin)
    return notebook.known(before != after, training.begin)


def _continues(order: int, training: Training, model: BuiltModel, history: History, notebook: Notebook) -> Fact[Any]:
    """Whether it starts from weights that an earlier training left, told by their digests."""
    begin = training.begin
    earlier = [t for t in history.trainings if t.begin.stage < begin.stage]
    if not earlier:
        return notebook.known(True, begin, why="the first training")
    left = {t.end.rest_digest for t in earlier if t.end is not None and t.end.rest_digest}
    if begin.rest_digest and begin.rest_digest in left:
        return notebook.known(True, begin)
    if order == 0:
        return notebook.known(False, begin, why="its weights are not those that any earlier training left")
    started = {t.begin.rest_digest for t in model.trainings[:order]} - left
    if begin.rest_digest and begin.rest_digest in started:
        return notebook.known(False, begin, why="its weights were put back to what they were before the training")
    if model.trainings[order - 1].end is None:
        return notebook.cant_tell("the training before it did not come to its end here", begin)
    return notebook.known(True, begin, why="the same model, its weights changed in between")


def starts_from(model: BuiltModel, history: History) -> str:
    """Key of the other model whose training left the weights behind the backbone that this model begins with."""
    if not model.trainings or not model.trainings[0].begin.rest_digest:
        return ""
    begin = model.trainings[0].begin
    earlier = [t for t in reversed(history.trainings) if t.begin.stage < begin.stage and t.end is not None]
    left = (t.begin.model for t in earlier if t.end is not None and t.end.rest_digest == begin.rest_digest)
    return next((key for key in left if key != model.key), "")


def freezings_of(history: History, used: Sequence[str], notebook: Notebook) -> tuple[Fact[Trainable], ...]:
    """Each place that set `trainable` on a backbone, and what it became; of a model's backbone where there is one."""
    found: list[Fact[Trainable]] = []
    for event in history.freezings:
        if not event.backbones:
            continue
        state = next((s for s in event.backbones if s.key in used), event.backbones[0])
        found.append(notebook.known(Trainable(state.state), event))
    return tuple(found)


def freezings_of_copies(history: History, used: Sequence[str], notebook: Notebook) -> tuple[Fact[Trainable], ...]:
    """The places that set `trainable` only on backbones that nothing is trained with, where another one is."""
    busy = {*used, *(features.backbone for features in history.features)}
    if not used or "" in used:
        return ()
    idle = [e for e in history.freezings if e.backbones and not any(s.key in busy for s in e.backbones)]
    return tuple(notebook.known(Trainable(event.backbones[0].state), event) for event in idle)
