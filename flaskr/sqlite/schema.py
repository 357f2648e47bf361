"""Creating a database, and bringing it up to date."""

import glob
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from contextlib import contextmanager
from contextlib import suppress
from pathlib import Path

from ..errors import DatabaseNotReady
from ..errors import lazy_gettext
from ..errors import newer_database
from ..errors import no_database
from ..errors import older_database
from ..text.names import name_key
from .clashes import describe_clashes
from .clashes import find_clashes
from .clashes import find_names
from .connection import Connection
from .connection import immediate
from .connection import open_file
from .files import back_up
from .files import create_file
from .files import is_empty
from .files import open_database
from .files import quarantine_wal
from .files import timestamp
from .turns import folder_lock

MIGRATIONS = {
    int(path.name[:4]): path
    for path in sorted(Path(__file__).parent.glob("migrations/*.sql"))
}
LATEST = max(MIGRATIONS)

# What the name of a copy ends with until the database is upgraded, and those of what
# a process that is killed leaves: an older version, the second.
UPGRADING = ".upgrading"
MOMENT = "[0-9]*T[0-9]*Z"
LEFT = (
    *(f".v[0-9]*-{MOMENT}{UPGRADING}", f".v[0-9]*-{MOMENT}*.partial"),
    f".new-{MOMENT}",
)

# What each of our schemas since 0002 has, and no other program's.
OURS = {"post_count", "rate_limit", "search_text"}


def check_schema(connection: sqlite3.Connection) -> None:
    """Do nothing if a database has today's schema.

    :raise DatabaseNotReady: if it has another, or none
    """
    if require_ours(connection) < LATEST:
        raise older_database()


def require_ours(connection: sqlite3.Connection) -> int:
    """The schema of a database, today's or an older one.

    :raise DatabaseNotReady: if it is newer, or there is none
    """
    found = schema_version(connection)

    if found == 0:
        raise no_database()
    elif found > LATEST:
        raise newer_database(found, LATEST)

    return found


def require_latest(connection: sqlite3.Connection) -> None:
    """As :func:`check_schema`, of a database that was ours when it was opened."""
    if connection.execute("PRAGMA user_version").fetchone()[0] != LATEST:
        check_schema(connection)


def schema_version(connection: sqlite3.Connection) -> int:
    """The number of the last migration of a database; 0 when it is empty."""
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    tables = {
        row["name"]
        for row in connection.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table'"
        )
    }

    # Others number their schemas, too: only with our tables is it our number.
    if version and OURS <= tables:
        return version
    elif not tables:
        return 0
    elif {"user", "post"} <= tables:
        # The tutorial's Flaskr, which does not number its schema.
        return 1

    raise DatabaseNotReady(
        lazy_gettext(
            "This file is another program’s database. Set DATABASE in config.py to a"
            " different path."
        )
    )


def find_schema(path: str) -> int:
    """The number of the schema of a database; 0 if there is none.

    :raise DatabaseNotReady: if it is another program's
    """
    path = os.path.realpath(path)

    if is_empty(path):
        return 0

    with closing(open_file(path, "ro")) as connection:
        return schema_version(connection)


def migrate(path: str) -> int:
    """Create a database or bring it up to date; return the version found.

    All missing migrations are one transaction: a process killed at any moment
    leaves the old schema or the new one. An older database is first copied to
    ``<path>.v<version>-<time>``.
    """
    # SQLite puts the log beside the file to which a link leads.
    path = os.path.realpath(path)

    with folder_lock(path):
        remove_left(path)

        with closing(open_or_create(path, timeout=60)) as connection:
            # Rebuilding a table must not cascade; run_migrations() checks the rows.
            connection.execute("PRAGMA foreign_keys = OFF")

            with copies_of_changes(path), immediate(connection):
                found = upgrade(connection, path)

            use_write_ahead_log(connection)

    return found


