"""A student's page as plain values: what is shown, in which words, and what is kept back.

In: a Result, and the Evidence where there is some. Out: a StudentView, from which templates and terminal only read.
What a self-check must not reveal never enters the view, so that no template can leak it.
It must never judge: marks and outcomes are the Result's.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from grader.records import (
    CauseKind,
    Cell,
    CriterionResult,
    Evidence,
    IntakeRemark,
    Outcome,
    Report,
    Result,
    Reveal,
    Says,
    Statement,
    Trouble,
    Witness,
)
from grader.render import words
from grader.render.backbones import BackbonesView, anchor_of, backbones_view, is_absent
from grader.render.code import Quote, quote
from grader.render.findings import FindingsView, findings_view
from grader.render.report import AnswerView, PictureView, ReportView, answer_view, picture_view, report_view
from grader.render.run_story import RunStory, run_story
from grader.render.text import counted, name, number, points, sentence, where

FIRST_STEPS = 3
_NO_REPORT = (
    "No report was found among your files. If you hand it in elsewhere, a person adds its points; "
    "if not, hand it in as a PDF or DOCX beside the notebook."
)
_WITHOUT_DOUBT = (Outcome.PARTLY, Outcome.NOT_MET)


class StatementView(NamedTuple):
    """What one witness says, in words; with its code only where the two sides of a criterion stand face to face."""

    witness: str
    says: Says
    says_word: str
    found: str
    where: str
    quote: Quote | None = None


class Side(NamedTuple):
    """The witnesses who say the same about an undecided criterion."""

    title: str
    statements: tuple[StatementView, ...]


class CriterionView(NamedTuple):
    """One criterion as far as it may be shown: texts that are kept back are empty."""

    anchor: str
    title: str
    outcome: Outcome
    outcome_word: str
    mark: str
    pending: str
    is_open: bool
    hint: str = ""
    looked_for: str = ""
    found: str = ""
    reason: str = ""
    next_step: str = ""
    quote: Quote | None = None
    statements: tuple[StatementView, ...] = ()
    sides: tuple[Side, ...] = ()
    answer: AnswerView | None = None
    pictures: tuple[PictureView, ...] = ()
    suggested: str = ""

    @property
    def has_body(self) -> bool:
        """False where title and outcome are all that may be said."""
        return bool(self.hint or self.looked_for or self.found or self.statements or self.pending or self.answer)


class Section(NamedTuple):
    """Criteria of one part of the hand-in, or of one backbone in it, with their mark.

    `subject`: which model was judged. `is_open`: False where everything is met, so that nothing need be read.
    """

    title: str
    mark: str
    criteria: tuple[CriterionView, ...]
    note: str = ""
    backbone: bool = False
    anchor: str = ""
    subject: str = ""
    outcome: Outcome = Outcome.MET
    is_open: bool = True


class FirstStep(NamedTuple):
    """One of the few things that are worth doing first."""

    title: str
    anchor: str
    text: str
    worth: str


class Mark(NamedTuple):
    """The mark in numbers and words, and its parts as shares of a hundred for the bar."""

    points: str
    possible: str
    pending: str
    earned_share: float
    pending_share: float
    counts: tuple[tuple[Outcome, str], ...]


class StudentView(NamedTuple):
    """Everything on a student's page."""

    student: str
    notebook: str
    assignment: str
    subject: str
    has_cells: bool
    mark: Mark
    self_check: bool
    praise: str
    first_steps: tuple[FirstStep, ...]
    sections: tuple[Section, ...]
    backbones: BackbonesView
    report: ReportView
    findings: FindingsView
    story: RunStory
    file_remarks: tuple[str, ...]
    fatal_remarks: tuple[str, ...]
    fatal_advice: tuple[str, ...]
    remarks: tuple[str, ...]
    notebook_digest: str


class _Shown(NamedTuple):
    """What a criterion may quote: the notebook's cells and the report's pictures."""

    cells: dict[int, Cell]
    report: Report | None


