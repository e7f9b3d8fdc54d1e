"""Every noun that crosses between stages, and nothing that acts.

In: nothing. Out: immutable pydantic records that survive a round trip through JSON byte for byte.
This module must never read a file, a clock or a random number, and imports nothing of ours.

Read from top to bottom in the order in which data flows: Submission, Run, Account, Evidence, Rubric, Result.

Conventions:
    cell: 1-based position in the notebook, Markdown cells included (what a reader counts from the top).
    line: 1-based within its cell.
    shape: a tuple of ints with None for an unknown size, batch first unless said otherwise.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

T = TypeVar("T")
Shape = tuple[int | None, ...]


class Record(BaseModel):
    """An immutable value. Unknown fields are refused, so that a forged or outdated record is noticed."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="strings")


# --------------------------------------------------------------------------- places and facts


class Witness(StrEnum):
    """Where a fact comes from."""

    SOURCE = "source"
    RUN = "run"
    MODEL = "model"
    DOCUMENT = "document"


class Place(Record):
    """Where in the hand-in something stands: a cell and line of the notebook, or a page and box of a report."""

    cell: int | None = None
    line: int | None = None
    page: int | None = None
    box: tuple[float, float, float, float] | None = None

    def __str__(self) -> str:
        if self.cell is not None:
            return f"cell {self.cell}, line {self.line}" if self.line is not None else f"cell {self.cell}"
        return f"page {self.page}" if self.page is not None else "somewhere"


class Fact(Record, Generic[T]):
    """One thing that a witness says, or that it can't tell.

    `known` is False for "can't tell": then `value` is None and `why` says what stood in the way.
    `value` may be None although known only where the type says so.
    """

    known: bool = True
    value: T | None = None
    place: Place | None = None
    excerpt: str = ""
    why: str = ""

    def is_known_as(self, *values: object) -> bool:
        """True where the witness knows the fact and it is one of `values`."""
        return self.known and self.value in values


def cant_tell(why: str = "", place: Place | None = None, excerpt: str = "") -> Any:
    """A fact of any type that its witness cannot tell."""
    return Fact[Any](known=False, why=why, place=place, excerpt=excerpt)


def known(value: object, place: Place | None = None, excerpt: str = "", why: str = "") -> Any:
    """A fact of any type that its witness knows. `why` may say how it is known."""
    return Fact[Any](value=value, place=place, excerpt=excerpt, why=why)


# --------------------------------------------------------------------------- Submission (made by intake)


class CellKind(StrEnum):
    CODE = "code"
    MARKDOWN = "markdown"
    RAW = "raw"


class Cell(Record):
    """One cell as handed in. `outputs` are nbformat-4 output dictionaries, long texts and pictures cut."""

    number: int
    kind: CellKind
    source: str
    execution_count: int | None = None
    outputs: tuple[dict[str, Any], ...] = ()


class Trouble(StrEnum):
    """What intake found wrong with a hand-in."""

    UNREADABLE = "unreadable"
    EMPTY = "empty"
    NO_NOTEBOOK = "no_notebook"
    DUPLICATE = "duplicate"
    WRONG_NAME = "wrong_name"
    OLD_FORMAT = "old_format"
    TOO_LARGE = "too_large"
    UNSAFE_ARCHIVE = "unsafe_archive"
    OTHER_NOTEBOOKS = "other_notebooks"


class IntakeRemark(Record):
    """Something to tell the instructor about a file. `fatal` when nothing of it could be graded."""

    trouble: Trouble
    file: str
    message: str
    fatal: bool = False


class Submission(Record):
    """One student's hand-in, read and copied into memory; nothing of it has been executed.

    Attributes:
        student: a short name that is safe as a file name and unique in the cohort.
        display_name: as written by whoever collected the files.
        notebook_name: file name of the graded notebook, empty where there is none.
        digest: SHA-256 over the graded notebook and companions; what the evidence is stored under.
        cells: the graded notebook's cells, in order; empty where unreadable.
        companions: file name → size in bytes of files handed in beside the notebook.
        folder: where the companions lie on the grading machine ("" if none); not part of the evidence.
    """

    student: str
    display_name: str
    notebook_name: str = ""
    digest: str
    cells: tuple[Cell, ...] = ()
    language: str = "python"
    companions: dict[str, int] = Field(default_factory=dict)
    folder: str = ""
    remarks: tuple[IntakeRemark, ...] = ()

    @property
    def readable(self) -> bool:
        """True where there is a notebook to grade."""
        return bool(self.cells)


