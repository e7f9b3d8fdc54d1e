"""Numbers in front of headings: "Question 3:", "Q3", "3.", "(3)", "5 & 6", and the sub-points that are no questions.

In: the beginning of a line. Out: Label. Must never read more than a few characters, whatever the line is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_LONGEST = 60
_NUMERALS = dict(zip("one two three four five six seven eight nine ten".split(), range(1, 11), strict=True))
_ROMAN = dict(zip("i ii iii iv v vi vii viii ix x xi xii".split(), range(1, 13), strict=True))
_NUMBER = rf"(?:[0-9]{{1,2}}(?![0-9])|[lI|](?=[.):])|[IVX]{{1,4}}(?=[.):]|$)|(?:{'|'.join(_NUMERALS)})\b)"
_LABEL = re.compile(
    r"""[\s#*_>]{0,8}
    (?P<word>(?:qu[a-z0-9]{5,7}|quest|ques|qns?|q|answers?|answer\s(?:to|for)\s(?:question|q)|ans|a|tasks?|exercise|problem|number|no)
        (?=[\s.:#\-–0-9(])[\s.:#\-–]{0,3}(?:number|no\.?|\#)?\s{0,2})?
    (?P<open>[(\[]?)\s?(?P<first>""" + _NUMBER + r""")(?:[a-h](?=[.):]))?
    (?P<more>(?:\s{0,2}(?:&|\+|,|/|-|–|and|to)\s{0,2}(?:and\s)?(?:questions?\s|q)?[0-9]{1,2}(?![0-9])){0,9})
    \s?(?P<close>[.):\]/]{1,2}|[-–—](?=\s|$)|$|(?=\s))(?![0-9])""",
    re.VERBOSE | re.IGNORECASE,
)  # fmt: skip
_SUB = re.compile(
    r"[\s*_]{0,4}(?:\(?[a-hjkm-z]\s?[.)](?=\s|$)|\(?(?:i|ii|iii|iv|v|vi)\)|[0-9]{1,2}[.][0-9]{1,2}|"
    r"[•●▪◦○■□➢➤✓*·o\-–—](?=\s|$))"
)
_RANGE = re.compile(r"[-–]|to", re.IGNORECASE)
_NUMBERS = re.compile(r"[0-9]{1,2}")


@dataclass(frozen=True)
class Label:
    """A number in front of a line.

    Attributes:
        numbers: () of a sub-point or bullet.
        named: it says what it numbers ("Question 3", "Answer 3").
        form: how it is written, the number left out ("Question #:", "(#)").
        end: where the line goes on after it.
        loose: no mark stands after the number ("3 cats").
    """

    numbers: tuple[int, ...]
    named: bool
    form: str
    end: int
    loose: bool = False


def read_label(text: str) -> Label | None:
    """The label at the beginning of a line, None where there is none."""
    start = text[:_LONGEST]
    sub = _SUB.match(start)
    if sub:
        return Label((), named=False, form="sub", end=sub.end())
    match = _LABEL.match(start)
    if not match:
        return None
    first = _value(match["first"])
    close, named = match["close"], bool(match["word"])
    loose = not close and not named and bool(start[match.end():].strip())
    word = re.sub(r"\W", "", match["word"] or "").lower()
    return Label(_with_more(first, match["more"]), named, f"{word}{match['open']}#{close}", match.end(), loose)


def _value(written: str) -> int:
    lower = written.lower()
    if lower in ("l", "|"):
        return 1
    return int(lower) if lower.isdigit() else _NUMERALS.get(lower) or _ROMAN.get(lower, 0)


def _with_more(first: int, more: str) -> tuple[int, ...]:
    others = [int(n) for n in _NUMBERS.findall(more)]
    if len(others) == 1 and _RANGE.search(more) and first < others[0] <= first + 20:
        return tuple(range(first, others[0] + 1))
    return tuple(dict.fromkeys((first, *others)))
