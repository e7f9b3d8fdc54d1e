"""Arguments and attributes that Keras dropped: `lr=`, `decay=`, `workers=`, `optimizer.lr`, `layer.output_shape`.

In: the log of requests. Out: hooks on Keras 3's optimizers, layers, `fit` and History.
It must never invent a value: each shim passes the student's own under today's name, or drops what never mattered.
"""

from __future__ import annotations

import functools
import sys
from types import ModuleType
from typing import Any, Callable, Dict, List  # noqa: UP035  (a course's kernel may be Python 3.9)

from import_hooks import when_imported
from served_requests import RequestLog

DROPPED_FROM_FIT = ("workers", "use_multiprocessing", "max_queue_size")
METRICS = {"acc": "accuracy", "accuracy": "acc", "val_acc": "val_accuracy", "val_accuracy": "val_acc"}


def install(log: RequestLog) -> None:
    when_imported("keras.src.optimizers.base_optimizer", lambda module: _hook_optimizer(module, log))
    when_imported("keras.src.layers.layer", lambda module: _hook_layer(module, log))
    when_imported("keras.src.callbacks.history", lambda module: _hook_history(module, log))
    when_imported("keras.src.backend.tensorflow.trainer", lambda module: _hook_fit(module, log))
    when_imported("keras.src.trainers.trainer", lambda module: _hook_compile(module, log))


def _hook_optimizer(module: ModuleType, log: RequestLog) -> None:
    optimizer = module.BaseOptimizer  # type: ignore[attr-defined]
    real = optimizer.__init__

    @functools.wraps(real)
    def __init__(self: Any, learning_rate: Any, *args: Any, **options: Any) -> None:
        if "lr" in options:
            learning_rate = options.pop("lr")
            log.note("drift", f"{type(self).__name__}(lr={learning_rate!r})", "learning_rate=")
        if isinstance(learning_rate, int) and not isinstance(learning_rate, bool):
            learning_rate = float(learning_rate)
        if options.get("decay") is not None:
            log.note("drift", f"{type(self).__name__}(decay={options['decay']!r})", "a learning rate schedule; ignored")
            options.pop("decay")
        real(self, learning_rate, *args, **options)

    optimizer.__init__ = __init__
    if not hasattr(optimizer, "lr"):
        optimizer.lr = property(*_renamed("optimizer.lr", "learning_rate", log))


def _renamed(old: str, new: str, log: RequestLog) -> List[Callable[..., Any]]:  # noqa: UP006
    def get(self: Any) -> Any:
        log.note("drift", old, new)
        return getattr(self, new)

    def put(self: Any, value: Any) -> None:
        log.note("drift", old, new)
        setattr(self, new, value)

    return [get, put]


class _ShapeOf:
    """`layer.output_shape` from `layer.output`. No data descriptor: a layer that sets its own keeps it."""

    def __init__(self, tensor: str, log: RequestLog) -> None:
        self._tensor, self._log = tensor, log

    def __get__(self, layer: Any, owner: Any = None) -> Any:
        if layer is None:
            return self
        if _asked_by_keras():
            raise AttributeError(f"{self._tensor}_shape")
        tensor = getattr(layer, self._tensor)
        self._log.note("drift", f"layer.{self._tensor}_shape", f"layer.{self._tensor}.shape")
        if isinstance(tensor, (list, tuple)):
            return [tuple(one.shape) for one in tensor]
        return tuple(tensor.shape)


def _asked_by_keras() -> bool:
    """True where Keras itself looks whether a layer has the attribute: it must see what it has always seen."""
    caller = str(sys._getframe(2).f_globals.get("__name__", ""))
    return caller.partition(".")[0] in ("keras", "tf_keras", "tensorflow")


def _hook_layer(module: ModuleType, log: RequestLog) -> None:
    layer = module.Layer  # type: ignore[attr-defined]
    for tensor in ("input", "output"):
        if not hasattr(layer, f"{tensor}_shape"):
            setattr(layer, f"{tensor}_shape", _ShapeOf(tensor, log))


class AliasedHistory(Dict[str, Any]):  # noqa: UP006
    """`history.history`, in which `acc` is also found as `accuracy` and the other way round."""

    note: Callable[[str, str], Any] = staticmethod(lambda old, new: None)

    def __missing__(self, key: str) -> Any:
        other = METRICS.get(key, "")
        if other not in self:
            raise KeyError(key)
        self.note(key, other)
        return self[other]

    def get(self, key: str, default: Any = None) -> Any:
        try:
            return self[key]
        except KeyError:
            return default


def _hook_history(module: ModuleType, log: RequestLog) -> None:
    """A property, so that whoever replaces `history.history` by another dictionary keeps the aliases."""

    class NotedHistory(AliasedHistory):
        note = staticmethod(lambda old, new: log.note("drift", f"history['{old}']", f"history['{new}']"))

        def __reduce__(self) -> Any:
            return (dict, (dict(self),))

    def get(self: Any) -> Any:
        return self.__dict__["history"]

    def put(self: Any, value: Any) -> None:
        is_plain = isinstance(value, dict) and not isinstance(value, AliasedHistory)
        self.__dict__["history"] = NotedHistory(value) if is_plain else value

    module.History.history = property(get, put)  # type: ignore[attr-defined]


def _hook_fit(module: ModuleType, log: RequestLog) -> None:
    trainer = module.TensorFlowTrainer  # type: ignore[attr-defined]
    for name in ("fit", "evaluate", "predict"):
        setattr(trainer, name, without_dropped(getattr(trainer, name), log))


def _hook_compile(module: ModuleType, log: RequestLog) -> None:
    trainer = module.Trainer  # type: ignore[attr-defined]
    trainer.compile = with_third_as_metrics(trainer.compile, log)


def with_third_as_metrics(real: Callable[..., Any], log: RequestLog) -> Callable[..., Any]:
    """`compile(optimizer, loss, metrics)`: in Keras 2 metrics were third, in Keras 3 loss weights (numbers) are."""

    @functools.wraps(real)
    def compile(self: Any, *args: Any, **options: Any) -> Any:
        third = args[2] if len(args) == 3 else None
        parts = list(third) if isinstance(third, (list, tuple)) else [third]
        if "metrics" not in options and all(isinstance(part, str) or callable(part) for part in parts) and parts:
            log.note("drift", "compile(optimizer, loss, metrics)", "compile(optimizer, loss, metrics=metrics)")
            return real(self, *args[:2], metrics=third, **options)
        return real(self, *args, **options)

    return compile


def without_dropped(real: Callable[..., Any], log: RequestLog) -> Callable[..., Any]:
    """`real` without the arguments that only said how to load data."""

    @functools.wraps(real)
    def hooked(self: Any, *args: Any, **options: Any) -> Any:
        for name in DROPPED_FROM_FIT:
            if name in options:
                log.note("drift", f"{real.__name__}({name}=…)", "an argument of the data set; ignored")
                del options[name]
        return real(self, *args, **options)

    return hooked
