"""The files of an SQLite database: which they are, and how others get there.

No function here opens the database file or one of its logs but through SQLite: to
close any descriptor of them drops SQLite's locks (sqlite.org/howtocorrupt.html 2.2.1).
"""

import os
import re
import sqlite3
import time
import typing as t
from contextlib import closing
from contextlib import suppress
from datetime import datetime
from datetime import UTC
from pathlib import Path

from ..errors import DatabaseUnavailable
from ..errors import no_database
from .connection import Connection
from .connection import open_file

# Seconds to wait for others to let go of files that have lost their names.
OPEN_WAIT = 3

FileId = tuple[int, int]


class Files(t.NamedTuple):
    """Which files have the names of a database. One without a write-ahead log has no
    other two."""

    database: FileId | None
    wal: FileId | None
    shm: FileId | None

    @classmethod
    def of(cls, path: str) -> "Files":
        """Those that have the names now."""
        return cls(file_id(path), file_id(f"{path}-wal"), file_id(f"{path}-shm"))


def file_id(path: str) -> FileId | None:
    """Which file has a name now; ``None`` if there is none, or not for us."""
    try:
        stat = os.stat(path)
    except OSError:
        return None

    return stat.st_dev, stat.st_ino


def has_name(file: FileId | None) -> bool:
    """Whether a file that this process has open can be found under any name, as far
    as the system tells."""
    try:
        descriptors = os.listdir("/proc/self/fd")
    except OSError:
        return False

    for descriptor in descriptors:
        with suppress(OSError):
            # This follows the link, and opens nothing.
            stat = os.stat(f"/proc/self/fd/{descriptor}")

            if (stat.st_dev, stat.st_ino) == file:
                return stat.st_nlink > 0

    return False


def is_empty(path: str) -> bool:
    """Whether a file has nothing in it, or is not there."""
    try:
        return os.path.getsize(path) == 0
    except OSError:
        return True


def is_on_read_only_disk(path: str) -> bool:
    """Whether nobody can write to a file, nor put one beside it."""
    try:
        flags = os.statvfs(os.path.dirname(os.path.abspath(path))).f_flag
    except (AttributeError, OSError):  # pragma: no cover  # Windows
        return False

    return bool(flags & os.ST_RDONLY)


def open_database(path: str, timeout: float) -> Connection:
    """Open a database of which nothing may be open, and its log.

    :param timeout: seconds to wait for others, later
    :raise DatabaseNotReady: if there is no database
    :raise DatabaseUnavailable: if its log is not in order
    """
    file = wait_for_log(path)

    def check() -> None:
        # Between the two, another file may have got the name.
        if wait_for_log(path) != file:
            raise unavailable("was replaced while it was being opened", path)

    return open_file(path, "rw", timeout, check)


def wait_for_log(path: str) -> FileId:
    """Before reading a database: see to it that nobody has it open with a log that has
    lost its name, nor another one with the log that has the name. Return which file
    it is.

    :raise DatabaseNotReady: if there is no database
    :raise DatabaseUnavailable: if somebody has
    """
    until = time.monotonic() + OPEN_WAIT

    while True:
        files = Files.of(path)

        if files.database is None:
            raise no_database()
        elif not (files.wal and files.shm):
            problem = is_locked(path) and "its lock, or a log that was removed"
        else:
            problem = is_of_another(files) and "the log of another file with that name"

        if not problem:
            return files.database
        elif time.monotonic() > until:
            raise unavailable(
                f"can't be opened: a program still uses {problem}. Stop that program",
                path,
            )

        time.sleep(0.02)


def is_of_another(files: Files) -> bool:
    """Whether a log is that of a database which had the name before, and which
    somebody still has open: who has joined a log has a lock on the database as long."""
    users = find_lock_holders(files.shm)
    return bool(users) and users.isdisjoint(find_lock_holders(files.database))


def find_lock_holders(file: FileId | None) -> set[str]:
    """The processes that have locks on a file, as far as the system tells."""
    try:
        lines = Path("/proc/locks").read_text("ascii").splitlines()
    except OSError:
        return set()

    # "1: POSIX  ADVISORY  READ 4711 08:01:131 128 128"
    matches = [re.search(r" (\d+) (\w+):(\w+):(\d+) ", line) for line in lines]
    return {
        match[1]
        for match in matches
        if match
        and file == (os.makedev(int(match[2], 16), int(match[3], 16)), int(match[4]))
    }


def is_locked(path: str) -> bool:
    """Whether a connection has a database and its log open."""
    uri = f"{Path(path).absolute().as_uri()}?mode=rw"

    with closing(sqlite3.connect(uri, uri=True, timeout=0)) as connection:
        # Before anything is read: then the log is opened only if nobody else has one,
        # and the file that processes share not at all.
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")

        try:
            # Unlike a query, this reads the header only.
            connection.execute("PRAGMA user_version").fetchone()
        except sqlite3.OperationalError as e:
            if e.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise

            return True

    return False


def create_file(path: str) -> None:
    """Make an empty file that its owner alone can read, unless there is one. Before it
    has its name, nobody has it open."""
    new = f"{path}.new-{timestamp()}"
    os.close(os.open(new, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))

    try:
        # Unlike renaming, this never replaces a file.
        os.link(new, path)
        os.unlink(new)
    except OSError:
        if os.path.exists(path):
            os.unlink(new)
        else:
            # A file system without links.
            os.rename(new, path)


def back_up(source: sqlite3.Connection, path: str) -> None:
    """Write all of a database, as it is at one moment, into a new file that appears
    when it is complete."""
    partial = Path(path + ".partial")
    partial.unlink(missing_ok=True)
    os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))

    try:
        with closing(sqlite3.connect(partial)) as target:
            # SQLite syncs what it copied.
            source.backup(target)

        partial.rename(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def quarantine_wal(path: str) -> None:
    """Keep the logs of a database that was moved away from a new one under its
    name. The last posts may be in them: beside their own file, they count."""
    for suffix in ("-wal", "-journal"):
        with suppress(FileNotFoundError):
            if is_empty(path + suffix):
                os.unlink(path + suffix)
            else:
                os.rename(path + suffix, f"{path}{suffix}.{timestamp()}")

    Path(path + "-shm").unlink(missing_ok=True)


def timestamp() -> str:
    """Now, for the name of a file."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}"


def unavailable(what: str, path: str) -> DatabaseUnavailable:
    """What to raise for a file: a path, and what goes on with it."""
    return DatabaseUnavailable(f"{path} {what}")
