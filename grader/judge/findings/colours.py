"""TL105: whether the colours of pictures reach the backbone in the order that its weights know.

In: Facts. Out: Findings. The order is measured: by the channels' means on the way through the model, and by what
OpenCV read; where neither tells, nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterator

from grader.judge.findings.facts import Facts, Trained, seen
from grader.judge.findings.kinds import Kind
from grader.judge.findings.scalings import EXPECTS, NOT_REVERSED, kept_order, order_of, wrong_with
from grader.records import BatchStatistics, Finding, Scaling, Severity, Site

GENTLE = ("RandomFlip", "RandomRotation", "RandomZoom", "RandomTranslation", "RandomHeight", "RandomWidth",
          "RandomShear", "RandomCrop", "RandomPerspective")  # fmt: skip
"""Augmentation that moves pixels and leaves their values."""
_EXPECTS_RGB = (Scaling.MINUS_ONE_TO_ONE, Scaling.IDENTITY)
_TOLD = "blue, green, red, as OpenCV reads pictures"

ORDER = Kind(
    "TL105", Severity.NOTABLE, "The colour channels reach the backbone in the wrong order",
    "mixed up the colour channels",
    "VGG and ResNet were trained on blue, green, red. With red where they expect blue, shapes are still seen, but "
    "everything that their filters know about colour is wrong.",
    "Use `preprocess_input` on RGB pictures instead of subtracting means by hand; pictures read with OpenCV are BGR "
    "and need `cv2.cvtColor(image, cv2.COLOR_BGR2RGB)` before.",
    "The channels' means where pictures enter the model and where they reach the backbone fit another order of "
    "channels clearly better than the right one; or pictures that OpenCV read are found again, by their mean colours, "
    "in a training batch, in the order blue, green, red. Silent where the pictures' channels are too alike to tell, "
    "and where scaling happens before the model in another way than by one factor.",
)  # fmt: skip

KINDS = (ORDER,)


def find(facts: Facts) -> Iterator[Finding]:
    """At most one a notebook."""
    for model in facts.models:
        raw, reached = model.account.preprocessing.raw.value, model.account.preprocessing.reached.value
        expected = EXPECTS.get(model.name)
        if raw is None or reached is None or expected is None or not model.pretrained:
            continue
        if wrong_with(reached, expected) is not None or not _colours_kept(model):
            continue
        look = _read_by_opencv if model.account.preprocessing.channels.is_known_as("bgr") else _on_the_way
        found = look(model, raw, reached, expected)
        if found is not None:
            yield found
            return


def _colours_kept(model: Trained) -> bool:
    """Whether the model changes no colours by chance before its backbone."""
    wired = model.account.augmentation.wired
    return wired.known and all(x.site != Site.MODEL or x.kind in GENTLE for x in wired.value or ())


def _on_the_way(model: Trained, raw: BatchStatistics, reached: BatchStatistics, expected: Scaling) -> Finding | None:
    order = order_of(raw, reached) if expected == Scaling.BGR_MEANS else None
    return _finding(model, raw, reached, order, "(red, green, blue)") if order else None


def _read_by_opencv(
    model: Trained, raw: BatchStatistics, reached: BatchStatistics, expected: Scaling
) -> Finding | None:
    """Pictures enter in the order blue, green, red: who expects that needs no reversing, all others do."""
    if expected == Scaling.BGR_MEANS:
        order = order_of(raw, reached)
        wrong = order is not None and order != NOT_REVERSED
        words = "red, green, blue: OpenCV reads blue, green, red, and `preprocess_input` reverses it"
        return _finding(model, raw, reached, words, f"({_TOLD})") if wrong else None
    if expected not in _EXPECTS_RGB or not kept_order(raw, reached):
        return None
    return _finding(
        model, raw, reached, _TOLD, f"({_TOLD})",
        why=f"{model.name} was trained on red, green, blue. With blue where it expects red, shapes are still seen, but "
        "everything that its filters know about colour is wrong: to it, an orange cat is blue.",
        mend="Turn each picture round after reading it: `cv2.cvtColor(image, cv2.COLOR_BGR2RGB)`.",
    )  # fmt: skip


def _finding(
    model: Trained, raw: BatchStatistics, reached: BatchStatistics, order: str, entering: str, *, why: str = "",
    mend: str = "",
) -> Finding:  # fmt: skip
    place = model.account.preprocessing.reached.place
    return ORDER.finding(
        f"What reached {model.name} was {order}.",
        [seen(f"channel means where pictures enter the model {entering}", _means(raw), place),
         seen(f"channel means at {model.name}", _means(reached), place)],
        why=why, mend=mend, place=place,
    )  # fmt: skip


def _means(values: BatchStatistics) -> str:
    return ", ".join(f"{x:.2f}" if abs(x) < 2 else f"{x:.1f}" for x in values.channel_means)
