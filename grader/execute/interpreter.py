"""The Python that runs a kernel: where it lies and which packages it has.

In: a path, or "" for the grader's own Python. Out: an Interpreter.
Must never import a package of that Python, and never run it with a notebook's files in reach.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from grader.errors import SandboxError

_ASK = """
import json, sys
names = ("site-packages", "dist-packages")
print(json.dumps({
    "prefix": sys.prefix,
    "base_prefix": sys.base_prefix,
    "version": sys.version.split()[0],
    "packages": [p for p in sys.path if p.rstrip("/").endswith(names)],
}))
"""
# Of a virtual environment only these: its folder may hold a whole project beside them.
_PARTS_OF_ENVIRONMENT = ("pyvenv.cfg", "bin", "lib", "lib64", "share", "include", "etc")
_ASK_TIMEOUT_S = 30


@dataclass(frozen=True)
class Interpreter:
    """One installed Python.

    Attributes:
        executable: absolute path, symbolic links kept (they tell Python which environment it is).
        version: `3.11.7`.
        paths: files and folders that must be readable for it to run.
        package_folders: where its packages lie.
    """

    executable: str
    version: str
    paths: tuple[str, ...]
    package_folders: tuple[str, ...]

    def packages(self) -> dict[str, str]:
        """Package → version, from the names of the `.dist-info` folders: reading each one's metadata costs 0.1 s."""
        found: dict[str, str] = {}
        for folder in self.package_folders:
            for entry in sorted(Path(folder).glob("*.dist-info")):
                name, _, version = entry.name.removesuffix(".dist-info").partition("-")
                found.setdefault(name.lower().replace("_", "-"), version)
        return found | {"python": self.version}


def find_interpreter(python: str = "") -> Interpreter:
    """Ask a Python where it lies.

    Raises:
        SandboxError: it can't be started.
    """
    executable = str(Path(python or sys.executable).absolute())
    words = [executable, "-I", "-c", _ASK]
    try:
        done = subprocess.run(words, capture_output=True, timeout=_ASK_TIMEOUT_S, check=True, text=True)
        answer = json.loads(done.stdout)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        raise SandboxError(f"the kernel's Python '{executable}' can't be started: {error}") from error
    prefix, base = answer["prefix"], answer["base_prefix"]
    parts = [base] if prefix == base else [base, *(f"{prefix}/{part}" for part in _PARTS_OF_ENVIRONMENT)]
    packages = tuple(dict.fromkeys(answer["packages"]))
    paths = [p for p in (*parts, *packages) if Path(p).exists()]
    return Interpreter(
        executable=executable, version=answer["version"], paths=_outermost(paths), package_folders=packages
    )


def _outermost(paths: list[str]) -> tuple[str, ...]:
    """`paths` and what they resolve to, without those that lie inside another."""
    wanted = {Path(p) for p in paths} | {Path(p).resolve() for p in paths}
    return tuple(sorted(str(p) for p in wanted if not any(q in wanted for q in p.parents)))
