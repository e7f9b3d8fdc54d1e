"""What the saved model files say: `read_model`, the witness that the student's process can't talk to.

In: a `Run` with its `SavedModel`s (configs parsed under caps, behaviour measured in a clean sandbox).
Out: a `Testimony` with an account of each model of which a file was saved.
It must never load a model, never import Keras, never raise over what a file
holds. Models have no cells: it gives no places.
"""

from __future__ import annotations

from typing import Any

from grader.evidence.model_backbone import Found, describe, find_backbone, input_shape
from grader.evidence.model_graph import Graph, lay_out
from grader.evidence.model_json import mapping, number, shape, text, vector, whole
from grader.evidence.model_parts import augmentation_of, head_of, pooling_of
from grader.evidence.model_scaling import Unreadable, scaling_steps
from grader.evidence.model_stages import SavedStage, layers_differing, read_stages, started_as_served
from grader.records import (
    Account,
    Augmentation,
    Backbone,
    CallTraining,
    Head,
    Pooling,
    PoolingPart,
    Preprocessing,
    Run,
    SavedModel,
    Shape,
    Testimony,
    Witness,
    cant_tell,
    known,
)


def read_model(run: Run) -> Testimony:
    """What the model files that the run saved say, an account for each Keras model."""
    if not run.models:
        return Testimony(witness=Witness.MODEL, available=False, why="the run saved no model file")
    by_key: dict[str, list[SavedModel]] = {}
    for saved in sorted(run.models, key=lambda m: m.stage):
        by_key.setdefault(saved.model_key, []).append(saved)
    accounts: list[Account] = []
    remarks: list[str] = []
    claims: dict[str, str] = {}
    for key, files in by_key.items():
        remarks += [f"model file {key}-{f.stage}: {f.problem}" for f in files if f.problem]
        stages = [_laid_out(saved) for saved in files]
        accounts.append(_account(key, stages, alone=len(by_key) == 1))
        claims.update(_claims(key, stages))
        remarks += _remarks(key, stages)
    return Testimony(
        witness=Witness.MODEL, accounts=tuple(accounts), remarks=tuple(dict.fromkeys(remarks)), claims=claims
    )


def _laid_out(saved: SavedModel) -> SavedStage:
    if saved.config is None:
        return SavedStage(saved, Graph(why=saved.problem or "the file's config could not be read"), None)
    graph = lay_out(saved.config)
    return SavedStage(saved, graph, find_backbone(graph))


def _account(key: str, stages: list[SavedStage], *, alone: bool) -> Account:
    """The structure as the first readable file has it, the stages as each has them."""
    first = next((stage for stage in stages if stage.graph.visible), stages[0])
    graph, found = first.graph, first.found
    pooling, pooled = pooling_of(graph, found)
    measured = mapping(first.measured.get("behaviour"))
    return Account(
        witness=Witness.MODEL,
        label=text(mapping(mapping(first.saved.config).get("config")).get("name")),
        model_key=key,
        backbone=_backbone(first, mapping(stages[0].measured.get("weights"))),
        augmentation=_measured_augmentation(augmentation_of(graph, found), measured),
        preprocessing=_preprocessing(graph, found),
        pooling=_measured_pooling(pooling, measured),
        head=_measured_head(head_of(graph, found, pooled), measured),
        stages=read_stages(stages, alone=alone),
    )


# --------------------------------------------------------------------------- the backbone


def _backbone(file: SavedStage, served: dict[str, Any]) -> Backbone:
    graph, found = file.graph, file.found
    if found is None:
        return Backbone(in_model=_absent(graph, served), weights_as_served=_as_served(served), weights=_weights(served))
    excerpt = describe(graph, found)
    size = input_shape(graph, found)
    pooling = _own_pooling(graph, found)
    return Backbone(
        name=known(found.name, excerpt=excerpt)
        if found.name
        else cant_tell(f"one of {', '.join(found.family)}", None, excerpt),
        include_top=_include_top(graph, found, excerpt),
        cut_before_top=_cut(graph, found, excerpt),
        weights=_weights(served),
        input_shape=known(size, excerpt=excerpt) if size else cant_tell("the file does not say the input's shape"),
        pooling_argument=pooling,
        output_shape=_output_shape(file, found),
        call_training=_call_training(graph, found),
        in_model=known(True, excerpt=excerpt),
        weights_as_served=_as_served(served),
    )


