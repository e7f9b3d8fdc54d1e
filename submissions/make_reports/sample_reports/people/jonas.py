"""Jonas Wiedemann: right, in a German's English. Typeset in two justified columns; paraphrased headings without
numbers; questions 5 and 6 under one heading with one picture; no header, page numbers only."""

from __future__ import annotations

import pymupdf

from sample_reports.drawn import Paper, serif, small_print
from sample_reports.notebook import Notebook
from sample_reports.shots import Look, Shown, shot
from sample_reports.text import one, paragraphs

PLAIN = Look(style="vs", font="courier", size=22)

TRANSFER = """
    With transfer learning one does not begin at zero. One takes a network which has already learned to see on a very
    large collection of pictures, and gives it a new task. The knowledge about edges, textures and forms is
    transferred; only the decision at the end is learned new.

    When one trains from scratch instead, all weights start with random numbers. Then also the simplest features must be
    learned from the own data. For this one needs very many labelled pictures and much computing time, otherwise the
    network only memorizes. I have here 2000 pictures, that would be much too few.
"""
FINE = """
    After the head has been trained, I let the upper layers of the base learn again, but with a learning rate that is
    hundred times smaller. These upper layers contain features that are specialised on ImageNet, so it makes sense to
    adapt them to cats and dogs. The lower layers are general and stay as they are.

    The benefit: the accuracy rises still a bit, because the features fit better to the own task. The small learning
    rate prevents that the pretrained weights are destroyed again. In my case: 97.0 % after five epochs, 97.6 % after
    ten.
"""
FREEZE = """
    The base shall only deliver features, it shall not change. At the begin the new head is random and makes big
    errors. Without freezing, these errors would run backwards through the whole base and damage the pretrained
    weights, so exactly that what one wanted to transfer would get lost.

    In addition it saves computing time, because only 1281 weights must be trained, and so few weights can hardly
    overfit on 2000 pictures.
"""
AUGMENT = """
    From every picture one gets always new variants: mirrored, turned, with other contrast. So the training set becomes
    artificially bigger and more various without that one must photograph new animals. The network then does not learn
    the pictures by heart but generalises better to new ones. Overfitting becomes less.
"""


def files() -> dict[str, bytes]:
    return {"Bericht Lab 6 Wiedemann.pdf": report()}


def report() -> bytes:
    notebook = Notebook("jonas-wiedemann")
    paper = Paper(serif(), size=11, columns=2, margin=56, justified=True, running=_page_number)
    _title(paper)
    for heading, text in (
        ("The idea of transfer learning", TRANSFER),
        ("Fine-tuning and its benefit", FINE),
        ("Reasons for a frozen base", FREEZE),
        ("What augmentation is good for", AUGMENT),
    ):
        paper.heading(heading, 12)
        paper.texts(paragraphs(text))
    paper.heading("Loading the base without top, and freezing it", 12)
    paper.text("Both happen in one cell. I freeze with a loop so that I see that every layer was there:")
    paper.picture(shot(PLAIN, Shown(notebook.code(6), notebook.output(6))))
    paper.heading("The augmentation layers", 12)
    paper.picture(shot(PLAIN, notebook.code(7, 1, 5)))
    paper.heading("The new classifier on the base", 12)
    paper.picture(shot(PLAIN, notebook.code(7, 7, 10)))
    paper.text(one("""
        At the end 21 of 1000 validation pictures were classified wrongly, mostly animals that are only half in the
        picture."""))  # fmt: skip
    return paper.ended("Lab 6", "Jonas Wiedemann")


def _title(paper: Paper) -> None:
    middle = paper.margin + (595 - 2 * paper.margin) / 2
    for text, size, font in (
        ("Cats against Dogs: Lab 6", 18, paper.faces.bold),
        ("Jonas Wiedemann", 12, paper.faces.plain),
    ):
        writer = pymupdf.TextWriter(paper.pdf[0].rect)
        writer.append((middle - font.text_length(text, size) / 2, paper.y + size), text, font, size)
        writer.write_text(paper.pdf[0])
        paper.space(size * 1.6)
    paper.space(14)
    paper.below()


def _page_number(page: pymupdf.Page, number: int, pages: int) -> None:
    small_print(page, 815, middle=str(number))
