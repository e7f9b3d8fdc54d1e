"""Who may import whom, and what must never be imported: the house keeps its walls."""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[3] / "grader"
STAGES = ("intake", "execute", "evidence", "judge", "render", "export", "rubric", "assets", "gradebook",
          "database", "reference")
SHARED = {"records", "errors", "forking"}
ALSO = {"gradebook": {"database"}}
"""What a stage may import besides: its own lower floor, which knows no records."""
CHILDREN = ("kernel_side", "reader_side")
MODULES = sorted(p for p in HOUSE.rglob("*.py") if not set(CHILDREN) & set(p.parts))
UNTRUSTED = sorted((HOUSE / "kernel_side").glob("*.py"))
READERS = sorted((HOUSE / "reader_side").glob("*.py"))
# Text in, dictionaries out, and no file opened: the one module of the readers that is used here too.
PLAIN_READER = "grader.reader_side.markdown_text"
DECODERS = {"pymupdf", "fitz", "docx", "lxml", "PIL", "cv2", "rapidocr", "onnxruntime"}


@cache
def read(path: Path) -> tuple[frozenset[str], frozenset[str]]:
    """What a module imports, and the functions that it calls by their bare names."""
    imported, called = set(), set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            imported.add(node.module)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            called.add(node.func.id)
    return frozenset(imported), frozenset(called)


def imports(path: Path) -> frozenset[str]:
    return read(path)[0]


def room(path: Path) -> str:
    return path.relative_to(HOUSE).parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", [p for p in MODULES if room(p) in STAGES], ids=lambda p: str(p.relative_to(HOUSE)))
def test_no_stage_imports_another(path: Path) -> None:
    rooms = {name.split(".")[1] for name in imports(path) if name.startswith("grader.")}
    own = {room(path)} | ALSO.get(room(path), set())
    assert rooms <= SHARED | own | ({"reader_side"} if PLAIN_READER in imports(path) else set())


@pytest.mark.parametrize("path", sorted((HOUSE / "database").glob("*.py")), ids=lambda p: p.name)
def test_rows_are_kept_without_knowing_what_they_mean(path: Path) -> None:
    assert "grader.records" not in imports(path)


@pytest.mark.parametrize("path", [p for p in MODULES if room(p) != "database"], ids=lambda p: str(p.relative_to(HOUSE)))
def test_only_the_database_speaks_sql(path: Path) -> None:
    assert "sqlalchemy" not in {name.split(".")[0] for name in imports(path)}


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(HOUSE)))
def test_no_trusted_module_imports_tensorflow_or_the_untrusted_side(path: Path) -> None:
    tops = {name.split(".")[0] for name in imports(path)}
    assert not tops & {"tensorflow", "keras", "tf_keras"}
    assert not [name for name in imports(path) if name.startswith("grader.kernel_side")]
    assert not [name for name in imports(path) if name.startswith("grader.reader_side") and name != PLAIN_READER]


@pytest.mark.parametrize("path", READERS, ids=lambda p: p.name)
def test_readers_import_nothing_of_ours_but_their_siblings(path: Path) -> None:
    assert "grader" not in {name.split(".")[0] for name in imports(path)}


@pytest.mark.parametrize("path", sorted((HOUSE / "execute").glob("*.py")), ids=lambda p: p.name)
def test_reports_and_pictures_are_decoded_only_by_readers(path: Path) -> None:
    assert not DECODERS & {name.split(".")[0] for name in imports(path)}


def test_the_reader_that_is_used_here_opens_nothing() -> None:
    tops = {name.split(".")[0] for name in imports(HOUSE / "reader_side" / "markdown_text.py")}
    assert tops <= {"__future__", "re", "html", "typing", "markdown_it"}


@pytest.mark.parametrize("path", UNTRUSTED, ids=lambda p: p.name)
def test_the_untrusted_side_imports_nothing_of_ours(path: Path) -> None:
    assert "grader" not in {name.split(".")[0] for name in imports(path)}


def test_importing_everything_brings_in_no_tensorflow() -> None:
    paths = [(p.relative_to(HOUSE.parent).with_suffix("").parts) for p in MODULES if p.name != "__main__.py"]
    names = [".".join(parts).removesuffix(".__init__") for parts in paths]
    code = f"import importlib, sys\nfor n in {names!r}: importlib.import_module(n)\n" \
           "sys.exit(any(m.split('.')[0] in ('tensorflow', 'keras') for m in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(HOUSE)))
def test_only_the_command_line_prints(path: Path) -> None:
    assert room(path) == "cli" or "print" not in read(path)[1]


def test_the_map_of_the_house_names_every_room() -> None:
    text = (HOUSE / "__init__.py").read_text(encoding="utf-8")
    rooms = {room(p) for p in MODULES} - {"__init__"} | set(CHILDREN)
    assert {name for name in rooms if name not in text} == set()
