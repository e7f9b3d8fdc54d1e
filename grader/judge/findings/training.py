"""TL6xx: how the training goes on, and from what.

In: Facts. Out: Findings. Judged are the trainings that ran, with their real learning rates and weights.
"""

from __future__ import annotations

from collections.abc import Iterator

from grader.judge.findings.diffs import keyword_changed
from grader.judge.findings.facts import Facts, Trained, gentle, rate_of, seen
from grader.judge.findings.kinds import Kind
from grader.records import Finding, Severity, Stage, Trainable, Witness

_OPEN = (Trainable.ALL, Trainable.PART)

FRESH = Kind(
    "TL601", Severity.GRAVE, "Fine-tuning starts from a fresh model", "fine-tuned a fresh model",
    "The model of the second training was built anew, or its weights were put back to what they were before: what the "
    "first training learned is thrown away. The opened layers then learn from a head that knows nothing, which is what "
    "freezing was to avoid.",
    "Go on with the same model: open layers of its backbone, compile it again, and fit it again.",
    "A digest of the head's weights when the second training begins is none that an earlier training left. Silent "
    "where the learning rate is no lower than before: two models may be meant to be compared.",
)  # fmt: skip
SAME_RATE = Kind(
    "TL602", Severity.NOTABLE, "The learning rate is not lowered for fine-tuning",
    "did not lower the learning rate for fine-tuning",
    "The opened layers hold what was learned from 1.3 million pictures, and need only small changes. Steps as long as "
    "those for the random head overwrite it; the validation accuracy often falls in the first epoch of fine-tuning.",
    "Compile with a learning rate ten to a hundred times lower before fine-tuning.",
    "The optimizer's real learning rate when each training begins: not lower in a training with opened layers than in "
    "the frozen one before it, with the same optimizer. Silent for rates that are low anyway (5e-5; SGD 1e-3).",
)  # fmt: skip
RANDOM = Kind(
    "TL603", Severity.GRAVE, "The frozen backbone has random weights", "froze a backbone with random weights",
    "With `weights=None` the network starts from random numbers, and frozen it keeps them. The head learns from "
    "features that say hardly anything about the picture.",
    "Load it with `weights='imagenet'`.",
    "The effective arguments of the constructor and a digest of the weights: random, nothing was loaded into them "
    "before the first training, and none of them could learn in any.",
)  # fmt: skip

KINDS = (FRESH, SAME_RATE, RANDOM)


def find(facts: Facts) -> Iterator[Finding]:
    """Each kind at most once a model."""
    for model in facts.models:
        yield from _fresh(model)
        yield from _same_rate(model, facts)
        yield from _random(model, facts)


def _fresh(model: Trained) -> Iterator[Finding]:
    if not model.stages:
        return
    before = model.stages[0]
    firsts = {id(account.stages[0]): account for account in model.run.accounts[1:]}
    for order, start in enumerate(model.stages[1:], start=1):
        rate, now = before.learning_rate.value, start.learning_rate.value
        if not start.continues.is_known_as(False) or _says_it_goes_on(model, order):
            continue
        if start.backbone_trainable.value not in _OPEN or rate is None or now is None or now >= rate:
            continue
        anew = firsts.get(id(start))
        where = "in a model that no earlier training has taught" if anew is not None else \
            "from weights that were put back to what they were before the first training"  # fmt: skip
        place = anew.place if anew is not None else None
        yield FRESH.finding(
            f"The training in {start.place} opens layers of the backbone, but {where}.",
            [seen("weights of the head at its start", "none that an earlier training left", start.place),
             seen("learning rate before, and now", f"{rate_of(before)}, then {rate_of(start)}", start.learning_rate)],
            place=place or start.place, excerpt="" if place else start.excerpt,
        )  # fmt: skip
        return


def _says_it_goes_on(model: Trained, order: int) -> bool:
    """Whether the code takes this training for a continuation. A saved file can't tell from which model it started."""
    written = model.witnessed(Witness.SOURCE)
    same = written is not None and len(written.stages) == len(model.stages)
    return written is not None and same and written.stages[order].continues.is_known_as(True)


def _same_rate(model: Trained, facts: Facts) -> Iterator[Finding]:
    for i, stage in enumerate(model.stages[1:], start=1):
        before = model.stages[i - 1]
        rates = (model.agreed_at(i - 1, "learning_rate"), model.agreed_at(i, "learning_rate"))
        if not model.frozen(i - 1) or model.agreed_at(i, "backbone_trainable") not in _OPEN:
            continue
        if None in rates or rates[1] < rates[0] or gentle(stage) or stage.continues.value is False:
            continue
        if stage.optimizer.value != before.optimizer.value or stage.recompiled.value is False:
            continue
        tenth = f"{rates[1] / 10:g}"
        yield SAME_RATE.finding(
            f"Fine-tuning in {stage.place} learns at {rate_of(stage)}; the training of the head in {before.place} "
            f"learned at {rate_of(before)}.",
            [seen("learning rate of the frozen training", rate_of(before), before.learning_rate),
             seen("learning rate of fine-tuning", rate_of(stage), stage.learning_rate),
             seen("layers of the backbone that learn at it",
                  f"{stage.trainable_layers.value} of {stage.total_layers.value}", stage.place)],
            mend=f"Compile with at most {tenth} before fine-tuning.",
            diff=_lowered(stage, before, tenth, facts),
            place=stage.compile_place or stage.place, excerpt="" if stage.compile_place else stage.excerpt,
        )  # fmt: skip
        return


def _lowered(stage: Stage, before: Stage, rate: str, facts: Facts) -> str:
    """Where fine-tuning has a `compile` of its own."""
    if stage.compile_place is None or stage.compile_place == before.compile_place:
        return ""
    return keyword_changed(facts.evidence.cells, stage.compile_place, ("learning_rate", "lr"), rate)


def _random(model: Trained, facts: Facts) -> Iterator[Finding]:
    weights = model.account.backbone.weights
    if not weights.is_known_as("none") or model.agreed("backbone", "weights") != "none" or not model.frozen(0):
        return
    if any(model.agreed_at(i, "backbone_trainable") in _OPEN for i in range(len(model.stages))):
        return
    yield RANDOM.finding(
        f"{model.name} was made without pretrained weights, and stayed frozen in every training.",
        [seen("weights", "random", weights),
         seen("could learn in the first training", "none of the backbone", model.stages[0].place)],
        diff=keyword_changed(facts.evidence.cells, weights.place, ("weights",), "'imagenet'"),
        place=weights.place, excerpt=weights.excerpt,
    )  # fmt: skip
