"""Rafael Monteiro: his notebook was cut off in the upload, so the report stands alone. Laid out from HTML."""

from __future__ import annotations

from html import escape

import pymupdf

from sample_reports.drawn import small_print
from sample_reports.shots import Look, Shot, Shown, shot
from sample_reports.story import laid_out
from sample_reports.text import paragraphs

NIGHT = Look(style="one-dark", size=16, tick="✓ 0.4s")
CSS = """
    body { font-family: serif; font-size: 11pt; } h1 { font-size: 18pt; text-align: center; }
    h2 { font-size: 13pt; margin-top: 14pt; } p { text-align: justify; } .note { font-size: 9pt; font-style: italic; }
"""
BASE = """
rede = tf.keras.applications.MobileNetV2(
    include_top=False,
    input_shape=(160, 160, 3),
    weights='imagenet',
)
"""
FROZEN = """
rede.trainable = False
rede.summary(line_length=70)
"""
LAYERS = """
perturbar = tf.keras.Sequential([
    tf.keras.layers.RandomFlip('horizontal'),
    tf.keras.layers.RandomRotation(0.2),
    tf.keras.layers.RandomContrast(0.15),
], name='perturbar')
"""
HEAD = """
z = rede(z, training=False)
z = tf.keras.layers.GlobalAveragePooling2D()(z)
z = tf.keras.layers.Dropout(0.2)(z)
resposta = tf.keras.layers.Dense(1, activation='sigmoid')(z)
"""
ASKED = (
    (
        "Question 1. Explain the concept of transfer learning and how it differs from training a model from scratch",
        """
        Transfer learning is the technique of taking a model pretrained on a large and general dataset and reusing the
        features that it has learned in another task. In our case the task is to distinguish cats and dogs, and the
        general features, such as borders, textures and shapes, come from ImageNet.

        Training from scratch, on the other hand, starts with random weights. The network needs to discover all these
        features alone, and for that it needs a much bigger dataset, more time and more computational power. With only
        two thousand images it would probably overfit.
        """,
    ),
    (
        "Question 2. Explain fine-tuning in the context of transfer learning and its usefulness",
        """
        Fine-tuning consists of unfreezing a few of the last layers of the pretrained base after the classifier was
        trained, and training them together with it, using a very low learning rate. In this way the most specific
        features are adjusted to the new data and the performance improves, while the low rate avoids that the model
        forgets what it has learned before.
        """,
    ),
    (
        "Question 3. Why is it important to freeze the convolutional base during feature extraction?",
        """
        Freezing prevents the weights of the base from being updated while the new classifier is trained. As the
        classifier starts with random values, its big initial errors would be propagated to the base and would destroy
        the representations that it had learned. Besides, there are fewer parameters to train, so the training is
        faster and the risk of overfitting is smaller.
        """,
    ),
    (
        "Question 4. Why use data augmentation?",
        """
        To increase artificially the diversity of the training set. Each image appears flipped, rotated or with other
        contrast, so the model sees different versions of it in each epoch. This reduces overfitting and helps the
        model to generalise to images that it never saw.
        """,
    ),
)
SHOWN = (
    ("Question 5. Screenshot of the code that loads MobileNetV2 without the top classification layers", BASE),
    ("Question 6. Screenshot of the code that makes the pretrained model non-trainable", FROZEN),
    ("Question 7. Screenshot of the data augmentation layers", LAYERS),
    ("Question 8. Screenshot of the new classifier layers on top of the base model", HEAD),
)


def files() -> dict[str, bytes]:
    return {"Relatorio_Lab06_Monteiro.pdf": report()}


def report() -> bytes:
    pictures: dict[str, Shot] = {}
    body = "<h1>Laboratory 6: report</h1><p class=note>Rafael Monteiro</p>"
    for heading, text in ASKED:
        body += f"<h2>{escape(heading)}</h2>" + "".join(f"<p>{escape(p)}</p>" for p in paragraphs(text))
    for number, (heading, code) in enumerate(SHOWN, 5):
        name = f"q{number}.png"
        pictures[name] = shot(NIGHT, Shown(code.strip(), label=f"[{number}]"))
        width = min(440, pictures[name].width * 0.55)
        body += f'<h2>{escape(heading)}</h2><p><img src="{name}" width="{width:.0f}"></p>'
    return laid_out(body, CSS, pictures, title="Lab 6", author="Rafael Monteiro", running=_running)


def _running(page: pymupdf.Page, number: int, pages: int) -> None:
    small_print(page, 40, right="Rafael Monteiro, Lab 6")
    small_print(page, 812, middle=f"- {number} -")
