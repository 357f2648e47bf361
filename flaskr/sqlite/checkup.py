"""What only SQLite can say of a database's health; ``check`` asks an engine for these.

All is read from one snapshot, and nothing is written: no log is begun, moved or
removed that was there before.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager
from contextlib import closing
from contextlib import contextmanager
from contextlib import nullcontext
from contextlib import suppress

from ..errors import DatabaseNotReady
from ..errors import DatabaseUnavailable
from ..errors import lazy_gettext
from ..findings import broken
from ..findings import Finding
from ..findings import ok
from ..findings import warning
from ..findings import wrong
from . import misfits
from .connection import Connection
from .connection import IMMUTABLE
from .connection import open_file
from .copying import find_columns
from .copying import find_tables
from .files import back_up
from .files import Files
from .files import is_empty
from .files import is_of_another
from .files import is_on_read_only_disk
from .files import timestamp
from .schema import check_schema as check_schema
from .schema_check import can_make as can_make
from .schema_check import find_missing_columns as find_missing_columns
from .schema_check import find_schema_changes as find_schema_changes
from .schema_check import find_strange as find_strange
from .schema_check import repair_schema as repair_schema

# Seconds to wait for others who have locked the file.
TIMEOUT = 5

# Since which versions a checkpoint can't lose a commit:
# sqlite.org/wal.html#walresetbug.
FIXED = (3, 51, 3)
FIXED_LINES = ((3, 50, 7), (3, 44, 6))

# What integrity_check says of an index only, which REINDEX makes anew.
OF_INDEX = ("missing from index", "wrong # of entries in index", "non-unique entry")

RESTORE = (
    "Stop the server, keep the file and its -wal, and restore a backup; or save what"
    " can be read: sqlite3 OLD .recover | sqlite3 NEW"
)

# What to do when the file can't be read, by SQLite's error codes.
DENIED = "Run this as the user who owns the file and its folder, or make them readable."
DISK = "Look at the disk: df -h, dmesg. Then run this again."
ADVICE = {
    sqlite3.SQLITE_BUSY: "Stop the program that has locked the file: fuser -v FILE",
    sqlite3.SQLITE_LOCKED: "Stop the program that has locked the file: fuser -v FILE",
    sqlite3.SQLITE_PERM: DENIED,
    sqlite3.SQLITE_READONLY: DENIED,
    sqlite3.SQLITE_CANTOPEN: DENIED,
    sqlite3.SQLITE_IOERR: DISK,
    sqlite3.SQLITE_FULL: DISK,
}

# Problems that are named.
MAX_PROBLEMS = 5

# SQL for whether a text may show images.
SHOWS_IMAGE = "instr({0}, '/image/') > 0"

# SQL for whether a time is none, and for a text that is not what it should be.
IS_NO_TIME = (
    "typeof({0}) <> 'text' OR datetime({0}) IS NULL"
    # "now" is a time to SQLite, too, and so are numbers.
    " OR {0} NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9]*'"
)
IS_NO_NAME = "typeof({0}) <> 'text' OR instr({0}, char(0)) > 0 OR trim({0}) = ''"


@contextmanager
def open_snapshot(path: str) -> Iterator[Connection]:
    """A database as it is at one moment, whatever its schema is.

    :raise DatabaseNotReady: if it is missing or empty
    :raise DatabaseUnavailable: if its files are not in order
    """
    path = os.path.realpath(path)

    if os.path.isdir(path):
        raise DatabaseUnavailable(f"{path} is a folder, not a file")

    try:
        size = os.stat(path).st_size
    except FileNotFoundError:
        size = 0
    except OSError as e:
        raise DatabaseUnavailable(f"{path} can't be read: {e.strerror}") from e

    if size == 0:
        raise DatabaseNotReady(
            lazy_gettext("There is no database yet."), "flask --app flaskr init-db"
        )

    problem = find_problem(Files.of(path))

    if problem:
        raise DatabaseUnavailable(f"{path} can't be read: {problem}")

    had_log = os.path.exists(f"{path}-wal")

    try:
        with closing(open_unchanged(path)) as connection:
            connection.execute("BEGIN")
            connection.execute("SELECT 1 FROM sqlite_schema").fetchone()
            yield connection
    finally:
        if not had_log:
            remove_log(path)


def find_problem(files: Files) -> str:
    """Why a database can't be read together with the log that has its name, if so."""
    if files.wal and files.shm and is_of_another(files):
        return "a program still uses the log of another file with that name. Stop it"

    return ""