def student_view(result: Result, evidence: Evidence | None, *, reveal_all: bool) -> StudentView:
    """What `result` says to its student; with `reveal_all` nothing is kept back."""
    shown = _Shown({c.number: c for c in evidence.cells}, evidence.report) if evidence is not None else _Shown({}, None)
    cells = shown.cells
    kept_back = not reveal_all and any(c.reveal != Reveal.ALL for c in result.criteria)
    remarks = (*result.intake, *(evidence.intake if evidence else ()))
    # Whose file equals this one is for the instructor's overview: it names another student.
    intake = tuple(dict.fromkeys(_remark_key(r) for r in remarks if r.trouble != Trouble.DUPLICATE))
    # A report may be checked alone: that there is no notebook is then no fault.
    about_notebook = not result.report_name or any(c.section == "notebook" for c in result.criteria)
    fatal = tuple(message for message, is_fatal in intake if is_fatal and about_notebook)
    # What intake has said of an unreadable file is not said again as a cause.
    unreadable = tuple(c for c in result.causes if fatal and c.kind == CauseKind.UNREADABLE)
    causes = tuple(c for c in result.causes if c not in unreadable)
    findings = findings_view(result, cells, reveal_all=reveal_all)
    told = (*findings.first, *findings.more)
    return StudentView(
        student=name(result.display_name or result.student),
        notebook=name(result.notebook_name),
        assignment=name(result.rubric_title),
        subject=sentence(result.subject),
        has_cells=bool(cells),
        mark=_mark(result),
        self_check=kept_back,
        praise="" if fatal else _praise(result),
        first_steps=_first_steps(result, reveal_all=reveal_all),
        sections=_sections(result, shown, reveal_all=reveal_all),
        backbones=backbones_view(result, evidence, kept_back=kept_back, findings=told),
        # Claims belong to no criterion either, so a self-check that keeps anything back shows none.
        report=report_view(result if not kept_back else result.model_copy(update={"claims": ()}), shown.report),
        findings=findings,
        story=run_story(causes, result.notices, evidence, cells),
        file_remarks=tuple(message for message, is_fatal in intake if not is_fatal)[:20],
        fatal_remarks=fatal[:20],
        fatal_advice=tuple(sentence(c.advice) for c in unreadable if c.advice)[:3],
        # A remark belongs to no criterion, so nobody can tell whether it gives one away.
        remarks=() if kept_back else tuple(sentence(r) for r in result.remarks[:20]),
        notebook_digest=result.digest[:8],
    )


def _remark_key(remark: IntakeRemark) -> tuple[str, bool]:
    message = sentence(remark.message)
    file = name(remark.file)
    return (message if not file or file in message else f"{file}: {message}", remark.fatal)


def _mark(result: Result) -> Mark:
    possible = result.possible or 1.0
    tally = [(o, sum(c.outcome == o for c in result.criteria)) for o in Outcome]
    return Mark(
        points=number(result.points),
        possible=number(result.possible),
        pending=number(result.pending) if result.pending else "",
        earned_share=round(100 * result.points / possible, 2),
        pending_share=round(100 * result.pending / possible, 2),
        counts=tuple((o, f"{n} {words.OUTCOMES[o].lower()}") for o, n in tally if n),
    )


def _praise(result: Result) -> str:
    """What to say where there is nothing to do first."""
    undecided = sum(c.outcome == Outcome.UNDECIDED for c in result.criteria)
    if not undecided:
        return "Nothing is missing: every criterion is met. Well done." if result.criteria else ""
    waiting = f"{counted(undecided, 'criterion waits', 'criteria wait')} for a person"
    if undecided == len(result.criteria):
        return f"There is nothing that you need to do now: {waiting}, and no points are lost by that."
    return f"Nothing to mend: every criterion that could be decided is met. {waiting[0].upper()}{waiting[1:]}."


