"""TL3xx: what was made, but is not where it would work.

In: Facts. Out: Findings. Judged is the model that was built and trained, not the names in the code.
"""

from __future__ import annotations

from collections.abc import Iterator

from grader.judge.findings.diffs import keyword_changed
from grader.judge.findings.facts import Facts, Trained, seen
from grader.judge.findings.kinds import Kind
from grader.records import AugmentationLayer, Finding, Loss, Place, Severity, Site, Witness

_CROSSENTROPIES = ("binary_crossentropy", "categorical_crossentropy", "sparse_categorical_crossentropy")

UNWIRED = Kind(
    "TL301", Severity.NOTABLE, "Augmentation is defined, but no training picture passes it",
    "left the augmentation out of the model",
    "A random layer changes pictures only where they pass it: inside the trained model, or in a `map` over the "
    "training data. Shown on a few pictures only, it helps nobody, and the model sees the very same pictures in every "
    "epoch.",
    "Call the augmentation on the model's input before the preprocessing, or map it over the training data.",
    "The recorder sees every random layer that is made, and which of them the batches of a training pass. Silent where "
    "any model of the notebook has them, and where Python code of the student's own feeds the pictures.",
)  # fmt: skip
BEHIND = Kind(
    "TL302", Severity.NOTABLE, "Augmentation stands behind the backbone", "put the augmentation behind the backbone",
    "Flips and rotations are meant for pictures. Behind the backbone they turn its small feature maps, whose values no "
    "longer are pictures; what the backbone sees stays the same in every epoch.",
    "Move the augmentation to the model's input, before the preprocessing and the backbone.",
    "The order of layers in the model that was trained.",
)  # fmt: skip
LEFT_OUT = Kind(
    "TL303", Severity.GRAVE, "A backbone is loaded, but the trained model does not contain it",
    "trained a model without the backbone",
    "Loading a pretrained network does nothing by itself. The model that is trained here starts from random weights "
    "and learns from the training pictures alone: that is no transfer learning.",
    "Build the model from the backbone: call it on the input, pool its output, and put the head on that.",
    "No model that was trained, or compiled, contains the loaded network as a layer, by its layers or its structure, "
    "and no features were computed with it. Silent where the notebook did not run to its end.",
)  # fmt: skip
AWAKE = Kind(
    "TL304", Severity.NOTABLE, "Augmentation is still active when the model predicts",
    "left the augmentation active in predictions",
    "Random layers sleep outside of training. Forced awake with `training=True`, they change the pictures of every "
    "prediction: the same picture gets another answer each time, and the validation accuracy suffers.",
    "Call the augmentation without `training=True`; Keras passes on whether it trains or predicts.",
    "The saved model, opened in a clean sandbox, gives different answers for the same picture when it predicts; or its "
    "random layers are called with training=True while it predicts or is validated.",
)  # fmt: skip
LOGITS = Kind(
    "TL305", Severity.NOTABLE, "The head's activation and the loss's `from_logits` disagree",
    "let the activation and from_logits disagree",
    "With `from_logits=True` the loss applies the sigmoid or softmax itself, so the head must not have one: the loss "
    "would be that of values that were squeezed twice. Keras on TensorFlow notices it in common cases, warns and "
    "corrects it; nothing else does.",
    "Keep one of the two: an activation with `from_logits=False`, or none with `from_logits=True`.",
    "The last layer's effective activation in the trained model, and the loss with which it was compiled. Silent where "
    "the model's outputs, measured, say otherwise.",
)  # fmt: skip
SOFTMAX_ONE = Kind(
    "TL306", Severity.GRAVE, "The head is a softmax over a single unit", "used softmax over a single unit",
    "Softmax divides each value by the sum of all. With one unit that is always 1: the model gives the same answer for "
    "every picture, and no gradient can change it.",
    "Use `sigmoid` with one unit, or `softmax` with a unit for each class.",
    "Units and effective activation of the trained model's last layer.",
)  # fmt: skip
OLD_TOP = Kind(
    "TL307", Severity.NOTABLE, "The new head sits on the old classifier", "put the new head on the old classifier",
    "With `include_top=True` the backbone ends in the probabilities of ImageNet's 1,000 classes. The new head sees "
    "only how much a picture resembles those, mostly zeros, instead of the features below.",
    "Load the backbone with `include_top=False` and pool its feature maps.",
    "The effective arguments of the constructor, and where the trained model is joined to it. Silent where the model "
    "is cut below the classification layers.",
)  # fmt: skip

