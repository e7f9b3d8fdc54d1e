"""The events of one run, grouped by what they are about: models, stages, backbones, data.

In: checked events in order. Out: a History that the readers of the parts ask. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from grader.evidence.run_events import (
    AugmentationEvent,
    AwakeEvent,
    BackboneEvent,
    BatchEvent,
    CompileEvent,
    EvaluatedEvent,
    Event,
    FaultEvent,
    FeaturesEvent,
    FedEvent,
    GeneratorEvent,
    Made,
    ModelEvent,
    PipelineCallEvent,
    PreprocessEvent,
    ReadingEvent,
    StageBeginEvent,
    StageEndEvent,
    TrainableEvent,
)


@dataclass
class Training:
    """One stage of training: its beginning, and what came of it. `drawn` was called while its data was read."""

    begin: StageBeginEvent
    batch: BatchEvent | None = None
    end: StageEndEvent | None = None
    compiled: CompileEvent | None = None
    fed: FedEvent | None = None
    drawn: list[PipelineCallEvent] = field(default_factory=list)


@dataclass
class BuiltModel:
    """One Keras model: its descriptions, the last one first, and its trainings."""

    key: str
    described: ModelEvent | None = None
    compiles: list[CompileEvent] = field(default_factory=list)
    trainings: list[Training] = field(default_factory=list)
    readings: list[ReadingEvent] = field(default_factory=list)
    evaluations: list[tuple[EvaluatedEvent, ReadingEvent | None]] = field(default_factory=list)
    awake: AwakeEvent | None = None
    label: str = ""

    @property
    def batch(self) -> BatchEvent | None:
        """The first training step that was observed."""
        return next((t.batch for t in self.trainings if t.batch is not None), None)


@dataclass
class History:
    """Everything, in the order in which it happened."""

    backbones: dict[str, BackboneEvent] = field(default_factory=dict)
    models: dict[str, BuiltModel] = field(default_factory=dict)
    trainings: list[Training] = field(default_factory=list)
    made: dict[str, Made] = field(default_factory=dict)
    generators: list[GeneratorEvent] = field(default_factory=list)
    pipeline: list[PipelineCallEvent] = field(default_factory=list)
    preprocessing: list[PreprocessEvent] = field(default_factory=list)
    features: list[FeaturesEvent] = field(default_factory=list)
    freezings: list[TrainableEvent] = field(default_factory=list)
    faults: list[FaultEvent] = field(default_factory=list)

    def model(self, key: str) -> BuiltModel:
        return self.models.setdefault(key, BuiltModel(key))


def history_of(events: Sequence[Event]) -> History:
    """Sorts events by what they are about."""
    history = History()
    running: dict[int, Training] = {}
    for event in events:
        match event:
            case BackboneEvent():
                history.backbones[event.key] = event
            case AugmentationEvent():
                history.made[event.made.key] = event.made
            case GeneratorEvent():
                history.generators.append(event)
            case PreprocessEvent():
                history.preprocessing.append(event)
            case FeaturesEvent():
                history.features.append(event)
            case TrainableEvent():
                history.freezings.append(event)
            case FaultEvent():
                history.faults.append(event)
            case PipelineCallEvent():
                _pipeline_call(history, running, event)
            case _:
                _of_model(history, running, event)
    return history


def _pipeline_call(history: History, running: dict[int, Training], event: PipelineCallEvent) -> None:
    history.pipeline.append(event)
    if event.made is not None:
        history.made.setdefault(event.made.key, event.made)
    if event.reading:
        for training in running.values():
            training.drawn.append(event)


def _of_model(history: History, running: dict[int, Training], event: Event) -> None:
    match event:
        case ModelEvent():
            model = history.model(event.model)
            # A later description knows more; one that lost the backbone (layers taken out again) knows less.
            if model.described is None or event.backbone is not None or model.described.backbone is None:
                trained = len(model.trainings) > 1 and model.described is not None and model.described.order_known
                model.described = model.described if trained else event
            model.label = model.label or event.label
        case AwakeEvent():
            history.model(event.model).awake = event
        case CompileEvent():
            history.model(event.model).compiles.append(event)
        case StageBeginEvent():
            model = history.model(event.model)
            training = Training(event, compiled=model.compiles[-1] if model.compiles else None)
            model.trainings.append(training)
            model.label = event.label or model.label
            history.trainings.append(training)
            running[event.stage] = training
        case BatchEvent():
            if event.stage in running:
                running[event.stage].batch = event
        case FedEvent():
            if event.stage in running:
                running[event.stage].fed = event
        case ReadingEvent():
            history.model(event.model).readings.append(event)
        case EvaluatedEvent():
            model = history.model(event.model)
            read = model.readings[-1] if model.readings and model.readings[-1].what == "evaluate" else None
            model.evaluations.append((event, read))
        case StageEndEvent():
            ended = running.pop(event.stage, None)
            if ended is not None:
                ended.end = event
                model = history.model(event.model)
                model.label = model.label or event.label
        case _:
            return
