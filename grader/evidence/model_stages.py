"""Reads what a model file saved after a training says about that training.

In: the `SavedModel`s of one Keras model in order, each laid out. Out: a Stage for each.
What happened before the file was written can only be told where the file could not look otherwise.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from grader.evidence.model_backbone import Found, has_weights
from grader.evidence.model_graph import Graph, Node
from grader.evidence.model_json import mapping, number, sequence, text, whole
from grader.records import Loss, SavedModel, Stage, Trainable, cant_tell, known

_ALIASES = {
    "bce": "binary_crossentropy",
    "mse": "mean_squared_error",
    "mae": "mean_absolute_error",
    "cce": "categorical_crossentropy",
}
_LOSSES = frozenset("""
    binary_crossentropy binary_focal_crossentropy categorical_crossentropy categorical_focal_crossentropy
    sparse_categorical_crossentropy categorical_generalized_cross_entropy mean_squared_error mean_absolute_error
    mean_absolute_percentage_error mean_squared_logarithmic_error hinge squared_hinge categorical_hinge huber log_cosh
    kl_divergence poisson cosine_similarity dice tversky circle ctc
    """.split())
"""Keras's own, https://keras.io/api/losses: a file names a function of the student's in the same way."""
_CONTINUED = 0.9
_FRESH = 0.3
_FEWEST_WEIGHTS = 64
"""A head smaller than this is alike or unlike by chance."""


@dataclass(frozen=True)
class SavedStage:
    """A file and what was read from it."""

    saved: SavedModel
    graph: Graph
    found: Found | None

    @property
    def measured(self) -> dict[str, Any]:
        return mapping(self.saved.behaviour)


def read_stages(files: list[SavedStage], *, alone: bool) -> tuple[Stage, ...]:
    """One stage a file, in the order of training. `alone`: files of no other model were saved."""
    return tuple(
        _stage(order, file, files[order - 1] if order else None, alone=alone) for order, file in enumerate(files)
    )


def _stage(order: int, file: SavedStage, previous: SavedStage | None, *, alone: bool) -> Stage:
    compiled = mapping(mapping(file.saved.config).get("compile_config"))
    trainable, some, all_of_them = _trainable(file.graph, file.found)
    return Stage(
        order=order,
        backbone_trainable=trainable,
        trainable_layers=some,
        total_layers=all_of_them,
        optimizer=_optimizer(compiled),
        learning_rate=_learning_rate(compiled),
        loss=read_loss(compiled.get("loss")),
        steps_run=_steps(file, previous),
        continues=_continues(file, previous, alone=alone),
        backbone_changed=_changed(file, previous, "different"),
        statistics_changed=_changed(file, previous, "statistics_different"),
    )


def _trainable(graph: Graph, found: Found | None) -> tuple[Any, Any, Any]:
    """How much of the backbone can learn, by the `trainable` flags that the file keeps of each layer."""
    if found is None:
        why = graph.why or "the model holds no known backbone"
        return cant_tell(why), cant_tell(why), cant_tell(why)
    layers = found.layers(graph)
    learns = _learning(graph, layers)
    weighted = [flag for node, flag in zip(layers, learns, strict=True) if has_weights(node)]
    state = Trainable.ALL if all(weighted) else Trainable.PART if any(weighted) else Trainable.NONE
    excerpt = f"{sum(learns)} of {len(layers)} layers of the backbone are trainable in the saved file"
    if not any(weighted):
        excerpt = f"none of the backbone's {len(weighted)} layers with weights is trainable in the saved file"
    return known(state, excerpt=excerpt), known(sum(learns), excerpt=excerpt), known(len(layers), excerpt=excerpt)


def _learning(graph: Graph, layers: list[Node]) -> list[bool]:
    """Each layer's flag. An InputLayer's is not saved: it goes with its neighbour, as in every slice and loop."""
    flags = [graph.trainable and node.config.get("trainable") is not False for node in layers]
    for i, node in enumerate(layers[:-1]):
        if node.kind == "InputLayer":
            flags[i] = flags[i + 1]
    return flags


def _optimizer(compiled: dict[str, Any]) -> Any:
    optimizer = compiled.get("optimizer")
    if isinstance(optimizer, str):
        return known(text(optimizer))
    name = text(mapping(optimizer).get("class_name"))
    if name == "LossScaleOptimizer":
        name = text(mapping(_inner(optimizer)).get("class_name"))
    return known(name) if name else cant_tell("the file was saved without its compile settings")


def _inner(optimizer: object) -> object:
    return mapping(mapping(optimizer).get("config")).get("inner_optimizer")


def _learning_rate(compiled: dict[str, Any]) -> Any:
    optimizer = mapping(compiled.get("optimizer"))
    if text(optimizer.get("class_name")) == "LossScaleOptimizer":
        optimizer = mapping(_inner(optimizer))
    rate = mapping(optimizer.get("config")).get("learning_rate")
    if isinstance(rate, dict):  # a schedule
        rate = mapping(rate.get("config")).get("initial_learning_rate")
    value = number(rate)
    if value is None:
        return cant_tell("the file does not say the learning rate")
    return known(float(f"{value:.6g}"), why="as saved when the stage ended")  # float32 wrote 9.999999747378752e-05


def read_loss(value: object) -> Any:
    """A loss out of any of the ways in which `compile_config` writes it."""
    if isinstance(value, dict) and "class_name" not in value and len(value) == 1:
        value = next(iter(value.values()))
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, str):
        return _named_loss(value, from_logits=False)
    entry = mapping(value)
    if text(entry.get("class_name")) == "function":
        return _named_loss(text(entry.get("config")), from_logits=False)
    config = entry.get("config")
    if isinstance(config, str):
        return _named_loss(config, from_logits=False)
    module = text(entry.get("module"))
    if not text(entry.get("class_name")) or not module.startswith("keras"):
        return cant_tell("the file does not say the loss" if not entry else "a loss of the student's own")
    inner = mapping(config)
    wrapped = text(mapping(inner.get("fn")).get("config"))
    logits = inner.get("from_logits")  # Keras takes any number for true, such as a label smoothing in its place
    told = isinstance(logits, (bool, int, float)) and bool(logits)
    return _named_loss(wrapped or text(entry.get("class_name")), from_logits=told)


def _named_loss(name: str, *, from_logits: bool) -> Any:
    plain = name.rsplit(".", 1)[-1]
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", plain).lower()
    snake = _ALIASES.get(snake, snake)
    if not snake.isidentifier():
        return cant_tell("the file does not say the loss")
    if snake not in _LOSSES:
        return cant_tell(f"{snake} is no loss of Keras")
    return known(Loss(name=snake, from_logits=from_logits), excerpt=f"{snake}, from_logits={from_logits}")


def _steps(file: SavedStage, previous: SavedStage | None) -> Any:
    """The optimizer counts the steps since it was made; a later stage's count may go on from the one before."""
    count = whole(mapping(file.measured.get("optimizer")).get("iterations"))
    if count is None or count < 0:
        return cant_tell("the file does not say how many steps were run")
    before = whole(mapping(previous.measured.get("optimizer")).get("iterations")) if previous else 0
    if before is None or (previous is not None and count > before):
        return cant_tell("the optimizer may have counted on from an earlier training")
    return known(count, excerpt=f"the optimizer counted {count} steps")


