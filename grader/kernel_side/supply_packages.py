"""Packages that a notebook imports and the kernel lacks, where they don't matter for what is graded.

In: the name of a module that was not found, and the notebook's code. Out: a stand-in module under that name.
It must never stand in where something that the module gives could be part of a model or its data: then the notebook
stops there, as it always did. A few packages whose work is small are done properly: imutils, gdown, opendatasets.
"""

from __future__ import annotations

import ast
import importlib
import os
import sys
from collections.abc import Callable, Iterator
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from served_requests import RequestLog
from supply_code import PICTURE, NotebookCode

NEVER = ("tensorflow", "keras", "numpy", "tf_keras")
BESIDE = (
    "wandb", "comet_ml", "mlflow", "neptune", "tensorboard", "tensorboardX", "livelossplot", "torch",
    "torchvision", "torchsummary", "visualkeras", "graphviz", "pydot", "plotly", "bokeh", "altair",
    "ipywidgets", "jupyterthemes", "colorama", "termcolor", "watermark", "psutil", "GPUtil", "nvidia", "pynvml",
    "codecarbon", "streamlit", "gradio", "dotenv", "boto3", "missingno", "tf_explain", "lime", "shap", "eli5",
    "keras_tuner", "kerastuner", "kaggle_datasets", "google", "pyngrok", "tabulate", "prettytable", "mlxtend",
    "yellowbrick", "skimage",
)  # fmt: skip
"""Whatever these give is shown or reported, and no part of a model in such a notebook."""


def install(log: RequestLog) -> dict[str, Callable[[ModuleType], None]]:
    """Makes importable what is known: asked last, so that a real package is always found first. Gives back the table
    of what makes each."""
    makers: dict[str, Callable[[ModuleType], None]] = {
        "imutils": _imutils,
        "imutils.paths": _imutils_paths,
        "importlib_resources": _importlib_resources,
    }
    sys.meta_path.append(StandIns(makers, log))
    return makers


def supply(name: str, code: NotebookCode, log: RequestLog) -> bool:
    """True where a module of this name can be imported now."""
    top = name.partition(".")[0]
    if not top or top in NEVER or name in sys.modules or ("." in name and top in sys.modules and not _is_ours(top)):
        return False
    if top not in BESIDE and not all(_is_only_said(use) for use in uses_of(top, code)):
        return False
    finder = next(one for one in sys.meta_path if isinstance(one, StandIns))
    finder.allowed.add(top)
    importlib.invalidate_caches()
    return True


def _is_ours(top: str) -> bool:
    return isinstance(getattr(getattr(sys.modules.get(top), "__spec__", None), "loader", None), StandIns)


def uses_of(top: str, code: NotebookCode) -> Iterator[ast.AST | None]:
    """Every statement in which a name imported from the package is read; None for a use that can't be seen."""
    names = set()
    for tree in code.trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                names |= {(a.asname or a.name).split(".")[0] for a in node.names if a.name.split(".")[0] == top}
            elif isinstance(node, ast.ImportFrom) and str(node.module).split(".")[0] == top:
                names |= {a.asname or a.name for a in node.names}
    if "*" in names:
        yield None
    for tree in code.trees:
        for statement in ast.walk(tree):
            if isinstance(statement, ast.stmt) and not isinstance(statement, (ast.Import, ast.ImportFrom)):
                parts = [child for child in ast.iter_child_nodes(statement) if isinstance(child, ast.expr)]
                read = {n.id for part in parts for n in ast.walk(part) if isinstance(n, ast.Name)}
                if read & names:
                    yield statement


def _is_only_said(statement: ast.AST | None) -> bool:
    """True for `plot_history(history)` standing by itself, whose value nobody takes, and which trains nothing."""
    if not isinstance(statement, ast.Expr) or not isinstance(statement.value, ast.Call):
        return False
    called = ast.unparse(statement.value.func).lower()
    return not any(word in called for word in ("train", "fit", "run", "main", "build", "model", "compile"))


class StandIns:
    """Finds the modules that are stood in for."""

    def __init__(self, makers: dict[str, Callable[[ModuleType], None]], log: RequestLog) -> None:
        self.makers, self.log = makers, log
        self.allowed: set[str] = set()

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        if name not in self.makers and name.partition(".")[0] not in self.allowed:
            return None
        return ModuleSpec(name, self, is_package=True)  # type: ignore[arg-type]

    def create_module(self, spec: ModuleSpec) -> None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        make = self.makers.get(module.__name__, _anything)
        make(module)
        kind = "shim" if module.__name__ in self.makers else "supplied"
        self.log.note(kind, f"import {module.__name__.partition('.')[0]}", "a stand-in that lets the notebook go on")


class Anything:
    """Answers every attribute, call and item with another of its kind; a callback, a context, an empty iterable."""

    def __init__(self, *args: Any, **options: Any) -> None:
        return

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Anything()

    def __call__(self, *args: Any, **options: Any) -> Any:
        is_decorating = len(args) == 1 and not options and isinstance(args[0], type(lambda: None))
        return args[0] if is_decorating else Anything()

    def __getitem__(self, key: Any) -> Any:
        return Anything()

    def __setitem__(self, key: Any, value: Any) -> None:
        return

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *error: Any) -> None:
        return

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __bool__(self) -> bool:
        return False

    def __mro_entries__(self, bases: Any) -> tuple[type, ...]:
        return (object,)

    def __format__(self, spec: str) -> str:
        return "?"

    def __index__(self) -> int:
        return 0


def _anything(module: ModuleType) -> None:
    def __getattr__(name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name.endswith("Callback") or "callback" in module.__name__.lower() or name.startswith("PlotLosses"):
            return _callback()
        return Anything()

    module.__getattr__ = __getattr__  # type: ignore[method-assign]


def _callback() -> type:
    from keras.callbacks import Callback

    class SilentCallback(Callback):  # type: ignore[misc]
        """A callback that does nothing, for whatever arguments."""

        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__()

    return SilentCallback


def _imutils(module: ModuleType) -> None:
    def resize(image: Any, width: int | None = None, height: int | None = None, inter: int = 3) -> Any:
        import cv2

        rows, columns = image.shape[:2]
        scale = width / columns if width else height / rows if height else 1
        return cv2.resize(image, (max(1, int(columns * scale)), max(1, int(rows * scale))), interpolation=inter)

    module.resize = resize  # type: ignore[attr-defined]
    module.paths = importlib.import_module("imutils.paths")  # type: ignore[attr-defined]


def _imutils_paths(module: ModuleType) -> None:
    def list_images(base: Any, contains: str | None = None) -> Iterator[str]:
        for folder, _, names in os.walk(base):
            for name in sorted(names):
                if PICTURE.search(name) and (contains is None or contains in name):
                    yield os.path.join(folder, name)

    module.list_images = list_images  # type: ignore[attr-defined]


def _importlib_resources(module: ModuleType) -> None:
    import importlib.resources

    module.__dict__.update({name: getattr(importlib.resources, name) for name in dir(importlib.resources)
                            if not name.startswith("__")})  # fmt: skip
