"""Where in the notebook the code stands that is running now.

In: the cells' digests, and IPython's events. Out: places (`cell`, `line`, `running`), and
the student's names of objects.
It must never import IPython where nobody else has, and never change what IPython does.

A place is that of the student's innermost frame: for `model.fit` inside a function it is the line in the
function, and `running` is the cell that was executed.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any


class Places:
    """Follows which cell runs and to which cell a code file belongs."""

    def __init__(self, cells: list[dict[str, Any]]) -> None:
        self._cells = [(int(c["cell"]), str(c["sha256"])) for c in cells]
        self._position = -1
        self.running: int | None = None
        self._files: dict[str, int] = {}
        self._shell: Any = None
        self.when_cell_ends: list[Callable[[], None]] = []

    def attach(self, shell: Any) -> None:
        """Listens to one shell."""
        if self._shell is shell:
            return
        self._shell = shell
        shell.events.register("pre_run_cell", self._before)
        shell.events.register("post_run_cell", self._after)

    def _before(self, info: Any = None) -> None:
        try:
            self.running = self._find(getattr(info, "raw_cell", "") or "")
        except Exception:
            self.running = None

    def _after(self, _: Any = None) -> None:
        for callback in self.when_cell_ends:
            callback()
        try:
            if self.running is not None:
                for name in self._code_files():
                    self._files.setdefault(name, self.running)
        except Exception:
            return

    def _find(self, source: str) -> int | None:
        """The number of the cell with this source: the next one after the last that ran, else any."""
        digests = {hashlib.sha256(text.encode()).hexdigest() for text in (source, source.strip(), source + "\n")}
        later = [i for i, (_, digest) in enumerate(self._cells) if digest in digests and i > self._position]
        earlier = [i for i, (_, digest) in enumerate(self._cells) if digest in digests]
        if not earlier:
            return None
        self._position = later[0] if later else earlier[0]
        return self._cells[self._position][0]

    def _code_files(self) -> Any:
        return getattr(getattr(self._shell, "compile", None), "_filename_map", {})

    def _cell_of(self, frame: FrameType) -> int | None:
        name = frame.f_code.co_filename
        if name not in self._code_files():
            return None
        if frame.f_code.co_name == "<module>":
            return self.running
        return self._files.get(name, self.running)

    def student_frame(self) -> FrameType | None:
        """The innermost frame of code that stands in a cell."""
        frame: FrameType | None = sys._getframe(1)
        while frame is not None:
            if self._cell_of(frame) is not None:
                return frame
            frame = frame.f_back
        return None

    def here(self) -> dict[str, Any]:
        """`cell`, `line` and `running` of the code that is running now; None where it is not the student's."""
        frame = self.student_frame()
        if frame is None:
            return {"cell": self.running, "line": None, "running": self.running}
        return {"cell": self._cell_of(frame), "line": frame.f_lineno, "running": self.running}

    def name_of(self, thing: Any) -> str:
        """What the student calls this object: a global name of the notebook, else a local one; "" if none."""
        spaces = [getattr(self._shell, "user_ns", None) or {}]
        frame = self.student_frame()
        while frame is not None and len(spaces) < 6:
            if self._cell_of(frame) is not None:
                spaces.append(frame.f_locals)
            frame = frame.f_back
        for space in spaces:
            for name, value in list(space.items()):
                if value is thing and isinstance(name, str) and not name.startswith("_") and name != "self":
                    return name
        return ""


def follow_ipython(places: Places, when_imported: Callable[..., None]) -> None:
    """Attaches `places` to each shell as it is made, and to one that exists already."""

    def patch(module: Any) -> None:
        shell_class = module.InteractiveShell
        original = shell_class.init_events

        def init_events(self: Any) -> Any:
            result = original(self)
            try:
                places.attach(self)
            except Exception:
                return result
            return result

        shell_class.init_events = init_events
        if shell_class.initialized():
            places.attach(shell_class.instance())

    when_imported("IPython.core.interactiveshell", patch)
