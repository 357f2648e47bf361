"""When a post is to be published, as its author types it: in the time zone of the
browser, which a script says, or else in that of the blog."""

from datetime import datetime
from datetime import timedelta
from datetime import UTC
from zoneinfo import ZoneInfo
from zoneinfo import ZoneInfoNotFoundError

from flask import Flask
from flask import request
from flask_babel import gettext as _

from ..data.times import find_zone
from ..data.times import parse_local

# Who types a later year means another one.
MAX_AHEAD = timedelta(days=3653)


class NoDueTime(ValueError):
    """What was typed is no time at which a post can be published; says why."""


def read_due() -> datetime:
    """The time that came with the form, in the zone in which it was typed.

    :raise NoDueTime: if it is none that is to come
    """
    typed = request.form.get("due", "").strip()
    time = parse_typed(typed, read_zone())
    ahead = time - datetime.now(UTC)

    if ahead <= timedelta():
        raise NoDueTime(
            _(
                "%(time)s has passed. Choose a later time, or publish the post now.",
                time=describe(time),
            )
        )
    elif ahead > MAX_AHEAD:
        raise NoDueTime(_("Choose a time within the next ten years."))

    return time


def parse_typed(typed: str, zone: ZoneInfo) -> datetime:
    """A time as a browser's field sends it, or as somebody types it where there is
    none.

    :raise NoDueTime: if it is none
    """
    if not typed:
        raise NoDueTime(_("Choose when to publish the post."))

    try:
        time = datetime.fromisoformat(typed)
        there = time if time.tzinfo else time.replace(tzinfo=zone)
        back = there.astimezone(UTC).astimezone(there.tzinfo)
    except (OverflowError, ValueError):
        time = None

    # A date alone would be its midnight, which is hardly meant.
    if time is None or len(typed) <= len("2026-12-24"):
        raise NoDueTime(
            _(
                "“%(typed)s” isn’t a date and time. Write them like 2026-12-24 18:00.",
                typed=typed[:50],
            )
        )
    elif back.replace(tzinfo=None) != there.replace(tzinfo=None):
        raise NoDueTime(
            _(
                "There is no %(time)s on that day: the clocks go forward. Choose"
                " another time.",
                time=f"{there:%H:%M}",
            )
        )

    return there


def read_zone() -> ZoneInfo:
    """The zone that came with the form, if it is one, or that of the blog."""
    try:
        return ZoneInfo(request.form["zone"])
    except (KeyError, OSError, ValueError, ZoneInfoNotFoundError):
        return find_zone()


def describe(time: datetime) -> str:
    """A time of a zone: ``2026-12-24 18:00 UTC+01:00``."""
    return f"{time:%Y-%m-%d %H:%M} {format_offset(time)}"


def format_offset(time: datetime) -> str:
    """What a time of a zone is ahead of UTC: ``UTC+01:00``."""
    return f"UTC{time.isoformat()[-6:]}"


def name_zone() -> str:
    """The zone of the blog, with what its clocks are ahead of UTC today."""
    zone = find_zone()
    offset = format_offset(datetime.now(zone))
    return zone.key if zone.key == "UTC" else f"{zone.key}, {offset}"


def as_field(due: str | None) -> str:
    """A time of the database as a field has it, where the blog is."""
    time = parse_local(due) if due else None
    return f"{time:%Y-%m-%dT%H:%M}" if time else ""


def init_app(app: Flask) -> None:
    """Let templates write such times."""
    app.add_template_filter(as_field, "due_field")
    app.add_template_global(name_zone, "zone_of_blog")
