"""The database of the blog, whichever engine runs it."""

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

from .engines import Connection as Connection
from .engines import Cursor as Cursor
from .engines import Error as Error
from .engines import FAILURES as FAILURES
from .engines import find_engine as find_engine
from .engines import IntegrityError as IntegrityError
from .engines import is_conflict as is_conflict
from .engines import is_unavailable as is_unavailable
from .engines import Row as Row
from .engines import RowType as RowType
from .errors import DatabaseNotReady
from .errors import DatabaseUnavailable
from .writers import WRITE_WAIT

P = t.ParamSpec("P")


def get_engine() -> t.Any:
    """The engine of the current app."""
    return current_app.extensions["flaskr.engine"]


def json_rows(columns: str) -> str:
    """SQL for all rows of a query as one value: a list of lists in JSON."""
    return str(get_engine().json_rows(columns))


def get_fulltext() -> t.Any:
    """The engine's table of tokens."""
    return get_engine().fulltext


def get_db() -> Connection:
    """Connect to the application's configured database. The connection
    is unique for each request and will be reused if this is called
    again.

    :raise DatabaseNotReady: if the database is missing, older or newer
    :raise DatabaseUnavailable: if its files are not in order
    """
    if "db" not in g:
        connect(get_pool())

    return t.cast(Connection, g.db)


def connect(pool: t.Any) -> None:
    """Have the request read through a pool, until it writes."""
    g.has_tried_db = True
    g.db = pool.acquire()
    g.db_pool = pool


def is_within_reach() -> bool:
    """Whether the request has the database, or has not asked for it yet."""
    return "db" in g or "has_tried_db" not in g


def find_version() -> object:
    """What changes when something changes that the public sees, as it is, or was when
    the request began; ``None`` if there is no telling."""
    db = get_db()
    return g.db_pool.version_of(db)


def get_pool(app: Flask | None = None) -> t.Any:
    """The connections of an app, or of the current one."""
    return (app or current_app).extensions["flaskr.db"]


def close_db(e: BaseException | None = None) -> None:
    """If this request connected to the database, close the connection."""
    db = g.pop("db", None)

    if db is not None:
        g.db_pool.release(db)


@contextmanager
def transaction(
    is_aside: bool = False, seconds: float = WRITE_WAIT
) -> Iterator[Connection]:
    """Write to the database: all of the block is saved when it ends, or nothing
    if it raises. One within another is a part of it: two commits take twice as long.

    :param is_aside: it saves nothing that somebody sent, but a limit, say; after any
        other, the request must not be said to have done nothing
    :param seconds: to wait for others who write
    :raise DatabaseUnavailable: if the database was replaced meanwhile
    """
    pool = get_pool()

    if "db" in g and g.db_pool is not pool:
        close_db()

    db = get_db()

    with pool.transaction(db, seconds):
        yield db

    if not is_aside and not db.in_transaction:
        g.has_saved = True


@contextmanager
def snapshot() -> Iterator[Connection]:
    """Have the block read the database as it is at one moment, whatever its schema is.

    :raise DatabaseNotReady, DatabaseUnavailable: if there is none, or not in order
    """
    close_db()

    with get_engine().checkup.open_snapshot(current_app.config["DATABASE"]) as db:
        g.db = db

        try:
            yield db
        finally:
            g.pop("db", None)


def has_saved() -> bool:
    """Whether the request has saved something, whatever becomes of it now."""
    return "has_saved" in g


def init_db() -> int:
    """Create the database, or bring an older one up to date and keep every row.

    :return: the number of the schema that was found; 0 for a new database
    :raise DatabaseNotReady: if the database is newer, or another program's
    """
    found: int = get_engine().migrate(current_app.config["DATABASE"])
    return found


def unavailable(error: Exception) -> DatabaseUnavailable:
    """What to raise for an error of the file, the disk or the network."""
    path = current_app.config["DATABASE"]
    return t.cast(DatabaseUnavailable, get_engine().unavailable(error, path))


