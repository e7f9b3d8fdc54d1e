"""What a notebook's code says of the data that it expects: paths, classes, sizes, columns.

In: the sources of all code cells, and the names that have values now. Out: answers read from the syntax trees.
It must never run a line of them, nor raise: a cell that can't be parsed says nothing.

A path is known by parts: what is not, a loop's variable for one, is a `*`.
"""

from __future__ import annotations

import ast
import itertools
import os
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

PICTURE = re.compile(r"\.(jpe?g|png|bmp|gif|webp|tiff?)$", re.IGNORECASE)
FILE = re.compile(r"\.(\w{1,5})$")
READERS_OF_FOLDERS = ("image_dataset_from_directory", "flow_from_directory", "ImageFolder", "load_files")
LISTERS = ("listdir", "scandir", "walk", "iterdir", "glob", "rglob", "iglob", "list_images", "list_files")
READERS_OF_PICTURES = ("imread", "open", "load_img", "read_file", "decode_image", "copy", "copyfile", "move")
CLASS_NAMES = re.compile(r"class|categor|label|breed|species|animals|kinds|subdir|folders", re.IGNORECASE)
CELL_MAGICS = re.compile(r"\A\s*%%(time|timeit|capture|prun)\b[^\n]*")
_MOST = 8


class Use(NamedTuple):
    """A path, as far as it is known, and the function that it was given to, "" where it was given to none."""

    parts: tuple[str, ...]
    by: str


