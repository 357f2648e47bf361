"""``copy-db``, from what is typed to what is said."""

import sys

import click
from flask import Flask

from .. import db
from .. import setting_kinds
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
        if wanted := setting_kinds.describe_expected("DATABASE", value, None):
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
    """Copy a whole blog into a new or empty database.

    FROM and TO take the same values as DATABASE: the absolute path of a file, or
    postgresql://user@host/name, with the password in PGPASSWORD or ~/.pgpass. FROM is
    only read. Stop the server first: anything written during the copy is left out. For
    example:

    flask --app flaskr copy-db /srv/flaskr/flaskr.sqlite postgresql://flaskr@db/flaskr
    """
    notes = Notes()

    try:
        done = copy(source, target, notes)
    except KeyboardInterrupt:
        raise click.ClickException(
            f"Interrupted. {target.place} was not changed. Run this command again."
        ) from None

    try:
        notes.show()
        click.echo(done)

        if sys.stderr.isatty():
            click.echo(
                "Indexing posts for the search. You can start the blog now.", err=True
            )

        with db.connected_to(target.address), target.failures():
            db.run_hooks()
    except KeyboardInterrupt:
        raise click.ClickException(
            "Interrupted. All rows were copied, but some posts are not in the search"
            " yet. Run this command again, or let searches index the rest."
        ) from None


def init_app(app: Flask) -> None:
    """Register the command."""
    app.cli.add_command(copy_db_command)
