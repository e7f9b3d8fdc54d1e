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
        self._offset = 0
        self._nested: list[int] = []
        self._magic = False
        self._files: dict[str, tuple[int, int]] = {}
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
            self._enter(str(getattr(info, "raw_cell", "") or ""))
        except Exception:
            self.running = None

    def _enter(self, source: str) -> None:
        """IPython drops blank lines at a cell's head, and gives a magic such as %%capture the rest of it to run."""
        blank = source[: len(source) - len(source.lstrip())].count("\n")
        found = self._find(source)
        if found is None and self.running is not None:
            self._assign_files()
            self._nested.append(self._offset)
            self._offset += 1 + blank
            return
        self._nested.clear()
        self.running, self._offset = found, blank
        self._magic = source.lstrip().startswith("%%")

    def _after(self, _: Any = None) -> None:
        for callback in self.when_cell_ends:
            callback()
        self._assign_files()
        if self._nested:
            self._offset = self._nested.pop()
        else:
            self.running = None

    def _assign_files(self) -> None:
        """Code files that appeared since belong to the cell that runs."""
        if self.running is not None:
            for name in list(self._code_files()):
                self._files.setdefault(name, (self.running, self._offset))

    def _find(self, source: str) -> int | None:
        """The number of the cell with this source: the next one after the last that ran, else any."""
        texts = (text.encode("utf-8", "surrogatepass") for text in (source, source.strip()))
        digests = {hashlib.sha256(text).hexdigest() for text in texts}
        later = [i for i, (_, digest) in enumerate(self._cells) if digest in digests and i > self._position]
        earlier = [i for i, (_, digest) in enumerate(self._cells) if digest in digests]
        if not earlier:
            return None
        self._position = later[0] if later else earlier[0]
        return self._cells[self._position][0]

    def _code_files(self) -> Any:
        return getattr(getattr(self._shell, "compile", None), "_filename_map", {})

    def _cell_of(self, frame: FrameType) -> tuple[int, int] | None:
        """(cell, lines before the frame's first one) of a frame whose code stands in a cell."""
        name = frame.f_code.co_filename
        if name == "<timed exec>" and self._magic and self.running is not None:
            return self.running, self._offset + 1
        if name not in self._code_files():
            return None
        if frame.f_code.co_name != "<module>" and name in self._files:
            return self._files[name]
        return (self.running, self._offset) if self.running is not None else None

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
        found = self._cell_of(frame) if frame is not None else None
        if frame is None or found is None:
            return {"cell": self.running, "line": None, "running": self.running}
        return {"cell": found[0], "line": frame.f_lineno + found[1], "running": self.running}

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
        return self._name_inside(thing, spaces[0])

    def _name_inside(self, thing: Any, space: dict[str, Any]) -> str:
        """Its name as a value of one of the student's dictionaries or lists."""
        for name, value in list(space.items()):
            if name.startswith("_") or name in ("In", "Out") or not isinstance(value, (dict, list, tuple)):
                continue
            for key, part in list(value.items() if isinstance(value, dict) else enumerate(value))[:200]:
                if part is thing:
                    return f"{name}[{key!r}]"[:80]
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
