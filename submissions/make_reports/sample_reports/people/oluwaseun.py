"""Oluwaseun Adeyemi: in a hurry. Question 2 half right, question 3 copied back as its answer, the augmentation shown
where the base is asked for, no picture under question 8, and an accuracy that no output of the notebook shows."""

from __future__ import annotations

from html import escape

import pymupdf

from sample_reports.drawn import small_print
from sample_reports.notebook import Notebook
from sample_reports.shots import Look, Shot, Shown, shot
from sample_reports.story import laid_out
from sample_reports.text import paragraphs

PHONE = Look(style="default", size=14, scale=0.8, jpeg=60)
CSS = "body { font-family: sans-serif; font-size: 11pt; } h3 { font-size: 11.5pt; margin-top: 12pt; }"

ASKED = (
    (
        "1) What is transfer learning and how does it differ from training from scratch",
        """
        Transfer learning is using the knowledge of a pre-trained model for another task. The model has been trained
        already on a very large dataset so it already knows the general features e.g. edges and textures, and you only
        train the new part for your own classes. When you train from scratch the weights are random at the beginning
        and the model has to learn everything, this needs a huge dataset and long time. Transfer learning needs less
        data and less time and it still gives high accuracy.
        """,
    ),
    (
        "2) What is fine-tuning in the context of transfer learning and why is it useful",
        """
        Fine tuning is when you unfreeze the last layers of the base and train them again on your own images.
        """,
    ),
    (
        "3) Why is it important to freeze the convolutional base during feature extraction",
        """
        It is important to freeze the convolutional base during feature extraction.
        """,
    ),
    (
        "4) Why use data augmentation",
        """
        Since we only have 2000 images, we need more of them. Augmentation flips, rotates and zooms the images randomly
        so that the model sees more variety. It prevents the model from memorising the images (overfitting) and it will
        perform well on new images.
        """,
    ),
)


def files() -> dict[str, bytes]:
    return {"Lab06 Seun report.pdf": report()}


def report() -> bytes:
    notebook = Notebook("oluwaseun-adeyemi")
    layers = shot(PHONE, Shown(notebook.code(5), label="[4]"))
    pictures: dict[str, Shot] = {
        "first.jpg": layers,
        "frozen.jpg": shot(PHONE, Shown(notebook.code(6, 2, 2), label="[5]")),
        "layers.jpg": shot(PHONE, notebook.code(5, 1, 4)),
    }
    body = "<h1>Lab06</h1><p>Seun Adeyemi</p>"
    for heading, text in ASKED:
        body += f"<h3>{escape(heading)}</h3>" + "".join(f"<p>{escape(p)}</p>" for p in paragraphs(text))
    for heading, name in (
        ("5) Screenshot of MobileNetV2 loaded without the top classification layers", "first.jpg"),
        ("6) Screenshot of the pre-trained model set to non-trainable", "frozen.jpg"),
        ("7) Screenshot of the data augmentation layers", "layers.jpg"),
        ("8) Screenshot of the new classifier layers", ""),
    ):
        body += f"<h3>{escape(heading)}</h3>"
        if name:
            body += f'<p><img src="{name}" width="{pictures[name].width * 0.72:.0f}"></p>'
    body += "<p>My accuracy was about 97% yesterday before the error came.</p>"
    return laid_out(body, CSS, pictures, title="", author="", running=_running)


def _running(page: pymupdf.Page, number: int, pages: int) -> None:
    small_print(page, 812, right=f"{number}/{pages}")
