"""Connections to an SQLite database."""

import sqlite3
import typing as t
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from weakref import WeakSet


class Connection(sqlite3.Connection):
    """A connection that requests borrow, one after the other: opening one reads all
    of the schema, which takes longer than most pages. To those who gave it back it is
    closed."""

    is_lent = True
    # What must outlive the connection, and the version that the schema was read at.
    holds: object = None
    checked: object = None

    def __init__(self, *args: t.Any, **kwargs: t.Any) -> None:
        super().__init__(*args, **kwargs)
        self.cursors: WeakSet[sqlite3.Cursor] = WeakSet()

    def cursor(self, *args: t.Any, **kwargs: t.Any) -> t.Any:
        if not self.is_lent:
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
        """End what the borrower left open; return whether nothing is left over."""
        try:
            # A row that nobody read holds on to the database as it was then.
            for cursor in list(self.cursors):
                cursor.close()

            return not self.in_transaction
        except sqlite3.ProgrammingError:
            # The borrower closed it.
            return False


def open_file(path: str, mode: str, timeout: float = 5) -> Connection:
    """Open a database; ``mode`` as in SQLite's URIs, ``timeout`` in seconds."""
    connection = sqlite3.connect(
        f"{Path(path).absolute().as_uri()}?mode={mode}",
        uri=True,
        timeout=timeout,
        factory=Connection,
        # Transactions are begun in words: immediate().
        isolation_level=None,
        # The keeper's is opened by one thread and closed by another.
        check_same_thread=False,
    )
    connection.row_factory = sqlite3.Row
    # One row that another program wrote must not break every list.
    connection.text_factory = lambda text: text.decode("utf-8", "replace")

    with closed_on_error(connection):
        connection.execute("PRAGMA foreign_keys = ON")
        # A commit has reached the disk when it returns.
        connection.execute("PRAGMA synchronous = FULL")
        # Before SQLite 3.51.3, a checkpoint that does not hold the write lock can
        # lose a commit (sqlite.org/wal.html#walresetbug). Automatic ones don't
        # hold it; sqlite_keeper.py does.
        connection.execute("PRAGMA wal_autocheckpoint = 0")

    return connection


@contextmanager
def closed_on_error(connection: sqlite3.Connection) -> Iterator[None]:
    try:
        yield
    except BaseException:
        connection.close()
        raise
