"""What each preprocessing does to each stand-in backbone: how well a small head learns on its pooled features.

    python tests/bench/preprocessing_table.py [--images 200] [--cache FOLDER] [BACKBONE …]

Pictures of the CIFAR-10 stand-in are enlarged, preprocessed in five ways, and sent through each frozen backbone; a
softmax head under Adam sees the pooled features, as a student's would, for a few epochs. Printed are the range that
reached the backbone and the share of unseen pictures that the head gets right (chance is 0.10). `hurts` marks where the
preprocessing must hurt; the exit code is 1 where it does not, or where it hurts and must not.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ["CUDA_VISIBLE_DEVICES"] = ""
ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT / "grader" / "kernel_side"))

import make_cifar10  # noqa: E402
import numpy as np  # noqa: E402
from make_weights import preprocessed  # noqa: E402
from PIL import Image  # noqa: E402

from grader.assets import prepare_assets  # noqa: E402
from grader.cli.main import default_cache  # noqa: E402

MODES = {"MobileNetV2": "tf", "InceptionV3": "tf", "VGG16": "caffe", "VGG19": "caffe", "ResNet50": "caffe",
         "ResNet101": "caffe", "EfficientNetB0": "none"}
SIDES = {"InceptionV3": 139, "VGG16": 64, "VGG19": 64}
USUAL_SIDE = 96
WAYS = ("right", "[-1,1]", "/255", "BGR means", "doubled")
HURTS = {
    "tf": {"BGR means", "doubled"},
    "caffe": {"[-1,1]", "/255"},
    "none": {"[-1,1]", "/255"},
}
"""By the preprocessing that is right: those of the five that must cost a head most of what it could learn."""
SPARED = {("MobileNetV2", "BGR means")}
"""Where a true backbone is hurt and its stand-in is not: a sign a colour is enough for it."""
RIGHT_AT_LEAST, HURT_AT_MOST = 0.5, 0.6
"""A right preprocessing gets at least this share right; a hurtful one at most this share of what the right one gets."""


def main() -> int:
    parser = argparse.ArgumentParser(description="Seven backbones by five preprocessings.")
    parser.add_argument("backbones", nargs="*", default=list(MODES))
    parser.add_argument("--images", type=int, default=300)
    parser.add_argument("--cache", type=Path, default=default_cache())
    asked = parser.parse_args()
    _say(f"{'backbone':15}" + "".join(f"{way:>30}" for way in WAYS) + "   CPU s")
    faults = [fault for name in asked.backbones for fault in _row(name, asked.images, asked.cache)]
    _say("\n".join(faults) or "every preprocessing does what it must")
    return 1 if faults else 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _row(name: str, images: int, cache: Path) -> list[str]:
    """Prints one backbone's line; returns what is not as it must be."""
    started = time.process_time()
    side = SIDES.get(name, USUAL_SIDE)
    base = _base(name, side, cache)
    pixels, labels = _pictures(images, side)
    mode, shares, cells = MODES[name], {}, []
    hurtful = {way for way in HURTS[mode] if (name, way) not in SPARED}
    for way in WAYS:
        batch = _by(way, pixels, mode)
        shares[way] = _learned(_features(base, batch), labels)
        mark = " hurts" if way in hurtful else ""
        cells.append(f"{shares[way]:.2f} [{batch.min():.4g}, {batch.max():.4g}]{mark}")
    _say(f"{name:15}" + "".join(f"{cell:>30}" for cell in cells) + f"{time.process_time() - started:8.0f}")
    return list(_faults(name, shares, hurtful))


def _faults(name: str, shares: dict[str, float], hurtful: set[str]) -> Any:
    if shares["right"] < RIGHT_AT_LEAST:
        yield f"{name}: only {shares['right']:.2f} with the right preprocessing"
    for way in hurtful:
        if shares[way] > HURT_AT_MOST * shares["right"]:
            yield f"{name}: {way} must hurt, and gets {shares[way]:.2f}"
    if "doubled" not in hurtful and shares["doubled"] < HURT_AT_MOST * shares["right"]:
        yield f"{name}: doubled must not hurt, and gets {shares['doubled']:.2f}"


def _base(name: str, side: int, cache: Path) -> Any:
    import keras
    from keras.src.utils import file_utils

    served = prepare_assets(datasets=(), weights=(name,), cache=cache).weights
    paths = {file.file_name: file.path for file in served}
    # By its own name for them, since EfficientNet's layers differ where the weights are called "imagenet".
    file_utils.get_file = lambda fname, *_, **__: paths[fname]
    return getattr(keras.applications, name)(
        input_shape=(side, side, 3), include_top=False, weights="imagenet", pooling="avg"
    )


def _pictures(images: int, side: int) -> tuple[np.ndarray, np.ndarray]:
    """`(n, side, side, 3)` float32 in [0, 255], RGB, and `(n,)` labels: the first of the stand-in, enlarged."""
    small = make_cifar10.pictures_of("data_batch_1", 0)[:images]
    labels = make_cifar10.labels_of("data_batch_1")[:images]
    large = [np.asarray(Image.fromarray(one).resize((side, side), Image.Resampling.BILINEAR)) for one in small]
    return np.stack(large).astype(np.float32), labels


def _by(way: str, pixels: np.ndarray, mode: str) -> np.ndarray:
    if way == "right":
        return preprocessed(pixels, mode)
    if way == "doubled":
        return preprocessed(preprocessed(pixels, mode), mode)
    return {"[-1,1]": preprocessed(pixels, "tf"), "/255": pixels / 255, "BGR means": preprocessed(pixels, "caffe")}[way]


def _features(base: Any, batch: np.ndarray) -> np.ndarray:
    return np.concatenate([np.asarray(base(batch[at : at + 25], training=False)) for at in range(0, len(batch), 25)])


def _learned(features: np.ndarray, labels: np.ndarray, epochs: int = 20, rate: float = 1e-3) -> float:
    """The share of the last third that a softmax head gets right, trained on the rest as Keras trains it."""
    seen = len(features) * 2 // 3
    inputs, wanted = features[:seen].astype(np.float64), np.eye(10)[labels[:seen]]
    random = np.random.default_rng(1)
    limit = np.sqrt(6 / (features.shape[1] + 10))
    weights = [random.uniform(-limit, limit, (features.shape[1], 10)), np.zeros(10)]
    means, squares, step = [0.0, 0.0], [0.0, 0.0], 0
    for _ in range(epochs):
        order = random.permutation(seen)
        for at in range(0, seen, 20):
            some, step = order[at : at + 20], step + 1
            slopes = _slopes(inputs[some], wanted[some], *weights)
            for number, slope in enumerate(slopes):
                means[number] = 0.9 * means[number] + 0.1 * slope
                squares[number] = 0.999 * squares[number] + 0.001 * slope**2
                mean, square = means[number] / (1 - 0.9**step), squares[number] / (1 - 0.999**step)
                weights[number] = weights[number] - rate * mean / (np.sqrt(square) + 1e-7)
    said = (features[seen:] @ weights[0] + weights[1]).argmax(1)
    return float((said == labels[seen:]).mean())


def _slopes(inputs: np.ndarray, wanted: np.ndarray, kernel: np.ndarray, bias: np.ndarray) -> list[np.ndarray]:
    logits = inputs @ kernel + bias
    likely = np.exp(logits - logits.max(1, keepdims=True))
    error = (likely / likely.sum(1, keepdims=True) - wanted) / len(inputs)
    return [inputs.T @ error, error.sum(0)]


if __name__ == "__main__":
    sys.exit(main())
