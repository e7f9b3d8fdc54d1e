"""A wanted piece of code in misread text: names with folded misreadings, truth values and numbers exact."""

import time

import pytest

from grader.judge.report.code_text import LineKind, is_prose, looks_like_code, text_of_picture, text_of_source
from grader.judge.report.pieces import State, read_pieces, streams
from grader.judge.report.wanted import Piece
from grader.records import Picture, TextLine

WITHOUT_TOP = Piece(name="include_top=False", code=("include_top=False",))
FROZEN = Piece(name="trainable = False", code=(".trainable = False", "'trainable', False"), doubt=("layers[:",))
ONE_UNIT = Piece(name="Dense(1)", code=("Dense(1", "Dense(units=1", "units=1"), partly=("Dense(2",))
MOBILENET = Piece(name="MobileNetV2", code=("MobileNetV2(",))
POOLED = Piece(name="pooling", code=("GlobalAveragePooling2D(",), partly=("Flatten(",))
RANDOM = Piece(name="random", code=("RandomFlip(", "RandomRotation(", "RandomZoom("), at_least=2)


def state(piece: Piece, code: str) -> State:
    return read_pieces((piece,), streams(text_of_source(code)))[0].state


def picture(*lines: str, confidence: float = 0.98) -> Picture:
    read = tuple(
        TextLine(text=line, box=(0, 20 * i, 8 * len(line), 20 * i + 16), confidence=confidence)
        for i, line in enumerate(lines)
    )
    return Picture(digest="0", width=640, height=20 * len(lines), lines=read)


@pytest.mark.parametrize("code", [
    "MobileNetV2(include_top=False)",
    "MobileNetV2(include_top = False , weights='imagenet')",
    "inc1ude_top=Fa1se,",
    "include top=Faise",
    "lnclude_top=FaIse,",
    "include_top False,",
    "include_top=0,",
    "include_top=\n    False,",
    "include_top=Fal\nse, weights=None",
    "include_top=Falseweights='imagenet'",
    "inclode_top=Fals",
    "incIude-top: False",
    "include_top＝False，",
])  # fmt: skip
def test_false_is_seen_however_it_is_read(code: str) -> None:
    assert state(WITHOUT_TOP, code) == State.SEEN


@pytest.mark.parametrize("code", ["include_top=True", "include_top = Tru,",
                                  "lnc1ude_top=True,", "include_top=1)", "include_top=True, # not False"])
def test_true_never_counts_as_false(code: str) -> None:
    assert state(WITHOUT_TOP, code) == State.CONTRARY


@pytest.mark.parametrize("code", [
    "include_top=not True", "include_top=top", "include_top=F", "include_top=", "# include_top=False",
    "Here we pass include_top=False because the head is not needed",
])  # fmt: skip
def test_what_cannot_be_told_is_unsure(code: str) -> None:
    assert state(WITHOUT_TOP, code) == State.UNSURE


def test_both_values_are_both_whichever_is_misread() -> None:
    assert state(WITHOUT_TOP, "VGG16(include_top=True)\nMobileNetV2(include_top=False)") == State.BOTH
    assert state(WITHOUT_TOP, "VGG16(include_top=True)\nMobileNetV2(anclude_top=False)") == State.BOTH


@pytest.mark.parametrize(("code", "expected"), [
    ("base_model.trainable = False", State.SEEN),
    ("base model trainable=Fa1se", State.SEEN),
    ("for layer in base.layers:\n    layer.trainable = False", State.SEEN),
    ("base_model.trainab1e=False   # frozen", State.SEEN),
    ("base_model.trainable = True", State.CONTRARY),
    ("base_model.trainable = True\nlayer.trainable = False", State.BOTH),
    ("for layer in base.layers[:100]:\n    layer.trainable = False", State.DOUBTED),
    ("layer.trainable = i >= 100", State.UNSURE),
    ("base.trainable == False", State.MISSING),
    ("len(base.trainable_variables)", State.MISSING),
    ("base.non_trainable = False", State.MISSING),
    ("trainable = False", State.MISSING),
    ("setattr(layer, 'trainable', False)", State.SEEN),
    ("setattr(layer, 'trainable', True)", State.CONTRARY),
])  # fmt: skip
def test_freezing(code: str, expected: State) -> None:
    assert state(FROZEN, code) == expected


@pytest.mark.parametrize(("code", "expected"), [
    ("layers.Dense(1, activation='sigmoid')", State.SEEN),
    ("Dense(l,activation", State.SEEN),
    ("Dense( I )", State.SEEN),
    ("Dense(1activation='sigmoid')", State.SEEN),
    ("Dense(activation='sigmoid', units=1)", State.SEEN),
    ("Dense(64)(x)\nDense(1)(x)", State.SEEN),
    ("Dense(2, activation='softmax')", State.IN_PART),
    ("Dense(10)", State.MISSING),
    ("Dense(128, activation='relu')", State.MISSING),
    ("Dense(classes)", State.UNSURE),
    ("dense_1 (Dense)    (None, 1)   1281", State.MISSING),
    ("Dense(units=12)", State.MISSING),
])  # fmt: skip
def test_number_of_units_is_exact(code: str, expected: State) -> None:
    assert state(ONE_UNIT, code) == expected


