"""Starts one command in an enclosure and says which processes are its.

In: an Enclosure and a command. Out: a Launched, whose end is waited for here so that its CPU time is not lost.
Must never hand a descriptor or a variable of the grader to what it starts.

bwrap's --die-with-parent ends the sandbox when the *thread* that started it ends. So whoever calls `launch` must
stay alive as long as the command: `run_notebook` and `probe_sandbox` do the whole of their work in one thread. A
grader that is killed before bwrap has asked for that would leave a sandbox behind: so the sandbox's first process is
our own, says that it is there, and does nothing before it was answered.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from grader.execute.processes import ProcessTree
from grader.execute.sandbox import Enclosure, enclosed
from grader.records import Limits, SandboxKind

# All that the words before bwrap need; bwrap itself clears it.
_OUTER = {"PATH": os.defpath}
_ANSWER_TIMEOUT_S = 20.0
# The sandbox's first process: is told to start the command, or which process to take for it; waits for all that others
# leave; ends as the command did. It ignores interrupts, as a kernel's parent must; the command does not inherit that.
_FIRST = """
import posix, sys, _signal
_signal.signal(2, _signal.SIG_IGN)
posix.write(0, b"r")
said = posix.read(0, 20) or b"0"
nothing = posix.open("/dev/null", posix.O_RDWR)
posix.dup2(nothing, 0)
posix.close(nothing)
child = posix.fork() if said == b"start" else int(said)
if not child and said == b"start":
    for number in (2, 13, 25):
        _signal.signal(number, _signal.SIG_DFL)
    try:
        posix.execv(sys.argv[1], sys.argv[1:])
    except OSError as error:
        posix.write(2, str(error).encode())
    posix._exit(127)
posix.dup2(0, 1)
while child:
    pid, status = posix.wait()
    if pid == child:
        posix._exit(posix.WEXITSTATUS(status) if posix.WIFEXITED(status) else 128 + posix.WTERMSIG(status))
"""


@dataclass
class Launched:
    """A started command.

    `waited_cpu_s` is what the operating system reported when the command was waited for. (Its report of the largest
    memory is of no use: it includes that of the grader itself, of which every new process is a copy for a moment.)
    """

    process: subprocess.Popen[bytes]
    tree: ProcessTree
    waited_cpu_s: float = 0.0

    def poll(self) -> int | None:
        """The exit code (negative: the signal), None while it runs. Never blocks."""
        if self.process.returncode is None:
            with suppress(ChildProcessError):
                pid, status, usage = os.wait4(self.process.pid, os.WNOHANG)
                if pid:
                    self.process.returncode = os.waitstatus_to_exitcode(status)
                    self.waited_cpu_s = usage.ru_utime + usage.ru_stime
        return self.process.returncode


def launch(
    enclosure: Enclosure, command: list[str], limits: Limits, *, output: IO[bytes] | int, log: Path, marker: str = ""
) -> Launched:
    """Start `command`; it inherits nothing but its standard output and error.

    Args:
        command: the first word is a path.
        output: where its standard output goes. log: file for its standard error.
        marker: "NAME=value" of the environment by which its strays are known where there is no sandbox.
    """
    if enclosure.kind == SandboxKind.NONE:
        with log.open("wb") as errors:
            process = subprocess.Popen(
                enclosed(enclosure, command, limits),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=errors,
                env=enclosure.environment,
                cwd=enclosure.folder,
                start_new_session=True,
            )
        return Launched(process, ProcessTree(process.pid, marker=marker))
    launched, first = prepare(enclosure, command, limits, output=output, log=log)
    with first, suppress(OSError):
        first.send(b"start")
    return launched


def prepare(
    enclosure: Enclosure, command: list[str], limits: Limits, *, output: IO[bytes] | int, log: Path
) -> tuple[Launched, socket.socket]:
    """Build a sandbox in which nothing runs yet.

    Returns:
        The sandbox, and where its first process waits to be told either `start`, which makes it start `command`, or
        the number (inside) of the process that is the command. It ends when that is closed, as it is already where
        the process did not say in time that it is there.
    """
    ours, its = socket.socketpair()
    read_end, write_end = os.pipe()
    words = [enclosure.interpreter.executable, "-I", "-S", "-c", _FIRST, *command]
    with its, open(read_end, "rb") as info, log.open("wb") as errors:
        process = subprocess.Popen(
            enclosed(enclosure, words, limits, info_fd=write_end),
            stdin=its.fileno(),
            stdout=output,
            stderr=errors,
            env=_OUTER,
            cwd="/",
            pass_fds=(write_end,),
            start_new_session=True,
        )
        os.close(write_end)
        tree = ProcessTree(process.pid, *_first_process(info.read()))
    ours.settimeout(_ANSWER_TIMEOUT_S)
    try:
        ours.recv(1)
    except OSError:
        ours.close()
    return Launched(process, tree), ours


def _first_process(info: bytes) -> tuple[int | None, int | None]:
    """bwrap's own account of what it started; nothing where it could not start, or was not asked to."""
    try:
        told = json.loads(info)
        return int(told["child-pid"]), int(told["pid-namespace"])
    except (ValueError, KeyError):
        return None, None
