"""Of which pictures data consists: named by their files, or by a number made of an array's row.

In: what a student passes to `fit`, `evaluate` and `predict`. Out: Pictures, and how many of them two data share.
It must never draw from the data: names and order are read off how the data was made, or nothing is said of them.
"""

from __future__ import annotations

import random
import sys
import weakref
from typing import Any

from recorder_core import shape_of
from recorder_data import kind_of
from recorder_folders import Folder

_MOST = 60_000
_POINTS = 32
_LEAST_VALUES = 16
_DISTINCT = 0.9
_SIMULATED = 2000
_SAME = ("Map", "Prefetch", "Options", "IgnoreErrors", "AssertCardinality", "Restructured", "Repeat", "ParallelMap")
_BATCHING = ("Batch", "ParallelBatch", "PaddedBatch")


class Deal:
    """One shuffling of a whole, before it is divided. `anew`: mixed differently each time it is read."""

    def __init__(self, anew: bool, buffer: int) -> None:
        self.anew = anew
        self.buffer = buffer


class Pictures:
    """What data consists of.

    Attributes:
        kind: `files` or `rows`.
        names: of the pictures: in order, or, of what was divided after a deal, those of the whole.
        unit: pictures in an element of a data set.
        deal, slots: the last shuffling, and the places in its order which this data takes.
        part: an unknown part of `names`.
        order: `fixed`, or `anew` where each reading has another one.
        folders: where they were read from.
    """

    def __init__(self, kind: str, names: list[Any]) -> None:
        self.kind = kind
        self.names = names
        self.unit = 1
        self.deal: Deal | None = None
        self.slots: Any = None
        self.mixed = False
        self.part = False
        self.order = "fixed"
        self.folders: list[Folder] = []

    def with_(self, **changes: Any) -> Pictures:
        other = Pictures.__new__(Pictures)
        other.__dict__.update({**self.__dict__, **changes})
        return other

    @property
    def exact(self) -> bool:
        """Whether just these pictures are meant."""
        return not self.part and (self.deal is None or len(self.slots) == len(self.names))

    @property
    def count(self) -> int | None:
        """How many pictures; None where that is not known."""
        return None if self.part else len(self.names if self.deal is None else self.slots)

    @property
    def distinct(self) -> bool:
        """False where many look alike, as rows that stand in for others do: then nothing can be told from them."""
        return self.kind == "files" or len(set(self.names)) >= _DISTINCT * len(self.names)

    def cut(self, begin: int, end: int | None) -> Pictures:
        """Elements from `begin` to `end`, as `take` and `skip` choose them."""
        span = slice(begin * self.unit, None if end is None else end * self.unit)
        if self.mixed or self.part:
            return self.with_(part=True)
        if self.deal is None:
            return self.with_(names=self.names[span])
        return self.with_(slots=self.slots[span])

    def shuffled(self, deal: Deal) -> Pictures:
        order = "anew" if deal.anew else self.order
        if not self.exact:
            return self.with_(mixed=True, order=order)
        return self.with_(deal=deal, slots=range(len(self.names)), mixed=False, order=order)


# --------------------------------------------------------------------------- of which pictures


def pictures_of(data: Any) -> Pictures | None:
    """The pictures of whatever can be trained on; None where that can't be told."""
    kind = kind_of(data)
    if kind == "dataset":
        return _of_dataset(data, 0)
    if kind == "image_generator":
        return _of_generator(data)
    return _of_array(data) if kind == "arrays" else None


def _of_generator(data: Any) -> Pictures | None:
    files = getattr(data, "filepaths", None)
    found = Pictures("files", [str(f) for f in files][:_MOST]) if files is not None else _of_array(data.x)
    if found is None:
        return None
    found = _in_folder(found, getattr(data, "_recorded_folder", None))
    return found.with_(order="anew") if getattr(data, "shuffle", False) else found


def _in_folder(found: Pictures, folder: Folder | None) -> Pictures:
    if folder is None or found.kind != "files":
        return found
    return found.with_(names=[folder.name_of(name) for name in found.names], folders=[folder])


