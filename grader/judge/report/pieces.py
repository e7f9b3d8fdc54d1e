"""The pieces of code that a screenshot must show, and how each stands in a text that was read.

In: the rubric's pieces, `CodeText`. Out: a `PieceRead` each. Must never take what stands in a comment or a sentence
for code.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from grader.judge.report.code_text import CodeText, LineKind, Stream, fold, stream_of
from grader.judge.report.code_wanted import Sight, Sighting, WantedCode, sightings
from grader.judge.report.wanted import Piece


def heads(piece: Piece) -> tuple[str, ...]:
    """First names of all its spellings, folded: text without any of them holds no spelling."""
    return tuple(WantedCode(spelling).head for spelling in (*piece.code, *piece.partly))


class State(IntEnum):
    """How a piece stands in a text, the worst first; of several pictures the best counts."""

    MISSING = 0
    UNSURE = 1
    CONTRARY = 2
    DOUBTED = 3
    """It, beside something that makes it doubtful."""
    BOTH = 4
    """It and its contrary."""
    IN_PART = 5
    SEEN = 6


@dataclass(frozen=True)
class PieceRead:
    """`line`: what was read where it stands. `spoken_of`: it stands in a comment or a sentence only."""

    piece: Piece
    state: State
    line: str = ""
    spoken_of: bool = False

    @property
    def is_faint(self) -> bool:
        """Nothing of it stands there but a word that is near it."""
        return self.state == State.MISSING or (self.state == State.UNSURE and not self.line and not self.spoken_of)

    @property
    def found(self) -> bool:
        """It stands there, whatever else does."""
        return self.state >= State.DOUBTED


@dataclass(frozen=True)
class Streams:
    """A text cut into what is code and what only speaks of it."""

    text: CodeText
    code: Stream
    spoken: Stream


def streams(text: CodeText) -> Streams:
    """Both streams of a text."""
    spoken = tuple(line for line in text.lines if line.kind != LineKind.CODE)
    return Streams(text, stream_of(text.lines, LineKind.CODE), stream_of(spoken, LineKind.COMMENT, LineKind.PROSE))


def read_pieces(pieces: Iterable[Piece], read: Streams) -> tuple[PieceRead, ...]:
    """How every piece stands in the text."""
    return tuple(_read_piece(piece, read) for piece in pieces)


def best_of(readings: Sequence[tuple[PieceRead, ...]]) -> tuple[PieceRead, ...]:
    """Of several pictures under one question, for each piece the best."""
    return tuple(max(column, key=lambda read: read.state) for column in zip(*readings, strict=True))


def _read_piece(piece: Piece, read: Streams) -> PieceRead:
    seen, unsure, contrary = _sights(piece.code, read.code)
    state, sighting = State.MISSING, None
    if seen and contrary:
        state, sighting = State.BOTH, contrary[0]
    elif len(seen) >= piece.at_least:
        state, sighting = State.SEEN, seen[0]
    elif seen:
        state, sighting = (State.UNSURE if unsure else State.IN_PART), seen[0]
    elif contrary:
        state, sighting = State.CONTRARY, contrary[0]
    elif parts := _sights(piece.partly, read.code)[0]:
        state, sighting = State.IN_PART, parts[0]
    elif unsure:
        state, sighting = State.UNSURE, unsure[0]
    if sighting is None:
        return _spoken_of(piece, read) or PieceRead(piece, _near(piece, read))
    if state == State.SEEN and _sights(piece.doubt, read.code)[0]:
        state = State.DOUBTED
    return PieceRead(piece, state, _line(read.text, sighting))


def _sights(spellings: Sequence[str], stream: Stream) -> tuple[list[Sighting], list[Sighting], list[Sighting]]:
    """One sighting a spelling that was seen; all that are unsure; all that say the contrary."""
    seen, unsure, contrary = [], [], []
    for spelling in spellings:
        found = sightings(WantedCode(spelling), stream)
        seen += [s for s in found if s.sight == Sight.SEEN][:1]
        unsure += [s for s in found if s.sight == Sight.UNSURE]
        contrary += [s for s in found if s.sight == Sight.CONTRARY]
    return seen, unsure, contrary


def _spoken_of(piece: Piece, read: Streams) -> PieceRead | None:
    if not read.spoken.folded or not _sights(piece.code, read.spoken)[0]:
        return None
    return PieceRead(piece, State.UNSURE, spoken_of=True)


def _near(piece: Piece, read: Streams) -> State:
    letters = fold(read.code.folded)
    return State.UNSURE if any(fold(word) in letters for word in piece.near) else State.MISSING


def _line(text: CodeText, sighting: Sighting) -> str:
    return text.lines[sighting.line].text.strip() if 0 <= sighting.line < len(text.lines) else ""