# --------------------------------------------------------------------------- settings of a run


class Budget(Record):
    """How much of a training is really run. `full` lifts every cap."""

    full: bool = False
    epochs: int = 1
    steps: int = 2
    images: int = 8
    validation_steps: int = 1
    predict_images: int = 8


class Limits(Record):
    """What one submission may use."""

    cell_timeout_s: float = 60.0
    total_timeout_s: float = 300.0
    start_timeout_s: float = 60.0
    memory_mb: int = 4096
    processes: int = 128
    output_bytes: int = 2_000_000
    disk_mb: int = 2048


class SandboxKind(StrEnum):
    BUBBLEWRAP = "bubblewrap"
    NONE = "none"


class ServedDataset(Record):
    """A data set that kernels see read-only.

    Attributes:
        name: folder name that students use, `cats_and_dogs_filtered`.
        folder: absolute path on the grading machine.
        archive: absolute path of a zip of the folder, "" if none.
        origins: URL endings by which notebooks ask for it.
        stand_in: True where it was drawn here rather than fetched.
        digest: SHA-256 that names the content.
    """

    name: str
    folder: str
    archive: str = ""
    origins: tuple[str, ...] = ()
    stand_in: bool
    digest: str


class ServedWeights(Record):
    """A file of pretrained weights, under the file name that `keras.utils.get_file` looks for."""

    backbone: str
    file_name: str
    path: str
    stand_in: bool
    digest: str


class Assets(Record):
    """Everything that a rubric's notebooks need and a network would have brought."""

    datasets: tuple[ServedDataset, ...] = ()
    weights: tuple[ServedWeights, ...] = ()

    @property
    def stand_ins(self) -> tuple[str, ...]:
        """Names of what was drawn or seeded here, without repetition."""
        names = [d.name for d in self.datasets if d.stand_in]
        names += [f"{w.backbone} weights" for w in self.weights if w.stand_in]
        return tuple(dict.fromkeys(names))

    @property
    def digest(self) -> str:
        """A name for the whole: changes when any asset does."""
        return " ".join(sorted([d.digest for d in self.datasets] + [w.digest for w in self.weights]))


class ExecutionSettings(Record):
    """How notebooks are run. Part of the key under which evidence is stored."""

    budget: Budget = Budget()
    limits: Limits = Limits()
    sandbox: SandboxKind = SandboxKind.BUBBLEWRAP
    kernel_python: str = ""
    """Python that runs the kernel; "" means the grader's own."""
    threads: int = 1
    """Threads that TensorFlow may use in one kernel."""


# --------------------------------------------------------------------------- Run (made by execute)


class CellStatus(StrEnum):
    OK = "ok"
    ERROR = "error"
    TIMED_OUT = "timed_out"
    OUT_OF_MEMORY = "out_of_memory"
    KERNEL_DIED = "kernel_died"
    NOT_RUN = "not_run"


class CellRun(Record):
    """What became of one code cell. `error_name`/`error_message`/`line` are those of the exception, if any."""

    cell: int
    status: CellStatus
    error_name: str = ""
    error_message: str = ""
    line: int | None = None
    seconds: float = 0.0
    output_cut: bool = False


class RunEnd(StrEnum):
    """Why the kernel's life ended."""

    FINISHED = "finished"
    TIMED_OUT = "timed_out"
    OUT_OF_MEMORY = "out_of_memory"
    KERNEL_DIED = "kernel_died"
    TOO_MANY_PROCESSES = "too_many_processes"
    DISK_FULL = "disk_full"
    NOT_STARTED = "not_started"
    GRADER_FAULT = "grader_fault"


class SavedModel(Record):
    """A model file that the recorder saved at the end of a training stage, and what an inspection made of it.

    Attributes:
        model_key: the recorder's name for the Keras model object; joins `run` and `model`.
        stage: 0-based order of the training stage in the whole notebook after which it was saved.
        size: bytes. digest: SHA-256.
        config: the parsed `config.json`, read without Keras under caps; None if it could not be read.
        metadata: the parsed `metadata.json`.
        problem: why `config` or `behaviour` is missing, for people.
        behaviour: what the clean sandbox measured, schema in `kernel_side/inspect_model.py`; None if nothing.
    """

    model_key: str
    stage: int
    size: int = 0
    digest: str = ""
    config: dict[str, Any] | None = None
    metadata: dict[str, Any] | None = None
    problem: str = ""
    behaviour: dict[str, Any] | None = None


