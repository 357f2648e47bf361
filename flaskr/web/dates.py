"""Times of the database as people read them."""

from babel.dates import format_skeleton
from flask import Flask
from flask_babel import get_locale
from flask_babel import gettext as _

from ..data.times import parse


def date(time: str) -> str:
    """The day of a time: ``2018-01-01``, ``2018年1月1日``. Unreadable times stay
    what they are."""
    parsed = parse(time)

    if parsed is None:
        return str(time)

    return _(
        "%(year)04d-%(month)02d-%(day)02d",
        year=parsed.year,
        month=parsed.month,
        day=parsed.day,
    )


def minute(time: str) -> str:
    """``2018-01-01 00:00 UTC``, ``2018年1月1日 00:00 UTC``"""
    parsed = parse(time)
    return f"{date(time)} {parsed:%H:%M} UTC" if parsed else str(time)


def month(time: str) -> str:
    """The month of ``2026-11`` or of a longer time: ``November 2026``,
    ``2026年11月``."""
    parsed = parse(f"{str(time)[:7]}-01")
    return format_skeleton("yMMMM", parsed, locale=get_locale()) if parsed else time


def iso(time: str) -> str:
    """For the ``datetime`` attribute: ``2018-01-01T00:00:00Z``."""
    parsed = parse(time)
    return f"{parsed:%Y-%m-%dT%H:%M:%SZ}" if parsed else ""


def init_app(app: Flask) -> None:
    """Let templates write times: ``{{ post['created']|date }}``."""
    for template_filter in (date, minute, month, iso):
        app.add_template_filter(template_filter)
