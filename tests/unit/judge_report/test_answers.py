"""What an answer is worth: which ideas it shows, and that nothing right is lost."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from grader.judge.report.answers import AnswerJudged, judge_answer
from grader.judge.report.segments import Question
from grader.judge.report.wanted import AnswerWanted
from grader.records import Block, BlockKind, Furniture, Outcome, Picture, Place, TextLine

FREEZING = AnswerWanted.model_validate({
    "question": "Why is it important to freeze the convolutional base during feature extraction?",
    "number": 3,
    "topic": ["freeze", "frozen", "convolutional base"],
    "full": 2,
    "partial": 1,
    "ideas": [
        {"id": "kept", "name": "What was learned is kept", "hint": "What would be lost?", "part": "why",
         "shown_by": ["+keep feature", "-destroy feature", "would +destroy feature"],
         "contradicted_by": ["~ freeze > feature > +lost"]},
        {"id": "cheap", "name": "There is less to train", "hint": "How many parameters remain?",
         "shown_by": ["+less parameter /5", "speed_up ?"],
         "contradicted_by": ["+freeze > lets > base > +learns ! head_only !! otherwise_said"]},
        {"id": "overfit", "name": "It overfits less", "hint": "How large is the data set?",
         "shown_by": ["reduce overfit"]},
    ],
    "words": {"lost": ["lost", "destroy"], "lets": ["let", "allow"], "learns": ["learn", "update"],
              "head_only": ["classifier"], "otherwise_said": ["otherwise"]},
})  # fmt: skip
AUGMENTATION = AnswerWanted.model_validate({
    "question": "Why use data augmentation?",
    "number": 4,
    "topic": ["augmentation", "flip", "rotate"],
    "ideas": [
        {"id": "variety", "name": "More varied pictures", "hint": "What changes?", "shown_by": ["variety_word"]},
        {"id": "overfit", "name": "It overfits less", "hint": "What is prevented?", "shown_by": ["reduce overfit"]},
    ],
})  # fmt: skip
RIGHT = "Freezing keeps the features that were learned on ImageNet. It also leaves fewer parameters to train."


def text(*paragraphs: str, **fields: object) -> tuple[Block, ...]:
    return tuple(Block.model_validate({"kind": BlockKind.TEXT, "text": p, **fields}) for p in paragraphs)


def items(lead: str, *entries: str) -> tuple[Block, ...]:
    return (*text(lead), *(Block(kind=BlockKind.TEXT, text=entry, label="•") for entry in entries))


def judged(
    blocks: tuple[Block, ...], wanted: AnswerWanted = FREEZING, pictures: tuple[Picture, ...] = ()
) -> AnswerJudged:
    question = Question("q", wanted.number, wanted.question, wanted.also, False)
    others = {"other": AUGMENTATION if wanted is FREEZING else FREEZING}
    return judge_answer(blocks, question, wanted, others=others, pictures=pictures)


def ideas(result: AnswerJudged) -> set[str]:
    return {idea.id for idea in result.reading.found}


def test_enough_ideas_and_every_part_make_full_marks() -> None:
    result = judged(text(RIGHT))
    assert (result.outcome, result.fault, ideas(result)) == (Outcome.MET, "", {"kept", "cheap"})
    assert result.reading.suggested == 1.0


def test_ideas_without_the_part_that_answers_the_question_are_not_enough() -> None:
    result = judged(text("There are fewer parameters to train, and this reduces overfitting of the model."))
    assert result.outcome in (Outcome.PARTLY, Outcome.UNDECIDED)
    assert result.reading.suggested <= 0.6


def test_each_idea_comes_with_the_sentence_that_shows_it_and_its_place() -> None:
    result = judged(text(RIGHT, place=Place(page=2)))
    sentences = {idea.id: idea.sentence for idea in result.reading.found}
    assert sentences["kept"] == "Freezing keeps the features that were learned on ImageNet."
    assert sentences["cheap"] == "It also leaves fewer parameters to train."
    assert result.reading.found[0].place == Place(page=2)
    assert result.reading.missing == ("How large is the data set?",)


@pytest.mark.parametrize("said", [
    "Freezeing keep the feturs that was lerned from imagenet, also less paramters for train.",
    "we preserve the leaned feature and fewer parameters is to train",
    "The pre-trained weights aren't destroyed. Overfitting is reduced.",
], ids=["misspelt", "grammar", "negated"])  # fmt: skip
def test_fluent_bad_english_is_not_penalised(said: str) -> None:
    assert judged(text(said)).outcome == Outcome.MET


def test_list_items_are_read_with_the_line_that_leads_them_in() -> None:
    result = judged(items("Freezing reduces:", "overfitting", "the number of parameters"))
    assert {"overfit", "cheap"} <= ideas(result)


def test_items_alone_do_not_say_what_their_lead_says() -> None:
    result = judged(items("What I saw in the notebook:", "overfitting", "the number of parameters"))
    assert not ideas(result)


def test_cells_of_a_table_are_read_with_their_headings() -> None:
    table = Block(kind=BlockKind.TABLE, rows=(("", "frozen base", "trainable base"),
                                              ("features", "are kept", "are lost"), ("parameters", "fewer", "more")))
    assert {"kept", "cheap"} <= ideas(judged((table,)))


def test_captions_and_code_are_no_part_of_the_answer() -> None:
    caption = text(RIGHT, furniture=Furniture.CAPTION)
    code = text(RIGHT, code=True)
    assert judged(caption + code).fault == "empty"


def test_on_the_topic_but_without_an_idea_is_left_to_a_person() -> None:
    result = judged(text("The convolutional base of the model is frozen in this step because the network "
                         "was built by experts, and the training of the classifier comes after it."))
    assert result.outcome == Outcome.UNDECIDED


@pytest.mark.parametrize(("said", "fault"), [
    ("When we freeze the base, the features are lost. It leaves fewer parameters and less overfitting.", True),
    ("When we freeze the base, the features are not lost. It leaves fewer parameters and less overfitting.", False),
    ("Freezing lets the base learn. The features are kept, and it reduces overfitting.", True),
    ("Freezing lets only the classifier learn on the base. The features are kept, and it reduces overfitting.", False),
], ids=["lost", "not lost", "base learns", "classifier learns"])
def test_a_contradicted_idea_is_never_met(said: str, fault: bool) -> None:
    result = judged(text(said))
    assert (result.fault == "contradicted") is fault
    assert (result.outcome == Outcome.MET) is not fault
    assert bool(result.reading.contradictions) is fault


def test_a_supposition_is_no_contradiction() -> None:
    said = "Suppose the base was trainable. Then freezing lets the base learn. The features are kept and " \
           "fewer parameters are trained."
    assert judged(text(said)).fault == ""


def test_text_read_in_a_picture_counts_where_there_is_no_other() -> None:
    lines = tuple(TextLine(text=line, box=(0, 20 * n, 100, 20 * n + 15), confidence=0.9)
                  for n, line in enumerate(("Freezing keeps the features that were learned.",
                                            "It leaves fewer parameters to train.")))
    block = Block(kind=BlockKind.PICTURE, picture=0)
    picture = Picture(digest="0" * 64, width=100, height=40, lines=lines)
    read = judged((block,), pictures=(picture,))
    typed = judged(text(RIGHT))
    assert read.outcome == Outcome.MET and read.reading.confidence < typed.reading.confidence
    assert (judged((block,)).outcome, judged((block,)).fault) == (Outcome.UNDECIDED, "picture_only")


def test_the_same_answer_gives_the_same_result() -> None:
    assert judged(text(RIGHT)) == judged(text(RIGHT))


def test_a_pattern_with_an_unknown_concept_names_the_nearest() -> None:
    idea = {"id": "a", "name": "A", "hint": "B", "shown_by": ["keap feature"]}
    with pytest.raises(ValidationError, match=r"'keap', which has no words\. Did you mean 'keep'\?"):
        AnswerWanted.model_validate({"question": "Why?", "ideas": [idea], "full": 1, "partial": 1})


@pytest.mark.parametrize("line", ["! keep", "keep feature /soon", "> !! feature"])
def test_a_pattern_that_can_not_be_read_is_refused(line: str) -> None:
    idea = {"id": "a", "name": "A", "hint": "B", "shown_by": [line]}
    with pytest.raises(ValidationError):
        AnswerWanted.model_validate({"question": "Why?", "ideas": [idea], "full": 1, "partial": 1})


def test_a_rubric_that_asks_for_more_than_its_ideas_is_refused() -> None:
    idea = {"id": "a", "name": "A", "hint": "B", "shown_by": ["keep feature"]}
    with pytest.raises(ValidationError, match="sum of the ideas"):
        AnswerWanted.model_validate({"question": "Why?", "ideas": [idea], "full": 2, "partial": 1})
