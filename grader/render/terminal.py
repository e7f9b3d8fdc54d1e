"""Results for a terminal: faces, marks and next steps, as Rich renderables.

In: Results. Out: renderables; printing them is the command line's. Every text goes through `Text`, never through
markup, and is neutralised before, so that a student's text can neither colour nor steer the terminal.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from grader.records import Outcome, Result, Severity
from grader.render import words
from grader.render.findings import FindingsView
from grader.render.run_story import CauseView, RunStory
from grader.render.student import CriterionView, StudentView, student_view
from grader.render.text import name, number, sentence, where

_STYLES = {Outcome.MET: "green", Outcome.PARTLY: "yellow", Outcome.NOT_MET: "red", Outcome.UNDECIDED: "magenta"}
_SEVERITY_STYLES = {Severity.GRAVE: "red", Severity.NOTABLE: "yellow", Severity.HINT: "cyan"}


def render_terminal_result(result: Result, *, reveal_all: bool) -> RenderableType:
    """One result: the mark, what went wrong, each criterion, what to do first."""
    view = student_view(result, None, reveal_all=reveal_all)
    parts: list[RenderableType] = [_head(view)]
    parts += [Text(remark, style="red") for remark in view.fatal_remarks]
    parts += _run(view.story)
    for section in view.sections:
        parts += [Text(""), Text.assemble((section.title, "bold"), f"  {section.mark}")]
        parts += [line for criterion in section.criteria for line in _criterion(criterion)]
    parts += _findings(view.findings)
    parts += _first(view)
    return Group(*parts)


def render_terminal_table(results: Sequence[Result]) -> RenderableType:
    """A line a student, in the order of their names; then what went wrong with whom."""
    ordered = sorted(results, key=lambda r: (name(r.display_name).casefold(), r.student))
    troubles = [(name(r.display_name or r.student), _trouble(r)) for r in ordered]
    told = [Text.assemble((f"{who}: ", "bold"), trouble) for who, trouble in troubles if trouble]
    return Group(_table(ordered), *([Text("\nWhat went wrong", style="bold"), *told] if told else []))


def _table(results: Sequence[Result]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("Student", min_width=12, max_width=28, no_wrap=True, overflow="ellipsis")
    table.add_column("Mark", justify="right", no_wrap=True)
    table.add_column("Open", justify="right", no_wrap=True)
    table.add_column("Criteria", no_wrap=True)
    table.add_column("Person", no_wrap=True)
    for result in results:
        table.add_row(
            Text(name(result.display_name or result.student)),
            Text(f"{number(result.points)} of {number(result.possible)}"),
            Text(f"+{number(result.pending)}?" if result.pending else ""),
            _tally(result),
            Text("yes" if result.needs_person else ""),
        )
    return table


def _head(view: StudentView) -> Text:
    mark = view.mark
    head = Text.assemble((view.student, "bold"), "  ", (view.notebook, "dim"), "\n", (mark.points, "bold"))
    head.append(f" of {mark.possible} points")
    if mark.pending:
        head.append(f", and up to {mark.pending} more that a person decides")
    return head


def _run(story: RunStory) -> list[RenderableType]:
    lines: list[RenderableType] = [
        Text(f"Something went wrong on our side; you lose no points by it. {fault}", style="magenta")
        for fault in story.faults
    ]
    if story.causes:
        lines += _cause(story.causes[0])
    more = len(story.causes) - 1 + story.more_causes
    if more > 0:
        lines.append(Text(f"and {more} more, further down in the notebook", style="dim"))
    notices = [n.message for n in (*story.shortened, *story.stand_ins)]
    return lines + [Text(f"note: {n}", style="dim") for n in dict.fromkeys(notices)]


def _cause(cause: CauseView) -> list[RenderableType]:
    at = f" ({cause.where})" if cause.where else ""
    lines: list[RenderableType] = [Text.assemble("\n", (f"{cause.title}{at}: ", "bold"), cause.message)]
    if cause.quote is not None:
        code = "\n".join("".join(p.text for p in line.pieces) for line in cause.quote.excerpt.lines)
        lines.append(Padding(Text(code, style="cyan"), (0, 0, 0, 5)))
    for line in (cause.advice, cause.echoes, "No points are lost by this." if cause.blameless else ""):
        if line:
            lines.append(Padding(Text(line), (0, 0, 0, 5)))
    return lines


def _criterion(criterion: CriterionView) -> list[RenderableType]:
    style = _STYLES[criterion.outcome]
    row = Text.assemble((words.FACES[criterion.outcome], f"bold {style}"), f" {criterion.title}")
    row.append(f"  {criterion.outcome_word.lower()}, {criterion.mark}", style=style)
    lines: list[RenderableType] = [row]
    if criterion.outcome == Outcome.MET:
        return lines
    at = f" ({criterion.quote.place})" if criterion.quote is not None and criterion.quote.place else ""
    for label, text in (
        ("found", f"{criterion.found}{at}" if criterion.found else ""),
        ("why", criterion.reason if criterion.outcome == Outcome.UNDECIDED else ""),
        ("missing", "; ".join(criterion.answer.missing) if criterion.answer is not None else ""),
        ("next", criterion.next_step),
        ("hint", criterion.hint),
    ):
        if text:
            lines.append(Padding(Text.assemble((f"{label}: ", "dim"), text), (0, 0, 0, 5)))
    return lines


def _findings(findings: FindingsView) -> list[RenderableType]:
    """A line each."""
    if not findings.anything:
        return []
    lines: list[RenderableType] = [Text("\nWhat a tutor would notice", style="bold")]
    for f in (*findings.first, *findings.more):
        grave = (f"{f.severity_word.lower()} ", _SEVERITY_STYLES[f.severity])
        lines.append(Text.assemble(grave, (f"{f.code} ", "dim"), f.found))
    return [*lines, Text(findings.kept_back)] if findings.kept_back else lines


def _first(view: StudentView) -> list[RenderableType]:
    if not view.first_steps:
        return [Text(f"\n{view.praise}")] if view.praise else []
    lines: list[RenderableType] = [Text("\nWhat to do first", style="bold")]
    for i, step in enumerate(view.first_steps, start=1):
        lines.append(Text.assemble(f"{i}. {step.title} ", (f"({step.worth})", "dim")))
    return lines


def _tally(result: Result) -> Text:
    faces = Text()
    for outcome in Outcome:
        count = sum(c.outcome == outcome for c in result.criteria)
        if count:
            faces.append(f"{words.FACES[outcome]} {count}  ", style=_STYLES[outcome])
    return faces


def _trouble(result: Result) -> str:
    fatal = [r.message for r in result.intake if r.fatal]
    if fatal:
        return sentence(fatal[0], 120)
    if not result.causes:
        return ""
    first = result.causes[0]
    return sentence(": ".join(x for x in (where(first.place), first.message) if x), 120)