def _absent(graph: Graph, served: dict[str, Any]) -> Any:
    """No known network was found: a "no" only where nothing is hidden and no unknown network is there."""
    if _as_served(served).is_known_as(True):
        return known(True, excerpt=f"{whole(served.get('compared'))} arrays of its weights are in the file")
    if not graph.visible:
        return cant_tell(graph.why)
    hidden = next((node for node in graph.nodes if node.opaque), None)
    if hidden is not None:
        return cant_tell(f"{hidden.kind} layer '{hidden.name}' holds code of its own")
    entered = [node.shape for node in graph.nodes if not node.inputs and node.shape is not None]
    if not any(len(size) == 4 and size[3] in (1, 3, None) for size in entered):
        return cant_tell("the model takes features, not images")
    convolutions = sum(node.kind.endswith(("Conv2D", "Conv")) for node in graph.nodes)
    if convolutions > 12:
        return cant_tell(f"a network of {convolutions} convolutions that is none of keras.applications")
    return known(False, excerpt=f"{len(graph.nodes)} layers, {convolutions} convolutions, none of a known backbone")


def _include_top(graph: Graph, found: Found, excerpt: str) -> Any:
    if not found.top:
        return known(False, excerpt=excerpt, why="no classification layer of it is in the model")
    classifiers = [graph.nodes[key] for key in found.classifier]
    own_output = any(key in graph.outputs for key in found.classifier)
    names = ", ".join(f"{n.kind} '{n.name}'" for n in (graph.nodes[k] for k in found.top))
    if len(found.top) > len(found.classifier) or not own_output or found.nested:
        return known(True, excerpt=f"{excerpt}, with {names}")
    if any(whole(node.config.get("units", node.config.get("filters"))) == 1000 for node in classifiers):
        return known(True, excerpt=f"{excerpt}, with {names}")
    return cant_tell(f"{names} may be its own top or the student's head", None, excerpt)


def _cut(graph: Graph, found: Found, excerpt: str) -> Any:
    if found.classifier:
        return known(False, excerpt=excerpt) if _include_top(graph, found, excerpt).known else cant_tell()
    if found.top or not found.whole:
        return known(True, excerpt=f"{excerpt}, up to '{graph.nodes[found.last].name}'")
    return known(False, excerpt=excerpt)


def _own_pooling(graph: Graph, found: Found) -> Any:
    """The `pooling` argument, by a pooling inside the nested network; inlined it may be the student's."""
    inside = {"GlobalAveragePooling2D": "avg", "GlobalMaxPooling2D": "max"}
    following = next((node for node in graph.nodes if found.last in node.inputs), None)
    if following is None or not found.nested:
        return cant_tell("its layers lie directly in the model" if not found.nested else "")
    if following.container != found.container:
        return known("none")
    return known(inside.get(following.kind, "none")) if not found.top else cant_tell("it has its top")


def _output_shape(file: SavedStage, found: Found) -> Any:
    measured = shape(mapping(mapping(file.measured.get("behaviour")).get("shapes")).get("backbone"))
    if measured:
        return known(measured, why="measured on a batch of 32")
    size = file.graph.nodes[found.last].shape
    return known(size) if size else cant_tell("the file does not say the shape")


def _call_training(graph: Graph, found: Found) -> Any:
    if found.nested and found.container[:-1] in graph.sequential:
        return known(CallTraining.NOT_GIVEN, excerpt="the backbone is a layer of a Sequential model")
    return cant_tell("a saved model does not keep the arguments with which its layers were called")


def _weights(served: dict[str, Any]) -> Any:
    if _as_served(served).is_known_as(True):
        return known("imagenet", excerpt=_as_served(served).excerpt)
    if started_as_served(served):
        differing = whole(served.get("kernels_different"))
        return known("imagenet", excerpt=f"{text(served.get('file'))}, {differing} kernels trained on")
    return cant_tell("its weights, as they ended, are not those served" if served.get("compared") else "")


def _as_served(served: dict[str, Any]) -> Any:
    compared, different = whole(served.get("compared")), whole(served.get("different"))
    if not compared or different is None:
        return cant_tell(text(served.get("problem")) or "its weights were not compared with served ones")
    missing = whole(served.get("missing")) or 0
    if different == 0 and missing == 0:
        return known(True, excerpt=f"{compared} arrays equal {text(served.get('file'))}")
    if different == 0:
        return known(True, excerpt=f"{compared} arrays equal {text(served.get('file'))}, {missing} are cut off")
    return known(
        False, excerpt=f"{different} of {compared} arrays differ from those served: {layers_differing(served)}"
    )


