"""Numbers and tables that a report claims, against the notebook's outputs and the run."""

import time
from typing import Any

import pytest

from grader.judge.report.claims import find_claims
from grader.judge.report.claims_said import numbers_said
from grader.judge.report.claims_there import numbers_there
from grader.judge.report.quantities import Kind, amounts, backbones_in, shapes, split_in
from grader.records import (
    Account,
    Block,
    BlockKind,
    Cell,
    CellKind,
    Claim,
    ClaimVerdict,
    Evidence,
    Furniture,
    Picture,
    Place,
    PoolingPart,
    Stage,
    Testimony,
    TextLine,
    Witness,
    known,
)

LOG = """Epoch 1/5
63/63 [====] - 114s 1812ms/step - loss: 0.4833 - accuracy: 0.7395 - val_loss: 0.1977 - val_accuracy: 0.9368
Epoch 5/5
63/63 ━━━━ 70s 1117ms/step - accuracy: 0.9268 - loss: 0.1726 - val_accuracy: 0.9704 - val_loss: 0.0963"""
EVALUATED = """8/8 [====] - 2s 201ms/step - loss: 0.2518 - accuracy: 0.9414
Test accuracy : 0.9414
(32, 5, 5, 1280)
(32, 1280)
Found 2000 files belonging to 2 classes.
Number of layers in the base model:  154
Total params: 2,259,265"""
PRINTED_TABLE = """            Model  Best Epoch  Train Accuracy (Best)  \\
1       ResNet50          17                 0.9985
0          VGG16          20                 0.9979

   Val Accuracy (Best)  Val Loss (Best)
1               0.9435           0.2358
0               0.9405           0.3219"""


def cell(number: int, source: str, text: str = "", html: str = "") -> Cell:
    outputs: list[dict[str, Any]] = [{"output_type": "stream", "name": "stdout", "text": text}] if text else []
    if html:
        outputs.append({"output_type": "display_data", "data": {"text/html": html, "text/plain": "<table>"}})
    return Cell(number=number, kind=CellKind.CODE, source=source, outputs=tuple(outputs))


def evidence(*cells: Cell) -> Evidence:
    stages = tuple(
        Stage(order=i, place=Place(cell=5 + i), learning_rate=known(rate), epochs_asked=known(10))
        for i, rate in enumerate((1e-4, 1e-5))
    )
    account = Account(witness=Witness.SOURCE, stages=stages,
                      pooling=PoolingPart(output_shape=known((32, 1280), Place(cell=4))))
    return Evidence(student="s", display_name="S", notebook_name="n.ipynb", digest="0", cells=cells,
                    testimonies=(Testimony(witness=Witness.SOURCE, accounts=(account,)),))


TRAINED = evidence(cell(1, "base = MobileNetV2()\nmodel.fit()", LOG), cell(2, "model.evaluate(test)", EVALUATED))
COMPARED = evidence(cell(1, "for net in (ResNet50, VGG16): run(net)"), cell(3, "print(table)", PRINTED_TABLE))


def claims(text: str, against: Evidence = TRAINED) -> tuple[Claim, ...]:
    return find_claims((Block(kind=BlockKind.TEXT, text=text, place=Place(page=2)),), (), against)


def told(text: str, against: Evidence = TRAINED) -> list[tuple[str, str, str]]:
    return [(c.what, c.claimed, c.verdict.value) for c in claims(text, against)]


@pytest.mark.parametrize(("text", "what", "claimed"), [
    ("The validation accuracy reached 97.04% in the end.", "validation accuracy", "97.04%"),
    ("My model has a validation accuracy of 0.97.", "validation accuracy", "0.97"),
    ("We got about 95% accuracy on the test set.", "test accuracy", "95%"),
    ("The validation loss went down to 0.096.", "validation loss", "0.096"),
    ("It was trained for 20 epochs.", "epochs", "20"),
    ("The base model has 154 layers.", "layers", "154"),
    ("Together there are 2,259,265 parameters.", "parameters", "2,259,265"),
    ("For fine-tuning I used a learning rate of 1e-5.", "learning rate", "1e-5"),
    ("For fine-tuning I used a learning rate of 0.00001.", "learning rate", "0.00001"),
    ("We have 2000 images for training.", "images", "2000"),
    ("The pooling layer gives (32, 1280).", "shape behind the pooling", "(32, 1280)"),
])  # fmt: skip
def test_what_the_notebook_shows_is_agreed(text: str, what: str, claimed: str) -> None:
    assert (what, claimed, "agreed") in told(text)


def test_both_places_are_named() -> None:
    claim = claims("The validation accuracy reached 97.04%.")[0]
    assert (claim.place, claim.there_place, claim.there) == (Place(page=2), Place(cell=1), "val_accuracy: 0.9704")