def describe() -> str:
    """The database of the current app, for people: without a password."""
    return str(get_engine().describe(current_app.config["DATABASE"]))


def find_free_space() -> int | None:
    """The bytes that are free where the database is; ``None`` if that does not matter.

    :raise OSError: if its folder is gone
    """
    path = current_app.config["DATABASE"]
    return t.cast(int | None, get_engine().find_free_space(path))


def find_sizes() -> dict[str, int]:
    """The bytes of the ``database``, and of its ``log`` if it has one of its own."""
    path = current_app.config["DATABASE"]
    return t.cast(dict[str, int], get_engine().find_sizes(get_db(), path))


def find_engine_version() -> str:
    """What runs the database, and its version, as ``SQLite 3.46.1``."""
    return str(get_engine().find_version(get_db()))


def database_command(function: Callable[P, None]) -> Callable[P, None]:
    """Run a command with the app, and end it with a sentence if the database does not
    let it work."""

    @wraps(function)
    def command(*args: P.args, **kwargs: P.kwargs) -> None:
        # A name that the terminal can't show ends no command.
        for stream in t.cast(t.Any, (sys.stdout, sys.stderr)):
            with suppress(AttributeError):
                stream.reconfigure(errors="backslashreplace")

        try:
            function(*args, **kwargs)
        except DatabaseNotReady as e:
            hint = e.command and f" Run: {e.command}"
            place = describe()
            raise click.ClickException(f"{e.description} ({place}){hint}") from e
        except DatabaseUnavailable as e:
            raise click.ClickException(str(e)) from e
        except UnicodeEncodeError as e:
            # What a locale without UTF-8 does.
            raise click.ClickException(
                "Files can't be named here as they should be. Run: export PYTHONUTF8=1"
            ) from e
        except Error as e:
            if not is_unavailable(e):
                raise

            raise click.ClickException(str(unavailable(e))) from e

    return with_appcontext(command)


def run_hooks() -> None:
    """Bring up to date what the app keeps, as far as a lock or the disk lets it."""
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
        f"{error} Nothing was lost, but some texts are not rendered or not in the"
        " search yet. Run init-db again, or let the blog do the rest as it runs."
    )


def after_migration(app: Flask, hook: Callable[[], object]) -> None:
    """Have ``init-db`` call a function on a database that was there, once it is up to
    date."""
    app.extensions["flaskr.after_migration"].append(hook)


def set_database(app: Flask, database: str, replica: str | None = None) -> None:
    """Have an app work with a database, and perhaps with its replica.

    :raise SettingsError: if that makes no sense
    """
    engine = find_engine(database)

    if replica:
        find_engine(replica, "DATABASE_REPLICA")

    app.config["DATABASE"] = database
    app.extensions["flaskr.engine"] = engine
    app.extensions["flaskr.db"] = engine.ConnectionPool(database, replica)


@contextmanager
def connected_to(database: str) -> Iterator[None]:
    """Have the app work with another database for a while."""
    app, before = current_app, current_app.config["DATABASE"]
    parts = {"flaskr.engine": get_engine(), "flaskr.db": get_pool()}
    disconnect()

    try:
        set_database(app, database)
        yield
    finally:
        disconnect()
        app.config["DATABASE"] = before
        # The same pool, which the end of the process shuts down.
        app.extensions |= parts


def disconnect() -> None:
    """Close what is open. The next one who asks for a connection opens it again."""
    close_db()
    get_pool().shutdown()


def init_app(app: Flask) -> None:
    """Register database functions with the app."""
    set_database(app, app.config["DATABASE"], app.config["DATABASE_REPLICA"])
    app.extensions["flaskr.after_migration"] = []
    weakref.finalize(app, get_pool(app).shutdown)

    if "multiprocessing" in sys.modules:
        from multiprocessing import parent_process
        from multiprocessing.util import Finalize

        # Its children, as granian's workers are, end without the exit hooks, and run
        # these.
        if parent_process() is not None:
            Finalize(app, get_pool(app).shutdown, exitpriority=10)

    app.teardown_appcontext(close_db)
