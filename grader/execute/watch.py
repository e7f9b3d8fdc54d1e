"""A thread that keeps one submission within its limits while its code runs.

In: the processes, the limits and the scratch folder of one submission. Out: a breach, if any, and what was used.
Must never wait for the code that it watches, and never use more than a small share of a core.
"""

from __future__ import annotations

import threading
import time
from pathlib import Path

from grader.execute.launch import Launched
from grader.execute.processes import Usage, exact_memory_mb, held_open
from grader.execute.scratch import disk_use
from grader.records import Limits, RunEnd

_INTERVAL_S = 0.2
_MB = 1024 * 1024
# What a look at the disk costs is paid back by at least this many times its length without one.
_DISK_SHARE = 50
# The exact sum over several processes is dear: it is taken for a peak that is at least so much above the last.
_NOTICED = 1.05


class Watch:
    """Looks at the submission five times a second and kills it where it passes a limit.

    Attributes:
        breach: the limit that was passed, as an end of the run; None while all is well.
        peak_memory_mb, cpu_s: the most that was seen.
    """

    def __init__(self, launched: Launched, limits: Limits, folder: Path) -> None:
        self.breach: RunEnd | None = None
        self.peak_memory_mb = 0.0
        self.cpu_s = 0.0
        self._launched = launched
        self._limits = limits
        self._folder = folder
        self._next_disk_look = 0.0
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="grader-watch", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def stop(self) -> None:
        """Stop watching; what was seen stays."""
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join()

    def sample(self) -> Usage:
        """Look once, now: for the moments before an end, which takes the numbers with it."""
        with self._lock:
            usage = self._launched.tree.usage()
            if usage.memory_mb > _NOTICED * self.peak_memory_mb:
                self.peak_memory_mb = max(self.peak_memory_mb, self._memory_really_used(usage))
            self.peak_memory_mb = max(self.peak_memory_mb, usage.largest_mb)
            self.cpu_s = max(self.cpu_s, usage.cpu_s)
            return usage

    def _run(self) -> None:
        while not self._stop.wait(_INTERVAL_S):
            breach = self._passed_limit(self.sample())
            if breach is not None and self.breach is None:
                self.breach = breach
                self._launched.tree.kill()

    def _passed_limit(self, usage: Usage) -> RunEnd | None:
        if usage.processes > self._limits.processes:
            return RunEnd.TOO_MANY_PROCESSES
        if self._exceeds_memory(usage, 0):
            return RunEnd.OUT_OF_MEMORY
        return self._passed_disk_limit(usage) if time.monotonic() >= self._next_disk_look else None

    def _memory_really_used(self, usage: Usage) -> float:
        # Forked workers share pages that the cheap sum counts once for each.
        if usage.processes < 2:
            return usage.memory_mb
        return exact_memory_mb(self._launched.tree.pids())

    def _passed_disk_limit(self, usage: Usage) -> RunEnd | None:
        started = time.monotonic()
        in_memory, unlinked = held_open(self._launched.tree.pids())
        at_most = self._limits.disk_mb * _MB
        used = unlinked + disk_use(self._folder, at_most=at_most)
        now = time.monotonic()
        self._next_disk_look = now + _DISK_SHARE * (now - started)
        if used > at_most:
            return RunEnd.DISK_FULL
        return RunEnd.OUT_OF_MEMORY if self._exceeds_memory(usage, in_memory) else None

    def _exceeds_memory(self, usage: Usage, beside: int) -> bool:
        """True where the tree and `beside` bytes of no process are too much; the cheap sum is asked first."""
        room = self._limits.memory_mb - beside / _MB
        return usage.memory_mb > room and self._memory_really_used(usage) > room
