"""Text in a fixed-width font is read by the looks of its letters; other text is left to the network."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest
from alike import Said, read_alike
from PIL import Image, ImageDraw, ImageFont

FONTS = "/usr/share/fonts/truetype/dejavu/"
WORDS = "alpha beta gamma delta layer tensor model metrics history epochs folder labels shape count".split()
ROW = 20
LEFT = 12


def lines(count: int) -> list[str]:
    return [" ".join(WORDS[(row * 5 + i * (row % 3 + 1)) % len(WORDS)] for i in range(12)) for row in range(count)]


def drawn(texts: list[str], font: str) -> tuple[Any, list[Any]]:
    """The picture, and a box for each line as the network finds them."""
    pen_font = ImageFont.truetype(FONTS + font, 14)
    picture = Image.new("RGB", (900, ROW * len(texts) + 20), "white")
    pen = ImageDraw.Draw(picture)
    boxes = []
    for row, text in enumerate(texts):
        top = 10 + row * ROW
        pen.text((LEFT, top), text, font=pen_font, fill="#202020")
        right = LEFT + pen_font.getlength(text) + 4
        boxes.append(np.array([[LEFT - 4, top], [right, top], [right, top + 18], [LEFT - 4, top + 18]], np.float32))
    return np.asarray(picture), boxes


def says_of(texts: list[str], picture: Any) -> tuple[Any, list[str]]:
    """A network that reads every letter of a strip rightly, since it knows the picture that the strip was cut from."""
    width = ImageFont.truetype(FONTS + "DejaVuSansMono.ttf", 14).getlength("a")
    asked: list[str] = []

    def say(strip: Any, columns: int) -> list[Said]:
        inked = strip.min(axis=(0, 2)) < 150
        gaps = np.convolve(~inked, np.ones(6), "same") >= 6
        found = []
        for run in np.split(np.arange(len(gaps)), np.flatnonzero(np.diff(gaps)) + 1):
            if gaps[run[0]]:
                continue
            found_at = cv2.minMaxLoc(cv2.matchTemplate(picture, strip[:, run[0] : run[-1] + 1], cv2.TM_SQDIFF))[2]
            row = round((found_at[1] - 10) / ROW)
            first = round((found_at[0] - LEFT) / width)
            for column in range(first, round((found_at[0] + len(run) - LEFT) / width)):
                letter = texts[row][column : column + 1].strip()
                if letter:
                    x = run[0] + LEFT + (column + 0.5) * width - found_at[0]
                    asked.append(letter)
                    found.append(Said(letter, 0.99, float(x / strip.shape[1])))
        return found

    return say, asked


def test_every_letter_is_read_though_few_are_asked_for() -> None:
    texts = lines(24)
    picture, boxes = drawn(texts, "DejaVuSansMono.ttf")
    say, asked = says_of(texts, picture)
    read = read_alike(picture, boxes, say)
    assert read is not None
    assert [line.text for line in read] == texts
    assert len(asked) < 0.35 * len("".join(texts).replace(" ", ""))


def test_text_in_another_font_is_left_alone() -> None:
    def say(strip: Any, columns: int) -> list[Said]:
        pytest.fail("nothing is to be read by likeness")

    assert read_alike(*drawn(lines(24), "DejaVuSans.ttf"), say) is None


def test_an_empty_picture_says_nothing() -> None:
    assert read_alike(np.full((50, 200, 3), 255, np.uint8), [], lambda strip, columns: []) is None


def test_letters_that_no_one_can_read_get_no_name() -> None:
    read = read_alike(*drawn(lines(24), "DejaVuSansMono.ttf"), lambda strip, columns: [])
    assert read is not None
    assert all(line.confidence < 0.5 for line in read)
