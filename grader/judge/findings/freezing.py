"""TL2xx: what could learn, when, and whether it was what was meant.

In: Facts. Out: Findings. Judged is what the run saw of `trainable` and of the weights before and after each training.
"""

from __future__ import annotations

from collections.abc import Iterator

from grader.judge.findings.diffs import line_after
from grader.judge.findings.facts import Facts, Trained, code, gentle, rate_of, seen
from grader.judge.findings.kinds import Kind
from grader.records import Fact, Finding, Measured, Place, Severity, Stage, Trainable, Witness

_OPEN = (Trainable.ALL, Trainable.PART)
_HOW = "At the start of each training, the recorder reads which layers of the backbone can learn; a digest of its " \
       "weights before and after tells whether they did. "  # fmt: skip
_WHY = ("The new head starts with random weights, so its first errors are large and their gradients point anywhere. "
        "Led into the backbone with a normal learning rate, they overwrite within a few steps what it learned from "
        "1.3 million pictures.")  # fmt: skip

NEVER = Kind(
    "TL201", Severity.GRAVE, "The backbone is never frozen", "never froze the backbone", _WHY,
    "Set `trainable = False` on the backbone before `compile`, train the head, and only then fine-tune.",
    _HOW + "All of it could learn in the first training and did, and no later training had it frozen. Silent where the "
    "learning rate is so low (5e-5; SGD 1e-3) that training everything at once is a choice, and for random weights.",
)  # fmt: skip
LATE = Kind(
    "TL202", Severity.GRAVE, "The backbone is frozen only after the first training", "froze the backbone too late",
    _WHY + " Freezing afterwards keeps the damaged weights.",
    "Move `trainable = False` before the first `compile` and `fit`, and load the backbone anew.",
    _HOW + "It could learn in the first training and did, and was frozen in a later one. Silent where the first "
    "training left the weights alone.",
)  # fmt: skip
PARTLY = Kind(
    "TL203", Severity.NOTABLE, "A part of the backbone learns from the start",
    "let a part of the backbone learn from the start", _WHY + " Here that concerns the layers that were left open.",
    "Freeze the whole backbone for the first training; open the last layers afterwards, with a low learning rate.",
    _HOW + "Some of its layers could learn in the first training and did, at a normal learning rate, and no later "
    "training had it frozen.",
)  # fmt: skip
COPY = Kind(
    "TL204", Severity.GRAVE, "What is frozen is a copy that is not in the model", "froze a copy of the backbone",
    "Every call of the constructor makes a network of its own. `trainable = False` on one of them does nothing to the "
    "other one, which is in the model and learns.",
    "Construct the backbone once, freeze that variable, and build the model from the same variable.",
    "The network whose `trainable` was set is followed by its identity: no trained model contains it, and the one in "
    "the model could learn and did.",
)  # fmt: skip
STALE = Kind(
    "TL205", Severity.NOTABLE, "`trainable` was changed, and the model not compiled again",
    "changed `trainable` without compiling again",
    "`compile` fixes what will be trained. A change of `trainable` after it takes effect only with the next `compile`: "
    "until then, `fit` goes on as before.",
    "Call `compile` again after changing `trainable`, before `fit`.",
    _HOW + "The state differs from the training before, and `compile` was not called in between. Silent where "
    "freezing without it kept the weights as they were.",
)  # fmt: skip
THAWED_COPY = Kind(
    "TL206", Severity.GRAVE, "Fine-tuning unfreezes a backbone that is not in the model",
    "unfroze a backbone that is not in the model",
    "Every call of the constructor, or of `clone_model`, makes a network of its own. The one that was unfrozen is not "
    "in the model, so the model's own stayed frozen, and the second training went on with the head alone.",
    "Unfreeze the variable from which the model was built, or `model.get_layer(…)`; don't construct it again.",
    "The network whose `trainable` was set is followed by its identity, in the run or in the code, or is made between "
    "the first training and the last: no trained model contains it, and the one in the model stayed frozen in every "
    "training.",
)  # fmt: skip
CHANGED = Kind(
    "TL207", Severity.NOTABLE, "Weights of the frozen backbone changed in training",
    "changed the weights of a frozen backbone",
    "A frozen backbone keeps its weights. Where they change all the same, something trains past `trainable`: a "
    "hand-written loop over all variables, or a callback that opens layers.",
    "In a loop of your own, apply gradients to `model.trainable_variables` only.",
    _HOW + "None of it could learn when the training began, and its kernels, biases, gammas or betas differ after it.",
)  # fmt: skip

