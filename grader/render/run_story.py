"""What happened when the notebook ran, as plain values: where it went wrong, what was shortened, what it cost.

In: causes and notices, and the Evidence where there is some. Out: a RunStory for page and terminal.
It must never blame: what is our fault is said to be ours.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from grader.records import Cause, CauseKind, Cell, Evidence, Notice
from grader.render import words
from grader.render.code import Quote, quote
from grader.render.text import counted, name, seconds, sentence, where

_CAUSES_SHOWN = 12
_NOTICES_SHOWN = 40
_ECHOES_NAMED = 30


class CauseView(NamedTuple):
    """One thing that went wrong. `blameless` says that no mark is lost by it."""

    title: str
    where: str
    message: str
    advice: str
    blameless: bool
    is_students: bool
    echoes: str
    echo_cells: str
    quote: Quote | None


class NoticeView(NamedTuple):
    """One thing about the run that is not as in the student's own."""

    message: str
    where: str


class RunStory(NamedTuple):
    """`faults` are ours; `causes` everything else that went wrong, in the order in which it did."""

    causes: tuple[CauseView, ...]
    more_causes: int
    faults: tuple[str, ...]
    shortened: tuple[NoticeView, ...]
    stand_ins: tuple[NoticeView, ...]
    adapted: tuple[NoticeView, ...]
    keras: str
    phases: tuple[tuple[str, str], ...]


def run_story(
    causes: tuple[Cause, ...], notices: tuple[Notice, ...], evidence: Evidence | None, cells: dict[int, Cell]
) -> RunStory:
    """The story of the run as its causes and notices tell it."""
    faults = [c for c in causes if c.kind == CauseKind.GRADER_FAULT]
    others = [c for c in causes if c.kind != CauseKind.GRADER_FAULT]
    environment = evidence.environment if evidence is not None else {}
    versions = [f"{label} {name(environment[key])}" for key, label in _PACKAGES if key in environment]
    return RunStory(
        causes=tuple(_cause(c, cells) for c in others[:_CAUSES_SHOWN]),
        more_causes=max(0, len(others) - _CAUSES_SHOWN),
        faults=tuple(sentence(c.message) for c in faults[:_CAUSES_SHOWN]),
        shortened=_notices(n for n in notices if n.kind == "shortened"),
        stand_ins=_notices(n for n in notices if n.kind == "stand_in"),
        adapted=_notices(n for n in notices if n.kind not in ("shortened", "stand_in")),
        keras=", ".join(versions),
        phases=phases_in_words(evidence.phases if evidence is not None else {}),
    )


_PACKAGES = (("keras", "Keras"), ("tensorflow", "TensorFlow"), ("python", "Python"))


def phases_in_words(phases: dict[str, float]) -> tuple[tuple[str, str], ...]:
    """Each phase's name and seconds, in the order in which they came."""
    return tuple((name(key.replace("_", " ")), seconds(value)) for key, value in list(phases.items())[:20])


def _notices(notices: Iterable[Notice]) -> tuple[NoticeView, ...]:
    shown = (NoticeView(sentence(n.message), where(n.place)) for n in notices)
    return tuple(dict.fromkeys(shown))[:_NOTICES_SHOWN]


def _cause(cause: Cause, cells: dict[int, Cell]) -> CauseView:
    named = ", ".join(str(c) for c in cause.echoes[:_ECHOES_NAMED])
    rest = len(cause.echoes) - _ECHOES_NAMED
    return CauseView(
        title=words.CAUSES[cause.kind],
        where=where(cause.place),
        message=sentence(cause.message),
        advice=sentence(cause.advice),
        blameless=cause.kind in words.NO_FAULT_OF_THE_STUDENT,
        is_students=cause.kind.is_students,
        echoes=f"{counted(len(cause.echoes), 'later cell')} failed only because of it" if cause.echoes else "",
        echo_cells=f"{named} and {rest} more" if rest > 0 else named,
        quote=quote(cause.place, cause.excerpt, cells),
    )
