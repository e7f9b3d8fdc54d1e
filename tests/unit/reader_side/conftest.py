"""The readers import their siblings by bare name, as scripts do: their folder is put on the path."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3] / "grader" / "reader_side"))
