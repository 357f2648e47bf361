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
import os
import random
import sqlite3
import threading
from contextlib import closing
from contextlib import suppress
from time import sleep
from weakref import WeakSet

from ..errors import DatabaseUnavailable
from ..errors import no_database
from .commit_counter import Counter
from .commit_counter import open_counter
from .connection import checkpoint
from .connection import closed_on_error
from .connection import Connection
from .connection import IMMUTABLE
from .connection import join_log
from .connection import open_file
from .files import file_id
from .files import Files
from .files import is_empty
from .files import is_on_read_only_disk
from .files import open_database
from .files import OPEN_WAIT
from .files import unavailable
from .schema import check_schema
from .schema import use_write_ahead_log

logger = logging.getLogger(__name__)

# Seconds for which a checkpoint waits for readers and writers: now and then, and
# when what is in the log would be lost otherwise.
CHECKPOINT_WAIT = 0.1
RESCUE_WAIT = 5

# Seconds, at most, after each of which a process that ends looks again whether it was
# the last: of two that end at once, each sees the other.
LAST_LOOKS = [0.02, 0.05, 0.1]

# Of a database: its schema, and its public version.
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

    :param name: the path that is configured, which may be a link
    """

    def __init__(self, name: str, log: Connection, watcher: Connection) -> None:
        self.name = name
        # SQLite puts the log beside the file to which a link leads.
        self.path = os.path.realpath(name)
        self.log = log
        self.watcher = watcher
        self.files = self.find_files()
        self.idle: list[Connection] = []
        self.connections: WeakSet[Connection] = WeakSet()
        self.counter: Counter | None = None
        # As in SQLite's URIs, of further connections.
        self.mode = "rw"
        self.lock = threading.Lock()
        # What tells its versions from those of others, without keeping it.
        self.identity = object()
        self.seen: tuple[object, tuple[object, ...] | None] = (None, None)

        if self.files.shm:
            self.counter = open_counter(self.path, watcher)

    def __del__(self) -> None:
        # With the last connection, or with the last thread that reads the counter.
        self.watcher.close()

    @classmethod
    def open(cls, name: str) -> "Generation":
        """Open the files that have the names now.

        :raise DatabaseNotReady: if the database is missing, older or newer
        :raise DatabaseUnavailable: if its files are not in order
        """
        path = os.path.realpath(name)

        if is_on_read_only_disk(path) and is_empty(f"{path}-wal"):
            return cls.open_immutable(name, path)

        log = open_database(path, OPEN_WAIT)

        with closed_on_error(log):
            check_schema(log)

            # A copy made with VACUUM INTO has no log, and init-db may have found a
            # writer in its way.
            with suppress(sqlite3.Error):
                use_write_ahead_log(log, tries=1)

            has_log = log.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
            join_log(log)
            before = Files.of(path)
            watcher = open_file(path, "ro")

            with closed_on_error(watcher):
                join_log(watcher)
                generation = cls(name, log, watcher)

                if before != generation.files or has_log and None in before:
                    raise unavailable("was replaced while it was being opened", path)

        return generation

    @classmethod
    def open_immutable(cls, name: str, path: str) -> "Generation":
        """Open a database on a disk that nobody can write to, for readers. Without a
        log beside it, it is whole."""
        if file_id(path) is None:
            raise no_database()

        log = open_file(path, IMMUTABLE)

        with closed_on_error(log):
            check_schema(log)
            generation = cls(name, log, open_file(path, IMMUTABLE))

        generation.mode = IMMUTABLE
        return generation

    def add(self, connection: Connection) -> None:
        """Count a connection, which keeps this open, among those that do."""
        connection.generation = self
        self.connections.add(connection)

    def find_files(self) -> Files:
        """Which files have the names now."""
        return Files(
            file_id(self.name),
            file_id(f"{self.path}-wal"),
            file_id(f"{self.path}-shm"),
        )

    def is_current(self) -> bool:
        """Whether its files still have their names, and nobody can write to them if
        nobody could."""
        is_still_so = self.mode != IMMUTABLE or is_on_read_only_disk(self.path)
        return is_still_so and self.find_files() == self.files

    def require_current(self) -> None:
        """Do nothing while its files have their names.

        :raise DatabaseUnavailable: if other files have them
        """
        if not self.is_current():
            raise unavailable("was replaced or removed", self.name)

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
        """As :meth:`version`, by a query."""
        # An older schema has none; and a file or a disk may be broken.
        with suppress(sqlite3.Error):
            row = self.watcher.execute(VERSION).fetchone()

            if row["public"] is not None:
                return self.identity, row["user_version"], row["public"]

        return None

    def checkpoint(self, seconds: float = CHECKPOINT_WAIT) -> bool:
        """Shorten the log; return whether nothing is left in it.

        :raise sqlite3.Error: if the disk does not let us
        """
        with self.lock:
            return checkpoint(self.log, seconds)

    def has_lost_log(self) -> bool:
        """Whether its log alone has lost its name, and nobody has begun another."""
        now = self.find_files()
        return (
            now.database == self.files.database
            and now.shm in (None, self.files.shm)
            and (now.wal in (None, self.files.wal) or is_empty(f"{self.path}-wal"))
        )

    def was_given_log(self) -> bool:
        """Whether it opened the database without a log, and somebody began one."""
        return self.files.wal is None and self.files.database == file_id(self.name)

    def confirm(self, connection: Connection) -> None:
        """After a commit: see to it that it is in the database that has the name.

        :raise DatabaseUnavailable: if it is not
        """
        if self.is_current() or self.was_given_log():
            return

        if not (self.has_lost_log() and checkpoint(connection, RESCUE_WAIT)):
            raise unavailable("was replaced during a save", self.name)

        logger.warning("%s-wal was removed during a save. Nothing was lost.", self.path)

    def move_log(self) -> bool:
        """Move all of the log into the database; return whether the disk let us.

        :raise DatabaseUnavailable: if readers or writers are in the way
        """
        try:
            if self.checkpoint(RESCUE_WAIT):
                return True
        except sqlite3.Error as e:
            logger.error("%s: %s.", self.path, e)
            return False

        raise unavailable("has a removed log that is still being read", self.path)

    def close_idle(self) -> None:
        """Close the connections that nobody uses."""
        # Another thread may take the last one.
        with suppress(IndexError):
            while True:
                self.idle.pop().close()

    def close(self) -> None:
        """Close all but what is in use, and with the last of that the rest."""
        self.close_idle()

        with self.lock:
            self.log.close()

    def finish(self) -> None:
        """Close it, and leave one file unless somebody else has it open."""
        self.close_idle()

        with suppress(sqlite3.Error):
            self.checkpoint()

        # The writable one last: it is what takes the log away.
        with self.lock:
            self.watcher.close()
            self.log.close()

        for seconds in LAST_LOOKS:
            if self.mode == IMMUTABLE or not (self.files.wal and self.is_current()):
                break

            sleep(random.uniform(0, seconds))

            with (
                suppress(DatabaseUnavailable, sqlite3.Error),
                closing(
                    open_file(self.path, "rw", timeout=0, check=self.require_current)
                ) as last,
            ):
                join_log(last)
