"""Making a backup of the running blog."""

import time
import typing as t
from pathlib import Path

from flask import current_app

from .. import db
from ..copy_db.copying import copy as copy_rows
from ..copy_db.database import Database
from ..copy_db.progress import show
from ..copy_db.rows import Notes
from ..copy_db.updating import update
from .files import describe_size
from .files import publish
from .files import require_room
from .files import work_folder
from .proving import FILE
from .proving import prove

# The backup, and the copy of it on which the blog is opened.
COPIES = 2

# What is counted for the log, by the table: what one is called, and what more are.
COUNTED = {
    "post": ("post", "posts"),
    "comment": ("comment", "comments"),
    "user": ("person", "people"),
    "image": ("image", "images"),
}


def back_up(path: Path) -> str:
    """Make a proven backup of the blog, which appears under its name when it is one;
    return what it has, for a log.

    :raise NotProven: if the copy is none
    :raise OSError: if there is no room, say, or a file of this name
    """
    began = time.monotonic()

    with work_folder(path.parent) as work:
        partial = work / "backup.sqlite"
        should, orphans = make(partial, work / "opened.sqlite")
        publish(partial, path)

    return describe(path, should, orphans, time.monotonic() - began)


def make(partial: Path, scratch: Path) -> tuple[t.Any, int]:
    """Make a proven copy; return what it has, and how many rows refer to missing
    ones."""
    require_room(partial.parent.parent, COPIES * find_size())
    should = write_copy(partial)
    return should, prove(partial, should, scratch)


def find_size() -> int:
    """About how many bytes a copy of the blog takes."""
    engine = db.get_engine()
    # A file may have an older schema.
    connection = None if engine is FILE else db.get_db()
    sizes = engine.find_sizes(connection, current_app.config["DATABASE"])
    db.close_db()
    return int(sum(sizes.values()))


def write_copy(partial: Path) -> t.Any:
    """Write all of the blog, as it is at one moment, into a new file of SQLite's;
    return what it should have."""
    address = current_app.config["DATABASE"]

    if db.get_engine() is FILE:
        return FILE.backups.write_copy(address, str(partial), show("Copying"))

    # One file that needs no server to be proven, and no tool of the server's version:
    # read in one transaction of PostgreSQL's, and compared row by row.
    copy_rows(Database(address, "DATABASE"), Database(str(partial), "FILE"), Notes())
    return FILE.backups.finish(str(partial))


def update_copy(partial: Path) -> tuple[t.Any, bool]:
    """Have an older copy be what the blog is now, with as many of its pages as they
    were as can be; return what it should have, and whether it was that already.

    :raise Differs: if it is not
    :raise click.ClickException: if it has another schema, say
    """
    address = current_app.config["DATABASE"]
    source, target = Database(address, "DATABASE"), Database(str(partial), "FILE")
    is_changed = update(source, target, Notes())
    return FILE.backups.finish(str(partial)), not is_changed


def describe(path: Path, should: t.Any, orphans: int, seconds: float) -> str:
    """What was done, in a line."""
    numbers = {table: should.rows.get(table, 0) for table in COUNTED}
    counts = ", ".join(
        f"{number:,} {COUNTED[table][number != 1]}" for table, number in numbers.items()
    )
    missing = f" {orphans:,} rows refer to missing ones." if orphans else ""
    return (
        f"Backed up {counts} to {path} ({describe_size(path.stat().st_size)} in"
        f" {seconds:.1f} s): each page, row count and index is in order, and the blog"
        f" opens on it.{missing}"
    )
