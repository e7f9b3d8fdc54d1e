"""The keys of a rubric's file, and sentences for what does not fit them.

In: values read from YAML with their lines. Out: faults in words. This module must never open a file.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic_core import ErrorDetails

from grader.records import AssetSource, Budget, Limits, Reveal, Wording
from grader.rubric.lines import Document, Fault, Where

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=100)]
Words = Annotated[str, StringConstraints(min_length=1)]


class _Keys(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class AssetKeys(_Keys):
    datasets: tuple[Words, ...] = ()
    weights: tuple[Words, ...] = ()
    sources: dict[str, AssetSource] = Field(default_factory=dict)


class RunKeys(_Keys):
    budget: Budget = Field(default_factory=Budget)
    limits: Limits = Field(default_factory=Limits)
    kernel_python: str = ""


class FindingKeys(_Keys):
    self_check: Reveal = Reveal.HINT


class CriterionKeys(_Keys):
    id: Name
    title: Words
    check: str = ""
    points: float = Field(ge=0)
    partial: float = Field(default=0.5, ge=0, le=1)
    section: Words = "notebook"
    self_check: Reveal = Reveal.ALL
    parameters: dict[str, Any] = Field(default_factory=dict)
    wording: Wording
    each: bool | None = None
    per_backbone: dict[str, dict[str, Any]] = Field(default_factory=dict)


class RubricKeys(_Keys):
    id: Name
    title: Words
    for_each: Literal["backbone"] | None = None
    backbones: dict[Words, dict[str, str] | None] = Field(default_factory=dict)
    recognised_by: tuple[Words, ...] = ()
    assets: AssetKeys = Field(default_factory=AssetKeys)
    run: RunKeys = Field(default_factory=RunKeys)
    findings: FindingKeys = Field(default_factory=FindingKeys)
    criteria: tuple[CriterionKeys, ...] = Field(min_length=1)


def did_you_mean(wrong: str, right: Iterable[str]) -> str:
    """ " Did you mean 'x'?", or nothing where no name is near."""
    near = difflib.get_close_matches(wrong, list(right), n=1)
    return f". Did you mean '{near[0]}'?" if near else ""


def faults_of(model: type[BaseModel], value: Any, where: Where, document: Document) -> Iterator[Fault]:
    """What keeps `value`, found at `where`, from being a `model`; strict, so that no text passes for a number."""
    try:
        # As JSON, because lists and words are then allowed to become tuples and enums, and nothing else is.
        model.model_validate_json(json.dumps(value), strict=True)
    except ValidationError as error:
        details = error.errors(include_url=False)
        meant = {_nearest_key(model, d) for d in details if d["type"] == "extra_forbidden"}
        for detail in details:
            # pydantic calls a list too short, too, where each of its items has faults: those are told already.
            echo = detail["type"] == "too_short" and detail["input"] != []
            if not echo and (detail["type"] != "missing" or detail["loc"] not in meant):
                yield Fault(document.line((*where, *detail["loc"])), _sentence(model, detail))


def _nearest_key(model: type[BaseModel], detail: ErrorDetails) -> Where:
    """Where the key would stand that an unknown key was probably meant to be."""
    *above, wrong = detail["loc"]
    near = difflib.get_close_matches(str(wrong), _keys_at(model, tuple(above)), n=1)
    return (*above, near[0]) if near else ()


def _keys_at(model: type[BaseModel], where: Where) -> list[str]:
    for part in where:
        if isinstance(part, str):
            field = model.model_fields.get(part)
            inner = _model_in(field.annotation) if field else None
            if inner is None:
                return []
            model = inner
    return list(model.model_fields)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for found in map(_model_in, get_args(annotation)) if found), None)


def _sentence(model: type[BaseModel], detail: ErrorDetails) -> str:
    where, kind, found = detail["loc"], detail["type"], detail.get("input")
    name = next((part for part in reversed(where) if isinstance(part, str)), "")
    if kind == "extra_forbidden":
        keys = _keys_at(model, where[:-1])
        return f"unknown key {name!r}" + (did_you_mean(name, keys) or f". Expected one of: {', '.join(keys)}")
    if kind == "missing":
        return f"missing key {name!r}"
    if kind == "too_short" and found == []:
        return f"{name!r} is empty: expected at least one"
    expected = _expected(detail)
    near = ""
    if isinstance(found, str) and kind in ("enum", "literal_error"):
        near = did_you_mean(found, re.findall(r"'([^']*)'", expected))
    label = f"{name!r}: " if name else ""
    return f"{label}expected {expected}, found {shown(found)}{near}"


def _expected(detail: ErrorDetails) -> str:
    fixed = {
        "string_type": "text",
        "string_too_short": "text",
        "string_pattern_mismatch": "a name of lower-case letters, digits, '_' and '-'",
        "float_type": "a number",
        "int_type": "a whole number",
        "int_from_float": "a whole number",
        "bool_type": "true or false",
        "tuple_type": "a list",
        "list_type": "a list",
        "dict_type": "a mapping (key: value)",
        "model_type": "a mapping (key: value)",
        "model_attributes_type": "a mapping (key: value)",
        "greater_than_equal": f"{detail.get('ctx', {}).get('ge', 0):g} or more",
        "less_than_equal": f"{detail.get('ctx', {}).get('le', 0):g} or less",
    }
    message = re.sub(r"^(Input|Value|Object|String|Tuple|List) should (be |have )?", "", detail["msg"])
    return fixed.get(detail["type"], message[:1].lower() + message[1:])


def shown(found: Any) -> str:
    """A value as people would say it."""
    if found is None:
        return "nothing"
    if isinstance(found, bool):
        return "true" if found else "false"
    if isinstance(found, int | float):
        return f"the number {found}"
    if isinstance(found, str):
        return repr(found if len(found) < 60 else found[:57] + "…") if found else "an empty text"
    return "a list" if isinstance(found, list) else "a mapping (key: value)"
