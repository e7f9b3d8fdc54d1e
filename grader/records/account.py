"""What evidence makes of each witness: an account of every model, in one shape."""

from enum import StrEnum
from typing import Any

from pydantic import Field

from grader.records.base import Fact, Place, Record, Shape, Witness, cant_tell
from grader.records.fed import Evaluation, Fed, Reading


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
    """One scaling of pixel values on the way to the backbone.

    `of` names whose preprocess_input it is, if known. `maps_to`: of a scaling that is none of the usual ones, what
    becomes of 0 and 255, if known.
    """

    scaling: Scaling
    site: Site
    of: str = ""
    maps_to: tuple[float, float] | None = None
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
        channels: `bgr` or `rgb`: the order in which the colours of pictures that OpenCV read enter the model.
        asleep, held: of the backbone's input with the model in inference mode, on training and on validation pictures.
    """

    in_model: Fact[tuple[PreprocessingStep, ...]] = Field(default_factory=_unknown)
    in_pipeline: Fact[tuple[PreprocessingStep, ...]] = Field(default_factory=_unknown)
    reached: Fact[BatchStatistics] = Field(default_factory=_unknown)
    raw: Fact[BatchStatistics] = Field(default_factory=_unknown)
    channels: Fact[str] = Field(default_factory=_unknown)
    asleep: Fact[BatchStatistics] = Field(default_factory=_unknown)
    held: Fact[BatchStatistics] = Field(default_factory=_unknown)


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
        steps_asked: steps that an epoch of it would have, unshortened.
        steps_run: training steps that really ran here, over all epochs; never padded ones.
        completed: the call came back without an error.
        continues: starts from the weights that the previous stage of this account left (the same model, or one that
            holds the same trained weights); of an account's first stage, whether it starts from what an earlier
            model of the notebook had learned.
        backbone_changed: the backbone's kernels, biases, gammas and betas differ after the stage from before.
        statistics_changed: its BatchNormalization moving statistics differ.
        compile_place: where it was compiled.
        fed: of which pictures its data and its validation consist.
        history: a value an epoch for each metric: as measured where nothing was shortened, as logged in saved outputs.
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
    steps_asked: Fact[int] = Field(default_factory=_unknown)
    steps_run: Fact[int] = Field(default_factory=_unknown)
    completed: Fact[bool] = Field(default_factory=_unknown)
    continues: Fact[bool] = Field(default_factory=_unknown)
    backbone_changed: Fact[bool] = Field(default_factory=_unknown)
    statistics_changed: Fact[bool] = Field(default_factory=_unknown)
    compile_place: Place | None = None
    fed: Fact[Fed] = Field(default_factory=_unknown)
    history: Fact[dict[str, tuple[float, ...]]] = Field(default_factory=_unknown)


class Account(Record):
    """One Keras model that the notebook built to be trained, as one witness sees it.

    Attributes:
        label: what the student calls it (`model`), for people.
        model_key: the recorder's name for the object; "" where the witness has none.
        starts_from: key of another model, whose training left the weights with which this one's first begins; "" where
            there is none.
        place: where the model is built.
        features_precomputed: the backbone's features are computed once and a separate classifier is
            trained on them; freezing is then not needed, and the backbone is part of the account all the same.
        readings: places that evaluate it, or let it predict on a data set, in order.
        evaluations: what `evaluate` measured, in order, where nothing was shortened.
        stages: its trainings in order, () if none; `stages_known` is False where the witness can't tell at all.
    """

    witness: Witness
    label: str = ""
    model_key: str = ""
    starts_from: str = ""
    place: Place | None = None
    backbone: Backbone = Field(default_factory=Backbone)
    augmentation: Augmentation = Field(default_factory=Augmentation)
    preprocessing: Preprocessing = Field(default_factory=Preprocessing)
    pooling: PoolingPart = Field(default_factory=PoolingPart)
    head: Head = Field(default_factory=Head)
    features_precomputed: Fact[bool] = Field(default_factory=_unknown)
    readings: tuple[Reading, ...] = ()
    evaluations: tuple[Evaluation, ...] = ()
    stages: tuple[Stage, ...] = ()
    stages_known: bool = True


class Testimony(Record, defer_build=False):
    """All that one witness says of one notebook.

    Attributes:
        available: False where this witness has nothing to go by; `why` says so for people.
        accounts: every model that was trained, or built with a backbone inside, in order of building.
        loaded: every backbone constructed anywhere, whether or not a model uses it.
        freezings: places where a backbone's `trainable` was set, in order, with what it became;
            for wording ("frozen in cell 12, after the first fit in cell 9").
        freezings_of_copies: those of them that touched only backbones which no trained model contains, although
            one contains another.
        remarks: what this witness noticed and a person should know (tampering, out-of-order counts, …).
        claims: what saved outputs say, by name ("epochs_logged": "10", "printed_shape": "(32, 1280)"), for `document`.
    """

    witness: Witness
    available: bool = True
    why: str = ""
    accounts: tuple[Account, ...] = ()
    loaded: tuple[Backbone, ...] = ()
    freezings: tuple[Fact[Trainable], ...] = ()
    freezings_of_copies: tuple[Fact[Trainable], ...] = ()
    remarks: tuple[str, ...] = ()
    claims: dict[str, str] = Field(default_factory=dict)
