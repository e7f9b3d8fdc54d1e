"""Whether pixel values are scaled as the backbone expects them, exactly once.

Source of the table: keras.applications' `preprocess_input` of each module, Keras 3.15.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import ClassVar

from grader.judge.check import Check, Parameters, without_backbone
from grader.judge.view import View
from grader.records import BatchStatistics, PreprocessingStep, Scaling, Statement, Witness

EXPECTED = MappingProxyType(
    {
        "MobileNet": Scaling.MINUS_ONE_TO_ONE,
        "MobileNetV2": Scaling.MINUS_ONE_TO_ONE,
        "InceptionV3": Scaling.MINUS_ONE_TO_ONE,
        "InceptionResNetV2": Scaling.MINUS_ONE_TO_ONE,
        "Xception": Scaling.MINUS_ONE_TO_ONE,
        "ResNet50V2": Scaling.MINUS_ONE_TO_ONE,
        "ResNet101V2": Scaling.MINUS_ONE_TO_ONE,
        "ResNet152V2": Scaling.MINUS_ONE_TO_ONE,
        "NASNetMobile": Scaling.MINUS_ONE_TO_ONE,
        "NASNetLarge": Scaling.MINUS_ONE_TO_ONE,
        "VGG16": Scaling.BGR_MEANS,
        "VGG19": Scaling.BGR_MEANS,
        "ResNet50": Scaling.BGR_MEANS,
        "ResNet101": Scaling.BGR_MEANS,
        "ResNet152": Scaling.BGR_MEANS,
        "DenseNet121": Scaling.TORCH,
        "DenseNet169": Scaling.TORCH,
        "DenseNet201": Scaling.TORCH,
        **{f"EfficientNetB{size}": Scaling.IDENTITY for size in range(8)},
        "MobileNetV3Small": Scaling.IDENTITY,
        "MobileNetV3Large": Scaling.IDENTITY,
    }
)

RANGES = MappingProxyType(
    {
        Scaling.MINUS_ONE_TO_ONE: "[-1, 1]",
        Scaling.ZERO_TO_ONE: "[0, 1]",
        Scaling.BGR_MEANS: "BGR less the ImageNet means, about [-124, 152]",
        Scaling.TORCH: "ImageNet-standardised, about [-2.2, 2.7]",
        Scaling.IDENTITY: "[0, 255]",
        Scaling.OTHER: "something else",
    }
)


_MEANT_FOR_RAW = 4.0
"""As wide as what becomes of [0, 255] where pixels are scaled; a scaling of pixels in [0, 1] makes far more of it."""
_OFF = 0.1
_DARK = -0.5
"""A batch of photographs has a pixel darker than a quarter of white, which [-1, 1] shows below this."""


class PreprocessingOnce(Parameters):
    FAULTS: ClassVar[tuple[str, ...]] = ("missing", "doubled", "mixed", "wrong_kind", "not_in_model", "no_backbone")


def preprocessing_once(view: View, parameters: PreprocessingOnce) -> Statement:
    if (missing := without_backbone(view)) is not None:
        return missing
    backbone = view.backbone
    name = backbone.name.value if backbone is not None and backbone.name.known else None
    if view.account is None or name is None or name not in EXPECTED:
        return view.cant_tell(f"what {name or 'this backbone'} expects is not known")
    if view.witness == Witness.RUN:
        return _by_measurement(view, name)
    return _by_steps(view, name)


# --------------------------------------------------------------------------- by what reached the backbone


def _by_measurement(view: View, name: str) -> Statement:
    fact = view.account.preprocessing.reached if view.account else None
    if fact is None or not fact.known or fact.value is None:
        return view.cant_tell(fact if fact is not None else "nothing was measured")
    reached: BatchStatistics = fact.value
    expected = EXPECTED[name]
    measured = f"what reached {name} in training lay in [{reached.minimum:.4g}, {reached.maximum:.4g}]"
    got = scaling_of(reached)
    wanted = RANGES[expected]
    if got == expected:
        return view.yes(f"{_capital(measured)}, as it expects.", fact)
    if got == Scaling.OTHER:
        if expected == Scaling.MINUS_ONE_TO_ONE and reached.maximum < -0.98:
            fault = "doubled" if reached.minimum < -1.002 else "mixed"
            return view.no(fault, f"{_capital(measured)}: the scaling to {wanted} was applied to values that were "
                           "already scaled.", fact)
        if expected == Scaling.MINUS_ONE_TO_ONE and -0.001 <= reached.minimum and reached.maximum < 0.02:
            return view.no("mixed", f"{_capital(measured)}; it expects {wanted}. They were scaled more than once.",
                           fact)
        if expected == Scaling.MINUS_ONE_TO_ONE and reached.minimum >= -0.01 and reached.maximum > 1.02:
            return view.no("wrong_kind", f"{_capital(measured)}; it expects {wanted}.", fact)
        return view.cant_tell(f"{measured}; it expects {wanted}")
    fault = "missing" if got == Scaling.IDENTITY else "wrong_kind"
    return view.no(fault, f"{_capital(measured)}; it expects {wanted}.", fact)


def scaling_of(reached: BatchStatistics) -> Scaling:
    """Which scaling of photographs gives these values. OTHER where none of the usual ones does.

    A training batch of photographs nearly fills its range; a tenth of it is asked for here, since
    augmentation and dark pictures narrow it, and a doubled scaling leaves less than a hundredth.
    """
    low, high = reached.minimum, reached.maximum
    spread = high - low
    if low >= -0.5 and high > 20:
        return Scaling.IDENTITY
    if low < -20 and high > -60 and spread > 25 and low >= -135 and high <= 170:
        return Scaling.BGR_MEANS
    if low >= -1.02 and high <= 1.02 and low < _DARK and spread > 0.2:
        return Scaling.MINUS_ONE_TO_ONE
    if low >= -0.01 and high <= 1.02 and spread > 0.1:
        return Scaling.ZERO_TO_ONE
    if low >= -2.3 and high <= 2.8 and low < -1.02 and spread > 0.5:
        return Scaling.TORCH
    return Scaling.OTHER


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


# --------------------------------------------------------------------------- by the steps that are written or built


def _by_steps(view: View, name: str) -> Statement:
    if view.account is None:
        return view.cant_tell("no transfer model was seen")
    preprocessing = view.account.preprocessing
    parts = (preprocessing.in_pipeline, preprocessing.in_model)
    steps = [step for part in parts if part.known for step in part.value or () if step.scaling != Scaling.IDENTITY]
    complete = all(part.known for part in parts)
    expected = EXPECTED[name]
    if any(step.scaling == Scaling.OTHER for step in steps):
        if len(steps) == 1 and complete and expected == Scaling.MINUS_ONE_TO_ONE and _misses(steps[0].maps_to):
            low, high = steps[0].maps_to or (0.0, 0.0)
            found = f"Pictures are scaled to [{low:.4g}, {high:.4g}] {_site(steps[0])}; {name} expects "
            return view.no("wrong_kind", found + f"{RANGES[expected]}.", steps[0])
        return view.cant_tell("there is a step whose effect on the values can't be told from here")
    if len(steps) >= 2:
        return _several(view, name, steps, expected)
    if not complete:
        return view.cant_tell(*(part for part in parts if not part.known))
    if not steps:
        if expected == Scaling.IDENTITY:
            return view.yes(f"{name} rescales by itself, and nothing else does.", *parts)
        return view.no("missing", f"Nothing scales the pictures to {RANGES[expected]} for {name}.", *parts)
    step = steps[0]
    if step.scaling == expected:
        return view.yes(f"Pictures are scaled to {RANGES[expected]} once, {_site(step)}.", step)
    found = f"Pictures are scaled to {RANGES[step.scaling]} {_site(step)}; {name} expects {RANGES[expected]}."
    return view.no("wrong_kind", found, step)


def _misses(ends: tuple[float, float] | None) -> bool:
    """Whether a scaling that is meant for raw pixels takes them elsewhere than to [-1, 1]: its offset was forgotten."""
    if ends is None or not 0 < ends[1] - ends[0] <= _MEANT_FOR_RAW:
        return False
    return abs(ends[0] + 1) > _OFF or abs(ends[1] - 1) > _OFF


def _several(view: View, name: str, steps: list[PreprocessingStep], expected: Scaling) -> Statement:
    places = " and ".join(_site(step) + (f" ({step.place})" if step.place else "") for step in steps)
    if all(step.scaling == expected for step in steps):
        return view.no("doubled", f"Pictures are scaled to {RANGES[expected]} {len(steps)} times: {places}.", steps[-1])
    return view.no("mixed", f"Pictures are scaled in several ways, one after the other: {places}.", steps[-1])


def _site(step: PreprocessingStep) -> str:
    return "in the model" if step.site == "model" else "in the data pipeline"


CHECKS = (
    Check("preprocessing_once", "Pixel values reach the backbone as its weights expect them, scaled exactly once.",
          PreprocessingOnce, preprocessing_once),
)
