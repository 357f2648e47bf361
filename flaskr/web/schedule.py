"""Has scheduled posts be published when they are due: by the first request that comes
then, to whichever process, and before a page is made or taken from those kept."""

import logging
import threading
import time
import typing as t
from contextlib import nullcontext

from flask import current_app
from flask import Flask
from flask import has_request_context

from .. import db
from ..data import drafts
from ..errors import DatabaseNotReady
from ..errors import DatabaseUnavailable
from .features import is_marked
from .features import NEEDS_NO_DATABASE

logger = logging.getLogger(__name__)

# Seconds after which it is tried again: the disk may be full, or a replica behind.
TRY_EVERY = 1.0


class Schedule:
    """When the next post is due, as it was at a public version: setting it to another
    time changes that."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.known: tuple[object, object] = None, None
        self.next_try = 0.0
        self.reported: object = None
        self.lock = threading.Lock()

    def run(self, version: object) -> bool:
        """Publish what is due, given the public version; return whether something
        was."""
        at, due = self.known

        if version is None or at != version:
            # While there is no telling, an error.
            due = self.try_to(drafts.find_next_due)

            if not isinstance(due, Exception):
                self.known = version, due

        if not drafts.is_due(due) or time.monotonic() < self.next_try:
            return False
        elif not self.lock.acquire(blocking=False):
            # Another thread is at it. Nobody waits for its write.
            return False

        try:
            self.publish(due)
        finally:
            self.next_try = time.monotonic() + TRY_EVERY
            self.lock.release()

        return True

    def publish(self, due: object) -> None:
        """Publish what is due, unless the database does not let us, which is logged
        once."""
        if isinstance(error := self.try_to(drafts.publish_due), Exception):
            if self.reported != due:
                self.reported = due
                logger.warning("A post that is due can't be published yet: %s", error)

    def try_to(self, act: t.Callable[[], object]) -> object:
        """What a function returns, or the error of a database that is not there; with
        the connection of the request, if there is one."""
        try:
            with nullcontext() if has_request_context() else self.app.app_context():
                return act()
        except (DatabaseNotReady, DatabaseUnavailable) as e:
            return e
        except db.Error as e:
            return e


def publish_due() -> None:
    """Publish what is due before a request is answered that needs the database."""
    if not is_marked(NEEDS_NO_DATABASE):
        schedule: Schedule = current_app.extensions["flaskr.schedule"]
        schedule.run(db.find_version())


def init_app(app: Flask) -> None:
    """Look at the clock with each request."""
    app.extensions["flaskr.schedule"] = Schedule(app)
    app.before_request(publish_due)
