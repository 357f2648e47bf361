"""The files that a process has open as its SQLite database.

The names of a database and of its log can be removed, or given to other files, while
processes have it open. They then go on with files that nobody else finds. So a
generation of connections knows which files it has, and is left when others have their
names, but not before what was acknowledged is in a file that has a name.

Nobody opens a database whose log has no name while somebody else has it open
(:func:`wait_for_log`). So as long as one connection of a generation is left, all who
use the file have that generation, and what is in its log can be moved.
"""

import logging
import sqlite3
import threading
from contextlib import suppress
from weakref import WeakSet

from .sqlite import check_schema
from .sqlite import use_write_ahead_log
from .sqlite_commit_counter import Counter
from .sqlite_commit_counter import open_counter
from .sqlite_connection import checkpoint
from .sqlite_connection import closed_on_error
from .sqlite_connection import Connection
from .sqlite_connection import open_file
from .sqlite_files import copy_database
from .sqlite_files import file_id
from .sqlite_files import Files
from .sqlite_files import folder_lock
from .sqlite_files import has_name
from .sqlite_files import is_empty
from .sqlite_files import set_logs_aside
from .sqlite_files import timestamp
from .sqlite_files import unavailable
from .sqlite_files import wait_for_log

logger = logging.getLogger(__name__)

# Seconds for which a checkpoint waits for readers and writers: now and then, and
# when what is in the log would be lost otherwise.
CHECKPOINT_WAIT = 0.1
RESCUE_WAIT = 5

VERSION = (
    "SELECT user_version, (SELECT version FROM public_version) AS public"
    " FROM pragma_user_version"
)


