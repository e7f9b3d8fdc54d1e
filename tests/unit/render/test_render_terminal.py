"""Terminal output: the same words as the page, and no way for a student's text to steer the terminal."""

from __future__ import annotations

import io
from types import SimpleNamespace

from rich.console import Console, RenderableType

from grader.records import Cause, CauseKind, IntakeRemark, Place, Reveal, Trouble
from grader.render.terminal import render_terminal_result, render_terminal_table


def printed(what: RenderableType, *, colours: bool = False, width: int = 120) -> str:
    file = io.StringIO()
    Console(file=file, width=width, force_terminal=colours, color_system="standard" if colours else None).print(what)
    return file.getvalue()


def test_result_shows_mark_faces_found_and_next(build: SimpleNamespace) -> None:
    shown = printed(render_terminal_result(build.rich_result(), reveal_all=True))
    assert "9 of 29 points, and up to 7 more that a person decides" in shown
    assert ":) The backbone is loaded without its classification layers  met, 4 of 4" in shown
    assert ":( The backbone is frozen before the first training  not met, 0 of 5" in shown
    assert ":| Pixels are scaled to [-1, 1] exactly once  undecided, 5 open" in shown
    assert "next: Move `backbone.trainable = False`" in shown
    assert "A cell stopped with an error (cell 7, line 1): KeyError: 'acc'" in shown
    assert "2 later cells failed only because of it" in shown


def test_hidden_criteria_stay_hidden(build: SimpleNamespace) -> None:
    def shown(reveal: Reveal, *, reveal_all: bool) -> str:
        secret = build.criterion("s", "not_met", 0, 4, found="SECRET", next_step="SECRET", hint="HINT", reveal=reveal)
        return printed(render_terminal_result(build.result(secret), reveal_all=reveal_all))

    assert "SECRET" not in shown(Reveal.NAME, reveal_all=False)
    assert "HINT" not in shown(Reveal.NAME, reveal_all=False)
    assert "HINT" in shown(Reveal.HINT, reveal_all=False)
    assert "SECRET" not in shown(Reveal.HINT, reveal_all=False)
    assert "SECRET" in shown(Reveal.NAME, reveal_all=True)


def test_our_fault_is_said_to_be_ours(build: SimpleNamespace) -> None:
    fault = Cause(kind=CauseKind.GRADER_FAULT, message="no kernel")
    shown = printed(render_terminal_result(build.result(build.criterion(), causes=(fault,)), reveal_all=True))
    assert "Something went wrong on our side; you lose no points by it. no kernel" in shown


def test_text_of_a_student_neither_colours_nor_steers_the_terminal(build: SimpleNamespace) -> None:
    attack = "[bold red]x[/] \x1b[2J\x1b]0;owned\x07 \u202e"
    result = build.result(
        build.criterion("a", "not_met", 0, 4, title=attack, found=attack, next_step=attack),
        display_name=attack,
        notebook_name=attack,
        causes=(Cause(kind=CauseKind.STUDENT_ERROR, message=attack, excerpt=attack, advice=attack),),
        intake=(IntakeRemark(trouble=Trouble.UNREADABLE, file="f", message=attack, fatal=True),),
    )
    for what in (render_terminal_result(result, reveal_all=True), render_terminal_table([result])):
        shown = printed(what, colours=True)
        assert "[bold red]x[/]" in shown
        assert not any(c in shown for c in ("\x1b[2J", "\x1b]0", "\x07", "\u202e"))


def test_table_has_a_line_a_student_in_the_order_of_names(build: SimpleNamespace) -> None:
    undecided = build.criterion("a", "undecided", 0, 4, pending=4)
    results = [
        build.result(build.criterion(), student="z", display_name="Zoë"),
        build.result(undecided, student="a", display_name="ama"),
    ]
    lines = printed(render_terminal_table(results)).splitlines()
    assert [line.split()[0] for line in lines] == ["Student", "ama", "Zoë"]
    assert "0 of 4" in lines[1]
    assert "+4?" in lines[1]
    assert "yes" in lines[1]
    assert "yes" not in lines[2]


def test_what_went_wrong_stands_below_the_table_with_its_student(build: SimpleNamespace) -> None:
    broken = build.result(
        build.criterion(),
        student="z",
        display_name="Zoë",
        causes=(Cause(kind=CauseKind.STUDENT_ERROR, message="NameError: x", place=Place(cell=7)),),
    )
    lines = printed(render_terminal_table([build.result(build.criterion(), student="a"), broken])).splitlines()
    assert lines[-2:] == ["What went wrong", "Zoë: cell 7: NameError: x"]
