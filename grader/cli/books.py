"""Which gradebook a command means."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from grader.gradebook import Gradebook


@contextmanager
def gradebook_for(folder: Path, database: str) -> Iterator[Gradebook]:
    """The gradebook by URL, or `gradebook.db` in the folder of the pages."""
    url = database or f"sqlite:///{(folder / 'gradebook.db').resolve()}"
    gradebook = Gradebook(url, grader_version=version("keras-lab-grader"))
    try:
        yield gradebook
    finally:
        gradebook.close()
