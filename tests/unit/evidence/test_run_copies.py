"""A network that is frozen or opened, but that nothing is trained with, is told apart from the one in the model."""

from __future__ import annotations

from typing import Any

from grader.records import Trainable


def touched(write: Any, key: str, state: str = "none") -> dict[str, Any]:
    event: dict[str, Any] = write.trainable(state, 2, 2)
    changed = [{**told, "key": key} for told in event["backbones"]]
    return {**event, "backbones": changed}


def test_network_outside_of_the_model_is_a_copy(testimony: Any, write: Any) -> None:
    told = testimony(more=(write.backbone(key="b7"),), freeze=touched(write, "b7"))
    assert [f.value for f in told.freezings_of_copies] == [Trainable.NONE]
    assert str(told.freezings_of_copies[0].place) == "cell 2, line 2"


def test_backbone_of_the_model_is_none(testimony: Any) -> None:
    assert testimony().freezings_of_copies == ()


def test_network_that_computes_features_is_none(testimony: Any, write: Any) -> None:
    features = {"event": "features", **write.at(4), "backbone": "b7", "model": "", "how": "predict",
                "shapes": [[8, 5, 5, 1280]], "entered": None}  # fmt: skip
    told = testimony(more=(write.backbone(key="b7"), features), freeze=touched(write, "b7"))
    assert told.freezings_of_copies == ()


def test_nothing_is_said_where_the_models_own_backbone_is_not_known(testimony: Any, write: Any) -> None:
    nameless = write.model(backbone={**write.inside(), "key": ""})
    told = testimony(more=(write.backbone(key="b7"),), freeze=touched(write, "b7"), model=nameless)
    assert told.freezings_of_copies == ()


def test_weights_of_a_network_that_only_looks_like_the_loaded_one_are_not_told(testimony: Any, write: Any) -> None:
    alike = write.model(backbone={**write.inside(), "how": "structure"})
    (same,) = testimony(model=alike).accounts
    assert same.backbone.weights.value == "imagenet"
    loaded = write.backbone(digest="others")
    (other,) = testimony(model=alike, backbone=loaded).accounts
    assert not other.backbone.weights.known
    (itself,) = testimony(backbone=loaded).accounts
    assert itself.backbone.weights.value == "imagenet"
