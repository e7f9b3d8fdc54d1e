"""Files → Submissions: the first stage. Nothing that a student wrote is executed here.

`read_submissions` takes a cohort in any form in which it arrives, `read_own` one's own notebook and report. Read
`submissions.py` first; then `layout.py` (whose file is whose), `student.py` (which of them is graded),
`notebook.py` and `cells.py` (what is in it), `archive.py` (zips, which may be hostile).
"""

from grader.intake.submissions import read_own, read_submissions

__all__ = ["read_own", "read_submissions"]
