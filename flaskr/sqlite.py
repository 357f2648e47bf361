"""What is particular to SQLite: opening a database, bringing it up to date."""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from contextlib import contextmanager
from contextlib import suppress
from pathlib import Path

from .errors import DatabaseNotReady
from .errors import lazy_gettext
from .names import name_key
from .sqlite_connection import open_file
from .sqlite_files import copy_database
from .sqlite_files import create_file
from .sqlite_files import folder_lock
from .sqlite_files import no_database
from .sqlite_files import set_logs_aside
from .sqlite_files import timestamp
from .sqlite_files import wait_for_log

MIGRATIONS = {
    int(path.name[:4]): path
    for path in sorted(Path(__file__).parent.glob("migrations/sqlite/*.sql"))
}
LATEST = max(MIGRATIONS)

# The database can't work now, through no fault of the statement.
UNAVAILABLE = {
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PROTOCOL,
    sqlite3.SQLITE_NOTADB,
}


def is_unavailable(error: sqlite3.Error) -> bool:
    """Whether an error comes from the file or the disk and not from the SQL."""
    # The low byte is the code, the rest says more of it.
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in UNAVAILABLE


def check_schema(connection: sqlite3.Connection) -> None:
    """
    :raise DatabaseNotReady: if the database has not today's schema
    """
    found = schema_version(connection)

    if found == 0:
        raise no_database()
    elif found < LATEST:
        raise DatabaseNotReady(
            lazy_gettext(
                "The database is from an older Flaskr. Bringing it up to date keeps"
                " everything in it."
            ),
            "flask --app flaskr init-db",
        )
    elif found > LATEST:
        raise newer_database(found)


def newer_database(found: int) -> DatabaseNotReady:
    return DatabaseNotReady(
        lazy_gettext(
            "The database is from a newer Flaskr: its schema has number %(found)d, and"
            " this Flaskr knows %(known)d. Install the newer Flaskr again.",
            found=found,
            known=LATEST,
        ),
        "pip install flaskr-<newer version>-py3-none-any.whl",
    )


def schema_version(connection: sqlite3.Connection) -> int:
    """The number of the last migration of a database; 0 when it is empty."""
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]

    if version:
        return version

    tables = {
        row["name"]
        for row in connection.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table'"
        )
    }

    if not tables:
        return 0
    elif {"user", "post"} <= tables:
        # The tutorial's Flaskr, which does not number its schema.
        return 1

    raise DatabaseNotReady(
        lazy_gettext(
            "The file is the database of another program. Set DATABASE in config.py to"
            " another path."
        )
    )


def json_rows(columns: str) -> str:
    """SQL for all rows of a query as one value: a list of lists in JSON."""
    return f"json_group_array(json_array({columns}))"


@contextmanager
def immediate(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """A write transaction: all of the block is committed, or nothing."""
    # A transaction that starts by reading fails at its first write, whatever the
    # timeout, when another process wrote in between.
    connection.execute("BEGIN IMMEDIATE")

    try:
        yield connection
        connection.commit()
    except BaseException:
        connection.rollback()
        raise


def migrate(path: str) -> int:
    """Create a database or bring it up to date; return the version found.

    All missing migrations are one transaction: a process killed at any moment
    leaves the old schema or the new one. An older database is first copied to
    ``<path>.v<version>-<time>``.
    """
    with folder_lock(path):
        if not os.path.exists(path):
            set_logs_aside(path)
            create_file(path)

        wait_for_log(path)

        with closing(open_file(path, "rw", timeout=60)) as connection:
            connection.create_function("name_key", 1, name_key, deterministic=True)
            # Rebuilding a table must not cascade; run_migrations() checks the rows.
            connection.execute("PRAGMA foreign_keys = OFF")

            with immediate(connection):
                found = schema_version(connection)

                if found > LATEST:
                    raise newer_database(found)
                elif found < LATEST:
                    if found:
                        copy_before(path, found)

                    run_migrations(connection, found)

            use_write_ahead_log(connection)

    return found


def use_write_ahead_log(connection: sqlite3.Connection, tries: int = 50) -> None:
    """Let readers and a writer not wait for each other. The file remembers it."""
    # Unlike other statements, this one does not wait for a writer. If one never
    # stops, the next one to open the database will do it.
    for _ in range(tries):
        with suppress(sqlite3.OperationalError):
            connection.execute("PRAGMA journal_mode = WAL")
            break

        time.sleep(0.1)


def copy_before(path: str, version: int) -> None:
    """Keep a database as it is, beside itself, before it gets another schema."""
    with closing(open_file(path, "ro")) as source:
        copy_database(source, f"{path}.v{version}-{timestamp()}")


def run_migrations(connection: sqlite3.Connection, found: int) -> None:
    # The tutorial did not enforce foreign keys: some may be broken already.
    broken = connection.execute("PRAGMA foreign_key_check").fetchall()

    for number, path in MIGRATIONS.items():
        if number > found:
            for statement in split(path.read_text("utf-8")):
                connection.execute(statement)

    if connection.execute("PRAGMA foreign_key_check").fetchall() != broken:
        raise RuntimeError("a migration left rows that refer to missing rows")

    connection.execute(f"PRAGMA user_version = {LATEST:d}")


def split(script: str) -> Iterator[str]:
    """The statements of a script. ``executescript`` would commit before them."""
    statement = ""

    for line in script.splitlines(keepends=True):
        statement += line

        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
