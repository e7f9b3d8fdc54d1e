"""However a transfer model is written, its account says the same things of it: run for real, in one kernel."""

from __future__ import annotations

from typing import Any

import pytest

from grader.records import Account

pytestmark = [pytest.mark.kernel, pytest.mark.slow]

FROZEN = ("fit", "none", True, False)
"""Kind, how much of the backbone can learn, compiled since the last change, backbone changed."""
PLAIN = {
    "name": "MobileNetV2", "include_top": False, "cut": False, "call": "not_given", "pooling": "global_average",
    "head": (1, "sigmoid"), "loss": ("binary_crossentropy", False), "wired": [], "in_model": [], "in_pipeline": [],
    "stages": [FROZEN], "in": True,
}  # fmt: skip
ONE = "minus_one_to_one"
EXPECTED: dict[str, list[dict[str, Any]]] = {
    "FUNCTIONAL": [{
        "call": "false", "wired": ["RandomFlip model", "RandomRotation model"], "in_model": [ONE],
        "stages": [FROZEN, ("fit", "part", True, True)], "rates": [1e-4, 1e-5], "continues": True, "epochs": [3, 3],
        "shapes": [(32, 1, 1, 1280), (32, 1280), (32, 1)],
    }],
    "SEQUENTIAL": [{
        "pooling": "global_max", "head": (1, "linear"), "loss": ("binary_crossentropy", True),
        "wired": ["RandomZoom model"], "in_model": [ONE], "shapes": [(16, 1, 1, 1280), (16, 1280), (16, 1)],
    }],
    "ADD": [{
        "pooling": "flatten", "head": (2, "softmax"), "loss": ("sparse_categorical_crossentropy", False),
        "in_pipeline": ["zero_to_one"], "hidden": ("Dense(16)",),
    }],
    "BASE_OUTPUT": [{"in_pipeline": [ONE], "shapes": [(32, 1280), (32, 1280), (32, 1)]}],
    "CUT_TOP": [{"include_top": True, "cut": True, "shapes": [(32, 1280), (32, 1280), (32, 1)]}],
    "TOP_KEPT": [{"include_top": True, "pooling": "none", "shapes": [(32, 1000), (32, 1000), (32, 1)]}],
    "SUBCLASSED": [{"call": "false", "wired": ["RandomFlip model"], "in_model": [ONE]}],
    "PASSED_ON": [{"call": "passed_on", "wired": ["RandomFlip model"], "in_model": [ONE]}],
    "BUILDER": [{
        "call": "false", "wired": ["RandomFlip model"], "in_model": [ONE],
        "stages": [FROZEN, ("fit", "all", True, True)], "rates": [1e-3, 1e-5], "continues": True,
    }],
    "DICTIONARY": [
        {"call": "false", "in_model": [ONE], "head": (10, "softmax"),
         "loss": ("sparse_categorical_crossentropy", False)},
        {"name": "VGG16", "call": "false", "in_model": ["bgr_means"], "head": (10, "softmax"),
         "loss": ("sparse_categorical_crossentropy", False)},
    ],
    "ANONYMOUS": [{}],
    "LATE": [{"stages": [("fit", "all", True, True), ("fit", "none", False, True)], "rates": [1e-2, 1e-2]}],
    "NOT_RECOMPILED": [{"stages": [FROZEN, ("fit", "all", False, None)]}],
    "UNUSED": [{"in": False, "name": None, "include_top": None, "cut": None, "call": None, "pooling": None,
                "in_model": None, "in_pipeline": None, "stages": [("fit", None, True, None)]}],
    "FRESH": [{}, {"stages": [("fit", "all", True, True)], "continues": False}],
    "CLONED": [{"wired": ["RandomFlip model"]},
               {"wired": ["RandomFlip model"], "stages": [("fit", "part", True, True)], "continues": True}],
    "LOADED": [{}, {"continues": True, "rates": [1e-6]}],
    "PRECOMPUTED": [{"in": False, "cut": None, "call": None, "wired": None, "in_model": None, "in_pipeline": None,
                     "stages": [("fit", None, True, None)], "precomputed": True}],
    "CUSTOM_LOOP": [{"call": "false", "in_model": [ONE], "head": (1, "linear"), "loss": None, "wired": None,
                     "stages": [("custom_loop", "none", None, False)], "rates": [1e-3]}],
    "TRACED_LOOP": [{"call": "false", "in_model": [ONE], "head": (1, "linear"), "loss": None, "wired": None,
                     "in_pipeline": None, "stages": [("custom_loop", "none", None, False)], "rates": [1e-3]}],
    "ON_BATCH": [{"stages": [("train_on_batch", "none", True, False)], "wired": None}],
    "GENERATOR": [{"wired": ["RandomRotation generator", "RandomFlip generator"], "in_pipeline": [ONE]}],
    "MAPPED": [{"wired": ["RandomFlip pipeline", "RandomRotation pipeline"], "in_pipeline": [ONE]}],
    "DOUBLED": [{"in_model": [ONE], "in_pipeline": [ONE], "reached": (-1.008, -0.992)}],
    "LAMBDA": [{"in_model": [ONE]}],
    "OWN_LAMBDA": [{"in_model": [ONE]}],
    "INPUT_TENSOR": [{"wired": ["RandomFlip model"], "in_model": [ONE]}],
    "AFTER": [{"wired": ["RandomFlip after_backbone"]}],
    "PYTHON_GENERATOR": [{"wired": None, "in_pipeline": [ONE], "epochs": [6]}],
}  # fmt: skip


