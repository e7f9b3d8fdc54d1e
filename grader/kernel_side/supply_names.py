"""Names that have no value because the cell that would have given them one failed before it came to them.

In: a NameError and what is known of the failed cell. Out: a value under that name: what the failed cell itself says
where that needs no data (an import, a function, a literal), else a stand-in data set of the shape that its users need.
It must never give a value to a name that the notebook never binds: that is the student's own mistake. Nor stand in for
a data set where the lost cell scales the pictures: what then reached the model would be ours, not the student's.
"""

from __future__ import annotations

import ast
import os
import re
import sys
from typing import Any

from supply_code import bound_in, parsed

DATASET = {"take", "skip", "map", "prefetch", "batch", "cache", "shuffle", "cardinality", "element_spec", "unbatch",
           "class_names", "repeat", "as_numpy_iterator", "file_paths"}  # fmt: skip
GENERATOR = {"class_indices", "samples", "n", "classes", "reset", "next", "labels", "filenames", "filepaths",
             "image_shape", "num_classes"}  # fmt: skip
ARRAY = {"shape", "astype", "reshape", "min", "max", "dtype", "mean", "ndim", "sum", "flatten", "argmax"}
SCALES = re.compile(r"255|127\.5|preprocess_input|[Rr]escal|[Nn]ormali[sz]|per_image_standardization")
MOST_PICTURES = 96


def supply(error: NameError, supplier: Any) -> bool:
    """True where the name has a value now."""
    name = str(getattr(error, "name", "") or (re.findall(r"name '(\w+)'", str(error)) or [""])[0])
    cell = supplier.lost.get(name)
    tree = parsed(cell) if cell is not None else None
    if not name or tree is None:
        return False
    values = supplier.shell.user_ns
    if _taken_from_cell(name, tree, values):
        supplier.assets.log.note("supplied", f"`{name}`, lost with a cell that failed", "taken from that cell")
        return True
    if SCALES.search(cell):
        return False
    value, what = stand_in(name, supplier)
    if value is None:
        return False
    values[name] = value
    supplier.assets.log.note("supplied", f"`{name}`, lost with a cell that failed", f"stood in for by {what}")
    return True


def _taken_from_cell(name: str, tree: ast.Module, values: dict[str, Any]) -> bool:
    """Runs the failed cell's own import, definition or literal of the name, which needs no data."""
    for statement in tree.body:
        plain = isinstance(statement, (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef))
        literal = isinstance(statement, ast.Assign) and _is_literal(statement.value)
        if (plain or literal) and name in bound_in(statement):
            module = ast.Module(body=[statement], type_ignores=[])
            exec(compile(module, "<ipython-input-supplied>", "exec"), values)  # noqa: S102 (the student's own line)
            return name in values
    return False


def _is_literal(node: ast.expr) -> bool:
    try:
        ast.literal_eval(node)
    except (ValueError, TypeError):
        return False
    return True


def stand_in(name: str, supplier: Any) -> tuple[Any, str]:
    """A data set, a generator, pictures, labels or class names for this name, and what it is; (None, "") for none."""
    code = supplier.code()
    kind = kind_of(name, code.uses_of_name(name))
    if not kind or "keras" not in sys.modules:
        return None, ""
    split = "validation" if re.search(r"val|test|dev", name, re.IGNORECASE) else "train"
    classes = supplier.trees.classes(code)
    if kind == "names":
        return list(classes), "the names of the classes"
    folder = os.path.join(os.getcwd(), ".supplied", split)
    if not os.path.isdir(folder):
        with supplier.assets.without_hooks():
            supplier.trees.fill_classes(folder, classes, split)
    height, width = code.picture_size()
    batch = min(code.batch_size(), 256)
    mode = code.label_mode()
    if kind == "generator":
        made = _generator(folder, (height, width), batch, {"int": "sparse"}.get(mode, mode))
        return made, f"a generator of pictures of {len(classes)} classes"
    data = _dataset(folder, (height, width), batch, "int" if mode == "binary" else mode)
    if kind == "dataset":
        return data, f"a data set of pictures of {len(classes)} classes"
    pictures, labels = _arrays(data)
    return (pictures, "an array of pictures") if kind == "pictures" else (labels, "an array of labels")


def kind_of(name: str, uses: list[tuple[str, str]]) -> str:
    """What kind of data a name stands for, by how the notebook uses it, then by its name; "" where neither says."""
    attributes = {what for how, what in uses if how == "attribute"}
    plain = name.lower()
    if re.fullmatch(r"(class|label|category)_?names?|classes|categories", plain):
        return "names"
    if re.match(r"x_|x(train|test|val)|.*(images|imgs|pictures)$", plain) or re.match(r"X", name):
        return "pictures"
    if re.match(r"y_|y(train|test|val)|.*labels$", plain) or name == "y":
        return "labels"
    if attributes & DATASET:
        return "dataset"
    if attributes & GENERATOR or re.search(r"gen(erator)?($|_)|_flow|iterator|datagen", plain):
        return "generator"
    if re.search(r"(^|_)(ds|dataset|data|batches|set|loader)($|_|\d)", plain) and not attributes & ARRAY:
        return "dataset"
    fed = re.compile(r"(fit|evaluate|predict|fit_generator):(0|x|validation_data|generator)$")
    is_fed = any(how == "argument" and fed.match(what) for how, what in uses)
    return "dataset" if is_fed and not attributes & ARRAY else ""


def _dataset(folder: str, size: tuple[int, int], batch: int, mode: str) -> Any:
    from keras.utils import image_dataset_from_directory

    return image_dataset_from_directory(folder, image_size=size, batch_size=batch, label_mode=mode, verbose=False)


def _generator(folder: str, size: tuple[int, int], batch: int, mode: str) -> Any:
    from tensorflow.keras.preprocessing.image import ImageDataGenerator

    return ImageDataGenerator().flow_from_directory(folder, target_size=size, batch_size=batch, class_mode=mode)


def _arrays(data: Any) -> tuple[Any, Any]:
    import numpy

    pairs = [(pictures.numpy(), labels.numpy()) for pictures, labels in data.unbatch().batch(MOST_PICTURES).take(1)]
    return numpy.concatenate([p for p, _ in pairs]), numpy.concatenate([one for _, one in pairs])
