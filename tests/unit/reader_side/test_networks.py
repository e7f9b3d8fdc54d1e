"""The networks find lines and read them as rapidocr does, without the cost of its start."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import networks
import numpy as np
import pytest
from networks import READ_HEIGHT_PX, Networks
from PIL import Image, ImageDraw, ImageFont

FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf"
SIDE_PX = 640
ASKED = ["base.trainable = False", "model.fit(training)"]


@pytest.fixture(scope="module")
def both() -> Networks:
    return Networks(1)


def drawn(lines: list[str], *, turned: float = 0.0) -> np.ndarray:
    picture = Image.new("RGB", (420, 60 * len(lines) + 40), "white")
    pen = ImageDraw.Draw(picture)
    for row, text in enumerate(lines):
        pen.text((30, 30 + 60 * row), text, font=ImageFont.truetype(FONT, 20), fill="#202020")
    return np.asarray(picture.rotate(turned, fillcolor="white", resample=Image.Resampling.BICUBIC))


def test_a_box_is_found_around_each_line(both: Networks) -> None:
    boxes = sorted(both.boxes(drawn(ASKED), SIDE_PX), key=lambda box: float(box[0][1]))
    assert len(boxes) == 2
    for row, (box, text) in enumerate(zip(boxes, ASKED, strict=True)):
        left, top, right, bottom = ImageFont.truetype(FONT, 20).getbbox(text)
        lies = np.array([30 + left, 30 + 60 * row + top, 30 + right, 30 + 60 * row + bottom])
        assert np.abs(np.array([*box[0], *box[2]]) - lies).max() < 12


def test_corners_go_clockwise_from_the_upper_left_of_a_slanted_line(both: Networks) -> None:
    (box,) = both.boxes(drawn(ASKED[:1], turned=5), SIDE_PX)
    upper_left, upper_right, lower_right, lower_left = box
    assert upper_left[0] < upper_right[0] and lower_left[0] < lower_right[0]
    assert upper_left[1] < lower_left[1] and upper_right[1] < lower_right[1]
    assert upper_right[1] < upper_left[1] - 10


def test_a_blank_picture_has_no_lines(both: Networks) -> None:
    assert both.boxes(np.full((100, 200, 3), 255, np.uint8), SIDE_PX) == []


def test_the_likeliest_characters_spell_the_line(both: Networks) -> None:
    strip = Image.fromarray(drawn(ASKED[:1])[24:60]).resize((560, READ_HEIGHT_PX))
    best = both.steps(np.asarray(strip)).argmax(axis=1)
    runs = best[np.flatnonzero(np.diff(best, prepend=-1))]
    assert "".join(both.characters[number] for number in runs) == ASKED[0]


def test_rapidocr_itself_is_not_imported() -> None:
    code = f"import sys; sys.path.insert(0, {str(Path(networks.__file__).parent)!r}); import read_pictures; " \
           "sys.exit('rapidocr' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_package_without_its_networks_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(networks, "find_spec", lambda name: None)
    with pytest.raises(FileNotFoundError, match="rapidocr"):
        Networks(1).boxes(np.zeros((40, 40, 3), np.uint8), SIDE_PX)
