"""Starts kernels that need not import TensorFlow: copies of one process that has, each in a sandbox of its own.

In: an Enclosure and a kernel's words. Out: a Launched as `launch` gives it, or None where this can't be done here.
Must never let a submission fail: whoever gets None starts its kernel in the ordinary way.

The sandbox is built by bwrap as ever, around a tiny process that waits. A copy enters it, gives up what entering gave
it, and compares itself with that process, which is confined as bwrap confines: where they differ, the copy ends. The
first process adopts the copy, so that whoever counts, watches or kills sees what an ordinary kernel shows.
"""

from __future__ import annotations

import atexit
import fcntl
import json
import logging
import os
import select
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from grader.execute.launch import Launched, prepare
from grader.execute.sandbox import KERNEL_SIDE, Enclosure
from grader.execute.scratch import remove_tree, scratch_parent
from grader.records import Limits

_LOG = logging.getLogger(__name__)
_IMPORT_TIMEOUT_S = 120.0
_ANSWER_TIMEOUT_S = 20.0
_MOST_STARTS = 2
_NOBODY = 65534
_SEALS = fcntl.F_SEAL_SEAL | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE


def launch_warm(enclosure: Enclosure, words: list[str], limits: Limits, *, log: Path) -> Launched | None:
    """Start a kernel that has imported TensorFlow already.

    Args:
        words: what an ordinary kernel is started with: Python, boot.py, its arguments.
        log: file for its standard error.
    """
    try:
        return _launch(_WARM.process_for(enclosure), enclosure, words, limits, log)
    except (OSError, ValueError, _NotWarm) as error:
        _LOG.info("an ordinary kernel is started, since no warm one can be: %s", error)
        return None


class _NotWarm(Exception):
    """Why a kernel has to import TensorFlow itself."""


def _launch(process: _WarmProcess, enclosure: Enclosure, words: list[str], limits: Limits, log: Path) -> Launched:
    launched, first = prepare(enclosure, words, limits, output=subprocess.DEVNULL, log=log)
    with first:
        try:
            if launched.tree.init is None:
                raise _NotWarm("the sandbox did not come up")
            kernel = process.copy_into(launched, words[1:], enclosure.folder, log)
            first.send(str(kernel).encode())
        except BaseException:
            launched.tree.kill()
            launched.process.wait()
            raise
    return launched


@dataclass
class _WarmProcess:
    """One process that has imported TensorFlow and waits to be copied; it ends when this one does."""

    python: str
    environment: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    why: str = ""
    _channel: socket.socket | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _ready: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        """Start it, in a thread that lives as long as it does: it ends with the thread that started it."""
        threading.Thread(target=self._live, name="grader-warm", daemon=True).start()

    @property
    def is_dead(self) -> bool:
        return bool(self.why)

    def copy_into(self, launched: Launched, words: list[str], folder: str, log: Path) -> int:
        """Have a copy enter a sandbox and prove itself there; its process id as seen inside."""
        if not self._ready.wait(_IMPORT_TIMEOUT_S) or self._channel is None or self.is_dead:
            raise _NotWarm(self.why or "the import takes too long")
        request = {
            "first": launched.tree.init,
            "namespace": launched.tree.namespace,
            "words": words,
            "folder": folder,
        }
        with _pipe() as (answers, answering), log.open("ab") as errors:
            with self._lock:
                socket.send_fds(self._channel, [json.dumps(request).encode()], [errors.fileno(), answering.fileno()])
            answering.close()
            answer = _read_all(answers, at_most=4096).decode(errors="replace")
        said, _, number = answer.partition(" ")
        if said != "ok" or not number.isdigit():
            raise _NotWarm(answer or "no answer")
        return int(number)

    def end(self) -> None:
        """End it and wait."""
        self.why = self.why or "ended"
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def _live(self) -> None:
        home = Path(tempfile.mkdtemp(prefix=f"grader-{os.getpid()}-", dir=scratch_parent()))
        try:
            self._import(home)
        except (OSError, _NotWarm) as error:
            self.why = self.why or str(error)
        finally:
            remove_tree(home)
            self._ready.set()
        if self.process is not None:
            self.process.wait()
            self.why = self.why or "it died"
        if self._channel is not None:
            self._channel.close()

    def _import(self, home: Path) -> None:
        ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        code = (KERNEL_SIDE / "warm.py").read_text(encoding="utf-8")
        code += f"\nrun(main({its.fileno()}, {str(home)!r}))\n"
        with its, _copied(self.python) as executable:
            self.process = subprocess.Popen(
                [self.python, "-"],
                executable=f"/proc/self/fd/{executable}",
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=self.environment,
                cwd="/",
                pass_fds=(executable, its.fileno()),
                start_new_session=True,
            )
            assert self.process.stdin is not None  # noqa: S101 (asked for above)
            with self.process.stdin as told:
                told.write(code.encode())
        self._channel = ours
        ours.settimeout(_IMPORT_TIMEOUT_S)
        if ours.recv(100) != b"ready":
            raise _NotWarm("it can't import TensorFlow")


class _Warm:
    """The warm processes of this process: one for each Python and environment that its kernels have."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._processes: dict[tuple[str, ...], _WarmProcess] = {}
        self._starts: dict[tuple[str, ...], int] = {}

    def process_for(self, enclosure: Enclosure) -> _WarmProcess:
        """The one that such a kernel can be copied from, started where it is not; a dead one is replaced once."""
        # bwrap sets PWD too, and a process can't change what it was started with.
        environment = {**enclosure.environment, "PWD": enclosure.folder}
        python = enclosure.interpreter.executable
        key = (python, *(f"{name}={value}" for name, value in environment.items()))
        with self._lock:
            process = self._processes.get(key)
            if process is None or process.is_dead:
                self._starts[key] = self._starts.get(key, 0) + 1
                if self._starts[key] > _MOST_STARTS:
                    raise _NotWarm(process.why if process is not None else "")
                process = self._processes[key] = _WarmProcess(python, environment)
                process.start()
            return process

    def end(self) -> None:
        """End them all."""
        with self._lock:
            for process in self._processes.values():
                process.end()
            self._processes.clear()


# Shared by all submissions that this process grades, which is its whole purpose.
_WARM = _Warm()
atexit.register(_WARM.end)


@contextmanager
def _pipe() -> Iterator[tuple[IO[bytes], IO[bytes]]]:
    """Both ends, closed afterwards unless they are already."""
    reading, writing = os.pipe()
    with open(reading, "rb", buffering=0) as reader, open(writing, "wb", buffering=0) as writer:
        yield reader, writer


@contextmanager
def _copied(python: str) -> Iterator[int]:
    """The executable as a file in memory: what runs a kernel must be nothing that the kernel could change."""
    descriptor = os.memfd_create("python", os.MFD_ALLOW_SEALING)
    try:
        os.write(descriptor, Path(python).read_bytes())
        os.fchmod(descriptor, 0o555)
        if os.geteuid() == 0:
            os.fchown(descriptor, _NOBODY, _NOBODY)
        fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, _SEALS)
        yield descriptor
    finally:
        os.close(descriptor)


def _read_all(source: IO[bytes], *, at_most: int) -> bytes:
    """What comes until the other end is closed, or until there is enough; less where it takes too long."""
    deadline = time.monotonic() + _ANSWER_TIMEOUT_S
    found = b""
    while len(found) < at_most:
        ready, _, _ = select.select([source], [], [], max(0.0, deadline - time.monotonic()))
        part = source.read(at_most - len(found)) if ready else b""
        if not part:
            break
        found += part
    return found
