"""What is remembered between two calls: hand-ins, evidence and results.

In: records, and a database's URL. Out: the same records, equal to what was stored. SQLite by default, PostgreSQL
by its URL, the same code. This package must never judge, nor change what it was given to keep.

What is current: the hand-ins of the latest recording of an assignment, and for each the newest result and evidence
of just these files. Students who are missing from the latest recording, and results of earlier versions of a
student's files, are kept and are not current.
"""

from grader.gradebook.book import Gradebook
from grader.gradebook.stored import Current, HandInRow, Judgement, StoredEvidence, StoredResult, ready_to_store

__all__ = ["Current", "Gradebook", "HandInRow", "Judgement", "StoredEvidence", "StoredResult", "ready_to_store"]