def test_digit_on_a_line_read_unsurely_is_unsure() -> None:
    line = "Dense(2, activation='softmax')"
    sure, unsure = (text_of_picture(picture(line, confidence=c)) for c in (0.97, 0.7))
    assert read_pieces((ONE_UNIT,), streams(sure))[0].state == State.IN_PART
    assert read_pieces((ONE_UNIT,), streams(unsure))[0].state == State.UNSURE


@pytest.mark.parametrize(("code", "expected"), [
    ("tf.keras.applications.MobileNetV2(", State.SEEN),
    ("Mobi1e NetV2 (input_shape", State.SEEN),
    ("MobileNetVZ(input", State.SEEN),
    ("Mobileletv2(weights", State.SEEN),
    ("MobileNetV3(input", State.MISSING),
    ("MobileNetV3Small(input", State.MISSING),
    ("MobileNet(input", State.UNSURE),
    ("from keras.applications import MobileNetV2", State.MISSING),
])  # fmt: skip
def test_a_name_with_a_digit(code: str, expected: State) -> None:
    assert state(MOBILENET, code) == expected


@pytest.mark.parametrize(("code", "expected"), [
    ("GlobalAveragePooling2D()(x)", State.SEEN),
    ("Global AveragePoo1ing2D {}", State.SEEN),
    ("GlobalAveragePooling\n2D()", State.SEEN),
    ("AveragePooling2D()", State.MISSING),
    ("GlobalMaxPooling2D()", State.MISSING),
    ("layers.Flatten()", State.IN_PART),
])  # fmt: skip
def test_pooling(code: str, expected: State) -> None:
    assert state(POOLED, code) == expected


def test_at_least_two_different_layers() -> None:
    assert state(RANDOM, "RandomFlip('horizontal'),\nRandomRotation(0.2)") == State.SEEN
    assert state(RANDOM, "RandomFlip('horizontal'),\nRandomFlip('vertical')") == State.IN_PART
    assert state(RANDOM, "RandornFlip('horizontal'),\nRand0mZoom(0.2)") == State.SEEN


def test_boxes_of_one_row_are_one_line_and_line_numbers_are_left_out() -> None:
    lines = (TextLine(text="include_top=", box=(0, 10, 90, 24), confidence=0.9),
             TextLine(text="False,", box=(95, 11, 140, 25), confidence=0.9))
    text = text_of_picture(Picture(digest="0", width=200, height=40, lines=lines))
    assert [line.text for line in text.lines] == ["include_top= False,"]
    numbered = text_of_source("1 base = MobileNetV2(\n2   include_top=False)\n3 base.trainable = False")
    assert numbered.lines[0].code.startswith("base")


@pytest.mark.parametrize(("line", "kind"), [
    ("x = layers.Dropout(0.2)(x)  # half", LineKind.CODE),
    ("# only a remark", LineKind.COMMENT),
    ("It is important to freeze the base before you train, layer.trainable = False", LineKind.PROSE),
    ("print('# of layers', n)", LineKind.CODE),
])  # fmt: skip
def test_kinds_of_lines(line: str, kind: LineKind) -> None:
    assert text_of_source(line).lines[0].kind == kind


@pytest.mark.parametrize("line", [
    "base_model.trainable = False", "layers.RandomFlip('horizontal'),", "import keras", "    weights='imagenet')",
    "for layer in base.layers:", "])", "model.add(Dense(1))", "weights=‘imagenet’,", "x = base(x, training=False)",
])  # fmt: skip
def test_code_looks_like_code(line: str) -> None:
    assert looks_like_code(line) and not is_prose(line)


@pytest.mark.parametrize("line", ["Figure 3: the augmentation layers (see cell 5)", "We load the base without top.",
                                  "MobileNetV2 (Sandler et al.)", "Figure 5 (frozen base)",
                                  "The accuracy = 97% was reached in the end by this model", "", "   "])
def test_sentences_do_not(line: str) -> None:
    assert not looks_like_code(line)


@pytest.mark.parametrize("hostile", [
    "include_top=" * 40_000, "(" * 200_000, "\u200b\u202e" * 50_000, "trainable " * 50_000, " " * 500_000 + "=",
    "# " * 100_000, "include_top" + "\n" * 100_000 + "=False", "\x00\x01\x02" * 1000, "ﷺ" * 50_000,
], ids=range(9))  # fmt: skip
def test_hostile_text_ends_soon(hostile: str) -> None:
    began = time.process_time()
    for piece in (WITHOUT_TOP, FROZEN, ONE_UNIT, MOBILENET, RANDOM):
        state(piece, hostile)
    assert time.process_time() - began < 1.0


def test_the_prompt_before_a_comment_is_no_part_of_it() -> None:
    (line,) = text_of_source("[6]: # base.trainable = False").lines
    assert (line.text, line.kind) == ("# base.trainable = False", LineKind.COMMENT)
