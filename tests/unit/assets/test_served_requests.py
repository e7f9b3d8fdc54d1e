"""The log of requests: each once, under the cell that runs, and never past its cap."""

import hashlib
import json

import served_requests
from served_requests import RequestLog


def cells(*sources: str) -> list[dict[str, object]]:
    return [
        {"cell": 2 * position + 1, "sha256": hashlib.sha256(source.encode()).hexdigest()}
        for position, source in enumerate(sources)
    ]


def test_the_next_of_two_equal_cells_is_meant(tmp_path, monkeypatch):
    monkeypatch.setenv("GRADER_CELL", "")
    log = RequestLog(str(tmp_path / "r"), cells("a", "b", "a"))
    seen = []
    for source in ("a", "b", "a", "unknown"):
        log.enter(source)
        seen.append(log.cell)
    assert seen == [1, 3, 5, 5]


def test_a_full_file_takes_no_more(tmp_path, monkeypatch):
    monkeypatch.setattr(served_requests, "MOST_BYTES", 200)
    log = RequestLog(str(tmp_path / "r"), [])
    for number in range(50):
        log.note("skipped", f"line {number}")
    assert (tmp_path / "r").stat().st_size <= 200


def test_a_long_line_is_cut(tmp_path):
    RequestLog(str(tmp_path / "r"), []).note("skipped", "x" * 5000)
    assert len(json.loads((tmp_path / "r").read_text())["what"]) == served_requests.LONGEST_TEXT


def test_an_unwritable_file_is_no_reason_to_raise(tmp_path):
    RequestLog(str(tmp_path / "absent" / "r"), []).note("skipped", "x")
    assert not (tmp_path / "absent").exists()
