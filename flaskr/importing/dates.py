"""Times as other programs write them."""

import re
from collections.abc import Iterable
from datetime import datetime
from datetime import timedelta
from datetime import UTC
from email.utils import parsedate_to_datetime

# From the first year of which all calendars here know; what is before is no time.
FIRST = 1900
LAST = 9990


def keep_plausible(time: datetime) -> datetime | None:
    """A time in UTC, unless no post can have it."""
    try:
        in_utc = time.astimezone(UTC)
    except (OverflowError, ValueError):
        return None

    return in_utc if FIRST <= in_utc.year <= LAST else None


def parse_utc(text: str) -> datetime | None:
    """A time in UTC as databases write it; ``None`` for zeros and other words."""
    return parse_local(text, timedelta())


def parse_local(text: str, offset: timedelta) -> datetime | None:
    """As :func:`parse_utc`, of a clock that is so far before UTC."""
    try:
        time = datetime.fromisoformat(text.strip())
        time = time if time.tzinfo else time.replace(tzinfo=UTC) - offset
    except (OverflowError, ValueError):
        return None

    return keep_plausible(time)


def parse(text: str) -> datetime | None:
    """A time of a feed, in the form of RFC 3339 or of RFC 822; without a zone, it is
    UTC."""
    try:
        time = parsedate_to_datetime(text.strip())
        return keep_plausible(time if time.tzinfo else time.replace(tzinfo=UTC))
    except (OverflowError, TypeError, ValueError):
        # Python's own reader takes no fraction of more or fewer digits than it writes.
        return parse_utc(re.sub(r"(\.\d{6})\d+", r"\1", text))


def find_first(times: Iterable[datetime | None]) -> datetime | None:
    """The first time that is known."""
    return next(filter(None, times), None)
