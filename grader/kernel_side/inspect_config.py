"""Looks at a model's config before anything is built from it.

In: a parsed `config.json`, hostile. Out: why it must not be loaded; a name for its structure; its size.
It must never build anything, never recurse: the tree may be as deep as JSON allows.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

_MOST_VALUES = 2_000_000
_MOST_LAYERS = 5_000
_DEEPEST = 120
_LARGEST = 1 << 20
_LARGEST_SHAPE = 1 << 27
_NOT_SIZES = {"seed", "shared_object_id", "value", "max_value", "keras_version", "learning_rate"}
_CODE = {"Lambda", "TFSMLayer", "TorchModuleWrapper", "JaxLayer", "FlaxLayer"}
_SHAPES = {"batch_shape", "input_shape", "batch_input_shape", "target_shape", "build_input_shape", "shape"}
_NOT_STRUCTURE = {"name", "trainable", "shared_object_id", "keras_history", "compile_config", "seed", "registered_name"}


def walk(tree: Any) -> Iterator[tuple[str, Any, int]]:
    """Every value of the tree with the key under which it stands (that of its list for items) and its depth."""
    waiting: list[tuple[str, Any, int]] = [("", tree, 0)]
    while waiting:
        key, value, depth = waiting.pop()
        yield key, value, depth
        if isinstance(value, dict):
            waiting.extend((name, item, depth + 1) for name, item in value.items())
        elif isinstance(value, list):
            waiting.extend((key, item, depth + 1) for item in value)


def refusal(config: dict[str, Any]) -> str:
    """Why the model must not be built: code in it, classes that are not Keras's, absurd sizes; "" for nothing."""
    layers = 0
    for count, (key, value, depth) in enumerate(walk({k: v for k, v in config.items() if k != "compile_config"})):
        if count > _MOST_VALUES or depth > _DEEPEST:
            return "the config is too large or too deeply nested"
        if isinstance(value, dict) and isinstance(value.get("class_name"), str):
            layers += "inbound_nodes" in value or key == "layers"
            problem = _foreign(value)
            if problem or layers > _MOST_LAYERS:
                return problem or "the model has too many layers"
        elif _is_absurd(key, value):
            return f"the config asks for {key} = {str(value)[:60]}"
    return ""


def _foreign(entry: dict[str, Any]) -> str:
    kind, module = entry["class_name"], entry.get("module")
    if kind in _CODE:
        return f"a {kind} layer holds code, which is not run here"
    if kind in ("__lambda__", "function") and not _is_keras(module):
        return f"a function of the student's own ({str(entry.get('config'))[:40]}) is in the config"
    own = "inbound_nodes" in entry or "build_config" in entry or isinstance(entry.get("config"), dict)
    if own and not kind.startswith("__") and not (_is_keras(module) or module == "builtins"):
        return f"{kind[:60]} is a class of the student's own, its code is not in the file"
    return ""


def _is_keras(module: object) -> bool:
    return isinstance(module, str) and (module == "keras" or module.startswith("keras."))


def _is_absurd(key: str, value: Any) -> bool:
    if isinstance(value, list) and key in _SHAPES:
        product = 1
        for size in value:
            product *= size if isinstance(size, int) and size > 0 else 1
        return product > _LARGEST_SHAPE
    return isinstance(value, int) and abs(value) > _LARGEST and key not in _NOT_SIZES


def structure_of(config: dict[str, Any]) -> str:
    """A name for the structure: the same for two files of one model, whatever is trainable in each."""
    return hashlib.sha256(json.dumps(_skeleton(config), sort_keys=True).encode()).hexdigest()[:16]


def _skeleton(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _skeleton(item) for key, item in value.items() if key not in _NOT_STRUCTURE}
    if isinstance(value, list):
        return [_skeleton(item) for item in value]
    return value


def size_of(config: dict[str, Any]) -> int:
    """How many layers the model has, nested ones included."""
    return sum(isinstance(value, dict) and key == "layers" for key, value, _ in walk(config))


def image_height(config: dict[str, Any]) -> int:
    """Height of the images that an input layer names, 0 where none does."""
    for key, value, _ in walk(config):
        if key == "batch_shape" and isinstance(value, list) and len(value) == 4 and isinstance(value[1], int):
            return value[1]
    return 0
