"""`evaluate` and `predict` on a few images, with results of the shape that was asked for.

In: calls of evaluate and predict. Out: metrics of a few images; as many predicted rows as asked.
Events: `shortened`, `features`.
It must never return fewer rows than Keras would.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

from budget import Budget
from budget_data import Reader, StudentsError, as_dataset, pick, rows_asked, rows_of_arrays, spread
from budget_keras import eagerly
from recorder_core import Recorder, wrap
from recorder_data import kind_of
from recorder_graph import flat
from recorder_measures import evaluated
from recorder_models import Models
from recorder_trace import Trace

EVALUATE = ("x", "y", "batch_size", "verbose", "sample_weight", "steps", "callbacks", "return_dict")
PREDICT = ("x", "batch_size", "verbose", "steps", "callbacks")
_LARGEST_RESULT = 1_000_000_000
_MOST_CALLS = 8
"""Real predictions of one model; a loop over all pictures then gets the last ones again."""


class Inference:
    """Wraps what only computes."""

    def __init__(self, recorder: Recorder, budget: Budget, models: Models) -> None:
        self._recorder = recorder
        self._budget = budget
        self._models = models
        self._reader = Reader()
        self._told: set = set()
        self._rows = int(recorder.budget.get("predict_images", 8))
        self._predicted: dict[str, Any] = {}

    def install(self, trainer: Any) -> None:
        """Wraps whichever of the methods this class defines itself."""
        for name, make in (("evaluate", self._evaluate), ("predict", self._predict)):
            if name in vars(trainer):
                wrap(trainer, name, make)

    # ------------------------------------------------------------------ evaluate

    def _evaluate(self, original: Callable[..., Any]) -> Callable[..., Any]:
        recorder, now = self._recorder, self._recorder.now

        def evaluate(model: Any, *args: Any, **kwargs: Any) -> Any:
            inner = "_use_cached_eval_dataset" in kwargs
            if not inner and not now.training and len(args) <= len(EVALUATE):
                data = kwargs["x"] if "x" in kwargs else args[0] if args else None
                recorder.attempt("reading", self._budget.fed.reading, "evaluate", model, data)
            if inner or len(args) > len(EVALUATE):
                return original(model, *args, **kwargs)
            if self._budget.full:
                result = original(model, *args, **kwargs)
                if not now.training:
                    recorder.attempt("evaluated", self._tell_evaluated, model)
                return result
            call = {**dict(zip(EVALUATE, args)), **kwargs}  # noqa: B905
            few = self._few(call)
            now.training += 1
            try:
                with eagerly(model):
                    result = original(model, **few)
            finally:
                now.training -= 1
            recorder.attempt("shortened", self._tell_shortened, "evaluate", model, None)
            return result

        return evaluate

    def _few(self, call: dict[str, Any]) -> dict[str, Any]:
        try:
            return self._fewer(call)
        except StudentsError as found:
            raise found.error from None
        except Exception as error:
            self._recorder.journal.fault("evaluate", error)
            return {**call, "steps": 1}

    def _fewer(self, call: dict[str, Any]) -> dict[str, Any]:
        few, data = dict(call), call.get("x")
        steps = self._budget.validation_steps
        if kind_of(data) == "arrays":
            rows = rows_of_arrays(data, call.get("y"), call.get("sample_weight"))
            if rows is None:
                return {**few, "steps": steps}
            chosen = spread(rows, steps * self._budget.images)
            few.update({n: pick(call[n], chosen) for n in ("x", "y", "sample_weight") if call.get(n) is not None})
            few["batch_size"] = self._budget.images
        elif call.get("y") is None:
            few["x"] = self._budget.few(data, steps)
            few.pop("batch_size", None)
        few.pop("steps", None)
        return few

    # ------------------------------------------------------------------ predict

    def _predict(self, original: Callable[..., Any]) -> Callable[..., Any]:
        recorder, now = self._recorder, self._recorder.now

        def predict(model: Any, *args: Any, **kwargs: Any) -> Any:
            if len(args) > len(PREDICT):
                return original(model, *args, **kwargs)
            call = {**dict(zip(PREDICT, args)), **kwargs}  # noqa: B905
            full = self._budget.full
            if not now.training:
                recorder.attempt("reading", self._budget.fed.reading, "predict", model, call.get("x"))
            again = None if full else recorder.attempt("again", self._again, model, call)
            if again is not None:
                return again
            plan = {"call": call, "rows": None, "chosen": None} if full else self._plan(call)
            trace = None if now.training else recorder.attempt("features", self._watch, model)
            before, now.trace = now.trace, trace
            now.training += 1
            try:
                with nullcontext() if full else eagerly(model):
                    result = original(model, **plan["call"])
            finally:
                now.training -= 1
                now.trace = before
            if plan["rows"] is not None:
                longer = recorder.attempt("rows", lengthen, result, plan["rows"], plan["chosen"])
                result = result if longer is None else longer
                recorder.attempt("shortened", self._tell_shortened, "predict", model, plan["rows"])
            if trace is not None:
                recorder.attempt("features", self._tell_features, model, result, trace)
            recorder.attempt("again", self._keep, model, result)
            return result

        return predict

    def _keep(self, model: Any, result: Any) -> None:
        """A few rows are kept, as a copy: features of a whole data set would fill the memory."""
        key = self._recorder.registry.model(model).key
        calls, _ = self._predicted.get(key, (0, None))
        few = result[:32].copy() if hasattr(result, "copy") and hasattr(result, "shape") else None
        self._predicted[key] = (calls + 1, few)

    def _again(self, model: Any, call: dict[str, Any]) -> Any:
        """What a model predicted last, in as many rows as are asked for, where it has predicted often enough."""
        calls, last = self._predicted.get(self._recorder.registry.model(model).key, (0, None))
        rows = rows_asked(call.get("x"), call.get("steps")) if calls >= _MOST_CALLS else None
        if rows is None or last is None:
            return None
        self._tell_shortened("predict", model, rows)
        return lengthen(last, rows, None)

    def _plan(self, call: dict[str, Any]) -> dict[str, Any]:
        """What to predict really: `rows` is how many there should be, None where nothing is shortened."""
        whole = {"call": call, "rows": None, "chosen": None}
        data, steps = call.get("x"), call.get("steps")
        try:
            rows = rows_asked(data, steps)
            if rows is None or rows <= self._rows:
                return whole
            if kind_of(data) == "arrays":
                chosen = spread(rows, self._rows)
                few = {**call, "x": pick(data, chosen)}
                few.pop("steps", None)
                return {"call": few, "rows": rows, "chosen": chosen}
            elements, _ = self._reader.batches(data, 1, self._rows)
            few = {**call, "x": as_dataset(elements)}
            few.pop("steps", None)
            few.pop("batch_size", None)
            return {"call": few, "rows": rows, "chosen": None}
        except StudentsError as found:
            raise found.error from None
        except Exception as error:
            self._recorder.journal.fault("predict", error)
            return whole

    def _tell_shortened(self, what: str, model: Any, rows: int | None) -> None:
        self._recorder.emit("shortened", what=what, rows=rows, model=self._recorder.registry.model(model).key)

    def _tell_evaluated(self, model: Any) -> None:
        self._recorder.emit("evaluated", model=self._recorder.registry.model(model).key, metrics=evaluated(model))

    def _watch(self, model: Any) -> Trace | None:
        """A trace for a model with a backbone, once a place; None for others."""
        place = self._recorder.places.here()
        here = (id(model), place["cell"], place["line"])
        if here in self._told:
            return None
        self._told.add(here)
        found = self._models.describe(model)
        clones = [found.whole] if found.whole is not None else found.layers
        return Trace(self._recorder.registry, model, found.info, clones=clones) if found.has_backbone else None

    def _tell_features(self, model: Any, result: Any, trace: Trace) -> None:
        """A backbone's features computed by `predict` may be what another model is trained on."""
        registry = self._recorder.registry
        info = registry.backbone_of(model) or self._models.describe(model).info
        shapes = [list(x.shape) for x in flat(result) if hasattr(x, "shape")][:4]
        self._recorder.emit("features", backbone=info.key if info else "", how="predict", shapes=shapes,
                            model=registry.model(model).key, entered=trace.reached)  # fmt: skip
        trace.forget_values()


def lengthen(result: Any, rows: int, chosen: list[int] | None) -> Any:
    """Predictions for all rows out of those of a few: each row gets those of the nearest one computed."""
    import numpy

    if isinstance(result, dict):
        return {key: lengthen(part, rows, chosen) for key, part in result.items()}
    if isinstance(result, (list, tuple)):
        return type(result)(lengthen(part, rows, chosen) for part in result)
    have = len(result)
    if have == 0 or have >= rows:
        return result[:rows]
    if rows * (result.nbytes // have) > _LARGEST_RESULT:
        return numpy.broadcast_to(result[:1], (rows, *result.shape[1:]))
    if chosen is None:
        return result[numpy.arange(rows) % have]
    border = (numpy.asarray(chosen)[1:] + numpy.asarray(chosen)[:-1]) / 2
    return result[numpy.searchsorted(border, numpy.arange(rows))]
