"""The documentation of the findings, made from the same words as the findings themselves.

In: Kinds. Out: Markdown. Writing it is for whoever calls; a test holds it against docs/findings.
"""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill

from grader.judge.findings.kinds import Kind

_WIDTH = 110
_GROUPS = {"1": "Preprocessing", "2": "Freezing", "3": "Wiring", "4": "Data", "5": "Honesty of results",
           "6": "Training"}  # fmt: skip
_HEAD = """# Findings

What a tutor would notice beside the marks. A finding earns and costs no points; it says what was measured, why it
hurts and what to change. It is measured, never guessed from names, and in doubt there is none. `make bench-findings`
shows for each that it is found where it should be, and that near twins stay silent.

A self-check shows findings where the rubric says `findings: {self_check: all}`; with `hint`, the default, it says how
many there are, with `name` nothing.
"""


def page(kind: Kind) -> str:
    """One kind's page."""
    parts = (f"# {kind.code}: {kind.title}", f"Severity: {kind.severity}.", "## Why it hurts", kind.why,
             "## How to mend it", kind.mend, "## How it is measured", kind.measured)  # fmt: skip
    return "\n\n".join(fill(part, _WIDTH, break_long_words=False, break_on_hyphens=False) for part in parts) + "\n"


def overview(kinds: Sequence[Kind]) -> str:
    """All kinds with their pages, by group."""
    parts = [_HEAD]
    for digit, title in _GROUPS.items():
        members = [k for k in kinds if k.code[2] == digit]
        rows = [f"| [{k.code}]({k.code}.md) | {k.severity} | {k.title} |" for k in members]
        parts.append("\n".join([f"## {title}\n", "| code | severity | what |", "| --- | --- | --- |", *rows, ""]))
    return "\n".join(parts)
