"""Opens a database as a gradebook, or says why it is none.

In: a URL. Out: an engine whose tables are there and of this version. This module must never change a database
that is not a gradebook of ours.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy.dialects.sqlite  # noqa: F401  else it is imported when the file is opened, and somebody waits
from sqlalchemy import URL, Connection, Engine, create_engine, event, insert, inspect, make_url, select, update
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, NoSuchModuleError, ProgrammingError

from grader.database.tables import ABOUT, METADATA, VERSION
from grader.errors import GradebookError

BUSY_TIMEOUT_S = 60.0
WRITES = "gradebook_writes"
"""Execution option of a connection that will write: SQLite then takes its one lock at once, and so never finds in
the middle of a transaction that another writer was faster."""


def now() -> str:
    """The time in UTC, as it is stored."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def open_engine(url: str | Path) -> Engine:
    """An engine on the gradebook at `url`, which is made where nothing is yet. A plain path is a SQLite file.

    Raises:
        GradebookError: not a URL, not a database, another program's, of a newer version, or not writable.
    """
    parsed = _parse(url)
    name = shown(parsed)
    try:
        engine = create_engine(parsed, **_arguments(parsed))
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        advice = " For PostgreSQL: pip install 'psycopg[binary]', and a URL that begins with postgresql+psycopg://"
        raise GradebookError(f"{name}: this Python has no driver for it ({error}).{advice}") from error
    if parsed.get_backend_name() == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    try:
        _check(engine, name)
    except DBAPIError as error:
        engine.dispose()
        raise GradebookError(f"{name}: {explained(error)}") from error
    except GradebookError:
        engine.dispose()
        raise
    return engine


def shown(url: URL) -> str:
    """The URL as people may see it: a file by its path, a server without its password."""
    if url.get_backend_name() == "sqlite" and url.database:
        return url.database
    return url.render_as_string(hide_password=True)


def explained(error: DBAPIError) -> str:
    """The database's complaint, in words that say what to do where that is known."""
    said = str(error.orig).strip()
    known = {
        "file is not a database": "not a gradebook, nor any SQLite database; name another file, or move it away",
        "unable to open": "can't be opened: is its folder there, and may you write in it?",
        "readonly": "can't be written: the file or its folder is read-only",
        "read-only": "can't be written: the file or its folder is read-only",
        "database is locked": f"another program has held it for more than {BUSY_TIMEOUT_S:.0f} s; end that one first",
        "disk is full": "the disk is full",
        "malformed": "the file is damaged; restore it from a copy, or move it away and grade again",
    }
    return next((words for sign, words in known.items() if sign in said), said)


def _parse(url: str | Path) -> URL:
    if isinstance(url, Path) or "://" not in url:
        parsed = URL.create("sqlite", database=str(url))
    else:
        try:
            parsed = make_url(url)
        except ArgumentError as error:
            raise GradebookError(f"{url!r} is no database URL, such as sqlite:///out/gradebook.db") from error
    if parsed.get_backend_name() == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise GradebookError("a gradebook in memory would forget everything: name a file, sqlite:///gradebook.db")
    return parsed


def _arguments(url: URL) -> dict[str, Any]:
    if url.get_backend_name() == "sqlite":
        return {"connect_args": {"timeout": BUSY_TIMEOUT_S, "check_same_thread": False}}
    return {"pool_pre_ping": True}


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver would begin transactions by itself, late and deferred; `_begin_sqlite` does it.
    connection.isolation_level = None
    cursor = connection.cursor()
    # A write-ahead log lets readers read while one writes; FULL keeps what was committed through a power cut too.
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _check(engine: Engine, name: str) -> None:
    try:
        _check_or_create(engine, name)
    except (IntegrityError, ProgrammingError):
        # On a server, somebody else made the tables in this very moment: now they are there.
        _check_or_create(engine, name)


def _check_or_create(engine: Engine, name: str) -> None:
    with engine.execution_options(**{WRITES: True}).begin() as connection:
        tables = inspect(connection).get_table_names()
        if not tables:
            METADATA.create_all(connection)
            connection.execute(insert(ABOUT).values(one=1, version=VERSION, created=now()))
        elif ABOUT.name not in tables:
            raise GradebookError(f"{name}: a database of another program, not a gradebook (it holds {tables[0]!r})")
        found = connection.execute(select(ABOUT.c.version)).scalar_one_or_none()
        if found != VERSION:
            wanted = f"this grader reads version {VERSION}; install the newer grader, or name another gradebook"
            raise GradebookError(f"{name}: a gradebook of version {found}, and {wanted}")
        # Changes nothing, and finds out now rather than after an hour's work whether writing is possible.
        connection.execute(update(ABOUT).values(version=VERSION))
