"""A combination of spellings → the cells of a notebook.

In: a Combination and a name, from which variables' names are drawn. Out: cells, Markdown and code, with what is saved
in them. Must never decide a label: `labels` does, from the same facts.
"""

from __future__ import annotations

import random
import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import Template

from tests.proving.combine import Combination
from tests.proving.spellings import Spelling, facts_of

NAMES = {
    "base": ("base_model", "base", "mobilenet", "conv_base", "pretrained_model"),
    "model": ("model", "net", "classifier_model", "transfer_model"),
    "train": ("train_dataset", "train_ds", "train_data", "training_set"),
    "val": ("validation_dataset", "val_ds", "val_data", "valid_set"),
    "aug": ("data_augmentation", "augmentation", "img_augmentation"),
    "hist": ("history", "hist", "h"),
}
TITLES = {
    "imports": "Imports", "data": "Loading the data", "augmentation": "Data augmentation",
    "preprocessing": "Preprocessing", "backbone": "The base model", "freezing": "Freeze the convolutional base",
    "wiring": "Build the model", "compile": "Compile", "training": "Train the head", "late": "Freeze the base",
    "finetuning": "Fine tuning", "plots": "Learning curves",
}  # fmt: skip
OTHER_TITLES = {
    "imports": "Importar bibliotecas", "data": "Загрузка данных", "augmentation": "数据增强",
    "preprocessing": "Prétraitement", "backbone": "Das Basismodell", "freezing": "Congelar la base",
    "wiring": "モデルの構築", "compile": "Compilar", "training": "Entraînement", "late": "Gelo da base",
    "finetuning": "미세 조정", "plots": "Wykresy",
}  # fmt: skip
CELL = "# ---"


@dataclass(frozen=True)
class Piece:
    """A cell: of which step it is, what it says, and what is saved under it."""

    step: str
    source: str
    markdown: bool = False
    output: str = ""
    count: int | None = None


def compose(combination: Combination, name: str) -> tuple[Piece, ...]:
    """The notebook's cells."""
    draw = random.Random(name)  # noqa: S311 - no secrets here
    chosen = {s.step: s for s in combination.spellings}
    words = _words(chosen, draw)
    pieces = [Piece(step, cell) for step, code in _code(chosen, words) for cell in _cells(code)]
    habit = chosen["habits"].habit
    pieces = _divided(pieces, str(habit["cells"]))
    pieces = _dressed(pieces, habit, int(facts_of(combination.spellings)["epochs"]), draw)
    return tuple(_counted(pieces, str(habit.get("counts", "order")), draw))


def _words(chosen: Mapping[str, Spelling], draw: random.Random) -> dict[str, str]:
    """What is written for each name: `$base`, `$shape`, `$loss`."""
    words = {key: draw.choice(names) for key, names in NAMES.items()}
    size = str(chosen["data"].facts["size"])
    for spelling in chosen.values():
        for key, text in spelling.words.items():
            words[key] = Template(text).safe_substitute({**words, "size": size})
    words["size"] = size
    kind = str(chosen["head"].facts["kind"])
    words["loss"] = _loss(kind, chosen["compile"].style, words["K"])
    pipeline = ("augmentation", "preprocessing")
    words["gen"] = ", ".join(s for s in (chosen[p].gen for p in pipeline) if s)
    words["gen_held"] = chosen["preprocessing"].gen_held
    return words


def _loss(kind: str, style: str, keras: str) -> str:
    if kind == "logits":
        return f"{keras}.losses.BinaryCrossentropy(from_logits=True)"
    if kind == "classes":
        return "'sparse_categorical_crossentropy'" if style == "string" else \
            f"{keras}.losses.SparseCategoricalCrossentropy()"
    return "'binary_crossentropy'" if style == "string" else f"{keras}.losses.BinaryCrossentropy()"


# --------------------------------------------------------------------------- code, step by step


def _code(chosen: Mapping[str, Spelling], words: Mapping[str, str]) -> list[tuple[str, str]]:
    """The code of each step, in the order in which it stands."""
    wiring = _filled(chosen["wiring"].code, {**words, **_lines(chosen, words)})
    words = {**words, "rebuild": wiring}
    freezing = chosen["freezing"]
    place = freezing.at or "freezing"
    built = f"{_filled(chosen['head'].code, words)}\n{wiring}"
    told = {
        **{step: _filled(chosen[step].code, words) for step in chosen if step not in ("wiring", "head", "freezing")},
        "wiring": built,
    }
    told[{"built": "frozen after building"}.get(place, place)] = _filled(freezing.code, words)
    order = ("imports", "data", "augmentation", "preprocessing", "backbone", "freezing", "wiring",
             "frozen after building", "compile", "training", "late", "finetuning", "plots")  # fmt: skip
    return [(step, told[step].strip("\n")) for step in order if told.get(step, "").strip()]


