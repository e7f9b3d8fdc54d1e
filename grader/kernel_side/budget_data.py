"""Small pieces of whatever a student trains on: a few batches of a few images.

In: data sets, arrays, generators, sequences. Out: the same kind of elements, fewer; and how many there would be.
It must never draw more than it needs, and an error of the student's own data reaches the student unchanged.
"""

from __future__ import annotations

import sys
import weakref
from collections.abc import Callable, Iterator
from typing import Any

from recorder_core import shape_of
from recorder_data import kind_of
from recorder_graph import flat


class StudentsError(Exception):
    """The student's data raised `error` while it was read."""

    def __init__(self, error: BaseException) -> None:
        super().__init__(str(error))
        self.error = error


class Reader:
    """Draws batches, and remembers those of data sets, so that a second `fit` need not decode them again."""

    def __init__(self) -> None:
        self._drawn: dict[int, tuple[Any, int, list[Any]]] = {}

    def batches(self, data: Any, count: int, images: int) -> tuple[list[Any], int | None]:
        """(up to `count` elements of at most `images` samples, the first element's full number of samples)."""
        kind = kind_of(data)
        if kind != "dataset":
            elements = _draw(_iterate(data, kind, count), count)
            return [_first(e, images) for e in elements], _samples(elements)
        known = self._drawn.get(id(data))
        if known is None or known[0]() is not data or known[1] < count:
            elements = _draw(_dataset(data, count), count)
            known = (weakref.ref(data), count, elements)
            self._drawn[id(data)] = known
        return [_first(e, images) for e in known[2][:count]], _samples(known[2])


def as_dataset(elements: list[Any]) -> Any:
    """A tf.data.Dataset of just these batches, in this order."""
    tf = sys.modules["tensorflow"]
    whole = None
    for element in elements:
        part = tf.data.Dataset.from_tensors(_structured(element))
        whole = part if whole is None else whole.concatenate(part)
    return whole


def _structured(element: Any) -> Any:
    """Lists mean tuples in a batch, absent sample weights are left out, and doubles become singles as in Keras."""
    import numpy

    if isinstance(element, (list, tuple)):
        parts = [_structured(part) for part in element]
        while parts and parts[-1] is None:
            parts.pop()
        return tuple(parts)
    if isinstance(element, dict):
        return {key: _structured(value) for key, value in element.items()}
    if isinstance(element, numpy.ndarray) and element.dtype == numpy.float64:
        return element.astype("float32")
    return element


def _draw(iterator: Iterator[Any], count: int) -> list[Any]:
    found: list[Any] = []
    try:
        for element in iterator:
            found.append(element)
            if len(found) >= count:
                break
    except Exception as error:
        raise StudentsError(error) from error
    return found


def _dataset(data: Any, count: int) -> Iterator[Any]:
    """The first elements; only so many are asked for that prefetching decodes few pictures in vain."""
    few = data.take(count)
    options = getattr(sys.modules["tensorflow"].data, "Options", None)
    if options is not None:
        choice = options()
        choice.autotune.enabled = False
        choice.threading.private_threadpool_size = 1
        few = few.with_options(choice)
    return iter(few)


def _iterate(data: Any, kind: str, count: int) -> Iterator[Any]:
    if kind in ("sequence", "image_generator"):
        return _spread(data, count)
    return iter(data)


def _spread(data: Any, count: int) -> Iterator[Any]:
    """Batches from all over a sequence, so that all classes may occur where it is sorted by class."""
    length = len(data)
    for index in spread(length, count):
        yield data[int(index)]


def spread(length: int, count: int) -> list[int]:
    """`count` different positions in a row of `length`, evenly spaced; all of them where there are fewer."""
    if length <= count:
        return list(range(length))
    return sorted({round(i * (length - 1) / max(count - 1, 1)) for i in range(count)})


def _samples(elements: list[Any]) -> int | None:
    if not elements:
        return None
    shape = shape_of(flat(elements[0])[0])
    return shape[0] if shape else None


def _first(element: Any, images: int) -> Any:
    """The element with at most `images` samples; unchanged where its parts differ in number."""
    sizes = {(shape_of(x) or [None])[0] for x in flat(element) if x is not None}
    if len(sizes) != 1 or None in sizes or sizes.pop() <= images:
        return element
    return _each(element, lambda part: part[:images])


