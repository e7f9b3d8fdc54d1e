"""What takes longest starts first, so that no worker is left alone with it while the others have nothing to do.

The sample cohort keeps every core busy by itself for most of the time; beside it go the tests that mostly wait, for
time limits and for processes to end; then those that compute; last the files that take a moment each, which even out
when the workers end.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

# PyMuPDF would import networks for layout analysis, in every worker: most of a second of CPU, and no test wants them.
sys.modules.setdefault("pymupdf.layout", None)  # type: ignore[arg-type]

HERE = Path(__file__).parent
FIRST = ("end_to_end", "kernel/execute", "kernel/cohort", "kernel")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort files by their folder's turn; within a turn all stay as they were collected."""
    items.sort(key=lambda item: turn(item.path))


def turn(path: Path) -> int:
    """The number of the first of `FIRST` that a test file lies in; after all of these for the rest."""
    folder = path.parent.relative_to(HERE).as_posix() + "/"
    return next((number for number, name in enumerate(FIRST) if folder.startswith(f"{name}/")), len(FIRST))
