"""kernel_side/EVENTS.md says what the reader of the journal takes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

import grader
from grader.evidence import run_events

TEXT = (Path(grader.__file__).parent / "kernel_side" / "EVENTS.md").read_text(encoding="utf-8")
ROWS = {m[1]: m[0] for m in re.finditer(r"^\| `(\w+)` \|.*$", TEXT, re.MULTILINE)}
EVENTS = {get_args(e.model_fields["event"].annotation)[0]: e for e in get_args(get_args(run_events.Event)[0])}
PLACE = {"event", "cell", "line", "running"}


def test_page_and_reader_know_the_same_events() -> None:
    assert set(EVENTS) == set(ROWS) - {"n", "event", "running", "seal"}


@pytest.mark.parametrize("name", sorted(EVENTS))
def test_page_names_every_field_that_is_read(name: str) -> None:
    fields = {f.alias or n for n, f in EVENTS[name].model_fields.items()} - PLACE
    digests = {"backbone_digest", "statistics_digest", "rest_digest"} if name == "stage_end" else set()
    assert {f for f in fields - digests if f"`{f}`" not in ROWS[name]} == set()
