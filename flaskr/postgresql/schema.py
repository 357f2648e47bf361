"""Creating a database's tables, and bringing them up to date."""

import shlex
import typing as t
from contextlib import closing
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

# What each of our schemas has, and no other program's: others have a schema_version,
# too.
OURS = ("schema_version", "post_count", "rate_limit", "search_text")

# How many tables there are, whosever they are, and whether ours are.
TABLES = (
    "SELECT count(*) AS number, "
    + " AND ".join(f"to_regclass('{table}') IS NOT NULL" for table in OURS)
    + " AS is_ours FROM pg_tables WHERE schemaname = current_schema()"
)

# What a database without tables needs.
RIGHTS = (
    "SELECT current_user AS user, current_database() AS name,"
    " current_setting('server_encoding') AS encoding,"
    " coalesce(has_schema_privilege(current_schema(), 'CREATE'), false) AS may_create,"
    " (SELECT pg_get_userbyid(datdba) = current_user FROM pg_database"
    "  WHERE datname = current_database()) AS is_owner"
)

# Something has a name that we need.
DUPLICATES = (
    psycopg.errors.DuplicateFunction,
    psycopg.errors.DuplicateObject,
    psycopg.errors.DuplicateTable,
)

# The number of the schema, and the public version, if there is one.
Version = tuple[int, str | None]


def read_version(connection: Connection) -> Version:
    """The number of the schema, and the public version.

    :raise DatabaseNotReady: if there is none, or it is older or newer, or lacks a part
    """
    try:
        found, public = connection.ask(VERSION) or (None, None)
    except (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn):
        raise not_ready(connection) from None

    if found != str(LATEST):
        raise not_ready(connection)

    # Without a public version, nothing is kept.
    return LATEST, public


def find_schema(url: str) -> int:
    """The number of the schema of a database; 0 if there is none."""
    with closing(open_connection(url)) as connection:
        return find_version(connection) or 0


def not_ready(connection: Connection) -> DatabaseNotReady:
    """What to raise for a database without today's schema, with what helps."""
    found = find_version(connection)

    if found is None:
        check_new(connection)
        return no_database()

    return damaged_database() if found == LATEST else other_schema(found)


def find_version(connection: Connection) -> int | None:
    """The number of the schema; 0 if a row is missing that says it, ``None`` if there
    are no tables at all.

    :raise DatabaseNotReady: if they are another program's
    """
    tables = connection.execute(TABLES).fetchone()

    if tables and tables["is_ours"]:
        try:
            row = connection.execute(SCHEMA_VERSION).fetchone()
        except psycopg.errors.UndefinedColumn:
            raise damaged_database() from None

        return row["version"] if row else 0
    elif tables and tables["number"]:
        raise others_database()

    return None


def damaged_database() -> DatabaseNotReady:
    """What to raise for a database that lacks a part of the schema that it says to
    have."""
    return DatabaseNotReady(
        lazy_gettext(
            "Part of the database was removed or renamed. Undo that, or restore a"
            " backup."
        )
    )


def others_database() -> DatabaseNotReady:
    """What to raise for tables of another program."""
    return DatabaseNotReady(
        lazy_gettext(
            "This database belongs to another program. Set DATABASE in config.py to a"
            " different database."
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
    version = find_version(connection)
    found = version or 0

    if version is None:
        check_new(connection)

    if found > LATEST:
        raise other_schema(found)

    try:
        run_migrations(connection, found)
    except DUPLICATES:
        if version is None:
            # No table, but a function or a type.
            raise others_database() from None
        raise

    return found


def run_migrations(connection: Connection, found: int) -> None:
    """Run those that are missing after a version."""
    for number, path in MIGRATIONS.items():
        if number > found:
            connection.execute(path.read_text("utf-8"))

    if found < LATEST:
        connection.execute("UPDATE schema_version SET version = ?", (LATEST,))


def check_new(connection: Connection) -> None:
    """Do nothing if a database without tables can have ours.

    :raise DatabaseNotReady: if its encoding can't hold every text, or its user may not
        make tables
    """
    found: t.Any = connection.execute(RIGHTS).fetchone()
    user, name = found["user"], found["name"]

    if found["encoding"] != "UTF8":
        raise DatabaseNotReady(
            lazy_gettext(
                "The database can’t store every character, because its encoding is"
                " %(encoding)s. Create another one.",
                encoding=found["encoding"],
            ),
            f"createdb --owner={shlex.quote(user)} --encoding=UTF8 --template=template0"
            f" {shlex.quote(f'{name}_utf8')}",
        )
    elif not found["may_create"]:
        change = (
            f'GRANT USAGE, CREATE ON SCHEMA public TO "{user}"'
            if found["is_owner"]
            else f'ALTER DATABASE "{name}" OWNER TO "{user}"'
        )
        raise DatabaseNotReady(
            lazy_gettext("The database user doesn’t have permission to create tables."),
            f"psql -c {shlex.quote(change)} {shlex.quote(name)}",
        )


def find_copy(url: str, version: int) -> str:
    """Where the database is as it was before it was brought up to date: nowhere."""
    return ""
