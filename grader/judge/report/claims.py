"""What a report claims in numbers and tables, against what the notebook shows and what its run gave.

In: the report's blocks and pictures, Evidence. Out: `Claim`s, each with both places. Agreed within the rounding of what
is written; contradicted only where the same quantity is surely meant and every value of it differs. Must never call a
claim contradicted that may be of something else.
"""

from __future__ import annotations

from collections.abc import Sequence, Set

from grader.judge.report.claim_tables import Row, quantity_of, rows_of_lines, rows_of_table
from grader.judge.report.claims_said import Said, numbers_said
from grader.judge.report.claims_there import There, numbers_there, rows_there
from grader.judge.report.code_text import rows_of_picture
from grader.judge.report.quantities import Amount, Kind, backbones_in
from grader.records import Block, BlockKind, Claim, ClaimVerdict, Evidence, Furniture, Picture, Place

_MOST_CLAIMS = 150
_MOST_PICTURES = 40
_FEWEST_ROWS = 2
_ABOUT = {Kind.ACCURACY: 0.015, Kind.LOSS: 0.02}
_CLEARLY = {Kind.ACCURACY: 0.01, Kind.LOSS: 0.05}
_SHOWN_BY_OUTPUTS = (Kind.ACCURACY, Kind.LOSS, Kind.EPOCHS, Kind.SHAPE)
_READ_SURELY = 0.95


def find_claims(blocks: Sequence[Block], pictures: Sequence[Picture], evidence: Evidence) -> tuple[Claim, ...]:
    """Every claim that is surely one: of sentences first, then of tables."""
    if not evidence.cells:
        return ()
    rows = rows_there(evidence)
    there = numbers_there(evidence, rows)
    used = {name for cell in evidence.cells for name in backbones_in(cell.source)}
    compared = [_compare(said, there[said.quantity.kind], used) for said in numbers_said(blocks)[:_MOST_CLAIMS]]
    claims = [claim for claim in compared if claim is not None]
    claims += _table_claims(blocks, pictures, rows)
    return tuple(dict.fromkeys(claims))[:_MOST_CLAIMS]


# --------------------------------------------------------------------------- sentences


def _compare(said: Said, there: Sequence[There], used: Set[str]) -> Claim | None:
    kind, model = said.quantity.kind, said.quantity.model
    of_kind = [t for t in there if kind == Kind.SHAPE or not model or t.quantity.model in ("", model)]
    same = [t for t in of_kind if kind == Kind.SHAPE or _same_quantity(said, t)]
    loose = [t for t in of_kind if not said.quantity.split or not t.quantity.split]
    if model and model not in used:
        return None if said.aside else _claim(said, ClaimVerdict.NOT_FOUND, None)
    for candidate in [*same, *loose]:
        if _agrees(said, candidate):
            return _claim(said, ClaimVerdict.AGREED, candidate)
    if said.aside:
        return None
    mislabelled = any(_agrees(said, candidate) for candidate in of_kind)
    contrary = _contrary(said, same) if not mislabelled else None
    if contrary is not None:
        return _claim(said, ClaimVerdict.CONTRADICTED, contrary)
    return _claim(said, ClaimVerdict.NOT_FOUND, None) if kind in _SHOWN_BY_OUTPUTS else None


def _same_quantity(said: Said, there: There) -> bool:
    return (there.quantity.split, there.quantity.model) == (said.quantity.split, said.quantity.model)


def _agrees(said: Said, there: There) -> bool:
    if isinstance(said.value, Amount):
        if isinstance(there.value, tuple):
            return False
        more = _ABOUT.get(said.quantity.kind, 0.05 * said.value.value) if said.about else 0.0
        return said.value.is_near(there.value, more=more)
    return isinstance(there.value, tuple) and _same_shape(said.value, there.value)


def _same_shape(said: tuple[int | None, ...], there: tuple[int | None, ...]) -> bool:
    """The same but for a batch size that one of them leaves open."""
    if len(said) != len(there):
        return said == there[1:]
    return all(a == b or None in (a, b) for a, b in zip(said, there, strict=True))


def _contrary(said: Said, same: Sequence[There]) -> There | None:
    """The value that the claim contradicts: the nearest of all that are surely of the same quantity."""
    if said.quantity.kind == Kind.SHAPE:
        return _contrary_shape(said, same)
    if said.quantity.kind not in _CLEARLY or not said.quantity.split or not isinstance(said.value, Amount) or not same:
        return None
    value, margin = said.value.value, _CLEARLY[said.quantity.kind] * (2.0 if said.about else 1.0) + said.value.slack
    nearest = min(same, key=lambda t: abs(_number(t) - value))
    outside = value > max(map(_number, same)) + margin or value < min(map(_number, same)) - margin
    return nearest if outside else None


