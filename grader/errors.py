"""The few errors that a person can act on. Each message says what was expected, what came, where, what to do.

What a student did wrong is never an exception: it is a field of a record.
"""

from __future__ import annotations


class GraderError(Exception):
    """Anything that stops the grader and that its user can mend. `cli` prints it without a traceback."""


class RubricError(GraderError):
    """A rubric that can't be used; every fault found is in the message, one a line, with file and line."""


class IntakeError(GraderError):
    """The path handed to the grader holds nothing that could be a submission."""


class SandboxError(GraderError):
    """No sandbox works on this machine; nothing was run."""


class AssetError(GraderError):
    """A data set or weights are missing and could not be made."""


class GradebookError(GraderError):
    """The gradebook can't be opened, or is of a newer version."""
