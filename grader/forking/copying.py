"""Whether this process may be copied, and how it is told that a copy is gone.

In: nothing. Out: a yes or no, and errors to catch. This module must never copy anything.
"""

from __future__ import annotations

import os

GONE = (EOFError, OSError)
"""How a pipe says that nobody is at its other end."""


def can_fork() -> bool:
    """Whether this process may be copied: on Linux, and with one thread, whose locks nobody else holds."""
    try:
        return len(os.listdir("/proc/self/task")) == 1
    except OSError:
        return False