class NotebookCode:
    """All code cells as syntax trees.

    Args:
        sources: of the cells, in order.
        values: gives the value that a name has now, or None.
    """

    def __init__(self, sources: Iterable[str], values: Callable[[str], Any] = lambda name: None) -> None:
        self.trees = [tree for tree in map(parsed, sources) if tree is not None]
        self._values = values
        self._texts: dict[str, list[str]] = {}
        self._lists: dict[str, list[str]] = {}
        self._busy: set[str] = set()
        self._bindings: dict[str, list[ast.expr]] = {}
        for node in self._nodes():
            self._bind(node)

    def _nodes(self) -> Iterator[ast.AST]:
        return itertools.chain.from_iterable(ast.walk(tree) for tree in self.trees)

    # ------------------------------------------------------------------ names

    def _bind(self, node: ast.AST) -> None:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                self._bind_to(target, node.value)
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            self._bind_to(node.target, node.value)
        elif isinstance(node, ast.NamedExpr):
            self._bind_to(node.target, node.value)
        elif isinstance(node, (ast.For, ast.comprehension)):
            self._bind_loop(node.target, node.iter)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            self._bind_call(node)

    def _bind_to(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, (ast.Tuple, ast.List)) and isinstance(value, (ast.Tuple, ast.List)):
            for one, its in zip(target.elts, value.elts):  # noqa: B905  (Python 3.9 has no `strict`)
                self._bind_to(one, its)
        elif isinstance(target, (ast.Name, ast.Attribute)):
            self._bindings.setdefault(_name(target), []).append(value)

    def _bind_loop(self, target: ast.expr, iterated: ast.expr) -> None:
        called = _called(iterated)
        if called == "enumerate" and isinstance(target, ast.Tuple) and iterated.args:  # type: ignore[attr-defined]
            return self._bind_loop(target.elts[1], iterated.args[0])  # type: ignore[attr-defined]
        if isinstance(target, ast.Name):
            items = self.strings(iterated)
            for text in items or ["*"]:
                self._bindings.setdefault(target.id, []).append(ast.Constant(text))
        return None

    def _bind_call(self, call: ast.Call) -> None:
        """The parameters of a function of the notebook's own, as far as it is called by position or keyword."""
        for function in self._functions().get(call.func.id, ()):  # type: ignore[attr-defined]
            names = [argument.arg for argument in function.args.args]
            by_position = zip(names, call.args)  # noqa: B905  (as above)
            by_keyword = ((k.arg, k.value) for k in call.keywords if k.arg in names)
            for name, value in [*by_position, *by_keyword]:
                if not (isinstance(value, ast.Name) and value.id == name):
                    self._bindings.setdefault(str(name), []).append(value)

    def _functions(self) -> dict[str, list[ast.FunctionDef]]:
        if not hasattr(self, "_known_functions"):
            self._known_functions: dict[str, list[ast.FunctionDef]] = {}
            for node in self._nodes():
                if isinstance(node, ast.FunctionDef):
                    self._known_functions.setdefault(node.name, []).append(node)
        return self._known_functions

    def strings(self, node: ast.expr | None) -> list[str]:
        """The strings of a literal list, tuple, set or dictionary's keys, or of a name that stands for one."""
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            items = node.elts
        elif isinstance(node, ast.Dict):
            items = [key for key in node.keys if key is not None]
        elif isinstance(node, (ast.Name, ast.Attribute)):
            return self._named_strings(_name(node))
        else:
            return []
        return [item.value for item in items if isinstance(item, ast.Constant) and isinstance(item.value, str)]

    def _named_strings(self, name: str) -> list[str]:
        value = self._values(name)
        if isinstance(value, (list, tuple, dict)) and value and all(isinstance(item, str) for item in value):
            return list(value)
        if name in self._busy:
            return []
        self._busy.add(name)
        try:
            return next((found for found in map(self.strings, self._bindings.get(name, ())) if found), [])
        finally:
            self._busy.discard(name)

    def number(self, node: ast.expr | None) -> int | None:
        """A whole number: a literal, or what a name stands for."""
        if isinstance(node, ast.Constant):
            return node.value if type(node.value) is int else None
        if not isinstance(node, (ast.Name, ast.Attribute)):
            return None
        value = self._values(_name(node))
        if type(value) is int:
            return value
        bound = self._bindings.get(_name(node), ())
        return next((b.value for b in bound if isinstance(b, ast.Constant) and type(b.value) is int), None)

    # ------------------------------------------------------------------ paths

    def texts(self, node: ast.AST | None, depth: int = 0) -> list[str]:
        """What a string expression may be, with `*` for what is not known."""
        if depth > 12 or node is None:
            return ["*"]
        if isinstance(node, ast.Constant):
            return [node.value if isinstance(node.value, str) else "*"]
        if isinstance(node, (ast.Name, ast.Attribute)):
            return self._named_texts(node, depth)
        if isinstance(node, ast.JoinedStr):
            return self._joined(node.values, "", depth)
        if isinstance(node, ast.FormattedValue):
            return self.texts(node.value, depth + 1)
        if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Div)):
            return self._joined([node.left, node.right], "/" if isinstance(node.op, ast.Div) else "", depth)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
            return [re.sub(r"%[-\d.]*[sdrif]", "*", text) for text in self.texts(node.left, depth + 1)]
        if isinstance(node, ast.Call):
            return self._called_texts(node, depth)
        return ["*"]

    def _named_texts(self, node: ast.expr, depth: int) -> list[str]:
        name = _name(node)
        bound = [text for value in self._bindings.get(name, ())[:_MOST] for text in self._once(name, value, depth)]
        value = self._values(name)
        if isinstance(value, (str, os.PathLike)):
            bound.insert(0, str(os.fspath(value)))
        return list(dict.fromkeys(bound))[:_MOST] or ["*"]

    def _once(self, name: str, value: ast.expr, depth: int) -> list[str]:
        if name in self._busy:
            return []
        self._busy.add(name)
        try:
            return self.texts(value, depth + 1)
        finally:
            self._busy.discard(name)

    def _joined(self, nodes: Iterable[ast.AST], between: str, depth: int) -> list[str]:
        choices = [self.texts(node, depth + 1)[:_MOST] for node in nodes]
        return [between.join(chosen) for chosen in itertools.islice(itertools.product(*choices), 4 * _MOST)]

    def _called_texts(self, call: ast.Call, depth: int) -> list[str]:
        name = _called(call)
        if name == "join" and not _is_text(call.func):
            return self._joined(call.args, "/", depth)
        if name == "joinpath":
            return self._joined([call.func.value, *call.args], "/", depth)  # type: ignore[attr-defined]
        if name in ("Path", "PurePath", "PosixPath", "str", "abspath", "expanduser", "normpath", "realpath", "fspath"):
            return self._joined(call.args, "/", depth)
        if name == "format" and isinstance(call.func, ast.Attribute):
            return [re.sub(r"\{[^{}]*\}", "*", text) for text in self.texts(call.func.value, depth + 1)]
        return ["*"]

    def uses(self) -> list[Use]:
        """Every path in the notebook of which at least the beginning is known."""
        found: dict[Use, None] = {}
        for node in self._nodes():
            if isinstance(node, ast.Call):
                by = _called(node)
                arguments = [*node.args[:2], *(k.value for k in node.keywords if k.arg != "classes")]
                for argument in arguments:
                    for text in self.texts(argument):
                        found.update(dict.fromkeys(_uses_of(text, by)))
                if by in ("glob", "rglob", "iterdir") and isinstance(node.func, ast.Attribute):
                    rest = node.args[0] if node.args else ast.Constant("*")
                    for text in self._joined([node.func.value, rest], "/", 0):
                        found.update(dict.fromkeys(_uses_of(text, "glob")))
            elif isinstance(node, (ast.Assign, ast.BinOp, ast.JoinedStr)):
                expression = node.value if isinstance(node, ast.Assign) else node
                for text in self.texts(expression) if isinstance(expression, ast.expr) else ():
                    found.update(dict.fromkeys(_uses_of(text, "")))
        return list(found)

    # ------------------------------------------------------------------ classes, sizes, columns

    def keyword(self, *names: str) -> Iterator[ast.expr]:
        """Values given to keyword arguments of these names, in order."""
        for node in self._nodes():
            if isinstance(node, ast.keyword) and node.arg in names:
                yield node.value

    def class_names(self) -> list[str]:
        """The classes as the code names them; [] where it does not."""
        for value in self.keyword("classes", "class_names"):
            found = self.strings(value)
            if len(found) > 1:
                return found
        for name in self._bindings:
            found = self._named_strings(name) if CLASS_NAMES.search(name) else []
            if len(found) > 1 and all(re.fullmatch(r"[\w .&'-]{1,40}", one) and "." not in one for one in found):
                return found
        return []

    def class_count(self) -> int | None:
        """How many units the last softmax has, or what `num_classes` says."""
        for node in self._nodes():
            if isinstance(node, ast.Call) and _called(node) == "Dense":
                words = ast.dump(node)
                units = node.args[0] if node.args else next((k.value for k in node.keywords if k.arg == "units"), None)
                count = self.number(units)
                if "softmax" in words and count is not None and 2 <= count <= 1000:
                    return count
        for name in ("num_classes", "NUM_CLASSES", "n_classes", "N_CLASSES", "num_labels"):
            count = self.number(ast.Name(name))
            if count is not None and 2 <= count <= 1000:
                return count
        return None

    def picture_size(self) -> tuple[int, int]:
        """Height and width to which pictures are loaded, or which the backbone takes."""
        for value in itertools.chain(self.keyword("image_size", "target_size"), self.keyword("input_shape", "shape")):
            size = self._pair(value)
            if size is not None:
                return size
        return (160, 160)

    def _pair(self, node: ast.expr) -> tuple[int, int] | None:
        if isinstance(node, (ast.Name, ast.Attribute)):
            value = self._values(_name(node))
            if isinstance(value, (tuple, list)) and len(value) >= 2 and all(type(side) is int for side in value[:2]):
                return value[0], value[1]
            return next(
                (pair for pair in map(self._pair_of_literal, self._bindings.get(_name(node), ())) if pair), None
            )
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return self._pair(node.left)
        return self._pair_of_literal(node)

    def _pair_of_literal(self, node: ast.expr) -> tuple[int, int] | None:
        if isinstance(node, (ast.Tuple, ast.List)) and len(node.elts) >= 2:
            height, width = self.number(node.elts[0]), self.number(node.elts[1])
            if height and width and 16 <= height <= 1024 and 16 <= width <= 1024:
                return height, width
        return None

    def batch_size(self) -> int:
        """The first batch size that the code names."""
        return next((size for size in map(self.number, self.keyword("batch_size")) if size), 32)

    def label_mode(self) -> str:
        """`categorical` where labels are one-hot, `int` for sparse ones, `binary` for one unit."""
        words = " ".join(ast.dump(tree) for tree in self.trees).lower()
        if re.search(
            r"(?<!sparse_)categorical_crossentropy|'categoricalcrossentropy'|\"categoricalcrossentropy", words
        ):
            return "categorical"
        return "int" if "sparse" in words else "binary"

    def columns(self) -> list[str]:
        """Strings by which something is indexed or that name a generator's columns: a table's columns perhaps."""
        found: dict[str, None] = {}
        for name in ("x_col", "y_col", "usecols", "names", "columns", "subset", "by"):
            for value in self.keyword(name):
                texts = [value.value] if isinstance(value, ast.Constant) else self.strings(value)
                found.update(dict.fromkeys(text for text in texts if isinstance(text, str)))
        frames = {n for n, values in self._bindings.items() if any("read_csv" in ast.dump(v) for v in values)}
        for node in self._nodes():
            if isinstance(node, ast.Subscript) and _name(node.value) in frames:
                inner = node.slice
                texts = [inner.value] if isinstance(inner, ast.Constant) else self.strings(inner)
                found.update(dict.fromkeys(text for text in texts if isinstance(text, str)))
            elif isinstance(node, ast.Attribute) and _name(node.value) in frames and node.attr in LIKELY_COLUMNS:
                found[node.attr] = None
        made = {_sliced(t) for n in self._nodes() if isinstance(n, ast.Assign) for t in n.targets}
        return [name for name in found if name not in made or name in LIKELY_COLUMNS]

    # ------------------------------------------------------------------ how a name is used

    def uses_of_name(self, name: str) -> list[tuple[str, str]]:
        """(`attribute`, its name), (`argument`, `function:keyword or position`), (`item`, "") and so on."""
        found = []
        for parent in self._nodes():
            if isinstance(parent, ast.Attribute) and _name(parent.value) == name:
                found.append(("attribute", parent.attr))
            elif isinstance(parent, ast.Subscript) and _name(parent.value) == name:
                found.append(("item", ""))
            elif isinstance(parent, ast.BinOp) and name in (_name(parent.left), _name(parent.right)):
                found.append(("arithmetic", ""))
            elif isinstance(parent, ast.Call):
                found += [("argument", f"{_called(parent)}:{place}") for place, one in _arguments(parent)
                          if _name(one) == name]  # fmt: skip
        return found


