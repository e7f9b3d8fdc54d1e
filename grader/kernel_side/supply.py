"""Supplies what a notebook wants and nobody has, and lets the statement that failed for want of it run again.

In: the shell of this kernel, the served assets, the sources of the cells. Out: stand-ins where the code looks, and a
line in the log for each. A cell is not begun anew: what ran of it before stays as it ran, and the statement that failed
is tried again, so that no training is run twice.
It must never try again after a step of training within the failed statement, nor more than three times a cell, nor
where the student's own code catches the error.
"""

from __future__ import annotations

import functools
import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import supply_downloads
import supply_names
import supply_packages
from import_hooks import report_fault, when_imported, when_shell_is_made
from served_assets import HOLLOW, NOT_DATA, ServedAssets
from supply_code import FILE, PICTURE, NotebookCode, bound_in, parsed
from supply_trees import Trees, is_archive, is_table

MOST_TRIES = 3
MOST_NAMES = 1000
ABSENT = re.compile(
    r"No such file or directory|[Cc]ould ?n[o']t find|not find directory|No file or directory|does not exist|not found|"
    r"No files matched|cannot be opened|Invalid value in `directory`|unable to open|is not a directory",
)
NODE = re.compile(r"\{\{[^{}]{0,300}\}\}")
"""Where in its graph TensorFlow was: `{{function_node __wrapped__…_device_/job:localhost/…}}` looks like a path."""
PATHS = (
    re.compile(r"matched pattern: ([^'\"\n]{2,300})"),
    re.compile(r"['\"`]([^'\"`\n]{1,300})['\"`]"),
    re.compile(r"(?:matched pattern|directory|file|path|at)[: ]+([^\s;,'\"]{2,300})"),
    re.compile(r"(?:^|\s)([^\s;,'\"]*[/\\][^\s;,'\"]{1,300})"),
)
WRITERS = ("savefig", "save", "to_csv", "imwrite", "dump", "save_img", "imsave", "export", "makedirs", "mkdir",
           "copyfile", "to_file", "save_weights", "save_model")  # fmt: skip


def install(settings: dict[str, Any], assets: ServedAssets, home: str) -> None:
    """Puts the supply in place for the shell that is about to be made."""
    if not assets.datasets:
        return
    sources = [str(cell.get("source") or "") for cell in settings.get("cells", [])]
    supplier = Supplier(assets, sources, os.path.join(settings["out"], "journal.jsonl"))
    assets.make = supplier.make
    assets.fetch = lambda address, path: supply_downloads.fetched(address, path, supplier)
    packages = supply_packages.install(assets.log)
    packages.update(supply_downloads.install(assets, supplier))
    when_shell_is_made(lambda shell: serve(shell, supplier), "supplying what is missing")


def serve(shell: Any, supplier: Supplier) -> None:
    """Lets the shell's statements be tried again, and its code's silent looks at folders find something."""
    supplier.shell = shell
    shell.run_code = tried_again(shell.run_code, supplier)
    shell.events.register("pre_run_cell", supplier.cell_begins)
    shell.input_transformers_cleanup.append(without_timing)
    hook_silent_looks(supplier)


def without_timing(lines: list[str]) -> list[str]:
    """A cell without `%%time` and its like: these swallow the error of a statement, and with it the second try."""
    if lines and re.match(r"%%(time|capture|prun)\b", lines[0]):
        return ["\n", *lines[1:]]
    return lines


def tried_again(real: Callable[..., Any], supplier: Supplier) -> Callable[..., Any]:
    """`run_code`, which runs one statement of a cell, and runs it again where what it lacked could be supplied."""

    @functools.wraps(real)
    async def run_code(code: Any, result: Any = None, *, async_: bool = False) -> bool:
        before = supplier.journal_size()
        supplier.made_by_statement.clear()
        failed = await real(code, result, async_=async_)
        while failed and result is not None and supplier.tries_left > 0:
            error = result.error_in_exec
            if not isinstance(error, Exception) or supplier.has_trained_since(before) or not supplier.supply(error):
                break
            supplier.tries_left -= 1
            result.error_in_exec = None
            with supplier.trying_again():
                failed = await real(code, result, async_=async_)
        if failed:
            supplier.cell_failed()
        return bool(failed)

    return run_code


