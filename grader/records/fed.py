"""Of which pictures a training, its validation and later tests consist, as far as the run could tell."""

from typing import Literal

from pydantic import Field

from grader.records.base import Place, Record


class PictureSet(Record):
    """What some data consists of.

    Attributes:
        kind: `files`, named by their paths, or `rows` of arrays, named by their contents.
        count: None where only a part of it is known.
        order: `anew` where each reading has another one.
        folders: as the student names them. beside: names of the folders next to the first.
        arguments: of the call that read the first folder: subset, validation_split, seed, shuffle.
        place, excerpt: that call.
    """

    kind: Literal["files", "rows"]
    count: int | None = None
    order: Literal["fixed", "anew"] = "fixed"
    folders: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    arguments: dict[str, str] = Field(default_factory=dict)
    place: Place | None = None
    excerpt: str = ""


class Common(Record):
    """How many of some data's pictures another has too.

    `redrawn`: both are parts of a whole that is shuffled anew for each, and the number is what chance makes of it.
    """

    shared: int
    of: int
    redrawn: bool = False

    @property
    def share(self) -> float:
        return self.shared / self.of if self.of else 0.0


class Labels(Record):
    """What labels are like; `of_all`: of all of them, else of one batch. `width`: numbers in each."""

    width: int
    rows: int
    minimum: float
    maximum: float
    whole: bool
    sums_to_one: bool = False
    of_all: bool = False


class Fed(Record):
    """What a `fit` was given. None where it can't be told.

    Attributes:
        validated: validation data was given at all.
        common: what the validation shares with the training.
        watched: a callback stops, or keeps weights, by the validation.
    """

    training: PictureSet | None = None
    validation: PictureSet | None = None
    validated: bool = False
    common: Common | None = None
    labels: Labels | None = None
    watched: bool = False


class Reading(Record):
    """One place that evaluates a model or lets it predict on a data set.

    Attributes:
        trainings: how many of this model went before. pictures: of the largest of them.
        trained, validated: what the data shares with what was trained and validated on.
    """

    what: Literal["evaluate", "predict"]
    place: Place | None = None
    excerpt: str = ""
    data: PictureSet | None = None
    trainings: int = 0
    trained: Common | None = None
    validated: Common | None = None
    pictures: int | None = None


class Evaluation(Record):
    """What `evaluate` measured: `metrics` by name. `test`: pictures that took no part in training and validation."""

    split: Literal["training", "validation", "test"]
    metrics: dict[str, float]
    place: Place | None = None
    excerpt: str = ""
