"""The overview: who stands where, what waits for a person, and what it cost."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest

from grader.records import Cause, CauseKind, IntakeRemark, Result, RunEnd, Trouble
from grader.render import CohortEntry, cohort_entry, render_cohort


def words(page: str) -> str:
    page = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


def entry(result: Result, **more: object) -> CohortEntry:
    given = {"page_name": f"{result.student}.html", "phases": {"start": 2.0, "cells": 10.0}, "peak_memory_mb": 900.0}
    return CohortEntry(result=result, **{**given, **more})  # type: ignore[arg-type]


def student(build: SimpleNamespace, name: str, *outcomes: str, **more: object) -> Result:
    worth = {"met": 4.0, "partly": 2.0}
    criteria = [
        build.criterion(f"c{i}", o, worth.get(o, 0), 4, pending=4 if o == "undecided" else 0)
        for i, o in enumerate(outcomes)
    ]
    made: Result = build.result(*criteria, student=name.lower(), display_name=name, **more)
    return made


def page_of(build: SimpleNamespace, *entries: CohortEntry, **more: object) -> str:
    rubric = build.rubric(*(build.criterion(f"c{i}") for i in range(2)))
    return render_cohort(entries, rubric=rubric, title="Spring", **more)  # type: ignore[arg-type]


@pytest.fixture
def three(build: SimpleNamespace) -> str:
    return page_of(
        build,
        entry(student(build, "Zoë", "met", "met")),
        entry(student(build, "Ama", "met", "not_met"), phases={"start": 4.0, "cells": 90.0}),
        entry(student(build, "bao", "partly", "undecided")),
    )


def test_students_stand_in_the_order_of_their_names(three: str) -> None:
    table = three[three.index('<table class="grid">') :]
    assert table.index("Ama") < table.index("bao") < table.index("Zoë")


def test_order_of_the_entries_does_not_change_the_page(build: SimpleNamespace) -> None:
    a, b = entry(student(build, "Ama", "met", "met")), entry(student(build, "Bo", "met", "not_met"))
    assert page_of(build, a, b) == page_of(build, b, a)


def test_summary_counts_graded_median_and_who_needs_a_person(three: str) -> None:
    shown = words(three)
    assert "graded 3" in shown
    assert "median mark of 8 4 " in shown
    assert "needs a person 1" in shown
    assert "faults of the grader 0" in shown


def test_every_outcome_is_a_word_beside_its_face(three: str) -> None:
    row = words(three[three.index('<th scope="row"><a href="bao.html">') :].split("</tr>")[0])
    assert "partly met, 2 of 4" in row
    assert "undecided, 0 of 4" in row
    assert "2 +4? open" in row


def test_who_needs_a_person_is_listed_first_with_a_link_and_why(three: str) -> None:
    waiting = three[three.index('id="waiting"') : three.index('id="students"')]
    assert 'href="bao.html"' in waiting
    assert "1 criterion undecided: Title of c1" in words(waiting)
    assert "Ama" not in waiting


def test_nobody_waiting_means_no_list(build: SimpleNamespace) -> None:
    assert "What needs a person" not in page_of(build, entry(student(build, "Ama", "met", "met")))


@pytest.mark.parametrize("how", ["cause", "run_end"])
def test_a_fault_of_ours_is_counted_and_waits_for_a_person(build: SimpleNamespace, how: str) -> None:
    cause = Cause(kind=CauseKind.GRADER_FAULT, message="no kernel")
    result = student(build, "Ama", "met", "met", causes=(cause,) if how == "cause" else ())
    shown = words(page_of(build, entry(result, run_end=RunEnd.GRADER_FAULT if how == "run_end" else None)))
    assert "faults of the grader 1" in shown
    assert "fault of the grader" in shown
    assert "our fault" in shown


def test_criteria_are_counted_by_outcome(three: str) -> None:
    bars = three[three.index('<ol class="criteria-bars">') :]
    assert "2 met, 1 partly met" in words(bars)
    assert "1 met, 1 not met, 1 undecided" in words(bars)
    assert bars.count('class="stacked"') == 2


def test_phases_show_median_and_longest_with_whose_it_is(three: str) -> None:
    time = words(three[three.index('id="time"') :])
    assert "start 2.0 s 4.0 s Ama" in time
    assert "cells 10 s 90 s Ama" in time
    assert "all of it 12 s 94 s Ama" in time


def test_first_cause_is_told_with_its_place(build: SimpleNamespace) -> None:
    result = student(build, "Ama", "met", "met", causes=build.rich_result().causes)
    shown = words(page_of(build, entry(result)))
    assert "cell 7, line 1: KeyError: &#39;acc&#39; (+1)" in shown


def test_run_that_ended_badly_without_a_cause_is_told(build: SimpleNamespace) -> None:
    result = student(build, "Ama", "met", "met")
    assert "kernel died" in words(page_of(build, entry(result, run_end=RunEnd.KERNEL_DIED)))
    assert "ran to the end" not in words(page_of(build, entry(result, run_end=RunEnd.FINISHED)))


def test_files_that_became_no_submission_are_named_once_and_first(build: SimpleNamespace) -> None:
    fatal = IntakeRemark(trouble=Trouble.EMPTY, file="sam.ipynb", message="It is empty.", fatal=True)
    odd = IntakeRemark(trouble=Trouble.WRONG_NAME, file="a.jpg", message="Left alone.")
    page = page_of(build, entry(student(build, "Ama", "met", "met", intake=(odd,))), intake=(odd, fatal))
    files = words(page[page.index('id="files"') :])
    assert files.index("sam.ipynb") < files.index("a.jpg")
    assert files.count("Left alone.") == 1
    assert "empty, not graded" in files


def test_unreadable_student_is_not_in_the_median(build: SimpleNamespace) -> None:
    fatal = IntakeRemark(trouble=Trouble.UNREADABLE, file="x.ipynb", message="Not JSON.", fatal=True)
    unread = entry(student(build, "Ines", "undecided", "undecided", intake=(fatal,)), phases={}, peak_memory_mb=0)
    shown = words(page_of(build, unread, entry(student(build, "Ama", "met", "met"))))
    assert "median mark of 8 8 " in shown
    assert "could not be read 1" in shown
    assert "unreadable: Not JSON." in shown


def test_empty_cohort_is_a_page(build: SimpleNamespace) -> None:
    assert "There is no submission here yet." in page_of(build)


@pytest.mark.parametrize("page_name", ["javascript:alert(1)", "//evil.example/x", '"><script>', "https://evil.example"])
def test_page_name_can_only_be_a_file_beside_the_overview(build: SimpleNamespace, page_name: str) -> None:
    page = page_of(build, entry(student(build, "Ama", "met", "met"), page_name=page_name))
    links = [x for x in re.findall(r'href="([^"]*)"', page) if not x.startswith(("#", "data:,"))]
    assert all(":" not in x and not x.startswith("/") for x in links)


def test_page_name_with_spaces_and_letters_of_any_script_is_linked(build: SimpleNamespace) -> None:
    page = page_of(build, entry(student(build, "Ama", "met", "met"), page_name="pages/Zoë 1.html"))
    assert 'href="pages/Zo%C3%AB%201.html"' in page


def test_names_of_students_stay_text(build: SimpleNamespace) -> None:
    result = student(build, "x", "met", "undecided").model_copy(
        update={"display_name": "<img src=x onerror=alert(1)>\u202e", "notebook_name": "</table>"}
    )
    page = page_of(build, entry(result), notes=("<b>note</b>",))
    assert "<img" not in page
    assert "&lt;img" in page
    assert "\u202e" not in page
    assert page.count("</table>") == 2
    assert "<b>note</b>" not in page


def test_entry_of_a_graded_submission_takes_its_costs_from_the_evidence(build: SimpleNamespace) -> None:
    result = build.rich_result()
    made = cohort_entry(result, build.evidence(result), page_name="noor.html")
    assert (made.file_name, made.peak_memory_mb, made.cpu_s) == ("lab06_noor.ipynb", 1181.0, 19.4)
    assert dict(made.phases)["cells"] == 12.9
