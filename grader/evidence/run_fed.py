"""Of which pictures trainings and tests consist, as the run saw it.

In: a model's trainings and readings. and what evaluations gave. Out: records. Pure.
"""

from __future__ import annotations

from typing import Literal

from grader.evidence.run_events import Common as CommonTold
from grader.evidence.run_events import Consists, EvaluatedEvent, LabelsTold, ReadingEvent
from grader.evidence.run_facts import Notebook
from grader.evidence.run_history import BuiltModel, Training
from grader.records import Common, Evaluation, Fact, Fed, Labels, PictureSet, Reading

_MOSTLY = 0.5


def fed_of(training: Training, notebook: Notebook) -> Fact[Fed]:
    """What this training was given."""
    told = training.fed
    if told is None:
        return notebook.cant_tell("where its pictures come from can't be told", training.begin)
    fed = Fed(training=_consists(told.training, notebook), validation=_consists(told.validation, notebook),
              validated=told.validated, common=_common(told.common), labels=_labels(told.labels),
              watched=told.watched)  # fmt: skip
    return notebook.known(fed, told)


def readings_of(model: BuiltModel, notebook: Notebook) -> tuple[Reading, ...]:
    """Where this model was evaluated, or predicted on a data set."""
    return tuple(_reading(event, notebook) for event in model.readings)


def evaluations_of(model: BuiltModel, notebook: Notebook) -> tuple[Evaluation, ...]:
    """What `evaluate` measured, where nothing was shortened."""
    return tuple(_evaluation(event, read, notebook) for event, read in model.evaluations)


def _evaluation(event: EvaluatedEvent, read: ReadingEvent | None, notebook: Notebook) -> Evaluation:
    """On what is told by what was read a moment before; pictures that took no part yet are a test."""
    place = notebook.place(event)
    trained, validated = (_common(read.trained), _common(read.validated)) if read is not None else (None, None)
    split: Literal["training", "validation", "test"] = "test"
    if _is_of(trained):
        split = "training"
    elif _is_of(validated):
        split = "validation"
    return Evaluation(split=split, metrics=event.metrics, place=place, excerpt=notebook.excerpt(place))


def _is_of(common: Common | None) -> bool:
    """Whether most pictures are surely these; what chance deals anew is told by a finding, not by the split's name."""
    return common is not None and not common.redrawn and common.share > _MOSTLY


def _reading(event: ReadingEvent, notebook: Notebook) -> Reading:
    place = notebook.place(event)
    return Reading(what=event.what, place=place, excerpt=notebook.excerpt(place),
                   data=_consists(event.data, notebook), trainings=event.trainings, trained=_common(event.trained),
                   validated=_common(event.validated), pictures=event.pictures)  # fmt: skip


def _consists(told: Consists | None, notebook: Notebook) -> PictureSet | None:
    if told is None:
        return None
    place = notebook.place(told.place)
    return PictureSet(kind=told.kind, count=told.count, order=told.order, folders=tuple(told.folders),
                      beside=tuple(told.beside), arguments=told.arguments, place=place,
                      excerpt=notebook.excerpt(place))  # fmt: skip


def _common(told: CommonTold | None) -> Common | None:
    return None if told is None else Common(shared=told.shared, of=told.of, redrawn=told.redrawn)


def _labels(told: LabelsTold | None) -> Labels | None:
    return None if told is None else Labels(**told.model_dump())
