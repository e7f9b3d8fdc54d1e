"""The budget: trains a few steps on a few images where a notebook asks for hours, and tells what it shortened.

In: calls of fit, evaluate, predict, train_on_batch. Out: results of the shapes that were asked for; events of stages.
It must never change what the student's objects mean afterwards: eager mode and flags are put back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from budget_data import Reader, StudentsError, as_dataset, pick, rows_of_arrays, spread, steps_asked
from budget_history import pad
from budget_keras import as_traced, step_counter
from recorder_core import Recorder, wrap
from recorder_data import describe_source, kind_of
from recorder_fed import Fed
from recorder_measures import history_of
from recorder_stages import Stage, Stages, leading
from recorder_trace import Trace

FIT = ("x", "y", "batch_size", "epochs", "verbose", "callbacks", "validation_split", "validation_data", "shuffle",
       "class_weight", "sample_weight", "initial_epoch", "steps_per_epoch", "validation_steps",
       "validation_batch_size", "validation_freq")  # fmt: skip
TRAIN_ON_BATCH = ("x", "y", "sample_weight", "class_weight", "return_dict")


def trains_nothing(asked: dict[str, Any]) -> bool:
    """Whether `epochs` is reached already by `initial_epoch`: Keras then trains no step, and says nothing."""
    epochs = asked.get("epochs")
    return int(1 if epochs is None else epochs) <= int(asked.get("initial_epoch") or 0)


class Plan:
    """What to hand to Keras's own fit instead of what was asked."""

    def __init__(self, asked: dict[str, Any]) -> None:
        self.asked = asked
        self.call = dict(asked)
        self.first = int(asked.get("initial_epoch") or 0)
        self.epochs = int(asked.get("epochs") if asked.get("epochs") is not None else 1)
        self.batch: int | None = None
        self.sample: Any = None
        self.validation: Any = None
        self.shortened = False


