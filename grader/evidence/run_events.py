"""The recorder's events, checked: what of a journal may be believed to be well formed.

In: the dictionaries of `Run.journal` (kernel_side/EVENTS.md). Out: events in order, and how many were dropped.
It must never raise over what a journal holds, and never interpret.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

Sizes = list[int | None]


class _Checked(BaseModel):
    """Unknown fields are left out, so that an older reader understands a newer recorder."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Spot(_Checked):
    """Where the student's code stood; `running` is the cell that was executed."""

    cell: int | None = None
    line: int | None = None
    running: int | None = None


class State(_Checked):
    """How much of a backbone can learn."""

    key: str = ""
    state: Literal["none", "part", "all"]
    trainable_layers: int = 0
    total_layers: int = 0


class LossTold(_Checked):
    name: str
    from_logits: bool = False


class Made(Spot):
    """An augmentation layer as it was constructed."""

    key: str
    kind: str
    arguments: dict[str, str] = Field(default_factory=dict)


class PreprocessCall(Spot):
    """A `preprocess_input`; `step` tells several calls apart."""

    of: str
    mode: str = ""
    step: int | None = None


class Layer(_Checked):
    """One layer or operation of a model."""

    kind: str = Field(default="", alias="class")
    name: str = ""
    keras: bool = True
    weights: int = 0
    shape: Sizes | None = None
    units: int | None = None
    filters: int | None = None
    activation: str = ""
    scale: float | list[float] | None = None
    offset: float | list[float] | None = None
    mean: list[float] | None = None
    variance: list[float] | None = None
    axis: int | list[int] | None = None
    pool_size: int | list[int] | None = None
    constant: float | list[float] | None = None
    constant_first: bool = False
    reverse: bool = False
    function: str = ""
    of: str = ""
    step: PreprocessCall | None = None
    made: Made | None = None


class Call(Spot):
    """How the backbone was called."""

    training: Literal["true", "false", "not_given", "passed_on"]


class BackboneInModel(_Checked):
    key: str = ""
    name: str = ""
    how: Literal["identity", "structure", "name", "layers", "inside"]
    whole: bool = True
    layers_used: int = 0
    layers_total: int = 0
    last_used: bool = True
    call: Call | None = None
    tail: list[str] = Field(default_factory=list)
    output_shape: Sizes | None = None


class Statistics(_Checked):
    shape: list[int]
    minimum: float
    maximum: float
    mean: float
    channel_means: list[float] = Field(default_factory=list)
    channel_deviations: list[float] = Field(default_factory=list)


class AffineSeen(_Checked):
    scale: list[float]
    offset: list[float]
    residual: float
    reverse: bool = False


class Source(_Checked):
    """Where a training's data comes from."""

    source: Literal["dataset", "image_generator", "sequence", "generator", "arrays", "other"]
    graphs: list[str] = Field(default_factory=list)
    affine: list[tuple[str, float | list[float]]] = Field(default_factory=list)
    opaque: bool = False
    random: list[str] = Field(default_factory=list)
    generator: dict[str, Any] | None = None


# --------------------------------------------------------------------------- events


class StartEvent(Spot):
    event: Literal["start"]
    budget: dict[str, Any] = Field(default_factory=dict)


class KerasEvent(Spot):
    event: Literal["keras"]
    version: str = ""


class FaultEvent(Spot):
    event: Literal["fault"]
    what: str
    error: str = ""


class EndEvent(Spot):
    event: Literal["end"]


class BackboneEvent(Spot):
    event: Literal["backbone"]
    key: str
    name: str
    arguments: dict[str, Any] = Field(default_factory=dict)
    include_top: bool
    weights: Literal["imagenet", "none", "file"]
    input_shape: Sizes | None = None
    output_shape: Sizes | None = None
    pooling: str = "none"
    layers: int = 0
    digest: str = ""
    statistics: str = ""


class TrainableEvent(Spot):
    event: Literal["trainable"]
    value: str = ""
    backbones: list[State]


class PreprocessEvent(Spot):
    event: Literal["preprocess"]
    of: str
    mode: str = ""
    site: Literal["model", "pipeline"]
    graphs: list[str] = Field(default_factory=list)
    shape: Sizes | None = None
    reading: bool = False


class AugmentationEvent(Spot):
    event: Literal["augmentation"]
    made: Made


class GeneratorEvent(Spot):
    event: Literal["generator"]
    arguments: dict[str, Any] = Field(default_factory=dict)


class PipelineCallEvent(Spot):
    event: Literal["pipeline_call"]
    layer: Layer
    made: Made | None = None
    training: Literal["true", "false", "not_given", "passed_on"] = "not_given"
    graphs: list[str] = Field(default_factory=list)
    reading: bool = False
    shape: Sizes | None = None


class AwakeEvent(Spot):
    event: Literal["awake"]
    model: str
    layer: Layer


