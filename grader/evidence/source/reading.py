"""What the code says, as handed in.

In: the notebook's cells. Out: the `source` witness's Testimony. Executes nothing, never raises, never hangs.
"""

from __future__ import annotations

from grader.evidence.source.accounts import testify
from grader.evidence.source.cells import Reading, read_cells
from grader.evidence.source.interpreter import Interpreter
from grader.evidence.source.machine import OutOfSteps
from grader.evidence.source.suspicions import find_lying_names, find_suspicions
from grader.evidence.source.values import Function, Scope
from grader.records import Cell, Testimony, Witness

TOO_MUCH = "the code does more than is followed without running it"


def read_source(cells: tuple[Cell, ...]) -> Testimony:
    """Reads a notebook's code without running it.

    Args:
        cells: the notebook's cells, Markdown included, in order.

    Returns:
        What the code says of every model that it trains. What it does not show is "can't tell".
    """
    try:
        return _read(cells)
    except (OutOfSteps, RecursionError):
        return _unavailable(TOO_MUCH)
    except Exception as error:  # hostile code must never stop a batch; what it was is told
        return _unavailable(f"the code could not be followed ({type(error).__name__})")


def _unavailable(why: str, remarks: tuple[str, ...] = ()) -> Testimony:
    return Testimony(witness=Witness.SOURCE, available=False, why=why, remarks=remarks)


def _read(cells: tuple[Cell, ...]) -> Testimony:
    reading = read_cells(cells)
    if not reading.programs:
        why = "the notebook has no code" if not reading.remarks else "none of the notebook's code can be read"
        return _unavailable(why, tuple(reading.remarks))
    machine = Interpreter(lines={p.cell: p.lines for p in reading.programs})
    machine.top = Scope({}, None, None, 0)
    remarks = [*reading.remarks, *find_suspicions(reading.programs)]
    if reading.unread:
        machine.opaque.setdefault("a cell could not be read")
    try:
        _interpret(machine, reading)
        return testify(machine, [*remarks, *find_lying_names(machine), *_never_called(machine)])
    except OutOfSteps:
        return _unavailable(TOO_MUCH, tuple(remarks))


def _interpret(machine: Interpreter, reading: Reading) -> None:
    """Runs the cells in the order of the file."""
    for program in reading.programs:
        machine.top.cell = program.cell
        for statement in program.body:
            machine.calls = machine.nodes = machine.forks = 0
            try:
                machine.run_block([statement], machine.top)
            except RecursionError:
                machine.distrust(f"cell {program.cell} nests too deeply to be followed")


def _never_called(machine: Interpreter) -> list[str]:
    """Functions that build or train a model and that nothing calls."""
    found = []
    for function in machine.functions:
        if not function.called and isinstance(function, Function) and function.owner is None:
            found.append(f"Cell {function.cell}: the function `{function.name}` is never called.")
    return found[:10]
