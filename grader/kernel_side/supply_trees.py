"""Stand-ins for what lies in folders: trees of pictures, single pictures, archives, tables of labels.

In: a missing path, what the notebook's code says of it, and the rubric's first data set with folders.
Out: files at that path.
It must never write outside the kernel's scratch, nor over anything that exists.
"""

from __future__ import annotations

import csv
import os
import re
import tarfile
import zipfile
from typing import Any

from served_assets import HOLLOW, ServedAssets, link, split_named
from supply_code import FILE, LISTERS, PICTURE, READERS_OF_FOLDERS, READERS_OF_PICTURES, NotebookCode, split_path

MOST_MIXED = 500
TABLE_ROWS = 200
DEEPEST = 6
ARCHIVE = re.compile(r"\.(zip|tar|tgz|gz|bz2|xz|7z|rar)$", re.IGNORECASE)
TABLE = re.compile(r"\.(csv|tsv)$", re.IGNORECASE)
WRAPPERS = re.compile(r"^(images?|imgs?|pictures?|pics|jpe?gs?|jpegimages|photos?)$", re.IGNORECASE)


class Trees:
    """Makes trees of pictures out of one data set.

    Args:
        assets: the first of its data sets with folders lends the pictures.
        code: gives the notebook's code.
    """

    def __init__(self, assets: ServedAssets, code: Any) -> None:
        self.assets = assets
        self._code = code
        self._pictures: dict[str, dict[str, list[str]]] = {}

    # ------------------------------------------------------------------ pictures that are there

    def pictures(self, split: str) -> dict[str, list[str]]:
        """The data set's pictures of a split, by class."""
        if split not in self._pictures:
            dataset = self.assets.with_folders() or self.assets.datasets[0]
            folder = os.path.join(dataset["folder"], split)
            if not os.path.isdir(folder):
                folder = dataset["folder"]
            self._pictures[split] = {
                label: [os.path.join(folder, label, name) for name in sorted(os.listdir(os.path.join(folder, label)))]
                for label in sorted(os.listdir(folder))
                if os.path.isdir(os.path.join(folder, label))
            }
        return self._pictures[split]

    def of_class(self, label: str, split: str, order: int = 0, of: int = 2) -> list[str]:
        """Pictures that stand for the class `label`, the `order`-th of `of` classes."""
        known = self.pictures(split)
        own = next((name for name in known if _kind(name) == _kind(label)), None)
        if own is not None:
            return known[own]
        lent = known[sorted(known)[order % len(known)]]
        share = max(1, -(-of // len(known)))
        return lent[order // len(known) :: share] or lent[:1]

    def classes(self, code: NotebookCode) -> list[str]:
        """The classes that the code expects, else the data set's own."""
        named, count = code.class_names(), code.class_count()
        own = sorted(self.pictures("train"))
        if len(named) > 1 and (count is None or count == len(named) or count <= 2):
            return named
        if count is not None and count > len(own):
            return [f"class_{number:03d}" for number in range(count)]
        return own

    # ------------------------------------------------------------------ trees

    def make_folder(self, path: str, as_asked: str = "") -> str:
        """A tree at `path`, as the code expects it at the missing path `as_asked`; says what it holds."""
        code = self._code()
        asked = as_asked or path
        made = self._layout(code, asked, 0)
        if os.path.lexists(os.path.join(path, HOLLOW)):
            os.unlink(os.path.join(path, HOLLOW))
        self._fill(code, path, made, _split_of(asked))
        return _described(made)

    def _layout(self, code: NotebookCode, path: str, depth: int) -> Any:
        """A dictionary of folders, a list of class names, or the name of a class ("" for mixed pictures)."""
        rests = [
            (rest, use.by) for use in code.uses() for rest in [_below(split_path(path), use.parts)] if rest is not None
        ]
        by = {use for rest, use in rests if not rest}
        deeper = [rest for rest, _ in rests if rest]
        names = list(dict.fromkeys(rest[0] for rest in deeper if "*" not in rest[0] and not FILE.search(rest[0])))
        last = split_path(path)[-1] if split_path(path) else ""
        if names and depth < DEEPEST and not by & set(READERS_OF_FOLDERS):
            return {name: self._layout(code, os.path.join(path, name), depth + 1) for name in names}
        if by & set(READERS_OF_FOLDERS):
            return self.classes(code)
        if any(len(rest) > 2 and "*" in rest[0] and "*" in rest[1] for rest in deeper) and split_named(last) is None:
            return {"train": self.classes(code), "validation": self.classes(code)}
        if any(len(rest) > 1 and "*" in rest[0] for rest in deeper):
            return self.classes(code)
        if self._is_class(code, last):
            return last
        if any("*" in rest[0] and PICTURE.search(rest[0]) for rest in deeper) or WRAPPERS.match(last):
            return ""
        if "flow_from_dataframe" in by:
            return ""
        if any(use in READERS_OF_PICTURES for rest, use in rests if rest):
            return self.classes(code) if any(use in LISTERS for rest, use in rests if rest) else ""
        return self.classes(code)

    def _is_class(self, code: NotebookCode, name: str) -> bool:
        return _kind(name) in {_kind(label) for label in (*self.classes(code), *self.pictures("train"))}

    def _fill(self, code: NotebookCode, path: str, layout: Any, split: str) -> None:
        os.makedirs(path, exist_ok=True)
        if isinstance(layout, dict):
            for order, (name, below) in enumerate(layout.items()):
                inner = os.path.join(path, name)
                if isinstance(below, str) and below:
                    self._link_class(inner, name, split_named(name) or split, order, len(layout))
                else:
                    self._fill(code, inner, below, split_named(name) or split)
        elif isinstance(layout, list):
            self.fill_classes(path, layout, split)
        elif layout:
            self._link_class(path, layout, split, 0, 2)
        else:
            self._link_mixed(path, split)

    def fill_classes(self, folder: str, classes: list[str], split: str) -> None:
        """A folder of pictures for each class."""
        for order, label in enumerate(classes):
            self._link_class(os.path.join(folder, label), label, split, order, len(classes))

    def _link_class(self, folder: str, label: str, split: str, order: int, of: int) -> None:
        os.makedirs(folder, exist_ok=True)
        for source in self.of_class(label, split, order, of):
            _link(source, os.path.join(folder, os.path.basename(source)))

    def _link_mixed(self, folder: str, split: str) -> None:
        for name, source in self.mixed(split).items():
            _link(source, os.path.join(folder, name))

    def mixed(self, split: str) -> dict[str, str]:
        """`cat.0.jpg`, `dog.0.jpg` … of one folder for all classes."""
        return {
            f"{label.rstrip('s')}.{number}{os.path.splitext(source)[1]}": source
            for label, sources in self.pictures(split).items()
            for number, source in enumerate(sources[:MOST_MIXED])
        }

    # ------------------------------------------------------------------ single files

    def make_picture(self, path: str) -> str:
        """One picture at the missing `path`, of the class that its name names, in the format that it names."""
        label = next((label for label in self.pictures("train") if label.rstrip("s") in path.lower()), "")
        label = label or sorted(self.pictures("train"))[0]
        lent = self.of_class(label, "train")
        source = lent[sum(path.encode()) % len(lent)]
        os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
        if os.path.splitext(path)[1].lower() in (".png", ".bmp", ".gif", ".webp", ".tif", ".tiff"):
            from PIL import Image

            with Image.open(source) as picture:
                picture.save(path)
        else:
            link(source, path)
        return f"a picture of {label}"

    def make_named(self, folder: str, names: list[str]) -> None:
        """A picture for each name in a table."""
        for name in names:
            path = os.path.join(folder, name)
            if PICTURE.search(name) and not os.path.lexists(path) and ".." not in name:
                self.make_picture(path)

    def make_archive(self, path: str) -> str:
        """A zip or a tar at the missing `path`, in which nothing is but a mark.

        What should be in it is made when the unpacked folder is read: only then is it known where and how.
        """
        os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
        if re.search(r"\.(tar|tgz|tbz2?|t?gz|bz2|xz)$", path, re.IGNORECASE):
            mode = "w:gz" if path.lower().endswith("gz") else "w"
            with tarfile.open(path, mode) as packed:  # type: ignore[call-overload]
                packed.addfile(tarfile.TarInfo(HOLLOW))
        else:
            with zipfile.ZipFile(path, "w") as packed:
                packed.writestr(HOLLOW, b"")
        return "an archive whose pictures are made when they are read"

    def make_table(self, path: str) -> str:
        """A CSV of labels with the columns that the code names."""
        code = self._code()
        columns = code.columns() or ["id", "label"]
        classes = self.classes(code)
        files = list(self.mixed("train"))
        step = max(1, len(files) // TABLE_ROWS)
        chosen = [name for name in files[::step]][:TABLE_ROWS]
        adds_ending = any(re.search(r"\+\s*'\.jpe?g'", text) for text in map(_unparsed, code.trees))
        os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
        with open(path, "x", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(columns)
            for order, name in enumerate(chosen):
                shown = os.path.splitext(name)[0] if adds_ending else name
                writer.writerow([_cell(column, shown, name, order, classes) for column in columns])
        return f"a table of {len(chosen)} rows with the columns {', '.join(columns)}"


def _cell(column: str, shown: str, name: str, order: int, classes: list[str]) -> str | int:
    if re.search(r"file|image|img|path|pic|^id$|_id$|name$", column, re.IGNORECASE) and "class" not in column.lower():
        return shown
    own = next((label for label in classes if _kind(label) == _kind(name.split(".")[0])), None)
    label = own if own is not None and len(classes) == 2 else classes[order % len(classes)]
    if re.search(r"idx|index|_id$|target|^y$|num|code", column, re.IGNORECASE):
        return classes.index(label)
    if re.search(r"class|label|categor|breed|species|kind|type", column, re.IGNORECASE):
        return label
    return order


def _unparsed(tree: Any) -> str:
    import ast

    return ast.unparse(tree)


def _below(path: tuple[str, ...], use: tuple[str, ...]) -> tuple[str, ...] | None:
    """What of `use` lies below `path`; None where it lies elsewhere."""
    path, use = _plain(path), _plain(use)
    if len(use) < len(path):
        return None
    pairs = zip(path, use)  # noqa: B905  (Python 3.9 has no `strict`)
    same = all(mine == theirs or theirs == "*" for mine, theirs in pairs)
    return use[len(path) :] if same else None


def _plain(parts: tuple[str, ...]) -> tuple[str, ...]:
    """Relative and absolute spellings of a place in the working folder are the same."""
    here = split_path(os.getcwd())
    return parts[len(here) :] if parts[: len(here)] == here else parts


def _split_of(path: str) -> str:
    for part in reversed(split_path(path)):
        split = split_named(part)
        if split is not None:
            return split
    return "train"


def _kind(label: str) -> str:
    return re.sub(r"[\W_]+", "", label).lower().rstrip("s")


def _described(layout: Any) -> str:
    if isinstance(layout, dict):
        return "folders " + ", ".join(list(layout)[:6])
    if isinstance(layout, list):
        return f"{len(layout)} classes of pictures: " + ", ".join(layout[:4]) + (" …" if len(layout) > 4 else "")
    return f"pictures of {layout}" if layout else "pictures"


def _link(source: str, path: str) -> None:
    if not os.path.lexists(path):
        os.symlink(source, path)


def is_archive(path: str) -> bool:
    return ARCHIVE.search(path) is not None


def is_table(path: str) -> bool:
    return TABLE.search(path) is not None