def _first_steps(result: Result, *, reveal_all: bool) -> tuple[FirstStep, ...]:
    """The criteria that cost the most points, in the order of the lab; one mistake in several backbones is one step."""
    loss = {i: c.possible - c.points - c.pending for i, c in enumerate(result.criteria) if c.outcome in _WITHOUT_DOUBT}
    alike: dict[tuple[str, str], list[int]] = {}
    for i in loss:
        criterion = result.criteria[i]
        # No model on a backbone is one mistake, however many criteria it costs.
        line = criterion.group if is_absent(criterion) else criterion.line
        alike.setdefault((line, criterion.fault), []).append(i)
    lost = {tuple(members): sum(loss[i] for i in members) for members in alike.values()}
    worst = sorted((m for m in lost if lost[m] > 0), key=lambda m: -lost[m])[:FIRST_STEPS]
    return tuple(_first_step(members, result, lost[members], reveal_all=reveal_all) for members in sorted(worst))


def _first_step(members: tuple[int, ...], result: Result, lost: float, *, reveal_all: bool) -> FirstStep:
    first = result.criteria[members[0]]
    view = _criterion(first, members[0], _Shown({}, None), is_open=False, reveal_all=reveal_all)
    text = view.next_step or view.found or view.hint
    if is_absent(first):
        return FirstStep(name(first.group), anchor_of(first.group), text, points(lost))
    groups = list(dict.fromkeys(name(result.criteria[i].group) for i in members if result.criteria[i].group))
    title = f"{view.title} ({', '.join(groups)})" if groups else view.title
    # A step that names its backbone is the first one's; the others have theirs in their sections.
    return FirstStep(title, view.anchor, f"{groups[0]}: {text}" if len(groups) > 1 and text else text, points(lost))


def _opens(criterion: CriterionResult, result: Result) -> bool:
    """What a student should read lies open; but where nothing could be decided, open boxes only repeat each other."""
    if criterion.fault == "no_report" or is_absent(criterion) or _said_before(criterion, result):
        return False
    if criterion.outcome == Outcome.UNDECIDED:
        others = [c for c in result.criteria if c.group == criterion.group]
        return any(c.outcome != Outcome.UNDECIDED for c in others) or len(others) == 1
    return criterion.outcome == Outcome.NOT_MET


def _said_before(criterion: CriterionResult, result: Result) -> bool:
    """Whether the same lies open already, under another backbone."""
    alike = [c for c in result.criteria if (c.line, c.outcome, c.fault) == (criterion.line, criterion.outcome,
                                                                           criterion.fault)]  # fmt: skip
    return bool(criterion.group) and alike[0].id != criterion.id


def _sections(result: Result, shown: _Shown, *, reveal_all: bool) -> tuple[Section, ...]:
    by_section: dict[tuple[str, str], list[tuple[int, CriterionResult]]] = {}
    for i, criterion in enumerate(result.criteria):
        by_section.setdefault((criterion.section, criterion.group), []).append((i, criterion))
    return tuple(
        _section(key, group, members, result, shown, reveal_all=reveal_all)
        for (key, group), members in by_section.items()
    )


def _section(
    key: str, group: str, members: list[tuple[int, CriterionResult]], result: Result, shown: _Shown, *, reveal_all: bool
) -> Section:
    own = [c for _, c in members]
    outcomes = {c.outcome for c in own}
    note = _NO_REPORT if all(c.fault == "no_report" for c in own) else ""
    if all(is_absent(c) for c in own):
        note = " ".join(sentence(text) for text in (own[0].found, own[0].next_step) if text and reveal_all)
    return Section(
        title=name(group) if group else sentence(words.section(key)),
        mark=_section_mark(own),
        criteria=tuple(_criterion(c, i, shown, is_open=_opens(c, result), reveal_all=reveal_all) for i, c in members),
        note=note,
        backbone=bool(group),
        anchor=anchor_of(group) if group else "",
        subject=sentence(result.subjects.get(group, "")),
        outcome=next((o for o in (Outcome.NOT_MET, Outcome.PARTLY, Outcome.UNDECIDED) if o in outcomes), Outcome.MET),
        is_open=not group or bool(outcomes - {Outcome.MET}),
    )