def value(fact: Any) -> Any:
    return fact.value if fact.known else None


def summary(told: Account) -> dict[str, Any]:
    """What a test table can state of an account in one line."""
    scaled = {n: value(getattr(told.preprocessing, n)) for n in ("in_model", "in_pipeline")}
    wired, loss = value(told.augmentation.wired), value(told.stages[0].loss)
    reached = value(told.preprocessing.reached)
    return {
        "name": value(told.backbone.name), "include_top": value(told.backbone.include_top),
        "cut": value(told.backbone.cut_before_top), "call": value(told.backbone.call_training),
        "in": value(told.backbone.in_model), "pooling": value(told.pooling.kind),
        "head": (value(told.head.units), value(told.head.activation)), "hidden": value(told.head.hidden),
        "loss": None if loss is None else (loss.name, loss.from_logits),
        "wired": None if wired is None else [f"{x.kind} {x.site}" for x in wired],
        **{n: None if s is None else [str(step.scaling) for step in s] for n, s in scaled.items()},
        "reached": None if reached is None else (round(reached.minimum, 3), round(reached.maximum, 3)),
        "stages": [(str(s.kind), value(s.backbone_trainable), value(s.recompiled), value(s.backbone_changed))
                   for s in told.stages],
        "rates": [value(s.learning_rate) for s in told.stages],
        "epochs": [value(s.epochs_asked) for s in told.stages],
        "continues": value(told.stages[-1].continues),
        "shapes": [value(told.backbone.output_shape), value(told.pooling.output_shape), value(told.head.output_shape)],
        "precomputed": value(told.features_precomputed),
    }  # fmt: skip


@pytest.fixture(scope="module")
def watched(watch: Any, spellings: dict[str, str]) -> Any:
    return watch(*(spellings[name] for name in EXPECTED), budget={"steps": 1, "images": 4})


def test_nothing_of_ours_failed_and_no_cell_did(watched: Any) -> None:
    assert watched.errors == [None] * len(EXPECTED)
    assert watched.testimony.remarks == ()
    assert watched.intact
    assert watched.lazy


@pytest.mark.parametrize("name", EXPECTED)
def test_account_of(name: str, watched: Any) -> None:
    accounts = watched.accounts(list(EXPECTED).index(name) + 1)
    wanted = [{**PLAIN, **changes} for changes in EXPECTED[name]]
    given = [summary(a) for a in accounts]
    assert [{k: g[k] for k in w} for g, w in zip(given, wanted, strict=True)] == wanted


def test_layers_of_a_cloned_model_are_not_told_as_made(watched: Any) -> None:
    cell = list(EXPECTED).index("CLONED") + 1
    made = [event["made"]["kind"] for event in watched.events("augmentation") if event["cell"] == cell]
    assert made == ["RandomFlip"]


def test_every_trained_model_was_saved_after_every_stage(watched: Any) -> None:
    ended = watched.events("stage_end")
    unsaved = [(e["model"], e["save_problem"]) for e in ended if not e["saved"]]
    assert unsaved == []
    assert all((watched.folder / "models" / f"{e['model']}-{e['stage']}.keras").exists() for e in ended)
