"""The database of the blog, whichever engine runs it."""

import glob
import os
import sys
import typing as t
import weakref
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import contextmanager
from contextlib import suppress
from functools import wraps

import click
from flask import current_app
from flask import Flask
from flask import g
from flask.cli import with_appcontext

from . import sqlite as engine
from .errors import DatabaseNotReady
from .errors import DatabaseUnavailable
from .sqlite import fulltext as fulltext

P = t.ParamSpec("P")

# What the engine raises, and when a row would break a constraint.
Error = engine.Error
IntegrityError = engine.IntegrityError

# Whether an error comes from the file, the disk or the network and not from the SQL.
is_unavailable = engine.is_unavailable

# SQL for all rows of a query as one value: a list of lists in JSON.
json_rows = engine.json_rows


class Row(t.Protocol):
    """A row of a query: its values by the names of its columns."""

    def __getitem__(self, name: str, /) -> t.Any: ...

    def keys(self) -> t.Iterable[str]:
        """The names of its columns."""


# On each engine, what a row is, and all of its values, to compare them.
RowType = engine.RowType
row_values: Callable[[t.Any], tuple[object, ...]] = engine.row_values


def get_db() -> engine.Connection:
    """Connect to the application's configured database. The connection
    is unique for each request and will be reused if this is called
    again.

    :raise DatabaseNotReady: if the database is missing, older or newer
    :raise DatabaseUnavailable: if its files are not in order
    """
    if "db" not in g:
        g.db = get_pool().acquire()

    db: engine.Connection = g.db
    return db


def get_pool(app: Flask | None = None) -> engine.ConnectionPool:
    """The connections of an app, or of the current one."""
    pool: engine.ConnectionPool = (app or current_app).extensions["flaskr.db"]
    return pool


def close_db(e: BaseException | None = None) -> None:
    """If this request connected to the database, close the
    connection.
    """
    db = g.pop("db", None)

    if db is not None:
        get_pool().release(db)


@contextmanager
def transaction() -> Iterator[engine.Connection]:
    """Write to the database: all of the block is saved when it ends, or nothing
    if it raises. One within another is a part of it: two commits take twice as long.

    :raise DatabaseUnavailable: if the database was replaced meanwhile
    """
    db = get_db()

    with get_pool().transaction(db):
        yield db


def init_db() -> int:
    """Create the database, or bring an older one up to date and keep every row.

    :return: the number of the schema that was found; 0 for a new database
    :raise DatabaseNotReady: if the database is newer, or another program's
    """
    return engine.migrate(current_app.config["DATABASE"])


def unavailable(error: Error) -> DatabaseUnavailable:
    """What to raise for an error of the file or the disk: where it is, and whether this
    user may write there at all."""
    path = current_app.config["DATABASE"]
    return DatabaseUnavailable(f"{error} ({path}){describe_denied(path)}")


def describe_denied(path: str) -> str:
    """That this user may not write to a file or beside it, and what to do, to go on
    with after a sentence; empty if that is not so. SQLite speaks of the disk."""
    for place in (path, os.path.dirname(path)):
        if os.path.exists(place) and not os.access(place, os.W_OK):
            return (
                f". This user may not write to {place}: run this as the user who owns"
                " it, or make it writable"
            )

    return ""


def database_command(function: Callable[P, None]) -> Callable[P, None]:
    """Run a command with the app, and end it with a sentence if the database does not
    let it work."""

    @wraps(function)
    def command(*args: P.args, **kwargs: P.kwargs) -> None:
        streams: list[t.Any] = [sys.stdout, sys.stderr]

        # A name that the terminal can't show ends no command. Others than Python's own
        # may show all.
        for stream in streams:
            with suppress(AttributeError):
                stream.reconfigure(errors="backslashreplace")

        try:
            function(*args, **kwargs)
        except DatabaseNotReady as e:
            hint = e.command and f" Run: {e.command}"
            path = current_app.config["DATABASE"]
            raise click.ClickException(f"{e.description} ({path}){hint}") from e
        except DatabaseUnavailable as e:
            raise click.ClickException(str(e)) from e
        except Error as e:
            if not is_unavailable(e):
                raise

            raise click.ClickException(str(unavailable(e))) from e

    return with_appcontext(command)


@click.command("init-db")
@database_command
def init_db_command() -> None:
    """Create the database, or bring it up to date. Nothing in it is lost."""
    path = current_app.config["DATABASE"]

    try:
        found = init_db()
    except (OSError, Error) as e:
        why = f"{e}{describe_denied(path)}"
        raise click.ClickException(f"{path} is as it was: {why}.") from e

    if not found:
        click.echo("Initialized the database.")
        return
    elif found < engine.LATEST:
        # Beside the file itself, wherever a link to it lies.
        copy = max(glob.glob(f"{glob.escape(os.path.realpath(path))}.v{found}-*"))
        click.echo(f"Brought the database up to date. As it was before: {copy}")
    else:
        click.echo("The database is up to date already.")

    for hook in current_app.extensions["flaskr.after_migration"]:
        try:
            hook()
        except DatabaseUnavailable as e:
            raise unfinished(e) from e
        except Error as e:
            if not is_unavailable(e):
                raise

            raise unfinished(unavailable(e)) from e


def unfinished(error: DatabaseUnavailable) -> click.ClickException:
    """What to raise for what a lock or a full disk left to do."""
    return click.ClickException(
        f"{error} All that was written is there, and a part of it is not in the search"
        " yet: searches go on with that, and so does another init-db."
    )


def after_migration(app: Flask, hook: Callable[[], object]) -> None:
    """Have ``init-db`` call a function on a database that was there, once it is up to
    date."""
    app.extensions["flaskr.after_migration"].append(hook)


def init_app(app: Flask) -> None:
    """Register database functions with the Flask app. This is called by
    the application factory.
    """
    pool = engine.ConnectionPool(app.config["DATABASE"])
    app.extensions["flaskr.db"] = pool
    app.extensions["flaskr.after_migration"] = []
    weakref.finalize(app, pool.shutdown)

    if "multiprocessing" in sys.modules:
        from multiprocessing import parent_process
        from multiprocessing.util import Finalize

        # Its children, as granian's workers are, end without the exit hooks, and run
        # these.
        if parent_process() is not None:
            Finalize(app, pool.shutdown, exitpriority=10)

    app.teardown_appcontext(close_db)
    app.cli.add_command(init_db_command)
