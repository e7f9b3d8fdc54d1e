"""Code as lines of coloured pieces: text and style apart, so that the template escapes every piece itself.

In: a cell's source or an excerpt, and the line that matters. Out: listings, cut in length and width.
It must never produce HTML, and never run or import what it shows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from pygments.token import Comment, Keyword, Name, Number, String, _TokenType

from grader.records import Cell, Place
from grader.render.text import LINE_LIMIT, neutral, where

if TYPE_CHECKING:
    from pygments.lexer import Lexer

EXCERPT_LINES = 24
LISTING_LINES = 80
_HIGHLIGHT_LIMIT = 20_000

# Only what helps reading gets a style; the rest is plain.
_STYLES = (
    (Comment, "comment"),
    (String, "string"),
    (Number, "number"),
    (Keyword, "keyword"),
    (Name.Decorator, "keyword"),
)


class Piece(NamedTuple):
    """Text of one style within a line; `style` is "" or one of the five names in the style sheet."""

    text: str
    style: str = ""


Lines = tuple[str, ...]
Pieces = tuple[Piece, ...]


class Line(NamedTuple):
    """One line of code. `number` is None where it is not known."""

    number: int | None
    pieces: Pieces
    marked: bool = False


class Listing(NamedTuple):
    """Consecutive lines of a cell; `before` and `after` count the lines that are not shown."""

    lines: tuple[Line, ...]
    before: int = 0
    after: int = 0


class Quote(NamedTuple):
    """An excerpt with its place, and the whole cell around it where that shows more."""

    place: str
    excerpt: Listing
    cell: int | None = None
    whole: Listing | None = None


def quote(place: Place | None, excerpt: str, cells: dict[int, Cell]) -> Quote | None:
    """The excerpt at `place`; the line itself where the excerpt is empty; None where there is nothing to show."""
    cell = cells.get(place.cell) if place is not None and place.cell is not None else None
    line = place.line if place is not None else None
    source = _lines_of(cell.source) if cell is not None else ()
    shown = _lines_of(excerpt.strip("\r\n")) if excerpt.strip() else _line_at(source, line)
    if not shown:
        return None
    known_lines = _lines_covered(source, line, shown)
    short = Listing(
        tuple(_numbered(_coloured_excerpt(shown, source, line), start=line)), after=max(0, len(shown) - EXCERPT_LINES)
    )
    whole = _window(source, known_lines) if len([x for x in source if x.strip()]) > len(shown) else None
    return Quote(where(place), short, cell.number if cell is not None else None, whole)


def _line_at(source: Lines, line: int | None) -> Lines:
    return (source[line - 1],) if line is not None and 0 < line <= len(source) and source[line - 1].strip() else ()


@lru_cache(maxsize=256)
def _lines_of(code: str) -> Lines:
    # Not splitlines(): Python's own parser breaks lines at \n, \r\n and \r only.
    return tuple(neutral(code).expandtabs(4).split("\n"))


def _coloured_excerpt(shown: Lines, source: Lines, line: int | None) -> list[Pieces]:
    """An excerpt's first lines: where the cell has them just so, in the colours that they have there."""
    lines = _dedented(shown)[:EXCERPT_LINES]
    there = source[line - 1 :][: len(lines)] if line is not None and line > 0 else ()
    same = len(there) == len(lines) and all(a.lstrip(" ") == b.lstrip(" ") for a, b in zip(lines, there, strict=True))
    if line is None or not same:
        return list(_coloured(tuple(lines)))
    pairs = zip(_coloured(source)[line - 1 :], lines, strict=False)
    return [_indented(pieces, len(text) - len(text.lstrip(" "))) for pieces, text in pairs]


def _indented(pieces: Pieces, width: int) -> Pieces:
    """The line with so many spaces before it, in place of its own."""
    text = "".join(piece.text for piece in pieces)
    surplus = len(text) - len(text.lstrip(" ")) - width
    if surplus == 0:
        return pieces
    if surplus < 0:
        return (Piece(" " * -surplus), *pieces)
    first, *rest = pieces
    cut = min(surplus, len(first.text))
    left = (Piece(first.text[cut:], first.style),) if cut < len(first.text) else ()
    return _indented((*left, *rest), width)


