"""Which gradebook a command means."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from grader.gradebook import Gradebook

if TYPE_CHECKING:
    from grader.database import Rows


@contextmanager
def gradebook_for(
    folder: Path, database: str, rows: Callable[[str | Path], Rows] | None = None
) -> Iterator[Gradebook]:
    """The gradebook by URL, or `gradebook.db` in the folder of the pages. `rows`: see Gradebook."""
    url = database or f"sqlite:///{(folder / 'gradebook.db').resolve()}"
    gradebook = Gradebook(url, grader_version=version("keras-lab-grader"), rows=rows)
    try:
        yield gradebook
    finally:
        gradebook.close()
