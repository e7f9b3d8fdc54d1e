"""A transfer model that is called by hand on a batch: computed for a few pictures, given back for all.

In: eager calls outside of any training. Out: results with as many rows as there were pictures; events `shortened`.
It must never shorten what a gradient is taken of, nor a call in training mode.

A call of MobileNetV2 on 32 pictures takes two CPU seconds and a gigabyte, and students make it to print a shape.
"""

from __future__ import annotations

import sys
from typing import Any

from recorder_core import Recorder, shape_of
from recorder_registry import all_layers
from recorder_trace import has_values


class Calls:
    """Decides which calls are shortened."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._images = int(recorder.budget.get("images", 8))

    def fewer(self, model: Any, args: Any, kwargs: Any) -> Any:
        """The first pictures of the batch, where the call may be shortened; else None."""
        tensorflow = sys.modules.get("tensorflow")
        if tensorflow is None or len(args) != 1 or kwargs.get("training") or not tensorflow.executing_eagerly():
            return None
        shape = shape_of(args[0]) if hasattr(args[0], "shape") else None
        if not shape or len(shape) != 4 or (shape[0] or 0) <= self._images or not has_values(args[0]):
            return None
        if _gradients_are_recorded() or not self._recorder.registry.backbones_among(all_layers(model)):
            return None
        return args[0][: self._images]

    def lengthen(self, model: Any, result: Any, whole: Any) -> Any:
        """The result with a row for each picture; None where it is not one tensor of the few pictures' rows."""
        shape = shape_of(result) if hasattr(result, "shape") else None
        if not shape or shape[0] != self._images:
            return None
        tensorflow = sys.modules["tensorflow"]
        rows = int(shape_of(whole)[0])
        longer = tensorflow.gather(result, tensorflow.range(rows) % self._images)
        self._recorder.emit("shortened", what="call", rows=rows, model=self._recorder.registry.model(model).key)
        return longer


def _gradients_are_recorded() -> bool:
    """True inside of a GradientTape; where TensorFlow can't be asked, too."""
    record = sys.modules.get("tensorflow.python.eager.record") or sys.modules.get("tensorflow.python.eager.tape")
    ask = getattr(record, "could_possibly_record", None)
    return True if ask is None else bool(ask())