LIKELY_COLUMNS = ("filename", "file", "image", "label", "category", "id", "breed", "class_name", "target", "path",
                  "filepath", "labels")  # fmt: skip


def parsed(source: str) -> ast.Module | None:
    """The tree of a cell, lines in IPython's own syntax left out; None where it has none."""
    text = CELL_MAGICS.sub("", source)
    for spelt in (text, re.sub(r"^([ \t]*)(?:[!%]|\w+\s*=\s*[!%]).*$", r"\1pass", text, flags=re.MULTILINE)):
        try:
            return ast.parse(spelt)
        except (SyntaxError, ValueError):
            continue
    return None


def bound_in(tree: ast.AST) -> Iterator[str]:
    """Names to which a piece of code gives a value, those inside functions left out."""
    if isinstance(tree, (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef)):
        yield tree.name
        return
    if isinstance(tree, ast.Lambda):
        return
    if isinstance(tree, ast.Name) and isinstance(tree.ctx, ast.Store):
        yield tree.id
    if isinstance(tree, (ast.Import, ast.ImportFrom)):
        for alias in tree.names:
            yield (alias.asname or alias.name).split(".")[0]
    for child in ast.iter_child_nodes(tree):
        yield from bound_in(child)


def split_path(text: str) -> tuple[str, ...]:
    """A path's parts, whatever way they are divided; an absolute path begins with an empty part."""
    parts = text.replace("\\", "/").split("/")
    return tuple(part for place, part in enumerate(parts) if part not in ("", ".") or (place == 0 and not part))


