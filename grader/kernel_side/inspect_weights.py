"""Compares the weights in model files with the served ones, and each file with the one before it.

In: a job `{"models": {id: path}, "weights": [served]}`. Out: for each id, `weights`, `since_previous` and `optimizer`
as `inspect_model` describes them. It must never import Keras: numbers are compared with numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import h5py
import numpy as np
from inspect_archive import open_weights
from inspect_hdf5 import Variables, all_variables, word

_SAMPLE = 6
_MOST_NAMES = 20


@dataclass(frozen=True)
class Served:
    """A served file: its layers that have weights, in order, as (name, ((weight name, array), …))."""

    about: dict[str, Any]
    layers: tuple[tuple[str, tuple[tuple[str, h5py.Dataset], ...]], ...]


@dataclass(frozen=True)
class Match:
    """Which of the model's layers are which of the served file's."""

    served: Served
    pairs: tuple[tuple[tuple[tuple[str, h5py.Dataset], ...], Variables], ...]
    by: str

    @property
    def missing(self) -> int:
        return sum(len(arrays) for _, arrays in self.served.layers) - sum(len(arrays) for arrays, _ in self.pairs)


def measure(job: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The findings for each model file, in the order of training."""
    served = list(_open_served(job["weights"]))
    previous: dict[str, tuple[list[Variables], Match | None]] = {}
    for key, path in sorted(job["models"].items(), key=lambda item: _order(item[0])):
        model = key.rpartition("-")[0] or key
        try:
            file = h5py.File(open_weights(path), "r")
            variables = all_variables(file)
            match = _best(served, variables)
            found: dict[str, Any] = {"optimizer": _optimizer(variables)}
            if match is not None:
                found["weights"] = _compare_served(match)
            if model in previous:
                found["since_previous"] = _since(previous[model][0], variables, match)
            previous[model] = (variables, match)
        except Exception as error:
            found = {"problem": f"its weights could not be compared: {type(error).__name__}: {error}"[:300]}
        yield key, found


def _order(key: str) -> tuple[int, str]:
    stage = key.rpartition("-")[2]
    return (int(stage) if stage.isdigit() else 0, key)


def _open_served(weights: list[dict[str, Any]]) -> Iterator[Served]:
    seen: set[str] = set()
    for about in weights:
        digest = str(about.get("digest") or about["path"])
        if digest in seen:  # one file under the names of several input sizes
            continue
        seen.add(digest)
        try:
            file = h5py.File(about["path"], "r")
            root = file["model_weights"] if "model_weights" in file else file
            yield Served(about, tuple(_legacy_layers(root)))
        except (OSError, KeyError, ValueError):
            continue


def _legacy_layers(root: h5py.Group) -> Iterator[tuple[str, tuple[tuple[str, h5py.Dataset], ...]]]:
    for name in (word(n) for n in root.attrs["layer_names"]):
        group = root[name]
        weights = tuple((word(w), group[word(w)]) for w in group.attrs["weight_names"])
        if weights:
            yield name, weights


# --------------------------------------------------------------------------- which layer is which


def _best(served: list[Served], variables: list[Variables]) -> Match | None:
    """The served file and the group of layers that fit best; among files of one shape, the one with equal numbers."""
    rooms: dict[str, list[Variables]] = {}
    for one in variables:
        rooms.setdefault(one.room, []).append(one)
    numbered = {name: _numbered([(one.name, one) for one in room]) for name, room in rooms.items()}
    matches = [
        m
        for s in served
        for name, room in rooms.items()
        for m in (_by_names(s, room), _by_order(s, numbered[name]))
        if m
    ]
    if not matches:
        return None
    most = max(len(m.pairs) for m in matches)
    return max((m for m in matches if len(m.pairs) == most), key=lambda m: (_sample_of_equals(m), -m.missing))


def _by_names(served: Served, room: list[Variables]) -> Match | None:
    here = {one.name: one for one in room}
    pairs = tuple(
        (arrays, here[name])
        for name, arrays in served.layers
        if name in here and here[name].shapes == tuple(a.shape for _, a in arrays)
    )
    return Match(served, pairs, "names") if 2 * len(pairs) >= len(served.layers) else None


def _by_order(served: Served, room: dict[str, list[Any]]) -> Match | None:
    """Automatic names count on from model to model (conv2d_94): same class of name, same shapes in a row."""
    pairs: list[Any] = []
    for stem, theirs in _numbered([(name, (name, arrays)) for name, arrays in served.layers]).items():
        ours = room.get(stem, [])
        shapes = [tuple(a.shape for _, a in arrays) for _, arrays in theirs]
        for at in range(len(ours) - len(theirs) + 1):
            if [one.shapes for one in ours[at : at + len(theirs)]] == shapes:
                pairs += [(arrays, one) for (_, arrays), one in zip(theirs, ours[at:])]  # noqa: B905
                break
    return Match(served, tuple(pairs), "order") if 10 * len(pairs) >= 9 * len(served.layers) else None


def _numbered(named: list[tuple[str, Any]]) -> dict[str, list[Any]]:
    stems: dict[str, list[tuple[int, Any]]] = {}
    for name, item in named:
        parts = re.fullmatch(r"(.*?)(?:_(\d+))?", name, re.DOTALL)
        stem, count = (parts[1], parts[2]) if parts else (name, None)
        stems.setdefault(stem, []).append((int(count or 0), item))
    return {stem: [item for _, item in sorted(items, key=lambda i: i[0])] for stem, items in stems.items()}


