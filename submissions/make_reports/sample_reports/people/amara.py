"""Amara Okonkwo: long and right, a native speaker. Exported by a word processor: cover page whose title resembles
question 1, contents list, running header and footer, captions that resemble the questions, numbers that agree."""

from __future__ import annotations

import pymupdf

from sample_reports.drawn import Paper, sans, small_print
from sample_reports.notebook import Notebook
from sample_reports.shots import Look, Shown, shot
from sample_reports.text import one, paragraphs

LIGHT = Look(style="xcode", size=17, tick="✓ 0.0s")

HEADINGS = (
    "1. What is transfer learning, and how does it differ from training a model from scratch?",
    "2. What is fine-tuning in the context of transfer learning, and why is it useful?",
    "3. Why is it important to freeze the convolutional base during feature extraction?",
    "4. Why do we use data augmentation?",
    "5. Screenshot: MobileNetV2 is loaded without its top classification layers",
    "6. Screenshot: the base is made non-trainable for feature extraction",
    "7. Screenshot: the data augmentation layers",
    "8. Screenshot: the new classifier layers on top of the base",
)
Q1 = """
    Transfer learning takes a network that somebody has already trained on a big, general problem and uses what it has
    learned as the starting point for a different, usually smaller problem. In this lab the borrowed network is
    MobileNetV2, which has seen well over a million ImageNet photographs, and the new problem is telling cats from dogs.

    A model trained from scratch begins with random weights. Every edge detector, every texture, every notion of an ear
    has to be found again from our own 2,000 pictures, and that is simply not enough: it takes a great deal of labelled
    data and many hours of computing before such a network is any good, and with so little data it will memorise rather
    than understand. With a pretrained network those general features come for free, so we only have to learn the last
    step. It trains in minutes, needs far fewer pictures and ends up more accurate.
"""
Q2 = """
    Fine-tuning is the second act. Once the new classifier has settled, I unfreeze the upper layers of the pretrained
    base (in my notebook everything from layer 100 on) and carry on training them together with the classifier, using a
    learning rate ten times smaller than before.

    It is useful because the last layers of MobileNetV2 are tuned to ImageNet's thousand categories, and they can be
    nudged towards features that matter for our own two classes. The small steps make sure that what was learned before
    is adjusted and not destroyed. In my run the validation accuracy went from 0.9764 to 0.9777 at the end, with 0.9851
    at its best, so the gain was real but modest.
"""
Q3 = """
    During feature extraction the base is only meant to be a fixed describer of pictures, so its weights must not
    change. The classifier on top starts with random weights, which means that its first errors are large and
    meaningless. If the base were trainable, those gradients would flow back into it and wreck the filters that took
    ImageNet's million pictures to learn.

    Freezing also keeps the number of things to learn tiny: 1,281 parameters instead of more than two million. That is
    quick to train, and with 2,000 photographs there is much less room for overfitting.
"""
Q4 = """
    Augmentation makes new training pictures out of the old ones by flipping, rotating and zooming them at random, in
    ways that leave the label true. A mirrored cat is still a cat. The network therefore hardly ever sees exactly the
    same picture twice, which is as good as having a larger and more varied data set. It can't learn single photographs
    by heart, so it overfits less and copes better with photographs that it has never seen.
"""


def files() -> dict[str, bytes]:
    return {"Lab06_Report_Okonkwo.pdf": report()}


def report() -> bytes:
    notebook = Notebook("amara-okonkwo")
    paper = Paper(sans(), size=10.5, running=_running)
    _cover(paper)
    _contents(paper)
    paper.new_page()
    for heading, text in zip(HEADINGS, (Q1, Q2, Q3, Q4), strict=False):
        paper.heading(heading, 13)
        paper.texts(paragraphs(text))
    paper.heading(HEADINGS[4], 13)
    base = shot(LIGHT, Shown(notebook.code(11), notebook.output(11)))
    paper.picture(base, caption="Figure 1: The pre-trained MobileNetV2 is loaded without its top layers.")
    paper.heading(HEADINGS[5], 13)
    frozen = shot(LIGHT, notebook.code(11, 2, 2))
    paper.picture(frozen, 230, "Figure 2: The base is set to be non-trainable for feature extraction.")
    paper.heading(HEADINGS[6], 13)
    paper.picture(shot(LIGHT, notebook.code(9, 1, 5)), 380, "Figure 3: Why use data augmentation? These layers do it.")
    paper.heading(HEADINGS[7], 13)
    paper.text("The two layers on their own, and then in the chain:")
    head = shot(LIGHT, Shown(notebook.code(12), notebook.output(12)), notebook.code(14, 1, 8))
    paper.picture(head, 430, "Figure 4: New classifier layers on top of the base.")
    paper.text(one("""
        On the test batches the finished model reaches an accuracy of 98.44 %. Of its 2,259,265 parameters only 1,281
        were trainable in the first phase."""))  # fmt: skip
    return paper.ended("Transfer learning", "Amara Okonkwo")


def _cover(paper: Paper) -> None:
    paper.space(190)
    paper.line("Transfer Learning:", size=26, font=paper.faces.bold, centred=True)
    paper.line("how it differs from training from scratch", size=19, font=paper.faces.bold, centred=True)
    paper.space(30)
    for text in ("Report on Lab 06", "Amara Okonkwo, group B", "16 March 2026"):
        paper.line(text, size=13, centred=True)
    paper.new_page()


def _contents(paper: Paper) -> None:
    paper.line("Contents", size=15, font=paper.faces.bold)
    paper.space(8)
    for text, page in zip(HEADINGS, (3, 3, 3, 4, 4, 4, 5, 5), strict=True):
        short = text if len(text) < 70 else f"{text[:66]} …"
        dots = "." * int((440 - paper.faces.plain.text_length(short, 10)) / 2.9)
        paper.line(f"{short} {dots} {page}", size=10)


def _running(page: pymupdf.Page, number: int, pages: int) -> None:
    if number > 1:
        small_print(page, 44, "Lab 06 – Transfer Learning", right="Amara Okonkwo")
        small_print(page, 810, middle=f"Page {number} of {pages}")
