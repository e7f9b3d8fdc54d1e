"""What each preprocessing does to each stand-in backbone: how well a small head learns on its pooled features.

    python tests/bench/preprocessing_table.py [--images 150] [--cache FOLDER] [BACKBONE …]

Pictures of the CIFAR-10 stand-in are enlarged, preprocessed in five ways, and sent through each frozen backbone; a
softmax head under Adam sees the pooled features, as a student's would, for a few epochs, with three seeds. A row says
which range reached the backbone and which it expects, the finding that these values alone give, and the mean share of
unseen pictures that the heads get right (chance is 0.10), inside or outside of the band of the right preprocessing's
seeds (`grader.reference.bands`). The exit code is 1 where one stays inside that must fall out, or falls out that must
not, or where the finding says otherwise.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
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
from grader.cli.commands import default_cache  # noqa: E402
from grader.judge.findings.preprocessing import BY_WRONG  # noqa: E402
from grader.judge.findings.scalings import EXPECTS, WORDS, wrong_with  # noqa: E402
from grader.records import BatchStatistics, Scaling  # noqa: E402
from grader.records.reference import Band  # noqa: E402
from grader.reference.bands import band  # noqa: E402

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
UNHURT = {"tf": {"[-1,1]"}, "caffe": {"BGR means", "doubled"}, "none": {"doubled"}}
"""Those that must not cost anything: the right one in other words, or means that are subtracted twice."""
RIGHT_AT_LEAST = 0.5
"""A right preprocessing gets at least this share right."""
SEEDS = (1, 2, 3)
LINE = "{:15} {:11} {:20} {:16} {:8} {:>7}  {}"


def main() -> int:
    parser = argparse.ArgumentParser(description="Seven backbones by five preprocessings.")
    parser.add_argument("backbones", nargs="*", default=list(MODES))
    parser.add_argument("--images", type=int, default=150)
    parser.add_argument("--cache", type=Path, default=default_cache())
    asked = parser.parse_args()
    _say(LINE.format("backbone", "way", "what reached it", "it expects", "finding", "share", "band of the right one"))
    faults = [fault for name in asked.backbones for fault in _rows(name, asked.images, asked.cache)]
    _say("\n".join(faults) or "every preprocessing does what it must")
    return 1 if faults else 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _rows(name: str, images: int, cache: Path) -> Iterator[str]:
    """Prints one backbone's lines; yields what is not as it must be."""
    side, mode = SIDES.get(name, USUAL_SIDE), MODES[name]
    base = _base(name, side, cache)
    pixels, labels = _pictures(images, side)
    right: Band | None = None
    for way in WAYS:
        batch = _by(way, pixels, mode)
        features = _features(base, batch)
        reached = band(_learned(features, labels, seed=seed) for seed in SEEDS)
        right = right or reached
        outside = reached.mean < right.floor
        finding = _finding(batch, EXPECTS[name])
        told = f"{'outside' if outside else 'inside'}, floor {right.floor:.2f}"
        values = f"[{batch.min():.4g}, {batch.max():.4g}]"
        _say(LINE.format(name, way, values, WORDS[EXPECTS[name]], finding, f"{reached.mean:.2f}", told))
        yield from _faults(name, way, outside=outside, finding=finding)
    if right is not None and right.mean < RIGHT_AT_LEAST:
        yield f"{name}: only {right.mean:.2f} with the right preprocessing"


def _finding(batch: np.ndarray, expected: Scaling) -> str:
    """The code of what the values alone say, as a run would measure them; "-" where they are as expected."""
    channels = tuple(float(mean) for mean in batch.mean((0, 1, 2)))
    values = BatchStatistics(minimum=float(batch.min()), maximum=float(batch.max()), mean=float(batch.mean()),
                             channel_means=channels)  # fmt: skip
    wrong = wrong_with(values, expected)
    return BY_WRONG[wrong].code if wrong is not None else "-"


def _faults(name: str, way: str, *, outside: bool, finding: str) -> Iterator[str]:
    mode = MODES[name]
    if way in HURTS[mode] and (name, way) not in SPARED and not outside:
        yield f"{name}: {way} must fall out of the band, and does not"
    same = way == "right" or way in UNHURT[mode]
    if same and outside:
        yield f"{name}: {way} must stay in the band, and does not"
    harmless = same and not (mode == "caffe" and way == "doubled")
    if harmless != (finding == "-"):
        yield f"{name}: {way} gives {finding}"


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


def _learned(features: np.ndarray, labels: np.ndarray, *, seed: int, epochs: int = 20, rate: float = 1e-3) -> float:
    """The share of the last third that a softmax head gets right, trained on the rest as Keras trains it."""
    seen = len(features) * 2 // 3
    inputs, wanted = features[:seen].astype(np.float64), np.eye(10)[labels[:seen]]
    random = np.random.default_rng(seed)
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
