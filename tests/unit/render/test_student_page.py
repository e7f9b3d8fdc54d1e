"""A student's page: what it says, what it keeps back, and that nobody's text can break it."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from types import SimpleNamespace

import pytest

from grader.records import (
    Cause,
    CauseKind,
    CriterionResult,
    Evidence,
    IntakeRemark,
    Notice,
    Place,
    Result,
    Reveal,
    Trouble,
)
from grader.render import render_student

VOID = {"meta", "link", "br", "circle", "path", "rect", "use"}


class Outline(HTMLParser):
    """Tags in order, headings, ids and links of a page; fails on tags that don't close in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.ids: list[str] = []
        self.stack: list[str] = []
        self.feed(page)
        assert self.stack == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append((tag, given))
        self.ids += [given["id"]] if given.get("id") else []
        if tag not in VOID:
            self.stack.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.stack.pop() == tag

    @property
    def headings(self) -> list[int]:
        return [int(tag[1]) for tag, _ in self.tags if re.fullmatch("h[1-6]", tag)]


def words(page: str) -> str:
    """What a reader reads: the page without style and tags, white space folded."""
    page = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


def page_of(build: SimpleNamespace, result: Result, *, reveal_all: bool = True, **evidence: object) -> str:
    return render_student(result, build.evidence(result, **evidence), reveal_all=reveal_all)


@pytest.fixture(scope="module")
def rich(build: SimpleNamespace) -> str:
    return page_of(build, build.rich_result())


def test_same_result_gives_the_same_bytes(build: SimpleNamespace, rich: str) -> None:
    assert page_of(build, build.rich_result()) == rich


def test_page_starts_as_a_document_and_allows_only_its_own_style(rich: str) -> None:
    assert rich.startswith("<!doctype html>")
    assert "default-src 'none'; style-src 'sha256-" in rich
    assert "unsafe-inline" not in rich
    tags = Outline(rich).tags
    assert not {tag for tag, _ in tags} & {"script", "iframe", "img", "form", "object", "base"}
    assert not [a for _, a in tags if "style" in a or any(key.startswith("on") for key in a)]
    assert not re.search(r"https?://|@import|url\(", rich)


def test_headings_descend_without_a_gap_and_landmarks_are_there(rich: str) -> None:
    outline = Outline(rich)
    assert outline.headings[0] == 1
    assert outline.headings.count(1) == 1
    assert all(b - a <= 1 for a, b in zip(outline.headings, outline.headings[1:], strict=False))
    assert {"header", "main", "footer"} <= {tag for tag, _ in outline.tags}
    assert ("html", {"lang": "en"}) in outline.tags


def test_ids_are_unique_and_links_within_the_page_arrive(rich: str) -> None:
    outline = Outline(rich)
    targets = [a["href"] for tag, a in outline.tags if tag in ("a", "use")]
    assert len(outline.ids) == len(set(outline.ids))
    assert len(targets) > 5
    assert {str(t).removeprefix("#") for t in targets} <= set(outline.ids)


def test_mark_is_said_with_what_is_still_open(rich: str) -> None:
    assert "9 of 29 and up to 7 more that a person decides" in words(rich)


def test_without_anything_open_nobody_is_promised_more(build: SimpleNamespace) -> None:
    shown = words(page_of(build, build.result(build.criterion())))
    assert "4 of 4" in shown
    assert "that a person decides" not in shown


def first_steps(page: str) -> list[str]:
    return re.findall(r'<p class="what"><a href="#[^"]*">(.*?)</a>', page)


def test_first_steps_are_the_three_dearest_in_the_order_of_the_lab(build: SimpleNamespace) -> None:
    lost = [build.criterion(f"c{n}", "not_met", 0, n) for n in (2, 1, 5, 3)]
    page = page_of(build, build.result(*lost, build.criterion("open", "undecided", 0, 9, pending=9)))
    assert first_steps(page) == ["Title of c2", "Title of c5", "Title of c3"]


def test_partly_met_counts_only_what_is_lost(build: SimpleNamespace) -> None:
    partly = build.criterion("half", "partly", 9, 10)
    lost = [build.criterion(f"c{n}", "not_met", 0, 2) for n in range(3)]
    assert first_steps(page_of(build, build.result(partly, *lost))) == [f"Title of c{n}" for n in range(3)]


