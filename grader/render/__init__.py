"""Results as pages, and in `terminal` as text for one. Pure: the same result gives the same bytes."""

from grader.render.cohort import CohortEntry, cohort_entry
from grader.render.html import get_ready, render_cohort, render_student
from grader.render.provenance import made_from

__all__ = [
    "CohortEntry",
    "cohort_entry",
    "get_ready",
    "made_from",
    "render_cohort",
    "render_student",
]
