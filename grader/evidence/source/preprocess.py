"""Which scaling of pixel values a row of arithmetic amounts to.

In: steps in front of the backbone, in order. Out: PreprocessingSteps. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import MappingProxyType

from grader.evidence.source.operations import is_number
from grader.evidence.source.values import Spot, Step
from grader.records import PreprocessingStep, Scaling, Site

Affine = tuple[float, float]
"""(scale, offset): what becomes of x."""
KNOWN: MappingProxyType[Affine, Scaling] = MappingProxyType({
    (1 / 127.5, -1.0): Scaling.MINUS_ONE_TO_ONE,
    (1 / 255.0, 0.0): Scaling.ZERO_TO_ONE,
})
IDENTITY: Affine = (1.0, 0.0)
PIXEL_CHANGING = frozenset({"BatchNormalization", "Normalization", "LayerNormalization", "Conv2D", "Dense",
                            "Activation", "ReLU"})
"""Layers in front of a backbone after which its pixels are of another range."""


def find_scalings(steps: Iterable[Step], site: Site) -> tuple[PreprocessingStep, ...]:
    """Every scaling among `steps`, arithmetic that belongs together as one."""
    found: list[PreprocessingStep] = []
    run: list[tuple[Affine, Step]] = []
    for step in steps:
        affine = _affine(step)
        if affine is not None:
            run.append((affine, step))
            continue
        named = _named(step, step.site or site)
        if named is not None:
            found += [*_resolved(run, site), named]
            run = []
    return _without_repeats([*found, *_resolved(run, site)])


def _without_repeats(steps: list[PreprocessingStep]) -> tuple[PreprocessingStep, ...]:
    """Steps of unknown effect in a row count as one."""
    other = Scaling.OTHER
    return tuple(s for i, s in enumerate(steps) if i == 0 or (s.scaling, steps[i - 1].scaling) != (other, other))


def _affine(step: Step) -> Affine | None:
    """What a step does to a pixel, where that is multiplication and addition by known numbers."""
    number = step.constant
    if step.kind == "arithmetic":
        table: dict[str, Affine] = {"+": (1.0, number), "-": (1.0, -number), "*": (number, 0.0), "r-": (-1.0, number)}
        if step.symbol == "/" and number != 0:
            return (1.0 / number, 0.0)
        return table.get(step.symbol)
    if step.kind == "call" and step.layer is not None and step.layer.kind == "Rescaling":
        scale, offset = step.layer.arguments.get("scale"), step.layer.arguments.get("offset", 0.0)
        if is_number(scale) and is_number(offset):
            return (float(scale), float(offset))  # type: ignore[arg-type]
    return None


def _named(step: Step, site: Site) -> PreprocessingStep | None:
    """A scaling that is known by name, or one whose effect is not known."""
    if step.kind == "scaling":
        return _step(step.scaling, step.spot, site, step.name)
    kind = step.layer.kind if step.kind == "call" and step.layer is not None else ""
    unclear = step.kind in ("other", "opaque", "arithmetic", "activation", "merge")
    if unclear or kind in PIXEL_CHANGING or kind == "Rescaling":
        return _step(Scaling.OTHER, step.spot, site, "")
    return None


def _step(scaling: Scaling, spot: Spot, site: Site, of: str, maps: Affine | None = None) -> PreprocessingStep:
    ends = (maps[1], 255 * maps[0] + maps[1]) if maps is not None and scaling == Scaling.OTHER else None
    return PreprocessingStep(scaling=scaling, site=site, of=of, maps_to=ends, place=spot.place, excerpt=spot.excerpt)


def _resolved(run: list[tuple[Affine, Step]], site: Site) -> list[PreprocessingStep]:
    """Splits a run of arithmetic into the longest pieces that are known scalings; one step where that leaves a rest."""
    found: list[PreprocessingStep] = []
    start = 0
    while start < len(run):
        for end in range(len(run), start, -1):
            scaling = _scaling([affine for affine, _ in run[start:end]])
            if scaling is not None:
                break
        else:
            step = run[0][1]
            together = _composed([affine for affine, _ in run])
            return [_step(Scaling.OTHER, step.spot, step.site or site, "", together)]
        step = run[start][1]
        if scaling != Scaling.IDENTITY:
            found.append(_step(scaling, step.spot, step.site or site, ""))
        start = end
    return found


def _composed(parts: list[Affine]) -> Affine:
    scale, offset = IDENTITY
    for factor, shift in parts:
        scale, offset = scale * factor, offset * factor + shift
    return (scale, offset)


def _scaling(parts: list[Affine]) -> Scaling | None:
    scale, offset = _composed(parts)
    for (known_scale, known_offset), scaling in KNOWN.items():
        if abs(scale / known_scale - 1) < 0.01 and abs(offset - known_offset) < 0.01:
            return scaling
    return Scaling.IDENTITY if abs(scale - 1) < 1e-9 and abs(offset) < 1e-9 else None
