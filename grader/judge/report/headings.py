"""Which line could be the heading of which question, and how surely.

In: lines, wordings. Out: Heading, several for one line where more than one question is thinkable. Nothing is decided
here: path.py takes those that fit together. Must never look at what stands below a heading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz import fuzz

from grader.judge.report.lines import Line, is_divider
from grader.judge.report.wording import Wordings, compact
from grader.records import ReportForm

SURE = 1.5
"""A heading with this score would be taken alone, too."""
_ENDS = re.compile(r"[?!.:](?=\s|$)|\s[-–—]\s|\n|[?]")
_MOST_ENDS = 5
_REST = 110


@dataclass(frozen=True)
class Heading:
    """A line as the heading of a question.

    Attributes:
        questions: indices of the questions; more than one where a heading is for several ("5 & 6").
        line: index in the list of lines.
        stop: offset in the line's text where the answer begins.
        worded: likeness of its words to the question's, in [0, 1].
        numbered: its number agrees.
        only_number: an answer that begins with its number, without the question.
        score: how surely it is this question's heading; taken from 0 on.
    """

    questions: tuple[int, ...]
    line: int
    stop: int
    worded: float
    numbered: bool
    only_number: bool
    score: float


def headings_of(lines: Sequence[Line], wordings: Wordings, form: ReportForm) -> list[Heading]:
    """All thinkable headings, in the order of the lines.

    Of a notebook, only those that ask or are numbered: the lab's own headings sound like the questions.
    """
    by_number = {q.number: i for i, q in enumerate(wordings.questions)}
    return [
        heading
        for index, line in enumerate(lines)
        if not line.caption and not (is_divider(line.wording) and not (line.label and line.label.numbers))
        for heading in _of_line(line, index, wordings, by_number)
        if heading.score > 0 and (form != ReportForm.NOTEBOOK or _asks(line, heading))
    ]


def _asks(line: Line, heading: Heading) -> bool:
    """It is put as a question, or numbered as one."""
    whole = line.text[: heading.stop].rstrip(" *_")
    return heading.numbered or whole.endswith("?") or (heading.worded >= 0.95 and len(whole) > 45)


def _of_line(line: Line, index: int, wordings: Wordings, by_number: dict[int | None, int]) -> Iterator[Heading]:
    label = line.label
    numbers = label.numbers if label else ()
    named_here = tuple(by_number[n] for n in numbers if n in by_number)
    if len(named_here) > 1 and label:
        yield _for_several(line, index, named_here, wordings)
        return
    if label and numbers and not line.first_line[line.after :].strip(" .:)-–—*_"):
        for question in named_here:
            yield Heading((question,), index, _past_space(line.text, line.after), 0.0, True, False, _bare(line))
        return
    best = _worded(line, wordings)
    for question, (worded, at) in best.items():
        numbered = question in named_here
        stop = _whole(line, at, question, wordings)
        score = _score(line, worded, stop, numbered)
        yield Heading((question,), index, _past_space(line.text, stop), worded, numbered, False, score)
    for question in named_here:
        if best.get(question, (0.0, 0))[0] < 0.5 and label and not label.loose:
            score = _numbered_answer(line, question, wordings)
            yield Heading((question,), index, _past_space(line.text, line.after), 0.0, True, not label.named, score)


def _worded(line: Line, wordings: Wordings) -> dict[int, tuple[float, int]]:
    """Of each question that the line's words are like: how much, and where the heading ends."""
    best: dict[int, tuple[float, int]] = {}
    for stop in _stops(line, wordings):
        heading = line.text[line.after : stop]
        words = wordings.known_stems(heading)
        if not words & wordings.weights.keys() and len(heading) < 12:
            continue
        for question, likeness in enumerate(wordings.likeness(compact(heading), words)):
            if likeness > max(0.3, best.get(question, (0.0, 0))[0] + 0.02):
                best[question] = (likeness, stop)
        if max((likeness for likeness, _ in best.values()), default=0.0) >= 1.0:
            break
    return best


def _whole(line: Line, stop: int, question: int, wordings: Wordings) -> int:
    """The heading's end, further on where its line goes on asking: "What is it? Why is it useful?"."""
    end = len(line.first_line)
    rest = line.first_line[stop:].strip(" *_")
    if stop >= end or not rest or len(rest) > _REST:
        return stop
    if rest.endswith("?") or (len(rest) > 2 and not rest.endswith(".") and wordings.is_about(rest, question)):
        return end
    asked = line.text[line.after : stop].rstrip(" *_").endswith(("?", ":"))
    return end if not asked and line.style > 0 and not rest.endswith((".", ":")) else stop


