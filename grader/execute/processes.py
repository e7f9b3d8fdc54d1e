"""What the operating system says about processes that a submission started, and how they are ended.

In: process ids. Out: what they use, and their end.
Must never signal a process that is not of the tree: an id counts only together with its start time.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field

_PAGE = os.sysconf("SC_PAGE_SIZE")
_TICKS = os.sysconf("SC_CLK_TCK")
_MB = 1024 * 1024
_KILL_TIMEOUT_S = 30.0
# Enough to know that a limit is passed; walking ten thousand processes would only help a fork bomb.
_MOST_WALKED = 2000
_GONE = (FileNotFoundError, ProcessLookupError, PermissionError)


@dataclass(frozen=True)
class Usage:
    """What a tree of processes uses now.

    `largest_mb` is the most that any single one of them ever used: it sees what came and went between two looks.
    `cpu_s` includes children that ended and were waited for.
    """

    processes: int = 0
    memory_mb: float = 0.0
    largest_mb: float = 0.0
    cpu_s: float = 0.0


@dataclass
class ProcessTree:
    """All that one started process started.

    Attributes:
        root: the process that we started: bwrap, or the kernel itself.
        init: first process of the sandbox's pid namespace, whose death is everyone's; None without a sandbox.
        namespace: inode of that pid namespace.
        marker: an entry of the environment that everything in the tree inherits unless it hides on purpose.
        seen: process → start time of everything met so far: how strays without a namespace are found again.
    """

    root: int
    init: int | None = None
    namespace: int | None = None
    marker: str = ""
    seen: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._remember(self.root if self.init is None else self.init)
        self._remember(self.root)

    @property
    def overhead(self) -> int:
        """How many processes of the tree are the sandbox's own."""
        return 0 if self.init is None else 2

    def pids(self) -> list[int]:
        """Those alive that descend from the root, or did when last looked at."""
        found = dict.fromkeys([self.root])
        pending = [self.root, *([] if self.namespace else self._strays())]
        while pending and len(found) < _MOST_WALKED:
            pid = pending.pop()
            found[pid] = None
            pending.extend(child for child in _children(pid) if child not in found)
        for pid in found:
            self._remember(pid)
        return list(found)

    def usage(self) -> Usage:
        """What the tree uses now."""
        pids = self.pids()
        return Usage(len(pids) - self.overhead, _memory_mb(pids), max(map(_largest_mb, pids)), sum(map(_cpu_s, pids)))

    def survivors(self) -> list[int]:
        """Every process in the whole process table that belongs to the tree and is not a zombie."""
        if self.namespace is not None:
            return _in_table(lambda pid: os.stat(f"/proc/{pid}/ns/pid").st_ino == self.namespace)
        marked = _in_table(lambda pid: has_marker(pid, self.marker)) if self.marker else []
        return list(dict.fromkeys([*self._strays(), *marked]))

    def kill(self) -> list[int]:
        """End all of it, wait, and give back those that would not end."""
        deadline = time.monotonic() + _KILL_TIMEOUT_S
        if self.init is not None:
            # bwrap itself must outlive its child, or nobody waits for the child and its CPU time is lost.
            self._send(self.init, signal.SIGKILL)
        left = self.survivors()
        while left and time.monotonic() < deadline:
            for signum in (signal.SIGSTOP, signal.SIGKILL):  # stopped first: a fork bomb outruns one killed at a time
                for pid in left if self.init is None else [self.init, self.root]:
                    self._remember(pid)
                    self._send(pid, signum)
            time.sleep(0.02)
            left = self.survivors()
        return left

    def _strays(self) -> list[int]:
        # A copy: the thread that watches adds to it while another one kills.
        return [pid for pid, started in self.seen.copy().items() if start_time(pid) == started]

    def _remember(self, pid: int) -> None:
        started = start_time(pid)
        if started is not None:
            self.seen.setdefault(pid, started)

    def _send(self, pid: int, signum: int) -> None:
        if start_time(pid) == self.seen.get(pid, -1):
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signum)