def test_who_has_everything_is_told_so_kindly(build: SimpleNamespace) -> None:
    page = page_of(build, build.result(build.criterion()))
    assert "Nothing is missing: every criterion is met. Well done." in words(page)


def test_who_only_waits_for_a_person_is_not_told_to_mend_anything(build: SimpleNamespace) -> None:
    page = page_of(build, build.result(build.criterion("a", "undecided", 0, 4, pending=4), build.criterion("b")))
    assert "1 criterion waits for a person" in words(page)
    assert first_steps(page) == []


def test_first_cause_comes_with_code_advice_and_its_echoes_folded(rich: str) -> None:
    shown = words(rich)
    assert "Start with the error in cell 7, line 1" in shown
    assert "KeyError: &#39;acc&#39;" in shown
    assert "2 later cells failed only because of it" in shown
    assert "Cells 8, 9." in shown
    assert "1 more, further down in the notebook" in shown


def test_missing_package_is_no_fault_of_the_student_but_an_error_is(build: SimpleNamespace) -> None:
    def shown(kind: CauseKind) -> str:
        return words(page_of(build, build.result(build.criterion(), causes=(Cause(kind=kind, message="m"),))))

    assert "no points are lost by it" in shown(CauseKind.MISSING_PACKAGE)
    assert "no points are lost by it" not in shown(CauseKind.STUDENT_ERROR)


def test_our_fault_is_said_to_be_ours_and_is_no_cause(build: SimpleNamespace) -> None:
    fault = Cause(kind=CauseKind.GRADER_FAULT, message="The kernel did not start.")
    shown = words(page_of(build, build.result(build.criterion("a", "undecided", 0, 4, pending=4), causes=(fault,))))
    assert "We are sorry" in shown
    assert "You lose no points by this" in shown
    assert "Where the run went wrong" not in shown
    assert "We are sorry" not in words(page_of(build, build.rich_result()))


def test_shortening_and_stand_ins_are_stated_at_the_top_and_in_the_footer(rich: str) -> None:
    body, footer = rich.split("<footer>")
    top = words(body.split('class="criterion')[0])
    assert "10 epochs asked, 1 run with 2 steps of 8 images" in top
    assert "MobileNetV2 weights: seeded and calibrated" in top
    assert "MobileNetV2 weights: seeded and calibrated" in words(footer)
    assert "Keras 3.15.1" in words(footer)
    assert "cells 13 s" in words(footer)


def test_without_notices_nothing_is_said_about_the_run(build: SimpleNamespace) -> None:
    shown = words(page_of(build, build.result(build.criterion())))
    assert "How your notebook was run here" not in shown
    assert "Stand-ins" not in shown


def criterion_block(page: str, anchor: str) -> str:
    start = page.index(f'id="{anchor}"')
    end = page.find('id="criterion-', start + 5)
    return page[page.rindex("<", 0, start) : end if end > 0 else len(page)]


def test_failed_criterion_lies_open_and_a_met_one_closed(rich: str) -> None:
    assert " open>" in criterion_block(rich, "criterion-2-frozen-before-first-fit").split("\n")[0]
    assert " open>" not in criterion_block(rich, "criterion-1-backbone-without-top").split("\n")[0]


def test_failed_criterion_says_all_that_helps(rich: str) -> None:
    shown = words(criterion_block(rich, "criterion-2-frozen-before-first-fit"))
    for text in ("Not met", "0 of 5", "Looked for", "only after the first training", "Next step:", "Cell 6, line 3"):
        assert text in shown
    for witness in ("Your code", "The run", "The saved model", "Outputs saved in your notebook"):
        assert witness in shown


def test_met_criterion_gives_no_next_step(build: SimpleNamespace) -> None:
    given = build.criterion(next_step="Do it otherwise.")
    assert "Do it otherwise." not in page_of(build, build.result(given))
    failed = build.criterion(outcome="not_met", points=0, next_step="Do it otherwise.")
    assert "Do it otherwise." in page_of(build, build.result(failed))


