"""A backbone of which no witness knows a trained model: left out, loaded for nothing, or never reached.

In: Evidence, a backbone's name. Out: a Statement of each witness that could know. Decides nothing: `joining` does.
"""

from __future__ import annotations

import re

from grader.records import Backbone, CellKind, CellStatus, Evidence, Says, Statement, Testimony, Witness

MISSING, UNUSED = "backbone_missing", "backbone_not_in_model"


def absent_statements(evidence: Evidence, backbone: str) -> tuple[Statement, ...]:
    """What code and run say of a backbone for which there is no model to judge."""
    return (_by_code(evidence, backbone), _by_run(evidence, backbone))


def next_step(fault: str, backbone: str) -> str:
    """What to do, where the rubric has no words of its own."""
    if fault == UNUSED:
        return f"Build the model on the {backbone} that you loaded, and train it."
    return f"Build and train a model on {backbone}, as on the other backbones."


def _by_code(evidence: Evidence, backbone: str) -> Statement:
    told = evidence.testimony(Witness.SOURCE)
    if not told.available:
        return _cant_tell(Witness.SOURCE, told.why)
    if any(not account.backbone.name.known and account.backbone.in_model.value is not False
           for account in told.accounts):  # fmt: skip
        return _cant_tell(Witness.SOURCE, "the code builds a model whose backbone can't be told from it")
    if any(not loaded.name.known for loaded in told.loaded):
        return _cant_tell(Witness.SOURCE, "the code loads a backbone that can't be told from it")
    loaded = any(b.name.is_known_as(backbone) for b in told.loaded)
    if not loaded and _is_named(backbone, evidence):
        return _cant_tell(Witness.SOURCE, f"the code names {backbone}, and what becomes of it can't be told from it")
    return _no(Witness.SOURCE, told, backbone, "The code")


def _is_named(backbone: str, evidence: Evidence) -> bool:
    """Whether the backbone, or its module, stands anywhere in the code; comments don't count."""
    word = re.compile(rf"(?<![a-z0-9]){re.escape(backbone.lower())}(?![a-z0-9])")
    code = (line.partition("#")[0] for c in evidence.cells if c.kind == CellKind.CODE for line in c.source.split("\n"))
    return any(word.search(line.lower()) for line in code)


def _by_run(evidence: Evidence, backbone: str) -> Statement:
    told = evidence.testimony(Witness.RUN)
    if not told.available:
        return _cant_tell(Witness.RUN, told.why)
    runs = evidence.cell_runs
    if not runs or any(run.status != CellStatus.OK for run in runs):
        return _cant_tell(Witness.RUN, f"the run did not get to its end, and had seen no {backbone} until then")
    return _no(Witness.RUN, told, backbone, "The notebook, run to its end,")


def _no(witness: Witness, told: Testimony, backbone: str, who: str) -> Statement:
    loaded = next((b for b in told.loaded if b.name.is_known_as(backbone)), None)
    fault = UNUSED if loaded is not None else MISSING
    what = f"loads {backbone}, but trains no model that contains it" if loaded else f"has no model on {backbone}"
    name = (loaded or Backbone()).name
    return Statement(witness=witness, says=Says.NO, fault=fault, found=f"{who} {what}.", place=name.place,
                     excerpt=name.excerpt)  # fmt: skip


def _cant_tell(witness: Witness, why: str) -> Statement:
    return Statement(witness=witness, says=Says.CANT_TELL, found=why)