def remove_left(path: str) -> None:
    """Remove what processes that were killed left beside a database, whose folder is
    locked: a copy of one that was not upgraded, or not all of it, and an empty file."""
    for pattern in LEFT:
        for left in glob.glob(glob.escape(path) + pattern):
            os.unlink(left)


def open_or_create(path: str, timeout: float) -> Connection:
    """As :func:`open_database`, in a folder that is locked, of an empty one if there is
    none."""
    if not os.path.exists(path):
        quarantine_wal(path)
        create_file(path)

    return open_database(path, timeout)


@contextmanager
def copies_of_changes(path: str) -> Iterator[None]:
    """Leave no copy of a database beside it if nothing in it was changed."""
    before = set(glob.glob(f"{glob.escape(path)}.v*"))

    try:
        yield
    except BaseException:
        for copy in set(glob.glob(f"{glob.escape(path)}.v*")) - before:
            os.unlink(copy)

        raise


def upgrade(connection: sqlite3.Connection, path: str) -> int:
    """Run the migrations that are missing, within a transaction; return the version
    found."""
    found = schema_version(connection)

    if found > LATEST:
        raise newer_database(found, LATEST)
    elif 0 < found < LATEST:
        check_names(connection, found)

        with copied_before(path, found):
            run_migrations(connection, found)
    elif found < LATEST:
        run_migrations(connection, found)

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


@contextmanager
def copied_before(path: str, version: int) -> Iterator[None]:
    """Keep a database as it is, beside itself, before it gets another schema. The copy
    has its name when all is done but the commit."""
    copy = f"{path}.v{version}-{timestamp()}"

    with closing(open_file(path, "ro")) as source:
        back_up(source, copy + UPGRADING)

    yield
    os.rename(copy + UPGRADING, copy)
    # The disk has the name before it has the commit: without, remove_left() would take
    # the only copy.
    descriptor = os.open(os.path.dirname(path), os.O_RDONLY)

    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def run_migrations(connection: sqlite3.Connection, found: int) -> None:
    """Bring a database up to date from a schema, within a transaction."""
    # The tutorial did not enforce foreign keys: some may be broken already.
    broken = connection.execute("PRAGMA foreign_key_check").fetchall()

    run_files(connection, found + 1, LATEST)

    if connection.execute("PRAGMA foreign_key_check").fetchall() != broken:
        raise RuntimeError("a migration left rows that refer to missing rows")

    connection.execute(f"PRAGMA user_version = {LATEST:d}")


def run_files(connection: sqlite3.Connection, first: int, last: int) -> None:
    """Run the migrations from one number to another."""
    connection.create_function("name_key", 1, name_key, deterministic=True)

    for number, path in MIGRATIONS.items():
        if first <= number <= last:
            run_file(connection, path)


def run_file(connection: sqlite3.Connection, path: Path) -> None:
    """Run a migration. What fails says where."""
    for statement in split_statements(path.read_text("utf-8")):
        try:
            connection.execute(statement)
        except sqlite3.Error as e:
            e.args = (f"{e} (in {path.name})",)
            raise


def check_names(connection: sqlite3.Connection, found: int) -> None:
    """Do nothing if the missing migrations have room for their names.

    :raise DatabaseNotReady: with the SQL that makes room
    """
    clashes = find_clashes(
        connection,
        lambda empty: run_files(empty, 1, found),
        lambda empty: run_files(empty, 1, LATEST),
    )

    if clashes:
        taken = {name[2] for name in find_names(connection)}
        path = connection.execute("PRAGMA database_list").fetchone()[2]
        raise describe_clashes(clashes, taken, path)


def split_statements(script: str) -> Iterator[str]:
    """The statements of a script. ``executescript`` would commit before them."""
    statement = ""

    for line in script.splitlines(keepends=True):
        statement += line

        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def find_copy(path: str, version: int) -> str:
    """Where a database is as it was before it was brought up to date: beside the file
    itself, wherever a link to it lies."""
    return max(glob.glob(f"{glob.escape(os.path.realpath(path))}.v{version}-*"))