def open_unchanged(path: str) -> Connection:
    """Open a database to read it: a connection that can't write moves no log into it,
    whose ever that is."""
    is_denied = not os.access(os.path.dirname(path), os.W_OK)

    if is_empty(f"{path}-wal") and (is_on_read_only_disk(path) or is_denied):
        return open_file(path, IMMUTABLE)

    return open_file(path, "ro", TIMEOUT)


def remove_log(path: str) -> None:
    """Remove the empty log that reading began, unless somebody uses it by now."""
    if os.path.exists(f"{path}-wal") and is_empty(f"{path}-wal"):
        with suppress(sqlite3.Error), closing(open_file(path, "rw", 0)) as connection:
            connection.execute("SELECT 1 FROM sqlite_schema").fetchone()


def find_version() -> Finding:
    """Whether this SQLite has a known bug that matters here."""
    found = sqlite3.sqlite_version_info
    is_fixed = found >= FIXED or any(
        found[:2] == line[:2] and found >= line for line in FIXED_LINES
    )

    if is_fixed:
        return ok(f"SQLite {sqlite3.sqlite_version}.")

    return warning(
        f"SQLite {sqlite3.sqlite_version} has the WAL-reset bug: other programs that"
        " write to the file while the blog runs can lose a commit. Flaskr itself works"
        " around it.",
        "Use SQLite 3.51.3, 3.50.7 or 3.44.6 when your system or Python has it. Until"
        " then, stop the server before you write to the file with another program.",
    )


def attempt(db: Connection) -> AbstractContextManager[None]:
    """Let a statement fail, and the next one not."""
    return nullcontext()


def check_structure(db: Connection) -> Iterator[Finding]:
    """Whether pages and indexes are whole."""
    rows = db.execute(f"PRAGMA integrity_check({MAX_PROBLEMS})").fetchall()
    problems = [str(row[0]) for row in rows]

    if problems == ["ok"]:
        yield ok("integrity_check found nothing.")
        return

    found = f"integrity_check: {'; '.join(problems)}."

    is_of_index = all(any(part in text for part in OF_INDEX) for text in problems)
    yield broken(found) if is_of_index else wrong(found, RESTORE)


def repair_structure(db: Connection) -> None:
    """Make all indexes anew, in the transaction of the caller."""
    db.execute("REINDEX")


def find_dangling(db: Connection) -> list[tuple[str, str, str]]:
    """Rows that refer to missing ones: their table, a sentence, and the SQL that does
    what deleting that to which they refer would have done."""
    found = find_columns(db)
    return [
        (table, misfit.what, misfit.sql)
        for table, columns in find_tables().items()
        if table in found
        for misfit in misfits.find_dangling(db, table, columns)
    ]


def find_bad_kinds(db: Connection) -> list[tuple[str, str]]:
    """Values of another kind than their column: a sentence, and the SQL that mends
    them."""
    found = find_columns(db)
    return [
        (misfit.what, misfit.sql)
        for table, columns in find_tables().items()
        if table in found
        for misfit in misfits.find_other_kinds(db, table, columns)
    ]


def check_server(db: Connection) -> Iterator[Finding]:
    """What a server has, and a file has not."""
    mode = db.execute("PRAGMA journal_mode").fetchone()[0]
    encoding = db.execute("PRAGMA encoding").fetchone()[0]
    yield find_version()
    yield ok(f"Journal {mode}, encoding {encoding}.")


def find_bad_texts(db: Connection, table: str, column: str) -> list[int]:
    """The rows of a table with a text that is no UTF-8, by their ids."""
    db.create_function("is_utf8", 1, is_utf8, deterministic=True)
    rows = db.execute(
        f'SELECT rowid AS id FROM "{table}" WHERE typeof("{column}") = \'text\''
        f' AND NOT is_utf8(CAST("{column}" AS BLOB))'
    )
    return [row["id"] for row in rows]


def is_utf8(stored: bytes) -> bool:
    """Whether bytes are UTF-8."""
    try:
        stored.decode()
    except UnicodeDecodeError:
        return False

    return True


def measure(path: str) -> int | None:
    """The bytes of a database and its log on a disk of this machine."""
    return sum(
        os.path.getsize(path + suffix)
        for suffix in ("", "-wal")
        if os.path.isfile(path + suffix)
    )


def advise(error: Exception) -> str:
    """What to do when the file can't be read."""
    return ADVICE.get(getattr(error, "sqlite_errorcode", 0) & 0xFF, RESTORE)


def unblock(path: str) -> None:
    """Nothing: of two rows that say the public version, the first one counts."""


def keep_copy(path: str) -> str:
    """Copy a database beside itself, before rows are removed; return where."""
    path = os.path.realpath(path)
    copy = f"{path}.before-repair-{timestamp()}"

    with closing(open_file(path, "ro")) as source:
        back_up(source, copy)

    return copy
