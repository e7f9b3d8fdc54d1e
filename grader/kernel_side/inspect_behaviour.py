"""Loads saved models with Keras in safe mode and measures what they do on known images.

In: a job `{"models": {id: path}, "backend": "numpy" | "tensorflow", "threads": 1}`. Out: for each id `behaviour` and
`cpu_s` as `inspect_model` describes them, or `problem`, or `unsupported` where the backend can't compute it.
It runs only in a child with limits; it must never load a model that `inspect_config` refuses.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from typing import Any

_IMAGES = 32
_BACKBONE_IMAGES = 2
_AUGMENTED_IMAGES = 4
_PASSES = 6
_MOST_PIXELS = 1024 * 1024


def measure(job: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The findings for each model, one after the other."""
    _set_up(int(job.get("threads") or 1))
    import lighter_saving
    from inspect_backend import import_keras

    try:
        keras = import_keras(job["backend"])
    except Exception as error:
        for key in job["models"]:
            yield key, _failed(error, job["backend"], "Keras could not be imported")
        return
    lighter_saving.install()
    for key, path in job["models"].items():
        before = time.process_time()
        try:
            model = keras.saving.load_model(path, compile=False, safe_mode=True)
        except Exception as error:
            yield key, _failed(error, job["backend"], "Keras in safe mode refuses it")
            continue
        try:
            found = {"measured_on": key, "backend": job["backend"], **_behaviour(model)}
            yield key, {"behaviour": found, "cpu_s": round(time.process_time() - before, 3)}
        except Exception as error:
            yield key, _failed(error, job["backend"], "the model could not be run on known images")


def _set_up(threads: int) -> None:
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS")
    os.environ.update(dict.fromkeys(names, str(threads)))
    os.environ.update(CUDA_VISIBLE_DEVICES="", TF_CPP_MIN_LOG_LEVEL="3", TF_ENABLE_ONEDNN_OPTS="0")


def _failed(error: Exception, backend: str, what: str) -> dict[str, Any]:
    if backend == "numpy" and isinstance(error, (NotImplementedError, ImportError, AttributeError)):
        return {"unsupported": True}
    return {"problem": f"{what}: {type(error).__name__}: {' '.join(str(error).split())}"[:400]}


def _behaviour(model: Any) -> dict[str, Any]:
    import numpy as np
    from inspect_probe import Probe

    size = _input_size(model)
    images = known_images(size) if len(size) == 3 else np.random.default_rng(6).random((_IMAGES, *size), np.float32)
    probe = Probe(model, backbone_images=_BACKBONE_IMAGES)
    outputs = probe.run(images, training=False)
    shapes = {"input": list(images.shape), **{k: list(v) for k, v in probe.shapes.items()}, "head": list(outputs.shape)}
    found: dict[str, Any] = {
        "images": _IMAGES,
        "backbone_images": _BACKBONE_IMAGES if probe.backbone else _IMAGES,
        "backbone": probe.backbone,
        "shapes": shapes,
        "pooled_as": probe.pooled_as,
        "outputs": _range(outputs),
    }
    if probe.reached is not None:
        found["reached"] = _statistics(probe.reached)
        found["augmentation"] = _augmentation(probe, images[:_AUGMENTED_IMAGES])
    return found


def _input_size(model: Any) -> tuple[int, ...]:
    """Sizes of one input without the batch; an unknown height or width becomes 160."""
    shape = model.input_shape
    if isinstance(shape, (list, dict)) or not shape:
        raise ValueError("the model has several inputs")
    size = tuple(160 if n is None else int(n) for n in shape[1:])
    pixels = 1
    for n in size:
        pixels *= n
    if pixels > _MOST_PIXELS * 3:
        raise ValueError(f"the model takes inputs of shape {size}")
    return size


def known_images(size: tuple[int, int, int]) -> Any:
    """`(32, height, width, channels)` float32 in [0, 255]: soft seeded blobs, red brightest, blue darkest.

    Every picture holds 0 and 255, so that a scaling shows in what it makes of them.
    """
    import numpy as np

    height, width, channels = size
    random = np.random.default_rng(6)
    coarse = random.random((_IMAGES, 9, 9, channels), np.float32)
    rows, columns = np.linspace(0, 8.999, height).astype(int), np.linspace(0, 8.999, width).astype(int)
    images = coarse[:, rows][:, :, columns] * 200 + random.random((_IMAGES, height, width, channels), np.float32) * 30
    images += np.linspace(25, 0, channels, dtype=np.float32)
    images[:, 0, 0, :], images[:, -1, -1, :] = 0.0, 255.0
    return np.clip(images, 0, 255).astype(np.float32)


def _range(outputs: Any) -> dict[str, Any]:
    low, high = float(outputs.min()), float(outputs.max())
    if not (abs(low) < 1e30 and abs(high) < 1e30):
        raise ValueError("the outputs are not finite")
    return {"minimum": low, "maximum": high, "within_unit": bool(low >= 0 and high <= 1)}


def _statistics(batch: Any) -> dict[str, Any]:
    axes = tuple(range(batch.ndim - 1))
    return {
        "minimum": float(batch.min()),
        "maximum": float(batch.max()),
        "mean": float(batch.mean()),
        "channel_means": [float(v) for v in batch.mean(axis=axes)][:8],
    }


def _augmentation(probe: Any, images: Any) -> dict[str, Any]:
    import numpy as np

    def differ(training: bool) -> bool:
        first = probe.reach(images, training=training)
        # A flip leaves four pictures alike once in 16 times: one equal pair proves nothing, six do.
        return any(not np.array_equal(first, probe.reach(images, training=training)) for _ in range(_PASSES))

    return {
        "layers": probe.random_layers,
        "active_in_training": bool(probe.random_layers) and differ(True),
        "inactive_in_inference": not differ(False),
    }
