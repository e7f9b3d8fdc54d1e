"""Leila Farahani: answers in the notebook itself, in Markdown cells at its end; code pasted there as text."""

from __future__ import annotations

import textwrap

from sample_reports.notebook import Notebook

Q1 = """
    ### 1. What is transfer learning? Difference to training from scratch?

    **Transfer learning** = the knowledge of a model that was pretrained on a big data set (ImageNet) is reused for
    another, smaller task.

    | | from scratch | transfer learning |
    |---|---|---|
    | start | random weights | pretrained weights |
    | data | very much is needed | little is enough |
    | time | long | short |
    | risk | overfitting on a small data set | smaller |
"""
Q2 = """
    ### 2. What is fine-tuning and why is it useful?

    - unfreeze the last layers of the base (I took 40) when the new head is already trained
    - go on training with a very small learning rate
    - useful because the high-level features adapt to cats and dogs, which gives better accuracy than the fixed
      ImageNet features; the small rate protects what was learned before
"""
Q3 = """
    ### 3. Why freeze the convolutional base during feature extraction?

    We freeze it so that the pretrained weights are not updated. In the beginning the classifier has random weights, its
    gradients are large, and they would destroy the useful features of the base. Also there are only few parameters to
    train then, so it is fast, and with 2000 images it doesn't overfit so easily.
"""
Q4 = """
    ### 4. Why data augmentation?

    The data set is small. Flipping, rotating and changing the brightness at random makes many different images from
    every image. So the network sees more variety, memorises less (overfitting ↓) and generalises better to new images.
"""


def files() -> dict[str, bytes]:
    notebook = Notebook("leila-farahani")
    return {notebook.path.name: notebook.with_answers(answers(notebook))}


def answers(notebook: Notebook) -> list[str]:
    """The cells that she adds."""
    shown = (
        ("### 5. Code: MobileNetV2 without its top layers", notebook.code(9, 1, 1)),
        ("### 6. Code: the base is not trainable", notebook.code(9, 2, 3)),
        ("### 7. Code: augmentation layers", notebook.code(7, 2)),
        ("### 8. Code: new classifier on top of the base", notebook.code(10, 1, 9)),
    )
    written = [textwrap.dedent(q).strip() for q in (Q1, Q2, Q3, Q4)]
    pasted = "\n\n".join(f"{heading}\n\n```python\n{code}\n```" for heading, code in shown)
    return ["# Answers to the questions", *written, f"(I can't put pictures here, so the code as text.)\n\n{pasted}"]