# --------------------------------------------------------------------------- the parts, with what was measured

_SEEN_POOLING = {"mean": Pooling.GLOBAL_AVERAGE, "maximum": Pooling.GLOBAL_MAX}


def _preprocessing(graph: Graph, found: Found | None) -> Preprocessing:
    pipeline = cant_tell("what happens to the data before the model is not in its file")
    if found is None or not graph.visible:
        return Preprocessing(in_model=cant_tell(graph.why or "no known backbone"), in_pipeline=pipeline)
    keys = (graph.ancestors(found.entrance) if found.entrance is not None else set()) - found.nodes
    try:
        steps = scaling_steps([graph.nodes[key] for key in sorted(keys)])
    except Unreadable as reason:
        return Preprocessing(in_model=cant_tell(str(reason)), in_pipeline=pipeline)
    excerpt = " → ".join(step.excerpt for step in steps) or "nothing between the model's input and its backbone scales"
    return Preprocessing(in_model=known(steps, excerpt=excerpt), in_pipeline=pipeline)


def _measured_augmentation(part: Augmentation, measured: dict[str, Any]) -> Augmentation:
    found = mapping(measured.get("augmentation"))
    active, inactive = found.get("active_in_training"), found.get("inactive_in_inference")
    if not isinstance(active, bool) or not isinstance(inactive, bool) or not whole(found.get("layers")):
        return part
    differ = "two training passes of the same images differ" if active else "two training passes give the same"
    return part.model_copy(
        update={
            "active_in_training": known(active, excerpt=differ),
            "inactive_in_inference": known(inactive, excerpt="two inference passes of the same images were compared"),
        }
    )


def _measured_pooling(part: PoolingPart, measured: dict[str, Any]) -> PoolingPart:
    size = shape(mapping(measured.get("shapes")).get("pooled"))
    if size is None or len(size) != 2:
        return part
    update: dict[str, Any] = {"output_shape": known(size, why="measured on a batch of 32")}
    seen = _SEEN_POOLING.get(text(measured.get("pooled_as")))
    if seen is not None and (not part.kind.known or part.kind.value == Pooling.NONE):
        # No layer says so, but what follows the feature maps was compared with them.
        update["kind"] = known(seen, excerpt=f"the vector is the {text(measured.get('pooled_as'))} of each feature map")
    return part.model_copy(update=update)


def _measured_head(part: Head, measured: dict[str, Any]) -> Head:
    outputs = mapping(measured.get("outputs"))
    update: dict[str, Any] = {}
    size: Shape | None = shape(mapping(measured.get("shapes")).get("head"))
    if size is not None:
        update["output_shape"] = known(size, why="measured on a batch of 32")
    low, high = number(outputs.get("minimum")), number(outputs.get("maximum"))
    if low is not None and high is not None:
        within = outputs.get("within_unit") is True
        update["outputs_within_unit"] = known(within, excerpt=f"outputs from {low:g} to {high:g} on known images")
    return part.model_copy(update=update)


def _claims(key: str, stages: list[SavedStage]) -> dict[str, str]:
    """Numbers measured on known images that have no field of their own."""
    claims: dict[str, str] = {}
    for stage in stages:
        reached = mapping(mapping(stage.measured.get("behaviour")).get("reached"))
        low, high = number(reached.get("minimum")), number(reached.get("maximum"))
        means = vector(reached.get("channel_means"))
        if low is not None and high is not None:
            claims[f"{key}.reached_for_0_255"] = f"{low:.4g} to {high:.4g}"
        if means:
            claims[f"{key}.reached_channel_means"] = ", ".join(f"{value:.4g}" for value in means)
    return claims


def _remarks(key: str, stages: list[SavedStage]) -> list[str]:
    remarks = [
        f"model {key}: {text(stage.measured.get('problem'))}" for stage in stages if stage.measured.get("problem")
    ]
    for stage in stages[1:]:
        before = [n.kind for n in stages[0].graph.nodes]
        if before and [n.kind for n in stage.graph.nodes] != before:
            remarks.append(f"model {key} has another structure after training {stage.saved.stage} than after its first")
    return remarks
