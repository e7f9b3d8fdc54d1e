"""Names everything that decides what a run gives, so that unchanged submissions need not be run again.

In: settings and assets. Out: a digest.
Must never depend on where things lie or on when it is asked.
"""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import version

from grader.execute.interpreter import find_interpreter
from grader.execute.readings import READER_SIDE
from grader.execute.sandbox import KERNEL_SIDE
from grader.records import Assets, ExecutionSettings


def environment_digest(settings: ExecutionSettings, assets: Assets) -> str:
    """SHA-256 over kernel-side code, Python, package versions, assets, budget, limits, sandbox and threads."""
    told = {
        "kernel_side": {path.name: _sha256(path.read_bytes()) for path in sorted(KERNEL_SIDE.glob("*.py"))},
        "packages": find_interpreter(settings.kernel_python).packages(),
        "assets": assets.digest,
        "settings": settings.model_dump(mode="json", exclude={"kernel_python"}),
    }
    return _sha256(json.dumps(told, sort_keys=True).encode())


def reader_digest() -> str:
    """SHA-256 over the code that reads reports, and the versions of the libraries that it uses."""
    told = {
        "reader_side": {path.name: _sha256(path.read_bytes()) for path in sorted(READER_SIDE.glob("*.py"))},
        "packages": {name: version(name) for name in ("pymupdf", "python-docx", "rapidocr", "onnxruntime")},
    }
    return _sha256(json.dumps(told, sort_keys=True).encode())


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
