"""What happens in one training step: which layers are called in which order, with which shapes and values.

In: calls of layers while the trace is active. Out: calls, and statistics of what enters the model and its backbone.
It must never hold on to tensors.
"""

from __future__ import annotations

from typing import Any

from recorder_core import shape_of
from recorder_registry import BackboneInfo, Registry

_CALLS_CAP = 2000


class ReachedBackbone(BaseException):
    """Ends a probing call where the backbone begins: what lies behind it need not be computed."""


class ObservedCall:
    """One call of a layer. `step` is set for a `preprocess_input` that was called between layers."""

    def __init__(self, layer: Any, call: dict[str, Any] | None = None, step: Any = None) -> None:
        self.layer = layer
        self.call = call
        self.step = step
        self.input_shape: Any = None
        self.output_shape: Any = None


class Trace:
    """Watches the calls of one model, and the first arrival of data at its backbone.

    Attributes:
        entered, reached: statistics; `raw` and `arrived` the arrays themselves, only while a probe compares them.
        pairs: (training of the model's call, training given to the backbone), where the student's own code gave it.
    """

    def __init__(self, registry: Registry, model: Any, backbone: BackboneInfo | None, *, probing: bool = False,
                 clones: list[Any] | None = None) -> None:  # fmt: skip
        self._registry = registry
        self._model = model
        self._backbone = backbone
        self._clones = {id(x) for x in clones or ()}
        self.probing = probing
        self.calls: list[ObservedCall] = []
        self.steps_in: dict[int, dict[str, Any]] = {}
        self.shapes: dict[int, Any] = {}
        self.entered: dict[str, Any] | None = None
        self.reached: dict[str, Any] | None = None
        self.raw: Any = None
        self.arrived: Any = None
        self.output: Any = None
        self.backbone_output: Any = None
        self.pairs: list[dict[str, Any]] = []
        self.inside = 0
        self.last_output: Any = None
        self.model_output: Any = None

    @property
    def full(self) -> bool:
        return len(self.calls) >= _CALLS_CAP

    def is_backbone(self, layer: Any) -> bool:
        """True for the whole backbone, or a layer of it that is used by itself."""
        if self._backbone is not None and self._backbone.model() is layer:
            return True
        return id(layer) in self._clones or self._registry.owner_of(layer) is not None

    def saw_input(self, layer: Any, value: Any) -> None:
        """Data comes to a layer."""
        if layer is self._model and self.entered is None:
            self.entered = statistics(value)
            self.raw = value if self.probing else None
        if self.inside == 0 and self.is_backbone(layer) and type(layer).__name__ != "InputLayer":
            if self.reached is None:
                self.reached = statistics(value)
                self.arrived = value if self.probing else None
            if self.probing:
                raise ReachedBackbone

    def saw_output(self, observed: ObservedCall | None, layer: Any, value: Any) -> None:
        """Data leaves a layer."""
        shape = shape_of(value)
        self.shapes[id(layer)] = shape
        if observed is not None:
            observed.output_shape = shape
            if getattr(layer, "weights", None) and not hasattr(layer, "layers"):
                self.last_output = value
        if self.inside == 0 and self.is_backbone(layer):
            self.backbone_output = shape
        if layer is self._model:
            self.output = shape
            self.model_output = value

    def saw_preprocessing(self, step: dict[str, Any], containers: list[Any]) -> None:
        """A `preprocess_input` ran inside a layer or a model's own `call`."""
        if not containers or self.inside:
            return
        innermost = containers[-1]
        if hasattr(innermost, "layers"):
            self.calls.append(ObservedCall(None, step=step))
        else:
            self.steps_in[id(innermost)] = step

    def backbone_call(self) -> dict[str, Any] | None:
        """How the student's own code called the backbone: judged from a call in training and one in inference."""
        given = {(pair["outer"], pair["training"]) for pair in self.pairs}
        if not given:
            return None
        last = {k: v for k, v in self.pairs[-1].items() if k != "outer"}
        values = {value for _, value in given}
        passed_on = all(outer == value for outer, value in given) and len({outer for outer, _ in given}) > 1
        if passed_on:
            return {**last, "training": "passed_on"}
        return {**last, "training": values.pop() if len(values) == 1 else "passed_on"}

    def forget_values(self) -> None:
        self.raw = self.arrived = self.last_output = self.model_output = None


def statistics(value: Any) -> dict[str, Any] | None:
    """Shape, range, mean and channel statistics of a batch of real values, `(n, height, width, channels)`."""
    import numpy

    array = as_array(value)
    if array is None or array.size == 0 or array.dtype.kind not in "fiu":
        return None
    numbers = array.astype("float64")
    found: dict[str, Any] = {
        "shape": list(array.shape),
        "minimum": float(numbers.min()),
        "maximum": float(numbers.max()),
        "mean": float(numbers.mean()),
        "dtype": str(array.dtype),
    }
    if numbers.ndim == 4 and numbers.shape[-1] <= 4:
        axes = (0, 1, 2)
        found["channel_means"] = [float(x) for x in numpy.mean(numbers, axis=axes)]
        found["channel_deviations"] = [float(x) for x in numpy.std(numbers, axis=axes)]
    return found


def has_values(value: Any) -> bool:
    """False for tensors of a graph that is being traced, as when a model is built by its first call."""
    first = value[0] if isinstance(value, (list, tuple)) and value else value
    if isinstance(value, dict):
        first = next(iter(value.values()), None)
    return hasattr(first, "numpy") or hasattr(first, "__array_interface__")


def as_array(value: Any) -> Any:
    """The values of an eager tensor or array; None for what has no values yet."""
    import numpy

    first = value[0] if isinstance(value, (list, tuple)) and value else value
    if isinstance(value, dict):
        first = next(iter(value.values()), None)
    if isinstance(first, numpy.ndarray):
        return first
    if not hasattr(first, "numpy") or hasattr(first, "_keras_history"):
        return None
    try:
        return numpy.asarray(first.numpy())
    except (AttributeError, NotImplementedError, TypeError, ValueError):
        return None
