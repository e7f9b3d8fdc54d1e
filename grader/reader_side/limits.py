"""What the child holds itself to, and how it answers.

In: a request. Out: limits of the operating system; one JSON object on standard output.
Must never print anything else there.
"""

from __future__ import annotations

import json
import os
import resource
from contextlib import suppress
from typing import Any, NoReturn

_MB = 1024 * 1024
# Beyond its own clock: whoever hangs within one call is ended by the operating system.
_CPU_GRACE_S = 5
_ANSWER = 100


class Refused(Exception):
    """The file can't be read as a whole; `problem` as in ReportProblem, the message for people."""

    def __init__(self, problem: str, message: str) -> None:
        super().__init__(message)
        self.problem = problem
        self.message = message


def hold_to(request: dict[str, Any]) -> None:
    """Give up what was not asked for: memory, seconds, and noise on standard output."""
    for kind, most in (
        (resource.RLIMIT_AS, int(request["address_mb"]) * _MB),
        (resource.RLIMIT_CPU, int(request["cpu_s"]) + _CPU_GRACE_S),
    ):
        with suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, most))
    # Libraries print advice to standard output, where only the answer may go.
    os.dup2(1, _ANSWER)
    os.dup2(2, 1)


def answer(told: dict[str, Any]) -> NoReturn:
    """Say it and go, without the seconds that tidying up takes."""
    with os.fdopen(_ANSWER, "w", encoding="ascii") as output:
        json.dump(told, output, ensure_ascii=True, separators=(",", ":"))
    os._exit(0)
