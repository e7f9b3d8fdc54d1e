"""What a report shows, as plain values: answers with their ideas marked, screenshots with what was read in them.

In: Statements about the report, and the Report. Out: views from which templates only read.
Pictures come as the base64 of a small PNG or JPEG and leave as data: URIs; anything else that a picture claims to be is
left out. It must never judge, and never show what a self-check keeps back: the caller asks for nothing then.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from grader.records import (
    AnswerReading,
    Cell,
    Claim,
    ClaimVerdict,
    Picture,
    PictureReading,
    Place,
    Report,
    Result,
)
from grader.render.code import Quote, quote
from grader.render.text import name, neutral, sentence, where

PARAGRAPH_LIMIT = 3_000
MOST_PARAGRAPHS = 40
MOST_CLAIMS = 40
PREVIEW_LIMIT = 400_000
_PREVIEW_TYPES = ("image/png", "image/jpeg")
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")
_VERDICTS = {
    ClaimVerdict.AGREED: "Agrees",
    ClaimVerdict.CONTRADICTED: "Contradicts",
    ClaimVerdict.NOT_FOUND: "Not found there",
}


class AnswerPiece(NamedTuple):
    """A stretch of an answer; `ideas` are the numbers of the key ideas that it shows, "" for the rest."""

    text: str
    ideas: str = ""


class Idea(NamedTuple):
    """A key idea that was found. `sentence` only where it could not be marked in the answer itself."""

    number: int
    name: str
    sentence: str = ""


class AnswerView(NamedTuple):
    """One answer, with the sentences that show a key idea marked."""

    heading: str
    where: str
    paragraphs: tuple[tuple[AnswerPiece, ...], ...]
    cut: bool
    ideas: tuple[Idea, ...]
    missing: tuple[str, ...]
    contradictions: tuple[str, ...]


class Token(NamedTuple):
    """Code that a screenshot must show."""

    wanted: str
    found: bool
    line: str


class PictureView(NamedTuple):
    """One screenshot beside what was read in it, and the cells that it shows."""

    where: str
    source: str
    alt: str
    width: int
    height: int
    read: Quote | None
    tokens: tuple[Token, ...]
    cells: tuple[Quote, ...]
    shows: str
    is_text: bool


class ClaimView(NamedTuple):
    """A number of the report beside the notebook's."""

    what: str
    claimed: str
    there: str
    verdict: ClaimVerdict
    verdict_word: str
    where: str
    there_where: str


class ReportView(NamedTuple):
    """What is said of the report as a whole."""

    file: str
    claims: tuple[ClaimView, ...]
    unplaced: tuple[str, ...]
    notes: tuple[str, ...]


def report_view(result: Result, report: Report | None) -> ReportView:
    """What belongs to no question: claims against the notebook, what could not be placed, how it was read."""
    return ReportView(
        file=name(result.report_name) if result.report_name != result.notebook_name else "",
        claims=tuple(_claim(c) for c in result.claims[:MOST_CLAIMS]),
        unplaced=tuple(sentence(text) for text in result.unplaced[:20]),
        notes=tuple(sentence(note) for note in (report.notes if report is not None else ())[:10]),
    )


def _claim(claim: Claim) -> ClaimView:
    return ClaimView(
        what=sentence(claim.what, 160),
        claimed=sentence(claim.claimed, 120),
        there=sentence(claim.there, 160),
        verdict=claim.verdict,
        verdict_word=_VERDICTS[claim.verdict],
        where=where(claim.place),
        there_where=where(claim.there_place),
    )


def answer_view(answer: AnswerReading) -> AnswerView:
    """The answer with its ideas numbered in the order of the rubric."""
    paragraphs = tuple(neutral(p)[:PARAGRAPH_LIMIT] for p in answer.paragraphs[:MOST_PARAGRAPHS])
    marks = {number: neutral(found.sentence).strip() for number, found in enumerate(answer.found, 1)}
    marked = {number for number, text in marks.items() if text and any(text in p for p in paragraphs)}
    return AnswerView(
        heading=sentence(answer.heading),
        where=where(answer.place),
        paragraphs=tuple(_pieces(p, {n: marks[n] for n in marked}) for p in paragraphs),
        cut=len(answer.paragraphs) > MOST_PARAGRAPHS or any(len(p) > PARAGRAPH_LIMIT for p in answer.paragraphs),
        ideas=tuple(
            Idea(number, sentence(found.name), "" if number in marked else sentence(found.sentence))
            for number, found in enumerate(answer.found, 1)
        ),
        missing=tuple(sentence(text) for text in answer.missing),
        contradictions=tuple(sentence(text) for text in answer.contradictions),
    )


def _pieces(paragraph: str, marks: dict[int, str]) -> tuple[AnswerPiece, ...]:
    """The paragraph cut where marked sentences begin and end; sentences that overlap become one piece."""
    spans = sorted((paragraph.find(text), len(text), number) for number, text in marks.items() if text in paragraph)
    joined: list[tuple[int, int, list[int]]] = []
    for start, length, number in spans:
        if joined and start < joined[-1][1]:
            before, stop, numbers = joined[-1]
            joined[-1] = (before, max(stop, start + length), [*numbers, number])
        else:
            joined.append((start, start + length, [number]))
    pieces, at = [], 0
    for start, stop, numbers in joined:
        pieces.append(AnswerPiece(paragraph[at:start]))
        pieces.append(AnswerPiece(paragraph[start:stop], ", ".join(map(str, sorted(numbers)))))
        at = stop
    pieces.append(AnswerPiece(paragraph[at:]))
    return tuple(piece for piece in pieces if piece.text)


def picture_view(reading: PictureReading, report: Report | None, cells: dict[int, Cell]) -> PictureView:
    """One screenshot, or code pasted as text."""
    picture = _picture(reading, report)
    shown = [quote(Place(cell=number), cells[number].source, cells) for number in reading.cells[:3] if number in cells]
    return PictureView(
        where=where(reading.place),
        source=_data_uri(picture),
        alt=f"Screenshot, {where(reading.place) or 'of the report'}; the code read in it follows",
        width=picture.width if picture is not None else 0,
        height=picture.height if picture is not None else 0,
        read=quote(None, neutral(reading.read), {}),
        tokens=tuple(Token(sentence(t.wanted, 80), t.found, sentence(t.line, 120)) for t in reading.tokens),
        cells=tuple(q for q in shown if q is not None),
        shows=sentence(reading.shows),
        is_text=reading.picture is None,
    )


def _picture(reading: PictureReading, report: Report | None) -> Picture | None:
    if report is None or reading.picture is None or not 0 <= reading.picture < len(report.pictures):
        return None
    return report.pictures[reading.picture]


def _data_uri(picture: Picture | None) -> str:
    """The preview as an address that holds it; "" where there is none, or where it is not what it should be."""
    if picture is None or picture.preview_type not in _PREVIEW_TYPES or len(picture.preview) > PREVIEW_LIMIT:
        return ""
    if not _BASE64.fullmatch(picture.preview):
        return ""
    return f"data:{picture.preview_type};base64,{picture.preview}"
