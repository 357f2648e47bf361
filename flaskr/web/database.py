"""What requests do when the database is not ready, or not available."""

import typing as t
from collections.abc import Iterator
from contextlib import contextmanager
from contextlib import suppress

from flask import current_app
from flask import Flask
from flask import g
from flask import request
from flask import Response

from .. import db
from ..errors import DatabaseNotReady
from ..errors import DatabaseUnavailable
from ..errors import MAY_BE_SAVED
from .error_pages import log
from .error_pages import show_error
from .features import is_marked
from .features import NEEDS_NO_DATABASE

# In the environment of a request: the pool that it reads through, until it writes.
READER = "flaskr.reader"


@contextmanager
def if_available() -> Iterator[None]:
    """Do without the block, and log why, while the disk or the file does not let us
    work."""
    try:
        yield
    except DatabaseUnavailable as e:
        log(e)
    except db.Error as e:
        if not db.is_unavailable(e):
            raise

        log(db.unavailable(e))


def clean_up(response: Response, remove_some: t.Callable[[], object]) -> Response:
    """Delete a little of what is over when somebody has done something: no reader
    waits for it."""
    if request.method == "POST" and response.status_code < 400:
        with suppress(DatabaseNotReady), if_available():
            remove_some()

    return response


def show_unavailable(error: DatabaseUnavailable) -> t.Any:
    """Answer 503, and do not have people send again what is there."""
    if db.has_saved() and error.description == DatabaseUnavailable.description:
        error.description = MAY_BE_SAVED

    return show_error(error)


def show_database_error(error: Exception) -> t.Any:
    """Answer 503, not 500, while the disk or the file does not let us work; try once
    more what was given up for another transaction."""
    if not db.is_unavailable(error):
        raise error
    elif not db.is_conflict(error) or "is_second_try" in g or db.has_saved():
        # Some blueprints show another page.
        return current_app.handle_user_exception(db.unavailable(error))

    g.is_second_try = True

    for _, file in request.files.items(multi=True):
        file.seek(0)

    try:
        return current_app.dispatch_request()
    except Exception as e:
        return current_app.handle_user_exception(e)


def require_db() -> None:
    """Say on every page, not only on some, that the database is not ready."""
    if is_marked(NEEDS_NO_DATABASE):
        return

    reader = request.environ.get(READER)

    if reader not in (None, db.get_pool()) and "db" not in g:
        # Without the replica, the primary is asked.
        with suppress(DatabaseNotReady, DatabaseUnavailable, *db.Error):
            db.connect(reader)

    db.get_db()


def init_app(app: Flask) -> None:
    """Guard all pages but those that need no database."""
    for error in db.Error:
        app.register_error_handler(error, show_database_error)

    app.register_error_handler(DatabaseUnavailable, show_unavailable)

    app.before_request(require_db)
