"""Of which pictures trainings and tests consist, as the run saw it.

In: a model's trainings and readings. Out: records. Pure: it only says where things stand.
"""

from __future__ import annotations

from grader.evidence.run_events import Common as CommonTold
from grader.evidence.run_events import Consists, LabelsTold, ReadingEvent
from grader.evidence.run_facts import Notebook
from grader.evidence.run_history import BuiltModel, Training
from grader.records import Common, Fact, Fed, Labels, PictureSet, Reading


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
