"""Evidence × Rubric → Result: a pure function. No clock, no randomness, no disk; same evidence, same bytes.

`subject` finds the model to judge, `checks` ask each witness, `joining` makes one outcome of their statements.
"""

from grader.judge.checks import CHECKS
from grader.judge.judging import judge

__all__ = ["CHECKS", "judge"]
