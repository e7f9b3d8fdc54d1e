"""Whatever comes over from the untrusted side becomes a plain value or UntrustedJson."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.execute.untrusted_json import UntrustedJson, clean_text, parse_json, parse_object
from grader.records import SavedModel


@given(st.binary(max_size=300))
def test_any_bytes_give_a_value_or_a_refusal(raw: bytes) -> None:
    try:
        parse_json(raw)
    except UntrustedJson:
        pass


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists, max_leaves=20))
def test_what_is_parsed_survives_a_record(value: object) -> None:
    model = SavedModel(model_key="m", stage=0, config={"value": parse_json(json.dumps(value).encode())})
    text = model.model_dump_json()
    assert SavedModel.model_validate_json(text).model_dump_json() == text


def test_plain_json_comes_through_unchanged() -> None:
    value = {"a": [1, 2.5, True, None, "ä"], "b": {"c": -3}}
    assert parse_json(json.dumps(value).encode()) == value


@pytest.mark.parametrize(
    "raw",
    [b"[" * 100_000, b"[" * 101 + b"]" * 101, b'{"a":' * 5000, b"\xff\xfe", b"", b"{} {}", b"[1,]"],
    ids=["endless", "too deep", "endless objects", "not UTF-8", "nothing", "two values", "comma"],
)
def test_what_is_not_json_is_refused(raw: bytes) -> None:
    with pytest.raises(UntrustedJson):
        parse_json(raw)


def test_depth_just_allowed_is_read() -> None:
    assert parse_json(b"[" * 100 + b"]" * 100) is not None


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b'"\\ud800"', "?"),
        (b'"a\\u0000b"', "a\ufffdb"),
        (b"NaN", "NaN"),
        (b"-Infinity", "-Infinity"),
        (b"1e999", "1e999"),
        (b"1" * 5000, "1" * 40),
        (b"9007199254740993", "9007199254740993"),
        (b"9007199254740992", 9007199254740992),
    ],
)
def test_values_that_stores_refuse_become_text(raw: bytes, expected: object) -> None:
    assert parse_json(raw) == expected


def test_a_list_is_no_object() -> None:
    assert parse_object(b'{"a": 1}') == {"a": 1}
    with pytest.raises(UntrustedJson, match="expected an object, found list"):
        parse_object(b"[]")


def test_long_text_is_cut_and_says_so() -> None:
    assert clean_text("abcdef", at_most=4) == "abc…"
    assert clean_text("abcd", at_most=4) == "abcd"
