"""What is known of each asset: names, layout, sizes, where it is published and under which hash.

In: a name, and what a rubric adds to it. Out: what its true files look like and where they come from.
It must never look at a disk: knowledge only. URLs and hashes are those of Keras's own source; where it publishes no
hash, size and layout are held against the file, and its hash is kept from the first fetching on.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from grader.errors import AssetError
from grader.records import AssetSource

Sizes = tuple[int, int]


@dataclass(frozen=True)
class KnownDataset:
    """The layout of a true data set.

    Attributes:
        name: its folder, as students spell it.
        folders: relative folder → number of JPEG or PNG files in it.
        archives: file names under which its archive is downloaded.
        origins: ends of the URLs by which notebooks ask for it.
        maker: script in `kernel_side/` that draws the stand-in; "" where nobody wrote one.
        files: file name → least and greatest credible size in bytes, for a set that is not folders of pictures.
        source: where its archive is published.
        stand_in_mb: about what a stand-in and its archive take.
    """

    name: str
    folders: dict[str, int]
    archives: tuple[str, ...]
    origins: tuple[str, ...]
    maker: str
    files: dict[str, Sizes] = field(default_factory=dict)
    source: AssetSource | None = None
    stand_in_mb: int = 0


@dataclass(frozen=True)
class KnownWeights:
    """The files of one backbone's weights.

    Attributes:
        backbone: the Keras constructor.
        files: file name as `keras.utils.get_file` looks for it → least and greatest credible size in bytes.
        maker: script in `kernel_side/` that seeds the stand-in.
        sources: file name → where it is published.
        made_as: file name → the name under which the stand-in's maker writes it, where the two differ.
        stand_in_mb: about what its stand-ins take.
    """

    backbone: str
    files: dict[str, Sizes]
    maker: str
    sources: dict[str, AssetSource] = field(default_factory=dict)
    made_as: dict[str, str] = field(default_factory=dict)
    stand_in_mb: int = 0


CATS_AND_DOGS = KnownDataset(
    name="cats_and_dogs_filtered",
    folders={"train/cats": 1000, "train/dogs": 1000, "validation/cats": 500, "validation/dogs": 500},
    archives=("cats_and_dogs_filtered.zip", "cats_and_dogs.zip"),
    origins=("mledu-datasets/cats_and_dogs_filtered.zip", "cats_and_dogs_filtered.zip", "cats_and_dogs.zip"),
    maker="make_pictures.py",
    source=AssetSource(
        url="https://storage.googleapis.com/mledu-datasets/cats_and_dogs_filtered.zip", bytes=68_606_236
    ),
    stand_in_mb=59,
)

_BATCH: Sizes = (30_900_000, 31_200_000)
CIFAR10 = KnownDataset(
    name="cifar-10-batches-py",
    folders={},
    archives=("cifar-10-python.tar.gz", "cifar-10-batches-py.tar.gz", "cifar-10-batches-py-target_archive"),
    origins=("kriz/cifar-10-python.tar.gz", "cifar-10-python.tar.gz", "cifar-10-batches-py-target"),
    maker="make_cifar10.py",
    files={"batches.meta": (60, 1_000), **{f"data_batch_{n}": _BATCH for n in range(1, 6)}, "test_batch": _BATCH},
    source=AssetSource(
        url="https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz",
        sha256="6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce",
        bytes=170_498_071,
    ),
    stand_in_mb=281,
)

_KERAS = "https://storage.googleapis.com/tensorflow/keras-applications"
_STEM = "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0"
_NO_TOP_SIZE = (4 * 2_257_984, 10_500_000)
_TOP_SIZE = (4 * 3_538_984, 16_000_000)
_MOBILENET_SIZES = (96, 128, 160, 192, 224)
_MOBILENET_FILES = {
    **{f"{_STEM}_{size}_no_top.h5": _NO_TOP_SIZE for size in _MOBILENET_SIZES},
    **{f"{_STEM}_{size}.h5": _TOP_SIZE for size in _MOBILENET_SIZES},
}

MOBILENET_V2 = KnownWeights(
    backbone="MobileNetV2",
    files=_MOBILENET_FILES,
    maker="make_mobilenet_v2.py",
    sources={name: AssetSource(url=f"{_KERAS}/mobilenet_v2/{name}") for name in _MOBILENET_FILES},
    made_as={f"{_STEM}_{size}.h5": f"{_STEM}_160.h5" for size in _MOBILENET_SIZES},
    stand_in_mb=24,
)


def _two_files(
    backbone: str,
    *,
    folder: str,
    with_top: tuple[str, int, str],
    without_top: tuple[str, int, str],
    stand_in_mb: int,
) -> KnownWeights:
    """Weights of a backbone that Keras keeps in two files, each given as name, number of parameters, MD5."""
    both = (without_top, with_top)
    return KnownWeights(
        backbone=backbone,
        files={name: (4 * parameters, 4 * parameters * 51 // 50 + 1_000_000) for name, parameters, _ in both},
        maker="make_weights.py",
        sources={name: AssetSource(url=f"{folder}/{name}", md5=md5) for name, _, md5 in both},
        stand_in_mb=stand_in_mb,
    )


def _tf_kernels(
    backbone: str, folder: str, stem: str, top: tuple[int, str], no_top: tuple[int, str], stand_in_mb: int
) -> KnownWeights:
    stem = f"{stem}_weights_tf_dim_ordering_tf_kernels"
    return _two_files(
        backbone,
        folder=f"{_KERAS}/{folder}",
        with_top=(f"{stem}.h5", *top),
        without_top=(f"{stem}_notop.h5", *no_top),
        stand_in_mb=stand_in_mb,
    )


_ALL_WEIGHTS = (
    MOBILENET_V2,
    _tf_kernels("VGG16", "vgg16", "vgg16", (138_357_544, "64373286793e3c8b2b4e3219cbf3544b"),
                (14_714_688, "6d6bbae143d832006294945121d1f1fc"), 53),
    _tf_kernels("VGG19", "vgg19", "vgg19", (143_667_240, "cbe5617147190e668d6c5d5026f83318"),
                (20_024_384, "253f8cb515780f3b799900260a226db6"), 58),
    _tf_kernels("ResNet50", "resnet", "resnet50", (25_636_712, "2cb95161c43110f7111970584f804107"),
                (23_587_712, "4d473c1dd8becc155b73f8504c6f6626"), 22),
    _tf_kernels("ResNet101", "resnet", "resnet101", (44_707_176, "f1aeb4b969a6efcfb50fad2f0c20cfc5"),
                (42_658_176, "88cf7a10940856eca736dc7b7e228a21"), 38),
    _tf_kernels("InceptionV3", "inception_v3", "inception_v3", (23_851_784, "9a0d58056eeedaa3f26cb7ebd46da564"),
                (21_802_784, "bcbd6486424b2319ff4ef7d526e38f63"), 20),
    _two_files(
        "EfficientNetB0",
        folder="https://storage.googleapis.com/keras-applications",
        with_top=("efficientnetb0.h5", 5_330_571, "902e53a9f72be733fc0bcb005b3ebbac"),
        without_top=("efficientnetb0_notop.h5", 4_049_571, "50bc09e76180e00e4465e1a485ddc09d"),
        stand_in_mb=7,
    ),
)

_DATASETS = {CATS_AND_DOGS.name: CATS_AND_DOGS, "cifar10": CIFAR10, CIFAR10.name: CIFAR10}
_WEIGHTS = {weights.backbone: weights for weights in _ALL_WEIGHTS}


def dataset(name: str, sources: Mapping[str, AssetSource] | None = None) -> KnownDataset:
    """The data set of that name, with what the rubric's `sources` say of it.

    Raises:
        AssetError: it is neither known nor described by the rubric; the names that exist are told.
    """
    own = (sources or {}).get(name)
    if name in _DATASETS:
        return replace(_DATASETS[name], source=own) if own else _DATASETS[name]
    if own is None or not own.folders:
        raise AssetError(
            f"unknown data set '{name}': known are {', '.join(sorted(_DATASETS))}. For another, say under "
            "`assets: sources:` its url, sha256 and folders (docs/assets.md)"
        )
    if not re.fullmatch(r"[\w-][\w.-]*", name):
        raise AssetError(f"data set '{name}': expected the name of a folder, of letters, digits, '_', '-' and '.'")
    archive = own.url.split("?")[0].rstrip("/").rsplit("/", 1)[-1]
    return KnownDataset(
        name=name, folders=dict(own.folders), archives=(archive,), origins=(archive,), maker="", source=own
    )


def weights(backbone: str, sources: Mapping[str, AssetSource] | None = None) -> KnownWeights:
    """The weights of that backbone. Raises AssetError, with the names that exist, where there are none."""
    if backbone not in _WEIGHTS:
        raise AssetError(f"unknown weights '{backbone}': known are {', '.join(sorted(_WEIGHTS))}")
    known = _WEIGHTS[backbone]
    own = {name: source for name, source in (sources or {}).items() if name in known.files}
    return replace(known, sources={**known.sources, **own}) if own else known
