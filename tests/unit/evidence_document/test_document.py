"""What saved outputs claim: tables, shapes, logs, counts, errors."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.evidence.document import read_document
from grader.records import Account, Cell, CellKind, Pooling, Testimony, Trainable, Witness

RULED = """Model: "model"
_________________________________________________________________
 Layer (type)                Output Shape              Param #
=================================================================
 input_2 (InputLayer)        [(None, 160, 160, 3)]     0

 random_flip (RandomFlip)    (None, 160, 160, 3)       0

 tf.math.truediv (TFOpLambda  (None, 160, 160, 3)      0
 )

 mobilenetv2_1.00_160 (Funct  (None, 5, 5, 1280)       2257984
 ional)

 global_average_pooling2d (G  (None, 1280)             0
 lobalAveragePooling2D)

 dense (Dense)               (None, 1)                 1281

=================================================================
Total params: 2,259,265
Trainable params: 1,281
Non-trainable params: 2,257,984
_________________________________________________________________
"""

BOXED = """\x1b[1mModel: "functional_1"\x1b[0m
┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━┓
┃\x1b[1m \x1b[0m\x1b[1mLayer (type)                   \x1b[0m\x1b[1m \x1b[0m┃ Output Shape           ┃       Param # ┃
┡━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━┩
│ input_layer_2 (InputLayer)      │ (None, 160, 160, 3)    │             0 │
├─────────────────────────────────┼────────────────────────┼───────────────┤
│ sequential (Sequential)         │ (None, 160, 160, 3)    │             0 │
├─────────────────────────────────┼────────────────────────┼───────────────┤
│ mobilenetv2_1.00_160            │ (None, 5, 5, 1280)     │     2,257,984 │
│ (Functional)                    │                        │               │
├─────────────────────────────────┼────────────────────────┼───────────────┤
│ global_average_pooling2d        │ (None, 1280)           │             0 │
│ (GlobalAveragePooling2D)        │                        │               │
├─────────────────────────────────┼────────────────────────┼───────────────┤
│ dense (\x1b[38;5;33mDense\x1b[0m)                   │ (\x1b[38;5;45mNone\x1b[0m, 1)              │         1,281 │
└─────────────────────────────────┴────────────────────────┴───────────────┘
 Total params: 2,259,265 (8.62 MB)
 Trainable params: 1,281 (5.00 KB)
 Non-trainable params: 2,257,984 (8.61 MB)
"""

LOG = """Epoch 1/10
63/63 [==============================] - ETA: 0s - loss: 0.69 - accuracy: 0.50\b\b\b\b\r63/63 [==] - 9s 99ms/step \
- loss: 0.6512 - accuracy: 0.6125 - val_loss: 0.4703 - val_accuracy: 0.7723
Epoch 2/10
63/63 [==============================] - 8s 99ms/step - loss: 0.5 - accuracy: 0.7 - val_loss: 0.4 - val_accuracy: 0.8
"""


def stream(text: Any) -> dict[str, Any]:
    return {"output_type": "stream", "name": "stdout", "text": text}


def code(number: int, *outputs: dict[str, Any], count: int | None = None, source: str = "x") -> Cell:
    return Cell(number=number, kind=CellKind.CODE, source=source, execution_count=count, outputs=outputs)


def read(*cells: Cell) -> Testimony:
    testimony = read_document(tuple(cells))
    assert testimony.witness == Witness.DOCUMENT
    return testimony


def account(*texts: Any) -> Account:
    return read(*[code(i, stream(text), count=i) for i, text in enumerate(texts, start=1)]).accounts[0]


# --------------------------------------------------------------------------- summaries


@pytest.mark.parametrize("table", [RULED, BOXED], ids=["ruled", "boxed"])
def test_summary_tells_backbone_pooling_and_head(table: str) -> None:
    found = account(table)
    assert found.backbone.name.value == "MobileNetV2" and found.backbone.in_model.value is True
    assert found.backbone.include_top.value is False
    assert found.backbone.output_shape.value == (None, 5, 5, 1280)
    assert found.backbone.input_shape.value == (160, 160, 3)
    assert found.pooling.kind.value == Pooling.GLOBAL_AVERAGE and found.pooling.output_shape.value == (None, 1280)
    assert found.head.units.value == 1 and found.head.output_shape.value == (None, 1)
    assert found.backbone.name.place is not None and found.backbone.name.place.cell == 1


def test_lines_of_a_stream_may_be_a_list() -> None:
    assert account(RULED.splitlines(keepends=True)).backbone.name.value == "MobileNetV2"


def test_html_table_is_read_where_there_is_no_text() -> None:
    rows = "".join(f"<div>{line}</div>" for line in BOXED.splitlines())
    output = {"output_type": "display_data", "data": {"text/html": f"<style>x</style><pre>{rows}</pre>"}}
    assert read(code(1, output, count=1)).accounts[0].backbone.name.value == "MobileNetV2"


def test_random_layers_of_the_table_are_wired_and_a_nested_sequential_is_not_guessed() -> None:
    wired = account(RULED).augmentation.wired
    assert [layer.kind for layer in wired.value or ()] == ["RandomFlip"]
    assert not account(BOXED).augmentation.wired.known


def test_another_network_of_the_same_name_is_known_by_its_parameters() -> None:
    renamed = RULED.replace("mobilenetv2_1.00_160 (Funct", "base_model (Functional)    ").replace(" ional)", "")
    assert account(renamed).backbone.name.value == "MobileNetV2"
    other = renamed.replace("2257984", "2257985")
    assert not read(code(1, stream(other), stream(LOG), count=1)).accounts[0].backbone.name.known


def test_table_of_the_backbone_alone_is_not_the_model() -> None:
    alone = RULED[: RULED.index(" global_average")] + "=====\nTotal params: 2,257,984\n"
    assert not read(code(1, stream(alone), stream(LOG), count=1)).accounts[0].backbone.name.known


def test_table_that_was_cut_is_read_as_far_as_it_goes() -> None:
    found = read(code(1, stream(RULED[: RULED.index("Total")]), count=1))
    assert found.accounts[0].head.units.value == 1 and "summary_total_parameters" not in found.claims


def test_parameter_counts_are_claims() -> None:
    claims = read(code(1, stream(RULED), count=1)).claims
    assert claims["summary_trainable_parameters"] == "1281" and claims["summary_frozen_parameters"] == "2257984"


@pytest.mark.parametrize(
    ("trainable", "frozen", "expected"),
    [
        ("1,281", "2,257,984", Trainable.NONE),
        ("1,862,721", "396,544", Trainable.PART),
        ("2,225,153", "34,112", Trainable.ALL),
    ],
)
def test_counts_before_a_training_tell_what_could_learn(trainable: str, frozen: str, expected: Trainable) -> None:
    table = RULED.replace("Trainable params: 1,281", f"Trainable params: {trainable}")
    table = table.replace("Non-trainable params: 2,257,984", f"Non-trainable params: {frozen}")
    assert account(table, LOG).stages[0].backbone_trainable.value == expected


def test_table_after_the_training_says_nothing_of_it() -> None:
    assert not account(LOG, RULED).stages[0].backbone_trainable.known


# --------------------------------------------------------------------------- shapes


def test_shapes_printed_in_a_row_are_backbone_pooling_and_head() -> None:
    found = account("(32, 5, 5, 1280)\n", "(32, 1280)\n", "(32, 1)\n")
    assert found.backbone.output_shape.value == (32, 5, 5, 1280)
    assert found.pooling.output_shape.value == (32, 1280)
    assert found.head.output_shape.value == (32, 1)


def test_shape_of_images_is_not_of_features() -> None:
    assert not account("(32, 160, 160, 3)\n").backbone.output_shape.known


def test_vector_of_other_channels_is_not_its_pooling() -> None:
    assert not account("(32, 5, 5, 1280)\n", "(32, 1000)\n").pooling.output_shape.known


def test_tensor_shape_is_a_shape() -> None:
    assert account("TensorShape([32, 5, 5, 1280])\n").backbone.output_shape.value == (32, 5, 5, 1280)


# --------------------------------------------------------------------------- training logs


def test_log_tells_epochs_and_metrics() -> None:
    testimony = read(code(4, stream(LOG), count=1))
    stage = testimony.accounts[0].stages[0]
    assert stage.epochs_asked.value == 10 and stage.place is not None and stage.place.cell == 4
    assert testimony.claims["epochs_logged"] == "2"
    assert testimony.claims["training_0.val_accuracy"] == "0.7723, 0.8"


def test_log_of_all_epochs_is_complete_and_a_broken_one_is_not() -> None:
    assert account(LOG.replace("/10", "/2")).stages[0].completed.value is True
    assert not account(LOG).stages[0].completed.known
    error = {"output_type": "error", "ename": "KeyboardInterrupt", "evalue": "", "traceback": []}
    assert read(code(1, stream(LOG), error, count=1)).accounts[0].stages[0].completed.value is False


def test_epochs_that_start_again_are_another_training() -> None:
    assert len(account(LOG + LOG).stages) == 2
    assert len(account(LOG, LOG).stages) == 2


def test_training_that_continues_counts_from_its_first_epoch() -> None:
    later = LOG.replace("Epoch 1/10", "Epoch 11/20").replace("Epoch 2/10", "Epoch 12/20")
    stages = account(LOG, later).stages
    assert [stage.epochs_asked.value for stage in stages] == [10, 10]


def test_log_of_keras_3_is_read() -> None:
    line = "\x1b[1m63/63\x1b[0m \x1b[32m━━━━\x1b[0m \x1b[1m20s\x1b[0m 214ms/step - accuracy: 0.5 - loss: 0.7"
    testimony = read(code(1, stream(f"Epoch 1/1\n{line}\n"), count=1))
    assert testimony.claims["training_0.accuracy"] == "0.5" and testimony.accounts[0].stages[0].completed.value is True


EPOCH = "Epoch 1/1\n63/63 ━━━━ 20s 214ms/step - accuracy: 0.5 - loss: 0.7 - val_accuracy: 0.6 - val_loss: 0.6\n"


def test_numbers_of_an_epoch_and_its_steps_are_the_stages() -> None:
    (stage,) = account(EPOCH).stages
    assert stage.steps_asked.value == 63
    assert stage.history.value == {"accuracy": (0.5,), "loss": (0.7,), "val_accuracy": (0.6,), "val_loss": (0.6,)}


def test_an_evaluation_behind_the_last_epoch_is_not_of_the_epoch() -> None:
    evaluated = account(EPOCH + "8/8 ━━━━ 1s 99ms/step - accuracy: 0.9 - loss: 0.1\n")
    assert evaluated.stages[0].history == account(EPOCH).stages[0].history


def test_a_bar_that_was_saved_step_by_step_ends_with_its_last_state() -> None:
    steps = "Epoch 1/1\n" + "".join(f"{n}/3 ━━━━ 1s 9ms/step - accuracy: 0.{n} - loss: 0.7\n" for n in (1, 2, 3))
    assert account(steps + "3/3 ━━━━ 2s 9ms/step - accuracy: 0.4 - loss: 0.6\n").stages[0].history.value == {
        "accuracy": (0.4,), "loss": (0.6,),
    }  # fmt: skip


def test_loss_that_is_no_number_is_no_metric() -> None:
    claims = read(code(1, stream("Epoch 1/1\n2/2 [=] - 1s 1ms/step - loss: nan\n"), count=1)).claims
    assert "training_0.loss" not in claims


# --------------------------------------------------------------------------- counts and errors


def remarks(*counts: int | None, outputs: bool = False) -> tuple[str, ...]:
    given = (stream("x"),) if outputs else ()
    return read(*[code(i, *given, count=count) for i, count in enumerate(counts, start=1)]).remarks


def test_counts_in_order_are_not_remarked() -> None:
    assert remarks(1, 2, 5) == ()


def test_counts_out_of_order_are_shown() -> None:
    assert remarks(5, 4, 9) == ("cells were run out of order: 5, 4, 9",)


def test_notebook_that_was_never_run_is_not_out_of_order() -> None:
    assert remarks(None, None) == ("cells were never run, or their outputs were cleared",)


def test_cleared_counts_are_told_from_a_notebook_never_run() -> None:
    assert remarks(None, None, outputs=True) == ("execution counts were cleared; outputs are saved",)


def test_single_cell_that_was_not_run_is_named() -> None:
    assert remarks(1, None, 2) == ("cells saved without having been run: 2",)


def test_empty_cells_need_no_count() -> None:
    assert read(code(1, count=1), code(2, source=" ")).remarks == ()


def test_saved_error_is_remarked() -> None:
    error = {"output_type": "error", "ename": "NameError", "evalue": "name 'x'\x1b[0m is not defined", "traceback": []}
    found = read(code(3, error, count=1)).remarks
    assert found == ("an error is saved in cell 3: NameError: name 'x' is not defined",)


def test_notebook_without_outputs_is_not_available() -> None:
    testimony = read(code(1))
    assert not testimony.available and testimony.why and testimony.accounts == ()
    assert not read_document(()).available


# --------------------------------------------------------------------------- hostile

PIECES = st.sampled_from(
    ["Layer (type)", "Param #", "│", "┃", "(None, 5", ")", "Epoch 1/3", "1/1 - loss: 1", "<script", "</pre>", "\x1b[",
     "\r", "\b", "\n", "Total params:", "99999999999999999999999", "(32, 5, 5, 1280)",
     "mobilenetv2_ (Functional)", "Dense", " "]
)  # fmt: skip
ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["output_type", "text", "data", "text/html", "text/plain", "ename"]), inner)
    ),
    max_leaves=12,
)


@given(text=st.lists(PIECES, max_size=60).map("".join), output=st.dictionaries(st.text(max_size=5), ANY, max_size=4))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_output_gives_a_testimony(text: str, output: dict[str, Any]) -> None:
    html = {"output_type": "display_data", "data": {"text/html": text}}
    forged = {"output_type": "stream", **{str(key): value for key, value in output.items()}}
    assert read(code(1, stream(text), html, forged, count=1)).witness == Witness.DOCUMENT


@pytest.mark.parametrize(
    "piece", ["<script", "<", "(1,", "\x1b[", "│ x (", "Epoch 1/1\n", "Layer (type) Param #\n", "a (b "]
)
def test_megabytes_of_one_piece_are_read_in_time(piece: str) -> None:
    started = time.perf_counter()
    html = {"output_type": "display_data", "data": {"text/html": piece * (1_000_000 // len(piece))}}
    read(*[code(i, stream(piece * (1_000_000 // len(piece))), html, count=i) for i in range(1, 9)])
    assert time.perf_counter() - started < 20
