"""Kwabena Asante: chatty and right. Bold paragraphs instead of heading styles, screenshot questions without numbers,
floating pictures in front of their paragraphs, dark theme over a wallpaper. His answer to question 4 is found again,
word for word, in another report."""

from __future__ import annotations

from sample_reports.notebook import Notebook
from sample_reports.shots import Look, Shown, shot
from sample_reports.text import one, paragraphs
from sample_reports.word import Word

DESKTOP = Look(style="github-dark", size=18, wallpaper=True, jpeg=72)
SMALL = Look(style="github-dark", size=15, jpeg=80)

Q1 = """
    The way I explain it to my little brother: if you already play the guitar, learning the bass takes you two weeks,
    not two years. Transfer learning is that, for networks. MobileNetV2 was already trained on ImageNet, so it knows
    what edges, fur and eyes look like, and we only teach it our own small job, cat or dog.

    From scratch you start with random weights and you must learn everything by yourself. You need plenty of data, a
    strong GPU and a lot of time, and with just 2000 photos it will most likely overfit anyway. With the pretrained one
    I was done in under a minute on Colab.
"""
Q2 = """
    After my new layers were trained, I opened the last 54 layers of the base and continued the training with a much
    smaller learning rate, 1e-5. That is fine-tuning: you don't throw away what the pretrained model knows, you adjust
    the top part of it so that it fits your own data. It is useful because these top layers were specialised on the
    ImageNet classes, and it usually gives you a bit more accuracy. Mine went from 97.3% to 98.1%.
"""
Q3 = """
    Because the new head is just random numbers at first! It will make terrible mistakes, and if the base is not frozen
    those big gradients go all the way down and spoil the good weights that we borrowed. So we lock the base, its
    weights don't change, and it only gives out features. It is also much faster because there is almost nothing to
    train, and less overfitting.
"""
Q4 = one("""
    We have few photos, so augmentation gives the model new versions of the same photo every epoch: flipped, slightly
    rotated, zoomed in. It is like getting more data for free. The model cannot just memorise the pictures, so there is
    less overfitting and it generalises better to photos it has never seen before.""")


def files() -> dict[str, bytes]:
    return {"Lab 06 report.docx": report()}


def report() -> bytes:
    notebook, word = Notebook("kwabena-asante"), Word("Calibri", 11.5)
    word.bold("LAB 06 REPORT", size=18)
    word.text("Kwabena Asante", "Good day! Here are my answers, the notebook is the Colab one.")
    for heading, text in (
        ("Question 1: What is transfer learning and how does it differ from training from scratch?", Q1),
        ("Question 2: What is fine-tuning and why is it useful?", Q2),
        ("Question 3: Why do we freeze the convolutional base during feature extraction?", Q3),
        ("Question 4: Why use data augmentation?", Q4),
    ):
        word.bold(heading)
        word.text(*paragraphs(text))
    base, frozen = shot(DESKTOP, Shown(notebook.code(11, 7, 7), label="[7]")), notebook.code(11, 17, 18)
    layers = shot(SMALL, Shown(notebook.code(11, 1, 5), label="[7]"))
    word.bold("Take a screenshot of the code where MobileNetV2 is loaded without the top layers", floating=[base])
    word.bold("Take a screenshot of the code where the base is set non-trainable", floating=[shot(DESKTOP, frozen)])
    word.bold("Take a screenshot of the data augmentation layers", floating=[layers])
    word.bold("Take a screenshot of the new classifier layers added on top", floating=[
        shot(SMALL, Shown(notebook.code(11, 9, 15), label="[7]"))])  # fmt: skip
    word.text("Thank you and have a nice weekend :)")
    return word.ended("Lab 06 report", "Kwabena Asante")