KINDS = (UNWIRED, BEHIND, LEFT_OUT, AWAKE, LOGITS, SOFTMAX_ONE, OLD_TOP)


def find(facts: Facts) -> Iterator[Finding]:
    """Of the whole notebook what concerns it, of each model what concerns that."""
    yield from _unwired(facts)
    yield from _left_out(facts)
    for model in facts.models:
        yield from _behind(model)
        yield from _awake(model)
        yield from _old_top(model)
    for model in facts.classifiers:
        one_unit = list(_softmax_one(model, facts))
        yield from one_unit or _logits(model, facts)


def _unwired(facts: Facts) -> Iterator[Finding]:
    """Only where no model of the notebook has any, and nobody says otherwise."""
    accounts = [*facts.run.accounts, *facts.evidence.testimony(Witness.SOURCE).accounts]
    wired = [account.augmentation.wired for account in accounts if account.stages]
    model = facts.models[0] if facts.models else None
    defined = model.account.augmentation.defined.value if model is not None else None
    if model is None or not defined or not model.account.augmentation.wired.known or any(w.value for w in wired):
        return
    if not all(m.account.augmentation.wired.known for m in facts.models):
        return
    yield UNWIRED.finding(
        f"No picture that {model.called} was trained on passes what is made here: {_named(defined)}.",
        [seen("random layers made", _named(defined), defined[0].place),
         seen("random layers that training pictures pass", "none", model.stages[0].place)],
        place=defined[0].place, excerpt=defined[0].excerpt,
    )  # fmt: skip


def _named(layers: tuple[AugmentationLayer, ...]) -> str:
    names = list(dict.fromkeys(layer.kind for layer in layers))
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]


def _behind(model: Trained) -> Iterator[Finding]:
    behind = tuple(x for x in model.account.augmentation.wired.value or () if x.site == Site.AFTER_BACKBONE)
    said = [c.first.augmentation.wired for c in model.others if c.first.augmentation.wired.known]
    contradicted = any(all(x.site != Site.AFTER_BACKBONE for x in fact.value or ()) for fact in said)
    if behind and not contradicted and not model.account.features_precomputed.value:
        yield BEHIND.finding(
            f"{_named(behind)} in {model.called} works on {model.name}'s feature maps instead of on pictures.",
            [seen("random layers behind the backbone", _named(behind), behind[0].place)],
            place=behind[0].place, excerpt=behind[0].excerpt,
        )  # fmt: skip


def _left_out(facts: Facts) -> Iterator[Finding]:
    accounts = facts.run.accounts
    trained = [a for a in accounts if a.stages]
    written = facts.evidence.testimony(Witness.SOURCE).accounts
    absent = all(a.backbone.in_model.is_known_as(False) and not a.features_precomputed.value for a in accounts)
    if not facts.run.loaded or not trained or not absent or not facts.ran_to_the_end:
        return
    if any(a.backbone.in_model.value or a.features_precomputed.value for a in written):
        return
    backbone = facts.run.loaded[-1]
    last = trained[-1]
    called = f"`{last.label}`" if last.label else "the model"
    yield LEFT_OUT.finding(
        f"{backbone.name.value} is loaded in {backbone.name.place}, but {called}, trained in {last.stages[0].place}, "
        "does not contain it.",
        [seen("loaded", backbone.name.value, backbone.name),
         seen(f"pretrained network in {called}", "none", last.stages[0].place)],
        place=backbone.name.place, excerpt=backbone.name.excerpt,
    )  # fmt: skip
    if last.head.units.is_known_as(1) and last.head.activation.is_known_as("softmax"):
        yield _always_one(called, last.head.activation.place, facts)


