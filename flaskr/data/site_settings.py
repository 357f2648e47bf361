"""What owners set in the browser, which the database has. What config.py, the
environment or a test sets wins.

All of a request has the values of one moment: they are read when it first asks, and not
again by this process until the public version changes."""

import json
import logging
import re
import typing as t
import unicodedata
from collections.abc import Mapping

from flask import current_app
from flask import Flask
from flask import g

from .. import setting_kinds
from .. import settings
from ..db import Error
from ..db import find_version
from ..db import get_db
from ..db import is_within_reach
from ..db import transaction
from ..errors import DatabaseNotReady
from ..errors import DatabaseUnavailable
from ..text.names import is_visible

logger = logging.getLogger(__name__)

IMAGES = ("SITE_LOGO", "SITE_ICON")

# Those that can be set so.
NAMES = (
    *("SITE_TITLE", "SITE_DESCRIPTION", *IMAGES, "ACCENT_COLOR"),
    *("WHOLE_POSTS", "PAGE_SIZE", "PUBLIC_REVISIONS"),
    *("TIMEZONE", "LANGUAGES"),
    *("REGISTRATION", "NEWCOMER_APPROVAL", "NEWCOMER_ROLE"),
)

# Those that say who joins, and who is seen at once.
OPENING = ("REGISTRATION", "NEWCOMER_APPROVAL")

# Characters of a text, and of any value in JSON.
MOST = {"SITE_TITLE": 100, "SITE_DESCRIPTION": 500}
MAX_VALUE = 5000

# Values that the log tells of once.
MAX_TOLD = 100

# Where a file is that the database has: the beginning of its SHA-256, and its pixels.
ADDRESS = re.compile(
    r"([0-9a-f]{16})-([1-9]\d{0,3})x([1-9]\d{0,3})\.(svg|png|webp|avif|gif|jpg)",
    re.ASCII,
)

# Why nobody knows what the database has.
UNKNOWN: tuple[type[Exception], ...] = (DatabaseNotReady, DatabaseUnavailable, *Error)

Rows = tuple[tuple[str, str], ...]


class StoredImage(t.NamedTuple):
    """A logo or an icon as the database has it: its :data:`ADDRESS`, and its bytes."""

    address: str
    content: bytes


class Site:
    """What the database has at one moment. Another one is never equal to it."""

    def __init__(self, values: Mapping[str, t.Any]) -> None:
        self.values = values


class Snapshot(t.NamedTuple):
    """The public version at which something was read, the rows, and what they mean."""

    version: object
    rows: Rows
    site: Site


class SiteSettings:
    """What an app read last, and where the operator set what."""

    def __init__(self, places: Mapping[str, str]) -> None:
        self.places = places
        # No version is equal to this one.
        self.latest = Snapshot(object(), (), Site({}))
        self.told: set[tuple[str, str]] = set()

    def is_news(self, name: str, text: str) -> bool:
        """Whether the log does not say yet that a value makes no sense; it will."""
        if (name, text) in self.told:
            return False

        if len(self.told) > MAX_TOLD:
            self.told.clear()

        self.told.add((name, text))
        return True


def get_state(app: Flask | None = None) -> SiteSettings:
    """That of an app, or of the current one."""
    state: SiteSettings = (app or current_app).extensions["flaskr.site"]
    return state


def get(name: str) -> t.Any:
    """A setting, as it is for this request."""
    values = find_site().values
    return values[name] if name in values else current_app.config[name]


def find_place(name: str) -> str | None:
    """Where the operator set a setting, if that is so: ``config.py``,
    ``create_app()``, or the name of a variable of the environment."""
    return get_state().places.get(name)


def find_site() -> Site:
    """What the database has, as it is for this request; if it does not say, what it
    had."""
    site: Site | None = g.get("site")

    if site is None:
        g.site_version, g.site = _version, site = load()

    return site


def find_site_version() -> object:
    """The public version of :func:`find_site`; ``None`` if there is no telling."""
    find_site()
    return g.site_version


def is_outdated() -> bool:
    """Whether this request has shown what the database may not have any more."""
    return "site_is_outdated" in g


