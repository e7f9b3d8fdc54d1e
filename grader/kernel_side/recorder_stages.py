"""Stages of training: what a model is before and after each `fit`, train_on_batch loop or hand-written loop.

In: the beginnings and ends of trainings. Out: events `compile`, `stage_begin`, `batch`, `stage_end`; saved models.
It must never train, and leave the model as it is.
"""

from __future__ import annotations

import os
import time
import warnings
from typing import Any

import lighter_saving
from recorder_channels import Channels
from recorder_compile import loss_of, metrics_of, optimizer_of
from recorder_core import Recorder, shape_of
from recorder_graph import flat
from recorder_models import Description, Models
from recorder_probe import activation_between, arriving, probe
from recorder_registry import ModelInfo, digest, flags, weights_of
from recorder_trace import Trace

_SAVE_CAP_BYTES = 400_000_000


class Stage:
    """One training in progress."""

    def __init__(self, order: int, kind: str, model: Any, found: Description) -> None:
        self.order = order
        self.kind = kind
        self.model = model
        self.found = found
        self.steps = 0
        self.last: dict[bool, Any] = {}
        self.batch_told = False
        self.batch: int | None = None
        self.optimizer: Any = None
        self.iterations = 0


class Stages:
    """Numbers the stages of the whole notebook and tells how each began and ended."""

    def __init__(self, recorder: Recorder, models: Models) -> None:
        self._recorder = recorder
        self._models = models
        self._count = 0
        self.open: Stage | None = None
        self.channels = Channels(recorder)
        recorder.places.when_cell_ends.append(lambda: recorder.attempt("stage", self.close_open))

    # ------------------------------------------------------------------ compile

    def compiled(self, model: Any, given: dict[str, Any]) -> None:
        """`compile` came back."""
        self.close_open()
        recorder = self._recorder
        info = recorder.registry.model(model, recorder.places.here())
        info.compiled, info.traced = flags(model), None
        info.compile_place = recorder.places.here()
        found = self._models.describe(model)
        self._models.tell(model, found)
        recorder.emit("compile", model=info.key, loss=loss_of(given.get("loss")),
                      metrics=metrics_of(given.get("metrics")),
                      trainable=self._models.backbone_states(model, found),
                      **optimizer_of(getattr(model, "optimizer", None)))  # fmt: skip

    # ------------------------------------------------------------------ begin and end

    def begin(self, kind: str, model: Any, **asked: Any) -> Stage:
        """A training begins; what is known of the model before its first step."""
        self.close_open()
        registry = self._recorder.registry
        info = registry.model(model, self._recorder.places.here())
        found = self._models.describe(model)
        if found.has_backbone or not getattr(model, "built", True):
            self._models.tell(model, found)
        stage = Stage(self._count, kind, model, found)
        self._count += 1
        loss = getattr(model, "loss", None)
        recompiled = self._recompiled(model, info)
        self._recorder.emit(
            "stage_begin", stage=stage.order, kind=kind, model=info.key,
            label=self._recorder.places.name_of(model),
            recompiled=recompiled, compile_place=info.compile_place or None,
            loss=loss_of(loss), trainable=self._models.backbone_states(model, found),
            **optimizer_of(asked.pop("optimizer", None) or getattr(model, "optimizer", None)),
            **self._digests(model, found), **asked,
        )  # fmt: skip
        return stage

    def _recompiled(self, model: Any, info: ModelInfo) -> bool | None:
        """Whether `trainable` is everywhere what it was at the last compile; None where it was never compiled."""
        if not info.compiled:
            return None
        now = flags(model)
        return all(now[key] == value for key, value in info.compiled.items() if key in now)

    def _digests(self, model: Any, found: Description) -> dict[str, Any]:
        learnable, statistics = weights_of(found.layers)
        backbone = {id(w) for w in (*learnable, *statistics)}
        rest = [w for w in (*weights_of([model])[0], *weights_of([model])[1]) if id(w) not in backbone]
        return {"backbone_digest": digest(learnable), "statistics_digest": digest(statistics),
                "rest_digest": digest(rest)}  # fmt: skip

    def end(self, stage: Stage, *, completed: bool, error: str = "", **ran: Any) -> None:
        """A training ended: what became of the weights, and the model as a file."""
        if self.open is stage:
            self.open = None
        info = self._recorder.registry.model(stage.model)
        saved, problem = self._save(stage.model, f"{info.key}-{stage.order}") if stage.steps else (False, "no step ran")
        if stage.kind == "custom_loop" and stage.optimizer is not None:
            ran.setdefault("iterations", _iterations(stage.optimizer) - stage.iterations)
        optimizer = optimizer_of(getattr(stage.model, "optimizer", None))
        self._recorder.emit(
            "stage_end", stage=stage.order, model=info.key, completed=completed, error=error[:200],
            learning_rate=None if optimizer["schedule"] else optimizer["learning_rate"],
            steps=ran.pop("iterations", stage.steps), saved=saved, save_problem=problem,
            label=self._recorder.places.name_of(stage.model),
            **self._digests(stage.model, stage.found), **ran,
        )  # fmt: skip

    def close_open(self) -> None:
        """A loop of single steps has no end of its own: it ends where something else begins."""
        stage, self.open = self.open, None
        if stage is not None:
            self.end(stage, completed=True)

    # ------------------------------------------------------------------ what was observed

    def watch(self, stage: Stage) -> Trace:
        """A trace for the stage's first step."""
        clones = [stage.found.whole] if stage.found.whole is not None else stage.found.layers
        return Trace(self._recorder.registry, stage.model, stage.found.info, clones=clones)

    def observed(self, stage: Stage, trace: Trace, batch: Any = None, validation: Any = None) -> None:
        """The first step is over: describes the model again, now with what was called, and tells the shapes.

        `batch` and `validation`: pictures on which what arrives at the backbone can be measured.
        """
        if stage.batch_told:
            return
        stage.batch_told = True
        ratio = asleep = held = None
        if batch is not None and stage.found.has_backbone:
            ratio, asleep = probe(self._recorder, stage.model, stage.found, batch, trace)
            if validation is not None:
                held = arriving(self._recorder, stage.model, stage.found, validation).reached
        found = self._models.describe(stage.model, trace)
        self._models.tell(stage.model, found)
        stage.found = found
        shapes = [{"name": str(getattr(e.operation, "name", "")), "class": type(e.operation).__name__,
                   "shape": trace.shapes.get(id(e.operation))} for e in found.behind][:60]  # fmt: skip
        self._recorder.emit(
            "batch", stage=stage.order, model=self._recorder.registry.model(stage.model).key,
            batch_asked=stage.batch, entered=trace.entered, reached=trace.reached, output=trace.output,
            backbone_output=trace.backbone_output, shapes=shapes, affine=ratio, asleep=asleep, validation=held,
            channels=self._recorder.attempt("channels", self.channels.order_in, batch) or "",
            last_activation=activation_between(trace.last_output, trace.model_output),
        )  # fmt: skip
        trace.forget_values()

    # ------------------------------------------------------------------ hand-written loops

    def applied(self, optimizer: Any, variables: list[Any]) -> None:
        """An optimizer is about to change variables outside of Keras's own training."""
        model = self._model_with(variables)
        if model is None:
            return
        if self.open is None or self.open.kind != "custom_loop" or self.open.model is not model:
            stage = self.begin("custom_loop", model, optimizer=optimizer, changes=len(variables))
            stage.optimizer, stage.iterations = optimizer, _iterations(optimizer)
            self.open = stage
            info = self._recorder.registry.model(model)
            if info.trace is not None:
                stage.batch = (info.trace.entered or {}).get("shape", [None])[0]
                self.observed(stage, info.trace)
                info.trace = None
        self.open.steps += 1

    def _model_with(self, variables: list[Any]) -> Any:
        """The largest known model that holds all these variables."""
        wanted, best, most = {id(v) for v in variables}, None, 0
        for model in self._recorder.registry.models():
            if self._recorder.registry.backbone_of(model) is not None:
                continue
            held = {id(w) for part in weights_of([model]) for w in part}
            if wanted <= held and len(held) >= most:
                named = bool(self._recorder.places.name_of(model))
                if best is None or len(held) > most or named:
                    best, most = model, len(held)
        return best

    # ------------------------------------------------------------------ saving

    def _save(self, model: Any, name: str) -> Any:
        """(saved, problem). The optimizer's memory is left out: nobody reads it, and it doubles the file."""
        started = time.monotonic()
        size = sum(_bytes(w) for part in weights_of([model]) for w in part)
        if size > _SAVE_CAP_BYTES:
            return False, f"too large: {size} bytes of weights"
        path = os.path.join(self._recorder.out, "models", f"{name}.keras")
        memory = vars(model).pop("optimizer", None) if "optimizer" in vars(model) else None
        training = self._recorder.now.training
        self._recorder.now.training += 1
        try:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            if memory is not None:
                vars(model)["optimizer"] = None
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                lighter_saving.install()
                model.save(path)
            return True, f"{time.monotonic() - started:.2f} s" if time.monotonic() - started > 5 else ""
        except Exception as error:
            return False, f"{type(error).__name__}: {error}"[:300]
        finally:
            self._recorder.now.training = training
            if memory is not None:
                vars(model)["optimizer"] = memory


def _bytes(weight: Any) -> int:
    count = 1
    for side in shape_of(weight) or []:
        count *= side or 1
    return 4 * count


def _iterations(optimizer: Any) -> int:
    value = getattr(optimizer, "iterations", 0)
    try:
        import tensorflow

        with tensorflow.init_scope():
            return int(value.numpy() if hasattr(value, "numpy") else value)
    except Exception:
        return 0


def leading(value: Any) -> int | None:
    """How many samples a batch or array holds."""
    shape = shape_of(flat(value)[0]) if flat(value) else None
    return shape[0] if shape else None
