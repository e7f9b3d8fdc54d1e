"""What of a Keras model is changed for the time of a budgeted training, and put back afterwards.

In: a model that is about to train, evaluate or predict. Out: context managers, and a callback of its own Keras.
It must never leave a trace: what the student's next line sees is what it would have seen.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from recorder_registry import ModelInfo, all_layers, flags


@contextmanager
def as_traced(model: Any, info: ModelInfo) -> Iterator[None]:
    """Eager steps, which need no tracing. Where `trainable` changed without a new compile, layers get back
    for the time of the training what they had: Keras goes on with the function traced before the change."""
    older = None if model.run_eagerly else info.traced
    now_flags = flags(model)
    info.traced = older if older is not None else now_flags
    changed = older is not None and any(now_flags.get(k, v) != v for k, v in older.items())
    with eagerly(model):
        if changed and older is not None:
            _set_flags(model, older)
        try:
            yield
        finally:
            if changed:
                _set_flags(model, now_flags)


@contextmanager
def eagerly(model: Any) -> Iterator[None]:
    """Lets a model train, evaluate and predict without tracing graphs, and puts everything back."""
    functions = ("train_function", "test_function", "predict_function")
    before: list[tuple[str, Any]] = [("run_eagerly", model.run_eagerly)]
    if isinstance(getattr(model, "steps_per_execution", None), int):
        before.append(("steps_per_execution", model.steps_per_execution))
    try:
        model.run_eagerly = True
        if len(before) > 1:
            model.steps_per_execution = 1
        for name in functions:
            if hasattr(model, name):
                setattr(model, name, None)
        yield
    finally:
        for name, value in before:
            setattr(model, name, value)
        for name in functions:
            if hasattr(model, name):
                setattr(model, name, None)


def _set_flags(model: Any, wanted: dict[int, bool]) -> None:
    """Sets each layer's own flag and its weights', not those of layers inside it."""
    for layer in all_layers(model):
        if id(layer) in wanted and hasattr(layer, "_trainable"):
            layer._trainable = wanted[id(layer)]
            for weight in getattr(layer, "_trainable_variables", ()):
                weight.trainable = wanted[id(layer)]


def step_counter(model: Any, when_step_ends: Callable[[], None]) -> Any:
    """A callback of the model's own Keras, which says when a training step is over."""

    def on_train_batch_end(self: Any, batch: int, logs: Any = None) -> None:
        when_step_ends()

    members = {"on_train_batch_end": on_train_batch_end, "_supports_tf_logs": True}
    return type("StepCounter", (_callback_class(model),), members)()


def _callback_class(model: Any) -> Any:
    """`Callback` of the Keras that a model is of: `keras.src`, `tf_keras.src`, or `keras` before 2.13."""
    for parent in type(model).__mro__:
        parts = parent.__module__.split(".")
        if parent.__name__ == "Model" and parts[0] in ("keras", "tf_keras"):
            root = ".".join(parts[:2]) if parts[1:2] == ["src"] else parts[0]
            module = sys.modules.get(f"{root}.callbacks.callback") or sys.modules[f"{root}.callbacks"]
            return module.Callback
    raise LookupError(f"no Keras behind {type(model).__name__}")
