"""What can go wrong, as exceptions. Their sentences are read by people: in the page,
in the reader's language, and in the log, in English."""

import typing as t

from flask_babel import lazy_gettext as flask_babel_lazy_gettext
from flask_babel import lazy_ngettext as flask_babel_lazy_ngettext
from werkzeug.exceptions import ServiceUnavailable

# They pass for the str that Werkzeug's exceptions want.
lazy_gettext = t.cast(t.Callable[..., str], flask_babel_lazy_gettext)
lazy_ngettext = t.cast(t.Callable[..., str], flask_babel_lazy_ngettext)


class SettingsError(ValueError):
    """A setting that makes no sense, as a sentence for the operator."""


class NotReadable(Exception):
    """A sentence that says what is wrong with what somebody gave to be read, and where
    in it."""


class DatabaseNotReady(ServiceUnavailable):
    """The database is missing, older or newer; ``command`` is what the operator
    runs to mend it."""

    def __init__(self, description: str, command: str = "") -> None:
        super().__init__(description, retry_after=10)
        self.command = command


def no_database() -> DatabaseNotReady:
    """What to raise where there are no tables."""
    return DatabaseNotReady(
        lazy_gettext("There is no database yet."), "flask --app flaskr init-db"
    )


def older_database() -> DatabaseNotReady:
    """What to raise for an older schema."""
    return DatabaseNotReady(
        lazy_gettext(
            "The database is from an older version of Flaskr. Upgrading it keeps"
            " everything."
        ),
        "flask --app flaskr init-db",
    )


def newer_database(found: int, known: int) -> DatabaseNotReady:
    """What to raise for a schema that is not known yet, by the two numbers."""
    return DatabaseNotReady(
        lazy_gettext(
            "The database is from a newer version of Flaskr: it has schema %(found)d,"
            " and this version supports up to %(known)d. Install the newer version"
            " again.",
            found=found,
            known=known,
        ),
        "pip install flaskr-<newer version>-py3-none-any.whl",
    )


MAY_BE_SAVED = lazy_gettext(
    "The database connection was lost while saving, so this may or may not have been"
    " saved. Check before you send it again."
)


class DatabaseUnavailable(ServiceUnavailable):
    """The file, the disk or the server does not let us work now; ``reason`` is for the
    log, and ``description`` for people, if going back and trying again is not all."""

    def __init__(self, reason: object, description: str | None = None) -> None:
        super().__init__(description, retry_after=10)
        self.reason = f"The database is not available: {reason}."

    def __str__(self) -> str:
        return self.reason