def _of_dataset(data: Any, depth: int) -> Pictures | None:
    if depth > 60 or getattr(data, "_stands_in", False):
        return None
    found = _of_operation(data, depth)
    return None if found is None else _in_folder(found, getattr(data, "_recorded_folder", None))


def _of_operation(data: Any, depth: int) -> Pictures | None:
    name = type(data).__name__.strip("_").removesuffix("Dataset").removesuffix("DatasetV2")
    if name in ("TensorSlice", "Tensor"):
        return _of_tensors(data._tensors, name)
    sources = [_of_dataset(source, depth + 1) for source in getattr(data, "_inputs", list)() or []]
    if name == "Zip":
        told = [s for s in sources if s is not None]
        return next((s for s in told if s.kind == "files"), told[0] if told else None)
    if name == "Concatenate":
        return _joined(sources)
    return _changed(name, data, sources[0]) if len(sources) == 1 and sources[0] is not None else None


def _changed(name: str, data: Any, source: Pictures) -> Pictures | None:
    """What one operation of a data set makes of the pictures that come to it."""
    if name in _SAME:
        return source
    if name in _BATCHING:
        return source.with_(unit=source.unit * int(data._batch_size))
    if name == "Unbatch":
        return source.with_(unit=1)
    if name == "Cache":
        # Whether a cache was filled before the data is divided, and so keeps one order, is not known.
        open_ = source.exact and source.deal is not None and source.deal.anew
        return source.with_(order="fixed", mixed=source.mixed or open_)
    if name == "Take":
        count = int(data._count)
        return source if count < 0 else source.cut(0, count)
    if name == "Skip":
        return source.cut(max(int(data._count), 0), None)
    if name == "Shuffle":
        return source.shuffled(_deal_of(data, source))
    if name == "Shard":
        return _share(source, int(data._num_shards), int(data._index))
    return source.with_(part=True) if name in ("Filter", "TakeWhile", "Unique") else None


def _deal_of(data: Any, source: Pictures) -> Deal:
    """One Deal a shuffling, whoever asks: data made of the same one are known by it."""
    deal = getattr(data, "_recorded_deal", None)
    if deal is None:
        buffer = int(getattr(data, "_recorded_buffer", None) or data._buffer_size)
        deal = Deal(data._reshuffle_each_iteration is not False, buffer * source.unit)
        setattr(data, "_recorded_deal", deal)
    return deal


def _share(source: Pictures, shards: int, index: int) -> Pictures:
    if source.mixed or source.part or source.unit != 1:
        return source.with_(part=True)
    if source.deal is None:
        return source.with_(names=source.names[index::shards])
    return source.with_(slots=source.slots[index::shards])


def _joined(sources: list[Pictures | None]) -> Pictures | None:
    first, second = sources if len(sources) == 2 else (None, None)
    if first is None or second is None or first.kind != second.kind:
        return None
    names = [*first.names, *second.names]
    if not (first.exact and second.exact):
        return first.with_(names=names, part=True, folders=[*first.folders, *second.folders])
    mixed = first.deal is not None or second.deal is not None
    return first.with_(names=names, deal=None, slots=None, mixed=mixed, folders=[*first.folders, *second.folders],
                       order="anew" if "anew" in (first.order, second.order) else "fixed")  # fmt: skip


def _of_tensors(tensors: Any, name: str) -> Pictures | None:
    """The paths or the pictures among the tensors that a data set is sliced from."""
    found = [p for t in tensors if (p := _of_tensor(t, name)) is not None]
    return next((p for p in found if p.kind == "files"), found[0] if found else None)


def _of_tensor(tensor: Any, name: str) -> Pictures | None:
    shape = shape_of(tensor) or []
    if getattr(tensor.dtype, "name", "") != "string":
        return _of_array(tensor, unit=shape[0] if name == "Tensor" and shape else 1)
    if len(shape) != 1 or name == "Tensor":
        return None
    texts = [text.decode("utf-8", "replace") for text in tensor.numpy().tolist()[:_MOST]]
    return Pictures("files", texts) if texts and all("/" in t or "." in t for t in texts) else None


# --------------------------------------------------------------------------- rows of arrays

_KNOWN: dict[int, tuple[Any, list[Any]]] = {}


