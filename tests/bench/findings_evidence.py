"""Evidence in small: a transfer model that is right, and what may be changed of it."""

from __future__ import annotations

from typing import Any

from grader.records import (
    Account,
    Augmentation,
    AugmentationLayer,
    Backbone,
    BatchStatistics,
    Cell,
    CellKind,
    CellRun,
    CellStatus,
    Common,
    Evidence,
    Fact,
    Head,
    Loss,
    PictureSet,
    Place,
    Preprocessing,
    PreprocessingStep,
    Reading,
    Scaling,
    Site,
    Stage,
    Testimony,
    Trainable,
    Witness,
    known,
)

SOURCES = {
    2: "base = tf.keras.applications.MobileNetV2(input_shape=(160, 160, 3), include_top=False)\n",
    3: "def ready(image, label):\n    image = mobilenet_v2.preprocess_input(image)\n    return image, label\n\n"
       "train = train.map(ready)\n",
    4: "x = inputs\nx = tf.keras.applications.mobilenet_v2.preprocess_input(x)\nx = base(x, training=False)\n",
    5: "model.compile(optimizer=Adam(learning_rate=0.001), loss=BinaryCrossentropy(from_logits=True))\n",
    6: "model.fit(train, epochs=5)\n",
    7: "model.compile(optimizer=Adam(learning_rate=0.001), loss='binary_crossentropy')\n",
    8: "model.fit(train, epochs=5)\n",
}
CELLS = tuple(Cell(number=n, kind=CellKind.CODE, source=SOURCES.get(n, f"step_{n}()")) for n in range(1, 13))


def at(cell: int, line: int = 1) -> Place:
    return Place(cell=cell, line=line)


def pixels(low: float, high: float, *means: float) -> Any:
    """What was measured of a batch."""
    middle = (low + high) / 2
    return known(BatchStatistics(minimum=low, maximum=high, mean=middle, channel_means=means), at(6))


def step(scaling: Scaling, site: Site = Site.MODEL, cell: int = 4, line: int = 2, of: str = "") -> PreprocessingStep:
    return PreprocessingStep(scaling=scaling, site=site, place=at(cell, line), of=of)


def random_layer(kind: str = "RandomFlip", site: Site = Site.MODEL) -> AugmentationLayer:
    return AugmentationLayer(kind=kind, site=site, place=at(3, 5), excerpt=f"{kind}()")


def pictures(count: int, kind: Any = "files", folder: str | tuple[str, ...] = "data/train",
             beside: tuple[str, ...] = (), **arguments: Any) -> PictureSet:  # fmt: skip
    """What some data consists of; `arguments` of the call that read its folder."""
    folders = () if kind == "rows" else (folder,) if isinstance(folder, str) else folder
    return PictureSet(kind=kind, count=count, folders=folders, beside=beside, place=at(1),
                      arguments={name: str(value) for name, value in arguments.items()})  # fmt: skip


def tested(trained: int, of: int, validated: int | None = None, *, trainings: int = 1) -> Reading:
    """An `evaluate` after so many trainings, of whose pictures so many were trained on and validated on."""
    return Reading(what="evaluate", place=at(9), data=pictures(of), trainings=trainings, pictures=2000,
                   trained=Common(shared=trained, of=of),
                   validated=None if validated is None else Common(shared=validated, of=of))  # fmt: skip


def stage(order: int = 0, **changes: Any) -> Stage:
    """The first training frozen, the second with a part open, at a low rate."""
    first = order == 0
    facts: dict[str, Any] = {
        "place": at(6 + 2 * order), "compile_place": at(5 + 2 * order),
        "backbone_trainable": Trainable.NONE if first else Trainable.PART,
        "trainable_layers": 0 if first else 54, "total_layers": 154, "recompiled": True, "optimizer": "Adam",
        "learning_rate": 1e-3 if first else 1e-5, "loss": Loss(name="binary_crossentropy"), "epochs_asked": 5,
        "steps_run": 2, "completed": True, "continues": True, "backbone_changed": not first,
    }  # fmt: skip
    plain = ("place", "compile_place", "excerpt", "kind")
    given = {**facts, **changes}
    return Stage(order=order, **{k: v if k in plain or isinstance(v, Fact) else known(v) for k, v in given.items()})


def account(witness: Witness = Witness.RUN, **changes: Any) -> Account:
    """A model that is right; `backbone`, `head`, `preprocessing`, `augmentation` are mappings of what differs."""
    parts: dict[str, dict[str, Any]] = {
        "backbone": {"name": known("MobileNetV2", at(2)), "include_top": False, "cut_before_top": False,
                     "weights": "imagenet", "in_model": True, "call_training": known("false", at(4, 3))},
        "head": {"units": 1, "activation": "sigmoid"},
        "preprocessing": {"in_pipeline": (), "in_model": (step(Scaling.MINUS_ONE_TO_ONE),)},
        "augmentation": {"defined": (random_layer(),), "wired": (random_layer(),)},
    }  # fmt: skip
    if witness == Witness.RUN:
        parts["preprocessing"] |= {"reached": pixels(-1.0, 0.9), "raw": pixels(0.0, 250.0)}
    built = {"backbone": Backbone, "head": Head, "preprocessing": Preprocessing, "augmentation": Augmentation}
    records: dict[str, Any] = {
        name: built[name](**{k: v if isinstance(v, Fact) else known(v)
                             for k, v in {**given, **changes.pop(name, {})}.items()})
        for name, given in parts.items()
    }  # fmt: skip
    facts: dict[str, Any] = {"label": "model", "model_key": "m0", "place": at(4), "stages": (stage(0), stage(1)),
                             "features_precomputed": known(False)}  # fmt: skip
    return Account(witness=witness, **{**facts, **records, **changes})


def evidence(*accounts: Account, run: dict[str, Any] | None = None, **changes: Any) -> Evidence:
    """What the run saw, and other witnesses where an account is theirs."""
    seen = accounts or (account(),)
    told = {w: tuple(a for a in seen if a.witness == w) for w in Witness}
    loaded = tuple(a.backbone for a in told[Witness.RUN])
    testimonies = [Testimony(witness=w, accounts=found) for w, found in told.items() if found and w != Witness.RUN]
    given = {"loaded": loaded, **(run or {})}
    testimonies.append(Testimony(witness=Witness.RUN, accounts=told[Witness.RUN], **given))
    testimonies += changes.pop("testimonies", [])
    runs = tuple(CellRun(cell=c.number, status=CellStatus.OK) for c in CELLS)
    facts: dict[str, Any] = {"student": "noor", "display_name": "Noor Haddad", "notebook_name": "lab.ipynb",
                             "digest": "d" * 64, "cells": CELLS, "cell_runs": runs}  # fmt: skip
    return Evidence(testimonies=tuple(testimonies), **{**facts, **changes})
