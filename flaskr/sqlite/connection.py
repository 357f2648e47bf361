"""Connections to an SQLite database."""

import os
import sqlite3
import typing as t
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import contextmanager
from contextlib import suppress
from operator import methodcaller
from pathlib import Path
from weakref import WeakSet

from ..errors import DatabaseUnavailable
from ..writers import WRITE_WAIT

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


# The mode for a file that nobody can change: SQLite asks for no lock and no log.
IMMUTABLE = "ro&immutable=1"


def is_unavailable(error: sqlite3.Error) -> bool:
    """Whether an error comes from the file or the disk and not from the SQL."""
    # The low byte is the code, the rest says more of it.
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in UNAVAILABLE


def describe(path: str) -> str:
    """A database for people: its file."""
    return path


def is_conflict(error: sqlite3.Error) -> bool:
    """Whether a transaction was given up for another one: a writer has its turn from
    the beginning."""
    return False


def unavailable(error: sqlite3.Error, path: str) -> DatabaseUnavailable:
    """What to raise for an error of the file or the disk: where it is, and whether it
    is a file, and this user may write there at all."""
    return DatabaseUnavailable(f"{error} ({path}){describe_obstacle(path)}")


def explain(error: Exception, path: str) -> str:
    """What went wrong, and what to do, without the full stop."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    is_busy = code == sqlite3.SQLITE_BUSY
    hint = ". Another program is using it: try again when that has ended"
    return f"{error}{hint if is_busy else describe_obstacle(path)}"


def describe_obstacle(path: str) -> str:
    """That a path is no file, or that this user may not write there, and what to do, to
    go on with after a sentence; empty if that is not so. SQLite speaks of the disk."""
    if os.path.exists(path) and not os.path.isfile(path):
        # Docker makes a folder of a file that is missing.
        return f". {path} is no file. Set DATABASE to a file in it, or remove it"

    for place in (path, os.path.dirname(path)):
        if os.path.exists(place) and not os.access(place, os.W_OK):
            return (
                f". This user can't write to {place}. Run this as its owner, or make it"
                " writable"
            )

    return ""


def json_rows(columns: str) -> str:
    """SQL for all rows of a query as one value: a list of lists in JSON."""
    return f"json_group_array(json_array({columns}))"


@contextmanager
def immediate(
    connection: sqlite3.Connection, seconds: float = WRITE_WAIT
) -> Iterator[sqlite3.Connection]:
    """A write transaction: all of the block is committed, or nothing. It waits for
    others for so many seconds."""
    begin(connection, seconds)

    with ended(connection):
        yield connection


def begin(connection: sqlite3.Connection, seconds: float) -> None:
    """Begin to write, once others have ended, for whom it waits for so many seconds."""
    # A transaction that starts by reading fails at its first write, whatever the
    # timeout, when another process wrote in between.
    if seconds == WRITE_WAIT:
        connection.execute("BEGIN IMMEDIATE")
        return

    try:
        set_timeout(connection, seconds)
        connection.execute("BEGIN IMMEDIATE")
    finally:
        set_timeout(connection, WRITE_WAIT)


@contextmanager
def ended(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """A write transaction that has begun: all of the block is committed, or nothing."""
    try:
        yield connection
        connection.commit()
    except BaseException:
        connection.rollback()
        raise


def set_timeout(connection: sqlite3.Connection, seconds: float) -> None:
    """Have a connection wait for others for so many seconds."""
    connection.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}")


class Connection(sqlite3.Connection):
    """A connection of the pool: opening one reads all of the schema, which takes
    longer than most pages. To those who released it, it is closed."""

    in_use = True
    # What it has open, which must outlive it, and the commit at which its schema was
    # checked.
    generation: t.Any = None
    checked_at: object = None

    def __init__(self, *args: t.Any, **kwargs: t.Any) -> None:
        super().__init__(*args, **kwargs)
        self.cursors: WeakSet[sqlite3.Cursor] = WeakSet()

    def __del__(self) -> None:
        # Whoever forgot one has nothing to do with its files any more. One that could
        # not be opened can't be closed.
        with suppress(sqlite3.ProgrammingError):
            self.close()

    def cursor(self, *args: t.Any, **kwargs: t.Any) -> t.Any:
        """As the standard library's, but to those who released it."""
        if not self.in_use:
            raise sqlite3.ProgrammingError("Cannot operate on a closed database")

        cursor = super().cursor(*args, **kwargs)
        self.cursors.add(cursor)
        return cursor

    def execute(self, *args: t.Any) -> sqlite3.Cursor:
        """As :meth:`cursor`."""
        cursor: sqlite3.Cursor = self.cursor().execute(*args)
        return cursor

    def executemany(self, *args: t.Any) -> sqlite3.Cursor:
        """As :meth:`cursor`."""
        cursor: sqlite3.Cursor = self.cursor().executemany(*args)
        return cursor

    def executescript(self, *args: t.Any) -> sqlite3.Cursor:
        """As :meth:`cursor`."""
        cursor: sqlite3.Cursor = self.cursor().executescript(*args)
        return cursor

    def reset(self) -> bool:
        """End what the last request left open; return whether nothing is left over."""
        try:
            # A row that nobody read holds on to the database as it was then.
            for cursor in list(self.cursors):
                cursor.close()

            return not self.in_transaction
        except sqlite3.ProgrammingError:
            # The request closed it.
            return False


def open_file(
    path: str,
    mode: str,
    timeout: float = WRITE_WAIT,
    check: Callable[[], None] = lambda: None,
) -> Connection:
    """Open a database; ``mode`` as in SQLite's URIs, ``timeout`` in seconds. ``check``
    is called when it is open and nothing of it, nor of its log, has been read."""
    connection = sqlite3.connect(
        f"{Path(path).absolute().as_uri()}?mode={mode}",
        uri=True,
        timeout=timeout,
        factory=Connection,
        # Transactions are begun in words: immediate().
        isolation_level=None,
        # One thread opens it, others use it, one after the other.
        check_same_thread=False,
    )
    connection.row_factory = sqlite3.Row
    # One row that another program wrote must not break every list.
    connection.text_factory = methodcaller("decode", "utf-8", "replace")

    with closed_on_error(connection):
        check()
        connection.execute("PRAGMA foreign_keys = ON")
        # What was deleted is overwritten, which is not the default everywhere.
        connection.execute("PRAGMA secure_delete = ON")
        # A commit has reached the disk when it returns.
        connection.execute("PRAGMA synchronous = FULL")
        # Before SQLite 3.51.3, a checkpoint that does not hold the write lock can
        # lose a commit (sqlite.org/wal.html#walresetbug). Automatic ones don't
        # hold it; checkpoint() does.
        connection.execute("PRAGMA wal_autocheckpoint = 0")

    return connection


def join_log(connection: sqlite3.Connection) -> None:
    """Have a connection that was just opened open the log, too, which reading does."""
    connection.execute("SELECT 1 FROM sqlite_schema").fetchone()


def checkpoint(connection: sqlite3.Connection, seconds: float) -> bool:
    """Move all of the log into the database, so that one file is all there is to
    copy; return whether readers and writers let it within some seconds."""
    set_timeout(connection, seconds)
    row = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not row["busy"]


@contextmanager
def closed_on_error(connection: sqlite3.Connection) -> Iterator[None]:
    """Close a connection if the block raises."""
    try:
        yield
    except BaseException:
        connection.close()
        raise