def load() -> tuple[object, Site]:
    """The public version, and what the database has."""
    state = get_state()
    latest = state.latest

    if not is_within_reach():
        g.site_is_outdated = True
        return None, latest.site

    try:
        # First, so that it is never newer than what is read.
        version = find_version()

        if version is None or version != latest.version:
            rows = read_rows()
            site = latest.site if rows == latest.rows else make_site(state, rows)
            latest = Snapshot(version, rows, site)

            # What others do not see yet may come to nothing.
            if not get_db().in_transaction:
                state.latest = latest
    except UNKNOWN:
        # Who needs the database is told by what is asked next.
        g.site_is_outdated = True
        version = None

    return version, latest.site


def read_rows() -> Rows:
    """The names and values in the database."""
    found = get_db().execute(
        "SELECT CAST(name AS TEXT) AS name,"
        " substr(CAST(value AS TEXT), 1, ?) AS value"
        " FROM site_setting ORDER BY name LIMIT ?",
        (MAX_VALUE + 1, 2 * len(NAMES)),
    )
    return tuple([(row["name"], row["value"]) for row in found])


def make_site(state: SiteSettings, rows: Rows) -> Site:
    """What rows mean, but for those that the operator's settings win over. One that
    makes no sense is as if it weren't there, and the log says so once."""
    values = {}

    for name, text in rows:
        if name in state.places:
            continue

        value = parse(text)

        if fits(name, value):
            values[name] = tuple(value) if name == "LANGUAGES" else value
        elif state.is_news(name, text):
            logger.warning(
                f"{name!r:.100} is {text!r:.100} in the table site_setting. This makes"
                " no sense, and changes nothing."
            )

    return Site(values)


def parse(text: str) -> t.Any:
    """A value as the database has it; ``None`` for what is no value."""
    try:
        return json.loads(text)
    except (RecursionError, ValueError):
        return None


def fits(name: str, value: t.Any) -> bool:
    """Whether a value may be that of a setting, by the rules of :mod:`..settings`, and
    those of what many people read."""
    if name not in NAMES or value is None:
        return False
    elif setting_kinds.describe_expected(name, value, getattr(settings, name)):
        return False
    elif name in IMAGES:
        return ADDRESS.fullmatch(value) is not None
    elif name in MOST:
        is_line = not any(unicodedata.category(c) in ("Cc", "Zl", "Zp") for c in value)
        has_text = any(map(is_visible, value)) or name != "SITE_TITLE"
        return is_line and has_text and len(value) <= MOST[name]
    else:
        return True


def is_sensible(name: str, text: str) -> bool:
    """Whether a row means something."""
    return fits(name, parse(text))


def read_all() -> dict[str, t.Any]:
    """The values that hold at this moment, by name, in the transaction of the caller;
    of images that the operator set, or nobody, ``None``."""
    stored = make_site(get_state(), read_rows()).values
    config = current_app.config
    return {
        name: stored.get(name, None if name in IMAGES else config[name])
        for name in NAMES
    }


def change(values: Mapping[str, t.Any], by: int | None) -> None:
    """Set what owners may set, in the transaction of the caller or in one of its own;
    what the operator set stays.

    :param values: that fit, by name; of images a :class:`StoredImage`; with ``None``,
        the default holds again
    :param by: the id of who does it, if anybody
    """
    with transaction() as db:
        if not values.keys().isdisjoint(OPENING):
            # Owners are told again of what they made otherwise meanwhile.
            db.execute("DELETE FROM dismissed_warning")

        for name, value in values.items():
            if find_place(name):
                continue

            db.execute("DELETE FROM site_setting WHERE name = ?", (name,))

            if value is None:
                continue

            address, content = value if name in IMAGES else (value, None)
            db.execute(
                "INSERT INTO site_setting (name, value, changed_by, content)"
                " VALUES (?, ?, ?, ?)",
                (name, json.dumps(address), by, content),
            )


def find_image(name: str, address: str) -> bytes | None:
    """The bytes of a logo or an icon; ``None`` if there is another one now."""
    row = (
        get_db()
        .execute(
            "SELECT CAST(value AS TEXT) AS value, content FROM site_setting"
            " WHERE name = ?",
            (name,),
        )
        .fetchone()
    )
    is_this = row is not None and parse(row["value"]) == address
    # Plain SQL may have written a text, or nothing.
    return row["content"] if is_this and isinstance(row["content"], bytes) else None


def init_app(app: Flask, places: Mapping[str, str]) -> None:
    """Have the settings of an app.

    :param places: where the operator set which, as :func:`find_place` tells it
    """
    app.extensions["flaskr.site"] = SiteSettings(places)
