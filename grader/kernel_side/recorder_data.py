"""Where training data comes from and what is done to it on the way, as far as it can be seen.

In: what a student passes to `fit`. Out: a description: kind, functions mapped over it, generator arguments.
It must never draw from the data.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

_GENERATOR_ARGUMENTS = (
    "featurewise_center", "samplewise_center", "featurewise_std_normalization", "samplewise_std_normalization",
    "zca_whitening", "rotation_range", "width_shift_range", "height_shift_range", "brightness_range", "shear_range",
    "zoom_range", "channel_shift_range", "horizontal_flip", "vertical_flip", "rescale",
)  # fmt: skip
_AFFINE = {"RealDiv": "divide", "Mul": "multiply", "Sub": "subtract", "Add": "add", "AddV2": "add", "Div": "divide"}
_OPAQUE = frozenset({"EagerPyFunc", "PyFunc", "PyFuncStateless"})


def in_graph() -> bool:
    """True while TensorFlow traces a function: what is called then is not yet computed."""
    tensorflow = sys.modules.get("tensorflow")
    return tensorflow is not None and hasattr(tensorflow, "executing_eagerly") and not tensorflow.executing_eagerly()


def graph_tokens() -> list[str]:
    """Names of the graphs that are being traced now, innermost first; () while code runs eagerly."""
    if not in_graph():
        return []
    graph, tokens = sys.modules["tensorflow"].compat.v1.get_default_graph(), []
    while graph is not None and len(tokens) < 10:
        tokens.append(f"g{id(graph)}")
        _keep(graph)
        graph = getattr(graph, "outer_graph", None)
    return tokens


def _keep(graph: Any) -> None:
    """A graph that refers to itself lives until a collection: its identity is not given to another too early."""
    setattr(graph, "_recorded_self", graph)


def describe_source(data: Any) -> dict[str, Any]:
    """What `fit` is given: its kind, and the steps that its values pass before they reach the model."""
    found: dict[str, Any] = {"source": kind_of(data), "graphs": [], "affine": [], "opaque": False,
                             "random": [], "generator": None}  # fmt: skip
    if found["source"] == "dataset":
        for part in _chain(data):
            for function in getattr(part, "_functions", list)() or []:
                graph = getattr(getattr(function, "function", None), "graph", None)
                if graph is not None:
                    found["graphs"].append(f"g{id(graph)}")
                    _read_graph(graph, found)
    elif found["source"] == "image_generator":
        found["generator"] = {**generator_arguments(data.image_data_generator),
                              "place": getattr(data.image_data_generator, "_recorded_place", None)}  # fmt: skip
    elif found["source"] in ("generator", "sequence"):
        found["opaque"] = True
    return found


def kind_of(data: Any) -> str:
    """`dataset`, `image_generator`, `sequence`, `generator`, `arrays` or `other`."""
    if data is None:
        return "other"
    if hasattr(data, "element_spec") and hasattr(data, "prefetch"):
        return "dataset"
    if getattr(data, "image_data_generator", None) is not None and hasattr(data, "__getitem__"):
        return "image_generator"
    bases = {c.__name__ for c in type(data).__mro__}
    if bases & {"PyDataset", "Sequence"} and hasattr(data, "__getitem__") and not hasattr(data, "shape"):
        return "sequence" if not isinstance(data, (list, tuple)) else "arrays"
    if hasattr(data, "__next__"):
        return "generator"
    if hasattr(data, "shape") or isinstance(data, (list, tuple, dict)):
        return "arrays"
    return "other"


def generator_arguments(generator: Any) -> dict[str, Any]:
    """What an ImageDataGenerator does to pictures; only what differs from doing nothing."""
    found: dict[str, Any] = {}
    for name in _GENERATOR_ARGUMENTS:
        value = getattr(generator, name, None)
        if isinstance(value, (list, tuple)):
            value = (
                None if list(value) == [1, 1] or (name == "zoom_range" and list(value) == [1.0, 1.0]) else list(value)
            )
        if value is not None and value is not False and value != 0:
            found[name] = value
    function = getattr(generator, "preprocessing_function", None)
    if function is not None:
        found["preprocessing_function"] = getattr(function, "_application", "") or getattr(
            function, "__name__", "other"
        )
        found["of"] = getattr(function, "_application", "")
    return found


def _chain(dataset: Any) -> Iterator[Any]:
    """The data sets of which one is made, the first one first."""
    for source in getattr(dataset, "_inputs", list)() or []:
        yield from _chain(source)
    yield dataset


def _read_graph(graph: Any, found: dict[str, Any]) -> None:
    """Arithmetic with constants on pictures, random operations, and Python functions inside a mapped function."""
    for operation in graph.get_operations():
        if operation.type in _OPAQUE:
            found["opaque"] = True
        if "Random" in operation.type or operation.type.startswith("ImageProjectiveTransform"):
            found["random"].append(operation.type)
        if operation.type in _AFFINE and len(operation.inputs) == 2:
            step = _affine(operation)
            if step is not None:
                found["affine"].append(step)
        if operation.type == "ReverseV2" and _is_picture(operation.inputs[0]):
            found["affine"].append(["reverse", 0.0])


def _affine(operation: Any) -> list[Any] | None:
    left, right = operation.inputs
    constant = _constant(right)
    if constant is not None and _is_picture(left):
        return [_AFFINE[operation.type], constant]
    constant = _constant(left)
    if constant is not None and _is_picture(right) and _AFFINE[operation.type] in ("multiply", "add"):
        return [_AFFINE[operation.type], constant]
    return None


def _is_picture(tensor: Any) -> bool:
    rank = tensor.shape.rank
    return tensor.dtype.is_floating and (rank is None or rank >= 3)


def _constant(tensor: Any) -> Any:
    """A constant of one number, or of one for each channel."""
    value = sys.modules["tensorflow"].get_static_value(tensor)
    if value is None or getattr(value, "dtype", None) is None or value.dtype.kind not in "fiu":
        return None
    numbers = [float(x) for x in value.reshape(-1)[:4]]
    if value.size == 1:
        return numbers[0]
    return numbers if value.size in (3, 4) else None
