"""Hooks on Keras's readers of folders of pictures: which folder was asked for, and which share of it.

In: calls of `image_dataset_from_directory` and `flow_from_directory`. Out: a Folder on what they return.
It must never read a folder, and what is returned stays what Keras made.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable
from typing import Any

from recorder_core import Recorder, wrap

FUNCTIONS = ("keras.src.utils.image_dataset_utils", "keras.src.utils.image_dataset", "keras.utils.image_dataset",
             "tf_keras.src.utils.image_dataset")  # fmt: skip
_ARGUMENTS = ("subset", "validation_split", "seed", "shuffle")
_MOST_BESIDE = 12


class Folder:
    """A folder as the student names it, which need not be where its pictures are served from.

    Attributes:
        path: absolute. given: as written in the call. beside: names of the folders next to it.
        arguments: those that divide its pictures and order them.
    """

    def __init__(self, given: str, arguments: dict[str, Any], place: dict[str, Any]) -> None:
        self.given = given
        self.path = os.path.abspath(given)
        self.arguments = {name: arguments[name] for name in _ARGUMENTS if arguments.get(name) is not None}
        self.place = place
        self.beside = _beside(self.path)

    def name_of(self, file: str) -> str:
        """A picture's name: its path, or, where another folder is served in this one's place, one of its own."""
        return file if file.startswith(self.path + os.sep) else f"{self.path}\0{file}"


def _beside(path: str) -> list[str]:
    above = os.path.dirname(path)
    if not os.path.isdir(above):
        return []
    names = sorted(os.listdir(above))[:200]
    return [n for n in names if n != os.path.basename(path) and os.path.isdir(os.path.join(above, n))][:_MOST_BESIDE]


def install_function(recorder: Recorder, module: Any) -> None:
    """Wraps `image_dataset_from_directory` of the module that defines it."""
    if hasattr(module, "image_dataset_from_directory"):
        wrap(module, "image_dataset_from_directory", lambda original: _marked(recorder, original, 0))


def install_generator(recorder: Recorder, module: Any) -> None:
    """Wraps `flow_from_directory` of ImageDataGenerator."""
    generator_class = getattr(module, "ImageDataGenerator", None)
    if isinstance(generator_class, type) and "flow_from_directory" in vars(generator_class):
        wrap(generator_class, "flow_from_directory", lambda original: _marked(recorder, original, 1))


def _marked(recorder: Recorder, original: Callable[..., Any], position: int) -> Callable[..., Any]:
    """The same function, whose result carries a Folder; `position` is that of the argument `directory`."""
    signature = inspect.signature(original)

    def mark(made: Any, args: Any, kwargs: Any) -> None:
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        arguments = dict(bound.arguments)
        given = os.fspath(kwargs["directory"] if "directory" in kwargs else args[position])
        split = getattr(getattr(args[0], "_validation_split", None), "real", None) if position else None
        folder = Folder(given, {**arguments, **({"validation_split": split} if split else {})}, recorder.places.here())
        for part in made if isinstance(made, (list, tuple)) else (made,):
            setattr(part, "_recorded_folder", folder)

    def reader(*args: Any, **kwargs: Any) -> Any:
        made = original(*args, **kwargs)
        recorder.attempt("folder", mark, made, args, kwargs)
        return made

    return reader
