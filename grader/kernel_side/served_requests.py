"""Writes down what the notebook asked for and how it was answered: one JSON object a line in `requests.jsonl`.

In: a kind (`served`, `stand_in`, `supplied`, `shim`,
`skipped`, `answered`, `drift`, `missing`), what was asked, what was given.
Out: the file, each thing once, capped. It must never raise: a full disk is no reason to stop a student's cell.
Runs inside the student's kernel and in the small programs that stand in for `wget` and its like.
"""

from __future__ import annotations

import hashlib
import json
import os
from typing import Any, Dict, List, Optional, Set, Tuple  # noqa: UP035  (a course's kernel may be Python 3.9)

MOST_BYTES = 900_000
MOST_LINES = 2000
LONGEST_TEXT = 300
CELL_VARIABLE = "GRADER_CELL"
"""Environment variable by which a child process knows the cell that started it."""

# Taken before the path hooks go in: what is noted here must not be hooked itself.
_open, _write, _close, _fstat = os.open, os.write, os.close, os.fstat


class RequestLog:
    """The requests of one kernel.

    Args:
        path: `requests.jsonl`.
        cells: `{"cell": number, "sha256": of its source}` of the code cells in order.
    """

    def __init__(self, path: str, cells: List[Dict[str, Any]]) -> None:  # noqa: UP006
        self._path = path
        self._cells = cells
        self._noted: Set[Tuple[str, str]] = set()  # noqa: UP006
        self._position = -1
        self.cell: Optional[int] = _as_cell(os.environ.get(CELL_VARIABLE, ""))  # noqa: UP045

    def enter(self, source: str) -> None:
        """Notes that the cell of this source begins to run. Of equal cells the next in order is meant."""
        digest = hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()
        order = list(range(self._position + 1, len(self._cells))) + list(range(self._position + 1))
        for position in order:
            if self._cells[position].get("sha256") == digest:
                self._position = position
                self.cell = self._cells[position].get("cell")
                os.environ[CELL_VARIABLE] = str(self.cell)
                return

    def note(self, kind: str, what: str, answer: str = "") -> None:
        """Writes one request down, unless the same was written before or the file is full."""
        what, answer = _cut(what), _cut(answer)
        if (kind, what) in self._noted or len(self._noted) >= MOST_LINES:
            return
        self._noted.add((kind, what))
        line = json.dumps({"kind": kind, "what": what, "answer": answer, "cell": self.cell}) + "\n"
        try:
            self._append(line.encode())
        except OSError:
            return

    def _append(self, line: bytes) -> None:
        """One write in append mode, so that a child process's lines do not mix with ours."""
        file = _open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            if _fstat(file).st_size + len(line) <= MOST_BYTES:
                _write(file, line)
        finally:
            _close(file)


def _cut(text: object) -> str:
    one_line = " ".join(str(text).split())
    return one_line if len(one_line) <= LONGEST_TEXT else one_line[: LONGEST_TEXT - 1] + "…"


def _as_cell(text: str) -> Optional[int]:  # noqa: UP045
    return int(text) if text.isdigit() else None
