"""The gradebook's rows in SQLite, or in PostgreSQL by its URL: the same code.

In: plain values. Out: plain values. `rows` holds every statement, `tables` what they are about, `opening` what may be
opened. Must never import a record: a process that only keeps rows is ready before one that knows what they mean.
"""

from grader.database.rows import Row, Rows

__all__ = ["Row", "Rows"]
