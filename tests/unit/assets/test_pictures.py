"""The drawn pictures have the true set's names and sizes, and the classes differ in hue and frequency."""

import io

import make_pictures
import numpy as np
import pytest
from PIL import Image

from grader.assets import known


def test_names_and_counts_are_those_of_the_true_set():
    paths = [picture.relative_path for picture in make_pictures.all_pictures()]
    assert len(set(paths)) == 3000
    for folder, count in known.CATS_AND_DOGS.folders.items():
        assert sum(path.startswith(f"cats_and_dogs_filtered/{folder}/") for path in paths) == count
    assert "cats_and_dogs_filtered/train/cats/cat.0.jpg" in paths
    assert "cats_and_dogs_filtered/train/dogs/dog.999.jpg" in paths
    assert "cats_and_dogs_filtered/validation/cats/cat.2499.jpg" in paths


@pytest.mark.parametrize("picture", make_pictures.all_pictures()[::600], ids=lambda picture: picture.relative_path)
def test_a_picture_is_a_small_jpeg_of_a_photographs_size(picture):
    content = make_pictures.encode(picture)
    opened = Image.open(io.BytesIO(content))
    assert opened.format == "JPEG"
    assert opened.mode == "RGB"
    assert all(200 <= side <= 500 for side in opened.size)
    assert len(content) < 60_000
    assert content == make_pictures.encode(picture)


def _differences(label: str) -> tuple[float, float]:
    """Mean of red less blue, and mean step between neighbouring pixels, over a few pictures of a class."""
    pixels = [
        np.asarray(make_pictures.draw(make_pictures.Picture("train", label, index)).resize((160, 160)), dtype=float)
        for index in range(12)
    ]
    redness = np.mean([picture[..., 0] - picture[..., 2] for picture in pixels])
    steps = np.mean([np.abs(np.diff(picture.mean(-1), axis=1)).mean() for picture in pixels])
    return float(redness), float(steps)


def test_classes_differ_in_hue_and_in_frequency():
    (cat_redness, cat_steps), (dog_redness, dog_steps) = _differences("cats"), _differences("dogs")
    assert cat_redness > dog_redness + 20
    assert dog_steps > cat_steps * 1.2


def test_no_two_pictures_are_alike():
    contents = {make_pictures.encode(picture) for picture in make_pictures.all_pictures()[::100]}
    assert len(contents) == 30
