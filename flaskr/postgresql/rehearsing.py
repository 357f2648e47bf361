"""A copy of an older blog in a schema beside it, on which an upgrade is tried."""

from collections.abc import Iterable
from collections.abc import Iterator
from contextlib import closing
from contextlib import contextmanager
from graphlib import TopologicalSorter

from ..errors import DatabaseUnavailable
from .connection import Connection
from .connection import open_connection
from .copying import count_rows
from .copying import quote
from .copying import read_identities
from .copying import set_identities
from .copying import without_triggers
from .schema import find_version
from .schema import MIGRATIONS

SCHEMA = "flaskr_rehearsal"
# By which a schema of that name is known to be ours.
COMMENT = "A copy of a blog, made by flask init-db"

# Seconds to wait for another one.
PATIENCE = 600

# The schema of the blog, whether its user may make another one, and what one of that
# name says of itself.
FACTS = (
    "SELECT current_schema() AS schema,"
    " has_database_privilege(current_database(), 'CREATE') AS may_create,"
    f" to_regnamespace('{SCHEMA}') IS NOT NULL AS is_there,"
    f" obj_description(to_regnamespace('{SCHEMA}'), 'pg_namespace') AS comment"
)
# Each column that can be written, by its table, and each table beside one that it
# refers to.
COLUMNS = (
    'SELECT c.table_name AS "table", c.column_name AS name'
    " FROM information_schema.columns c JOIN pg_tables t"
    " ON t.schemaname = c.table_schema AND t.tablename = c.table_name"
    " WHERE c.table_schema = current_schema() AND c.is_generated = 'NEVER'"
    " ORDER BY c.table_name, c.ordinal_position"
)
REFERENCES = (
    "SELECT a.relname AS child, b.relname AS parent FROM pg_constraint c"
    " JOIN pg_class a ON a.oid = c.conrelid JOIN pg_class b ON b.oid = c.confrelid"
    " WHERE c.contype = 'f' AND c.connamespace = to_regnamespace(current_schema())"
    " AND a.oid <> b.oid"
)


class NoCopy(Exception):
    """Why there is no copy, as a sentence."""


@contextmanager
def copy_aside(url: str) -> Iterator[str]:
    """Copy a database of an older schema, as it is at one moment, and yield the address
    of the copy, which is gone at the end. One that was left by a process that was
    killed goes with the next.

    :raise NoCopy: if the server, or a pooler before it, does not let there be one
    """
    address = f"{url}{'&' if '?' in url else '?'}options=-csearch_path%3D{SCHEMA}"

    with (
        closing(open_connection(url)) as connection,
        closing(open_aside(address)) as aside,
    ):
        connection.timeout = aside.timeout = None
        # Others that rehearse wait.
        connection.execute(
            f"SET lock_timeout = '{PATIENCE}s';"
            " SELECT pg_advisory_lock(hashtextextended('flaskr rehearsal', 0))"
        )
        schema = find_schema(connection)
        connection.execute(
            f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE; CREATE SCHEMA {SCHEMA};"
            f" COMMENT ON SCHEMA {SCHEMA} IS '{COMMENT}'"
        )

        try:
            fill(connection, aside, schema)
            yield address
        finally:
            connection.execute(f"DROP SCHEMA {SCHEMA} CASCADE")


def find_schema(connection: Connection) -> str:
    """The schema in which the blog is.

    :raise NoCopy: if there can't be another one
    """
    found = connection.execute(FACTS).fetchone()
    assert found is not None

    if found["is_there"] and found["comment"] != COMMENT:
        raise NoCopy(f"the schema {SCHEMA} is another program's.")
    elif not found["may_create"]:
        raise NoCopy(
            "the database user may not make a schema for a copy. GRANT CREATE ON"
            " DATABASE lets them."
        )

    return str(found["schema"])


def open_aside(address: str) -> Connection:
    """Connect to where a copy will be.

    :raise NoCopy: if a pooler in between, say, leads elsewhere
    """
    try:
        aside = open_connection(address)
    except DatabaseUnavailable as e:
        raise NoCopy(f"a copy can't be reached: {e}") from e

    row = aside.execute("SHOW search_path").fetchone()

    if row is None or row["search_path"] != SCHEMA:
        aside.close()
        raise NoCopy("what is between Flaskr and PostgreSQL leads to no copy.")

    return aside


def fill(connection: Connection, aside: Connection, schema: str) -> None:
    """Write the tables of a blog, and all rows, into a new schema."""
    version = find_version(connection) or 0

    with aside.transaction():
        aside.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")

        for number, path in MIGRATIONS.items():
            if number <= version:
                aside.execute(path.read_text("utf-8"))

        copy_rows(aside, schema)
        identities = read_identities(connection, find_columns(aside))
        set_identities(aside, identities)


def copy_rows(aside: Connection, schema: str) -> None:
    """Have the tables of a copy have the rows of those in another schema."""
    tables = find_columns(aside)
    order: TopologicalSorter[str] = TopologicalSorter({table: () for table in tables})

    for row in aside.execute(REFERENCES).fetchall():
        order.add(row["child"], row["parent"])

    parents_first = list(order.static_order())

    with without_triggers(aside, parents_first):
        for table in reversed(parents_first):
            aside.execute(f'DELETE FROM "{table}"')

        for table in parents_first:
            columns = quote(tables[table])
            aside.execute(
                f'INSERT INTO "{table}" ({columns}) OVERRIDING SYSTEM VALUE'
                f' SELECT {columns} FROM "{schema}"."{table}"'
            )


def find_columns(connection: Connection) -> dict[str, dict[str, str]]:
    """The columns of each table that can be written, as :func:`.copying.quote` takes
    them."""
    found: dict[str, dict[str, str]] = {}

    for row in connection.execute(COLUMNS).fetchall():
        found.setdefault(row["table"], {})[row["name"]] = ""

    return found


def count_all(url: str, tables: Iterable[str]) -> dict[str, int]:
    """How many rows each of some tables has."""
    with closing(open_connection(url)) as connection:
        connection.timeout = None
        return {table: count_rows(connection, table) for table in tables}