def _of_array(value: Any, unit: int = 1) -> Pictures | None:
    """An array's rows, each named by how a few of its values relate: scaled or not, a picture keeps its name."""
    import numpy

    array = value
    if hasattr(value, "numpy") and not isinstance(value, numpy.ndarray):
        tensorflow = sys.modules.get("tensorflow")
        if tensorflow is None or not tensorflow.is_tensor(value) or not hasattr(value, "numpy"):
            return None
        array = value.numpy()
    if not isinstance(array, numpy.ndarray) or array.dtype.kind not in "fiu" or array.ndim < 2:
        return None
    if not 0 < len(array) <= _MOST or array[0].size < _LEAST_VALUES:
        return None
    known = _KNOWN.get(id(value))
    if known is None or known[0]() is not value:
        known = (weakref.ref(value), _names_of_rows(array))
        _KNOWN[id(value)] = known
    return Pictures("rows", known[1]).with_(unit=unit)


def _names_of_rows(array: Any) -> list[int]:
    import numpy

    places = numpy.random.RandomState(7).randint(0, array[0].size, _POINTS)
    spots = numpy.unravel_index(numpy.sort(places), array.shape[1:])
    values = array[(slice(None), *spots)].astype("float32")
    low = values.min(axis=1, keepdims=True)
    spread = values.max(axis=1, keepdims=True) - low
    scaled = numpy.round((values - low) / numpy.where(spread > 0, spread, 1) * 1000).astype("int16")
    return [hash(row.tobytes()) for row in scaled]


def rows_between(whole: Pictures | None, begin: int, end: int | None) -> Pictures | None:
    """Those of an array that `validation_split` takes for one purpose."""
    return None if whole is None else whole.with_(names=whole.names[begin:end])


# --------------------------------------------------------------------------- what two data share


def shared_by(training: Pictures | None, other: Pictures | None) -> dict[str, Any] | None:
    """How many pictures of `other` the training has too: `shared` of `of`; `redrawn` where that is by chance.

    None where it can't be told.
    """
    if training is None or other is None or training.kind != other.kind or not other.names:
        return None
    if not (training.distinct and other.distinct):
        return None
    if training.exact and other.exact:
        had = set(training.names)
        return _told(sum(name in had for name in other.names), len(other.names))
    if training.deal is not None and training.deal is other.deal and not (training.part or other.part):
        if training.deal.anew:
            return _redrawn(training, other)
        taken = set(training.slots)
        return _told(sum(slot in taken for slot in other.slots), len(other.slots))
    return None if set(training.names) & set(other.names) else _told(0, len(other.names))


def _told(shared: int, of: int, redrawn: bool = False) -> dict[str, Any]:
    return {"shared": shared, "of": of, "redrawn": redrawn}


def _redrawn(training: Pictures, other: Pictures) -> dict[str, Any] | None:
    """What two parts of a whole share that is shuffled anew for each: simulated, on a smaller scale if it is large."""
    total = len(training.names)
    scale = max(1.0, total / _SIMULATED)
    count, buffer = int(total / scale), max(1, int(training.deal.buffer / scale)) if training.deal else 1
    chance = random.Random(11)  # noqa: S311  (no secret)
    places = [{int(slot / scale) for slot in part.slots} for part in (training, other)]
    if not places[1]:
        return None
    trained = {name for at, name in enumerate(_mixed(count, buffer, chance)) if at in places[0]}
    held = [name for at, name in enumerate(_mixed(count, buffer, chance)) if at in places[1]]
    share = sum(name in trained for name in held) / max(len(held), 1)
    return _told(round(share * len(other.slots)), len(other.slots), redrawn=True)


def _mixed(count: int, buffer: int, chance: random.Random) -> list[int]:
    """0 … count - 1 as `Dataset.shuffle` mixes them with such a buffer."""
    held, found = list(range(min(buffer, count))), []
    coming = iter(range(len(held), count))
    while held:
        at = chance.randrange(len(held))
        found.append(held[at])
        following = next(coming, None)
        if following is None:
            held[at] = held[-1]
            held.pop()
        else:
            held[at] = following
    return found
