"""Connections to an SQLite database."""

import sqlite3
import typing as t
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import contextmanager
from contextlib import suppress
from pathlib import Path
from weakref import WeakSet

if t.TYPE_CHECKING:
    from .sqlite_generation import Generation


class Connection(sqlite3.Connection):
    """A connection of the pool: opening one reads all of the schema, which takes
    longer than most pages. To those who released it, it is closed."""

    in_use = True
    # What it has open, which must outlive it, and the commit at which its schema was
    # checked.
    generation: "Generation"
    checked_at: object = None

    def __init__(self, *args: t.Any, **kwargs: t.Any) -> None:
        super().__init__(*args, **kwargs)
        self.cursors: WeakSet[sqlite3.Cursor] = WeakSet()

    def cursor(self, *args: t.Any, **kwargs: t.Any) -> t.Any:
        if not self.in_use:
            raise sqlite3.ProgrammingError("Cannot operate on a closed database")

        cursor = super().cursor(*args, **kwargs)
        self.cursors.add(cursor)
        return cursor

    def execute(self, *args: t.Any) -> sqlite3.Cursor:
        cursor: sqlite3.Cursor = self.cursor().execute(*args)
        return cursor

    def executemany(self, *args: t.Any) -> sqlite3.Cursor:
        cursor: sqlite3.Cursor = self.cursor().executemany(*args)
        return cursor

    def executescript(self, *args: t.Any) -> sqlite3.Cursor:
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
    timeout: float = 5,
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
    connection.text_factory = lambda text: text.decode("utf-8", "replace")

    with closed_on_error(connection):
        check()
        connection.execute("PRAGMA foreign_keys = ON")
        # A commit has reached the disk when it returns.
        connection.execute("PRAGMA synchronous = FULL")
        # Before SQLite 3.51.3, a checkpoint that does not hold the write lock can
        # lose a commit (sqlite.org/wal.html#walresetbug). Automatic ones don't
        # hold it; checkpoint() does.
        connection.execute("PRAGMA wal_autocheckpoint = 0")

    return connection


def checkpoint(connection: sqlite3.Connection, seconds: float) -> bool:
    """Move all of the log into the database, so that one file is all there is to
    copy; return whether readers and writers let it within some seconds."""
    with suppress(sqlite3.Error):
        connection.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}")
        row = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not row["busy"]

    return False


@contextmanager
def closed_on_error(connection: sqlite3.Connection) -> Iterator[None]:
    try:
        yield
    except BaseException:
        connection.close()
        raise
