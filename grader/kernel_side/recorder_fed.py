"""Tells of which pictures a training and its validation consist, what later tests share with them, and the labels.

In: what is passed to `fit`, `evaluate` and `predict`. Out: events `fed` and `reading`.
It must never draw from the data, and holds names of pictures, never pictures.
"""

from __future__ import annotations

from typing import Any

from recorder_core import Recorder
from recorder_data import kind_of
from recorder_graph import flat
from recorder_pictures import Pictures, pictures_of, rows_between, shared_by
from recorder_trace import as_array

_MOST_READINGS = 60
_MOST_FOLDERS = 6


class Fed:
    """What each model was trained and validated on, for comparison with what it is tested on later."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._trained: dict[str, list[Pictures | None]] = {}
        self._validated: dict[str, list[Pictures | None]] = {}
        self._told: set[Any] = set()

    def training(self, order: int, model: Any, asked: dict[str, Any], sample: Any) -> None:
        """A training begins. `sample`: an element of its data, where one was drawn anyway."""
        training, validation = _divided(asked)
        key = self._recorder.registry.model(model).key
        self._trained.setdefault(key, []).append(training)
        given = validation is not None or asked.get("validation_data") is not None
        if given:
            self._validated.setdefault(key, []).append(validation)
        labels = self._recorder.attempt("labels", labels_of, asked.get("y"), sample)
        if training is None and validation is None and labels is None:
            return
        self._recorder.emit("fed", stage=order, training=_described(training), validation=_described(validation),
                            validated=given, common=shared_by(training, validation), labels=labels,
                            watched=_watched(asked.get("callbacks")))  # fmt: skip

    def reading(self, what: str, model: Any, data: Any) -> None:
        """`evaluate` or `predict` is about to read; told once a place."""
        place = self._recorder.places.here()
        here = (what, id(model), place["cell"], place["line"], id(data))
        kind = kind_of(data)
        if here in self._told or len(self._told) >= _MOST_READINGS or (what == "predict" and kind == "arrays"):
            return
        self._told.add(here)
        read = pictures_of(data)
        if what == "predict":
            if read is not None:
                self._recorder.emit("reading", place, what=what, model=self._recorder.registry.model(model).key,
                                    data=_described(read))  # fmt: skip
            return
        key = self._recorder.registry.model(model).key
        trained = self._trained.get(key, [])
        self._recorder.emit("reading", place, what=what, model=key, data=_described(read), trainings=len(trained),
                            trained=_most(trained, read), pictures=_largest(trained),
                            validated=_most(self._validated.get(key, []), read))  # fmt: skip


def _divided(asked: dict[str, Any]) -> tuple[Pictures | None, Pictures | None]:
    """The pictures of a training and of its validation."""
    training, validation = pictures_of(asked.get("x")), None
    data, share = asked.get("validation_data"), asked.get("validation_split")
    if data is not None:
        validation = pictures_of(data[0] if isinstance(data, (list, tuple)) and data else data)
    elif share and training is not None:
        border = int(len(training.names) * (1.0 - float(share)))
        training, validation = rows_between(training, 0, border), rows_between(training, border, None)
    return training, validation


def _most(earlier: list[Pictures | None], read: Pictures | None) -> dict[str, Any] | None:
    """What is shared with that of these data with which most is shared; None where any of them can't be compared."""
    told = [shared_by(one, read) for one in earlier]
    if not told or any(one is None for one in told):
        return None
    return max((one for one in told if one is not None), key=lambda one: one["shared"])


def _largest(earlier: list[Pictures | None]) -> int | None:
    return max((one.count or 0 for one in earlier if one is not None), default=None)


def _described(of: Pictures | None) -> dict[str, Any] | None:
    if of is None:
        return None
    folders = {folder.path: folder for folder in of.folders}
    first = next(iter(folders.values()), None)
    return {
        "kind": of.kind, "count": of.count, "order": of.order,
        "folders": [folder.given for folder in folders.values()][:_MOST_FOLDERS],
        "beside": first.beside if first is not None else [],
        "arguments": {name: str(value)[:40] for name, value in first.arguments.items()} if first is not None else {},
        "place": first.place if first is not None else None,
    }  # fmt: skip


def _watched(callbacks: Any) -> bool:
    """Whether a callback chooses by the validation: when to stop, or which weights to keep."""
    for callback in flat(callbacks) if callbacks is not None else []:
        monitor = str(getattr(callback, "monitor", ""))
        keeps = getattr(callback, "save_best_only", True) is True
        if monitor.startswith("val_") and keeps and type(callback).__name__ in ("EarlyStopping", "ModelCheckpoint"):
            return True
    return False


def labels_of(given: Any, sample: Any) -> dict[str, Any] | None:
    """What labels are like: all of an array's, or those of one batch."""
    import numpy

    if given is None and isinstance(sample, (list, tuple)) and len(sample) > 1:
        given = sample[1]
    if hasattr(given, "to_numpy"):
        given = given.to_numpy()
    elif isinstance(given, (list, tuple)) and given and isinstance(given[0], (bool, int, float)):
        given = numpy.asarray(given)
    values = as_array(given) if not isinstance(given, (list, tuple, dict)) else None
    if values is None or values.dtype.kind not in "biuf" or values.size == 0 or values.ndim > 2:
        return None
    numbers = values.astype("float64")
    width = int(values.shape[1]) if values.ndim == 2 else 1
    return {
        "width": width, "rows": int(values.shape[0]), "minimum": float(numbers.min()),
        "maximum": float(numbers.max()), "whole": bool(numpy.all(numbers == numpy.round(numbers))),
        "sums_to_one": bool(width > 1 and numpy.allclose(numbers.sum(axis=1), 1.0, atol=1e-3)),
        "of_all": sample is None or not (isinstance(sample, (list, tuple)) and len(sample) > 1),
    }  # fmt: skip
