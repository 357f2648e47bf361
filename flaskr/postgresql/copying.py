"""Copying all rows of a database, or all into one: ``copy_db.py`` asks for these."""

import typing as t
from collections.abc import Callable
from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Iterator
from contextlib import closing
from contextlib import contextmanager

import psycopg

from ..errors import DatabaseNotReady
from ..errors import lazy_gettext
from .connection import Connection
from .connection import LOCK_TIMEOUT
from .connection import open_connection
from .rows import clean as clean_value
from .schema import find_version
from .schema import read_version
from .schema import upgrade

# Tables, and the kinds of values that their columns should have.
Tables = dict[str, dict[str, str]]
Values = tuple[t.Any, ...]

TYPES = {"integer": "int8", "text": "text", "blob": "bytea", "real": "float8"}

# Of the search, which is built anew, and of the engine.
REBUILT = {"search_text", "search_token", "search_size", "search_queue"}
OWN = {"schema_version"}

# Whether a database refuses values of another kind, and rows that refer to missing
# ones.
IS_STRICT = True

# The transaction may take its time, and wait for the other database.
NO_LIMITS = (
    "SET LOCAL statement_timeout = 0;"
    " SET LOCAL idle_in_transaction_session_timeout = 0;"
    f" SET LOCAL lock_timeout = '{LOCK_TIMEOUT}s'"
)


def find_columns(connection: Connection) -> dict[str, list[str]]:
    """The tables that a database has, whosever they are, without what is computed."""
    found: dict[str, list[str]] = {}
    rows = connection.execute(
        'SELECT relname AS "table", attname AS name'
        " FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid"
        " WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')"
        " AND attnum > 0 AND NOT attisdropped AND attgenerated = ''"
        " ORDER BY relname, attnum"
    )

    for row in rows:
        if row["table"] not in REBUILT | OWN:
            found.setdefault(row["table"], []).append(row["name"])

    return found


def find_misfits(connection: Connection, tables: Tables) -> list[str]:
    """What no other engine could hold: nothing, since this one is strict."""
    return []


@contextmanager
def open_snapshot(url: str) -> Iterator[Connection]:
    """A database as it is at one moment, to be read.

    :raise DatabaseNotReady: if it has no tables, or older or newer ones
    """
    with closing(open_connection(url)) as connection:
        connection.timeout = None

        if find_version(connection) is None:
            raise DatabaseNotReady(lazy_gettext("There is no database yet."))

        read_version(connection)
        connection.execute(
            f"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; {NO_LIMITS}"
        )
        yield connection


@contextmanager
def open_target(url: str) -> Iterator[Connection]:
    """A database with tables of ours, which are made if there are none: all of the
    block is committed, or nothing.

    :raise DatabaseNotReady: if it is older or newer, or another program's
    """
    with closing(open_connection(url)) as connection:
        connection.timeout = None

        if find_version(connection) is not None:
            # An older one is not brought up to date here.
            read_version(connection)

        with connection.transaction():
            connection.execute(NO_LIMITS)
            upgrade(connection)
            connection.execute("SELECT wait_to_write()")
            yield connection


def identify(connection: Connection) -> object:
    """What only this database has, whichever address it was called by."""
    row = connection.execute(
        "SELECT pg_postmaster_start_time()::text AS server, current_schema() AS schema,"
        " (SELECT oid FROM pg_database WHERE datname = current_database()) AS database"
    ).fetchone()
    return tuple(row or ())


@contextmanager
def without_triggers(connection: Connection, tables: Collection[str]) -> Iterator[None]:
    """Have rows that are written in the block do nothing else."""
    for table in tables:
        connection.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')

    yield
    # No trigger can be changed while a reference waits to be looked at.
    connection.execute("SET CONSTRAINTS ALL IMMEDIATE")

    for table in tables:
        connection.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER USER')


def clear(connection: Connection, tables: Tables) -> None:
    """Remove all rows, and what the search made of them."""
    # What refers to others goes before them.
    removed = (*sorted(REBUILT - {"search_size"}), *reversed(tables))

    with without_triggers(connection, removed):
        for table in removed:
            connection.execute(f'DELETE FROM "{table}"')

        connection.execute("UPDATE search_size SET posts = 0, tokens = 0")


def count_rows(connection: Connection, table: str) -> int:
    """How many rows a table has."""
    row = connection.execute(f'SELECT count(*) AS number FROM "{table}"').fetchone()
    return row["number"] if row else 0


def read_rows(
    connection: Connection,
    table: str,
    columns: dict[str, str],
    note: Callable[[Values], object] = lambda row: None,
) -> Iterator[Values]:
    """The rows of a table, one after the other; ``note`` is for an engine whose texts
    may be anything."""
    statement = (
        f'COPY (SELECT {quote(columns)} FROM "{table}" ORDER BY 1)'
        " TO STDOUT (FORMAT BINARY)"
    )

    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.set_types([TYPES[kind] for kind in columns.values()])
        yield from copy.rows()


def write_rows(
    connection: Connection, table: str, columns: dict[str, str], rows: Iterable[Values]
) -> None:
    """Have a table have these rows, and no others."""
    connection.execute(f'DELETE FROM "{table}"')
    statement = f'COPY "{table}" ({quote(columns)}) FROM STDIN (FORMAT BINARY)'

    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.set_types([TYPES[kind] for kind in columns.values()])

        for row in rows:
            copy.write_row(row)


def quote(columns: dict[str, str]) -> str:
    """The names of columns, in SQL."""
    return ", ".join(f'"{name}"' for name in columns)


def clean(row: Values) -> Values:
    """A row as a database can hold it: its texts without NUL."""
    if any(isinstance(value, str) and "\0" in value for value in row):
        return tuple(map(clean_value, row))

    return row


def read_identities(connection: Connection, tables: Tables) -> dict[str, int]:
    """The highest id that each table of some ever gave."""
    rows = connection.execute(
        'SELECT table_name AS "table", coalesce(pg_sequence_last_value('
        "pg_get_serial_sequence(quote_ident(table_name), column_name)), 0) AS last"
        " FROM information_schema.columns"
        " WHERE table_schema = current_schema() AND is_identity = 'YES'"
    ).fetchall()
    given = {row["table"]: row["last"] for row in rows}
    return {
        table: max(given[table], find_highest(connection, table))
        for table in tables
        if table in given
    }


def find_highest(connection: Connection, table: str) -> int:
    """The highest id of a table."""
    row = connection.execute(
        f'SELECT coalesce(max(id), 0) AS id FROM "{table}"'
    ).fetchone()
    return row["id"] if row else 0


def set_identities(connection: Connection, identities: dict[str, int]) -> None:
    """Have each table go on after its highest id."""
    for table, last in identities.items():
        # Unlike setval(), this is a part of the transaction.
        connection.execute(
            f'ALTER TABLE "{table}" ALTER COLUMN id RESTART WITH {last + 1:d}'
        )


def finish(connection: Connection, tables: Tables) -> None:
    """Have the search index all posts later, and plans know how many rows there are."""
    connection.execute(
        "INSERT INTO search_queue SELECT id FROM post ON CONFLICT DO NOTHING"
    )

    for table in tables:
        connection.execute(f'ANALYZE "{table}"')


def explain(error: psycopg.Error) -> str:
    """An error, without the values of a row."""
    parts = [error.diag.message_primary, error.diag.context]
    return "; ".join(part for part in parts if part) or " ".join(str(error).split())