class Supplier:
    """Knows what is missing from what went wrong, and makes a stand-in for it."""

    def __init__(self, assets: ServedAssets, sources: list[str], journal: str) -> None:
        self.assets, self.shell = assets, None
        self.trees = Trees(assets, self.code)
        self.tries_left = MOST_TRIES
        self.lost: dict[str, str] = {}
        """Names to which a failed cell did not come, with the cell's source."""
        self.made_by_statement: set[str] = set()
        """Folders that the statement has made which runs now."""
        self._tries_again = False
        self._sources, self._journal = sources, journal
        self._cell = ""
        self._asked: set[tuple[str, str]] = set()

    def code(self) -> NotebookCode:
        """The notebook's code, read with the values that its names have now."""
        return NotebookCode(self._sources, self.value)

    def value(self, name: str) -> Any:
        """What a name of the notebook stands for now; None where it has no value."""
        first, _, rest = name.partition(".")
        found = getattr(self.shell, "user_ns", {}).get(first)
        return found if not rest or found is None else vars(found).get(rest) if hasattr(found, "__dict__") else None

    def cell_begins(self, info: Any) -> None:
        self._cell, self.tries_left = str(getattr(info, "raw_cell", "") or ""), MOST_TRIES
        if self._cell not in self._sources:
            self._sources.append(self._cell)

    def cell_failed(self) -> None:
        """Remembers which names the cell that has just failed would have bound."""
        tree = parsed(self._cell)
        values = getattr(self.shell, "user_ns", {})
        for name in bound_in(tree) if tree is not None else ():
            if name not in values:
                self.lost[name] = self._cell

    @contextmanager
    def trying_again(self) -> Iterator[None]:
        self._tries_again = True
        try:
            yield
        finally:
            self._tries_again = False

    def may_be_there(self, path: str) -> bool:
        """True for a folder that the failed try of the same statement has made."""
        return self._tries_again and path in self.made_by_statement

    def journal_size(self) -> int:
        try:
            return os.stat(self._journal).st_size
        except OSError:
            return 0

    def has_trained_since(self, size: int) -> bool:
        """True where a step of training has run since the recorder's journal had this size."""
        try:
            with self.assets.without_hooks(), open(self._journal, "rb") as file:
                file.seek(size)
                return any(_has_steps(line.decode("ascii", "replace")) for line in file)
        except OSError:
            return False

    # ------------------------------------------------------------------ what is missing

    def supply(self, error: Exception) -> bool:
        """True where what the error complains of is there now."""
        try:
            if isinstance(error, ModuleNotFoundError):
                return supply_packages.supply(str(error.name or ""), self.code(), self.assets.log)
            if isinstance(error, NameError):
                return supply_names.supply(error, self)
            path = path_missing(error)
            if not path or (str(type(error)), path) in self._asked:
                return False
            self._asked.add((str(type(error)), path))
            return self._make_room(path) if is_writing(error, path) else self.make(path) is not None
        except Exception as fault:
            report_fault("supplying what is missing", fault)
            return False

    def _make_room(self, path: str) -> bool:
        folder = os.path.dirname(os.path.abspath(path))
        if os.path.isdir(folder) or not self.assets.may_write(folder):
            return False
        os.makedirs(folder, exist_ok=True)
        self.assets.log.note("supplied", f"missing folder {os.path.dirname(path)}", "an empty folder, to write to")
        return True

    def make(self, path: str) -> str | None:
        """A stand-in at the missing path, of the kind that its name names; the path at which it is."""
        with self.assets.without_hooks():
            if NOT_DATA.search(os.path.basename(path.rstrip("/\\"))) or (os.path.exists(path) and not is_hollow(path)):
                return None
            target = self.assets.writable(path)
            kind, answer = self._made(path, target)
        if not answer:
            return None
        self.assets.log.note("supplied", f"missing {kind} {path}", f"stood in for by {answer}")
        return target

    def make_for_names(self, folder: str, names: list[str]) -> str:
        """A folder with pictures of these names; where it is."""
        with self.assets.without_hooks():
            target = self.assets.writable(folder)
            self.trees.make_named(target, names)
        self.assets.log.note("supplied", f"missing folder {folder}", f"stood in for by pictures of {len(names)} names")
        return target

    def _made(self, path: str, target: str) -> tuple[str, str]:
        if PICTURE.search(path):
            folder = os.path.dirname(os.path.abspath(target))
            if not os.path.isdir(folder) or is_hollow(folder):
                self.trees.make_folder(folder, as_asked=os.path.dirname(path) or ".")
                self.assets.supplied_folders.add(folder)
            if os.path.exists(target):
                return "picture", "one of a folder of pictures"
            return "picture", self.trees.make_picture(target)
        if is_archive(path):
            return "archive", self.trees.make_archive(target)
        if is_table(path):
            return "table", self.trees.make_table(target)
        if FILE.search(os.path.basename(path)) and not os.path.isdir(target):
            return "file", ""
        answer = self.trees.make_folder(target, as_asked=path)
        self.assets.supplied_folders.update(os.path.abspath(folder) for folder, _, _ in os.walk(target))
        return "folder", answer


def path_missing(error: BaseException) -> str:
    """The path that an error says is not there, "" where it says none."""
    if isinstance(error, (FileNotFoundError, NotADirectoryError)) and error.filename:
        return os.fsdecode(error.filename) if not isinstance(error.filename, int) else ""
    message = NODE.sub("", str(error))
    if not ABSENT.search(message):
        return ""
    for pattern in PATHS:
        for found in pattern.findall(message):
            if ("/" in found or "\\" in found or "." in found) and not found.startswith(("http", "tf.", "keras.")):
                return _without_pattern(str(found).rstrip(".:"))
    return ""


def _without_pattern(path: str) -> str:
    """`data/*/*.jpg` → `data`."""
    return re.split(r"[/\\][^/\\]*[*?\[]", path)[0] if re.search(r"[*?\[]", path) else path


