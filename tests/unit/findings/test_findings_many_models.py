"""Findings in a notebook with several models: one for each mistake, and it names whom it hits and whom it spares."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from grader.judge.findings import find_findings
from grader.records import Account, Evidence, Finding, Scaling, Site, Trainable, Witness, known

BENCH = Path(__file__).parents[2] / "bench"
ONCE = {"MobileNetV2": Scaling.MINUS_ONE_TO_ONE, "VGG16": Scaling.BGR_MEANS, "EfficientNetB0": Scaling.IDENTITY}
RANGES = {
    ("MobileNetV2", 1): (-1.0, 0.9), ("MobileNetV2", 2): (-1.008, -0.993), ("VGG16", 1): (-120.0, 140.0),
    ("VGG16", 2): (-230.0, 26.0), ("EfficientNetB0", 1): (0.0, 250.0), ("EfficientNetB0", 2): (0.0, 250.0),
}  # fmt: skip


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"many_{name}", BENCH / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[f"many_{name}"] = module
    spec.loader.exec_module(module)
    return module


make = load("findings_evidence")


def model(name: str, witness: Witness, *, times: int = 1, lines: tuple[int, int] = (2, 2), **changes: Any) -> Account:
    """A model on one backbone; its scalings stand in the pipeline (cell 3) and in the model (cell 4)."""
    steps = [make.step(ONCE[name], Site.PIPELINE, cell=3, line=lines[0]),
             make.step(ONCE[name], Site.MODEL, cell=4, line=lines[1])][-times:]  # fmt: skip
    part: dict[str, Any] = {
        "in_pipeline": tuple(s for s in steps if s.site == Site.PIPELINE),
        "in_model": tuple(s for s in steps if s.site == Site.MODEL),
    }
    if witness == Witness.RUN:
        part |= {"reached": make.pixels(*RANGES[name, times])}
    key = f"m-{name}" if witness == Witness.RUN else ""
    made: Account = make.account(witness, backbone={"name": known(name, make.at(2))}, preprocessing=part,
                                 model_key=key, **changes)  # fmt: skip
    return made


def evidence(times: dict[str, int], **changes: Any) -> Evidence:
    accounts = [model(n, w, times=t, **changes) for n, t in times.items() for w in (Witness.SOURCE, Witness.RUN)]
    made: Evidence = make.evidence(*accounts)
    return made


def found(told: Evidence, code: str) -> list[Finding]:
    return [f for f in find_findings(told) if f.code == code]


def test_doubled_preprocessing_names_whom_it_squeezes_shifts_and_spares() -> None:
    (finding,) = found(evidence({"MobileNetV2": 2, "VGG16": 2, "EfficientNetB0": 2}), "TL102")
    assert "MobileNetV2 are squeezed into [-1.008, -0.993]" in finding.found
    assert "VGG16 are shifted to [-230, 26]" in finding.found
    assert "EfficientNetB0 is spared" in finding.explanation


def test_line_to_delete_is_the_one_in_the_pipeline_that_all_share() -> None:
    (finding,) = found(evidence({"MobileNetV2": 2, "VGG16": 2}), "TL102")
    assert "-    image = mobilenet_v2.preprocess_input(image)" in finding.diff
    assert finding.diff.count("\n-") == 1


def test_no_line_is_shown_where_each_has_its_own() -> None:
    accounts = [model(name, w, times=2, lines=(line, 2)) for name, line in (("MobileNetV2", 2), ("VGG16", 5))
                for w in (Witness.SOURCE, Witness.RUN)]  # fmt: skip
    (finding,) = found(make.evidence(*accounts), "TL102")
    assert finding.diff == ""


def test_models_that_are_right_have_no_finding() -> None:
    assert found(evidence({"MobileNetV2": 1, "VGG16": 1, "EfficientNetB0": 1}), "TL102") == []


@pytest.mark.parametrize("names", [("MobileNetV2",), ("MobileNetV2", "VGG16", "EfficientNetB0")])
def test_one_mistake_in_several_models_is_one_finding_that_names_them(names: tuple[str, ...]) -> None:
    never = (make.stage(0, backbone_trainable=Trainable.ALL, trainable_layers=154, backbone_changed=True),)
    told = find_findings(evidence(dict.fromkeys(names, 1), stages=never))
    codes = [f.code for f in told]
    assert codes and len(codes) == len(set(codes))
    frozen = next(f for f in told if f.code.startswith("TL2"))
    assert ("So it is with MobileNetV2, VGG16 and EfficientNetB0." in frozen.found) == (len(names) > 1)
