"""Times as the database writes them: text, UTC, ``2018-01-01 00:00:00``."""

from datetime import datetime
from datetime import MAXYEAR
from datetime import timedelta
from datetime import UTC
from zoneinfo import ZoneInfo

from flask import current_app


def now() -> str:
    """Now, as the database would write it."""
    return format_ago(timedelta())


def format_ago(time: timedelta) -> str:
    """How long ago, as the database would have written it."""
    return format_utc(datetime.now(UTC) - time)


def format_utc(time: datetime, separator: str = " ") -> str:
    """A time of any zone, as the database would write it.

    :raise OverflowError: if its year is no year of UTC
    """
    return time.astimezone(UTC).isoformat(separator, "seconds")[:19]


def parse(time: str) -> datetime | None:
    """A time of the database; ``None`` for what somebody wrote otherwise."""
    try:
        parsed = datetime.fromisoformat(time)
        return parsed.astimezone(UTC) if parsed.tzinfo else parsed.replace(tzinfo=UTC)
    except (OverflowError, TypeError, ValueError):
        return None


def find_zone() -> ZoneInfo:
    """The time zone of the blog."""
    return ZoneInfo(current_app.config["TIMEZONE"])


def parse_local(time: str) -> datetime | None:
    """A time of the database, as clocks show it where the blog is; ``None`` as of
    :func:`parse`."""
    parsed = parse(time)

    try:
        return parsed and parsed.astimezone(find_zone())
    except OverflowError:
        return None


def find_month_start(year: int, month: int) -> str:
    """When a month begins where the blog is, as the database would write it, in UTC."""
    try:
        return format_utc(datetime(year, month, 1, tzinfo=find_zone()))
    except (OverflowError, ValueError):
        # Of a year that is no year of datetime. ":" comes after all digits.
        return ":" if year > MAXYEAR else f"{year:04}-{month:02}-01 00:00:00"
