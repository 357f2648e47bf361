"""``copy-db``, from what is typed to what is said."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask import current_app
from flask import Flask

from .. import db
from .. import settings
from ..errors import SettingsError
from .copying import copy
from .database import Database
from .rows import Notes


def parse_address(
    context: click.Context, parameter: click.Parameter, value: str
) -> Database:
    """One of the two, from what DATABASE would be."""
    name = str(parameter.metavar)

    try:
        if wanted := settings.describe_expected("DATABASE", value, None):
            raise SettingsError(f"DATABASE should be {wanted}.")

        return Database(value, name)
    except SettingsError as e:
        sentence = str(e).replace("DATABASE", name, 1)
        raise click.ClickException(sentence) from e


@click.command("copy-db")
@click.argument("source", metavar="FROM", callback=parse_address)
@click.argument("target", metavar="TO", callback=parse_address)
@db.database_command
def copy_db_command(source: Database, target: Database) -> None:
    """Copy a whole blog into another database, which is new or empty.

    FROM and TO are what DATABASE may be: the absolute path of a file, or
    postgresql://user@host/name, with the password in PGPASSWORD or ~/.pgpass. FROM is
    only read. End the server first: what is written meanwhile is not copied.
    """
    notes = Notes()

    try:
        done = copy(source, target, notes)
    except KeyboardInterrupt:
        raise click.ClickException(
            f"Interrupted. {target.place} is left as it was; run this again."
        ) from None

    try:
        notes.show()
        click.echo(done)

        if sys.stderr.isatty():
            click.echo(
                "Posts are put into the search; the blog can be served.", err=True
            )

        with connected_to(target.address), target.failures():
            db.run_hooks()
    except KeyboardInterrupt:
        raise click.ClickException(
            "Interrupted. All rows are there, and a part of the posts is not in the"
            " search yet: searches go on with that, and so does this command."
        ) from None


@contextmanager
def connected_to(database: str) -> Iterator[None]:
    """Have the app work with another database for a while."""
    before = current_app.config["DATABASE"]

    try:
        move_to(database)
        yield
    finally:
        move_to(before)


def move_to(database: str) -> None:
    """Have the app work with another database from here on."""
    db.close_db()
    db.get_pool().shutdown()
    db.set_database(current_app, database)


def init_app(app: Flask) -> None:
    """Register the command."""
    app.cli.add_command(copy_db_command)
