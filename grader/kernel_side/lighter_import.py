"""Keeps scikit-learn out of Keras's own import, where the notebook never mentions it: a second of CPU each time.

In: settings with `mentions_sklearn`. Out: hooks. Keras imports scikit-learn only for its wrappers, and has a fallback
for where it is not installed. It must never hide scikit-learn from the student's code.
"""

import sys

from import_hooks import when_imported

_EARLY = "keras.src.backend"
_USER = "keras.src.wrappers.sklearn_wrapper"


def install(settings):
    """Hides scikit-learn while Keras looks for it, unless the notebook speaks of it."""
    if settings.get("mentions_sklearn", True):
        return
    when_imported(_EARLY, lambda _: sys.modules.setdefault("sklearn", None))
    when_imported(_USER, lambda _: _show_again())


def _show_again():
    if sys.modules.get("sklearn", "absent") is None:
        del sys.modules["sklearn"]
