"""How notebooks are run, and what is served to them."""

from enum import StrEnum

from pydantic import Field

from grader.records.base import Record


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


class AssetSource(Record):
    """Where a data set's archive or a file of weights is published, and how to know it again.

    Attributes:
        url: https, or http where a hash is given.
        sha256, md5: hexadecimal hash as published, "" where none is. bytes: its size, 0 where not known.
        folders: relative folder → number of pictures in it, for a data set that the grader does not know.
    """

    url: str
    sha256: str = Field(default="", pattern=r"^([0-9a-f]{64})?$")
    md5: str = Field(default="", pattern=r"^([0-9a-f]{32})?$")
    bytes: int = Field(default=0, ge=0)
    folders: dict[str, int] = Field(default_factory=dict)


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

    budget: Budget = Field(default_factory=Budget)
    limits: Limits = Field(default_factory=Limits)
    sandbox: SandboxKind = SandboxKind.BUBBLEWRAP
    kernel_python: str = ""
    """Python that runs the kernel; "" means the grader's own."""
    threads: int = 1
    """Threads that TensorFlow may use in one kernel."""
