"""Judges the screenshots, or the code pasted as text, under a question that asks for code.

In: the answer's blocks, the report's pictures as read, the pieces that must be seen, the notebook's cells.
Out: `PicturesJudged`. Must never hold against a student what couldn't be read, nor call a verdict what is unsure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grader.judge.report.cells import CellMatch, FoldedCell, fold_cells, match_cells, settled
from grader.judge.report.code_text import CodeText, LineKind
from grader.judge.report.pieces import PieceRead, State, Streams, best_of, heads, read_pieces, streams
from grader.judge.report.shown import Shown, find_shown, picture_shown
from grader.judge.report.wanted import PictureWanted
from grader.records import Block, Cell, Outcome, Picture, PictureReading, TokenRead

_READ_SURELY = 0.88
_SURELY_ALL = 0.9
_FEWEST_LETTERS = 12
_MOST_SHOWN = 12
_MOST_OTHERS = 60


@dataclass(frozen=True)
class PicturesJudged:
    """`fault`: a code of `PictureWanted.FAULTS`, "" where there is none. `found`: a sentence for people."""

    readings: tuple[PictureReading, ...]
    outcome: Outcome
    fault: str
    found: str


@dataclass(frozen=True)
class _Looked:
    """One picture or pasted text, looked at."""

    shown: Shown
    pieces: tuple[PieceRead, ...]
    match: CellMatch
    instead: str

    @property
    def is_unread(self) -> bool:
        """Too little of it was read, or too unsurely, to say that something is not in it."""
        if self.shown.problem:
            return True
        text = self.shown.text
        return self.shown.picture is not None and (
            text.confidence < _READ_SURELY or text.letters < _FEWEST_LETTERS
        )


def judge_pictures(blocks: Sequence[Block], pictures: Sequence[Picture], wanted: PictureWanted, cells: Sequence[Cell],
                   *, others: Mapping[str, PictureWanted]) -> PicturesJudged:
    """The outcome for one question. `pictures` are all of the report, `others` are questions that ask for code, too."""
    shown, spoken = find_shown(blocks, pictures, most=_MOST_SHOWN)
    folded = fold_cells(cells)
    others_wanted = [other for other in others.values() if other != wanted]
    looked = tuple(_look(each, wanted, others_wanted, folded) for each in shown)
    readings = tuple(_reading(each) for each in looked)
    verdict = _nothing_shown(spoken, wanted) if not looked else _verdict(looked, wanted)
    if verdict[0] in (Outcome.NOT_MET, Outcome.UNDECIDED) and verdict[1] in ("no_picture", "wrong_picture"):
        verdict = _stands_elsewhere(blocks, pictures, wanted) or verdict
    if verdict[0] == Outcome.MET:
        verdict = _against_notebook(looked, wanted, folded) or verdict
    outcome, fault, found = verdict
    return PicturesJudged(readings, outcome, fault, " ".join([found, *_notes(looked, outcome, folded)]))


Verdict = tuple[Outcome, str, str]


def _look(shown: Shown, wanted: PictureWanted, others: Sequence[PictureWanted],
          cells: Sequence[FoldedCell]) -> _Looked:
    read = streams(shown.text)
    match = match_cells(shown.text, cells) if cells else CellMatch()
    pieces = tuple(settled(piece, match, cells) for piece in read_pieces(wanted.pieces, read))
    instead = _instead(read, others) if all(p.is_faint for p in pieces) else ""
    return _Looked(shown, pieces, match, instead)


def _instead(read: Streams, others: Sequence[PictureWanted]) -> str:
    """What another question asks for, if all of that is seen here."""
    for other in others:
        if all(p.state == State.SEEN for p in read_pieces(other.pieces, read)):
            return other.shows
    return ""


def _reading(looked: _Looked) -> PictureReading:
    tokens = tuple(
        TokenRead(wanted=p.piece.name, found=p.found, line=p.line) for p in looked.pieces
    )
    return PictureReading(
        picture=looked.shown.picture, read=looked.shown.text.text, tokens=tokens, cells=looked.match.cells,
        similarity=looked.match.similarity, shows=looked.instead, place=looked.shown.place,
    )  # fmt: skip


# --------------------------------------------------------------------------- the outcome


def _verdict(looked: Sequence[_Looked], wanted: PictureWanted) -> Verdict:
    best = best_of([each.pieces for each in looked])
    states = {p.state for p in best}
    if states == {State.SEEN}:
        return Outcome.MET, "", f"{_where(looked)} {_shows(looked)} {_names(best)}."
    unread = [each for each in looked if each.is_unread]
    if unread:
        return Outcome.UNDECIDED, "unread", _unread(unread[0])
    if State.BOTH in states:
        return Outcome.UNDECIDED, "both", f"Both {_names(best, State.BOTH)} and its opposite are seen."
    if State.DOUBTED in states:
        doubted = next(p for p in best if p.state == State.DOUBTED)
        text = f"{doubted.piece.name} is seen, but may be meant otherwise here: `{doubted.line}`."
        return Outcome.UNDECIDED, "unsure", text
    if State.CONTRARY in states:
        contrary = next(p for p in best if p.state == State.CONTRARY)
        return wanted.contrary, "contrary", f"Seen is `{contrary.line}`, the opposite of {contrary.piece.name}."
    if State.UNSURE in states:
        return _unsure(best, looked)
    if states == {State.MISSING}:
        return _wrong(looked, wanted)
    if State.MISSING in states:
        return Outcome.PARTLY, "piece_missing", f"{_seen(best)}{_names(best, State.MISSING)} is not in the picture."
    in_part = next(p for p in best if p.state == State.IN_PART)
    return Outcome.PARTLY, "in_part", f"Of {in_part.piece.name} a part is seen: `{in_part.line}`."


def _unsure(best: Sequence[PieceRead], looked: Sequence[_Looked]) -> Verdict:
    unsure = next(p for p in best if p.state == State.UNSURE)
    if unsure.spoken_of:
        return (Outcome.UNDECIDED, "only_spoken_of",
                f"{unsure.piece.name} stands in a comment or a sentence; it is not seen as code.")
    line = f": `{unsure.line}`" if unsure.line else ""
    instead = next((f"This shows {each.instead}. " for each in looked if each.instead), "")
    return Outcome.UNDECIDED, "unsure", f"{instead}Whether {unsure.piece.name} is shown can't be told{line}."


def _wrong(looked: Sequence[_Looked], wanted: PictureWanted) -> Verdict:
    instead = list(dict.fromkeys(each.instead for each in looked if each.instead))
    asked = f"{_question(wanted)} asks for {wanted.shows or 'other code'}"
    if instead:
        return Outcome.NOT_MET, "wrong_picture", f"This shows {' and '.join(instead)}; {asked}."
    has_code = any(line.kind == LineKind.CODE for each in looked for line in each.shown.text.lines)
    what = "code without any of it" if has_code else "no code"
    cells = [n for each in looked for n in each.match.cells]
    of = f" (cell {cells[0]} of the notebook)" if cells else ""
    return Outcome.NOT_MET, "wrong_picture", f"This shows {what}{of}; {asked}."


def _nothing_shown(spoken: CodeText, wanted: PictureWanted) -> Verdict:
    if any(not p.is_faint for p in read_pieces(wanted.pieces, streams(spoken))):
        return (Outcome.UNDECIDED, "only_spoken_of",
                "There is no picture, and no code by itself; the text speaks of it.")
    return Outcome.NOT_MET, "no_picture", "There is no picture and no code under this question."


def _stands_elsewhere(blocks: Sequence[Block], pictures: Sequence[Picture], wanted: PictureWanted) -> Verdict | None:
    """Where a picture under another question, or under none, shows all that is wanted."""
    here = {block.picture for block in blocks}
    for index, picture in enumerate(pictures[:_MOST_OTHERS]):
        if index in here or not picture.lines:
            continue
        read = streams(picture_shown(index, picture).text)
        if all(p.state == State.SEEN for p in read_pieces(wanted.pieces, read)):
            at = f" on {picture.place}" if picture.place is not None else ""
            text = f"It is not here; a picture somewhere else in the report{at} shows {wanted.shows or 'it'}."
            return wanted.elsewhere, "elsewhere", text
    return None


def _against_notebook(looked: Sequence[_Looked], wanted: PictureWanted, cells: Sequence[FoldedCell]) -> Verdict | None:
    """What a right picture is worth whose code the notebook hasn't; None where the notebook has it."""
    if not cells or wanted.own_cell == Outcome.MET:
        return None
    for piece in wanted.pieces:
        holding = [cell for cell in cells if any(head in cell.whole for head in heads(piece))]
        states = [read_pieces((piece,), streams(cell.text))[0].state for cell in holding]
        state = max(states, default=State.MISSING)
        if state in (State.MISSING, State.CONTRARY):
            says = "says the opposite" if state == State.CONTRARY else "has nothing of it"
            text = f"{_where(looked)} {_shows(looked)} {piece.name}, but the notebook's own code {says}."
            return wanted.own_cell, "not_in_notebook", text
    return None


