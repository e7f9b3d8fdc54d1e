"""What a notebook earns, from what its code does: the rubric's and the findings' own words as rules.

In: the facts of a combination. Out: a Label. Must never ask the grader: these rules are what it is measured by.
A criterion that is left out may have any outcome: there the rubric does not say which is right.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.proving.combine import Combination
from tests.proving.spellings import facts_of

MET, PARTLY, NOT = "met", "partly", "not_met"
FINE_TUNING = ("fine_tuning_unfreezes", "fine_tuning_recompiled", "fine_tuning_lower_rate", "fine_tuning_continues")
IN_MODEL = ("frozen_before_first_fit", "frozen_weights_unchanged", "augmentation_wired", "preprocessing_once",
            "inference_mode", "pooled_to_vector", "feature_extraction_trained", *FINE_TUNING)  # fmt: skip
GENTLE = 5e-5
"""Learning rates up to which training everything at once is a choice (docs/findings/TL201)."""


@dataclass(frozen=True)
class Label:
    """`criteria`: outcomes that are right, by criterion. `findings`: codes that must be there; `open_findings`: those
    of which nobody says whether they should be."""

    criteria: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    findings: frozenset[str] = frozenset()
    open_findings: frozenset[str] = frozenset()


def label_of(combination: Combination) -> Label:
    """The label of a notebook made of these spellings."""
    facts = facts_of(combination.spellings)
    told = {**_backbone(facts), **_freezing(facts), **_pictures(facts), **_head(facts), **_trainings(facts)}
    if not facts["in_model"]:
        told |= dict.fromkeys(IN_MODEL, NOT)
    findings, undecided = _findings(facts)
    return Label({c: (o,) for c, o in told.items() if o}, frozenset(findings - undecided), frozenset(undecided))


def _yes(held: bool) -> str:
    return MET if held else NOT


def _backbone(f: Mapping[str, Any]) -> dict[str, str]:
    return {
        "backbone_without_top": _yes(f["backbone"] == "MobileNetV2" and not f["top"]),
        "backbone_pretrained": _yes(f["weights"] == "imagenet"),
        "backbone_input_shape": _yes(f["size"] == 160),
        "inference_mode": _inference(f),
    }


def _inference(f: Mapping[str, Any]) -> str:
    """Called with training=False, or frozen, which for BatchNormalization is the same."""
    if f["call"] != "not_given":
        return _yes(f["call"] == "false")
    return _yes(f["open"] == "none") if f["trained"] else ""


def _freezing(f: Mapping[str, Any]) -> dict[str, str]:
    if not f["trained"]:
        return {}
    return {
        "frozen_before_first_fit": {"none": MET, "part": PARTLY, "all": NOT}[f["open"]],
        "frozen_weights_unchanged": _yes(f["open"] == "none" and f["weights"] == "imagenet"),
    } if f["open"] == "none" or _learns(f) else {
        "frozen_before_first_fit": {"part": PARTLY, "all": NOT}[f["open"]],
    }


def _learns(f: Mapping[str, Any]) -> bool:
    """Whether the head and its loss leave a gradient: what is open keeps its weights where there is none."""
    one_of_one = f["units"] == 1 and (f["activation"] == "softmax" or f["mistake"] == "categorical")
    return not one_of_one and f["activation"] != "relu"


def _pictures(f: Mapping[str, Any]) -> dict[str, str]:
    """Whether `training=True` keeps the augmentation awake in a functional model differs between Keras 2 and 3."""
    kinds = f["kinds"]
    defined = PARTLY if f["augment"] == "generator" or kinds == 1 else _yes(kinds >= 2)
    wired = {"model": defined, "map": defined, "generator": PARTLY, "awake": ""}.get(f["augment"], NOT)
    if not f["trained"]:
        return {"augmentation_defined": defined, "augmentation_wired": wired if f["augment"] == "none" else ""}
    return {
        "augmentation_defined": defined,
        "augmentation_wired": wired,
        "preprocessing_once": "" if _clipped(f) else _yes(_scaled_as_expected(f)),
    }


def _clipped(f: Mapping[str, Any]) -> bool:
    """Keras 3's RandomContrast cuts off what lies outside [0, 255]: of pictures scaled before, half of the range.

    What reaches the backbone is then neither what the code says nor a fault that the rubric names.
    """
    scaled_before = f["scaled"] in ("map", "generator", "arrays") or f["scaling"] in ("doubled", "mixed")
    return bool(f.get("clips") and scaled_before)


def _scaled_as_expected(f: Mapping[str, Any]) -> bool:
    """MobileNetV2 and InceptionV3 want [-1, 1]; EfficientNet rescales by itself."""
    return bool(f["scaling"] == ("missing" if f["backbone"] == "EfficientNetB0" else "once"))


WIDTHS = {"MobileNetV2": 1280, "EfficientNetB0": 1280, "InceptionV3": 2048}


def _head(f: Mapping[str, Any]) -> dict[str, str]:
    wide = WIDTHS[f["backbone"]] == 1280
    averaged = f["pooling"] == "average" or (f["pooling"] == "inside" and not f["top"])
    pooled = {"flatten": NOT, "maximum": PARTLY if wide else ""}.get(f["pooling"], _yes(wide) if averaged else "")
    return {"pooled_to_vector": pooled, "binary_head": _units(f), "loss_agrees": _loss(f) if f["trained"] else ""}


def _units(f: Mapping[str, Any]) -> str:
    if f["activation"] == "linear":
        return (PARTLY if f["mistake"] == "expects_probabilities" else MET) if f["trained"] else ""
    return _yes(f["units"] == 1 and f["activation"] == "sigmoid")


def _loss(f: Mapping[str, Any]) -> str:
    if f["mistake"] == "squared":
        return PARTLY
    if f["activation"] == "relu":
        return ""
    return _yes(f["mistake"] == "none" and not (f["units"] == 1 and f["activation"] == "softmax"))


def _trainings(f: Mapping[str, Any]) -> dict[str, str]:
    told = {"feature_extraction_trained": _yes(f["trained"])}
    if f["fine"] == "absent" and not f.get("late"):
        return told | dict.fromkeys(FINE_TUNING, NOT)
    told["fine_tuning_unfreezes"] = _unfreezes(f)
    if f["fine"] == "absent":
        return told
    return told | {
        "fine_tuning_recompiled": _yes(f["recompiled"]),
        "fine_tuning_lower_rate": _yes(_rate(f) < f["rate"]),
        "fine_tuning_continues": _yes(f["continues"]),
    }


def _rate(f: Mapping[str, Any]) -> float:
    return float(f["rate"] if f["fine_rate"] == "same" else f["fine_rate"])


def _unfreezes(f: Mapping[str, Any]) -> str:
    """Where the model is not compiled again, whether it is opened is a matter of words; a late freezing, too."""
    if f["open"] == "all" and not f.get("late"):
        return NOT
    if not f["recompiled"] or f.get("late"):
        return ""
    return {"part": MET, "whole": PARTLY}.get(f["fine"], NOT)


# --------------------------------------------------------------------------- findings


def _findings(f: Mapping[str, Any]) -> tuple[set[str], set[str]]:
    """Codes that must be found, and codes that may."""
    saved = {"other_epochs": {"TL501"}, "guessing": {"TL504"}, "gap": {"TL505"}}.get(f.get("saved", ""), set())
    may = {"TL502"}
    if not f["trained"]:
        return saved, may
    if not f["in_model"]:
        return saved | {"TL303"} | _head_findings(f), may | ({"TL301"} if f["augment"] == "loose" else set())
    found = saved | _scaling_findings(f) | _freezing_findings(f) | _head_findings(f) | _fine_tuning_findings(f)
    found |= _test_findings(f)
    found |= {"loose": {"TL301"}, "behind": {"TL302"}}.get(f["augment"], set())
    if f["top"]:
        found.add("TL307")
    if f["weights"] == "none" and f["open"] == "none" and f["fine"] not in ("part", "whole"):
        found.add("TL603")
    return found, may | _arguable(f)


def _scaling_findings(f: Mapping[str, Any]) -> set[str]:
    if f["weights"] != "imagenet" or _scaled_as_expected(f) or _clipped(f):
        return set()
    if f["backbone"] == "EfficientNetB0":
        return {"once": {"TL104"}, "vgg": {"TL104"}, "zero_to_one": {"TL103"}}.get(f["scaling"], set())
    codes = {"missing": "TL101", "doubled": "TL102", "zero_to_one": "TL103", "vgg": "TL104", "mixed": "TL106"}
    return {codes[f["scaling"]]}


def _freezing_findings(f: Mapping[str, Any]) -> set[str]:
    if f["weights"] != "imagenet" or f["rate"] <= GENTLE or f["open"] == "none":
        return set()
    if f.get("late"):
        return {"TL202"}
    if f["open"] == "part":
        return {"TL203"}
    return {"TL204"} if f.get("copy") else {"TL201"}


def _head_findings(f: Mapping[str, Any]) -> set[str]:
    if f["units"] == 1 and f["activation"] == "softmax":
        return {"TL306"}
    if f["mistake"] == "categorical":
        return {"TL401"}
    if f["mistake"] == "expects_probabilities" or (f["mistake"] == "expects_logits" and f["activation"] == "sigmoid"):
        return {"TL305"}
    return set()


def _test_findings(f: Mapping[str, Any]) -> set[str]:
    """A test on the pictures by which a callback chose the weights."""
    chosen = f.get("chosen_by_validation") and f.get("tested")
    return {"TL406"} if chosen and "test_set" not in f else set()


def _fine_tuning_findings(f: Mapping[str, Any]) -> set[str]:
    if f["fine"] == "elsewhere":
        return {"TL206"}
    if f["fine"] not in ("part", "whole"):
        return set()
    if not f["continues"]:
        return {"TL601"} if f["open"] == "none" else set()
    if not f["recompiled"]:
        return {"TL205"} if f["open"] != f["fine"] else set()
    same = f["open"] == "none" and f["fine_optimizer"] == f["optimizer"] and GENTLE < _rate(f) >= f["rate"]
    return {"TL602"} if same else set()


def _arguable(f: Mapping[str, Any]) -> set[str]:
    """Codes on which two faults together leave it open what is to be said."""
    may = {"TL101", "TL102", "TL103", "TL104", "TL106"} if _clipped(f) else set()
    if f["backbone"] == "EfficientNetB0" and f["scaling"] in ("doubled", "mixed"):
        may |= {"TL102", "TL104", "TL106"}
    if f["open"] != "none":
        may |= {"TL601", "TL602", "TL205", "TL201", "TL202", "TL203", "TL204"} if f["fine"] != "absent" else set()
    if f["open"] == "all" and not f.get("copy") and f["fine"] != "absent" and not f.get("late"):
        may -= {"TL201"}
    if f["open"] != "none" and not _learns(f):
        may |= {"TL201", "TL202", "TL203", "TL204"}
    if f["mistake"] in ("squared", "expects_logits") and f["activation"] in ("relu", "softmax"):
        may |= {"TL305", "TL401"}
    if f["activation"] == "relu":
        may |= {"TL401", "TL305"}
    if f["top"]:
        may |= {"TL101", "TL301"}
    if f["augment"] == "awake":
        may |= {"TL304"}
    if "test_set" in f:
        may |= {"TL406"}
    if f["weights"] == "none":
        may |= {"TL603"} if f["fine"] in ("part", "whole") else set()
    return may
