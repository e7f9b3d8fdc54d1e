"""Finds a wanted piece of code, such as `include_top=False`, in text that was read with mistakes.

In: a piece of code from the rubric, a `Stream`. Out: a `Sighting`. Names may be misread in a letter or two; words that
turn the meaning (`True`, `False`, numbers) are exact, and where they can't be told, the sighting is `unsure`.
Must never guess between two meanings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from grader.judge.report.code_text import Stream, fold

_PIECE = re.compile(r"[A-Za-z_]\w{0,60}|\d{1,9}|[(.=:,]")
_TRUTH = {"True": True, "False": False}
_AS_ONE, _AS_NOUGHT = "1lI|!ı", "0OoQ"
_ASSIGNS = "=:-~–—一"
_MARKS = {":": (":", ";"), ",": (",", ".", ";")}
_MOST_SIGHTINGS = 60
_UNDOES = ("non", "not", "un")
_DIGITS = "23456789"


class Sight(IntEnum):
    """How surely a piece of code was seen, the weakest first."""

    ABSENT = 0
    UNSURE = 1
    CONTRARY = 2
    """The same name with the opposite truth value."""
    SEEN = 3


@dataclass(frozen=True)
class Sighting:
    sight: Sight
    line: int = -1


ABSENT = Sighting(Sight.ABSENT)


@dataclass(frozen=True)
class WantedCode:
    """One spelling of a wanted piece, cut into names, signs and a value at its end."""

    spelling: str

    @cached_property
    def pieces(self) -> tuple[str, ...]:
        return tuple(_PIECE.findall(self.spelling.replace("'", "").replace('"', "").replace("[", "(")))

    @cached_property
    def head(self) -> str:
        """Its first name, folded."""
        return next((fold(p) for p in self.pieces if p[0].isalpha() or p[0] == "_"), "")

    @cached_property
    def rest(self) -> tuple[str, ...]:
        """What follows the first name."""
        start = next((i for i, p in enumerate(self.pieces) if p[0].isalpha() or p[0] == "_"), 0)
        return self.pieces[start + 1 :]

    @cached_property
    def capital(self) -> bool:
        return next((p for p in self.pieces if p[0].isalpha()), "a")[0].isupper()


def sightings(wanted: WantedCode, stream: Stream) -> tuple[Sighting, ...]:
    """Every place where the piece stands, or something that can't be told from it."""
    if not wanted.head:
        return ()
    found = [_follow(wanted, stream, start, end) for start, end in _exact(wanted, stream)]
    if (wanted.rest and wanted.rest[-1] in _TRUTH) or not any(s.sight == Sight.SEEN for s in found):
        found += _misread(wanted, stream)
    return tuple(s for s in found if s.sight != Sight.ABSENT)


# --------------------------------------------------------------------------- the name


def _exact(wanted: WantedCode, stream: Stream) -> Iterator[tuple[int, int]]:
    at, head = -1, wanted.head
    for _ in range(_MOST_SIGHTINGS):
        at = stream.folded.find(head, at + 1)
        if at < 0:
            return
        if _begins(wanted, stream, at):
            yield at, at + len(head)


def _begins(wanted: WantedCode, stream: Stream, at: int) -> bool:
    """Whether a name may begin here: not within another one, and not undone by a `non_` before it."""
    if stream.folded[max(0, at - 3) : at].endswith(_UNDOES) and not stream.gap[at - 1]:
        return False
    if wanted.pieces[0] == "." and (at == 0 or (stream.line[at - 1] != stream.line[at])):
        return False
    before = stream.original[at - 1] if at else " "
    camel = wanted.capital and before.islower() and stream.original[at].isupper()
    return stream.gap[at] or not before.isalnum() or camel or wanted.pieces[0] == "."


def _misread(wanted: WantedCode, stream: Stream) -> Iterator[Sighting]:
    """Where a name stands that differs in a letter or two; or, below that, what can't be told."""
    head = wanted.head
    tolerance = 0 if len(head) < 8 else 1 if len(head) < 10 else 2 if len(head) < 18 else 3
    if not tolerance or fuzz.partial_ratio(head, stream.folded, score_cutoff=75) < 75:
        return
    for start, end in _words(stream, len(head) - tolerance, len(head) + tolerance):
        word = stream.folded[start:end]
        if word == head or Levenshtein.distance(head, word, score_cutoff=tolerance) > tolerance:
            continue
        digits = _digits_agree(head, word)
        if digits is False or not _begins(wanted, stream, start):
            continue
        sighting = _follow(wanted, stream, start, end)
        unsure = digits is None and sighting.sight != Sight.ABSENT
        yield Sighting(Sight.UNSURE, sighting.line) if unsure else sighting


def _words(stream: Stream, shortest: int, longest: int) -> Iterator[tuple[int, int]]:
    """Runs of up to four words whose joint length fits."""
    bounds = [i for i in range(len(stream.folded)) if stream.gap[i] or not stream.folded[i].isalnum()
              or not stream.folded[i - 1].isalnum()]
    starts = [i for i in bounds if stream.folded[i].isalnum()]
    ends = {j for j in [*bounds, len(stream.folded)] if j}
    for start in starts:
        for end in range(start + shortest, min(start + longest, len(stream.folded)) + 1):
            if end in ends and stream.folded[start:end].isalnum():
                yield start, end


