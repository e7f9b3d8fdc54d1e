"""Mateo Villalobos: learner's English with many errors. Printed by a browser; screenshot questions without numbers.
Question 3 says the contrary of what is right, his picture for question 6 shows the line commented out, and the
accuracy that he claims is not the one in his notebook."""

from __future__ import annotations

from html import escape

from sample_reports.notebook import Notebook
from sample_reports.shots import Look, Shot, Shown, shot
from sample_reports.story import printed
from sample_reports.text import paragraphs

PAPER = Look(style="default", size=15, jpeg=55, scale=1.2)
NAME = "informe_lab06.pdf"
TITLE = "Laboratorio 06: informe"

CSS = """
    @page { size: A4; margin: 22mm 20mm;
            @top-left { content: "16/3/26, 17:30"; font: 8pt sans-serif; }
            @top-center { content: "Laboratorio 06: informe"; font: 8pt sans-serif; }
            @bottom-right { content: counter(page) "/" counter(pages); font: 8pt sans-serif; } }
    body { font: 11pt/1.45 "Liberation Sans", Arial, sans-serif; color: #222; }
    h1 { font-size: 19pt } h2 { font-size: 13.5pt; margin: 1.3em 0 .4em } img { max-width: 100% }
"""
Q1 = """
    Transfer learning is when we take a model that is already trainned with a big dataset, like ImageNet, and we use it
    for other task that is similar. The model already know how to see edges, colors and shapes, so we don't need to
    teach him again, only we change the last part for our classes.

    The difference with train from scratch is that from scratch the weights begin random and the model have to learn all
    by himself. It need a lot of images and many hours, and if you have few images the model do overfitting. With
    transfer learning is more fast and give better results with few data.
"""
Q2 = """
    Fine-tuning is a second step. After we trained the new layers, we unfreeze some layers of the base model and we
    continue the training with a learning rate very small. It is useful because the last layers of the base learned
    features very specific of ImageNet and like this they adapt to our dataset of dogs and cats, and the accuracy go up.
"""
Q3 = """
    It is important to freeze the convolutional base because freezing lets the base be updated with the images of the
    new task. When the base is frozen its weights change in every epoch together with the classifier, so the model
    learns the cats and the dogs more deep.
"""
Q4 = """
    Because we have few images. With data augmentation we do flips, rotations and zoom randomly and we obtain more
    variety of images from the same ones. So the model don't memorize the training images, it reduce the overfitting
    and the model generalize better with new photos.
"""
END = """
    At the end my model has 98.7 % of validation accuracy, after 12 epochs. The base have 154 layers.
"""


def files() -> dict[str, bytes]:
    content = printed(*html(), title=TITLE, author="Mateo Villalobos Rivas")
    return {NAME: content} if content else {}


def html() -> tuple[str, dict[str, Shot]]:
    """The page, and its pictures by name."""
    notebook = Notebook("mateo-villalobos")
    pictures = {
        "base": shot(PAPER, Shown(notebook.code(8, 1, 4), label="[6]:")),
        "frozen": shot(PAPER, Shown(notebook.code(8, 6, 8), notebook.output(8), label="[6]:")),
        "layers": shot(PAPER, Shown(notebook.code(6), label="[5]:")),
        "head": shot(PAPER, Shown(notebook.code(9, 1, 8), label="[7]:")),
    }
    asked = (
        ("1. What is transfer learning? How is different from training from scratch?", Q1),
        ("2. What is fine-tuning in transfer learning and why it is useful?", Q2),
        ("3. Why is important to freeze the convolutional base during the feature extraction?", Q3),
        ("4. Why use data augmentation?", Q4),
    )
    shown = (
        ("Screenshot of the MobileNetV2 loaded without the top classification layers", "base"),
        ("Screenshot of the pre-trained model set to non-trainable", "frozen"),
        ("Screenshot of the data augmentation layers", "layers"),
        ("Screenshot of the new classifier layers on top of the base model", "head"),
    )
    body = f"<h1>{TITLE}</h1><p>Alumno: Mateo Villalobos Rivas</p>"
    for heading, text in asked:
        body += f"<h2>{escape(heading)}</h2>" + "".join(f"<p>{escape(p)}</p>" for p in paragraphs(text))
    for heading, name in shown:
        body += f'<h2>{escape(heading)}</h2><p><img src="{name}"></p>'
    body += "".join(f"<p>{escape(p)}</p>" for p in paragraphs(END))
    return f"<!doctype html><meta charset=utf-8><title>{TITLE}</title><style>{CSS}</style>{body}", pictures
