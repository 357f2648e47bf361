"""Copying a whole database, page by page, while others read and write it."""

import os
import sqlite3
import typing as t
from collections.abc import Callable
from contextlib import closing
from contextlib import suppress

from ..errors import no_database
from .connection import checkpoint
from .connection import Connection
from .connection import immediate
from .connection import IMMUTABLE
from .connection import open_file
from .copying import open_source
from .files import file_id
from .files import is_empty
from .schema import open_or_create
from .schema import require_ours
from .schema import use_write_ahead_log
from .schema_check import drop
from .schema_check import find_missing_columns
from .schema_check import find_schema_changes
from .schema_check import find_strange
from .schema_check import repair_schema
from .turns import folder_lock

# Told how many pages of how many are done.
Progress = Callable[[int, int], object]

# Pages that are copied at a time, some 4 MB, and those of which the first is copied
# when others can't write any more.
STEP = 1000
FIRST_STEP = 1

# Seconds to wait for others who write.
LOCK_WAIT = 60
CHECKPOINT_WAIT = 5

# What the names of the logs that SQLite puts beside a database end with.
LOGS = ("-wal", "-shm", "-journal")

# The first bytes of each database.
MAGIC = b"SQLite format 3\0"


class Copy(t.NamedTuple):
    """What a copy should have: its schema, and the rows of each table."""

    version: int
    rows: dict[str, int]


def write_copy(path: str, copy: str, progress: Progress) -> Copy:
    """Write all of a database, as it is at one moment, into a new file of one's own;
    return what it has.

    :raise DatabaseNotReady: if there is none of Flaskr's, or a newer one
    """
    path = os.path.realpath(path)

    if is_empty(path):
        raise no_database()

    with closing(open_source(path)) as source:
        # While it lasts, what others write does not begin the copy again.
        source.execute("BEGIN")
        return copy_all(source, copy, progress)


def copy_all(source: Connection, copy: str, progress: Progress) -> Copy:
    """Write all of a database that does not change into a new file of one's own; as
    :func:`write_copy`."""
    found = describe(source)
    copy_pages(source, copy, progress)
    return found


def describe(connection: sqlite3.Connection) -> Copy:
    """What a database has."""
    return Copy(require_ours(connection), count_all(connection))


def copy_pages(source: Connection, copy: str, progress: Progress) -> None:
    """Write all pages of a database into a new file of one's own, without a log."""
    os.close(os.open(copy, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))

    with closing(sqlite3.connect(copy)) as target:
        # Who keeps it waits for the disk: files.publish().
        target.execute("PRAGMA synchronous = OFF")
        source.backup(target, pages=STEP, progress=tell(progress))
        target.execute("PRAGMA journal_mode = DELETE")


def finish(copy: str) -> Copy:
    """Have a database that nobody has open be one file; return what it has."""
    with closing(open_file(copy, "rw")) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        return describe(connection)


def tell(progress: Progress) -> Callable[[int, int, int], object]:
    """Progress as SQLite tells it."""
    return lambda status, left, total: progress(total - left, total)


def count_all(connection: sqlite3.Connection) -> dict[str, int]:
    """How many rows each table has, whosever it is."""
    tables = [
        row[0]
        for row in connection.execute(
            "SELECT name FROM pragma_table_list WHERE schema = 'main'"
            " AND type = 'table' ORDER BY name"
        )
    ]
    return {
        table: connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]
        for table in tables
    }


def read_copy(path: str, copy: str, progress: Progress) -> Copy:
    """As :func:`write_copy`, of a file that nobody has open and that is not touched."""
    mode = IMMUTABLE if is_empty(f"{path}-wal") else "ro"

    with closing(open_file(path, mode)) as source:
        return copy_all(source, copy, progress)


def remove_strange(path: str, version: int) -> list[str]:
    """Have all that runs by itself in a copy be Flaskr's, of its version: what others
    added is removed, and said, as ``trigger name``; what was changed is made anew."""
    with closing(open_file(path, "rw")) as connection:
        strange = find_strange(connection, version)

        with immediate(connection):
            for type, name in strange:
                drop(connection, type, name)

            changes = find_schema_changes(connection, version)
            repair_schema(connection, [one for one in changes if one[0] != "table"])

    return [f"{type} {name}" for type, name in strange]


