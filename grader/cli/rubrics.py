"""`grader rubric …`: testing a rubric, and describing the checks that one can be written with."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined
from rich.console import Console

from grader.judge import CHECKS
from grader.marking import open_rubric

INTRODUCTION = """# Rubrics

One YAML file an assignment: points, parameters and wording for each criterion. `grader rubric check FILE` tests one and
says what is wrong with file, line and the nearest right name. `grader regrade` marks a cohort by a changed rubric in
seconds, without running anything again.

```yaml
criteria:
  - id: pooled_to_vector          # unique; also the check's name unless `check:` says another
    title: Feature maps are averaged
    points: 4
    partial: 0.5                  # share of the points for `partly` (default 0.5)
    self_check: hint              # what a student sees before the deadline: name, hint or all
    parameters: {width: 1280}     # of the check, listed below
    wording:
      looked_for: "GlobalAveragePooling2D: (32, 5, 5, 1280) becomes (32, 1280)."
      not_met: "…"                # also met, partly, undecided: added to what was found
      hint: "Which layer turns maps into a vector?"
      next_step: "Put GlobalAveragePooling2D() behind the backbone."
      faults: {flattened: "…"}    # a next step of its own for a way of getting it wrong

findings:
  self_check: hint                # all, or only how many there are (hint), or nothing (name); see docs/findings
```

Outcomes are `met`, `partly`, `not_met` and `undecided` (no points lost: a person decides). A criterion asks the
witnesses listed with its check (the code, the run, the saved model); they must not contradict each other. The outputs
saved in the notebook are heard, and never decide.

## Many models in one notebook

```yaml
for_each: backbone
backbones:                        # a plain list, or with words for the texts
  VGG16: {module: vgg16}
  MobileNetV2: {module: mobilenet_v2}

criteria:
  - id: preprocessing_once        # becomes preprocessing_once[VGG16] and preprocessing_once[MobileNetV2]
    title: Pictures are scaled as {backbone} expects them
    points: 7                     # shared out over the backbones, in hundredths that add up
    per_backbone: {VGG16: {…}}    # parameters of its own
    wording:
      looked_for: "One {module}.preprocess_input."
      faults: {backbone_missing: "…", backbone_not_in_model: "…"}    # beside the check's own
```

Each criterion of section `notebook` (or with `each: true`; not with `each: false`) is judged once a backbone, by the
models on that backbone alone: of several, the one that meets the rubric best. A backbone that no model is built on is
`not_met` with the fault `backbone_missing`, or `backbone_not_in_model` where it was loaded for nothing; undecided where
the run ended early and the code does not show it either.

## The checks

This part is printed by `grader rubric checks`; a test holds it to the code.
"""


def check(path: Path) -> None:
    """Prints what a rubric is worth; a faulty one raises with all its faults."""
    rubric = open_rubric(path)
    Console().print(f"{path}: {len(rubric.criteria)} criteria, {rubric.points:g} points. No fault found.",
                    highlight=False)


def describe_checks() -> None:
    print(checks_as_markdown(), end="")


def checks_as_markdown() -> str:
    """rubrics/README.md: every check, whom it asks, its parameters and its fault codes."""
    parts = [INTRODUCTION]
    for name, one in CHECKS.items():
        parts.append(f"\n### `{name}`\n\n{one.claim} Asked: {', '.join(one.witnesses)}.\n")
        rows = [_row(key, field) for key, field in one.parameters.model_fields.items()]
        if rows:
            explained = " ".join((one.parameters.__doc__ or "").split())
            parts.append(f"\n{explained}\n\n| parameter | default |\n| --- | --- |\n" + "".join(rows))
        parts.append(f"\n{one.parameters.SYNTAX.strip()}\n" if one.parameters.SYNTAX else "")
        faults = ", ".join(f"`{fault}`" for fault in one.parameters.FAULTS)
        parts.append(f"\nFaults: {faults}.\n" if faults else "")
    return "".join(parts)


def _row(name: str, field: FieldInfo) -> str:
    return f"| `{name}` | `{_plain(field.get_default(call_default_factory=True))}` |\n"


def _plain(value: Any) -> str:
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, tuple):
        return "[" + ", ".join(_plain(item) for item in value) + "]"
    return "required" if value is PydanticUndefined else str(value)