def _continues(file: SavedStage, previous: SavedStage | None, *, alone: bool) -> Any:
    """Two steps of training leave a head much as it was; a fresh one has nothing of it."""
    if previous is None and alone:
        return known(True)
    if previous is None:
        return cant_tell("the files of different models are not compared: what an earlier one had learned isn't known")
    since = mapping(file.measured.get("since_previous"))
    likeness, size = number(since.get("head_likeness")), whole(since.get("head_weights"))
    if likeness is None or size is None or size < _FEWEST_WEIGHTS:
        return cant_tell("the heads of the two files could not be compared")
    if _FRESH < likeness < _CONTINUED:
        return cant_tell(f"the heads of the two files are alike to {likeness:.2f}")
    return known(
        likeness >= _CONTINUED, excerpt=f"the head's weights are alike to {likeness:.2f} with the stage before"
    )


def _changed(file: SavedStage, previous: SavedStage | None, what: str) -> Any:
    """Whether the stage changed the backbone, by the file before it; the first by the served weights."""
    if previous is not None:
        since = mapping(file.measured.get("since_previous"))
        compared, different = whole(since.get("compared")), whole(since.get(what))
        if not compared or different is None:
            return cant_tell("the two files could not be compared")
        return known(different > 0, excerpt=f"{different} arrays of the backbone differ from the stage before")
    return _changed_from_served(mapping(file.measured.get("weights")), what)


def _changed_from_served(weights: dict[str, Any], what: str) -> Any:
    compared, different = whole(weights.get("compared")), whole(weights.get(what))
    if not compared or different is None:
        return cant_tell("its weights could not be compared with the served ones")
    if different == 0:
        return known(False, excerpt=f"{compared} arrays equal those served")
    if not started_as_served(weights):
        return cant_tell("none of its kernels is the served one: it may have started from others")
    return known(True, excerpt=f"{different} arrays differ from those served")


def started_as_served(weights: dict[str, Any]) -> bool:
    """Whether the backbone once held the served weights: some kernels equal, or all are still much alike."""
    compared, different = whole(weights.get("kernels_compared")), whole(weights.get("kernels_different"))
    if not compared or different is None:
        return False
    likeness = number(weights.get("likeness"))
    return different < compared or (likeness is not None and likeness >= _CONTINUED)


def layers_differing(weights: dict[str, Any]) -> str:
    """The names of layers whose weights differ, for an excerpt."""
    return ", ".join(text(name) for name in sequence(weights.get("different_layers"))[:5])
