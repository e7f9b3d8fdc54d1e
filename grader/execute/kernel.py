"""A real kernel in an enclosure, driven through nbclient.

In: an Enclosure. Out: a `session.Kernel`. The cells' outputs are counted and thrown away: what a notebook shows is
never evidence of what it did.
Must never keep, print or trust anything that the kernel sends beyond the few fields of a Reply.
"""

from __future__ import annotations

import asyncio
import signal
import time
from contextlib import suppress
from pathlib import Path
from queue import Empty
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionComplete
from nbformat.notebooknode import NotebookNode

from grader.execute.launch import Launched
from grader.execute.provisioner import make_manager
from grader.execute.sandbox import Enclosure
from grader.execute.scratch import Scratch
from grader.execute.session import Reply
from grader.execute.untrusted_json import clean_text
from grader.execute.watch import Watch
from grader.records import Limits, RunEnd

_POLL_S = 0.05
_SHUTDOWN_S = 10.0
_INTERRUPT_REPLY_S = 2.0
_LATE_OUTPUT_S = 2
_WAKE_AFTER_S = 0.2


class KernelNotStarted(Exception):
    """The kernel did not come up; the message says what it left in its log."""


class CountingClient(NotebookClient):
    """nbclient's cell by cell execution, with outputs counted instead of collected."""

    def __init__(self, *, output_bytes: int, **traits: Any) -> None:
        super().__init__(nb=_node(cells=[], metadata=_node()), **traits)
        self._room = output_bytes
        self.output_cut = False

    def process_message(self, msg: dict[str, Any], cell: Any, cell_index: int) -> None:
        content = msg["content"]
        if msg["msg_type"] == "status" and content.get("execution_state") == "idle":
            raise CellExecutionComplete
        if msg["msg_type"] in ("stream", "display_data", "execute_result", "update_display_data"):
            self._room -= sum(len(part) for part in _texts(content))
            self.output_cut = self.output_cut or self._room < 0

    async def run_source(self, source: str) -> dict[str, Any]:
        """Execute one cell; the content of the kernel's reply."""
        self.output_cut = False
        replies: list[dict[str, Any]] = []
        self.on_cell_executed = lambda cell, cell_index, execute_reply: replies.append(execute_reply)
        self.nb.cells = [_node(cell_type="code", source=source, metadata=_node(), outputs=[])]
        await self.async_execute_cell(self.nb.cells[0], 0)
        return dict(replies[-1]["content"])


