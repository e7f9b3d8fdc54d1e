"""Gives Jupyter's kernel manager a kernel that lives in an enclosure.

In: an Enclosure. Out: what jupyter_client calls a provisioner, and a manager that uses it without being registered.
Must never start the kernel's Python outside its enclosure.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
from typing import Any

import zmq
import zmq.asyncio
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from grader.execute.launch import Launched, launch
from grader.execute.sandbox import Enclosure
from grader.execute.scratch import Scratch
from grader.execute.warm import launch_warm
from grader.records import Limits, SandboxKind

# What one kernel may make the grader hold: frames above the first are refused by closing the connection.
_LARGEST_FRAME = 1024 * 1024
_WAITING_MESSAGES = 32
_POLL_S = 0.05
_KERNELS_FILE = "connection.json"


class SandboxProvisioner(LocalProvisioner):
    """Launches the kernel in `enclosure` and ends it by ending everything in it."""

    def __init__(
        self, *, enclosure: Enclosure, limits: Limits, scratch: Scratch, inside_root: str, warm: bool, **traits: Any
    ) -> None:
        super().__init__(**traits)
        self._enclosure = enclosure
        self._limits = limits
        self._scratch = scratch
        self._inside_root = inside_root
        self._warm = warm
        self._connection_file = scratch.folder / "connection.json"
        self.launched: Launched | None = None
        self.is_warm = False

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        kwargs = await super().pre_launch(**kwargs)
        inside = f"{self._inside_root}/ipc"
        # The manager keeps its own file and compares it, so the kernel gets another, with the paths that hold inside.
        told = json.loads(self._connection_file.read_text(encoding="utf-8")) | {"ip": f"{inside}/k"}
        (self._scratch.ipc / _KERNELS_FILE).write_text(json.dumps(told), encoding="utf-8")
        kwargs["cmd"] = [
            word.replace(str(self._connection_file), f"{inside}/{_KERNELS_FILE}") for word in kwargs["cmd"]
        ]
        return kwargs

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        warm = launch_warm(self._enclosure, cmd, self._limits, log=self._scratch.log) if self._warm else None
        self.is_warm = warm is not None
        self.launched = warm or launch(
            self._enclosure,
            cmd,
            self._limits,
            output=subprocess.DEVNULL,
            log=self._scratch.log,
            marker=f"GRADER_ROOT={self._inside_root}" if self._enclosure.kind == SandboxKind.NONE else "",
        )
        self.process = self.launched.process
        self.pid = self.process.pid
        return self.connection_info

    async def poll(self) -> int | None:
        return self.launched.poll() if self.launched is not None else 0

    async def wait(self) -> int | None:
        while (code := await self.poll()) is None:
            await asyncio.sleep(_POLL_S)
        self.process = None
        return code

    async def send_signal(self, signum: int) -> None:
        """Signals don't cross into the sandbox's process namespace; what must end is killed."""

    async def kill(self, restart: bool = False) -> None:
        if self.launched is not None:
            await asyncio.to_thread(self.launched.tree.kill)

    async def terminate(self, restart: bool = False) -> None:
        await self.kill(restart)


class SandboxKernelManager(AsyncKernelManager):
    """A manager of one kernel whose specification is not looked up on disk."""

    def __init__(self, *, argv: list[str], **traits: Any) -> None:
        super().__init__(**traits)
        self._kernel_spec = KernelSpec(argv=argv, display_name="sandboxed", language="python")
        # SIGINT does not reach a kernel in a process namespace of its own.
        self._kernel_spec.interrupt_mode = "message"


def make_manager(
    enclosure: Enclosure, *, limits: Limits, scratch: Scratch, inside_root: str, argv: list[str], warm: bool = False
) -> tuple[SandboxKernelManager, SandboxProvisioner]:
    """A manager and its provisioner, nothing started yet.

    Args:
        inside_root: GRADER_ROOT as the kernel sees it.
        argv: the kernel's words, with "{connection_file}" where the connection file goes.
        warm: the kernel may be a copy of a process that has imported TensorFlow.
    """
    context = zmq.asyncio.Context()
    context.setsockopt(zmq.MAXMSGSIZE, _LARGEST_FRAME)
    context.setsockopt(zmq.RCVHWM, _WAITING_MESSAGES)
    manager = SandboxKernelManager(
        argv=argv,
        context=context,
        transport="ipc",
        ip=str(scratch.ipc / "k"),
        connection_file=str(scratch.folder / "connection.json"),
    )
    provisioner = SandboxProvisioner(
        enclosure=enclosure,
        limits=limits,
        scratch=scratch,
        inside_root=inside_root,
        warm=warm,
        kernel_id="graded",
        kernel_spec=manager.kernel_spec,
        parent=manager,
    )
    manager.provisioner = provisioner
    return manager, provisioner
