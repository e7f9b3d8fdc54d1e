"""What import statements bind.

In: an import statement. Out: names bound to libraries. Never imports anything.
"""

from __future__ import annotations

import ast

from grader.evidence.source.architectures import MODULES
from grader.evidence.source.machine import Machine
from grader.evidence.source.names import AUGMENTING, HARMLESS, canonical, package
from grader.evidence.source.values import LibraryName, Scope

STARS = "modules imported with *"
_MAKING_MODELS = frozenset({"keras.Model", "keras.Sequential", "keras.Input", "keras.models.load_model",
                            "keras.ImageDataGenerator"})
_ROOMS = frozenset({"layers", "models", "applications", "optimizers", "losses", "metrics", "callbacks", "utils",
                    "preprocessing", "ops", "backend"})
_FAMILIES = (*sorted(set(MODULES.values())), "ResNet")
"""How the names of Keras's pretrained networks begin."""


def run_import(machine: Machine, node: ast.Import, scope: Scope) -> None:
    for alias in node.names:
        _notice(machine, alias.name)
        if alias.asname:
            machine.trail.set_item(scope.names, alias.asname, LibraryName(canonical(alias.name)))
        else:
            first = alias.name.partition(".")[0]
            machine.trail.set_item(scope.names, first, LibraryName(canonical(first)))


def run_import_from(machine: Machine, node: ast.ImportFrom, scope: Scope) -> None:
    module = ("." * node.level) + (node.module or "")
    _notice(machine, module)
    for alias in node.names:
        if alias.name == "*":
            stars = scope.names.get(STARS, ())
            known = stars if isinstance(stars, tuple) else ()
            machine.trail.set_item(scope.names, STARS, (*known, canonical(module)))
            continue
        value = LibraryName(canonical(f"{module}.{alias.name}"))
        machine.trail.set_item(scope.names, alias.asname or alias.name, value)


def _notice(machine: Machine, module: str) -> None:
    """Remembers modules whose code is not followed."""
    root = package(canonical(module)) if not module.startswith(".") else module
    if root in AUGMENTING:
        machine.opaque.setdefault(f"the package `{root}` can augment pictures in ways that are not followed")
    elif root not in HARMLESS:
        machine.opaque.setdefault(f"the module `{root}` is not part of the notebook")


def from_stars(machine: Machine, name: str) -> LibraryName | None:
    """A name that must come from `from keras.layers import *`; of two modules that have it, the later one's."""
    stars = machine.top.names.get(STARS, ())
    for module in reversed(stars if isinstance(stars, tuple) else ()):
        if _exports(module, name):
            return LibraryName(canonical(f"{module}.{name}"))
    return None


def _exports(module: str, name: str) -> bool:
    """Whether a public module of Keras has a name, as far as that matters to a transfer model."""
    path = canonical(f"{module}.{name}")
    if path in _MAKING_MODELS or (module == "keras" and name in _ROOMS):
        return True
    if module.startswith("keras.applications"):
        return name.startswith(_FAMILIES) or (module != "keras.applications" and name == "preprocess_input")
    if module in ("keras.layers", "keras.optimizers", "keras.losses"):
        return name[:1].isupper() and name not in ("Model", "Sequential")
    return module in ("keras.utils", "keras.preprocessing") and name == "image_dataset_from_directory"
