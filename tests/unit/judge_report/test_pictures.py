"""Screenshots under a question: their outcome, what they show instead, and which cell of the notebook it is."""

import time

import pytest

from grader.judge.report.pictures import PicturesJudged, judge_pictures
from grader.judge.report.wanted import PictureWanted, Piece
from grader.records import Block, BlockKind, Cell, CellKind, Outcome, Picture, Place, TextLine

BASE = PictureWanted(question="Show the base.", number=5, shows="the base model", pieces=(
    Piece(name="MobileNetV2(…)", code=("MobileNetV2(",)), Piece(name="include_top=False", code=("include_top=False",))))
FROZEN = PictureWanted(question="Show the freezing.", number=6, shows="the freezing", pieces=(
    Piece(name="trainable = False", code=(".trainable = False",), near=("trainable",)),))
RANDOM = PictureWanted(question="Show the layers.", number=7, shows="the data augmentation layers", pieces=(
    Piece(name="random layers", code=("RandomFlip(", "RandomRotation("), at_least=2),))
OTHERS = {"base": BASE, "frozen": FROZEN, "random": RANDOM}

LOADED = 'base = keras.applications.MobileNetV2(input_shape=SHAPE,\n    include_top=False, weights="imagenet")'
FREEZES = "base.trainable = False\nbase.summary()"
VARIES = 'noise = keras.Sequential([\n    layers.RandomFlip("horizontal"),\n    layers.RandomRotation(0.1),\n])'
TUNES = "base.trainable = True\nfor layer in base.layers[:100]:\n    layer.trainable = False"
NOTEBOOK = ("import keras", LOADED, FREEZES, VARIES, TUNES)


def cells(*sources: str) -> tuple[Cell, ...]:
    return tuple(Cell(number=i + 1, kind=CellKind.CODE, source=source) for i, source in enumerate(sources))


def picture(code: str, *, confidence: float = 0.98, problem: str = "", page: int = 1) -> Picture:
    lines = tuple(
        TextLine(text=line, box=(0, 20 * i, 8 * len(line), 20 * i + 16), confidence=confidence)
        for i, line in enumerate(code.split("\n") if code else ())
    )
    return Picture(digest=str(hash(code)), width=640, height=400, lines=lines, problem=problem, place=Place(page=page))


def judge(wanted: PictureWanted, *codes: str | Picture, notebook: tuple[str, ...] = NOTEBOOK,
          beside: tuple[str, ...] = ()) -> PicturesJudged:
    """`codes` stand under the question, `beside` elsewhere in the report."""
    shown = [code if isinstance(code, Picture) else picture(code) for code in codes]
    blocks = [Block(kind=BlockKind.PICTURE, picture=i) for i in range(len(shown))]
    pictures = [*shown, *(picture(code, page=9) for code in beside)]
    return judge_pictures(blocks, pictures, wanted, cells(*notebook), others=OTHERS)


def test_right_screenshot_is_met_and_its_cell_is_named() -> None:
    judged = judge(BASE, LOADED.replace("include", "inc1ude") + "\n✓ 0.0s")
    assert (judged.outcome, judged.fault, judged.readings[0].cells) == (Outcome.MET, "", (2,))
    assert all(token.found and token.line for token in judged.readings[0].tokens)


@pytest.mark.parametrize(("wanted", "code", "outcome", "fault"), [
    (BASE, LOADED.replace("False", "True"), Outcome.NOT_MET, "contrary"),
    (BASE, LOADED.split("\n")[0], Outcome.PARTLY, "piece_missing"),
    (BASE, LOADED.replace("False", "not True"), Outcome.UNDECIDED, "unsure"),
    (BASE, LOADED + "\n" + LOADED.replace("False", "True"), Outcome.UNDECIDED, "both"),
    (FROZEN, TUNES, Outcome.UNDECIDED, "both"),
    (FROZEN, "# base.trainable = False\nmodel.fit(x)", Outcome.UNDECIDED, "only_spoken_of"),
    (FROZEN, "plt.plot(history)\nplt.show()", Outcome.NOT_MET, "wrong_picture"),
    (RANDOM, VARIES.replace("    layers.RandomRotation(0.1),\n", ""), Outcome.PARTLY, "in_part"),
])  # fmt: skip
def test_outcome_of_one_screenshot(wanted: PictureWanted, code: str, outcome: Outcome, fault: str) -> None:
    judged = judge(wanted, code)
    assert (judged.outcome, judged.fault) == (outcome, fault)


def test_every_fault_is_listed() -> None:
    given = {judge(BASE, code).fault for code in (LOADED, VARIES, LOADED.replace("False", "True"))} - {""}
    assert given <= set(PictureWanted.FAULTS)


def test_wrong_screenshot_is_named_by_what_it_shows() -> None:
    judged = judge(BASE, VARIES)
    assert judged.fault == "wrong_picture" and judged.readings[0].shows == "the data augmentation layers"
    assert "This shows the data augmentation layers; question 5 asks for the base model." in judged.found


def test_right_one_elsewhere_in_the_report_is_left_to_a_person() -> None:
    assert judge(BASE, VARIES, beside=(LOADED,)).fault == "elsewhere"
    judged = judge(BASE, beside=(FREEZES, LOADED))
    assert (judged.outcome, judged.fault) == (Outcome.UNDECIDED, "elsewhere") and "page 9" in judged.found


def test_of_several_pictures_the_best_counts() -> None:
    assert judge(BASE, VARIES, LOADED).outcome == Outcome.MET
    first, second = LOADED.split("\n")
    assert judge(BASE, first, second).outcome == Outcome.MET
    assert judge(BASE, LOADED.replace("False", "True"), LOADED).outcome == Outcome.MET


