"""By what pictures are known again, and what two data share; without TensorFlow."""

from __future__ import annotations

import random
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from recorder_channels import Channels
from recorder_fed import labels_of
from recorder_folders import Folder
from recorder_pictures import Deal, Pictures, _mixed, pictures_of, rows_between, shared_by

RNG = np.random.default_rng(3)
ROWS = RNG.uniform(0, 255, (60, 8, 8, 3)).astype("float32")


def files(*names: str) -> Pictures:
    return Pictures("files", list(names))


def common(training: Pictures | None, other: Pictures | None) -> tuple[int, int, bool] | None:
    told = shared_by(training, other)
    return None if told is None else (told["shared"], told["of"], told["redrawn"])


# --------------------------------------------------------------------------- arrays


@pytest.mark.parametrize("change", [lambda x: x / 255, lambda x: x / 127.5 - 1, lambda x: x.astype("float64")])
def test_a_row_keeps_its_name_when_it_is_scaled(change: Any) -> None:
    assert common(pictures_of(ROWS), pictures_of(change(ROWS[40:].copy()))) == (20, 20, False)


def test_rows_of_other_pictures_are_others() -> None:
    assert common(pictures_of(ROWS[:40].copy()), pictures_of(ROWS[40:].copy())) == (0, 20, False)


def test_array_is_not_taken_for_one_that_lay_at_its_address() -> None:
    names = []
    for _ in range(3):
        array = RNG.uniform(0, 255, (30, 8, 8, 3))
        found = pictures_of(array)
        assert found is not None
        names.append(found.names)
        del array
    assert len({tuple(n) for n in names}) == 3


def test_rows_that_look_alike_tell_nothing() -> None:
    few = np.repeat(ROWS[:2], 20, axis=0)
    assert common(pictures_of(few), pictures_of(few.copy())) is None


@pytest.mark.parametrize("thing", [None, np.zeros(9), np.zeros((9, 2)), np.array(["a"] * 30), [ROWS, ROWS], iter([])])
def test_what_are_no_pictures_has_no_names(thing: Any) -> None:
    assert pictures_of(thing) is None


def test_validation_split_takes_the_end() -> None:
    whole = pictures_of(ROWS)
    assert common(rows_between(whole, 0, 45), rows_between(whole, 45, None)) == (0, 15, False)


# --------------------------------------------------------------------------- what is divided


def test_parts_of_an_order_that_stays_are_told_apart() -> None:
    whole = files(*"abcdefghij").shuffled(Deal(anew=False, buffer=10))
    assert common(whole.cut(0, 7), whole.cut(7, None)) == (0, 3, False)
    assert common(whole.cut(0, 7), whole.cut(5, None)) == (2, 5, False)


def test_parts_of_an_order_that_changes_share_by_chance() -> None:
    whole = files(*map(str, range(1000))).shuffled(Deal(anew=True, buffer=1000))
    told = common(whole.cut(0, 800), whole.cut(800, None))
    assert told is not None and told[1:] == (200, True) and 140 < told[0] < 180
    near = files(*map(str, range(1000))).shuffled(Deal(anew=True, buffer=100))
    few = common(near.cut(0, 800), near.cut(800, None))
    assert few is not None and 25 < few[0] < 75


def test_parts_of_two_orders_can_not_be_compared_unless_the_wholes_differ() -> None:
    one, other = (files(*"abcdefghij").shuffled(Deal(anew=True, buffer=10)) for _ in range(2))
    assert common(one.cut(0, 7), other.cut(7, None)) is None
    assert common(one.cut(0, 7), files(*"xyz")) == (0, 3, False)
    assert common(one, other) == (10, 10, False)


def test_part_that_is_shuffled_again_is_still_that_part() -> None:
    whole = files(*"abcdefghij").shuffled(Deal(anew=False, buffer=10))
    mixed = whole.cut(0, 7).shuffled(Deal(anew=True, buffer=7))
    assert common(mixed, whole.cut(7, None)) == (0, 3, False)
    assert common(mixed.cut(0, 3), whole.cut(7, None)) is None


