"""Rows of a code screenshot are found without a network; whatever else stands in a picture is left to the network."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from code_rows import code_rows
from PIL import Image, ImageDraw, ImageFont

FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf"
CODE = ["import tensorflow as tf", "model = build(base, rate=0.2)", ")", "print(f'{gypsy:>8}')"]
LEFT, TOP, STEP = 20, 16, 20


def drawn(lines: list[str], *, back: str = "white", fore: str = "#202020", step: int = STEP) -> Image.Image:
    picture = Image.new("RGB", (500, TOP * 2 + step * len(lines)), back)
    pen = ImageDraw.Draw(picture)
    for row, text in enumerate(lines):
        pen.text((LEFT, TOP + row * step), text, font=ImageFont.truetype(FONT, 14), fill=fore)
    return picture


def found(picture: Image.Image) -> list[Any]:
    """Boxes from top to bottom."""
    boxes = code_rows(np.asarray(picture))
    assert boxes is not None
    return sorted(boxes, key=lambda box: (box[0][1], box[0][0]))


@pytest.mark.parametrize(("back", "fore"), [("white", "#202020"), ("#272822", "#75715e")], ids=["light", "dark, pale"])
def test_each_row_is_one_box_around_its_letters(back: str, fore: str) -> None:
    boxes = found(drawn(CODE, back=back, fore=fore))
    assert len(boxes) == len(CODE)
    font = ImageFont.truetype(FONT, 14)
    for row, (box, text) in enumerate(zip(boxes, CODE, strict=True)):
        left, top, right, bottom = font.getbbox(text)
        place = np.array([LEFT + left, TOP + row * STEP + top, LEFT + right, TOP + row * STEP + bottom])
        assert np.abs(np.array([*box[0], *box[2]]) - place).max() < 6


def test_rows_that_touch_are_parted() -> None:
    picture = drawn(CODE[:2] * 3)
    ImageDraw.Draw(picture).line((60, TOP + 4, 60, TOP + STEP + 10), fill="#202020")
    assert len(found(picture)) == 6


def test_a_frame_around_the_cell_is_no_text() -> None:
    picture = drawn(CODE)
    ImageDraw.Draw(picture).rectangle((4, 4, 490, picture.height - 5), outline="#cfcfcf")
    assert len(found(picture)) == len(CODE)


def test_what_stands_far_apart_in_a_row_is_two_boxes() -> None:
    assert len(found(drawn(["In [1]:" + " " * 12 + "model.fit(training)"]))) == 2


def test_crumbs_of_compression_beside_a_row_are_no_rows() -> None:
    picture = drawn(CODE)
    for x in (60, 66, 70):
        picture.putpixel((x, TOP + STEP - 1), (120, 120, 120))
    ImageDraw.Draw(picture).rectangle((90, TOP + STEP - 2, 96, TOP + STEP + 1), fill="#909090")
    assert len(found(picture)) == len(CODE)


def test_anything_as_high_as_three_rows_is_left_to_the_network() -> None:
    picture = drawn(CODE)
    ImageDraw.Draw(picture).ellipse((300, 20, 350, 70), outline="#202020", fill="#d0a020")
    assert code_rows(np.asarray(picture)) is None


def test_letters_too_small_to_tell_rows_are_left_to_the_network() -> None:
    picture = drawn(CODE)
    assert code_rows(np.asarray(picture.resize((125, picture.height // 4)))) is None


def test_an_empty_picture_has_no_rows() -> None:
    assert code_rows(np.full((60, 80, 3), 255, np.uint8)) is None