def test_no_picture_is_not_met_but_an_unread_one_is_undecided() -> None:
    assert (judge(BASE).outcome, judge(BASE).fault) == (Outcome.NOT_MET, "no_picture")
    unread = judge(BASE, picture("", problem="there was no time left to read this picture"))
    assert (unread.outcome, unread.fault) == (Outcome.UNDECIDED, "unread") and "no time left" in unread.found
    assert judge(BASE, picture(VARIES, confidence=0.6)).fault == "unread"


def test_code_pasted_as_text_counts_and_is_noted() -> None:
    pasted = [Block(kind=BlockKind.TEXT, text="Here is my code:"),
              *(Block(kind=BlockKind.TEXT, text=line) for line in LOADED.split("\n"))]
    judged = judge_pictures(pasted, (), BASE, cells(*NOTEBOOK), others=OTHERS)
    assert judged.outcome == Outcome.MET and judged.readings[0].picture is None
    assert judged.readings[0].cells == (2,) and "pasted as text" in judged.found


def test_what_only_reminds_of_it_is_undecided_and_named() -> None:
    judged = judge(FROZEN, VARIES + "\nprint(len(base.trainable_variables))")
    assert (judged.outcome, judged.fault) == (Outcome.UNDECIDED, "unsure")
    assert judged.readings[0].shows == "the data augmentation layers"


def test_line_in_brackets_is_no_code() -> None:
    block = Block(kind=BlockKind.TEXT, text="Figure 5 (base model)")
    assert judge_pictures((block,), (), BASE, (), others=OTHERS).fault == "no_picture"


def test_speaking_of_the_code_is_not_showing_it() -> None:
    text = "The base model was loaded with MobileNetV2( and the option include_top=False so that no head is there."
    judged = judge_pictures([Block(kind=BlockKind.TEXT, text=text)], (), BASE, cells(*NOTEBOOK), others=OTHERS)
    assert (judged.outcome, judged.fault) == (Outcome.UNDECIDED, "only_spoken_of")


@pytest.mark.parametrize(("own_cell", "outcome"), [
    (Outcome.UNDECIDED, Outcome.UNDECIDED), (Outcome.PARTLY, Outcome.PARTLY), (Outcome.MET, Outcome.MET)])
def test_notebook_that_says_the_opposite(own_cell: Outcome, outcome: Outcome) -> None:
    wanted = BASE.model_copy(update={"own_cell": own_cell})
    judged = judge(wanted, LOADED, notebook=("import keras", LOADED.replace("False", "True")))
    assert judged.outcome == outcome
    assert (judged.fault == "not_in_notebook") is (own_cell != Outcome.MET)


def test_code_of_another_version_is_met_with_a_note() -> None:
    judged = judge(BASE, "m = tf.keras.applications.MobileNetV2(weights=None, include_top=False, alpha=0.5)")
    assert judged.outcome == Outcome.MET and judged.readings[0].cells == ()
    assert "No cell of the notebook looks just like it." in judged.found


def test_without_a_notebook_there_is_no_note_about_cells() -> None:
    judged = judge(BASE, LOADED, notebook=())
    assert judged.outcome == Outcome.MET and "cell" not in judged.found


@pytest.mark.parametrize(("code", "expected"), [
    (FREEZES, (3,)),
    (TUNES, (5,)),
    (LOADED + "\n" + FREEZES, (2, 3)),
    ("In [3]: " + VARIES, (4,)),
    (VARIES.replace("\n", "").replace("layers.RandomRot", "\nlayers.RandomRot"), (4,)),
    (FREEZES.replace("False", "True"), ()),
    (VARIES.replace("0.1", "0.3"), (4,)),
    (VARIES.replace("0.1", "0.3").replace("horizontal", "vertical"), ()),
    ("print('nothing of this')", ()),
])  # fmt: skip
def test_cells_that_are_shown(code: str, expected: tuple[int, ...]) -> None:
    assert set(judge(FROZEN, code).readings[0].cells) == set(expected)


def test_digit_that_cannot_be_told_is_settled_by_the_cell_that_is_shown() -> None:
    wanted = PictureWanted(question="Show the head.", pieces=(Piece(name="Dense(1)", code=("Dense(1",)),))
    cell = 'out = layers.Dense({}, activation="sigmoid")(x)\nmodel = keras.Model(inputs, out)'
    shown = picture(cell.format("i"))
    outcomes = [
        judge_pictures((Block(kind=BlockKind.PICTURE, picture=0),), (shown,), wanted, cells(cell.format(n)), others={})
        for n in ("1", "i", "7")
    ]
    assert [judged.outcome for judged in outcomes] == [Outcome.MET, Outcome.UNDECIDED, Outcome.UNDECIDED]


def test_one_line_of_a_cell_with_chrome_around_it_is_matched() -> None:
    notebook = (LOADED + "\nbase.trainable=False",)
    judged = judge(FROZEN, "+ Code  + Text\nbase.trainable=False\n[11] ✓ _0.0s Python", notebook=notebook)
    assert judged.readings[0].cells == (1,)


def test_forty_cells_and_a_full_screenshot_take_little_time() -> None:
    many = tuple(f"x{i} = layers.Conv2D({i}, 3, activation='relu')(x)\nplt.plot(history.history['loss'])" * 8
                 for i in range(40))
    shown = picture(LOADED + "\n" + "\n".join(f"y{i} = plt.subplot(3, 3, {i})" for i in range(25)))
    began = time.process_time()
    for _ in range(10):
        judge(BASE, shown, notebook=many)
    assert (time.process_time() - began) / 10 < 0.04
