"""Reads hostile HDF5: numbers only, from the file itself only.

In: a file object or a path. Out: datasets by group. Refuses what could read other files (external and soft links,
external and virtual datasets) and what could exhaust memory. It must never follow a link that is not a hard one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import h5py
import numpy as np

_MOST_OBJECTS = 60_000
_DEEPEST = 24
_MOST_BYTES = 1_500_000_000


class Refused(Exception):
    """The file holds what no honest weights file does; the message says what."""


@dataclass(frozen=True)
class Variables:
    """The arrays of one layer. `name` is the layer's, `room` the group of the layers beside it."""

    path: str
    name: str
    room: str
    arrays: tuple[h5py.Dataset, ...]

    @property
    def shapes(self) -> tuple[tuple[int, ...], ...]:
        return tuple(a.shape for a in self.arrays)


def child(group: h5py.Group, name: str) -> Any:
    """A member of a group, if it lies in this file.

    Raises:
        Refused: for links and datasets that point elsewhere or are no plain numbers.
    """
    if group.id.links.get_info(name.encode("utf-8", "surrogateescape")).type != h5py.h5l.TYPE_HARD:
        raise Refused("the weights file holds a link to somewhere else")
    found = group[name]
    if isinstance(found, h5py.Dataset):
        _check(found)
    return found


def _check(dataset: h5py.Dataset) -> None:
    if dataset.is_virtual or dataset.external:
        raise Refused("the weights file holds a dataset that lies in another file")
    if dataset.dtype.kind not in "fiub" or dataset.nbytes > _MOST_BYTES:
        raise Refused("the weights file holds a dataset that is no sane array of numbers")
    stored = dataset.id.get_storage_size()
    if dataset.nbytes > 1_000_000 and dataset.nbytes > 100 * max(stored, 1):
        raise Refused("the weights file holds a dataset that swells when read")


def all_variables(file: h5py.File) -> list[Variables]:
    """Every layer's arrays in a Keras 3 weights file.

    Raises:
        Refused: as `child`, and for absurd numbers of objects.
    """
    found: list[Variables] = []
    waiting: list[tuple[str, h5py.Group, int]] = [("", file, 0)]
    count = total = 0
    while waiting:
        path, group, depth = waiting.pop()
        members = {}
        for name in group:
            count += 1
            if count > _MOST_OBJECTS or depth > _DEEPEST:
                raise Refused("the weights file holds too many objects")
            members[name] = child(group, name)
        arrays = [(name, m) for name, m in members.items() if isinstance(m, h5py.Dataset)]
        total += sum(m.nbytes for _, m in arrays)
        if total > _MOST_BYTES:
            raise Refused("the weights file holds more than an inspection reads")
        if arrays and path.endswith("/vars"):
            found.append(_variables(path, group, arrays))
        waiting += [(f"{path}/{name}", m, depth + 1) for name, m in members.items() if isinstance(m, h5py.Group)]
    return found


def _variables(path: str, group: h5py.Group, arrays: list[tuple[str, h5py.Dataset]]) -> Variables:
    arrays.sort(key=lambda item: (int(item[0]) if item[0].isdigit() else 1 << 30, item[0]))
    layer = path.removesuffix("/vars")
    room, _, own = layer.rpartition("/")
    return Variables(path, word(group.attrs.get("name")) or own, room, tuple(a for _, a in arrays))


def word(value: object) -> str:
    """A text attribute, whichever way it was written."""
    if isinstance(value, (bytes, np.bytes_)):
        return bytes(value).decode("utf-8", "replace")[:200]
    return value[:200] if isinstance(value, str) else ""
