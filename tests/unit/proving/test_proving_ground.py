"""The proving ground: what it covers, that its labels follow from the code alone, and that its table can fail."""

from __future__ import annotations

import ast
import random
from collections import Counter
from functools import cache

import pytest

from grader.evidence import collect
from grader.intake import read_submissions
from grader.pipeline import open_rubric
from grader.records import Assets, Run, RunEnd
from tests.proving.__main__ import RUBRIC, main
from tests.proving.awkward import AWKWARD, BY_HAND, CRITERIA, FOURTH_ROUND, HELD_OUT, SECOND_ROUND, THIRD_ROUND, by_hand
from tests.proving.combine import MIXED, RIGHT, SINGLE, combinations, completed, neighbours, possible_pairs
from tests.proving.ground import Case, all_cases, sample, write
from tests.proving.labels import Label
from tests.proving.score import score, table
from tests.proving.spellings import clashes, steps
from tests.proving.views import SOURCE, Verdict, verdict

drawn = cache(combinations)
cases = cache(all_cases)
FIRST = random.Random(0)  # noqa: S311 - no secrets here


def test_every_spelling_occurs():
    used = {spelling.name for combination in drawn() for spelling in combination.spellings}
    assert used == {spelling.name for step in steps() for spelling in step.spellings}


def test_every_pair_of_neighbouring_spellings_occurs_unless_it_cannot():
    covered = {pair for combination in drawn() for pair in neighbours(combination.spellings)}
    lists = [list(step.spellings) for step in steps()]
    missing = [pair for pair in possible_pairs(lists) if (pair[0].name, pair[1].name) not in covered]
    assert [(a.name, b.name) for a, b in missing if completed((a, b), lists, FIRST) is not None] == []


def test_a_third_is_right_and_a_third_has_one_fault():
    groups = Counter(c.group for c in drawn())
    assert len(drawn()) >= 400
    assert 3 * groups[RIGHT] >= len(drawn())
    assert 3 * groups[SINGLE] >= len(drawn())
    assert groups[MIXED]


def test_every_fault_stands_alone_in_several_notebooks():
    alone = Counter(c.faults[0] for c in drawn() if c.group == SINGLE)
    wrong = {s.name for step in steps() for s in step.wrong} - {"finetuning.absent"}
    assert {name for name in wrong if alone[name] < 3} == set()


def test_no_combination_holds_spellings_that_clash():
    for combination in drawn():
        names = {s.name for s in combination.spellings}
        assert not any(clashes()[name] & names for name in names)


def test_the_same_seed_gives_the_same_notebooks():
    assert [c.spellings for c in combinations(6)] == [c.spellings for c in drawn()]


OPEN = {"augmentation.always_awake"}


def test_a_right_notebook_loses_nothing_and_a_single_fault_something():
    for case in cases():
        lost = {c for c, outcome in case.label.criteria.items() if outcome != ("met",)}
        if case.group == RIGHT:
            assert not lost, case.name
        if case.group == SINGLE:
            unsaid = OPEN & set(case.made_of) or "preprocessing_once" not in case.label.criteria
            assert lost or case.label.findings or unsaid, case.name


def test_every_criterion_is_met_and_not_met_somewhere():
    seen = {(c, o) for case in cases() for c, outcome in case.label.criteria.items() for o in outcome}
    assert {(c, o) for c in CRITERIA for o in ("met", "not_met")} <= seen
    assert set(CRITERIA) == {c.id for c in open_rubric(RUBRIC).criteria if c.section == "notebook"}


def test_notebooks_by_hand_say_why():
    assert len(by_hand(AWKWARD)) >= 60
    assert len(by_hand(HELD_OUT)) == len(by_hand(SECOND_ROUND)) == len(by_hand(THIRD_ROUND)) == 30
    assert len(by_hand(FOURTH_ROUND)) == 18
    assert all(len(notebook.why) > 10 for folder in BY_HAND for notebook in by_hand(folder))


@pytest.mark.parametrize("folder", [HELD_OUT, SECOND_ROUND, THIRD_ROUND, FOURTH_ROUND])
def test_of_the_held_out_ones_a_third_is_right_and_a_third_has_a_fault(folder):
    labels = [notebook.label for notebook in by_hand(folder)]
    lost = [any(outcome != ("met",) for outcome in label.criteria.values()) for label in labels]
    assert 3 * lost.count(False) >= len(lost)
    assert 3 * lost.count(True) >= len(lost)


def test_a_sample_shows_every_outcome_of_every_criterion_and_every_finding():
    def shown(some):
        return {(c, o) for case in some for c, o in case.label.criteria.items()} | {
            f for case in some for f in case.label.findings}  # fmt: skip

    chosen = sample(cases(), 40)
    assert 40 <= len(chosen) <= 60
    assert shown(chosen) == shown(cases())


def made(outcome: str) -> tuple[Case, Verdict]:
    case = Case("one", RIGHT, "", Label({"binary_head": ("met",)}, frozenset({"TL101"})), ())
    told = {view: {"binary_head": outcome} for view in ("source", "run and model", "joined")}
    return case, Verdict(told, {view: {} for view in told}, frozenset({"TL102"}))


@pytest.mark.parametrize(("outcome", "counted"), [("met", "right"), ("not_met", "wrong"), ("undecided", "undecided")])
def test_the_table_counts(outcome, counted):
    case, told = made(outcome)
    total = score([case], {"one": told})
    assert total.criteria["joined"]["binary_head"] == {counted: 1}
    assert total.findings == {"TL101": {"missed": 1}, "TL102": {"false": 1}}
    assert total.right_with_loss == (["one"] if outcome == "not_met" else [])
    assert (f"binary_head should be met, is {outcome}" in table(total)) is (outcome != "met")


def test_the_code_alone_is_right_on_a_sample(tmp_path):
    """The view of a student without TensorFlow."""
    rubric = open_rubric(RUBRIC)
    rubric = rubric.model_copy(update={"criteria": tuple(c for c in rubric.criteria if c.section == "notebook")})
    chosen = sample(cases(), 60)
    write(chosen, tmp_path)
    verdicts = {s.student: verdict(collect(s, None), rubric) for s in read_submissions(tmp_path)}
    total = score(chosen, verdicts)
    assert total.notebooks == len(chosen)
    assert [d for d in total.disagreements if d.got != "undecided"] == []
    assert total.whole(SOURCE)["undecided"] < 0.2 * sum(total.whole(SOURCE).values())


def test_labels_never_ask_the_grader():
    folder = RUBRIC.parents[1] / "tests" / "proving"
    for name in ("spellings", "combine", "compose", "labels", "notebook", "awkward", "forms", "ground"):
        tree = ast.parse((folder / f"{name}.py").read_text(encoding="utf-8"))
        modules = [n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]
        modules += [a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names]
        assert not [m for m in modules if m.startswith("grader")], name


def test_what_was_run_once_is_not_run_again(tmp_path, monkeypatch, capsys):
    """The way of `grader grade`, with a run that is no kernel."""
    ran = []

    def gather(submission, **_):
        ran.append(submission.student)
        return collect(submission, Run(end=RunEnd.FINISHED)), None

    monkeypatch.setattr("grader.cohort.gather", gather)
    monkeypatch.setattr("tests.proving.__main__.supply", lambda *_, **__: Assets())
    words = ["--only", "awkward-trainable", "--out", str(tmp_path)]
    main(words)
    first = list(ran)
    main(words)
    assert len(first) == 3
    assert ran == first
    assert (tmp_path / "index.html").read_text(encoding="utf-8").count("<h1>") == 1
    assert "joined" in capsys.readouterr().out
