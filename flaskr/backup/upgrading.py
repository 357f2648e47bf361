"""``init-db``: an upgrade is rehearsed on a copy before the blog gets it."""

import time
import typing as t
from pathlib import Path

import click
from flask import current_app
from flask import Flask

from .. import db
from ..copy_db.progress import say
from ..errors import DatabaseNotReady
from .failures import told
from .files import describe_size
from .files import remove_left
from .files import require_room
from .files import work_folder
from .making import COUNTED
from .making import find_size
from .making import write_copy
from .proving import check_order
from .proving import FILE
from .proving import NotProven
from .proving import open_blog
from .restoring import find_folder

# The copy, what it was before, and the log; of the blog itself, the last two.
COPIES = 3


class Rehearsal(t.NamedTuple):
    """Seconds that an upgrade of a copy took, and bytes that it needs free, as far as
    that is known: a server has its own disk."""

    seconds: float
    room: int | None = None


@click.command("init-db", epilog="For example: flask --app flaskr init-db")
@click.option(
    "--dry-run", is_flag=True, help="Rehearse an upgrade, and change nothing."
)
@db.database_command
def init_db_command(dry_run: bool) -> None:
    """Create the database, or upgrade it. No data is lost.

    An upgrade runs on a copy first, on which the blog is opened: if that fails, nothing
    is changed.
    """
    address = current_app.config["DATABASE"]
    remove_left(find_folder())

    try:
        version = db.get_engine().find_schema(address)
        is_older = 0 < version < db.get_engine().LATEST
        rehearsal = rehearse() if is_older else None

        if dry_run:
            click.echo(describe(version, rehearsal))
            return

        # Another process may have been first.
        found = db.init_db()
    except db.FAILURES as e:
        why = db.get_engine().explain(e, address)
        raise click.ClickException(f"{db.describe()} was not changed: {why}.") from e

    if not found:
        click.echo("Initialized the database.")
        return
    elif found < db.get_engine().LATEST:
        copy = db.get_engine().find_copy(address, found)
        before = f" A copy of the old one: {copy}" if copy else ""
        click.echo(f"Upgraded the database.{before}")
    else:
        click.echo("The database is already up to date.")

    db.run_hooks()


def rehearse() -> Rehearsal | None:
    """Upgrade a copy of the blog, and prove it as a backup is; ``None`` if a server
    lets there be no copy, which is said.

    :raise click.ClickException: if that fails
    """
    what = f"{db.describe()} was not changed: rehearsing the upgrade on a copy failed."

    with told(what):
        return rehearse_file() if db.get_engine() is FILE else rehearse_aside()


def rehearse_file() -> Rehearsal:
    """Upgrade a copy of a file."""
    folder = find_folder()
    room = COPIES * find_size()

    with work_folder(folder) as work:
        require_room(folder, room)
        copy = work / "copy.sqlite"
        before = write_copy(copy)
        seconds = upgrade(copy)
        # All that people wrote.
        rows = {table: before.rows[table] for table in COUNTED if table in before.rows}
        check_order(copy, before._replace(rows=rows))

    return Rehearsal(seconds, room)


def rehearse_aside() -> Rehearsal | None:
    """Upgrade a copy on the same server, which holds no row that its rules forbid."""
    rehearsing = db.get_engine().rehearsing

    try:
        with rehearsing.copy_aside(current_app.config["DATABASE"]) as copy:
            # All that people wrote.
            before = rehearsing.count_all(copy, COUNTED)
            seconds = upgrade(copy)
            after = rehearsing.count_all(copy, COUNTED)
    except rehearsing.NoCopy as e:
        say("")
        click.echo(f"The upgrade is not rehearsed: {e}", err=True)
        return None

    for table, number in before.items():
        if after[table] != number:
            raise NotProven(f"The table {table} has {after[table]} rows of {number}")

    return Rehearsal(seconds)


def upgrade(copy: Path | str) -> float:
    """Upgrade a copy, and open the blog on it; return the seconds that the first took.

    :raise NotProven: if that is not possible
    """
    say("Rehearsing the upgrade on a copy")
    address = current_app.config["DATABASE"]

    with db.connected_to(str(copy)):
        began = time.monotonic()

        try:
            db.init_db()
        except DatabaseNotReady as e:
            # What is said of the copy is said of the blog.
            texts = (str(e.description), e.command)
            said = [text and text.replace(str(copy), address) for text in texts]
            raise DatabaseNotReady(*said) from e
        except RuntimeError as e:
            raise NotProven(str(e)) from e

        seconds = time.monotonic() - began
        open_blog()

    return seconds


def describe(version: int, rehearsal: Rehearsal | None) -> str:
    """What ``--dry-run`` found."""
    engine = db.get_engine()

    if not version:
        return "There is no database yet. Without --dry-run, one would be made."
    elif version == engine.LATEST:
        return "The database is already up to date."
    elif rehearsal is None:
        return (
            f"The database has schema {version}, and would get {engine.LATEST}, in one"
            " transaction."
        )

    room = describe_size(rehearsal.room) if rehearsal.room else "as much room again"
    return (
        f"The database has schema {version}, and would get {engine.LATEST}: on a copy,"
        f" this took {rehearsal.seconds:.1f} s, and the blog opens on it. It needs"
        f" {room} free. Nothing was changed."
    )


def init_app(app: Flask) -> None:
    """Register the command."""
    app.cli.add_command(init_db_command)
