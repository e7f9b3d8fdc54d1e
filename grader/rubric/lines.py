"""YAML → plain values that remember their lines.

In: the text of a YAML file. Out: a Document. This module must never build anything but text, numbers, truth values,
lists and mappings, whatever tags the text carries.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

Where = tuple[str | int, ...]
DEEPEST = 30
PLAIN_TAGS = frozenset({None, "!"}) | {
    f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "timestamp", "value", "merge")
}
_OF_VALUES = (yaml.NodeEvent, yaml.CollectionEndEvent)
WORDS: dict[str, bool | None] = {
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
    "null": None, "Null": None, "NULL": None, "~": None, "": None,
}  # fmt: skip
_INT = re.compile(r"[-+]?(?:0|[1-9]\d{0,17})$")
_FLOAT = re.compile(r"[-+]?(?:(?:0|[1-9]\d*)?\.\d+|(?:0|[1-9]\d*)\.?)(?:[eE][-+]?\d{1,3})?$")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)$|\.(?:nan|NaN|NAN)$")


@dataclass(frozen=True, order=True)
class Fault:
    """Something wrong in a line of the file."""

    line: int
    message: str


@dataclass
class Document:
    """The values of a YAML file, the line of each by its path, and what was wrong with the YAML itself."""

    value: Any = None
    lines: dict[Where, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def line(self, where: Where) -> int:
        """The line of a value, or of the nearest thing around it that the file has."""
        while where and where not in self.lines:
            where = where[:-1]
        return self.lines.get(where, 1)


def read_yaml(text: str) -> Document:
    """Parses `text`; where the YAML is broken, `value` is None and one fault says where."""
    fast: type[Any] | None = getattr(yaml, "CSafeLoader", None)
    document = _read(text, fast) if fast is not None else None
    # libyaml is ten times as fast, but only PyYAML's own reader says what is wrong in words that are explained here.
    return document if document is not None and not document.faults else _read(text, yaml.SafeLoader)


def _read(text: str, loader: type[Any]) -> Document:
    document = Document()
    try:
        events = list(_events(text, loader, document))
    except yaml.MarkedYAMLError as error:
        document.faults.append(_fault(error))
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        document.faults.append(Fault(line, f"a character that YAML forbids: {chr(error.character)!r}"))
    # Only now: an alias is refused before anything could be multiplied by it.
    if not document.faults and events:
        following = iter(events)
        document.value = _value(next(following), following, (), document)
    return document


def _events(text: str, loader: type[Any], document: Document) -> Iterator[yaml.Event]:
    """What the values are read from; faults are put down for what no rubric may have, and the rest is not read."""
    documents = depth = 0
    for event in yaml.parse(text, Loader=loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        documents += isinstance(event, yaml.DocumentStartEvent)
        if depth > DEEPEST:
            document.faults.append(Fault(_line(event), f"nested more than {DEEPEST} deep, which no rubric needs"))
            return
        if documents > 1:
            why = "a second document begins: a rubric is one file without '---' in the middle"
            document.faults.append(Fault(_line(event), why))
            return
        _refuse_reference(event, document)
        if isinstance(event, _OF_VALUES):
            yield event


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _refuse_reference(event: yaml.Event, document: Document) -> None:
    name = getattr(event, "anchor", None)
    if name:
        mark = "alias '*" if isinstance(event, yaml.AliasEvent) else "anchor '&"
        message = f"{mark}{name}' is not allowed in a rubric: write the value out where it is used"
        document.faults.append(Fault(_line(event), message))


def _fault(error: yaml.MarkedYAMLError) -> Fault:
    mark = error.problem_mark or error.context_mark
    problem = error.problem or error.context or "not YAML"
    if "'\\t'" in problem:
        problem = "a tab, which YAML does not allow here: indent with spaces"
    else:
        problem = f"not YAML: {problem}" + (f" ({error.context})" if error.context else "")
    column = f" (column {mark.column + 1})" if mark else ""
    return Fault(mark.line + 1 if mark else 1, problem + column)


def _value(event: yaml.Event, following: Iterator[yaml.Event], where: Where, document: Document) -> Any:
    """The value that begins with `event`; takes its other events from `following`."""
    document.lines.setdefault(where, _line(event))
    if isinstance(event, yaml.ScalarEvent):
        return _scalar(event, document)
    if isinstance(event, yaml.MappingStartEvent):
        return _mapping(following, where, document)
    return [_value(item, following, (*where, number), document) for number, item in enumerate(_until_end(following))]


def _until_end(following: Iterator[yaml.Event]) -> Iterator[yaml.Event]:
    """The first events of a collection's parts; whoever asks for the next has taken the others of the last."""
    while not isinstance(event := next(following), yaml.CollectionEndEvent):
        yield event


def _mapping(following: Iterator[yaml.Event], where: Where, document: Document) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for event in _until_end(following):
        line = _line(event)
        if not isinstance(event, yaml.ScalarEvent):
            document.faults.append(Fault(line, "expected a word as a key, found a list or a mapping"))
            _pass_over(event, following)
            _pass_over(next(following), following)
            continue
        key: str = event.value
        if key in made:
            first = document.lines[(*where, key)]
            document.faults.append(Fault(line, f"key {key!r} stands twice here; first in line {first}"))
            _pass_over(next(following), following)
            continue
        document.lines[(*where, key)] = line
        made[key] = _value(next(following), following, (*where, key), document)
    return made


def _pass_over(event: yaml.Event, following: Iterator[yaml.Event]) -> None:
    if isinstance(event, yaml.CollectionStartEvent):
        for part in _until_end(following):
            _pass_over(part, following)


def _scalar(event: yaml.ScalarEvent, document: Document) -> Any:
    text: str = event.value
    if event.tag not in PLAIN_TAGS:
        document.faults.append(Fault(_line(event), f"tag '{event.tag}' is not allowed in a rubric"))
        return text
    if event.style in ("'", '"', "|", ">"):
        return text
    if text in WORDS:
        return WORDS[text]
    if _INT.match(text):
        return int(text)
    number = float(text) if _FLOAT.match(text) and any(c.isdigit() for c in text) else None
    if _NOT_FINITE.match(text) or (number is not None and not math.isfinite(number)):
        document.faults.append(Fault(_line(event), f"expected a number, found '{text}'"))
        return 0
    return text if number is None else number
