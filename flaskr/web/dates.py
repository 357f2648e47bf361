"""Times of the database as people read them, by the clocks where the blog is."""

import itertools
from datetime import datetime

from flask import Flask
from flask_babel import gettext as _
from markupsafe import Markup

from ..data import times
from ..db import Row
from ..errors import lazy_gettext

# To read Babel's, and all else that it knows of a language, took a process a tenth of
# its first page.
MONTHS = [
    lazy_gettext("January"),
    lazy_gettext("February"),
    lazy_gettext("March"),
    lazy_gettext("April"),
    lazy_gettext("May"),
    lazy_gettext("June"),
    lazy_gettext("July"),
    lazy_gettext("August"),
    lazy_gettext("September"),
    lazy_gettext("October"),
    lazy_gettext("November"),
    lazy_gettext("December"),
]


def date(time: str) -> Markup | str:
    """The day of a time, as an element: ``1 January 2018``, ``2018年1月1日``.
    Unreadable times stay what they are."""
    local = times.parse_local(time)
    return make_element(local, write_day(local)) if local else str(time)


def day(time: str) -> Markup | str:
    """The day within its year: ``1 January``, ``1月1日``, as an element."""
    local = times.parse_local(time)

    if local is None:
        return str(time)

    text = _("%(day)d %(month)s", day=local.day, month=MONTHS[local.month - 1])
    return make_element(local, text)


def minute(time: str) -> Markup | str:
    """``1 January 2018 at 00:00``, ``2018年1月1日 00:00``, as an element."""
    local = times.parse_local(time)

    if local is None:
        return str(time)

    text = _("%(day)s at %(time)s", day=write_day(local), time=f"{local:%H:%M}")
    return make_element(local, text)


def write_day(local: datetime) -> str:
    """``1 January 2018``, ``2018年1月1日``"""
    return _(
        "%(day)d %(month)s %(year)d",
        day=local.day,
        month=MONTHS[local.month - 1],
        year=local.year,
    )


def make_element(local: datetime, text: str) -> Markup:
    """A text, with all of its time for programs and for who points at it."""
    exactly = f'datetime="{rfc_3339(local)}" title="{write_exactly(local)}"'
    # Nothing in it has to be escaped, which would take longer than the rest.
    return Markup(f"<time {exactly}>{text}</time>")


def exact(time: str) -> str:
    """``2018-01-01 00:00 UTC``, or ``2018-01-01 08:00 UTC+08:00``."""
    local = times.parse_local(time)
    return write_exactly(local) if local else str(time)


def write_exactly(local: datetime) -> str:
    """As :func:`exact`."""
    text = local.isoformat(" ", "seconds")
    return f"{text[:16]} UTC{text[19:] if local.utcoffset() else ''}"


def month(text: str) -> str:
    """A month as of ``2026-11``: ``November 2026``, ``2026年11月``."""
    parsed = times.parse(f"{text}-01")

    if parsed is None:
        return text

    return _("%(month)s %(year)d", month=MONTHS[parsed.month - 1], year=parsed.year)


def group_by_year(posts: list[Row]) -> list[tuple[str, list[Row]]]:
    """Posts, sorted by time, as ``("2018", [...])``, ``("2018年", [...])``."""

    def find_year(post: Row) -> str:
        local = times.parse_local(post["created"])
        return _("%(year)s", year=f"{local.year:04}") if local else _("Undated")

    return [(year, list(found)) for year, found in itertools.groupby(posts, find_year)]


def iso(time: str) -> str:
    """For programs: ``2018-01-01T00:00:00Z``; ``""`` for an unreadable time."""
    parsed = times.parse(time)
    return rfc_3339(parsed) if parsed else ""


def rfc_3339(time: datetime) -> str:
    """A time in UTC: ``2018-01-01T00:00:00Z``."""
    return times.format_utc(time, "T") + "Z"


def init_app(app: Flask) -> None:
    """Let templates write times: ``{{ post['created']|date }}``."""
    for template_filter in (date, day, minute, exact, month, iso, rfc_3339):
        app.add_template_filter(template_filter)

    app.add_template_filter(group_by_year, "by_year")
