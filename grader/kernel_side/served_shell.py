"""IPython's shell lines and magics: `!cmd`, `%pip`, `%%bash`, and magics that exist only on Colab.

In: the InteractiveShell of this kernel, once there is one. Out: its `system`, `getoutput` and magics replaced.
It must never let a shell line outlive its time, nor a missing magic stop a cell.
"""

from __future__ import annotations

import functools
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import time
from typing import Any, Callable, List  # noqa: UP035  (a course's kernel may be Python 3.9)

from import_hooks import when_shell_is_made
from served_assets import ServedAssets

TIME_LIMIT_S = 30.0
MOST_OUTPUT_BYTES = 200_000
INSTALL_MAGICS = ("pip", "conda", "mamba", "micromamba", "uv")
IGNORED_MAGICS = ("tensorflow_version", "tensorboard", "reload_ext", "unload_ext")
SHELL_CELLS = ("bash", "sh", "shell", "!", "sx", "system", "cmd")
LOOKS_BUT_WRITES_NOT = re.compile(r"^\s*(ls|cat|head|tail|find|tree|du|wc|cp|mv|file|stat|test|cd)\b")
PYTHON_M_PIP = re.compile(r"(?:\S*/)?python[\d.]*\s+-m\s+pip\b")
Write = Callable[[str], Any]


def install(assets: ServedAssets) -> None:
    """Hooks every InteractiveShell when it is made, and `subprocess` for pip alone."""
    when_shell_is_made(lambda shell: serve(shell, assets), "serving shell lines")
    _hook_popen()


def serve(shell: Any, assets: ServedAssets) -> None:
    """Replaces what a shell does with `!` and `%`."""
    lines = ShellLines(assets)

    def system(command: str) -> None:
        shell.user_ns["_exit_code"] = lines.run(shell.var_expand(command, depth=1), sys.stdout.write)

    def getoutput(command: str, split: bool = True, depth: int = 0) -> Any:
        pieces: List[str] = []  # noqa: UP006
        lines.run(shell.var_expand(command, depth=depth + 1), pieces.append)
        text = "".join(pieces)
        if not split:
            return text.rstrip("\n")
        from IPython.utils.text import SList

        return SList(text.splitlines())

    shell.system = shell.system_raw = shell.system_piped = system
    shell.getoutput = getoutput
    shell.events.register("pre_run_cell", lambda info: assets.log.enter(str(getattr(info, "raw_cell", "") or "")))
    shell.run_line_magic = _line_magic(shell, shell.run_line_magic, lines)
    shell.run_cell_magic = _cell_magic(shell, shell.run_cell_magic, lines)


def _line_magic(shell: Any, real: Callable[..., Any], lines: ShellLines) -> Callable[..., Any]:
    log = lines.assets.log

    @functools.wraps(real)
    def run_line_magic(magic_name: str, line: str, _stack_depth: int = 1) -> Any:
        if magic_name in INSTALL_MAGICS:
            log.note("skipped", f"%{magic_name} {line}", "recorded, not run: the kernel has its packages already")
            return None
        known = shell.find_line_magic(magic_name) is not None
        if magic_name in IGNORED_MAGICS or not known:
            log.note("skipped", f"%{magic_name} {line}", "no such magic here; the cell goes on")
            return None
        if magic_name == "load_ext":
            return _load_extension(line, functools.partial(real, magic_name, line, _stack_depth + 1), lines)
        return real(magic_name, line, _stack_depth + 1)

    return run_line_magic


def _load_extension(name: str, load: Callable[[], Any], lines: ShellLines) -> Any:
    try:
        return load()
    except ImportError:
        lines.assets.log.note("skipped", f"%load_ext {name}", "no such extension here; the cell goes on")
        return None


def _cell_magic(shell: Any, real: Callable[..., Any], lines: ShellLines) -> Callable[..., Any]:
    @functools.wraps(real)
    def run_cell_magic(magic_name: str, line: str, cell: str) -> Any:
        if magic_name in SHELL_CELLS:
            lines.run(cell, sys.stdout.write)
            return None
        if shell.find_cell_magic(magic_name) is None:
            lines.assets.log.note("skipped", f"%%{magic_name} {line}", "no such magic here; the cell was not run")
            return None
        return real(magic_name, line, cell)

    return run_cell_magic


def _hook_popen() -> None:
    """`subprocess.run([sys.executable, "-m", "pip", …])` would wait for a network; our `pip` does not."""
    real = subprocess.Popen.__init__

    @functools.wraps(real)
    def __init__(self: Any, args: Any, *more: Any, **options: Any) -> None:
        real(self, _without_python_m(args), *more, **options)

    subprocess.Popen.__init__ = __init__  # type: ignore[method-assign]


def _without_python_m(args: Any) -> Any:
    if isinstance(args, (list, tuple)) and len(args) > 2 and list(args[1:3]) == ["-m", "pip"]:
        return ["pip", *args[3:]]
    return args


class ShellLines:
    """Runs shell lines in the sandbox, with a time limit, the served data sets put where they look."""

    def __init__(self, assets: ServedAssets) -> None:
        self.assets = assets

    def run(self, command: str, write: Write) -> int:
        """Runs `command` by the shell, hands its output to `write` as it comes, and returns its exit status."""
        text = PYTHON_M_PIP.sub("pip", command)
        self.look_ahead(text)
        shell = shutil.which("bash") or shutil.which("sh")
        if shell is None:
            self.assets.log.note("skipped", f"!{command}", "there is no shell here")
            return 127
        process = subprocess.Popen(
            [shell, "-c", text.rstrip().rstrip("&")],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            return self.follow(process, command, write)
        finally:
            _end(process)

    def follow(self, process: subprocess.Popen[bytes], command: str, write: Write) -> int:
        """Passes output on until the process ends or its time is up; background children are not waited for."""
        end = time.monotonic() + TIME_LIMIT_S
        written = 0
        pipe = process.stdout
        while pipe is not None:
            ready, _, _ = select.select([pipe], [], [], 0.05)
            data = os.read(pipe.fileno(), 65536) if ready else b""
            if data and written <= MOST_OUTPUT_BYTES:
                write(data.decode("utf-8", "replace"))
                written += len(data)
            if (ready and not data) or (not ready and process.poll() is not None):
                break
            if time.monotonic() > end:
                self.assets.log.note("skipped", f"!{command}", f"stopped after {TIME_LIMIT_S:.0f} s")
                return 124
        return process.wait(timeout=5)

    def look_ahead(self, text: str) -> None:
        """Puts a data set in place before a program looks at it: no hook of ours sees into `ls`."""
        for line in re.split(r"[\n;|&]+", text):
            if LOOKS_BUT_WRITES_NOT.match(line):
                for word in re.split(r"[\s\"'*]+", line)[1:]:
                    if word and not os.path.exists(os.path.expanduser(word)):
                        self.assets.resolve(os.path.expanduser(word))


def _end(process: subprocess.Popen[bytes]) -> None:
    """Nothing that a shell line started outlives it."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass
    if process.stdout is not None:
        process.stdout.close()
    try:
        process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        return

