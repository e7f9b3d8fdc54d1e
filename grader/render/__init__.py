"""Results as pages and terminal output. Pure: the same result gives the same bytes."""

from grader.render.cohort import CohortEntry, cohort_entry
from grader.render.html import render_cohort, render_student
from grader.render.provenance import made_from
from grader.render.terminal import render_terminal_result, render_terminal_table

__all__ = [
    "CohortEntry",
    "cohort_entry",
    "made_from",
    "render_cohort",
    "render_student",
    "render_terminal_result",
    "render_terminal_table",
]
