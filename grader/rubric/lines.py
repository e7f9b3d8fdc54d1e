"""YAML → plain values that remember their lines.

In: the text of a YAML file. Out: a Document. This module must never build anything but text, numbers, truth values,
lists and mappings, whatever tags the text carries.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import Any

import yaml

Where = tuple[str | int, ...]
DEEPEST = 30
PLAIN_TAGS = frozenset(
    f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "timestamp", "value", "merge")
)
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
        # Events first: an alias is refused before anything could be multiplied by it.
        depth = 0
        for event in yaml.parse(text, Loader=loader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > DEEPEST:
                line = event.start_mark.line + 1 if event.start_mark else 1
                document.faults.append(Fault(line, f"nested more than {DEEPEST} deep, which no rubric needs"))
                return document
            _refuse_reference(event, document)
        if document.faults:
            return document
        node = yaml.compose(text, Loader=loader)
        if node is not None:
            document.value = _value(node, (), document)
    except yaml.MarkedYAMLError as error:
        document.faults.append(_fault(error))
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        document.faults.append(Fault(line, f"a character that YAML forbids: {chr(error.character)!r}"))
    return document


def _refuse_reference(event: yaml.Event, document: Document) -> None:
    name = getattr(event, "anchor", None)
    if name:
        mark = "alias '*" if isinstance(event, yaml.AliasEvent) else "anchor '&"
        message = f"{mark}{name}' is not allowed in a rubric: write the value out where it is used"
        document.faults.append(Fault(event.start_mark.line + 1 if event.start_mark else 1, message))


def _fault(error: yaml.MarkedYAMLError) -> Fault:
    mark = error.problem_mark or error.context_mark
    problem = error.problem or error.context or "not YAML"
    if "'\\t'" in problem:
        problem = "a tab, which YAML does not allow here: indent with spaces"
    elif "single document" in (error.context or ""):
        problem = "a second document begins: a rubric is one file without '---' in the middle"
    else:
        problem = f"not YAML: {problem}" + (f" ({error.context})" if error.context else "")
    column = f" (column {mark.column + 1})" if mark else ""
    return Fault(mark.line + 1 if mark else 1, problem + column)


def _value(node: yaml.Node, where: Where, document: Document) -> Any:
    document.lines.setdefault(where, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, where, document)
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, (*where, number), document) for number, item in enumerate(node.value)]
    return _scalar(node, document)


def _mapping(node: yaml.MappingNode, where: Where, document: Document) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            document.faults.append(Fault(line, "expected a word as a key, found a list or a mapping"))
            continue
        key: str = key_node.value
        if key in made:
            first = document.lines[(*where, key)]
            document.faults.append(Fault(line, f"key {key!r} stands twice here; first in line {first}"))
            continue
        document.lines[(*where, key)] = line
        made[key] = _value(value_node, (*where, key), document)
    return made


def _scalar(node: yaml.Node, document: Document) -> Any:
    text: str = node.value
    if node.tag not in PLAIN_TAGS:
        document.faults.append(Fault(node.start_mark.line + 1, f"tag '{node.tag}' is not allowed in a rubric"))
        return text
    if getattr(node, "style", None) in ("'", '"', "|", ">"):
        return text
    if text in WORDS:
        return WORDS[text]
    if _INT.match(text):
        return int(text)
    number = float(text) if _FLOAT.match(text) and any(c.isdigit() for c in text) else None
    if _NOT_FINITE.match(text) or (number is not None and not math.isfinite(number)):
        document.faults.append(Fault(node.start_mark.line + 1, f"expected a number, found '{text}'"))
        return 0
    return text if number is None else number