@pytest.mark.parametrize(("wrong", "right"), [
    ("The validation accuracy reached 99.6%.", "The validation accuracy reached 97%."),
    ("The training accuracy was only 0.62.", "The training accuracy was only 0.74."),
    ("The validation loss was 0.61 in the end.", "The validation loss was 0.10 in the end."),
    ("The pooling layer gives (32, 2048).", "The pooling layer gives (None, 1280)."),
])  # fmt: skip
def test_another_value_of_the_same_quantity_is_contradicted(wrong: str, right: str) -> None:
    assert [c.verdict for c in claims(wrong)] == [ClaimVerdict.CONTRADICTED]
    assert [c.verdict for c in claims(right)] == [ClaimVerdict.AGREED]


@pytest.mark.parametrize("text", [
    "The validation accuracy reached 95.5%.",      # between the epochs that are logged
    "The validation accuracy reached 94.1%.",      # this is the test accuracy
    "The accuracy was 99.9%.",                     # of what?
    "It was trained for 7 epochs.",
    "The validation accuracy of ResNet50 was 0.62.",
])  # fmt: skip
def test_what_may_be_of_something_else_is_not_contradicted(text: str) -> None:
    assert ClaimVerdict.CONTRADICTED not in {c.verdict for c in claims(text)}


@pytest.mark.parametrize("text", [
    "In 2025 this lab used 160x160 pictures, a batch of 32 and a dropout of 0.2.",
    "Previously I reached a validation accuracy of 99.9% with another network.",
    "The validation accuracy improved by 3%.",
    "When I left the augmentation out, the training accuracy reached 100%.",
    "Without fine-tuning the validation accuracy was only 0.62.",
    "With too little data the validation accuracy could fall to 50%.",
    "A low learning rate such as 0.00007 is typical.",
    "MobileNetV2 was trained on 14 million images of ImageNet.",
    "What is a validation accuracy of 12%?",
    "Student number 104729958, page 3 of 9.",
    "We rotate by 20% and zoom by 0.2, which helps accuracy.",
])  # fmt: skip
def test_numbers_that_are_no_claims_are_left_alone(text: str) -> None:
    assert told(text) == []


def test_furniture_code_and_headings_claim_nothing() -> None:
    text = "The validation accuracy reached 99.6%."
    for block in (Block(kind=BlockKind.TEXT, text=text, furniture=Furniture.RUNNING_FOOTER),
                  Block(kind=BlockKind.TEXT, text=text, level=2), Block(kind=BlockKind.TEXT, text=text, code=True)):
        assert find_claims((block,), (), TRAINED) == ()


def table(*rows: tuple[str, ...]) -> Block:
    return Block(kind=BlockKind.TABLE, rows=rows, place=Place(page=7))


HEADER = ("Model", "Best epoch", "Train acc.", "Val acc.", "Val loss")


def test_rows_of_a_table_are_compared_with_a_printed_one_that_was_wrapped() -> None:
    block = table(HEADER, ("ResNet-50", "17", "99.85%", "0.9435", "0.236"), ("VGG 16", "20", "0.998", "0.9605", "0.32"),
                  ("InceptionV3", "9", "0.68", "0.65", "0.97"))
    found = find_claims((block,), (), COMPARED)
    assert [(c.what, c.verdict) for c in found] == [
        ("row ResNet50 of a table", ClaimVerdict.AGREED),
        ("row VGG16 of a table", ClaimVerdict.CONTRADICTED),
        ("row InceptionV3 of a table", ClaimVerdict.NOT_FOUND),
    ]
    assert found[0].there_place == Place(cell=3)


def test_other_number_without_a_heading_for_it_is_not_contradicted() -> None:
    block = table(("ResNet50", "17", "0.9985"), ("VGG16", "20", "0.9000"))
    assert [c.verdict for c in find_claims((block,), (), COMPARED)] == [ClaimVerdict.AGREED, ClaimVerdict.NOT_FOUND]


def test_table_shown_as_html_is_read() -> None:
    html = ("<table><tr><th></th><th>Model</th><th>Val acc</th></tr><tr><td>0</td><td>ResNet50</td><td>0.9435</td></tr>"
            "<tr><td>1</td><td>VGG16</td><td>0.9405</td></tr></table>")
    against = evidence(cell(1, "ResNet50, VGG16"), cell(2, "table", html=html))
    block = table(("Model", "Val acc"), ("ResNet50", "0.94"), ("VGG16", "0.88"))
    assert [c.verdict for c in find_claims((block,), (), against)] == [ClaimVerdict.AGREED, ClaimVerdict.CONTRADICTED]


def table_picture(confidence: float) -> Picture:
    rows = (("Model", "Val acc"), ("ResNet5O", "0.9435"), ("VGGl6", "0.8405"))
    lines = tuple(
        TextLine(text=text, box=(200 * j, 30 * i, 200 * j + 90, 30 * i + 18), confidence=confidence)
        for i, row in enumerate(rows)
        for j, text in enumerate(row)
    )
    return Picture(digest="0", width=400, height=90, lines=lines)


