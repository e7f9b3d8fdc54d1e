"""How the statements of several witnesses become one outcome.

In: statements. Out: outcome, reason, and the statement that the page cites. The whole rule is here:

1. Saved outputs only corroborate: they show what once was printed, not what this code does.
2. Nobody can tell: undecided.
3. All who can tell say the same: that.
4. They contradict each other: undecided, a person sees both sides.
5. `run` alone is not believed where the saved model should have spoken and there are signs of tampering.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader.records import Outcome, Says, Statement, Witness

NAMES = {
    Witness.SOURCE: "the code",
    Witness.RUN: "the run",
    Witness.MODEL: "the saved model",
    Witness.DOCUMENT: "the saved outputs",
    Witness.REPORT: "the report",
}

_OUTCOMES = {Says.YES: Outcome.MET, Says.PARTLY: Outcome.PARTLY, Says.NO: Outcome.NOT_MET}
_CITED_FIRST = (Witness.SOURCE, Witness.RUN, Witness.MODEL)


@dataclass(frozen=True)
class Joined:
    outcome: Outcome
    reason: str
    cited: Statement | None


def join(statements: Sequence[Statement], *, run_is_doubtful: bool = False) -> Joined:
    """One outcome from what the witnesses say. `run_is_doubtful`: signs of tampering with the recorder."""
    heard = [s for s in statements if s.witness != Witness.DOCUMENT]
    telling = [s for s in heard if s.says != Says.CANT_TELL]
    if run_is_doubtful:
        telling = [s for s in telling if s.witness != Witness.RUN]
    if not telling:
        why = "; ".join(dict.fromkeys(f"{NAMES[s.witness]}: {s.found}" for s in heard if s.found))
        reason = "No witness can tell" + (f" ({why})." if why else ".")
        return Joined(Outcome.UNDECIDED, reason, _cite(heard))
    views = {s.says for s in telling}
    if len(views) > 1:
        sides = "; ".join(f"{NAMES[s.witness]} says {_word(s.says)}" for s in telling)
        return Joined(Outcome.UNDECIDED, f"The witnesses contradict each other: {sides}.", _cite(telling))
    return Joined(_OUTCOMES[telling[0].says], _agreement(telling, heard), _cite(telling))


def outcome_of(says: Says) -> Outcome:
    """What one witness's word comes to where it is the only one."""
    return _OUTCOMES.get(says, Outcome.UNDECIDED)


def _agreement(telling: Sequence[Statement], heard: Sequence[Statement]) -> str:
    names = [NAMES[s.witness] for s in telling]
    silent = [NAMES[s.witness] for s in heard if s not in telling]
    if len(names) > 1:
        return f"{_list(names)} agree.".capitalize()
    reason = f"{names[0]} alone decides".capitalize()
    return f"{reason}; {_list(silent)} can't tell." if silent else f"{reason}."


def _cite(statements: Sequence[Statement]) -> Statement | None:
    """The statement to show: of those that tell, the first with a place, the code before the run before the model."""
    order = sorted(statements, key=lambda s: _CITED_FIRST.index(s.witness))
    return next((s for s in order if s.place is not None), order[0] if order else None)


def _word(says: Says) -> str:
    return {Says.YES: "yes", Says.PARTLY: "partly", Says.NO: "no"}[says]


def _list(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]
