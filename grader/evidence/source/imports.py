"""What import statements bind.

In: an import statement. Out: names bound to libraries. Never imports anything.
"""

from __future__ import annotations

import ast

from grader.evidence.source.machine import Machine
from grader.evidence.source.names import AUGMENTING, HARMLESS, canonical, package
from grader.evidence.source.values import LibraryName, Scope

STARS = "modules imported with *"


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
    """A name that must come from `from keras.layers import *`."""
    stars = machine.top.names.get(STARS, ())
    for module in reversed(stars if isinstance(stars, tuple) else ()):
        path = canonical(f"{module}.{name}")
        if path.startswith(("keras.layers.", "keras.applications.", "keras.optimizers.", "keras.losses.")):
            if name[:1].isupper():
                return LibraryName(path)
        elif path in ("keras.Model", "keras.Sequential", "keras.Input", "keras.models.load_model",
                      "keras.ImageDataGenerator") or path.endswith(".preprocess_input"):
            return LibraryName(path)
    return None
