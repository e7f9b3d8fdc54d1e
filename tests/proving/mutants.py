"""`make proving-mutants`: faults planted in the grader, one at a time; the table must notice each.

A copy of the grader is changed, and notebooks are judged again, without a kernel: those with a single fault by their
code alone, and for faults in what joins the witnesses, reads the run or finds, the sample whose runs are recorded.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
CHECKS = "grader/judge/checks"
FINDINGS = "grader/judge/findings"
BY_CODE = ("--views", "source", "--group", "single")
BY_RECORD = ("--sample", "40", "--recorded")


@dataclass(frozen=True)
class Mutant:
    """A fault: in `file`, `old` becomes `new`. `what`: the criterion or finding at which the table must tell more."""

    file: str
    old: str
    new: str
    what: str
    judged: tuple[str, ...] = BY_CODE


MUTANTS = (
    Mutant(f"{CHECKS}/backbone.py", "if top.is_known_as(False):", "if top.known:", "backbone_without_top"),
    Mutant(f"{CHECKS}/backbone.py", 'if weights.is_known_as("none"):', "if False:", "backbone_pretrained"),
    Mutant(f"{CHECKS}/backbone.py", "if shape in parameters.shapes:", "if shape:", "backbone_input_shape"),
    Mutant(f"{CHECKS}/backbone.py", "if call.is_known_as(CallTraining.TRUE):", "if False:", "inference_mode"),
    Mutant(f"{CHECKS}/freezing.py", "if trainable.is_known_as(Trainable.NONE):",
           "if trainable.is_known_as(Trainable.NONE, Trainable.ALL):", "frozen_before_first_fit"),
    Mutant(f"{CHECKS}/augmentation.py", "if len(layers) < parameters.minimum:", "if len(layers) < 1:",
           "augmentation_defined"),
    Mutant(f"{CHECKS}/augmentation.py", "x.site not in (Site.AFTER_BACKBONE, Site.NOWHERE)", "x.site is not None",
           "augmentation_wired"),
    Mutant(f"{CHECKS}/preprocessing.py", "if len(steps) >= 2:", "if len(steps) >= 3:", "preprocessing_once"),
    Mutant(f"{CHECKS}/head.py", "if kind.value == Pooling.GLOBAL_MAX:", "if False:", "pooled_to_vector"),
    Mutant(f"{CHECKS}/head.py", "if loss.value.from_logits:", "if True:", "binary_head"),
    Mutant(f"{CHECKS}/head.py", "if (loss.name in CATEGORICAL) != (units > 1):", "if False:", "loss_agrees"),
    Mutant(f"{CHECKS}/training.py", "if now.value == Trainable.ALL:", "if False:", "fine_tuning_unfreezes"),
    Mutant(f"{CHECKS}/training.py", "if stage.recompiled.is_known_as(False):", "if False:", "fine_tuning_recompiled"),
    Mutant(f"{CHECKS}/training.py", "if now.value >= before.value * (1 - 1e-6):", "if False:",
           "fine_tuning_lower_rate"),
    Mutant(f"{CHECKS}/training.py", "if stage.continues.is_known_as(False):", "if False:", "fine_tuning_continues"),
    Mutant("grader/judge/joining.py", "if len(views) > 1:", "if views:", "binary_head", BY_RECORD),
    Mutant("grader/judge/joining.py", "_OUTCOMES[telling[0].says], _agreement", "Outcome.MET, _agreement",
           "pooled_to_vector", BY_RECORD),
    Mutant("grader/evidence/run_stages.py", "notebook.known(begin.recompiled,", "notebook.known(True,",
           "fine_tuning_recompiled", BY_RECORD),
    Mutant("grader/evidence/run_stages.py", "notebook.known(before != after,", "notebook.known(False,",
           "frozen_weights_unchanged", BY_RECORD),
    Mutant(f"{FINDINGS}/freezing.py", "if gentle(first):", "if True:", "TL201", BY_RECORD),
    Mutant(f"{FINDINGS}/freezing.py", "if not opened or len(model.stages) < 2", "if len(model.stages) < 2 or opened",
           "TL206", BY_RECORD),
)  # fmt: skip


def main() -> int:
    """Prints a line a mutant; 1 where one goes unnoticed."""
    with tempfile.TemporaryDirectory(prefix="proving-") as folder:
        before = {judged: _disagreements(Path(folder), None, judged) for judged in (BY_CODE, BY_RECORD)}
        missed = [m for m in MUTANTS if not _noticed(m, before[m.judged], _disagreements(Path(folder), m, m.judged))]
    print(f"{len(MUTANTS) - len(missed)} of {len(MUTANTS)} planted faults are noticed")
    return int(bool(missed))


def _noticed(mutant: Mutant, before: Mapping[str, int], after: Mapping[str, int]) -> bool:
    more = after.get(mutant.what, 0) - before.get(mutant.what, 0)
    state = f"{more} more disagreements" if more > 0 else "NOT NOTICED"
    print(f"{mutant.what}: `{mutant.old}` → `{mutant.new}`: {state}", flush=True)
    return more > 0


def _disagreements(folder: Path, mutant: Mutant | None, judged: Sequence[str]) -> dict[str, int]:
    """How many verdicts on each criterion are not the label's, by a copy of the grader with this fault."""
    copy = folder / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(ROOT / "grader", copy / "grader", ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "tests").symlink_to(ROOT / "tests")
    if mutant is not None:
        _plant(copy / mutant.file, mutant)
    out = folder / "out"
    _run(copy, [*judged, "--out", str(out), "--listed", "0"])
    told: dict[str, Any] = json.loads((out / "score.json").read_text(encoding="utf-8"))
    counted: dict[str, int] = {}
    for one in told["disagreements"]:
        counted[one["what"]] = counted.get(one["what"], 0) + 1
    return counted


def _plant(path: Path, mutant: Mutant) -> None:
    text = path.read_text(encoding="utf-8")
    if text.count(mutant.old) != 1:
        raise ValueError(f"{mutant.file}: expected once, found {text.count(mutant.old)} times: {mutant.old}")
    path.write_text(text.replace(mutant.old, mutant.new), encoding="utf-8")


def _run(copy: Path, words: Sequence[str]) -> None:
    """The table by the copy. It ends with 1 where it finds disagreements, which is what is counted."""
    environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([sys.executable, "-m", "tests.proving", *words], cwd=copy, env=environment,
                          capture_output=True, text=True, check=False)  # fmt: skip
    if done.returncode not in (0, 1) or "notebooks:" not in done.stdout:
        raise RuntimeError(done.stderr[-2000:])


if __name__ == "__main__":
    sys.exit(main())
