"""Findings on pages: the gravest unfolded, counted over a cohort, kept back from a self-check, and harmless."""

from __future__ import annotations

import io
import re
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console

from grader.records import Cell, CellKind, Finding, Measured, Place, Result, Reveal, Severity, Witness
from grader.render import CohortEntry, render_cohort, render_student
from grader.render.findings import UNFOLDED, count_findings, findings_view
from grader.render.terminal import render_terminal_result


def finding(code: str = "TL102", severity: Severity = Severity.GRAVE, **more: Any) -> Finding:
    measured = Measured(what="what reached MobileNetV2", value="[-1.008, -0.994]", witness=Witness.RUN,
                        place=Place(cell=6, line=1))  # fmt: skip
    given = {"title": f"Title of {code}", "counted": "doubled the preprocessing", "found": f"Found of {code}.",
             "measured": (measured,), "explanation": "Because.", "mend": "Delete one.", **more}  # fmt: skip
    return Finding(code=code, severity=severity, **given)


def words(page: str) -> str:
    page = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


def having(build: SimpleNamespace, *findings: Finding, **more: Any) -> Result:
    made: Result = build.result(build.criterion("a"), findings=findings, **more)
    return made


def page_of(result: Result, *, reveal_all: bool = True) -> str:
    return render_student(result, None, reveal_all=reveal_all)


def test_page_shows_numbers_place_reason_and_what_to_change(build: SimpleNamespace) -> None:
    shown = words(page_of(having(build, finding())))
    for part in ("What a tutor would notice", "Grave", "Title of TL102", "TL102", "[-1.008, -0.994]",
                 "The run, cell 6, line 1", "Because.", "Delete one."):  # fmt: skip
        assert part in shown


def test_findings_stand_behind_the_criteria(build: SimpleNamespace) -> None:
    page = page_of(having(build, finding()))
    assert page.index("Title of a") < page.index("Title of TL102")


def test_page_without_findings_has_no_such_part(build: SimpleNamespace) -> None:
    assert "tutor" not in words(page_of(having(build)))


def test_five_lie_open_and_the_rest_is_folded(build: SimpleNamespace) -> None:
    many = [finding(f"TL10{i}") for i in range(7)]
    view = findings_view(having(build, *many), {}, reveal_all=True)
    assert [f.code for f in view.first] == [f.code for f in many[:UNFOLDED]]
    assert [f.code for f in view.more] == ["TL105", "TL106"]
    assert "2 more" in words(page_of(having(build, *many)))


def test_change_is_shown_line_by_line_in_place_of_the_quote(build: SimpleNamespace) -> None:
    diff = "--- cell 6\n+++ cell 6\n@@ -1,2 +1,2 @@\n before\n-x = twice(x)\n+x = once(x)\n"
    cells = {6: Cell(number=6, kind=CellKind.CODE, source="before\nx = twice(x)")}
    view = findings_view(having(build, finding(diff=diff, place=Place(cell=6, line=2))), cells, reveal_all=True)
    assert [(line.kind, line.text) for line in view.first[0].diff] == [
        ("place", "Cell 6"), ("same", " before"), ("removed", "-x = twice(x)"), ("added", "+x = once(x)")
    ]  # fmt: skip
    assert view.first[0].quote is None
    page = page_of(having(build, finding(diff=diff)))
    assert '<del class="line">-x = twice(x)</del>' in page and '<ins class="line">+x = once(x)</ins>' in page


@pytest.mark.parametrize("field", ["found", "title", "explanation", "mend", "diff", "excerpt"])
def test_text_of_a_student_stays_text(build: SimpleNamespace, field: str) -> None:
    bad = " <script>alert(1)</script>\u202e"
    page = page_of(having(build, finding(**{field: bad})))
    assert "<script>alert" not in page and "\u202e" not in page


# --------------------------------------------------------------------------- self-check


def test_self_check_says_how_many_there_are_and_not_what(build: SimpleNamespace) -> None:
    result = having(build, finding(), finding("TL502", Severity.HINT))
    shown = words(page_of(result, reveal_all=False))
    assert "A tutor would notice 2 things (1 grave and 1 hint)" in shown
    assert "TL102" not in shown and "Found of" not in shown


def test_self_check_of_a_rubric_that_names_only_says_nothing(build: SimpleNamespace) -> None:
    result = having(build, finding(), findings_reveal=Reveal.NAME)
    assert "tutor" not in words(page_of(result, reveal_all=False))


def test_self_check_of_a_rubric_that_reveals_all_shows_all(build: SimpleNamespace) -> None:
    result = having(build, finding(), findings_reveal=Reveal.ALL)
    assert "Found of TL102." in words(page_of(result, reveal_all=False))


# --------------------------------------------------------------------------- overview and terminal


def test_overview_counts_each_finding_once_a_student(build: SimpleNamespace) -> None:
    results = [having(build, finding(), finding(), student="a"), having(build, student="b"),
               having(build, finding(), finding("TL502", Severity.HINT, counted="ran cells out of order"),
                      student="c")]  # fmt: skip
    counts = count_findings(results)
    assert [(c.code, c.sentence) for c in counts] == [
        ("TL102", "2 of 3 doubled the preprocessing"), ("TL502", "1 of 3 ran cells out of order")
    ]  # fmt: skip
    rubric = build.rubric(build.criterion("a"))
    page = render_cohort([CohortEntry(result=r) for r in results], rubric=rubric, title="Spring")
    assert "2 of 3 doubled the preprocessing" in words(page)


def test_overview_without_findings_has_no_such_part(build: SimpleNamespace) -> None:
    rubric = build.rubric(build.criterion("a"))
    assert "tutor" not in words(render_cohort([CohortEntry(result=having(build))], rubric=rubric, title="Spring"))


def test_terminal_gives_a_line_each(build: SimpleNamespace) -> None:
    def printed(*, reveal_all: bool) -> str:
        file = io.StringIO()
        result = having(build, finding(), finding("TL301", Severity.NOTABLE))
        Console(file=file, width=120).print(render_terminal_result(result, reveal_all=reveal_all))
        return file.getvalue()

    assert "grave TL102 Found of TL102." in printed(reveal_all=True)
    assert "notable TL301 Found of TL301." in printed(reveal_all=True)
    assert "TL102" not in printed(reveal_all=False)
    assert "2 things" in printed(reveal_all=False)
