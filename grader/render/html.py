"""Results as HTML pages that stand alone: inline style, no script, nothing fetched.

In: a Result with its Evidence, or the entries of a cohort. Out: a whole page as a string; the same input gives the same
bytes. It must never read a clock, a file of the submission or a random number, and never switch escaping off.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.metadata import version
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from grader.records import Evidence, IntakeRemark, Result, Rubric
from grader.render import code
from grader.render.cohort import CohortEntry, cohort_view
from grader.render.provenance import shown_part
from grader.render.student import student_view
from grader.render.text import code_parts

if TYPE_CHECKING:
    from jinja2 import Environment, FileSystemBytecodeCache


def render_student(result: Result, evidence: Evidence | None, *, reveal_all: bool) -> str:
    """The page that a student reads. With `reveal_all=False` it keeps back what the rubric keeps back."""
    return _page("student.html.j2", view=student_view(*shown_part(result, evidence), reveal_all=reveal_all))


def render_cohort(
    entries: Sequence[CohortEntry],
    *,
    rubric: Rubric,
    title: str,
    notes: Sequence[str] = (),
    intake: Sequence[IntakeRemark] = (),
) -> str:
    """The instructor's overview. `intake` holds remarks about files that became no submission at all."""
    return _page("cohort.html.j2", view=cohort_view(entries, rubric=rubric, title=title, notes=notes, intake=intake))


def get_ready() -> None:
    """Loads what the first page of a process waits for, which takes longer than the page itself."""
    _environment().get_template("student.html.j2")
    code.get_ready()


def _page(template: str, **values: object) -> str:
    environment = _environment()
    style = environment.get_template("style.css").render()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    page = environment.get_template(template).render(style=Markup(style), style_hash=f"sha256-{digest}", **values)  # noqa: S704  our own file, no one else's text
    return page.lstrip()


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined  # only here: most re-markings write few pages

    environment = Environment(
        loader=PackageLoader("grader.render"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        bytecode_cache=_compiled_templates(),
    )
    environment.filters["code_parts"] = code_parts
    environment.filters["coloured"] = _coloured
    return environment


@lru_cache(maxsize=4096)
def _coloured(pieces: code.Pieces) -> Markup:
    """A line of code, each piece escaped and in its style. The same lines stand in several listings of a page."""
    parts = (f'<span class="{style}">{escape(text)}</span>' if style else escape(text) for text, style in pieces)
    return Markup("".join(parts))  # noqa: S704  styles are our own words


def _compiled_templates() -> FileSystemBytecodeCache | None:
    """Compiled templates in a folder of temporary files that only this user may write; None where there can't be one.

    Compiling takes longer than filling them for a small cohort.
    """
    from jinja2 import FileSystemBytecodeCache

    try:
        return FileSystemBytecodeCache(pattern=f"grader-{version('jinja2')}-%s.cache")
    except (OSError, RuntimeError):
        return None
