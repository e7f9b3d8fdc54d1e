"""Notebook → Run, report → Report: a sandbox, a child in it, and what came out, uninterpreted.

In: a Submission, assets and settings; a report's file. Out: a Run; a Report.
Must never judge, and never trust what comes out of the sandbox.
"""

from grader.execute.environment import environment_digest, reader_digest
from grader.execute.notebook import run_notebook
from grader.execute.probe import SandboxReport, probe_sandbox
from grader.execute.report import read_notebook_answers, read_report
from grader.execute.sweep import sweep_stale

__all__ = [
    "SandboxReport",
    "environment_digest",
    "probe_sandbox",
    "read_notebook_answers",
    "read_report",
    "reader_digest",
    "run_notebook",
    "sweep_stale",
]
