"""What the training of a reference solution gave: one record an assignment and set of assets.

Kept in `reference/<rubric's id>/`, and used only with the very assets that it was trained on.
"""

from collections.abc import Mapping
from enum import StrEnum

from pydantic import Field

from grader.records.base import Record


class Quantity(StrEnum):
    """An accuracy that a band is made of. Those without `best` are of the last epoch, or of the last evaluation."""

    TRAINING = "training"
    VALIDATION = "validation"
    TEST = "test"
    BEST_TRAINING = "best_training"
    BEST_VALIDATION = "best_validation"


class Band(Record):
    """How far an accuracy varies from seed to seed.

    Attributes:
        mean, spread: mean and sample standard deviation over the seeds; the spread of one seed is 0.
        floor: what an equally good solution reaches: mean - max(3 spreads, 0.02), by more where seeds are few.
        seeds: over how many.
    """

    mean: float = Field(ge=0, le=1)
    spread: float = Field(ge=0)
    floor: float = Field(ge=0, le=1)
    seeds: int = Field(ge=1)


class ReferenceFit(Record):
    """One call of `fit`: `history` holds a value an epoch for each metric, as Keras gave it."""

    epochs: int
    steps: int
    history: dict[str, tuple[float, ...]] = Field(default_factory=dict)


class ReferenceModel(Record):
    """One transfer model of the reference: its trainings in order, and the accuracies it came to."""

    backbone: str
    fits: tuple[ReferenceFit, ...]
    reached: dict[Quantity, float] = Field(default_factory=dict)


class ReferenceSeed(Record):
    """One training of the whole notebook. `versions`: package → version in its kernel."""

    seed: int
    models: tuple[ReferenceModel, ...]
    wall_s: float
    cpu_s: float
    peak_memory_mb: float = 0.0
    versions: dict[str, str] = Field(default_factory=dict)


class ReferenceAsset(Record):
    """A data set or a file of weights that the reference was trained with."""

    digest: str
    stand_in: bool


class Reference(Record):
    """A trained reference.

    Attributes:
        notebook_digest: SHA-256 of the solution's notebook.
        assets: name → what the training used. bands: backbone → quantity → band over all seeds.
    """

    rubric_id: str
    notebook_digest: str
    assets: dict[str, ReferenceAsset]
    seeds: tuple[ReferenceSeed, ...]
    bands: dict[str, dict[Quantity, Band]] = Field(default_factory=dict)

    @property
    def on_stand_ins(self) -> bool:
        return any(asset.stand_in for asset in self.assets.values())

    def used(self, assets: Mapping[str, str]) -> bool:
        """Whether it was trained with these assets (name → digest); further ones don't matter."""
        return bool(self.assets) and all(assets.get(name) == one.digest for name, one in self.assets.items())

    def band(self, backbone: str, quantity: Quantity) -> Band | None:
        """The band of one backbone; None where the reference has none."""
        return self.bands.get(backbone, {}).get(quantity)