def is_writing(error: BaseException, path: str) -> bool:
    """True where the code wanted to write to the path, or to make a folder in a folder that is missing."""
    trace = error.__traceback__
    while trace is not None:
        frame = trace.tb_frame
        mode = frame.f_locals.get("mode")
        if isinstance(mode, str) and mode[:1] in ("w", "a", "x"):
            return True
        name = frame.f_code.co_name
        if name in WRITERS and (name != "copyfile" or str(frame.f_locals.get("dst")) == path):
            return True
        line = _line_of(frame.f_code.co_filename, trace.tb_lineno)
        if re.search(r"\bmkdir\(|\bmakedirs\(|imwrite\(|['\"][wax]b?\+?['\"]\s*\)", line):
            return True
        trace = trace.tb_next
    return False


def _line_of(file: str, number: int) -> str:
    import linecache

    return linecache.getline(file, number) if "ipykernel" in file or "ipython" in file else ""


def _has_steps(line: str) -> bool:
    """True for the recorder's line of a first step, or of a training's end after at least one."""
    try:
        told = json.loads(line)
    except ValueError:
        return True
    return told.get("event") == "batch" or (told.get("event") == "stage_end" and bool(told.get("steps")))


def is_hollow(path: str) -> bool:
    """True for a folder into which only a stand-in archive was unpacked."""
    return os.path.isdir(path) and os.listdir(path) == [HOLLOW]


# ---------------------------------------------------------------------- looks that find nothing and say nothing


def hook_silent_looks(supplier: Supplier) -> None:
    """`glob`, `os.walk` and `cv2.imread` don't raise where there is nothing: asked by the student's code, they
    find a stand-in."""
    import glob
    import pathlib

    os.mkdir = making(os.mkdir, supplier)

    def asked_by_student(depth: int = 2) -> bool:
        caller = sys._getframe(depth).f_globals
        return caller is supplier.shell.user_ns or caller.get("__name__") == supply_packages.__name__

    def looked(folder: Any) -> None:
        path = os.fspath(folder) if isinstance(folder, (str, os.PathLike)) else ""
        if path and (not os.path.exists(path) or is_hollow(path)):
            supplier.make(path)

    def looking(real: Callable[..., Any], base: Callable[[Any], Any]) -> Callable[..., Any]:
        @functools.wraps(real)
        def hooked(first: Any, *args: Any, **options: Any) -> Any:
            if asked_by_student():
                looked(base(first))
            return real(first, *args, **options)

        return hooked

    def of_pattern(pattern: Any) -> Any:
        return _without_pattern(str(pattern)) if isinstance(pattern, (str, os.PathLike)) else ""

    glob.glob, glob.iglob = looking(glob.glob, of_pattern), looking(glob.iglob, of_pattern)
    os.walk = looking(os.walk, lambda top: top)
    os.listdir = looking(
        os.listdir, lambda path: path if isinstance(path, (str, os.PathLike)) and is_hollow(path) else ""
    )
    for name in ("glob", "rglob", "iterdir"):
        setattr(pathlib.Path, name, looking(getattr(pathlib.Path, name), lambda path: path))

    def hook_cv2(module: ModuleType) -> None:
        def missing(path: Any) -> Any:
            return path if isinstance(path, str) and PICTURE.search(path) else ""

        module.imread = looking(module.imread, missing)  # type: ignore[attr-defined]

    when_imported("cv2", hook_cv2)
    for name in ("keras.src.legacy.preprocessing.image", "keras.src.preprocessing.image", "keras.preprocessing.image"):
        when_imported(name, lambda module: hook_tables(module, supplier))


def making(real: Callable[..., None], supplier: Supplier) -> Callable[..., None]:
    """`os.mkdir`, for which a folder that the failed try of a statement made is not in the way of the next."""

    @functools.wraps(real)
    def mkdir(path: Any, *args: Any, **options: Any) -> None:
        place = os.path.abspath(os.fsdecode(path))
        try:
            real(path, *args, **options)
        except FileExistsError:
            if not supplier.may_be_there(place):
                raise
        supplier.made_by_statement.add(place)

    return mkdir


def hook_tables(module: ModuleType, supplier: Supplier) -> None:
    """`flow_from_dataframe` warns of files that are missing, and goes on with none: they are made before."""
    generator = getattr(module, "ImageDataGenerator", None)
    real = getattr(generator, "flow_from_dataframe", None)
    if real is None or hasattr(real, "__grader__"):
        return

    @functools.wraps(real)
    def flow_from_dataframe(self: Any, dataframe: Any, directory: Any = None, x_col: str = "filename",
                            *args: Any, **options: Any) -> Any:  # fmt: skip
        try:
            if directory is not None and (not os.path.isdir(directory) or is_hollow(str(directory))):
                directory = supplier.make_for_names(
                    str(directory), [str(name) for name in dataframe[x_col][:MOST_NAMES]]
                )
        except Exception as error:
            report_fault("supplying a table's pictures", error)
        return real(self, dataframe, directory, x_col, *args, **options)

    flow_from_dataframe.__grader__ = True  # type: ignore[attr-defined]
    generator.flow_from_dataframe = flow_from_dataframe
