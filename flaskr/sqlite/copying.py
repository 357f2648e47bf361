"""Copying all rows of a database, or all into one: ``copy_db.py`` asks for these.

This schema is the one that other engines have, too, so what is Flaskr's is asked here.
"""

import os
import sqlite3
import typing as t
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from contextlib import closing
from contextlib import contextmanager
from functools import cache
from graphlib import TopologicalSorter

from ..errors import DatabaseNotReady
from ..errors import lazy_gettext
from .connection import Connection
from .connection import immediate
from .connection import IMMUTABLE
from .connection import open_file
from .files import file_id
from .files import is_empty
from .files import is_on_read_only_disk
from .files import open_database
from .misfits import find_misfits as find_misfits
from .refusals import find_refusal as find_refusal
from .schema import check_schema
from .schema import LATEST
from .schema import open_or_create
from .schema import run_files
from .schema import run_migrations
from .schema import schema_version
from .schema import use_write_ahead_log
from .turns import folder_lock

# Tables, and the kinds of values that their columns should have.
Tables = dict[str, dict[str, str]]
Values = tuple[t.Any, ...]

KINDS = {
    "INTEGER": "integer",
    "TEXT": "text",
    "TIMESTAMP": "text",
    "BLOB": "blob",
    "REAL": "real",
}

# Of the search, which is built anew; the rest of it is no ordinary table.
REBUILT = {"search_text", "search_queue"}

# Whether a database refuses values of another kind, and rows that refer to missing
# ones.
IS_STRICT = False

# Seconds to wait for others that write to the target.
TIMEOUT = 60

# Kilobytes of pages that are kept in memory while the target is written.
CACHE = 32_000


class Mended(str):
    """A text with � for bytes that were no UTF-8."""


def decode(stored: bytes) -> str:
    """A stored text as the blog shows it, whatever its bytes are."""
    try:
        return stored.decode()
    except UnicodeDecodeError:
        return Mended(stored.decode("utf-8", "replace"))


@cache
def find_tables() -> Tables:
    """Flaskr's tables, each after those that it refers to, without what is computed."""
    with closing(sqlite3.connect(":memory:")) as empty:
        empty.row_factory = sqlite3.Row
        run_files(empty, 1, LATEST)
        found = find_columns(empty)
        parents = {
            table: {
                row["table"]
                for row in empty.execute(f'PRAGMA foreign_key_list("{table}")')
            }
            - {table}
            for table in found
        }

    return {table: found[table] for table in TopologicalSorter(parents).static_order()}


def find_columns(connection: sqlite3.Connection) -> Tables:
    """The tables that a database has, whosever they are, as :func:`find_tables`."""
    tables = [
        row["name"]
        for row in connection.execute(
            "SELECT name FROM pragma_table_list WHERE schema = 'main'"
            " AND type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
        )
    ]
    return {
        table: {
            row["name"]: KINDS.get(row["type"], "")
            for row in connection.execute(
                "SELECT name, type FROM pragma_table_xinfo(?) WHERE hidden = 0",
                (table,),
            )
        }
        for table in tables
        if table not in REBUILT
    }


@contextmanager
def open_snapshot(path: str) -> Iterator[Connection]:
    """A database as it is at one moment, to be read.

    :raise DatabaseNotReady: if it is missing, older or newer
    """
    path = os.path.realpath(path)

    if is_empty(path):
        raise DatabaseNotReady(lazy_gettext("There is no database yet."))

    with closing(open_source(path)) as connection:
        connection.text_factory = decode
        connection.execute("BEGIN")
        check_schema(connection)
        yield connection


def open_source(path: str) -> Connection:
    """Open a database to read it, if its disk is read-only, too."""
    if is_on_read_only_disk(path) and is_empty(f"{path}-wal"):
        return open_file(path, IMMUTABLE)

    return open_database(path, TIMEOUT)


@contextmanager
def open_target(path: str) -> Iterator[Connection]:
    """A database with tables of ours, which are made if there are none: all of the
    block is committed, or nothing.

    :raise DatabaseNotReady: if it is older or newer, or another program's
    """
    path = os.path.realpath(path)

    # Not for long: the source may be in the same folder.
    with folder_lock(path):
        connection = open_or_create(path, TIMEOUT)

    with closing(connection):
        # A row that refers to a missing one is copied, too.
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute(f"PRAGMA cache_size = -{CACHE}")

        with immediate(connection):
            if schema_version(connection) == 0:
                run_migrations(connection, 0)

            check_schema(connection)
            yield connection

        use_write_ahead_log(connection)


