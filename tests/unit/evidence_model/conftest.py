"""Builds configs as Keras writes them, small but with a whole MobileNetV2, and runs that saved them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from grader.records import Run, RunEnd, SavedModel

Config = dict[str, Any]
IMAGE = [None, 160, 160, 3]


def layer(kind: str, name: str, *, module: str = "keras.layers", **config: Any) -> Config:
    """One entry of a `layers` list."""
    return {"module": module, "class_name": kind, "name": name, "config": {"name": name, "trainable": True, **config}}


def tensor(source: str, shape: list[Any] | None) -> Config:
    return {"class_name": "__keras_tensor__", "config": {"shape": shape, "keras_history": [source, 0, 0]}}


def called(entry: Config, *arguments: Any, **kwargs: Any) -> Config:
    """The entry, called once with these arguments."""
    return {**entry, "inbound_nodes": [{"args": list(arguments), "kwargs": kwargs}]}


def image_input(name: str = "input_layer", shape: list[Any] | None = None) -> Config:
    return {**layer("InputLayer", name, batch_shape=shape or IMAGE), "inbound_nodes": []}


def operation(kind: str, name: str, **config: Any) -> Config:
    return layer(kind, name, module="keras.src.ops.numpy", **config)


def functional(name: str, layers: list[Config], *, trainable: bool = True) -> Config:
    """A Functional model whose first layer is its input and whose last is its output."""
    inner = {
        "name": name,
        "trainable": trainable,
        "layers": layers,
        "input_layers": [layers[0]["name"], 0, 0],
        "output_layers": [layers[-1]["name"], 0, 0],
    }
    return {"module": "keras.src.models.functional", "class_name": "Functional", "name": name, "config": inner}


def sequential(name: str, layers: list[Config]) -> Config:
    """A Sequential model; its layers keep no calls."""
    bare = [{k: v for k, v in entry.items() if k != "inbound_nodes"} for entry in layers]
    inner = {"name": name, "trainable": True, "layers": bare, "build_input_shape": IMAGE}
    return {"module": "keras", "class_name": "Sequential", "name": name, "config": inner}


def chain(layers: list[Config], shapes: dict[str, list[Any]] | None = None) -> list[Config]:
    """The layers, each called with the one before it. `shapes` says what a layer gives out; before these it is an
    image, behind them it is not said."""
    linked, size = layers[:1], IMAGE
    for entry in layers[1:]:
        source = linked[-1]["name"]
        known_size = (shapes or {}).get(source)
        rest = [value for key, value in entry.items() if key == "also"]
        bare = {key: value for key, value in entry.items() if key != "also"}
        linked.append(called(bare, tensor(source, known_size or size), *(rest[0] if rest else [])))
        size = None if known_size else size
    return linked


def mobilenet_v2_layers(*, frozen: int = 0) -> list[Config]:
    """The 153 layers of a MobileNetV2 without its top and its input, the first `frozen` of them not trainable."""
    made: list[Config] = []

    def add(kind: str, name: str) -> None:
        made.append(layer(kind, name))

    for kind, name in (("Conv2D", "Conv1"), ("BatchNormalization", "bn_Conv1"), ("ReLU", "Conv1_relu")):
        add(kind, name)
    strided, with_sum = {1, 3, 6, 13}, {2, 4, 5, 7, 8, 9, 11, 12, 14, 15}
    for number in range(17):
        stem = f"block_{number}_" if number else "expanded_conv_"
        if number:
            add("Conv2D", stem + "expand")
            add("BatchNormalization", stem + "expand_BN")
            add("ReLU", stem + "expand_relu")
        if number in strided:
            add("ZeroPadding2D", stem + "pad")
        add("DepthwiseConv2D", stem + "depthwise")
        add("BatchNormalization", stem + "depthwise_BN")
        add("ReLU", stem + "depthwise_relu")
        add("Conv2D", stem + "project")
        add("BatchNormalization", stem + "project_BN")
        if number in with_sum:
            add("Add", stem + "add")
    for kind, name in (("Conv2D", "Conv_1"), ("BatchNormalization", "Conv_1_bn"), ("ReLU", "out_relu")):
        add(kind, name)
    for entry in made[:frozen]:
        entry["config"]["trainable"] = False
    return made


MAPS = {name: [None, 5, 5, 1280] for name in ("Conv_1", "Conv_1_bn", "out_relu", "mobilenetv2_1.00_160")}


def mobilenet_v2(
    *, frozen: int = 153, name: str = "mobilenetv2_1.00_160", behind: list[Config] | None = None
) -> Config:
    """A nested MobileNetV2 at 160 without its top, as `keras.applications` makes it."""
    layers = [image_input("base_input"), *mobilenet_v2_layers(frozen=frozen), *(behind or [])]
    return functional(name, chain(layers, MAPS), trainable=frozen < 153)


def vgg16_layers() -> list[Config]:
    made = []
    for block, convolutions in enumerate((2, 2, 3, 3, 3), start=1):
        made += [layer("Conv2D", f"block{block}_conv{i + 1}") for i in range(convolutions)]
        made.append(layer("MaxPooling2D", f"block{block}_pool"))
    return made


def scaling() -> list[Config]:
    """`mobilenet_v2.preprocess_input` as operations of the graph."""
    return [
        {**operation("TrueDivide", "true_divide"), "also": [127.5]},
        {**operation("Subtract", "subtract"), "also": [1.0]},
    ]


def augmentation(name: str = "augment") -> Config:
    inner = [image_input("aug_input"), layer("RandomFlip", "flip", mode="horizontal"), layer("RandomRotation", "turn")]
    return sequential(name, inner)


def pooling() -> Config:
    return layer("GlobalAveragePooling2D", "pool", data_format="channels_last", keepdims=False)


def dense(units: int = 1, activation: Any = "sigmoid", name: str = "head") -> Config:
    return layer("Dense", name, units=units, activation=activation)


def transfer_model(**parts: Any) -> Config:
    """Augmentation, scaling, backbone, pooling, dropout, head; any part may be replaced by a list of entries."""
    order = {
        "input": [image_input()],
        "augmentation": [augmentation()],
        "scaling": scaling(),
        "backbone": [mobilenet_v2()],
        "pooling": [pooling()],
        "dropout": [layer("Dropout", "dropout", rate=0.2)],
        "head": [dense()],
    }
    unknown = parts.keys() - order.keys()
    assert not unknown, unknown
    layers = [entry for entries in {**order, **parts}.values() for entry in entries]
    return functional("model", chain(layers, MAPS))


def compiled(config: Config, *, loss: Any = "binary_crossentropy", rate: Any = 1e-4, optimizer: str = "Adam") -> Config:
    settings = {
        "optimizer": {"module": "keras.optimizers", "class_name": optimizer, "config": {"learning_rate": rate}},
        "loss": loss,
    }
    return {**config, "compile_config": settings}


def run(*configs: Any, behaviours: tuple[Any, ...] = ()) -> Run:
    """A run that saved these configs after its trainings 0, 1, … of one model."""
    measured = dict(enumerate(behaviours))
    models = tuple(
        SavedModel(model_key="m1", stage=i, config=config, behaviour=measured.get(i))
        for i, config in enumerate(configs)
    )
    return Run(end=RunEnd.FINISHED, models=models)


@pytest.fixture
def build() -> SimpleNamespace:
    """The builders, for tests that can't import this file."""
    makers = (
        layer, called, tensor, chain, image_input, operation, functional, sequential, mobilenet_v2,
        mobilenet_v2_layers, vgg16_layers, scaling, augmentation, pooling, dense, transfer_model, compiled, run,
    )  # fmt: skip
    return SimpleNamespace(image=list(IMAGE), **{maker.__name__: maker for maker in makers})