def _awake(model: Trained) -> Iterator[Finding]:
    saved = model.witnessed(Witness.MODEL)
    measured = saved is not None and saved.first.augmentation.inactive_in_inference.is_known_as(False)
    called = model.account.augmentation.inactive_in_inference
    if not measured and not called.is_known_as(False):
        return
    layers = model.account.augmentation.wired.value or ()
    place = layers[0].place if layers else model.account.place
    told = (seen("the same picture, predicted twice by the saved model", "different answers", place, Witness.MODEL)
            if measured else seen("while the model predicts, the random layers get", "training=True", called))
    yield AWAKE.finding(
        f"When it predicts, {model.called} gives different answers for the same picture.",
        [told], place=place, excerpt=layers[0].excerpt if layers else "",
    )  # fmt: skip


def _old_top(model: Trained) -> Iterator[Finding]:
    top = model.agreed("backbone", "include_top")
    cut = model.agreed("backbone", "cut_before_top")
    units = model.account.head.units.value
    in_model = model.account.backbone.in_model.value
    if top is not True or cut is not False or in_model is not True or units is None or units == 1000:
        return
    fact = model.account.backbone.include_top
    yield OLD_TOP.finding(
        f"{model.name} is loaded with its classification layers, and the new head takes its 1,000 probabilities.",
        [seen("include_top", "True", fact),
         seen(f"output of {model.name}", _shape(model), fact),
         seen("units of the new head", units, model.account.place)],
        place=fact.place, excerpt=fact.excerpt,
    )  # fmt: skip


def _shape(model: Trained) -> str:
    shape = model.account.backbone.output_shape.value
    return str(shape) if shape else "not measured"


def _softmax_one(model: Trained, facts: Facts) -> Iterator[Finding]:
    if model.agreed("head", "units") == 1 and model.agreed("head", "activation") == "softmax":
        yield _always_one(model.called, _head_place(model), facts)


def _always_one(called: str, place: Place | None, facts: Facts) -> Finding:
    return SOFTMAX_ONE.finding(
        f"The output of {called} is 1 for every picture: it ends in one unit with softmax.",
        [seen("units of the last layer", 1, place), seen("its activation", "softmax", place)],
        diff=keyword_changed(facts.evidence.cells, place, ("activation",), "'sigmoid'"), place=place,
    )  # fmt: skip


def _head_place(model: Trained) -> Place | None:
    written = model.witnessed(Witness.SOURCE)
    head = written.first.head if written is not None else model.account.head
    return head.activation.place or head.units.place or model.account.place


def _logits(model: Trained, facts: Facts) -> Iterator[Finding]:
    activation = model.agreed("head", "activation")
    for i, stage in enumerate(model.stages):
        loss: Loss | None = model.agreed_at(i, "loss")
        if loss is None or loss.name not in _CROSSENTROPIES:
            continue
        activated = activation in ("sigmoid", "softmax")
        if not (activated and loss.from_logits) and not (activation == "linear" and not loss.from_logits):
            continue
        if model.witnessed(Witness.MODEL) is not None and _outputs_say(model) is (not activated):
            continue
        head = f"ends in {activation}" if activated else "ends without an activation"
        takes = "expects logits (`from_logits=True`)" if loss.from_logits else "expects probabilities"
        place = stage.compile_place or stage.place
        yield LOGITS.finding(
            f"The head of {model.called} {head}, and the loss {takes}.",
            [seen("activation of the last layer", activation, model.account.place),
             seen("loss", f"{loss.name}, from_logits={loss.from_logits}", place)],
            severity=None if activated else Severity.GRAVE, why="" if activated else _NOT_A_PROBABILITY,
            diff=keyword_changed(facts.evidence.cells, place, ("from_logits",), "False") if activated else "",
            place=place, excerpt="" if place is None else stage.excerpt if place == stage.place else "",
        )  # fmt: skip
        return


_NOT_A_PROBABILITY = (
    "The loss takes the head's values for probabilities and cuts them off at 0 and 1. Where the head says -3 or 4, "
    "which are ordinary logits, the loss sees 0 or 1, is huge or zero, and has no gradient: those pictures teach the "
    "model nothing, and a threshold of 0.5 on its outputs is wrong too."
)


def _outputs_say(model: Trained) -> bool | None:
    """Whether the saved model's outputs, measured, lie in [0, 1]; logits may by chance, which says nothing."""
    saved = model.witnessed(Witness.MODEL)
    if saved is not None and saved.first.head.activation.is_known_as("linear"):
        return None
    inside: bool | None = saved.first.head.outputs_within_unit.value if saved is not None else None
    return inside