# --------------------------------------------------------------------------- sentences


def _notes(looked: Sequence[_Looked], outcome: Outcome, cells: Sequence[FoldedCell]) -> list[str]:
    """What else a person should know: pasted text, the cells shown, or that none is."""
    notes = []
    if looked and all(each.shown.picture is None for each in looked):
        notes.append("It is pasted as text, not a picture.")
    numbers = list(dict.fromkeys(n for each in looked for n in each.match.cells))
    if numbers and outcome != Outcome.NOT_MET:
        listed = ", ".join(str(n) for n in numbers[:6])
        notes.append(f"It shows cell {listed} of the notebook." if len(numbers) == 1
                     else f"It shows cells {listed} of the notebook.")
    elif cells and outcome == Outcome.MET and all(each.shown.text.confidence >= _SURELY_ALL for each in looked):
        notes.append("No cell of the notebook looks just like it.")
    return notes


def _where(looked: Sequence[_Looked]) -> str:
    if all(each.shown.picture is None for each in looked):
        return "The code in the text"
    return "The picture" if len(looked) == 1 else "The pictures"


def _shows(looked: Sequence[_Looked]) -> str:
    pasted = all(each.shown.picture is None for each in looked)
    return "shows" if len(looked) == 1 or pasted else "show"


def _names(best: Sequence[PieceRead], *states: State) -> str:
    names = [p.piece.name for p in best if not states or p.state in states]
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]


def _seen(best: Sequence[PieceRead]) -> str:
    seen = [p for p in best if p.state in (State.SEEN, State.IN_PART)]
    return f"{_names(seen)} is seen; " if seen else ""


def _unread(looked: _Looked) -> str:
    why = looked.shown.problem or "too little of it could be read"
    return f"The picture can't be judged by a machine: {why.rstrip('.')}."


def _question(wanted: PictureWanted) -> str:
    return f"question {wanted.number}" if wanted.number is not None else "this question"
