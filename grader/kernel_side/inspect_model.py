"""Measures saved Keras models in a clean sandbox: their weights against the served ones, then what they do.

    python inspect_model.py REQUEST      # a JSON object, a file that holds one, or - for stdin

In: `{"models": [{"id": "m1-0", "path": "….keras"}],
"weights": [{"backbone", "file_name", "path", "stand_in", "digest"}],
"threads": 1, "behave": ["m1-0"], "limit_s": 45}`. An id is `<model_key>-<stage>`. `behave` names the models to be run;
without it one of each structure is, two at most, the largest first, and of these the earliest file.
`limit_s` is for all of it, by the clock.

Out: one JSON object on stdout, an entry for every id:

    problem       why something below is missing, for people; "" for nothing
    weights       of the backbone against the served file it matches best; absent where none matches
        file, backbone, stand_in      which served file
        matched_by                    "names" or "order" (automatic names that were counted on)
        compared, different           arrays apart from BatchNormalization's moving statistics
        statistics_compared, statistics_different
        missing                       arrays of the served file that the model does not hold (it was cut)
        different_layers              names, twenty at most
        largest_difference
        kernels_compared, kernels_different, likeness   of arrays of two dimensions and more; the median cosine of
                                      differing ones: near 1 where the model started from these, near 0 where not
    since_previous  the backbone against the model's previous file; absent for the first
        compared, different, statistics_compared, statistics_different, different_layers
        head_likeness, head_weights   cosine and size of the head's kernel in both
    optimizer     iterations (steps since it was made), variables
    behaviour     of this file, or of one with the same structure; absent where it could not be run
        measured_on                   id of the file that was run
        backend                       "numpy" (cheap) or "tensorflow" (what NumPy can't compute)
        images, backbone_images       32 images went through all but the backbone, which saw the first 2 of them;
                                      its feature maps were then repeated to 32
        shapes        input, before_backbone, backbone, pooled, head: batch first; absent where there is no such point
        pooled_as     "mean" or "maximum" of the feature maps, by whatever operations; "" where neither was seen
        backbone      name of the nested model or of its first and last layer, "" where none was found
        outputs       minimum, maximum, within_unit (all in [0, 1])
        augmentation  active_in_training, inactive_in_inference: whether passes of the same 4 images through the
                      part in front of the backbone differ; layers: how many random ones there are
        reached       minimum, maximum, mean, channel_means of what reaches the backbone in inference for image-like
                      pixels from 0 to 255 whose red is brightest and whose blue is darkest
    cpu_s         seconds of CPU that measuring the behaviour took, on the entry that was run

It must never print anything else on stdout, never write a file, never load a model in this process: hostile files
are read by children with limits on time and memory, and a child that dies is a `problem`.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from inspect_archive import read_config
from inspect_child import Clock, run_child
from inspect_config import image_height, refusal, size_of, structure_of

_MOST_RUN = 2


def inspect(request: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Everything that can be measured of the requested models."""
    clock = Clock(float(request.get("limit_s") or 45))
    _import_once(int(request.get("threads") or 1))
    paths = {str(model["id"]): str(model["path"]) for model in request.get("models", [])}
    result: dict[str, dict[str, Any]] = {key: {"problem": ""} for key in paths}
    structures, sizes, refused, heights = _configs(paths, result)
    served = request.get("weights", [])
    for key, found in run_child("inspect_weights", {"models": paths, "weights": served}, clock):
        _note(result[key], found)
        _name_file(result[key], served, heights.get(key, 0))
    chosen = [key for key in (request.get("behave") or _to_run(structures, sizes, refused)) if key in paths]
    jobs = {key: paths[key] for key in chosen if key not in refused}
    for key, found in _behaviours(jobs, clock, int(request.get("threads") or 1)):
        _note(result[key], found)
    _share(result, structures)
    return result


def _import_once(threads: int) -> None:
    """NumPy and h5py for all the children, which start as copies of this process."""
    os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), str(threads)))
    import h5py  # noqa: F401


def _configs(
    paths: dict[str, str], result: dict[str, Any]
) -> tuple[dict[str, str], dict[str, int], set[str], dict[str, int]]:
    """The structure and size of each model, the ids of those that must not be loaded, and the height of the images."""
    structures: dict[str, str] = {}
    sizes: dict[str, int] = {}
    refused: set[str] = set()
    heights: dict[str, int] = {}
    for key, path in paths.items():
        try:
            config = read_config(path)
            problem = refusal(config)
            structures[key], sizes[key] = structure_of(config), size_of(config)
            heights[key] = image_height(config)
        except Exception as error:
            problem = f"the file could not be read: {type(error).__name__}: {error}"[:300]
        if problem:
            refused.add(key)
            result[key]["problem"] = problem
    return structures, sizes, refused, heights


def _name_file(entry: dict[str, Any], served: list[dict[str, Any]], height: int) -> None:
    """One file may be served under the names of several input sizes: give the name that this model would have read."""
    found = entry.get("weights")
    if not found:
        return
    digest = next((s.get("digest") for s in served if s.get("file_name") == found["file"]), None)
    names = [str(s.get("file_name")) for s in served if digest and s.get("digest") == digest]
    found["file"] = next((name for name in names if f"_{height}" in name), found["file"])


def _to_run(structures: dict[str, str], sizes: dict[str, int], refused: set[str]) -> list[str]:
    """The earliest file of each structure, the largest structures first."""
    first: dict[str, str] = {}
    for key in sorted(structures, key=_stage):
        if key not in refused:
            first.setdefault(structures[key], key)
    return sorted(first.values(), key=lambda key: (-sizes[key], key))[:_MOST_RUN]


def _stage(key: str) -> tuple[int, str]:
    stage = key.rpartition("-")[2]
    return (int(stage) if stage.isdigit() else 0, key)


def _behaviours(jobs: dict[str, str], clock: Clock, threads: int) -> list[tuple[str, dict[str, Any]]]:
    """Each job on NumPy; what that can't compute, on TensorFlow."""
    done: list[tuple[str, dict[str, Any]]] = []
    again: dict[str, str] = {}
    if jobs:
        for key, found in run_child("inspect_behaviour", _job(jobs, "numpy", threads), clock):
            if found.pop("unsupported", False):
                again[key] = jobs[key]
            else:
                done.append((key, found))
    if again:
        done += run_child("inspect_behaviour", _job(again, "tensorflow", threads), clock)
    return done


def _job(jobs: dict[str, str], backend: str, threads: int) -> dict[str, Any]:
    return {"models": jobs, "backend": backend, "threads": threads}


def _note(entry: dict[str, Any], found: dict[str, Any]) -> None:
    problem = found.pop("problem", "")
    if problem:
        entry["problem"] = "; ".join(filter(None, [entry.get("problem", ""), problem]))
    entry.update(found)


def _share(result: dict[str, dict[str, Any]], structures: dict[str, str]) -> None:
    """Give what was measured on one file to the others of its structure."""
    measured = {structures[key]: entry["behaviour"] for key, entry in result.items() if entry.get("behaviour")}
    for key, entry in result.items():
        if "behaviour" not in entry and structures.get(key) in measured and not entry["problem"]:
            entry["behaviour"] = measured[structures[key]]


def _read_request(argument: str) -> dict[str, Any]:
    if argument.lstrip().startswith("{"):
        return json.loads(argument)
    if argument == "-":
        return json.load(sys.stdin)
    with open(argument, encoding="utf-8") as file:
        return json.load(file)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(inspect(_read_request(sys.argv[1])), allow_nan=False) + "\n")