def _sample_of_equals(match: Match) -> int:
    step = max(len(match.pairs) // _SAMPLE, 1)
    sample = match.pairs[::step][:_SAMPLE]
    return sum(_equal(arrays[0][1], ours.arrays[0]) for arrays, ours in sample)


# --------------------------------------------------------------------------- comparing


def _is_statistic(weight_name: str) -> bool:
    return "moving_" in weight_name or "running_" in weight_name


def _equal(a: h5py.Dataset, b: h5py.Dataset) -> bool:
    return bool(np.array_equal(a[()], b[()]))


def _compare_served(match: Match) -> dict[str, Any]:
    about = match.served.about
    triples = [
        (word_, theirs, mine, ours.name)
        for arrays, ours in match.pairs
        for (word_, theirs), mine in zip(arrays, ours.arrays)  # noqa: B905
    ]
    different = _different(triples)
    return {
        "file": about.get("file_name", ""),
        "backbone": about.get("backbone", ""),
        "stand_in": bool(about.get("stand_in")),
        "matched_by": match.by,
        "missing": match.missing,
        **_compare(triples, different),
        **_kernels(triples, different),
    }


Triple = tuple[str, h5py.Dataset, h5py.Dataset, str]
"""A weight's name, one array, the other, the layer's name."""


def _different(triples: list[Triple]) -> dict[int, float]:
    """The largest difference of each pair that differs, by its place: each array is read once."""
    found: dict[int, float] = {}
    for place, (_, one, other, _) in enumerate(triples):
        first, second = one[()], other[()]
        if np.array_equal(first, second):
            continue
        gap = float(np.max(np.abs(np.asarray(first, np.float64) - np.asarray(second, np.float64)))) if one.size else 0.0
        found[place] = gap if np.isfinite(gap) else 1e30
    return found


def _compare(triples: list[Triple], different: dict[int, float]) -> dict[str, Any]:
    """Count equal arrays."""
    counts = {"compared": 0, "different": 0, "statistics_compared": 0, "statistics_different": 0}
    layers: list[str] = []
    for place, (name, _, _, layer) in enumerate(triples):
        prefix = "statistics_" if _is_statistic(name) else ""
        counts[prefix + "compared"] += 1
        counts[prefix + "different"] += place in different
        if place in different and not prefix and layer not in layers:
            layers.append(layer)
    largest = max(different.values(), default=0.0)
    return {**counts, "different_layers": layers[:_MOST_NAMES], "largest_difference": largest}


def _kernels(triples: list[Triple], unequal: dict[int, float]) -> dict[str, Any]:
    """Gammas and betas start alike in every network; kernels tell whether this one ever held the served weights."""
    kernels = [(place, one, other) for place, (_, one, other, _) in enumerate(triples) if one.ndim >= 2]
    different = [(one, other) for place, one, other in kernels if place in unequal]
    step = max(len(different) // _SAMPLE, 1)
    alike = sorted(_likeness(one[()], other[()]) for one, other in different[::step][:_SAMPLE])
    found: dict[str, Any] = {"kernels_compared": len(kernels), "kernels_different": len(different)}
    return {**found, "likeness": alike[len(alike) // 2]} if alike else found


def _likeness(one: Any, other: Any) -> float:
    """Cosine of the angle between two arrays: near 1 after a little training, near 0 for unrelated ones."""
    a, b = one.ravel().astype(np.float64), other.ravel().astype(np.float64)
    scale = float(np.linalg.norm(a) * np.linalg.norm(b))
    return float(a @ b) / scale if scale > 0 and np.isfinite(scale) else 0.0


def _since(before: list[Variables], now: list[Variables], match: Match | None) -> dict[str, Any]:
    """The backbone of this file against the previous one, and how alike the heads are."""
    earlier = {one.path: one for one in before}
    names = {ours.path: [name for name, _ in arrays] for arrays, ours in match.pairs} if match else {}
    triples = []
    for one in now:
        other = earlier.get(one.path)
        if one.path in names and other is not None and other.shapes == one.shapes:
            arrays = zip(names[one.path], other.arrays, one.arrays)  # noqa: B905
            triples += [(name, theirs, mine, one.name) for name, theirs, mine in arrays]
    return {**(_compare(triples, _different(triples)) if triples else {}), **_heads(before, now)}


def _heads(before: list[Variables], now: list[Variables]) -> dict[str, Any]:
    a, b = _head(before), _head(now)
    if a is None or b is None or a.arrays[0].shape != b.arrays[0].shape:
        return {}
    one, other = a.arrays[0][()], b.arrays[0][()]
    return {"head_likeness": _likeness(one, other), "head_weights": int(one.size)}


def _head(variables: list[Variables]) -> Variables | None:
    """The last Dense of the outermost group that has one."""
    dense = [
        v for v in variables if re.search(r"/dense(_\d+)?$", v.path.removesuffix("/vars")) and v.arrays[0].ndim == 2
    ]
    if not dense:
        return None
    shallowest = min(v.room.count("/") for v in dense)
    return max((v for v in dense if v.room.count("/") == shallowest), key=lambda v: _count(v.path))


def _count(path: str) -> int:
    found = re.search(r"_(\d+)/vars$", path)
    return int(found[1]) if found else 0


def _optimizer(variables: list[Variables]) -> dict[str, Any]:
    for one in variables:
        if one.path == "/optimizer/vars" and one.arrays[0].shape == ():
            return {"iterations": int(one.arrays[0][()]), "variables": len(one.arrays)}
    return {}
