"""Finds the served data set behind whatever path a student wrote, and puts it there.

In: the settings' assets and a path that does not exist. Out: a path that does, or None.
It must never write outside the kernel's scratch folders (elsewhere it answers with the read-only asset's own path),
and never takes a file that exists for another.

A data set is put somewhere as a tree of real folders with a symbolic link a file: `os.walk`, a shell and C code see
it, files may be deleted or moved, and 3,000 links take a few hundredths of a second.
"""

from __future__ import annotations

import os
import re
import tempfile
import threading
from contextlib import contextmanager
from typing import Any, Callable, Dict, Iterator, List, NamedTuple, Optional, Set, Tuple  # noqa: UP035  (a course's kernel may be Python 3.9)

from served_requests import RequestLog

SPLITS = {
    "train": ("train", "training", "train_set", "training_set", "train_data", "train_dir", "training_data"),
    "validation": (
        *("validation", "valid", "val", "validate", "validation_set", "val_set", "validation_data"),
        *("test", "testing", "test_set", "test_data", "eval"),
    ),
}
NOT_DATA = re.compile(r"log|checkpoint|ckpt|tensorboard|model|weight|result|output|site-packages|\.git", re.IGNORECASE)
"""Folders called `train` below one of these are not of pictures."""
HOLLOW = ".stand-in"
"""The only file of an archive that stands in for another: what should be in it is made when somebody looks."""


class Match(NamedTuple):
    """A data set found in a path: `root` is the path up to the data set's folder, `rest` the asset's relative path."""

    dataset: Dict[str, Any]  # noqa: UP006
    root: str
    rest: str
    is_archive: bool


