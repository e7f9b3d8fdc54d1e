"""Journals written by hand: a small right notebook, event by event, from which each test takes one thing away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from grader.evidence.run import read_run
from grader.records import Account, Cell, CellKind, CellRun, CellStatus, Run, RunEnd, Testimony

Event = dict[str, Any]
SOURCES = (
    "import keras",
    "base = keras.applications.MobileNetV2(include_top=False)\nbase.trainable = False",
    "model = build(base)\nmodel.compile('adam', 'binary_crossentropy')",
    "history = model.fit(train, epochs=10)",
    "base.trainable = True\nfreeze_some(base)\nmodel.compile(keras.optimizers.RMSprop(1e-5), 'binary_crossentropy')",
    "model.fit(train, epochs=20, initial_epoch=9)",
)
STEP = {"of": "mobilenet_v2", "mode": "", "step": 1, "cell": 3, "line": 1, "running": 3}
FLIP = {"key": "a1", "kind": "RandomFlip", "arguments": {"mode": "horizontal"}, "cell": 3, "line": 1, "running": 3}


def at(cell: int | None, line: int | None = 1) -> Event:
    return {"cell": cell, "line": line, "running": cell}


def backbone(**changes: Any) -> Event:
    return {"event": "backbone", **at(2), "key": "b0", "name": "MobileNetV2", "module": "mobilenet_v2", "arguments": {},
            "include_top": False, "weights": "imagenet", "input_shape": [160, 160, 3],
            "output_shape": [None, 5, 5, 1280], "pooling": "none", "layers": 154, "digest": "k0", "statistics": "s0",
            **changes}  # fmt: skip


def state(value: str = "none", on: int = 0) -> Event:
    return {"key": "b0", "state": value, "trainable_layers": on, "total_layers": 154}


def trainable(value: str, cell: int, line: int = 1) -> Event:
    return {"event": "trainable", **at(cell, line), "value": "x", "backbones": [state(value)]}


def layer(kind: str, **more: Any) -> Event:
    return {"class": kind, "name": kind.lower(), "keras": True, "weights": 0, **more}


def pooled(kind: str = "GlobalAveragePooling2D", *sizes: int) -> Event:
    return layer(kind, shape=[None, *(sizes or (1280,))])


def dense(units: int = 1, activation: str = "sigmoid") -> Event:
    return layer("Dense", units=units, activation=activation, weights=2, shape=[None, units])


def inside(**changes: Any) -> Event:
    return {"key": "b0", "name": "MobileNetV2", "how": "identity", "whole": True, "layers_used": 154,
            "layers_total": 154, "last_used": True, "call": {**at(3), "training": "false"}, "tail": ["Conv2D", "ReLU"],
            "output_shape": [None, 5, 5, 1280], **changes}  # fmt: skip


def model(**changes: Any) -> Event:
    return {"event": "model", **at(3), "model": "m1", "label": "model", "kind": "functional", "order_known": True,
            "observed": False, "input_shape": [None, 160, 160, 3], "output_shape": [None, 1],
            "ahead": [layer("RandomFlip", made=FLIP), layer("TrueDivide", constant=127.5, step=STEP),
                      layer("Subtract", constant=1.0, step=STEP)],
            "behind": [pooled(), dense()], "beside": [], "backbone": inside(), **changes}  # fmt: skip


def compiled(cell: int = 3, **changes: Any) -> Event:
    return {"event": "compile", **at(cell, 2), "model": "m1", "optimizer": "Adam", "learning_rate": 1e-4,
            "loss": {"name": "binary_crossentropy", "from_logits": False}, "metrics": [], "trainable": state(),
            **changes}  # fmt: skip


def begin(stage: int = 0, cell: int = 4, **changes: Any) -> Event:
    return {"event": "stage_begin", **at(cell), "stage": stage, "kind": "fit", "model": "m1", "label": "model",
            "recompiled": True, "compile_place": at(3, 2), "optimizer": "Adam", "learning_rate": 9.999999747378752e-05,
            "loss": {"name": "binary_crossentropy", "from_logits": False}, "trainable": state(),
            "backbone_digest": "k0", "statistics_digest": "s0", "rest_digest": "h0", "epochs_asked": 10,
            "initial_epoch": 0, "steps_asked": 63,
            "source": {"source": "dataset", "graphs": ["g1"], "affine": [], "opaque": False, "random": [],
                       "generator": None}, **changes}  # fmt: skip


def values(low: float, high: float) -> Event:
    return {"shape": [8, 160, 160, 3], "minimum": low, "maximum": high, "mean": (low + high) / 2, "dtype": "float32",
            "channel_means": [0.0, 0.0, 0.0], "channel_deviations": [1.0, 1.0, 1.0]}  # fmt: skip


def batch(stage: int = 0, cell: int = 4, **changes: Any) -> Event:
    return {"event": "batch", **at(cell), "stage": stage, "model": "m1", "batch_asked": 32, "entered": values(0, 255),
            "reached": values(-1, 1), "output": [8, 1], "backbone_output": [8, 5, 5, 1280],
            "shapes": [{"name": "globalaveragepooling2d", "class": "GlobalAveragePooling2D", "shape": [8, 1280]}],
            "affine": None, "last_activation": "same", **changes}  # fmt: skip


def end(stage: int = 0, cell: int = 4, **changes: Any) -> Event:
    return {"event": "stage_end", **at(cell), "stage": stage, "model": "m1", "label": "model", "completed": True,
            "error": "", "steps": 2, "epochs_run": 1, "padded": 9, "saved": True, "save_problem": "",
            "backbone_digest": "k0", "statistics_digest": "s0", "rest_digest": "h1", **changes}  # fmt: skip


def made(**changes: Any) -> Event:
    return {"event": "augmentation", **at(3), "made": {**FLIP, **changes}}


def right() -> dict[str, Event]:
    """The journal of a right notebook, by name of what each event tells."""
    return {
        "start": {"event": "start", **at(None, None), "python": "3.11", "budget": {"images": 8, "full": False}},
        "backbone": backbone(),
        "freeze": trainable("none", 2, 2),
        "made": made(),
        "model": model(),
        "compile": compiled(),
        "begin": begin(),
        "batch": batch(),
        "end": end(),
        "thaw": trainable("part", 5),
        "compile_again": compiled(5, optimizer="RMSprop", learning_rate=1e-5, trainable=state("part", 54)),
        "begin_again": begin(1, 6, trainable=state("part", 54), compile_place=at(5, 3), learning_rate=1e-5,
                             rest_digest="h1", epochs_asked=11),
        "batch_again": batch(1, 6),
        "end_again": end(1, 6, backbone_digest="k1", statistics_digest="s1", rest_digest="h2", padded=10),
        "last": {"event": "end", **at(None, None)},
    }  # fmt: skip


CELLS = tuple(Cell(number=n, kind=CellKind.CODE, source=s) for n, s in enumerate(SOURCES, start=1))


def run_of(*events: Event, **more: Any) -> Run:
    ran = more.pop("cells", tuple(CellRun(cell=c.number, status=CellStatus.OK) for c in CELLS))
    return Run(end=more.pop("end", RunEnd.FINISHED), journal=events, cells=ran, **more)


@pytest.fixture
def testimony() -> Callable[..., Testimony]:
    """What `read_run` says of the right notebook with some events replaced, or left out (None)."""

    def read(more: tuple[Event, ...] = (), run: dict[str, Any] | None = None, **changes: Event | None) -> Testimony:
        events = {**right(), **changes}
        journal = [e for e in events.values() if e is not None]
        return read_run(CELLS, run_of(*more, *journal, **(run or {})))

    return read


@pytest.fixture
def account(testimony: Callable[..., Testimony]) -> Callable[..., Account]:
    """The account of its model."""
    return lambda *more, **changes: testimony(*more, **changes).accounts[0]


@pytest.fixture
def write() -> Any:
    """The builders of events, for tests that need other ones."""
    import types

    builders = (at, backbone, batch, begin, compiled, dense, end, inside, layer, made, model, pooled, right, run_of,
                state, trainable, values)  # fmt: skip
    return types.SimpleNamespace(cells=CELLS, **{builder.__name__: builder for builder in builders})