def _each(value: Any, change: Callable[[Any], Any]) -> Any:
    if isinstance(value, dict):
        return {key: _each(part, change) for key, part in value.items()}
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*(_each(part, change) for part in value))
    if isinstance(value, (list, tuple)):
        return type(value)(_each(part, change) for part in value)
    return None if value is None else change(value)


# --------------------------------------------------------------------------- arrays


def rows_of_arrays(*parts: Any) -> int | None:
    """How many rows all these arrays have together; None where they are no arrays or differ."""
    sizes = set()
    for leaf in flat(list(parts)):
        if leaf is None:
            continue
        shape = shape_of(leaf)
        if not shape or shape[0] is None or hasattr(leaf, "element_spec"):
            return None
        sizes.add(shape[0])
    return sizes.pop() if len(sizes) == 1 else None


def pick(value: Any, indexes: list[int]) -> Any:
    """These rows of arrays, tensors and data frames, in whatever structure they come."""
    return _each(value, lambda leaf: _pick_leaf(leaf, indexes))


def _pick_leaf(leaf: Any, indexes: list[int]) -> Any:
    if hasattr(leaf, "iloc"):
        return leaf.iloc[indexes]
    if type(leaf).__module__.startswith("tensorflow"):
        return sys.modules["tensorflow"].gather(leaf, indexes)
    return leaf[indexes]


# --------------------------------------------------------------------------- how much there would be


def steps_asked(data: Any, steps: int | None, batch: int | None) -> int | None:
    """Steps of one epoch as the student asked for them; None where nobody knows before the end."""
    if steps:
        return int(steps)
    kind = kind_of(data)
    if kind == "dataset":
        number = int(data.cardinality())
        return number if number >= 0 else None
    if kind in ("sequence", "image_generator"):
        return len(data)
    rows = rows_of_arrays(data) if kind == "arrays" else None
    return -(-rows // (batch or 32)) if rows else None


def rows_asked(data: Any, steps: int | None) -> int | None:
    """Rows that `predict` would return for this data."""
    kind = kind_of(data)
    if kind == "arrays":
        return rows_of_arrays(data)
    if kind == "image_generator" and not steps:
        return int(data.n)
    if kind == "sequence" and not steps and len(data):
        first, last = (_samples([data[i]]) for i in (0, len(data) - 1))
        return None if first is None or last is None else first * (len(data) - 1) + last
    if kind == "dataset":
        return _rows_of_dataset(data, steps)
    return None


def _rows_of_dataset(data: Any, steps: int | None) -> int | None:
    size = _counted(data)
    if size is None and steps:
        first = _samples(list(data.take(1)))
        return first * steps if first else None
    if size is None:
        return _count_by_reading(data)
    elements, batch, rows = size
    if steps and steps < elements:
        return steps * batch
    return rows


def _counted(data: Any) -> tuple[int, int, int] | None:
    """(elements, samples of a full element, samples in all) of a batched data set, found without reading it."""
    sources = list(getattr(data, "_inputs", list)() or [])
    kind = type(data).__name__
    if len(sources) != 1:
        return None
    if kind in ("_BatchDataset", "_ParallelBatchDataset", "BatchDataset", "ParallelBatchDataset"):
        singles = int(sources[0].cardinality())
        batch = int(data._batch_size)
        elements = int(data.cardinality())
        return None if singles < 0 or elements < 0 else (elements, batch, min(singles, elements * batch))
    inner = _counted(sources[0])
    if inner is None:
        return None
    elements, batch, rows = inner
    number = int(data.cardinality())
    if kind in ("_TakeDataset", "TakeDataset"):
        return number, batch, min(rows, number * batch)
    if kind in ("_SkipDataset", "SkipDataset"):
        return number, batch, max(rows - (elements - number) * batch, 0)
    return inner if number == elements else None


def _count_by_reading(data: Any) -> int | None:
    """For data sets that don't know their size; an endless one has none."""
    if int(data.cardinality()) == -1:
        return None
    return sum(_samples([element]) or 0 for element in data)
