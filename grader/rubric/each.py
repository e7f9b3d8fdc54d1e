"""Criteria that a rubric judges once for each backbone (`for_each: backbone`): one written line, several criteria.

In: the keys of a rubric's file. Out: Criteria, ids, texts and points for each backbone; faults in words.
This module must never judge.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from grader.records import Criterion
from grader.rubric.lines import Document, Fault
from grader.rubric.shape import CriterionKeys, RubricKeys, did_you_mean

NOTEBOOK = "notebook"


def criteria_of(keys: RubricKeys) -> tuple[Criterion, ...]:
    """All criteria: first those of a backbone together, backbone by backbone, then those of the whole hand-in."""
    each = [criterion for criterion in keys.criteria if is_each(criterion.model_dump(), keys.for_each)]
    whole = [_criterion(criterion) for criterion in keys.criteria if criterion not in each]
    shares = {criterion.id: shared_out(criterion.points, len(keys.backbones)) for criterion in each}
    return (
        *(
            _for_backbone(criterion, name, shares[criterion.id][number], words or {})
            for number, (name, words) in enumerate(keys.backbones.items())
            for criterion in each
        ),
        *whole,
    )


def is_each(criterion: Mapping[str, Any], for_each: object) -> bool:
    """Whether a criterion is judged once a backbone: as it says, else all of section `notebook`."""
    each = criterion.get("each")
    return bool(for_each) and (criterion.get("section", NOTEBOOK) == NOTEBOOK if each is None else bool(each))


def shared_out(points: float, count: int) -> list[float]:
    """`points` in `count` parts of whole hundredths that add up to them; the first parts are the larger ones."""
    hundredths = round(points * 100)
    if abs(points * 100 - hundredths) > 1e-6:
        return [points / count] * count
    part, left = divmod(hundredths, count)
    return [(part + (number < left)) / 100 for number in range(count)]


def _criterion(keys: CriterionKeys) -> Criterion:
    fields = keys.model_dump(exclude={"self_check", "wording", "each", "per_backbone"})
    return Criterion(
        **{**fields, "check": keys.check or keys.id},
        reveal=keys.self_check,
        wording=keys.wording,
    )


def _for_backbone(keys: CriterionKeys, backbone: str, points: float, words: Mapping[str, str]) -> Criterion:
    """The criterion for one backbone, its texts with `{backbone}` and the rubric's own words filled in."""
    filled = {"backbone": backbone, **words}
    criterion = _criterion(keys)
    return criterion.model_copy(
        update={
            "id": f"{criterion.id}[{backbone}]",
            "title": _fill(criterion.title, filled),
            "points": points,
            "parameters": parameters_for(keys.parameters, keys.per_backbone.get(backbone, {}), filled),
            "wording": criterion.wording.model_validate(_fill(criterion.wording.model_dump(), filled)),
            "group": backbone,
        }
    )


def parameters_for(
    general: Mapping[str, Any], special: Mapping[str, Any], words: Mapping[str, str]
) -> dict[str, Any]:
    """A criterion's parameters for one backbone: its own over those of all."""
    made: dict[str, Any] = _fill({**general, **special}, words)
    return made


def _fill(value: Any, words: Mapping[str, str]) -> Any:
    """Replaces `{name}` by the word for it, in texts at any depth; other braces stay as they are."""
    if isinstance(value, str):
        for name, word in words.items():
            value = value.replace("{" + name + "}", word)
        return value
    if isinstance(value, dict):
        return {key: _fill(part, words) for key, part in value.items()}
    return [_fill(part, words) for part in value] if isinstance(value, (list, tuple)) else value


# --------------------------------------------------------------------------- faults


def faults_of_backbones(document: Document) -> Iterator[Fault]:
    """Whether there are backbones exactly where something is judged for each, and each is an asset of the rubric."""
    file = document.value
    names, for_each = file.get("backbones"), file.get("for_each")
    if for_each and not names:
        yield Fault(document.line(("for_each",)), "'for_each: backbone' needs 'backbones', the list of them")
    if names and not for_each:
        yield Fault(document.line(("backbones",)), "'backbones' are judged one by one with 'for_each: backbone' only")
    assets = file.get("assets")
    weights = assets.get("weights") if isinstance(assets, dict) else None
    if isinstance(names, dict) and isinstance(weights, list):
        for name in names:
            if name not in weights:
                near = did_you_mean(name, [w for w in weights if isinstance(w, str)])
                message = f"backbone {name!r} is not among the rubric's weights{near}"
                yield Fault(document.line(("backbones", name)), message)


def faults_of_each(criterion: Mapping[str, Any], number: int, document: Document) -> Iterator[Fault]:
    """Whether what a criterion says of backbones can be meant."""
    where = ("criteria", number)
    backbones = document.value.get("backbones")
    known = backbones if isinstance(backbones, dict) else {}
    each = is_each(criterion, document.value.get("for_each"))
    if criterion.get("each") is True and not each:
        yield Fault(document.line((*where, "each")), "'each: true' needs 'for_each: backbone' at the top of the rubric")
    special = criterion.get("per_backbone")
    for name in special if isinstance(special, dict) else ():
        if not each or name not in known:
            near = did_you_mean(name, known) if each else ": this criterion is not judged once a backbone"
            yield Fault(document.line((*where, "per_backbone", name)), f"unknown backbone {name!r}{near}")
