"""What full trainings and evaluations measured, as plain numbers.

In: a History that Keras filled, a model that was just evaluated. Out: metrics by name, a value an epoch, or one each.
It must never be asked about what was shortened: those numbers measure nothing.
"""

from __future__ import annotations

from typing import Any

_MOST_METRICS = 30
_MOST_EPOCHS = 400


def history_of(history: Any) -> dict[str, list[float]]:
    """Metric → its values, an epoch each; metrics of something else than numbers are left out."""
    found: dict[str, list[float]] = {}
    for name, values in list((getattr(history, "history", None) or {}).items())[:_MOST_METRICS]:
        numbers = [_number(value) for value in list(values)[:_MOST_EPOCHS]]
        if numbers and all(number is not None for number in numbers):
            found[str(name)[:60]] = [round(number, 6) for number in numbers if number is not None]
    return found


def evaluated(model: Any) -> dict[str, float]:
    """Metric → its value over what the model was evaluated on a moment ago."""
    told = model.get_metrics_result() if hasattr(model, "get_metrics_result") else {
        metric.name: metric.result() for metric in model.metrics
    }  # fmt: skip
    numbers = {str(name)[:60]: _number(value) for name, value in list(told.items())[:_MOST_METRICS]}
    return {name: round(number, 6) for name, number in numbers.items() if number is not None}


def _number(value: Any) -> float | None:
    """A finite number, from whatever of Keras, NumPy or Python it is."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if number - number == 0 else None