def _digits_agree(head: str, word: str) -> bool | None:
    """Whether the digits of a name are those that were read; None where one was read as a letter or lost."""
    answer: bool | None = True
    for edit in Levenshtein.editops(head, word):
        wanted = head[edit.src_pos] if edit.src_pos < len(head) and edit.tag != "insert" else ""
        read = word[edit.dest_pos] if edit.dest_pos < len(word) and edit.tag != "delete" else ""
        if read and read in _DIGITS:
            return False
        if wanted and wanted in _DIGITS and read not in ("z", "Z"):
            answer = None
    return answer


# --------------------------------------------------------------------------- what follows it


def _follow(wanted: WantedCode, stream: Stream, start: int, end: int) -> Sighting:
    """Follow the pieces behind the name; the last of them may be the value that turns the meaning."""
    line, at = stream.line[start], end
    rest = wanted.rest
    for i, piece in enumerate(rest):
        if piece == "(":
            if stream.folded[at : at + 1] != "(":
                return _unclear_bracket(stream, at, line)
            at += 1
        elif piece == "=":
            step = _assigned(stream, at)
            if step < 0 or (step == 0 and rest[-1] not in _TRUTH):
                return ABSENT
            if at + step >= len(stream.folded):
                return Sighting(Sight.UNSURE, line)
            at += step
        elif piece == ".":
            at += stream.folded[at : at + 1] in (".", ",")
        elif piece in ":,":
            if stream.folded[at : at + 1] not in _MARKS[piece]:
                return ABSENT
            at += 1
        elif i == len(rest) - 1 and (piece in _TRUTH or piece.isdigit()):
            return Sighting(_value(piece, stream, at, assigned=stream.folded[at - 1] in _ASSIGNS), line)
        else:
            name = fold(piece)
            if not stream.folded.startswith(name, at):
                return ABSENT
            at += len(name)
    return Sighting(Sight.SEEN, line)


def _unclear_bracket(stream: Stream, at: int, line: int) -> Sighting:
    """A bracket that was lost or read as a letter: unsure if arguments seem to follow on the same line."""
    run = _run(stream, at)
    follows = stream.folded[at + len(run) : at + len(run) + 1]
    joined = bool(run) and not stream.gap[at] and stream.line[at] == line
    return Sighting(Sight.UNSURE, line) if joined and follows == "=" else ABSENT


def _assigned(stream: Stream, at: int) -> int:
    """How many characters of `=` stand here: 0 where it may have been lost, -1 for a comparison or another name."""
    sign = stream.folded[at : at + 1]
    if sign and sign in _ASSIGNS:
        return -1 if stream.folded[at + 1 : at + 2] == "=" else 1
    if not sign:
        return 1
    return 0 if sign.isalnum() and stream.gap[at] else -1


def _value(piece: str, stream: Stream, at: int, *, assigned: bool) -> Sight:
    if piece.isdigit():
        number = _number(int(piece), stream, at)
        doubtful = at < len(stream.line) and stream.line[at] in stream.unsure and bool(_run(stream, at))
        return Sight.UNSURE if doubtful else number
    truth = _truth(stream, at)
    if truth is None:
        return Sight.UNSURE if assigned else Sight.ABSENT
    return Sight.SEEN if truth is _TRUTH[piece] else Sight.CONTRARY


def _truth(stream: Stream, at: int) -> bool | None:
    """The truth value that stands here, None where it can't be told."""
    run = _run(stream, at)
    word = stream.folded[at : at + len(run)]
    if at < len(stream.line) and stream.line[min(at + 3, len(stream.line) - 1)] == stream.line[at]:
        for name, value in (("false", False), ("true", True)):
            if stream.folded.startswith(name, at):
                return value
    if run in ("0", "O"):
        return False
    if run == "1":
        return True
    for name, value in (("false", False), ("true", True)):
        if word.startswith(name) or (len(word) <= len(name) + 1 and Levenshtein.distance(word, name) <= 1):
            return value if len(word) > 2 else None
        broken = at + len(run) < len(stream.folded) and stream.line[at] != stream.line[at + len(run)]
        if broken and word and name.startswith(word) and stream.folded[at:].startswith(name):
            return value
    return False if word == "fal" else None


def _number(wanted: int, stream: Stream, at: int) -> Sight:
    """Whether the number that stands here is the wanted one; a variable's name can't be told."""
    run = _run(stream, at)
    digits = "".join("1" if c in _AS_ONE else "0" if c in _AS_NOUGHT else c for c in run)
    if digits.isdigit() and digits.isascii():
        behind = stream.original[at + len(run) : at + len(run) + 2]
        if behind[:1] == "." and behind[1:].isdigit():
            return Sight.ABSENT
        return Sight.SEEN if int(digits[:12]) == wanted else Sight.ABSENT
    keyword = _keyword_behind(run, digits)
    if keyword:
        return Sight.SEEN if int(keyword) == wanted else Sight.ABSENT
    named = stream.folded[at + len(run) : at + len(run) + 1] == "="
    return Sight.ABSENT if named or not run else Sight.UNSURE


def _keyword_behind(run: str, digits: str) -> str:
    """The number in `1activation`, whose comma was lost; "" where there is none."""
    for keyword in ("activation", "name", "kernel"):
        at = run.find(keyword)
        if at > 0 and digits[:at].isdigit():
            return digits[:at][:12]
    return ""


def _run(stream: Stream, at: int) -> str:
    """The letters and digits that stand together here, as they were read."""
    end = at
    line = stream.line[at] if at < len(stream.line) else -1
    while end < min(len(stream.folded), at + 40) and stream.folded[end].isalnum() and stream.line[end] == line:
        if end > at and stream.gap[end]:
            break
        end += 1
    return stream.original[at:end]
