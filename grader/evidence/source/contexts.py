"""What a `with` does around its body: `@contextlib.contextmanager`, the notebook's own `__enter__` and `__exit__`.

In: a manager and the body to run. Out: changes of the machine, in the order in which they happen. Never executes them.
"""

from __future__ import annotations

from collections.abc import Callable

from grader.evidence.source.functions import run_function
from grader.evidence.source.machine import Machine
from grader.evidence.source.values import Args, Bound, Instance, Layer, Managed, Spot, Unknown

WHY = "what a `with` does before and after its body is not followed"


def around(machine: Machine, manager: object, body: Callable[[object], None], spot: Spot) -> None:
    """Runs the body exactly once where the code shows it, and at least once in any case."""
    if isinstance(manager, Managed):
        _generated(machine, manager, body)
    elif isinstance(manager, (Instance, Layer)) and _method(machine, manager, "enter") is not None:
        body(machine.call(_method(machine, manager, "enter"), Args(), spot))
        machine.call(_method(machine, manager, "exit"), Args([None, None, None]), spot)
    elif isinstance(manager, Unknown) and not manager.of_library:
        machine.taint([manager], WHY)
        body(manager)
        machine.taint([manager], WHY)
    else:
        body(manager)


def _generated(machine: Machine, manager: Managed, body: Callable[[object], None]) -> None:
    """The body stands where the manager's function yields."""
    entered: list[object] = []

    def within(value: object) -> None:
        entered.append(value)
        body(value)

    run_function(machine, manager.function, manager.args, manager.receiver, within)
    if not entered:
        machine.taint([manager], WHY)
        body(machine.unknown(WHY, manager))


def _method(machine: Machine, manager: Instance | Layer, name: str) -> Bound | None:
    """The notebook's own `__enter__`, `__exit__`, or their like for `async with`."""
    found = (machine.attribute(manager, f"__{prefix}{name}__") for prefix in ("", "a"))
    return next((f for f in found if isinstance(f, Bound) and f.function is not None), None)
