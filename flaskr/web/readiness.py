"""Whether the blog can do all that it should: what /readyz says."""

import logging
import typing as t
import weakref

from flask import current_app
from flask import Flask
from flask_babel import force_locale

from .. import db
from ..data import search
from ..errors import DatabaseNotReady
from ..errors import DatabaseUnavailable
from .refreshed import Refreshed

logger = logging.getLogger(__name__)

# Seconds for which a report is good, and to wait for one.
GOOD_FOR = 1
PATIENCE = 1

# What is looked at. None of the last three can be told without what is before it.
DATABASE, SCHEMA, SEARCH, DISK = "database", "schema", "search", "disk"
OK, UNKNOWN = "ok", "unknown"

# For strangers; the log has the reason.
NOT_AVAILABLE = "failed: It can’t be used now; the log says why."

# Posts that one search indexes before it looks, so that it misses none of them.
MAX_BACKLOG = search.MAX_PER_SEARCH


class Report(t.NamedTuple):
    """Each thing that was looked at, and what is wrong with it, as a sentence for
    strangers, or :data:`OK`; and the reason, for the log."""

    found: dict[str, str]
    reason: str = ""

    def is_ready(self) -> bool:
        """Whether nothing is wrong."""
        return set(self.found.values()) == {OK}

    def __str__(self) -> str:
        return "".join(f"{name} {what}\n" for name, what in self.found.items())


LATE = Report({DATABASE: f"failed: no answer within {PATIENCE} second"})


def look_at_database() -> Report:
    """Read what each search reads: nothing is written, so that no lock matters."""
    found = {DATABASE: OK, SCHEMA: OK, SEARCH: OK}

    try:
        waiting = search.count_pending(MAX_BACKLOG + 1)
    except DatabaseNotReady as e:
        with force_locale("en"):
            sentence = str(e.description)

        found |= {SCHEMA: f"failed: {sentence}", SEARCH: UNKNOWN}
        return Report(found, sentence)
    except DatabaseUnavailable as e:
        return report_unavailable(e)
    except db.Error as e:
        return report_unavailable(db.unavailable(e))

    if waiting > MAX_BACKLOG:
        sentence = f"More than {MAX_BACKLOG} posts are not in the search yet."
        found[SEARCH] = f"failed: {sentence} Run flask init-db."
        return Report(found, sentence)

    return Report(found)


def report_unavailable(error: DatabaseUnavailable) -> Report:
    """What to say of a database that does not let us work: the reason may have paths
    and names in it."""
    found = {DATABASE: NOT_AVAILABLE, SCHEMA: UNKNOWN, SEARCH: UNKNOWN}
    return Report(found, str(error))


def look_at_disk() -> Report:
    """See whether there is room for what people will write."""
    least = current_app.config["MIN_FREE_SPACE"]

    try:
        free = db.find_free_space()
    except OSError as e:
        return Report({DISK: "failed: There is no such folder."}, str(e))

    if free is not None and free < least:
        sentence = f"Less than {least} bytes are free."
        return Report({DISK: f"failed: {sentence}"}, sentence)

    return Report({DISK: OK})


def look(app: Flask) -> Report:
    """Look at all of it."""
    with app.app_context():
        database, disk = look_at_database(), look_at_disk()

    reasons = filter(None, (database.reason, disk.reason))
    return Report(database.found | disk.found, " ".join(reasons))


def get_report() -> Report:
    """What is known of the current app's this second."""
    readiness: Readiness = current_app.extensions["flaskr.readiness"]
    return readiness.get()


class Readiness:
    """What is known of an app's."""

    def __init__(self, app: Flask) -> None:
        found = weakref.ref(app)
        self.reported = ""
        self.report = Refreshed(lambda: self.look(found()), GOOD_FOR, PATIENCE)

    def look(self, app: Flask | None) -> Report:
        """Look at all of an app, and log what is wrong when that changes."""
        # An app that has ended has nothing to say.
        report = look(app) if app is not None else LATE

        if report.reason != self.reported:
            self.reported = report.reason
            logger.warning("%s", report.reason or "The blog is ready again.")

        return report

    def get(self) -> Report:
        """The report of this second."""
        return self.report.get() or LATE