def test_contradiction_shows_both_sides_and_costs_nothing(rich: str) -> None:
    shown = words(criterion_block(rich, "criterion-4-preprocessing-once"))
    assert "A person will decide this one. No points are lost by it; up to 5 points are still open." in shown
    assert shown.index("This says yes") < shown.index("is called once") < shown.index("These say no")
    assert shown.index("These say no") < shown.index("scaled twice") < shown.index("Who cannot tell")


def test_undecided_without_contradiction_has_no_sides(rich: str) -> None:
    shown = words(criterion_block(rich, "criterion-8-fine-tuning-recompiled"))
    assert "A person will decide this one." in shown
    assert "says yes" not in shown
    assert "Can’t tell" in shown


def test_marked_line_is_an_element_of_its_own_and_not_only_a_colour(rich: str) -> None:
    block = criterion_block(rich, "criterion-2-frozen-before-first-fit")
    assert re.search(r'<mark class="line marked" data-n="3">backbone\.trainable', block)


def secret_criterion(build: SimpleNamespace, reveal: Reveal, outcome: str) -> CriterionResult:
    """A criterion whose every text is a secret but for title and hint."""
    made: CriterionResult = build.criterion(
        "secret_id",
        outcome,
        0,
        4,
        pending=4 if outcome == "undecided" else 0,
        title="TITLE",
        hint="HINT",
        looked_for="SECRET looked for",
        found="SECRET found",
        next_step="SECRET next",
        reason="SECRET reason",
        fault="SECRET fault",
        excerpt="secret_code_of_the_criterion()",
        place=Place(cell=4, line=9),
        statements=(
            build.says("source", "yes", "SECRET says", 4, 9, "secret_code_of_the_witness()"),
            build.says("run", "no", "SECRET says", 4, 9, "secret_code_of_the_witness()"),
        ),
        reveal=reveal,
    )
    return made


@pytest.mark.parametrize("outcome", ["met", "partly", "not_met", "undecided"])
@pytest.mark.parametrize("reveal", [Reveal.NAME, Reveal.HINT])
def test_self_check_keeps_back_what_the_rubric_keeps_back(build: SimpleNamespace, reveal: Reveal, outcome: str) -> None:
    result = build.result(secret_criterion(build, reveal, outcome), remarks=("SECRET remark",))
    page = page_of(build, result, reveal_all=False)
    assert "secret_code" not in page
    assert "SECRET" not in page
    assert "cell 4" not in page.lower()
    assert "TITLE" in page
    assert ("HINT" in page) == (reveal == Reveal.HINT)


@pytest.mark.parametrize("outcome", ["partly", "not_met", "undecided"])
def test_after_the_deadline_everything_is_shown(build: SimpleNamespace, outcome: str) -> None:
    page = page_of(build, build.result(secret_criterion(build, Reveal.NAME, outcome)), reveal_all=True)
    for text in ("SECRET looked for", "SECRET found", "SECRET next", "SECRET reason", "SECRET says"):
        assert text in page


def test_a_criterion_that_keeps_nothing_back_is_shown_in_a_self_check(build: SimpleNamespace) -> None:
    page = page_of(build, build.result(secret_criterion(build, Reveal.ALL, "not_met")), reveal_all=False)
    assert "SECRET found" in page
    assert "HINT" not in page


ATTACKS = {
    "script": "<script>alert(1)</script>",
    "attribute": '" onmouseover="alert(1)" x="',
    "style end": "</style><style>*{display:none}</style>",
    "comment": "<!-- ",
    "template": "{{ view }}{% for x in y %}",
    "code end": "</code></pre></details></main>",
    "override": "\u202egnp.exe\u202c",
    "terminal": "\x1b[31mred\x1b[0m\x07",
    "surrogate": "\ud83d",
}