def identify(connection: Connection) -> object:
    """What only this database has."""
    return file_id(connection.execute("PRAGMA database_list").fetchone()["file"])


@contextmanager
def without_triggers(connection: Connection, tables: Tables) -> Iterator[None]:
    """Have rows that are written in the block do nothing else."""
    triggers = connection.execute(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' ORDER BY rowid"
    ).fetchall()

    for trigger in triggers:
        connection.execute(f'DROP TRIGGER "{trigger["name"]}"')

    yield

    for trigger in triggers:
        connection.execute(trigger["sql"])


def count_rows(connection: Connection, table: str) -> int:
    """How many rows a table has."""
    number: int = connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]
    return number


def read_rows(
    connection: Connection,
    table: str,
    columns: dict[str, str],
    note: Callable[[Values], object] = lambda row: None,
) -> Iterator[Values]:
    """The rows of a table, one after the other; ``note`` is called with each that has
    bytes in a text which are no UTF-8."""
    # Alone, a name that there is not would be a text.
    names = ", ".join(f'source."{name}"' for name in columns)
    cursor = connection.cursor()
    cursor.row_factory = None

    for row in cursor.execute(f'SELECT {names} FROM "{table}" source'):
        if Mended in map(type, row):
            note(row)
            row = tuple(str(v) if isinstance(v, Mended) else v for v in row)

        yield row


def write_rows(
    connection: Connection, table: str, columns: dict[str, str], rows: Iterable[Values]
) -> None:
    """Have a table have these rows, and no others."""
    connection.execute(f'DELETE FROM "{table}"')
    add_rows(connection, table, columns, rows)


def add_rows(
    connection: Connection, table: str, columns: dict[str, str], rows: Iterable[Values]
) -> None:
    """Have a table have more rows."""
    names = ", ".join(f'"{name}"' for name in columns)
    values = ", ".join("?" * len(columns))
    connection.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({values})', rows)


def read_placed(
    connection: Connection, table: str, columns: dict[str, str]
) -> Iterator[tuple[int, Values]]:
    """The rows of a table, each with where it is."""
    names = ", ".join(f'source."{name}"' for name in columns)
    cursor = connection.cursor()
    cursor.row_factory = None

    for place, *row in cursor.execute(f'SELECT rowid, {names} FROM "{table}" source'):
        yield place, tuple(row)


def remove_placed(connection: Connection, table: str, places: Iterable[int]) -> None:
    """Remove the rows at some places of a table."""
    connection.executemany(
        f'DELETE FROM "{table}" WHERE rowid = ?', ((place,) for place in places)
    )


def clean(row: Values) -> Values:
    """A row as a database can hold it."""
    return row


def read_identities(connection: Connection, tables: Tables) -> dict[str, int]:
    """The highest id that each table of some ever gave."""
    return {
        table: connection.execute(
            f'SELECT max(coalesce((SELECT max(id) FROM "{table}"), 0),'
            " coalesce((SELECT seq FROM sqlite_sequence WHERE name = ?), 0))",
            (table,),
        ).fetchone()[0]
        for table in tables
        if has_identity(connection, table)
    }


def has_identity(connection: Connection, table: str) -> bool:
    """Whether a table gives no id twice."""
    row = connection.execute(
        "SELECT sql LIKE '%AUTOINCREMENT%' AS has FROM sqlite_schema"
        " WHERE type = 'table' AND name = ?",
        (table,),
    ).fetchone()
    return bool(row["has"])


def set_identities(connection: Connection, identities: dict[str, int]) -> None:
    """Have each table go on after its highest id."""
    for table, last in identities.items():
        connection.execute("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
        connection.execute("INSERT INTO sqlite_sequence VALUES (?, ?)", (table, last))


def finish(connection: Connection, tables: Tables) -> None:
    """Have the search index all posts, later."""
    connection.execute(
        "INSERT INTO search_queue SELECT id FROM post WHERE true ON CONFLICT DO NOTHING"
    )


def explain(error: sqlite3.Error) -> str:
    """An error, without the values of a row."""
    return str(error)
