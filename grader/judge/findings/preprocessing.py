"""TL1xx: what reached the backbone in training, against what its weights expect.

In: Facts. Out: Findings. Judged are measured values of a real training batch, never the names in the code; where the
code, as far as it can be read, says the contrary, nothing is said.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from grader.judge.checks.preprocessing import scaling_of
from grader.judge.findings.diffs import (
    call_in_line,
    call_taken_out,
    calls_taken_out,
    keyword_taken_out,
    line_before_call,
    module_exchanged,
    replaced_in_line,
    spelled,
)
from grader.judge.findings.facts import Facts, Trained, code, seen
from grader.judge.findings.kinds import Kind
from grader.judge.findings.scalings import (
    EXPECTS,
    MODULES,
    RESCALE_THEMSELVES,
    WHOSE,
    WORDS,
    Wrong,
    wrong_with,
)
from grader.records import (
    BatchStatistics,
    Finding,
    Measured,
    Place,
    PreprocessingStep,
    Scaling,
    Severity,
    Site,
    Witness,
)

_HOW = ("The recorder reads the values of a training batch where they enter the backbone: smallest, largest, and each "
        "channel's mean. ")  # fmt: skip

MISSING = Kind(
    "TL101", Severity.GRAVE, "Pictures reach the backbone without its preprocessing", "left the preprocessing out",
    "The backbone's weights were learned on values of another range. Fed with raw pixels, every filter answers with "
    "numbers about a hundred times too large, the normalisation layers behind them no longer normalise, and the "
    "features say little about the picture.",
    "Call the backbone's own `preprocess_input` once on the way to it, best as a step of the model.",
    _HOW + "They lie in [0, 255], and the backbone expects another range. Silent for networks that rescale "
    "themselves (EfficientNet, ConvNeXt, MobileNetV3), for weights other than ImageNet's, and where the code says the "
    "contrary.",
)  # fmt: skip
DOUBLED = Kind(
    "TL102", Severity.GRAVE, "The preprocessing is applied twice", "doubled the preprocessing",
    "Each step on its own is right, but the second one gets values that are already scaled. x / 127.5 - 1 maps "
    "[0, 255] to [-1, 1], and done again it maps [-1, 1] to [-1.008, -0.992]: all pictures become almost the same flat "
    "one, and there is nothing left to learn from.",
    "Keep one of the two and delete the other; the one inside the model also serves later predictions.",
    _HOW + "They fill less than a hundredth of the range and lie where only a second scaling puts them; for VGG and "
    "ResNet, they lie lower than one subtraction of the means can bring them. Silent where values are dark but fill "
    "their range.",
)  # fmt: skip
WRONG_KIND = Kind(
    "TL103", Severity.GRAVE, "Pictures are scaled to [0, 1], which this backbone does not expect",
    "divided by 255 where the backbone expects something else",
    "Dividing by 255 is a fine habit for networks trained from scratch. A pretrained network learned on another range: "
    "to it, such pictures look washed out, or almost black, and its features are weaker than they could be.",
    "Replace the division by the backbone's own `preprocess_input`, or by nothing where it rescales itself.",
    _HOW + "They fill [0, 1], and no backbone of keras.applications expects that. Silent where the code says the "
    "contrary.",
)  # fmt: skip
ANOTHERS = Kind(
    "TL104", Severity.GRAVE, "The preprocessing belongs to another backbone", "used another backbone's preprocessing",
    "Each family of networks was trained with its own scaling. Another family's gives values of the wrong size, and "
    "sometimes in the wrong order of colours.",
    "Import `preprocess_input` from the module of the backbone that you use.",
    _HOW + "They lie where the scaling of another family puts them. Silent where two explanations fit.",
)  # fmt: skip
SEVERAL = Kind(
    "TL106", Severity.GRAVE, "Several scalings are applied one after the other", "scaled several times in a row",
    "Each of them expects raw [0, 255] pixels. The second one gets values that are already small, and squeezes all "
    "pictures into a sliver of the range: they become almost the same flat picture.",
    "Keep the backbone's own `preprocess_input` and delete the other scaling.",
    _HOW + "They fill less than a hundredth of the range that the backbone expects, where two different scalings put "
    "them. Silent where values are dark but fill their range.",
)  # fmt: skip

KINDS = (MISSING, DOUBLED, WRONG_KIND, ANOTHERS, SEVERAL)
BY_WRONG = {Wrong.MISSING: MISSING, Wrong.DOUBLED: DOUBLED, Wrong.WRONG_KIND: WRONG_KIND, Wrong.ANOTHERS: ANOTHERS,
             Wrong.SEVERAL: SEVERAL}  # fmt: skip


@dataclass(frozen=True)
class _Seen:
    """One model whose input values were measured, and what its backbone expects."""

    model: Trained
    reached: BatchStatistics
    expected: Scaling
    wrong: Wrong | None

    @property
    def name(self) -> str:
        return self.model.name

    @property
    def measured(self) -> str:
        return interval(self.reached)

    @property
    def place(self) -> Place | None:
        return self.model.account.preprocessing.reached.place


def find(facts: Facts) -> Iterator[Finding]:
    """At most one finding of each kind, with every model that has it."""
    all_seen = [seen_ for model in facts.models if (seen_ := _look_at(model, facts)) is not None]
    for wrong, kind in BY_WRONG.items():
        having = [s for s in all_seen if s.wrong == wrong]
        if having:
            yield _finding(kind, having, all_seen, facts)


def interval(values: BatchStatistics) -> str:
    """`[-1.008, -0.994]`: four digits show where a doubled scaling lies."""
    return f"[{values.minimum:.4g}, {values.maximum:.4g}]"


def _look_at(model: Trained, facts: Facts) -> _Seen | None:
    reached = model.account.preprocessing.reached
    expected = EXPECTS.get(model.name)
    if reached.value is None or expected is None or not model.pretrained:
        return None
    if model.name in RESCALE_THEMSELVES and any("include_preprocessing" in c.source for c in facts.evidence.cells):
        return None
    wrong = _as_told(wrong_with(reached.value, expected), model, expected)
    return _Seen(model, reached.value, expected, None if wrong and _code_says_right(model, expected) else wrong)


def _as_told(wrong: Wrong | None, model: Trained, expected: Scaling) -> Wrong | None:
    """What is wrong, where the run saw the steps and the values alone would tell another story.

    Random layers between two steps may cut values off (RandomContrast keeps to [0, 255]): then the steps speak.
    """
    steps = _scalings(model.account.preprocessing.in_pipeline, model.account.preprocessing.in_model)
    if wrong == Wrong.SEVERAL and len(steps) > 1 and set(steps) == {expected}:
        return Wrong.DOUBLED
    return None if wrong == Wrong.MISSING and steps else wrong


def _code_says_right(model: Trained, expected: Scaling) -> bool:
    """Whether the code, read as a whole, shows exactly the scaling that is expected: then something is not understood.
    """
    return any(_scalings(chain.first.preprocessing.in_pipeline, chain.first.preprocessing.in_model)
               == ([expected] if expected != Scaling.IDENTITY else []) for chain in model.others
               if chain.first.preprocessing.in_pipeline.known and chain.first.preprocessing.in_model.known)  # fmt: skip


def _scalings(*facts: object) -> list[Scaling]:
    steps = [s for fact in facts for s in getattr(fact, "value", None) or ()]
    return [s.scaling for s in steps if s.scaling != Scaling.IDENTITY]


# --------------------------------------------------------------------------- words


def _finding(kind: Kind, having: list[_Seen], all_seen: list[_Seen], facts: Facts) -> Finding:
    names = _list([s.name for s in having])
    first = having[0]
    measured = [
        seen(f"what reached {s.name} in training", f"{s.measured}; it expects {WORDS[s.expected]}", s.place)
        for s in having
    ]
    measured += dict.fromkeys(m for s in having for m in _steps(s))
    spared = [s for s in all_seen if s.wrong is None]
    if kind in (DOUBLED, SEVERAL):
        right = [(f"what reached {s.name} in training", f"{s.measured}, as it expects", s.place) for s in spared]
        measured += [seen(*told) for told in right]
    squeezed = any(s.expected != Scaling.BGR_MEANS for s in having)
    return kind.finding(
        " ".join([_found(kind, names, first), *(_doubled(having) if kind is DOUBLED else ())]),
        measured,
        severity=Severity.NOTABLE if kind is DOUBLED and not squeezed else None,
        why=_why(kind, having, spared),
        mend=_mend(kind, having),
        diff=_diff(kind, first, facts) if len(facts.models) == 1 else _diff_for_all(kind, having, facts),
        place=_place(kind, first),
        excerpt=_excerpt(kind, first),
    )


def _found(kind: Kind, names: str, first: _Seen) -> str:
    got = scaling_of(first.reached)
    return {
        MISSING.code: f"Raw pixels reached {names}: nothing scales them on the way.",
        DOUBLED.code: f"What reached {names} was scaled twice.",
        WRONG_KIND.code: f"What reached {names} was divided by 255, and nothing else.",
        ANOTHERS.code: f"What reached {names} was scaled as {WHOSE.get(got, 'another family')} expect it.",
        SEVERAL.code: f"What reached {names} lies in {first.measured}, after more than one scaling.",
    }[kind.code]


def _doubled(having: list[_Seen]) -> Iterator[str]:
    """Whom it squeezes, and whom it merely shifts."""
    for shifted, words in ((False, "squeezed into"), (True, "shifted to")):
        members = [s for s in having if (s.expected == Scaling.BGR_MEANS) == shifted]
        if members:
            ranges = _list([s.measured for s in members])
            yield f"Pictures for {_list([s.name for s in members])} are {words} {ranges}."


def _why(kind: Kind, having: list[_Seen], spared: list[_Seen]) -> str:
    """The mechanism for just these backbones, and why the others were spared."""
    if kind is not DOUBLED:
        return ""
    words = []
    if any(s.expected == Scaling.MINUS_ONE_TO_ONE for s in having):
        words.append(kind.why)
    if any(s.expected == Scaling.TORCH for s in having):
        words.append("The second standardisation gets values of about -2 to 3 instead of 0 to 255, and makes all "
                     "pictures almost the same flat one.")  # fmt: skip
    if any(s.expected == Scaling.BGR_MEANS for s in having):
        names = _list([s.name for s in having if s.expected == Scaling.BGR_MEANS])
        words.append(f"{names} only see all pictures darker by ImageNet's mean, with red and blue exchanged back: a "
                     "subtraction done twice shifts, it does not squeeze. Results suffer less, but they suffer.")
    if any(s.expected == Scaling.IDENTITY for s in spared):
        names = _list([s.name for s in spared if s.expected == Scaling.IDENTITY])
        words.append(f"{names} is spared, because its own `preprocess_input` changes nothing, however often.")
    return " ".join(words)


def _mend(kind: Kind, having: list[_Seen]) -> str:
    first = having[0]
    if all(s.expected == Scaling.IDENTITY for s in having):
        return f"Feed {_list([s.name for s in having])} raw [0, 255] pixels: delete the scaling, it rescales by itself."
    if kind not in (MISSING, WRONG_KIND, ANOTHERS) or any(s.name not in MODULES for s in having):
        return ""
    if len({s.name for s in having}) == 1:
        module = MODULES[first.name]
        return f"Scale once with `keras.applications.{module}.preprocess_input`, best as a step of the model."
    each = "; ".join(dict.fromkeys(f"{s.name}: `{MODULES[s.name]}.preprocess_input`" for s in having))
    return f"Scale once with the `preprocess_input` of each backbone's own module of keras.applications: {each}."


def _diff_for_all(kind: Kind, having: list[_Seen], facts: Facts) -> str:
    """The one line that scales before the model for every backbone that has it, where the model scales them, too."""
    if kind is not DOUBLED:
        return ""
    steps = [[step for step in _all_steps(s) if step.scaling != Scaling.IDENTITY] for s in having]
    if any([step.site for step in own].count(Site.MODEL) != 1 or len(own) != 2 for own in steps):
        return ""
    # The run tells where `map` was called, the code what stands in the function that it was given.
    before = {step.place for s in having for chain in s.model.others if chain.first.witness == Witness.SOURCE
              for step in chain.first.preprocessing.in_pipeline.value or ()}  # fmt: skip
    return call_taken_out(facts.evidence.cells, before.pop()) if len(before) == 1 else ""


def _diff(kind: Kind, first: _Seen, facts: Facts) -> str:
    cells = facts.evidence.cells
    in_model = [s for s in _all_steps(first) if s.site == Site.MODEL]
    if kind is DOUBLED and len(in_model) == 1 and in_model[0].of and in_model[0].place is not None:
        return calls_taken_out(cells, "preprocess_input", in_model[0].place)
    if kind is MISSING:
        return _with_preprocessing(first, facts)
    if kind is WRONG_KIND and first.expected == Scaling.MINUS_ONE_TO_ONE:
        return _rescaled(first, facts)
    if kind is ANOTHERS and first.name in MODULES:
        return module_exchanged(cells, "preprocess_input", MODULES[first.name])
    if kind is SEVERAL:
        return _with_its_own_alone(first, facts)
    return ""


def _with_its_own_alone(first: _Seen, facts: Facts) -> str:
    """A generator that calls `preprocess_input`, without the `rescale` beside it; a model without the other layer."""
    cells, steps = facts.evidence.cells, [s for s in _all_steps(first) if s.scaling != Scaling.IDENTITY]
    for step in steps:
        generator = call_in_line(cells, step.place, "ImageDataGenerator")
        given = {k.arg: ast.unparse(k.value) for k in generator.keywords} if generator is not None else {}
        if given.get("preprocessing_function", "").split(".")[-1] == "preprocess_input":
            return keyword_taken_out(cells, step.place, "ImageDataGenerator", "rescale")
    others = [s for s in steps if s.scaling != first.expected]
    layer = call_in_line(cells, others[0].place, "Rescaling") if len(steps) == 2 and len(others) == 1 else None
    return call_taken_out(cells, others[0].place) if layer is not None else ""


def _with_preprocessing(first: _Seen, facts: Facts) -> str:
    """A line before the backbone's call, spelled as the constructor is."""
    cells = facts.evidence.cells
    prefix = spelled(cells, first.model.account.backbone.name.place, first.name)
    call = first.model.account.backbone.call_training.place
    module = MODULES.get(first.name)
    if module is None or not prefix.endswith("applications."):
        return ""
    return line_before_call(cells, call, f"{{0}} = {prefix}{module}.preprocess_input({{0}})")


