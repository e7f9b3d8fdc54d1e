"""What is known of each asset: names, layout, sizes. In: a name. Out: what its true files look like.

It must never look at a disk: knowledge only.
"""

from __future__ import annotations

from dataclasses import dataclass

from grader.errors import AssetError


@dataclass(frozen=True)
class KnownDataset:
    """The layout of a true data set.

    Attributes:
        name: its folder, as students spell it.
        folders: relative folder → number of JPEG files in it.
        archives: file names under which its archive is downloaded.
        origins: ends of the URLs by which notebooks ask for it.
        maker: script in `kernel_side/` that draws the stand-in.
    """

    name: str
    folders: dict[str, int]
    archives: tuple[str, ...]
    origins: tuple[str, ...]
    maker: str


@dataclass(frozen=True)
class KnownWeights:
    """The files of one backbone's weights.

    Attributes:
        backbone: the Keras constructor.
        files: file name as `keras.utils.get_file` looks for it → least and greatest credible size in bytes.
        maker: script in `kernel_side/` that seeds the stand-in.
    """

    backbone: str
    files: dict[str, tuple[int, int]]
    maker: str


CATS_AND_DOGS = KnownDataset(
    name="cats_and_dogs_filtered",
    folders={"train/cats": 1000, "train/dogs": 1000, "validation/cats": 500, "validation/dogs": 500},
    archives=("cats_and_dogs_filtered.zip", "cats_and_dogs.zip"),
    origins=("mledu-datasets/cats_and_dogs_filtered.zip", "cats_and_dogs_filtered.zip", "cats_and_dogs.zip"),
    maker="make_pictures.py",
)

_STEM = "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0"
_NO_TOP_SIZE = (4 * 2_257_984, 10_500_000)
_TOP_SIZE = (4 * 3_538_984, 16_000_000)

MOBILENET_V2 = KnownWeights(
    backbone="MobileNetV2",
    files={
        **{f"{_STEM}_{size}_no_top.h5": _NO_TOP_SIZE for size in (96, 128, 160, 192, 224)},
        **{f"{_STEM}_{size}.h5": _TOP_SIZE for size in (160, 224)},
    },
    maker="make_mobilenet_v2.py",
)

_DATASETS = {CATS_AND_DOGS.name: CATS_AND_DOGS}
_WEIGHTS = {MOBILENET_V2.backbone: MOBILENET_V2}


def dataset(name: str) -> KnownDataset:
    """The data set of that name. Raises AssetError, with the names that exist, where there is none."""
    if name not in _DATASETS:
        raise AssetError(f"unknown data set '{name}': known are {', '.join(sorted(_DATASETS))}")
    return _DATASETS[name]


def weights(backbone: str) -> KnownWeights:
    """The weights of that backbone. Raises AssetError, with the names that exist, where there are none."""
    if backbone not in _WEIGHTS:
        raise AssetError(f"unknown weights '{backbone}': known are {', '.join(sorted(_WEIGHTS))}")
    return _WEIGHTS[backbone]