class ServedAssets:
    """The assets of one kernel, and where they were put.

    Args:
        assets: `datasets` and `weights` as in `settings.json`.
        log: notes each use.
        scratch: folders below which a data set may be put where a path says.
    """

    def __init__(self, assets: Dict[str, Any], log: RequestLog, scratch: Tuple[str, ...] = ()) -> None:  # noqa: UP006
        self.datasets: List[Dict[str, Any]] = list(assets.get("datasets", []))  # noqa: UP006
        self.weights: List[Dict[str, Any]] = list(assets.get("weights", []))  # noqa: UP006
        self.log = log
        self.make: Optional[Callable[[str], Optional[str]]] = None  # noqa: UP045
        """Makes what is missing as the notebook's code expects it; None where nobody can."""
        self.fetch: Optional[Callable[[str, str], Optional[str]]] = None  # noqa: UP045
        """Puts a stand-in of what an address names at a path; None where nobody can."""
        self.supplied_folders: Set[str] = set()  # noqa: UP006
        self._moved: Dict[str, str] = {}  # noqa: UP006
        self._scratch = tuple(os.path.realpath(folder) for folder in scratch)
        self._unhooked = threading.local()

    def resolve(self, path: Any, guess: bool = False, reading: bool = False) -> Optional[str]:  # noqa: UP045
        """A path that exists and stands for `path`, which does not.

        Args:
            path: as the student's code gave it; anything but a path gives None.
            reading: also makes a picture that is read from a folder of stand-ins and is not among them.
            guess: also takes a missing `…/train/cats` of a folder of another name for a data set's with such folders.
        """
        text = _as_text(path)
        if text is None or getattr(self._unhooked, "now", False):
            return None
        with self.without_hooks():
            try:
                moved = self._at_its_new_place(text)
                if moved is not None:
                    return moved
                match = self.match(text)
                if match is not None:
                    return self._put(text, match)
                folder = os.path.dirname(os.path.abspath(text))
                if reading and self.make is not None and folder in self.supplied_folders:
                    return self.make(text)
                return self._guessed(text) if guess else None
            except (OSError, ValueError):
                return None

    @contextmanager
    def without_hooks(self) -> Iterator[None]:
        """While we look and link ourselves, a missing path is just missing."""
        before = getattr(self._unhooked, "now", False)
        self._unhooked.now = True
        try:
            yield
        finally:
            self._unhooked.now = before

    def match(self, text: str) -> Optional[Match]:  # noqa: UP045
        """The data set that a part of the path names, the last one where several do."""
        plain = text.replace("\\", "/")
        parts = plain.split("/")
        for position in range(len(parts) - 1, -1, -1):
            for dataset in self.datasets:
                if names(dataset, parts[position]):
                    return self._matched(dataset, parts, position)
        return None

    def _matched(self, dataset: Dict[str, Any], parts: List[str], position: int) -> Optional[Match]:  # noqa: UP006, UP045
        is_last = not any(parts[position + 1 :])
        is_archive = is_last and parts[position].lower().endswith((".zip", ".tgz", ".tar.gz"))
        rest = mapped(dataset["folder"], [part for part in parts[position + 1 :] if part not in ("", ".")])
        if rest is None:
            return None
        return Match(dataset, "/".join(parts[: position + 1]), rest, is_archive)

    def _put(self, text: str, match: Match) -> Optional[str]:  # noqa: UP045
        """Puts the data set where the path says, if that may be written to; else answers with the asset's own path."""
        source = match.dataset["archive"] if match.is_archive else match.dataset["folder"]
        if not source:
            return None
        self.log.note(self.kind(match.dataset), match.root, described(match.dataset))
        if "\\" not in text and self.may_write(match.root):
            if match.is_archive:
                return self.place_archive(match.dataset, match.root)
            self.place(match.dataset, match.root)
            if os.path.lexists(text):
                return text
            return os.path.join(match.root, match.rest)
        return source if match.is_archive else os.path.join(source, match.rest)

    def _guessed(self, text: str) -> Optional[str]:  # noqa: UP045
        """The split of the first data set with folders, for a missing folder that is called like one."""
        parts = [part for part in text.replace("\\", "/").split("/") if part not in ("", ".")]
        dataset = self.with_folders()
        if dataset is None or NOT_DATA.search(text):
            return None
        for position in range(len(parts) - 1, max(-1, len(parts) - 4), -1):
            split = split_named(parts[position])
            rest = mapped(dataset["folder"], [split, *parts[position + 1 :]]) if split else None
            if rest is not None:
                return self.stand_in_for(text, rest)
        return None

    def stand_in_for(self, text: str, rest: str) -> Optional[str]:  # noqa: UP045
        """The part `rest` of the first data set with folders, put at the missing path `text` where that may be."""
        dataset = self.with_folders()
        if dataset is None:
            return None
        if self.make is not None:
            return self.make(text)
        self.log.note("stand_in", f"missing folder {text}", f"stood in for by {dataset['name']}/{rest}")
        source = os.path.join(dataset["folder"], rest)
        if "\\" in text or not os.path.isdir(source) or not self.may_write(text):
            return source
        link_tree(source, text)
        return text

    def with_folders(self) -> Optional[Dict[str, Any]]:  # noqa: UP006, UP045
        """The first data set that consists of folders of pictures: CIFAR-10's files can't stand in for a folder."""
        for dataset in self.datasets:
            with self.without_hooks():
                if any(os.path.isdir(os.path.join(dataset["folder"], name)) for name in _listed(dataset["folder"])):
                    return dataset
        return None

    def writable(self, path: str) -> str:
        """`path`, or where it is put instead because it lies where the kernel may not write."""
        if self.may_write(path):
            return path
        elsewhere = self._scratch[0] if self._scratch else tempfile.gettempdir()
        target = os.path.join(elsewhere, ".supplied", *[p for p in re.split(r"[/\\:]+", path) if p != ".."])
        self._moved[path.rstrip("/\\")] = target
        return target

    def _at_its_new_place(self, text: str) -> Optional[str]:  # noqa: UP045
        for old, new in self._moved.items():
            if text == old or text.startswith((old + "/", old + "\\")):
                there = new + text[len(old) :].replace("\\", "/")
                return there if os.path.lexists(there) else None
        return None

    def may_write(self, path: str) -> bool:
        """True where `path` can be made: in the scratch, its nearest existing ancestor a folder we may write to."""
        here = os.path.realpath(path)
        if os.path.islink(path) or not any(here.startswith(folder + os.sep) for folder in self._scratch):
            return False
        while not os.path.lexists(here):
            here = os.path.dirname(here)
        return os.path.isdir(here) and os.access(here, os.W_OK)

    def place(self, dataset: Dict[str, Any], folder: str) -> str:  # noqa: UP006
        """Puts the data set's contents into `folder`, and returns that."""
        with self.without_hooks():
            link_tree(dataset["folder"], folder)
        return folder

    def place_archive(self, dataset: Dict[str, Any], path: str) -> str:  # noqa: UP006
        """Puts the data set's zip at `path`, and returns that."""
        with self.without_hooks():
            link(dataset["archive"], path)
        return path

    def kind(self, asset: Dict[str, Any]) -> str:  # noqa: UP006
        """Under which kind its use is noted."""
        return "stand_in" if asset.get("stand_in") else "served"

    def by_url(self, text: str) -> Optional[Dict[str, Any]]:  # noqa: UP006, UP045
        """The data set that a URL, a file name or a Kaggle handle asks for."""
        address = str(text).split("?")[0].rstrip("/")
        last = address.rsplit("/", 1)[-1]
        for dataset in self.datasets:
            if any(address.endswith(origin) for origin in dataset.get("origins", ())) or names(dataset, last):
                return dataset
        return None


    def by_archive(self, path: str) -> Optional[Dict[str, Any]]:  # noqa: UP006, UP045
        """The data set whose archive lies at `path`."""
        real = os.path.realpath(path)
        for dataset in self.datasets:
            if dataset["archive"] and real == os.path.realpath(dataset["archive"]):
                return dataset
        return None

    def by_kaggle(self, handle: str) -> Optional[Dict[str, Any]]:  # noqa: UP006, UP045
        """The data set that a Kaggle handle means: one of its own name, or another collection of the same classes."""
        own = self.by_url(handle)
        if own is not None:
            return own
        for dataset in self.datasets:
            kinds = [word for word in _words(dataset["name"]) if word not in ("and", "filtered")]
            if kinds and all(kind.rstrip("s") in handle.lower() for kind in kinds):
                return dataset
        return None