def hostile(build: SimpleNamespace, attack: str) -> tuple[Result, Evidence]:
    place = Place(cell=1, line=1)
    result = build.result(
        build.criterion(
            attack,
            "not_met",
            0,
            4,
            title=attack,
            looked_for=attack,
            found=f"`{attack}`",
            hint=attack,
            next_step=attack,
            reason=attack,
            excerpt=attack,
            place=place,
            statements=(build.says("source", "no", attack, 1, 1, attack),),
            section=attack,
        ),
        build.criterion(
            "sides",
            "undecided",
            0,
            4,
            statements=(
                build.says("source", "yes", attack, 1, 1, attack),
                build.says("model", "no", attack, 1, 1, attack),
            ),
        ),
        student=attack,
        display_name=attack,
        notebook_name=attack,
        subject=attack,
        rubric_title=attack,
        causes=(
            Cause(
                kind=CauseKind.STUDENT_ERROR, message=attack, place=place, excerpt=attack, advice=attack, echoes=(2,)
            ),
            Cause(kind=CauseKind.GRADER_FAULT, message=attack),
        ),
        notices=tuple(Notice(kind=k, message=attack, place=place) for k in ("shortened", "stand_in", attack)),
        intake=(
            IntakeRemark(trouble=Trouble.UNREADABLE, file=attack, message=attack, fatal=True),
            IntakeRemark(trouble=Trouble.WRONG_NAME, file=attack, message=attack),
        ),
        remarks=(attack,),
    )
    evidence = build.evidence(
        result,
        cells=build.cells(f"{attack}\n{attack}\nx = 1"),
        environment={"keras": attack, "tensorflow": attack},
        phases={attack: 1.0},
    )
    return result, evidence


@pytest.mark.parametrize("case", ATTACKS, ids=list(ATTACKS))
def test_no_text_of_a_student_becomes_part_of_the_page(build: SimpleNamespace, case: str) -> None:
    result, evidence = hostile(build, ATTACKS[case])
    harmless, harmless_evidence = hostile(build, "harmless")
    page = render_student(result, evidence, reveal_all=True)
    shape = [(tag, sorted(a)) for tag, a in Outline(page).tags if tag not in ("span", "code")]
    expected = render_student(harmless, harmless_evidence, reveal_all=True)
    assert shape == [(tag, sorted(a)) for tag, a in Outline(expected).tags if tag not in ("span", "code")]
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x1b\x07\ud800-\udfff]", page)
    page.encode()


def test_huge_texts_make_a_page_that_still_opens(build: SimpleNamespace) -> None:
    huge = "x = [" + "1, " * 400_000 + "]\n" + "y = 2\n" * 50_000
    criteria = [
        build.criterion(f"c{i}", "not_met", 0, 1, found=huge, excerpt=huge, place=Place(cell=1, line=2))
        for i in range(17)
    ]
    causes = tuple(Cause(kind=CauseKind.STUDENT_ERROR, message=huge, excerpt=huge) for _ in range(60))
    result = build.result(*criteria, display_name=huge, causes=causes)
    page = page_of(build, result, cells=build.cells(huge))
    assert len(page) < 1_500_000
    assert "48 more that are not listed" in words(page)


def test_unreadable_submission_says_what_to_hand_in(build: SimpleNamespace) -> None:
    remark = IntakeRemark(trouble=Trouble.UNREADABLE, file="lab.ipynb", message="Not JSON.", fatal=True)
    cause = Cause(kind=CauseKind.UNREADABLE, message="Not JSON.")
    undecided = [build.criterion(f"c{i}", "undecided", 0, 2, pending=2) for i in range(3)]
    result = build.result(*undecided, intake=(remark,), causes=(cause,))
    page = page_of(build, result, cells=(), phases={}, environment={})
    shown = words(page)
    assert "We could not read your notebook" in shown
    assert "lab.ipynb: Not JSON." in shown
    assert "hand that in" in shown
    assert "Where the run went wrong" not in shown
    assert "What to do first" not in shown
    assert " open>" not in page
    Outline(page)


def test_result_without_criteria_evidence_or_name_is_a_page(build: SimpleNamespace) -> None:
    result = build.result(display_name="", notebook_name="", digest="", rubric_digest="")
    page = render_student(result, None, reveal_all=False)
    assert "0 of 0" in words(page)
    assert "noor" in words(page)
    Outline(page)


def test_criteria_of_a_report_have_their_own_section(build: SimpleNamespace) -> None:
    page = words(page_of(build, build.result(build.criterion("a"), build.criterion("b", section="report"))))
    assert page.index("Your notebook") < page.index("Title of a") < page.index("Your report") < page.index("Title of b")