class Run(Record):
    """What running a notebook gave, as raw material: nothing here is interpreted.

    Attributes:
        journal: the recorder's events in order, schema-checked (kernel_side/EVENTS.md).
        journal_intact: False where the journal was cut, malformed or not sealed by the recorder.
        requests: what the kernel asked for and how it was answered (`kind`, `what`, `answer`, `cell`):
            served assets, stand-ins, shims, shell lines not run, inputs answered, drift.
        phases: seconds by phase: `start`, `cells`, `inspect`, ….
        environment: package → version in the kernel.
        grader_fault: our own failure, "" if none. Never a student's.
    """

    end: RunEnd
    cells: tuple[CellRun, ...] = ()
    journal: tuple[dict[str, Any], ...] = ()
    journal_intact: bool = True
    requests: tuple[dict[str, Any], ...] = ()
    models: tuple[SavedModel, ...] = ()
    phases: dict[str, float] = Field(default_factory=dict)
    environment: dict[str, str] = Field(default_factory=dict)
    peak_memory_mb: float = 0.0
    cpu_s: float = 0.0
    sandbox: SandboxKind = SandboxKind.BUBBLEWRAP
    grader_fault: str = ""


# --------------------------------------------------------------------------- Account (made by evidence)


class CallTraining(StrEnum):
    """The `training` argument with which the backbone was called when the model was built."""

    FALSE = "false"
    TRUE = "true"
    NOT_GIVEN = "not_given"
    PASSED_ON = "passed_on"
    """`training=training` in a subclassed model's `call`."""


class Trainable(StrEnum):
    """How much of the backbone can learn."""

    NONE = "none"
    PART = "part"
    ALL = "all"


class Scaling(StrEnum):
    """What a step does to pixel values; named by what raw [0, 255] RGB pixels become."""

    MINUS_ONE_TO_ONE = "minus_one_to_one"
    """x / 127.5 - 1: MobileNetV2, InceptionV3, Xception."""
    ZERO_TO_ONE = "zero_to_one"
    """x / 255."""
    BGR_MEANS = "bgr_means"
    """RGB to BGR, less (103.939, 116.779, 123.68): VGG, ResNet."""
    TORCH = "torch"
    """x / 255, less and by ImageNet's means and deviations: DenseNet."""
    IDENTITY = "identity"
    """Nothing: EfficientNet's own preprocess_input."""
    OTHER = "other"


class Site(StrEnum):
    """Where a step of preprocessing or augmentation happens."""

    MODEL = "model"
    PIPELINE = "pipeline"
    GENERATOR = "generator"
    """ImageDataGenerator's arguments."""
    AFTER_BACKBONE = "after_backbone"
    NOWHERE = "nowhere"


class Pooling(StrEnum):
    """How the backbone's feature maps become a vector."""

    GLOBAL_AVERAGE = "global_average"
    GLOBAL_MAX = "global_max"
    FLATTEN = "flatten"
    NONE = "none"
    OTHER = "other"


class StageKind(StrEnum):
    FIT = "fit"
    TRAIN_ON_BATCH = "train_on_batch"
    CUSTOM_LOOP = "custom_loop"


def _unknown() -> Any:
    return cant_tell()


class Backbone(Record):
    """A pretrained network as one witness sees it.

    Attributes:
        name: the Keras constructor, `MobileNetV2`.
        include_top: the effective argument.
        cut_before_top: True where the model takes an inner layer below the classification layers
            (then `include_top=True` does no harm).
        weights: `imagenet`, `none` (random) or `file` (anything else).
        input_shape: (height, width, channels), the effective one.
        pooling_argument: `none`, `avg` or `max`.
        output_shape: of the backbone on a batch, batch size as the student's: (32, 5, 5, 1280).
        call_training: the argument with which the backbone was called.
        in_model: whether the trained model contains it (at any depth, or its layers inlined).
        weights_as_served: whether its weights, when the first stage ended, equal the served ones.
    """

    name: Fact[str] = Field(default_factory=_unknown)
    include_top: Fact[bool] = Field(default_factory=_unknown)
    cut_before_top: Fact[bool] = Field(default_factory=_unknown)
    weights: Fact[str] = Field(default_factory=_unknown)
    input_shape: Fact[Shape] = Field(default_factory=_unknown)
    pooling_argument: Fact[str] = Field(default_factory=_unknown)
    output_shape: Fact[Shape] = Field(default_factory=_unknown)
    call_training: Fact[CallTraining] = Field(default_factory=_unknown)
    in_model: Fact[bool] = Field(default_factory=_unknown)
    weights_as_served: Fact[bool] = Field(default_factory=_unknown)


