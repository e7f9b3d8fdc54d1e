"""`for_each: backbone`: one written line becomes a criterion a backbone, and its points are shared out."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import pytest
from pydantic import BaseModel, ConfigDict

from grader.errors import RubricError
from grader.records import Rubric
from grader.rubric import load_rubric
from grader.rubric.each import shared_out


class WithoutTop(BaseModel):
    model_config = ConfigDict(extra="forbid")
    FAULTS: ClassVar[tuple[str, ...]] = ("top_kept",)
    backbones: tuple[str, ...] = ()
    depth: int = 1


CHECKS: dict[str, type[BaseModel]] = {"backbone_without_top": WithoutTop}

GOOD = """\
id: many
title: "Many"
assets: {weights: [VGG16, MobileNetV2, InceptionV3]}
for_each: backbone
backbones:
  VGG16: {module: vgg16}
  MobileNetV2: {module: mobilenet_v2}
  InceptionV3: {module: inception_v3}
criteria:
  - id: backbone_without_top
    title: "{backbone} has no top"
    points: 2
    parameters: {backbones: ["{backbone}"], depth: 2}
    per_backbone: {InceptionV3: {depth: 5}}
    wording:
      looked_for: "{module} with {other} and include_top=False"
      faults: {top_kept: "Leave {backbone}'s off.", backbone_missing: "Use {backbone}."}
  - id: essay
    title: Essay
    check: backbone_without_top
    points: 3
    section: report
    wording: {looked_for: "{backbone}"}
"""


def load(folder: Path, text: str = GOOD) -> Rubric:
    (folder / "many.yaml").write_text(text, encoding="utf-8")
    return load_rubric(folder / "many.yaml", checks=CHECKS)


def faults(folder: Path, before: str, after: str) -> list[str]:
    assert before in GOOD
    with pytest.raises(RubricError) as told:
        load(folder, GOOD.replace(before, after))
    return [line.split("many.yaml:", 1)[1] for line in str(told.value).splitlines()]


def test_line_becomes_a_criterion_for_each_backbone(tmp_path: Path) -> None:
    rubric = load(tmp_path)
    assert [c.id for c in rubric.criteria] == [
        "backbone_without_top[VGG16]",
        "backbone_without_top[MobileNetV2]",
        "backbone_without_top[InceptionV3]",
        "essay",
    ]
    assert [c.group for c in rubric.criteria] == ["VGG16", "MobileNetV2", "InceptionV3", ""]
    assert rubric.groups == ("VGG16", "MobileNetV2", "InceptionV3")
    assert {c.check for c in rubric.criteria} == {"backbone_without_top"}


def test_points_of_the_backbones_add_up_to_those_of_the_line(tmp_path: Path) -> None:
    rubric = load(tmp_path)
    assert [c.points for c in rubric.criteria] == [0.67, 0.67, 0.66, 3]
    assert rubric.points == 5


@pytest.mark.parametrize(("points", "count"), [(10, 7), (3.5, 7), (1, 3), (0, 7), (0.05, 7), (4, 1)])
def test_points_are_shared_out_in_hundredths(points: float, count: int) -> None:
    shares = shared_out(points, count)
    assert len(shares) == count
    assert round(sum(shares), 9) == points
    assert max(shares) - min(shares) < 0.0101


def test_texts_and_parameters_are_filled_in_for_the_backbone_alone(tmp_path: Path) -> None:
    vgg, _, inception, essay = load(tmp_path).criteria
    assert vgg.title == "VGG16 has no top"
    assert vgg.wording.looked_for == "vgg16 with {other} and include_top=False"
    assert vgg.wording.faults["top_kept"] == "Leave VGG16's off."
    assert vgg.parameters == {"backbones": ["VGG16"], "depth": 2}
    assert inception.parameters == {"backbones": ["InceptionV3"], "depth": 5}
    assert essay.wording.looked_for == "{backbone}"


def test_plain_list_of_backbones_is_enough(tmp_path: Path) -> None:
    start, end = GOOD.index("backbones:\n"), GOOD.index("criteria:")
    text = GOOD[:start] + "backbones: [VGG16, InceptionV3]\n" + GOOD[end:]
    assert load(tmp_path, text).groups == ("VGG16", "InceptionV3")


@pytest.mark.parametrize(("each", "section", "groups"), [
    ("", "notebook", 3), ("", "report", 0), ("    each: true\n", "report", 3), ("    each: false\n", "notebook", 0),
])  # fmt: skip
def test_criteria_of_the_notebook_are_judged_for_each_unless_said_otherwise(
    tmp_path: Path, each: str, section: str, groups: int
) -> None:
    text = GOOD.replace("    section: report\n", f"    section: {section}\n{each}")
    essays = [c for c in load(tmp_path, text).criteria if c.id.startswith("essay")]
    assert sum(bool(c.group) for c in essays) == groups


@pytest.mark.parametrize(("before", "after", "message"), [
    ("for_each: backbone\n", "", "4: 'backbones' are judged one by one with 'for_each: backbone' only"),
    ("  VGG16: {module", "  VGG61: {module",
     "6: backbone 'VGG61' is not among the rubric's weights. Did you mean 'VGG16'?"),
    ("{InceptionV3: {depth: 5}}", "{Inception: {depth: 5}}",
     "14: unknown backbone 'Inception'. Did you mean 'InceptionV3'?"),
    ("{InceptionV3: {depth: 5}}", "{InceptionV3: {deep: 5}}", "14: unknown key 'deep'. Did you mean 'depth'?"),
    ("backbone_missing:", "backbone_mising:", "17: unknown fault 'backbone_mising' of check 'backbone_without_top'. "
                                              "Did you mean 'backbone_missing'?"),
    ("for_each: backbone\n", "for_each: picture\n", "4: 'for_each': expected 'backbone', found 'picture'"),
])  # fmt: skip
def test_fault_is_told_with_its_line(tmp_path: Path, before: str, after: str, message: str) -> None:
    assert message in faults(tmp_path, before, after)


def test_each_needs_backbones(tmp_path: Path) -> None:
    start, end = GOOD.index("backbones:\n"), GOOD.index("criteria:")
    with pytest.raises(RubricError, match="needs 'backbones'"):
        load(tmp_path, GOOD[:start] + GOOD[end:])


def test_rubric_without_backbones_may_not_ask_for_each(tmp_path: Path) -> None:
    start, end = GOOD.index("for_each"), GOOD.index("criteria:")
    text = (GOOD[:start] + GOOD[end:]).replace("    points: 3\n", "    points: 3\n    each: true\n")
    with pytest.raises(RubricError, match="needs 'for_each: backbone' at the top"):
        load(tmp_path, text.replace(', backbone_missing: "Use {backbone}."', ""))