def find_missing(path: str) -> list[str]:
    """The tables and columns that a copy, which is up to date, should have."""
    with closing(open_file(path, "ro")) as connection:
        tables = [
            name for type, name, _ in find_schema_changes(connection) if type == "table"
        ]
        return tables + find_missing_columns(connection)


def is_database(path: str) -> bool:
    """Whether a file begins as each database does."""
    with open(path, "rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def is_part(path: str, database: str) -> bool:
    """Whether a path, which need not lead anywhere, is that of a database or of one of
    its logs, under whichever name."""
    # SQLite puts the logs beside the file to which a link leads.
    real = os.path.realpath(database)
    parts = [real, *(real + ending for ending in LOGS)]
    file = file_id(path)
    is_same = file is not None and file in map(file_id, parts)
    return is_same or os.path.realpath(path) in parts


def find_faults(path: str, should: Copy) -> list[str]:
    """What is wrong in a copy that nobody else has open: sentences."""
    with closing(open_file(path, "ro")) as connection:
        rows = connection.execute("PRAGMA integrity_check(5)").fetchall()
        faults = [f"{row[0]}" for row in rows if row[0] != "ok"]
        found = {} if faults else count_all(connection)

    return faults + [
        f"The table {table} has {found.get(table, 0):,} rows of {number:,}"
        for table, number in should.rows.items()
        if found and found.get(table) != number
    ]


def count_orphans(path: str) -> int:
    """How many rows of a copy refer to missing ones, which the tutorial's blog let
    happen."""
    with closing(open_file(path, "ro")) as connection:
        return len(connection.execute("PRAGMA foreign_key_check").fetchall())


def find_blog(path: str) -> str | None:
    """Which blog a copy is of, whatever its address and title; ``None`` if it does not
    say so, as the tutorial's."""
    with closing(open_file(path, "ro")) as connection, suppress(sqlite3.Error):
        row = connection.execute("SELECT CAST(uuid AS TEXT) AS id FROM blog").fetchone()
        return str(row["id"]) if row else None

    return None


def give_new_version(connection: sqlite3.Connection) -> None:
    """Have a database be at a public version that none had before, in the transaction
    of the caller."""
    connection.execute("UPDATE public_version SET version = random()")


def fit(path: str, database: str) -> None:
    """Have a copy be written as a database is that it should go into: the pages of
    both must be of one size, and the copy must have no log."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")

        if not is_empty(database):
            with closing(open_file(database, "ro")) as live:
                size: int = live.execute("PRAGMA page_size").fetchone()[0]

            if connection.execute("PRAGMA page_size").fetchone()[0] != size:
                connection.execute(f"PRAGMA page_size = {size:d}")
                connection.execute("VACUUM")


def restore(
    path: str, copy: str, keep: Callable[[], object], progress: Progress
) -> None:
    """Have a database, which others may read and write, be what a copy is, in one
    transaction. Its file stays the same.

    :param keep: called when nobody else can write any more, and nothing is changed
    :raise sqlite3.Error: if others write for long; then nothing is changed
    """
    path = os.path.realpath(path)

    with folder_lock(path):
        target = open_or_create(path, LOCK_WAIT)

    with closing(target), closing(open_file(copy, "ro")) as source:
        # An empty one has no log yet: as a copy of pages, it would get none.
        use_write_ahead_log(target)
        copy_into(source, target, keep, progress)

        # All of the blog is in the log now, through which whoever reads would go. If
        # this can't be done, the next write or the end of the server does it. Whoever
        # interrupts it has what they asked for.
        with suppress(sqlite3.Error, KeyboardInterrupt):
            checkpoint(target, CHECKPOINT_WAIT)


def copy_into(
    source: Connection,
    target: Connection,
    keep: Callable[[], object],
    progress: Progress,
) -> None:
    """Copy page by page: with the first one, the target is locked, and with the last
    one, all of them are committed."""
    has_kept = False

    def watch(status: int, left: int, total: int) -> None:
        nonlocal has_kept

        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            # It was waited for as long as the connection does.
            raise TimeoutError("Other programs write to it for long")

        if not has_kept:
            keep()
            has_kept = True

        if (total - left) % STEP == 0:
            progress(total - left, total)

    source.backup(target, pages=FIRST_STEP, progress=watch)
