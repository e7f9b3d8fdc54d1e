"""Removes what graders that were killed could not remove themselves.

In: nothing. Out: how many folders went. Must never touch what a living grader uses.
"""

from __future__ import annotations

from pathlib import Path

from grader.execute.processes import command_of, has_marker, kill_where
from grader.execute.scratch import remove_tree, stale_scratches


def sweep_stale() -> int:
    """Kill what dead graders left running, remove what they left lying; how many scratch folders were removed."""
    folders = list(stale_scratches())
    for folder in folders:
        # Processes first: they may still write.
        kill_where(lambda pid, folder=folder: _belongs(pid, folder))  # type: ignore[misc]
        remove_tree(folder)
    return len(folders)


def _belongs(pid: int, folder: Path) -> bool:
    """A sandbox that binds the folder, or a kernel without a sandbox whose root lies in it."""
    if any(word.startswith(f"{folder}/") for word in command_of(pid)):
        return True
    return has_marker(pid, f"GRADER_ROOT={folder}/root") or has_marker(pid, f"GRADER_ROOT={folder}/inspect")
