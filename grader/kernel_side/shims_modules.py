"""Old places of Keras's names: modules that moved, and names that left a module.

In: the log of requests. Out: `keras.layers.experimental`, `keras.utils.np_utils` and their like, importable again.
It must never stand in the way of a module that exists: a real one is always found first.
"""

from __future__ import annotations

import importlib
import os
import re
import sys
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, Callable, Optional  # noqa: UP035  (a course's kernel may be Python 3.9)

from import_hooks import when_imported
from served_requests import RequestLog

ROOTS = ("keras", "tensorflow.keras", "keras._tf_keras.keras", "tensorflow.python.keras")
OLD_MODULES = (
    (r"layers\.experimental(\.preprocessing)?", "layers"),
    (r"layers\.preprocessing(\.image_preprocessing)?", "layers"),
    (r"layers\.(core|convolutional|pooling|normalization|merge|merging|reshaping)", "layers"),
    (r"layers\.(recurrent|regularization|attention|rnn)", "layers"),
    (r"layers\.(embeddings|advanced_activations|noise|local|wrappers|activation|normalization_v2)", "layers"),
    (r"layers\.normalization\.\w+|layers\.core\.\w+|layers\.convolutional\.\w+|layers\.pooling\.\w+", "layers"),
    (r"utils\.(np_utils|generic_utils|data_utils|vis_utils|layer_utils|image_utils|all_utils|io_utils)", "utils"),
    (r"engine\.(topology|base_layer|input_layer)", "layers"),
    (r"engine(\.training|\.sequential|\.functional)?", "models"),
    (r"optimizers\.experimental", "optimizers"),
    (r"optimizers\.(adam|adam_v2|adamw|nadam|nadam_v2|adamax|adagrad|adadelta|ftrl|rmsprop|rmsprop_v2)", "optimizers"),
    (r"optimizers\.(gradient_descent|gradient_descent_v2|optimizer_v2|optimizers)", "optimizers"),
    (r"preprocessing\.(image_dataset|text_dataset|timeseries)", "preprocessing"),
    (r"api(\._v2|\._v1)?", ""),
    (r"api(\._v2|\._v1)\.keras", ""),
)
LEGACY_MODULES = {
    "preprocessing.image": "keras.src.legacy.preprocessing.image",
    "preprocessing.text": "keras.src.legacy.preprocessing.text",
    "preprocessing.sequence": "keras.src.legacy.preprocessing.sequence",
}


def install(log: RequestLog) -> None:
    sys.meta_path.append(_OldModules(log))
    for root in ROOTS[:3]:
        when_imported(f"{root}.layers", lambda module: _add(module, "experimental", log))
        when_imported(f"{root}.optimizers", lambda module: _add(module, "experimental", log))
        when_imported(f"{root}.utils", lambda module: _add(module, "np_utils", log))
        when_imported(f"{root}.optimizers.legacy", lambda module: _modern(module, log))
        when_imported(f"{root}.preprocessing", lambda module: _add(module, "text", log))
    when_imported("keras.preprocessing.image", lambda module: _legacy_names(module, log))


def modern_name(name: str) -> Optional[str]:  # noqa: UP045
    """The module in which the names of the old module `name` are today, or None."""
    for root in sorted(ROOTS, key=len, reverse=True):
        if not name.startswith(f"{root}."):
            continue
        rest = name[len(root) + 1 :]
        if rest in LEGACY_MODULES:
            return LEGACY_MODULES[rest]
        for old, new in OLD_MODULES:
            if re.fullmatch(old, rest):
                home = "tensorflow.keras" if root == "tensorflow.python.keras" else root
                return f"{home}.{new}" if new else home
        nested = re.match(r"api(?:\._v2|\._v1)?(?:\.keras)?\.(.+)", rest)
        return f"{root}.{nested[1]}" if nested and root == "keras" else None
    return None


class _OldModules:
    """Asked last, when nobody else knows a module: makes one that hands on to where its names are today."""

    def __init__(self, log: RequestLog) -> None:
        self._log = log

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Optional[ModuleSpec]:  # noqa: UP045
        if modern_name(name) is None:
            return None
        return ModuleSpec(name, self, is_package=True)  # type: ignore[arg-type]

    def create_module(self, spec: ModuleSpec) -> None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        hand_on(module, str(modern_name(module.__name__)), self._log)


def hand_on(module: ModuleType, modern: str, log: RequestLog) -> None:
    """Lets `module` answer for every name that it lacks from the module called `modern`."""

    def __getattr__(name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        old = f"{module.__name__}.{name}"
        try:
            found = getattr(importlib.import_module(modern), name)
        except (ImportError, AttributeError) as error:
            if modern_name(old) is None:
                raise AttributeError(f"module {module.__name__!r} has no attribute {name!r}") from error
            return importlib.import_module(old)
        if not isinstance(found, ModuleType) and not _asked_by_us():
            log.note("drift", _plain(old), _plain(f"{modern}.{name}"))
        return found

    module.__getattr__ = __getattr__  # type: ignore[method-assign]


def _asked_by_us() -> bool:
    """True where a hook of ours looks for something to hook: that is no use by the student."""
    caller = str(sys._getframe(2).f_globals.get("__file__", ""))
    return os.path.dirname(caller) == os.path.dirname(__file__)


def _plain(name: str) -> str:
    """As a student writes it: without the folders inside TensorFlow and Keras."""
    plain = name.replace("keras._tf_keras.keras", "keras").replace("tensorflow.keras", "keras")
    return plain.replace("keras.src.legacy.", "tf.keras.").replace("tensorflow.python.keras", "keras")


def _add(module: ModuleType, name: str, log: RequestLog) -> None:
    """Lets `module.name` be found as an attribute too, when somebody asks."""
    before: Optional[Callable[[str], Any]] = module.__dict__.get("__getattr__")  # noqa: UP045

    def __getattr__(asked: str) -> Any:
        if asked == name:
            return importlib.import_module(f"{module.__name__}.{name}")
        if before is not None:
            return before(asked)
        raise AttributeError(f"module {module.__name__!r} has no attribute {asked!r}")

    if not hasattr(module, name):
        module.__getattr__ = __getattr__  # type: ignore[method-assign]


def _modern(module: ModuleType, log: RequestLog) -> None:
    """`keras.optimizers.legacy.Adam` raises in Keras 3: today's Adam does what it did."""
    for name, value in list(vars(module).items()):
        if getattr(value, "__name__", "") == "LegacyOptimizerWarning":
            delattr(module, name)
    hand_on(module, module.__name__.rpartition(".")[0], log)


def _legacy_names(module: ModuleType, log: RequestLog) -> None:
    """`keras.preprocessing.image.ImageDataGenerator` lives on only in `tf.keras`."""
    if not hasattr(module, "ImageDataGenerator"):
        hand_on(module, LEGACY_MODULES["preprocessing.image"], log)