def _uses_of(text: str, by: str) -> Iterator[Use]:
    plain = text.strip()
    looks = "/" in plain or "\\" in plain or by in READERS_OF_FOLDERS or by in LISTERS or by in READERS_OF_PICTURES
    if not looks or plain.startswith("*") or "://" in plain or "\n" in plain or len(plain) > 400:
        return
    parts = split_path(plain)
    if parts and parts != ("",):
        yield Use(parts, by)


def _arguments(call: ast.Call) -> Iterator[tuple[str, ast.expr]]:
    for place, value in [
        *((str(i), v) for i, v in enumerate(call.args)),
        *((k.arg or "**", k.value) for k in call.keywords),
    ]:
        yield place, value
        if isinstance(value, (ast.Tuple, ast.List)):
            for position, item in enumerate(value.elts):
                yield f"{place}[{position}]", item


def _sliced(target: ast.expr) -> str:
    inner = target.slice if isinstance(target, ast.Subscript) else None
    return inner.value if isinstance(inner, ast.Constant) and isinstance(inner.value, str) else ""


def _name(node: ast.AST) -> str:
    """`train_dir` of the name, `self.train_dir` of the attribute, "" of anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return f"{node.value.id}.{node.attr}"
    return ""


def _called(node: ast.AST) -> str:
    function = node.func if isinstance(node, ast.Call) else None
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _is_text(function: ast.expr) -> bool:
    """True for `"".join`."""
    return isinstance(function, ast.Attribute) and isinstance(function.value, ast.Constant)
