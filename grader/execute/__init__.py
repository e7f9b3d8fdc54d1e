"""Notebook → Run: a sandbox, a kernel in it, and what came out, uninterpreted.

In: a Submission, assets and settings. Out: a Run. Must never judge, and never trust what comes out of the sandbox.
"""

from grader.execute.environment import environment_digest
from grader.execute.notebook import run_notebook
from grader.execute.probe import SandboxReport, probe_sandbox
from grader.execute.sweep import sweep_stale

__all__ = ["SandboxReport", "environment_digest", "probe_sandbox", "run_notebook", "sweep_stale"]