def _lines(chosen: Mapping[str, Spelling], words: Mapping[str, str]) -> dict[str, str]:
    """What the steps put into the model: lines on `x`, items of a list, calls of `add`."""
    augmentation, preprocessing, head = (chosen[s] for s in ("augmentation", "preprocessing", "head"))
    behind = augmentation.behind
    lines = {
        "augment": augmentation.functional,
        "preprocess": preprocessing.functional,
        "behind": "\n".join(f"x = {layer}(x)" for layer in behind),
        "head": head.functional or _called(head.layers or ()),
    }
    items = {"augment": augmentation.layers, "preprocess": preprocessing.layers, "behind": behind, "head": head.layers}
    for name, layers in items.items():
        lines[f"{name}_items"] = "\n".join(f"{layer}," for layer in layers or ())
        lines[f"{name}_adds"] = "\n".join(f"$model.add({layer})" for layer in layers or ())
    return {name: _filled(text, words).strip("\n") for name, text in lines.items()}


def _called(layers: Sequence[str]) -> str:
    *inner, last = layers
    return "\n".join([*(f"x = {layer}(x)" for layer in inner), f"outputs = {last}(x)"])


def _filled(code: str, words: Mapping[str, str]) -> str:
    """Code with its words. A slot alone on its line takes several lines at its indentation, or none."""
    lines = []
    for line in code.splitlines():
        alone = re.fullmatch(r"(\s*)\$(\w+)", line)
        if alone is None:
            lines.append(Template(line).safe_substitute(words))
        elif words[alone[2]]:
            lines.append(textwrap.indent(words[alone[2]], alone[1]))
    return "\n".join(lines)


# --------------------------------------------------------------------------- cells


def _cells(code: str) -> list[str]:
    """The cells of a step. What is divided inside a function stays together."""
    cells = [cell.strip("\n") for cell in re.split(rf"^{CELL}$", code, flags=re.MULTILINE)]
    return [cell for cell in cells if cell.strip()]


def _divided(pieces: list[Piece], way: str) -> list[Piece]:
    if way == "steps":
        return pieces
    if way == "main":
        return _in_main(pieces)
    parts = [pieces] if way == "one" else [pieces[: len(pieces) // 2], pieces[len(pieces) // 2 :]]
    return [Piece(part[0].step, "\n\n".join(p.source for p in part)) for part in parts if part]


def _in_main(pieces: list[Piece]) -> list[Piece]:
    """Everything but the imports inside a function that is called at the end."""
    imports = [p for p in pieces if p.step == "imports"]
    rest = "\n\n".join(p.source for p in pieces if p.step != "imports")
    body = textwrap.indent(rest, "    ")
    called = Piece("training", "if __name__ == '__main__':\n    main()")
    return [*imports, Piece("wiring", f"def main():\n{body}"), called]


def _dressed(pieces: list[Piece], habit: Mapping[str, object], epochs: int, draw: random.Random) -> list[Piece]:
    """With headings, a first cell, a comment, and saved logs."""
    dressed = [Piece("first", str(habit["first"]))] if "first" in habit else []
    before = ""
    for piece in pieces:
        source = piece.source
        titles = {"english": TITLES, "other": OTHER_TITLES}.get(str(habit.get("headings")), {})
        if piece.step in titles and piece.step != before:
            dressed.append(Piece(piece.step, f"## {titles[piece.step]}", markdown=True))
        if "comment" in habit and piece.step == "freezing":
            source = f"{habit['comment']}\n{source}"
        if habit.get("timed") and piece.step == "training" and ".fit(" in source:
            source = f"%%time\n{source}"
        trains = piece.step == "training" and (".fit(" in source or ".fit_generator(" in source)
        output = _log(str(habit["log"]), epochs, draw) if "log" in habit and trains else ""
        dressed.append(Piece(piece.step, source, output=output))
        before = piece.step
    return dressed


def _log(kind: str, epochs: int, draw: random.Random) -> str:
    """What Keras prints of a training: of this one, of one of other length, of one that guesses, or that overfits."""
    shown = epochs + 7 if kind == "other_epochs" else epochs
    lines = []
    for epoch in range(1, shown + 1):
        risen = 0.9 + 0.07 * epoch / shown
        accuracy, held = {
            "guessing": (0.5 + 0.004 * draw.random(), 0.5 - 0.004 * draw.random()),
            "gap": (risen, risen - 0.22),
        }.get(kind, (risen - 0.02, risen - 0.01 * draw.random()))
        lines.append(f"Epoch {epoch}/{shown}")
        lines.append(f"63/63 ━━━━━━━━━━━━━━━━━━━━ {draw.randint(9, 40)}s {draw.randint(150, 600)}ms/step - "
                     f"accuracy: {accuracy:.4f} - loss: {1.2 - accuracy:.4f} - val_accuracy: {held:.4f} - "
                     f"val_loss: {1.2 - held:.4f}")  # fmt: skip
    return "\n".join(lines) + "\n"


def _counted(pieces: list[Piece], counts: str, draw: random.Random) -> list[Piece]:
    """With execution counts: in order, shuffled, or cleared."""
    code = [p for p in pieces if not p.markdown]
    numbers: list[int | None] = list(range(1, len(code) + 1))
    if counts == "shuffled":
        numbers = [n + draw.choice((0, 0, 0, 11, 23)) for n in numbers if n is not None]
        numbers = draw.sample(numbers, len(numbers))
    if counts == "none":
        numbers = [None] * len(code)
    waiting = iter(numbers)
    return [p if p.markdown else Piece(p.step, p.source, False, p.output, next(waiting)) for p in pieces]