class Budget:
    """Wraps what trains, for models of Keras 2 and 3."""

    def __init__(self, recorder: Recorder, stages: Stages) -> None:
        self._recorder = recorder
        self._stages = stages
        self.fed = Fed(recorder)
        self._reader = Reader()
        settings = recorder.budget
        self.full = bool(settings.get("full", False))
        self.epochs = int(settings.get("epochs", 1))
        self.steps = int(settings.get("steps", 2))
        self.images = int(settings.get("images", 8))
        self.validation_steps = int(settings.get("validation_steps", 1))

    def install(self, trainer: Any) -> None:
        """Wraps whichever of the methods this class defines itself."""
        for name, make in (("fit", self._fit), ("train_on_batch", self._train_on_batch), ("compile", self._compile)):
            if name in vars(trainer):
                wrap(trainer, name, make)

    def _compile(self, original: Callable[..., Any]) -> Callable[..., Any]:
        recorder = self._recorder

        def compile(model: Any, *args: Any, **kwargs: Any) -> Any:
            result = original(model, *args, **kwargs)
            given = {**dict(zip(("optimizer", "loss", "loss_weights", "metrics"), args)), **kwargs}  # noqa: B905
            recorder.attempt("compile", self._stages.compiled, model, given)
            return result

        return compile

    # ------------------------------------------------------------------ fit

    def _fit(self, original: Callable[..., Any]) -> Callable[..., Any]:
        recorder, stages = self._recorder, self._stages

        def fit(model: Any, *args: Any, **kwargs: Any) -> Any:
            if len(args) > len(FIT):
                return original(model, *args, **kwargs)
            asked = {**dict(zip(FIT, args)), **kwargs}  # noqa: B905
            if recorder.attempt("stage", trains_nothing, asked):
                return original(model, *args, **kwargs)
            stage = recorder.attempt("stage", self._begin, model, asked)
            try:
                plan = self._planned(asked)
                if stage is not None:
                    recorder.attempt("fed", self.fed.training, stage.order, model, asked, plan.sample)
                trace = recorder.attempt("trace", stages.watch, stage) if stage is not None and not self.full else None
                plan.call["callbacks"] = self._with_watcher(plan.call.get("callbacks"), stage, trace, plan)
                with self._quickly(model), self._watching(trace):
                    history = original(model, **plan.call)
            except BaseException as error:
                recorder.attempt("stage", self._finish, stage, None, None, type(error).__name__)
                raise
            recorder.attempt("stage", self._finish, stage, plan, history, "", model)
            return history

        return fit

    def _begin(self, model: Any, asked: dict[str, Any]) -> Stage:
        epochs, first = asked.get("epochs"), int(asked.get("initial_epoch") or 0)
        data = asked.get("x")
        return self._stages.begin(
            "fit", model, epochs_asked=int(1 if epochs is None else epochs) - first, initial_epoch=first,
            steps_asked=self._recorder.attempt("steps", steps_asked, data, asked.get("steps_per_epoch"),
                                               asked.get("batch_size")),
            source=self._recorder.attempt("source", describe_source, data),
            rows=self._recorder.attempt("rows", rows_of_arrays, data) if kind_of(data) == "arrays" else None,
        )  # fmt: skip

    def _planned(self, asked: dict[str, Any]) -> Plan:
        """The plan; after a fault of ours, what was asked, with fewer steps."""
        try:
            return self._plan(asked)
        except StudentsError as found:
            raise found.error from None
        except Exception as error:
            self._recorder.journal.fault("plan", error)
            plan = Plan(asked)
            if not self.full:
                plan.call.update(epochs=min(plan.epochs, plan.first + self.epochs), steps_per_epoch=self.steps)
            return plan

    def _plan(self, asked: dict[str, Any]) -> Plan:
        plan = Plan(asked)
        data = asked.get("x")
        if self.full:
            plan.sample = self._peek(data)
            plan.batch = int(asked.get("batch_size") or 32) if kind_of(data) == "arrays" else leading(plan.sample)
            return plan
        plan.shortened = True
        plan.call["epochs"] = min(plan.epochs, plan.first + self.epochs)
        self._recorder.now.reading = True
        try:
            self._shorten_training(plan)
            self._shorten_validation(plan)
        finally:
            self._recorder.now.reading = False
        return plan

    def _shorten_training(self, plan: Plan) -> None:
        asked, call = plan.asked, plan.call
        data = asked.get("x")
        kind = kind_of(data)
        if kind == "arrays":
            self._shorten_arrays(plan)
        elif kind != "other" and asked.get("y") is None:
            elements, plan.batch = self._reader.batches(data, self.steps, self.images)
            if elements:
                call["x"], call["shuffle"] = as_dataset(elements), False
                plan.sample = elements[0]
                call.pop("steps_per_epoch", None)
                call.pop("batch_size", None)
        else:
            call["steps_per_epoch"] = self.steps

    def _shorten_arrays(self, plan: Plan) -> None:
        asked, call = plan.asked, plan.call
        rows = rows_of_arrays(asked.get("x"), asked.get("y"), asked.get("sample_weight"))
        if rows is None:
            call["steps_per_epoch"] = self.steps
            return
        plan.batch = int(asked.get("batch_size") or 32)
        share, validation = float(asked.get("validation_split") or 0.0), asked.get("validation_data")
        border = rows
        if share and validation is None:
            border = int(rows * (1.0 - share))
            rest = [border + i for i in spread(rows - border, self.images * self.validation_steps)]
            call["validation_data"] = tuple(
                pick(asked.get(name), rest) for name in ("x", "y", "sample_weight") if asked.get(name) is not None
            )
        call["validation_split"] = 0.0
        images = min(plan.batch, self.images)
        chosen = spread(border, self.steps * images)
        for name in ("x", "y", "sample_weight"):
            if asked.get(name) is not None:
                call[name] = pick(asked[name], chosen)
        call["batch_size"] = images
        call.pop("steps_per_epoch", None)
        plan.sample = (pick(call["x"], list(range(min(images, len(chosen))))),)

    def _shorten_validation(self, plan: Plan) -> None:
        call = plan.call
        data = call.get("validation_data")
        if data is None:
            return
        call["validation_freq"] = 1
        call.pop("validation_steps", None)
        call.pop("validation_batch_size", None)
        call["validation_data"] = few = self.few(data, self.validation_steps)
        plan.validation = None if few is data else self._recorder.attempt("validation", _pictures_in, few)

    def few(self, data: Any, steps: int) -> Any:
        """A little of validation or test data, in a form that Keras takes in its place."""
        if kind_of(data) == "arrays":
            rows = rows_of_arrays(data)
            return data if rows is None else pick(data, spread(rows, steps * self.images))
        elements, _ = self._reader.batches(data, steps, self.images)
        return as_dataset(elements) if elements else data

    def _peek(self, data: Any) -> Any:
        """One batch of data that can be read twice without harm; None of a generator."""
        kind = kind_of(data)
        if kind == "arrays":
            rows = rows_of_arrays(data)
            return (pick(data, spread(rows, self.images)),) if rows else None
        if kind in ("dataset", "sequence", "image_generator"):
            elements, _ = self._reader.batches(data, 1, 10**9)
            return elements[0] if elements else None
        return None

    # ------------------------------------------------------------------ around Keras's own fit

    def _with_watcher(self, callbacks: Any, stage: Stage | None, trace: Trace | None, plan: Plan) -> Any:
        """The student's callbacks and one of ours, which counts steps and ends the watching of the first."""
        if stage is None:
            return callbacks
        stage.batch = plan.batch
        watcher = self._recorder.attempt("watcher", self._watcher, stage, trace, plan)
        if watcher is None:
            return callbacks
        if hasattr(callbacks, "append") and hasattr(callbacks, "on_train_begin"):
            callbacks.append(watcher)
            return callbacks
        given = [] if callbacks is None else list(callbacks) if isinstance(callbacks, (list, tuple)) else [callbacks]
        return [*given, watcher]

    def _watcher(self, stage: Stage, trace: Trace | None, plan: Plan) -> Any:
        """Counts the steps, and looks at the first."""

        def when_step_ends() -> None:
            stage.steps += 1
            if trace is not None and stage.steps == 1:
                self._recorder.now.trace = None
                self._recorder.attempt("observed", self._stages.observed, stage, trace, _x_of(plan.sample),
                                       plan.validation)

        return step_counter(stage.model, when_step_ends)

    def _quickly(self, model: Any) -> AbstractContextManager[None]:
        return nullcontext() if self.full else as_traced(model, self._recorder.registry.model(model))

    @contextmanager
    def _watching(self, trace: Trace | None) -> Iterator[None]:
        now = self._recorder.now
        previous, now.trace = now.trace, trace
        now.training += 1
        try:
            yield
        finally:
            now.training -= 1
            now.trace = previous

    def _finish(self, stage: Stage | None, plan: Plan | None, history: Any, error: str, model: Any = None) -> None:
        padded, run = 0, len(getattr(history, "epoch", None) or [])
        if plan is not None and plan.shortened and not getattr(model, "stop_training", False):
            frequency = plan.asked.get("validation_freq", 1)
            padded = pad(history, plan.first, plan.epochs, frequency if isinstance(frequency, int) else 1)
        if stage is None:
            return
        if plan is not None and self.full and plan.sample is not None:
            self._stages.observed(stage, self._stages.watch(stage), _x_of(plan.sample))
        told = self._recorder.attempt("history", history_of, history) if self.full and not error else None
        self._stages.end(stage, completed=not error, error=error, epochs_run=run, padded=padded, history=told)

    # ------------------------------------------------------------------ train_on_batch

    def _train_on_batch(self, original: Callable[..., Any]) -> Callable[..., Any]:
        recorder, now, stages = self._recorder, self._recorder.now, self._stages

        def train_on_batch(model: Any, *args: Any, **kwargs: Any) -> Any:
            if now.training:
                return original(model, *args, **kwargs)
            call = {**dict(zip(TRAIN_ON_BATCH, args)), **kwargs}  # noqa: B905
            stage = recorder.attempt("stage", self._loop_stage, model, call)
            if stage is None:
                return original(model, *args, **kwargs)
            as_dict = bool(call.get("return_dict"))
            if not self.full and stage.steps >= self.steps and as_dict in stage.last:
                return stage.last[as_dict]
            few = call if self.full else recorder.attempt("batch", self._smaller, call) or call
            trace = recorder.attempt("trace", stages.watch, stage) if not stage.batch_told and not self.full else None
            try:
                with self._quickly(model), self._watching(trace):
                    result = original(model, **few)
            except BaseException as error:
                recorder.attempt("stage", stages.end, stage, completed=False, error=type(error).__name__)
                raise
            stage.steps += 1
            stage.last[as_dict] = result
            if trace is not None:
                recorder.attempt("observed", stages.observed, stage, trace, few.get("x"))
            return result

        return train_on_batch

    def _loop_stage(self, model: Any, call: dict[str, Any]) -> Stage:
        stage = self._stages.open
        if stage is None or stage.kind != "train_on_batch" or stage.model is not model:
            stage = self._stages.begin("train_on_batch", model, source=None)
            stage.batch = leading(call.get("x"))
            self._stages.open = stage
        return stage

    def _smaller(self, call: dict[str, Any]) -> dict[str, Any]:
        rows = rows_of_arrays(call.get("x"), call.get("y"), call.get("sample_weight"))
        if rows is None or rows <= self.images:
            return call
        chosen = spread(rows, self.images)
        return {**call, **{name: pick(call[name], chosen) for name in ("x", "y", "sample_weight")
                           if call.get(name) is not None}}  # fmt: skip


def _pictures_in(few: Any) -> Any:
    return _x_of(few if isinstance(few, (list, tuple)) else next(iter(few)))


def _x_of(sample: Any) -> Any:
    return sample[0] if isinstance(sample, (list, tuple)) and sample else sample