def _criterion(
    criterion: CriterionResult, index: int, shown: _Shown, *, is_open: bool, reveal_all: bool
) -> CriterionView:
    reveal = Reveal.ALL if reveal_all else criterion.reveal
    view = CriterionView(
        anchor=f"criterion-{index + 1}-" + re.sub(r"[^a-z0-9]+", "-", criterion.id.lower())[:60],
        title=sentence(criterion.title),
        outcome=criterion.outcome,
        outcome_word=words.OUTCOMES[criterion.outcome],
        mark=_criterion_mark(criterion),
        pending=points(criterion.pending) if criterion.pending else "",
        is_open=is_open,
        hint=sentence(criterion.hint) if reveal == Reveal.HINT else "",
    )
    return view if reveal != Reveal.ALL else _with_everything(view, criterion, shown)


def _criterion_mark(criterion: CriterionResult) -> str:
    """`2 of 4`; what waits for a person is said to be open rather than missing."""
    if not criterion.pending:
        return f"{number(criterion.points)} of {number(criterion.possible)}"
    earned = f"{number(criterion.points)} of {number(criterion.possible)}, " if criterion.points else ""
    return f"{earned}{number(criterion.pending)} open"


def _section_mark(members: list[CriterionResult]) -> str:
    pending = sum(c.pending for c in members)
    earned = f"{number(sum(c.points for c in members))} of {points(sum(c.possible for c in members))}"
    return f"{earned}, {number(pending)} open" if pending else earned


def _with_everything(view: CriterionView, criterion: CriterionResult, shown: _Shown) -> CriterionView:
    cells = shown.cells
    said = [s for s in criterion.statements if s.witness == Witness.REPORT]
    sides = _sides(criterion.statements, cells) if criterion.outcome == Outcome.UNDECIDED else ()
    shown_in_sides = {s.witness for side in sides for s in side.statements}
    # What the report says stands above with its answer or picture; a table of that one row would say it again.
    heard = criterion.statements if len(criterion.statements) > len(said) else ()
    statements = tuple(_statement(s) for s in heard)
    return view._replace(
        looked_for=sentence(criterion.looked_for),
        found=sentence(criterion.found),
        reason=sentence(criterion.reason),
        next_step="" if criterion.outcome == Outcome.MET else sentence(criterion.next_step),
        answer=next((answer_view(s.answer) for s in said if s.answer is not None), None),
        pictures=tuple(picture_view(p, shown.report, cells) for s in said for p in s.pictures),
        suggested=points(criterion.suggested) if criterion.suggested is not None else "",
        quote=None if sides or said else quote(criterion.place, criterion.excerpt, cells),
        statements=tuple(s for s in statements if s.witness not in shown_in_sides),
        sides=sides,
    )


def _sides(statements: tuple[Statement, ...], cells: dict[int, Cell]) -> tuple[Side, ...]:
    """The witnesses grouped by what they say, where they contradict each other; () where they don't."""
    titles = {Says.YES: "These say yes", Says.PARTLY: "These say partly", Says.NO: "These say no"}
    groups = {says: [s for s in statements if s.says == says] for says in titles}
    filled = [says for says in titles if groups[says]]
    if len(filled) < 2:
        return ()
    return tuple(
        Side(_title(titles[says], len(groups[says])), tuple(_with_code(s, cells) for s in groups[says]))
        for says in filled
    )


def _title(many: str, count: int) -> str:
    return many if count > 1 else many.replace("These say", "This says")


def _with_code(statement: Statement, cells: dict[int, Cell]) -> StatementView:
    return _statement(statement)._replace(quote=quote(statement.place, statement.excerpt, cells))


def _statement(statement: Statement) -> StatementView:
    return StatementView(
        witness=words.WITNESSES[statement.witness],
        says=statement.says,
        says_word=words.SAYS[statement.says],
        found=sentence(statement.found),
        where=where(statement.place),
    )
