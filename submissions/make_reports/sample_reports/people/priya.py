"""Priya Raghunathan: precise. Heading styles with automatic numbers, contents, floating pictures that stand before
their heading's text in the file, and a section 9 of her own: seven backbones, as a table and as a picture."""

from __future__ import annotations

from PIL import Image, ImageDraw

from sample_reports.notebook import Notebook
from sample_reports.shots import Look, Shot, encoded, mono, shot
from sample_reports.text import one, paragraphs
from sample_reports.word import Word

DARK = Look(style="monokai", size=18, gutter=True)

HEADINGS = (
    "Explain transfer learning. How is it different from training from scratch?",
    "What is fine-tuning in this context and why is it useful?",
    "Why should the convolutional base be frozen during feature extraction?",
    "Why use data augmentation?",
    "Code that loads MobileNetV2 without the top classification layers (screenshot)",
    "Code that makes the pre-trained model non-trainable (screenshot)",
    "Data augmentation layers (screenshot)",
    "New classifier layers on top of the base model (screenshot)",
)
Q1 = """
    In transfer learning, the weights that a model has acquired on a source task are reused for a target task. Here the
    source task is the ImageNet classification, and the target task is the binary question whether a photo shows a cat
    or a dog. The lower part of the network, which computes general visual features, is kept; only the part that is
    specific to the source task is replaced.

    Training from scratch means that all weights are initialised randomly and must be estimated from the target data
    alone. This requires a large labelled data set, long training and considerable hardware. With transfer learning, a
    few thousand images and some minutes are sufficient, because the features are already there.
"""
Q2 = """
    Fine-tuning means that, after the new head has been trained, some of the top layers of the backbone are made
    trainable again and the training is continued with a very low learning rate (1e-5 instead of 1e-3 in my case).

    The upper layers of a CNN are the ones most specialised to the original data. By fine-tuning we adapt precisely
    those to the new data, and so obtain a higher accuracy than with fixed features. The low learning rate avoids that
    the pretrained weights are overwritten by large updates.
"""
Q3 = """
    If the base is frozen, its weights are excluded from the updates of the optimiser, and therefore the pretrained
    features are preserved. This matters mostly at the beginning: the head is random, the loss is high, and the
    resulting large gradients would otherwise propagate into the backbone and destroy these representations.

    A second reason is cost and overfitting. With the backbone frozen only two tensors of the head are trained, which
    needs less time and memory, and a small data set cannot overfit millions of weights.
"""
Q4 = """
    The data set contains only 2,000 training images. Random but realistic transformations (horizontal flips, small
    rotations, translations) produce variants of each image, so that the diversity of the training data is increased
    without collecting new images. The model becomes robust to such variations, overfits less, and generalises better
    to unseen images. Note that the layers are active only in training.
"""
NINE = """
    I was curious whether MobileNetV2 is a good choice, so I repeated both phases with six more backbones on a
    subset of 500 images, in another notebook which I have not handed in. Each backbone received its own preprocessing.
    The table shows the epoch with the best validation accuracy.
"""
BACKBONES = (
    ("Backbone", "Best epoch", "Train acc.", "Val. acc.", "Val. loss"),
    ("MobileNetV2", "9", "0.9530", "0.9710", "0.0841"),
    ("MobileNetV3Small", "10", "0.9412", "0.9620", "0.1034"),
    ("EfficientNetV2B0", "8", "0.9684", "0.9830", "0.0566"),
    ("DenseNet121", "10", "0.9575", "0.9760", "0.0693"),
    ("Xception", "7", "0.9720", "0.9850", "0.0512"),
    ("ResNet50V2", "9", "0.9608", "0.9740", "0.0768"),
    ("NASNetMobile", "10", "0.9377", "0.9590", "0.1120"),
)


def files() -> dict[str, bytes]:
    return {"priya_lab06_report_final.docx": report()}


def report() -> bytes:
    notebook, word = Notebook("priya-raghunathan"), Word("Cambria")
    word.running("Lab 06: Transfer learning with MobileNetV2", "Priya Raghunathan – page ")
    word.file.add_paragraph("Cats, dogs and a borrowed backbone", style="Title")
    word.text("Priya Raghunathan", "Report accompanying priya_lab06_final_v2.ipynb")
    word.contents([(f"{n}. {text}", page) for n, (text, page) in enumerate(zip(HEADINGS, PAGES, strict=True), 1)])
    word.page_break()
    for heading, text in zip(HEADINGS, (Q1, Q2, Q3, Q4), strict=False):
        word.heading(heading, numbered=True)
        word.text(*paragraphs(text))
    for heading, (first, last) in zip(HEADINGS[4:], ((10, 14), (15, 18), (2, 9), (21, 24)), strict=True):
        word.heading(heading, numbered=True, floating=[shot(DARK, notebook.dedented(6, first, last))])
    word.text(one("""
        The last layer has no activation: it returns a logit, and the loss is told so by from_logits=True. After
        feature extraction the validation accuracy was 0.9780, after fine-tuning 0.9800, with a validation loss of
        0.0583."""))  # fmt: skip
    word.heading("Additional experiment: seven backbones", numbered=True)
    word.text(*paragraphs(NINE))
    word.table(BACKBONES)
    word.text("Table 1: Seven backbones compared.", style="Caption")
    word.text("The same as it came out of my script:")
    word.picture(printed_table(), 5.0, "Figure 5: Output of the comparison.")
    word.text("Is it fair to compare them at 160 x 160 pixels although some were trained on larger pictures?")
    return word.ended("Report on Lab 06", "Priya Raghunathan")


PAGES = (2, 2, 2, 3, 3, 4, 4, 4)


def printed_table() -> Shot:
    """The table as a program prints it, on a dark ground."""
    font = mono("dejavu", 15)
    lines = ["".join(f"{cell:<18}" if not n else f"{cell:>12}" for n, cell in enumerate(row)) for row in BACKBONES]
    image = Image.new("RGB", (round(font.getlength(lines[0])) + 40, 24 * len(lines) + 30), (24, 26, 31))
    draw = ImageDraw.Draw(image)
    for n, line in enumerate(lines):
        draw.text((20, 14 + 24 * n), line, (220, 223, 228), font)
    return encoded(image)
