"""A model file may hold anything: the reader answers, and soon."""

from __future__ import annotations

import json
import time
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.evidence.model import read_model
from grader.evidence.model_graph import MOST_NODES, lay_out
from grader.records import Run, RunEnd, SavedModel, Testimony

KEYS = st.sampled_from(
    [
        "class_name", "config", "layers", "name", "inbound_nodes", "args", "kwargs", "keras_history", "input_layers",
        "output_layers", "trainable", "units", "activation", "batch_shape", "shape", "compile_config", "optimizer",
        "learning_rate", "loss", "module", "function", "scale", "offset", "axis", "weights", "behaviour", "shapes",
        "since_previous", "outputs", "minimum", "augmentation", "compared", "different", "head_likeness",
    ]
)  # fmt: skip
WORDS = st.sampled_from(
    [
        "Functional",
        "Sequential",
        "Dense",
        "Conv2D",
        "Conv1",
        "out_relu",
        "a",
        "b",
        "keras.layers",
        "Rescaling",
        "GetItem",
    ]
)
ATOMS = st.none() | st.booleans() | st.integers() | st.floats() | WORDS | st.text(max_size=5)
TREES = st.recursive(
    ATOMS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5), max_leaves=40
)


def read(config: Any, behaviour: Any = None) -> Testimony:
    saved = SavedModel(model_key="m1", stage=0, config=config, behaviour=behaviour)
    return read_model(Run(end=RunEnd.FINISHED, models=(saved, saved.model_copy(update={"stage": 1}))))


@given(config=st.dictionaries(KEYS, TREES, max_size=6), behaviour=st.none() | st.dictionaries(KEYS, TREES, max_size=6))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_json_gives_a_testimony(config: Any, behaviour: Any) -> None:
    assert len(read(config, behaviour).accounts) == 1


@given(data=st.data())
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_honest_model_with_one_value_replaced_gives_a_testimony(build: Any, data: st.DataObject) -> None:
    config = json.loads(json.dumps(build.compiled(build.transfer_model())))
    place: Any = config
    for _ in range(data.draw(st.integers(1, 9))):
        options = list(place) if isinstance(place, dict) else list(range(len(place)))
        if not options:
            break
        key = data.draw(st.sampled_from(options))
        if not isinstance(place[key], dict | list) or not place[key] or data.draw(st.integers(0, 4)) == 0:
            place[key] = data.draw(TREES)
            break
        place = place[key]
    assert len(read(config).accounts) == 1


def test_layers_that_feed_each_other_are_cant_tell(build: Any) -> None:
    a = build.called(build.layer("Dense", "a", units=1), build.tensor("b", [None, 1]))
    b = build.called(build.layer("Dense", "b", units=1), build.tensor("a", [None, 1]))
    found = read(build.functional("m", [build.image_input(), a, b])).accounts[0]
    assert not found.head.units.known and "circle" in found.head.units.why


def test_same_layers_in_a_row_are_not_a_circle(build: Any) -> None:
    layers = [build.image_input(), build.layer("Dense", "a", units=1), build.layer("Dense", "b", units=1)]
    assert read(build.functional("m", build.chain(layers))).accounts[0].head.units.value == 1


def test_nesting_without_end_is_cut(build: Any) -> None:
    config = build.sequential("m0", [build.dense()])
    for i in range(300):
        config = build.sequential(f"m{i}", [config])
    assert lay_out(config).why


def test_a_million_layers_take_no_time(build: Any) -> None:
    config = build.sequential("m", [])
    config["config"]["layers"] = [build.layer("Dense", "d", units=1)] * 1_000_000
    started = time.perf_counter()
    graph = lay_out(config)
    assert len(graph.nodes) <= MOST_NODES and graph.why
    assert time.perf_counter() - started < 10


def test_two_layers_of_one_name_are_cant_tell(build: Any) -> None:
    config = build.transfer_model()
    config["config"]["layers"].append(dict(config["config"]["layers"][-1]))
    assert not read(config).accounts[0].head.units.known


def test_numbers_too_large_to_be_sizes_are_not_sizes(build: Any) -> None:
    found = read(build.transfer_model(head=[build.dense(10**12)])).accounts[0]
    assert not found.head.units.known


def test_unreadable_file_is_an_account_that_cannot_tell() -> None:
    saved = SavedModel(model_key="m1", stage=0, problem="config.json is larger than 32 MB")
    testimony = read_model(Run(end=RunEnd.FINISHED, models=(saved,)))
    assert testimony.accounts[0].backbone.in_model.why == "config.json is larger than 32 MB"
    assert any("larger than" in remark for remark in testimony.remarks)
