"""Creating a database's tables, and bringing them up to date."""

from pathlib import Path

import psycopg

from ..errors import DatabaseNotReady
from ..errors import lazy_gettext
from ..errors import newer_database
from ..errors import no_database
from ..errors import older_database
from .connection import Connection
from .connection import open_connection

MIGRATIONS = {
    int(path.name[:4]): path
    for path in sorted(Path(__file__).parent.glob("migrations/*.sql"))
}
LATEST = max(MIGRATIONS)

# Of a database: its schema, and its public version. Without the names of the tables, a
# column that is missing in one would be the other's.
VERSION = (
    "SELECT schema_version.version, (SELECT public_version.version FROM public_version)"
    " FROM schema_version"
)
SCHEMA_VERSION = "SELECT schema_version.version FROM schema_version"

# Tables of ours, and any that are others'.
TABLES = (
    "SELECT count(*) AS number, to_regclass('schema_version') IS NOT NULL AS is_ours"
    " FROM pg_tables WHERE schemaname = current_schema()"
)


# The number of the schema, and the public version, if there is one.
Version = tuple[int, str | None]


def read_version(connection: Connection) -> Version:
    """The number of the schema, and the public version.

    :raise DatabaseNotReady: if there is none, or it is older or newer, or lacks a part
    """
    try:
        found, public = connection.ask(VERSION) or (0, None)
    except (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn):
        raise no_version(connection) from None

    if int(found or 0) != LATEST:
        raise other_schema(int(found or 0))

    # Without a public version, nothing is kept.
    return LATEST, public


def no_version(connection: Connection) -> DatabaseNotReady:
    """What to raise for a database without the tables that have the versions."""
    tables = connection.execute(TABLES).fetchone()

    if not tables or not tables["number"]:
        return no_database()
    elif not tables["is_ours"]:
        return others_database()

    try:
        (found,) = connection.ask(SCHEMA_VERSION) or (None,)
    except psycopg.errors.UndefinedColumn:
        return others_database()

    is_latest = int(found or 0) == LATEST
    return damaged_database() if is_latest else other_schema(int(found or 0))


def damaged_database() -> DatabaseNotReady:
    """What to raise for a database that lacks a part of the schema that it says to
    have."""
    return DatabaseNotReady(
        lazy_gettext(
            "Something of the database was removed or renamed. Undo that, or restore a"
            " backup."
        )
    )


def others_database() -> DatabaseNotReady:
    """What to raise for tables of another program."""
    return DatabaseNotReady(
        lazy_gettext(
            "The database is another program's. Set DATABASE in config.py to another"
            " one."
        )
    )


def other_schema(found: int) -> DatabaseNotReady:
    """What to raise for a schema that is older or newer."""
    return older_database() if found < LATEST else newer_database(found, LATEST)


def migrate(url: str) -> int:
    """Create the tables or bring them up to date; return the version found.

    All missing migrations are one transaction: who is killed at any moment leaves the
    old schema or the new one.
    """
    with open_connection(url) as connection:
        # An index may take its time.
        connection.timeout = None

        with connection.transaction():
            return upgrade(connection)


def upgrade(connection: Connection) -> int:
    """Run the migrations that are missing, within a transaction; return the version
    found. Others that run this wait."""
    connection.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended('flaskr init-db', 0))"
    )
    check_encoding(connection)
    tables = connection.execute(TABLES).fetchone()
    found = 0

    if tables and tables["is_ours"]:
        row = connection.execute("SELECT version FROM schema_version").fetchone()
        found = row["version"] if row else 0
    elif tables and tables["number"]:
        raise others_database()

    if found > LATEST:
        raise other_schema(found)

    for number, path in MIGRATIONS.items():
        if number > found:
            connection.execute(path.read_text("utf-8"))

    connection.execute("UPDATE schema_version SET version = ?", (LATEST,))
    return found


def check_encoding(connection: Connection) -> None:
    """Do nothing if a database can hold every text.

    :raise DatabaseNotReady: if it can't
    """
    row = connection.execute("SHOW server_encoding").fetchone()

    if row and row["server_encoding"] != "UTF8":
        raise DatabaseNotReady(
            lazy_gettext(
                "The database can’t hold every text: its encoding is %(encoding)s.",
                encoding=row["server_encoding"],
            ),
            "createdb --encoding=UTF8 --template=template0 flaskr",
        )


def find_copy(url: str, version: int) -> str:
    """Where the database is as it was before it was brought up to date: nowhere."""
    return ""