KINDS = (NEVER, LATE, PARTLY, COPY, STALE, THAWED_COPY, CHANGED)


def find(facts: Facts) -> Iterator[Finding]:
    """Each kind at most once a model."""
    for model in facts.models:
        stale = _stale(model)
        yield from stale
        yield from _from_the_start(model, facts)
        yield from _copy_unfrozen(model, facts)
        if not stale:
            yield from _changed(model)


def _from_the_start(model: Trained, facts: Facts) -> Iterator[Finding]:
    """The first training: late, a copy, never, or only in part."""
    first = model.stages[0]
    state = model.agreed_at(0, "backbone_trainable")
    if state not in _OPEN or not model.pretrained or model.agreed_at(0, "backbone_changed") is not True:
        return
    measured = _first(model, first, state)
    later = next((s for i, s in enumerate(model.stages) if i and model.frozen(i)), None)
    if later is not None:
        measured.append(seen("could learn in the training after it was frozen", "none of the backbone", later.place))
        yield LATE.finding(
            f"{model.name} learned in the first training ({first.place}) and was frozen only for a later one "
            f"({later.place}).", measured, diff=_frozen(model, facts), place=first.place, excerpt=first.excerpt,
        )  # fmt: skip
        return
    if gentle(first):
        return
    copies = [f for f in facts.run.freezings_of_copies if f.is_known_as(Trainable.NONE)]
    own = [f for f in facts.run.freezings if f.is_known_as(Trainable.NONE) and f not in copies]
    if copies and not own and state == Trainable.ALL:
        measured.append(seen("frozen, but in no trained model", code(copies[0].excerpt) or "a copy", copies[0]))
        yield COPY.finding(
            f"What is frozen in {copies[0].place} is not the {model.name} in {model.called}, which learned.",
            measured, place=copies[0].place, excerpt=copies[0].excerpt,
        )  # fmt: skip
    elif state == Trainable.ALL:
        yield NEVER.finding(
            f"All of {model.name} could learn from the first training on ({first.place}), and did.", measured,
            diff=_frozen(model, facts) if not own else "", place=first.place, excerpt=first.excerpt,
        )  # fmt: skip
    else:
        open_, total = first.trainable_layers.value, first.total_layers.value
        yield PARTLY.finding(
            f"{open_} of {model.name}'s {total} layers could learn in the first training ({first.place}), and did.",
            measured, place=first.place, excerpt=first.excerpt,
        )  # fmt: skip


def _first(model: Trained, first: Stage, state: Trainable) -> list[Measured]:
    words = "all of the backbone" if state == Trainable.ALL else "a part of the backbone"
    total = first.total_layers.value
    layers = f", {first.trainable_layers.value} of {total} layers" if total is not None else ""
    return [
        seen("could learn in the first training", words + layers, first.place),
        seen(f"{model.name}'s weights after the first training", "differ from those before", first.place),
        seen("learning rate of the first training", rate_of(first), first.learning_rate),
    ]


def _frozen(model: Trained, facts: Facts) -> str:
    """The line that freezes, right after the backbone is made; only where it is made once."""
    if len(facts.run.loaded) != 1:
        return ""
    return line_after(facts.evidence.cells, model.account.backbone.name.place, "{}.trainable = False")


