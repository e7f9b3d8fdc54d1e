"""Lets Keras's and OpenCV's readers of folders and pictures find the served data set.

In: `ServedAssets`. Out: hooks on `image_dataset_from_directory`, `flow_from_directory`, `cv2.imread` and their like.
These may take any missing folder for the first data set: whoever reads pictures from it wants pictures.
It must never change what is asked of a folder that exists.
"""

from __future__ import annotations

import functools
import os
from types import ModuleType
from typing import Any, Callable  # noqa: UP035  (a course's kernel may be Python 3.9)

from import_hooks import when_imported
from served_assets import HOLLOW, SPLITS, ServedAssets


def install(assets: ServedAssets) -> None:
    for name in ("keras.src.utils.image_dataset_utils", "keras.src.utils.image_dataset", "keras.utils.image_dataset"):
        when_imported(name, lambda module: _hook_function(module, "image_dataset_from_directory", assets))
    for name in ("keras.src.legacy.preprocessing.image", "keras.src.preprocessing.image", "keras.preprocessing.image"):
        when_imported(name, lambda module: _hook_generator(module, assets))
    when_imported("cv2", lambda module: _hook_imread(module, assets))


def folder_for(directory: Any, assets: ServedAssets) -> Any:
    """A folder that exists in the place of `directory`, or `directory` itself where nothing can stand for it."""
    try:
        text = os.fspath(directory)
        if not isinstance(text, str) or _has_pictures(text, assets):
            return directory
        other = assets.resolve(text, guess=True)
        if other is None:
            other = assets.stand_in_for(text, _split_meant(text))
        return directory if other is None else other
    except (TypeError, OSError):
        return directory


def _has_pictures(folder: str, assets: ServedAssets) -> bool:
    """False for a folder that is missing, or that was only made: nothing was unpacked into it.

    Asked of the disk itself: TensorFlow reads the files, and knows nothing of paths that only Python finds.
    """
    with assets.without_hooks():
        return os.path.isdir(folder) and any(name != HOLLOW for name in os.listdir(folder))


def _split_meant(text: str) -> str:
    parts = text.replace("\\", "/").lower().split("/")
    return "validation" if any(part in SPLITS["validation"] for part in parts) else "train"


def _hook_function(module: ModuleType, name: str, assets: ServedAssets) -> None:
    real = getattr(module, name, None)
    if real is None or hasattr(real, "__grader__"):
        return

    @functools.wraps(real)
    def hooked(directory: Any, *args: Any, **options: Any) -> Any:
        return real(folder_for(directory, assets), *args, **options)

    hooked.__grader__ = True  # type: ignore[attr-defined]
    setattr(module, name, hooked)


def _hook_generator(module: ModuleType, assets: ServedAssets) -> None:
    generator = getattr(module, "ImageDataGenerator", None)
    real = getattr(generator, "flow_from_directory", None)
    if real is None or hasattr(real, "__grader__"):
        return

    @functools.wraps(real)
    def flow_from_directory(self: Any, directory: Any, *args: Any, **options: Any) -> Any:
        return real(self, folder_for(directory, assets), *args, **options)

    flow_from_directory.__grader__ = True  # type: ignore[attr-defined]
    generator.flow_from_directory = flow_from_directory


def _hook_imread(module: ModuleType, assets: ServedAssets) -> None:
    real: Callable[..., Any] = module.imread  # type: ignore[attr-defined]

    @functools.wraps(real)
    def imread(filename: Any, *args: Any, **options: Any) -> Any:
        other = None if os.path.exists(filename) else assets.resolve(filename)
        return real(filename if other is None else other, *args, **options)

    module.imread = imread  # type: ignore[attr-defined]
