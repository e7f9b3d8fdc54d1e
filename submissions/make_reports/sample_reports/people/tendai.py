"""Tendai Moyo: heading and answer in one paragraph with soft breaks. Question 1 half right, question 2 a heap of
keywords, question 4 taken word for word from another report, `include_top=True` where the top should be off."""

from __future__ import annotations

from sample_reports.notebook import Notebook
from sample_reports.people.kwabena import Q4 as TAKEN
from sample_reports.shots import Look, Shown, shot
from sample_reports.text import one
from sample_reports.word import Word

LIGHT = Look(style="friendly", size=17, tick="✓ 1.2s")

Q1 = "Transfer learning uses a model which someone has trained before on a large dataset, for a new problem."
Q2 = one("""
    Fine-tuning, unfreeze, layers, learning rate, pretrained model, ImageNet, accuracy, overfitting, features,
    adaptation, convolutional base, epochs, optimizer, weights, generalization, specific task.""")
Q3 = one("""
    When we freeze it, its weights are not updated, so the pretrained features are kept. The top that we add begins with
    random weights and gives large gradients, they would destroy those features. It is also less computation since only
    the top is trained.""")


def files() -> dict[str, bytes]:
    return {"lab06_answers_tmoyo.docx": report()}


def report() -> bytes:
    notebook, word = Notebook("tendai-moyo"), Word("Times New Roman", 12)
    word.softly("LAB 6", "T. Moyo")
    word.softly("1. What is transfer learning? How does it differ from training from scratch?", Q1)
    word.softly("2. What is fine-tuning and why is it useful?", Q2)
    word.softly("3. Why freeze the convolutional base during feature extraction?", Q3)
    word.softly("4. Why use data augmentation?", TAKEN)
    whole = notebook.code(6, 1, 1).replace("weights=", "include_top=True, weights=")
    for heading, picture in (
        ("5. MobileNetV2 loaded without top layers:", shot(LIGHT, Shown(whole))),
        ("6. Set to non-trainable:", shot(LIGHT, Shown(notebook.code(6, 2, 3), notebook.output(6).splitlines()[-1]))),
        ("7. Data augmentation layers:", shot(LIGHT, notebook.code(7, 1, 4))),
        ("8. New classifier layers:", shot(LIGHT, notebook.code(7, 10, 14))),
    ):
        word.softly(heading)
        word.picture(picture, min(6.0, picture.width / 170))
    return word.ended("", "T. Moyo")
