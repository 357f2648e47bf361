"""Times as the database writes them: text, UTC, ``2018-01-01 00:00:00``."""

import re
import typing as t
from datetime import date
from datetime import datetime
from datetime import MAXYEAR
from datetime import time as clock_time
from datetime import timedelta
from datetime import UTC
from zoneinfo import ZoneInfo

from . import site_settings

# What a time may end with that says nothing more.
ZEROS = re.compile(r"(:00)+\Z| 00:00:00\Z")


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
    return ZoneInfo(site_settings.get("TIMEZONE"))


def parse_local(time: str) -> datetime | None:
    """A time of the database, as clocks show it where the blog is; ``None`` as of
    :func:`parse`."""
    parsed = parse(time)

    try:
        return parsed and parsed.astimezone(find_zone())
    except OverflowError:
        return None


class Start(t.NamedTuple):
    """When a month or a day begins, in UTC, so that all later times come after it as
    text: ``2018-01-31 16``, and ``2018-01-31`` for midnight, since plain SQL may write
    less of a time; and the same with the T that it may write. That comes after all
    times of the day without one: ``2018-01-31T`` is where those with it begin."""

    plain: str
    with_t: str
    first_with_t: str

    @property
    def since(self) -> tuple[str, str, str]:
        """What a time in it or after it is not before, and between which two
        it is not."""
        return self.plain, self.first_with_t, self.with_t

    @property
    def before(self) -> tuple[str, str, str]:
        """What a time before it is before, and between which two it is not."""
        return self.with_t, self.plain, self.first_with_t

    def is_before(self, time: str) -> bool:
        """Whether a time of the database is in it or after it."""
        return self.plain <= time and not self.first_with_t <= time < self.with_t


def find_month_start(year: int, month: int) -> Start:
    """When a month begins where the blog is."""
    try:
        time = format_utc(datetime(year, month, 1, tzinfo=find_zone()))
    except (OverflowError, ValueError):
        # Of a year that is no year of datetime. ":" comes after all digits.
        time = ":" if year > MAXYEAR else f"{year:04}-{month:02}-01"

    return make_start(time)


def find_day_start(day: date) -> Start:
    """When a day of these years begins where the blog is."""
    midnight = datetime.combine(day, clock_time(), tzinfo=find_zone())
    return make_start(format_utc(midnight))


def make_start(time: str) -> Start:
    """What begins at a time of the database."""
    plain = ZEROS.sub("", time)
    return Start(plain, plain.replace(" ", "T"), plain[:10] + "T")
