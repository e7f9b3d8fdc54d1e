"""Serves the kernel: assets where Keras and the student's paths look, Colab's habits, shell lines, older Keras.

In: `settings` as in `settings.json`. Out: hooks on what the notebook will call, and `requests.jsonl`.
It must never import TensorFlow or Keras (a notebook without them pays nothing), and never raise: what could not be
installed is reported as a fault of ours and the rest goes on.
"""

from __future__ import annotations

import os
import sys
from typing import Any, Callable, Dict, List, Tuple  # noqa: UP035  (a course's kernel may be Python 3.9)

import import_hooks
import lighter_import
import served_display
import served_fetch
import served_paths
import served_places
import served_readers
import served_shell
import served_tools
import shims
import supply
from served_assets import ServedAssets
from served_requests import RequestLog

SANDBOXED_ROOT = "/grader"
SANDBOXED_SCRATCH = (
    *("/content", "/tmp", "/home", "/kaggle", "/data", "/datasets", "/dataset"),  # noqa: S108  (the sandbox's own)
    *("/mnt", "/media", "/Users", "/drive", "/workspace"),
)


def scratch(home: str) -> Tuple[str, ...]:  # noqa: UP006
    """Folders that the kernel may fill. Outside the sandbox `/tmp` and `/content` are the machine's: not those."""
    is_sandboxed = os.environ.get("GRADER_ROOT", SANDBOXED_ROOT) == SANDBOXED_ROOT
    return (home, os.getcwd(), *(SANDBOXED_SCRATCH if is_sandboxed else ()))


def install(settings: Dict[str, Any]) -> None:  # noqa: UP006
    """Puts everything in place; called once, before the first cell."""
    log = RequestLog(os.path.join(settings["out"], "requests.jsonl"), list(settings.get("cells", [])))
    home = str(settings.get("home") or os.path.expanduser("~"))
    assets = ServedAssets(settings.get("assets", {}), log, scratch(home))
    steps: List[Tuple[str, Callable[[], Any]]] = [  # noqa: UP006
        ("a lighter import of Keras", lambda: lighter_import.install(settings)),
        ("download hooks", lambda: served_fetch.install(assets, home)),
        ("readers of pictures", lambda: served_readers.install(assets)),
        ("shell programs", lambda: served_tools.install(os.path.join(home, ".served-tools"), sys.executable)),
        ("shell lines", lambda: served_shell.install(assets)),
        ("Colab and Kaggle", lambda: served_places.install(assets, home)),
        ("figures and questions", lambda: served_display.install(log)),
        ("shims for older Keras", lambda: shims.install(log)),
        ("paths", lambda: served_paths.install(assets)),
        ("stand-ins for what is missing", lambda: supply.install(settings, assets, home)),
    ]
    for name, step in steps:
        try:
            step()
        except Exception as error:
            import_hooks.report_fault(f"installing {name}", error)
