import glob
import sqlite3
import typing as t
import weakref
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import contextmanager
from functools import wraps

import click
from flask import current_app
from flask import Flask
from flask import g
from flask import request
from flask.cli import with_appcontext
from werkzeug.exceptions import HTTPException
from werkzeug.routing import IntegerConverter
from werkzeug.routing import Map
from werkzeug.wrappers import Response

from . import sqlite as engine
from .errors import DatabaseNotReady
from .errors import DatabaseUnavailable
from .errors import log
from .errors import show_error
from .sqlite import is_unavailable as is_unavailable
from .sqlite import json_rows as json_rows
from .sqlite_connection import Connection
from .sqlite_pool import ConnectionPool

P = t.ParamSpec("P")


def get_db() -> Connection:
    """Connect to the application's configured database. The connection
    is unique for each request and will be reused if this is called
    again.

    :raise DatabaseNotReady: if the database is missing, older or newer
    """
    if "db" not in g:
        g.db = get_pool().acquire()

    db: Connection = g.db
    return db


def get_pool() -> ConnectionPool:
    pool: ConnectionPool = current_app.extensions["flaskr.db"]
    return pool


def close_db(e: BaseException | None = None) -> None:
    """If this request connected to the database, close the
    connection.
    """
    db = g.pop("db", None)

    if db is not None:
        get_pool().release(db)


@contextmanager
def transaction() -> Iterator[sqlite3.Connection]:
    """Write to the database: all of the block is saved when it ends, or nothing
    if it raises.

    :raise DatabaseUnavailable: if the database was replaced meanwhile
    """
    db = get_db()

    with get_pool().transaction(db):
        yield db


@contextmanager
def if_available() -> Iterator[None]:
    """Do without the block, and log why, while the disk or the file does not let us
    work."""
    try:
        yield
    except sqlite3.Error as e:
        if not is_unavailable(e):
            raise

        log(DatabaseUnavailable(e))


def init_db() -> int:
    """Create the database, or bring an older one up to date and keep every row.

    :return: the number of the schema that was found; 0 for a new database
    :raise DatabaseNotReady: if the database is newer, or another program's
    """
    return engine.migrate(current_app.config["DATABASE"])


def database_command(function: Callable[P, None]) -> Callable[P, None]:
    """Run a command with the app, and end it with a sentence if the database does not
    let it work."""

    @wraps(function)
    def command(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            function(*args, **kwargs)
        except DatabaseNotReady as e:
            hint = e.command and f" Run: {e.command}"
            path = current_app.config["DATABASE"]
            raise click.ClickException(f"{e.description} ({path}){hint}") from e
        except DatabaseUnavailable as e:
            raise click.ClickException(str(e)) from e
        except sqlite3.Error as e:
            if not is_unavailable(e):
                raise

            raise click.ClickException(str(DatabaseUnavailable(e))) from e

    return with_appcontext(command)


@click.command("init-db")
@database_command
def init_db_command() -> None:
    """Create the database, or bring it up to date. Nothing in it is lost."""
    path = current_app.config["DATABASE"]

    try:
        found = init_db()
    except (OSError, sqlite3.Error) as e:
        raise click.ClickException(f"{path} is as it was: {e}.") from e

    if not found:
        click.echo("Initialized the database.")
        return
    elif found < engine.LATEST:
        copy = max(glob.glob(f"{glob.escape(path)}.v{found}-*"))
        click.echo(f"Brought the database up to date. As it was before: {copy}")
    else:
        click.echo("The database is up to date already.")

    with if_available():
        current_app.extensions["flaskr.search_index"]()


def show_database_error(error: sqlite3.Error) -> HTTPException | Response:
    """Answer 503, not 500, while the disk or the file does not let us work."""
    if not is_unavailable(error):
        raise error

    return show_error(DatabaseUnavailable(error))


def needs_db() -> bool:
    """Whether the page that is asked for can't do without a database."""
    return request.endpoint not in ("static", "hello", "languages.remember")


class RowId(IntegerConverter):
    """The numbers in addresses; what no row can have as its id matches nothing."""

    def __init__(self, map: Map, fixed_digits: int = 0) -> None:
        super().__init__(map, fixed_digits, max=2**63 - 1)


def init_app(app: Flask) -> None:
    """Register database functions with the Flask app. This is called by
    the application factory.
    """
    pool = ConnectionPool(app.config["DATABASE"])
    app.extensions["flaskr.db"] = pool
    weakref.finalize(app, pool.shutdown)

    app.url_map.converters["int"] = RowId
    app.teardown_appcontext(close_db)
    app.cli.add_command(init_db_command)
    app.register_error_handler(sqlite3.Error, show_database_error)

    @app.before_request
    def require_db() -> None:
        """Say on every page, not only on some, that the database is not ready."""
        if needs_db():
            get_db()