class AugmentationLayer(Record):
    """One random transformation. `kind` is Keras's layer name; generator arguments are mapped to it."""

    kind: str
    site: Site
    arguments: dict[str, str] = Field(default_factory=dict)
    place: Place | None = None
    excerpt: str = ""


class Augmentation(Record):
    """Random transformations of training images.

    Attributes:
        defined: every augmentation layer made anywhere in the notebook, in or out of a model.
        wired: those that training images of this model really pass, each with its site.
        active_in_training, inactive_in_inference: measured on the built model.
    """

    defined: Fact[tuple[AugmentationLayer, ...]] = Field(default_factory=_unknown)
    wired: Fact[tuple[AugmentationLayer, ...]] = Field(default_factory=_unknown)
    active_in_training: Fact[bool] = Field(default_factory=_unknown)
    inactive_in_inference: Fact[bool] = Field(default_factory=_unknown)


class PreprocessingStep(Record):
    """One scaling of pixel values on the way to the backbone. `of` names whose preprocess_input it is, if known."""

    scaling: Scaling
    site: Site
    of: str = ""
    place: Place | None = None
    excerpt: str = ""


class BatchStatistics(Record):
    """What reached the backbone on a real training batch. Channels in the order in which they came."""

    minimum: float
    maximum: float
    mean: float
    channel_means: tuple[float, ...] = ()
    channel_deviations: tuple[float, ...] = ()


class Preprocessing(Record):
    """How pixel values were scaled before the backbone.

    Attributes:
        in_model: steps inside the model in front of the backbone, in order; () for none.
        in_pipeline: steps on the data before the model; () for none.
        reached: measured statistics of the backbone's input in training.
        raw: measured statistics of what entered the model in training.
    """

    in_model: Fact[tuple[PreprocessingStep, ...]] = Field(default_factory=_unknown)
    in_pipeline: Fact[tuple[PreprocessingStep, ...]] = Field(default_factory=_unknown)
    reached: Fact[BatchStatistics] = Field(default_factory=_unknown)
    raw: Fact[BatchStatistics] = Field(default_factory=_unknown)


class PoolingPart(Record):
    """What turns feature maps into a vector. `output_shape` with the student's batch size: (32, 1280)."""

    kind: Fact[Pooling] = Field(default_factory=_unknown)
    output_shape: Fact[Shape] = Field(default_factory=_unknown)


class Head(Record):
    """The last layer: `activation` is the effective one (`linear` for logits), a separate Activation included.

    `hidden` names the layers with weights between pooling and the last one; `outputs_within_unit` is measured.
    """

    units: Fact[int] = Field(default_factory=_unknown)
    activation: Fact[str] = Field(default_factory=_unknown)
    output_shape: Fact[Shape] = Field(default_factory=_unknown)
    hidden: Fact[tuple[str, ...]] = Field(default_factory=_unknown)
    outputs_within_unit: Fact[bool] = Field(default_factory=_unknown)


class Loss(Record):
    """`name` in Keras's snake case (`binary_crossentropy`), `from_logits` the effective argument."""

    name: str
    from_logits: bool = False


class Stage(Record):
    """One training of the model.

    Attributes:
        order: 0-based among the stages of this account.
        backbone_trainable: how much of the backbone this training could change.
        trainable_layers, total_layers: layers of the backbone (those with weights or not, as Keras lists them).
        recompiled: compiled since the last change of any `trainable` in the model.
        optimizer: class name. learning_rate: at the start of the stage.
        loss: as compiled.
        epochs_asked: how many epochs the call asks for (epochs - initial_epoch).
        steps_run: training steps that really ran here, over all epochs; never padded ones.
        completed: the call came back without an error.
        continues: starts from the weights that the previous stage of this account left (the same model, or one that
            holds the same trained weights); of an account's first stage, whether it starts from what an earlier
            model of the notebook had learned.
        backbone_changed: the backbone's kernels, biases, gammas and betas differ after the stage from before.
        statistics_changed: its BatchNormalization moving statistics differ.
        compile_place: where it was compiled.
    """

    order: int
    kind: StageKind = StageKind.FIT
    place: Place | None = None
    excerpt: str = ""
    backbone_trainable: Fact[Trainable] = Field(default_factory=_unknown)
    trainable_layers: Fact[int] = Field(default_factory=_unknown)
    total_layers: Fact[int] = Field(default_factory=_unknown)
    recompiled: Fact[bool] = Field(default_factory=_unknown)
    optimizer: Fact[str] = Field(default_factory=_unknown)
    learning_rate: Fact[float] = Field(default_factory=_unknown)
    loss: Fact[Loss] = Field(default_factory=_unknown)
    epochs_asked: Fact[int] = Field(default_factory=_unknown)
    steps_run: Fact[int] = Field(default_factory=_unknown)
    completed: Fact[bool] = Field(default_factory=_unknown)
    continues: Fact[bool] = Field(default_factory=_unknown)
    backbone_changed: Fact[bool] = Field(default_factory=_unknown)
    statistics_changed: Fact[bool] = Field(default_factory=_unknown)
    compile_place: Place | None = None


