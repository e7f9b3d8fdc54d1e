"""Makes stand-in weights for MobileNetV2, for machines that have never had a network.

In: `python make_mobilenet_v2.py FOLDER`. Out: FOLDER/<the file names that Keras's get_file looks for>, in the legacy
H5 layout, and one line of JSON with file name → SHA-256.
It must never download, and never runs in a kernel: a child process of the grader runs it, once.

Freshly initialised weights are no stand-in: after fifty layers MobileNetV2's features have a standard deviation of
3e-12 and nothing learns. So one pass over drawn pictures in training mode, with every BatchNormalization's momentum at
0, sets each layer's moving statistics to those of the pictures. And plain random kernels are a hash: two similar
pictures come out unrelated, whatever range of values was fed in. So the kernels are drawn to keep colour and texture
apart on values in [-1, 1], and to lose them on raw [0, 255], which saturates the first activation: measured on 120
training and 80 other pictures, a head on the frozen features gets 0.95 right with MobileNetV2's own preprocessing,
0.5 without any, 0.5 with a doubled one.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any, Dict, List  # noqa: UP035  (a course's Python may be 3.9)

import h5py
import make_pictures
import numpy as np

SIZES = (96, 128, 160, 192, 224)
SIZES_WITH_TOP = (160, 224)
CALIBRATION_SIZE = 160
CALIBRATION_PICTURES = 64
SEED = 20
STEM = "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0"


def calibration_batch() -> np.ndarray:
    """`(n, 160, 160, 3)` float32 in [-1, 1], RGB: pictures of both classes as MobileNetV2 wants them."""
    pictures = [
        make_pictures.Picture("train", label, index)
        for index in range(CALIBRATION_PICTURES // 2)
        for label in make_pictures.CLASSES
    ]
    size = (CALIBRATION_SIZE, CALIBRATION_SIZE)
    pixels = [np.asarray(make_pictures.draw(picture).resize(size), dtype=np.float32) for picture in pictures]
    return np.stack(pixels) / 127.5 - 1


def seeded(size: int, include_top: bool) -> Any:
    """MobileNetV2 with drawn kernels; its moving statistics fit nothing yet."""
    import keras

    model = keras.applications.MobileNetV2(input_shape=(size, size, 3), include_top=include_top, weights=None)
    random = np.random.default_rng(SEED)
    for layer in model.layers:
        kind = type(layer).__name__
        if kind == "BatchNormalization":
            _set_norm(layer)
        elif kind == "DepthwiseConv2D":
            layer.set_weights([_depthwise_kernel(layer.get_weights()[0].shape, random)])
        elif layer.name == "Conv1":
            layer.set_weights([_first_kernel(random)])
        elif layer.weights:
            shape = layer.get_weights()[0].shape
            kernel = random.normal(size=shape) / np.sqrt(np.prod(shape[:-1]))
            layer.set_weights([kernel, *layer.get_weights()[1:]])
    return model


def _set_norm(layer: Any) -> None:
    """Shifts activations into the straight part of ReLU6, and keeps residual branches small beside what they join."""
    gamma, beta, mean, variance = layer.get_weights()
    if layer.name.endswith("project_BN"):
        gamma = np.full_like(gamma, 0.7)
    elif layer.name != "Conv_1_bn":
        beta = np.full_like(beta, 1.5)
    layer.set_weights([gamma, beta, mean, variance])


def _depthwise_kernel(shape: Any, random: np.random.Generator) -> np.ndarray:
    """`(3, 3, channels, 1)`: three of four channels smooth (one sign), which keeps colour; the fourth sees texture."""
    kernel = random.normal(size=shape)
    smooth = np.arange(shape[2]) % 4 < 3
    kernel[:, :, smooth] = np.abs(kernel[:, :, smooth]) * np.sign(kernel[1:2, 1:2, smooth])
    return kernel


def _first_kernel(random: np.random.Generator) -> np.ndarray:
    """`(3, 3, 3, 32)`: each filter of one sign and mostly of one colour, so that pixels far above 1 saturate it."""
    kernel = np.abs(random.normal(size=(3, 3, 1, 32)))
    colours = random.dirichlet([0.25] * 3, size=32).T[None, None]
    return kernel * colours * np.where(np.arange(32) % 2, 1, -1)


def calibrate_on(model: Any, batch: np.ndarray) -> None:
    """Sets the moving statistics of every BatchNormalization to those of `batch`."""
    norms = [layer for layer in model.layers if type(layer).__name__ == "BatchNormalization"]
    momenta = [layer.momentum for layer in norms]
    for layer in norms:
        layer.momentum = 0.0
    model(batch, training=True)
    for layer, momentum in zip(norms, momenta):  # noqa: B905
        layer.momentum = momentum


def write_legacy_h5(model: Any, path: Path, **storage: Any) -> None:
    """Writes what Keras 1 and 2 called a weights file: a group a layer, named in `layer_names`, in model order.

    `storage`: how h5py stores each array, such as `compression="gzip"`.
    """
    layers = list(model.layers)
    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = [layer.name.encode() for layer in layers]
        file.attrs["backend"] = b"tensorflow"
        file.attrs["keras_version"] = b"2.1.6"
        for layer in layers:
            _write_layer(file.create_group(layer.name), layer, storage)


def _write_layer(group: Any, layer: Any, storage: Dict[str, Any]) -> None:  # noqa: UP006
    names = [f"{layer.name}/{weight.name}:0".encode() for weight in layer.weights]
    group.attrs["weight_names"] = names
    for name, weight in zip(names, layer.weights):  # noqa: B905
        data = np.asarray(weight)
        group.create_dataset(name.decode(), data=data, track_times=False, **(storage if data.ndim else {}))


def _share(source: Path, path: Path) -> None:
    """The same kernels serve every input size, so one file does, under several names."""
    try:
        os.link(source, path)
    except OSError:
        shutil.copyfile(source, path)


def file_names(sizes: Any, ending: str) -> List[str]:  # noqa: UP006
    return [f"{STEM}_{size}{ending}.h5" for size in sizes]


def make(folder: Path) -> Dict[str, str]:  # noqa: UP006
    """Writes all the files below `folder`; returns file name → SHA-256."""
    folder.mkdir(parents=True, exist_ok=True)
    base, topped = seeded(CALIBRATION_SIZE, include_top=False), seeded(224, include_top=True)
    calibrate_on(base, calibration_batch())
    for layer in base.layers:
        if layer.weights:
            topped.get_layer(layer.name).set_weights(layer.get_weights())
    digests = {}
    for model, sizes, ending in ((base, SIZES, "_no_top"), (topped, SIZES_WITH_TOP, "")):
        first, *others = file_names(sizes, ending)
        write_legacy_h5(model, folder / first)
        for name in others:
            _share(folder / first, folder / name)
        digest = hashlib.sha256((folder / first).read_bytes()).hexdigest()
        digests.update(dict.fromkeys([first, *others], digest))
    return digests


if __name__ == "__main__":
    sys.stdout.write(json.dumps({"files": make(Path(sys.argv[1]))}) + "\n")