def _words(name: str) -> List[str]:  # noqa: UP006
    return re.split(r"[\W_]+", name.lower())


def names(dataset: Dict[str, Any], part: str) -> bool:  # noqa: UP006
    """True where one part of a path is a spelling of the data set: its name, its archive's, with what copying adds."""
    wanted = {_plain(dataset["name"])}
    wanted.update(_plain(origin.rsplit("/", 1)[-1]) for origin in dataset.get("origins", ()))
    return _plain(part) in wanted


def _plain(part: str) -> str:
    """`Cats-and-Dogs_filtered (1).zip` → `catsanddogsfiltered`."""
    stem = re.sub(r"\.(zip|tar|tgz|gz)$", "", part.strip().lower())
    stem = re.sub(r"(\s*\(\d+\)|[_-](extracted|archive|copy|master|main))+$", "", stem)
    return re.sub(r"[\s_.-]+", "", stem)


def mapped(folder: str, parts: List[str]) -> Optional[str]:  # noqa: UP006, UP045
    """The relative path in `folder` that `parts` mean, other spellings of splits and classes understood."""
    here: List[str] = []  # noqa: UP006
    for part in parts:
        if part == "..":
            here = here[:-1]
            continue
        found = _child(os.path.join(folder, *here), part)
        if found is None:
            return None
        here.append(found)
    return "/".join(here)


def _child(folder: str, part: str) -> Optional[str]:  # noqa: UP045
    if os.path.lexists(os.path.join(folder, part)):
        return part
    try:
        children = os.listdir(folder)
    except OSError:
        return None
    if len(children) > 20:
        return None
    split = split_named(part)
    for child in children:
        if child == split or child.lower().rstrip("s") == part.lower().rstrip("s"):
            return child
    return None


def split_named(part: str) -> Optional[str]:  # noqa: UP045
    plain = re.sub(r"[\s-]+", "_", part.lower())
    for split, spellings in SPLITS.items():
        if plain in spellings:
            return split
    return None


def described(dataset: Dict[str, Any]) -> str:  # noqa: UP006
    return f"{'stand-in of ' if dataset.get('stand_in') else ''}{dataset['name']}"


def _listed(folder: str) -> List[str]:  # noqa: UP006
    return os.listdir(folder) if os.path.isdir(folder) else []


def _as_text(path: Any) -> Optional[str]:  # noqa: UP045
    try:
        text = os.fspath(path)
    except TypeError:
        return None
    if isinstance(text, bytes):
        text = os.fsdecode(text)
    return text if isinstance(text, str) and 0 < len(text) < 1000 and "\0" not in text else None


def link(source: str, path: str) -> None:
    """A symbolic link to a file, its folders made; whatever lies there already stays."""
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    if not os.path.lexists(path):
        os.symlink(source, path)


def link_tree(source: str, folder: str) -> None:
    """Real folders with links to `source`'s files; whatever lies there already stays."""
    os.makedirs(folder, exist_ok=True)
    pending: List[Tuple[str, str]] = [(source, folder)]  # noqa: UP006
    while pending:
        here, there = pending.pop()
        existing = set(os.listdir(there))
        with os.scandir(here) as entries:
            for entry in entries:
                target = os.path.join(there, entry.name)
                if entry.is_dir():
                    os.makedirs(target, exist_ok=True)
                    pending.append((entry.path, target))
                elif entry.name not in existing:
                    os.symlink(entry.path, target)
