"""What a process does for an SQLite database beside its requests."""

import os
import sqlite3
import threading
import time
from contextlib import closing
from contextlib import suppress

from .errors import DatabaseNotReady
from .sqlite import check_schema
from .sqlite import folder_lock
from .sqlite import no_database
from .sqlite import set_logs_aside
from .sqlite import use_write_ahead_log
from .sqlite_connection import closed_on_error
from .sqlite_connection import Connection
from .sqlite_connection import open_file
from .sqlite_wal_index import WalIndex

# Seconds from a commit to moving the write-ahead log into the database.
CHECKPOINT_AFTER = 1.0

# Seconds in which pages are answered without asking whether the file is still there.
CHECK_FILE_EVERY = 1.0


def identity(path: str) -> tuple[int, int] | None:
    """Which file has a name now; ``None`` if there is none."""
    try:
        stat = os.stat(path)
    except OSError:
        # Not there, or not for us.
        return None

    return stat.st_dev, stat.st_ino


class Keeper:
    """Keeps the database open for a process, and its log short.

    Without it, each request's close would be the last, which moves the log into
    the database and deletes it: writes took three times as long. It is read-only
    because closing a writable connection can delete the log of another file that
    was put under its name.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.lock = threading.RLock()
        self.connection: sqlite3.Connection | None = None
        self.file: tuple[int, int] | None = None
        self.shared_memory: tuple[int, int] | None = None
        self.wal_index: WalIndex | None = None
        self.check_file_at = 0.0
        self.idle: list[Connection] = []
        self.timer: threading.Timer | None = None

    def borrow(self) -> Connection:
        """A connection for a request.

        :raise DatabaseNotReady: if the database is missing, older or newer
        """
        file = self.check_replaced()

        try:
            connection = self.idle.pop()
            connection.is_lent = True
        except IndexError:
            connection = open_file(self.path, "rw")

        with closed_on_error(connection):
            version = self.wal_index and self.wal_index.version()

            if version is None or connection.checked != version:
                # Opened just now, or the schema may have changed.
                check_schema(connection)
                self.hold_open()
                connection.checked = version

            # Not that of a file which took the place of the one that was opened.
            if connection.holds is None and file == self.file:
                connection.holds = self.wal_index

        return connection

    def give_back(self, connection: Connection) -> None:
        """Keep a connection for the next request, if it is fit for one."""
        with self.lock:
            if (
                connection.reset()
                and self.wal_index
                and connection.holds is self.wal_index
            ):
                connection.is_lent = False
                self.idle.append(connection)
            else:
                connection.close()

    def check_replaced(self) -> tuple[int, int]:
        """Before opening the database: is it still the one that is kept? Return which
        file it is."""
        file = identity(self.path)

        if file is None:
            self.release()
            raise no_database()
        elif self.file in (None, file):
            return file

        with self.lock, folder_lock(self.path):
            # The log of the database that was here must not be taken for that of
            # the one that is. Held open, a file's number is no other file's.
            if self.file and self.shared_memory == identity(self.path + "-shm"):
                set_logs_aside(self.path)

            self.release()

        return file

    def hold_open(self) -> None:
        """After opening it: hold the database open."""
        with self.lock:
            if self.connection is None:
                # A copy made with VACUUM INTO has no log, and init-db may have found
                # a writer in its way.
                with (
                    suppress(sqlite3.Error),
                    closing(open_file(self.path, "rw", 0)) as writable,
                ):
                    use_write_ahead_log(writable, tries=1)

                connection = open_file(self.path, "ro")

                with closed_on_error(connection):
                    # Reading is what joins the log.
                    connection.execute("SELECT 1 FROM sqlite_schema").fetchone()

                self.connection = connection
                self.file = identity(self.path)
                self.shared_memory = identity(self.path + "-shm")
                self.wal_index = WalIndex.of(self.path)
                # A server that was killed may have left a long log.
                self.committed()

    def release(self) -> None:
        """Let the database go."""
        with self.lock:
            # The one that can only read must be the last.
            while self.idle:
                self.idle.pop().close()

            if self.connection is not None:
                self.connection.close()

            self.connection = self.file = self.wal_index = None

    def version(self) -> object:
        """A value that changes with every commit of any process; ``None`` if there is
        no telling. Takes no system call, but one a second for the file's name."""
        if self.wal_index is None:
            with suppress(DatabaseNotReady, sqlite3.Error):
                self.give_back(self.borrow())

        wal_index = self.wal_index
        now = time.monotonic()

        if wal_index is not None and now >= self.check_file_at:
            if self.file != identity(self.path):
                return None

            self.check_file_at = now + CHECK_FILE_EVERY

        return wal_index and wal_index.version()

    def committed(self) -> None:
        """Soon after a commit, and no more often, shorten the log."""
        if self.timer is None:
            self.timer = threading.Timer(CHECKPOINT_AFTER, self.checkpoint)
            self.timer.daemon = True
            self.timer.start()

    def checkpoint(self) -> None:
        """Move the log into the database, so that one file is all there is to copy.
        Waits for readers and writers 0.1 s, and tries again later."""
        self.timer = None

        if self.file is not None and self.file == identity(self.path):
            if truncate_log(self.path):
                self.committed()

    def finish(self) -> None:
        """Leave one file, unless another process has it open."""
        if self.timer is not None:
            self.timer.cancel()

        if self.file is not None and self.file == identity(self.path):
            self.release()
            truncate_log(self.path)

        self.release()


def truncate_log(path: str) -> bool:
    """Move the log into the database; return whether something was in the way."""
    # What was committed is on the disk, whatever happens here.
    with suppress(sqlite3.Error), closing(open_file(path, "rw", 0.1)) as connection:
        row = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return bool(row["busy"])

    return True
