"""Lets paths that don't exist here find the served data set: hooks on what reads a path.

In: `ServedAssets`. Out: `os.stat`, `os.listdir`, `os.scandir`, `open` and their like, which ask it before they fail.
It must never change the answer for a path that exists, nor touch one that is being written; whatever is not a data
set's path fails as it always did, with the original error.
"""

from __future__ import annotations

import builtins
import functools
import io
import os
from types import ModuleType
from typing import Any, Callable  # noqa: UP035  (a course's kernel may be Python 3.9)

from import_hooks import when_imported
from served_assets import ServedAssets

ABSENT = (FileNotFoundError, NotADirectoryError)


def install(assets: ServedAssets) -> None:
    """Hooks `os`, `open` and, once it is imported, IPython's own `open`."""
    for name in ("stat", "lstat", "access"):
        _replace(name, _asking(getattr(os, name), assets, guess=False))
    for name in ("listdir", "scandir"):
        _replace(name, _asking(getattr(os, name), assets, guess=True))
    _replace("chdir", _changing(os.chdir, assets))
    opened = _opening(io.open, assets)
    builtins.open = opened
    io.open = opened

    def hook_ipython(module: ModuleType) -> None:
        if hasattr(module, "io_open"):
            module.io_open = opened

    when_imported("IPython.core.interactiveshell", hook_ipython)


def _replace(name: str, hooked: Callable[..., Any]) -> None:
    """Puts the hook in place, also in the sets in which `shutil` and others look up what the system can do."""
    real = getattr(os, name)
    for ability in (os.supports_dir_fd, os.supports_fd, os.supports_follow_symlinks, os.supports_effective_ids):
        if real in ability:
            ability.add(hooked)
    setattr(os, name, hooked)


def _asking(real: Callable[..., Any], assets: ServedAssets, guess: bool) -> Callable[..., Any]:
    @functools.wraps(real)
    def hooked(path: Any = ".", *args: Any, **options: Any) -> Any:
        try:
            answer = real(path, *args, **options)
        except ABSENT:
            other = None if options.get("dir_fd") is not None else assets.resolve(path, guess=guess)
            if other is None:
                raise
            return real(other, *args, **options)
        if answer is False:  # os.access does not raise
            other = assets.resolve(path)
            return answer if other is None else real(other, *args, **options)
        return answer

    return hooked


def _changing(real: Callable[..., Any], assets: ServedAssets) -> Callable[..., Any]:
    """`os.chdir`: also into a folder of the student's own drive, which then is an empty one."""

    @functools.wraps(real)
    def chdir(path: Any) -> None:
        try:
            return real(path)
        except ABSENT:
            other = assets.resolve(path)
            if other is not None:
                return real(other)
            if not str(path).startswith(("/content/", "/kaggle/")):
                raise
            if not assets.may_write(path):
                assets.log.note("skipped", f"cd {path}", "no such folder here; stayed where it was")
                return None
            os.makedirs(path, exist_ok=True)
            assets.log.note("stand_in", f"missing folder {path}", "an empty folder")
            return real(path)

    return chdir


def _opening(real: Callable[..., Any], assets: ServedAssets) -> Callable[..., Any]:
    @functools.wraps(real)
    def open(file: Any, mode: str = "r", *args: Any, **options: Any) -> Any:
        try:
            return real(file, mode, *args, **options)
        except ABSENT:
            is_reading = isinstance(mode, str) and mode.startswith("r")
            other = assets.resolve(file, reading=True) if is_reading else None
            if other is None:
                raise
            return real(other, mode, *args, **options)

    return open
