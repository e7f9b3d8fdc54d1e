"""Siobhán Gallagher: right, brisk. Printed and scanned: the pages are grey pictures, slightly turned, code included."""

from __future__ import annotations

from sample_reports.drawn import Paper, scanned, serif
from sample_reports.notebook import Notebook
from sample_reports.shots import Look, Shown, shot
from sample_reports.text import paragraphs

PLAIN = Look(style="bw", size=22)

Q1 = """
    Transfer learning is reusing a model that was already trained on a large dataset, as the starting point for a new
    but related task. MobileNetV2 learned general visual features from ImageNet, and we only replace its last part.

    Training from scratch starts from random weights instead, so everything has to be learned from your own data. That
    takes a great deal more data, time and hardware, and on a small dataset it overfits.
"""
Q2 = """
    Once the new classifier is trained, you unfreeze some of the top layers of the base (I went from block_13_expand
    up) and keep training at a very low learning rate. It lets the more specialised features adapt to the new task,
    which usually buys a bit of accuracy, without wiping out what the model already knows.
"""
Q3 = """
    So that the pretrained weights stay as they are. The new layers start off random and produce large gradients, and
    if these got into the base they would destroy the features we wanted to reuse. It is quicker too, with far fewer
    parameters to train, and there is less danger of overfitting on 2000 photos.
"""
Q4 = """
    Random flips, rotations and zooms give the network more varied examples than the 2000 photos we have. It can't just
    memorise them, so there is less overfitting and it generalises better to photos it has not seen.
"""


def files() -> dict[str, bytes]:
    return {"scan0007.pdf": scanned(printed_pages())}


def printed_pages() -> bytes:
    """The pages before they were put on the scanner."""
    notebook, paper = Notebook("siobhan-gallagher"), Paper(serif(), size=13, margin=64)
    paper.line("Lab 6 answers", size=20, font=paper.faces.bold)
    paper.line("Siobhán Gallagher", size=13)
    for heading, text in (
        ("1. What is transfer learning? How does it differ from training from scratch?", Q1),
        ("2. What is fine-tuning and why is it useful?", Q2),
        ("3. Why freeze the convolutional base during feature extraction?", Q3),
        ("4. Why use data augmentation?", Q4),
    ):
        paper.heading(heading, 14)
        paper.texts(paragraphs(text))
    for heading, first, last in (
        ("5. MobileNetV2 loaded without its top layers", 1, 1),
        ("6. The base set to non-trainable", 2, 2),
        ("7. The data augmentation layers", 4, 7),
        ("8. The new classifier layers on top of the base", 9, 13),
    ):
        paper.heading(heading, 14)
        code = notebook.code(6, first, last)
        paper.picture(shot(PLAIN, Shown(code)), 12 + 5.4 * max(map(len, code.splitlines())))
    return paper.ended()