def _rescaled(first: _Seen, facts: Facts) -> str:
    """`Rescaling(1/255)` → `Rescaling(1/127.5, offset=-1)`, where the code shows it."""
    cells = facts.evidence.cells
    for step in _all_steps(first):
        call = call_in_line(cells, step.place, "Rescaling")
        if step.scaling == Scaling.ZERO_TO_ONE and call is not None and len(call.args) == 1 and not call.keywords:
            prefix = spelled(cells, step.place, "Rescaling")
            return replaced_in_line(cells, step.place, "Rescaling", f"{prefix}Rescaling(1.0 / 127.5, offset=-1.0)")
    return ""


def _all_steps(of: _Seen) -> list[PreprocessingStep]:
    """The steps of the run, each with the place that the code's witness knows where the run knows none."""
    run = of.model.account.preprocessing
    found = [*(run.in_pipeline.value or ()), *(run.in_model.value or ())]
    written = [s for chain in of.model.others for part in
               (chain.first.preprocessing.in_pipeline, chain.first.preprocessing.in_model) for s in part.value or ()]
    return [s if s.place is not None else next((w for w in written if w.place is not None and w.site == s.site and
            w.scaling == s.scaling), s) for s in found]  # fmt: skip


def _steps(of: _Seen) -> list[Measured]:
    """Where the scalings stand, as far as they are known."""
    where = {Site.MODEL: "inside the model", Site.PIPELINE: "on the data, before the model",
             Site.GENERATOR: "in the generator, before the model"}  # fmt: skip
    return [
        seen(f"scaled {where.get(s.site, 'before the backbone')}",
             code(s.excerpt) or WORDS.get(s.scaling, "in a way of its own"), s.place)
        for s in _all_steps(of) if s.scaling != Scaling.IDENTITY
    ]  # fmt: skip


def _pointed_at(kind: Kind, of: _Seen) -> PreprocessingStep | None:
    placed = [s for s in _all_steps(of) if s.place is not None and s.scaling != Scaling.IDENTITY]
    return (placed[0] if kind is not MISSING else None) if placed else None


def _place(kind: Kind, of: _Seen) -> Place | None:
    step = _pointed_at(kind, of)
    return step.place if step is not None else of.model.account.backbone.call_training.place or of.place


def _excerpt(kind: Kind, of: _Seen) -> str:
    step = _pointed_at(kind, of)
    return step.excerpt if step is not None else ""


def _list(names: list[str]) -> str:
    unique = list(dict.fromkeys(names))
    return unique[0] if len(unique) == 1 else ", ".join(unique[:-1]) + " and " + unique[-1]
