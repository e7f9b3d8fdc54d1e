"""Finds out whether notebooks can be run safely on this machine, by trying.

In: the Python that will run kernels. Out: a SandboxReport; nothing is raised, because the answer may be no.
Must never report a sandbox that was not seen to hold.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from grader.errors import SandboxError
from grader.execute.interpreter import Interpreter, find_interpreter
from grader.execute.sandbox import Enclosure, Mount, enclosed
from grader.records import Limits, Record, SandboxKind

_TRY = """
import errno, os, socket, sys
try:
    socket.create_connection(("192.0.2.1", 80), timeout=2)
    sys.exit("network: a connection to the outside was made")
except OSError as error:
    if error.errno != errno.ENETUNREACH:
        sys.exit(f"network: expected 'network is unreachable', found '{error}'")
if os.path.exists(sys.argv[1]):
    sys.exit("files: a file outside of the sandbox can be seen")
if len([name for name in os.listdir("/proc") if name.isdigit()]) > 3:
    sys.exit("processes: those outside of the sandbox can be seen")
try:
    open("/proc/sys/kernel/core_pattern", "a").close()
    sys.exit("system: its settings can be changed")
except OSError:
    pass
if set(os.environ) - {"PATH", "PWD", "LC_CTYPE"}:
    sys.exit("environment: variables of the grader can be seen")
print("holds")
"""
_TIMEOUT_S = 30
_INSTALL = "Install bubblewrap: `apt install bubblewrap` (Debian, Ubuntu) or `dnf install bubblewrap` (Fedora)."
_UBUNTU = (
    "This system forbids unprivileged user namespaces (Ubuntu 23.10 and later do, by AppArmor). Allow them for bwrap "
    "with an AppArmor profile, or for all with `sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0`."
)
_DEBIAN = "Allow unprivileged user namespaces: `sudo sysctl kernel.unprivileged_userns_clone=1`."
_CONTAINER = (
    "This is a container. Start it with `--security-opt seccomp=unconfined --security-opt apparmor=unconfined "
    "--security-opt systempaths=unconfined`, or run the grader outside of it."
)
_PYTHON = "Choose a Python whose folders any user can read, or make a virtual environment for the kernel."


class SandboxReport(Record):
    """What sandbox works here.

    Attributes:
        kind: None where none does, and nothing may be run.
        layer: what holds, or what was tried, for people: "bubblewrap 0.8.0, user namespace".
        why: what went wrong, "" if nothing. advice: what to do about it.
    """

    kind: SandboxKind | None = None
    layer: str = ""
    why: str = ""
    advice: str = ""


def probe_sandbox(python: str = "") -> SandboxReport:
    """Start a Python in a sandbox and let it try to get out."""
    bwrap = shutil.which("bwrap")
    if bwrap is None:
        return SandboxReport(layer="none", why="bubblewrap (bwrap) is not installed", advice=_INSTALL)
    layer = _version(bwrap)
    try:
        interpreter = find_interpreter(python)
    except SandboxError as error:
        return SandboxReport(layer=layer, why=str(error), advice=_PYTHON)
    why = _try_sandbox(interpreter)
    if not why:
        return SandboxReport(kind=SandboxKind.BUBBLEWRAP, layer=f"{layer}, user namespace")
    return SandboxReport(layer=layer, why=why, advice=advice_for(why))


def _try_sandbox(interpreter: Interpreter) -> str:
    """Why the sandbox does not hold; "" where it does."""
    with tempfile.TemporaryDirectory(prefix="grader-probe-") as folder, tempfile.NamedTemporaryFile() as outside:
        mounts = (Mount(Path(folder), "/tmp", writable=True),)  # noqa: S108 (bound to a folder of our own)
        enclosure = Enclosure(SandboxKind.BUBBLEWRAP, interpreter, mounts, {"PATH": "/usr/bin:/bin"})
        command = [interpreter.executable, "-I", "-c", _TRY, outside.name]
        words = enclosed(enclosure, command, Limits())
        try:
            done = subprocess.run(
                words, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False, env={"PATH": os.defpath}
            )
        except (OSError, subprocess.SubprocessError) as error:
            return f"the sandbox could not be tried: {error}"
    if done.returncode == 0 and done.stdout.strip() == "holds":
        return ""
    return done.stderr.strip()[-500:] or f"the sandbox ended with exit code {done.returncode}"


def advice_for(why: str) -> str:
    """What to do about a message of bwrap's."""
    if Path("/.dockerenv").exists() or Path("/run/.containerenv").exists():
        return _CONTAINER
    if not why.startswith("bwrap:"):
        return _PYTHON
    if _reads("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1"):
        return _UBUNTU
    return _DEBIAN if _reads("/proc/sys/kernel/unprivileged_userns_clone", "0") else _INSTALL


def _reads(path: str, expected: str) -> bool:
    try:
        return Path(path).read_text(encoding="ascii").strip() == expected
    except OSError:
        return False


def _version(bwrap: str) -> str:
    done = subprocess.run([bwrap, "--version"], capture_output=True, text=True, check=False)
    return done.stdout.strip() or "bubblewrap"
