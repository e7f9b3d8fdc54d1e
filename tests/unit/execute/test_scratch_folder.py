"""Scratch folders vanish, whatever lies in them; those of dead graders are swept and no others."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from grader.execute import sweep_stale
from grader.execute.scratch import disk_use, make_scratch, remove_tree, scratch_parent


def nest(folder: Path, depth: int) -> None:
    """Folders in folders, too many for a path and for Python's recursion."""
    code = "import os, sys\nfor _ in range(int(sys.argv[1])): os.mkdir('d' * 20); os.chdir('d' * 20)"
    subprocess.run([sys.executable, "-c", code, str(depth)], cwd=folder, check=True)


def dead_pid() -> int:
    process = subprocess.Popen(["true"])
    process.wait()
    return process.pid


def test_scratch_is_gone_after_an_exception() -> None:
    with pytest.raises(ZeroDivisionError), make_scratch() as scratch:
        (scratch.content / "file").write_text("x")
        raise ZeroDivisionError
    assert not scratch.folder.exists()


def test_scratch_is_removed_with_what_resists(tmp_path: Path) -> None:
    outside = tmp_path / "precious"
    outside.write_text("kept")
    with make_scratch() as scratch:
        nest(scratch.content, 1500)
        (scratch.content / "locked").mkdir()
        (scratch.content / "locked" / "file").write_text("x")
        (scratch.content / "locked").chmod(0)
        (scratch.content / "link").symlink_to(tmp_path)
    assert not scratch.folder.exists()
    assert outside.read_text() == "kept"


def test_sockets_fit_into_their_longest_path() -> None:
    with make_scratch() as scratch:
        assert len(str(scratch.ipc / "k-5").encode()) < 107


def test_sweep_removes_only_what_the_dead_left() -> None:
    dead = scratch_parent() / f"grader-{dead_pid()}-abandoned"
    ours = scratch_parent() / f"grader-{os.getpid()}-in-use"
    others = scratch_parent() / "grader-someone-else"
    try:
        for folder in (dead, ours, others):
            folder.mkdir()
        assert sweep_stale() >= 1
        assert [folder.exists() for folder in (dead, ours, others)] == [False, True, True]
    finally:
        for folder in (dead, ours, others):
            remove_tree(folder)


def test_disk_use_counts_files_at_every_depth(tmp_path: Path) -> None:
    before = disk_use(tmp_path, at_most=10**9)
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "file").write_bytes(os.urandom(500_000))
    assert disk_use(tmp_path, at_most=10**9) - before >= 500_000
    assert disk_use(tmp_path, at_most=100_000) > 100_000


def test_disk_use_counts_blocks_not_claims(tmp_path: Path) -> None:
    with (tmp_path / "sparse").open("wb") as file:
        file.truncate(10**9)
    assert disk_use(tmp_path, at_most=10**6) < 10**6


def test_what_hides_too_deep_to_be_counted_counts_as_too_much(tmp_path: Path) -> None:
    nest(tmp_path, 1500)
    assert disk_use(tmp_path, at_most=10**9) > 10**9
    remove_tree(tmp_path)
