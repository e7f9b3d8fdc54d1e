"""Hostile `.keras` files are refused with a sentence; an honest one is read."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.execute.keras_file import NotReadable, read_config

CONFIG = {"class_name": "Functional", "config": {"layers": []}}


def keras_file(*extra: tuple[str | zipfile.ZipInfo, bytes], config: bytes | None = None) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("metadata.json", json.dumps({"keras_version": "3.15.1"}))
        opened.writestr("config.json", json.dumps(CONFIG) if config is None else config)
        opened.writestr("model.weights.h5", b"weights")
        for name, content in extra:
            opened.writestr(name, content)
    return held.getvalue()


def link() -> tuple[zipfile.ZipInfo, bytes]:
    info = zipfile.ZipInfo("assets")
    info.external_attr = 0o120777 << 16
    return info, b"/etc/passwd"


def with_bzip2() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_BZIP2) as opened:
        opened.writestr("config.json", b"{}")
    return held.getvalue()


def with_64_bit_directory() -> bytes:
    raw = keras_file()
    end = raw.rfind(b"PK\x05\x06")
    return raw[:end] + struct.pack("<4sLQL", b"PK\x06\x07", 0, 0, 1) + raw[end:]


def with_lying_size() -> bytes:
    """The directory says that config.json has three bytes."""
    raw = bytearray(keras_file(config=b" " * 9_000_000 + b"{}"))
    at = raw.rfind(b"config.json") - 46
    struct.pack_into("<L", raw, at + 24, 3)
    return bytes(raw)


def test_honest_file_gives_config_and_metadata() -> None:
    assert read_config(io.BytesIO(keras_file())) == (CONFIG, {"keras_version": "3.15.1"})


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: b"", "not a .keras archive"),
        (lambda: b"\x89HDF\r\n\x1a\n" + b"\0" * 600, "not a .keras archive"),
        (lambda: keras_file()[:-30], "not a .keras archive"),
        (lambda: keras_file(*((f"assets/{n}", b"") for n in range(14))), "17 members"),
        (lambda: keras_file(("../evil", b"")), "points outside"),
        (lambda: keras_file(("/etc/evil", b"")), "points outside"),
        (lambda: keras_file(link()), "points outside"),
        (with_bzip2, "in a way that Keras does not use"),
        (with_64_bit_directory, "64-bit directory"),
        (lambda: keras_file(config=b" " * 8_000_000 + b"{}"), "larger than 8000 kB"),
        (with_lying_size, "damaged|can't be read|larger than"),
        (lambda: keras_file(config=b"[" * 50_000), "can't be read"),
        (lambda: keras_file(config=b'{"a":' * 150 + b"1" + b"}" * 150), "nested too deeply"),
        (lambda: keras_file(config=b"[]"), "expected an object"),
    ],
    ids=[
        "empty", "hdf5", "cut off", "many members", "climbs out", "absolute", "link", "bzip2", "zip64",
        "bomb", "lies about size", "endless", "deep", "list",
    ],
)  # fmt: skip
def test_dishonest_file_is_refused_with_a_reason(make: Callable[[], bytes], reason: str) -> None:
    with pytest.raises(NotReadable, match=reason):
        read_config(io.BytesIO(make()))


def test_two_members_of_one_name_are_refused() -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        raw = keras_file(("config.json", b"{}"))
    with pytest.raises(NotReadable, match="two of one name"):
        read_config(io.BytesIO(raw))


@given(st.binary(max_size=200), st.integers(min_value=0, max_value=600))
def test_damage_anywhere_is_a_refusal_or_no_matter(junk: bytes, at: int) -> None:
    raw = bytearray(keras_file())
    raw[at : at + len(junk)] = junk
    try:
        read_config(io.BytesIO(bytes(raw)))
    except NotReadable:
        pass