def _stops(line: Line, wordings: Wordings) -> list[int]:
    """Where a heading on this line may end: at marks, at the end, or where a question's own words end."""
    text = line.text
    stops = [m.end() for m in _ENDS.finditer(text, line.after + 2)][:_MOST_ENDS]
    if len(stops) < _MOST_ENDS and (not stops or stops[-1] < len(text)):
        stops.append(len(text))
    longest = 1.7 * max((len(p.letters) for each in wordings.phrasings for p in each), default=0) + 30
    return [s for s in stops + _aligned(text, line.after, wordings) if s - line.after <= longest]


def _aligned(text: str, after: int, wordings: Wordings) -> list[int]:
    """Ends of questions that are copied without a mark behind them: "Why use data augmentation It gives …"."""
    shown = text[after:]
    letters = compact(shown)
    found = []
    for phrasings in wordings.phrasings:
        whole = phrasings[0].letters if phrasings else ""
        if not 20 <= len(whole) < 0.9 * len(letters):
            continue
        beginning = letters[: len(whole) + 12]
        match = fuzz.partial_ratio_alignment(whole, beginning, score_cutoff=88)
        if match and match.dest_start <= 4:
            found.append(after + _behind(shown, match.dest_end))
    return found


def _behind(text: str, letters: int) -> int:
    """Offset of the end of the word in which the n-th letter stands."""
    seen = 0
    for offset, character in enumerate(text):
        if seen >= letters and not character.isalnum():
            return offset
        seen += len(compact(character))
    return len(text)


def _score(line: Line, worded: float, stop: int, numbered: bool) -> float:
    heading, label = line.text[line.after : stop].rstrip(), line.label
    alone = stop >= len(line.text) or line.text[stop - 1 : stop + 1].find("\n") >= 0
    score = 5 * (worded - 0.5) - 0.7 + line.style
    score += 0.4 * heading.endswith("?") + (0.4 if alone and len(heading) < 230 else 0.0)
    if not alone and not heading.endswith(("?", ":")) and worded < 0.9:
        score -= 0.6
    if heading.endswith((".", ",")) and worded < 0.85 and not numbered:
        score -= 0.5
    if line.start and worded < 0.85:
        score -= 0.3
    if label is not None and label.form == "sub":
        score -= 1.2 * (1.3 - worded)
    return score + _number_counts(line, worded, numbered)


def _number_counts(line: Line, worded: float, numbered: bool) -> float:
    label = line.label
    if label is None or not label.numbers or label.loose:
        return 0.3 * numbered
    if numbered:
        return 1.5 if label.named else 1.0
    return -0.4 if worded > 0.85 else (-1.4 if label.named else -0.8)


def _bare(line: Line) -> float:
    label = line.label
    return (1.1 if label and label.named else 0.6) + 0.6 * line.style


def _numbered_answer(line: Line, question: int, wordings: Wordings) -> float:
    """An answer right behind its number: by what its first words are about."""
    topics = wordings.topic(line.text[line.after : line.after + 200], range(len(wordings.questions)))
    others = max((t for i, t in enumerate(topics) if i != question), default=0.0)
    label = line.label
    told = max(-0.15, topics[question] - 0.6 * others)
    return 0.25 + 1.2 * told + (0.9 if label and label.named else 0.0) + 0.4 * line.style


def _for_several(line: Line, index: int, questions: tuple[int, ...], wordings: Wordings) -> Heading:
    rest = line.first_line[line.after :]
    label = line.label
    likeness = wordings.likeness(compact(rest), wordings.known_stems(rest))
    worded = max(likeness[q] for q in questions)
    bare = not rest.strip(" .:)-–—*_")
    named = label is not None and label.named
    stop = len(line.first_line) if bare or worded > 0.3 or len(rest) < 60 else line.after
    score = (1.6 if named else 0.5 + 0.3 * bare) + 2 * max(0.0, worded - 0.3) + 0.6 * line.style
    if label is not None and label.loose and worded < 0.3 and line.style <= 0:
        score = -1.0
    consecutive = all(b - a == 1 for a, b in pairwise(questions))
    return Heading(questions, index, _past_space(line.text, stop), worded, True, False, score if consecutive else -1.0)


def _past_space(text: str, stop: int) -> int:
    """Behind the marks on its line, and the space, that part a heading from its answer."""
    if "\n" not in text[stop - 1 : stop]:
        while stop < len(text) and text[stop] in " \t:–—-)*_?.":
            stop += 1
    while stop < len(text) and text[stop].isspace():
        stop += 1
    return stop
