"""Starts one command in an enclosure and says which processes are its.

In: an Enclosure and a command. Out: a Launched, whose end is waited for here so that its CPU time is not lost.
Must never hand a descriptor or a variable of the grader to what it starts.

bwrap's --die-with-parent ends the sandbox when the *thread* that started it ends. So whoever calls `launch` must
stay alive as long as the command: `run_notebook` and `probe_sandbox` do the whole of their work in one thread.
"""

from __future__ import annotations

import json
import os
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
    enclosure: Enclosure,
    command: list[str],
    limits: Limits,
    *,
    output: IO[bytes] | int,
    log: Path,
    marker: str = "",
    source: int = subprocess.DEVNULL,
    is_first: bool = False,
) -> Launched:
    """Start `command`; it inherits nothing but its standard streams.

    Args:
        output: where its standard output goes. log: file for its standard error.
        marker: "NAME=value" of the environment by which its strays are known where there is no sandbox.
        source: what its standard input is. is_first: see `enclosed`.
    """
    read_end, write_end = os.pipe()
    with open(read_end, "rb") as info, log.open("wb") as errors:
        bare = enclosure.kind == SandboxKind.NONE
        process = subprocess.Popen(
            enclosed(enclosure, command, limits, info_fd=write_end, is_first=is_first),
            stdin=source,
            stdout=output,
            stderr=errors,
            env=enclosure.environment if bare else _OUTER,
            cwd=enclosure.folder if bare else "/",
            pass_fds=() if bare else (write_end,),
            start_new_session=True,
        )
        os.close(write_end)
        init, namespace = _first_process(info.read())
    return Launched(process, ProcessTree(process.pid, init, namespace, marker))


def _first_process(info: bytes) -> tuple[int | None, int | None]:
    """bwrap's own account of what it started; nothing where it could not start, or was not asked to."""
    try:
        told = json.loads(info)
        return int(told["child-pid"]), int(told["pid-namespace"])
    except (ValueError, KeyError):
        return None, None