def test_table_in_a_picture_is_compared_and_contradicted_only_if_read_surely() -> None:
    block = Block(kind=BlockKind.PICTURE, picture=0)
    for confidence, second in ((0.99, ClaimVerdict.CONTRADICTED), (0.8, ClaimVerdict.NOT_FOUND)):
        found = find_claims((block,), (table_picture(confidence),), COMPARED)
        assert [c.verdict for c in found] == [ClaimVerdict.AGREED, second]


def test_table_of_models_that_the_notebook_has_not_is_one_claim_not_found() -> None:
    block = table(HEADER, ("Xception", "1", "0.9", "0.8", "0.4"), ("VGG19", "2", "0.9", "0.8", "0.3"))
    found = find_claims((block,), (), TRAINED)
    assert [(c.what, c.verdict) for c in found] == [("table of 2 models", ClaimVerdict.NOT_FOUND)]


def test_line_of_a_summary_is_no_row_of_a_table() -> None:
    against = evidence(cell(1, "MobileNetV2", " mobilenetv2_1.00_160 (Functional)   (None, 5, 5, 1280)   2257984"))
    block = table(HEADER, ("MobileNetV2", "18", "0.7018", "0.5593", "1.26"), ("VGG19", "2", "0.9", "0.8", "0.3"))
    assert [c.what for c in find_claims((block,), (), against)] == ["table of 2 models"]


def test_report_alone_claims_nothing() -> None:
    assert claims("The validation accuracy reached 97.04%.", evidence()) == ()


def test_numbers_with_their_rounding() -> None:
    (_, _, percent), (_, _, fraction), (_, _, count) = amounts("97.5% then 0.97 and 2,259,265")
    assert (percent.value, percent.slack) == (0.975, pytest.approx(0.0005))
    assert fraction.is_near(0.9749) and not fraction.is_near(0.9762)
    assert count.value == 2259265 and count.slack == 0


def test_names_and_shapes() -> None:
    assert backbones_in("VGG-16, ResNet 101 and EfficientNetBO") == ("EfficientNetB0", "ResNet101", "VGG16")
    assert backbones_in("MobileNetV2") == ("MobileNetV2",) and backbones_in("ordinary text") == ()
    assert [shape for _, _, shape in shapes("(32, 5, 5, 1280) to (None, 1280)")] == [(32, 5, 5, 1280), (None, 1280)]
    assert (split_in("val_accuracy"), split_in("train and test"), Kind.LOSS.value) == ("validation", "", "loss")


@pytest.mark.parametrize("hostile", [
    "9" * 300_000, "accuracy " * 40_000, "1.0 " * 80_000, "(" * 200_000, "accuracy 0." * 30_000, "\u202e\x00" * 50_000,
    "validation accuracy 0.5. " * 8_000, "10^-" * 50_000, ("Model  VGG16  " + "1.0  " * 400 + "\n") * 200,
], ids=range(9))  # fmt: skip
def test_hostile_text_ends_soon(hostile: str) -> None:
    forged = evidence(cell(1, hostile[:1000], hostile, hostile))
    began = time.process_time()
    claims(hostile, TRAINED)
    claims("The validation accuracy reached 97%.", forged)
    find_claims((table((hostile,), ("VGG16", hostile)),), (), forged)
    assert time.process_time() - began < 0.8


def test_ordinary_report_takes_little_time() -> None:
    blocks = tuple(Block(kind=BlockKind.TEXT, text="The validation accuracy reached 97%. " * 4) for _ in range(60))
    against = evidence(*(cell(i, "model.fit()", (LOG + "\n") * 10) for i in range(1, 31)))
    began = time.process_time()
    find_claims(blocks, (), against)
    assert time.process_time() - began < 0.3


def test_a_word_that_has_a_number_of_its_own_does_not_name_the_one_before() -> None:
    text = "The validation accuracy was 0.9780, after fine-tuning 0.9800, with a validation loss of 0.0583."
    found = {s.text: str(s.quantity.kind) for s in numbers_said((Block(kind=BlockKind.TEXT, text=text),))}
    assert found["0.0583"] == "loss"
    assert found.get("0.9800", "accuracy") == "accuracy"


@pytest.mark.parametrize(("line", "split"), [
    ("Test accuracy: 0.95", "test"),
    ("Validation accuracy: 0.95", "validation"),
    ("8/8 ━━━━ 1s 99ms/step - accuracy: 0.95 - loss: 0.1", "training"),
    ("8/8 ━━━━ 1s 99ms/step - accuracy: 0.95 - val_accuracy: 0.90", "training"),
])
def test_a_line_of_the_students_own_behind_a_log_names_its_split(line: str, split: str) -> None:
    given = evidence(cell(3, "fit()", f"{LOG}\n{line}"))
    found = [t for t in numbers_there(given, ())[Kind.ACCURACY] if t.value == 0.95]
    assert [t.quantity.split for t in found] == [split]
