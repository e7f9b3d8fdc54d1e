"""A notebook's cells run in IPython with the recorder loaded before them, as in a kernel, without Jupyter.

Usage: child.py FOLDER, which holds cells.json: {"cells": [...], "budget": {...}, "prelude": "..."}.
Leaves errors.json: the exception of each cell, or null. `prelude` runs outside of the notebook.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

folder = Path(sys.argv[1])
given = json.loads((folder / "cells.json").read_text())
sys.path.insert(0, given["kernel_side"])
cells = [{"cell": n, "sha256": hashlib.sha256(s.encode()).hexdigest()} for n, s in enumerate(given["cells"], start=1)]

import recorder  # noqa: E402  (found only now)

recorder.install({"budget": given["budget"], "cells": cells, "out": str(folder)}, "00ff" * 16)
sys.path.remove(given["kernel_side"])
lazy = "tensorflow" not in sys.modules and "keras" not in sys.modules

from IPython.core.interactiveshell import InteractiveShell  # noqa: E402

shell = InteractiveShell.instance()
shell.run_cell(given["prelude"], silent=True)
errors = []
for source in given["cells"]:
    result = shell.run_cell(source, store_history=True)
    error = result.error_before_exec or result.error_in_exec
    errors.append(None if error is None else f"{type(error).__name__}: {error}")
(folder / "errors.json").write_text(json.dumps({"errors": errors, "lazy": lazy}))
