"""A head of ten classes, and pictures of any of several sizes: each fault has a near twin without it."""

from __future__ import annotations

from typing import Any

import pytest

from grader.judge import CHECKS, judge
from grader.records import (
    Account,
    Backbone,
    Cell,
    CellKind,
    Criterion,
    CriterionResult,
    Evidence,
    Head,
    Loss,
    Pooling,
    PoolingPart,
    Rubric,
    Stage,
    Testimony,
    Witness,
    Wording,
    known,
)

SOFTMAX = Head(units=known(10), activation=known("softmax"))
LOGITS = Head(units=known(10), activation=known("linear"))


def judged(check: str, parameters: dict[str, Any], *, from_logits: bool = False, **parts: Any) -> CriterionResult:
    loss = Loss(name="sparse_categorical_crossentropy", from_logits=from_logits)
    account = Account(
        witness=Witness.SOURCE, features_precomputed=known(False), stages=(Stage(order=0, loss=known(loss)),),
        **{"backbone": Backbone(name=known("VGG16"), in_model=known(True)), "head": SOFTMAX, **parts},
    )  # fmt: skip
    told = Testimony(witness=Witness.SOURCE, accounts=(account,), loaded=(account.backbone,))
    evidence = Evidence(student="ada", display_name="Ada", notebook_name="c.ipynb", digest="d", testimonies=(told,),
                        cells=(Cell(number=1, kind=CellKind.CODE, source="x"),))  # fmt: skip
    criterion = Criterion(id=check, title=check, check=check, points=2, parameters=parameters,
                          wording=Wording(looked_for="x"))  # fmt: skip
    assert check in CHECKS
    (result,) = judge(evidence, Rubric(id="r", title="r", digest="r", criteria=(criterion,))).criteria
    return result


@pytest.mark.parametrize(("head", "from_logits", "outcome", "fault"), [
    (SOFTMAX, False, "met", ""),
    (LOGITS, True, "met", ""),
    (LOGITS, False, "partly", "logits_without_from_logits"),
    (Head(units=known(10), activation=known("sigmoid")), False, "partly", "sigmoid"),
    (Head(units=known(10), activation=known("relu")), False, "not_met", "wrong_activation"),
    (Head(units=known(1000), activation=known("softmax")), False, "not_met", "wrong_units"),
    (Head(units=known(1), activation=known("sigmoid")), False, "not_met", "wrong_units"),
    (Head(units=known(10)), False, "undecided", ""),
], ids=["softmax", "logits", "logits untold", "sigmoid", "relu", "1000", "binary", "unknown"])  # fmt: skip
def test_head_has_a_unit_a_class(head: Head, from_logits: bool, outcome: str, fault: str) -> None:
    result = judged("classes_head", {"classes": 10}, head=head, from_logits=from_logits)
    assert (result.outcome, result.fault) == (outcome, fault)


def test_rubric_sets_how_many_classes_there_are() -> None:
    assert judged("classes_head", {"classes": 1000}).fault == "wrong_units"


def test_model_without_a_backbone_has_no_head_to_judge() -> None:
    lone = Backbone(in_model=known(False))
    assert judged("classes_head", {}, backbone=lone).fault in ("no_backbone", "not_in_model")


@pytest.mark.parametrize(("size", "outcome"), [(96, "met"), (224, "met"), (299, "not_met"), (32, "not_met")])
def test_any_of_the_sizes_will_do(size: int, outcome: str) -> None:
    backbone = Backbone(name=known("VGG16"), in_model=known(True), input_shape=known((size, size, 3)))
    result = judged("backbone_input_shape", {"sizes": [96, 224]}, backbone=backbone)
    assert result.outcome == outcome
    assert outcome == "met" or "96 or 224" in result.found


@pytest.mark.parametrize(("name", "maps", "sizes", "outcome"), [
    ("VGG16", 7, [224], "met"), ("VGG16", 7, [192], "not_met"), ("VGG16", 7, [240], "met"),
    ("ResNet50", 8, [240], "met"), ("ResNet50", 7, [240], "not_met"),
    ("InceptionV3", 8, [299], "met"), ("InceptionV3", 5, [224], "met"),
    ("InceptionV3", 10, [299], "not_met"), ("MobileNetV2", 5, [96, 160], "met"),
])  # fmt: skip
def test_backbone_of_any_size_shows_it_by_its_feature_maps(
    name: str, maps: int, sizes: list[int], outcome: str
) -> None:
    backbone = Backbone(name=known(name), in_model=known(True), input_shape=known((None, None, 3)),
                        output_shape=known((32, maps, maps, 512)))  # fmt: skip
    assert judged("backbone_input_shape", {"sizes": sizes}, backbone=backbone).outcome == outcome


@pytest.mark.parametrize(("width", "outcome"), [(None, "met"), (512, "met"), (1280, "not_met")])
def test_any_width_will_do_where_the_rubric_names_none(width: int | None, outcome: str) -> None:
    pooling = PoolingPart(kind=known(Pooling.GLOBAL_AVERAGE), output_shape=known((32, 512)))
    assert judged("pooled_to_vector", {"width": width}, pooling=pooling).outcome == outcome
