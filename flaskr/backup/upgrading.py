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
    """Seconds that an upgrade of a copy took, and bytes that it needs free."""

    seconds: float
    room: int


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

    try:
        version = db.get_engine().find_schema(address)
        is_older = 0 < version < db.get_engine().LATEST
        rehearsal = rehearse() if is_older and db.get_engine() is FILE else None

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


def rehearse() -> Rehearsal:
    """Upgrade a copy of the blog, and prove it as a backup is.

    :raise click.ClickException: if that fails
    """
    what = f"{db.describe()} was not changed: rehearsing the upgrade on a copy failed."
    folder = find_folder()
    room = COPIES * find_size()

    with told(what), work_folder(folder) as work:
        require_room(folder, room)
        copy = work / "copy.sqlite"
        before = write_copy(copy)
        seconds = upgrade(copy)
        # All that people wrote.
        rows = {table: before.rows[table] for table in COUNTED if table in before.rows}
        check_order(copy, before._replace(rows=rows))

    return Rehearsal(seconds, room)


def upgrade(copy: Path) -> float:
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

    return (
        f"The database has schema {version}, and would get {engine.LATEST}: on a copy,"
        f" this took {rehearsal.seconds:.1f} s, and the blog opens on it. It needs"
        f" {describe_size(rehearsal.room)} free. Nothing was changed."
    )


def init_app(app: Flask) -> None:
    """Register the command."""
    app.cli.add_command(init_db_command)
