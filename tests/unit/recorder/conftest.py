"""Makes the kernel's side importable as it is in a kernel: as top-level modules."""

from __future__ import annotations

import sys
from pathlib import Path

import grader

sys.path.append(str(Path(grader.__file__).parent / "kernel_side"))
