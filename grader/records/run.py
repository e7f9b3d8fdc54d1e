"""What execute makes: the raw material of one notebook's run."""

from enum import StrEnum
from typing import Any

from pydantic import Field

from grader.records.base import Record
from grader.records.settings import SandboxKind


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
