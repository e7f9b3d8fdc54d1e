"""The tables, in words that SQLite and PostgreSQL both understand.

Nothing here acts. A change of a table is a new VERSION, and `opening.py` must then lead the older one over.
Times are UTC in ISO 8601, as text: SQLite's own type forgets the time zone.
"""

from __future__ import annotations

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, LargeBinary, MetaData, String, Table, Text

VERSION = 1

METADATA = MetaData()

ABOUT = Table(
    "gradebook",
    METADATA,
    Column("one", Integer, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("created", String(40), nullable=False),
)

RECORDINGS = Table(
    "recordings",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("assignment", String(200), nullable=False, index=True),
    Column("digest", String(128), nullable=False),
    Column("created", String(40), nullable=False),
)

HAND_INS = Table(
    "hand_ins",
    METADATA,
    Column("recording", Integer, ForeignKey("recordings.id"), primary_key=True),
    Column("student", String(200), primary_key=True),
    Column("display_name", Text, nullable=False),
    Column("notebook_name", Text, nullable=False),
    Column("digest", String(128), nullable=False),
    Column("remarks", Text, nullable=False),
)

EVIDENCE = Table(
    "evidence",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("key", String(500), nullable=False, unique=True),
    Column("digest", String(128), nullable=False, index=True),
    Column("reader_version", String(100), nullable=False),
    Column("phases", Text, nullable=False),
    Column("evidence", LargeBinary, nullable=False),
    Column("run", LargeBinary),
    Column("created", String(40), nullable=False),
)

RESULTS = Table(
    "results",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("assignment", String(200), nullable=False),
    Column("student", String(200), nullable=False),
    Column("digest", String(128), nullable=False),
    Column("evidence_key", String(500), nullable=False),
    Column("rubric_digest", String(128), nullable=False),
    Column("grader_version", String(100), nullable=False),
    Column("points", Float, nullable=False),
    Column("pending", Float, nullable=False),
    Column("possible", Float, nullable=False),
    Column("result", LargeBinary, nullable=False),
    Column("created", String(40), nullable=False),
    Index("results_by_student", "assignment", "student", "digest", "id"),
)
