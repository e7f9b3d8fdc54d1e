"""The words that put a command into a bubblewrap sandbox.

In: an Enclosure, which says what may be seen. Out: words for `subprocess`, nothing is started here.
Must never bind anything that is not named here or in the Enclosure: what is not bound does not exist inside.
"""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from grader.execute.interpreter import Interpreter
from grader.records import Limits, SandboxKind

KERNEL_SIDE = Path(__file__).resolve().parent.parent / "kernel_side"
_GRADER = Path(__file__).resolve().parent.parent
_SYSTEM = ("/usr", "/lib", "/lib32", "/lib64", "/bin", "/sbin")
_FROM_ETC = (
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/etc/alternatives",
    "/etc/fonts",
    "/etc/ssl/certs",
    "/etc/ssl/openssl.cnf",
    "/etc/mime.types",
    "/var/cache/fontconfig",
)
_OPEN_FILES = 4096
# Nothing that is limited here can be raised again inside. What is not allowed to lower stays as it was.
_LIMIT = (
    'ulimit -c 0; ulimit -n "$1" 2>/dev/null; ulimit -f "$2"; echo 500 2>/dev/null >/proc/self/oom_score_adj; '
    'shift 2; exec nice -n 5 "$@"'
)


@dataclass(frozen=True)
class Mount:
    """`source` on the host appears as `target` inside."""

    source: Path
    target: str
    writable: bool = False


@dataclass(frozen=True)
class Enclosure:
    """What one command may see of the machine.

    Attributes:
        mounts: in order: a later one may lie inside an earlier one.
        environment: all of it; nothing is inherited.
        folder: the working directory, as seen inside.
    """

    kind: SandboxKind
    interpreter: Interpreter
    mounts: tuple[Mount, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    folder: str = "/"


def enclosed(
    enclosure: Enclosure, command: list[str], limits: Limits, *, info_fd: int | None = None
) -> list[str]:
    """`command` inside the enclosure and under the limits that the operating system itself can hold.

    Args:
        info_fd: descriptor to which bwrap writes the sandbox's first process and its namespaces, as JSON. That process
            is then the command itself, which must wait for all that others leave.
    """
    inner = command
    if enclosure.kind == SandboxKind.BUBBLEWRAP:
        as_first = [] if info_fd is None else ["--as-pid-1", "--info-fd", str(info_fd)]
        inner = [*_bwrap_words(enclosure), *as_first, "--", *command]
    # Twice what is allowed: whoever writes that much is stopped by the watch, with the right reason, before.
    blocks = 2 * limits.disk_mb * 2048
    return ["/bin/sh", "-c", _LIMIT, "sh", str(_OPEN_FILES), str(blocks), *inner]


def _bwrap_words(enclosure: Enclosure) -> list[str]:
    return [
        shutil.which("bwrap") or "bwrap",
        *("--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-net"),
        *("--unshare-cgroup-try", "--die-with-parent", "--new-session", "--cap-drop", "ALL"),
        *_no_further_namespaces(),
        *("--uid", "1000", "--gid", "1000", "--hostname", "grader", "--clearenv"),
        *(word for name, value in enclosure.environment.items() for word in ("--setenv", name, value)),
        *_system_words(),
        # A mount hides what lies under it, so the writable /tmp comes before any Python that lives below /tmp.
        *(word for mount in enclosure.mounts if not mount.target.startswith("/grader") for word in _words_of(mount)),
        *(word for path in enclosure.interpreter.paths for word in ("--ro-bind", path, path)),
        *_hide_grader(enclosure.interpreter),
        *(word for mount in enclosure.mounts if mount.target.startswith("/grader") for word in _words_of(mount)),
        # Read-only /proc: a grader that runs as root stays the owner of /proc/sys inside, whatever the uid seems to be.
        *("--remount-ro", "/proc", "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", enclosure.folder),
    ]


def _system_words() -> list[str]:
    words = []
    for name in _SYSTEM:
        path = Path(name)
        if path.is_symlink():
            words += ["--symlink", str(path.readlink()), name]
        elif path.exists():
            words += ["--ro-bind", name, name]
    for name in _FROM_ETC:
        words += ["--ro-bind-try", name, name]
    return [*words, "--proc", "/proc", "--dev", "/dev"]


def _words_of(mount: Mount) -> tuple[str, str, str]:
    return ("--bind" if mount.writable else "--ro-bind", str(mount.source), mount.target)


def _hide_grader(interpreter: Interpreter) -> list[str]:
    """The grader's own package is nobody's business inside, where it is installed beside the kernel's packages."""
    shown = (*interpreter.paths, *_SYSTEM)
    if any(Path(path) in _GRADER.parents for path in shown):
        return ["--tmpfs", str(_GRADER), "--remount-ro", str(_GRADER)]
    return []


def _no_further_namespaces() -> list[str]:
    """Inside another user namespace one could mount a tmpfs, whose memory no process is charged for."""
    known = subprocess.run(["bwrap", "--help"], capture_output=True, text=True, check=False).stdout
    return ["--disable-userns"] if "--disable-userns" in known else []
