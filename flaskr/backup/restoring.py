"""Having the blog be what a backup is, while it runs."""

import stat
import typing as t
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from datetime import UTC
from pathlib import Path

import click
from flask import current_app

from .. import db
from ..copy_db.copying import replace
from ..copy_db.database import Database
from ..copy_db.progress import say
from ..copy_db.progress import show
from ..copy_db.rows import Notes
from ..data import backups
from ..errors import DatabaseNotReady
from .failures import is_part_of_blog
from .failures import told
from .files import publish
from .files import require_room
from .files import work_folder
from .making import find_size
from .making import write_copy
from .proving import bring_up_to_date
from .proving import check_opens
from .proving import check_order
from .proving import FILE
from .proving import NotProven

# The copy, another on which the blog is opened, and the log of what is written.
COPIES = 3


class Restored(t.NamedTuple):
    """Where the blog is as it was before, if there was one, and whether the backup had
    an older schema."""

    kept: Path | None
    was_older: bool


def restore(path: Path, confirm: Callable[[str], object]) -> Restored:
    """Have the blog be what a backup is. Until all of it is known to be in order,
    nothing is changed; then it is one transaction, and what others write waits for it.

    :param confirm: called, if there is a blog, with what would be lost, a sentence; it
        raises if that is not wanted
    :raise NotProven: if the backup is none
    :raise OSError: if it can't be read, or there is no room
    """
    require_other(path)
    folder = find_folder()
    size = find_length(path)
    has_blog = exists()
    require_room(folder, COPIES * size + (find_size() if has_blog else 0))

    with work_folder(folder, path) as work:
        copy = work / "copy.sqlite"

        with told_of(path):
            should = read_backup(path, copy)
            prepare(copy)

        if has_blog:
            confirm(describe_lost(copy))

        kept = find_name(folder) if has_blog else None
        write(copy, lambda: keep(work / "before.sqlite", kept))

    return Restored(kept, should.version < FILE.LATEST)


@contextmanager
def told_of(path: Path) -> Iterator[None]:
    """Have what is wrong with a copy be said of the backup.

    :raise NotProven: if something is
    """
    try:
        yield
    except DatabaseNotReady as e:
        # What follows advises who has such a database in the settings.
        what, _, _ = str(e.description).partition(". ")
        raise NotProven(f"{path} is no backup: {what.removesuffix('.')}") from e
    except db.Error as e:
        raise NotProven(f"{path} is damaged: {e}") from e
    except NotProven as e:
        raise NotProven(f"{path} is no backup: {e}") from e


def require_other(path: Path) -> None:
    """Do nothing if a file is not the blog itself.

    :raise NotProven: otherwise
    """
    if is_part_of_blog(path):
        raise NotProven(
            f"{path} is the database of the blog itself, or a log of it, and no backup."
            " Choose a file that backup has made"
        )


def find_length(path: Path) -> int:
    """The bytes of a file.

    :raise NotProven: if it is none, such as what another program writes into a pipe
    """
    found = path.stat()

    if not stat.S_ISREG(found.st_mode):
        raise NotProven(f"{path} is no file. Save the backup as one first")

    return found.st_size


def find_folder() -> Path:
    """Where copies have room: beside the database, if it is a file."""
    if db.get_engine() is FILE:
        return Path(current_app.config["DATABASE"]).resolve().parent

    return Path(current_app.instance_path)


def exists() -> bool:
    """Whether there is a blog in the database.

    :raise DatabaseNotReady: if it is older or newer, or another program's
    """
    if not db.get_engine().find_schema(current_app.config["DATABASE"]):
        return False

    # An older or a newer one is not replaced.
    db.get_db()
    db.close_db()
    return True


def read_backup(path: Path, copy: Path) -> t.Any:
    """Copy a backup, which stays as it is, and look at each page and row.

    :raise NotProven: if it is none
    """
    if not FILE.backups.is_database(str(path)):
        raise NotProven("it is no file of SQLite's")

    should = FILE.backups.read_copy(str(path), str(copy), show("Reading the backup"))
    check_order(copy, should)

    # What others put there would run by itself, from now on.
    if strange := FILE.backups.remove_strange(str(copy), should.version):
        names = ", ".join(strange)
        click.echo(f"Not restored, since it is not part of Flaskr: {names}.", err=True)

    return should


def prepare(copy: Path) -> None:
    """Bring a copy up to date, end what must not come back, and open the blog on it.

    :raise NotProven: if it can't be
    """
    say("Preparing")

    with db.connected_to(str(copy)):
        if bring_up_to_date() < FILE.LATEST:
            db.run_hooks()

        with db.transaction() as connection:
            backups.end_what_was_open()
            FILE.backups.give_new_version(connection)

    if missing := FILE.backups.find_missing(str(copy)):
        raise NotProven(f"It has no {', '.join(missing)}")

    check_opens(copy, copy.with_name("opened.sqlite"))

    if db.get_engine() is FILE:
        FILE.backups.fit(str(copy), current_app.config["DATABASE"])


def describe_lost(copy: Path) -> str:
    """What the blog has and a copy has not."""
    say("Comparing with the blog")
    live = backups.read_written()
    db.close_db()

    with db.connected_to(str(copy)):
        return backups.describe_lost(live, backups.read_written())


def find_name(folder: Path) -> Path:
    """Where the blog is kept as it was."""
    name = "flaskr"

    if db.get_engine() is FILE:
        name = Path(current_app.config["DATABASE"]).stem

    # Two may be of one second.
    now = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}Z"
    return folder / f"{name}-before-restore-{now}.sqlite"


def keep(partial: Path, kept: Path | None) -> None:
    """Keep the blog as it is when nobody writes to it any more."""
    if kept:
        say("Keeping what is there")
        write_copy(partial)
        publish(partial, kept)


def write(copy: Path, keep: Callable[[], object]) -> None:
    """Write a copy into the database, whose file stays the same."""
    address = current_app.config["DATABASE"]

    if db.get_engine() is FILE:
        FILE.backups.restore(address, str(copy), keep, show("Restoring"))
    else:
        notes = Notes()
        replace(Database(str(copy), "FILE"), Database(address, "DATABASE"), notes, keep)
        notes.show()

        # The rows are committed.
        with told(
            f"{db.describe()} was restored, but for pages made ahead and the search."
            " Finish it with: flask --app flaskr init-db"
        ):
            db.run_hooks()