class Account(Record):
    """One Keras model that the notebook built to be trained, as one witness sees it.

    Attributes:
        label: what the student calls it (`model`), for people.
        model_key: the recorder's name for the object; "" where the witness has none.
        place: where the model is built.
        features_precomputed: the backbone's features are computed once and a separate classifier is
            trained on them; freezing is then not needed, and the backbone is part of the account all the same.
        stages: its trainings in order, () if none; `stages_known` is False where the witness can't tell at all.
    """

    witness: Witness
    label: str = ""
    model_key: str = ""
    place: Place | None = None
    backbone: Backbone = Backbone()
    augmentation: Augmentation = Augmentation()
    preprocessing: Preprocessing = Preprocessing()
    pooling: PoolingPart = PoolingPart()
    head: Head = Head()
    features_precomputed: Fact[bool] = Field(default_factory=_unknown)
    stages: tuple[Stage, ...] = ()
    stages_known: bool = True


class Testimony(Record):
    """All that one witness says of one notebook.

    Attributes:
        available: False where this witness has nothing to go by; `why` says so for people.
        accounts: every model that was trained, or built with a backbone inside, in order of building.
        loaded: every backbone constructed anywhere, whether or not a model uses it.
        freezings: places where a backbone's `trainable` was set, in order, with what it became;
            for wording ("frozen in cell 12, after the first fit in cell 9").
        remarks: what this witness noticed and a person should know (tampering, out-of-order counts, …).
        claims: what saved outputs say, by name ("epochs_logged": "10", "printed_shape": "(32, 1280)"), for `document`.
    """

    witness: Witness
    available: bool = True
    why: str = ""
    accounts: tuple[Account, ...] = ()
    loaded: tuple[Backbone, ...] = ()
    freezings: tuple[Fact[Trainable], ...] = ()
    remarks: tuple[str, ...] = ()
    claims: dict[str, str] = Field(default_factory=dict)


# --------------------------------------------------------------------------- Evidence (made by evidence)


class CauseKind(StrEnum):
    """What went wrong, apart from the mark."""

    STUDENT_ERROR = "student_error"
    SYNTAX_ERROR = "syntax_error"
    TIME_OUT = "time_out"
    OUT_OF_MEMORY = "out_of_memory"
    KERNEL_DEATH = "kernel_death"
    RESOURCE_LIMIT = "resource_limit"
    MISSING_DATA = "missing_data"
    MISSING_PACKAGE = "missing_package"
    DRIFT = "drift"
    UNREADABLE = "unreadable"
    GRADER_FAULT = "grader_fault"

    @property
    def is_students(self) -> bool:
        """True where what is missing in the run may be held against the student."""
        return self in (CauseKind.STUDENT_ERROR, CauseKind.SYNTAX_ERROR)


class Cause(Record):
    """One thing that went wrong, where it began, and the cells that failed only because of it."""

    kind: CauseKind
    message: str
    place: Place | None = None
    excerpt: str = ""
    advice: str = ""
    echoes: tuple[int, ...] = ()


class Notice(Record):
    """Something about the run that the page states: `shortened`, `stand_in`, `shim`, `drift`, `answered`, `skipped`."""

    kind: str
    message: str
    place: Place | None = None


