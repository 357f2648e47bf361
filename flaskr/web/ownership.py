"""A blog that nobody owns, or where anybody may publish, says so, where only whoever
runs it reads that."""

import logging
from contextlib import suppress

from flask import current_app
from flask import Flask

from ..data import open_registration
from ..data import roles
from ..errors import DatabaseNotReady
from .database import if_available
from .features import FOR_EVERYBODY
from .features import is_marked
from .features import NEEDS_NO_DATABASE

logger = logging.getLogger(__name__)

STATE = "flaskr.has_looked_for_owner"


def look_once() -> None:
    """Log once, at the first request that has a database, that there is no owner, and
    that anybody on the internet may publish."""
    state = current_app.extensions

    if state[STATE] or is_marked(FOR_EVERYBODY) or is_marked(NEEDS_NO_DATABASE):
        return

    with suppress(DatabaseNotReady), if_available():
        state[STATE] = True

        if not roles.has_owner():
            logger.warning(
                "Nobody owns this blog yet. To make an owner, open the link that this"
                " prints: flask --app flaskr invite --role owner"
            )

        if open_registration.is_open():
            logger.warning(
                f"{open_registration.FOUND} Unless that is what you want:"
                f" {open_registration.ADVICE}"
            )


def init_app(app: Flask) -> None:
    """Look."""
    app.extensions[STATE] = False
    app.before_request(look_once)
