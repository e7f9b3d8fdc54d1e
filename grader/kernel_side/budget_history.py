"""Lengthens a History to what was asked for, and marks it.

In: a History of the epochs that were run. Out: the same object with as many epochs as the student asked for.
It must never lengthen what the student's own callback stopped.
"""

from __future__ import annotations

from typing import Any


def pad(history: Any, first: int, epochs: int, frequency: int = 1) -> int:
    """Repeats the last values up to `epochs`; returns how many epochs are made up.

    `first` is the initial epoch. `frequency` is `validation_freq`: validation has fewer values then.
    The attribute `epochs_really_run` marks a History that was lengthened.
    """
    real = list(getattr(history, "epoch", []) or [])
    missing = (epochs - first) - len(real)
    if missing <= 0 or not real:
        return 0
    for name, values in history.history.items():
        if not values:
            continue
        wanted = epochs - first
        if name.startswith("val_") and frequency > 1:
            wanted = max(sum((epoch + 1) % frequency == 0 for epoch in range(first, epochs)), 1)
        values.extend([values[-1]] * (wanted - len(values)))
        del values[wanted:]
    history.epoch = list(range(first, epochs))
    if isinstance(getattr(history, "params", None), dict):
        history.params["epochs"] = epochs
    history.epochs_really_run = len(real)
    return missing
