"""The report's part of a student's page: ideas marked, pictures shown, nothing said that is kept back."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from grader.records import (
    AnswerReading,
    Claim,
    ClaimVerdict,
    IdeaFound,
    Picture,
    PictureReading,
    Place,
    Report,
    ReportForm,
    Reveal,
    Says,
    Statement,
    TokenRead,
    Witness,
)
from grader.render import render_student
from grader.render.report import answer_view, picture_view

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"0" * 20).decode()


def reading(**changes: Any) -> AnswerReading:
    found = IdeaFound(id="reuse", name="knowledge is reused", sentence="It keeps old knowledge.", strength=0.9)
    values: dict[str, Any] = {
        "question": "What is it?",
        "heading": "1. What is it?",
        "paragraphs": ("Hello. It keeps old knowledge. Bye.",),
        "found": (found,),
        "missing": ("Think of the data that is needed.",),
        **changes,
    }
    return AnswerReading(**values)


def test_the_sentence_that_shows_an_idea_is_marked() -> None:
    (pieces,) = answer_view(reading()).paragraphs
    assert [(p.text, p.ideas) for p in pieces] == [("Hello. ", ""), ("It keeps old knowledge.", "1"), (" Bye.", "")]


def test_two_ideas_in_one_sentence_lose_no_text() -> None:
    again = IdeaFound(id="b", name="b", sentence="old knowledge. Bye.", strength=1)
    (pieces,) = answer_view(reading(found=(*reading().found, again))).paragraphs
    assert [(p.text, p.ideas) for p in pieces] == [("Hello. ", ""), ("It keeps old knowledge. Bye.", "1, 2")]


def test_a_sentence_that_is_not_in_the_text_is_quoted_with_its_idea() -> None:
    far = reading(found=(IdeaFound(id="a", name="a", sentence="joined from two", strength=1),))
    assert [i.sentence for i in answer_view(far).ideas] == ["joined from two"]


@pytest.mark.parametrize(
    ("kind", "data", "shown"),
    [
        ("image/png", PNG, True),
        ("image/svg+xml", PNG, False),
        ("image/png", '"><script>', False),
        ("image/png", "", False),
        ("image/png", "A" * 400_004, False),
    ],
)
def test_only_small_true_pictures_are_shown(kind: str, data: str, shown: bool) -> None:
    picture = Picture(digest="d", width=3, height=2, preview=data, preview_type=kind)
    report = Report(file_name="r.pdf", form=ReportForm.PDF, digest="x", pictures=(picture,))
    view = picture_view(PictureReading(picture=0, read="a = 1"), report, {})
    assert view.source == (f"data:image/png;base64,{PNG}" if shown else "")


def test_a_picture_that_is_not_there_is_not_looked_for() -> None:
    view = picture_view(PictureReading(picture=7, read="a = 1"), None, {})
    assert (view.source, view.width) == ("", 0)


@pytest.fixture
def page(build: SimpleNamespace) -> Callable[..., str]:
    """Renders one undecided criterion of the report."""

    def render(*, reveal: Reveal = Reveal.ALL, reveal_all: bool = True, **said: Any) -> str:
        statement = Statement(witness=Witness.REPORT, says=Says.CANT_TELL, found="unsure", **said)
        criterion = build.criterion(
            "q1", "undecided", 0, section="report", statements=(statement,), reveal=reveal, pending=4.0, suggested=2.0
        )
        claim = Claim(what="accuracy", claimed="0.97", verdict=ClaimVerdict.CONTRADICTED, there="0.91",
                      there_place=Place(cell=9))  # fmt: skip
        picture = Picture(digest="d", width=3, height=2, preview=PNG)
        report = Report(file_name="r.pdf", form=ReportForm.PDF, digest="x", pictures=(picture,))
        result = build.result(criterion, report_name="r.pdf", claims=(claim,), unplaced=("a poem",))
        return render_student(result, build.evidence(result, report=report), reveal_all=reveal_all)

    return render


def test_the_page_shows_answer_picture_claims_and_the_suggested_mark(page: Callable[..., str]) -> None:
    tokens = (TokenRead(wanted="trainable = False", found=True),)
    shot = PictureReading(picture=0, read="m.trainable = False", tokens=tokens)
    html = page(answer=reading(), pictures=(shot,))
    for text in ("Your report", "It keeps old knowledge.<sup>", "Think of the data", "data:image/png", "m.trainable",
                 "Contradicts", "cell 9", "a poem", "The grader would give 2 points"):
        assert text in html, text


def test_a_report_that_is_not_there_is_said_once(build: SimpleNamespace) -> None:
    missing = [
        build.criterion(f"q{n}", "undecided", 0, section="report", fault="no_report", pending=4.0) for n in range(3)
    ]
    result = build.result(build.criterion(), *missing)
    html = render_student(result, build.evidence(result), reveal_all=True)
    assert html.count("No report was found among your files") == 1
    assert " open" not in "".join(re.findall(r"<details class=.criterion undecided[^>]*>", html))


def test_hostile_text_stays_text(page: Callable[..., str]) -> None:
    html = page(answer=reading(paragraphs=("<script>alert(1)</script>",), missing=("<img src=x>",)))
    assert "<script>" not in html
    assert "<img src=x" not in html


def test_a_self_check_keeps_the_answer_and_the_claims_back(page: Callable[..., str]) -> None:
    html = page(reveal=Reveal.HINT, reveal_all=False, answer=reading())
    assert "knowledge is reused" not in html
    assert "Contradicts" not in html