class SandboxedKernel:
    """One kernel's life. Make it and use it in one thread, which must outlive it."""

    def __init__(
        self,
        enclosure: Enclosure,
        *,
        limits: Limits,
        scratch: Scratch,
        inside_root: str,
        boot: str,
        warm: bool = False,
    ) -> None:
        argv = [enclosure.interpreter.executable, boot, "-f", "{connection_file}"]
        self._manager, self._provisioner = make_manager(
            enclosure, limits=limits, scratch=scratch, inside_root=inside_root, argv=argv, warm=warm
        )
        self._limits = limits
        self._scratch = scratch
        self._client: CountingClient | None = None
        self._channels: AsyncKernelClient | None = None
        self._interrupts = 0
        self._ready = False
        self._obeyed = False
        self.watch: Watch | None = None

    @property
    def launched(self) -> Launched | None:
        return self._provisioner.launched

    @property
    def is_warm(self) -> bool:
        """True where it is a copy of a process that has imported TensorFlow."""
        return self._provisioner.is_warm

    async def start(self) -> None:
        """Start the kernel and wait until it answers.

        Raises:
            KernelNotStarted: it died or was silent for `start_timeout_s`.
        """
        await self._manager.start_kernel()
        launched = self._provisioner.launched
        assert launched is not None  # noqa: S101 (set by launch_kernel)
        self.watch = Watch(launched, self._limits, self._scratch.folder)
        self.watch.start()
        client = CountingClient(
            output_bytes=self._limits.output_bytes,
            km=self._manager,
            timeout=None,
            iopub_timeout=_LATE_OUTPUT_S,
            allow_errors=True,
            record_timing=False,
        )
        self._client, self._channels = client, self._manager.client()
        client.kc = self._channels
        self._channels.start_channels(stdin=False, hb=False)
        try:
            await self._channels.wait_for_ready(timeout=self._limits.start_timeout_s)
        except RuntimeError as error:
            raise KernelNotStarted(f"{error}\n{tail(self._scratch.log)}".strip()) from error
        self._ready = True

    async def execute(self, source: str) -> Reply:
        assert self._client is not None  # noqa: S101 (start came first)
        await self._await_interrupt_replies()
        content = await self._client.run_source(source.encode("utf-8", "replace").decode())
        line = content.get("grader_line")
        return Reply(
            ok=content.get("status") == "ok",
            error_name=clean_text(str(content.get("ename") or ""), at_most=200),
            error_message=clean_text(str(content.get("evalue") or ""), at_most=2000),
            line=line if isinstance(line, int) else None,
            output_cut=self._client.output_cut or content.get("grader_output_cut") is True,
        )

    async def interrupt(self) -> None:
        assert self._channels is not None  # noqa: S101 (start came first)
        self._channels.control_channel.send(self._channels.session.msg("interrupt_request", {}))
        self._interrupts += 1
        # A cell that awaits is told of its end only when the kernel's loop wakes; any message wakes it.
        await asyncio.sleep(_WAKE_AFTER_S)
        self._channels.kernel_info()

    async def death(self) -> str:
        while (code := await self._provisioner.poll()) is None:
            await asyncio.sleep(_POLL_S)
        return describe_exit(code)

    def breach(self) -> RunEnd | None:
        return self.watch.breach if self.watch is not None else None

    @property
    def ended_kindly(self) -> bool:
        """True where the kernel was asked to end and did so by itself."""
        return self._obeyed

    async def kill(self) -> None:
        if self.watch is not None:
            self.watch.sample()
        await self._provisioner.kill()

    async def shut_down(self) -> list[int]:
        """End the kernel, kindly if it listens; give back what would not end."""
        if self._channels is not None and self._ready and await self._provisioner.poll() is None:
            with suppress(Exception):  # a socket that the student's code broke must not keep us from killing
                self._channels.shutdown()
                await self._wait_for_end(_SHUTDOWN_S)
                self._obeyed = await self._provisioner.poll() == 0
        if self.watch is not None:
            self.watch.sample()
            self.watch.stop()
        left = await asyncio.to_thread(self.launched.tree.kill) if self.launched is not None else []
        await self._wait_for_end(_SHUTDOWN_S)
        if self._channels is not None:
            self._channels.stop_channels()
        self._manager.context.destroy(linger=0)
        await self._manager.cleanup_resources()
        return left

    async def _wait_for_end(self, timeout_s: float) -> None:
        """Wait until the kernel has ended, or for `timeout_s`."""
        deadline = time.monotonic() + timeout_s
        while await self._provisioner.poll() is None and time.monotonic() < deadline:
            if self.watch is not None:
                self.watch.sample()
            await asyncio.sleep(_POLL_S)

    async def _await_interrupt_replies(self) -> None:
        """An interrupt still on its way would hit the next cell instead."""
        assert self._channels is not None  # noqa: S101 (start came first)
        while self._interrupts:
            self._interrupts -= 1
            with suppress(Empty):
                await self._channels.control_channel.get_msg(timeout=_INTERRUPT_REPLY_S)


def describe_exit(code: int) -> str:
    """An exit code for people; bwrap and shells report a signal as 128 and its number."""
    number = -code if code < 0 else code - 128
    try:
        return f"the kernel was ended by {signal.Signals(number).name}"
    except ValueError:
        return f"the kernel ended with exit code {code}"


def tail(log: Path) -> str:
    """The end of what was written to standard error, for people."""
    with suppress(OSError):
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - 2000))
            return clean_text(file.read().decode(errors="replace").strip(), at_most=2000)
    return ""


def _texts(content: dict[str, Any]) -> list[str]:
    data = content.get("data")
    parts = list(data.values()) if isinstance(data, dict) else [content.get("text")]
    return [part for part in parts if isinstance(part, str)]


def _node(**fields: Any) -> NotebookNode:
    return NotebookNode(**fields)  # type: ignore[no-untyped-call]
