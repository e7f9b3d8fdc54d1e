"""Small buffers for shuffling pictures: a buffer of a thousand is filled before the first batch is seen.

In: calls of `Dataset.shuffle`. Out: the same data set, each element once, in an order that is mixed less widely.
It must never touch the shuffling of what is small: paths, labels, numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from recorder_core import Recorder, shape_of, wrap

_BATCHES = 2
_PICTURES = 64


def install(recorder: Recorder, module: Any) -> None:
    """Wraps `shuffle` of the data set class that this module defines."""
    dataset_class = getattr(module, "DatasetV2", None)
    if isinstance(dataset_class, type) and "shuffle" in vars(dataset_class):
        wrap(dataset_class, "shuffle", lambda original: _shuffle(recorder, original))


def _shuffle(recorder: Recorder, original: Callable[..., Any]) -> Callable[..., Any]:
    def shuffle(dataset: Any, buffer_size: Any, *args: Any, **kwargs: Any) -> Any:
        few = recorder.attempt("shuffle", _smaller, dataset, buffer_size)
        made = original(dataset, buffer_size if few is None else few, *args, **kwargs)
        recorder.attempt("shuffle", _remember, made, buffer_size)
        return made

    return shuffle


def _remember(made: Any, asked: Any) -> None:
    """How widely the student wants it mixed."""
    if isinstance(asked, int):
        made._recorded_buffer = asked


def _smaller(dataset: Any, buffer_size: Any) -> int | None:
    """The buffer for elements that are pictures or batches of them; None for anything else."""
    if not isinstance(buffer_size, int) or buffer_size <= _BATCHES:
        return None
    spec = dataset.element_spec
    first = spec[0] if isinstance(spec, (list, tuple)) and spec else spec
    rank = len(shape_of(first) or ())
    if rank == 4:
        return _BATCHES
    return min(buffer_size, _PICTURES) if rank == 3 else None