def _stale(model: Trained) -> list[Finding]:
    for i, stage in enumerate(model.stages):
        state = model.agreed_at(i, "backbone_trainable")
        if model.agreed_at(i, "recompiled") is not False or state is None or i == 0:
            continue
        before = model.stages[i - 1]
        moved = (stage.backbone_trainable.value, stage.trainable_layers.value)
        if moved == (before.backbone_trainable.value, before.trainable_layers.value):
            continue
        if state == Trainable.NONE and stage.backbone_changed.value is not True:
            continue
        was, now = before.trainable_layers.value, stage.trainable_layers.value
        return [STALE.finding(
            f"Before the training in {stage.place}, `trainable` was changed, but the model was not compiled again.",
            [seen("layers of the backbone that were said to learn, before and now", f"{was}, then {now}", stage.place),
             seen("last compiled", stage.compile_place or "before the change", stage.compile_place)],
            place=stage.place, excerpt=stage.excerpt,
        )]  # fmt: skip
    return []


def _copy_unfrozen(model: Trained, facts: Facts) -> Iterator[Finding]:
    seen_open = [f for f in facts.run.freezings_of_copies if f.is_known_as(*_OPEN)]
    opened = seen_open or _written_open(model, facts) or _opened_after_all(model, facts)
    if not opened or len(model.stages) < 2 or not all(model.frozen(i) for i in range(len(model.stages))):
        return
    last = model.stages[-1]
    what = "a part" if opened[0].value == Trainable.PART else "all"
    yield THAWED_COPY.finding(
        f"{what.capitalize()} of a network that {model.called} does not contain is opened in {opened[0].place}; its "
        f"own {model.name} stayed frozen in the training in {last.place}.",
        [seen(f"here {what} of a network can learn, but no trained model contains it",
              code(opened[0].excerpt) or "a copy", opened[0], Witness.RUN if seen_open else Witness.SOURCE),
         seen("could learn in the last training", "none of the backbone in the model", last.place)],
        place=opened[0].place, excerpt=opened[0].excerpt,
    )  # fmt: skip


def _written_open(model: Trained, facts: Facts) -> list[Fact[Trainable]]:
    """What the code opens of a network that nothing is trained with, after the first training and for the last one.

    The recorder does not know a clone for a backbone, nor sees what was open already.
    """
    written = facts.evidence.testimony(Witness.SOURCE)
    if not written.freezings_of_copies or written.freezings[-1] != written.freezings_of_copies[-1]:
        return []
    opened = written.freezings_of_copies[-1]
    return [opened] if opened.is_known_as(*_OPEN) and _between_trainings(model, opened.place) else []


def _opened_after_all(model: Trained, facts: Facts) -> list[Fact[Trainable]]:
    """What the code opens last, on a network that is made between the first training and the last one.

    The recorder notes changes only, and a network that was just made can learn already.
    """
    written = facts.evidence.testimony(Witness.SOURCE).freezings
    if not written or not written[-1].is_known_as(*_OPEN) or len(facts.run.loaded) < 2:
        return []
    places = (facts.run.loaded[-1].name.place, written[-1].place)
    return [written[-1]] if all(_between_trainings(model, place) for place in places) else []


def _between_trainings(model: Trained, place: Place | None) -> bool:
    """Whether it is after the first training, and not after the last one, for which the model was compiled anew."""
    first, last = model.stages[0].place, model.stages[-1].place
    if place is None or first is None or last is None:
        return False
    recompiled = model.stages[-1].recompiled.is_known_as(True)
    return recompiled and (first.cell or 0) < (place.cell or 0) <= (last.cell or 0)


def _changed(model: Trained) -> Iterator[Finding]:
    for i, stage in enumerate(model.stages):
        if model.frozen(i) and model.agreed_at(i, "backbone_changed") is True:
            yield CHANGED.finding(
                f"{model.name} was frozen when the training in {stage.place} began, and its weights differ after it.",
                [seen("could learn when the training began", "none of the backbone", stage.place),
                 seen("its weights after the training", "differ from those before", stage.place)],
                place=stage.place, excerpt=stage.excerpt,
            )  # fmt: skip
            return
