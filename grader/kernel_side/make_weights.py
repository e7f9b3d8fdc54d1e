"""Makes stand-in weights for a backbone of `keras.applications`, for machines that have never had a network.

In: `python make_weights.py FOLDER BACKBONE`. Out: FOLDER/<the file names that Keras's get_file looks for>, with and
without the top, in the legacy H5 layout, and one line of JSON with file name → SHA-256.
It must never download, and never runs in a kernel: a child process of the grader runs it, once. MobileNetV2's own maker
is `make_mobilenet_v2.py`.

As there, kernels are drawn to keep colour and texture apart, and one pass over drawn pictures, preprocessed as the
backbone wants them, sets every BatchNormalization's statistics to those of the pictures. VGG has no
BatchNormalization: its kernels are scaled and its biases set, layer by layer, so that each channel is centred all the
same. So features are of ordinary size where the preprocessing is right; a squeezed input (÷128) moves them by a
hundredth, from which no head learns in its first epochs.

Kernels hold only -1, 0 and 1 times a power of two: random features are as good, and the file is a tenth of the size.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Tuple  # noqa: UP035  (a course's Python may be 3.9)

import make_cifar10
import make_pictures
import numpy as np
from make_mobilenet_v2 import calibrate_on, write_legacy_h5
from PIL import Image

SEED = 20
CALIBRATION_SIZE = 128
CALIBRATION_PICTURES = 20
"""Of each kind: of cats and dogs, and of CIFAR-10."""
STORAGE = {"compression": "gzip", "compression_opts": 4, "shuffle": True}
BUMP_CENTRES = (-1.0, 0.0, 1.0)
BUMP_WIDTH = 1.5
"""In standard deviations of what the calibration pictures make of a filter."""
MEANS_BGR = (103.939, 116.779, 123.68)
IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STDDEV = (0.229, 0.224, 0.225)


class Backbone(NamedTuple):
    """File names with and without the top, what its preprocessing does, and the side of the input of its top."""

    with_top: str
    without_top: str
    preprocessing: str
    top_size: int = 224


def _usual(stem: str, preprocessing: str, top_size: int = 224) -> Backbone:
    stem = f"{stem}_weights_tf_dim_ordering_tf_kernels"
    return Backbone(f"{stem}.h5", f"{stem}_notop.h5", preprocessing, top_size)


BACKBONES: Dict[str, Backbone] = {  # noqa: UP006
    "VGG16": _usual("vgg16", "caffe"),
    "VGG19": _usual("vgg19", "caffe"),
    "ResNet50": _usual("resnet50", "caffe"),
    "ResNet101": _usual("resnet101", "caffe"),
    "InceptionV3": _usual("inception_v3", "tf", 299),
    "EfficientNetB0": Backbone("efficientnetb0.h5", "efficientnetb0_notop.h5", "none"),
}


def preprocessed(pixels: np.ndarray, preprocessing: str) -> np.ndarray:
    """`(n, height, width, 3)` float32: RGB pictures in [0, 255] as `preprocess_input` of that mode gives them."""
    if preprocessing == "tf":
        return pixels / 127.5 - 1
    if preprocessing == "caffe":
        return pixels[..., ::-1] - np.asarray(MEANS_BGR, dtype=np.float32)
    return pixels


def calibration_pictures() -> np.ndarray:
    """`(n, 128, 128, 3)` float32 in [0, 255], RGB: cats and dogs, and pictures of CIFAR-10 enlarged."""
    pets = [
        make_pictures.draw(make_pictures.Picture("train", label, index))
        for index in range(CALIBRATION_PICTURES // 2)
        for label in make_pictures.CLASSES
    ]
    looks = np.arange(CALIBRATION_PICTURES) % len(make_cifar10.CLASSES)
    small = [Image.fromarray(pixels) for pixels in make_cifar10.drawn(looks, np.random.default_rng(SEED))]
    size = (CALIBRATION_SIZE, CALIBRATION_SIZE)
    return np.stack([np.asarray(p.resize(size, Image.Resampling.BILINEAR), dtype=np.float32) for p in (*pets, *small)])


def seed(model: Any) -> None:
    """Draws all kernels; moving statistics fit nothing yet."""
    random = np.random.default_rng(SEED)
    is_first = True
    for layer in model.layers:
        kind = type(layer).__name__
        if kind == "BatchNormalization":
            _set_norm(layer, is_swish=model.name.startswith("efficientnet"))
        elif kind == "Dropout":
            layer.rate = 0.0  # under the calibrating pass it would make every file another
        elif kind == "Normalization":
            layer.set_weights([np.asarray(IMAGENET_MEAN), _combined_variance(), *layer.get_weights()[2:]])
        elif layer.weights:
            kernel, *biases = layer.get_weights()
            if kind == "Conv2D" and is_first:
                kernel, is_first = _first_kernel(kernel.shape, random), False
            else:
                kernel = drawn_kernel(kernel.shape, random, is_depthwise=kind == "DepthwiseConv2D")
                kernel *= 0.25 if "_se_" in layer.name else 1
            layer.set_weights([kernel, *(np.zeros_like(bias) for bias in biases)])


def _set_norm(layer: Any, is_swish: bool) -> None:
    """Shifts activations into the straight part of their nonlinearity, and keeps what joins a shortcut small."""
    weights = dict(zip((weight.name for weight in layer.weights), layer.get_weights()))  # noqa: B905
    is_joined = layer.name.endswith(("_3_bn", "project_bn"))
    if "gamma" in weights:
        weights["gamma"] = np.full_like(weights["gamma"], 0.5 if is_joined else 1.0)
    weights["beta"] = np.full_like(weights["beta"], 0.0 if is_joined else 2.0 if is_swish else 0.5)
    layer.set_weights(list(weights.values()))


def _combined_variance() -> np.ndarray:
    """With `weights="imagenet"` Keras divides by the square root of the deviation once more; without, it must here."""
    return np.asarray(IMAGENET_STDDEV) ** 3


def _first_kernel(shape: Tuple[int, ...], random: np.random.Generator) -> np.ndarray:  # noqa: UP006
    """Each filter of one sign and mostly of one colour."""
    kernel = np.abs(random.normal(size=(*shape[:2], 1, shape[3])))
    colours = random.dirichlet([0.25] * shape[2], size=shape[3]).T[None, None]
    return kernel * colours * np.where(np.arange(shape[3]) % 2, 1, -1)


def drawn_kernel(shape: Tuple[int, ...], random: np.random.Generator, is_depthwise: bool) -> np.ndarray:  # noqa: UP006
    """-1, 0 and 1 times a power of two; on three of four channels smooth (one sign), which keeps colour."""
    signs = random.integers(-1, 2, size=shape, dtype=np.int8).astype(np.float32)
    if len(shape) == 4 and shape[0] * shape[1] > 1:
        smooth = np.arange(shape[2]) % 4 < 3
        centre = signs[:1, :1, smooth]
        signs[:, :, smooth] = np.where(centre == 0, 1, centre) if is_depthwise else centre
    fan_in = np.prod(shape[:2]) if is_depthwise else np.prod(shape[:-1])
    return signs * np.float32(2.0 ** np.round(np.log2(np.sqrt(1.5 / fan_in))))


def calibrate(model: Any, batch: np.ndarray) -> None:
    """Centres every channel on what `batch` makes of it: by BatchNormalization, or by kernels and biases."""
    if any(type(layer).__name__ == "BatchNormalization" for layer in model.layers):
        calibrate_on(model, batch)
        return
    activations: Any = batch
    for layer in model.layers[1:]:
        if layer.weights:
            _centre(layer, activations)
        activations = layer(activations)


def _centre(layer: Any, inputs: Any) -> None:
    """Scales each filter by a power of two to a deviation of about 1, and sets its bias to centre it on 0.5."""
    kernel, bias = layer.get_weights()
    activation, layer.activation = layer.activation, None
    layer.set_weights([kernel, np.zeros_like(bias)])
    outputs = np.asarray(layer(inputs))
    axes = tuple(range(outputs.ndim - 1))
    scale = 2.0 ** -np.round(np.log2(np.maximum(outputs.std(axes), 1e-6)))
    layer.set_weights([kernel * scale, 0.5 - outputs.mean(axes) * scale])
    layer.activation = activation


def narrow_the_entrance(model: Any) -> None:
    """Lets a network of plain ReLUs see only values near those of the calibration pictures.

    Otherwise it is blind to scale, and pictures in [-124, 151] would do as well as in [-1, 1]. The first layer's
    filters come in threes, alike but for their shift; the second adds them up as 1, -2, 1: a bump, flat far away.
    """
    convolutions = [layer for layer in model.layers if type(layer).__name__ == "Conv2D"][:2]
    norm = next(layer for layer in model.layers if type(layer).__name__ == "BatchNormalization")
    (kernel,), (following,) = (layer.get_weights() for layer in convolutions)
    triples = kernel.shape[-1] // 3
    shifts = np.zeros(kernel.shape[-1], dtype=np.float32)
    for number in range(triples):
        members = slice(3 * number, 3 * number + 3)
        kernel[..., members] = kernel[..., 3 * number : 3 * number + 1]
        shifts[members] = BUMP_CENTRES[number % len(BUMP_CENTRES)] + BUMP_WIDTH * np.array([1, 0, -1])
        following[:, :, members] = following[:, :, 3 * number : 3 * number + 1] * np.array([1, -2, 1])[:, None]
    kernel[..., 3 * triples :] = 0
    convolutions[0].set_weights([kernel])
    convolutions[1].set_weights([following])
    norm.set_weights([shifts, *norm.get_weights()[1:]])


def built(backbone: str, include_top: bool) -> Any:
    import keras

    about = BACKBONES[backbone]
    side = about.top_size if include_top else CALIBRATION_SIZE
    constructor = getattr(keras.applications, backbone)
    return constructor(input_shape=(side, side, 3), include_top=include_top, weights=None)


def base_of(backbone: str) -> Any:
    """The backbone without its top, seeded and calibrated."""
    base = built(backbone, include_top=False)
    seed(base)
    if backbone == "InceptionV3":
        narrow_the_entrance(base)
    calibrate(base, preprocessed(calibration_pictures(), BACKBONES[backbone].preprocessing))
    for layer in base.layers:
        if type(layer).__name__ == "Normalization":
            layer.set_weights([np.asarray(IMAGENET_MEAN), np.asarray(IMAGENET_STDDEV) ** 2, *layer.get_weights()[2:]])
    return base


def topped_of(backbone: str, base: Any) -> Any:
    """The whole network: `base`'s weights, layer by layer, and a top drawn as the kernels were."""
    whole = built(backbone, include_top=True)
    random = np.random.default_rng(SEED + 1)
    known: List[Any] = [layer for layer in base.layers if layer.weights]  # noqa: UP006
    for number, layer in enumerate(layer for layer in whole.layers if layer.weights):
        if number < len(known):
            layer.set_weights(known[number].get_weights())
        else:
            kernel, bias = layer.get_weights()
            layer.set_weights([drawn_kernel(kernel.shape, random, is_depthwise=False), np.zeros_like(bias)])
    return whole


def make(folder: Path, backbone: str) -> Dict[str, str]:  # noqa: UP006
    """Writes both files below `folder`; returns file name → SHA-256."""
    folder.mkdir(parents=True, exist_ok=True)
    about = BACKBONES[backbone]
    base = base_of(backbone)
    write_legacy_h5(base, folder / about.without_top, **STORAGE)
    write_legacy_h5(topped_of(backbone, base), folder / about.with_top, **STORAGE)
    names = (about.without_top, about.with_top)
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}


if __name__ == "__main__":
    sys.stdout.write(json.dumps({"files": make(Path(sys.argv[1]), sys.argv[2])}) + "\n")
