"""Code of the notebook that may be run, or is run nobody knows when: handed to a library, or behind a `yield`.

In: functions, and what they would change. Out: these changes as possible ones. Never decides that something was run.
"""

from __future__ import annotations

from collections.abc import Iterable

from grader.evidence.source.functions import run_function
from grader.evidence.source.machine import Machine
from grader.evidence.source.trail import Branch
from grader.evidence.source.values import Args, Bound, Function, Managed

HANDED_OVER = "what a library does with a function of the notebook is not followed"


def perhaps_run(machine: Machine, values: Iterable[object]) -> None:
    """Functions that are handed to something that is not followed may be called by it, at any time."""
    for value in values:
        function = value.function if isinstance(value, (Bound, Managed)) else value
        if isinstance(function, Function) and all(function is not f for f in machine.handed_over):
            function.called = True
            machine.handed_over.append(function)
            _perhaps(machine, function, value)
            machine.handed_over.pop()


def _perhaps(machine: Machine, function: Function, value: object) -> None:
    receiver = value.receiver if isinstance(value, (Bound, Managed)) else None
    given = Args([] if receiver is None else [receiver], {}, HANDED_OVER)
    args = value.args if isinstance(value, Managed) else given
    _, branch = machine.trail.attempt(lambda: run_function(machine, function, args, receiver, lambda _: None))
    machine.trail.join(branch, Branch({}))
    machine.taint_changed(branch, HANDED_OVER)
