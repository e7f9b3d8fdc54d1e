"""Chloé Marchand: a French speaker. A table in answer 1, part of answer 2 in a text box, question 3 answered with what
belongs to question 2, question 4 half right, `trainable = True` where False is asked for, nothing for question 7."""

from __future__ import annotations

from sample_reports.notebook import Notebook
from sample_reports.shots import Look, Shown, shot
from sample_reports.text import one, paragraphs
from sample_reports.word import Word

SOLAR = Look(style="solarized-light", size=16, gutter=True)
NARROW = Look(style="solarized-light", size=13)

Q1 = """
    The transfer learning consists to reuse a network which is already trained on a big base of images (here ImageNet)
    for a new task. The features learned before, like the contours and the textures, are general, so they serve also
    for the cats and the dogs. On the contrary, when we train from scratch, the weights are initialised randomly and the
    network must learn all with our data only.
"""
COMPARED = (
    ("", "From scratch", "Transfer learning"),
    ("Weights at the start", "random", "pre-trained on ImageNet"),
    ("Quantity of data", "very big", "small is enough"),
    ("Time of training", "long", "short"),
)
Q2 = """
    After the training of the new layer, we unfreeze the base (all or only the last layers) and we continue to train
    with a learning rate much smaller, for me 2e-5.
"""
Q2_BOX = one("""
    Why it is useful: the features of the base adapt themselves to our images, so the accuracy increases, and the small
    rate avoids to destroy what was learned.""")
Q3 = """
    It is important because after the first training we open again the last layers and we train them with a small
    learning rate, so the features become more specific to the new task and the accuracy is improved a little.
"""
Q4 = """
    To have more images, by turning them and flipping them.
"""


def files() -> dict[str, bytes]:
    return {"Compte_rendu_TP6.docx": report()}


def report() -> bytes:
    notebook, word = Notebook("chloe-marchand"), Word("Garamond", 12)
    word.running("TP 6 - Apprentissage par transfert", "Chloé Marchand  ")
    word.heading("TP 6 : compte rendu", 1)
    word.heading("1) Explain transfer learning. What is the difference with training from scratch?", 2)
    word.text(*paragraphs(Q1))
    word.table(COMPARED)
    word.heading("2) What is fine-tuning, and why is it useful?", 2)
    word.text(*paragraphs(Q2))
    word.text_box(Q2_BOX)
    word.heading("3) Why freeze the convolutional base during the feature extraction?", 2)
    word.text(*paragraphs(Q3))
    word.heading("4) Why use data augmentation?", 2)
    word.text(*paragraphs(Q4))
    word.heading("5) Code : MobileNetV2 without the top layers", 2)
    word.picture(shot(SOLAR, Shown(notebook.code(7, 1, 1))), 6.0, "Figure 1 : MobileNetV2 without the top")
    word.heading("6) Code : the pre-trained model is non-trainable", 2)
    word.picture(shot(NARROW, notebook.code(11, 1, 3)), 6.0, "Figure 2 : the base")
    word.heading("7) Code : data augmentation layers", 2)
    word.text("I did not have the time to do this part.")
    word.heading("8) Code : new layers of classification on the base", 2)
    head = shot(NARROW, Shown(notebook.code(7), notebook.output(7)), notebook.code(8))
    word.picture(head, 6.0, "Figure 3 : the new layers of classification")
    word.text("The exactitude of validation is 97.9 %.")
    return word.ended("TP 6", "Chloé Marchand")