class Generation:
    """Connections that have the same files open.

    ``watcher`` only reads, and is the last to be closed: closing a writable one could
    delete the log of others under its name. ``log`` moves the log into the database.
    Without ``watcher``, each request's close would be the last, which deletes the log:
    writes took three times as long.
    """

    def __init__(self, path: str, log: Connection, watcher: Connection) -> None:
        self.path = path
        self.log = log
        self.watcher = watcher
        self.files = Files.of(path)
        self.idle: list[Connection] = []
        self.connections: WeakSet[Connection] = WeakSet()
        self.counter: Counter | None = None
        self.lock = threading.Lock()
        # What tells its versions from those of others, without keeping it.
        self.identity = object()
        self.seen: tuple[object, tuple[object, ...] | None] = (None, None)

        if self.files.shm:
            self.counter = open_counter(path, watcher)

    def __del__(self) -> None:
        # With the last connection, or with the last thread that reads the counter.
        self.watcher.close()

    @classmethod
    def open(cls, path: str) -> "Generation":
        """
        :raise DatabaseNotReady: if the database is missing, older or newer
        :raise DatabaseUnavailable: if somebody goes on with files without a name
        """
        wait_for_log(path)
        before = file_id(path)
        log = open_file(path, "rw", CHECKPOINT_WAIT)

        with closed_on_error(log):
            check_schema(log)

            # A copy made with VACUUM INTO has no log, and init-db may have found a
            # writer in its way.
            with suppress(sqlite3.Error):
                use_write_ahead_log(log, tries=1)

            watcher = open_file(path, "ro")

            with closed_on_error(watcher):
                # Reading is what joins the log.
                watcher.execute("SELECT 1 FROM sqlite_schema").fetchone()
                generation = cls(path, log, watcher)

                if before != generation.files.database:
                    raise unavailable("was replaced while it was opened", path)

        return generation

    def add(self, connection: Connection) -> None:
        connection.generation = self
        self.connections.add(connection)

    def is_current(self) -> bool:
        """Whether its files still have their names."""
        return Files.of(self.path) == self.files

    def require_current(self) -> None:
        """
        :raise DatabaseUnavailable: if other files have the names
        """
        if not self.is_current():
            raise unavailable("was replaced or removed", self.path)

    def read_counter(self) -> object:
        """What each commit changes; ``None`` if there is no telling."""
        return self.counter and self.counter.read()

    def version(self) -> tuple[object, ...] | None:
        """What changes when something changes that the public sees, or the schema;
        ``None`` if there is no telling. One query after each commit."""
        counter = self.read_counter()
        at, version = self.seen

        if counter is None:
            return None
        elif counter == at:
            return version

        with self.lock:
            # Before the query, so that it is never newer than what the query finds.
            counter = self.read_counter()

            if counter != self.seen[0]:
                self.seen = counter, self.read_version()

            return self.seen[1]

    def read_version(self) -> tuple[object, ...] | None:
        # An older schema has none; and a file or a disk may be broken.
        with suppress(sqlite3.Error):
            row = self.watcher.execute(VERSION).fetchone()
            return self.identity, row["user_version"], row["public"]

        return None

    def checkpoint(self, seconds: float = CHECKPOINT_WAIT) -> bool:
        """Shorten the log; return whether nothing is left in it."""
        with self.lock:
            return checkpoint(self.log, seconds)

    def has_lost_log(self) -> bool:
        """Whether its log alone has lost its name, and nobody has begun another."""
        now = Files.of(self.path)
        return (
            now.database == self.files.database
            and now.shm in (None, self.files.shm)
            and (now.wal in (None, self.files.wal) or is_empty(f"{self.path}-wal"))
        )

    def has_got_log(self) -> bool:
        """Whether it opened the database without a log, and somebody gave it one."""
        return self.files.wal is None and self.files.database == file_id(self.path)

    def confirm(self, connection: Connection) -> None:
        """After a commit: see to it that it is in the database that has the name.

        :raise DatabaseUnavailable: if it is not
        """
        if self.is_current() or self.has_got_log():
            return

        if not (self.has_lost_log() and checkpoint(connection, RESCUE_WAIT)):
            raise unavailable("was replaced while something was saved", self.path)

        logger.warning("%s-wal was removed while something was saved.", self.path)

    def leave(self) -> None:
        """Close it, after its files have lost their names. What was committed is moved
        into the database or, if that has no name, into a copy.

        :raise DatabaseUnavailable: if that can't be done now; nothing is closed then
        """
        if self.has_got_log():
            pass
        elif self.has_lost_log():
            if not self.checkpoint(RESCUE_WAIT):
                raise unavailable("has lost the name of its log", self.path)

            self.log_left(
                "-wal or -shm was removed", "has been moved into the database"
            )
        elif self.files.database == file_id(self.path):
            # Moving this log, too, would mix the two.
            self.log_left("-wal was replaced", f"is in {self.copy()}")
        else:
            self.leave_database()

        self.close_idle()
        self.log.close()

    def leave_database(self) -> None:
        # Whoever gave the file another name has all of it.
        is_whole = self.checkpoint(RESCUE_WAIT)

        if is_whole and has_name(self.files.database):
            kept = "the file that had the name"
        else:
            kept = self.copy()

        self.log_left(" was replaced or removed", f"is in {kept}")

        with folder_lock(self.path):
            # The log of the database that was here must not be taken for that of the
            # one that is. Held open, a file's number is no other file's.
            now = Files.of(self.path)

            if now.database and now.shm and now.shm == self.files.shm:
                set_logs_aside(self.path)

    def copy(self) -> str:
        """Keep the database as it is for this generation; return the path of it."""
        path = f"{self.path}.rescued-{timestamp()}"

        try:
            copy_database(self.watcher, path)
        except (OSError, sqlite3.Error) as e:
            raise unavailable(f"was replaced, and can't be copied: {e}", path) from e

        return path

    def log_left(self, what: str, kept: str) -> None:
        logger.warning(
            "%s%s while it was in use. All that was saved %s.", self.path, what, kept
        )

    def close_idle(self) -> None:
        """Close the connections that nobody uses."""
        while self.idle:
            self.idle.pop().close()

    def finish(self) -> None:
        """Close it, and leave one file unless somebody else has it open."""
        self.close_idle()

        with self.lock:
            checkpoint(self.log, CHECKPOINT_WAIT)
            self.watcher.close()
            self.log.close()
