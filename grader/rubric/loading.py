"""Puts a rubric together, or says all that is wrong with it.

In: a path and the checks. Out: a Rubric. This module must never stop at the first fault.
"""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from grader.errors import RubricError
from grader.records import ExecutionSettings, Rubric
from grader.records.rubric import FAULTS_OF_EACH
from grader.rubric.each import criteria_of, faults_of_backbones, faults_of_each, is_each
from grader.rubric.lines import Document, Fault, read_yaml
from grader.rubric.shape import RubricKeys, did_you_mean, faults_of, shown

BIGGEST_FILE = 1 << 20
MOST_FAULTS = 100
MAY_BE_ZERO = ("validation_steps",)


def load_rubric(path: Path, *, checks: Mapping[str, type[BaseModel]]) -> Rubric:
    """The rubric in `path`.

    Args:
        checks: name of every check → the model of its parameters. A class attribute `FAULTS` of the model, if
            there is one, lists the check's fault codes, which are then the only ones that may be worded.

    Raises:
        RubricError: with every fault found, one a line: `rubrics/lab06.yaml:14: unknown check …`.
    """
    data = _read(path)
    try:
        document = read_yaml(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise RubricError(f"{path}:{line}: not UTF-8 text; save the file as UTF-8") from error
    faults = list(_faults(document, checks))
    if faults:
        lines = [f"{path}:{fault.line}: {fault.message}" for fault in sorted(set(faults))]
        more = [f"{path}: {len(lines) - MOST_FAULTS} more faults"] if len(lines) > MOST_FAULTS else []
        raise RubricError("\n".join(lines[:MOST_FAULTS] + more))
    return _rubric(RubricKeys.model_validate(document.value), path, hashlib.sha256(data).hexdigest())


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > BIGGEST_FILE:
            raise RubricError(f"{path}: larger than {BIGGEST_FILE >> 20} MB, which no rubric is")
        return path.read_bytes()
    except FileNotFoundError as error:
        raise RubricError(f"{path}: no such rubric{_near(path)}") from error
    except IsADirectoryError as error:
        raise RubricError(f"{path}: expected a rubric's YAML file, found a folder{_near(path / 'x.yaml')}") from error
    except OSError as error:
        raise RubricError(f"{path}: can't be read ({error.strerror})") from error


def _near(path: Path) -> str:
    """The file that was probably meant: of a near name, or the only rubrics in the folder."""
    if not path.parent.is_dir():
        return f"; there is no folder {path.parent}"
    names = sorted(p.name for p in path.parent.iterdir() if p.suffix in (".yaml", ".yml"))
    near = difflib.get_close_matches(path.name, names, n=1)
    if near:
        return f". Did you mean '{path.parent / near[0]}'?"
    return f". There are: {', '.join(names[:10])}" if names else f"; there are no rubrics in {path.parent}"


def _faults(document: Document, checks: Mapping[str, type[BaseModel]]) -> Iterator[Fault]:
    yield from document.faults
    if document.value is None:
        if not document.faults:
            yield Fault(1, "the file is empty: expected a rubric with id, title and criteria")
        return
    if not isinstance(document.value, dict):
        yield Fault(1, f"expected a mapping with id, title and criteria, found {shown(document.value)}")
        return
    _name_backbones(document)
    yield from faults_of(RubricKeys, document.value, (), document)
    yield from _pattern_faults(document)
    yield from faults_of_backbones(document)
    yield from _run_faults(document)
    criteria = document.value.get("criteria")
    first: dict[str, int] = {}
    for number, criterion in enumerate(criteria if isinstance(criteria, list) else []):
        if isinstance(criterion, dict):
            yield from _repeated(criterion.get("id"), number, first, document)
            yield from _check_faults(criterion, number, document, checks)
            yield from faults_of_each(criterion, number, document)


def _name_backbones(document: Document) -> None:
    """A plain list of backbones becomes the mapping that it stands for."""
    names = document.value.get("backbones")
    if isinstance(names, list) and all(isinstance(name, str) and name for name in names):
        for number, name in enumerate(names):
            document.lines[("backbones", name)] = document.line(("backbones", number))
        document.value["backbones"] = dict.fromkeys(names)


def _pattern_faults(document: Document) -> Iterator[Fault]:
    words = document.value.get("recognised_by")
    for number, word in enumerate(words if isinstance(words, list) else []):
        try:
            re.compile(word if isinstance(word, str) else "")
        except re.error as error:
            yield Fault(document.line(("recognised_by", number)), f"{word!r} is no regular expression: {error}")


def _run_faults(document: Document) -> Iterator[Fault]:
    run = document.value.get("run")
    for part in ("budget", "limits"):
        settings = run.get(part) if isinstance(run, dict) else None
        for key, value in settings.items() if isinstance(settings, dict) else ():
            if isinstance(value, int | float) and not isinstance(value, bool) and value <= 0:
                if value < 0 or key not in MAY_BE_ZERO:
                    message = f"{key!r}: expected more than 0, found {shown(value)}"
                    yield Fault(document.line(("run", part, key)), message)


def _repeated(name: Any, number: int, first: dict[str, int], document: Document) -> Iterator[Fault]:
    if isinstance(name, str):
        line = document.line(("criteria", number, "id"))
        if name in first:
            yield Fault(line, f"criterion {name!r} stands twice; first in line {first[name]}")
        first.setdefault(name, line)


def _check_faults(
    criterion: dict[str, Any], number: int, document: Document, checks: Mapping[str, type[BaseModel]]
) -> Iterator[Fault]:
    """Whether the check exists, takes these parameters, and can fail in these ways."""
    key = "check" if criterion.get("check") else "id"
    name = criterion.get(key)
    if not isinstance(name, str):
        return
    where = ("criteria", number)
    model = checks.get(name)
    if model is None:
        why = "" if key == "check" else " (the criterion's id: 'check' is not given)"
        near = did_you_mean(name, checks) or (f". Checks are: {', '.join(sorted(checks))}" if checks else "")
        yield Fault(document.line((*where, key)), f"unknown check {name!r}{why}{near}")
        return
    given = criterion.get("parameters", {})
    if isinstance(given, dict):
        yield from faults_of(model, given, (*where, "parameters"), document)
        special = criterion.get("per_backbone")
        for backbone, own in special.items() if isinstance(special, dict) else ():
            if isinstance(own, dict):
                yield from faults_of(model, {**given, **own}, (*where, "per_backbone", backbone), document)
    wording = criterion.get("wording")
    codes = wording.get("faults") if isinstance(wording, dict) else None
    known: tuple[str, ...] | None = getattr(model, "FAULTS", None)
    if known is not None and is_each(criterion, document.value.get("for_each")):
        known = (*known, *FAULTS_OF_EACH)
    if known is None or not isinstance(codes, dict):
        return
    for code in codes:
        if code not in known:
            near = did_you_mean(code, known) or (f". It has: {', '.join(known)}" if known else "; it has none")
            message = f"unknown fault {code!r} of check {name!r}{near}"
            yield Fault(document.line((*where, "wording", "faults", code)), message)


def _rubric(keys: RubricKeys, path: Path, digest: str) -> Rubric:
    run = keys.run
    return Rubric(
        id=keys.id,
        title=keys.title,
        digest=digest,
        source=str(path),
        recognised_by=keys.recognised_by,
        datasets=keys.assets.datasets,
        weights=keys.assets.weights,
        sources=keys.assets.sources,
        settings=ExecutionSettings(budget=run.budget, limits=run.limits, kernel_python=run.kernel_python),
        criteria=criteria_of(keys),
        findings_reveal=keys.findings.self_check,
    )