class Evidence(Record):
    """All that is known of a submission: what `judge` reads, and all that it reads."""

    student: str
    display_name: str
    notebook_name: str
    digest: str
    cells: tuple[Cell, ...]
    testimonies: tuple[Testimony, ...]
    causes: tuple[Cause, ...] = ()
    notices: tuple[Notice, ...] = ()
    intake: tuple[IntakeRemark, ...] = ()
    cell_runs: tuple[CellRun, ...] = ()
    phases: dict[str, float] = Field(default_factory=dict)
    environment: dict[str, str] = Field(default_factory=dict)
    peak_memory_mb: float = 0.0
    cpu_s: float = 0.0

    def testimony(self, witness: Witness) -> Testimony:
        """What one witness says; an unavailable testimony where it was not asked."""
        for testimony in self.testimonies:
            if testimony.witness == witness:
                return testimony
        return Testimony(witness=witness, available=False, why="not asked")


# --------------------------------------------------------------------------- Rubric (made by rubric)


class Outcome(StrEnum):
    MET = "met"
    PARTLY = "partly"
    NOT_MET = "not_met"
    UNDECIDED = "undecided"


class Reveal(StrEnum):
    """How much of a criterion a student sees in a self-check."""

    NAME = "name"
    HINT = "hint"
    ALL = "all"


class Wording(Record):
    """What the page says. `met` … are sentences per outcome; `faults` per fault code of the check."""

    looked_for: str
    met: str = ""
    partly: str = ""
    not_met: str = ""
    undecided: str = ""
    hint: str = ""
    next_step: str = ""
    faults: dict[str, str] = Field(default_factory=dict)


class Criterion(Record):
    """One line of a rubric. `partial` is the share of `points` that `partly` earns."""

    id: str
    title: str
    check: str
    points: float
    partial: float = 0.5
    parameters: dict[str, Any] = Field(default_factory=dict)
    reveal: Reveal = Reveal.ALL
    wording: Wording
    section: str = "notebook"


class Rubric(Record):
    """An assignment: what its notebooks need and how they are judged.

    Attributes:
        id: `lab06`. digest: SHA-256 of the file.
        assignment: words by which intake tells this assignment's notebook from others.
        datasets, weights: names of the assets that it needs.
    """

    id: str
    title: str
    digest: str
    source: str = ""
    """Path of the file, for messages; not stored."""
    recognised_by: tuple[str, ...] = ()
    datasets: tuple[str, ...] = ()
    weights: tuple[str, ...] = ()
    settings: ExecutionSettings = ExecutionSettings()
    criteria: tuple[Criterion, ...]

    @property
    def points(self) -> float:
        return sum(c.points for c in self.criteria)


# --------------------------------------------------------------------------- Result (made by judge)


class Says(StrEnum):
    YES = "yes"
    PARTLY = "partly"
    NO = "no"
    CANT_TELL = "cant_tell"


class Statement(Record):
    """What one witness says to one criterion.

    `fault` is the check's code for the way of getting it wrong ("" if none), `found` a sentence for people.
    """

    witness: Witness
    says: Says
    fault: str = ""
    found: str = ""
    place: Place | None = None
    excerpt: str = ""


class CriterionResult(Record):
    """One criterion judged. `points` counts only what is decided; `pending` is what a person may still give."""

    id: str
    title: str
    section: str = "notebook"
    outcome: Outcome
    points: float
    possible: float
    pending: float = 0.0
    fault: str = ""
    looked_for: str
    found: str
    hint: str = ""
    next_step: str = ""
    reveal: Reveal = Reveal.ALL
    place: Place | None = None
    excerpt: str = ""
    statements: tuple[Statement, ...] = ()
    reason: str = ""
    """Why the witnesses' statements were joined to this outcome."""


class Result(Record):
    """A submission judged by a rubric. The same evidence and rubric give the same bytes."""

    student: str
    display_name: str
    notebook_name: str
    digest: str
    rubric_id: str
    rubric_title: str
    rubric_digest: str
    subject: str = ""
    """Which of the notebook's models was judged, for people."""
    criteria: tuple[CriterionResult, ...]
    causes: tuple[Cause, ...] = ()
    notices: tuple[Notice, ...] = ()
    intake: tuple[IntakeRemark, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def points(self) -> float:
        return sum(c.points for c in self.criteria)

    @property
    def possible(self) -> float:
        return sum(c.possible for c in self.criteria)

    @property
    def pending(self) -> float:
        return sum(c.pending for c in self.criteria)

    @property
    def needs_person(self) -> bool:
        """True where something is undecided or was our fault."""
        return any(c.outcome == Outcome.UNDECIDED for c in self.criteria) or any(
            c.kind == CauseKind.GRADER_FAULT for c in self.causes
        )