@given(st.integers(1, 60), st.integers(1, 80), st.integers(0, 9))
def test_mixing_keeps_every_picture_once(count: int, buffer: int, seed: int) -> None:
    found = _mixed(count, buffer, random.Random(seed))  # noqa: S311  (no secret)
    assert sorted(found) == list(range(count))
    assert all(name - place < buffer for place, name in enumerate(found))


# --------------------------------------------------------------------------- folders, labels, colours


def test_folders_that_are_served_from_one_place_are_told_apart(tmp_path: Any) -> None:
    served = str(tmp_path / "assets" / "cat.jpg")
    held, test = (Folder(str(tmp_path / name), {}, {}) for name in ("validation", "test"))
    assert held.name_of(served) != test.name_of(served)
    assert held.name_of(str(tmp_path / "validation" / "cat.jpg")) == str(tmp_path / "validation" / "cat.jpg")


@pytest.mark.parametrize(
    ("labels", "width", "whole", "sums"),
    [([0, 1, 1], 1, True, False), (np.eye(3), 3, True, True), (np.array([[0.5], [1.0]]), 1, False, False)],
)
def test_labels_are_described(labels: Any, width: int, whole: bool, sums: bool) -> None:
    told = labels_of(labels, None)
    assert told is not None
    assert (told["width"], told["whole"], told["sums_to_one"]) == (width, whole, sums)


@pytest.mark.parametrize("labels", [None, ["cat", "dog"], {"a": 1}, np.zeros((4, 8, 8))])
def test_what_are_no_labels_is_not_described(labels: Any) -> None:
    assert labels_of(labels, None) is None


def watched(pictures: Any) -> Channels:
    channels = Channels(SimpleNamespace(attempt=lambda what, function, *args: function(*args)))  # type: ignore[arg-type]
    module = SimpleNamespace(imread=lambda picture: picture)
    channels.install(module)
    for picture in pictures:
        module.imread(picture)
    return channels


def test_order_of_colours_is_that_in_which_most_pictures_were_read() -> None:
    tinted = RNG.integers(0, 60, (12, 30, 30, 3)) + RNG.integers(0, 190, (12, 1, 1, 3))
    read = tinted.astype("uint8")
    channels = watched(read)
    assert channels.order_in(read[:4] / 127.5 - 1) == "bgr"
    assert channels.order_in(read[:4, ..., ::-1] / 255.0) == "rgb"
    assert channels.order_in(RNG.integers(0, 255, (4, 30, 30, 3))) == ""
    assert watched([]).order_in(read) == ""


def test_gray_pictures_tell_no_order() -> None:
    gray = np.repeat(RNG.integers(0, 255, (8, 30, 30, 1)), 3, axis=-1).astype("uint8")
    assert watched(gray).order_in(gray[:4]) == ""


@pytest.mark.parametrize("seed", range(8))
def test_order_is_told_among_hundreds_of_pictures_and_not_of_others(seed: int) -> None:
    rng = np.random.default_rng(seed)
    colours = np.clip(rng.normal((85, 100, 115), 28, (1300, 1, 1, 3)) + rng.normal(0, 12, (1300, 12, 12, 3)), 0, 255)
    pictures = colours.astype("uint8")
    channels, nearly = watched(pictures[:600]), pictures[:600].astype("float32") + rng.normal(0, 0.3, (600, 1, 1, 3))
    chosen = rng.permutation(600)[:8]
    assert channels.order_in(nearly[chosen]) == "bgr"
    assert channels.order_in(nearly[chosen, ..., ::-1]) == "rgb"
    others = [channels.order_in(pictures[600 + i : 608 + i].astype("float32")) for i in range(0, 600, 8)]
    assert others.count("") >= 0.95 * len(others)
