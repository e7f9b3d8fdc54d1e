"""What a model is compiled with: optimizer, learning rate, loss, metrics.

In: arguments of `compile`, or a compiled model. Out: plain values.
It must never build an optimizer or change one.
"""

from __future__ import annotations

import inspect
import re
import sys
from typing import Any


def loss_of(loss: Any) -> dict[str, Any] | None:
    """Keras's name of a loss and whether it takes logits; `other` for a function of the student's own."""
    if loss is None:
        return None
    if isinstance(loss, (list, tuple, dict)):
        values = list(loss.values()) if isinstance(loss, dict) else list(loss)
        return loss_of(values[0]) if len(values) == 1 else {"name": "other", "from_logits": False}
    if isinstance(loss, str):
        return {"name": _canonical(loss), "from_logits": False}
    if inspect.isclass(loss):
        loss = loss()
    if not callable(loss) and not hasattr(loss, "call"):
        return {"name": "other", "from_logits": False}
    return _of_object(loss)


def _of_object(loss: Any) -> dict[str, Any]:
    function = getattr(loss, "func", None) or getattr(loss, "__wrapped__", None) or loss
    keywords = dict(getattr(loss, "keywords", None) or {})
    ours = _is_keras(type(loss)) or _is_keras(function)
    if not ours:
        return {"name": "other", "from_logits": False}
    keywords.update(getattr(loss, "_fn_kwargs", None) or {})
    from_logits = keywords.get("from_logits", getattr(loss, "from_logits", False))
    name = getattr(function, "__name__", "") or type(loss).__name__
    inner = getattr(loss, "fn", None)
    if type(loss).__name__ in ("LossFunctionWrapper", "MeanMetricWrapper") and inner is not None:
        name = getattr(inner, "__name__", name)
    return {"name": _canonical(name), "from_logits": bool(from_logits)}


def _is_keras(thing: Any) -> bool:
    return str(getattr(thing, "__module__", "")).split(".")[0] in ("keras", "tf_keras", "tensorflow")


def _canonical(name: str) -> str:
    """Keras's snake case of any spelling that it accepts."""
    module = sys.modules.get("keras.src.losses") or sys.modules.get("keras.losses")
    try:
        found = module.get(name) if module is not None else None
        name = getattr(found, "__name__", "") or (type(found).__name__ if found is not None else name)
    except Exception:
        name = str(name)
    known = {"bce": "binary_crossentropy", "mse": "mean_squared_error", "mae": "mean_absolute_error"}
    return known.get(name.lower(), snake(name))


def snake(name: str) -> str:
    """`BinaryCrossentropy` → `binary_crossentropy`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def optimizer_of(optimizer: Any) -> dict[str, Any]:
    """Class and learning rate now; of a schedule the rate with which it begins."""
    if optimizer is None:
        return {"optimizer": "", "learning_rate": None, "schedule": ""}
    inner = getattr(optimizer, "inner_optimizer", None) or optimizer
    rate = getattr(inner, "_learning_rate", None)
    if rate is None:
        rate = getattr(inner, "learning_rate", None)
    schedule = ""
    if not hasattr(rate, "numpy") and (hasattr(rate, "get_config") or callable(rate)):
        schedule = type(rate).__name__
        first = getattr(rate, "initial_learning_rate", None)
        rate = first if isinstance(first, (int, float)) else rate(0) if hasattr(rate, "get_config") else rate()
    return {"optimizer": type(inner).__name__, "learning_rate": number(rate), "schedule": schedule}


def number(value: Any) -> float | None:
    """A variable, tensor or number as a float; read outside of any graph that is being traced."""
    if value is None:
        return None
    tensorflow = sys.modules.get("tensorflow")
    try:
        if tensorflow is None or not hasattr(value, "numpy"):
            return float(value)
        with tensorflow.init_scope():
            return float(value.numpy())
    except (TypeError, ValueError, NotImplementedError):
        return None


def metrics_of(metrics: Any) -> list[str]:
    """Names of metrics as they were given."""
    if isinstance(metrics, dict):
        metrics = list(metrics.values())
    found = []
    for metric in metrics if isinstance(metrics, (list, tuple)) else [metrics] if metrics is not None else []:
        found.append(metric if isinstance(metric, str) else str(getattr(metric, "name", "") or type(metric).__name__))
    return found[:20]
