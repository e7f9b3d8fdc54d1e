"""The recorder's journal: one sealed JSON object a line.

In: events as keyword arguments. Out: lines of journal.jsonl, in order, each sealed over the one before it.
It must never raise into the student's code, never write after a fork, and never grow past its caps.

Seal: HMAC-SHA256(key, previous seal + canonical JSON of the line without `seal`), hex; the first previous
seal is empty. Canonical JSON: sorted keys, separators "," and ":", ASCII only. The key is the bytes of the hex string.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import math
import os
import threading
from typing import Any

LINE_CAP = 190_000
TOTAL_CAP = 15_500_000
_TEXT_CAP = 400
_ITEMS_CAP = 600
_DEPTH_CAP = 8


class Journal:
    """Appends events to one file. A fault is written once for each kind."""

    def __init__(self, path: str, key: str) -> None:
        self._key = bytes.fromhex(key)
        self._seal = ""
        self._count = 0
        self._bytes = 0
        self._ended = False
        self._pid = os.getpid()
        self._faults: set[tuple[str, str]] = set()
        self._lock = threading.RLock()
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def emit(self, event: str, **fields: Any) -> None:
        """Writes one event. Too long a line is dropped with a note, and after the cap only `end` is written."""
        if self._ended or os.getpid() != self._pid:
            return
        with self._lock:
            if self._bytes > TOTAL_CAP and event != "end":
                if ("journal", "full") not in self._faults:
                    self._faults.add(("journal", "full"))
                    self._write({"event": "fault", "what": "journal", "error": "full", "cell": None, "line": None})
                return
            self._write({"event": event, "cell": None, "line": None, **fields})

    def fault(self, what: str, error: BaseException) -> None:
        """Says, once a kind, that something of the recorder failed."""
        kind = (what, type(error).__name__)
        if kind in self._faults:
            return
        self._faults.add(kind)
        try:
            self.emit("fault", what=what, error=f"{type(error).__name__}: {error}"[:_TEXT_CAP], cell=None, line=None)
        except Exception:
            return

    def finish(self) -> None:
        """The last event: the kernel was shut down in the usual way."""
        self.emit("end")
        self._ended = True

    def _write(self, fields: dict[str, Any]) -> None:
        body = {"n": self._count, **plain(fields)}
        text = canonical(body)
        if len(text) > LINE_CAP:
            body = {
                "n": self._count,
                "event": "fault",
                "what": f"long {fields['event']}",
                "error": "line too long",
                "cell": body.get("cell"),
                "line": body.get("line"),
            }
            text = canonical(body)
        seal = hmac.new(self._key, (self._seal + text).encode(), hashlib.sha256).hexdigest()
        line = (canonical({**body, "seal": seal}) + "\n").encode()
        os.write(self._file, line)
        self._seal = seal
        self._count += 1
        self._bytes += len(line)


def canonical(value: Any) -> str:
    """The one way in which a value is written as JSON."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def plain(value: Any, depth: int = 0) -> Any:
    """Any value as JSON can hold it: NumPy numbers, shapes and enums become numbers, lists and texts; capped."""
    if value is None or isinstance(value, (bool, int)):
        return value if not isinstance(value, int) or abs(value) < 2**63 else str(value)[:_TEXT_CAP]
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, str):
        return str(value)[:_TEXT_CAP]
    if depth >= _DEPTH_CAP:
        return repr(value)[:_TEXT_CAP]
    if isinstance(value, dict):
        return {str(k)[:100]: plain(v, depth + 1) for k, v in list(value.items())[:_ITEMS_CAP]}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(v, depth + 1) for v in list(value)[:_ITEMS_CAP]]
    if hasattr(value, "as_list"):
        return plain(value.as_list(), depth + 1)
    if hasattr(value, "item") and getattr(value, "shape", None) == ():
        return plain(value.item(), depth + 1)
    return repr(value)[:_TEXT_CAP]