def _contrary_shape(said: Said, same: Sequence[There]) -> There | None:
    """Where a witness knows the shape of the very part that is named, and its channels are others."""
    if not said.quantity.split or not isinstance(said.value, tuple):
        return None
    known = [t for t in same if t.quantity.split == said.quantity.split and isinstance(t.value, tuple)]
    alike = [t for t in known if len(t.value) == len(said.value)]  # type: ignore[arg-type]
    differ = [t for t in alike if t.value[-1] != said.value[-1]]  # type: ignore[index]
    return differ[0] if alike and len(differ) == len(alike) else None


def _number(there: There) -> float:
    return there.value if isinstance(there.value, float | int) else 0.0


def _claim(said: Said, verdict: ClaimVerdict, there: There | None) -> Claim:
    quantity = said.quantity
    part = f"shape behind the {quantity.split}" if quantity.split else "a shape"
    what = part if quantity.kind == Kind.SHAPE else str(quantity)
    return Claim(what=what, claimed=said.text.strip(), verdict=verdict, there=there.said if there else "",
                 place=said.place, there_place=there.place if there else None)


# --------------------------------------------------------------------------- tables


def _table_claims(blocks: Sequence[Block], pictures: Sequence[Picture],
                  there: Sequence[tuple[Row, Place]]) -> list[Claim]:
    claims: list[Claim] = []
    for rows, place, surely in _tables(blocks, pictures):
        if not any(row.model == other.model for row in rows for other, _ in there):
            names = ", ".join(row.model for row in rows[:8])
            claims.append(Claim(what=f"table of {len(rows)} models", claimed=names, verdict=ClaimVerdict.NOT_FOUND,
                                place=place))
            continue
        claims += [_compare_row(row, place, there, surely=surely) for row in rows]
    return claims


def _tables(blocks: Sequence[Block], pictures: Sequence[Picture]) -> list[tuple[tuple[Row, ...], Place | None, bool]]:
    """Tables that name several models, with their places, and whether their digits are sure."""
    found = []
    for block in blocks:
        if block.furniture != Furniture.NONE:
            continue
        rows: tuple[Row, ...] = ()
        place, surely = block.place, not block.read_by_ocr
        if block.kind == BlockKind.TABLE:
            rows = rows_of_table(block.rows)
        elif block.kind == BlockKind.TEXT and "\n" in block.text:
            rows = rows_of_lines(block.text[:20_000].splitlines())
        elif block.picture is not None and 0 <= block.picture < min(len(pictures), _MOST_PICTURES):
            picture = pictures[block.picture]
            rows = rows_of_lines(rows_of_picture(picture, between="   "))
            surely = min((line.confidence for line in picture.lines), default=0.0) >= _READ_SURELY
            place = place or picture.place
        if len({row.model for row in rows}) >= _FEWEST_ROWS:
            found.append((rows, place, surely))
    return found


def _compare_row(row: Row, place: Place | None, there: Sequence[tuple[Row, Place]], *, surely: bool) -> Claim:
    same = [(other, at) for other, at in there if other.model == row.model]
    claimed = ", ".join(number.text for number in row.numbers)
    best = max(same, key=lambda pair: sum(_is_in(n, pair[0].numbers) for n in row.numbers), default=None)
    verdict = ClaimVerdict.NOT_FOUND
    if best is not None and all(_is_in(n, best[0].numbers) for n in row.numbers):
        verdict = ClaimVerdict.AGREED
    elif surely and best is not None and _differs(row, [other for other, _ in same]):
        verdict = ClaimVerdict.CONTRADICTED
    shown = best is not None and verdict != ClaimVerdict.NOT_FOUND
    return Claim(what=f"row {row.model} of a table", claimed=claimed, verdict=verdict,
                 there=best[0].line if best and shown else "", place=place,
                 there_place=best[1] if best and shown else None)


def _is_in(number: Amount, others: Sequence[Amount]) -> bool:
    return any(_equal(number, other) for other in others)


def _equal(number: Amount, other: Amount) -> bool:
    """Equal when rounded to fewer digits; one may be a per cent written without its sign."""
    return any(
        abs(number.value * scale - other.value) <= max(number.slack * scale, other.slack) + 1e-9
        for scale in (1.0, 0.01, 100.0)
    )


def _differs(row: Row, others: Sequence[Row]) -> bool:
    """Whether a column of the same name holds another number in every row there is of this model."""
    for number, column in zip(row.numbers, row.columns, strict=False):
        quantity = quantity_of(column)
        held = [n for other in others for n in other.of(quantity)] if quantity is not None else []
        if held and not any(_equal(number, n) for n in held):
            return True
    return False
