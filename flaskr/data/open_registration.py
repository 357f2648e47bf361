"""A public blog where anybody may publish at once: what whoever runs and owns it is
told, once."""

import typing as t
from collections.abc import Callable

from flask import current_app

from ..db import get_db
from ..db import transaction
from ..text.fingerprints import make_fingerprint
from . import site_settings

FOUND = (
    "Anybody on the internet may join this blog, and what newcomers write is public at"
    " once."
)
ADVICE = (
    'Set REGISTRATION to "approval" or "invitation", or NEWCOMER_APPROVAL to "links" or'
    ' "all": in config.py, or in the browser under Administration, Settings.'
)


def is_open(get: Callable[[str], t.Any] = site_settings.get) -> bool:
    """Whether the blog has an address on the internet, anybody may join, and nothing
    waits for approval.

    :param get: what a setting is
    """
    return (
        current_app.config["SITE_URL"] is not None
        and get("REGISTRATION") == "open"
        and get("NEWCOMER_APPROVAL") == "none"
    )


def name_warning() -> str:
    """The warning's name: of the same blog at another address, it is another one."""
    address = str(current_app.config["SITE_URL"])
    return f"open registration {make_fingerprint(address)}"


def is_news() -> bool:
    """Whether that is so, and no owner has dismissed the warning since it is."""
    if not is_open():
        return False

    found = get_db().execute(
        "SELECT 1 FROM dismissed_warning WHERE name = ?", (name_warning(),)
    )
    return found.fetchone() is None


def dismiss() -> None:
    """Warn owners no more, until the settings change."""
    with transaction() as db:
        db.execute(
            "INSERT INTO dismissed_warning (name) VALUES (?) ON CONFLICT DO NOTHING",
            (name_warning(),),
        )
