"""What a process does for an SQLite database beside its requests."""

import os
import sqlite3
import threading
from contextlib import closing
from contextlib import suppress

from .sqlite import closed_on_error
from .sqlite import folder_lock
from .sqlite import no_database
from .sqlite import open_file
from .sqlite import set_logs_aside
from .sqlite import use_write_ahead_log

# Seconds from a commit to moving the write-ahead log into the database.
CHECKPOINT_AFTER = 1.0


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
        self.timer: threading.Timer | None = None

    def check_replaced(self) -> None:
        """Before opening the database: is it still the one that is kept?"""
        file = identity(self.path)

        if file is None:
            self.release()
            raise no_database()
        elif self.file in (None, file):
            return

        with self.lock, folder_lock(self.path):
            # The log of the database that was here must not be taken for that of
            # the one that is. Held open, a file's number is no other file's.
            if self.file and self.shared_memory == identity(self.path + "-shm"):
                set_logs_aside(self.path)

            self.release()

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
                # A server that was killed may have left a long log.
                self.committed()

    def release(self) -> None:
        """Let the database go."""
        with self.lock:
            if self.connection is not None:
                self.connection.close()

            self.connection = self.file = None

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