class ModelEvent(Spot):
    event: Literal["model"]
    model: str
    label: str = ""
    kind: Literal["functional", "sequential", "subclassed"]
    order_known: bool = True
    observed: bool = False
    input_shape: Sizes | None = None
    output_shape: Sizes | None = None
    ahead: list[Layer] = Field(default_factory=list)
    behind: list[Layer] = Field(default_factory=list)
    beside: list[Layer] = Field(default_factory=list)
    backbone: BackboneInModel | None = None


class CompileEvent(Spot):
    event: Literal["compile"]
    model: str
    optimizer: str = ""
    learning_rate: float | None = None
    loss: LossTold | None = None
    metrics: list[str] = Field(default_factory=list)
    trainable: State | None = None


class StageBeginEvent(Spot):
    event: Literal["stage_begin"]
    stage: int
    kind: Literal["fit", "train_on_batch", "custom_loop"]
    model: str
    label: str = ""
    recompiled: bool | None = None
    compile_place: Spot | None = None
    optimizer: str = ""
    learning_rate: float | None = None
    loss: LossTold | None = None
    trainable: State | None = None
    backbone_digest: str = ""
    statistics_digest: str = ""
    rest_digest: str = ""
    epochs_asked: int | None = None
    initial_epoch: int = 0
    steps_asked: int | None = None
    rows: int | None = None
    source: Source | None = None


class ShapeOf(_Checked):
    name: str = ""
    kind: str = Field(default="", alias="class")
    shape: Sizes | None = None


class BatchEvent(Spot):
    event: Literal["batch"]
    stage: int
    model: str
    batch_asked: int | None = None
    entered: Statistics | None = None
    reached: Statistics | None = None
    output: Sizes | None = None
    backbone_output: Sizes | None = None
    shapes: list[ShapeOf] = Field(default_factory=list)
    affine: AffineSeen | None = None
    asleep: Statistics | None = None
    validation: Statistics | None = None
    channels: Literal["", "bgr", "rgb"] = ""
    last_activation: str = ""


class Consists(_Checked):
    """Of which pictures data consists."""

    kind: Literal["files", "rows"]
    count: int | None = None
    order: Literal["fixed", "anew"] = "fixed"
    folders: list[str] = Field(default_factory=list)
    beside: list[str] = Field(default_factory=list)
    arguments: dict[str, str] = Field(default_factory=dict)
    place: Spot | None = None


class Common(_Checked):
    """How many pictures of some data another has too."""

    shared: int
    of: int
    redrawn: bool = False


class LabelsTold(_Checked):
    width: int
    rows: int
    minimum: float
    maximum: float
    whole: bool
    sums_to_one: bool = False
    of_all: bool = False


class FedEvent(Spot):
    event: Literal["fed"]
    stage: int
    training: Consists | None = None
    validation: Consists | None = None
    validated: bool = False
    common: Common | None = None
    labels: LabelsTold | None = None
    watched: bool = False


class ReadingEvent(Spot):
    event: Literal["reading"]
    what: Literal["evaluate", "predict"]
    model: str
    data: Consists | None = None
    trainings: int = 0
    trained: Common | None = None
    validated: Common | None = None
    pictures: int | None = None


class StageEndEvent(Spot):
    event: Literal["stage_end"]
    stage: int
    model: str
    label: str = ""
    completed: bool
    error: str = ""
    learning_rate: float | None = None
    steps: int = 0
    epochs_run: int | None = None
    padded: int = 0
    history: dict[str, list[float]] | None = None
    saved: bool = False
    save_problem: str = ""
    backbone_digest: str = ""
    statistics_digest: str = ""
    rest_digest: str = ""


class EvaluatedEvent(Spot):
    event: Literal["evaluated"]
    model: str
    metrics: dict[str, float]


class ShortenedEvent(Spot):
    event: Literal["shortened"]
    what: Literal["evaluate", "predict", "call"]
    model: str = ""
    rows: int | None = None


class FeaturesEvent(Spot):
    event: Literal["features"]
    backbone: str = ""
    model: str = ""
    how: Literal["predict", "call"]
    entered: Statistics | None = None
    shapes: list[Sizes] = Field(default_factory=list)


Event = Annotated[
    StartEvent | KerasEvent | FaultEvent | EndEvent | BackboneEvent | TrainableEvent | PreprocessEvent
    | AugmentationEvent | GeneratorEvent | PipelineCallEvent | AwakeEvent | ModelEvent | CompileEvent | StageBeginEvent
    | BatchEvent | FedEvent | ReadingEvent | StageEndEvent | EvaluatedEvent | ShortenedEvent | FeaturesEvent,
    Field(discriminator="event"),
]  # fmt: skip


def parse_events(journal: Iterable[dict[str, Any]]) -> tuple[tuple[Event, ...], int]:
    """The events that are what EVENTS.md says, in order, and how many lines were something else."""
    adapter: TypeAdapter[Event] = TypeAdapter(Event)
    events: list[Event] = []
    dropped = 0
    for line in journal:
        try:
            events.append(adapter.validate_python(line))
        except ValidationError:
            dropped += 1
    return tuple(events), dropped
