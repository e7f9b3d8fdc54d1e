"""Lets notebooks written for older Keras go on under Keras 3: one call puts every shim in place.

In: the log of requests. Out: hooks that act when Keras is imported; each use is noted as drift, old and new spelling.
It must never import Keras, and a shim may only do what the student's line says by Keras's own documentation.
"""

from __future__ import annotations

import shims_arguments
import shims_models
import shims_modules
from served_requests import RequestLog


def install(log: RequestLog) -> None:
    shims_modules.install(log)
    shims_arguments.install(log)
    shims_models.install(log)
