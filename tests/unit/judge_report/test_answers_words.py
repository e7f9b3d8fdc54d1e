"""Words, sentences and concepts: what is made equal, and what must stay apart."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.judge.report.answers import judge_answer
from grader.judge.report.languages import foreign_language
from grader.judge.report.lexicon import Lexicon, joined
from grader.judge.report.plain import fold
from grader.judge.report.prose import paragraphs, sentences
from grader.judge.report.segments import Question
from grader.judge.report.stems import stem
from grader.judge.report.wanted import AnswerWanted
from grader.judge.report.words import words
from grader.records import Block, BlockKind

LEXICON = Lexicon({})
WANTED = AnswerWanted.model_validate({
    "question": "Why?", "full": 1,
    "ideas": [{"id": "a", "name": "A", "hint": "B", "shown_by": ["+keep feature", "would +destroy feature gradient"]}],
})  # fmt: skip


def concepts(text: str) -> set[str]:
    return set(LEXICON.mentions(joined(words(fold(text)))))


def negated(text: str) -> set[str]:
    return {word.plain for word in words(fold(text)) if word.negated}


def told(*texts: str) -> list[str]:
    return [s.text for s in sentences(paragraphs([Block(kind=BlockKind.TEXT, text=t) for t in texts]))]


@pytest.mark.parametrize(("one", "other"), [
    ("pre-trained", "pretrained"), ("fine tuning", "fine-tuning"), ("frozen", "freezing"), ("data set", "dataset"),
    ("generalises", "generalization"), ("over-fitting", "overfits"), ("variety", "various"), ("doesn’t", "does not"),
    ("2,000", "2000"), ("trai\u200bning", "training"),
])  # fmt: skip
def test_ways_of_writing_are_made_equal(one: str, other: str) -> None:
    assert [w.stem for w in words(fold(one))] == [w.stem for w in words(fold(other))]


@pytest.mark.parametrize(("one", "other"), [
    ("general", "generalize"), ("freeze", "unfreeze"), ("overfit", "underfit"), ("trainable", "untrainable"),
])  # fmt: skip
def test_words_that_turn_the_meaning_stay_apart(one: str, other: str) -> None:
    assert stem(one) != stem(other)


@pytest.mark.parametrize(("misspelt", "concept"), [
    ("fetures", "feature"), ("overfiting", "overfit"), ("wieghts", "weight"), ("genralize", "generalize"),
    ("acuracy", "accuracy"), ("divercity", "variety_word"), ("preseve", "keep"),
])  # fmt: skip
def test_misspelt_words_are_recognised(misspelt: str, concept: str) -> None:
    assert concept in concepts(misspelt)


@pytest.mark.parametrize(("word", "concept"), [
    ("future", "feature"), ("reserve", "keep"), ("unfreeze", "freeze"), ("decrease", "up"), ("weather", "weight"),
    ("underfit", "overfit"), ("search", "scratch"),
])  # fmt: skip
def test_another_word_is_no_slip(word: str, concept: str) -> None:
    assert concept not in concepts(word)


@pytest.mark.parametrize(("text", "reached"), [
    ("the weights do not change", {"change"}),
    ("it prevents the pretrained weights from being updated", {"weights", "updated"}),
    ("nothing in the base is trained", {"trained"}),
    ("it keeps the model from memorising pictures", {"memorising"}),
    ("rather than training everything", {"training"}),
])
def test_a_negation_reaches_what_it_negates(text: str, reached: set[str]) -> None:
    assert reached <= negated(text)


@pytest.mark.parametrize(("text", "free"), [
    ("it not only keeps features", "keeps"),
    ("weights do not change, so features survive", "survive"),
    ("it does not learn but keeps features", "keeps"),
    ("weights are not updated and they keep features", "keep"),
])
def test_a_negation_ends_with_its_clause(text: str, free: str) -> None:
    assert free not in negated(text)


def test_terms_of_the_field_say_nothing_of_their_words() -> None:
    assert "train" not in concepts("from scratch") and "feature" not in concepts("feature extraction")
    assert "feature" in concepts("features are extracted")


def test_sentences_end_where_a_reader_ends_them() -> None:
    read = told("It keeps e.g. edges. It is fast; it is cheap!")
    assert read == ["It keeps e.g. edges.", "It is fast;", "it is cheap!"]


def test_a_soft_break_inside_a_sentence_does_not_end_it() -> None:
    assert told("It keeps the\nfeatures.\nIt is fast.") == ["It keeps the features.", "It is fast."]


def test_bullets_typed_by_hand_are_items() -> None:
    read = paragraphs([Block(kind=BlockKind.TEXT, text="Reasons:\n- fast\n- cheap\n2) small")])
    assert [(p.text, p.item) for p in read] == [("Reasons:", False), ("fast", True), ("cheap", True), ("small", True)]


@pytest.mark.parametrize(("text", "language"), [
    ("Đóng băng giúp giữ lại các đặc trưng đã học và không bị thay đổi trong khi huấn luyện", "Vietnamese"),
    ("Das Einfrieren der Basis ist wichtig, weil die Gewichte sich nicht mit dem Training verändern", "German"),
    ("冻结卷积基可以保留预训练模型学到的特征，避免被破坏", "another script"),
    ("freezing base make feature not change so model is good", ""),
    ("Transfer learning, pretrained model, ImageNet, weights, reuse", ""),
    ("Why did Nguyễn Thị Hồng and Jürgen use the frozen base? The features of it are kept.", ""),
])
def test_only_what_is_surely_not_english_is_taken_for_another_language(text: str, language: str) -> None:
    assert foreign_language(fold(text)) == language


HOSTILE = {
    "one word a megabyte long": "a" * 1_000_000,
    "one word again and again": "feature " * 125_000,
    "a heap of all concepts": "keep feature destroy gradient would not prevent " * 20_000,
    "different words": " ".join(f"fetur{n}" for n in range(100_000)),
    "zero-width": "keep\u200b\u200c\u2060 " * 100_000,
    "ends of sentences": ". ! ? ; " * 120_000,
    "line breaks": "\n" * 1_000_000,
    "brackets and bullets": "- (1) a) * " * 90_000,
    "letters that grow when folded": "\ufdfa" * 60_000,
    "combining marks": "e" + "\u0301" * 500_000,
    "digits and commas": "1,000," * 150_000,
    "quotes": "n't'" * 200_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_read_in_a_moment(name: str) -> None:
    question = Question("q", 1, WANTED.question, (), False)
    started = time.process_time()
    judged = judge_answer([Block(kind=BlockKind.TEXT, text=HOSTILE[name])], question, WANTED, others={"o": WANTED})
    assert time.process_time() - started < 2
    assert all(len(idea.sentence) <= 400 for idea in judged.reading.found)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(), max_size=5))
def test_any_text_gives_a_result(texts: list[str]) -> None:
    question = Question("q", 1, WANTED.question, (), False)
    blocks = [Block(kind=BlockKind.TEXT, text=text) for text in texts]
    judged = judge_answer(blocks, question, WANTED, others={"o": WANTED})
    assert 0 <= judged.reading.suggested <= 1 and 0 <= judged.reading.confidence <= 1