def start_time(pid: int) -> int | None:
    """When a process started, in clock ticks since boot; None where it has ended (a zombie has ended)."""
    fields = _stat(pid)
    return None if not fields or fields[0] in ("Z", "X") else int(fields[19])


def has_marker(pid: int, marker: str) -> bool:
    """True where the process was started with `marker` ("NAME=value") in its environment."""
    with open(f"/proc/{pid}/environ", "rb") as environ:
        return marker.encode() in environ.read().split(b"\0")


def command_of(pid: int) -> list[str]:
    """The words that a process was started with."""
    with open(f"/proc/{pid}/cmdline", "rb") as words:
        return words.read().decode(errors="replace").split("\0")


def kill_where(belongs: Callable[[int], bool]) -> None:
    """End every process for which `belongs` holds."""
    for pid in _in_table(belongs):
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)


def _in_table(belongs: Callable[[int], bool]) -> list[int]:
    found = []
    for name in os.listdir("/proc"):
        with suppress(*_GONE):
            if name.isdigit() and int(name) != os.getpid() and belongs(int(name)) and start_time(int(name)) is not None:
                found.append(int(name))
    return found


def _children(pid: int) -> list[int]:
    found: list[int] = []
    with suppress(*_GONE):
        for task in os.listdir(f"/proc/{pid}/task"):
            with suppress(*_GONE), open(f"/proc/{pid}/task/{task}/children") as children:
                found += map(int, children.read().split())
    return found


def _stat(pid: int) -> list[str]:
    """The fields of /proc/<pid>/stat after the name, which may itself hold blanks and brackets."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as stat:
            return stat.read().rpartition(")")[2].split()
    except _GONE:
        return []


def _cpu_s(pid: int) -> float:
    fields = _stat(pid)
    return sum(map(int, fields[11:15])) / _TICKS if fields else 0.0


def _memory_mb(pids: Iterable[int]) -> float:
    """Resident memory, what is shared counted once: by far cheaper than the exact share (`smaps_rollup`)."""
    own, shared_most = 0, 0
    for pid in pids:
        with suppress(*_GONE, ValueError), open(f"/proc/{pid}/statm") as statm:
            _, resident, shared, *_ = map(int, statm.read().split())
            own += resident - shared
            shared_most = max(shared_most, shared)
    return (own + shared_most) * _PAGE / _MB


def _largest_mb(pid: int) -> float:
    with suppress(*_GONE), open(f"/proc/{pid}/status", encoding="utf-8", errors="replace") as status:
        return max((int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM:")), default=0.0)
    return 0.0


def exact_memory_mb(pids: Iterable[int]) -> float:
    """Resident memory, each page shared by n processes counted as 1/n to each; milliseconds for a large process."""
    total = 0
    for pid in pids:
        with suppress(*_GONE), open(f"/proc/{pid}/smaps_rollup") as rollup:
            total += sum(int(line.split()[1]) for line in rollup if line.startswith("Pss:"))
    return total / 1024


def held_open(pids: Iterable[int]) -> tuple[int, int]:
    """Bytes in memory and on disk that only open descriptors still hold: no folder shows them, no RSS counts them."""
    seen: set[tuple[int, int]] = set()
    memory, disk = 0, 0
    for pid in pids:
        with suppress(*_GONE):
            for name in os.listdir(f"/proc/{pid}/fd"):
                path = f"/proc/{pid}/fd/{name}"
                with suppress(*_GONE):
                    if not os.readlink(path).endswith(" (deleted)"):
                        continue
                    info = os.stat(path)
                    if (info.st_dev, info.st_ino) not in seen:
                        seen.add((info.st_dev, info.st_ino))
                        in_memory = os.readlink(path).startswith("/memfd:")
                        memory, disk = memory + in_memory * _size(info), disk + (not in_memory) * _size(info)
    return memory, disk


def _size(info: os.stat_result) -> int:
    return info.st_blocks * 512
