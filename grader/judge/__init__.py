"""Evidence × Rubric → Result: a pure function. No clock, no randomness, no disk; same evidence, same bytes.

`subject` finds the model to judge, `checks` ask each witness, `joining` makes one outcome of their statements.
`report` reads the report's answers and pictures, `shared` compares the answers of a cohort, `findings` are what a tutor
would notice.
"""

from grader.judge.checks import CHECKS
from grader.judge.judging import judge
from grader.judge.report.fingerprint import Fingerprint
from grader.judge.reporting import asked_of_report
from grader.judge.shared import Shared, SharedAnswers, answers_in, doubts, has_doubts_of, with_doubt

__all__ = [
    "CHECKS",
    "Fingerprint",
    "Shared",
    "SharedAnswers",
    "answers_in",
    "asked_of_report",
    "doubts",
    "has_doubts_of",
    "judge",
    "with_doubt",
]