def _dedented(lines: Lines) -> list[str]:
    indents = [len(x) - len(x.lstrip(" ")) for x in lines[1:] if x.strip()]
    first = len(lines[0]) - len(lines[0].lstrip(" "))
    # An excerpt may start in the middle of its line: then the later lines keep more indent than the first.
    common = min([first, *indents])
    return [x[common:] for x in lines]


def _lines_covered(source: Lines, line: int | None, excerpt: Lines) -> range:
    """Which lines of the cell the excerpt shows: all of its own where they are found there, else the one line."""
    if line is None:
        return range(0)
    there = source[line - 1 : line - 1 + len(excerpt)]
    same = len(there) == len(excerpt) and all(a.strip() in b for a, b in zip(excerpt, there, strict=True))
    return range(line, line + len(excerpt)) if same else range(line, line + 1)


def _window(source: Lines, marked: range) -> Listing:
    """The whole cell, or as much of it around the marked lines as fits."""
    last = max((i for i, x in enumerate(source) if x.strip()), default=0) + 1
    centre = marked.start if marked else 1
    start = max(0, min(centre - LISTING_LINES // 2, last - LISTING_LINES))
    stop = min(last, start + LISTING_LINES)
    lines = tuple(_numbered(_coloured(source)[start:stop], start=start + 1, marked=marked))
    return Listing(lines, before=start, after=last - stop)


def _numbered(lines: Sequence[Pieces], *, start: int | None, marked: range = range(0)) -> Iterator[Line]:
    for offset, pieces in enumerate(lines):
        number = None if start is None else start + offset
        yield Line(number, _narrowed(pieces), marked=number in marked)


@lru_cache(maxsize=2048)
def _narrowed(pieces: Pieces) -> Pieces:
    room = LINE_LIMIT
    kept: list[Piece] = []
    for piece in pieces:
        if len(piece.text) > room:
            return (*kept, Piece(piece.text[:room], piece.style), Piece(" …", "comment"))
        kept.append(piece)
        room -= len(piece.text)
    return tuple(kept)


@lru_cache(maxsize=64)
def _coloured(lines: Lines) -> tuple[Pieces, ...]:
    """The lines as styled pieces; a page shows the same cell under several criteria, hence the cache."""
    return tuple(_lines_of_pieces("\n".join(lines)))


def _lines_of_pieces(text: str) -> Iterator[Pieces]:
    """Plain where the text is so long that colouring it would take long."""
    if len(text) > _HIGHLIGHT_LIMIT:
        yield from ((Piece(x),) for x in text.split("\n"))
        return
    current: list[tuple[str, str]] = []
    for kind, value in _lexer().get_tokens(text):
        head, *rest = value.split("\n")
        current.append((head, _style(kind)))
        for following in rest:
            yield _joined(current)
            current = [(following, _style(kind))]
    yield _joined(current)


def get_ready() -> None:
    """Loads what the first listing of a process waits for."""
    _coloured(("pass",))


@cache
def _lexer() -> Lexer:
    """Pygments' lexer of Python, with names of any letters: compiling its own list of them takes longer than a page."""
    from pygments.lexers.python import PythonLexer  # only here: most re-markings colour no code

    def simpler(rule: Any) -> Any:
        plain = type(rule) is tuple and isinstance(rule[0], str)
        return (rule[0].replace(PythonLexer.uni_name, r"[^\W\d]\w*"), *rule[1:]) if plain else rule

    tokens = {state: [simpler(rule) for rule in rules] for state, rules in PythonLexer.tokens.items()}
    return type("_Lexer", (PythonLexer,), {"tokens": tokens})(stripnl=False, ensurenl=False)


def _joined(tokens: list[tuple[str, str]]) -> Pieces:
    """Neighbours of one style as one piece: most tokens are plain, and pages are shorter where they stay together."""
    texts = ((style, "".join(text for text, _ in same)) for style, same in groupby(tokens, key=lambda token: token[1]))
    return tuple(Piece(text, style) for style, text in texts if text)


@lru_cache(maxsize=256)
def _style(kind: _TokenType) -> str:
    return next((style for token, style in _STYLES if kind in token), "")
