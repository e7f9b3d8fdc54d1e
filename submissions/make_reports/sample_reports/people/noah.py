"""Noah Feldstein: terse, lower case, Markdown. Question 2 is too short; code pasted in fences, one picture beside."""

from __future__ import annotations

from sample_reports.notebook import Notebook
from sample_reports.shots import Look, Shown, shot

TEXT = """# lab 6 answers

noah feldstein

## q1 transfer learning vs from scratch

- reuse a net that was pretrained on a huge dataset (imagenet) for a new task, swap the last layer
- scratch = random weights, learn every feature yourself: tons of data + gpu hours
- transfer = features are already there: 2k photos and 5 minutes are enough, less overfitting

## q2 fine-tuning

training it a bit more.

## q3 why freeze the base

new head starts random -> huge gradients -> would trash the pretrained filters if they weren't locked. frozen = weights
stay as they are, only the head learns. also way fewer params, so faster and less overfitting. (yes i left the last 30
open anyway. it cost me, see the notebook.)

## q4 augmentation

small dataset. random flips / rotations / zooms = different version of each photo every epoch, so the net can't memorise
them. less overfitting, generalises better.

## q5 base without top

```python
{base}
```

## q6 not trainable

```python
{frozen}
```

## q7 augmentation layers

![noise]({picture})

## q8 new layers on top

```python
{head}
```
"""
PICTURE = "q7.png"


def files() -> dict[str, bytes]:
    notebook = Notebook("noah-feldstein")
    seen = shot(Look(style="dracula", size=15, scale=0.9), Shown(notebook.code(6, 1, 1), label="In [4]:"))
    text = TEXT.format(
        base=notebook.code(5, 1, 1),
        frozen=notebook.code(5, 2, 3),
        head="\n".join((notebook.code(6, 8, 10), notebook.code(6, 11, 11))),
        picture=PICTURE,
    )
    return {"lab6-answers.md": text.encode(), PICTURE: seen.content}
